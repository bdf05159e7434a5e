//go:build linux

package e2e

import (
	"bufio"
	"crypto/md5"
	"crypto/tls"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"regexp"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"signpost/signer"
)

// A turn is what the examiner's server does with one request. Turns are taken in their
// order, each by the next request that begins; after the last the server behaves.
type turn struct {
	// early turns are taken as soon as a connection is there, before a byte of it came.
	early bool
	do    func(x *exchange)
}

// examiner is a server that misbehaves as it is told, byte for byte, and keeps count of
// what it was sent.
type examiner struct {
	l    net.Listener
	addr string
	tls  *tls.Config
	over chan struct{} // the trial has ended
	dir  string        // of the trial
	run  *trialRun
	// started is closed when the program runs.
	started chan struct{}
	wg      sync.WaitGroup

	mu       sync.Mutex
	script   []turn
	always   *turn // instead of behaving
	met      int   // turns of the script that were taken
	requests int   // that began
	conns    []net.Conn
	assets   []asset
	parts    map[string][]byte
	hosts    map[string]bool // that requests were for
	wrong    []string        // what no client may do
}

// asset is an upload that was kept.
type asset struct {
	publicID, name string
	content        []byte
}

// exchange is one request on a connection.
type exchange struct {
	s    *examiner
	conn net.Conn
	r    *bufio.Reader
	n    int // the number of the request
	req  *http.Request
	form map[string]string
	file []byte
	name string
	open bool // the connection is good for another request
}

func newExaminer(script []turn, always *turn, secure *tls.Config) (*examiner, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &examiner{l: l, addr: l.Addr().String(), tls: secure, script: script, always: always, over: make(chan struct{}), started: make(chan struct{}), parts: map[string][]byte{}, hosts: map[string]bool{}}
	s.wg.Go(s.accept)
	return s, nil
}

func (s *examiner) accept() {
	for {
		c, err := s.l.Accept()
		if err != nil {
			return
		}
		// Little is taken that was not asked for, so that what is lost was not sent.
		_ = c.(*net.TCPConn).SetReadBuffer(64 << 10)
		s.mu.Lock()
		s.conns = append(s.conns, c)
		s.mu.Unlock()
		s.wg.Go(func() { s.serve(c) })
	}
}

// close ends the server and everything that hangs in it.
func (s *examiner) close() {
	close(s.over)
	_ = s.l.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
}

// next is the turn of the next request.
func (s *examiner) next(early bool) (turn, int, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := turn{do: take}
	switch {
	case s.met < len(s.script):
		t = s.script[s.met]
	case s.always != nil:
		t = *s.always
	}
	if t.early != early {
		return t, 0, false
	}
	if s.met < len(s.script) {
		s.met++
	}
	s.requests++
	return t, s.requests, true
}

func (s *examiner) fault(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wrong = append(s.wrong, fmt.Sprintf(format, args...))
}

func (s *examiner) serve(plain net.Conn) {
	defer plain.Close()
	conn := plain
	if t, n, ok := s.next(true); ok {
		t.do(&exchange{s: s, conn: conn, n: n, r: bufio.NewReader(conn)})
		return
	}
	if s.tls != nil {
		conn = tls.Server(plain, s.tls)
	}
	r := bufio.NewReaderSize(conn, 4096)
	for open := true; open; {
		if _, err := r.Peek(1); err != nil {
			return
		}
		t, n, ok := s.next(false)
		if !ok {
			return
		}
		x := &exchange{s: s, conn: conn, n: n, r: r}
		t.do(x)
		open = x.open
	}
}

// head reads the head of the request, and lets the body come.
func (x *exchange) head() bool {
	req, err := http.ReadRequest(x.r)
	if err != nil {
		return false
	}
	x.req = req
	x.s.mu.Lock()
	x.s.hosts[req.Host] = true
	x.s.mu.Unlock()
	if req.Header.Get("Expect") != "" {
		x.write("HTTP/1.1 100 Continue\r\n\r\n")
	}
	return true
}

// some reads a share of the body, in percent.
func (x *exchange) some(percent int64) bool {
	n := x.req.ContentLength * percent / 100
	_, err := io.CopyN(io.Discard, x.req.Body, n)
	return err == nil
}

// all reads the whole request, and looks whether it is signed.
func (x *exchange) all() bool {
	if x.req == nil && !x.head() {
		return false
	}
	_, params, err := mime.ParseMediaType(x.req.Header.Get("Content-Type"))
	if err != nil {
		return false
	}
	x.form = map[string]string{}
	form := multipart.NewReader(x.req.Body, params["boundary"])
	for {
		p, err := form.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return false
		}
		content, err := io.ReadAll(p)
		if err != nil {
			return false
		}
		if p.FormName() == "file" && p.FileName() != "" {
			x.file, x.name = content, p.FileName()
		} else {
			x.form[p.FormName()] = string(content)
		}
	}
	if _, err := io.Copy(io.Discard, x.req.Body); err != nil {
		return false
	}
	x.checkSigned()
	return true
}

