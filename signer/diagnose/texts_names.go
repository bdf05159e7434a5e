package diagnose

import (
	"crypto/sha1"
	"encoding/hex"
	"slices"
	"strings"
)

func sayAdded(m mistake) string {
	return m.name + "=" + show(m.signed) + " was signed but not sent"
}

func sayAddedKnown(m mistake) string {
	names := m.members()
	return list(names) + " " + isAre(len(names), "was", "were") + " signed but did not reach the server"
}

// addAttempted signs what the attempted command has and the server did not see.
func addAttempted(l *lab, f form, out emit) {
	var missing []pair
	for _, list := range [][]pair{pairsOf(l.Attempt), pairsOf(l.Typed)} {
		for _, p := range list {
			if f.index(p.name) < 0 && !excluded(p.name) && p.value != "" && !slices.Contains(missing, p) && len(missing) < 8 {
				missing = append(missing, p)
			}
		}
	}
	for mask := uint64(1); mask < 1<<len(missing); mask++ {
		g := f
		twice, count := false, 0
		for i, p := range missing {
			if mask>>i&1 == 1 {
				twice = twice || g.index(p.name) >= 0
				g = g.insert(p)
				count++
			}
		}
		if twice {
			continue
		}
		m := mistake{cause: 3, say: sayAddedKnown, of: missing, mask: mask, weight: count}
		for i, p := range missing {
			if mask>>i&1 == 1 {
				m.name, m.signed = p.name, p.value
				switch {
				case l.shellCut():
					m.cause, m.also = 35, []int{3}
				case !l.known(p.name):
					m.cause, m.also, m.say = 40, []int{3}, sayNotKnown
				}
			}
		}
		out(g, m)
	}
}

// excluded are the names that the service never signs.
func excluded(name string) bool {
	switch name {
	case "file", "cloud_name", "resource_type", "api_key", "signature":
		return true
	}
	return false
}

// addExcluded signs what is never signed, with the values that the request has.
func addExcluded(l *lab, f form, out emit) {
	choices := [][]string{nil, nil, nil, nil}
	names := []string{"api_key", "cloud_name", "file", "resource_type"}
	if v, ok := l.field("api_key"); ok {
		choices[0] = append(choices[0], v)
	}
	choices[0] = append(choices[0], l.APIKey, l.Account.APIKey)
	if v, ok := l.field("cloud_name"); ok {
		choices[1] = append(choices[1], v)
	}
	choices[1] = append(choices[1], l.CloudName, l.Account.CloudName)
	if v, ok := l.field("file"); ok {
		choices[2] = append(choices[2], v, "@"+v)
	}
	choices[2] = append(choices[2], "[object File]", "[object Object]", "[object Blob]", "undefined")
	if v, ok := l.field("resource_type"); ok {
		choices[3] = append(choices[3], v)
	}
	choices[3] = append(choices[3], "image", "video", "raw", "auto")
	for i, c := range choices {
		slices.Sort(c)
		c = slices.Compact(c)
		choices[i] = slices.DeleteFunc(c, func(v string) bool { return v == "" || len(v) > 4096 })
		if _, there := f.get(names[i]); there {
			choices[i] = nil
		}
	}
	var add func(at int, f form, added []pair)
	add = func(at int, f form, added []pair) {
		if at == len(names) {
			if len(added) > 0 && (!l.lean || len(added) == 1) {
				out(f, mistake{cause: 16, weight: len(added), say: sayExcluded, of: slices.Clone(added), mask: 1<<len(added) - 1, name: added[0].name, signed: added[0].value})
			}
			return
		}
		add(at+1, f, added)
		for _, v := range choices[at] {
			p := pair{names[at], v}
			add(at+1, f.insert(p), append(added, p))
		}
	}
	add(0, f, nil)
	if l.lean || f.hasWhole {
		return
	}
	for i, name := range names { // behind or in front of the others, not sorted
		for _, v := range choices[i] {
			p := pair{name, v}
			m := mistake{cause: 16, weight: 3, say: sayExcluded, of: []pair{p}, mask: 1, name: name, signed: v}
			g, h := f, f
			g.pairs = append(slices.Clone(f.pairs), p)
			h.pairs = append([]pair{p}, f.pairs...)
			out(g, m)
			out(h, m)
		}
	}
}

func sayExcluded(m mistake) string {
	names := m.members()
	return list(names) + " " + isAre(len(names), "was", "were") + " signed; file, api_key, cloud_name and resource_type are sent, and never signed"
}

