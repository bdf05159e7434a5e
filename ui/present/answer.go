package present

import (
	"encoding/json"
	"strconv"
	"strings"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/ui/widget"
	"signpost/uploader"
)

// answer is what became of the upload.
func (s Scene) answer(w int, th theme.Theme) []item {
	a := s.Sent
	if a == nil {
		return []item{one(text.Span{Text: "not sent yet", Style: th.Title}), one(text.Span{Text: "←", Style: th.Key}, text.Span{Text: "  goes back to send", Style: th.Text})}
	}
	var lines []item
	if r := a.Result; r != nil {
		style := th.Ok
		if a.Err != nil {
			style = th.Danger
		}
		status, _, _ := strings.Cut(r.StatusText, " ")
		rest := strings.TrimSpace(strings.TrimPrefix(r.StatusText, status))
		lines = append(lines, one(text.Span{Text: spaced(head(status, 8)) + "   ", Style: style}, text.Span{Text: visible.Clean(head(rest, 60)), Style: style}))
	}
	if a.Err != nil {
		if a.Result == nil {
			lines = append(lines, one(text.Span{Text: visible.Clean(a.Why.Title), Style: th.Danger}))
		}
		for _, t := range []string{a.Why.What, a.Why.Hint} {
			if t != "" {
				lines = append(lines, text.WrapWords(text.Plain(visible.Clean(s.Mask.Text(cut(t))), th.Title), w))
			}
		}
		return lines
	}
	if a.Result == nil {
		return lines
	}
	rows := []row{{"public_id", s.Mask.Text(a.Result.PublicID)}, {"secure_url", s.Mask.Text(a.Result.SecureURL)}}
	for i, e := range derived(a.Result) {
		if i == 4 {
			break
		}
		rows = append(rows, row{"eager", e.Transformation + "  " + e.Width.String() + " × " + e.Height.String()})
	}
	lines = append(lines, table(rows, w, th)...)
	if a.Result.Signature == uploader.SignatureVerified {
		lines = append(lines, one(text.Span{Text: "✓ ", Style: th.Ok}, text.Span{Text: "the answer is signed too, and rightly", Style: th.Text}))
	}
	return append(lines, one(text.Span{Text: "tab", Style: th.Key}, text.Span{Text: "  shows all of the answer", Style: th.Muted}))
}

func head(s string, n int) string {
	if len(s) > n {
		return s[:n]
	}
	return s
}

// derivedItem is a derived version of an answer.
type derivedItem struct {
	Transformation string      `json:"transformation"`
	Width          json.Number `json:"width"`
	Height         json.Number `json:"height"`
}

func derived(r *uploader.Result) []derivedItem {
	if r.Kind != uploader.BodyJSON || len(r.Body) > 1<<20 {
		return nil
	}
	var a struct {
		Eager []derivedItem `json:"eager"`
	}
	_ = json.Unmarshal(r.Body, &a)
	return a.Eager
}

// digits are pictures of the digits, three pixels wide and six high.
var digits = [10][6]string{
	{"###", "# #", "# #", "# #", "###", "   "}, {" # ", "## ", " # ", " # ", "###", "   "},
	{"###", "  #", "###", "#  ", "###", "   "}, {"###", "  #", "###", "  #", "###", "   "},
	{"# #", "# #", "###", "  #", "  #", "   "}, {"###", "#  ", "###", "  #", "###", "   "},
	{"###", "#  ", "###", "# #", "###", "   "}, {"###", "  #", " # ", " # ", " # ", "   "},
	{"###", "# #", "###", "# #", "###", "   "}, {"###", "# #", "###", "  #", "###", "   "},
}

// bigDigit draws a number of one digit, three lines high, two cells for a pixel.
func bigDigit(n int) [3]visible.Text {
	var out [3]visible.Text
	d := digits[n%10]
	for y := range 3 {
		for x := range 3 {
			up, down := d[2*y][x] == '#', d[2*y+1][x] == '#'
			switch {
			case up && down:
				out[y] += "██"
			case up:
				out[y] += "▀▀"
			case down:
				out[y] += "▄▄"
			default:
				out[y] += "  "
			}
		}
	}
	return out
}

// Count is the place of a step among all: 3/9.
func Count(step int) visible.Text {
	return widget.Count(step+1) + "/" + visible.Clean(strconv.Itoa(Steps))
}
