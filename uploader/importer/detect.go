package importer

import (
	"regexp"
	"strings"

	"signpost/uploader/catalog"
)

// Import recognises a text and reads it. The first that fits counts: a command, a raw
// request, an error message, an answer, a configuration, an SDK's call, parameters, an
// address, a path.
func Import(text string) Result {
	if len(text) > MaxText {
		r := Result{Kind: Unknown}
		r.drop("the text", "it is longer than 1 MiB: nothing of it is read")
		return r
	}
	text = strings.TrimPrefix(text, "\ufeff")
	trimmed := strings.TrimSpace(text)
	if trimmed == "" {
		return Result{Kind: Unknown}
	}
	for _, read := range []func(string) (Result, bool){
		readConfig, readCommand, readHTTP, readMessage, readJSON, readCloudinaryURL, readDotEnv, readSDK, readAddress, readQuery, readPath,
	} {
		if r, ok := read(trimmed); ok {
			r.finish()
			return r
		}
	}
	r := Result{Kind: Unknown}
	r.drop(trimmed, "it is none of what is known here: a command, a request, an error, an answer, parameters, an address, a path")
	return r
}

var (
	prompt    = lazy(`^(?:[\w.@~:/\\-]*[$%#>]\s+|PS [^>\n]*>\s*|[A-Za-z]:\\[^>\n]*>\s*)`)
	curlWord  = lazy(`(?m)(?:^|[|;&(\s])(?:\S*[/\\])?curl(?:\.exe)?(?:\s|$)`)
	psCommand = lazy(`(?mi)(?:^|[|=\s])(Invoke-WebRequest|Invoke-RestMethod|iwr|irm)\s`)
)

// readCommand reads a cURL command in the quoting of whatever shell it is for.
func readCommand(text string) (Result, bool) {
	fish, ok := strings.CutPrefix(text, "# for fish\n")
	if !ok {
		fish, ok = strings.CutSuffix(text, " # for fish")
	}
	if ok {
		r := Result{Kind: Curl}
		calls, _ := readFish(fish)
		return r, r.curls(calls)
	}
	text = prompt().ReplaceAllString(text, "")
	isPS := psCommand().MatchString(text)
	at := curlWord().FindStringIndex(text)
	if at == nil && !isPS || at != nil && !isPS && !startsLikeCommand(text, at[0]) {
		return Result{}, false
	}
	switch {
	case isPS || isPowerShell(text):
		r := Result{Kind: PowerShell}
		return r, r.powershell(text)
	case isCmd(text):
		r := Result{Kind: Cmd}
		words := readCmd(text[firstCurl(text):], &r)
		readCurl(call{words: words}, &r)
		return r, len(words) > 0
	}
	r := Result{Kind: Curl}
	calls, ok := readShell(text, &r)
	if !ok {
		r = Result{Kind: Curl}
		closed := false
		if calls, closed = readFish(text); !closed {
			r.trap("a quote", "it is not closed: the shell waits for more. What follows it is read as text")
		}
	}
	return r, r.curls(calls)
}

var caretQuote = lazy(`^\S*curl(?:\.exe)?\s+(?:-\S+\s+)*\^"`)

// isCmd goes by what only cmd.exe writes: a caret in front of the first quote, or at the
// end of the first line.
func isCmd(text string) bool {
	first, _, more := strings.Cut(text, "\n")
	first = strings.TrimRight(first, "\r")
	return caretQuote().MatchString(text) || more && strings.HasSuffix(first, " ^") && !strings.Contains(first, "'")
}