func (x *exchange) checkSigned() {
	var signed []signer.Param
	for name, value := range x.form {
		if name != "file" && name != "api_key" && name != "signature" {
			signed = append(signed, signer.Param{Name: name, Value: value})
		}
	}
	if err := signer.Verify(signed, x.form["signature"], signer.NewSecret(canary), signer.Options{}); err != nil {
		x.s.fault("request %d is not signed: %v", x.n, err)
	}
}

func (x *exchange) write(text string) { _, _ = io.WriteString(x.conn, text) }

// reset ends the connection without a goodbye.
func (x *exchange) reset() {
	c := x.conn
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	_ = c.(*net.TCPConn).SetLinger(0)
	_ = c.Close()
}

// tunnel goes on as the server at the end of a tunnel.
func (x *exchange) tunnel(cfg *tls.Config) {
	x.conn = tls.Server(x.conn, cfg)
	x.r, x.req = bufio.NewReader(x.conn), nil
}

// cork holds back what is written until the connection is closed.
func (x *exchange) cork() {
	if raw, err := x.conn.(*net.TCPConn).SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_CORK, 1) })
	}
}

// hang does nothing until the trial has ended.
func (x *exchange) hang() { <-x.s.over }

// answer is a whole answer; the connection stays.
func (x *exchange) answer(status int, header, body string) {
	x.write(response(status, timed(header, headTime, http.TimeFormat), timed(body, bodyTime, "2006-01-02 15:04:05")))
	x.open = true
}

// A time in a script is written as how far it is from now: <1h> in a header, {1h} in a
// body.
var (
	headTime = regexp.MustCompile(`<-?[0-9hms]+>`)
	bodyTime = regexp.MustCompile(`\{-?[0-9hms]+\}`)
)

func timed(text string, mark *regexp.Regexp, layout string) string {
	return mark.ReplaceAllStringFunc(text, func(m string) string {
		off, err := time.ParseDuration(m[1 : len(m)-1])
		if err != nil {
			return m
		}
		return time.Now().Add(off).UTC().Format(layout)
	})
}

func response(status int, header, body string) string {
	return fmt.Sprintf("HTTP/1.1 %d %s\r\n%sContent-Length: %d\r\n\r\n%s", status, http.StatusText(status), header, len(body), body)
}

// keep keeps what was sent, and returns the answer that is due.
func (x *exchange) keep() string {
	s := x.s
	s.mu.Lock()
	defer s.mu.Unlock()
	span, content := x.req.Header.Get("Content-Range"), x.file
	if span != "" {
		var first, last, total int
		_, _ = fmt.Sscanf(span, "bytes %d-%d/%d", &first, &last, &total)
		id := x.req.Header.Get("X-Unique-Upload-Id")
		have := s.parts[id]
		if first > len(have) || last-first+1 != len(content) {
			s.wrong = append(s.wrong, "a part that does not fit: "+span)
			return `{"error":{"message":"no"}}`
		}
		have = append(have[:first:first], content...)
		s.parts[id] = have
		if len(have) < total {
			return fmt.Sprintf(`{"done":false,"bytes":%d}`, len(have))
		}
		content = have
	}
	id := x.form["public_id"]
	if id == "" && span != "" {
		id = "made-up-" + x.req.Header.Get("X-Unique-Upload-Id")
	}
	if id == "" {
		id = fmt.Sprintf("made-up-%d", len(s.assets))
	}
	a := asset{publicID: id, name: x.name, content: content}
	replaced := false
	for i, b := range s.assets {
		if b.publicID == id {
			s.assets[i], replaced = a, true
		}
	}
	if !replaced {
		s.assets = append(s.assets, a)
	}
	return a.json()
}

// json is what the service says of an asset.
func (a asset) json() string {
	sig, _ := signer.SignResponse(a.publicID, "7", signer.NewSecret(canary), signer.SHA1)
	sum := md5.Sum(a.content)
	return fmt.Sprintf(`{"asset_id":"a1","public_id":%q,"version":7,"signature":%q,"bytes":%d,"etag":%q,"secure_url":"https://res.cloudinary.com/demo/raw/upload/%s"}`,
		a.publicID, sig, len(a.content), fmt.Sprintf("%x", sum), "x")
}
