package uploader

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"testing"

	"signpost/signer"
)

// connected is a connection over loopback, with a reader of all that arrives.
func connected(t *testing.T) (*patientConn, func() []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	conn, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	other, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	arrived := make(chan []byte, 1)
	go func() {
		defer other.Close()
		all, _ := io.ReadAll(other)
		arrived <- all
	}()
	c := &patientConn{Conn: conn}
	t.Cleanup(func() { _ = c.Close() })
	return c, func() []byte { _ = c.Close(); return <-arrived }
}

// TestBodyWritesItself: however large the file is and whichever piece of it is sent, what
// arrives is what a reader of the body gets, all of it is counted, and a whole file has
// its hash.
func TestBodyWritesItself(t *testing.T) {
	t.Parallel()
	for _, size := range []int64{1, 100, bodyPiece - 500, bodyPiece - 1, bodyPiece, bodyPiece + 1, 3*bodyPiece + 7, kernelFrom + bodyPiece, 5<<20 + 1} {
		for _, how := range []string{"whole", "a part", "the last part"} {
			t.Run(fmt.Sprint(size, " ", how), func(t *testing.T) {
				t.Parallel()
				content := make([]byte, size)
				_, _ = rand.NewChaCha8([32]byte{byte(size)}).Read(content)
				path := filepath.Join(t.TempDir(), "f")
				if err := os.WriteFile(path, content, 0o600); err != nil {
					t.Fatal(err)
				}
				src, err := openSource(File{Kind: FilePath, Path: path}, false)
				if err != nil {
					t.Fatal(err)
				}
				defer src.close()
				var part *Part
				switch how {
				case "a part":
					p := PartAt(0, size, max(size*3/4, 1))
					part = &p
				case "the last part":
					p := PartAt(size/5, size, size)
					part = &p
				}
				b, err := newFormBody([]signer.Param{{Name: "timestamp", Value: "1"}}, "a.bin", src, part)
				if err != nil {
					t.Fatal(err)
				}
				want, err := io.ReadAll(b.open(func(int) {}))
				if err != nil {
					t.Fatal(err)
				}
				conn, arrived := connected(t)
				told := int64(0)
				r := b.open(func(n int) { told += int64(n) })
				carry(conn, func() *bodyReader { return r })
				n, err := conn.ReadFrom(r)
				got := arrived()
				if err != nil || n != b.length() || told != n || !bytes.Equal(got, want) {
					t.Fatalf("%d of %d sent, %d told, %d arrived, as they should: %v; %v", n, b.length(), told, len(got), bytes.Equal(got, want), err)
				}
				if etag := hexMD5(string(content)); part == nil && r.etag() != etag {
					t.Errorf("etag %q, want %q", r.etag(), etag)
				}
			})
		}
	}
}

// TestBodyOfShorterFile (file truncated while sending): a file that ends too early stops
// before the form is closed, also where the system sends it.
func TestBodyOfShorterFile(t *testing.T) {
	t.Parallel()
	path := sparseFile(t, 4<<20)
	src, err := openSource(File{Kind: FilePath, Path: path}, false)
	if err != nil {
		t.Fatal(err)
	}
	defer src.close()
	part := PartAt(0, 4<<20, 4<<20)
	b, err := newFormBody(nil, "a.bin", src, &part)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, 2<<20); err != nil {
		t.Fatal(err)
	}
	conn, arrived := connected(t)
	r := b.open(func(int) {})
	carry(conn, func() *bodyReader { return r })
	if _, err := conn.ReadFrom(r); !errors.Is(err, ErrSourceChanged) || !errors.Is(r.failure(), ErrSourceChanged) {
		t.Errorf("%v, %v", err, r.failure())
	}
	if got := arrived(); bytes.Contains(got, b.tail) {
		t.Error("the form was closed")
	}
}

// TestBodyAfterClose: an upload that is over while a connection still carries its body
// ends with an error, and not with the bytes of another file.
func TestBodyAfterClose(t *testing.T) {
	t.Parallel()
	src, err := openSource(File{Kind: FilePath, Path: sparseFile(t, 4<<20)}, false)
	if err != nil {
		t.Fatal(err)
	}
	part := PartAt(0, 4<<20, 4<<20)
	b, err := newFormBody(nil, "a.bin", src, &part)
	if err != nil {
		t.Fatal(err)
	}
	src.close()
	conn, _ := connected(t)
	r := b.open(func(int) {})
	carry(conn, func() *bodyReader { return r })
	if _, err := conn.ReadFrom(r); err == nil {
		t.Error("no error")
	}
}
