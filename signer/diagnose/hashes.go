package diagnose

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"slices"
	"strconv"
	"strings"
	"sync"
)

func itoa(n int) string { return strconv.Itoa(n) }

func sha1Sum(b []byte) []byte   { s := sha1.Sum(b); return s[:] }
func sha256Sum(b []byte) []byte { s := sha256.Sum256(b); return s[:] }
func sha384Sum(b []byte) []byte { s := sha512.Sum384(b); return s[:] }
func sha512Sum(b []byte) []byte { s := sha512.Sum512(b); return s[:] }
func md5Sum(b []byte) []byte    { s := md5.Sum(b); return s[:] }

func hexSum(sum func([]byte) []byte, b []byte) string { return hex.EncodeToString(sum(b)) }

// hashes are those that can have given the target, by its size.
func (t target) hashes() []func() hash.Hash {
	switch {
	case t.full == 20:
		return []func() hash.Hash{sha1.New}
	case t.full == 32:
		return []func() hash.Hash{sha256.New}
	}
	all := []func() hash.Hash{sha1.New, sha256.New}
	switch len(t.want) {
	case 16:
		all = append(all, md5.New)
	case 28:
		all = append(all, sha256.New224)
	case 48:
		all = append(all, sha512.New384)
	case 64:
		all = []func() hash.Hash{sha512.New}
	}
	return all
}

// sums are the same as functions.
func (t target) sums() []func([]byte) []byte {
	switch t.full {
	case 20:
		return []func([]byte) []byte{sha1Sum}
	case 32:
		return []func([]byte) []byte{sha256Sum}
	}
	var out []func([]byte) []byte
	for _, n := range t.hashes() {
		out = append(out, func(b []byte) []byte {
			h := n()
			h.Write(b)
			return h.Sum(nil)
		})
	}
	return out
}

// place is where the secret goes, and what is hashed besides: a mistake of the way of
// hashing. plain ones make a text that is hashed; the others make the digest.
type place struct {
	m     mistake
	plain func(dst []byte, text, key string) []byte
	sum   func(t target, text, key string) [][]byte
	usual usualness
}

// usualness says how often a way of hashing is met: the less it is, the less it is tried
// together with other mistakes.
type usualness uint8

const (
	rarely usualness = iota
	sometimes
	often
)

func around27(before, between, after, what string) place {
	return place{usual: sometimes, m: mistake{cause: 27, weight: 2, say: sayPlace, signed: what}, plain: func(dst []byte, text, key string) []byte {
		dst = append(dst, before...)
		dst = append(dst, text...)
		dst = append(dst, between...)
		dst = append(dst, key...)
		return append(dst, after...)
	}}
}

func inFront(before, between, after, what string) place {
	return place{usual: sometimes, m: mistake{cause: 27, weight: 2, say: sayPlace, signed: what}, plain: func(dst []byte, text, key string) []byte {
		dst = append(dst, before...)
		dst = append(dst, key...)
		dst = append(dst, between...)
		dst = append(dst, text...)
		return append(dst, after...)
	}}
}

func sayPlace(m mistake) string {
	return "the secret was appended " + m.signed + "; it follows the last value directly"
}

func newline(before, between, after, what string, also ...int) place {
	p := around27(before, between, after, what)
	p.m = mistake{cause: 33, also: also, weight: 1 + len(also), say: sayNewline, signed: what}
	return p
}

func sayNewline(m mistake) string {
	return "what was hashed had " + m.signed + ": it was hashed by hand, as echo without -n does"
}

// places are the ways of hashing other than text+secret.
var places = sync.OnceValue(buildPlaces)

