package diagnose

import "strings"

// emit takes a variant of what was hashed.
type emit func(f form, m mistake)

// lab is what the makers of variants know.
type lab struct {
	*exam
	// lean is set where variants are made of variants: the far-fetched ones are left out.
	lean bool
	// broad is set where only changes of all values are wanted.
	broad bool
}

// maker makes variants of a form; each is one mistake.
type maker struct {
	// stage orders the makers in products: a later one works on the forms of an earlier one.
	stage int
	make  func(*lab, form, emit)
}

// makers are all kinds of mistakes in the text that is hashed.
var makers = []maker{
	{0, leaveOut},
	{0, addKnown},
	{0, addExcluded},
	{0, addControl},
	{0, addBlanks},
	{0, addLiterals},
	{0, addAttempted},
	{1, renames},
	{1, paths},
	{2, timestamps},
	{2, booleans},
	{2, lists},
	{2, escapes},
	{2, attemptedValues},
	{2, ampersands},
	{2, formRules},
	{2, shellRules},
	{3, unicodes},
	{3, encodings},
	{4, orders},
	{5, entities},
	{5, wholeTexts},
}

// leaveOut signs fewer parameters than were sent.
func leaveOut(l *lab, f form, out emit) {
	n := len(f.pairs)
	most := n - 1
	switch {
	case l.lean && n > 7 || n > 22:
		most = 2
	case n > 16:
		most = 4
	}
	if n > 60 {
		return
	}
	kept := make([]pair, 0, n)
	drop := func(mask uint64) {
		kept = kept[:0]
		for i, p := range f.pairs {
			if mask>>i&1 == 0 {
				kept = append(kept, p)
			}
		}
		g := f
		g.pairs = kept
		if l.lean {
			g.pairs = append([]pair(nil), kept...)
		}
		out(g, leftOut(l, f.pairs, mask))
	}
	var choose func(from, left int, mask uint64)
	choose = func(from, left int, mask uint64) {
		for i := from; i < n; i++ {
			drop(mask | 1<<i)
			if left > 1 {
				choose(i+1, left-1, mask|1<<i)
			}
		}
	}
	choose(0, most, 0)
	if n > 0 && n < 60 && most < n && !l.lean { // nothing at all
		drop(1<<n - 1)
	}
	if most < n-1 { // a signer that knows a few names only
		all := uint64(1)<<n - 1
		for i := range n {
			drop(all &^ (1 << i))
			for j := i + 1; j < n; j++ {
				drop(all &^ (1<<i | 1<<j))
				for k := j + 1; k < n && n <= 40; k++ {
					drop(all &^ (1<<i | 1<<j | 1<<k))
				}
			}
		}
	}
}

// leftOut is the mistake of parameters that were sent and not signed. The widget's and
// the preset have their own number.
func leftOut(l *lab, of []pair, mask uint64) mistake {
	m := mistake{cause: 2, say: sayUnsigned, of: of, mask: mask, weight: 2}
	widget, preset, unknown, off, empty, total := false, false, 0, 0, 0, 0
	for i, p := range of {
		if mask>>i&1 == 0 {
			continue
		}
		total++
		m.name, m.seen = p.name, p.value
		switch {
		case p.value == "":
			empty++
		case p.name == "source" && p.value == "uw":
			widget = true
		case p.name == "upload_preset":
			preset = true
		case !l.known(p.name) && p.name != "":
			unknown++
		case p.value == "false" || p.value == "0":
			off++
		}
	}
	switch {
	case empty == total:
		m.cause, m.say, m.also = 21, sayEmptySent, alsoUnsigned
	case widget:
		m.cause, m.say, m.weight = 4, sayWidget, 1
		if preset {
			m.also = alsoUnsignedPreset
		} else {
			m.also = alsoUnsigned
		}
	case preset && total == 1:
		m.cause, m.say, m.weight, m.also = 5, sayPreset, 1, alsoUnsigned
	case preset:
		m.also = alsoPreset
	case unknown == total:
		m.cause, m.say, m.also = 40, sayUnknownName, alsoUnsigned
	case off == total:
		m.also = alsoBoolean
	}
	m.weight += total
	return m
}

var (
	alsoUnsigned       = []int{2}
	alsoUnsignedPreset = []int{2, 5}
	alsoPreset         = []int{5}
	alsoBoolean        = []int{22}
)

func sayUnsigned(m mistake) string {
	names := m.members()
	return list(names) + " " + isAre(len(names), "was", "were") + " sent but not signed"
}

