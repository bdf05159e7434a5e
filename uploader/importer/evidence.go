package importer

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/uploader/catalog"
)

// Evidence reads what is known of a refused upload out of any text: an error of the
// service wherever it hides, the command in front of it or behind, and answers with
// headers; or one JSON object with message, params and now. There is one for each
// message, in the order of the text, and one where there is none. The account is not
// part of it, but for a secret that stands in the text, which is among Others.
func Evidence(text string) []diagnose.Evidence {
	if len(text) > MaxText {
		text = text[:MaxText]
	}
	text = strings.TrimPrefix(fromUTF16(text), "\ufeff")
	if e, ok := evidenceObject(text); ok {
		return []diagnose.Evidence{e}
	}
	text = colors().ReplaceAllString(text, "")
	messages := readMessages(text)
	rest := withoutMessages(text)
	attempt, typed, command := readAttempt(rest)
	var out []diagnose.Evidence
	for _, m := range messages {
		out = append(out, diagnose.Evidence{Message: m.text, Signature: m.signature, Strings: m.strings, Cut: m.cut})
	}
	if len(out) == 0 {
		out = []diagnose.Evidence{{}}
	}
	date := readDate(text)
	for i := range out {
		e := &out[i]
		e.Names = paramNames()
		e.Server = date
		if attempt.Kind != "" {
			e.Attempt, e.Typed, e.Command = attempt.Params, typed, command
			e.CloudName, e.APIKey = attempt.CloudName, attempt.APIKey
			if attempt.HasFile {
				e.Attempt = append(slices.Clone(e.Attempt), signer.Param{Name: "file", Value: attempt.File})
			}
		}
		if !attempt.Secret.IsZero() {
			e.Others = append(e.Others, diagnose.Identity{Name: "the pasted text", CloudName: attempt.CloudName, APIKey: attempt.APIKey, Secret: attempt.Secret})
		}
	}
	return out
}

// colors are what a terminal's colours leave in a copied text.
var colors = lazy(`\x1b\[[0-9;]*[mK]`)

// paramNames are all names of the catalogue.
func paramNames() []string {
	var names []string
	for _, p := range catalog.All() {
		names = append(names, p.Name)
	}
	return names
}

// fromUTF16 reads what PowerShell writes into a file.
func fromUTF16(text string) string {
	big := strings.HasPrefix(text, "\xfe\xff")
	if !big && !strings.HasPrefix(text, "\xff\xfe") {
		return text
	}
	units := make([]uint16, 0, len(text)/2)
	for i := 2; i+1 < len(text); i += 2 {
		if big {
			units = append(units, uint16(text[i])<<8|uint16(text[i+1]))
			continue
		}
		units = append(units, uint16(text[i+1])<<8|uint16(text[i]))
	}
	return string(utf16.Decode(units))
}

// evidenceObject reads an object with message, params and now. Params are what the
// server received.
func evidenceObject(text string) (diagnose.Evidence, bool) {
	trimmed := strings.TrimSpace(text)
	if !strings.HasPrefix(trimmed, "{") {
		return diagnose.Evidence{}, false
	}
	v, err := catalog.DecodeJSON(trimmed)
	o, ok := v.(catalog.Object)
	if err != nil || !ok {
		return diagnose.Evidence{}, false
	}
	e := diagnose.Evidence{Names: paramNames()}
	params, hasParams := o.Get("params")
	switch params := params.(type) {
	case catalog.Object:
		e.Params = fieldsOf(params)
	case string:
		e.Params = Import(params).Params
	}
	now, hasNow := o.Get("now")
	if !hasParams && !hasNow {
		return diagnose.Evidence{}, false
	}
	e.Now = moment(now)
	m, _ := o.Get("message")
	if s, ok := m.(string); ok && s != "" {
		e.Message = s
		if all := readMessages(s); len(all) > 0 {
			e.Message, e.Signature, e.Strings, e.Cut = all[0].text, all[0].signature, all[0].strings, all[0].cut
		}
	}
	for _, p := range e.Params {
		switch p.Name {
		case "signature": // what stands around it is lost in the message
			if s := cleanSignature(p.Value); s != "" && s == e.Signature {
				e.Signature = p.Value
			}
		case "api_key":
			e.APIKey = p.Value
		case "cloud_name":
			e.CloudName = p.Value
		}
	}
	if c, ok := o.Get("command"); ok {
		text, _ := c.(string)
		r, typed, command := readAttempt(text)
		e.Attempt, e.Typed, e.Command = r.Params, typed, command
	}
	return e, true
}

