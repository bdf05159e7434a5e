package diagnose

import (
	"slices"
	"strconv"
	"strings"
)

var (
	yes = []string{"true", "1", "True", "TRUE", "yes", "on", "t", "y", `"true"`, "YES", "'true'"}
	no  = []string{"false", "0", "False", "FALSE", "no", "off", "f", "n", `"false"`, "NO", "'false'", ""}
)

// booleans spells yes and no as other languages do.
func booleans(_ *lab, f form, out emit) {
	spell := func(v string) []string {
		switch {
		case v == "timestamp":
			return nil
		case slices.Contains(yes, v):
			return yes
		case v != "" && slices.Contains(no, v):
			return no
		}
		return nil
	}
	many := 0
	for i, p := range f.pairs {
		others := spell(p.value)
		if others != nil {
			many++
		}
		for k, v := range others {
			if v != p.value {
				m := mistake{cause: 22, weight: 1 + k/3, say: mistake.differs, name: p.name, seen: p.value, signed: v}
				if v == "" {
					m.also = []int{21}
				}
				out(f.with(i, v), m)
			}
		}
		if slices.Contains(no, p.value) && p.value != "" {
			out(f.without(i), mistake{cause: 2, also: alsoBoolean, weight: 3, say: saySole, name: p.name, seen: p.value})
		}
	}
	if many < 2 {
		return
	}
	for k := range yes {
		for _, k2 := range []int{k, len(no) - 1} {
			g, changed := f.mapValues(func(v string) string {
				switch {
				case slices.Contains(yes, v):
					return yes[k]
				case v != "" && slices.Contains(no, v):
					return no[k2]
				}
				return v
			})
			if changed {
				if k2 == len(no)-1 { // dropped, as Python does
					g.pairs = slices.DeleteFunc(g.pairs, func(p pair) bool { return p.value == "" })
				}
				out(g, mistake{cause: 22, weight: 2, say: sayBooleans, signed: yes[k]})
			}
		}
	}
}

func saySole(m mistake) string {
	return m.name + "=" + m.seen + " was sent but not signed"
}

func sayBooleans(m mistake) string {
	return "the yes and no values were signed in another spelling (" + m.signed + ") than they were sent in"
}

// lists writes a list, or an object, as other code does.
func lists(l *lab, f form, out emit) {
	for i, p := range f.pairs {
		for _, v := range listSpellings(p.value) {
			out(f.with(i, v.text), mistake{cause: 14, also: v.also, weight: v.weight, say: mistake.differs, name: p.name, seen: p.value, signed: v.text})
		}
		items := strings.Split(p.value, ",")
		if len(items) < 2 && !isListName(p.name) || p.value == "" {
			continue
		}
		for _, suffix := range []string{"[]", "[i]", "", "%5Bi%5D", "%5B%5D"} {
			if suffix == "" && len(items) < 2 {
				continue
			}
			g := f.without(i)
			var added []pair
			for k, item := range items {
				added = append(added, pair{p.name + strings.ReplaceAll(suffix, "i", strconv.Itoa(k)), item})
			}
			g.pairs = slices.Insert(g.pairs, i, added...)
			out(g, mistake{cause: 14, weight: 2, say: sayRepeated, name: p.name, signed: g.pairs[i].name})
		}
	}
	g, changed := f.mapValues(func(v string) string {
		if strings.HasPrefix(v, "[") || strings.HasPrefix(v, "{") {
			return v
		}
		return strings.ReplaceAll(strings.ReplaceAll(v, ", ", ","), ",", ", ")
	})
	if changed && len(g.pairs) > 1 {
		out(g, mistake{cause: 14, weight: 2, say: saySpacedLists})
	}
}

func isListName(name string) bool {
	return name == "tags" || name == "allowed_formats" || name == "eager" || name == "public_ids" || name == "headers"
}

func sayRepeated(m mistake) string {
	return "the list " + m.name + " was signed as repeated fields " + m.signed + "=…; it is joined with commas under one name"
}

func saySpacedLists(mistake) string {
	return "lists were signed with a blank behind each comma"
}

type spelling struct {
	text   string
	weight int
	also   []int
}

