package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/queue"
)

// mostFiles bounds what a folder can stand for.
const mostFiles = 100_000

// journal is the store of history and unfinished uploads.
func (a *app) journal() *journal.Journal { return journal.Open(a.dataDir()) }

// dataDir is where this program keeps things.
func (a *app) dataDir() string {
	if d := a.environ()["XDG_DATA_HOME"]; d != "" {
		return filepath.Join(d, "signpost")
	}
	return filepath.Join(xdg.DataHome, "signpost")
}

// files are what the arguments name, folders taken apart. There is at least one, which
// is empty where nothing is named.
func (a *app) files(args []string) ([]string, error) {
	if slices.Contains(args, "-") || a.flags.file == "-" {
		return nil, &failure{code: uploader.ExitUsage,
			err:  errors.New("upload: standard input has no known size and cannot be read twice, which a signed request of a known length needs"),
			hint: "save it as a file first, and give its path; ./- is a file of that name"}
	}
	if len(args) > 1 && slices.Contains(args, "") {
		return nil, &failure{code: uploader.ExitUsage, err: errors.New("upload: one of the files is an empty argument"), hint: "a variable of the shell that is not set looks like that"}
	}
	if len(args) > 0 && a.flags.file != "" {
		return nil, usage("the file is named twice: as an argument and by --file")
	}
	if len(args) == 0 {
		return []string{a.flags.file}, nil
	}
	var out []string
	for _, arg := range args {
		parsed := uploader.ParseFile(arg, a.fileOptions(true, ""))
		info, err := os.Stat(parsed.Path)
		if parsed.Kind != uploader.FilePath || err != nil || !info.IsDir() {
			out = append(out, arg)
			continue
		}
		below, left, err := filesBelow(parsed.Path)
		if err != nil {
			return nil, &failure{code: uploader.ExitLocal, err: err, hint: "check who may read the folder"}
		}
		if len(below) == 0 {
			return nil, &failure{code: uploader.ExitLocal, err: fmt.Errorf("read %s: it is a directory without files to upload", arg), hint: "name a file, or a folder with files in it; hidden ones are left out"}
		}
		out = append(out, below...)
		if left > 0 {
			a.say("note: left out %d in %s that are hidden, links, or no regular files", left, visible.Clean(arg))
		}
	}
	once := a.onlyOnce(out)
	if n := len(out) - len(once); n > 0 {
		a.say("note: %d named more than once; each is sent once", n)
	}
	return once, nil
}

// onlyOnce leaves out what was named before, however it is spelled: a second upload of
// the same file makes a second asset.
func (a *app) onlyOnce(files []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(name string) bool {
		key := name
		if f := uploader.ParseFile(name, a.fileOptions(true, "")); f.Kind == uploader.FilePath {
			if abs, err := filepath.Abs(f.Path); err == nil {
				key = abs
			}
		}
		before := seen[key]
		seen[key] = true
		return before
	})
}

// filesBelow lists the regular files in a folder and below it, by name, without hidden
// ones, and counts what it leaves out. Links in it are not followed; the folder itself may
// be one.
func filesBelow(dir string) (out []string, left int, err error) {
	root := strings.TrimRight(dir, string(filepath.Separator)) + string(filepath.Separator)
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && path != root:
			left++
			if d.IsDir() {
				return filepath.SkipDir
			}
		case d.Type().IsRegular():
			if out = append(out, path); len(out) > mostFiles {
				return fmt.Errorf("read %s: there are more than %d files below it", dir, mostFiles)
			}
		case !d.IsDir():
			left++
		}
		return nil
	})
	return out, left, err
}

func samePath(a, b string) bool {
	x, err := filepath.Abs(a)
	y, err2 := filepath.Abs(b)
	return err == nil && err2 == nil && x == y
}

// line is what standard output has of each of several files.
type line struct {
	File      string          `json:"file"`
	Outcome   string          `json:"outcome"`
	Exit      int             `json:"exit"`
	Status    int             `json:"status,omitempty"`
	PublicID  string          `json:"public_id,omitempty"`
	URL       string          `json:"secure_url,omitempty"`
	Error     string          `json:"error,omitempty"`
	Parts     int             `json:"parts,omitempty"`
	Retries   int             `json:"retries,omitempty"`
	ElapsedMS int64           `json:"elapsed_ms"`
	Warnings  []string        `json:"warnings,omitempty"`
	Answer    json.RawMessage `json:"answer,omitempty"`
	RawAnswer string          `json:"raw_answer,omitempty"`
}

