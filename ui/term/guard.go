package term

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
)

// guarded keeps panics of a model and of its commands away from the library, which
// would print their stacks over the screen.
type guarded struct {
	inner  tea.Model
	runner *Runner
}

func (g guarded) Init() (cmd tea.Cmd) {
	defer g.runner.catch()
	return g.runner.wrap(g.inner.Init())
}

func (g guarded) Update(msg tea.Msg) (next tea.Model, cmd tea.Cmd) {
	next = g
	defer g.runner.catch()
	inner, c := g.inner.Update(msg)
	return guarded{inner, g.runner}, g.runner.wrap(c)
}

func (g guarded) View() (v tea.View) {
	defer g.runner.catch()
	return g.inner.View()
}

// wrap puts a command under watch, and those that it brings with it.
func (r *Runner) wrap(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer r.catch()
		return r.wrapAll(cmd())
	}
}

var cmdType = reflect.TypeFor[tea.Cmd]()

// wrapAll puts the commands of a batch or a sequence under watch. The type of a
// sequence is the library's own, so that only its shape can be told.
func (r *Runner) wrapAll(msg tea.Msg) tea.Msg {
	v := reflect.ValueOf(msg)
	if !v.IsValid() || v.Kind() != reflect.Slice || v.Type().Elem() != cmdType {
		return msg
	}
	out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		out.Index(i).Set(reflect.ValueOf(r.wrap(v.Index(i).Interface().(tea.Cmd))))
	}
	return out.Interface()
}

// Go starts a goroutine whose panic ends the program in good order.
func (r *Runner) Go(f func()) {
	go func() {
		defer r.catch()
		f()
	}()
}

// catch is deferred: it takes a panic, keeps it for the report, and ends the program.
func (r *Runner) catch() {
	v := recover()
	if v == nil {
		return
	}
	stack := string(debug.Stack())
	r.mu.Lock()
	if r.crashed == nil {
		r.crashed = &report{value: panicWords(v), stack: stack}
	}
	r.mu.Unlock()
	r.end(ExitCrashed)
}

// panicWords tells of a panic without its value, which may hold anything: only the
// runtime's own errors speak of places and numbers.
func panicWords(v any) string {
	if e, ok := v.(runtime.Error); ok {
		return e.Error()
	}
	return fmt.Sprintf("a value of type %T", v)
}

// report is what is written down about a crash.
type report struct{ value, stack string }

// arguments are the values in a stack trace.
var arguments = regexp.MustCompile(`(?m)^(\S.*)\((?:0x[0-9a-f?]|\{|\.\.\.|_).*\)$`)

// write puts the report into a file that only its owner can read, and says so in one line.
func (c *report) write(o Options) {
	stack := arguments.ReplaceAllString(c.stack, "$1(…)")
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

func writeReport(dir, text string) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	path := filepath.Join(dir, "crash-"+time.Now().UTC().Format("20060102-150405.000")+".txt")
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

// divertStderr catches what the library prints to os.Stderr while the screen is up.
// text is what came, after restore.
func divertStderr() (text func() string, restore func()) {
	original := os.Stderr
	f, err := os.CreateTemp("", "signpost-*")
	if err != nil {
		return func() string { return "" }, func() {}
	}
	_ = os.Remove(f.Name()) // on Unix it lives on without a name
	os.Stderr = f
	var kept strings.Builder
	return kept.String, func() {
		os.Stderr = original
		if _, err := f.Seek(0, io.SeekStart); err == nil {
			_, _ = io.Copy(&kept, io.LimitReader(f, 1<<20))
		}
		name := f.Name()
		_ = f.Close()
		_ = os.Remove(name)
	}
}
