package sandbox

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"

	"signpost/signer"
)

// form is a request's parameters and its file.
type form struct {
	fields []signer.Param
	// file is nil where the request has none.
	file *filePart
}

// filePart is the file parameter: the bytes of a file, or a text (a URL, a data URI).
type filePart struct {
	blob *blob
	// isText is true where the file was sent as a parameter without a file name.
	isText bool
	name   string
}

// drop forgets a file that nobody kept.
func (f *form) drop() {
	if f.file != nil {
		f.file.blob.drop()
	}
}

// formReader reads one form within its bounds.
type formReader struct {
	limits Limits
	pool   *pool
	bytes  int64 // taken by parameters so far
	form   form
}

// readForm reads the parameters of query and body. Every way in which an official SDK
// sends them is understood. Where it fails, nothing is kept.
func (s *Server) readForm(r *http.Request, body io.Reader) (*form, error) {
	fr := &formReader{limits: s.o.Limits, pool: s.pool}
	err := fr.urlencoded(strings.NewReader(r.URL.RawQuery))
	if err == nil {
		err = s.readBody(fr, r.Header.Get("Content-Type"), body)
	}
	if err != nil {
		fr.form.drop()
		return nil, s.bodyFault(err)
	}
	return &fr.form, nil
}

// readBody chooses the reader by Content-Type. Without one the body is urlencoded, as
// cloudinary-go sends it (captured request go-01). Other types hold no parameters.
func (s *Server) readBody(fr *formReader, contentType string, body io.Reader) error {
	media, args, err := mime.ParseMediaType(contentType)
	if contentType != "" && err != nil {
		return malformed("content type: %v", err)
	}
	switch media {
	case "", "application/x-www-form-urlencoded":
		return fr.urlencoded(body)
	case "multipart/form-data":
		if args["boundary"] == "" {
			return malformed("the multipart boundary is missing")
		}
		return fr.multipart(multipart.NewReader(newHeadReader(body, args["boundary"]), args["boundary"]))
	case "application/json":
		return s.json(fr, body)
	}
	_, err = io.Copy(io.Discard, body)
	return err
}

// malformed is the refusal of a body that cannot be read.
func malformed(format string, args ...any) error {
	return fail(malformedBody, fmt.Sprintf(format, args...))
}

// bodyFault turns whatever ended the reading of a body into a refusal.
func (s *Server) bodyFault(err error) error {
	var refused *refusal
	var large *tooLargeError
	var timeout interface{ Timeout() bool }
	var body *http.MaxBytesError
	switch {
	case errors.As(err, &refused), errors.As(err, &body):
		return err
	case errors.As(err, &large):
		return fail(fileTooLarge, large.limit+1, large.limit)
	case errors.Is(err, errFull):
		return fail(storeFull, s.o.Limits.Total, s.o.Limits.Assets)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fail(tooSlow)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fail(malformedBody, "it ends too early")
	}
	return fail(malformedBody, "it cannot be read")
}

// add appends a parameter.
func (fr *formReader) add(name, value string) error {
	if len(fr.form.fields) >= fr.limits.Fields {
		return fail(tooManyFields, fr.limits.Fields)
	}
	if err := fr.charge(len(name) + len(value)); err != nil {
		return err
	}
	fr.form.fields = append(fr.form.fields, signer.Param{Name: name, Value: value})
	return nil
}

// charge counts bytes of parameters.
func (fr *formReader) charge(n int) error {
	if fr.bytes += int64(n); fr.bytes > fr.limits.FieldBytes {
		return fail(fieldTooLarge, fr.limits.FieldBytes)
	}
	return nil
}

// fileSpool starts the file. A second one replaces the first.
func (fr *formReader) fileSpool(isText bool) *spool {
	if isText {
		return fr.pool.newSpool(fr.limits.DataURI)
	}
	return fr.pool.newSpool(fr.limits.File)
}

// setFile ends the file.
func (fr *formReader) setFile(s *spool, isText bool, name string) {
	fr.form.drop()
	fr.form.file = &filePart{blob: s.done(), isText: isText, name: name}
}

// multipart reads a multipart body, one part after the other.
func (fr *formReader) multipart(m *multipart.Reader) error {
	for count := 0; ; count++ {
		part, err := m.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return partFault(err)
		}
		if count > fr.limits.Fields {
			return fail(tooManyFields, fr.limits.Fields)
		}
		if err := fr.part(part); err != nil {
			return partFault(err)
		}
	}
}

// part reads one part: the file, or a parameter.
func (fr *formReader) part(part *multipart.Part) error {
	name := part.FormName()
	_, args, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition"))
	fileName, isFile := args["filename"]
	if name == "file" {
		s := fr.fileSpool(!isFile)
		if _, err := io.Copy(s, part); err != nil {
			s.drop()
			return err
		}
		fr.setFile(s, !isFile, fileName)
		return nil
	}
	value, err := io.ReadAll(io.LimitReader(part, fr.limits.FieldBytes-fr.bytes+1))
	if err != nil {
		return err
	}
	return fr.add(name, string(value))
}

// partFault gives the errors of package multipart, which have no type, a text of ours.
func partFault(err error) error {
	if text := err.Error(); strings.HasPrefix(text, "multipart: ") && !errors.Is(err, io.ErrUnexpectedEOF) {
		var max *http.MaxBytesError
		var timeout interface{ Timeout() bool }
		if !errors.As(err, &max) && !errors.As(err, &timeout) {
			return malformed("%s", strings.TrimPrefix(text, "multipart: "))
		}
	}
	return err
}
