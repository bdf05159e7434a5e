package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"signpost/uploader"
)

// signalled is the signal that ended an upload.
type signalled struct{ os.Signal }

func (s signalled) Error() string { return "ended by " + s.String() }

func (s signalled) status() int {
	switch s.Signal {
	case syscall.SIGTERM:
		return uploader.ExitTerminate
	case syscall.SIGHUP:
		return uploader.ExitHangup
	}
	return uploader.ExitInterrupt
}

// onSignals cancels at the first signal; a second one ends the program at once. SIGINT and
// SIGHUP that were ignored when the program started stay ignored: it runs under nohup, or
// behind a shell's &. What nobody reads any more is an error, and no reason to leave an
// upload in the middle.
func (a *app) onSignals(cancel context.CancelCauseFunc) (stop func()) {
	wanted := []os.Signal{syscall.SIGTERM}
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			wanted = append(wanted, s)
		}
	}
	ch := make(chan os.Signal, 1)
	signal.Notify(ch, wanted...)
	signal.Ignore(syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		select {
		case s := <-ch:
			signal.Stop(ch)
			cancel(signalled{s})
		case <-done:
		}
	}()
	return func() { signal.Stop(ch); close(done) }
}
