package present

import (
	"errors"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
	"signpost/uploader"
)

// TestT15Mask: what an audience does not see, by value, wherever it stands.
func TestT15Mask(t *testing.T) {
	t.Parallel()
	k := Mask{Keys: []string{"424242987654321"}, Clouds: []string{"mycloud"}, Home: "/home/maria", User: "maria"}
	for in, want := range map[string]string{
		"nothing of it":                       "nothing of it",
		"api_key=424242987654321":             "api_key=•••••••••••4321",
		"'424242987654321' and 424242987654…": "'•••••••••••4321' and ••••••••••••…",
		"87654321'":                           "••••4321'", // the second line of a broken one
		"12345":                               "12345",
		"open /home/maria/a b.png: no":        "open ~/a b.png: no",
		"/home/mariachi/x":                    "/home/mariachi/x",
		"/home/mar…/x.png":                    "~••••••••…/x.png",
		"file=@\"/home/maria/x\"":             "file=@\"~/x\"",
		"/mnt/maria/x":                        "/mnt/•••••/x",
		`C:\Users\maria\x`:                    `C:\Users\•••••\x`,
		"maria@host":                          "•••••@host",
		"aria/pics":                           "••••/pics",
		"mariachi and maria":                  "mariachi and maria",
		"http://x/mycloud/image":              "http://x/•••••••/image",
		"":                                    "",
	} {
		if got := k.Text(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		l := k.Line(text.Plain(visible.Clean(in), text.Style{}))
		if got, want := l.Width(), text.Width(visible.Clean(in)); got != want {
			t.Errorf("%q: the masked line has %d cells, want %d", in, got, want)
		}
	}
	if !(Mask{}).Empty() || k.Empty() {
		t.Error("Empty is wrong")
	}
}

func prepared(t *testing.T, value string) uploader.Prepared {
	t.Helper()
	a := uploader.SandboxAccount("http://127.0.0.1:8787")
	d := uploader.TutorialDraft().With("public_id", value)
	d.File = "http://127.0.0.1:8787/sample/sample.jpg"
	d.Timestamp = "1315060510"
	p, err := uploader.Prepare(d, a, uploader.ParseFile(d.File, uploader.FileOptions{}), time.Unix(1315060510, 0))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestScenes: every step fits every size, and says its one thing.
func TestScenes(t *testing.T) {
	t.Parallel()
	p := prepared(t, "sample_image")
	result := &uploader.Result{StatusText: "200 OK", PublicID: "sample_image", SecureURL: "http://x/y.jpg", Signature: uploader.SignatureVerified, Body: []byte(`{"eager":[{"transformation":"w_400","width":400,"height":300}]}`)}
	want := [Steps]string{
		"sample_image", "never signed", "eager", "public_id=sample_image&", "‹API secret", "b f d 0 9 f 9 5", "curl -q", "space sends it", "2 0 0",
	}
	for step := range int(Steps) {
		for _, size := range [][2]int{{60, 14}, {80, 22}, {120, 34}, {200, 60}} {
			s := Scene{Step: step, Prepared: p, Command: "curl -q x", Host: "h", Sent: &Attempt{Prepared: p, Result: result}}
			lines, _ := s.Lines(size[0], size[1], theme.New(true))
			if len(lines) != size[1] {
				t.Errorf("step %d at %v: %d lines", step, size, len(lines))
			}
			all := ""
			for _, l := range lines {
				if l.Width() > size[0] {
					t.Errorf("step %d at %v: a line of %d cells", step, size, l.Width())
				}
				all += l.PlainText() + "\n"
			}
			if !strings.Contains(all, want[step]) || !strings.Contains(all, spacedTitle(step)) {
				t.Errorf("step %d at %v does not say %q:\n%s", step, size, want[step], all)
			}
		}
	}
}

func spacedTitle(step int) string { return string(spaced(strings.ToUpper(string(titles[step])))) }

// TestLongScenes scroll, and say how much is left.
func TestLongScenes(t *testing.T) {
	t.Parallel()
	p := prepared(t, strings.Repeat("long/", 300))
	s := Scene{Step: StepJoined, Prepared: p}
	_, more := s.Lines(80, 22, theme.New(true))
	if more == 0 {
		t.Fatal("nothing is below the edge")
	}
	s.Scroll = 1000
	if lines, more := s.Lines(80, 22, theme.New(true)); more != 0 || len(lines) != 22 {
		t.Errorf("at the end: %d more, %d lines", more, len(lines))
	}
}

// TestHandout: everything a reader needs, and nothing that leaves its fence.
func TestHandout(t *testing.T) {
	t.Parallel()
	evil := "```\n# Owned\n````\n<script>x</script>\x1b[2J"
	p := prepared(t, "a```b")
	h := Handout{
		Attempts: []Attempt{
			{Prepared: p, Result: &uploader.Result{StatusText: "200 OK", Kind: uploader.BodyText, Body: []byte(evil)}},
			{Prepared: p, Err: errors.New("x"), Why: uploader.Explanation{Title: evil, What: evil, Hint: "/home/maria/x"}},
			{Prepared: p},
		},
		Mask: Mask{Home: "/home/maria", User: "maria"}, Again: "Again.", Redact: func(s string) string { return strings.ReplaceAll(s, "script", "••••••") },
	}
	got := h.Markdown()
	for _, want := range []string{"public_id=a```b&timestamp=1315060510", p.Trace.Signature, "curl -q", "openssl", "## 8. The answer", "~/x", "It was not sent", "# Upload 3", "Again.", "`abcd`"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in it", want)
		}
	}
	for _, not := range []string{"\x1b", "<script>", "/home/maria"} {
		if strings.Contains(got, not) {
			t.Errorf("%q is in it", not)
		}
	}
	// A reader of Markdown: what stands outside of fences is ours.
	fence := ""
	for line := range strings.SplitSeq(got, "\n") {
		marks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(marks) >= 3:
			fence = marks
		case fence != "" && len(marks) >= len(fence) && strings.TrimSpace(strings.TrimLeft(line, "`")) == "":
			fence = ""
		case fence == "" && strings.Contains(line, "Owned"):
			t.Errorf("it left its fence: %q", line)
		}
	}
	if fence != "" {
		t.Error("a fence does not end")
	}
	if string(visible.CleanLines(got)) != got {
		t.Error("there are hidden characters in it")
	}
	live := p
	live.Account = uploader.Account{CloudName: "c", APIKey: "424242424242424", Secret: signer.NewSecret("Canary-7hq2LxZ0pQ9vRt5Yw")}
	out := Handout{Attempts: []Attempt{{Prepared: live}}, Mask: Mask{Keys: []string{"424242424242424"}}}.Markdown()
	if strings.Contains(out, "Canary") || strings.Contains(out, "42424242424") || strings.Contains(out, "abcd") {
		t.Error(out)
	}
}
