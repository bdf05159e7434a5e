package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/adrg/xdg"

	"signpost/signer/visible"
	"signpost/ui"
	"signpost/ui/dialog"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/queue"
	"signpost/uploader/sandbox"
)

// deliver is how the screen sends: with all that it takes to bring an upload to its end,
// going on where an earlier try of the same upload stopped, and kept in the history.
func (a *app) deliver(client *uploader.Client, store *journal.Journal) func(context.Context, uploader.Prepared, uploader.Observer) (*uploader.Result, error) {
	var budget uploader.Budget
	return func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
		at := time.Now()
		task := uploader.Task{
			Prepared: p, Budget: &budget, Save: store.SaveCheckpoint,
			Drop: func(k uploader.Checkpoint) { _ = store.DropCheckpoint(k.Key()) },
		}
		if p.File.Kind == uploader.FilePath {
			points, _ := store.Checkpoints()
			for _, k := range points {
				if k.Fits(p, at) == nil && samePath(k.File.Path, p.File.Path) {
					task.Resume = &k
				}
			}
		}
		result, err := client.Deliver(ctx, task, obs)
		_ = store.Jot(journal.NewEntry(p, result, err, at))
		return result, err
	}
}

// newQueue makes a queue that survives a restart.
func (a *app) newQueue(client *uploader.Client, store *journal.Journal, box *sandbox.Server, account uploader.Account, jobs int) *queue.Queue {
	return a.queueNamed(screenQueue+rand.Text()+" "+accountOf(account), client, store, box, account, jobs)
}

// screenQueue begins the names of queues of the screen. A random word and the account
// follow.
const screenQueue = "screen "

// accountOf names the account that a queue was made for: its files must not go to another.
// The sandbox is the same, whatever its port.
func accountOf(a uploader.Account) string {
	if a.Sandbox {
		return "sandbox"
	}
	return a.Host() + ", cloud " + a.CloudName + ", API key " + a.APIKey
}

func (a *app) queueNamed(name string, client *uploader.Client, store *journal.Journal, box *sandbox.Server, account uploader.Account, jobs int) *queue.Queue {
	over := 0 // so many from the start on need nothing more
	return queue.New(queue.Config{
		Jobs: jobs, Deliver: client.Deliver,
		Prepare: func(d uploader.Draft) (uploader.Prepared, error) {
			file := uploader.ParseFile(d.File, a.fileOptions(!account.Sandbox, box.SampleURL()))
			return uploader.Prepare(d, account, file, time.Now())
		},
		Save: func(items []queue.Saved, changed []int) error {
			for _, i := range changed {
				over = min(over, i)
			}
			for over < len(items) && slices.Contains([]queue.State{queue.Done, queue.Cancelled, queue.Failed}, items[over].State) {
				over++
			}
			if over < len(items) {
				return store.SaveQueue(name, items, changed)
			}
			return store.DropQueue(name) // nothing is left to be done
		},
		Mark:  func(id int, s queue.State) { store.Mark(name, id, s) },
		Ended: func(i queue.Item) { _ = store.Jot(journal.NewEntry(i.Prepared, i.Result, i.Err, began(i))) },
	})
}

// began is when a file of a queue was sent.
func began(i queue.Item) time.Time {
	if at := i.Began(); !at.IsZero() {
		return at
	}
	return time.Now()
}

// unfinished are the uploads that an earlier run left. What went to the sandbox of that
// run is gone with it.
func (a *app) unfinished(deps *ui.Deps, store *journal.Journal, box *sandbox.Server) {
	if _, err := os.Stat(filepath.Join(xdg.DataHome, "signpost", "journal.db")); err != nil {
		return
	}
	client := uploader.New(uploader.ClientConfig{UserAgent: "signpost/" + version(), Conns: queue.MostJobs})
	points, _ := store.Checkpoints()
	for _, k := range points {
		drop := func() error { return store.DropCheckpoint(k.Key()) }
		if time.Since(k.At) > uploader.CheckpointLife || isLoopback(k.Host) && k.Host == deps.Sandbox.Host() {
			_ = drop()
			continue
		}
		if deps.Unfinished == nil || k.At.After(deps.Unfinished.At) {
			d := k.Draft
			d.File = k.File.Path
			deps.Unfinished = &ui.Unfinished{Draft: d, Acked: k.Acked, Size: k.File.Size, At: k.At, Host: k.Host, Cloud: k.Cloud, APIKey: k.APIKey, Drop: drop}
		}
	}
	queues, _ := store.Queues()
	for name, saved := range queues {
		rest, ok := strings.CutPrefix(name, screenQueue)
		if !ok {
			continue // that of a command: it goes on with --resume
		}
		_, account, _ := strings.Cut(rest, " ")
		probe := queue.New(queue.Config{})
		if !probe.Restore(saved) {
			_ = store.DropQueue(name)
			continue
		}
		deps.LeftQueue = &ui.LeftQueue{
			Total: queue.Sum(probe.Items()), For: account,
			Fits: func(acc uploader.Account) bool { return account == "" || account == accountOf(acc) },
			Drop: func() error { return store.DropQueue(name) },
			Restore: func(acc uploader.Account) ui.Queue {
				q := a.queueNamed(name, client, store, box, acc, 4)
				q.Restore(saved)
				q.Again(-1)
				return q
			},
		}
	}
}

