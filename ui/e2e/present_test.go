//go:build linux

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// grouped is the documentation's signature of the tutorial's values, as it is shown to a
// room.
const grouped = "b f d 0 9 f 9 5"

// A session for a room, from the first step to the handout: the documentation's signature,
// step by step forward and back, sent, answered, and nothing of the person in it.
func TestPresent(t *testing.T) {
	t.Parallel()
	s := start(t, setup{cols: 80, rows: 24, args: []string{"--present", "--handout", "handout.md"}})
	s.waitFor("PRESENTING", "P A R A M E T E R S", "1315060510", "1/9")
	s.press(" ")
	s.waitFor("L E F T", "never signed")
	s.press(pageEnd) // as a clicker
	s.waitFor("S O R T E D")
	s.press("\x1b[D")
	s.waitFor("L E F T", "2/9")
	s.press("6")
	s.waitFor("H A S H E D", grouped)
	s.press("7")
	s.waitFor("signature=bfd09f95f331f558cbd1320e67aa8d48877")
	s.press(" ")
	s.waitFor("S E N D", "space sends it")
	s.press(" ")
	s.waitFor("A N S W E R", "2 0 0", "sample_image", "signed too, and rightly")
	s.press(tab)
	s.waitFor("╭ Answer", "PRESENTING", `"public_id"`)
	s.press(escape)
	s.waitFor("A N S W E R")
	s.press(escape)
	s.waitFor("╭ Upload", "PRESENTING")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.checkTerminal()
	raw, err := os.ReadFile(filepath.Join(s.dir, "handout.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"bfd09f95f331f558cbd1320e67aa8d488770583e", "curl -q", "--fixed-clock 1315060510 --seed 1", `"asset_id"`} {
		if !strings.Contains(string(raw), want) {
			t.Errorf("the handout has no %q", want)
		}
	}
	info, err := os.Stat(filepath.Join(s.dir, "handout.md"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the handout's mode: %v, %v", info.Mode(), err)
	}
	left, _ := filepath.Glob(filepath.Join(s.dir, ".signpost-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestT15Presenting: on a LIVE account the key is masked but for four digits, the folder is
// ~, nothing of an earlier draft is offered, and sending is asked about.
func TestT15Presenting(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	before := start(t, setup{home: home})
	before.shownDigest("sample_image")
	before.focus("Public ID")
	before.press("_private")
	before.untilSaved("sample_image_private")
	before.press(ctrlQ)
	before.status()

	picture := filepath.Join(home, "picture.png")
	write(t, picture, "not a picture")
	s := start(t, setup{cols: 160, rows: 40, home: home, dotenv: strings.ReplaceAll(dotenv(secondSandbox(t, canary)), "123456789012345", "424242987654321"), args: []string{"--present", "--file", picture}})
	s.waitFor("PRESENTING · key masked", "LIVE", "~/picture.png")
	s.press("7")
	s.waitFor("api_key=•••••••••••4321", "~/picture.png")
	s.press("c")
	s.waitGone("demo")
	s.press("8", " ")
	s.waitFor("Send it, LIVE?")
	s.press(enter)
	s.waitFor("A N S W E R", "4 0 1") // the server knows another key
	s.press(escape)
	s.waitFor("╭ Upload", "PRESENTING · key masked")
	s.press("\x1bl") // the history: this account's alone
	s.waitFor("History")
	s.press(escape)
	s.waitGone("History")
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		t.Errorf("status %d", got)
	}
	s.drain()
	s.checkNoSecret()
	out := s.output()
	for _, hidden := range []string{"424242987", home, "_private", "A draft was found"} {
		if strings.Contains(out, hidden) {
			t.Errorf("%q was on the screen", hidden)
		}
	}
	if regexp.MustCompile(`\x1b\](9|777);`).MatchString(out) {
		t.Error("a notification left the screen")
	}
}
