package uploader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"signpost/signer"
)

// Wire is a request as it goes over the line, byte for byte, without being sent. Only
// the boundary is another one each time.
type Wire struct {
	// Head is the request line and the headers. The value of Authorization is masked.
	Head []string
	// Segments are the body, in its order.
	Segments []WireSegment
	// Length is that of the body in bytes.
	Length int64
	// Parts is in how many requests the file goes; this is the first.
	Parts int
}

// WireSegment is one field of the form.
type WireSegment struct {
	Name string
	// Before are the boundary line and the headers, each with its line end.
	Before string
	// Value is the content. Of a file it is the first bytes, and Tail the last ones where
	// there are more of them.
	Value, Tail []byte
	// Size is that of the whole content in bytes.
	Size   int64
	IsFile bool
	// Signed is true where the field is part of the string to sign; Why says why it is not.
	Signed bool
	Why    string
}

// wireEdge is how much of the start and the end of a file is shown, in bytes.
const wireEdge = 64

// errHeadEnds stops the writing of a request at the end of its head.
var errHeadEnds = errors.New("the head ends")

// headWriter keeps what is written up to the blank line.
type headWriter struct {
	b     bytes.Buffer
	whole bool
}

func (w *headWriter) Write(p []byte) (int, error) {
	if w.whole {
		return 0, errHeadEnds
	}
	w.b.Write(p)
	if i := bytes.Index(w.b.Bytes(), []byte("\r\n\r\n")); i >= 0 {
		w.whole = true
		w.b.Truncate(i)
		return 0, errHeadEnds
	}
	return len(p), nil
}

// Wire is the request that [Client.Deliver] would send first, without sending it. The
// errors are those of what comes before the sending. chunk is that of a [Task].
func (c *Client) Wire(p Prepared, chunk int64) (Wire, error) {
	if err := checkTarget(p); err != nil {
		return Wire{}, err
	}
	var src *source
	var part *Part
	fields, parts := p.Fields, 1
	switch {
	case p.File.Kind == FileNone:
		return Wire{}, &LocalError{Err: ErrNoFile, Hint: "give a path, a URL or a data URI"}
	case p.File.IsBytes():
		var err error
		if chunk == 0 {
			chunk = DefaultChunkSize
		}
		if src, err = openSource(p.File, chunk < 0 && p.Account.HostKind() != HostLoopback); err != nil {
			return Wire{}, err
		}
		defer src.close()
		if chunk > 0 && src.size > chunk {
			first := PartAt(0, src.size, chunk)
			part, parts = &first, first.Count
		}
	default:
		fields = append(fields[:len(fields):len(fields)], paramFile(p.File.Text))
	}
	body, err := newFormBody(fields, p.File.Name, src, part)
	if err != nil {
		return Wire{}, err
	}
	if part != nil {
		body.uploadID = newUploadID()
	}
	w := Wire{Length: body.length(), Parts: parts}
	if w.Head, err = c.wireHead(p, body); err != nil {
		return Wire{}, err
	}
	w.Segments, err = wireBody(p, body, fields)
	return w, err
}

func (c *Client) wireHead(p Prepared, body *formBody) ([]string, error) {
	a := &attempt{cfg: c.cfg, total: body.length()}
	req, err := c.request(context.Background(), p, body, a)
	if err != nil {
		return nil, err
	}
	var w headWriter
	if err := req.Write(&w); err != nil && !errors.Is(err, errHeadEnds) {
		return nil, fmt.Errorf("write the request: %w", err)
	}
	lines := strings.Split(w.b.String(), "\r\n")
	for i, l := range lines {
		if name, value, ok := strings.Cut(l, ": "); ok && name == "Authorization" {
			scheme, _, _ := strings.Cut(value, " ")
			lines[i] = name + ": " + scheme + " " + signer.Mask
		}
	}
	return lines, nil
}

// wireBody parts the head of a form into its fields.
func wireBody(p Prepared, body *formBody, fields []signer.Param) ([]WireSegment, error) {
	signed := map[string]bool{}
	if p.Auth == AuthSigned {
		for _, s := range p.Trace.Steps {
			signed[s.Param.Name] = true
		}
	}
	rest := string(body.head)
	var out []WireSegment
	for _, f := range fields {
		before, after, ok := strings.Cut(rest, "\r\n\r\n")
		if !ok || len(after) < len(f.Value) {
			return nil, errors.New("the form is not what it should be")
		}
		s := WireSegment{Name: f.Name, Before: before + "\r\n\r\n", Value: []byte(f.Value), Size: int64(len(f.Value)), Signed: signed[f.Name]}
		s.Why = whyUnsigned(p, s)
		out = append(out, s)
		rest = after[len(f.Value):]
	}
	if body.src != nil {
		s := WireSegment{Name: "file", Before: rest, Size: body.size, IsFile: true, Why: "the file is never signed"}
		var err error
		if s.Value, err = readEdge(body, 0, min(wireEdge, body.size)); err != nil {
			return nil, err
		}
		if left := min(wireEdge, body.size-int64(len(s.Value))); left > 0 {
			if s.Tail, err = readEdge(body, body.size-left, left); err != nil {
				return nil, err
			}
		}
		out = append(out, s)
	}
	return append(out, WireSegment{Before: string(body.tail)}), nil
}

func readEdge(b *formBody, from, n int64) ([]byte, error) {
	p := make([]byte, n)
	if _, err := b.src.ReadAt(p, b.from+from); err != nil && err != io.EOF {
		return nil, &LocalError{Path: b.src.path, Err: plainPathError(err), Hint: "the system could not read it"}
	}
	return p, nil
}

func whyUnsigned(p Prepared, s WireSegment) string {
	switch {
	case s.Signed:
		return ""
	case p.Auth != AuthSigned:
		return "nothing is signed in this way to authenticate"
	case s.Name == "signature":
		return "the signature itself"
	case slices.Contains([]string{"api_key", "file"}, s.Name):
		return "never signed"
	}
	return "not part of the string to sign"
}

// Text is the request as a text: everything as it is sent, but for the middle of a file,
// in whose place its size stands. It comes from outside as far as the values do.
func (w Wire) Text() string {
	var b strings.Builder
	for _, l := range w.Head {
		b.WriteString(l + "\n")
	}
	b.WriteString("\n")
	for _, s := range w.Segments {
		b.WriteString(strings.ReplaceAll(s.Before, "\r\n", "\n"))
		switch {
		case s.IsFile:
			fmt.Fprintf(&b, "(%d bytes of the file)", s.Size)
		default:
			b.Write(s.Value)
		}
	}
	return b.String()
}
