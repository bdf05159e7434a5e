package uploader

import (
	"strings"

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
		if what, hint := damage(v); what != "" {
			damaged = true
			c.problem(names[i], s.name, names[i]+" in "+s.name+" "+what, hint)
		}
	}
	key, secret := values[1], values[2]
	if looksLikeSecret(key) && (isDigits(secret) || key == secret) {
		// A key is shown and sent: this one would give the secret away.
		c.Found = false
	}
	switch {
	case damaged || key == "" || secret == "":
	case looksLikeSecret(key) && isDigits(secret):
		c.problem(names[1], s.name, names[1]+" and "+names[2]+" in "+s.name+" look swapped: the key is a number, the secret is not",
			"exchange the two")
	case key == secret:
		c.problem(names[2], s.name, names[2]+" in "+s.name+" is the same as the API key", "copy the API secret beside the key")
	case !isDigits(key):
		c.problem(names[1], s.name, names[1]+" in "+s.name+" is not a number; API keys are digits, usually 15",
			"copy the API key again")
	}
}

// damage says what is wrong with a value by its form, and what to do. It is checked in
// the order in which one damage hides another.
func damage(v string) (what, hint string) {
	switch {
	case strings.TrimSpace(v) == "":
		return "is blank", "give it a value"
	case strings.HasSuffix(v, "\r"):
		return "ends with a carriage return, which becomes part of the value", "save the file with Unix line ends"
	case strings.ContainsAny(v, "\n\r"):
		return "has a line break in it, which becomes part of the value", "remove the line break"
	case v != strings.TrimSpace(v):
		return "has blanks around it, which become part of the value", "remove the blanks"
	case quoted(v):
		return "has quotes around it that are part of the value", "remove the quotes: nothing here takes them away"
	case strings.ContainsAny(v[:1]+v[len(v)-1:], "\"'`"):
		return "has a quote at one end that is part of the value", "remove the quote"
	case strings.HasPrefix(v, "<") && strings.HasSuffix(v, ">"):
		return "is still a placeholder in angle brackets", "put the real value there, without the brackets"
	case placeholder(v):
		return "is still a placeholder", "copy the real value from the console's page of API keys"
	case visible.Dirty(v):
		return "has characters in it that cannot be seen", "type it again, or copy it without what surrounds it"
	case strings.ContainsAny(v, " \t"):
		return "has a blank in it", "remove the blank"
	case len(v) > 300:
		return "is far too long for a credential", "copy it again"
	}
	return "", ""
}

func quoted(v string) bool {
	return len(v) >= 2 && v[0] == v[len(v)-1] && (v[0] == '"' || v[0] == '\'' || v[0] == '`')
}

// placeholder knows the words that samples put in place of a value.
func placeholder(v string) bool {
	l := strings.ToLower(v)
	for _, p := range []string{"your_", "your-", "my_", "xxx", "***", "..."} {
		if strings.HasPrefix(l, p) {
			return true
		}
	}
	switch l {
	case "undefined", "null", "none", "nil", "cloud_name", "api_key", "api_secret", "changeme", "secret", "key", "todo":
		return true
	}
	return false
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// looksLikeSecret follows the usual form: about 27 characters, letters among them.
// It is a rule of thumb, and only ever leads to a warning.
func looksLikeSecret(s string) bool { return len(s) >= 20 && !isDigits(s) }
