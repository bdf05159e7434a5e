package term

import (
	"io"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"signpost/signer/visible"
)

// report is what is written down about a crash.
type report struct{ value, stack string }

// arguments are the values in a stack trace.
var arguments = regexp.MustCompile(`(?m)^(\S.*)\((?:0x[0-9a-f?]|\{|\.\.\.|_).*\)$`)

// write puts the report into a file that only its owner can read, and says so in one line.
func (c report) write(o Options) {
	stack := arguments.ReplaceAllString(strings.ReplaceAll(c.stack, "\r", ""), "$1(…)")
	text := "signpost crashed: " + c.value + "\n\n" + stack
	if o.Redact != nil {
		text = o.Redact(text)
	}
	text = string(visible.CleanLines(text))
	path, err := writeReport(o.ReportDir, text)
	if err != nil {
		path, err = writeReport(os.TempDir(), text)
	}
	if err != nil {
		_, _ = io.WriteString(o.Message, "signpost crashed; no report could be written\n")
		return
	}
	_, _ = io.WriteString(o.Message, "signpost crashed; report at "+string(visible.Clean(path))+"\n")
}

// Crashed is for the work without a screen: called with what recover returned, it
// writes a report as [Run] does, and returns the exit status.
func Crashed(v any, o Options) int {
	report{value: panicWords(v), stack: string(debug.Stack())}.write(o)
	return ExitCrashed
}

func writeReport(dir, text string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "crash-"+time.Now().UTC().Format("20060102-150405.000000")+".txt")
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", err
	}
	if _, err = f.WriteString(text); err != nil {
		_ = f.Close()
		return "", err
	}
	return path, f.Close()
}

// divertStderr catches what is printed to os.Stderr and to the standard logger while
// the screen is up: stacks by the terminal library, remarks by net/http (threat T9).
// text is what came, once restore was called.
func divertStderr() (text func() string, restore func()) {
	stderr, logger := os.Stderr, log.Writer()
	f, err := os.CreateTemp("", "signpost-*")
	if err != nil {
		if f, err = os.OpenFile(os.DevNull, os.O_RDWR, 0); err != nil {
			return func() string { return "" }, func() {}
		}
	} else {
		_ = os.Remove(f.Name()) // on Unix it lives on without a name
	}
	os.Stderr = f
	log.SetOutput(f)
	var kept strings.Builder
	return kept.String, func() {
		os.Stderr = stderr
		log.SetOutput(logger)
		if _, err := f.Seek(0, io.SeekStart); err == nil {
			_, _ = io.Copy(&kept, io.LimitReader(f, 1<<20))
		}
		name := f.Name()
		_ = f.Close()
		if name != os.DevNull {
			_ = os.Remove(name)
		}
	}
}
