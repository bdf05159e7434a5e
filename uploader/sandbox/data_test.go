package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// kept is a sandbox that keeps what is uploaded in a folder.
func kept(t *testing.T, dir string, change ...func(*Options)) (*Server, []string) {
	t.Helper()
	s := newServer(t, append([]func(*Options){func(o *Options) {
		o.NewID = nil // another start must not make the same ids
		o.Limits.Free = 1
	}}, change...)...)
	notes, err := s.Keep(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s, notes
}

// files are the paths below a folder.
func files(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			all = append(all, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestKeep (--data): another start of the sandbox has everything: bytes, answers,
// settings; and what was overwritten, renamed, destroyed or reset leaves no file.
func TestKeep(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "made", "here")
	large := bytes.Repeat([]byte("0123456789abcdef"), inMemory/16+1)
	s, notes := kept(t, dir)
	if len(notes) != 0 {
		t.Errorf("%q", notes)
	}
	post(t, s, "/v1_1/demo/image/upload", signed(t, param("public_id", "a/b"), param("tags", "x,y"), param("context", "k=v"), param("eager", "w_1"), file("a.png", tinyPNG))).upload(t)
	post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "large"), file("l.bin", large))).upload(t)
	for i := range 3 {
		post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "again"), file("l.bin", []byte(fmt.Sprint(i))))).upload(t)
	}
	post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "gone"), file("l.bin", []byte("x")))).upload(t)
	if r := post(t, s, "/v1_1/demo/raw/destroy", signed(t, param("public_id", "gone"))); r.status != http.StatusOK {
		t.Fatalf("%s", r.body)
	}
	if r := post(t, s, "/v1_1/demo/raw/rename", signed(t, param("from_public_id", "again"), param("to_public_id", "moved"))); r.status != http.StatusOK {
		t.Fatalf("%s", r.body)
	}
	admin := func(s *Server, method, path string, body string) reply {
		r := request(t, s, method, path, "application/x-www-form-urlencoded", []byte(body))
		r.Header.Set("Authorization", demo.Secret.BasicAuth(demo.APIKey))
		return do(t, s, r)
	}
	if r := admin(s, http.MethodPost, "/v1_1/demo/upload_presets", "name=mine&unsigned=true&tags=p"); r.status != http.StatusOK {
		t.Fatalf("%s", r.body)
	}
	made := get(t, s, "/demo/image/upload/w_1/a/b.png")
	before := admin(s, http.MethodGet, "/v1_1/demo/resources/image/upload/a/b?tags=1&context=1", "")
	if got := files(t, dir); len(got) != 3+4+1+2 { // assets, their bytes and those of a derived one, settings, format and lock
		t.Errorf("%q", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s, notes = kept(t, dir)
	if len(notes) != 0 {
		t.Errorf("%q", notes)
	}
	after := admin(s, http.MethodGet, "/v1_1/demo/resources/image/upload/a/b?tags=1&context=1", "")
	if after.status != http.StatusOK || !bytes.Equal(before.body, after.body) || !bytes.Contains(after.body, []byte(`"transformation":"w_1"`)) {
		t.Errorf("before %s\nafter  %s", before.body, after.body)
	}
	if r := get(t, s, "/demo/image/upload/a/b.png"); !bytes.Equal(r.body, tinyPNG) {
		t.Errorf("%d, %d bytes", r.status, len(r.body))
	}
	if r := get(t, s, "/demo/image/upload/w_1/a/b.png"); r.status != http.StatusOK || !bytes.Equal(r.body, made.body) {
		t.Errorf("the eager picture: %d", r.status)
	}
	if r := get(t, s, "/demo/raw/upload/large"); !bytes.Equal(r.body, large) {
		t.Errorf("%d, %d bytes", r.status, len(r.body))
	}
	if r := get(t, s, "/demo/raw/upload/moved"); string(r.body) != "2" {
		t.Errorf("%d, %s", r.status, r.body)
	}
	for _, id := range []string{"again", "gone"} {
		if r := get(t, s, "/demo/raw/upload/"+id); r.status != http.StatusNotFound {
			t.Errorf("%s: %d", id, r.status)
		}
	}
	if r := post(t, s, "/v1_1/demo/raw/upload", []field{param("upload_preset", "mine"), file("u", []byte("u"))}); len(r.upload(t).Tags) != 1 {
		t.Errorf("%s", r.body)
	}
	s.Reset("")
	if got := files(t, dir); len(got) != 3 {
		t.Errorf("after the reset there is still %q", got)
	}
}

// TestRecord: every field of an asset comes back, also one that is new.
func TestRecord(t *testing.T) {
	t.Parallel()
	n := 0
	var fill func(v reflect.Value)
	fill = func(v reflect.Value) {
		if !v.CanSet() {
			v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
		}
		n++
		switch v.Interface().(type) {
		case time.Time:
			v.Set(reflect.ValueOf(time.Unix(int64(n), 0).UTC()))
			return
		case json.RawMessage:
			v.Set(reflect.ValueOf(json.RawMessage(fmt.Sprint(n))))
			return
		case map[string]any:
			v.Set(reflect.ValueOf(map[string]any{"k": fmt.Sprint(n)}))
			return
		}
		switch v.Kind() {
		case reflect.String:
			v.SetString(fmt.Sprint("s", n))
		case reflect.Int, reflect.Int64:
			v.SetInt(int64(n))
		case reflect.Bool:
			v.SetBool(true)
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
			fill(v.Index(0))
		case reflect.Map:
			v.Set(reflect.MakeMap(v.Type()))
			v.SetMapIndex(reflect.ValueOf("k"), reflect.ValueOf(fmt.Sprint(n)))
		case reflect.Struct:
			for i := range v.NumField() {
				fill(v.Field(i))
			}
		default:
			t.Fatalf("%v: this test does not know how to fill it in", v.Type())
		}
	}
	a := &asset{blob: &blob{size: 5, etag: "e", name: "B"}, account: demo, derived: map[string]picture{}}
	v := reflect.ValueOf(a).Elem()
	for i := range v.NumField() {
		switch v.Type().Field(i).Name {
		case "account", "blob", "derived": // not kept, or kept apart
		case "eager":
			a.eager = []eagerPicture{{"w_1", picture{&blob{size: 7, etag: "f"}, 1, 2, "png"}}}
		default:
			fill(v.Field(i))
		}
	}
	raw, err := json.Marshal(recordOf(a))
	if err != nil {
		t.Fatal(err)
	}
	var r record
	if err := json.Unmarshal(raw, &r); err != nil {
		t.Fatal(err)
	}
	b := r.asset()
	b.blob, b.account = a.blob, a.account
	if !reflect.DeepEqual(a, b) {
		t.Errorf("was   %+v\ncame  %+v\nkept  %s", *a, *b, raw)
	}
	if r.Blob != "B" || r.Bytes != 5 || r.ETag != "e" {
		t.Errorf("%s", raw)
	}
}

// TestKeepDamage: whatever is in the folder, the sandbox starts, says what it set aside,
// loses nothing else, and takes uploads.
func TestKeepDamage(t *testing.T) {
	t.Parallel()
	one := func(dir, folder string) string {
		all, err := filepath.Glob(filepath.Join(dir, folder, "*"))
		if err != nil || len(all) == 0 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	must := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		harm func(dir string)
		note string
		left int // of two assets
	}{
		{"a record cut", func(dir string) { must(os.Truncate(one(dir, "assets"), 20)) }, "1 files there were damaged", 1},
		{"a record of another name", func(dir string) {
			must(os.Rename(one(dir, "assets"), filepath.Join(dir, "assets", "x.json")))
		}, "1 files there were damaged", 1},
		{"bytes missing", func(dir string) { must(os.Remove(one(dir, "blobs"))) }, "1 files there were damaged", 1},
		{"bytes cut", func(dir string) { must(os.Truncate(one(dir, "blobs"), 3)) }, "1 files there were damaged", 1},
		{"a letter of the bytes", func(dir string) {
			must(os.WriteFile(one(dir, "blobs"), []byte("bytes_of_one")[:len("bytes of one")], 0o600))
		}, "1 files there were damaged", 1},
		{"a letter of a record", func(dir string) {
			path := one(dir, "assets")
			raw, err := os.ReadFile(path)
			must(err)
			must(os.WriteFile(path, bytes.Replace(raw, []byte(`"asset_id":"`), []byte(`"asset_id":"0`), 1), 0o600))
		}, "1 files there were damaged", 1},
		{"T34: bytes are a link", func(dir string) {
			path := one(dir, "blobs")
			must(os.Remove(path))
			must(os.Symlink("/etc/passwd", path))
		}, "1 files there were damaged", 1},
		{"T34: a record is a link", func(dir string) {
			path := one(dir, "assets")
			must(os.Remove(path))
			must(os.Symlink("/etc/passwd", path))
		}, "1 files there were damaged", 1},
		{"T33: a record that names a path", func(dir string) {
			path := one(dir, "assets")
			raw, err := os.ReadFile(path)
			must(err)
			_, raw, _ = bytes.Cut(raw, []byte("\n"))
			var r map[string]any
			must(json.Unmarshal(raw, &r))
			r["blob"] = "../../secret"
			raw, err = json.Marshal(r)
			must(err)
			must(os.WriteFile(path, sealed(raw), 0o600))
		}, "1 files there were damaged", 1},
		{"settings damaged", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "settings.json"), []byte("{"), 0o600))
		}, "1 files there were damaged", 2},
		{"of a newer version", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "format"), []byte("signpost sandbox 2\n"), 0o600))
		}, "of another version", 0},
		{"left by a killed sandbox", func(dir string) {
			must(os.WriteFile(filepath.Join(dir, "assets", tempPrefix+"X"), []byte("{"), 0o600))
			must(os.WriteFile(filepath.Join(dir, "blobs", strings.Repeat("A", 26)), []byte("half"), 0o600))
		}, "", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s, _ := kept(t, dir)
			for _, id := range []string{"one", "two"} {
				post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", id), file(id, []byte("bytes of "+id)))).upload(t)
			}
			must(s.Close())
			c.harm(dir)
			s, notes := kept(t, dir)
			if said := strings.Join(notes, "\n"); !strings.Contains(said, c.note) || c.note == "" && said != "" {
				t.Errorf("%q", notes)
			}
			if n := len(s.store.list("")); n != c.left {
				t.Errorf("%d are left", n)
			}
			for _, a := range s.store.list("") {
				if got, err := a.blob.bytes(); err != nil || string(got) != "bytes of "+a.id {
					t.Errorf("%s: %q, %v", a.id, got, err)
				}
			}
			post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "three"), file("3", []byte("3")))).upload(t)
			if found := files(t, dir); strings.Contains(strings.Join(found, " "), "AAAAAAAA") {
				t.Errorf("%q", found)
			}
		})
	}
}

