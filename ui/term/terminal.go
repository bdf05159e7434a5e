package term

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"syscall"

	xterm "github.com/charmbracelet/x/term"
)

// terminal is the terminal of a screen and the state that it was in before.
type terminal struct {
	input  *watchedInput
	output *watchedOutput
	once   sync.Once

	before, beforeOut *xterm.State
}

// openTerminal remembers the terminal's state. gone is called, maybe more than once,
// when it turns out that there is no terminal any more.
func openTerminal(in, out *os.File, gone func()) *terminal {
	t := &terminal{
		input:  &watchedInput{File: in, gone: gone},
		output: &watchedOutput{file: out, gone: gone},
	}
	t.before, _ = xterm.GetState(in.Fd())
	t.beforeOut, _ = xterm.GetState(out.Fd())
	return t
}

// resetSequence undoes what a screen may have switched on: synchronized output,
// modifyOtherKeys, mouse, focus reports, bracketed paste, grapheme clusters, colours
// and the title; it shows the cursor. Each of them does nothing where there is nothing
// to undo.
const resetSequence = "\x1b[?2026l\x1b[>4m\x1b[?1002l\x1b[?1003l\x1b[?1000l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2027l\x1b[m\x1b]2;\x07\x1b[?25h"

// The kitty keyboard is a stack, and leaving the alternate screen moves the cursor:
// both are undone only where the screen was left standing. They would take away what
// the shell has set.
const (
	popKeyboard    = "\x1b[<u"
	leaveAltScreen = "\x1b[?1049l"
)

// endProgress ends the progress in the task bar. Terminals that do not know it show it
// as a notification, so that it is sent only where there was progress.
const endProgress = "\x1b]9;4;0\x07"

// reset puts the terminal back. tidy is true where the library has ended in good order
// and nothing has to be written; the state of the line is set back in any case.
func (t *terminal) reset(tidy bool) {
	t.once.Do(func() {
		t.output.shut.Store(true)
		sequence := ""
		switch {
		case t.output.alt.Load():
			sequence = popKeyboard + resetSequence + leaveAltScreen
		case !tidy && t.output.used.Load():
			sequence = resetSequence
		}
		if sequence != "" && t.output.progress.Load() {
			sequence += endProgress
		}
		if sequence != "" {
			// A stopped terminal takes no output, for ever.
			within(writeTime, func() { _, _ = t.output.file.WriteString(sequence) })
		}
		if t.beforeOut != nil {
			_ = xterm.Restore(t.output.file.Fd(), t.beforeOut)
		}
		if t.before != nil {
			_ = xterm.Restore(t.input.Fd(), t.before)
		}
	})
}

// isGone reports whether an error means that there is no terminal any more.
func isGone(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENXIO) || errors.Is(err, syscall.EPIPE)
}

// watchedInput tells when the terminal is gone: reading from it ends or fails. The
// library takes the end of its input for nothing special.
type watchedInput struct {
	*os.File
	gone func()
}

func (w *watchedInput) Read(p []byte) (int, error) {
	n, err := w.File.Read(p)
	if n == 0 && isGone(err) {
		w.gone()
	}
	return n, err
}

// watchedOutput tells when the terminal is gone, and keeps in mind whether the
// alternate screen is on. It does not embed the file, whose other ways to write would
// go past it.
type watchedOutput struct {
	file *os.File
	gone func()
	alt  atomic.Bool
	used atomic.Bool // something was written
	shut atomic.Bool // a library that was left behind draws no more

	progress atomic.Bool // something was shown in the task bar
}

func (w *watchedOutput) Write(p []byte) (int, error) {
	if w.shut.Load() {
		return len(p), nil
	}
	w.used.Store(true)
	// The library writes each sequence whole.
	if i := bytes.LastIndex(p, []byte(leaveAltScreen[:7])); i >= 0 && i+7 < len(p) {
		w.alt.Store(p[i+7] == 'h')
	}
	if bytes.Contains(p, []byte(endProgress[:6])) {
		w.progress.Store(true)
	}
	n, err := w.file.Write(p)
	if isGone(err) {
		w.gone()
	}
	return n, err
}

func (w *watchedOutput) Read(p []byte) (int, error) { return w.file.Read(p) }
func (w *watchedOutput) Close() error               { return w.file.Close() }
func (w *watchedOutput) Fd() uintptr                { return w.file.Fd() }
