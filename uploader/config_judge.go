package uploader

import (
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
)

// judge names what is damaged in an identity of three variables.
func (c *Config) judge(s varSource, names [3]string) {
	c.judgeValues(s, names, [3]string{s.vars[names[0]], s.vars[names[1]], s.vars[names[2]]})
}

// judgeValues looks at cloud name, key and secret. The values are used as they stand:
// a repair would hide the cause. No message holds a value.
func (c *Config) judgeValues(s varSource, names, values [3]string) {
	damaged := false
	for i, v := range values {
		if v == "" {
			continue
		}
		if code, what, hint := damage(v); code != "" {
			damaged = true
			c.problem(code, names[i], s.name, names[i]+" in "+s.name+" "+what, hint)
		} else if i > 0 && strings.HasPrefix(strings.ToLower(v), "my_") {
			damaged = true
			c.problem(CodePlaceholder, names[i], s.name, names[i]+" in "+s.name+" is still a placeholder", copyReal)
		}
	}
	cloud, key, secret := values[0], values[1], values[2]
	swapped := looksLikeSecret(key) && isDigits(bare(secret))
	same := key != "" && key == secret
	if swapped || same && !isDigits(key) || looksLikeSecret(key) && (secret == "" || placeholder(secret)) {
		// A key is shown and sent: this one would give the secret away.
		c.Found = false
		c.Account.APIKey = signer.Mask
	}
	if cloud != "" && cloud == secret && secret != signer.Published {
		c.Found = false
		c.Account.CloudName = signer.Mask
		c.problem(CodeSwapped, names[0], s.name, names[0]+" in "+s.name+" is the same as the API secret", "copy the cloud name from the console")
	}
	switch {
	case swapped:
		c.problem(CodeSwapped, names[1], s.name, names[1]+" and "+names[2]+" in "+s.name+" look swapped: the key is a number, the secret is not",
			"exchange the two")
	case same:
		c.problem(CodeSwapped, names[2], s.name, names[2]+" in "+s.name+" is the same as the API key", "copy the API secret beside the key")
	case looksLikeSecret(key) && secret == "":
		c.problem(CodeSwapped, names[1], s.name, names[1]+" in "+s.name+" looks like a secret: keys are numbers", "put the secret in its own place")
	case damaged || key == "" || isDigits(key):
	default:
		c.problem(CodeShape, names[1], s.name, names[1]+" in "+s.name+" is not a number; API keys are digits, usually 15",
			"copy the API key again")
	}
}

const copyReal = "copy the real value from the console's page of API keys"

// damage says what is wrong with a value by its form, and what to do. It is checked in
// the order in which one damage hides another.
func damage(v string) (code Code, what, hint string) {
	switch {
	case strings.TrimSpace(v) == "":
		return CodeBlanks, "is blank", "give it a value"
	case strings.HasSuffix(v, "\r"):
		return CodeLineBreak, "ends with a carriage return, which becomes part of the value", "save the file with Unix line ends"
	case strings.HasSuffix(v, "\n"):
		return CodeLineBreak, "ends with a line break, which becomes part of the value", "remove the line break; echo -n writes none"
	case strings.ContainsAny(v, "\n\r"):
		return CodeLineBreak, "has a line break in it, which becomes part of the value", "remove the line break"
	case v != strings.TrimSpace(v):
		return CodeBlanks, "has blanks around it, which become part of the value", "remove the blanks"
	case quoted(v):
		return CodeQuotes, "has quotes around it that are part of the value", "remove the quotes: nothing here takes them away"
	case strings.ContainsAny(v[:1]+v[len(v)-1:], "\"'`"):
		return CodeQuotes, "has a quote at one end that is part of the value", "remove the quote"
	case strings.HasPrefix(v, "<") && strings.HasSuffix(v, ">"):
		return CodePlaceholder, "is still a placeholder in angle brackets", "put the real value there, without the brackets"
	case reference(v):
		return CodePlaceholder, "is the name of another variable, which is not expanded", "put the value itself there"
	case placeholder(v):
		return CodePlaceholder, "is still a placeholder", copyReal
	case visible.Dirty(v):
		return CodeCharacters, "has characters in it that cannot be seen", "type it again, or copy it without what surrounds it"
	case strings.IndexFunc(v, func(r rune) bool { return r >= 0x80 }) >= 0:
		return CodeCharacters, "has characters outside ASCII in it", "copy it again: curly quotes and letters that only look alike do not belong to it"
	case strings.ContainsAny(v, " \t"):
		return CodeBlanks, "has a blank in it", "remove the blank"
	case len(v) > 300:
		return CodeShape, "is far too long for a credential", "copy it again"
	}
	return "", "", ""
}

func quoted(v string) bool {
	return len(v) >= 2 && v[0] == v[len(v)-1] && (v[0] == '"' || v[0] == '\'' || v[0] == '`')
}

// reference reports whether the whole value is $NAME, ${NAME}, %NAME% or {{NAME}}.
func reference(v string) bool {
	for _, form := range [][2]string{{"${", "}"}, {"{{", "}}"}, {"%", "%"}, {"$", ""}} {
		name, ok := strings.CutPrefix(v, form[0])
		if !ok {
			continue
		}
		if name, ok = strings.CutSuffix(name, form[1]); ok && name != "" && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_ ") == "" {
			return true
		}
	}
	return false
}

// placeholder knows the words that samples put in place of a value.
func placeholder(v string) bool {
	l := strings.ToLower(v)
	for _, p := range []string{"your_", "your-", "xxx", "***", "..."} {
		if strings.HasPrefix(l, p) {
			return true
		}
	}
	switch l {
	case "undefined", "null", "none", "nil", "nan", "[object object]", "cloud_name", "api_key", "api_secret", "changeme", "secret", "key", "todo":
		return true
	}
	return false
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// bare is a value without what often damages its ends.
func bare(s string) string { return strings.Trim(s, " \t\r\n\"'`<>") }

// looksLikeSecret follows the usual form: about 27 characters, letters among them. It
// is a rule of thumb.
func looksLikeSecret(s string) bool { return len(s) >= 20 && !isDigits(bare(s)) }
