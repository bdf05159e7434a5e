//go:build unix

package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// startServer builds and starts the server, and returns its address. It is another
// program, and not this one once more, so that this one stays small.
func startServer(dir, ca string, secure bool, rtt time.Duration) (base string, stop func(), err error) {
	program := filepath.Join(dir, "discard")
	build := exec.Command("go", "build", "-o", program, "signpost/uploader/bench/discard")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return "", nil, fmt.Errorf("build the server: %w", err)
	}
	cmd := exec.Command(program, fmt.Sprintf("-tls=%v", secure), fmt.Sprintf("-rtt=%v", rtt), ca)
	cmd.Stderr = os.Stderr
	hold, err := cmd.StdinPipe() // the server ends with it
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	stop = func() { _ = hold.Close(); _ = cmd.Wait() }
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		stop()
		return "", nil, fmt.Errorf("the server does not say where it is: %w", err)
	}
	return strings.TrimSpace(line), stop, nil
}
