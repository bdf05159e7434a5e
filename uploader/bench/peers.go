//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// benchFar measures what several at once save where the server is far away.
func benchFar(program string, rtt time.Duration, rounds int) error {
	const count = 40
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files, err := fillMany(dir, count)
	if err != nil {
		return err
	}
	ca := filepath.Join(dir, "ca.pem")
	base, stop, err := startServer(dir, ca, false, rtt)
	if err != nil {
		return err
	}
	defer stop()
	runs, err := interleave(rounds,
		func() *exec.Cmd { return ours(program, base, ca, append([]string{"--jobs", "8"}, files...)...) },
		func() *exec.Cmd { return ours(program, base, ca, append([]string{"--jobs", "1"}, files...)...) },
	)
	if err != nil {
		return err
	}
	fmt.Printf("%d files, each answer %v late, %d rounds: 8 at once / one by one %.3f\n", count, rtt, rounds, ratio(runs[0], runs[1], wall))
	return nil
}

// benchSDK measures parts of 20 MB beside the Go SDK's of the same size.
func benchSDK(program string, size int64, rounds int) error {
	dir, err := os.MkdirTemp("", "bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	file, peer, ca := filepath.Join(dir, "file.bin"), filepath.Join(dir, "peer"), filepath.Join(dir, "ca.pem")
	if err := fill(file, size); err != nil {
		return err
	}
	build := exec.Command("go", "build", "-o", peer, "./peer")
	build.Dir, build.Stderr = filepath.Join("signer", "bench"), os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("build the program with the Go SDK (from the root of the repository): %w", err)
	}
	base, stop, err := startServer(dir, ca, false, 0)
	if err != nil {
		return err
	}
	defer stop()
	runs, err := interleave(rounds,
		func() *exec.Cmd { return ours(program, base, ca, "--chunk-size", "20MB", file) },
		func() *exec.Cmd {
			cmd := exec.Command(peer, strings.TrimSpace(base), file)
			cmd.Env = append(os.Environ(), "CLOUDINARY_URL=cloudinary://1:abcd@demo")
			return cmd
		},
	)
	if err != nil {
		return err
	}
	rss := func(r run) float64 { return float64(r.rss) }
	fmt.Printf("%d bytes in 20 MB parts, %d rounds: ours / Go SDK  wall %.2f  CPU %.2f  peak memory %.2f (%.1f / %.1f MiB)\n", size, rounds,
		ratio(runs[0], runs[1], wall), ratio(runs[0], runs[1], func(r run) float64 { return float64(r.cpu) }), ratio(runs[0], runs[1], rss),
		median(runs[0], rss)/1024, median(runs[1], rss)/1024)
	return nil
}