// fieldsOf are the members of an object as fields of a form.
func fieldsOf(o catalog.Object) []signer.Param {
	var out []signer.Param
	for _, m := range o {
		if len(out) < maxParams || m.Key == "signature" || m.Key == "timestamp" {
			out = append(out, signer.Param{Name: m.Key, Value: wireText(m.Value)})
		}
	}
	return out
}

// wireText is a value of JSON as text: a list joined with commas.
func wireText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	case []any:
		var items []string
		for _, item := range v {
			items = append(items, wireText(item))
		}
		return strings.Join(items, ",")
	case catalog.Object:
		raw := make([]string, 0, len(v))
		for _, m := range v {
			key, _ := json.Marshal(m.Key)
			value, _ := json.Marshal(wireText(m.Value))
			raw = append(raw, string(key)+":"+string(value))
		}
		return "{" + strings.Join(raw, ",") + "}"
	}
	return ""
}

// moment reads a time: seconds since 1970, as a number or text, or RFC 3339.
func moment(v any) time.Time {
	s := strings.TrimSpace(wireText(v))
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 && n < 1e14 {
		if n > 1e11 {
			n /= 1000
		}
		return time.Unix(int64(n), 0).UTC()
	}
	for _, layout := range []string{time.RFC3339, time.RFC1123, time.RFC1123Z, "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}

var dateHeader = lazy(`(?im)^[<>\s*|"']*date["']?\s*[:=]\s*["']?([A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)`)

// readDate is the time of the answer, by the last Date header of the text.
func readDate(text string) time.Time {
	all := dateHeader().FindAllStringSubmatch(text, -1)
	if len(all) == 0 {
		return time.Time{}
	}
	t, err := time.Parse(time.RFC1123, all[len(all)-1][1])
	if err != nil {
		return time.Time{}
	}
	return t.UTC()
}

var commandStart = lazy(`(?m)^[ \t>*+|]*(?:[\w.@~:/\\-]*[$%#>❯➜]\s+|PS [^>\n]*>\s*)?(?:sudo |time )?(curl(?:\.exe)?\s|Invoke-(?:WebRequest|RestMethod)\s|iwr\s|irm\s|(?:POST|PUT) \S+ HTTP/)`)

// mostCommands and mostLines bound how much of a text is tried as a command, or as
// parameters.
const mostCommands, mostLines = 8, 400

// readAttempt finds the command, the request or the parameters in a text that has more
// in it. typed are its parameters as they stand there, before a shell reads them.
func readAttempt(text string) (r Result, typed []signer.Param, command string) {
	starts := commandStart().FindAllStringSubmatchIndex(text, -1)
	for _, at := range starts[max(0, len(starts)-mostCommands):] {
		piece := endOfCommand(text[at[2]:])
		if got := Import(piece); got.isRequest() {
			r, command = got, piece // the last one is the one that failed
		}
	}
	if command != "" {
		return r, readTyped(command), command
	}
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return Result{}, nil, ""
	}
	switch got := Import(trimmed); got.Kind {
	case SDKNode, SDKPython, WidgetParams, Query, DotEnv, CloudinaryURL:
		return got, nil, trimmed
	case URL: // an endpoint with all of it behind the question mark
		if len(got.Params) > 0 {
			return got, nil, trimmed
		}
	}
	var account Result
	for i, line := range strings.SplitN(trimmed, "\n", mostLines+1) {
		if line = strings.TrimSpace(line); i == mostLines || len(line) > 16<<10 {
			continue
		}
		switch got := Import(line); got.Kind {
		case Query, WidgetParams:
			if r.Kind == "" {
				r, command = got, line
			}
		case DotEnv, CloudinaryURL:
			if account.Kind == "" {
				account = got
			}
		}
	}
	if object := balanced(trimmed); r.Kind == "" && object != "" {
		if got := Import(object); got.Kind == WidgetParams {
			r, command = got, object
		}
	}
	if account.Kind != "" {
		r.Secret = account.Secret
		if r.Kind == "" {
			r.Kind, r.CloudName, r.APIKey = account.Kind, account.CloudName, account.APIKey
		}
	}
	return r, nil, command
}

// balanced is the first object in braces of a text.
func balanced(text string) string {
	at := strings.IndexByte(text, '{')
	if at < 0 {
		return ""
	}
	depth := 0
	for i := at; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return text[at : i+1]
			}
		}
	}
	return ""
}

