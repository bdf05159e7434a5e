package sandbox

import (
	"embed"
	"html/template"
	"net/http"
	"net/netip"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed web/index.html web/app.js web/demo.js web/style.css sign.go
var webFiles embed.FS

var webPage = template.Must(template.ParseFS(webFiles, "web/index.html"))

// webPolicy lets the inspector's pages run their own files and nothing else (threat T39).
const webPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ring keeps the last requests to the Upload and the Admin API for the pages.
type ring struct {
	mu   sync.Mutex
	last int64
	all  []numbered
}

// numbered is an exchange with its number, from 1.
type numbered struct {
	n int64
	e Exchange
}

// ringSize is how many requests are kept.
const ringSize = 300

func (r *ring) add(e Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last++
	r.all = append(r.all, numbered{r.last, e})
	if n := len(r.all) - ringSize; n > 0 {
		r.all = append(r.all[:0:0], r.all[n:]...)
	}
}

func (r *ring) after(n int64) (last int64, list []numbered) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, e := range r.all {
		if e.n > n {
			list = append(list, e)
		}
	}
	return r.last, list
}

// Exchanges are the last requests to the APIs, the oldest first.
func (s *Server) Exchanges() []Exchange {
	_, list := s.ring.after(0)
	out := make([]Exchange, len(list))
	for i, e := range list {
		out[i] = e.e
	}
	return out
}

// web answers the inspector's pages, below /_/. Its files name nothing of what clients
// sent; that comes as JSON, and the page's script writes it as text.
func (c *call) web(pieces []string) error {
	h := c.w.Header()
	h.Set("Content-Security-Policy", webPolicy)
	name := strings.Join(pieces, "/")
	if name == "sign" {
		return c.sign()
	}
	if name == "reset" {
		return c.reset()
	}
	if c.r.Method != http.MethodGet && c.r.Method != http.MethodHead {
		return fail(wrongMethod, c.r.Method)
	}
	switch name {
	case "", "index.html":
		h.Set("Content-Type", "text/html; charset=utf-8")
		var b strings.Builder
		err := webPage.Execute(&b, map[string]string{"Token": c.s.token, "Cloud": c.s.o.Accounts[0].Cloud, "Base": c.scheme + "://" + c.r.Host, "Key": c.s.o.Accounts[0].APIKey})
		if err != nil {
			return err
		}
		return c.bytes(http.StatusOK, []byte(b.String()))
	case "events":
		return c.events()
	case "assets":
		return c.assets()
	case "app.js", "demo.js", "style.css":
		name = "web/" + name
	case "sign.go":
	default:
		return fail(noSuchAction)
	}
	raw, err := webFiles.ReadFile(name)
	if err != nil {
		return err
	}
	h.Set("Content-Type", map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".go": "text/plain; charset=utf-8"}[path.Ext(name)])
	return c.bytes(http.StatusOK, raw)
}

// reset answers POST /_/reset: it forgets a cloud, or everything, where the page's own
// button asks for it, or a script with the cloud's credentials (HTTP Basic). In a room
// nobody but this machine forgets what is everybody's.
func (c *call) reset() error {
	if c.r.Method != http.MethodPost {
		return fail(wrongMethod, c.r.Method)
	}
	cloud := c.r.URL.Query().Get("cloud")
	if scheme, rest, _ := strings.Cut(c.r.Header.Get("Authorization"), " "); strings.EqualFold(scheme, "Basic") {
		of := orText(cloud, c.s.o.Accounts[0].Cloud)
		if len(c.s.accounts(of)) == 0 {
			return fail(invalidCloud, of)
		}
		if _, err := c.s.basic(of, rest); err != nil {
			return err
		}
	} else if c.r.Header.Get("X-Page-Token") != c.s.token {
		return fail(foreignOrigin)
	}
	if at, err := netip.ParseAddrPort(c.r.RemoteAddr); cloud == "" && (err != nil || !at.Addr().Unmap().IsLoopback()) {
		return fail(invalidValue, "cloud", "only the machine that runs the sandbox forgets everything; name a cloud")
	}
	c.s.Reset(cloud)
	return c.json(http.StatusOK, map[string]string{"result": "ok"})
}

// webField is a parameter as the page shows it.
type webField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// webEvent is a request as the page shows it.
type webEvent struct {
	N            int64      `json:"n"`
	Time         string     `json:"time"`
	Method       string     `json:"method"`
	Path         string     `json:"path"`
	Status       int        `json:"status"`
	Error        string     `json:"error,omitempty"`
	Verdict      string     `json:"verdict,omitempty"`
	Part         string     `json:"part,omitempty"`
	Fault        string     `json:"fault,omitempty"`
	File         string     `json:"file,omitempty"`
	Size         int64      `json:"size,omitempty"`
	Fields       []webField `json:"fields,omitempty"`
	Signed       []string   `json:"signed,omitempty"`
	Ignored      []string   `json:"ignored,omitempty"`
	StringToSign string     `json:"string_to_sign,omitempty"`
	Signature    string     `json:"signature,omitempty"`
}

// events lists the requests after the number in the query.
func (c *call) events() error {
	after, _ := strconv.ParseInt(c.r.URL.Query().Get("after"), 10, 64)
	last, list := c.s.ring.after(after)
	events := []webEvent{}
	for _, x := range list {
		e := x.e
		w := webEvent{
			N: x.n, Time: e.Time.Format(time.TimeOnly), Method: e.Method, Path: e.Path, Status: e.Status, Error: e.Error, Verdict: e.Verdict,
			Part: e.Part, Fault: e.Fault, File: e.File, Size: e.Size, Signed: e.Signed, Ignored: e.Ignored, StringToSign: e.StringToSign, Signature: e.Signature,
		}
		for _, f := range e.Fields {
			w.Fields = append(w.Fields, webField{f.Name, f.Value})
		}
		events = append(events, w)
	}
	return c.json(http.StatusOK, map[string]any{"last": last, "events": events})
}

// webAsset is an asset as the gallery shows it.
type webAsset struct {
	Cloud    string       `json:"cloud"`
	PublicID string       `json:"public_id"`
	Kind     string       `json:"resource_type"`
	Type     string       `json:"type"`
	Format   string       `json:"format"`
	Width    int          `json:"width"`
	Height   int          `json:"height"`
	Bytes    int64        `json:"bytes"`
	Tags     []string     `json:"tags"`
	URL      string       `json:"url"`
	Derived  []webDerived `json:"derived"`
}

// webDerived is a derived version of it.
type webDerived struct {
	Transformation string `json:"transformation"`
	URL            string `json:"url"`
}

// mostGallery is how many assets the gallery shows.
const mostGallery = 60

// assets lists the newest assets of the cloud in the query, or of all.
func (c *call) assets() error {
	list := []webAsset{}
	total := 0
	for _, a := range c.s.store.list(c.r.URL.Query().Get("cloud")) {
		if total++; len(list) < mostGallery {
			w := webAsset{Cloud: a.cloud, PublicID: a.id, Kind: a.kind, Type: a.typ, Format: a.format, Width: a.width, Height: a.height, Bytes: a.blob.size, Tags: a.tags, URL: c.assetURL(a, "", a.format), Derived: []webDerived{}}
			for _, d := range c.s.store.derivedList(a) {
				w.Derived = append(w.Derived, webDerived{d.text, c.assetURL(a, d.text, d.format)})
			}
			list = append(list, w)
		}
	}
	return c.json(http.StatusOK, map[string]any{"assets": list, "total": total, "clouds": c.s.clouds()})
}