// addControl signs what only steers the signing, or an earlier signature.
func addControl(l *lab, f form, out emit) {
	for _, p := range []pair{
		{"signature_algorithm", "sha1"}, {"signature_algorithm", "sha256"}, {"signature_version", "1"}, {"signature_version", "2"},
		{"signature_algorithm", "SHA-1"}, {"signature_algorithm", "SHA1"}, {"signature_algorithm", "SHA-256"}, {"signature_algorithm", "SHA256"}, {"signature_algorithm", "sha-256"},
		{"signature", ""}, {"signature", "undefined"}, {"signature", "null"}, {"version", "1"}, {"version", "2"},
	} {
		if f.index(p.name) < 0 {
			out(f.insert(p), mistake{cause: 29, weight: 1, say: sayControl, name: p.name, signed: p.value})
		}
	}
	for _, v := range []string{"1", "2"} {
		for _, a := range []string{"sha1", "sha256"} {
			out(f.insert(pair{"signature_algorithm", a}).insert(pair{"signature_version", v}), mistake{cause: 29, weight: 2, say: sayControl, name: "signature_algorithm and signature_version", signed: a + " and " + v})
		}
	}
	if l.secret == "" {
		return
	}
	sum := sha1.Sum(append(f.appendText(nil), l.secret...))
	first := hex.EncodeToString(sum[:])
	out(f.insert(pair{"signature", first}), mistake{cause: 29, weight: 1, say: sayTwice, name: "signature"})
	if l.APIKey != "" {
		out(f.insert(pair{"signature", first}).insert(pair{"api_key", l.APIKey}), mistake{cause: 29, weight: 2, say: sayTwice, name: "signature"})
	}
	if v, ok := l.field("signature"); ok && v != l.sent {
		out(f.insert(pair{"signature", v}), mistake{cause: 29, weight: 1, say: sayTwice, name: "signature"})
	}
}

func sayControl(m mistake) string {
	return m.name + "=" + show(m.signed) + " was signed: it only steers the signing, and is no part of what is signed"
}

func sayTwice(mistake) string {
	return "the signature was signed itself: the signer ran twice, the second time over a signature of the first"
}

// blankSpellings are what languages print for nothing.
var blankSpellings = []string{"", "null", "undefined", "None", "nil", "[]", "{}", "NaN", "NULL", "nan", "[object Object]"}

// addBlanks signs parameters that have no value.
func addBlanks(l *lab, f form, out emit) {
	names := l.Names
	if l.lean {
		names = []string{"folder", "tags", "public_id", "upload_preset", "context", "eager", "asset_folder", "transformation", "type"}
	}
	for _, name := range names {
		if f.index(name) >= 0 || excluded(name) {
			continue
		}
		for i, v := range blankSpellings {
			out(f.insert(pair{name, v}), mistake{cause: 21, weight: 1 + i/5, say: sayBlank, name: name, signed: v})
		}
	}
	// Those that were sent empty, all together; and any two or three usual ones.
	var empty []string
	for _, list := range [][]pair{pairsOf(l.Params), pairsOf(l.Attempt)} {
		for _, p := range list {
			if f.index(p.name) < 0 && !slices.Contains(empty, p.name) && (p.value == "" || slices.Contains(blankSpellings, p.value)) {
				empty = append(empty, p.name)
			}
		}
	}
	for _, v := range blankSpellings {
		g := f
		for _, name := range empty {
			g = g.insert(pair{name, v})
		}
		if len(empty) > 1 {
			out(g, mistake{cause: 21, weight: 2, say: sayBlank, name: list(empty), signed: v})
		}
		if l.lean {
			continue
		}
		usual := []string{"folder", "public_id", "tags", "context", "eager", "transformation", "upload_preset", "format", "type", "asset_folder", "display_name", "notification_url", "callback"}
		for i, a := range usual {
			for j, b := range usual[:i] {
				if f.index(a) >= 0 || f.index(b) >= 0 {
					continue
				}
				two := f.insert(pair{a, v}).insert(pair{b, v})
				out(two, mistake{cause: 21, weight: 3, say: sayBlank, name: b + " and " + a, signed: v})
				for _, c := range usual[:j] {
					if f.index(c) < 0 {
						out(two.insert(pair{c, v}), mistake{cause: 21, weight: 4, say: sayBlank, name: c + ", " + b + " and " + a, signed: v})
					}
				}
			}
		}
	}
	for i, p := range f.pairs {
		// The server kept the text of nothing; the signer dropped the pair or its value.
		if slices.Contains(blankSpellings[1:], p.value) {
			out(f.without(i), mistake{cause: 21, weight: 1, say: sayBlankSent, name: p.name, seen: p.value})
			out(f.with(i, ""), mistake{cause: 21, weight: 2, say: sayBlankSent, name: p.name, seen: p.value})
		}
	}
}

func sayBlank(m mistake) string {
	if m.signed == "" {
		return m.name + " was signed without a value: what is empty is neither signed nor sent"
	}
	return m.name + " was signed as the text " + show(m.signed) + ": what has no value is neither signed nor sent"
}

func sayBlankSent(m mistake) string {
	return m.name + " was sent as the text " + show(m.seen) + ", and not signed so: what has no value is neither signed nor sent"
}

