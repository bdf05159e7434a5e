package uploader

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"signpost/signer"
)

// readForm reads a form back with the standard library's own reader.
func readForm(t *testing.T, b *formBody, body io.Reader) (fields []signer.Param, file []byte, name string) {
	t.Helper()
	_, params, err := mime.ParseMediaType(b.contentType)
	if err != nil {
		t.Fatal(err)
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		part, err := r.NextRawPart()
		if err == io.EOF {
			return fields, file, name
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		if _, p, _ := mime.ParseMediaType(part.Header.Get("Content-Disposition")); p["filename"] != "" {
			file, name = content, p["filename"]
			continue
		}
		if file != nil {
			t.Error("a field comes after the file")
		}
		fields = append(fields, signer.Param{Name: part.FormName(), Value: string(content)})
	}
}

// TestFormBody: what the body holds is what it was made of, in its order, and it is as
// long as announced, however small the pieces are in which it is read.
func TestFormBody(t *testing.T) {
	t.Parallel()
	fields := []signer.Param{
		{Name: "public_id", Value: "ключ & \"x\"\r\n--boundary"}, {Name: "eager", Value: "w_1|h_1"},
		{Name: "timestamp", Value: "1"}, {Name: "signature", Value: "abc"}, {Name: "api_key", Value: "1"},
	}
	remote := append(fields[:len(fields):len(fields)], paramFile("data:image/png;base64,AA=="))
	content := bytes.Repeat([]byte("\x00\xff\r\n--"), 10_000)
	for name, c := range map[string]struct {
		fields  []signer.Param
		content []byte
	}{
		"bytes": {fields, content}, "one byte": {fields, []byte("x")}, "no fields": {nil, content}, "a remote file": {remote, nil},
	} {
		for how, wrap := range map[string]func(io.Reader) io.Reader{
			"whole": func(r io.Reader) io.Reader { return r }, "bytewise": iotest.OneByteReader, "halves": iotest.HalfReader,
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				var src *source
				if c.content != nil {
					src = &source{ReaderAt: readerAt(c.content), size: int64(len(c.content))}
				}
				b, err := newFormBody(c.fields, "a.bin", src, nil)
				if err != nil {
					t.Fatal(err)
				}
				var told int64
				r := b.open(func(n int) { told += int64(n) })
				whole, err := io.ReadAll(wrap(r))
				if err != nil {
					t.Fatal(err)
				}
				if n := int64(len(whole)); n != b.length() || told != n {
					t.Errorf("%d bytes, announced %d, told %d", n, b.length(), told)
				}
				got, file, _ := readForm(t, b, bytes.NewReader(whole))
				if len(got) != len(c.fields) || !bytes.Equal(file, c.content) {
					t.Fatalf("%d fields, %d bytes", len(got), len(file))
				}
				for i := range got {
					if got[i] != c.fields[i] {
						t.Errorf("field %d is %q, want %q", i, got[i], c.fields[i])
					}
				}
				if c.content != nil && r.etag() != hexMD5(string(c.content)) {
					t.Errorf("etag %q", r.etag())
				}
			})
		}
	}
}

// TestConstantMemory: what sending a file allocates does not grow with the file. It is
// not parallel, since it counts the whole program's allocations.
func TestConstantMemory(t *testing.T) {
	allocated := func(size int64) uint64 {
		src, err := openSource(File{Kind: FilePath, Path: sparseFile(t, size)}, false)
		if err != nil {
			t.Fatal(err)
		}
		defer src.close()
		buf := make([]byte, 32<<10)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b, err := newFormBody([]signer.Param{{Name: "timestamp", Value: "1"}}, "x", src, nil)
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{b.open(func(int) {})}, buf)
		if err != nil || n != b.length() {
			t.Fatalf("%d of %d: %v", n, b.length(), err)
		}
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	allocated(1 << 20)
	small, large := allocated(20<<20), allocated(400<<20)
	if large > 2*small+64<<10 {
		t.Errorf("20 MiB allocate %d bytes, 400 MiB %d", small, large)
	}
}

