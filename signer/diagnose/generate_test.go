package diagnose

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

var (
	perCause = flag.Int("per-cause", 4, "drafts for each of the forty causes")
	perPair  = flag.Int("pairs", 24, "drafts with two mistakes")
	figures  = flag.Int("inputs", 10_000, "correct and unrelated inputs")
	strange  = flag.Int("unrelated-every", 200, "one in how many inputs has an unrelated signature")
)

// maker of drafts: seeded, so that a failure comes again.
type drafts struct{ *rand.Rand }

func newDrafts(seed uint64) drafts { return drafts{rand.New(rand.NewPCG(seed, 7))} }

func (g drafts) pick(list ...string) string { return list[g.IntN(len(list))] }

func (g drafts) word() string {
	return g.pick("harbour", "night", "press", "cat", "Quay_4", "summer-2026", "a b", "x/y", "1", "caffè", "№5", "dé jà", "w", "photo.final")
}

func (g drafts) secret() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, 27)
	for i := range b {
		b[i] = letters[g.IntN(len(letters))]
	}
	return string(b)
}

// values of parameters as people send them.
func (g drafts) params() map[string]string {
	pool := map[string]func() string{
		"public_id":        func() string { return strings.ReplaceAll(g.word(), " ", "_") + strconv.Itoa(g.IntN(1000)) },
		"folder":           func() string { return g.word() + "/" + g.word() },
		"tags":             func() string { return g.word() + "," + g.word() + "," + g.word() },
		"eager":            func() string { return "w_" + strconv.Itoa(g.IntN(900)+1) + ",h_300,c_pad|w_260,c_crop" },
		"context":          func() string { return "alt=" + g.word() + "|caption=" + g.word() },
		"overwrite":        func() string { return g.pick("true", "false", "1", "0") },
		"use_filename":     func() string { return g.pick("true", "1") },
		"upload_preset":    func() string { return g.pick("press", "ml_default", "signed_x") },
		"display_name":     func() string { return g.word() + " " + g.word() },
		"notification_url": func() string { return "https://example.com/hook?id=" + strconv.Itoa(g.IntN(1000)) },
		"allowed_formats":  func() string { return "jpg,png" },
		"transformation":   func() string { return "c_limit,w_1000/e_sepia" },
		"type":             func() string { return g.pick("private", "authenticated") },
		"asset_folder":     func() string { return g.word() },
		"format":           func() string { return "webp" },
	}
	names := slices.Sorted(maps.Keys(pool))
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	p := map[string]string{"timestamp": strconv.Itoa(1_700_000_000 + g.IntN(90_000_000))}
	for _, n := range names[:1+g.IntN(6)] {
		p[n] = pool[n]()
	}
	return p
}

func canonical(p map[string]string) string {
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(p)) {
		parts = append(parts, n+"="+p[n])
	}
	return strings.Join(parts, "&")
}

// draftCase is a request in the making: what the server saw, what was signed and how.
type draftCase struct {
	seen, signed map[string]string
	text         string // what was signed, where it is no plain form of signed
	secret, used string
	digest       func(text, secret string) string
	evidence     Evidence
	now          int64
}

func sha1Hex(text, secret string) string {
	s := sha1.Sum([]byte(text + secret))
	return hex.EncodeToString(s[:])
}

func (g drafts) newCase() *draftCase {
	p := g.params()
	k := g.secret()
	return &draftCase{seen: p, signed: maps.Clone(p), secret: k, used: k, digest: sha1Hex}
}

var catalogue = []string{
	"access_mode", "accessibility_analysis", "allowed_formats", "asset_folder", "async", "auto_tagging", "backup", "callback", "categorization", "cinemagraph_analysis", "colors", "context", "custom_coordinates", "detection",
	"discard_original_filename", "display_name", "eager", "eager_async", "eager_notification_url", "face_coordinates", "faces", "filename_override", "folder", "format", "headers", "image_metadata", "invalidate", "metadata", "moderation",
	"notification_url", "ocr", "overwrite", "phash", "proxy", "public_id", "public_id_prefix", "quality_analysis", "quality_override", "raw_convert", "responsive_breakpoints", "return_delete_token", "source", "tags", "timestamp",
	"transformation", "type", "unique_display_name", "unique_filename", "upload_preset", "use_asset_folder_as_public_id_prefix", "use_filename", "use_filename_as_display_name", "visual_search",
}