// literals are parameters that clients often sign and drop on the way.
var literals = []pair{
	{"type", "upload"}, {"type", "private"}, {"type", "authenticated"}, {"source", "uw"}, {"source", "ml"}, {"upload_preset", "ml_default"}, {"upload_preset", "unsigned"},
	{"unsigned", "true"}, {"unsigned", "false"}, {"async", "true"}, {"format", "jpg"}, {"format", "png"}, {"format", "webp"}, {"format", "json"}, {"access_mode", "public"}, {"access_mode", "authenticated"},
	{"method", "upload"}, {"action", "upload"}, {"expires_at", ""}, {"secure", "true"}, {"custom_coordinates", ""}, {"max_results", "10"}, {"max_files", "1"},
	{"chunk_size", "6000000"}, {"chunk_size", "20000000"}, {"timeout", "60000"}, {"quality", "auto"}, {"fetch_format", "auto"}, {"detection", "adv_face"}, {"moderation", "manual"}, {"categorization", "google_tagging"},
	{"max_file_size", "10485760"}, {"max_file_size", "5242880"}, {"max_file_size", "10000000"}, {"max_file_size", "5000000"}, {"allowed_formats", "jpg,png"},
}

// flags are the parameters whose value is yes or no.
var flags = []string{
	"overwrite", "use_filename", "unique_filename", "invalidate", "eager_async", "async", "faces", "colors", "phash", "image_metadata", "media_metadata", "backup", "exif", "return_delete_token",
	"discard_original_filename", "quality_analysis", "accessibility_analysis", "cinemagraph_analysis", "unique_display_name", "use_filename_as_display_name", "use_asset_folder_as_public_id_prefix", "visual_search", "unsigned", "secure",
}

// addLiterals signs a usual parameter that was not sent.
func addLiterals(l *lab, f form, out emit) {
	for _, p := range literals {
		if f.index(p.name) < 0 {
			m := mistake{cause: 3, weight: 4, say: sayAdded, name: p.name, signed: p.value}
			if !l.known(p.name) {
				m.also = []int{40}
			}
			out(f.insert(p), m)
		}
	}
	for _, name := range flags {
		if f.index(name) >= 0 {
			continue
		}
		for _, v := range []string{"true", "false", "1", "0", "True", "False"} {
			m := mistake{cause: 3, weight: 4, say: sayAdded, name: name, signed: v}
			if strings.EqualFold(v, "false") || v == "0" {
				m.also = alsoBoolean
			}
			out(f.insert(pair{name, v}), m)
			if l.lean && v == "1" {
				break
			}
		}
	}
}

// addKnown signs what the server received and did not sign: names that it may not know.
func addKnown(l *lab, f form, out emit) {
	var rest []pair
	for _, p := range received(l.Params).pairs {
		if f.index(p.name) < 0 && len(rest) < 6 {
			rest = append(rest, p)
		}
	}
	for mask := uint64(1); mask < 1<<len(rest); mask++ {
		g := f
		m := mistake{cause: 3, say: sayAddedKnown, of: rest, mask: mask, weight: 2}
		for i, p := range rest {
			if mask>>i&1 == 1 {
				g = g.insert(p)
				m.name, m.signed = p.name, p.value
				if !l.known(p.name) {
					m.cause, m.also, m.say = 40, []int{3}, sayNotKnown
				}
			}
		}
		out(g, m)
	}
}

func sayNotKnown(m mistake) string {
	return list(m.members()) + " was signed, and the service left it out of its string: it signs only the names that it knows"
}

// renames signs a parameter under another spelling of its name.
func renames(l *lab, f form, out emit) {
	camelAll, changed := f, false
	for i, p := range f.pairs {
		camel := camelCase(p.name)
		for k, name := range []string{camel, strings.ToUpper(camel[:min(1, len(camel))]) + camel[min(1, len(camel)):], strings.ReplaceAll(p.name, "_", "-"), strings.ReplaceAll(p.name, "_", ""), strings.ToUpper(p.name), p.name + "[]", p.name + "[0]", p.name + " ", " " + p.name} {
			if name == p.name || name == "" || l.lean && k > 0 {
				continue
			}
			m := mistake{cause: 40, weight: 3, say: sayRenamed, name: p.name, signed: name}
			if strings.HasSuffix(name, "]") {
				m.cause, m.also = 14, nil
			}
			out(f.renamed(i, name), m)
		}
		if base, ok := strings.CutSuffix(p.name, "[]"); ok {
			out(f.renamed(i, base), mistake{cause: 14, weight: 2, say: sayRenamed, name: p.name, signed: base})
		}
		if camel != p.name {
			camelAll = camelAll.with(i, p.value)
			camelAll.pairs[i].name = camel
			changed = true
		}
	}
	if changed {
		out(camelAll.sorted(), mistake{cause: 40, weight: 3, say: sayCamel})
		out(camelAll, mistake{cause: 40, weight: 3, say: sayCamel})
	}
}

func camelCase(name string) string {
	head, rest, ok := strings.Cut(name, "_")
	for ok && rest != "" {
		var next string
		next, rest, ok = strings.Cut(rest, "_")
		if next != "" {
			head += strings.ToUpper(next[:1]) + next[1:]
		}
	}
	return head
}

func sayRenamed(m mistake) string {
	return m.name + " was signed under the name " + show(m.signed)
}

func sayCamel(mistake) string {
	return "names were signed in camel case, as in publicId, and sent with underscores"
}
