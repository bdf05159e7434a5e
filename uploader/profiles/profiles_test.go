package profiles

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/uploader"
)

const secret = "s3cret-value-0123"

// ring is a keyring in memory.
type ring map[string]string

func (r ring) Get(_, name string) (string, error) {
	if v, ok := r[name]; ok {
		return v, nil
	}
	return "", ErrNotFound
}
func (r ring) Set(_, name, value string) error { r[name] = value; return nil }
func (r ring) Delete(_, name string) error     { delete(r, name); return nil }

// hanging never answers; broken says words with a secret in them.
type hanging struct{}

func (hanging) Get(string, string) (string, error) { select {} }
func (hanging) Set(string, string, string) error   { select {} }
func (hanging) Delete(string, string) error        { select {} }

type broken struct{}

func (broken) Get(string, string) (string, error) { return "", errors.New("no bus: " + secret) }
func (broken) Set(string, string, string) error   { return errors.New("no bus: " + secret) }
func (broken) Delete(string, string) error        { panic("no bus") }

var account = uploader.Account{CloudName: "my-cloud", APIKey: "123", Secret: signer.NewSecret(secret), Options: signer.Options{Algorithm: signer.SHA256, Version: signer.V1}}

func store(t *testing.T, k Keyring) Store {
	t.Helper()
	return Store{Home: t.TempDir(), StateDir: t.TempDir(), Keyring: k}
}

func TestCLI(t *testing.T) {
	t.Parallel()
	s := store(t, ring{})
	s.Now = func() time.Time { return time.Unix(2000, 0) }
	dir := filepath.Join(s.Home, ".cloudinary-cli")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	config := `{"work":"cloudinary://123:` + secret + `@my-cloud?upload_prefix=https://api-eu.cloudinary.com","broken":"nothing","old":"cloudinary://c?oauth_token=t0ken&expires_at=1000","login":"cloudinary://c?oauth_token=t0ken-value&expires_at=3000","__default__":"work"}`
	path := filepath.Join(dir, "config.json")
	if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	all, notes := s.List(t.Context())
	got := map[string]Profile{}
	for _, p := range all {
		got[p.Name] = p
	}
	work := got["work"]
	if len(all) != 4 || work.Account.CloudName != "my-cloud" || !work.Default || work.Problem != "" || work.Account.Base() != "https://api-eu.cloudinary.com" || !work.Account.PrefixFromFile {
		t.Errorf("got %+v", all)
	}
	if got["broken"].Problem == "" || !strings.Contains(got["old"].Problem, "ended") || got["login"].Problem != "" || got["login"].Account.Token.IsZero() {
		t.Errorf("got %+v", all)
	}
	if runtime.GOOS != "windows" && !strings.Contains(strings.Join(notes, " "), "chmod 600") {
		t.Errorf("notes %q", notes)
	}
	if text := fmt.Sprintf("%+v %v", all, notes); strings.Contains(text, secret) || strings.Contains(text, "t0ken") {
		t.Error("a secret is printed")
	}
	if err := s.Save(t.Context(), "work", account, false); !errors.Is(err, ErrForeign) {
		t.Errorf("overwritten: %v", err)
	}
	if err := s.Delete(t.Context(), "work"); !errors.Is(err, ErrForeign) {
		t.Errorf("deleted: %v", err)
	}
	if p, ok := BelongsTo(all, "123"); !ok || p.Name != "work" {
		t.Errorf("the key belongs to %+v", p)
	}
	if _, ok := BelongsTo(all, ""); ok {
		t.Error("an empty key belongs to nobody")
	}
}

