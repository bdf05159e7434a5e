//go:build linux

package e2e

import (
	"encoding/xml"
	"flag"
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// update draws the pictures of the documentation anew.
var update = flag.Bool("update", false, "draw the pictures in docs anew")

// pictures are the screens of the documentation, how to get to them, and how to get from
// them to where the program can be left.
var pictures = []struct {
	name string
	to   func(*session)
	back func(*session)
}{
	{"compose.svg", func(s *session) {
		s.press(down)
		s.waitFor("▸ Public ID")
	}, nil},
	{"everything.svg", func(s *session) {
		s.press("\a\a") // ctrl+g, twice
		s.waitFor("everything: ctrl+g")
		s.press(down, down, down, down)
		s.waitFor("▸ use_filename")
	}, nil},
	{"doctor.svg", func(s *session) {
		s.press("\x1b9") // alt+9
		s.waitFor("Paste")
		s.press("\x1b[200~" + `{"error":{"message":"Invalid Signature b4ad47fb4e25c7bf5f92a20089f9db59bc302313. String to sign - 'public_id=sample_image&timestamp=1315060510&upload_preset=docs'."}}` + "\x1b[201~")
		s.waitFor("PROVED", "upload_preset=docs was sent but not signed", "key by key", "esc back")
	}, func(s *session) {
		s.press("\x1b")
		s.waitGone("PROVED")
	}},
	{"answer.svg", func(s *session) {
		s.press(ctrlS)
		s.waitFor("200 OK", "response signature verified", "260×200", "esc goes back to the form")
	}, nil},
}

// The pictures show what the program shows. The port, the time and the answer's ids
// differ from run to run, so that a picture is compared by what never does.
func TestPictures(t *testing.T) {
	t.Parallel()
	digest := regexp.MustCompile(`[0-9a-f]{40}`)
	for _, p := range pictures {
		path := filepath.Join("..", "..", "docs", p.name)
		s := start(t, setup{env: []string{"COLORTERM=truecolor"}})
		s.shownDigest("sample_image")
		p.to(s)
		drawn := s.svg()
		if p.back != nil {
			p.back(s)
		}
		s.press(ctrlQ) // and the next one finds the usual port free
		if got := s.status(); got != 0 {
			t.Errorf("status %d", got)
		}
		if *update {
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(drawn), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		kept, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for name, picture := range map[string]string{"kept": string(kept), "drawn": drawn} {
			text := pictureText(t, picture)
			if !strings.Contains(text, "SANDBOX") || !digest.MatchString(text) {
				t.Errorf("%s, %s: no SANDBOX or no digest in\n%s", p.name, name, text)
			}
		}
	}
}

// pictureText is the text in a picture; it must be well-formed XML.
func pictureText(t *testing.T, picture string) string {
	t.Helper()
	var svg struct {
		Texts []struct {
			Text string `xml:",chardata"`
		} `xml:"text"`
	}
	if err := xml.Unmarshal([]byte(picture), &svg); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range svg.Texts {
		b.WriteString(e.Text + "\n")
	}
	return b.String()
}

// The size of a cell in a picture, and the colours of a dark terminal.
const (
	cellWidth, cellHeight, margin = 8.4, 16.4, 12.0
	paper, ink                    = "#16181d", "#d7dae0"
)

// look is the style of a cell.
type look struct {
	fg, bg                                           string
	bold, faint, italic, underline, reverse, through bool
}

// lookOf reads the attributes from the sequence that sets them.
func lookOf(fg, bg color.Color, sequence string) look {
	l := look{fg: hex(fg, ink), bg: hex(bg, "")}
	params := strings.Split(strings.TrimSuffix(strings.TrimPrefix(sequence, "\x1b["), "m"), ";")
	for i := 0; i < len(params); i++ {
		switch code, _, _ := strings.Cut(params[i], ":"); code {
		case "1":
			l.bold = true
		case "2":
			l.faint = true
		case "3":
			l.italic = true
		case "4":
			l.underline = true
		case "7":
			l.reverse = true
		case "9":
			l.through = true
		case "38", "48", "58": // a colour: its numbers follow
			if i+1 < len(params) && params[i+1] == "5" {
				i += 2
			} else {
				i += 4
			}
		}
	}
	if l.reverse {
		if l.bg == "" {
			l.bg = paper
		}
		l.fg, l.bg = l.bg, l.fg
	}
	return l
}

// run is a piece of a row in one style.
type run struct {
	x, y, cells int
	text        string
	look        look
}

// svg draws the screen.
func (s *session) svg() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b strings.Builder
	w, h := s.emu.Width(), s.emu.Height()
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.1f %.1f" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">`+"\n",
		float64(w)*cellWidth+2*margin, float64(h)*cellHeight+2*margin)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" rx="8" fill="%s"/>`+"\n", paper)
	for y := range h {
		for _, r := range s.runs(y) {
			r.draw(&b)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// runs parts a row where its style changes.
func (s *session) runs(y int) []run {
	var runs []run
	for x := 0; x < s.emu.Width(); {
		c := s.emu.CellAt(x, y)
		if c == nil || c.Width == 0 {
			x++
			continue
		}
		style := lookOf(c.Style.Fg, c.Style.Bg, c.Style.String())
		if n := len(runs); n > 0 && style == runs[n-1].look && x == runs[n-1].x+runs[n-1].cells {
			runs[n-1].text += c.Content
			runs[n-1].cells += c.Width
		} else {
			runs = append(runs, run{x: x, y: y, cells: c.Width, text: c.Content, look: style})
		}
		x += c.Width
	}
	return runs
}

// draw writes the run: its background where it has one, then its text.
func (r run) draw(b *strings.Builder) {
	fg, bg := r.look.fg, r.look.bg
	x, y := margin+float64(r.x)*cellWidth, margin+float64(r.y)*cellHeight
	if bg != "" {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>`+"\n", x, y, float64(r.cells)*cellWidth, cellHeight, bg)
	}
	text := strings.TrimLeft(r.text, " ")
	x += float64(len(r.text)-len(text)) * cellWidth
	cells := r.cells - len(r.text) + len(text)
	cells -= len(text) - len(strings.TrimRight(text, " "))
	if text = strings.TrimRight(text, " "); text == "" {
		return
	}
	// Of several blanks in a row a viewer shows one, unless they do not break.
	text = strings.ReplaceAll(text, " ", "\u00a0")
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f" textLength="%.1f" fill="%s"%s>`, x, y+12.8, float64(cells)*cellWidth, fg, r.attributes())
	_ = xml.EscapeText(b, []byte(text))
	b.WriteString("</text>\n")
}

func (r run) attributes() string {
	var a string
	if r.look.bold {
		a += ` font-weight="bold"`
	}
	if r.look.italic {
		a += ` font-style="italic"`
	}
	if r.look.faint {
		a += ` opacity="0.6"`
	}
	var lines []string
	if r.look.underline {
		lines = append(lines, "underline")
	}
	if r.look.through {
		lines = append(lines, "line-through")
	}
	if len(lines) > 0 {
		a += ` text-decoration="` + strings.Join(lines, " ") + `"`
	}
	return a
}

func hex(c color.Color, none string) string {
	if c == nil {
		return none
	}
	r, g, b, _ := c.RGBA()
	return fmt.Sprintf("#%02x%02x%02x", r>>8, g>>8, b>>8)
}
