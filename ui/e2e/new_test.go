//go:build linux

package e2e

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader/sandbox"
)

const (
	altA, altC, altI, altK = "\x1ba", "\x1bc", "\x1bi", "\x1bk"
	altR, altS, altU, altW = "\x1br", "\x1bs", "\x1bu", "\x1bw"
	altY, ctrlG, pageUp    = "\x1by", "\x07", "\x1b[5~"
)

// tutorialCommand is the tutorial's own, word for word.
const tutorialCommand = `curl -d "file=http://www.example.com/sample.jpg&api_key=436464676&eager=w_400,h_300,c_pad|w_260,h_200,c_crop&public_id=sample_image&timestamp=173719931&signature=a788d68f86a6f868af" -X POST http://api.cloudinary.com/v1_1/cloud_name/image/upload`

// watched is a sandbox for the account of [dotenv], with an OAuth token, and a channel
// of what it was sent. It has the default presets: ml_default works unsigned.
func watched(t *testing.T) (url string, seen <-chan sandbox.Exchange) {
	t.Helper()
	log := make(chan sandbox.Exchange, 64)
	box := sandbox.New(sandbox.Options{
		Accounts: []sandbox.Account{{Cloud: "demo", APIKey: "123456789012345", Secret: signer.NewSecret(canary), Token: signer.NewSecret("token-" + canary)}},
		Log:      func(x sandbox.Exchange) { log <- x },
	})
	if err := box.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	return box.BaseURL(), log
}

// upload is the next exchange that is one.
func upload(seen <-chan sandbox.Exchange) (sandbox.Exchange, map[string]string) {
	for {
		x := <-seen
		if !strings.HasSuffix(x.Path, "/upload") || x.Method != "POST" {
			continue
		}
		fields := map[string]string{}
		for _, f := range x.Fields {
			fields[f.Name] = f.Value
		}
		return x, fields
	}
}

// quit leaves with ctrl+q, and looks whether everything is well.
func (s *session) quit() {
	s.t.Helper()
	s.press(ctrlQ)
	if got := s.status(); got != 0 {
		s.t.Errorf("status %d", got)
	}
	s.checkNoSecret()
	s.checkClean()
}

// checkNothingKept looks for the secret in every file that the program left behind.
func (s *session) checkNothingKept() {
	s.t.Helper()
	files := 0
	for _, dir := range []string{s.home, s.dir} {
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			files++
			content, err := os.ReadFile(path)
			if bytes.Contains(content, []byte(canary)) {
				s.t.Errorf("the secret is in %s", d.Name())
			}
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	if files == 0 {
		s.t.Error("there is no file at all")
	}
}

// The tutorial's command, pasted on the form, is said to be one before it is taken; one
// key takes it back.
func TestPasteTheTutorialsCommand(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.focus("Public ID")
	s.press("_mine")
	mine := s.shownDigest("sample_image_mine")
	s.paste(tutorialCommand)
	s.waitFor("Paste anything", "a cURL command, cloud cloud_name", "plain http", "Left out", "it is computed anew", "alt+t")
	s.press(escape)
	s.waitGone("Paste anything")
	if again := s.shownDigest("sample_image_mine"); again != mine {
		t.Errorf("what was not taken changed the signature from %s to %s", mine, again)
	}
	s.paste(tutorialCommand)
	s.waitFor("Recognised")
	s.press(enter)
	s.waitFor("taken: a cURL command, 2 parameters", "it is for the cloud cloud_name, here it goes to demo", "www.example.com")
	s.waitGone("sample_image_mine")
	s.shownDigest("sample_image")
	s.press(altU)
	s.waitFor("taken back: the paste", "sample_image_mine")
	s.shownDigest("sample_image_mine")
	s.quit()
}

// A .env that is pasted is masked at once and asked about; yes is LIVE, and works. The
// secret is on no screen and in no file (threat T20).
func TestPasteEnv(t *testing.T) {
	t.Parallel()
	url, seen := watched(t)
	env := "# mine\nCLOUD_NAME='demo'\nAPI_KEY='123456789012345'\nexport API_SECRET='" + canary + "'\nUPLOAD_PREFIX=" + url + "\n"
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.paste(env)
	s.waitFor("with a secret: not shown", "lines of a .env file, cloud demo", signer.Mask, "you are asked before they are used")
	s.press("\x1bt", enter) // alt+t would put it into the field: not here
	s.waitFor("Credentials in the paste", "written nowhere")
	s.press(escape)
	s.waitFor("are forgotten", "SANDBOX")
	s.paste(env)
	s.waitFor("lines of a .env file")
	s.press(enter)
	s.waitFor("Credentials in the paste")
	s.press(enter)
	s.waitFor("LIVE", "from a paste")
	s.press(ctrlS)
	s.waitFor("200 OK", "response signature verified")
	if x, _ := upload(seen); !strings.HasPrefix(x.Verdict, "signed") {
		t.Errorf("the upload was %q, %q", x.Verdict, x.Error)
	}
	s.quit()
	s.checkNothingKept()
}

// What holds a secret that is not understood is not drawn either (threats T20, T21).
func TestPasteBrokenCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	for _, text := range []string{
		"cloudinary://123456789012345:" + canary, "API_SECRET='" + canary + "\nAPI_KEY=1", "set API_SECRET=" + canary,
		"CLOUD_NAME=demo\nAPI_KEY=" + canary + "\nAPI_SECRET=123456789012345", "cloudinary.config({ api_secret: '" + canary + "' })",
		"curl -H 'X-Api-Secret: " + canary + "' -F tags=a https://api.cloudinary.com/v1_1/demo/image/upload",
	} {
		s.paste(text)
		s.waitFor("Paste anything", "Recognised", "secret")
		s.press(escape)
		s.waitGone("Paste anything")
	}
	s.shownDigest("sample_image")
	s.quit()
	s.checkNothingKept()
}