// TestSource: faults of a local file that the table names, and one that is none.
func TestSource(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	make := func(name string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("content"), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, c := range []struct {
		name, path, says string
		skip             bool
	}{
		{name: "vanished", path: filepath.Join(dir, "gone"), says: "no such file"},
		{name: "a directory", path: dir, says: "is a directory"},
		{name: "unreadable", path: make("secret", 0), says: "permission denied", skip: os.Getuid() == 0},
		{name: "a file as a directory", path: filepath.Join(make("plain", 0o600), "x"), says: "not a directory"},
		{name: "a name with NUL", path: dir + "/a\x00b", says: "invalid"},
		{name: "a name of 300 bytes", path: filepath.Join(dir, strings.Repeat("n", 300)), says: "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.skip {
				t.Skip("the superuser reads everything")
			}
			_, err := openSource(File{Kind: FilePath, Path: c.path}, false)
			le, ok := errors.AsType[*LocalError](err)
			if !ok || le.Path != c.path || le.Hint == "" || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.path) {
				t.Errorf("%v", err)
			}
			if ok && strings.Count(err.Error(), c.path) > 1 {
				t.Errorf("the path stands twice: %v", err)
			}
		})
	}
}

// TestFileReplacedOrDeleted: the open handle still has the whole old content.
func TestFileReplacedOrDeleted(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(path string) error{
		"deleted": os.Remove,
		"replaced": func(path string) error {
			if err := os.WriteFile(path+".new", []byte("something longer"), 0o600); err != nil {
				return err
			}
			return os.Rename(path+".new", path)
		},
	} {
		path := tempFile(t, "content")
		src, err := openSource(File{Kind: FilePath, Path: path}, false)
		if err != nil {
			t.Fatal(err)
		}
		b, err := newFormBody(nil, "x", src, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := change(path); err != nil {
			t.Fatal(err)
		}
		if _, file, _ := readForm(t, b, b.open(func(int) {})); string(file) != "content" {
			t.Errorf("%s: %q", name, file)
		}
		src.close()
	}
}

// TestModifiedInPlace: same size, other content: the form is not closed.
func TestModifiedInPlace(t *testing.T) {
	t.Parallel()
	path := tempFile(t, "content")
	src, err := openSource(File{Kind: FilePath, Path: path}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	b, err := newFormBody(nil, "x", src, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(b.open(func(int) {}))
	if !errors.Is(err, ErrSourceChanged) || bytes.Contains(whole, b.tail) {
		t.Errorf("%v after %q", err, whole)
	}
}

// failingAt is a source whose medium fails.
type failingAt struct{ after int64 }

func (f failingAt) ReadAt(p []byte, off int64) (int, error) {
	if off >= f.after {
		return 0, &os.PathError{Op: "read", Path: "disk", Err: errors.New("input/output error")}
	}
	return min(len(p), int(f.after-off)), nil
}

// TestReadError: a medium that fails is a local fault, in the system's words.
func TestReadError(t *testing.T) {
	t.Parallel()
	b, err := newFormBody(nil, "x", &source{ReaderAt: failingAt{1000}, size: 5000, path: "disk"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := b.open(func(int) {})
	_, err = io.ReadAll(r)
	if Classify(err) != ClassLocal || !strings.Contains(err.Error(), "input/output error") || r.failure() == nil {
		t.Errorf("%v", err)
	}
}

// TestFileNamesInForms: threat T7, whatever a name holds stays inside its quotes.
func TestFileNamesInForms(t *testing.T) {
	t.Parallel()
	for _, name := range []string{`a"; filename="b`, "a\r\nX-Evil: 1\r\n\r\nbody", "a\x00b", "../../x", `back\`, `two\\`, "\xff\xfe", "\u202egpj.exe", "a;type=text/html"} {
		b, err := newFormBody(nil, baseName(name, false), &source{ReaderAt: readerAt("x"), size: 1}, nil)
		if err != nil {
			t.Fatal(err)
		}
		head := string(b.head)
		if strings.Count(head, "\r\n") != 4 || strings.Count(head, `"`) != 4 || strings.Contains(head, "..") || strings.Contains(head, "\x00") {
			t.Errorf("%q gives %q", name, head)
		}
		part, err := multipart.NewReader(b.open(func(int) {}), strings.TrimPrefix(b.contentType, "multipart/form-data; boundary=")).NextPart()
		if err != nil || part.FormName() != "file" || part.FileName() == "" || len(part.Header) != 2 {
			t.Errorf("%q is read back as %+v: %v", name, part, err)
		}
	}
}
