package journal

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"signpost/uploader/queue"
)

// Beside the lines of a queue there is a file with a byte for each of its files: whether
// it was begun, and how it ended. A byte costs one call and is not made to last: what was
// written is lost with the machine, not with the program. So after a program was killed
// those that were handed out and not begun are known not to have been sent, and nothing is
// known after the machine stopped. The first line of the file tells the two apart: it is
// the boot in which it was written.
const markTail = ".marks"

// The marks. A file that has none was not begun.
const (
	markNone      = '.'
	markBegun     = 'b'
	markKept      = 'k'
	markFailed    = 'f'
	markUnknown   = 'u'
	markPaused    = 'p'
	markCancelled = 'c'
)

var markOf = map[queue.State]byte{
	queue.Waiting: markNone, queue.Running: markBegun, queue.Done: markKept, queue.Failed: markFailed,
	queue.Unknown: markUnknown, queue.Paused: markPaused, queue.Cancelled: markCancelled,
}

var stateOf = map[byte]queue.State{
	markNone: queue.Waiting, markBegun: queue.Handed, markKept: queue.Done, markFailed: queue.Failed,
	markUnknown: queue.Unknown, markPaused: queue.Paused, markCancelled: queue.Cancelled,
}

// saidOf is what is said of a file whose outcome was not kept in words.
var saidOf = map[queue.State]string{
	queue.Unknown: "everything was sent, and no usable answer came",
	queue.Failed:  "it failed just before the program ended; the history says why",
}

// marks are those of one queue.
type marks struct {
	mu    sync.Mutex
	now   []byte
	files []*os.File // of the whole that counts, and of one that is being kept
	bad   bool       // a mark could not be written: the files are gone
}

func (j *Journal) marksPath(gen string) string {
	return filepath.Join(j.dir, logStem+filepath.Base(gen)+markTail)
}

// marksOf are those of a queue, as many as it has files.
func (j *Journal) marksOf(name string) *marks {
	j.markMu.Lock()
	defer j.markMu.Unlock()
	if j.marks == nil {
		j.marks = map[string]*marks{}
	}
	m := j.marks[name]
	if m == nil {
		m = &marks{}
		j.marks[name] = m
	}
	return m
}

// Mark notes how a file of a queue stands, by its place: before the queue is kept first
// that it waits, [queue.Running] before it is sent, and how it ended. It costs next to
// nothing, and never waits for a disk. A queue of which nothing was marked before it was
// kept has no marks.
func (j *Journal) Mark(name string, id int, s queue.State) {
	mark, ok := markOf[s]
	if !ok {
		return
	}
	m := j.marksOf(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.grow(id + 1)
	m.now[id] = mark
	for _, f := range m.files {
		if _, err := f.WriteAt([]byte{mark}, int64(len(bootLine())+id)); err != nil {
			m.spoil()
			return
		}
	}
}

func (m *marks) grow(n int) {
	for len(m.now) < n {
		m.now = append(m.now, markNone)
	}
}

// spoil removes marks that are not right: without any, what was handed out counts as
// begun. The lock is held.
func (m *marks) spoil() {
	for _, f := range m.files {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	m.files, m.bad = nil, true
}

// bootLine is the first line of a file of marks; empty where the boot is not known.
var bootLine = sync.OnceValue(func() string {
	id := bootID()
	if id == "" || strings.ContainsAny(id, "\n") {
		return ""
	}
	return id + "\n"
})

// begin makes the file of a whole that is about to be kept. Until keep or drop is called
// marks go into both.
func (m *marks) begin(path string, files int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if bootLine() == "" || m.bad || len(m.now) == 0 {
		return // whoever keeps the queue does not mark
	}
	m.grow(files)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return
	}
	m.files = append(m.files, f)
	if _, err := f.Write(append([]byte(bootLine()), m.now...)); err != nil {
		m.spoil()
	}
}

// keep forgets all files but the newest, or all.
func (m *marks) keep(newest bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := len(m.files)
	if newest && n > 0 {
		n--
	}
	for _, f := range m.files[:n] {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}
	m.files = m.files[n:]
}

// undo forgets the newest file, whose whole could not be kept.
func (m *marks) undo(path string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if n := len(m.files); n > 0 && m.files[n-1].Name() == path {
		_ = m.files[n-1].Close()
		_ = os.Remove(path)
		m.files = m.files[:n-1]
	}
}

// dropMarks forgets the marks of a queue.
func (j *Journal) dropMarks(name string) {
	j.marksOf(name).keep(false)
	j.markMu.Lock()
	defer j.markMu.Unlock()
	delete(j.marks, name)
}

// applyMarks says of files that were handed out what became of them, where that is known.
func (j *Journal) applyMarks(gen string, items []queue.Saved) {
	path := j.marksPath(gen)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() > mostLog {
		return
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return
	}
	all, ok := bytes.CutPrefix(raw, []byte(bootLine()))
	if bootLine() == "" || !ok || len(all) < len(items) {
		return
	}
	for i := range items {
		if s, ok := stateOf[all[i]]; ok && items[i].State == queue.Handed {
			items[i].State, items[i].Said = s, saidOf[s]
		}
	}
}