func sayEmptySent(m mistake) string {
	names := m.members()
	return list(names) + " " + isAre(len(names), "was", "were") + " sent without a value and not signed; the service signed the empty value: leave it out of what is sent"
}

func sayWidget(m mistake) string {
	return "the upload widget added " + list(m.members()) + " to the request after it was signed: sign exactly the params_to_sign that it hands over"
}

func sayPreset(m mistake) string {
	return "upload_preset=" + m.seen + " was sent but not signed: a preset is signed like every other parameter"
}

func sayUnknownName(m mistake) string {
	names := m.members()
	return list(names) + " " + isAre(len(names), "is no upload parameter that is known here; it was", "are no upload parameters that are known here; they were") +
		" sent but not signed, perhaps added on the way by a form library or a proxy"
}

// ampersands writes an & in a value otherwise: by the other version of the signature.
func ampersands(_ *lab, f form, out emit) {
	if g, ok := f.v2(); ok {
		out(g, mistake{cause: 30, also: []int{8}, weight: 1, say: sayAsV2, name: ampName(f)})
	}
	if g, ok := f.mapValues(func(v string) string { return strings.ReplaceAll(v, "%26", "&") }); ok {
		out(g, mistake{cause: 30, also: []int{8}, weight: 1, say: sayAsV1, name: escapedName(f)})
	}
	g, changed := f.mapValues(func(v string) string { return strings.ReplaceAll(v, "=", "%3D") })
	if changed {
		out(g, mistake{cause: 8, also: []int{30}, weight: 3, say: sayEquals})
	}
}

func ampName(f form) string {
	for _, p := range f.pairs {
		if strings.Contains(p.value, "&") {
			return p.name
		}
	}
	return ""
}

func escapedName(f form) string {
	for _, p := range f.pairs {
		if strings.Contains(p.value, "%26") {
			return p.name
		}
	}
	return ""
}

func sayAsV2(m mistake) string {
	return "the & in " + m.name + " was signed as %26, by version 2 of the signature; the string to sign that was compared has it as it is (version 1)"
}

func sayAsV1(m mistake) string {
	return "the & in " + m.name + " was signed as it is, by version 1 of the signature; version 2 writes it as %26"
}

func sayEquals(mistake) string { return "each = in a value was signed as %3D" }

// entities undoes or does what a web page makes of & and a name behind it.
func entities(_ *lab, f form, out emit) {
	text := f.text()
	for _, e := range entityTraps {
		if strings.Contains(text, e.char) {
			out(wholly(strings.ReplaceAll(text, e.char, e.text)), mistake{cause: 38, weight: 1, say: sayEntitySent, name: e.char, signed: e.text})
		}
		if strings.Contains(text, e.text) {
			out(wholly(strings.ReplaceAll(text, e.text, e.char)), mistake{cause: 38, weight: 1, say: sayEntitySigned, name: e.char, signed: e.text})
		}
	}
	all, back := text, text
	for _, e := range entityTraps {
		all, back = strings.ReplaceAll(all, e.text, e.char), strings.ReplaceAll(back, e.char, e.text)
	}
	if all != text {
		out(wholly(all), mistake{cause: 38, weight: 2, say: sayEntitySigned, name: "× or ¬ or ®", signed: "&times, &not or &reg"})
	}
	if back != text {
		out(wholly(back), mistake{cause: 38, weight: 2, say: sayEntitySent, name: "× or ¬ or ®", signed: "&times, &not or &reg"})
	}
	if strings.Contains(text, "&") {
		out(wholly(strings.ReplaceAll(text, "&", "&amp;")), mistake{cause: 38, weight: 1, say: sayAmp})
	}
	if strings.ContainsAny(text, `<>"'`) {
		for _, quote := range []string{"&#39;", "&#x27;", "&apos;", "'"} {
			r := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", quote)
			g, ok := f.mapValues(r.Replace)
			if ok {
				out(g, mistake{cause: 38, weight: 2, say: sayHTML})
				out(wholly(r.Replace(text)), mistake{cause: 38, weight: 2, say: sayHTML})
			}
		}
	}
}

// entityTraps are the names of parameters that begin like an entity which HTML knows
// without a semicolon.
var entityTraps = []struct{ char, text string }{
	{"×tamp", "&timestamp"}, {"¬ification_url", "&notification_url"}, {"®ion", "&region"},
}

func sayEntitySent(m mistake) string {
	return "a web page or mail turned " + m.signed + " into " + m.name + " in what was sent: HTML reads &times, &not and &reg as characters"
}

