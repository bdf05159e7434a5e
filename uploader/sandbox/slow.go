package sandbox

import (
	"io"
	"net/http"
	"time"
)

// A client has ten seconds for nothing, and then sends at least 1 KiB a second.
const (
	grace   = 10 * time.Second
	minRate = 1 << 10
)

// bodyDeadline is when the byte after the first n must have come, of a body that began
// at start.
func bodyDeadline(start time.Time, n int64) time.Time {
	return start.Add(grace + time.Duration(n/minRate)*time.Second)
}

// pacedBody reads a body whose connection ends when it is too slow. It uses the real
// clock: deadlines of connections know no other.
type pacedBody struct {
	body  io.Reader
	rc    *http.ResponseController
	start time.Time
	n     int64
}

// newPacedBody starts the clock for a body.
func newPacedBody(w http.ResponseWriter, body io.Reader) *pacedBody {
	return &pacedBody{body: body, rc: http.NewResponseController(w), start: time.Now()}
}

func (p *pacedBody) Read(b []byte) (int, error) {
	// Without a socket there is no deadline to set, and nothing to defend.
	_ = p.rc.SetReadDeadline(bodyDeadline(p.start, p.n))
	n, err := p.body.Read(b)
	p.n += int64(n)
	if err == io.EOF {
		// From here on the server watches the connection for its end; a deadline would
		// look like one while a picture is made.
		_ = p.rc.SetReadDeadline(time.Time{})
	}
	return n, err
}

// paceRequest starts a request. A body that nobody reads must come all the same, because
// the server looks for the next request behind it; and deadlines of the request before
// on the same connection end here.
func paceRequest(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	_ = rc.SetWriteDeadline(time.Time{})
	if r.ContentLength != 0 {
		_ = rc.SetReadDeadline(bodyDeadline(time.Now(), 0))
	}
}

// paceAnswer gives a client time for an answer of n bytes.
func paceAnswer(w http.ResponseWriter, n int64) {
	_ = http.NewResponseController(w).SetWriteDeadline(bodyDeadline(time.Now(), n).Add(grace))
}
