//go:build unix

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"signpost/signer"
)

// startSandbox runs the sandbox alone, and returns where it is and how to kill it.
func startSandbox(t *testing.T, args ...string) (base string, kill func()) {
	t.Helper()
	cmd := exec.Command(program, append([]string{"sandbox", "--addr", "127.0.0.1:0"}, args...)...)
	cmd.Stderr = io.Discard
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, base, ok := strings.Cut(strings.TrimSpace(line), "upload_prefix=")
	if err != nil || !ok {
		t.Fatalf("%q, %v", line, err)
	}
	return base, func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
}

// put uploads a raw file to the sandbox, and reports whether it was acknowledged.
func put(base, id, content string) bool {
	stamp := fmt.Sprint(time.Now().Unix())
	params := []signer.Param{{Name: "public_id", Value: id}, {Name: "timestamp", Value: stamp}}
	signature, err := signer.Sign(params, signer.NewSecret(signer.Published), signer.Options{Version: signer.V2})
	if err != nil {
		return false
	}
	form := "public_id=" + id + "&timestamp=" + stamp + "&api_key=123456789012345&signature=" + signature + "&file=data:text/plain;base64," + content
	res, err := http.Post(base+"/v1_1/demo/raw/upload", "application/x-www-form-urlencoded", strings.NewReader(form))
	if err != nil {
		return false
	}
	defer res.Body.Close()
	_, err = io.Copy(io.Discard, res.Body)
	return err == nil && res.StatusCode == http.StatusOK
}

// SIGKILL, power: what a sandbox with --data has acknowledged is there after any number of
// kills, whole, and nothing is outside its folder.
func TestKilledSandbox(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	data := filepath.Join(parent, "data")
	random := rand.New(rand.NewPCG(1, 2))
	acknowledged := map[string]string{}
	const kills = 8
	for round := range kills {
		base, kill := startSandbox(t, "--data", data)
		var mu sync.Mutex
		var group sync.WaitGroup
		done := make(chan struct{})
		for worker := range 3 {
			group.Go(func() {
				for i := 0; ; i++ {
					select {
					case <-done:
						return
					default:
					}
					id, content := fmt.Sprintf("f%d_%d_%d", round, worker, i%40), strings.Repeat("QUJD", 50+i)
					if !put(base, id, content) {
						continue
					}
					mu.Lock()
					acknowledged[id] = strings.Repeat("ABC", 50+i)
					mu.Unlock()
				}
			})
		}
		for { // until it has taken something in this round, and a random number of uploads more
			mu.Lock()
			n := len(acknowledged)
			mu.Unlock()
			if n > 10*round+random.IntN(10) {
				break
			}
			runtime.Gosched()
		}
		kill()
		close(done)
		group.Wait()
	}
	base, kill := startSandbox(t, "--data", data)
	defer kill()
	lost := 0
	for id, want := range acknowledged {
		res, err := http.Get(base + "/demo/raw/upload/" + id)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		// The last upload of that name may have been kept without being acknowledged.
		if err != nil || res.StatusCode != http.StatusOK || len(got)%3 != 0 || string(got) != strings.Repeat("ABC", len(got)/3) || len(got) < len(want) {
			lost++
			t.Errorf("%s: %d, %d bytes of %d: %v", id, res.StatusCode, len(got), len(want), err)
		}
	}
	outside, err := os.ReadDir(parent)
	if err != nil || len(outside) != 1 {
		t.Errorf("%v, %v", outside, err)
	}
	t.Logf("%d kills, %d assets acknowledged, %d lost", kills, len(acknowledged), lost)
}
