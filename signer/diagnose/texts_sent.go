package diagnose

import (
	"net/url"
	"strings"

	"signpost/signer"
)

func pairsOf(params []signer.Param) []pair {
	out := make([]pair, 0, len(params))
	for _, p := range joinLists(params) {
		out = append(out, pair{p.Name, p.Value})
	}
	return out
}

// attemptedValues signs a value of the attempted command where the server saw another.
func attemptedValues(l *lab, f form, out emit) {
	for _, list := range [][]pair{pairsOf(l.Typed), pairsOf(l.Attempt)} {
		all, changed := f, 0
		var last mistake
		for _, p := range list {
			i := f.index(p.name)
			if i < 0 || f.pairs[i].value == p.value || p.value == "" {
				continue
			}
			cause, also := l.changed(p.name, p.value, f.pairs[i].value)
			m := mistake{cause: cause, also: also, weight: 0, say: mistake.differs, name: p.name, seen: f.pairs[i].value, signed: p.value}
			out(f.with(i, p.value), m)
			all = all.with(i, p.value)
			changed++
			last = m
		}
		if changed > 1 {
			last.weight = 1
			out(all, last)
		}
	}
}

// changed says why a value that was signed arrived as another one.
func (l *lab) changed(name, signed, seen string) (cause int, also []int) {
	if name == "timestamp" {
		return timestampCause(signed, seen), nil
	}
	plus := strings.ReplaceAll(signed, "+", " ")
	decoded, err := url.QueryUnescape(signed)
	switch {
	case plus == seen, err == nil && decoded == seen && strings.Contains(signed, "%") && usesData(l.Command):
		return 36, []int{8}
	case err == nil && decoded == seen:
		return 8, []int{36}
	case strings.ContainsAny(signed, "$`!") && len(seen) < len(signed) && !strings.Contains(signed, ";"+seen):
		return 35, nil
	case usesForm(l.Command) && (strings.HasPrefix(signed, seen+";") || strings.TrimSpace(signed) == seen || unquoted(signed) == seen || strings.HasPrefix(signed, "@") || strings.HasPrefix(signed, "<")):
		return 37, nil
	case strings.HasPrefix(signed, seen) && strings.ContainsAny(signed[len(seen):], "&"):
		return 35, []int{36}
	case strings.HasPrefix(signed, seen+" ") && strings.Contains(l.Command, seen+" "):
		return 35, nil
	case strings.HasPrefix(signed, seen+";"):
		return 37, []int{35}
	case unquoted(signed) == seen || unquoted(seen) == signed || strings.TrimSpace(signed) == strings.TrimSpace(seen):
		return 37, []int{35}
	}
	found := 0
	probe := form{pairs: []pair{{name, seen}}}
	for _, k := range []func(*lab, form, emit){booleans, lists, escapes, unicodes, encodings} {
		k(l, probe, func(g form, m mistake) {
			if found == 0 && len(g.pairs) == 1 && !g.hasWhole && g.pairs[0] == (pair{name, signed}) {
				found = m.cause
			}
		})
	}
	if found != 0 {
		return found, nil
	}
	return 3, nil
}

func unquoted(s string) string {
	if n := len(s); n >= 2 && s[0] == s[n-1] && (s[0] == '"' || s[0] == '\'') {
		return s[1 : n-1]
	}
	return s
}

func usesData(command string) bool {
	return strings.Contains(command, " -d") || strings.Contains(command, "--data") || strings.Contains(command, "urlencoded")
}

func usesForm(command string) bool {
	return strings.Contains(command, " -F") || strings.Contains(command, "--form")
}

// shellCut reports whether an & stands outside of quotes in the command.
func (x *exam) shellCut() bool {
	if !strings.Contains(x.Command, "curl") {
		return false
	}
	quote := byte(0)
	for i := 0; i < len(x.Command); i++ {
		switch c := x.Command[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '&':
			return true
		}
	}
	return false
}

