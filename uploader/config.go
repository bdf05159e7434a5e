package uploader

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"signpost/signer"
)

// ConfigInput is where credentials are looked for. Nothing else is read.
type ConfigInput struct {
	// Environ holds the process's environment variables.
	Environ map[string]string
	// EnvFile is the raw text of a .env file, EnvFilePath how to call it. HasEnvFile
	// is false where there is none.
	HasEnvFile  bool
	EnvFile     []byte
	EnvFilePath string
	// Algorithm and Version come from flags, and win; empty means not given.
	Algorithm, Version string
}

// Config is what was found. Its texts never hold a secret or a part of one.
type Config struct {
	Account Account
	// Found is true where the identity is complete enough to sign with: cloud, key
	// and secret are there, damaged or not; or cloud and an OAuth token.
	Found bool
	// TokenUntil is when the OAuth token ends; zero where that is not known.
	TokenUntil time.Time
	// Problems name what is missing or damaged, the most important first.
	Problems []Problem
	// Notes say what was decided: which source won, what was ignored.
	Notes []string
}

// varSource is a set of variables: the environment, or a .env file.
type varSource struct {
	name string
	vars map[string]string
	file bool
}

// tripleNames are the two ways to give an identity in three variables.
var tripleNames = [][3]string{
	{"CLOUDINARY_CLOUD_NAME", "CLOUDINARY_API_KEY", "CLOUDINARY_API_SECRET"},
	{"CLOUD_NAME", "API_KEY", "API_SECRET"}, // the tutorial's
}

// ConfigNames are the variables that are read; no others are.
var ConfigNames = []string{
	"CLOUDINARY_URL",
	"CLOUDINARY_CLOUD_NAME", "CLOUDINARY_API_KEY", "CLOUDINARY_API_SECRET",
	"CLOUD_NAME", "API_KEY", "API_SECRET",
}

// ReadConfig finds the identity. The environment wins over the .env file, and within
// one of them CLOUDINARY_URL over single variables, CLOUDINARY_… over the tutorial's
// three. One identity comes from one place: a missing part is never taken from
// another. Values are used exactly as they stand, damage included, and the damage is
// named. It is pure.
func ReadConfig(in ConfigInput) Config {
	var c Config
	sources := []varSource{{name: "the environment", vars: in.Environ}}
	if in.HasEnvFile {
		scan := scanEnv(in.EnvFile, in.EnvFilePath)
		c.Problems = append(c.Problems, scan.problems...)
		c.Notes = append(c.Notes, scan.notes...)
		sources = append(sources, varSource{name: in.EnvFilePath, vars: scan.vars, file: true})
	}
	for i, s := range sources {
		if !s.has(ConfigNames...) {
			continue
		}
		c.fromSource(s)
		for _, later := range sources[i+1:] {
			if !later.has(ConfigNames...) {
				continue
			}
			c.note("the credentials in %s are ignored: %s wins", later.name, s.name)
			if !c.Found {
				c.note("to use those in %s, remove %s from %s", later.name, strings.Join(s.present(ConfigNames...), ", "), s.name)
			}
		}
		break
	}
	c.override(in)
	slices.SortStableFunc(c.Problems, func(a, b Problem) int { return int(b.Severity) - int(a.Severity) })
	return c
}

func (s varSource) has(names ...string) bool { return len(s.present(names...)) > 0 }

// present lists those of the names that the source has.
func (s varSource) present(names ...string) (have []string) {
	for _, n := range names {
		if s.vars[n] != "" {
			have = append(have, n)
		}
	}
	return have
}

func (c *Config) note(format string, args ...any) {
	c.Notes = append(c.Notes, fmt.Sprintf(format, args...))
}

func (c *Config) problem(code Code, variable, where, message, hint string) {
	c.Problems = append(c.Problems, newProblem(code, variable, where, message, hint))
}

// fromSource takes the identity from the first form that the source has.
func (c *Config) fromSource(s varSource) {
	c.Account.Options.Version = signer.V2
	if s.has("CLOUDINARY_URL") {
		c.fromURL(s)
		for _, names := range tripleNames {
			if s.has(names[:]...) {
				c.note("%s in %s is ignored: CLOUDINARY_URL wins", present(s, names), s.name)
			}
		}
		return
	}
	for i, names := range tripleNames {
		if !s.has(names[:]...) {
			continue
		}
		c.fromTriple(s, names)
		for _, other := range tripleNames[i+1:] {
			if s.has(other[:]...) {
				c.note("%s in %s is ignored: %s wins", present(s, other), s.name, present(s, names))
			}
		}
		return
	}
}

func present(s varSource, names [3]string) string { return strings.Join(s.present(names[:]...), ", ") }

func (c *Config) fromTriple(s varSource, names [3]string) {
	c.Account.CloudName = s.vars[names[0]]
	c.Account.APIKey = s.vars[names[1]]
	c.Account.Secret = signer.NewSecret(s.vars[names[2]])
	c.Account.Origin = present(s, names) + " in " + s.name
	c.Found = true
	for _, n := range names {
		if s.vars[n] == "" {
			c.Found = false
			c.problem(CodeMissing, n, s.name, fmt.Sprintf("%s is missing in %s, which has %s", n, s.name, present(s, names)),
				"set all three in one place; a missing part is never taken from another")
		}
	}
	c.judge(s, names)
}

// override takes over what flags say.
func (c *Config) override(in ConfigInput) {
	if in.Algorithm != "" {
		if a, err := signer.ParseAlgorithm(in.Algorithm); err == nil {
			c.Account.Options.Algorithm = a
		}
	}
	if in.Version != "" {
		if v, err := signer.ParseVersion(in.Version); err == nil {
			c.Account.Options.Version = v
		}
	}
}
