package catalog

import (
	"strings"
	"testing"
)

// TestGrammarAccepts: what the official SDKs and the tutorial write has no problems.
func TestGrammarAccepts(t *testing.T) {
	t.Parallel()
	texts := []string{
		"w_400,h_300,c_pad|w_260,h_200,c_crop", "c_fill,w_200/jpg|c_scale,w_100", "c_fill,w_50/r_max/png",
		"c_fit,w_300/e_sepia:50/webp", "e_blur:300/r_20", "b_rgb:ff00aa,c_pad,h_10,w_10", "sp_full_hd/m3u8",
		"c_scale,h_iw,w_0.5|c_scale,w_1", "a_auto_right.10,e_sepia:80,o_30,q_auto,r_max",
		"bo_4px_solid_rgb:112233,c_crop,h_100,w_100,x_10,y_20", "t_blip.blop", "$w_300,w_$w", "if_w_gt_400,w_400,c_fit",
		"w_iw_div_2", "c_fill,g_auto:faces,w_100", "q_auto:best", "w_auto,c_scale", "f_auto,q_auto", "x_-10,y_0.1,c_crop,w_10,h_10",
		"c_thumb,g_face,h_50,w_50", "c_fill_pad,g_auto,w_10,h_10", "/mp4",
	}
	for _, p := range Presets() {
		texts = append(texts, p.Eager)
	}
	for _, s := range texts {
		if _, problems := ParseEager(s); len(problems) > 0 {
			t.Errorf("%q: %+v", s, problems)
		}
	}
}

func TestGrammarProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, at, what, hint string }{
		{"width_400", "width_400", "name of the SDKs", "w_400?"},
		{"aspect_ratio_16:9", "aspect_ratio_16:9", "name of the SDKs", "ar_16:9?"},
		{"w=400", "w=400", "no underscore", "w_400?"},
		{"w400", "w400", "no underscore", "w_400?"},
		{"fill", "fill", "no underscore", "c_fill?"},
		{"W_400", "W_400", "no name", "w_400"},
		{"c_thum,w_1", "c_thum", "no crop mode", "c_thumb?"},
		{"g_cente", "g_cente", "no gravity", "g_center?"},
		{"w_abc", "w_abc", "no number", "w_400"},
		{"w_400px", "w_400px", "no number", "w_400"},
		{"w_-5", "w_-5", "more than 0", ""},
		{"w_", "w_", "no value", "w_400"},
		{"w_100,,h_50", "", "two commas", ""},
		{"w_100, h_50", " h_50", "blank", ""},
		{"w_100//h_50", "", "empty step", ""},
		{"w_100/", "/", "slash at the end", ""},
		{"w_100/auto", "auto", "Invalid transformation component - auto", "f_auto"},
		{"w_100/jpgg", "jpgg", "no format", "jpg?"},
		{"w_100||w_50", "", "empty transformation", ""},
		{"q_500", "q_500", "1 to 100", ""},
		{"o_200", "o_200", "0 to 100", ""},
		{"x_ten", "x_ten", "pixels", ""},
		{"f_jpgx", "f_jpgx", "no format", ""},
		{"zz_1", "zz_1", "no name", ""},
		{"", "", "empty", ""},
	} {
		_, problems := ParseEager(c.text)
		if len(problems) != 1 {
			t.Errorf("%q: %d problems: %+v", c.text, len(problems), problems)
			continue
		}
		p := problems[0]
		if !strings.Contains(p.Text, c.what) || !strings.Contains(p.Hint, c.hint) || c.text[p.Start:p.End] != c.at {
			t.Errorf("%q: got %q (%q) at %q; want %q (%q) at %q", c.text, p.Text, p.Hint, c.text[p.Start:p.End], c.what, c.hint, c.at)
		}
	}
	if _, problems := ParseTransformation("w_1|w_2"); len(problems) == 0 || !strings.Contains(problems[0].Text, "pipe") {
		t.Errorf("a pipe in one transformation: %+v", problems)
	}
}

// TestGrammarPlaces: items, steps and instructions lie where they stand in the text.
func TestGrammarPlaces(t *testing.T) {
	t.Parallel()
	text := "w_400,c_pad/e_sepia|h_1/png"
	items, problems := ParseEager(text)
	if len(items) != 2 || len(problems) != 0 || len(items[0].Components) != 2 || items[1].Extension != "png" {
		t.Fatalf("%+v, %+v", items, problems)
	}
	for _, item := range items {
		for _, c := range item.Components {
			for _, p := range c.Params {
				if text[p.Start:p.End] != p.Key+"_"+p.Value {
					t.Errorf("%q lies at %q", p.Key+"_"+p.Value, text[p.Start:p.End])
				}
			}
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"w_400,h_300,c_pad":             "400 by 300, fitted and padded",
		"c_thumb,g_face,w_50/r_max/png": "50 wide, a thumbnail round what the gravity finds, from face; then fully rounded, as png",
		"w_100":                         "100 wide, scaled to it",
		"e_blur:300":                    "blur 300",
		"":                              "",
		"a|b":                           "",
	} {
		if got := Describe(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// FuzzGrammar: no text breaks the grammar, and every place lies inside the text.
func FuzzGrammar(f *testing.F) {
	for _, p := range Presets() {
		f.Add(p.Eager)
	}
	f.Add("w_|,/ $a_$b,if_w/é_1")
	f.Fuzz(func(t *testing.T, text string) {
		items, problems := ParseEager(text)
		for _, p := range problems {
			if p.Start < 0 || p.Start > p.End || p.End > len(text) {
				t.Fatalf("%q: a problem at %d:%d", text, p.Start, p.End)
			}
		}
		var again []string
		for _, i := range items {
			again = append(again, text[i.Start:i.End])
		}
		if strings.Join(again, "|") != text {
			t.Fatalf("%q: the items are %q", text, again)
		}
		Describe(text)
	})
}
