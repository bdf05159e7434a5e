//go:build linux

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader/sandbox"
)

// recorder is a sandbox that tells what it received.
type recorder struct {
	url    string
	fields chan map[string]string // of each upload
	status chan int               // what each was answered with
}

// recording starts a sandbox for the account of [dotenv].
func recording(t *testing.T) *recorder {
	t.Helper()
	box := sandbox.New(sandbox.Options{Accounts: []sandbox.Account{{Cloud: "demo", APIKey: "123456789012345", Secret: signer.NewSecret(canary)}}})
	t.Cleanup(func() { _ = box.Close() })
	r := &recorder{fields: make(chan map[string]string, 8), status: make(chan int, 8)}
	handler := box.Handler()
	r.url = server(t, func(w http.ResponseWriter, req *http.Request, _ <-chan struct{}) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		again := req.Clone(req.Context())
		req.Body, again.Body = io.NopCloser(bytes.NewReader(body)), io.NopCloser(bytes.NewReader(body))
		if err := again.ParseMultipartForm(8 << 20); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		got := map[string]string{}
		for name, values := range again.MultipartForm.Value {
			got[name] = strings.Join(values, "\x00")
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, req)
		r.fields <- got
		r.status <- answer.Code
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	}).URL
	return r
}

const (
	right, backspace             = "\x1b[C", "\x7f"
	altE, altJ, altP, altV, altX = "\x1be", "\x1bj", "\x1bp", "\x1bv", "\x1bx"
)

// add adds a parameter with the picker; the focus is on its row then.
func (s *session) add(name string) {
	s.t.Helper()
	s.press(ctrlN)
	s.waitFor("Add a parameter")
	s.press(name)
	s.waitFor("› " + name)
	s.press(enter)
	s.waitGone("Add a parameter")
}

// open opens the editor of the focused row, which shows the title and a text of it.
func (s *session) open(key, title string) {
	s.t.Helper()
	s.press(key)
	s.waitFor("╭ "+title+" ─", "esc done")
}

// done leaves an editor that shows a text. This key keeps the value as esc does, and can
// be no part of another one.
func (s *session) done(shows string) {
	s.t.Helper()
	s.waitFor(shows)
	s.press(ctrlS)
}

// Each editor is opened with keys, left, and its value arrives at the server as it was
// typed; where the server checks the signature, that is right too.
func TestEditors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, param string
		do          func(*session)
		want        string
	}{
		{"switch", "overwrite", func(s *session) {
			s.add("overwrite")
			s.press(right)
			s.waitFor("‹1 yes›")
			s.press(right)
			s.waitFor("‹0 no›")
		}, "0"},
		{"choice", "type", func(s *session) {
			s.add("type")
			s.press(right, right)
			s.waitFor("private")
		}, "private"},
		{"a choice that is typed", "moderation", func(s *session) {
			s.add("moderation")
			s.press("duplicate:0.5")
			s.waitFor("duplicate:0.5")
		}, "duplicate:0.5"},
		{"number", "auto_tagging", func(s *session) {
			s.add("auto_tagging")
			s.press("0.75")
			s.waitFor("0.75")
		}, "0.75"},
		{"chips", "tags", func(s *session) {
			s.add("tags")
			s.open(enter, "tags")
			s.press("red,big shoe,gone,")
			s.waitFor("[red] [big shoe] [gone]")
			s.press(backspace, "日本")
			s.waitFor("tags=red,big shoe,日本")
			s.press(escape)
			s.waitFor("'tags=red,big shoe,日本'")
		}, "red,big shoe,日本"},
		{"pairs", "context", func(s *session) {
			s.add("context")
			s.open(enter, "context")
			s.press("alt", tab, "A=B|C", tab, "caption", tab, `back\slash`)
			s.done(`caption=back\slash`)
		}, `alt=A\=B\|C|caption=back\slash`},
		{"coordinates", "face_coordinates", func(s *session) {
			s.add("face_coordinates")
			s.open(enter, "face_coordinates")
			s.press("10", tab, "20", tab, "150")
			s.waitFor("row 1: height is no whole number of pixels")
			s.press(tab, "130", down)
			s.paste("213,345,82,61\n")
			s.done("face_coordinates=10,20,150,130|213,345,82,61")
		}, "10,20,150,130|213,345,82,61"},
		{"JSON with a mistake", "regions", func(s *session) {
			s.add("regions")
			s.open(enter, "regions")
			s.press(`{`, enter, `"box_1": [[1, 2], [3, 4],]`, enter, `}`)
			s.waitFor("! line 2, column 26:")
			s.press(altJ, backspace)
			s.waitGone("! line 2")
			s.done("sent compact: 23 B")
		}, `{"box_1":[[1,2],[3,4]]}`},
		{"script", "eval", func(s *session) {
			s.add("eval")
			s.open(enter, "eval")
			s.press("if (resource_info.width > 450) {", enter, "  upload_options['tags'] = 'a&b'", enter, "}")
			s.done("3 }")
		}, "if (resource_info.width > 450) {\n  upload_options['tags'] = 'a&b'\n}"},
		{"eager builder with a preset", "eager", func(s *session) {
			s.focus("Eager 1")
			s.open(altE, "eager")
			s.press(altX, altX)
			s.waitFor("empty: left out")
			s.press(altP)
			s.waitFor("Presets", "best format and quality")
			s.press(down, down, down, down, enter)
			s.waitFor("4 c_limit,w_1920")
			s.press(altX, enter, "w_40|w_50,h_60")
			s.waitFor("50 × 60", "made by the sandbox from")
			s.done("▸ 5 w_50,h_60")
		}, "c_limit,w_320|c_limit,w_640|c_limit,w_1024|w_40|w_50,h_60"},
		{"eager in the form", "eager", func(s *session) {
			s.focus("Eager 1")
			s.press(ctrlU, "w_1|w_2,h_3")
			s.waitFor("▸       2    w_2,h_3")
		}, "w_1|w_2,h_3|w_260,h_200,c_crop"},
		{"did you mean", "overwrite", func(s *session) {
			s.press(ctrlN)
			s.waitFor("Add a parameter")
			s.press("overwritte")
			s.waitFor("▸ overwrite ", "+ overwritte")
			s.press(enter)
			s.waitGone("Add a parameter")
			s.press("y")
			s.waitFor("‹1 yes›")
		}, "1"},
		{"the list of everything", "invalidate", func(s *session) {
			s.press("\x07") // ctrl+g
			s.waitFor("essentials: ctrl+g")
			s.press("\x07")
			s.waitFor("everything: ctrl+g", "▸ Find")
			s.press("purge", down)
			s.waitFor("▸ invalidate")
			s.press(right)
			s.waitFor("‹1 yes›")
		}, "1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := recording(t)
			s := start(t, setup{dotenv: dotenv(r.url), cols: 120, rows: 40})
			s.waitFor("LIVE", "▸ File")
			test.do(s)
			s.press(ctrlS)
			s.until("the upload", func() bool { return len(r.fields) > 0 })
			if got := (<-r.fields)[test.param]; got != test.want {
				t.Errorf("%s arrived as %q, want %q", test.param, got, test.want)
			}
			if status := <-r.status; status == http.StatusUnauthorized {
				t.Errorf("the signature is refused:\n%s", s.screen())
			}
			s.checkNoSecret()
			s.checkClean()
		})
	}
}

