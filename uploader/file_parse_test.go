package uploader

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestParseFile: what a text is.
func TestParseFile(t *testing.T) {
	t.Parallel()
	o := FileOptions{Home: "/home/me", SampleURL: "http://127.0.0.1:8787/sample/s.jpg", SampleName: "s.jpg", Sample: []byte("x")}
	for text, want := range map[string]File{
		"":                          {Kind: FileNone},
		"  ":                        {Kind: FileNone},
		"https://e.com/a b.jpg":     {Kind: FileHTTP},
		"HTTP://e.com":              {Kind: FileHTTP},
		"ftp://e.com/x":             {Kind: FileFTP},
		"s3://b/k":                  {Kind: FileS3},
		"gs://b/k":                  {Kind: FileGS},
		"data:image/png;base64,AA=": {Kind: FileData},
		"data.txt":                  {Kind: FilePath, Path: "data.txt"},
		"~/a.png":                   {Kind: FilePath, Path: "/home/me/a.png"},
		`a\ b\(1\).png `:            {Kind: FilePath, Path: "a b(1).png"},
		"'it'\\''s.png'":            {Kind: FilePath, Path: "it's.png"},
		`"a \"b\".png"`:             {Kind: FilePath, Path: `a "b".png`},
		"file:///tmp/a%20b.png":     {Kind: FilePath, Path: "/tmp/a b.png"},
		"https:/not":                {Kind: FilePath, Path: "https:/not"},
		SampleToken:                 {Kind: FileHTTP},
		o.SampleURL:                 {Kind: FileHTTP},
	} {
		got := ParseFile(text, o)
		if got.Kind != want.Kind || got.Path != want.Path {
			t.Errorf("%q: %v %q, want %v %q", text, got.Kind, got.Path, want.Kind, want.Path)
		}
	}
	o.Live = true
	if got := ParseFile(SampleToken, o); got.Kind != FileSample || string(got.Bytes) != "x" || !got.IsBytes() {
		t.Errorf("the sample on LIVE: %+v", got)
	}
	o.Windows = true
	if got := ParseFile(`"C:\a b\c.png"`, o); got.Path != `C:\a b\c.png` || got.Name != "c.png" {
		t.Errorf("Windows: %+v", got)
	}
}