// TestKeepRefuses: a folder in use, and one of somebody else.
func TestKeepRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	kept(t, dir)
	if _, err := New(Options{}).Keep(dir); !errors.Is(err, ErrDataTaken) {
		t.Errorf("in use: %v", err)
	}
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "holiday.jpg"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{}).Keep(foreign); !errors.Is(err, ErrForeignData) {
		t.Errorf("foreign: %v", err)
	}
	if got := files(t, foreign); len(got) != 1 {
		t.Errorf("%q", got)
	}
	if _, err := New(Options{}).Keep(filepath.Join(foreign, "holiday.jpg")); err == nil {
		t.Error("a file was taken for a folder")
	}
}

// TestKeepBounds (T37): the oldest go, on the disk too, and a disk that is nearly full
// takes no more.
func TestKeepBounds(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _ := kept(t, dir, func(o *Options) { o.Limits.Assets = 3 })
	for i := range 10 {
		post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", fmt.Sprint("f", i)), file("f", []byte(fmt.Sprint(i))))).upload(t)
	}
	if got := files(t, dir); len(got) != 3+3+2 {
		t.Errorf("%q", got)
	}
	s.store.disk.free = func() (int64, bool) { return 0, true }
	if r := post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "more"), file("f", []byte("x")))); r.status == http.StatusOK {
		t.Errorf("%s", r.body)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s, _ = kept(t, dir, func(o *Options) { o.Limits.Assets = 2 })
	if list := s.store.list(""); len(list) != 2 || list[0].id != "f9" {
		t.Errorf("%+v", list)
	}
	if got := files(t, dir); len(got) != 2+2+2 {
		t.Errorf("%q", got)
	}
}

// TestKeepRenameHalf: a sandbox that was killed in the middle of a rename has the asset
// once.
func TestKeepRenameHalf(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, _ := kept(t, dir)
	post(t, s, "/v1_1/demo/raw/upload", signed(t, param("public_id", "old"), file("f", []byte("x")))).upload(t)
	old := filepath.Join(dir, assetsFolder, recordName(key{"demo", "raw", "upload", "old"}))
	raw, err := os.ReadFile(old)
	if err != nil {
		t.Fatal(err)
	}
	if r := post(t, s, "/v1_1/demo/raw/rename", signed(t, param("from_public_id", "old"), param("to_public_id", "new"))); r.status != http.StatusOK {
		t.Fatalf("%s", r.body)
	}
	if err := errors.Join(s.Close(), os.WriteFile(old, raw, 0o600)); err != nil {
		t.Fatal(err)
	}
	s, _ = kept(t, dir)
	if list := s.store.list(""); len(list) != 1 {
		t.Errorf("%d assets with the same bytes", len(list))
	}
	if s.pool.used != 1 {
		t.Errorf("%d bytes are counted", s.pool.used)
	}
}