const testKey, testCloud = "618273645500172", "harbour-films"

// build makes evidence of it: with a message, or with what the server received.
func (c *draftCase) build(g drafts) Evidence {
	text := c.text
	if text == "" {
		text = canonical(c.signed)
	}
	sig := c.digest(text, c.used)
	e := c.evidence
	e.Names = catalogue
	e.Account = Identity{Name: "here", CloudName: testCloud, APIKey: testKey, Secret: signer.NewSecret(c.secret)}
	if c.now != 0 {
		e.Now = time.Unix(c.now, 0)
	}
	if e.Message != "" {
		return e
	}
	if g.IntN(2) == 0 || len(e.Attempt) > 0 {
		s := canonical(c.seen)
		e.Message, e.Signature, e.Strings = "Invalid Signature "+sig+". String to sign - '"+s+"'.", sig, []string{s}
		return e
	}
	names := slices.Sorted(maps.Keys(c.seen))
	g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	for _, n := range names {
		e.Params = append(e.Params, signer.Param{Name: n, Value: c.seen[n]})
	}
	e.Params = append(e.Params, signer.Param{Name: "api_key", Value: testKey}, signer.Param{Name: "signature", Value: sig})
	return e
}

// both sets a parameter on both sides.
func (c *draftCase) both(name, value string) { c.seen[name], c.signed[name] = value, value }

// someone is a parameter other than the timestamp.
func (c *draftCase) someone(g drafts) string {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(c.signed)), func(n string) bool { return n == "timestamp" || n == "upload_preset" })
	if len(names) == 0 {
		c.both("tags", "a,b")
		return "tags"
	}
	return names[g.IntN(len(names))]
}

func (c *draftCase) stamp(d int) string {
	n, _ := strconv.Atoi(c.seen["timestamp"])
	return strconv.Itoa(n + d)
}

