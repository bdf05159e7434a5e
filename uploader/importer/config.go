package importer

import "strings"

// readConfig reads the text of a config file for curl -K: an option on each line.
// Source: curl's manual, -K/--config.
func readConfig(text string) (Result, bool) {
	words := []word{{text: "curl"}}
	hasAddress, hasBody := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t")
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := configLine(line)
		if !ok {
			return Result{}, false
		}
		words = append(words, word{text: "--" + name})
		if takesValue()[name] {
			words = append(words, word{text: value})
		}
		hasAddress = hasAddress || name == "url"
		hasBody = hasBody || name == "json" || strings.HasPrefix(name, "form") || strings.HasPrefix(name, "data")
	}
	if !hasAddress || !hasBody {
		return Result{}, false
	}
	r := Result{Kind: Curl}
	readCurl(call{words: words}, &r)
	return r, true
}

// configLine is an option with its value; ok is false where it is none of curl's.
func configLine(line string) (name, value string, ok bool) {
	end := strings.IndexAny(line, " \t=:")
	if end < 0 {
		end = len(line)
	}
	name, ok = longName(strings.TrimPrefix(line[:end], "--"))
	rest := strings.TrimLeft(line[end:], " \t=:")
	if !ok || takesValue()[name] == (rest == "") {
		return "", "", false
	}
	if quoted, is := strings.CutPrefix(rest, `"`); is {
		return name, unslashed(quoted), true
	}
	if i := strings.IndexAny(rest, " \t"); i >= 0 {
		rest = rest[:i]
	}
	return name, rest, true
}

// unslashed is what stands between double quotes, up to the closing one.
func unslashed(s string) string {
	var b strings.Builder
	for i := 0; i < len(s) && s[i] != '"'; i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			i++
			c = s[i]
			if at := strings.IndexByte("tnrv", c); at >= 0 {
				c = "\t\n\r\v"[at]
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}
