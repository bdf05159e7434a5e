package e2e

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// keeper takes uploads in parts and counts what it is sent.
type keeper struct {
	mu     sync.Mutex
	parts  map[string][]byte // by upload id
	times  map[string]int    // how often a part of an id came
	assets [][]byte
	names  []string // of files in one request
	bytes  atomic.Int64
}

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = io.NopCloser(io.TeeReader(r.Body, counter{&k.bytes}))
	f, head, err := r.FormFile("file")
	if err != nil {
		return // it was killed in the middle
	}
	content, err := io.ReadAll(f)
	if err != nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	span, id := r.Header.Get("Content-Range"), r.Header.Get("X-Unique-Upload-Id")
	if span == "" {
		k.names = append(k.names, head.Filename)
		_, _ = fmt.Fprintf(w, `{"public_id":%q,"bytes":%d}`, head.Filename, len(content))
		return
	}
	var first, last, total int
	_, _ = fmt.Sscanf(span, "bytes %d-%d/%d", &first, &last, &total)
	k.times[id+span]++
	have := k.parts[id]
	if first > len(have) {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	have = append(have[:first:first], content...)
	k.parts[id] = have
	if len(have) < total {
		_, _ = fmt.Fprintf(w, `{"done":false,"bytes":%d}`, len(have))
		return
	}
	k.assets = append(k.assets, have)
	_, _ = fmt.Fprintf(w, `{"public_id":"film","bytes":%d}`, len(have))
}

type counter struct{ n *atomic.Int64 }

func (c counter) Write(p []byte) (int, error) {
	c.n.Add(int64(len(p)))
	return len(p), nil
}

// killing runs the program with arguments, and kills it when the server has taken a
// random number of bytes, until it ends by itself. It returns how often it was killed, and
// what it said at last.
func killing(t *testing.T, k *keeper, dir string, total int64, environ []string, args ...string) (kills int, said string) {
	t.Helper()
	for {
		cmd := exec.Command(program, args...)
		cmd.Dir, cmd.Env = dir, environ
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		until := k.bytes.Load() + rand.Int64N(total/8)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		watch := make(chan struct{})
		go func() {
			for k.bytes.Load() < until {
				select {
				case <-watch:
					return
				default:
				}
			}
			if kills < 12 {
				_ = cmd.Process.Kill()
			}
		}()
		err := <-ended
		close(watch)
		if err == nil {
			return kills, out.String()
		}
		if cmd.ProcessState.ExitCode() >= 0 && cmd.ProcessState.ExitCode() != 8 {
			t.Fatalf("it ended by itself: %v\n%s", err, out.String())
		}
		if cmd.ProcessState.ExitCode() == 8 {
			return kills, out.String()
		}
		kills++
	}
}

// SIGKILL, power: an upload in parts that is killed at random moments goes on, sends no
// part that was acknowledged again but for at most one a kill, and what is assembled is the
// file.
func TestKilledUpload(t *testing.T) {
	t.Parallel()
	for round := range 3 {
		k := &keeper{parts: map[string][]byte{}, times: map[string]int{}}
		srv := httptest.NewServer(k)
		dir := t.TempDir()
		content := make([]byte, 24<<20)
		src := rand.NewChaCha8([32]byte{byte(round)})
		_, _ = src.Read(content)
		if err := os.WriteFile(filepath.Join(dir, "film.bin"), content, 0o600); err != nil {
			t.Fatal(err)
		}
		environ := []string{"HOME=" + dir, "XDG_DATA_HOME=" + filepath.Join(dir, "data"), "CLOUDINARY_URL=cloudinary://1:x@demo?upload_prefix=" + srv.URL}
		kills, _ := killing(t, k, dir, int64(len(content)), environ, "upload", "film.bin", "--resume", "--chunk-size", "2MiB", "--resource-type", "raw")
		srv.Close()
		k.mu.Lock()
		again := 0
		for _, n := range k.times {
			again += n - 1
		}
		if n := len(k.assets); n == 0 || !bytes.Equal(k.assets[n-1], content) || again > kills {
			t.Errorf("after %d kills: %d assets, %d parts were sent again", kills, n, again)
		}
		t.Logf("%d kills, %d parts sent again", kills, again)
		k.mu.Unlock()
	}
}

// SIGKILL, power: of many files, none that was kept is sent again by itself, and none is
// lost: each was kept, or its outcome is told as unknown. Those are no more than were on
// their way when the program was killed.
func TestKilledQueue(t *testing.T) {
	t.Parallel()
	k := &keeper{parts: map[string][]byte{}, times: map[string]int{}}
	srv := httptest.NewServer(k)
	defer srv.Close()
	dir := t.TempDir()
	const files = 120
	for i := range files {
		if err := os.MkdirAll(filepath.Join(dir, "many"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "many", fmt.Sprintf("f%03d.bin", i)), bytes.Repeat([]byte{byte(i)}, 30_000), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	environ := []string{"HOME=" + dir, "XDG_DATA_HOME=" + filepath.Join(dir, "data"), "CLOUDINARY_URL=cloudinary://1:x@demo?upload_prefix=" + srv.URL}
	const jobs = 4
	kills, said := killing(t, k, dir, files*30_000, environ, "upload", "many", "--resume", "--jobs", strconv.Itoa(jobs), "--resource-type", "raw")
	k.mu.Lock()
	defer k.mu.Unlock()
	seen := map[string]int{}
	for _, n := range k.names {
		seen[n]++
	}
	for n, times := range seen {
		if times > 1 {
			t.Errorf("%s was sent %d times", n, times)
		}
	}
	cmd := exec.Command(program, "history", "-n", "0")
	cmd.Dir, cmd.Env = dir, environ
	list, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d kills, %d of %d files kept, %d in the history", kills, len(seen), files, strings.Count(string(list), "\n"))
	kept, unknown := number(said, `(\d+) of \d+ kept`), number(said, `(\d+) with unknown outcome`)
	if kept+unknown != files || unknown > kills*jobs || len(seen) < kept {
		t.Errorf("%d kept, %d with unknown outcome, %d arrived, after %d kills: %s", kept, unknown, len(seen), kills, said)
	}
	t.Logf("%d with unknown outcome", unknown)
}

// number is the first one in a text that a pattern names; -1 where there is none.
func number(text, pattern string) int {
	m := regexp.MustCompile(pattern).FindStringSubmatch(text)
	if m == nil {
		return -1
	}
	n, _ := strconv.Atoi(m[1])
	return n
}
