package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"signpost/uploader/queue"
)

// A queue is kept as a whole in the store, and what changes in it after that in a file of
// lines beside it: of two hundred files one line is written for each that moves, and not
// all of them anew. When the lines are many, the whole is kept again under another name
// of the file of lines, so that lines never meet a state that they do not belong to.
const (
	maxLog   = 4 << 20    // bytes of lines after which the whole is kept anew
	mostLog  = 4 * maxLog // more than there can be: a line is no longer than maxLog
	logStem  = "queue-"
	logTail  = ".lines"
	firstLog = 64 << 10 // a file of lines may always grow to this
)

// queueLog is the file of lines of one queue that this program keeps.
type queueLog struct {
	gen   string
	store fs.FileInfo // the store's file, when the whole was kept
	files int         // in the queue
	whole int         // bytes of the whole
	bytes int
	file  *os.File
}

// change is a line: files of the queue by their place.
type change struct {
	Items map[int]json.RawMessage `json:"items"`
}

func (j *Journal) logPath(gen string) string {
	return filepath.Join(j.dir, logStem+filepath.Base(gen)+logTail)
}

// appendTo keeps what has changed. done is false where the whole has to be kept instead.
// It is on disk when it returns where a file is handed out or a checkpoint has changed:
// these are what another start must not miss. Of the rest nothing is lost with the
// program, only with the machine. j.mu is held.
func (j *Journal) appendTo(name string, items []queue.Saved, changed []int) (done bool, err error) {
	l := j.logs[name]
	if l == nil || l.files != len(items) || l.bytes > max(firstLog, min(2*l.whole, maxLog)) {
		return false, nil
	}
	if now, err := os.Lstat(j.path()); err != nil || !os.SameFile(now, l.store) {
		return false, nil // somebody has set the store aside
	}
	if len(changed) == 0 {
		return true, nil
	}
	c, sync := change{Items: make(map[int]json.RawMessage, len(changed))}, false
	for _, i := range changed {
		s := items[i]
		if c.Items[i], err = encode(s); err != nil {
			return false, err
		}
		sync = sync || s.State == queue.Handed || s.Checkpoint != nil
	}
	line, err := seal(c)
	if err != nil || len(line) > maxLog {
		return false, err
	}
	return true, l.write(j.logPath(l.gen), append(line, '\n'), sync)
}

// encode is what is written of a file.
func encode(s queue.Saved) ([]byte, error) {
	s.Draft = withoutCredentials(s.Draft)
	return json.Marshal(s)
}

// write appends a line, and makes it last.
func (l *queueLog) write(path string, line []byte, sync bool) error {
	if l.file == nil {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL|os.O_APPEND, 0o600)
		if err != nil {
			return err
		}
		l.file = f
		if sync {
			syncDir(filepath.Dir(path))
		}
	}
	if _, err := l.file.Write(line); err != nil {
		return err
	}
	l.bytes += len(line)
	if sync {
		return l.file.Sync()
	}
	return nil
}

// dropLog forgets the lines of a queue. j.mu is held.
func (j *Journal) dropLog(name string) {
	if l := j.logs[name]; l != nil {
		if l.file != nil {
			_ = l.file.Close()
		}
		_ = os.Remove(j.logPath(l.gen))
		delete(j.logs, name)
	}
}

// replay brings a queue up to date with its lines. The last line may be half written: its
// files were not sent, because they are sent after it. Where another line is damaged
// nobody knows what became of the files that still wait: they may have been sent.
func (j *Journal) replay(gen string, items []queue.Saved) ([]queue.Saved, error) {
	if gen == "" {
		return items, nil
	}
	defer j.applyMarks(gen, items)
	f, err := os.Open(j.logPath(gen))
	if errors.Is(err, fs.ErrNotExist) {
		return items, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, mostLog))
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(raw) {
		var c change
		if bad := unseal(line, &c) != nil || !c.onto(items); !bad {
			continue
		} else if len(line) > 0 && line[len(line)-1] == '\n' {
			for i := range items {
				if items[i].State == queue.Waiting {
					items[i].State = queue.Handed
				}
			}
		}
	}
	return items, nil
}

// onto puts a line's files in their places, or none of them.
func (c change) onto(items []queue.Saved) bool {
	changed := make(map[int]queue.Saved, len(c.Items))
	for i, b := range c.Items {
		var s queue.Saved
		if i < 0 || i >= len(items) || json.Unmarshal(b, &s) != nil {
			return false
		}
		changed[i] = s
	}
	for i, s := range changed {
		items[i] = s
	}
	return true
}

// sweep removes the files of lines and marks that no queue names any more: a program was
// killed between keeping the whole and removing what it replaced.
func (j *Journal) sweep(named map[string]bool) {
	lines, _ := filepath.Glob(filepath.Join(j.dir, logStem+"*"+logTail))
	marks, _ := filepath.Glob(filepath.Join(j.dir, logStem+"*"+markTail))
	for _, f := range append(lines, marks...) {
		if !named[filepath.Base(f)] {
			_ = os.Remove(f)
		}
	}
}
