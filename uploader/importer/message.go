package importer

import (
	"bytes"
	"slices"
	"strings"

	"signpost/uploader/catalog"
)

// message is an error of the service. strings are the readings of the string to sign
// that it quotes, the most plausible first.
type message struct {
	text, signature string
	strings         []string
	cut             bool
}

var (
	invalidSignature = lazy(`(?is)^invalid[\s\x{a0}>|]+signature\b[\s\x{a0}:]*(.{0,160}?)[\s\x{a0}.]*\bstring[\s\x{a0}>|]+to[\s\x{a0}>|]+sign\b[\s\x{a0}>|]*(?:[-\x{2010}-\x{2015}:=]+[\s\x{a0}>|]*)?(\\?['"‘’“”` + "`´" + `])?`)
	bareSignature    = lazy(`(?i)invalid signature[\s:]+([0-9a-f]{8,128})\b`)
	otherMessage     = lazy(`(?i)Stale request - reported time is [^"'<\n]*|Missing required parameter - \w+|Unknown API key (?:"[^"\n]*"|'[^'\n]*'|[^\s<,}"']*)|Invalid cloud_name (?:"[^"\n]*"|'[^'\n]*'|[^\s<,}"']*)|cloud_name mismatch|api_secret mismatch|Invalid api_key (?:"[^"\n]*"|'[^'\n]*'|[^\s<,}"']*)|Must supply (?:api_key|cloud_name|api_secret)|Invalid CLOUDINARY_URL [^"<\n]*|Request timestamp expired|Upload preset (?:must be [^"'<\n.]*|not found)|\w+ parameter is not allowed when using unsigned upload[^"'<\n]*|Invalid encoding in \w+|Invalid image file|Unsupported video format or file|Empty file|Nothing to load|File size too large[^"'<\n]*|Error in loading [^"'<\n]*|Invalid URL for upload|Unsupported source URL[^"'<\n]*|public_id \([^)]*\) is invalid|Display name cannot contain slashes|Invalid transformation component - [^"'<\n]*|Invalid extension in transformation[^"'<\n]*|Raw convert is invalid|All parts except EOF-chunk must be larger than 5mb|Resource not found[^"'<\n]*|Rate limit exceeded[^"'<\n]*`)
)

// mostMessages bounds how many different messages are taken of a text.
const mostMessages = 8

// readMessages finds the errors of the service in a text, however it was escaped,
// wrapped or quoted on its way. The same message twice is one.
func readMessages(text string) []message {
	var out []message
	for _, view := range views(text) {
		before := len(out)
		for _, at := range findInvalid(view, mostMessages) {
			quote := ""
			if at[4] >= 0 {
				quote = view[at[4]:at[5]]
			}
			m := message{signature: cleanSignature(view[at[2]:at[3]])}
			line := view[strings.LastIndexByte(view[:at[0]], '\n')+1 : at[0]]
			m.strings, m.cut = quotedStrings(view[at[1]:], quote, line)
			i := slices.IndexFunc(out, func(o message) bool {
				return o.signature == m.signature && (len(o.strings) == 0 || len(m.strings) == 0 || related(o.strings[0], m.strings[0]))
			})
			if i < 0 { // what an earlier view has too is another reading of the same
				i = slices.IndexFunc(out[:before], func(o message) bool { return o.signature == m.signature })
			}
			if i < 0 {
				if len(out) < mostMessages {
					out = append(out, m)
				}
				continue
			}
			if out[i].cut && !m.cut { // the same one is whole in another place
				out[i].strings, out[i].cut = slices.Concat(m.strings, out[i].strings), false
			}
			for _, s := range m.strings {
				if !slices.Contains(out[i].strings, s) && len(out[i].strings) < 12 {
					out[i].strings = append(out[i].strings, s)
				}
			}
		}
	}
	for i := range out {
		s := ""
		if len(out[i].strings) > 0 {
			s = out[i].strings[0]
		}
		out[i].text = "Invalid Signature " + out[i].signature + ". String to sign - '" + s + "'."
	}
	if len(out) > 0 {
		return out
	}
	for _, view := range views(ends(text)) {
		if m := otherMessage().FindString(view); m != "" {
			return []message{{text: strings.TrimSpace(m)}}
		}
		if m := bareSignature().FindStringSubmatch(view); m != nil {
			return []message{{text: m[0], signature: m[1], cut: true}}
		}
	}
	return nil
}

