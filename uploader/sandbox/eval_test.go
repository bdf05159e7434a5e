package sandbox

import (
	"maps"
	"strings"
	"testing"
)

// TestScripts: what the SDKs' tests and the documentation use runs as in JavaScript;
// everything else is left out as a whole.
func TestScripts(t *testing.T) {
	t.Parallel()
	info := map[string]any{"width": 241.0, "height": 51.0, "format": "png"}
	for text, want := range map[string]map[string]any{
		`if (resource_info["width"] < 450) { upload_options["quality_analysis"] = true }; upload_options["context"] = "width = " + resource_info["width"]`: {"quality_analysis": true, "context": "width = 241"},
		`if (resource_info['width'] > 450) { upload_options['tags'] = 'a,b' } else if (resource_info.height == 51) upload_options.tags = 'c';`:             {"tags": "c"},
		`upload_options.x = 1 + 2 * 3 - -4; upload_options.y = !(1 < 2) || "z" && 'it\'s'`:                                                                 {"x": 11.0, "y": "it's"},
		`if (resource_info.format === "png" && resource_info.none == null) { { upload_options.tags = "a" } } // a comment`:                                 {"tags": "a"},
		`upload_options.a = "10" > 9; upload_options.b = "b" > "a"; upload_options.c = "" != "x"; upload_options.d = 1 / 4`:                                {"a": true, "b": true, "c": true, "d": 0.25},
		``: {}, `;;;`: {},
	} {
		got, err := runScript(text, info)
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%s: %v %v, want %v", text, got, err, want)
		}
	}
	for _, text := range []string{
		`while (true) {}`, `upload_options["x"]`, `x = 1`, `if (1) {`, `upload_options.x = 'no end`, `upload_options.x = "no end`, `upload_options.x = upload_options.y`, `upload_options.x = f()`,
		`upload_options[1] = 2`, `if 1 {}`, `upload_options.x = (1`, strings.Repeat("{", 1000), "upload_options.x = " + strings.Repeat("(", 1000), "upload_options.x = " + strings.Repeat("!", 100_000), "upload_options.x = " + strings.Repeat("-", 5000) + "1",
		strings.Repeat("if (1) ", 1000) + ";", "\x00", "upload_options.x = 0x", `else {}`,
	} {
		if got, err := runScript(text, info); err == nil {
			t.Errorf("%.60s: %v", text, got)
		}
	}
}

// TestEval: a script sets what the upload gets, and what it may not set leaves it as it was.
func TestEval(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := act(t, s, "image/upload", param("eval", `if (resource_info["width"] < 450) { upload_options["quality_analysis"] = true }; upload_options["context"] = "width = " + resource_info["width"]; upload_options.public_id = "by_" + resource_info.format`), file("a.png", plainPNG(t, 241, 51))).upload(t)
	if a.PublicID != "by_png" || a.Context == nil || strings.TrimSpace(a.Context.Custom["width "]+a.Context.Custom["width"]) != "241" || a.Quality == nil {
		t.Errorf("%+v %+v", a, a.Context)
	}
	for _, script := range []string{`for (;;) {}`, `upload_options.eval = "1"`, `upload_options.timestamp = 1`} {
		a := act(t, s, "image/upload", param("public_id", "x"), param("eval", script), file("a.png", tinyPNG)).upload(t)
		if a.PublicID != "x" || !strings.Contains(strings.Join(a.Notes, "\n"), evalNote) {
			t.Errorf("%s: %+v", script, a)
		}
	}
	both := act(t, s, "image/upload", param("on_success", `current_asset.update({tags: ["autocaption", 'x']});`), param("tags", "old"), file("a.png", tinyPNG)).upload(t)
	if strings.Join(both.Tags, " ") != "autocaption x" || len(both.Notes) > 0 {
		t.Errorf("%+v", both)
	}
	for _, script := range []string{`current_asset.update({tags: [1]})`, `current_asset.update({context: "a=b"})`, `fetch("https://example.org")`, `current_asset.update({tags: ["a"]`} {
		a := act(t, s, "image/upload", param("on_success", script), param("tags", "old"), file("a.png", tinyPNG)).upload(t)
		if a.Tags[0] != "old" || !strings.Contains(strings.Join(a.Notes, "\n"), evalNote) {
			t.Errorf("%s: %+v", script, a)
		}
	}
	wantRefused(t, act(t, s, "image/upload", param("eval", `upload_options.transformation = "odd"`), file("a.png", tinyPNG)), 400, "Invalid extension in transformation: odd")
}

// FuzzScripts: a script ends, whatever it is, and sets what it set the time before.
func FuzzScripts(f *testing.F) {
	for _, text := range []string{`if (resource_info["width"] < 450) { upload_options["a"] = 'b' } else {}`, `current_asset.update({tags: ["a", 'b']});`, `upload_options.x = -1 + !"a" / (2 * 3)`, "upload_options['\\", `"\`, "=&|=&|"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		info := map[string]any{"width": 1.0}
		one, err := runScript(text, info)
		two, again := runScript(text, info)
		if err != again || len(one) != len(two) {
			t.Errorf("%v %v, then %v %v", one, err, two, again)
		}
		size := 0
		for name, value := range one {
			size += len(name) + len(textOf(value))
		}
		if size > 400+100*len(text) {
			t.Errorf("%d bytes of %d", size, len(text))
		}
		_, _ = runOnSuccess(text)
	})
}
