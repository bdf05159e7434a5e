package cli

import (
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	xterm "github.com/charmbracelet/x/term"

	"signpost/ui/plain"
	"signpost/ui/term"
	"signpost/uploader"
)

// plain runs the dialogue in front of a sandbox of its own. It needs no terminal.
func (a *app) plain() error {
	s, err := a.stage()
	if err != nil {
		return err
	}
	defer s.close()
	in := a.world.Stdin
	onTerminal := in != nil && xterm.IsTerminal(in.Fd())
	restore := func() {}
	if onTerminal {
		if state, err := xterm.GetState(in.Fd()); err == nil {
			// A signal while a secret is asked for must not leave the echo off.
			restore = func() { _ = xterm.Restore(in.Fd(), state) }
		}
	}
	defer restore()
	s.deps.Go = a.watched(func() { restore(); s.store.Flush() })
	stops, stop := stopsOf(onTerminal)
	defer stop()
	o := plain.Options{
		In: in, Out: a.world.Stdout, Deps: s.deps, Terminal: onTerminal,
		Stops: stops, Redact: a.known.redact, Extras: []plain.Extra{a.lessonExtra(), a.doctorExtra()},
	}
	if in == nil {
		o.In = eof{}
	}
	if onTerminal {
		o.AskSecret = func() (string, error) {
			b, err := xterm.ReadPassword(in.Fd())
			return string(b), err
		}
	}
	if code := plain.Run(o); code != uploader.ExitOK {
		return &failure{code: code, err: errors.New("")}
	}
	return nil
}

// eof is an input without anything in it.
type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

// watched starts goroutines in which a panic ends the program as anywhere else: clean is
// done first, and a report is written.
func (a *app) watched(clean func()) func(func()) {
	return func(f func()) {
		go func() {
			defer func() {
				if v := recover(); v != nil {
					clean()
					os.Exit(term.Crashed(v, term.Options{Redact: a.known.redact, ReportDir: reportDir(), Message: a.world.Stderr}))
				}
			}()
			f()
		}()
	}
}

// stopsOf hands signals to the dialogue. The ctrl+c of a terminal comes as SIGINT.
// Without a terminal, what was ignored at the start stays ignored.
func stopsOf(onTerminal bool) (<-chan plain.Stop, func()) {
	wanted := []os.Signal{syscall.SIGTERM}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if onTerminal || !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	signals, stops, done := make(chan os.Signal, 4), make(chan plain.Stop, 4), make(chan struct{})
	signal.Notify(signals, wanted...)
	go func() {
		for {
			select {
			case <-done:
				return
			case got := <-signals:
				select {
				case stops <- plain.Stop{Code: signalled{got}.status(), Key: onTerminal && got == os.Interrupt}:
				default: // four are waiting to be heard
				}
			}
		}
	}()
	return stops, func() { signal.Stop(signals); close(done) }
}