// ends are the beginning and the end of a long text: a short message stands there, and
// the patterns for it are slow.
func ends(text string) string {
	const most = 64 << 10
	if len(text) <= 2*most {
		return text
	}
	return text[:most] + "\n" + text[len(text)-most:]
}

// findInvalid finds where the message about a signature stands, as
// [regexp.Regexp.FindAllStringSubmatchIndex] does. Each place is looked at by itself, and
// not too many of them: the pattern is a slow one.
func findInvalid(text string, most int) [][]int {
	const window, tries = 600, 1000
	low := []byte(text)
	for i, c := range low {
		if c >= 'A' && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	var out [][]int
	for at, n := 0, 0; n < tries && len(out) < most; n++ {
		i := bytes.Index(low[at:], []byte("invalid"))
		if i < 0 {
			break
		}
		at += i
		m := invalidSignature().FindStringSubmatchIndex(text[at:min(len(text), at+window)])
		if m == nil {
			at += len("invalid")
			continue
		}
		for k := range m {
			if m[k] >= 0 {
				m[k] += at
			}
		}
		out = append(out, m)
		at = m[1]
	}
	return out
}

// related reports whether two readings may be of one string: they begin alike, but for
// escapes.
func related(a, b string) bool {
	n := min(len(a), len(b), 6)
	return a[:n] == b[:n]
}

var onlyDigits = lazy(`^[0-9a-fA-F]+$`)

// cleanSignature is the signature of a message, without the breaks of a line.
func cleanSignature(s string) string {
	s = strings.TrimSpace(strings.Trim(strings.TrimSpace(s), "."))
	s = strings.Trim(s, "'\"`‘’“”")
	joined := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n>|.", r) {
			return -1
		}
		return r
	}, s)
	if onlyDigits().MatchString(joined) && (len(joined) == 40 || len(joined) == 64) {
		return joined
	}
	return strings.Join(strings.Fields(s), " ")
}

var (
	endQuote  = lazy(`\\?['‘’"“”` + "`´" + `]\.(?:[\s"'’”\\)\]},;<&(|:*` + "`" + `]|$)`)
	looseEnd  = lazy(`['’"”` + "`´" + `](?:[\s"\\)\]},;<]|$)`)
	logPrefix = lazy(`^(?:[ \t]|[>|│┃*+]|[\w.-]{1,40}\s*\|\s|\[[^\]\n]{1,60}\]\s*|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.,]*(?:Z|[+-]\d\d:?\d\d)?\s*|\d\d:\d\d:\d\d[\d.,]*\s|(?:DEBUG|INFO|WARN|WARNING|ERROR|FATAL)\b[: -]*)+`)
)

// quotedStrings reads what a message quotes: it ends with a quote and a full stop, or,
// where it was cut, with its paragraph. line is what stands in front of the message in
// its line.
func quotedStrings(rest, quote, line string) (readings []string, cut bool) {
	const most = 64 << 10
	if len(rest) > most {
		rest = rest[:most]
	}
	var ends []int
	if all := endQuote().FindAllStringIndex(rest, -1); len(all) > 0 {
		ends = append(ends, all[0][0])
		paragraph := len(firstParagraph(rest))
		for _, at := range all[1:] {
			if at[0] < paragraph && len(ends) < 3 {
				ends = append(ends, at[0])
			}
		}
	}
	if len(ends) == 0 {
		paragraph := firstParagraph(rest)
		if at := looseEnd().FindAllStringIndex(paragraph, -1); len(at) > 0 && quote != "" {
			ends = append(ends, at[len(at)-1][0])
		} else {
			trimmed := strings.TrimRight(paragraph, " \n\r\t")
			cut = true
			for _, dots := range []string{"...", "…", "[truncated]", "(truncated)", "<truncated>"} {
				trimmed = strings.TrimSuffix(trimmed, dots)
			}
			if quote == "" {
				cut = trimmed == ""
				trimmed, _, _ = strings.Cut(trimmed, "\n")
				trimmed = strings.TrimRight(trimmed, ".'\" ")
			}
			ends = append(ends, len(trimmed))
		}
	}
	add := func(s string) {
		if s != "" && !slices.Contains(readings, s) && len(readings) < 12 {
			readings = append(readings, s)
		}
	}
	for _, end := range ends {
		for _, s := range unwrapped(rest[:end], line) {
			add(s)
		}
	}
	return readings, cut
}

