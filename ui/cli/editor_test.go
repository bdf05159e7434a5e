package cli

import (
	"slices"
	"testing"
)

// TestShellWords: $EDITOR is read as a shell reads it, and what a shell would have to
// work out is refused, not left out.
func TestShellWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []string
	}{
		{"vi", []string{"vi"}},
		{"  code  --wait ", []string{"code", "--wait"}},
		{`'/my dir/ed' -x`, []string{"/my dir/ed", "-x"}},
		{`"/my dir/ed"`, []string{"/my dir/ed"}},
		{`/my\ dir/ed`, []string{"/my dir/ed"}},
		{`ed "a\"b\n"'c\d'e\f`, []string{"ed", `a"b\nc\def`}},
		{`ed ''`, []string{"ed", ""}},
		{`$HOME/ed`, nil},
		{`"$HOME/ed"`, nil},
		{`ed $(rm x)`, nil},
		{"ed `rm x`", nil},
		{`ed $'\x41'`, nil},
		{`ed $"x"`, nil},
		{`ed <(x)`, nil},
		{`ed $((1))`, nil},
		{`ed "`, nil},
		{`ed ; rm x`, nil},
		{`ed | cat`, nil},
		{`ed &`, nil},
	} {
		got, err := shellWords(c.text)
		if (err == nil) != (c.want != nil) || c.want != nil && !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}
