package ui

import (
	"strings"
	"testing"

	"signpost/uploader"
	"signpost/uploader/queue"
)

// TestLeftQueueAccount: files that an earlier run was sending go on with the account that
// they were for, and with no other.
func TestLeftQueueAccount(t *testing.T) {
	t.Parallel()
	w := newWorld()
	d := w.deps()
	d.Live = uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": "cloudinary://1234567:s3cret-value@mine"}})
	var with []string
	d.LeftQueue = &LeftQueue{
		Total: queue.Total{Files: 3, Done: 1, Waiting: 2}, For: "sandbox",
		Fits: func(a uploader.Account) bool { return a.Sandbox },
		Restore: func(a uploader.Account) Queue {
			with = append(with, a.CloudName)
			q := queue.New(queue.Config{})
			q.Restore([]queue.Saved{{State: queue.Done}})
			return q
		},
		Drop: func() error { return nil },
	}
	m := start(t, w, d, 120, 36)
	if f := frame(t, m); !strings.Contains(f, "Unfinished uploads") || !strings.Contains(f, "to    sandbox") || !strings.Contains(f, "not the account in use") {
		t.Fatalf("got\n%s", f)
	}
	m = steps(t, m, keys("enter")...)
	if len(with) != 1 || with[0] != d.Sandbox.CloudName {
		t.Errorf("it goes on with %q\n%s", with, frame(t, m))
	}
}