// newLine is the line of a file that has ended; r may be nil.
func newLine(file, said string, e journal.Entry, r *uploader.Result) line {
	l := line{File: file, Outcome: e.Outcome, Exit: e.Exit, Error: said}
	if r == nil {
		return l
	}
	l.Status, l.PublicID, l.URL, l.Parts, l.Retries = r.Status, r.PublicID, r.SecureURL, r.Parts, r.Retries
	l.ElapsedMS, l.Warnings = r.Elapsed.Milliseconds(), r.Warnings
	if r.Kind == uploader.BodyJSON && json.Valid(r.Body) {
		l.Answer = r.Body
	} else {
		l.RawAnswer = strings.ToValidUTF8(string(r.Body), "\ufffd")
	}
	return l
}

// many is an upload of several files.
type many struct {
	a     *app
	q     *queue.Queue
	store *journal.Journal
	total int

	mu     sync.Mutex
	ended  int
	failed int
	out    error // standard output cannot be written
	kept   error // the history cannot
	codes  map[int]int
	tty    bool
}

// sendMany uploads several files, some at once.
func (a *app) sendMany(account uploader.Account, files []string, f uploadFlags) error {
	var drafts []uploader.Draft
	var all []uploader.Prepared
	prepare := func(d uploader.Draft) (uploader.Prepared, error) {
		if !d.TimestampByHand {
			d.Timestamp = ""
		}
		return a.prepareFile(account, d)
	}
	for _, file := range files {
		a.flags.file = file
		d, err := a.flags.draft(uploader.Draft{})
		if err != nil {
			return err
		}
		if d.Get("public_id") != "" {
			return &failure{code: uploader.ExitUsage, err: errors.New("upload: with one public ID for several files each would replace the one before"),
				hint: "leave the public ID out; -p folder=NAME or -p use_filename=1 gives them names"}
		}
		p, err := prepare(d)
		if err != nil {
			return err
		}
		all, drafts = append(all, p), append(drafts, d)
	}
	if err := a.checkChunks(account, all, f); err != nil {
		return err
	}
	client := a.client(f)
	if f.dryRun {
		for _, p := range all {
			if err := a.dryRun(client, p, f); err != nil {
				return err
			}
		}
		return nil
	}
	store := a.journal()
	defer store.Close()
	m := &many{a: a, store: store, total: len(files), codes: map[int]int{}, tty: isTerminal(a.world.Stderr)}
	name := queueName(account, all)
	m.q = queue.New(queue.Config{
		Jobs: f.jobs, Prepare: prepare, Deliver: client.Deliver, ChunkSize: f.chunkSize, Ended: m.one,
		Mark: func(id int, s queue.State) { store.Mark(name, id, s) },
		Save: func(items []queue.Saved, changed []int) error { return store.SaveQueue(name, items, changed) },
	})
	a.tellWay(client, account)
	return m.run(name, drafts, f.resume)
}

// prepareFile signs a draft whose file is its own.
func (a *app) prepareFile(account uploader.Account, d uploader.Draft) (uploader.Prepared, error) {
	a.known.mu.Lock()
	defer a.known.mu.Unlock()
	live := account.HostKind() != uploader.HostLoopback
	p, err := uploader.Prepare(d, account, uploader.ParseFile(d.File, a.fileOptions(live, "")), time.Now())
	if err != nil {
		return p, &failure{code: uploader.ExitCode(err), err: fmt.Errorf("sign: %w", err)}
	}
	return p, nil
}

// queueName is the same for the same files, parameters and account.
func queueName(account uploader.Account, all []uploader.Prepared) string {
	var b strings.Builder
	fmt.Fprintln(&b, account.Base(), account.CloudName, account.APIKey)
	for _, p := range all {
		abs := p.File.Text
		if p.File.Kind == uploader.FilePath {
			abs, _ = filepath.Abs(p.File.Path)
		}
		fmt.Fprintf(&b, "%q", abs)
		for _, q := range p.Fields {
			if q.Name != "timestamp" && q.Name != "signature" {
				fmt.Fprintf(&b, " %q=%q", q.Name, q.Value)
			}
		}
		b.WriteByte('\n')
	}
	return "upload " + signer.Fingerprint([]byte(b.String()))
}

