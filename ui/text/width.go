package text

import (
	"sync/atomic"

	"github.com/charmbracelet/x/ansi"

	"signpost/signer/visible"
)

// byCluster is whether the terminal gives a whole grapheme cluster the cells of one
// character, and not those of each character in it.
var byCluster atomic.Bool

// CountClusters sets how the terminal counts cells: by grapheme cluster where it knows
// mode 2027, else by character. They differ for emoji with a skin tone and for scripts
// with spacing marks, and the library that writes to the terminal counts as it does:
// another count here breaks the borders. There is one terminal, so this is the one
// setting that the whole package shares. At first it is false, as in the library.
func CountClusters(on bool) { byCluster.Store(on) }

// first is the length in bytes of the first character of t, with its marks, and its width.
func first(t visible.Text) (n, cells int) {
	m := ansi.WcWidth
	if byCluster.Load() {
		m = ansi.GraphemeWidth
	}
	c, cells := ansi.FirstGraphemeCluster(string(t), m)
	return len(c), cells
}

// Width is the number of cells that t takes, counting as the terminal does: wide
// characters two, combining marks none.
func Width(t visible.Text) int {
	if ascii(t) {
		return len(t)
	}
	if byCluster.Load() {
		return ansi.StringWidth(string(t))
	}
	return ansi.StringWidthWc(string(t))
}

func ascii(t visible.Text) bool {
	for i := 0; i < len(t); i++ {
		if t[i] >= 0x80 {
			return false
		}
	}
	return true
}

// prefix is the length in bytes of the longest beginning of t, in whole characters,
// that takes at most w cells.
func prefix(t visible.Text, w int) int {
	if w <= 0 {
		return 0
	}
	at, used := 0, 0
	for at < len(t) {
		n, cells := 1, 1
		if t[at] >= 0x80 || at+1 < len(t) && t[at+1] >= 0x80 { // a mark may follow
			n, cells = first(t[at:])
		}
		if n == 0 || used+cells > w {
			break
		}
		at += n
		used += cells
	}
	return at
}