// TestCLIDamage: whatever the file is, it is said, and no part of it repeated.
func TestCLIDamage(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"no JSON": "cloudinary://1:" + secret + "@c", "a list": `["` + secret + `"]`, "numbers": `{"a":1}`, "large": strings.Repeat(secret, 100_000),
	} {
		s := store(t, ring{})
		s.CLIHome = t.TempDir()
		if err := os.WriteFile(filepath.Join(s.CLIHome, "config.json"), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		all, notes := s.List(t.Context())
		if len(all) != 0 || len(notes) != 1 || strings.Contains(notes[0], secret) {
			t.Errorf("%s: %v, %.300q", name, all, notes)
		}
	}
	s := store(t, ring{})
	if err := os.Mkdir(filepath.Join(s.Home, ".cloudinary-cli-config"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, notes := s.List(t.Context()); len(notes) != 1 {
		t.Errorf("a folder: %q", notes)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	for _, plain := range []bool{false, true} {
		k := ring{}
		s := store(t, k)
		if err := s.Save(t.Context(), "home", account, plain); err != nil {
			t.Fatal(err)
		}
		p, err := s.Get(t.Context(), "home")
		if err != nil || p.Account.CloudName != "my-cloud" || !p.Account.Secret.Equal(account.Secret) || p.Account.Options != account.Options {
			t.Errorf("plain %v: %+v, %v", plain, p, err)
		}
		raw, err := os.ReadFile(filepath.Join(s.StateDir, "profiles.json"))
		if err != nil || strings.Contains(string(raw), secret) {
			t.Errorf("the list holds the secret, or is not there: %v", err)
		}
		entries, _ := os.ReadDir(s.StateDir)
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("%s has mode %v", e.Name(), info.Mode())
			}
		}
		if plain == (len(k) > 0) {
			t.Errorf("plain %v: the keyring has %d entries", plain, len(k))
		}
		if err := s.Delete(t.Context(), "home"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Get(t.Context(), "home"); !errors.Is(err, ErrNotFound) {
			t.Errorf("still there: %v", err)
		}
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	s := store(t, ring{})
	for _, n := range []string{"", "a b", "../x", "a/b", ".x", "-x", "__default__", strings.Repeat("a", 61), "é"} {
		if err := s.Save(t.Context(), n, account, true); !errors.Is(err, ErrName) {
			t.Errorf("%q: %v", n, err)
		}
	}
	if err := s.Save(t.Context(), "x", uploader.Account{}, true); !errors.Is(err, uploader.ErrNoCredentials) {
		t.Errorf("an empty account: %v", err)
	}
	if err := s.Delete(t.Context(), "x"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestKeyringThatHangs: after three seconds it is not waited for, and nothing is kept.
func TestKeyringThatHangs(t *testing.T) {
	t.Parallel()
	s := store(t, hanging{})
	asked := time.Duration(0)
	s.After = func(d time.Duration) <-chan time.Time {
		asked = d
		c := make(chan time.Time, 1)
		c <- time.Time{}
		return c
	}
	if err := s.Save(t.Context(), "x", account, false); !errors.Is(err, ErrNoKeyring) || asked != 3*time.Second {
		t.Errorf("got %v after %v", err, asked)
	}
	if all, _ := s.List(t.Context()); len(all) != 0 {
		t.Errorf("kept: %+v", all)
	}
	s.After = func(time.Duration) <-chan time.Time { return nil }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Save(ctx, "x", account, false); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestKeyringThatBreaks: its words are not repeated.
func TestKeyringThatBreaks(t *testing.T) {
	t.Parallel()
	s := store(t, broken{})
	if err := s.Save(t.Context(), "x", account, false); !errors.Is(err, ErrNoKeyring) || strings.Contains(err.Error(), secret) {
		t.Errorf("got %v", err)
	}
	s.Keyring = ring{}
	if err := s.Save(t.Context(), "x", account, false); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), "y", account, false); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), "z", account, true); err != nil {
		t.Fatal(err)
	}
	s.Keyring = broken{}
	all, notes := s.List(t.Context())
	if len(all) != 3 || all[1].Problem == "" || all[2].Name != "z" || all[2].Problem != "" || all[0].Problem == "" || strings.Contains(fmt.Sprint(all, notes), secret) {
		t.Errorf("got %+v, %q", all, notes)
	}
	if err := s.Delete(t.Context(), "x"); !errors.Is(err, ErrNoKeyring) {
		t.Errorf("got %v", err)
	}
	s.Keyring = ring{"x": "{"}
	if all, _ := s.List(t.Context()); !strings.Contains(all[0].Problem, "damaged") {
		t.Errorf("got %+v", all)
	}
	s.Keyring = ring{}
	if all, _ := s.List(t.Context()); !strings.Contains(all[0].Problem, "does not have it") {
		t.Errorf("got %+v", all)
	}
}
