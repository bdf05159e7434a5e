package form

import (
	"slices"
	"strings"

	"signpost/uploader"
	"signpost/uploader/catalog"
)

// View is which parameters the form lists.
type View uint8

const (
	ViewSet        View = iota // what is set, in the person's order
	ViewEssentials             // what most uploads need, and what is set
	ViewEverything             // all that the catalog knows, by group, with a filter
	viewCount
)

// String is the view in a word.
func (v View) String() string {
	return [...]string{"set", "essentials", "everything", ""}[min(v, viewCount)]
}

// essentials are listed in the view of that name even where they are not set.
var essentials = []string{"public_id", "eager", "tags", "context", "asset_folder", "overwrite", "upload_preset"}

// layoutRows makes the rows of the view.
func (m Model) layoutRows() []row {
	switch m.view {
	case ViewEssentials:
		rows := []row{{kind: rowFile}}
		for _, name := range essentials {
			rows = m.paramRows(rows, name)
		}
		for _, p := range m.draft.Params {
			if !slices.Contains(essentials, p.Name) {
				rows = m.paramRows(rows, p.Name)
			}
		}
		return append(rows, row{kind: rowType}, row{kind: rowAuth}, row{kind: rowTimestamp}, row{kind: rowAddParam})
	case ViewEverything:
		return m.everything()
	}
	rows := []row{{kind: rowFile}}
	for _, p := range m.draft.Params {
		rows = m.paramRows(rows, p.Name)
	}
	rows = append(rows, row{kind: rowType})
	if m.draft.Auth != uploader.AuthSigned {
		rows = append(rows, row{kind: rowAuth})
	}
	return append(rows, row{kind: rowTimestamp}, row{kind: rowAddParam})
}

// paramRows appends the rows of one parameter: several for eager.
func (m Model) paramRows(rows []row, name string) []row {
	if name != "eager" {
		return append(rows, row{kind: rowParam, name: name})
	}
	if p, ok := m.param(name); ok {
		for item := range eagerItems(p.Value) {
			rows = append(rows, row{kind: rowEager, name: name, item: item})
		}
	}
	return append(rows, row{kind: rowAddEager, name: name})
}

// everything lists the catalog by group, narrowed down by the filter, then what is set
// and not in the catalog. A search lists its finds by rank, without headings.
func (m Model) everything() []row {
	rows := []row{{kind: rowFind}}
	if strings.TrimSpace(m.filter) != "" {
		for _, p := range catalog.Search(m.filter) {
			rows = m.catalogRows(rows, p.Name)
		}
		for _, p := range m.draft.Params {
			if _, known := catalog.Lookup(p.Name); !known && strings.Contains(p.Name, strings.TrimSpace(m.filter)) {
				rows = m.paramRows(rows, p.Name)
			}
		}
		return append(rows, row{kind: rowAddParam})
	}
	rows = append(rows, row{kind: rowFile})
	group := ""
	for _, p := range catalog.All() {
		if p.Group != group {
			group = p.Group
			rows = append(rows, row{kind: rowHeading, text: group})
		}
		rows = m.catalogRows(rows, p.Name)
	}
	headed := false
	for _, p := range m.draft.Params {
		if _, known := catalog.Lookup(p.Name); known {
			continue
		}
		if !headed {
			rows, headed = append(rows, row{kind: rowHeading, text: "not in the catalog"}), true
		}
		rows = m.paramRows(rows, p.Name)
	}
	return append(rows, row{kind: rowAddParam})
}

// catalogRows appends what edits a parameter of the catalog: some of them have a row of
// their own kind, and some come from the account.
func (m Model) catalogRows(rows []row, name string) []row {
	switch name {
	case "resource_type":
		return append(rows, row{kind: rowType})
	case "timestamp":
		return append(rows, row{kind: rowTimestamp})
	case "unsigned":
		return append(rows, row{kind: rowAuth})
	case "signature", "api_key":
		return append(rows, row{kind: rowInfo, name: name})
	}
	return m.paramRows(rows, name)
}

// listed is the number of parameters in the list, set or not.
func (m Model) listed() int {
	n := 0
	for _, r := range m.rows {
		switch r.kind {
		case rowParam, rowInfo, rowType, rowAuth, rowTimestamp, rowAddEager:
			n++
		}
	}
	return n
}
