package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"
	"mvdan.cc/sh/v3/syntax"

	"signpost/uploader/catalog"
)

// maxEdited is the longest value that is read back from the person's editor, in bytes.
const maxEdited = 1 << 20

// editor prepares the person's own editor for a value: $VISUAL, $EDITOR, or vi. The
// value is in a file that only its owner can read, and that is removed afterwards. The
// editor's environment has none of our credentials.
func (a *app) editor(name, value string) (tea.ExecCommand, func() (string, error), error) {
	words, err := a.editorWords()
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.MkdirTemp("", "signpost-")
	if err != nil {
		return nil, nil, fmt.Errorf("start the editor: %w", err)
	}
	path := filepath.Join(dir, "value"+extensionOf(name))
	if err := os.WriteFile(path, []byte(value), 0o600); err != nil {
		_ = os.RemoveAll(dir)
		return nil, nil, fmt.Errorf("start the editor: %w", err)
	}
	cmd := exec.Command(words[0], append(words[1:], path)...)
	cmd.Env = scrubbed(a.world.Environ)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = a.world.Stdin, a.world.Stdout, a.world.Stdout
	read := func() (string, error) {
		defer os.RemoveAll(dir)
		return readEdited(path, value)
	}
	return process{cmd}, read, nil
}

// readEdited reads the value back. Editors end the last line with a line feed, which
// the value did not have.
func readEdited(path, before string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("read the value back: %w", err)
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxEdited+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read the value back: %w", err)
	case len(raw) > maxEdited:
		return "", errors.New("read the value back: it is longer than 1 MiB")
	}
	after := string(raw)
	if !strings.HasSuffix(before, "\n") {
		after = strings.TrimSuffix(strings.TrimSuffix(after, "\n"), "\r")
	}
	return after, nil
}

// editorWords are the editor's command in words, read as a shell reads it: code --wait.
func (a *app) editorWords() ([]string, error) {
	env := a.environ()
	for _, name := range []string{"VISUAL", "EDITOR"} {
		if strings.TrimSpace(env[name]) == "" {
			continue
		}
		words, err := shellWords(env[name])
		if err != nil || len(words) == 0 {
			return nil, fmt.Errorf("start the editor: $%s is no command of plain words", name)
		}
		return words, nil
	}
	return []string{"vi"}, nil
}

// shellWords parts a command into words; anything that a shell would have to work out
// is refused.
func shellWords(text string) ([]string, error) {
	var words []string
	for w, err := range syntax.NewParser().WordsSeq(strings.NewReader(text)) {
		if err != nil {
			return nil, err
		}
		word, ok := plainWord(w.Parts, "")
		if !ok {
			return nil, errors.New("not plain words")
		}
		words = append(words, word)
	}
	return words, nil
}

// plainWord joins the parts of a word. A backslash quotes any character, or within
// double quotes only those of quotable; ok is false where a part is not plain text.
func plainWord(parts []syntax.WordPart, quotable string) (word string, ok bool) {
	for _, part := range parts {
		switch p := part.(type) {
		case *syntax.Lit:
			word += unquoted(p.Value, quotable)
		case *syntax.SglQuoted:
			if p.Dollar {
				return "", false
			}
			word += p.Value
		case *syntax.DblQuoted:
			inner, ok := plainWord(p.Parts, "$`\"\\")
			if !ok || p.Dollar {
				return "", false
			}
			word += inner
		default:
			return "", false
		}
	}
	return word, true
}

// unquoted drops the backslashes that quote a character.
func unquoted(s, quotable string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (quotable == "" || strings.IndexByte(quotable, s[i+1]) >= 0) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// extensionOf lets the editor know what it edits.
func extensionOf(name string) string {
	spec, _ := catalog.Lookup(name)
	switch spec.Type {
	case catalog.JSON:
		return ".json"
	case catalog.Script:
		return ".js"
	}
	return ".txt"
}

// process is one whose streams are set already.
type process struct{ *exec.Cmd }

func (process) SetStdin(io.Reader)  {}
func (process) SetStdout(io.Writer) {}
func (process) SetStderr(io.Writer) {}