// textMistakes change what is signed, keyMistakes the secret, wayMistakes how it is
// hashed: one of each can be joined.
var textMistakes = map[int]func(g drafts, c *draftCase){
	2: func(g drafts, c *draftCase) { delete(c.signed, c.someone(g)) },
	3: func(g drafts, c *draftCase) {
		delete(c.seen, "invalidate")
		c.signed["invalidate"] = g.pick("true", "1")
	},
	4: func(_ drafts, c *draftCase) { c.seen["source"] = "uw" },
	5: func(_ drafts, c *draftCase) { c.seen["upload_preset"] = "press"; delete(c.signed, "upload_preset") },
	8: func(g drafts, c *draftCase) {
		c.both("tags", "a,b c|d")
		encode := []func(string) string{url.QueryEscape, url.PathEscape, func(s string) string { return strings.ReplaceAll(s, ",", "%2C") }}[g.IntN(3)]
		for n, v := range c.signed {
			c.signed[n] = encode(v)
		}
	},
	9: func(g drafts, c *draftCase) {
		c.both("public_id", "x1")
		names := slices.Sorted(maps.Keys(c.signed))
		for slices.IsSorted(names) {
			g.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		}
		var parts []string
		for _, n := range names {
			parts = append(parts, n+"="+c.signed[n])
		}
		c.text = strings.Join(parts, "&")
	},
	10: func(g drafts, c *draftCase) {
		c.seen["tags"] = "caf\u00e9"
		c.signed["tags"] = g.pick("cafe\u0301", "caf\u00c3\u00a9", "caf\xe9", "caf?")
	},
	14: func(g drafts, c *draftCase) {
		c.seen["tags"] = "harbour,night"
		c.signed["tags"] = g.pick(`["harbour","night"]`, `["harbour", "night"]`, "harbour, night", "[object Object]", "Array", "['harbour', 'night']")
	},
	16: func(g drafts, c *draftCase) {
		switch g.IntN(3) {
		case 0:
			c.signed["api_key"] = testKey
		case 1:
			c.signed["cloud_name"] = testCloud
		default:
			c.signed["resource_type"] = g.pick("image", "auto", "video")
		}
	},
	17: func(g drafts, c *draftCase) { c.signed["timestamp"] = c.stamp(1 + g.IntN(4)) },
	18: func(g drafts, c *draftCase) { c.signed["timestamp"] = c.seen["timestamp"] + "000" },
	19: func(g drafts, c *draftCase) { c.signed["timestamp"] = c.seen["timestamp"] + ".0" },
	21: func(g drafts, c *draftCase) {
		delete(c.seen, "folder")
		c.signed["folder"] = g.pick("", "null", "undefined", "None")
	},
	22: func(g drafts, c *draftCase) {
		c.seen["overwrite"] = g.pick("true", "1")
		c.signed["overwrite"] = g.pick("True", "yes", "TRUE")
	},
	25: func(g drafts, c *draftCase) {
		c.seen["context"] = `alt=a\=b|caption=c`
		c.signed["context"] = g.pick(`alt=a=b|caption=c`, `alt=a\\=b|caption=c`, `caption=c|alt=a\=b`)
	},
	28: func(_ drafts, c *draftCase) {
		c.seen = map[string]string{"eager": "w_1", "eager_async": "true", "timestamp": c.seen["timestamp"]}
		c.text = "eager_async=true&eager=w_1&timestamp=" + c.seen["timestamp"]
	},
	29: func(g drafts, c *draftCase) { c.signed["signature_algorithm"] = g.pick("sha1", "sha256") },
	36: func(_ drafts, c *draftCase) {
		c.seen["public_id"], c.signed["public_id"] = "quay night x", "quay+night+x"
	},
	37: func(g drafts, c *draftCase) {
		c.seen["tags"], c.signed["tags"] = "night", g.pick(`"night"`, "night;type=text/plain", " night")
	},
	38: func(_ drafts, c *draftCase) {
		c.both("public_id", "x")
		delete(c.seen, "tags")
		delete(c.signed, "tags")
		delete(c.seen, "transformation")
		delete(c.signed, "transformation")
		c.text = strings.ReplaceAll(canonical(c.signed), "&timestamp", "×tamp")
	},
	39: func(_ drafts, c *draftCase) {
		c.seen["folder"], c.seen["public_id"] = "press", "quay"
		delete(c.signed, "folder")
		c.signed["public_id"] = "press/quay"
	},
	40: func(_ drafts, c *draftCase) { c.seen["_method"] = "put" },
}

var keyMistakes = map[int]func(g drafts, c *draftCase){
	1: func(g drafts, c *draftCase) { c.used = c.secret[:len(c.secret)-1-g.IntN(3)] },
	6: func(g drafts, c *draftCase) {
		c.used = strings.ReplaceAll(g.pick(`"K"`, `'K'`, "K ", "K\n", "K\r", " K", "\ufeffK"), "K", c.secret)
	},
	7: func(g drafts, c *draftCase) {
		c.used = g.pick("", "undefined", "None", "null", "cloudinary://"+testKey+":"+c.secret+"@"+testCloud)
	},
	20: func(_ drafts, c *draftCase) { c.used = testKey },
}