// run sends everything, and ends with the status that tells what became of it.
func (m *many) run(name string, drafts []uploader.Draft, resume bool) error {
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := m.a.onSignals(cancel)
	defer stop()
	before := m.earlier(name, resume)
	if before != nil {
		m.q.Restore(before)
		m.q.Again(-1)
		m.tellEarlier()
		m.q.Start()
	} else {
		m.q.Add(drafts...)
	}
	_ = m.q.Wait(ctx) // why it ended stands in ctx
	closing := m.q.Close(3 * time.Second)
	m.clear()
	items := m.q.Items()
	sum := queue.Sum(items)
	if sum.Done == sum.Files {
		_ = m.store.DropQueue(name)
	}
	if m.kept != nil {
		m.a.say("note: the history cannot be kept: %v", m.kept)
	}
	if serr := m.q.SaveError(); serr != nil {
		m.a.say("note: where the uploads stand cannot be kept, so that they could not be resumed: %v", serr)
	}
	m.a.say("%d of %d kept, %d failed, %d with unknown outcome, %d not sent", sum.Done, sum.Files, sum.Failed, sum.Unknown, sum.Stopped+sum.Waiting+sum.Running)
	var sig signalled
	switch {
	case errors.As(context.Cause(ctx), &sig):
		return &failure{code: sig.status(), err: fmt.Errorf("stopped after %d of %d", sum.Done, sum.Files), hint: "signpost upload --resume with the same files and parameters goes on there"}
	case closing != nil:
		return &failure{code: uploader.ExitOther, err: closing}
	case m.out != nil:
		return &failure{code: uploader.ExitOther, err: fmt.Errorf("write the answers: %w", m.out)}
	case sum.Done == sum.Files:
		return nil
	}
	return m.failure(sum)
}

// failure is the end of an upload of which something failed: 8 where something else was
// kept, or where it failed for several reasons.
func (m *many) failure(sum queue.Total) error {
	f := &failure{code: uploader.ExitPartial, err: fmt.Errorf("%d of %d were not kept", sum.Files-sum.Done, sum.Files), hint: "each has its reason above, and its line of JSON; signpost upload --resume with the same files and parameters sends only those that failed"}
	if sum.Done == 0 && len(m.codes) == 1 {
		for code := range m.codes {
			f.code = code
		}
	}
	return f
}

// earlier is what is kept of an earlier run with the same files, where it is asked for.
func (m *many) earlier(name string, resume bool) []queue.Saved {
	queues, err := m.store.Queues()
	if err != nil && resume {
		m.a.say("note: what earlier uploads left cannot be read: %v", err)
	}
	saved, ok := queues[name]
	switch {
	case !resume:
		return nil
	case !ok:
		m.a.say("note: there is nothing to resume; everything is sent")
		return nil
	}
	return saved
}

// tellEarlier says what became of the files in the earlier run.
func (m *many) tellEarlier() {
	for _, i := range m.q.Items() {
		switch i.State {
		case queue.Done:
			m.ended++
		case queue.Unknown:
			m.ended++
			m.codes[uploader.ExitUnknown]++
			m.a.say("outcome unknown: %s: %s; look it up before you send it again", visible.Clean(i.Draft.File), i.Said)
		}
	}
	m.a.say("%d of %d were kept before", queue.Sum(m.q.Items()).Done, m.total)
}

// one is told of each file that has ended.
func (m *many) one(i queue.Item) {
	if i.State == queue.Paused || i.State == queue.Cancelled {
		return
	}
	entry := journal.NewEntry(i.Prepared, i.Result, i.Err, began(i))
	kept := m.store.Jot(entry)
	said := ""
	if i.Err != nil {
		said = m.a.redact(i.Said)
	}
	l := newLine(i.Draft.File, said, entry, i.Result)
	b, err := json.Marshal(l)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended++
	if kept != nil {
		m.kept = kept
	}
	m.clear() // both may be the same terminal
	if err == nil {
		err = m.a.writeAnswer(append(b, '\n'))
	}
	if err != nil {
		m.out = err
	}
	if i.Err != nil {
		m.failed++
		m.codes[entry.Exit]++
		m.a.say("%d of %d: %s: %s", m.ended, m.total, visible.Clean(i.Draft.File), i.Said)
	} else if !m.tty {
		m.a.say("%d of %d: %s", m.ended, m.total, visible.Clean(i.Draft.File))
	}
	if m.tty {
		_, _ = fmt.Fprintf(m.a.world.Stderr, "\r\x1b[K%d of %d", m.ended, m.total)
	}
}

// clear takes the changing line away.
func (m *many) clear() {
	if m.tty {
		_, _ = fmt.Fprint(m.a.world.Stderr, "\r\x1b[K")
	}
}