func sayEntitySigned(m mistake) string {
	return "what was signed had " + m.name + " where " + m.signed + " belongs: HTML reads &times, &not and &reg as characters"
}

func sayAmp(mistake) string {
	return "what was signed had &amp; where & belongs: it was escaped for HTML"
}

func sayHTML(mistake) string { return "what was signed was escaped for HTML" }

// wholeTexts are changes of the text as a whole.
func wholeTexts(l *lab, f form, out emit) {
	text := f.text()
	say := func(cause, weight int, what string, variants ...string) {
		for _, v := range variants {
			if v != text {
				out(wholly(v), mistake{cause: cause, weight: weight, say: saySigned, signed: what})
			}
		}
	}
	if !l.broad {
		withCall(l, text, out)
		asJSON(l, f, out)
	}
	for _, c := range []string{"?", "&", "/"} {
		say(27, 2, "with a "+c+" in front", c+text)
	}
	say(27, 4, "with blanks or a line break around it", " "+text, text+" ", "\n"+text)
	say(27, 3, "in quotes", `"`+text+`"`, "'"+text+"'")
	say(8, 4, "in other letters", strings.ToLower(text), strings.ToUpper(text))
	if f.hasWhole {
		return
	}
	for _, p := range []struct{ what, sep, eq string }{
		{"with & left out between the parameters", "\x00", "="}, {"with neither & nor = in it", "\x00", "\x00"}, {"with , between the parameters", ",", "="}, {"with , and a blank between the parameters", ", ", "="},
		{"with a line break between the parameters", "\n", "="}, {"with ; between the parameters", ";", "="}, {"with a blank between the parameters", " ", "="},
		{"with | between the parameters", "|", "="}, {"with : for =", "&", ":"}, {"with : and , as separators", ",", ":"}, {"with = left out", "&", "\x00"}, {"with blanks around =", "&", " = "}, {"with blanks around &", " & ", "="},
	} {
		g := f
		g.sep, g.eq = p.sep, p.eq
		out(g, mistake{cause: 27, weight: 3, say: saySigned, signed: p.what})
	}
	var values strings.Builder
	for _, p := range f.pairs {
		values.WriteString(p.value)
	}
	say(27, 4, "as values alone, without names", values.String())
}

// withCall has the method or the address of the call in front.
func withCall(l *lab, text string, out emit) {
	say := func(cause int, also []int, what, front string) {
		out(wholly(front+text), mistake{cause: cause, also: also, weight: 4, say: saySigned, signed: what})
	}
	for _, front := range []string{"POST&", "POST\n", "POST", "/image/upload", "/image/upload?", "/image/upload&"} {
		say(27, nil, "with the method or the path of the call in front", front)
	}
	for _, kind := range []string{"image", "auto", "video", "raw"} {
		path := "/v1_1/" + l.CloudName + "/" + kind + "/upload"
		for _, joint := range []string{"", "?", "&", "\n"} {
			say(39, []int{27}, "with the path of the call in front", path+joint)
			say(39, []int{27}, "with the address of the call in front", "https://api.cloudinary.com"+path+joint)
		}
	}
}

// asJSON is the parameters as an object of JSON, or as Python prints one.
func asJSON(l *lab, f form, out emit) {
	if f.hasWhole {
		return
	}
	for _, pairs := range [][]pair{f.pairs, inOrderOf(f.pairs, pairsOf(l.Params)), inOrderOf(f.pairs, pairsOf(l.Attempt))} {
		if len(pairs) == 0 {
			continue
		}
		for _, bare := range []string{"", "timestamp", "all"} {
			spaced := jsonOf(pairs, ": ", ", ", bare)
			for _, v := range []string{jsonOf(pairs, ":", ",", bare), spaced, strings.ReplaceAll(spaced, `"`, "'")} {
				out(wholly(v), mistake{cause: 14, weight: 3, say: saySigned, signed: "as JSON text"})
			}
		}
	}
}

func saySigned(m mistake) string { return "the string to sign was hashed " + m.signed }

// jsonOf writes pairs as an object of JSON; bare says what stands without quotes: the
// timestamp, or yes and no too.
func jsonOf(pairs []pair, colon, comma, bare string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, p := range pairs {
		if i > 0 {
			b.WriteString(comma)
		}
		b.WriteString(jsonText(p.name) + colon)
		if bare != "" && p.name == "timestamp" && isDigits(p.value) || bare == "all" && (p.value == "true" || p.value == "false") {
			b.WriteString(p.value)
			continue
		}
		b.WriteString(jsonText(p.value))
	}
	return b.String() + "}"
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
