package diagnose

import (
	"encoding/base64"
	"encoding/hex"
	"net/url"
	"strings"
	"unicode"
)

// key is a variant of the secret. The held one has no mistake.
type key struct {
	text string
	m    *mistake
	rare bool // tried alone only, not in products
}

// keyring collects variants; of two that are the same the first counts.
type keyring struct {
	all  []key
	seen map[string]int
}

func (r *keyring) add(rare bool, m mistake, texts ...string) {
	for _, t := range texts {
		if len(t) > 4096 {
			continue
		}
		if at, ok := r.seen[t]; ok {
			// Another meaning of the same bytes is told beside the first.
			if k := r.all[at]; k.m != nil && k.m.cause != m.cause && len(k.m.also) < 3 {
				k.m.also = append(k.m.also[:len(k.m.also):len(k.m.also)], m.cause)
			}
			continue
		}
		own := m
		own.ofKey = true
		r.seen[t] = len(r.all)
		r.all = append(r.all, key{text: t, m: &own, rare: rare})
	}
}

// keys are the secret that is held and what it can have been mistaken for.
func (x *exam) keys() []key {
	k := x.secret
	r := &keyring{seen: map[string]int{k: 0}, all: []key{{text: k}}}
	if k != "" {
		damagedKeys(r, k)
	}
	for _, l := range x.Lines {
		l.Reveal(func(text string) {
			r.add(false, mistake{cause: 6, weight: 2, say: sayKey, signed: "with all that stands behind its name in the file: the comment, the quotes or the blanks there became a part of it"}, text, strings.TrimSpace(text))
		})
	}
	for _, o := range x.Others {
		o.Secret.Reveal(func(text string) {
			if text != "" {
				r.add(false, mistake{cause: 1, weight: 1, say: sayOther, name: o.Name}, text)
			}
		})
	}
	x.foreignKeys(r, k)
	if k != "" {
		partKeys(r, k)
		typedKeys(r, k)
	}
	return r.all
}

func sayKey(m mistake) string   { return "the secret was used " + m.signed }
func sayHeld(m mistake) string  { return "the secret that is held here " + m.signed }
func sayOther(m mistake) string { return "it was signed with the secret of " + m.name }

