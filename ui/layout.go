package ui

// The smallest terminal that the screens are drawn for.
const (
	minWidth  = 60
	minHeight = 16
)

// wideWidth is from where form and signature stand side by side: the signature pane
// then has 78 cells, in which a SHA-256 digest stands on one line.
const (
	wideWidth = 116
	paneWidth = 78
	// wideFormWidth is the form's, where it lists every parameter by its whole name.
	wideFormWidth = 64
)

// rect is a part of the screen, in cells from the upper left corner.
type rect struct{ x, y, w, h int }

func (r rect) contains(x, y int) bool {
	return x >= r.x && x < r.x+r.w && y >= r.y && y < r.y+r.h
}

// layout is where everything stands. A pane of no height is not shown.
type layout struct {
	tooSmall        bool
	header, footer  rect
	body            rect // everything between header and footer
	form, sign, cmd rect
	// shared is true where signature and command take turns in one place.
	shared bool
}

// lay is the only place with coordinates. rows is how many lines the form wants inside
// its border; command is true where the shared place shows the command,
// wideForm where the form lists whole names.
func lay(w, h, rows int, command, wideForm bool) layout {
	if w < minWidth || h < minHeight {
		return layout{tooSmall: true}
	}
	l := layout{
		header: rect{0, 0, w, 1},
		footer: rect{0, h - 1, w, 1},
		body:   rect{0, 1, w, h - 2},
	}
	if w >= wideWidth {
		l.wide(rows, command, wideForm)
	} else {
		l.narrow(rows, command)
	}
	return l
}

func (l *layout) wide(rows int, command, wideForm bool) {
	b := l.body
	pane := paneWidth
	if b.w > 160 {
		pane = b.w / 2
	}
	if wideForm {
		pane = min(pane, b.w-wideFormWidth)
	}
	top := b.h
	if b.h >= 26 {
		top = max(min(rows+2, b.h-11), b.h-16, 13)
		l.cmd = rect{b.x, b.y + top, b.w, b.h - top}
	}
	l.form = rect{b.x, b.y, b.w - pane, top}
	right := rect{b.x + b.w - pane, b.y, pane, top}
	l.place(right, command)
}

func (l *layout) narrow(rows int, command bool) {
	b := l.body
	top := min(rows+2, max(b.h-10, 5))
	if b.h >= 42 {
		top = min(rows+2, b.h-32)
	}
	l.form = rect{b.x, b.y, b.w, top}
	rest := rect{b.x, b.y + top, b.w, b.h - top}
	if b.h >= 42 {
		l.sign = rect{rest.x, rest.y, rest.w, rest.h / 2}
		l.cmd = rect{rest.x, rest.y + rest.h/2, rest.w, rest.h - rest.h/2}
		return
	}
	l.place(rest, command)
}

// place puts the signature into r, or lets it share r with the command where that has
// no place of its own.
func (l *layout) place(r rect, command bool) {
	if l.cmd.h > 0 {
		l.sign = r
		return
	}
	l.shared = true
	if command {
		l.cmd = r
	} else {
		l.sign = r
	}
}