func buildPlaces() []place {
	all := []place{
		newline("", "", "\n", "a line feed (0a) at its end", 6),
		newline("", "", "\r\n", "a carriage return and a line feed (0d 0a) at its end", 6),
		newline("", "\n", "\n", "a line feed in front of the secret and one behind it"),
		newline("-n ", "", "\n", `-n and a blank in front, which this shell's echo prints`),
		newline("", "", " \r\n", "a blank and a line end (20 0d 0a) at its end", 6),
		newline("\"", "", "\"\n", "quotes around it and a line feed at its end"),
		newline("'", "", "'\n", "quotes around it and a line feed at its end"),
		newline("\"", "", "\"\r\n", "quotes around it and a line end, as echo in cmd.exe does"),
		newline("", "\r\n", "\r\n", "line ends (0d 0a) in front of the secret and behind it"),
		newline("", "", " \n", "a blank and a line feed at its end", 6),
		newline("", "", "\n\n", "two line feeds at its end", 6),
		newline("", "", "\\n", `the two characters \n at its end`, 6),
		newline("", "", "\\c\n", `\c and a line feed at its end`),
		newline("-e ", "", "\n", "-e and a blank in front, which this shell's echo prints"),
	}
	all = append(all, separated()...)
	all = append(all, encodedWhole()...)
	all = append(all, digests()...)
	for i := range all {
		switch m := all[i].m; {
		case m.cause == 23 && m.weight == 1, m.cause == 33 && m.signed == "a line feed (0a) at its end", m.cause == 27 && slices.Contains([]string{"with an & in front", "as &api_secret=…", "in front of the string", "in front, with an &", "with a colon in front"}, m.signed):
			all[i].usual = often
		}
	}
	return all
}

// separated has the secret at another place, or something beside it.
func separated() (all []place) {
	for _, sep := range []struct{ text, what string }{
		{"&", "with an & in front"}, {"&api_secret=", "as &api_secret=…"}, {"&secret=", "as &secret=…"}, {"&apiSecret=", "as &apiSecret=…"}, {"&key=", "as &key=…"}, {"&API_SECRET=", "as &API_SECRET=…"}, {"&apisecret=", "as &apisecret=…"}, {"api_secret=", "as api_secret=…, without an &"}, {"&secret_key=", "as &secret_key=…"}, {"&api_key=", "as &api_key=…"},
		{" ", "with a blank in front"}, {":", "with a colon in front"}, {".", "with a full stop in front"}, {",", "with a comma in front"}, {"|", "with a | in front"}, {";", "with a semicolon in front"}, {"+", "with a + in front"}, {"=", "with an = in front"}, {"-", "with a hyphen in front"}, {"/", "with a slash in front"}, {"?", "with a ? in front"}, {"#", "with a # in front"}, {"_", "with an underscore in front"}, {"\t", "with a tab in front"}, {"&&", "with && in front"}, {"&=", "with &= in front"}, {"%26", "with %26 in front"}, {"&secret", "as &secret…"}, {" + ", "with a + between blanks in front"}, {"\x00", "with a NUL byte in front"}, {", ", "with a comma and a blank in front"},
	} {
		all = append(all, around27("", sep.text, "", sep.what))
	}
	all = append(all, place{usual: sometimes, m: mistake{cause: 33, also: []int{27, 6}, weight: 2, say: sayNewline, signed: "a line feed (0a) between the string and the secret"}, plain: around27("", "\n", "", "").plain})
	for _, sep := range []struct{ text, what string }{
		{"", "in front of the string"}, {"&", "in front, with an &"}, {":", "in front, with a colon"}, {"\n", "in front, with a line feed"}, {"?", "in front, with a ?"}, {".", "in front, with a full stop"}, {"|", "in front, with a |"}, {" ", "in front, with a blank"}, {",", "in front, with a comma"},
	} {
		all = append(all, inFront("", sep.text, "", sep.what))
	}
	all = append(all, inFront("api_secret=", "&", "", "in front, as api_secret=…&"), inFront("secret=", "&", "", "in front, as secret=…&"))
	both := func(sep, what string) place {
		return place{usual: sometimes, m: mistake{cause: 27, weight: 2, say: sayPlace, signed: what}, plain: func(dst []byte, text, key string) []byte {
			dst = append(append(append(dst, key...), sep...), text...)
			return append(append(dst, sep...), key...)
		}}
	}
	all = append(all, both("", "in front of the string too"), both("&", "in front and behind, with &"), around27("(", "", ")", "in parentheses together with the string"), around27("\"", "", "\"", "in quotes together with the string"), around27("'", "", "'", "in quotes together with the string"))
	for _, name := range []string{"api_secret", "secret", "apiSecret"} {
		for _, behind := range []bool{false, true} {
			what := "as a parameter " + name + ", sorted among the others"
			if behind {
				what += ", and once more at the end"
			}
			all = append(all, place{usual: sometimes, m: mistake{cause: 27, weight: 2, say: sayPlace, signed: what}, plain: func(dst []byte, text, key string) []byte {
				dst = appendSorted(dst, text, name+"="+key, name)
				if behind {
					dst = append(dst, key...)
				}
				return dst
			}})
		}
	}
	all = append(all, place{usual: sometimes, m: mistake{cause: 27, weight: 3, say: sayPlace, signed: "twice"}, plain: func(dst []byte, text, key string) []byte {
		return append(append(append(dst, text...), key...), key...)
	}})
	return all
}