// The person's own editor gets the value in a file of theirs alone, without the
// credentials of the environment, and what it leaves behind is sent (threat T12).
func TestOwnEditor(t *testing.T) {
	t.Parallel()
	r := recording(t)
	dir := t.TempDir()
	script := filepath.Join(dir, "my editor.sh")
	write(t, script, `test "$1" = --wait || exit 9
env > "$0.env"
stat -c %a "$2" > "$0.mode"
cat "$2" > "$0.before"
printf '%s' "$2" > "$0.path"
printf 'line "1"\nline 2\n' > "$2"
`)
	s := start(t, setup{
		env: []string{"CLOUDINARY_URL=cloudinary://123456789012345:" + canary + "@demo?upload_prefix=" + r.url, "EDITOR=sh '" + script + "' --wait"},
	})
	s.waitFor("LIVE", "▸ File")
	s.focus("Public ID")
	s.press("_own", altV)
	s.waitFor("taken over from the editor", `line "1"`)
	s.press(ctrlS)
	s.until("the upload", func() bool { return len(r.fields) > 0 })
	if got := (<-r.fields)["public_id"]; got != "line \"1\"\nline 2" {
		t.Errorf("public_id arrived as %q", got)
	}
	read := func(suffix string) string {
		b, err := os.ReadFile(script + suffix)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if got := read(".before"); got != "sample_image_own" {
		t.Errorf("the editor got %q", got)
	}
	if got := read(".mode"); got != "600\n" {
		t.Errorf("the file has the mode %q", got)
	}
	if strings.Contains(read(".env"), canary) {
		t.Error("the secret is in the editor's environment")
	}
	if path := read(".path"); path == "" {
		t.Error("the editor got no file")
	} else if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file of the value is still there: %v", err)
	}
	s.waitFor(strconv.Itoa(<-r.status))
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.checkTerminal()
	s.checkNoSecret()
}

// An editor that fails, and one that is not there, leave the value as it was.
func TestOwnEditorFails(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, editor, want string }{
		{"fails", "sh -c 'exit 3'", "the value is as it was"},
		{"is not there", "/no/such/editor", "the value is as it was"},
		{"is no command of plain words", "ed $(rm -rf)", "is no command of plain words"},
		{"changes nothing", "true", "without a change"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, setup{env: []string{"EDITOR=" + c.editor}})
			s.shownDigest("sample_image")
			s.focus("Public ID")
			s.press(altV)
			s.waitFor(c.want)
			s.shownDigest("sample_image")
			s.press(ctrlQ)
			if got := s.status(); got != 0 {
				t.Errorf("status %d", got)
			}
			s.checkTerminal()
		})
	}
}