// startsLikeCommand reports whether a text that mentions curl is a command, not a
// sentence about it or code that has it in a string.
func startsLikeCommand(text string, at int) bool {
	before := strings.TrimSpace(text[:at])
	if before == "" {
		return true
	}
	first, _, _ := strings.Cut(before, "\n")
	word, _, _ := strings.Cut(first, " ")
	switch {
	case strings.HasPrefix(first, "#"), strings.HasPrefix(first, psHeader), word == ":", word == "printf", word == "echo", word == "cat", word == "time", word == "sudo", word == "env", word == "set":
		return true
	}
	return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*=`).MatchString(first) || strings.HasPrefix(first, "export ")
}

func firstCurl(text string) int {
	if at := strings.Index(text, "curl"); at >= 0 {
		return at
	}
	return 0
}

// psHeader is how a PowerShell command begins that pipes a header with a secret.
const psHeader = "\"`nAuthorization: "

// isPowerShell goes by what only PowerShell writes: a backtick at the end of a line, a
// here-string, or doubled quotes after curl.exe.
func isPowerShell(text string) bool {
	if strings.HasPrefix(text, psHeader) || strings.Contains(text, "`\n") || strings.Contains(text, "`\r\n") || strings.Contains(text, "@'\n") || strings.Contains(text, "@'\r\n") {
		return true
	}
	return regexp.MustCompile(`(?m)^\s*(?:&\s*)?curl\.exe\s`).MatchString(text) && !strings.Contains(text, "\\\n")
}

// curls reads the request of the last call of curl that has one; another call in front
// of it may fetch the sample picture.
func (r *Result) curls(calls []call) bool {
	var own []call
	for _, c := range calls {
		for len(c.words) > 0 && (c.words[0].text == "sudo" || c.words[0].text == "env" || c.words[0].text == "command" || c.words[0].text == "time") {
			c.words = c.words[1:]
		}
		if len(c.words) > 0 && isCurl(c.words[0].text) {
			own = append(own, c)
		}
	}
	if len(own) == 0 {
		return false
	}
	at := 0
	for i, c := range own {
		for _, w := range c.words {
			if strings.HasPrefix(w.text, "--form") || strings.HasPrefix(w.text, "-F") || strings.HasPrefix(w.text, "-d") || strings.HasPrefix(w.text, "--data") || strings.HasPrefix(w.text, "--json") {
				at = i
			}
		}
	}
	for i, c := range own {
		if i == at {
			continue
		}
		if address := sampleOf(c); address != "" && i < at {
			own[at].stdin, own[at].hasStdin = address, true
			continue
		}
		r.drop(joined(c.words), "another command; one request is taken")
	}
	readCurl(own[at], r)
	return true
}

// sampleOf is the address of a command that fetches the sandbox's sample picture.
func sampleOf(c call) string {
	for _, w := range c.words {
		if strings.HasPrefix(w.text, "http://127.0.0.1:") && strings.Contains(w.text, "/sample/") {
			return w.text
		}
	}
	return ""
}

func isCurl(name string) bool {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	return name == "curl" || name == "curl.exe"
}

func joined(words []word) string {
	var all []string
	for _, w := range words {
		all = append(all, w.text)
	}
	return strings.Join(all, " ")
}

// powershell reads curl.exe, Invoke-WebRequest or Invoke-RestMethod.
func (r *Result) powershell(text string) bool {
	if at := psCommand().FindStringSubmatchIndex(text); at != nil {
		return r.invoke(readPS(text[at[3]:], r))
	}
	at := firstCurl(text)
	tokens := readPS(text[at:], r)
	if len(tokens) == 0 {
		return false
	}
	c := call{}
	if i := strings.Index(text[:at], "Authorization: "); i >= 0 { // piped into -H @-
		c.stdin, c.hasStdin = strings.Replace(text[i:at], `" + `, "", 1), true
	}
	if tokens[0].text == "curl" {
		r.trapOnce("curl", "in Windows PowerShell curl is another command (Invoke-WebRequest); curl.exe is curl itself")
	}
	for _, t := range tokens {
		if strings.Contains(t.text, `"`) {
			r.trapOnce(`"`, "Windows PowerShell before 7.3 loses double quotes within an argument on its way to a program")
		}
		c.words = append(c.words, t.word)
	}
	readCurl(c, r)
	return true
}

// invoke reads the options of Invoke-WebRequest.
func (r *Result) invoke(tokens []psToken) bool {
	address, body, kind := "", "", ""
	for i := 0; i < len(tokens); i++ {
		name := strings.ToLower(tokens[i].text)
		next := psToken{}
		if i+1 < len(tokens) {
			next = tokens[i+1]
		}
		switch {
		case tokens[i].isTab:
		case strings.HasPrefix(name, "-uri"):
			address = next.text
			i++
		case strings.HasPrefix(name, "-bo"), strings.HasPrefix(name, "-fo"):
			if next.isTab {
				r.psForm(psTable(next.table))
			}
			body = next.text
			i++
		case strings.HasPrefix(name, "-contenttype"):
			kind = strings.ToLower(next.text)
			i++
		case strings.HasPrefix(name, "-h"):
			r.psHeaders(next.table)
			i++
		case strings.HasPrefix(name, "-infile"):
			r.drop("-InFile", "it sends the file as the whole body; an upload is a form")
			i++
		case strings.HasPrefix(name, "-me"):
			if !strings.EqualFold(next.text, "post") {
				r.trap("-Method "+next.text, "an upload is a POST")
			}
			i++
		case strings.HasPrefix(name, "-use"), strings.HasPrefix(name, "-skip"):
		case strings.HasPrefix(name, "-"):
			r.drop(tokens[i].text, "it has no counterpart here")
			i++
		case address == "":
			address = tokens[i].text
		}
	}
	if address != "" {
		r.endpoint(address)
	}
	switch {
	case strings.Contains(kind, "json"):
		r.jsonBody(body)
	case strings.Contains(kind, "multipart"):
		r.multipartBody(body, "")
	case body != "":
		r.urlencoded(body, "")
	}
	return address != "" || body != ""
}

// psHeaders takes what matters of a table of headers.
func (r *Result) psHeaders(table string) {
	for _, m := range psTable(table) {
		if strings.EqualFold(m.Key, "authorization") {
			text, _ := m.Value.(string)
			(&curlReader{res: r}).header("authorization: " + text)
		}
	}
}

// psForm takes the fields of a form; Get-Item stands for a file's bytes.
func (r *Result) psForm(o catalog.Object) {
	for _, m := range o {
		path, isFile := m.Value.(psFile)
		switch {
		case isFile && m.Key == "file":
			r.setFile(string(path), true)
		case isFile:
			r.trap(m.Key, "the bytes of a file are sent as the value: nothing is read here")
		default:
			r.fields(catalog.Object{m})
		}
	}
}

// psFile is the path of a Get-Item.
type psFile string

// psTable reads name = 'value' entries of a table.
func psTable(table string) catalog.Object {
	var o catalog.Object
	for line := range strings.FieldsFuncSeq(table, func(c rune) bool { return c == '\n' || c == ';' }) {
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		res := &Result{}
		read := func(s string) any {
			tokens := readPS(strings.TrimSpace(s), res)
			switch {
			case len(tokens) == 0:
				return ""
			case len(tokens) > 1 && strings.EqualFold(tokens[0].text, "Get-Item"):
				return psFile(tokens[1].text)
			}
			return tokens[0].text
		}
		key, _ := read(name).(string)
		if v := strings.TrimSpace(value); strings.HasPrefix(v, "(") && strings.HasSuffix(v, ")") {
			value = v[1 : len(v)-1]
		}
		o = append(o, catalog.Member{Key: key, Value: read(value)})
	}
	return o
}
