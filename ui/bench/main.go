//go:build unix

// Bench measures the screen in a pty beside the smallest Bubble Tea program at the same
// rate, in interleaved rounds: start to the first frame, key to changed frame, bytes a
// key, processor time at rest.
//
//	go build -o /tmp/signpost . && go run ./ui/bench -program /tmp/signpost
//	go run ./ui/bench -program /tmp/signpost -silent
//	go run ./ui/bench -program /tmp/signpost -everything
package main

import (
	"bytes"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"time"

	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/creack/pty"
)

// hello is the floor: one text input.
type hello struct{ input textinput.Model }

func (h hello) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (h hello) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if k, ok := msg.(tea.KeyPressMsg); ok && k.String() == "ctrl+q" {
		return h, tea.Quit
	}
	var cmd tea.Cmd
	h.input, cmd = h.input.Update(msg)
	return h, cmd
}

func (h hello) View() tea.View {
	v := tea.NewView("Signature\n" + h.input.View())
	v.AltScreen = true
	return v
}

func runHello() {
	in := textinput.New()
	in.SetVirtualCursor(false)
	in.Focus()
	if _, err := tea.NewProgram(hello{in}, tea.WithFPS(120)).Run(); err != nil {
		log.Fatal(err)
	}
}

// everything lists all parameters: the screen is large enough to show each one.
var everything bool

// sample is what one run of a program gave.
type sample struct {
	start, key, rest float64 // ms, ms (median), ms of processor time a second
	bytes            float64
}

func main() {
	program := flag.String("program", "./signpost", "the built program")
	rounds := flag.Int("rounds", 11, "interleaved rounds")
	silent := flag.Bool("silent", false, "a terminal that never answers a query")
	flag.BoolVar(&everything, "everything", false, "all upload parameters on a screen of 140 by 100")
	verbose := flag.Bool("v", false, "print every sample: start ms, key ms, rest ms/s, bytes")
	flag.Parse()
	if os.Getenv("BENCH_HELLO") != "" {
		runHello()
		return
	}
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	var ours, floor []sample
	for range *rounds {
		o, err := measure(exec.Command(*program), *silent)
		if err != nil {
			log.Fatal(err)
		}
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), "BENCH_HELLO=1")
		f, err := measure(cmd, *silent)
		if err != nil {
			log.Fatal(err)
		}
		ours, floor = append(ours, o), append(floor, f)
	}
	if *verbose {
		fmt.Printf("ours %.2f\nfloor %.2f\n", ours, floor)
	}
	fmt.Printf("ours / smallest program at 120 fps, silent terminal %v, %d rounds: first frame %.2f  key to frame %.2f  at rest %.2f  (bytes a key %.0f)\n",
		*silent, *rounds,
		median(ours, func(s sample) float64 { return s.start })/median(floor, func(s sample) float64 { return s.start }),
		median(ours, func(s sample) float64 { return s.key })/median(floor, func(s sample) float64 { return s.key }),
		median(ours, func(s sample) float64 { return s.rest })/median(floor, func(s sample) float64 { return s.rest }),
		median(ours, func(s sample) float64 { return s.bytes }))
}

func median(s []sample, of func(sample) float64) float64 {
	var v []float64
	for _, x := range s {
		v = append(v, of(x))
	}
	slices.Sort(v)
	return v[len(v)/2]
}

// measure runs a program in a pty.
func measure(cmd *exec.Cmd, silent bool) (sample, error) {
	home, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(home)
	if cmd.Env == nil {
		cmd.Env = os.Environ()
	}
	cmd.Env = append(cmd.Env, "HOME="+home, "XDG_DATA_HOME="+home, "XDG_STATE_HOME="+home, "TERM=xterm-256color", "COLORTERM=truecolor")
	cmd.Dir = home
	begin := time.Now()
	size := &pty.Winsize{Rows: 24, Cols: 80}
	if everything {
		size = &pty.Winsize{Rows: 100, Cols: 140}
	}
	tty, err := pty.StartWithSize(cmd, size)
	if err != nil {
		return sample{}, err
	}
	defer tty.Close()
	out := make(chan []byte, 1024)
	go func() {
		defer close(out)
		for {
			buf := make([]byte, 32<<10)
			n, err := tty.Read(buf)
			if err != nil {
				return
			}
			if !silent && bytes.Contains(buf[:n], []byte("\x1b]11;?")) {
				_, _ = tty.WriteString("\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62c")
			}
			out <- buf[:n]
		}
	}()
	var s sample
	var seen []byte
	for !bytes.Contains(seen, []byte("Signature")) {
		select {
		case b, ok := <-out:
			if !ok {
				return s, fmt.Errorf("%s ended before its first frame: %q", cmd.Path, seen)
			}
			seen = append(seen, b...)
		case <-time.After(20 * time.Second):
			return s, fmt.Errorf("%s drew no frame", cmd.Path)
		}
	}
	s.start = ms(time.Since(begin))
	keys := "\t" // to the public ID, which is signed
	if everything && !slices.Contains(cmd.Env, "BENCH_HELLO=1") {
		keys = "\a\a\t\t" // the list of everything, over the filter and the file
	}
	if _, err := tty.WriteString(keys); err != nil {
		return s, err
	}
	quiet(out, 500*time.Millisecond)
	var times []float64
	total := 0
	for i := range 20 {
		// Frames are drawn on a tick: a key must come at any moment between two.
		time.Sleep(time.Duration(rand.Int64N(int64(9 * time.Millisecond))))
		begin := time.Now()
		if _, err := tty.WriteString(string(rune('a' + i))); err != nil {
			return s, err
		}
		b, ok := <-out
		if !ok {
			return s, fmt.Errorf("%s ended at a key", cmd.Path)
		}
		times = append(times, ms(time.Since(begin)))
		total += len(b) + quiet(out, 30*time.Millisecond)
	}
	slices.Sort(times)
	s.key, s.bytes = times[len(times)/2], float64(total)/20
	before := cpu(cmd.Process.Pid)
	if n := quiet(out, 2*time.Second); n > 0 {
		fmt.Printf("%d bytes at rest from %s\n", n, cmd.Path)
	}
	s.rest = (cpu(cmd.Process.Pid) - before) / 2
	_ = cmd.Process.Signal(syscall.SIGTERM)
	_ = cmd.Wait()
	return s, nil
}

// quiet waits until nothing has come for a while, and counts what came.
func quiet(out chan []byte, d time.Duration) int {
	n := 0
	for {
		select {
		case b, ok := <-out:
			if !ok {
				return n
			}
			n += len(b)
		case <-time.After(d):
			return n
		}
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// cpu is the processor time of a process in ms, by Linux's /proc.
func cpu(pid int) float64 {
	tasks, err := os.ReadDir(fmt.Sprintf("/proc/%d/task", pid))
	if err != nil {
		return 0
	}
	var sum float64
	for _, t := range tasks {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%s/schedstat", pid, t.Name()))
		var ns float64
		if err == nil {
			_, _ = fmt.Sscan(string(raw), &ns)
		}
		sum += ns
	}
	return sum / 1e6
}
