//go:build unix

// Bench measures an upload of the built program beside curl, in interleaved rounds on
// this machine, and prints ratios. Absolute figures mean nothing elsewhere.
//
//	go build -o /tmp/signpost . && go run ./uploader/bench -program /tmp/signpost
//	go run ./uploader/bench -program /tmp/signpost -tls
//	go run ./uploader/bench -program /tmp/signpost -size 10000 -rounds 31
package main

import (
	"crypto/tls"
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// run is what one process used.
type run struct {
	wall, cpu time.Duration
	rss       int64 // KiB at the peak
}

func main() {
	program := flag.String("program", "./signpost", "the built program")
	size := flag.Int64("size", 1<<30, "bytes of the file")
	rounds := flag.Int("rounds", 7, "interleaved rounds")
	secure := flag.Bool("tls", false, "over TLS")
	flag.Parse()
	if err := bench(*program, *size, *rounds, *secure); err != nil {
		log.Fatal(err)
	}
}

func bench(program string, size int64, rounds int, secure bool) error {
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "file.bin")
	if err := fill(file, size); err != nil {
		return err
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(discard))
	ca := filepath.Join(dir, "ca.pem")
	if secure {
		srv.TLS = &tls.Config{NextProtos: []string{"http/1.1"}}
		srv.StartTLS()
		block := &pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw}
		if err := os.WriteFile(ca, pem.EncodeToMemory(block), 0o600); err != nil {
			return err
		}
	} else {
		srv.Start()
	}
	defer srv.Close()

	var ours, curl []run
	for range rounds {
		o, err := measure(exec.Command(program, "upload", file, "--public-id", "x", "--resource-type", "raw"),
			"CLOUDINARY_URL=cloudinary://1:abcd@demo?upload_prefix="+srv.URL, "SSL_CERT_FILE="+ca)
		if err != nil {
			return err
		}
		args := []string{"-q", "-sS", "--noproxy", "*", "--cacert", ca, srv.URL + "/v1_1/demo/raw/upload",
			"--form-string", "public_id=x", "--form-string", "timestamp=1", "--form-string", "signature=x", "--form-string", "api_key=1", "-F", "file=@" + file}
		if !secure {
			args = slices.Delete(args, 4, 6)
		}
		c, err := measure(exec.Command("curl", args...))
		if err != nil {
			return err
		}
		ours, curl = append(ours, o), append(curl, c)
	}
	wall := func(r run) float64 { return float64(r.wall) }
	cpu := func(r run) float64 { return float64(r.cpu) }
	rss := func(r run) float64 { return float64(r.rss) }
	fmt.Printf("%d bytes, TLS %v, %d rounds: ours / curl  wall %.2f  CPU %.2f  peak memory %.2f  (ours %.1f MiB, curl %.1f MiB)\n",
		size, secure, rounds, ratio(ours, curl, wall), ratio(ours, curl, cpu), ratio(ours, curl, rss), median(ours, rss)/1024, median(curl, rss)/1024)
	return nil
}

func fill(path string, size int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 1<<20)
	for i := range block {
		block[i] = byte(i * 7)
	}
	for left := size; left > 0; left -= int64(len(block)) {
		if _, err := f.Write(block[:min(left, int64(len(block)))]); err != nil {
			return err
		}
	}
	return f.Close()
}

// discard drops the body and answers as the service would.
func discard(w http.ResponseWriter, r *http.Request) {
	_, _ = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{r.Body}, make([]byte, 1<<20))
	_, _ = io.WriteString(w, `{"public_id":"x","version":1}`)
}

func measure(cmd *exec.Cmd, env ...string) (run, error) {
	cmd.Env = append(os.Environ(), env...)
	var said, errors limited
	cmd.Stdout, cmd.Stderr = &said, &errors
	start := time.Now()
	if err := cmd.Run(); err != nil {
		return run{}, fmt.Errorf("%s: %w: %s", cmd.Path, err, errors)
	}
	wall := time.Since(start)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return run{}, fmt.Errorf("no figures of a process on this system")
	}
	return run{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss}, nil
}

// limited keeps the beginning of an output.
type limited []byte

func (l *limited) Write(p []byte) (int, error) {
	if len(*l) < 4096 {
		*l = append(*l, p...)
	}
	return len(p), nil
}

func median(runs []run, of func(run) float64) float64 {
	var v []float64
	for _, r := range runs {
		v = append(v, of(r))
	}
	slices.Sort(v)
	return v[len(v)/2]
}

func ratio(a, b []run, of func(run) float64) float64 { return median(a, of) / median(b, of) }
