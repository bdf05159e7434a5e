package profiles

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"signpost/uploader"
)

// Source is where a profile is kept.
type Source string

// The sources, in the order in which a name is looked for.
const (
	FromCLI     Source = "the Cloudinary CLI"
	FromKeyring Source = "the keyring"
	FromFile    Source = "a plain file"
)

// Profile is a named account.
type Profile struct {
	Name    string
	Source  Source
	Account uploader.Account
	// Problem says why it cannot be used; empty where it can. It holds no secret.
	Problem string
	// Default is true for the one that the Cloudinary CLI uses by itself.
	Default bool
}

// Conditions that a caller acts on.
var (
	// ErrNoKeyring means that there is no keyring, or that it does not answer: the
	// person may want a plain file instead, and has to be asked.
	ErrNoKeyring = errors.New("the keyring of the operating system cannot be used")
	// ErrNotFound means that there is no profile of that name.
	ErrNotFound = errors.New("there is no profile of that name")
	// ErrName means that a name is none.
	ErrName = errors.New("a name has 1 to 60 letters, digits, hyphens, underscores and dots")
	// ErrForeign means that the profile belongs to another program.
	ErrForeign = errors.New("it belongs to the Cloudinary CLI, which alone changes it")
)

// KeyringTime is how long the keyring may take: one that waits for a password on a
// screen that is not there would never answer.
const KeyringTime = 3 * time.Second

// Keyring is the part of the operating system's keyring that is used. Get returns
// ErrNotFound for what it does not have.
type Keyring interface {
	Get(service, name string) (string, error)
	Set(service, name, value string) error
	Delete(service, name string) error
}

// Store finds and keeps profiles.
type Store struct {
	// Home is the person's home, CLIHome the folder of the Cloudinary CLI where the
	// environment says so (CLOUDINARY_HOME). StateDir is where names, and plain files,
	// are kept.
	Home, CLIHome, StateDir string
	// Keyring is the keyring; nil means that of the operating system.
	Keyring Keyring
	// After is the clock of the keyring's time limit; nil means time.After.
	After func(time.Duration) <-chan time.Time
	// Now is the clock for tokens that end; nil means time.Now.
	Now func() time.Time
}

// List is every profile by name, those of the Cloudinary CLI first. Notes are sentences
// about what could not be read; no secret is in them. ctx ends the waiting for the keyring.
func (s Store) List(ctx context.Context) (all []Profile, notes []string) {
	all, notes = s.fromCLI()
	names, err := s.names()
	if err != nil {
		notes = append(notes, err.Error())
	}
	silent := false // the keyring: it would be waited for once more for each name
	for _, n := range names {
		if silent && n.Source == FromKeyring {
			all = append(all, Profile{Name: n.Name, Source: n.Source, Problem: noAnswer})
			continue
		}
		p, err := s.load(ctx, n)
		switch {
		case errors.Is(err, ErrNoKeyring):
			notes = append(notes, err.Error())
			p.Problem, silent = noAnswer, true
		case err != nil:
			p.Problem = "it cannot be read"
		}
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b Profile) int {
		return cmp.Or(cmp.Compare(rank(a.Source), rank(b.Source)), strings.Compare(a.Name, b.Name))
	})
	return all, notes
}

const noAnswer = "the keyring does not answer"

func rank(s Source) int { return slices.Index([]Source{FromCLI, FromKeyring, FromFile}, s) }

// Get is the profile of a name. Errors are ErrNotFound, ErrNoKeyring, or say what is
// wrong with the profile.
func (s Store) Get(ctx context.Context, name string) (Profile, error) {
	cli, _ := s.fromCLI()
	for _, p := range cli {
		if p.Name == name {
			return p, problemOf(p)
		}
	}
	names, err := s.names()
	if err != nil {
		return Profile{}, err
	}
	for _, n := range names {
		if n.Name == name {
			p, err := s.load(ctx, n)
			if err == nil {
				err = problemOf(p)
			}
			return p, err
		}
	}
	return Profile{}, fmt.Errorf("profile %q: %w", name, ErrNotFound)
}

func problemOf(p Profile) error {
	if p.Problem == "" {
		return nil
	}
	return fmt.Errorf("profile %q: %s", p.Name, p.Problem)
}

// CheckName says why a name is none.
func CheckName(name string) error {
	if name == "" || len(name) > 60 {
		return ErrName
	}
	for _, r := range name {
		if r != '-' && r != '_' && r != '.' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return ErrName
		}
	}
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "-") || strings.HasPrefix(name, "__") {
		return ErrName
	}
	return nil
}

// BelongsTo finds the profile whose API key this is: a key of another profile is a
// mistake that signatures do not show.
func BelongsTo(all []Profile, apiKey string) (Profile, bool) {
	if apiKey == "" {
		return Profile{}, false
	}
	for _, p := range all {
		if p.Account.APIKey == apiKey {
			return p, true
		}
	}
	return Profile{}, false
}
