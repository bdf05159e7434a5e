package form

import (
	"strings"
	"testing"

	"signpost/uploader"
)

// TestChoices: what the keys make of switches and choices.
func TestChoices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ start, steps, want string }{
		{"overwrite", "<right>", "1"},
		{"overwrite", "<right><right>", "0"},
		{"overwrite", "<right><right><right>", ""},
		{"overwrite", "<left>", "0"},
		{"overwrite", "<space>", "1"},
		{"overwrite", "y", "1"},
		{"overwrite", "t", "1"},
		{"overwrite=1", "n", "0"},
		{"overwrite=1", "0", "0"},
		{"overwrite=1", "<backspace>", ""},
		{"overwrite=1", "<delete>", ""},
		{"overwrite=1", "<ctrl+u>", ""},
		{"overwrite=1", "qwz?", "1"},
		{"overwrite=1", "<paste:true>", "true"},
		{"overwrite=yes", "", "yes"},
		{"overwrite=yes", "<right>", ""},
		{"overwrite=yes", "<left>", "0"},
		{"unique_display_name", "<right>", "true"},
		{"unique_display_name", "n", "false"},
		{"type", "<right>", "upload"},
		{"type", "<left>", "asset"},
		{"type=private", "<right>", "authenticated"},
		{"type=upload", "<left>", ""},
		{"type", "fetch", "fetch"},
		{"type=fetch", "<right>", ""},
		{"moderation=duplicate:0.8", "<backspace>5", "duplicate:0.5"},
		{"moderation", "any text", "any text"},
		{"tags=a", "<right><left>b", "ba"},
	} {
		name, _, _ := strings.Cut(c.start, "=")
		m, _ := drive(t, form(t, ViewSet, name, c.start), c.steps)
		if got := m.Draft().Get(name); got != c.want {
			t.Errorf("%s with %s: %q, want %q", c.start, c.steps, got, c.want)
		}
		if content := shown(t, m, 64, 12); c.want != "" && !strings.Contains(content, c.want) {
			t.Errorf("%s with %s is not shown:\n%s", c.start, c.steps, content)
		}
	}
	for _, c := range []struct {
		steps, want string
		auth        uploader.Auth
	}{
		{"<right>", "video", uploader.AuthSigned}, {"<left>", "auto", uploader.AuthSigned}, {"<space><space><space><space>", "image", uploader.AuthSigned},
		{"v<paste:raw><backspace>", "image", uploader.AuthSigned}, {"<down><right>", "image", uploader.AuthUnsigned}, {"<down><left>", "image", uploader.AuthBearer},
		{"<down><space><space>", "image", uploader.AuthBasic}, {"<down>x<backspace>", "image", uploader.AuthSigned},
	} {
		m, _ := drive(t, form(t, ViewEssentials, "resource_type"), c.steps)
		if d := m.Draft(); d.ResourceType != c.want || d.Auth != c.auth {
			t.Errorf("%s: %s %q, want %s %q", c.steps, d.ResourceType, d.Auth, c.want, c.auth)
		}
	}
}
