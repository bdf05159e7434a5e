package profiles

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"maps"

	"signpost/uploader"
)

// maxConfig bounds the Cloudinary CLI's file, in bytes.
const maxConfig = 1 << 20

// fromCLI reads the Cloudinary CLI's saved configurations: a JSON object from names to
// cloudinary:// URLs, with the default's name under __default__.
// Source: cloudinary-cli cloudinary_cli/defaults.py, utils/config_utils.py.
func (s Store) fromCLI() (all []Profile, notes []string) {
	folder := s.CLIHome
	if folder == "" {
		folder = filepath.Join(s.Home, ".cloudinary-cli")
	}
	path := filepath.Join(folder, "config.json")
	raw, err := readSmall(path)
	if errors.Is(err, fs.ErrNotExist) && s.CLIHome == "" {
		path = filepath.Join(s.Home, ".cloudinary-cli-config")
		raw, err = readSmall(path)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, []string{"the configurations of the Cloudinary CLI: " + err.Error()}
	}
	var entries map[string]string
	if json.Unmarshal(raw, &entries) != nil { // its error could repeat a value
		return nil, []string{"the configurations of the Cloudinary CLI: " + path + " is no JSON object of texts"}
	}
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 && filepath.Separator == '/' {
		notes = append(notes, path+" can be read by others: chmod 600 mends it")
	}
	def := entries["__default__"]
	for _, name := range slices.Sorted(maps.Keys(entries)) {
		if name == "__default__" {
			continue
		}
		p := s.fromURL(name, entries[name])
		p.Default = name == def
		all = append(all, p)
	}
	return all, notes
}

// fromURL makes a profile of a cloudinary:// URL.
func (s Store) fromURL(name, url string) Profile {
	c := uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": url}})
	p := Profile{Name: name, Source: FromCLI, Account: c.Account}
	p.Account.Origin = "profile " + name + " of the Cloudinary CLI"
	p.Account.PrefixFromFile = p.Account.Prefix != ""
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	switch {
	case !c.Found && len(c.Problems) > 0:
		p.Problem = "its URL is not complete"
	case !c.Found:
		p.Problem = "it is no cloudinary:// URL"
	case !c.TokenUntil.IsZero() && now().After(c.TokenUntil):
		p.Problem = "its OAuth token ended on " + c.TokenUntil.UTC().Format("2 January 2006 at 15:04 UTC") + "; log in again with the Cloudinary CLI"
	}
	return p
}

// readSmall reads a regular file of a bounded size.
func readSmall(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	if err == nil && len(raw) > maxConfig {
		err = fmt.Errorf("%s is larger than 1 MiB", path)
	}
	return raw, err
}
