package diagnose

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// target is the signature that was sent, as bytes of a digest.
type target struct {
	want []byte // what a digest has to begin with
	odd  bool   // half a byte more: the high nibble of the last one of want
	full int    // 20 or 32 where it is a whole digest of SHA-1 or SHA-256; 0 for others
	// wrong is set where it is not 40 or 64 lower-case hexadecimal digits.
	wrong *mistake
	// cut is set where it has fewer digits than a digest.
	cut bool
	// masked is set where the person who quoted it hid it, or a part of it.
	masked bool
	ok     bool
}

// bits is how much of a digest the target fixes.
func (t target) bits() int {
	n := len(t.want) * 8
	if t.odd {
		n -= 4
	}
	return n
}

// fits compares a digest.
func (t target) fits(sum []byte) bool {
	n := len(t.want)
	if n == 0 || len(sum) < n || t.full != 0 && len(sum) != t.full {
		return false
	}
	if t.odd {
		n--
		if sum[n]&0xf0 != t.want[n] {
			return false
		}
	}
	return string(sum[:n]) == string(t.want[:n])
}

var (
	// hidden is a signature of which the end, or all, was replaced by something else.
	hidden   = lazy(`^["'<\[{(]*([0-9a-fA-F]{0,63}?)(?:[*•…_#?]{2,}|[*•…#?]|[.]{2,}|[xX]{3,}|<[^>]*>|[A-Z]+_[A-Z_]+|(?i:(?:your|my|some|the)?[ _-]?(?:hashed|hash|hex|signature|redacted|removed|hidden|masked|filtered)(?:[ _-](?:string|here))?))["'>\]})]*$`)
	around   = lazy(`^(?:(?i:(?:sha-?(?:1|256|512)|md5|hmac-sha-?(?:1|256))\s*(?:\([^)]*\))?\s*[=:]\s*|\(stdin\)=\s*|signature[=:]\s*|0x|b['"]|\{SHA(?:256)?\}|\\?["'‘“]))+|[\s"'’”]+$|\s+\*?(?:-|\S+)\s*$`)
	onlyHex  = lazy(`^[0-9a-f]+$`)
	base64ed = lazy(`^[A-Za-z0-9+/_-]+={0,2}$`)
)

// readTarget reads a signature in whatever form it was sent.
func readTarget(sent string) target {
	s := strings.TrimSpace(sent)
	if m := hidden().FindStringSubmatch(s); m != nil {
		t := hexTarget(strings.ToLower(m[1]))
		t.masked, t.ok = true, t.ok && t.bits() >= 48
		return t
	}
	plain := around().ReplaceAllString(s, "")
	plain = around().ReplaceAllString(plain, "")
	low := strings.ToLower(strings.NewReplacer(":", "", " ", "", "-", "").Replace(plain))
	if onlyHex().MatchString(low) && !(isBase64Size(len(plain)) && plain != low && strings.ToUpper(plain) != plain) {
		t := hexTarget(low)
		if !t.ok {
			return t
		}
		switch {
		case (t.full == 20 || t.full == 32) && sent == low:
		case t.full == 0 && isOtherDigest(len(low)):
			t.wrong = &mistake{cause: 34, also: []int{15}, weight: 2, say: sayOtherDigest, signed: sent}
		case t.full == 0:
			t.cut, t.wrong = true, &mistake{cause: 34, weight: 2, say: sayCutDigest, signed: sent}
		case plain != s || s != sent:
			t.wrong = &mistake{cause: 34, weight: 1, say: sayAroundDigest, signed: sent}
		default:
			t.wrong = &mistake{cause: 34, weight: 1, say: sayCaseDigest, signed: sent}
		}
		return t
	}
	if raw, ok := decodeBase64(plain); ok {
		m := &mistake{cause: 34, weight: 1, say: sayBase64Digest, signed: sent}
		if text := strings.ToLower(string(raw)); onlyHex().MatchString(text) && (len(text) == 40 || len(text) == 64) {
			t := hexTarget(text) // the base64 of the hexadecimal text
			t.wrong = m
			return t
		}
		if size := len(raw); size == 16 || size == 20 || size == 32 || size == 64 {
			t := target{want: raw, wrong: m, ok: true}
			if size == 20 || size == 32 {
				t.full = size
			}
			return t
		}
	}
	return target{}
}

// isOtherDigest reports whether digits are as many as MD5, SHA-224, SHA-384 or SHA-512 has.
func isOtherDigest(n int) bool { return n == 32 || n == 56 || n == 96 || n == 128 }

func isBase64Size(n int) bool { return n == 27 || n == 28 || n == 43 || n == 44 }

func hexTarget(low string) target {
	if len(low) < 8 || len(low) > 128 {
		return target{}
	}
	t := target{odd: len(low)%2 == 1}
	if t.odd {
		low += "0"
	}
	t.want, _ = hex.DecodeString(low)
	if n := len(t.want); !t.odd && (n == 20 || n == 32) {
		t.full = n
	}
	t.ok = true
	return t
}

func decodeBase64(s string) ([]byte, bool) {
	if len(s) < 22 || len(s) > 128 || !base64ed().MatchString(s) {
		return nil, false
	}
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(s, "="))
	raw, err := base64.RawStdEncoding.DecodeString(s)
	return raw, err == nil
}

func sayCutDigest(m mistake) string {
	return "the signature was cut: " + show(m.signed) + " is the beginning of the right one"
}

// sayShortDigest is what can be said of a cut signature that is the beginning of none.
func sayShortDigest(sent string) string {
	return "the signature " + show(sent) + " has " + itoa(len(sent)) + " digits, and SHA-1 has 40, SHA-256 64: a piece of it is missing"
}

func sayOtherDigest(m mistake) string {
	return "the signature has " + itoa(len(m.signed)) + " digits, as another hash has, or one that was cut; SHA-1 has 40, SHA-256 64"
}
func sayAroundDigest(m mistake) string {
	return "the signature was sent with text around it: " + show(m.signed) + "; a tool's output was pasted as a whole"
}
func sayCaseDigest(m mistake) string {
	return "the signature was sent as " + show(m.signed) + ": its digits have to be lower-case, with nothing between them"
}
func sayBase64Digest(m mistake) string {
	return "the signature was sent in base64: " + show(m.signed) + "; it has to be hexadecimal"
}
