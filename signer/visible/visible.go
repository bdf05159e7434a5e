// Package visible makes text from outside harmless to draw. Control characters, C1,
// bidirectional and zero-width characters, and bytes that are not UTF-8 become
// escapes that can be seen: ESC is written \u{1b}.
//
// [Text] is the only type that the screens draw. A literal in the source converts to
// it by itself; a string from outside does not, and has to pass [Clean] or [CleanLines].
// A conversion visible.Text(s) outside this package fails a test.
package visible

// Text is text that can be drawn: it holds nothing that moves a cursor, changes the
// direction of reading, or cannot be seen. Line breaks are in it only if it came from
// [CleanLines] or from the source.
type Text string
