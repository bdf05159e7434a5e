package sandbox

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/netip"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"signpost/uploader/sandbox/render"
)

// SampleName is the file name of the sample picture.
const SampleName = render.SampleName

// samplePath is where it is served.
const samplePath = "/sample/" + SampleName

// Sample returns the sample picture. It must not be modified.
func Sample() []byte { return render.Sample() }

// Server is one sandbox. It is safe for concurrent use. Make it with [New].
type Server struct {
	o         Options
	pool      *pool
	partials  partials
	plan      plan
	clock     clock
	stopped   chan struct{}
	stopOnce  sync.Once
	admin     adminState
	rooms     rooms
	notices   chan struct{}
	notifier  *http.Client
	ring      ring
	token     string // of the inspector's pages
	store     *store
	jsonSlots chan struct{}
	workers   chan struct{}
	offline   atomic.Int64 // Unix seconds at which the network was not there
	sampled   sync.Map     // the clouds that had their sample picture
	sampling  sync.Mutex

	mu     sync.Mutex
	http   *http.Server
	base   string
	bound  netip.AddrPort // of the listener
	done   chan struct{}
	closed bool
}

// New makes a sandbox that holds nothing yet.
func New(o Options) *Server {
	o = o.withDefaults()
	p := &pool{limits: o.Limits, free: freeBytes}
	s := &Server{
		o: o, pool: p, stopped: make(chan struct{}), notices: make(chan struct{}, mostNotices), notifier: newNotifier(o.AllowLoopbackFetch), token: rand.Text(), store: newStore(o.Limits.Assets),
		jsonSlots: make(chan struct{}, jsonSlots),
		workers:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		base:      "http://" + DefaultAddr,
	}
	p.evict = s.store.evict
	real := o.Clock
	s.o.Clock = func() time.Time { return s.now(real) }
	s.plan.faults = append(s.plan.faults, o.Faults...)
	return s
}

// Handler returns the sandbox as a handler. It checks the Host of each request, takes no
// changing request from another origin, and sets no CORS header.
func (s *Server) Handler() http.Handler {
	guard := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := &call{s: s, w: w, r: r, scheme: schemeOf(r)}
		c.ex = Exchange{Time: s.o.Clock(), Method: r.Method, Path: r.URL.Path, RequestID: s.hexID(16)}
		defer c.record()
		defer func() {
			if p := recover(); p != nil {
				c.refuse(fail(internal))
			}
		}()
		paceRequest(w, r)
		c.headers()
		var err error
		switch {
		case !s.hostAllowed(r):
			err = fail(foreignHost)
		case guard.Check(r) != nil:
			err = fail(foreignOrigin)
		default:
			err = c.route()
		}
		if err != nil {
			c.refuse(err)
		}
	})
}

// call is one request on its way through the sandbox.
type call struct {
	s       *Server
	w       http.ResponseWriter
	r       *http.Request
	ex      Exchange
	started bool
	scheme  string // that the client came with
	cloud   string // of a request to the APIs
	// answered is told of the body of a good answer; nil where nobody wants to know.
	answered func(body []byte)
	// fault is what goes wrong on purpose; ahead is how far the clock is off for it.
	fault Fault
	ahead time.Duration
	// later is true where the answer has been given already.
	later bool
}

// headers sets what every answer carries. Source: a captured 401 (ExCloudinary pull 4);
// the value of X-UA-Compatible is unconfirmed.
func (c *call) headers() {
	h := c.w.Header()
	h.Set("Date", c.s.o.Clock().UTC().Format(http.TimeFormat))
	h.Set("Server", "cloudinary")
	h.Set("Cache-Control", "no-cache")
	h.Set("X-Request-Id", c.ex.RequestID)
	h.Set("X-UA-Compatible", "IE=Edge,chrome=1")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
}

