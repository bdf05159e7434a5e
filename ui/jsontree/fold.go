package jsontree

import "slices"

// folds says which containers are folded: a bit a line. nil is none.
type folds []uint64

func (f folds) has(i int32) bool { return f != nil && f[i>>6]&(1<<(i&63)) != 0 }

func (f folds) set(i int32)   { f[i>>6] |= 1 << (i & 63) }
func (f folds) clear(i int32) { f[i>>6] &^= 1 << (i & 63) }

// ownFolds gives the model a copy that it may change: models are values, and share it.
func (m *Model) ownFolds() {
	if m.folded == nil {
		m.folded = make(folds, len(m.doc.nodes)/64+1)
		return
	}
	m.folded = slices.Clone(m.folded)
}

// refold computes the visible lines anew and keeps the cursor on its line, or on the
// container that hides it now.
func (m *Model) refold(cursor int32) {
	m.shown = nil
	if m.folded != nil {
		m.shown = make([]int32, 0, max(m.length(), 64))
		for i := int32(0); i < int32(len(m.doc.nodes)); {
			m.shown = append(m.shown, i)
			if m.folded.has(i) {
				i = m.doc.end(i)
			} else {
				i++
			}
		}
		if len(m.shown) == len(m.doc.nodes) { // nothing is folded any more
			m.folded, m.shown = nil, nil
		}
	}
	m.at = m.indexOf(cursor)
	m.follow()
}

// indexOf is the place among the visible lines of line i, or of what hides it.
func (m Model) indexOf(i int32) int {
	if m.shown == nil {
		return int(i)
	}
	n, found := slices.BinarySearch(m.shown, i)
	if !found {
		n--
	}
	return max(n, 0)
}

// setFolded folds or unfolds one container. One without members stays as it is.
func (m *Model) setFolded(i int32, fold bool) {
	if i < 0 || !m.doc.foldable(i) || m.folded.has(i) == fold {
		return
	}
	m.ownFolds()
	if fold {
		m.folded.set(i)
	} else {
		m.folded.clear(i)
	}
	m.refold(i)
}

// foldTo folds every container at that depth or deeper.
func (m *Model) foldTo(depth int) {
	cursor := m.current()
	m.folded = make(folds, len(m.doc.nodes)/64+1)
	for i := range m.doc.nodes {
		if int(m.doc.nodes[i].depth) >= depth && m.doc.foldable(int32(i)) {
			m.folded.set(int32(i))
		}
	}
	m.refold(cursor)
}

// reveal unfolds whatever hides line i and puts the cursor on it, with lines around it
// where it was out of sight.
func (m *Model) reveal(i int32) {
	owned := false
	for up := m.doc.parent(i); up >= 0; up = m.doc.parent(up) {
		if !m.folded.has(up) {
			continue
		}
		if !owned {
			m.ownFolds()
			owned = true
		}
		m.folded.clear(up)
	}
	if top := m.top; owned {
		m.refold(i)
		m.top = top
	}
	m.at = m.indexOf(i)
	if h := m.rows(); m.at < m.top || m.at >= m.top+h {
		m.top = m.at - h/3
	}
	m.follow()
}