// TestParsePaths: what terminals and shells put around a path that is dragged, pasted
// or typed.
func TestParsePaths(t *testing.T) {
	t.Parallel()
	unix := FileOptions{Home: "/home/me"}
	windows := FileOptions{Home: `C:\Users\me`, Windows: true}
	for _, c := range []struct {
		name, text string
		o          FileOptions
		path, base string
	}{
		{"plain", "/tmp/a.png", unix, "/tmp/a.png", "a.png"},
		{"blank after a drag", "/tmp/a.png ", unix, "/tmp/a.png", "a.png"},
		{"escaped blanks", `/tmp/my\ own\ pic.png `, unix, "/tmp/my own pic.png", "my own pic.png"},
		{"escaped last blank", `/tmp/odd\  `, unix, "/tmp/odd ", "odd "},
		{"escaped parentheses and ampersand", `/tmp/\(1\)\&x\'.png`, unix, "/tmp/(1)&x'.png", "(1)&x'.png"},
		{"a backslash of the name", `/tmp/a\b.png`, unix, `/tmp/a\b.png`, `a\b.png`},
		{"an escaped backslash", `/tmp/a\\b.png`, unix, `/tmp/a\b.png`, `a\b.png`},
		{"single quotes", `'/tmp/my own.png'`, unix, "/tmp/my own.png", "my own.png"},
		{"single quotes keep backslashes", `'/tmp/a\ b'`, unix, `/tmp/a\ b`, `a\ b`},
		{"single quotes with an apostrophe", `'/tmp/it'\''s.png'`, unix, "/tmp/it's.png", "it's.png"},
		{"double quotes", `"/tmp/my \"own\" \$1.png"`, unix, `/tmp/my "own" $1.png`, `my "own" $1.png`},
		{"one quote belongs to the name", `/tmp/it's.png`, unix, "/tmp/it's.png", "it's.png"},
		{"home", "~", unix, "/home/me", "me"},
		{"below home", "~/a.png", unix, "/home/me/a.png", "a.png"},
		{"somebody else's home", "~root/a.png", unix, "~root/a.png", "a.png"},
		{"home is not known", "~", FileOptions{}, "~", "~"},
		{"file URL", "file:///tmp/a%20b.png", unix, "/tmp/a b.png", "a b.png"},
		{"file URL in capitals", "FILE://localhost/tmp/a.png", unix, "/tmp/a.png", "a.png"},
		{"quoted file URL", "'file:///tmp/a%20b.png'", unix, "/tmp/a b.png", "a b.png"},
		{"file URL of another host", "file://host/tmp/a.png", unix, "file://host/tmp/a.png", "a.png"},
		{"broken file URL", "file:///tmp/a%zz", unix, "file:///tmp/a%zz", "a%zz"},
		{"relative", "../a.png", unix, "../a.png", "a.png"},
		{"a leading dash", "-rf", unix, "-rf", "-rf"},
		{"a name like a scheme", "s3:/x", unix, "s3:/x", "x"},
		{"data without base64", "data:text/plain,hello", unix, "data:text/plain,hello", "plain,hello"},
		{"Windows", `C:\my files\a.png`, windows, `C:\my files\a.png`, "a.png"},
		{"Windows in quotes", `"C:\my files\a.png" `, windows, `C:\my files\a.png`, "a.png"},
		{"Windows file URL", "file:///C:/my%20files/a.png", windows, "C:/my files/a.png", "a.png"},
		{"a control character", "/tmp/a\x1b[2J.png", unix, "/tmp/a\x1b[2J.png", "a_[2J.png"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := ParseFile(c.text, c.o)
			if f.Kind != FilePath || f.Path != c.path || f.Name != c.base || f.Text != c.text {
				t.Errorf("%q: %+v, want path %q, name %q", c.text, f, c.path, c.base)
			}
		})
	}
}

// FuzzParseFile: any text is of some kind; text that is sent is what was typed; a path
// that is quoted as shells do it is found again, byte for byte.
func FuzzParseFile(f *testing.F) {
	for _, s := range []string{"", "a b", `\`, `'`, `"`, "~/x", "file:///x", "HTTPS://e/x", "data:;base64,", "s3://", "a\\ ", "\x00\xff", "it's"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, o := range []FileOptions{{Home: "/h"}, {Home: `C:\h`, Windows: true}, {Live: true, SampleURL: s, Sample: []byte("x")}} {
			got := ParseFile(s, o)
			switch {
			case got.Kind == FileSample:
			case got.Kind == FilePath || got.Kind == FileNone:
				if got.Text != s {
					t.Errorf("%q became %q", s, got.Text)
				}
			case !strings.Contains(s, got.Text):
				t.Errorf("%q became %q", s, got.Text)
			}
			if strings.Contains(got.Name, "/") || strings.Contains(got.Name, "\x00") || got.Kind != FilePath && got.Path != "" {
				t.Errorf("%q: %+v", s, got)
			}
		}
		path := "/x/" + s
		if !utf8.ValidString(s) {
			return
		}
		if got := ParseFile("'"+strings.ReplaceAll(path, "'", `'\''`)+"' ", FileOptions{}); got.Path != path {
			t.Errorf("%q in single quotes became %q", path, got.Path)
		}
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "$", `\$`, "`", "\\`").Replace(path)
		if got := ParseFile(`"`+quoted+`"`, FileOptions{}); got.Path != path {
			t.Errorf("%q in double quotes became %q", path, got.Path)
		}
	})
}