// listSpellings are the ways in which code prints what is a list for the service.
func listSpellings(v string) []spelling {
	var all []spelling
	add := func(weight int, texts ...string) {
		for _, t := range texts {
			if t != v {
				all = append(all, spelling{text: t, weight: weight})
			}
		}
	}
	items := strings.Split(v, ",")
	if strings.Contains(v, ",") {
		add(2, strings.Join(items, ", "), strings.Join(items, "|"), strings.Join(items, " "), strings.Join(items, ";"), strings.Join(items, ",,"), strings.Join(items, ""), strings.Join(items, "\n"))
		trimmed := slices.Clone(items)
		for i := range trimmed {
			trimmed[i] = strings.TrimSpace(trimmed[i])
		}
		slices.Sort(trimmed)
		add(2, strings.Join(trimmed, ","))
		add(2, strings.ReplaceAll(v, ", ", ","), items[0], items[len(items)-1], v+",", ","+v, `"`+v+`"`)
		add(3, strings.ReplaceAll(v, ",", `\,`), strings.ReplaceAll(v, ",,", ","))
	}
	if strings.Contains(v, "|") {
		add(2, strings.ReplaceAll(v, "|", ","), strings.ReplaceAll(v, "|", ", "), strings.ReplaceAll(v, "|", " | "), strings.ReplaceAll(v, "|", "\n"), strings.ReplaceAll(v, "|", "||"), v+"|", strings.ReplaceAll(v, "|", ";"))
		parts := strings.Split(v, "|")
		quoted := `["` + strings.Join(parts, `","`) + `"]`
		add(2, quoted, strings.ReplaceAll(quoted, `","`, `", "`), "["+strings.Join(parts, ",")+"]", "['"+strings.Join(parts, "', '")+"']")
		add(3, objectOf(parts, `:`), objectOf(parts, `=>`))
		for _, between := range []string{",", "|"} {
			add(3, strings.Repeat("[object Object]"+between, len(parts)-1)+"[object Object]")
		}
	}
	if v != "" && len(items) <= 40 && !strings.HasPrefix(v, "{") {
		j := `["` + strings.Join(items, `","`) + `"]`
		add(2, j, strings.ReplaceAll(j, `","`, `", "`), "["+v+"]", "["+strings.Join(items, ", ")+"]", "['"+strings.Join(items, "', '")+"']", "['"+strings.Join(items, "','")+"']", "{"+v+"}", "("+v+")", "('"+strings.Join(items, "', '")+"')", "('"+strings.Join(items, "', '")+"',)", "[ '"+strings.Join(items, "', '")+"' ]")
		add(4, "Array", "[object Object]", "Array\n(\n)", strings.Repeat("[object Object],", len(items)-1)+"[object Object]", "["+strings.Join(items, " ")+"]", "System.String[]", "System.Collections.Generic.List`1[System.String]")
	}
	if strings.ContainsAny(v, "[{") {
		add(2, plainList(v)...)
	}
	return all
}

// objectOf prints items as an object with numbers for keys.
func objectOf(items []string, colon string) string {
	var b strings.Builder
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strconv.Itoa(i) + `"` + colon + jsonText(item))
	}
	return "{" + b.String() + "}"
}

// plainList undoes JSON, Ruby's or Python's printing of a list.
func plainList(v string) []string {
	inner := strings.Trim(v, "[](){} ")
	noQuotes := strings.NewReplacer(`"`, "", `'`, "").Replace(inner)
	keyless := make([]string, 0, 4)
	for item := range strings.SplitSeq(noQuotes, ",") {
		for _, arrow := range []string{"=>", ":"} {
			if k, rest, ok := strings.Cut(item, arrow); ok && isDigits(strings.TrimSpace(k)) {
				item = rest
				break
			}
		}
		keyless = append(keyless, strings.TrimSpace(item))
	}
	pairs := strings.NewReplacer(`": "`, "=", `":"`, "=", `","`, "|", `", "`, "|", `"=>"`, "=", `"`, "").Replace(inner)
	return []string{
		inner, noQuotes, strings.ReplaceAll(noQuotes, ", ", ","), strings.Join(keyless, ","), strings.Join(keyless, "|"), strings.Join(keyless, ", "), pairs,
		strings.ReplaceAll(strings.ReplaceAll(v, ", ", ","), ": ", ":"), strings.ReplaceAll(strings.ReplaceAll(v, ",", ", "), ":", ": "), "[object Object]", jsonText(v),
	}
}

