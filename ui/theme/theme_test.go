package theme

import (
	"fmt"
	"image/color"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"signpost/ui/text"
)

// styles are the styles of a theme by name.
func styles(th Theme) map[string]text.Style {
	out := map[string]text.Style{}
	v := reflect.ValueOf(th)
	for i := range v.NumField() {
		if s, ok := v.Field(i).Interface().(text.Style); ok {
			out[v.Type().Field(i).Name] = s
		}
	}
	return out
}

var trueColor = regexp.MustCompile(`38;2;(\d+);(\d+);(\d+)`)

// foreground is the colour of a style; ok is false where it has the terminal's own.
func foreground(t *testing.T, s text.Style) (c color.RGBA, ok bool) {
	t.Helper()
	m := trueColor.FindStringSubmatch(text.Plain("x", s).Render(1))
	if m == nil {
		return c, false
	}
	var part [3]uint8
	for i := range part {
		n, err := strconv.ParseUint(m[i+1], 10, 8)
		if err != nil {
			t.Fatal(err)
		}
		part[i] = uint8(n)
	}
	return color.RGBA{part[0], part[1], part[2], 255}, true
}

// luminance and contrast are those of the WCAG.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		x := float64(v) / 0xffff
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// TestContrast: text can be read on the usual backgrounds, light and dark (4.5 to 1).
// Borders are no text, but can be seen.
func TestContrast(t *testing.T) {
	t.Parallel()
	backgrounds := map[bool][]color.RGBA{
		true:  {{0, 0, 0, 255}, {0x1e, 0x1e, 0x1e, 255}, {0x28, 0x2a, 0x36, 255}},
		false: {{255, 255, 255, 255}, {0xfd, 0xf6, 0xe3, 255}},
	}
	for isDark, bgs := range backgrounds {
		for name, s := range styles(New(isDark)) {
			c, ok := foreground(t, s)
			if !ok {
				continue
			}
			least := 4.5
			if name == "Border" {
				least = 1.5
			}
			for _, bg := range bgs {
				if got := contrast(c, bg); got < least {
					t.Errorf("dark %v: %s %v on %v has a contrast of %.1f", isDark, name, c, bg, got)
				}
			}
		}
	}
}

// TestFewColors: with 16 colours no style becomes the colour of its background, and
// with none the attributes are still there.
func TestFewColors(t *testing.T) {
	t.Parallel()
	for _, isDark := range []bool{true, false} {
		for name, s := range styles(New(isDark)) {
			if c, ok := foreground(t, s); ok {
				got, ok := colorprofile.ANSI.Convert(c).(ansi.BasicColor)
				if !ok {
					t.Fatalf("%s is no basic colour", name)
				}
				if isDark && got == ansi.Black || !isDark && (got == ansi.White || got == ansi.BrightWhite) {
					t.Errorf("dark %v: %s becomes the background, colour %d", isDark, name, got)
				}
			}
		}
	}
}

// TestWithoutColor: what is marked is marked by more than a colour.
func TestWithoutColor(t *testing.T) {
	t.Parallel()
	for _, isDark := range []bool{true, false} {
		all := styles(New(isDark))
		for name, attribute := range map[string]string{"Struck": "9", "StruckMark": "9", "Mark": "4", "Selected": "7", "Sandbox": "7", "Live": "7", "Focus": "1", "Title": "1", "Danger": "1", "Ok": "1", "Unknown": "1"} {
			codes := strings.Split(strings.TrimSuffix(strings.TrimPrefix(strings.SplitN(text.Plain("x", all[name]).Render(1), "x", 2)[0], "\x1b["), "m"), ";")
			if !contains(codes, attribute) {
				t.Errorf("%s has no attribute %s: %v", name, attribute, codes)
			}
		}
	}
}

func contains(codes []string, want string) bool {
	for i := 0; i < len(codes); i++ {
		if codes[i] == "38" { // a colour: 38;2;r;g;b
			i += 4
			continue
		}
		if codes[i] == want {
			return true
		}
	}
	return false
}

// TestToldApart: success, failure and the unknown look different, and so do the two targets.
func TestToldApart(t *testing.T) {
	t.Parallel()
	for _, isDark := range []bool{true, false} {
		th := New(isDark)
		seen := map[string]string{}
		for name, s := range map[string]text.Style{"Ok": th.Ok, "Danger": th.Danger, "Unknown": th.Unknown, "Warn": th.Warn, "Sandbox": th.Sandbox, "Live": th.Live} {
			look := fmt.Sprint(s)
			if other, ok := seen[look]; ok {
				t.Errorf("dark %v: %s looks like %s", isDark, name, other)
			}
			seen[look] = name
		}
	}
}