// A megabyte that was pasted by mistake does no harm, whatever it looks like (threat T2).
func TestPasteAMegabyte(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	digest := s.shownDigest("sample_image")
	s.press(altI)
	s.waitFor("Paste anything here")
	s.paste(strings.Repeat("curl -d a=b&", 1<<17))
	s.waitFor("are too many: nothing of it was read")
	s.paste("curl -d 'tags=" + strings.Repeat("a,", 500_000) + "' https://api.cloudinary.com/v1_1/demo/image/upload")
	s.waitFor("Recognised", "a cURL command, cloud demo")
	s.press(escape)
	s.waitGone("Paste anything")
	s.paste(strings.Repeat("{\"timestamp\" uploader. ", 40_000))
	s.waitFor("paste refused")
	if now := s.shownDigest("sample_image"); now != digest {
		t.Errorf("the signature changed from %s to %s", digest, now)
	}
	s.focus("Public ID")
	s.press("_after")
	s.shownDigest("sample_image_after")
	s.quit()
}

// An error of the service becomes the draft that was signed there.
func TestPasteAnError(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.paste(`{"error":{"message":"Invalid Signature 0123456789abcdef0123456789abcdef01234567. String to sign - 'eager=w_400,h_300,c_pad|w_260,h_200,c_crop&public_id=of_the_error&timestamp=1315060510'."}}`)
	s.waitFor("an error of the service", "of_the_error", "it is computed anew")
	s.press(enter)
	s.waitFor("taken: an error of the service, 2 parameters")
	s.shownDigest("of_the_error")
	s.quit()
}

// alt+i is the place to paste, and to type where a terminal cannot say what is pasted.
func TestImportDialog(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.press(altI)
	s.waitFor("Paste anything here", "Nothing is sent, run or read")
	s.press("public_id=typed_here&eager=w_400,h_300,c_pad%7Cw_260,h_200,c_crop")
	s.waitFor("parameters, joined with &", "typed_here", "c_crop")
	s.press(ctrlU)
	s.waitFor("Paste anything here")
	s.paste("$(touch owned) \x1b]2;owned\x07 \u202e what is this")
	s.waitFor("nothing that is known here", "what is this")
	s.press(ctrlU)
	s.waitFor("Paste anything here")
	s.paste("public_id=typed_here&eager=w_400,h_300,c_pad%7Cw_260,h_200,c_crop")
	s.waitFor("typed_here")
	s.press(enter)
	s.waitFor("2 parameters. alt+u takes it back")
	s.shownDigest("typed_here")
	if _, err := os.Stat(filepath.Join(s.dir, "owned")); err == nil {
		t.Error("what was pasted was run")
	}
	s.quit()
}

// choose opens the chooser of what to copy and narrows it down to one form.
func (s *session) choose(words, title string) {
	s.t.Helper()
	s.press(altY)
	s.waitFor("╭ Copy as ─")
	s.press(words)
	s.waitFor("› "+words, "▸ "+title)
}