var wayMistakes = map[int]func(g drafts, c *draftCase){
	23: func(g drafts, c *draftCase) {
		c.digest = func(text, secret string) string {
			m := hmac.New(sha1.New, []byte(secret))
			m.Write([]byte(text))
			return hex.EncodeToString(m.Sum(nil))
		}
	},
	27: func(g drafts, c *draftCase) {
		form := g.pick("T&K", "T&api_secret=K", "KT", "T:K", "K&T")
		c.digest = func(text, secret string) string {
			return sha1Hex(strings.ReplaceAll(strings.ReplaceAll(form, "T", text), "K", secret), "")
		}
	},
	33: func(_ drafts, c *draftCase) {
		c.digest = func(text, secret string) string { return sha1Hex(text, secret+"\n") }
	},
	34: func(g drafts, c *draftCase) {
		way := g.IntN(4)
		c.digest = func(text, secret string) string {
			hexed := sha1Hex(text, secret)
			raw, _ := hex.DecodeString(hexed)
			return []string{base64.StdEncoding.EncodeToString(raw), strings.ToUpper(hexed), "SHA1(stdin)= " + hexed, hexed[:39]}[way]
		}
	},
}

// otherMistakes are complete cases of their own.
var otherMistakes = map[int]func(g drafts, c *draftCase){
	11: func(_ drafts, c *draftCase) {
		c.evidence.Message = "Stale request - reported time is 2020-01-02 03:04:05 +0000 which is more than 1 hour ago"
		c.now = 1_700_000_000
	},
	12: func(_ drafts, c *draftCase) {
		c.evidence.Message = "Stale request - reported time is 2023-11-14 22:13:20 +0000 which is more than 1 hour ago"
		c.now = 1_700_000_010
	},
	13: func(_ drafts, c *draftCase) { c.evidence.Message = "Unknown API key 123123123123123" },
	15: func(_ drafts, c *draftCase) {
		c.evidence.Strings = nil
		c.evidence.Attempt = []signer.Param{{Name: "timestamp", Value: c.seen["timestamp"]}}
	},
	24: func(g drafts, c *draftCase) {
		sig := g.pick("undefined", "", "null")
		c.digest = func(string, string) string { return sig }
	},
	26: func(_ drafts, c *draftCase) {
		c.evidence.Command = "curl -H 'Content-Range: bytes 100-199/300' https://api.cloudinary.com"
		c.evidence.Attempt = []signer.Param{{Name: "timestamp", Value: c.seen["timestamp"]}}
		c.signed["timestamp"] = c.stamp(-30)
	},
	30: func(_ drafts, c *draftCase) {
		delete(c.seen, "public_id") // a name behind it could be split otherwise
		c.seen["notification_url"] = "https://example.com/?a=1&b=2"
		c.signed = maps.Clone(c.seen)
		c.signed["notification_url"] = "https://example.com/?a=1%26b=2"
		c.evidence.Attempt = []signer.Param{{Name: "timestamp", Value: c.seen["timestamp"]}}
	},
	31: func(_ drafts, c *draftCase) { c.digest = func(_, secret string) string { return secret } },
	32: func(_ drafts, c *draftCase) {
		c.evidence.Attempt = []signer.Param{{Name: "timestamp", Value: c.seen["timestamp"]}}
	},
	35: func(_ drafts, c *draftCase) {
		c.seen["eager"], c.signed["eager"] = "w_300,c_", "w_300,c_$mode"
		c.evidence.Command = `curl -d "eager=w_300,c_$mode" https://api.cloudinary.com`
		c.evidence.Typed = []signer.Param{{Name: "eager", Value: "w_300,c_$mode"}}
		c.evidence.Attempt = []signer.Param{{Name: "eager", Value: "w_300,c_"}, {Name: "timestamp", Value: c.seen["timestamp"]}}
	},
}

// outcome is what became of the drafts with one cause.
type outcome struct{ proved, likely, other, beside, missed int }

func (n *outcome) add(d Diagnosis, want []int) (missed bool) {
	all := append(slices.Clone(d.Causes), d.Alternatives...)
	for _, w := range want {
		if !slices.Contains(all, w) {
			n.missed++
			return true
		}
		if !slices.Contains(d.Causes, w) {
			n.beside++
		}
	}
	switch d.Verdict {
	case Proved:
		n.proved++
	case Likely:
		n.likely++
	default:
		n.other++
	}
	return false
}

