// Package term runs a screen so that every way out leaves the terminal as it was:
// quitting, signals, a terminal that vanished, a panic. Bubble Tea does not do this by
// itself: it ends with 0 on SIGTERM, leaves raw mode on at SIGHUP and at a panic in a
// goroutine of the program, and runs on for ever when its terminal is gone.
package term

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	xterm "github.com/charmbracelet/x/term"
)

// Exit statuses of the ways out that are not the screen's own decision.
const (
	ExitCrashed   = 70
	ExitHangup    = 129
	ExitInterrupt = 130
	ExitTerminate = 143
)

// grace is how long an ending program may take to save and to put the terminal right
// before that is done without it.
const grace = time.Second

// Options are what [Run] needs.
type Options struct {
	Input, Output *os.File
	// Program are further options of Bubble Tea.
	Program []tea.ProgramOption
	// Save is called once at every way out but SIGKILL; it must not need the screen.
	Save func()
	// Redact removes secrets from a report.
	Redact func(string) string
	// ReportDir is where the report of a crash is written.
	ReportDir string
	// Message is where the one line about a crash goes.
	Message io.Writer
}

// Runner is a running screen.
type Runner struct {
	opts    Options
	program *tea.Program

	mu      sync.Mutex
	code    int
	ended   bool
	crashed *report
	exit    func(int) // os.Exit, but in tests
	saved   sync.Once
}

// Run shows the model until it quits. exitCode asks the final model for the status; a
// signal, a lost terminal and a panic have their own. build gets the runner, whose Go
// starts goroutines under its watch.
func Run(opts Options, build func(*Runner) tea.Model, exitCode func(tea.Model) int) int {
	r := &Runner{opts: opts, exit: os.Exit}
	noCore()
	before, stateErr := xterm.GetState(opts.Input.Fd())
	stderr, restoreStderr := divertStderr()

	options := append([]tea.ProgramOption{
		tea.WithInput(&watchedInput{File: opts.Input, gone: func() { r.end(ExitHangup) }}),
		tea.WithOutput(opts.Output),
		tea.WithoutSignalHandler(),
	}, opts.Program...)
	model := guarded{inner: build(r), runner: r}
	r.program = tea.NewProgram(model, options...)

	restore := sync.OnceFunc(func() {
		if stateErr == nil {
			_ = xterm.Restore(opts.Input.Fd(), before)
		}
	})
	stop := r.watchSignals(restore)
	final, err := r.program.Run()
	stop()
	restoreStderr()

	r.mu.Lock()
	ended, code, crash := r.ended, r.code, r.crashed
	r.mu.Unlock()
	if errors.Is(err, tea.ErrProgramPanic) && crash == nil {
		crash = &report{value: "a panic inside the terminal library", stack: stderr()}
	}
	if err != nil {
		// It was killed: the library may not have had the time to put things right.
		_, _ = io.WriteString(opts.Output, resetSequence)
	}
	restore()
	r.save()
	switch {
	case crash != nil:
		crash.write(opts)
		return ExitCrashed
	case ended:
		return code
	case err != nil && (errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO)):
		return ExitHangup
	case err != nil:
		_, _ = io.WriteString(opts.Message, "signpost: the terminal: "+err.Error()+"\n")
		return 1
	}
	if g, ok := final.(guarded); ok {
		return exitCode(g.inner)
	}
	return 0
}

// resetSequence undoes what a screen may have switched on: the kitty keyboard, mouse,
// focus reports, bracketed paste, synchronized output, colours, the alternate screen;
// it shows the cursor again and ends the progress in the task bar.
const resetSequence = "\x1b[?2026l\x1b[<u\x1b[?1002l\x1b[?1003l\x1b[?1000l\x1b[?1006l\x1b[?1004l\x1b[?2004l\x1b[?2027l\x1b[m\x1b[?25h\x1b]9;4;0\x07"

// save runs the save hook once, and waits for it for a moment only.
func (r *Runner) save() {
	r.saved.Do(func() {
		if r.opts.Save == nil {
			return
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer func() { _ = recover() }()
			r.opts.Save()
		}()
		select {
		case <-done:
		case <-time.After(grace):
		}
	})
}

// end ends the program with a status, from any goroutine. The first end counts.
func (r *Runner) end(code int) {
	r.mu.Lock()
	if r.ended {
		r.mu.Unlock()
		return
	}
	r.ended, r.code = true, code
	r.mu.Unlock()
	go r.program.Kill()
}

// watchSignals ends the program at once on SIGINT, SIGTERM and SIGHUP. Where the
// program does not end by itself (its Update hangs), the terminal is put right and the
// process ends without it.
func (r *Runner) watchSignals(restore func()) (stop func()) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case s := <-signals:
				code := ExitTerminate
				switch s {
				case os.Interrupt:
					code = ExitInterrupt
				case syscall.SIGHUP:
					code = ExitHangup
				}
				r.end(code)
				select {
				case <-done:
					return
				case <-time.After(grace):
				}
				r.save()
				_, _ = io.WriteString(r.opts.Output, resetSequence+"\x1b[?1049l")
				restore()
				r.exit(code)
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// watchedInput tells when the terminal is gone: reading from it ends or fails. The
// library takes the end of its input for nothing special.
type watchedInput struct {
	*os.File
	gone func()
}

func (w *watchedInput) Read(p []byte) (int, error) {
	n, err := w.File.Read(p)
	if n == 0 && (errors.Is(err, io.EOF) || errors.Is(err, syscall.EIO) || errors.Is(err, syscall.ENXIO)) {
		w.gone()
	}
	return n, err
}
