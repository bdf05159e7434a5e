package lesson_test

import (
	"testing"

	"signpost/ui/lesson"
	"signpost/ui/markdown"
	"signpost/ui/theme"
)

// BenchmarkCourse is what the course costs at the program's start, and what the text of a
// lesson costs when it is opened.
func BenchmarkCourse(b *testing.B) {
	files := lesson.Sources()
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			lesson.Read(files)
		}
	})
	text := lesson.Embedded()[3].Text
	b.Run("open", func(b *testing.B) {
		for b.Loop() {
			markdown.Lines(text, 76, theme.Theme{})
		}
	})
}
