// Package term runs a screen so that every way out leaves the terminal as it was:
// quitting, signals, a terminal that vanished, a panic. Bubble Tea does not do this by
// itself: it ends with 0 on SIGTERM, leaves raw mode on at SIGHUP and at a panic in a
// goroutine of the program, and runs on for ever when its terminal is gone.
//
// Start at [Usable], which says whether there can be a screen, and [Run].
package term

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Exit statuses of the ways out that are not the screen's own decision.
const (
	ExitCrashed   = 70
	ExitHangup    = 129
	ExitInterrupt = 130
	ExitTerminate = 143
)

// An ending program is waited for this long in all: less than two seconds. What does
// not come to an end by then is left behind.
const (
	libraryTime = 700 * time.Millisecond  // for the library to put the terminal right
	saveTime    = 1100 * time.Millisecond // for Save
	writeTime   = 150 * time.Millisecond  // for a terminal that takes no output
)

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
	opts     Options
	terminal *terminal
	ending   chan struct{} // closed when the program is to end
	done     chan struct{} // closed once the library has returned
	exit     func(int)
	saved    sync.Once

	mu      sync.Mutex
	code    int
	ended   bool
	crashed *report
}

// Run shows the model until it quits. exitCode asks the final model for the status; a
// signal, a lost terminal and a panic have their own. build gets the runner, whose Go
// starts goroutines under its watch. Where the program does not come to its end, Run
// ends the process itself.
func Run(opts Options, build func(*Runner) tea.Model, exitCode func(tea.Model) int) int {
	r := &Runner{opts: opts, ending: make(chan struct{}), done: make(chan struct{}), exit: os.Exit}
	r.terminal = openTerminal(opts.Input, opts.Output, func() { r.end(ExitHangup) })
	noCore()
	stop := r.watchSignals()
	defer stop()
	printed, restoreStderr := divertStderr()

	final, err := r.show(build)
	close(r.done)
	restoreStderr()
	r.terminal.reset(err == nil)
	r.save()
	if errors.Is(err, tea.ErrProgramPanic) {
		// The library prints the panic's value in front of the stack.
		_, stack, _ := strings.Cut(printed(), "Restoring terminal...")
		r.crash(report{value: "a panic that the terminal library caught", stack: stack})
	}
	return r.status(final, err, exitCode)
}

// show runs the library. A panic while the model is built is the model's too.
//
// An end from outside is a quit message, and not the library's Kill or a context:
// those close the input under the goroutine that reads it (a data race, in v2.1.1).
func (r *Runner) show(build func(*Runner) tea.Model) (final tea.Model, err error) {
	var model tea.Model
	func() {
		defer r.catch()
		model = build(r)
	}()
	if model == nil {
		return nil, nil
	}
	options := append([]tea.ProgramOption{
		tea.WithInput(r.terminal.input),
		tea.WithOutput(r.terminal.output),
		tea.WithoutSignalHandler(),
	}, r.opts.Program...)
	program := tea.NewProgram(guarded{inner: model, runner: r}, options...)
	go func() {
		select {
		case <-r.done:
		case <-r.ending:
			program.Quit()
		}
	}()
	return program.Run()
}

// status is the exit status after everything has been put right.
func (r *Runner) status(final tea.Model, err error, exitCode func(tea.Model) int) int {
	r.mu.Lock()
	ended, code, crashed := r.ended, r.code, r.crashed
	r.mu.Unlock()
	switch {
	case crashed != nil:
		crashed.write(r.opts)
		return ExitCrashed
	case ended:
		return code
	case isGone(err):
		return ExitHangup
	case err != nil:
		_, _ = io.WriteString(r.opts.Message, "error: the terminal: "+err.Error()+"\n")
		return 1
	}
	if g, ok := final.(guarded); ok {
		return exitCode(g.inner)
	}
	return 0
}

// end ends the program with a status, from any goroutine. The first end counts. Where
// the library does not return soon, because an Update hangs or the terminal takes no
// output, the rest is done without it.
func (r *Runner) end(code int) {
	r.mu.Lock()
	first := !r.ended
	if first {
		r.ended, r.code = true, code
	}
	r.mu.Unlock()
	if !first {
		return
	}
	close(r.ending)
	go func() {
		select {
		case <-r.done:
		case <-time.After(libraryTime):
			r.abandon()
		}
	}()
}

// abandon ends the process without the library.
func (r *Runner) abandon() {
	r.save()
	r.terminal.reset(false)
	r.mu.Lock()
	code, crashed := r.code, r.crashed
	r.mu.Unlock()
	if crashed != nil {
		crashed.write(r.opts)
	}
	r.exit(code)
}

// save runs the save hook once, and waits for it for a moment only.
func (r *Runner) save() {
	r.saved.Do(func() {
		if r.opts.Save == nil {
			return
		}
		within(saveTime, r.opts.Save)
	})
}

// within runs f and waits for it for at most d. A panic in f is the end of f alone.
func within(d time.Duration, f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { _ = recover() }()
		f()
	}()
	select {
	case <-done:
	case <-time.After(d):
	}
}

// watchSignals ends the program at once on SIGINT, SIGTERM and SIGHUP, also where the
// program was started with one of them ignored: a screen without a terminal has no
// reason to go on.
func (r *Runner) watchSignals() (stop func()) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case s := <-signals:
				r.end(statusOf(s))
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		close(done)
	}
}

// statusOf is the exit status that a signal ends with.
func statusOf(s os.Signal) int {
	switch s {
	case os.Interrupt:
		return ExitInterrupt
	case syscall.SIGHUP:
		return ExitHangup
	}
	return ExitTerminate
}