// encodedWhole is the string and the secret together in another encoding.
func encodedWhole() (all []place) {
	for _, u := range []struct {
		what, mark string
		big        bool
	}{{"as UTF-16", "", false}, {"as UTF-16 with the big end first", "", true}, {"as UTF-16 with a byte order mark", "\xff\xfe", false}} {
		all = append(all, place{usual: sometimes, m: mistake{cause: 10, weight: 2, say: sayText, signed: u.what + ", the secret too"}, plain: func(dst []byte, text, key string) []byte {
			return append(append(dst, u.mark...), utf16Bytes(text+key, u.big)...)
		}})
	}
	for _, c := range []struct {
		what   string
		encode func(string) string
	}{{"as encodeURIComponent does", component}, {"by RFC 3986", rfc3986}, {"as a form does", formStyle}} {
		all = append(all, place{usual: sometimes, m: mistake{cause: 8, weight: 3, say: sayEncodedWhole, signed: c.what + ", with the secret behind it"}, plain: func(dst []byte, text, key string) []byte {
			return append(dst, c.encode(text+key)...)
		}})
	}
	return all
}

// appendSorted writes a string to sign with one more pair at its sorted place.
func appendSorted(dst []byte, text, pair, name string) []byte {
	at := len(text)
	for i := 0; i < len(text); {
		rest := text[i:]
		if n, _, ok := strings.Cut(rest, "="); ok && !strings.Contains(n, "&") && n > name {
			at = i
			break
		}
		next := strings.IndexByte(rest, '&')
		if next < 0 {
			break
		}
		i += next + 1
	}
	switch {
	case at == len(text) && text != "":
		return append(append(append(dst, text...), '&'), pair...)
	case text == "":
		return append(dst, pair...)
	}
	dst = append(dst, text[:at]...)
	dst = append(append(dst, pair...), '&')
	return append(dst, text[at:]...)
}

// digests are the ways that are no plain hash of one text.
func digests() []place {
	hm := func(key, text func(text, key string) string) func(t target, text, key2 string) [][]byte {
		return func(t target, s, k string) [][]byte {
			var out [][]byte
			for _, n := range t.hashes() {
				m := hmac.New(n, []byte(key(s, k)))
				m.Write([]byte(text(s, k)))
				out = append(out, m.Sum(nil))
			}
			return out
		}
	}
	text, secret := func(s, _ string) string { return s }, func(_, k string) string { return k }
	whole := func(s, k string) string { return s + k }
	return append([]place{
		digest(1, "as an HMAC with the secret as its key; it is a plain hash of the string with the secret behind it", 23, nil, hm(secret, text)),
		digest(2, "as an HMAC with the secret as its key and behind the string too", 23, nil, hm(secret, whole)),
		digest(2, "as an HMAC with the string as its key", 23, nil, hm(text, secret)),
		digest(3, "as an HMAC with the secret, over the string and a line feed", 23, []int{33}, hm(secret, func(s, _ string) string { return s + "\n" })),
		digest(3, "as an HMAC with the secret and & as its key (OAuth)", 23, nil, hm(func(_, k string) string { return k + "&" }, text)),
		digest(3, "as an HMAC with an empty key", 23, []int{7}, hm(func(_, _ string) string { return "" }, text)),
		digest(3, "as an HMAC with an empty key, over the string and the secret", 23, nil, hm(func(_, _ string) string { return "" }, whole)),
		digest(3, "as an HMAC whose key was decoded from base64", 23, nil, hm(func(_, k string) string { d, _ := base64.StdEncoding.DecodeString(k); return string(d) }, text)),
		digest(3, "as an HMAC whose key was decoded from hexadecimal digits", 23, nil, hm(func(_, k string) string { d, _ := hex.DecodeString(k); return string(d) }, text)),
	}, doubleHashes()...)
}