// escapes changes how | and = in pairs of a context or metadata are escaped.
func escapes(_ *lab, f form, out emit) {
	changes := []struct {
		weight int
		change func(string) string
	}{
		{1, func(v string) string {
			return strings.NewReplacer(`\|`, "|", `\=`, "=", `\,`, ",", `\"`, `"`, `\\`, `\`).Replace(v)
		}},
		{1, func(v string) string { return strings.NewReplacer(`\|`, "|", `\=`, "=").Replace(v) }},
		{1, func(v string) string { return strings.ReplaceAll(v, `\`, `\\`) }},
		{1, func(v string) string { return strings.ReplaceAll(v, `|`, `\|`) }},
		{1, func(v string) string { return strings.ReplaceAll(v, `=`, `\=`) }},
		{1, func(v string) string { return strings.NewReplacer(`|`, `\|`, `=`, `\=`).Replace(v) }},
		{2, func(v string) string { return strings.NewReplacer(`|`, `\|`, `=`, `\=`, `\`, `\\`).Replace(v) }},
		{2, func(v string) string { return strings.NewReplacer(`\|`, `\\|`, `\=`, `\\=`).Replace(v) }},
		{2, func(v string) string { return strings.ReplaceAll(v, `"`, `\"`) }},
		{2, escapeAfterFirst},
		{3, func(v string) string { return pairsAs(v, ",", "=") }},
		{3, func(v string) string { return pairsAs(v, "&", "=") }},
		{3, func(v string) string { return pairsAs(v, "|", ":") }},
		{3, func(v string) string { return pairsAs(v, ";", "=") }},
		{3, func(v string) string { return pairsAs(v, " | ", "=") }},
		{3, pairsJSON(":", ",")},
		{3, pairsJSON(": ", ", ")},
		{3, func(v string) string { return strings.ReplaceAll(pairsJSON(": ", ", ")(v), `"`, "'") }},
		{3, func(v string) string { return bareNumbers().ReplaceAllString(pairsJSON(":", ",")(v), ":$1") }},
		{3, func(v string) string { return bareNumbers().ReplaceAllString(pairsJSON(": ", ", ")(v), ": $1") }},
		{3, sortPairs},
		{3, reversePairs},
	}
	for i, p := range f.pairs {
		if !strings.ContainsAny(p.value, `|=\"`) {
			continue
		}
		for k, c := range changes {
			v := c.change(p.value)
			if v == p.value {
				continue
			}
			m := mistake{cause: 25, weight: c.weight, say: mistake.differs, name: p.name, seen: p.value, signed: v}
			if k >= 15 && k <= 19 { // as JSON or Python prints objects
				m.also = []int{14}
			}
			out(f.with(i, v), m)
		}
	}
}

var bareNumbers = lazy(`: ?"(-?[0-9.]+|true|false)"`)

// escapeAfterFirst escapes = in values of pairs, not the one between key and value.
func escapeAfterFirst(v string) string {
	parts := strings.Split(v, "|")
	for i, p := range parts {
		k, rest, ok := strings.Cut(p, "=")
		if ok {
			parts[i] = k + "=" + strings.ReplaceAll(rest, "=", `\=`)
		}
	}
	return strings.Join(parts, "|")
}

func pairsAs(v, between, equals string) string {
	if !strings.Contains(v, "=") {
		return v
	}
	return strings.NewReplacer("|", between, "=", equals).Replace(v)
}

// pairsJSON writes k=v|k=v as an object of JSON.
func pairsJSON(colon, comma string) func(string) string {
	return func(v string) string {
		if !strings.Contains(v, "=") {
			return v
		}
		var items []string
		for p := range strings.SplitSeq(v, "|") {
			k, value, _ := strings.Cut(p, "=")
			items = append(items, jsonText(k)+colon+jsonText(value))
		}
		return "{" + strings.Join(items, comma) + "}"
	}
}

func sortPairs(v string) string {
	parts := strings.Split(v, "|")
	slices.Sort(parts)
	return strings.Join(parts, "|")
}

func reversePairs(v string) string {
	parts := strings.Split(v, "|")
	slices.Reverse(parts)
	return strings.Join(parts, "|")
}