func isLoopback(host string) bool {
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	ip := net.ParseIP(name)
	return name == "localhost" || ip != nil && ip.IsLoopback()
}

// historyOf is the history for the screen.
func historyOf(store *journal.Journal) ui.History {
	return ui.History{
		List: func() ([]ui.Past, error) {
			all, err := store.History("", 0)
			var out []ui.Past
			for _, e := range all {
				out = append(out, ui.Past{
					ID: e.ID, At: e.At, Elapsed: e.Elapsed, Host: e.Host, Cloud: e.Cloud, APIKey: e.APIKey, Draft: e.Draft, Signed: e.Signed(),
					Timestamp: e.Timestamp, StringToSign: e.StringToSign, SignatureHead: e.SignatureHead, File: e.File,
					Parts: e.Parts, Retries: e.Retries, Status: e.Status, Outcome: e.Outcome, Error: e.Error, RequestID: e.RequestID,
					PublicID: e.PublicID, URL: e.URL, Answer: e.Answer, Warnings: e.Warnings, Timings: e.Timings,
				})
			}
			return out, err
		},
		Delete: func(id string) error { return store.Forget(id) },
		Export: func(id string) (string, error) {
			e, err := store.Find(id)
			if err != nil {
				return "", err
			}
			raw, err := json.MarshalIndent(e, "", "  ")
			if err != nil {
				return "", err
			}
			return writeCommand(string(raw), ".json")
		},
	}
}

// seen keeps the last exchanges of the sandbox.
type seen struct {
	mu  sync.Mutex
	all []sandbox.Exchange
}

// mostSeen is how many are kept.
const mostSeen = 200

func (s *seen) add(e sandbox.Exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all = append(s.all, e); len(s.all) > mostSeen {
		s.all = append(s.all[:0:0], s.all[len(s.all)-mostSeen:]...)
	}
}

// boxOf is the sandbox for the screen.
func boxOf(box *sandbox.Server, s *seen) ui.Box {
	b := ui.Box{
		Address: box.BaseURL() + "/_/",
		Exchanges: func() []ui.Exchange {
			s.mu.Lock()
			defer s.mu.Unlock()
			var out []ui.Exchange
			for i := len(s.all) - 1; i >= 0; i-- {
				e := s.all[i]
				out = append(out, ui.Exchange{
					At: e.Time, Method: e.Method, Path: e.Path, Part: e.Part, File: e.File, Status: e.Status, Error: e.Error,
					Verdict: e.Verdict, Fault: e.Fault, Fields: e.Fields, Signed: e.Signed, Ignored: e.Ignored,
					StringToSign: e.StringToSign, Signature: e.Signature,
				})
			}
			return out
		},
		Faults: func() (out []string) {
			for _, f := range box.Faults() {
				out = append(out, f.String())
			}
			return out
		},
		SetFault: func(text string) error {
			f, err := sandbox.ParseFault(text)
			if err == nil {
				box.SetFaults(append(box.Faults(), f)...)
			}
			return err
		},
		ClearFaults: func() { box.SetFaults() },
		Clock: func() string {
			off, fixed := box.Clock()
			switch {
			case !fixed.IsZero():
				return "stands still at " + fixed.UTC().Format(time.RFC3339)
			case off == 0:
				return "right"
			}
			return fmt.Sprintf("%+v off", off)
		},
		SetClock: func(off time.Duration) { box.SetClock(off, time.Time{}) },
		Reset:    func() { box.Reset("") },
	}
	for _, status := range []string{"503", "429", "420", "500", "423", "408", "413"} {
		b.Kinds = append(b.Kinds, dialog.Entry{ID: status, Title: visible.Clean(status), Detail: "that status, before anything is kept"})
	}
	for _, k := range sandbox.FaultKinds {
		b.Kinds = append(b.Kinds, dialog.Entry{ID: k.Name, Title: visible.Clean(k.Name), Detail: visible.Clean(k.Text)})
	}
	return b
}