// digest is a way that makes the digest itself.
func digest(weight int, what string, cause int, also []int, sum func(t target, s, k string) [][]byte) place {
	return place{m: mistake{cause: cause, also: also, weight: weight, say: sayHashed, signed: what}, sum: sum, usual: sometimes - usualness(weight/3)}
}

// doubleHashes hash more than once, or keep a piece of a hash.
func doubleHashes() []place {
	again := func(second func(sum []byte, s, k string) []byte) func(t target, s, k string) [][]byte {
		return func(t target, s, k string) (out [][]byte) {
			for _, inner := range []func([]byte) []byte{sha1Sum, sha256Sum} {
				for _, outer := range t.sums() {
					out = append(out, outer(second(inner([]byte(s+k)), s, k)))
				}
			}
			return out
		}
	}
	return []place{
		digest(2, "twice: the digits of the first hash were hashed again", 29, []int{34}, again(func(sum []byte, _, _ string) []byte { return []byte(hex.EncodeToString(sum)) })),
		digest(2, "twice: the bytes of the first hash were hashed again", 29, []int{34}, again(func(sum []byte, _, _ string) []byte { return sum })),
		digest(2, "twice, with the secret both times", 29, []int{34}, again(func(sum []byte, _, k string) []byte { return []byte(hex.EncodeToString(sum) + k) })),
		digest(3, "as the base64 of the first hash, hashed again", 29, []int{34}, again(func(sum []byte, _, _ string) []byte { return []byte(base64.StdEncoding.EncodeToString(sum)) })),
		digest(2, "first by itself, and its digits with the secret once more", 29, []int{27}, func(t target, s, k string) (out [][]byte) {
			for _, sum := range t.sums() {
				out = append(out, sum([]byte(hexSum(sum, []byte(s))+k)), sum(append(sum([]byte(s)), k...)))
			}
			return out
		}),
		digest(2, "as the beginning of a longer hash", 34, []int{15}, func(t target, s, k string) (out [][]byte) {
			for _, sum := range []func([]byte) []byte{sha256Sum, sha512Sum, sha384Sum} {
				if d := sum([]byte(s + k)); t.full != 0 && len(d) > t.full {
					out = append(out, d[:t.full])
				}
			}
			return out
		}),
		digest(3, "as the beginning of an HMAC of another size", 23, []int{34}, func(t target, s, k string) (out [][]byte) {
			for _, n := range []func() hash.Hash{sha256.New, sha512.New} {
				m := hmac.New(n, []byte(k))
				m.Write([]byte(s))
				if d := m.Sum(nil); t.full != 0 && len(d) > t.full {
					out = append(out, d[:t.full])
				}
			}
			return out
		}),
		digest(3, "with the bytes of the digest in another order", 34, nil, func(t target, s, k string) (out [][]byte) {
			for _, sum := range t.sums() {
				d := sum([]byte(s + k))
				back := make([]byte, len(d))
				words := make([]byte, len(d))
				for i := range d {
					back[len(d)-1-i] = d[i]
					words[i/4*4+3-i%4] = d[i]
				}
				out = append(out, back, words)
			}
			return out
		}),
	}
}

func sayHashed(m mistake) string { return "the signature was made " + m.signed }