// formRules is what curl -d, curl -F and form bodies do with a value on its way.
func formRules(l *lab, f form, out emit) {
	plus := mistake{cause: 36, also: []int{8}, weight: 0}
	if !usesData(l.Command) {
		plus.weight = 2
	}
	for i, p := range f.pairs {
		v := p.value
		try := func(cause, weight int, also []int, signed string) {
			if signed != v {
				out(f.with(i, signed), mistake{cause: cause, also: also, weight: weight, say: mistake.differs, name: p.name, seen: v, signed: signed})
			}
		}
		try(plus.cause, plus.weight, plus.also, strings.ReplaceAll(v, " ", "+"))
		if strings.Count(v, " ") > 1 && strings.Count(v, " ") < 8 {
			for at := 0; at < len(v); at++ { // one + of several blanks
				if v[at] == ' ' {
					try(36, 2, nil, v[:at]+"+"+v[at+1:])
				}
			}
		}
		for at := 0; at < len(v) && at < 64; at++ {
			if b := v[at]; b >= 0x80 || strings.IndexByte(`%&+=#"<>^`+"`{}", b) >= 0 {
				continue
			}
			const hexDigits = "0123456789ABCDEF"
			try(36, 4, []int{8}, v[:at]+"%"+string(hexDigits[v[at]>>4])+string(hexDigits[v[at]&15])+v[at+1:])
		}
		if d, err := url.QueryUnescape(v); err == nil {
			try(8, 2, []int{36}, d)
		}
		for _, q := range []string{`"`, `'`} {
			try(37, 2, []int{35}, q+v+q)
			if u := unquoted(v); u != v {
				try(35, 2, []int{37}, u)
			}
		}
		for _, t := range []string{strings.TrimSpace(v), " " + v, v + " ", " " + v + " ", v + "\n", v + "\r\n", "\t" + v, v + "\t", v + "  "} {
			try(37, 3, []int{3}, t)
		}
		try(37, 3, []int{3}, strings.ReplaceAll(v, "\r\n", "\n"))
		try(37, 3, []int{3}, strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\n", "\r\n"))
		try(35, 3, []int{3}, strings.ReplaceAll(v, "\n", `\n`))
		try(35, 3, []int{3}, strings.ReplaceAll(v, `\n`, "\n"))
		for _, suffix := range []string{";type=text/plain", ";", "; charset=utf-8", ";type=application/json", ";type=image/png", ";type=image/jpeg"} {
			try(37, 3, nil, v+suffix)
		}
		try(37, 4, nil, "@"+v)
		try(37, 4, nil, "<"+v)
		if strings.Contains(v, " ") {
			try(37, 4, []int{3}, strings.Join(strings.Fields(v), " "))
			try(8, 4, nil, strings.ReplaceAll(v, " ", "_"))
			try(8, 4, nil, strings.ReplaceAll(v, " ", ""))
			try(8, 4, nil, strings.ReplaceAll(v, " ", "-"))
		}
		try(3, 4, nil, strings.ToLower(v))
		try(3, 4, nil, strings.ToUpper(v))
	}
}

// shellVariables are what people write in a text that a shell replaces by nothing.
var shellVariables = []string{"$1", "$2", "$$", "$!", "$?", "$w", "$h", "$width", "$height", "$x", "$y", "$size", "$name", "$id", "$timestamp", "$PUBLIC_ID", "$FOLDER"}

// shellRules is what a shell does with $, a backslash and a backtick.
func shellRules(l *lab, f form, out emit) {
	for i, p := range f.pairs {
		v := p.value
		try := func(weight int, signed string) {
			if signed != v {
				out(f.with(i, signed), mistake{cause: 35, also: []int{3}, weight: weight, say: mistake.differs, name: p.name, seen: v, signed: signed})
			}
		}
		try(2, strings.ReplaceAll(v, "$", `\$`))
		try(2, strings.ReplaceAll(v, "!", `\!`))
		try(2, strings.ReplaceAll(v, "|", `\|`))
		try(2, strings.ReplaceAll(v, "&", `\&`))
		try(2, strings.ReplaceAll(v, " ", `\ `))
		try(2, strings.ReplaceAll(v, `"`, `\"`))
		try(2, strings.ReplaceAll(v, `"`, ``))
		try(2, strings.ReplaceAll(v, `'`, ``))
		try(2, strings.ReplaceAll(v, `\`, ``))
		try(3, strings.ReplaceAll(v, "%", "%%"))
		try(3, strings.ReplaceAll(v, "%%", "%"))
		try(3, strings.ReplaceAll(v, "^", "^^"))
		if l.lean || p.name == "timestamp" {
			continue
		}
		for _, name := range shellVariables {
			for at := 0; at <= len(v) && at <= 200; at++ {
				if at == 0 || at == len(v) || strings.IndexByte(",/_|=-.: ", v[at-1]) >= 0 || strings.IndexByte(",/_|=-.: ", v[at]) >= 0 {
					try(4, v[:at]+name+v[at:])
				}
			}
		}
	}
}

// paths joins folder and public ID otherwise, or signs the call of another kind.
func paths(l *lab, f form, out emit) {
	id, hasID := f.get("public_id")
	say := func(weight int, g form, what string) {
		out(g, mistake{cause: 39, weight: weight, say: sayPath, signed: what})
	}
	for _, name := range []string{"folder", "asset_folder", "public_id_prefix"} {
		i := f.index(name)
		if i < 0 {
			continue
		}
		folder := f.pairs[i].value
		for _, joint := range []string{"/", ""} {
			if hasID {
				joined := folder + joint + id
				g := f.without(i)
				g = g.with(g.index("public_id"), joined)
				say(1, g, "with "+name+" as a part of public_id ("+show(joined)+") and not by itself")
				say(2, f.with(f.index("public_id"), joined), "with "+name+" as a part of public_id too ("+show(joined)+")")
			}
		}
		if hasID {
			if rest, ok := strings.CutPrefix(id, folder+"/"); ok {
				say(1, f.with(f.index("public_id"), rest), "with public_id "+show(rest)+", without the folder in front")
			}
		}
		for _, other := range []string{"folder", "asset_folder", "public_id_prefix", "upload_folder", "path"} {
			if other != name {
				say(2, f.without(i).insert(pair{other, folder}), "with "+other+" in place of "+name)
			}
		}
		for _, v := range []string{folder + "/", "/" + folder, strings.Trim(folder, "/"), strings.TrimPrefix(folder, "/"), strings.TrimSuffix(folder, "/"), "/" + folder + "/"} {
			if v != folder {
				say(2, f.with(i, v), "with "+name+" "+show(v))
			}
		}
	}
	if hasID {
		publicIDs(f, id, say)
	}
	// The parameters of another call than the upload.
	for _, p := range []pair{{"type", "upload"}, {"to_type", "upload"}, {"invalidate", "true"}, {"from_public_id", id}, {"to_public_id", id}, {"resource_type", "image"}, {"url", id}} {
		if p.value != "" && f.index(p.name) < 0 && p.name != "resource_type" && (p.name == "from_public_id" || p.name == "to_public_id" || p.name == "to_type") {
			say(4, f.insert(p), "for another call, with "+p.name)
		}
	}
}

func publicIDs(f form, id string, say func(weight int, g form, what string)) {
	i := f.index("public_id")
	if at := strings.LastIndexByte(id, '/'); at > 0 {
		for _, name := range []string{"folder", "asset_folder"} {
			if f.index(name) < 0 {
				g := f.with(i, id[at+1:]).insert(pair{name, id[:at]})
				say(1, g, "with "+name+" "+show(id[:at])+" and public_id "+show(id[at+1:])+" apart")
				say(2, f.insert(pair{name, id[:at]}), "with "+name+" "+show(id[:at])+" beside the whole public_id")
			}
		}
		say(2, f.with(i, id[at+1:]), "with public_id "+show(id[at+1:])+", without the folder in front")
		say(3, f.with(i, strings.ReplaceAll(id, "/", "_")), "with _ for / in public_id")
		say(3, f.with(i, strings.ReplaceAll(id, "/", ":")), "with : for / in public_id")
	}
	for _, v := range []string{"/" + id, id + "/", strings.Trim(id, "/")} {
		if v != id {
			say(2, f.with(i, v), "with public_id "+show(v))
		}
	}
	if at := strings.LastIndexByte(id, '.'); at > 0 {
		say(2, f.with(i, id[:at]), "with public_id "+show(id[:at])+", without the extension")
	}
	for _, ext := range []string{".jpg", ".png", ".jpeg", ".gif", ".webp", ".mp4", ".pdf", ".svg"} {
		say(3, f.with(i, id+ext), "with public_id "+show(id+ext)+", with an extension")
	}
}

func sayPath(m mistake) string { return "the string was signed " + m.signed }