// TestGeneratedCauses makes each of the forty mistakes in many drafts. With -v it prints
// the figures; -args -per-cause 100 makes more of them.
func TestGeneratedCauses(t *testing.T) {
	t.Parallel()
	all := map[int]func(drafts, *draftCase){}
	for _, m := range []map[int]func(drafts, *draftCase){textMistakes, keyMistakes, wayMistakes, otherMistakes} {
		maps.Copy(all, m)
	}
	if len(all) != 40 {
		t.Fatalf("%d causes, want 40", len(all))
	}
	total := outcome{}
	for n := 1; n <= 40; n++ {
		sum := outcome{}
		for i := range *perCause {
			g := newDrafts(uint64(n*1000 + i))
			c := g.newCase()
			all[n](g, c)
			e := c.build(g)
			if d := Diagnose(e); sum.add(d, []int{n}) {
				t.Errorf("cause %d, draft %d: %s %v %v: %s\nmessage %q\nparams %q", n, i, d.Verdict, d.Causes, d.Alternatives, d.Sentence, e.Message, e.Params)
			}
		}
		t.Logf("cause %2d: %+v", n, sum)
		total.proved, total.likely, total.other, total.beside, total.missed = total.proved+sum.proved, total.likely+sum.likely, total.other+sum.other, total.beside+sum.beside, total.missed+sum.missed
	}
	t.Logf("all: %+v", total)
}

// TestGeneratedPairs joins two mistakes.
func TestGeneratedPairs(t *testing.T) {
	t.Parallel()
	texts, keys, ways := slices.Sorted(maps.Keys(textMistakes)), slices.Sorted(maps.Keys(keyMistakes)), slices.Sorted(maps.Keys(wayMistakes))
	sum := outcome{}
	for i := range *perPair {
		g := newDrafts(uint64(900_000 + i))
		c := g.newCase()
		a := texts[g.IntN(len(texts))]
		textMistakes[a](g, c)
		var b int
		if g.IntN(2) == 0 {
			b = keys[g.IntN(len(keys))]
			keyMistakes[b](g, c)
		} else {
			b = ways[g.IntN(len(ways))]
			wayMistakes[b](g, c)
		}
		e := c.build(g)
		if d := Diagnose(e); sum.add(d, []int{a, b}) {
			t.Errorf("causes %d and %d, draft %d: %s %v %v: %s\nmessage %q\nparams %q\nsigned %q %q", a, b, i, d.Verdict, d.Causes, d.Alternatives, d.Sentence, e.Message, e.Params, c.text, c.signed)
		}
	}
	t.Logf("pairs: %+v", sum)
}

// TestNoFalseProof: a right signature is never explained away, and one that has nothing
// to do with the request is never explained.
func TestNoFalseProof(t *testing.T) {
	t.Parallel()
	for i := range *figures {
		g := newDrafts(uint64(5_000_000 + i))
		c := g.newCase()
		e := c.build(g)
		e.Message, e.Strings, e.Signature = "", nil, sha1Hex(canonical(c.signed), c.secret)
		e.Params = nil
		for n, v := range c.seen {
			e.Params = append(e.Params, signer.Param{Name: n, Value: v})
		}
		stamp, _ := strconv.ParseInt(c.seen["timestamp"], 10, 64)
		e.Now = time.Unix(stamp+10, 0)
		if i%*strange != 0 {
			if d := Diagnose(e); d.Verdict != OK {
				t.Fatalf("draft %d is right: %s %v: %s", i, d.Verdict, d.Causes, d.Sentence)
			}
			continue
		}
		noise := sha1.Sum(fmt.Append(nil, "unrelated", i))
		e.Signature = hex.EncodeToString(noise[:])
		if i%(3**strange) == 0 {
			long := sha256.Sum256(noise[:])
			e.Signature = hex.EncodeToString(long[:])
		}
		x := newExam(e)
		s := x.newSearch()
		s.budget = 400_000
		if s.run(); len(s.hits) > 0 {
			t.Fatalf("draft %d has an unrelated signature: %+v", i, s.hits[0].mistakes)
		}
	}
}
