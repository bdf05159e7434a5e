//go:build linux

package e2e

import (
	"io"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/term"
)

// modelVariable makes the test binary run a small screen instead of the tests. It fails
// in the way that the variable's value names.
const modelVariable = "SIGNPOST_TEST_MODEL"

// planted is a secret that a report must not hold; it is in arguments and in values.
const planted = "planted-Secret-0123456789"

// hanging is what a screen says before it hangs.
const hanging = "\x1b_hanging\x1b\\"

// failing is a screen that fails when a key is pressed.
type failing struct {
	way    string
	runner *term.Runner
	view   bool
}

func (f failing) Init() tea.Cmd {
	if f.way == "init" {
		fail(planted)
	}
	return nil
}

func (f failing) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if _, ok := msg.(tea.KeyPressMsg); !ok {
		return f, nil
	}
	bad := func() tea.Msg { fail(planted); return nil }
	switch f.way {
	case "update":
		fail(planted)
	case "view":
		f.view = true
	case "command":
		return f, bad
	case "batch":
		return f, tea.Batch(func() tea.Msg { return nil }, bad)
	case "sequence":
		return f, tea.Sequence(func() tea.Msg { return nil }, bad)
	case "goroutine", "panicking save":
		f.runner.Go(func() { fail(planted) })
	case "runtime error":
		var none []int
		_ = none[len(planted)]
	case "hanging":
		_, _ = io.WriteString(os.Stdout, hanging)
		<-make(chan struct{})
	case "hanging save":
		return f, tea.Quit
	}
	return f, nil
}

func (f failing) View() tea.View {
	if f.view {
		fail(planted)
	}
	v := tea.NewView("ready")
	v.AltScreen, v.MouseMode, v.ReportFocus = true, tea.MouseModeCellMotion, true
	return v
}

// fail panics with a secret in the value and in the argument.
//
//go:noinline
func fail(secret string) { panic("a value with " + secret) }

// runModel is the program of a failing screen.
func runModel(way string) int {
	save := func() {
		switch way {
		case "panicking save":
			fail(planted)
		case "hanging save":
			<-make(chan struct{})
		}
	}
	return term.Run(term.Options{
		Input: os.Stdin, Output: os.Stdout, Message: io.Writer(os.Stderr), Save: save,
		ReportDir: filepath.Join(os.Getenv("XDG_STATE_HOME"), "signpost"),
	}, func(r *term.Runner) tea.Model { return failing{way: way, runner: r} }, func(tea.Model) int { return 0 })
}