var answerStart = regexp.MustCompile(`^(?:[{}<>*[]|HTTP/|Traceback|\s+at\s|Error|error|\$ |% )`)

// endOfCommand is a command without what stands behind it: it goes on over lines that
// end in a backslash, a caret or a backtick, and over quotes that are open.
func endOfCommand(text string) string {
	if m := regexp.MustCompile(`^(?:POST|PUT) `).FindString(text); m != "" {
		return text
	}
	quote := byte(0)
	start := 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\n':
			before := strings.TrimRight(text[start:i], "\r ")
			next, _, _ := strings.Cut(text[i+1:], "\n")
			goesOn := strings.HasSuffix(before, `\`) || strings.HasSuffix(before, "^") || strings.HasSuffix(before, "`")
			indented := strings.HasPrefix(next, " ") && strings.Contains(next, "-")
			if !goesOn && quote == 0 && !indented || quote != 0 && answerStart.MatchString(next) {
				return text[:i]
			}
			start = i + 1
		case quote == '\'':
			if c == '\'' {
				quote = 0
			}
		case c == '\\':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		}
	}
	return text
}

var typedPair = lazy(`(?:^|[\s'"&?])([a-z][a-z_]*(?:\[\])?)=`)

// readTyped finds the parameters in a command as they stand in it.
func readTyped(command string) []signer.Param {
	var out []signer.Param
	for _, at := range typedPair().FindAllStringSubmatchIndex(command, -1) {
		name := command[at[2]:at[3]]
		if _, known := catalog.Lookup(strings.TrimSuffix(name, "[]")); !known || len(out) >= maxParams {
			continue
		}
		value := command[at[1]:]
		quote := openQuote(command[:at[2]])
		end := len(value)
		for i := 0; i < len(value); i++ {
			c := value[i]
			if quote != 0 && c == quote || quote == 0 && (c == ' ' || c == '\n' || c == '\t') {
				end = i
				break
			}
			if c == '&' {
				next, _, ok := strings.Cut(value[i+1:], "=")
				if _, known := catalog.Lookup(next); ok && (known || next == "file") {
					end = i
					break
				}
			}
		}
		rest := value[end:]
		value = value[:end]
		if quote == 0 {
			value = strings.Trim(value, `"'`)
			if more := looseWords(rest); more != "" {
				out = append(out, signer.Param{Name: name, Value: value + " " + more})
			}
		}
		out = append(out, signer.Param{Name: name, Value: value})
	}
	return out
}

// looseWords are the words behind a value that is not quoted, up to the next option or
// address: they were meant as a part of it.
func looseWords(rest string) string {
	line, _, _ := strings.Cut(rest, "\n")
	var words []string
	for _, w := range strings.Fields(line) {
		if strings.HasPrefix(w, "-") || strings.Contains(w, "://") || strings.ContainsAny(w, `&\|;"'`) || len(words) > 8 {
			break
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// openQuote is the quote that is open at the end of a text; 0 for none.
func openQuote(text string) byte {
	quote := byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		case quote == '"' && c == '\\', quote == 0 && c == '\\':
			i++
		case c == quote:
			quote = 0
		}
	}
	return quote
}