// route finds what a path stands for. It looks at the escaped path, so that an escaped
// slash stays inside its piece, and never cleans it: no piece becomes a path.
func (c *call) route() error {
	raw := strings.Split(strings.TrimPrefix(c.r.URL.EscapedPath(), "/"), "/")
	if len(raw) > maxPieces {
		return fail(noSuchAction)
	}
	pieces := make([]string, len(raw))
	for i, p := range raw {
		text, err := url.PathUnescape(p)
		if err != nil {
			return fail(noSuchAction)
		}
		pieces[i] = text
	}
	if pieces[0] == "v1_1" {
		return c.api(pieces[1:])
	}
	if pieces[0] == "_" {
		return c.web(pieces[1:])
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		c.w.Header().Set("Allow", "GET, HEAD")
		return fail(wrongMethod, c.r.Method)
	}
	switch {
	case c.r.URL.Path == "/":
		return c.front()
	case c.r.URL.Path == samplePath:
		return c.sample()
	}
	return c.deliver(pieces)
}

// maxPieces bounds the pieces of a path.
const maxPieces = 300

// front says in one line what is here.
func (c *call) front() error {
	if strings.Contains(c.r.Header.Get("Accept"), "text/html") {
		return c.web([]string{""})
	}
	c.w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	return c.bytes(http.StatusOK, []byte("signpost sandbox: a local Upload API. POST /v1_1/"+c.s.o.Accounts[0].Cloud+"/image/upload\n"))
}

// sample serves the sample picture.
func (c *call) sample() error {
	c.w.Header().Set("Content-Type", render.ContentType(sampleFormat()))
	return c.bytes(http.StatusOK, Sample())
}

// sampleFormat is the sample's extension.
func sampleFormat() string { return SampleName[strings.LastIndexByte(SampleName, '.')+1:] }

// api answers the APIs, so many requests of a cloud at the same time.
func (c *call) api(pieces []string) error {
	if len(pieces) == 0 {
		return fail(noSuchAction)
	}
	c.cloud = pieces[0]
	if most := c.s.o.Limits.AtOnce; !c.s.enter(&c.s.rooms.busy, c.cloud, most) {
		c.drain()
		c.w.Header().Set("Retry-After", "1")
		return fail(tooManyAtOnce, most)
	}
	defer c.s.leave(&c.s.rooms.busy, c.cloud)
	return c.answerAPI(pieces)
}

// answerAPI finds what a path of the Upload API or the Admin API stands for.
func (c *call) answerAPI(pieces []string) error {
	if isAdmin(pieces[1:]) && (len(pieces) != 2 || pieces[1] != "tags" || c.r.Method == http.MethodGet) {
		return c.adminCall(pieces[0], pieces[1:])
	}
	cloud, kind, action := pieces[0], "auto", ""
	switch len(pieces) {
	case 2:
		action = pieces[1]
	case 3:
		kind, action = pieces[1], pieces[2]
	}
	if action == "upload_chunked" {
		action = "upload" // the SDKs' other name for it
	}
	if f := actions[action]; f != nil && (isKind(kind) || kind == "auto" || kind == "all") && (c.r.Method == http.MethodPost || c.r.Method == http.MethodGet && downloads[action]) {
		if done, err := c.inject(); done || err != nil {
			return err
		}
		return c.act(cloud, kind, action)
	}
	if action != "upload" || !isKind(kind) && kind != "auto" {
		return fail(noSuchAction)
	}
	if c.r.Method != http.MethodPost {
		c.w.Header().Set("Allow", "POST")
		return fail(wrongMethod, c.r.Method)
	}
	if done, err := c.inject(); done || err != nil {
		return err
	}
	return c.upload(cloud, kind)
}

// work runs f when it is its turn: as many run at once as there are CPUs. What holds a
// whole picture in memory runs here.
func (s *Server) work(ctx context.Context, f func() error) error {
	select {
	case s.workers <- struct{}{}:
		defer func() { <-s.workers }()
		return f()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isKind reports whether a text is a resource type that a file can have.
func isKind(kind string) bool { return kind == "image" || kind == "video" || kind == "raw" }

// hexID makes an identifier of n ≤ 64 hexadecimal digits.
func (s *Server) hexID(n int) string {
	sum := sha256.Sum256([]byte(s.o.NewID()))
	return hex.EncodeToString(sum[:])[:n]
}

// plainID makes an identifier of n ≤ 32 characters a–z and 0–9.
func (s *Server) plainID(n int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
	sum := sha256.Sum256([]byte(s.o.NewID()))
	id := make([]byte, n)
	for i := range id {
		id[i] = letters[int(sum[i])%len(letters)]
	}
	return string(id)
}
