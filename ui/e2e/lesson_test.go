//go:build linux

package e2e

import "testing"

const f7 = "\x1b[18~"

// A broken request is mended on the screen, by keys alone, and the sandbox of the program
// takes it. The person's draft comes back, and a later run knows what is done.
func TestLesson(t *testing.T) {
	t.Parallel()
	s := start(t, setup{cols: 80, rows: 24})
	s.shownDigest("sample_image")
	s.focus("Public ID")
	s.press("_mine")
	s.shownDigest("sample_image_mine")
	s.press(f7)
	s.waitFor("Lessons: 0 of", "Configure from .env")
	s.press("nobody signed", enter)
	s.waitFor("Lesson 13", "The preset nobody signed")
	s.press("c")
	s.waitFor("✗ 401 Invalid Signature")
	s.press(tab)
	s.waitFor("signed, one a line", "server's")
	s.press("\x1b[B", "\x1b[F", enter, "upload_preset=signed_only")
	s.waitFor("changed since the last check")
	s.press(ctrlS)
	s.waitFor("✓ 200 accepted", "1 of")
	s.press(escape)
	s.waitGone("signed, one a line")
	s.press(escape)
	s.waitFor("your own draft is back", "sample_image_mine")
	s.press(f7)
	s.waitFor("Lessons: 1 of")
	s.press(escape)
	s.waitGone("Lessons: 1 of")
	s.quit()

	again := start(t, setup{home: s.home, cols: 80, rows: 24})
	again.waitFor("A draft was found", "sample_image_mine") // not the lesson's
	again.press(escape)
	again.waitGone("A draft was found")
	again.press(f7)
	again.waitFor("Lessons: 1 of", "✓ 13")
	again.press(escape)
	again.waitGone("Lessons: 1 of")
	again.quit()
}
