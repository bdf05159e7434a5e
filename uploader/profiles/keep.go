package profiles

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/zalando/go-keyring"

	"signpost/signer"
	"signpost/uploader"
)

// service is the name under which the keyring keeps what is ours.
const service = "signpost"

// name is an entry of the index: which profiles there are, and where. It has no secret.
type name struct {
	Name   string `json:"name"`
	Source Source `json:"source"`
}

// kept is a profile as it is stored.
type kept struct {
	CloudName string `json:"cloud_name"`
	APIKey    string `json:"api_key"`
	Secret    string `json:"api_secret"`
	Prefix    string `json:"upload_prefix,omitempty"`
	Algorithm string `json:"signature_algorithm,omitempty"`
	Version   int    `json:"signature_version,omitempty"`
}

func (s Store) indexPath() string { return filepath.Join(s.StateDir, "profiles.json") }
func (s Store) plainPath(n string) string {
	return filepath.Join(s.StateDir, "profile-"+n+".json")
}

// names reads the index; none is an empty one.
func (s Store) names() ([]name, error) {
	raw, err := readSmall(s.indexPath())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("the list of profiles: %w", err)
	}
	var all []name
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, fmt.Errorf("the list of profiles: %s is damaged", s.indexPath())
	}
	return slices.DeleteFunc(all, func(n name) bool { return CheckName(n.Name) != nil }), nil
}

func (s Store) writeNames(all []name) error {
	raw, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	return s.write(s.indexPath(), raw)
}

// write puts a file in the place of another at once; only its owner can read it.
func (s Store) write(path string, raw []byte) error {
	if err := os.MkdirAll(s.StateDir, 0o700); err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	f, err := os.CreateTemp(s.StateDir, "new-*") // 0600
	if err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep the profile: %w", err)
	}
	return nil
}

// Save keeps an account under a name: in the keyring, or, where plain is true because
// the person has said so, in a file that only its owner can read. Errors are ErrName,
// ErrForeign, ErrNoKeyring (nothing was kept), or about the disk.
func (s Store) Save(ctx context.Context, n string, a uploader.Account, plain bool) error {
	if err := CheckName(n); err != nil {
		return err
	}
	if cli, _ := s.fromCLI(); slices.ContainsFunc(cli, func(p Profile) bool { return p.Name == n }) {
		return fmt.Errorf("profile %q: %w", n, ErrForeign)
	}
	if a.CloudName == "" || a.APIKey == "" || a.Secret.IsZero() {
		return uploader.ErrNoCredentials
	}
	k := kept{CloudName: a.CloudName, APIKey: a.APIKey, Prefix: a.Prefix, Version: a.Options.Version.Number()}
	if a.Options.Algorithm != signer.SHA1 {
		k.Algorithm = a.Options.Algorithm.String()
	}
	a.Secret.Reveal(func(text string) { k.Secret = text })
	raw, err := json.Marshal(k)
	if err != nil {
		return errors.New("keep the profile: it cannot be written down")
	}
	source := FromKeyring
	if plain {
		source = FromFile
		err = s.write(s.plainPath(n), raw)
	} else {
		_, err = s.ask(ctx, func(k Keyring) (string, error) { return "", k.Set(service, n, string(raw)) })
	}
	if err != nil {
		return err
	}
	all, err := s.names()
	if err != nil {
		return err
	}
	all = slices.DeleteFunc(all, func(x name) bool { return x.Name == n })
	return s.writeNames(append(all, name{n, source}))
}

// Delete forgets a profile. Errors are ErrNotFound, ErrForeign, ErrNoKeyring.
func (s Store) Delete(ctx context.Context, n string) error {
	all, err := s.names()
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(x name) bool { return x.Name == n })
	if at < 0 {
		if cli, _ := s.fromCLI(); slices.ContainsFunc(cli, func(p Profile) bool { return p.Name == n }) {
			return fmt.Errorf("profile %q: %w", n, ErrForeign)
		}
		return fmt.Errorf("profile %q: %w", n, ErrNotFound)
	}
	if all[at].Source == FromFile {
		if err := os.Remove(s.plainPath(n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("forget the profile: %w", err)
		}
	} else if _, err := s.ask(ctx, func(k Keyring) (string, error) { return "", k.Delete(service, n) }); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return s.writeNames(slices.Delete(all, at, at+1))
}

// load reads one of our own profiles.
func (s Store) load(ctx context.Context, n name) (Profile, error) {
	p := Profile{Name: n.Name, Source: n.Source}
	var raw []byte
	var err error
	if n.Source == FromFile {
		raw, err = readSmall(s.plainPath(n.Name))
	} else {
		var text string
		text, err = s.ask(ctx, func(k Keyring) (string, error) { return k.Get(service, n.Name) })
		raw = []byte(text)
	}
	switch {
	case errors.Is(err, ErrNotFound), errors.Is(err, fs.ErrNotExist):
		p.Problem = "it is in the list, but " + string(n.Source) + " does not have it"
		return p, nil
	case err != nil:
		return p, err
	}
	var k kept
	if json.Unmarshal(raw, &k) != nil {
		p.Problem = "what " + string(n.Source) + " has of it is damaged"
		return p, nil
	}
	p.Account = uploader.Account{
		CloudName: k.CloudName, APIKey: k.APIKey, Secret: signer.NewSecret(k.Secret),
		Options: signer.Options{Version: signer.V2}, Prefix: k.Prefix, PrefixFromFile: k.Prefix != "",
		Origin: "profile " + n.Name + " in " + string(n.Source),
	}
	if k.Version == 1 {
		p.Account.Options.Version = signer.V1
	}
	if k.Algorithm != "" {
		p.Account.Options.Algorithm, _ = signer.ParseAlgorithm(k.Algorithm)
	}
	if k.Prefix != "" && p.Account.CheckBase() != nil {
		p.Problem = "its address is none that an upload may go to"
	}
	return p, nil
}

// ask asks the keyring, for a limited time: what it says later is not heard.
func (s Store) ask(ctx context.Context, question func(Keyring) (string, error)) (string, error) {
	ring := s.Keyring
	if ring == nil {
		ring = system{}
	}
	after := s.After
	if after == nil {
		after = time.After
	}
	type answer struct {
		text string
		err  error
	}
	done := make(chan answer, 1)
	go func() {
		defer func() {
			if recover() != nil {
				done <- answer{"", ErrNoKeyring}
			}
		}()
		text, err := question(ring)
		done <- answer{text, err}
	}()
	select {
	case a := <-done:
		if a.err != nil && !errors.Is(a.err, ErrNotFound) {
			return "", ErrNoKeyring // its words could hold anything
		}
		return a.text, a.err
	case <-after(KeyringTime):
		return "", fmt.Errorf("%w: no answer within three seconds", ErrNoKeyring)
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// system is the operating system's keyring.
type system struct{}

func (system) Get(service, name string) (string, error) {
	text, err := keyring.Get(service, name)
	return text, notFound(err)
}
func (system) Set(service, name, value string) error { return keyring.Set(service, name, value) }
func (system) Delete(service, name string) error     { return notFound(keyring.Delete(service, name)) }

func notFound(err error) error {
	if errors.Is(err, keyring.ErrNotFound) {
		return ErrNotFound
	}
	return err
}
