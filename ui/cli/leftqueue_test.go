package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/adrg/xdg"

	"signpost/signer"
	"signpost/ui"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/queue"
	"signpost/uploader/sandbox"
)

// TestLeftQueueAccount: a queue of the screen is known to be for the account that it was
// made for: host, cloud and key.
func TestLeftQueueAccount(t *testing.T) {
	dir := filepath.Join(xdg.DataHome, "signpost")
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	mine := uploader.Account{CloudName: "mine", APIKey: "12", Secret: signer.NewSecret("s")}
	store := journal.Open(dir)
	a := &app{}
	name := screenQueue + "x " + accountOf(mine)
	if err := store.SaveQueue(name, []queue.Saved{{State: queue.Waiting, Draft: uploader.Draft{File: "y"}}}, []int{0}); err != nil {
		t.Fatal(err)
	}
	store.Close()

	store = journal.Open(dir)
	defer store.Close()
	deps := ui.Deps{Sandbox: uploader.SandboxAccount("http://127.0.0.1:1")}
	a.unfinished(&deps, store, sandbox.New(sandbox.Options{}))
	left := deps.LeftQueue
	if left == nil || left.For != "api.cloudinary.com, cloud mine, API key 12" || !left.Fits(mine) {
		t.Fatalf("%+v", left)
	}
	for _, other := range []uploader.Account{
		deps.Sandbox, {CloudName: "mine", APIKey: "13"}, {CloudName: "other", APIKey: "12"}, {CloudName: "mine", APIKey: "12", Prefix: "https://api-eu.cloudinary.com"},
	} {
		if left.Fits(other) {
			t.Errorf("it fits %s", accountOf(other))
		}
	}
}