// unwrapped are the readings of a text that may go over several lines.
func unwrapped(s, line string) []string {
	if !strings.ContainsAny(s, "\r\n") {
		out := []string{s}
		if straight := straighten(s); straight != s {
			out = append(out, straight)
		}
		return out
	}
	raw := strings.ReplaceAll(s, "\r\n", "\n")
	lines := strings.Split(raw, "\n")
	for i := range lines {
		if i > 0 {
			if p := strings.TrimSpace(line); p != "" && strings.HasPrefix(strings.TrimSpace(lines[i]), p) {
				lines[i] = strings.TrimPrefix(strings.TrimSpace(lines[i]), p)
			}
			lines[i] = lines[i][len(logPrefix().FindString(lines[i])):]
		}
		if i < len(lines)-1 {
			lines[i] = strings.TrimRight(lines[i], " \t\\")
		}
	}
	var out []string
	out = append(out, strings.Join(lines, ""), strings.Join(lines, " "))
	if n := len(lines) - 1; n > 1 && n <= 3 { // some breaks stood for a blank
		for mask := 1; mask < 1<<n-1; mask++ {
			b := lines[0]
			for i := 1; i < len(lines); i++ {
				if mask>>(i-1)&1 == 1 {
					b += " "
				}
				b += lines[i]
			}
			out = append(out, b)
		}
	}
	return append(out, raw, s)
}

// straighten undoes what a word processor does to quotes and blanks.
func straighten(s string) string {
	return strings.NewReplacer("\u00a0", " ", "‘", "'", "’", "'", "“", `"`, "”", `"`).Replace(s)
}

// firstParagraph is the text up to where a log goes on with something else.
func firstParagraph(s string) string {
	for _, end := range []string{"\n    at ", "\n\tat ", "\n\n", "\n\r\n", "\",\"", "\"}", "\", \"", "</", "\n  File \"", "\nTraceback", "\ncurl ", "\n$ "} {
		if i := strings.Index(s, end); i >= 0 {
			s = s[:i]
		}
	}
	return s
}

// withoutMessages is a text without the lines of the messages in it, so that a string
// to sign is not taken for parameters that were sent.
func withoutMessages(text string) string {
	var b strings.Builder
	at := 0
	for _, m := range findInvalid(text, 4*mostMessages) {
		from, behind := m[0], m[1]
		if from < at {
			continue
		}
		start := max(at, strings.LastIndexByte(text[:from], '\n')+1)
		if strings.Contains(text[start:from], "curl ") {
			start = from // a command and its answer in one line
		}
		end := behind + len(firstParagraph(text[behind:]))
		if m := endQuote().FindStringIndex(text[behind:]); m != nil {
			end = behind + m[1]
		}
		if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
			end += i
		} else {
			end = len(text)
		}
		b.WriteString(text[at:start])
		at = end
	}
	b.WriteString(text[at:])
	return b.String()
}

// readMessage finds an error message of the service, wherever it stands: in JSON, in a
// stack trace, in HTML, or alone.
func readMessage(text string) (Result, bool) {
	r := Result{Kind: Error}
	if all := readMessages(text); len(all) > 0 {
		m := all[0]
		r.Message = m.text
		if len(m.strings) > 0 {
			r.stringToSign(m.strings[0])
		}
		if m.signature != "" {
			r.param("signature", m.signature)
		}
		return r, true
	}
	if !strings.HasPrefix(text, "{") {
		return Result{}, false
	}
	v, err := catalog.DecodeJSON(text)
	o, ok := v.(catalog.Object)
	if err != nil || !ok {
		return Result{}, false
	}
	if inner, ok := o.Get("error"); ok {
		switch e := inner.(type) {
		case catalog.Object:
			message, _ := e.Get("message")
			r.Message, _ = message.(string)
		case string:
			r.Message = e
		}
	}
	return r, r.Message != ""
}

// stringToSign parts a string to sign at known parameter names: an & within a value
// does not part it, unless what follows looks like a parameter.
func (r *Result) stringToSign(s string) {
	start := 0
	flush := func(end int) {
		name, value, ok := strings.Cut(s[start:end], "=")
		if !ok {
			return
		}
		if strings.Contains(value, "%26") {
			value = strings.ReplaceAll(value, "%26", "&")
			r.trapOnce("%26", "version 2 of the signature writes an & in a value so; a literal %26 would look the same")
		}
		r.param(name, value)
	}
	for i := 0; i < len(s); i++ {
		if s[i] != '&' {
			continue
		}
		name, _, ok := strings.Cut(s[i+1:], "=")
		if _, known := catalog.Lookup(name); ok && known {
			flush(i)
			start = i + 1
		}
	}
	flush(len(s))
}