// damagedKeys have something around or in them that does not belong there (cause 6).
func damagedKeys(r *keyring, k string) {
	six := func(weight int, what string, texts ...string) {
		r.add(false, mistake{cause: 6, weight: weight, say: sayKey, signed: what}, texts...)
	}
	r.add(false, mistake{cause: 6, also: []int{33}, weight: 1, say: sayKey, signed: "with a line feed (0a) behind it"}, k+"\n")
	six(1, "in double quotes (22), which became a part of it", `"`+k+`"`)
	six(1, "in single quotes (27), which became a part of it", `'`+k+`'`)
	six(1, "in backticks (60), which became a part of it", "`"+k+"`")
	six(1, "with a carriage return (0d) behind it", k+"\r")
	r.add(false, mistake{cause: 6, also: []int{33}, weight: 1, say: sayKey, signed: "with a carriage return and a line feed (0d 0a) behind it"}, k+"\r\n")
	six(1, "with a blank (20) behind it", k+" ")
	six(1, "with a blank (20) in front of it", " "+k)
	six(2, "with blanks around it", " "+k+" ", k+"  ", "  "+k)
	six(2, "with a tab (09) at one end", k+"\t", "\t"+k)
	six(2, "with one quote at an end", `"`+k, k+`"`, `'`+k, k+`'`)
	six(2, "with a byte order mark (ef bb bf) in front", "\ufeff"+k)
	six(2, "with a character that cannot be seen at an end", "\u200b"+k, k+"\u200b", "\u00a0"+k, k+"\u00a0", k+"\ufeff", k+"\x00", "\u200e"+k, k+"\u200e", k+"\u2028", "\u2060"+k, k+"\u2060")
	six(2, "in curly quotes", "“"+k+"”", "‘"+k+"’", "”"+k+"”", "„"+k+"“", "«"+k+"»")
	six(2, "in brackets", "<"+k+">", "{"+k+"}", "["+k+"]", "("+k+")", "${"+k+"}", "{{"+k+"}}")
	six(2, "with punctuation at an end", k+";", k+",", k+".", k+":", "="+k, ":"+k, k+"=", "$"+k, k+`\`, k+"%", k+"$", k+"&", "-"+k, "_"+k, k+"/", "/"+k, "@"+k, k+"#")
	six(2, "in quotes with more behind", `"`+k+`",`, `'`+k+`',`, `"`+k+`";`, `'`+k+`';`, k+`",`, k+`';`, k+`";`, ` "`+k+`"`, ` '`+k+`'`, `"`+k+`" `, `"`+k+"\"\r", `"`+k+"\"\n", `'`+k+"'\r", `'`+k+"'\n", `"`+k+"\"\r\n", `" `+k+`"`, `"`+k+` "`, `"`+k+"\n\"")
	six(2, "in escaped quotes", `\"`+k+`\"`, `"\"`+k+`\""`, `"'`+k+`'"`, `'"`+k+`"'`, `""`+k+`""`)
	six(2, "as Python prints bytes", `b'`+k+`'`, `b"`+k+`"`)
	six(2, `with the two characters \n behind it`, k+`\n`, k+`\r\n`, k+`\r`)
	six(3, "with several line ends", k+"\n\n", "\n"+k, k+" \n", k+" \r\n", k+"\r\r\n", "\n"+k+"\n", k+"\r ")
	r.add(false, mistake{cause: 6, also: []int{7}, weight: 2, say: sayKey, signed: "with the name of its variable in front"},
		"API_SECRET="+k, "CLOUDINARY_API_SECRET="+k, "api_secret: "+k, "API_SECRET: "+k, "CLOUDINARY_SECRET="+k, "apiSecret:"+k, "api_secret:"+k, "export API_SECRET="+k, `API_SECRET="`+k+`"`, `API_SECRET='`+k+`'`, "API_SECRET = "+k, "CLOUDINARY_API_SECRET: "+k)

	held := func(weight int, what string, texts ...string) {
		r.add(false, mistake{cause: 6, weight: weight, say: sayHeld, signed: what}, texts...)
	}
	trimmed := strings.TrimFunc(k, func(c rune) bool {
		return unicode.IsSpace(c) || c == 0xfeff || c == 0x200b || c == 0x200e || c == 0x2060 || unicode.IsControl(c)
	})
	held(1, "has blanks or line ends around it that were not signed with", trimmed, strings.TrimRight(k, "\r\n"), strings.TrimSpace(k))
	held(1, "has quotes around it that were not signed with", strings.Trim(trimmed, "\"'`“”‘’"), strings.Trim(k, `"`), strings.Trim(k, `'`))
	held(2, "has something around it that was not signed with", strings.Trim(trimmed, "\"'`“”‘’<>{}[]();,.:=$&"))
	if _, rest, ok := strings.Cut(trimmed, "="); ok {
		held(2, "has the name of its variable in front", rest, strings.Trim(rest, `"' `))
	}
	held(2, "has blanks in it that were not signed with", strings.Join(strings.Fields(k), ""))
	if head, _, ok := strings.Cut(k, "#"); ok {
		held(1, "has a # in it, and was signed only up to there: it was read as a comment", head, strings.TrimSpace(head))
	}
	encodedKeys(r, k)
}

var shellName = lazy(`\$(?:\w+|\{[^}]*\}|[$!?#*@-])`)

