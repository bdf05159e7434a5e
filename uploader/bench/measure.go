//go:build unix

package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// run is what one process used.
type run struct {
	wall, cpu time.Duration
	rss       int64 // KiB at the peak
}

// measure runs a command. What it says on standard output goes nowhere, and complaints to a
// file: nobody has to wake up for them.
func measure(cmd *exec.Cmd) (run, error) {
	complaints, err := os.CreateTemp("", "bench-*")
	if err != nil {
		return run{}, err
	}
	defer os.Remove(complaints.Name())
	defer complaints.Close()
	cmd.Stderr = complaints
	start := time.Now()
	if err := cmd.Run(); err != nil {
		said, _ := os.ReadFile(complaints.Name())
		return run{}, fmt.Errorf("%s: %w: %.4096s", cmd.Path, err, said)
	}
	wall := time.Since(start)
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return run{}, errors.New("no figures of a process on this system")
	}
	return run{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), usage.Maxrss}, nil
}

// ownPeak is the peak memory of this process in KiB.
func ownPeak() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Maxrss)
}

// fill writes a file that nothing could compress to nothing.
func fill(path string, size int64) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	block := make([]byte, 64<<10)
	for i := range block {
		block[i] = byte(i * 7)
	}
	for left := size; left > 0; left -= int64(len(block)) {
		if _, err := f.Write(block[:min(left, int64(len(block)))]); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// fillMany writes files of [smallSize].
func fillMany(dir string, n int) (files []string, err error) {
	for i := range n {
		files = append(files, filepath.Join(dir, fmt.Sprintf("f%03d.bin", i)))
		if err := fill(files[i], smallSize); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// interleave runs each command once in each round.
func interleave(rounds int, commands ...func() *exec.Cmd) ([][]run, error) {
	runs := make([][]run, len(commands))
	for range rounds {
		for i, command := range commands {
			r, err := measure(command())
			if err != nil {
				return nil, err
			}
			runs[i] = append(runs[i], r)
		}
	}
	return runs, nil
}

func wall(r run) float64 { return float64(r.wall) }
