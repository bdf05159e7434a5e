//go:build unix

// Bench measures an upload of the built program beside curl, in interleaved rounds on
// this machine, and prints ratios. Absolute figures mean nothing elsewhere.
//
//	go build -o /tmp/signpost . && go run ./uploader/bench -program /tmp/signpost
//	go run ./uploader/bench -program /tmp/signpost -tls
//	go run ./uploader/bench -program /tmp/signpost -size 10000 -rounds 31
//	go run ./uploader/bench -program /tmp/signpost -chunk 20MB
//	go run ./uploader/bench -program /tmp/signpost -small
//	go run ./uploader/bench -program /tmp/signpost -rtt 50ms
//	go run ./uploader/bench -program /tmp/signpost -sdk
//	go run ./uploader/bench -program /tmp/signpost -load 10s
//
// The server is a process of its own, so that each process is charged with what is its
// own, and so that this one stays small: on Linux the peak memory of a child begins
// with that of the process that started it.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

func main() {
	program := flag.String("program", "./signpost", "the built program")
	size := flag.Int64("size", 1<<30, "bytes of the file")
	rounds := flag.Int("rounds", 7, "interleaved rounds")
	secure := flag.Bool("tls", false, "over TLS")
	chunk := flag.String("chunk", "0", "size of a part; 0 is one request")
	small := flag.Bool("small", false, "200 files of 50 kB, one by one and 8 at once")
	rtt := flag.Duration("rtt", 0, "40 files of 50 kB to a server as far away as that, 8 at once beside one by one")
	sdk := flag.Bool("sdk", false, "20 MB parts, beside the Go SDK in parts")
	load := flag.Duration("load", 0, "uploads to the sandbox for as long as that, with 30 and with 128 clients")
	memory := flag.Int("memory", 0, "with -load: memory after so many uploads, beside that after 1000")
	flag.Parse()
	run := func() error { return bench(*program, *size, *rounds, *secure, *chunk) }
	if *small {
		run = func() error { return benchSmall(*program, *rounds) }
	}
	switch {
	case *rtt > 0:
		run = func() error { return benchFar(*program, *rtt, *rounds) }
	case *sdk:
		run = func() error { return benchSDK(*program, *size, *rounds) }
	case *load > 0:
		run = func() error { return benchLoad(*program, *load, *memory) }
	}
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func bench(program string, size int64, rounds int, secure bool, chunk string) error {
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, little := filepath.Join(dir, "file.bin"), filepath.Join(dir, "little.bin")
	if err := fill(file, size); err != nil {
		return err
	}
	if err := fill(little, 1<<20); err != nil {
		return err
	}
	ca := filepath.Join(dir, "ca.pem")
	base, stop, err := startServer(dir, ca, secure, 0)
	if err != nil {
		return err
	}
	defer stop()

	runs, err := interleave(rounds,
		func() *exec.Cmd { return ours(program, base, ca, "--chunk-size", chunk, file) },
		func() *exec.Cmd { return curl(base, ca, file) },
		func() *exec.Cmd { return ours(program, base, ca, "--chunk-size", chunk, little) },
	)
	if err != nil {
		return err
	}
	report(size, secure, runs[0], runs[1], runs[2])
	return nil
}

func report(size int64, secure bool, ours, curl, little []run) {
	cpu := func(r run) float64 { return float64(r.cpu) }
	rss := func(r run) float64 { return float64(r.rss) }
	fmt.Printf("%d bytes, TLS %v, %d rounds: ours / curl  wall %.2f  CPU %.2f  peak memory %.2f (%.1f / %.1f MiB); ours / ours at 1 MiB  peak memory %.2f\n",
		size, secure, len(ours), ratio(ours, curl, wall), ratio(ours, curl, cpu), ratio(ours, curl, rss),
		median(ours, rss)/1024, median(curl, rss)/1024, ratio(ours, little, rss))
	if floor := ownPeak(); floor >= median(ours, rss) || floor >= median(curl, rss) {
		fmt.Printf("peak memory cannot be told apart from that of this process (%.1f MiB)\n", floor/1024)
	}
}

// ours is what a person types; the account is made up, as the server takes any.
func ours(program, base, ca string, args ...string) *exec.Cmd {
	all := []string{"upload", "--resource-type", "raw"}
	if len(args) < 8 {
		all = append(all, "--public-id", "x")
	}
	cmd := exec.Command(program, append(all, args...)...)
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+filepath.Join(filepath.Dir(ca), "data"), "CLOUDINARY_URL=cloudinary://1:abcd@demo?upload_prefix="+base, "SSL_CERT_FILE="+ca)
	return cmd
}

func curl(base, ca, file string) *exec.Cmd {
	return exec.Command("curl", "-q", "-sS", "--noproxy", "*", "--cacert", ca, base+"/v1_1/demo/raw/upload",
		"--form-string", "public_id=x", "--form-string", "timestamp=1", "--form-string", "signature=x", "--form-string", "api_key=1", "-F", "file=@"+file)
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

// smallFiles and smallSize are those of [benchSmall].
const (
	smallFiles = 200
	smallSize  = 50_000
)

// benchSmall measures many small files, beside one curl that sends them all: one by one,
// and eight at once.
func benchSmall(program string, rounds int) error {
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files, err := fillMany(dir, smallFiles)
	if err != nil {
		return err
	}
	ca := filepath.Join(dir, "ca.pem")
	base, stop, err := startServer(dir, ca, false, 0)
	if err != nil {
		return err
	}
	defer stop()
	many := func(first ...string) *exec.Cmd {
		args := append([]string{"-q", "-sS", "--noproxy", "*"}, first...)
		for i, f := range files {
			if i > 0 {
				args = append(args, "--next", "-sS", "--noproxy", "*")
			}
			args = append(args, base+"/v1_1/demo/raw/upload", "--form-string", "timestamp=1", "--form-string", "signature=x", "--form-string", "api_key=1", "-F", "file=@"+f, "-o", "/dev/null")
		}
		return exec.Command("curl", args...)
	}
	runs, err := interleave(rounds,
		func() *exec.Cmd { return ours(program, base, ca, append([]string{"--jobs", "1"}, files...)...) },
		func() *exec.Cmd { return many() },
		func() *exec.Cmd { return ours(program, base, ca, append([]string{"--jobs", "8"}, files...)...) },
		func() *exec.Cmd { return many("-Z", "--parallel-max", "8") },
	)
	if err != nil {
		return err
	}
	fmt.Printf("%d files of %d bytes, %d rounds: one by one / curl %.2f; 8 at once / curl -Z %.2f\n",
		smallFiles, smallSize, rounds, ratio(runs[0], runs[1], wall), ratio(runs[2], runs[3], wall))
	return nil
}