// nextCopy waits for one more copy than there were.
func (s *session) nextCopy(before int) string {
	s.t.Helper()
	s.until("another copy", func() bool { return s.copies() > before })
	return s.copied()
}

func (s *session) copies() int { return len(clipboard.FindAllString(s.output(), -1)) }

// The chooser copies, writes and shows one and the same text.
func TestCopyAs(t *testing.T) {
	t.Parallel()
	s := start(t, setup{cols: 120, rows: 30})
	digest := s.shownDigest("sample_image")
	stamp := timestampText.FindStringSubmatch(s.screen())[1]

	s.choose("string to", "string to sign")
	s.press(enter)
	if got, want := s.copied(), "eager=w_400,h_300,c_pad|w_260,h_200,c_crop&public_id=sample_image&timestamp="+stamp; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	s.waitFor("copied string to sign")

	at := s.copies()
	s.choose("signature", "signature")
	s.press(enter)
	if got := s.nextCopy(at); got != digest {
		t.Errorf("copied %q, want %q", got, digest)
	}

	at = s.copies()
	s.choose("fish", "cURL for fish")
	s.press(enter)
	fish := s.nextCopy(at)
	if !strings.HasPrefix(fish, "# for fish\n") || !strings.Contains(fish, digest) {
		t.Errorf("copied %q", fish)
	}
	s.waitGone("Copy as")
	s.choose("fish", "cURL for fish")
	s.press(altW)
	s.waitFor("it is in upload-")
	written, err := filepath.Glob(filepath.Join(s.dir, "upload-*.fish"))
	if err != nil || len(written) != 1 {
		t.Fatalf("written: %q, %v", written, err)
	}
	content, err := os.ReadFile(written[0])
	if err != nil || string(content) != fish+"\n" {
		t.Errorf("written %q, %v; copied %q", content, err, fish)
	}
	if info, err := os.Stat(written[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
	s.choose("fish", "cURL for fish")
	s.press(altS)
	s.waitGone("Copy as")
	s.waitFor("╭ cURL for fish ─", "# for fish")
	at = s.copies()
	s.press(ctrlY)
	if got := s.nextCopy(at); got != fish {
		t.Errorf("ctrl+y copied %q, the chooser %q", got, fish)
	}
	s.quit()
}

// The chooser narrows down, says where nothing is called that, and scrolls a text that
// is longer than the screen to its end and back.
func TestCopyAsScrolls(t *testing.T) {
	t.Parallel()
	s := start(t, setup{cols: 80, rows: 24})
	s.waitFor("SANDBOX", "sample_image")
	s.choose("go standard", "Go, standard library")
	s.waitFor("package main", "proved")
	s.waitGone("▸ cURL")
	for range 12 {
		s.press("\x1b[6~")
	}
	s.waitGone("package main")
	s.until("the last line", func() bool {
		for line := range strings.SplitSeq(s.screen(), "\n") {
			if strings.Trim(line, "│╭╮╰╯ ") == "}" {
				return true
			}
		}
		return false
	})
	for range 12 {
		s.press(pageUp)
	}
	s.waitFor("package main")
	s.press("nonsense")
	s.waitFor("nothing is called that")
	s.press(enter)
	s.press(strings.Repeat(backspace, 30))
	s.waitFor("▸ cURL for sh, bash, zsh", "type to narrow down")
	s.press(down, down, up)
	s.waitFor("▸ cURL on one line")
	s.press(escape)
	s.waitGone("Copy as")
	if s.copies() != 0 {
		t.Error("something was copied")
	}
	s.quit()
}

// ctrl+g goes round the lists; what is set in one of them arrives.
func TestViews(t *testing.T) {
	t.Parallel()
	url, seen := watched(t)
	s := start(t, setup{dotenv: dotenv(url), cols: 120, rows: 40})
	s.waitFor("LIVE", "▸ File")
	s.press(ctrlG)
	s.waitFor("essentials: ctrl+g", "asset_folder")
	s.focus("asset_folder")
	s.press("of/essentials")
	s.press(ctrlG)
	s.waitFor("everything: ctrl+g", "Find")
	s.focus("Find")
	s.press("thumbnail")
	s.waitGone("public_id_prefix")
	s.waitFor("Eager 1")
	s.press(ctrlU, "phash")
	s.waitGone("Eager 1")
	s.press(down)
	s.waitFor("▸ phash")
	s.press(right)
	s.waitFor("‹1 yes›")
	s.press(ctrlG)
	s.waitGone("everything: ctrl+g")
	s.waitFor("of/essentials")
	s.press(ctrlS)
	s.waitFor("200 OK")
	x, got := upload(seen)
	if got["asset_folder"] != "of/essentials" || got["phash"] != "1" || !strings.HasPrefix(x.Verdict, "signed") {
		t.Errorf("%q arrived as %q", got, x.Verdict)
	}
	s.quit()
}

// A recipe replaces the parameters; one of the person's own is there at the next start.
func TestRecipes(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.press(altR)
	s.waitFor("Start from a recipe")
	s.press("squares")
	s.waitFor("▸ thumbnails")
	s.press(enter)
	s.waitFor("the recipe's parameters are in the form", "g_auto")
	s.press(altU)
	s.waitFor("taken back: the recipe")
	s.shownDigest("sample_image")

	s.focus("Public ID")
	s.press("_of_mine")
	s.shownDigest("sample_image_of_mine")
	s.press(altR)
	s.waitFor("Start from a recipe")
	s.press("keep this")
	s.waitFor("▸ keep this draft")
	s.press(enter)
	s.waitFor("Keep as a recipe")
	s.press("holiday pictures", enter)
	s.waitFor("kept: alt+r starts from it")
	s.quit()

	again := start(t, setup{home: s.home})
	again.waitFor("A draft was found", "sample_image_of_mine")
	again.press(escape)
	again.waitGone("A draft was found")
	again.shownDigest("sample_image")
	again.press(altR)
	again.waitFor("Start from a recipe", "holiday pictures", "your own")
	again.press("holiday")
	again.waitFor("▸ holiday pictures")
	again.press(enter)
	again.shownDigest("sample_image_of_mine")
	again.quit()
}

// Each way to authenticate is what the server sees.
func TestAuthentication(t *testing.T) {
	t.Parallel()
	url, seen := watched(t)
	send := func(s *session, want string, signed, timed bool) {
		t.Helper()
		s.press(ctrlS)
		s.waitFor("200 OK")
		x, got := upload(seen)
		if !strings.HasPrefix(x.Verdict, want) {
			t.Errorf("it was sent as %q, want %q", x.Verdict, want)
		}
		if (got["signature"] != "") != signed || (got["timestamp"] != "") != timed || (got["api_key"] != "") != signed {
			t.Errorf("%s: the fields are %q", want, got)
		}
		s.press(escape)
		s.waitFor("╭ Upload")
	}
	s := start(t, setup{dotenv: dotenv(url), cols: 120, rows: 40})
	s.waitFor("LIVE", "▸ File")
	send(s, "signed", true, true)
	s.press(altR)
	s.waitFor("Start from a recipe")
	s.press("unsigned, with")
	s.waitFor("▸ unsigned")
	s.press(enter)
	s.waitFor("Sent unsigned", "ml_default")
	send(s, "unsigned with a preset", false, false)
	s.press(altA)
	s.waitFor("HTTP Basic: key and secret")
	send(s, "HTTP Basic", false, false)
	s.press(altA)
	s.waitFor("OAuth: a token goes in a header", "there is no OAuth token")
	s.press(altA)
	s.waitFor("signed: the secret stays here")
	send(s, "signed", true, true)
	s.quit()

	s = start(t, setup{dotenv: "CLOUDINARY_URL=cloudinary://demo?oauth_token=token-" + canary + "&upload_prefix=" + url + "\n", cols: 120, rows: 40})
	s.waitFor("LIVE", "▸ File", "Sent with an OAuth token")
	send(s, "OAuth", false, true)
	s.quit()
}

// What looks wrong is listed, and mended by a key; that is taken back by a key too.
func TestChecks(t *testing.T) {
	t.Parallel()
	s := start(t, setup{})
	s.shownDigest("sample_image")
	s.press(altC)
	s.waitFor("nothing looks wrong")
	s.focus("Public ID")
	s.press(" ")
	s.waitFor("1 to check: alt+c", "a blank at the end", "sample_image␣")
	s.press(altK)
	s.waitFor("public_id is mended; alt+u takes it back")
	s.waitGone("sample_image␣")
	s.shownDigest("sample_image")
	s.press(altU)
	s.waitFor("sample_image␣", "taken back: the mended public_id")
	s.press(altC)
	s.waitFor("╭ Checks ─", "A check warns", "mend")
	s.press(enter)
	s.waitFor("public_id is mended")
	s.shownDigest("sample_image")
	s.press(altK)
	s.waitFor("nothing here that could be mended")
	s.quit()
}
