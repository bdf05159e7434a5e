package term

import (
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"

	tea "charm.land/bubbletea/v2"
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
	v = g.inner.View()
	if onMouse := v.OnMouse; onMouse != nil {
		v.OnMouse = func(msg tea.MouseMsg) (cmd tea.Cmd) {
			defer g.runner.catch()
			return g.runner.wrap(onMouse(msg))
		}
	}
	return v
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
// sequence is the library's own, so that only its shape can be told. A wish to suspend
// is dropped where nobody could wake the program up again.
func (r *Runner) wrapAll(msg tea.Msg) tea.Msg {
	if _, ok := msg.(tea.SuspendMsg); ok && !canSuspend() {
		return nil
	}
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
	r.crash(report{value: panicWords(v), stack: string(debug.Stack())})
}

// crash ends the program with a report. The first one counts.
func (r *Runner) crash(c report) {
	r.mu.Lock()
	if r.crashed == nil {
		r.crashed = &c
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
