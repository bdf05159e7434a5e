//go:build unix

// Bench measures an upload of the built program beside curl, in interleaved rounds on
// this machine, and prints ratios. Absolute figures mean nothing elsewhere.
//
//	go build -o /tmp/signpost . && go run ./uploader/bench -program /tmp/signpost
//	go run ./uploader/bench -program /tmp/signpost -tls
//	go run ./uploader/bench -program /tmp/signpost -size 10000 -rounds 31
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
	file, little := filepath.Join(dir, "file.bin"), filepath.Join(dir, "little.bin")
	if err := fill(file, size); err != nil {
		return err
	}
	if err := fill(little, 1<<20); err != nil {
		return err
	}
	ca := filepath.Join(dir, "ca.pem")
	base, stop, err := startServer(dir, ca, secure)
	if err != nil {
		return err
	}
	defer stop()

	commands := []func() *exec.Cmd{
		func() *exec.Cmd { return ours(program, base, ca, file) },
		func() *exec.Cmd { return curl(base, ca, file) },
		func() *exec.Cmd { return ours(program, base, ca, little) },
	}
	runs := make([][]run, len(commands))
	for range rounds {
		for i, command := range commands {
			r, err := measure(command())
			if err != nil {
				return err
			}
			runs[i] = append(runs[i], r)
		}
	}
	report(size, secure, runs[0], runs[1], runs[2])
	return nil
}

func report(size int64, secure bool, ours, curl, little []run) {
	wall := func(r run) float64 { return float64(r.wall) }
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
func ours(program, base, ca, file string) *exec.Cmd {
	cmd := exec.Command(program, "upload", file, "--public-id", "x", "--resource-type", "raw")
	cmd.Env = append(os.Environ(), "CLOUDINARY_URL=cloudinary://1:abcd@demo?upload_prefix="+base, "SSL_CERT_FILE="+ca)
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
