//go:build unix

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"signpost/signer"
)

// sandboxProcess is the built program as a sandbox.
type sandboxProcess struct {
	cmd         *exec.Cmd
	base, cloud string
	key, secret string
}

func startSandbox(program string) (*sandboxProcess, error) {
	cmd := exec.Command(program, "sandbox", "--addr", "127.0.0.1:0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &sandboxProcess{cmd: cmd}
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil {
		return nil, errors.Join(err, s.stop())
	}
	line := strings.TrimPrefix(strings.Fields(string(buf[:n]) + " x")[0], "CLOUDINARY_URL=")
	u, err := url.Parse(line)
	if err != nil {
		return nil, errors.Join(errors.New("the sandbox's address cannot be read"), s.stop())
	}
	s.cloud, s.key, s.base = u.Host, u.User.Username(), u.Query().Get("upload_prefix")
	s.secret, _ = u.User.Password()
	return s, nil
}

func (s *sandboxProcess) stop() error {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait() // it ends with the signal's status
	return nil
}

// memory is what the sandbox has in memory now, in KiB.
func (s *sandboxProcess) memory() (now float64) {
	raw, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(s.cmd.Process.Pid), "status"))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if v, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			now, _ = strconv.ParseFloat(strings.Fields(v)[0], 64)
		}
	}
	return now
}

// upload sends a picture with a signature of its own.
func (s *sandboxProcess) upload(c *http.Client, picture []byte) error {
	now := strconv.FormatInt(time.Now().Unix(), 10)
	signed, err := signer.Sign([]signer.Param{{Name: "timestamp", Value: now}}, signer.NewSecret(s.secret), signer.Options{})
	if err != nil {
		return err
	}
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, f := range [][2]string{{"timestamp", now}, {"api_key", s.key}, {"signature", signed}} {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return err
		}
	}
	part, err := w.CreateFormFile("file", "x.png")
	if err != nil {
		return err
	}
	if _, err := part.Write(picture); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	resp, err := c.Post(s.base+"/v1_1/"+s.cloud+"/image/upload", w.FormDataContentType(), &body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return err
}

// flood uploads with several clients until the context is done or most is reached.
func (s *sandboxProcess) flood(ctx context.Context, clients int, most int64, picture []byte) (took []time.Duration, err error) {
	c := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	defer c.CloseIdleConnections()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var sent atomic.Int64
	for range clients {
		wg.Go(func() {
			for ctx.Err() == nil && sent.Add(1) <= most {
				start := time.Now()
				e := s.upload(c, picture)
				mu.Lock()
				took, err = append(took, time.Since(start)), errors.Join(err, e)
				mu.Unlock()
				if e != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took, err
}

// benchLoad measures the sandbox: uploads a second, how long the slowest of a hundred
// take, and whether its memory grows with what it has taken.
func benchLoad(program string, span time.Duration, uploads int) error {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		return err
	}
	s, err := startSandbox(program)
	if err != nil {
		return err
	}
	defer s.stop()
	for _, clients := range []int{1, 30, 128} {
		ctx, cancel := context.WithTimeout(context.Background(), span)
		took, err := s.flood(ctx, clients, 1<<62, picture.Bytes())
		cancel()
		if err != nil {
			return err
		}
		fmt.Printf("%3d clients: %.0f uploads a second, median %v, 99th percentile %v\n", clients, float64(len(took))/span.Seconds(), took[len(took)/2], took[len(took)*99/100])
	}
	if uploads == 0 {
		return nil
	}
	fresh, err := startSandbox(program)
	if err != nil {
		return err
	}
	defer fresh.stop()
	if _, err := fresh.flood(context.Background(), 8, 1000, picture.Bytes()); err != nil {
		return err
	}
	before := fresh.memory()
	if _, err := fresh.flood(context.Background(), 8, int64(uploads-1000), picture.Bytes()); err != nil {
		return err
	}
	fmt.Printf("memory after %d uploads / after 1000: %.2f (%.1f / %.1f MiB)\n", uploads, fresh.memory()/before, fresh.memory()/1024, before/1024)
	return nil
}
