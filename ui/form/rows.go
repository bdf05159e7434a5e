package form

import (
	"slices"
	"strings"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// rowKind says what a row of the form edits.
type rowKind uint8

const (
	rowFile rowKind = iota
	rowParam
	rowEager    // one transformation of the eager parameter
	rowAddEager // the place that adds one
	rowType
	rowAuth
	rowTimestamp
	rowAddParam
	rowFind    // the filter of the list of everything
	rowHeading // a group of that list; it never has the focus
	rowInfo    // what comes from the account and the signature: nothing to edit
)

// row is one line of the form. name is the parameter, item the place of the
// transformation within eager, text the words of a heading.
type row struct {
	kind rowKind
	name string
	item int
	text string
}

// eagerItems parts an eager value at the pipes. Nothing is lost: joining the items
// gives the value again. There is always at least one.
func eagerItems(value string) []string { return strings.Split(value, "|") }

// index is the place of a parameter in the draft, or -1.
func (m Model) index(name string) int {
	return slices.IndexFunc(m.draft.Params, func(p uploader.DraftParam) bool { return p.Name == name })
}

// param is the parameter of a row as it is in the draft; ok is false where it is not.
func (m Model) param(name string) (p uploader.DraftParam, ok bool) {
	if i := m.index(name); i >= 0 {
		return m.draft.Params[i], true
	}
	return uploader.DraftParam{Param: signer.Param{Name: name}}, false
}

// value is the text that the row edits.
func (m Model) value(r row) string {
	d := m.draft
	switch r.kind {
	case rowFile:
		if d.File == uploader.SampleToken {
			return m.sampleURL
		}
		return d.File
	case rowParam:
		return d.Get(r.name)
	case rowEager:
		items := eagerItems(d.Get(r.name))
		if r.item < len(items) {
			return items[r.item]
		}
	case rowType:
		if d.ResourceType == "" {
			return "image"
		}
		return d.ResourceType
	case rowAuth:
		return string(d.Auth)
	case rowTimestamp:
		return d.Timestamp
	case rowFind:
		return m.filter
	}
	return ""
}

// store writes an edited value into the draft. The draft's slices are replaced, never
// written into: copies of the model share them.
func (m *Model) store(r row, value string) {
	d := &m.draft
	switch r.kind {
	case rowFile:
		d.File = value
		if value == m.sampleURL {
			d.File = uploader.SampleToken
		}
	case rowParam:
		m.setParam(r.name, value)
	case rowEager:
		items := eagerItems(d.Get(r.name))
		if r.item < len(items) {
			items[r.item] = value
			m.setParam(r.name, strings.Join(items, "|"))
		}
	case rowType:
		d.ResourceType = value
	case rowAuth:
		d.Auth = uploader.Auth(value)
	case rowTimestamp:
		d.Timestamp = value
		d.TimestampByHand = true
	}
}

// setParam gives a parameter a value. Where the list also has parameters that are not
// set, an empty value takes it out of the draft again.
func (m *Model) setParam(name, value string) {
	i := m.index(name)
	switch {
	case i < 0 && value == "":
		return
	case i < 0:
		m.draft = m.draft.With(name, value)
		return
	case value == "" && m.view != ViewSet && !m.draft.Params[i].Off && name != "eager":
		m.draft.Params = slices.Delete(slices.Clone(m.draft.Params), i, i+1)
		return
	}
	m.draft = m.draft.With(name, value)
}

// Name is the parameter that the focused row belongs to: public_id, eager, file …; it
// is empty on the rows that only add or find something.
func (m Model) Name() string { return m.nameOf(m.rows[m.focus]) }

func (m Model) nameOf(r row) string {
	switch r.kind {
	case rowFile:
		return "file"
	case rowParam, rowEager, rowAddEager, rowInfo:
		return r.name
	case rowType:
		return "resource_type"
	case rowTimestamp:
		return "timestamp"
	}
	return ""
}

// AddParam appends a parameter and puts the focus on it. Where it is there already,
// only the focus moves. The error is a [*signer.ParamError], or says why a name cannot
// be a parameter of the form.
func (m *Model) AddParam(name string) error {
	if err := CheckNewName(name); err != nil {
		return err
	}
	if m.focusOn(name) {
		return nil
	}
	if m.index(name) < 0 && name != "file" && name != "timestamp" && name != "resource_type" {
		params := append([]uploader.DraftParam(nil), m.draft.Params...)
		m.draft.Params = append(params, uploader.DraftParam{Param: signer.Param{Name: name}})
	}
	m.view, m.filter = ViewSet, ""
	m.rebuild()
	m.focusOn(name)
	return nil
}

// focusOn puts the focus on the first row of a parameter; ok is false where none is shown.
func (m *Model) focusOn(name string) bool {
	for i, r := range m.rows {
		if r.kind != rowInfo && m.nameOf(r) == name {
			m.moveTo(i)
			return true
		}
	}
	return false
}

// CheckNewName says why a name cannot be added to the form.
func CheckNewName(name string) error {
	if err := signer.CheckName(name); err != nil {
		return err
	}
	switch name {
	case "api_secret":
		return &signer.ParamError{Name: name, Problem: "is never sent: the secret only goes into the hash"}
	case "unsigned":
		return &signer.ParamError{Name: name, Problem: "is no parameter of its own: it is a way to authenticate, which alt+a changes"}
	case "signature", "api_key", "cloud_name":
		return &signer.ParamError{Name: name, Problem: "comes from the account and the signature, not from the form"}
	}
	return nil
}

// removeFocused takes the focused parameter (or eager transformation) away. The other
// rows cannot be removed.
func (m *Model) removeFocused() bool {
	r := m.rows[m.focus]
	i := m.index(r.name)
	if i < 0 || r.kind != rowParam && r.kind != rowEager {
		return false
	}
	if items := eagerItems(m.draft.Params[i].Value); r.kind == rowEager && len(items) > 1 && r.item < len(items) {
		m.draft = m.draft.With(r.name, strings.Join(slices.Delete(items, r.item, r.item+1), "|"))
	} else {
		m.draft.Params = slices.Delete(slices.Clone(m.draft.Params), i, i+1)
	}
	m.rebuild()
	return true
}

// toggleFocused switches the focused parameter off, or on again; its value stays.
func (m *Model) toggleFocused() bool {
	r := m.rows[m.focus]
	i := m.index(r.name)
	if i < 0 || r.kind != rowParam && r.kind != rowEager {
		return false
	}
	params := slices.Clone(m.draft.Params)
	params[i].Off = !params[i].Off
	m.draft.Params = params
	return true
}

// addEager appends an empty transformation to the eager parameter and focuses it.
func (m *Model) addEager() {
	if i := m.index("eager"); i < 0 {
		params := slices.Clone(m.draft.Params)
		m.draft.Params = append(params, uploader.DraftParam{Param: signer.Param{Name: "eager"}})
	} else {
		m.draft = m.draft.With("eager", m.draft.Params[i].Value+"|")
	}
	m.rebuild()
	for i, r := range m.rows {
		if r.kind == rowAddEager {
			m.moveTo(i - 1)
			return
		}
	}
}

// spec is what the catalog knows of a row's parameter.
func (r row) spec() (catalog.Param, bool) {
	if r.kind != rowParam {
		return catalog.Param{}, false
	}
	return catalog.Lookup(r.name)
}