// encodedKeys were changed by a program on the way.
func encodedKeys(r *keyring, k string) {
	raw := []byte(k)
	r.add(false, mistake{cause: 6, also: []int{7}, weight: 2, say: sayKey, signed: "percent-encoded"}, url.QueryEscape(k), url.PathEscape(k), component(k), strings.ToLower(url.QueryEscape(k)))
	for _, undo := range []func(string) (string, error){url.QueryUnescape, url.PathUnescape} {
		if d, err := undo(k); err == nil {
			r.add(false, mistake{cause: 6, also: []int{7}, weight: 2, say: sayKey, signed: "percent-decoded; it is taken as it stands"}, d)
		}
	}
	r.add(false, mistake{cause: 6, also: []int{7}, weight: 2, say: sayKey, signed: "with + and blank exchanged"}, strings.ReplaceAll(k, "+", " "), strings.ReplaceAll(k, " ", "+"))
	r.add(false, mistake{cause: 35, also: []int{6}, weight: 2, say: sayKey, signed: "without what a shell takes for a variable: $ and the letters behind it"}, shellName().ReplaceAllString(k, ""))
	r.add(false, mistake{cause: 35, also: []int{6}, weight: 2, say: sayKey, signed: "with its backslashes or ! changed by a shell"}, strings.ReplaceAll(k, `\`, ``), strings.ReplaceAll(k, `\`, `\\`), strings.ReplaceAll(k, `!`, `\!`), strings.ReplaceAll(k, `$`, `\$`), strings.ReplaceAll(k, "$", "$$"))
	r.add(false, mistake{cause: 6, weight: 3, say: sayKey, signed: "in base64, or decoded from it"},
		base64.StdEncoding.EncodeToString(raw), base64.RawStdEncoding.EncodeToString(raw), base64.URLEncoding.EncodeToString(raw), base64.StdEncoding.EncodeToString([]byte(k+"\n")))
	for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
		if d, err := e.DecodeString(k); err == nil && len(d) > 0 {
			r.add(false, mistake{cause: 6, weight: 3, say: sayKey, signed: "decoded from base64; it is taken as it stands"}, string(d))
		}
	}
	r.add(false, mistake{cause: 6, weight: 3, say: sayKey, signed: "written in hexadecimal digits"}, hex.EncodeToString(raw), strings.ToUpper(hex.EncodeToString(raw)))
	r.add(false, mistake{cause: 27, also: []int{6}, weight: 3, say: sayKey, signed: "as a hash of it"}, hexSum(sha1Sum, raw), hexSum(sha256Sum, raw), hexSum(md5Sum, raw))
	r.add(false, mistake{cause: 6, weight: 3, say: sayKey, signed: "with HTML entities in it"}, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace(k))
	r.add(false, mistake{cause: 1, also: []int{6}, weight: 2, say: sayKey, signed: "in other letters: capitals count"}, strings.ToLower(k), strings.ToUpper(k), swapCase(k))
	r.add(false, mistake{cause: 1, also: []int{6}, weight: 2, say: sayKey, signed: "twice: it was pasted two times"}, k+k, k+"\n"+k, k+" "+k)
}

func swapCase(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, s)
}

// foreignKeys are other texts of the account in place of the secret, and words that stand
// for a secret which is not there.
func (x *exam) foreignKeys(r *keyring, k string) {
	key, cloud := x.APIKey, x.CloudName
	for _, id := range []string{key, x.Account.APIKey} {
		if id == "" {
			continue
		}
		r.add(false, mistake{cause: 20, weight: 1, say: sayKeyAsSecret}, id)
		r.add(false, mistake{cause: 20, also: []int{6}, weight: 3, say: sayKeyAsSecret}, `"`+id+`"`, `'`+id+`'`, id+"\n", id+" ")
		if k != "" {
			r.add(false, mistake{cause: 7, also: []int{20, 6}, weight: 2, say: sayKey, signed: "with the API key beside it"}, id+":"+k, id+k, k+id, k+":"+id)
		}
	}
	if cloud != "" {
		r.add(false, mistake{cause: 7, also: []int{20}, weight: 2, say: sayKey, signed: "replaced by the cloud name"}, cloud)
	}
	if k != "" {
		r.add(false, mistake{cause: 7, also: []int{6, 20}, weight: 2, say: sayKey, signed: "as the whole CLOUDINARY_URL, or a piece of it"},
			"cloudinary://"+key+":"+k+"@"+cloud, "CLOUDINARY_URL=cloudinary://"+key+":"+k+"@"+cloud, key+":"+k+"@"+cloud, k+"@"+cloud, ":"+k+"@"+cloud, "//"+key+":"+k+"@"+cloud, k+"@", ":"+k, "cloudinary://"+k, "//"+key, "cloudinary://"+key+":"+k)
	}
	if rest, ok := strings.CutPrefix(strings.TrimPrefix(strings.Trim(k, `"'`), "CLOUDINARY_URL="), "cloudinary://"); ok {
		if user, _, ok := strings.Cut(rest, "@"); ok {
			if _, secret, ok := strings.Cut(user, ":"); ok {
				r.add(false, mistake{cause: 7, weight: 1, say: sayHeld, signed: "is a whole CLOUDINARY_URL"}, secret)
			}
		}
	}
	if id, rest, ok := strings.Cut(k, ":"); ok && isDigits(id) {
		r.add(false, mistake{cause: 7, weight: 1, say: sayHeld, signed: "has the API key in front"}, strings.Split(rest, "@")[0])
	}
	r.add(false, mistake{cause: 7, weight: 1, say: sayNoSecret}, "")
	for _, w := range absent {
		r.add(false, mistake{cause: 7, weight: 2, say: sayWordSecret, signed: w}, w, `"`+w+`"`, "'"+w+"'")
	}
}

// absent are words in place of a secret that was not configured.
var absent = []string{
	"undefined", "null", "None", "nil", "NULL", "[object Object]", "NaN", "false", "API_SECRET", "api_secret", "CLOUDINARY_API_SECRET", "your_api_secret", "<your_api_secret>", "YOUR_API_SECRET", "my_api_secret", "MY_API_SECRET",
	"YOUR_SECRET", "your_secret", "your-api-secret", "<your-api-secret>", "<api_secret>", "<API_SECRET>", "{api_secret}", "apiSecret", "API_SECRET_HERE", "secret", "api-secret", "YOUR-API-SECRET", "xxx", "xxxx", "changeme", "abcd", "a676b67565c6767a6767d6767f676fe1",
	"process.env.API_SECRET", "process.env.CLOUDINARY_API_SECRET", "process.env.CLOUDINARY_SECRET", "$API_SECRET", "${API_SECRET}", "$CLOUDINARY_API_SECRET", "${CLOUDINARY_API_SECRET}", "%API_SECRET%", "%CLOUDINARY_API_SECRET%", "{{API_SECRET}}", "{{ API_SECRET }}", "{{api_secret}}", "${{ secrets.API_SECRET }}", "${{ secrets.CLOUDINARY_API_SECRET }}", "$(API_SECRET)", "***", "********", "**********", "**********************", "***************************", "••••••••", "REDACTED", "[REDACTED]", "[FILTERED]", "<hidden>", "hidden",
}

func sayKeyAsSecret(mistake) string {
	return "it was signed with the API key in place of the API secret"
}

func sayNoSecret(mistake) string {
	return "it was signed with an empty secret: it was not configured, or not read, where the signature is made"
}

func sayWordSecret(m mistake) string {
	return "it was signed with the word " + show(m.signed) + " in place of the secret: it was not configured, or not read, where the signature is made"
}

// partKeys are the secret partly copied.
func partKeys(r *keyring, k string) {
	for n := 1; n < len(k); n++ {
		w, rare := 2, n > 3
		m := mistake{cause: 1, weight: w, say: sayKey}
		m.signed = "without its last " + count(n)
		r.add(rare, m, k[:len(k)-n])
		m.signed = "without its first " + count(n)
		r.add(rare, m, k[n:])
	}
	for n := 1; n <= 8 && 2*n < len(k); n++ {
		for _, star := range []string{"*", "•", "x", "X", "."} {
			r.add(true, mistake{cause: 1, weight: 3, say: sayKey, signed: "as it is shown masked"}, strings.Repeat(star, len(k)-n)+k[len(k)-n:], k[:n]+strings.Repeat(star, len(k)-n))
		}
		r.add(true, mistake{cause: 1, weight: 3, say: sayKey, signed: "as it is shown shortened"}, k[:n]+"..."+k[len(k)-n:], k[:n]+"…"+k[len(k)-n:], k[:n]+"...", k[:n]+"…")
	}
}

func count(n int) string {
	if n == 1 {
		return "character"
	}
	return itoa(n) + " characters"
}

// typedKeys are the secret with one slip.
func typedKeys(r *keyring, k string) {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
	if len(k) > 64 {
		return
	}
	m := mistake{cause: 1, weight: 3, say: sayKey}
	for i := range len(k) {
		at := itoa(i + 1)
		m.signed = "without its character " + at
		r.add(true, m, k[:i]+k[i+1:])
		if i+1 < len(k) {
			m.signed = "with its characters " + at + " and " + itoa(i+2) + " exchanged"
			r.add(true, m, k[:i]+k[i+1:i+2]+k[i:i+1]+k[i+2:])
		}
		for j := range len(letters) {
			m.signed = "with another character " + at + ": it was typed, or read, wrongly"
			r.add(true, m, k[:i]+letters[j:j+1]+k[i+1:])
			m.signed = "with one character too many, at " + at
			r.add(true, m, k[:i]+letters[j:j+1]+k[i:])
		}
	}
	for j := range len(letters) {
		m.signed = "with one character too many, at its end"
		r.add(true, m, k+letters[j:j+1])
	}
	swaps := strings.NewReplacer("O", "0", "0", "O")
	ells := strings.NewReplacer("l", "I", "I", "l")
	m.signed = "with characters that look alike exchanged: O and 0, or l, I and 1"
	r.add(true, m, swaps.Replace(k), ells.Replace(k), strings.ReplaceAll(k, "O", "0"), strings.ReplaceAll(k, "0", "O"), strings.ReplaceAll(k, "l", "I"), strings.ReplaceAll(k, "I", "l"), strings.ReplaceAll(k, "l", "1"), strings.ReplaceAll(k, "1", "l"), strings.ReplaceAll(k, "-", "_"), strings.ReplaceAll(k, "_", "-"), strings.ReplaceAll(k, "-", "–"), strings.ReplaceAll(k, "_", ""), strings.ReplaceAll(k, "-", ""))
}

// heldDamage says what is wrong with the secret that is held, by its form; the cause is
// 0 where nothing is.
func (x *exam) heldDamage() (cause int, what string) {
	k := x.secret
	inner := strings.Trim(k, " \t\r\n")
	switch {
	case k == "":
		return 0, ""
	case strings.HasPrefix(k, "cloudinary://") || strings.HasPrefix(k, "CLOUDINARY_URL="):
		return 7, "is a whole CLOUDINARY_URL"
	case k == x.Account.APIKey, len(k) >= 12 && isDigits(k):
		return 20, "is an API key: keys are digits, secrets are not"
	case strings.HasSuffix(k, "\r\n"):
		return 6, "ends with a carriage return and a line feed (0d 0a)"
	case strings.HasSuffix(k, "\n"):
		return 6, "ends with a line feed (0a)"
	case strings.HasSuffix(k, "\r"):
		return 6, "ends with a carriage return (0d)"
	case k != inner:
		return 6, "has blanks or line ends around it"
	case strings.ContainsAny(k[:1]+k[len(k)-1:], "\"'`"):
		return 6, "has quotes around it that are a part of it"
	case strings.HasPrefix(k, "<") && strings.HasSuffix(k, ">"), strings.HasPrefix(k, "$"), strings.HasPrefix(k, "{"), strings.HasPrefix(strings.ToLower(k), "your"), isAbsent(k):
		return 7, "is a placeholder, not a secret"
	case strings.ContainsFunc(k, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return 6, "has characters in it that a secret does not have (" + hexOf(k) + ")"
	case strings.Contains(k, "API_SECRET=") || strings.HasPrefix(k, "="):
		return 6, "has the name of its variable in front"
	}
	return 0, ""
}

// hexOf names the first byte that does not belong into a secret.
func hexOf(k string) string {
	for i := 0; i < len(k); i++ {
		if k[i] <= ' ' || k[i] >= 0x7f {
			return "byte " + hex.EncodeToString([]byte{k[i]}) + " at character " + itoa(i+1)
		}
	}
	return ""
}

func isAbsent(k string) bool {
	for _, w := range absent {
		if k == w && k != "abcd" && k != "secret" {
			return true
		}
	}
	return false
}
