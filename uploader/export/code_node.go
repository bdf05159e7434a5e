package export

import (
	"regexp"
	"strings"

	"signpost/uploader"
	"signpost/uploader/catalog"
)

var jsName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// jsKey is a key of an object literal.
func jsKey(name string) string {
	switch {
	case name == "__proto__":
		return `["__proto__"]`
	case jsName.MatchString(name):
		return name
	}
	return jsText.literal(name)
}

// nodeSDK is the call of the official SDK; where its upload call would send something
// else than what is shown, its own function signs the parameters, and fetch sends them.
func nodeSDK(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	proved := "proved with cloudinary 2.11 on Node 20; npm install cloudinary"
	if p.Auth == uploader.AuthSigned {
		if why := g.nodeDiffers(); why != "" {
			g.line(`const cloudinary = require("cloudinary").v2;`)
			g.nodeBody(`cloudinary.utils.api_sign_request(params, secret)`)
			return g.done(proved, "the SDK's upload call would not send what is shown ("+why+"): its own function signs it here, and fetch sends it"), nil
		}
	}
	g.line(`const cloudinary = require("cloudinary").v2;`)
	g.line("")
	g.nodeConfig()
	g.line("")
	call, first := "upload", jsText.literal(g.file)
	g.line("cloudinary.uploader")
	g.line("  .%s(%s, {", call, first)
	for _, f := range g.params {
		name := f.name
		if name == "transformation" {
			name = "raw_transformation"
		}
		g.line("    %s: %s,", jsKey(name), jsText.literal(f.value))
	}
	if kind := g.resourceType(); kind != "image" {
		g.line("    resource_type: %s,", jsText.literal(kind))
	}
	if p.Auth == uploader.AuthUnsigned {
		g.line("    unsigned: true,")
	}
	g.line("  })")
	g.line("  .then(console.log, (error) => {")
	g.line("    console.error(error);")
	g.line("    process.exitCode = 1;")
	g.line("  });")
	notes := []string{proved}
	if p.Auth == uploader.AuthBasic {
		notes = append(notes, "the SDK signs uploads and does not use HTTP Basic for them")
	}
	return g.done(notes...), nil
}

// nodeConfig sets the account. Over plain http the SDK takes its address from the
// environment only, when it is loaded.
func (g *program) nodeConfig() {
	a := g.p.Account
	g.line("cloudinary.config({")
	g.line("  cloud_name: %s,", jsText.literal(a.CloudName))
	switch g.p.Auth {
	case uploader.AuthUnsigned:
	case uploader.AuthBearer:
		g.line("  oauth_token: process.env.CLOUDINARY_OAUTH_TOKEN,")
	default:
		g.line("  api_key: %s,", jsText.literal(a.APIKey))
		g.line("  api_secret: process.env.CLOUDINARY_API_SECRET,")
	}
	if a.Base() != uploader.DefaultPrefix {
		g.line("  upload_prefix: %s,", jsText.literal(a.Base()))
	}
	if g.sha() != "sha1" {
		g.line("  signature_algorithm: %s,", jsText.literal(g.sha()))
	}
	if !g.escapesAmp() {
		g.line("  signature_version: 1,")
	}
	g.line("});")
	if strings.HasPrefix(a.Base(), "http://") {
		text := strings.TrimSuffix(g.b.String(), "\n")
		g.b.Reset()
		g.line("// Over plain http the SDK wants its address here, before it is loaded.")
		g.line("process.env.CLOUDINARY_URL = %s;", jsText.literal("cloudinary://"+a.CloudName+"?upload_prefix="+a.Base()))
		g.line("%s", text)
	}
}

// resourceType is the kind of asset in the address.
func (g *program) resourceType() string {
	pieces := strings.Split(g.p.URL, "/")
	if n := len(pieces); n >= 2 {
		return pieces[n-2]
	}
	return "image"
}

// nodeDiffers says which parameter the SDK's upload call would send otherwise, or not at
// all. The catalog's serialization is the Node SDK's.
func (g *program) nodeDiffers() string {
	if g.bytes && strings.ContainsAny(g.file, "\"\r\n") {
		return "a quote or a line end in the file's name breaks its form"
	}
	var options catalog.Object
	for _, f := range g.params {
		name := f.name
		if name == "transformation" {
			name = "raw_transformation"
		}
		options = append(options, catalog.Member{Key: name, Value: f.value})
	}
	sent, _, err := catalog.SerializeAll(options)
	if err != nil {
		return err.Error()
	}
	got := map[string]string{}
	for _, s := range sent {
		got[s.Name] = s.Value
	}
	for _, f := range g.params {
		switch v, ok := got[f.name]; {
		case !ok:
			return f.name + " is left out"
		case v != f.value:
			return f.name + " is changed"
		case f.name == "transformation" && strings.ContainsAny(v, "%#"):
			return f.name + " is decoded"
		case f.name == "responsive_breakpoints" && strings.Contains(v, `"transformation"`):
			return f.name + " is changed"
		}
	}
	return ""
}

// nodePlain needs Node alone.
func nodePlain(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	if p.Auth == uploader.AuthSigned {
		g.line(`const crypto = require("node:crypto");`)
	}
	amp := ""
	if g.escapesAmp() {
		amp = `.replaceAll("&", "%26")`
	}
	g.nodeBody("crypto.createHash(" + jsText.literal(g.sha()) + ").update(toSign + secret).digest(\"hex\")|" + amp)
	return g.done("Node 18 or newer, without any package"), nil
}

// nodeBody writes the parameters, how they are signed, and the request. sign is the
// expression of the signature; behind a pipe stands how a pair is escaped where the
// string to sign is made here.
func (g *program) nodeBody(sign string) {
	expr, amp, own := strings.Cut(sign, "|")
	if g.bytes {
		g.line(`const fs = require("node:fs");`)
	}
	g.line("")
	g.nodeSecret()
	g.line("const params = {")
	for _, f := range g.params {
		g.line("  %s: %s,", jsKey(f.name), jsText.literal(f.value))
	}
	if g.stamped {
		g.line("  timestamp: String(Math.floor(Date.now() / 1000)),")
	}
	g.line("};")
	if g.p.Auth == uploader.AuthSigned {
		if own {
			g.line("const toSign = Object.keys(params)")
			g.line("  .sort()")
			g.line("  .map((name) => `${name}=${params[name]}`%s)", amp)
			g.line(`  .join("&");`)
		} else {
			g.nodeSDKOptions(&expr)
		}
		g.line("params.signature = %s;", expr)
		g.line("params.api_key = %s;", jsText.literal(g.p.Account.APIKey))
	}
	g.line("")
	body := g.nodeForm()
	g.line("fetch(%s, {", jsText.literal(g.p.URL))
	g.line("  method: \"POST\",")
	if h := g.nodeHeaders(); h != "" {
		g.line("  headers: { %s },", h)
	}
	g.line("  body: %s,", body)
	g.line("})")
	g.line("  .then(async (response) => {")
	g.line("    console.log(await response.text());")
	g.line("    if (!response.ok) process.exitCode = 1;")
	g.line("  });")
}

// nodeSDKOptions hands algorithm and version over to the SDK's function.
func (g *program) nodeSDKOptions(expr *string) {
	args := "params, secret"
	switch {
	case g.sha() != "sha1" && g.escapesAmp():
		args += ", " + jsText.literal(g.sha())
	case g.sha() != "sha1":
		args += ", " + jsText.literal(g.sha()) + ", 1"
	case !g.escapesAmp():
		args += ", null, 1"
	}
	*expr = strings.Replace(*expr, "params, secret", args, 1)
}

func (g *program) nodeSecret() {
	name := ""
	switch g.p.Auth {
	case uploader.AuthUnsigned:
		return
	case uploader.AuthBearer:
		name = "CLOUDINARY_OAUTH_TOKEN"
	default:
		name = "CLOUDINARY_API_SECRET"
	}
	g.line("const secret = process.env.%s;", name)
	g.line("if (!secret) throw new Error(\"set %s\");", name)
	g.line("")
}

func (g *program) nodeHeaders() string {
	var all []string
	switch g.p.Auth {
	case uploader.AuthBasic:
		all = append(all, "Authorization: \"Basic \" + Buffer.from("+jsText.literal(g.p.Account.APIKey+":")+" + secret).toString(\"base64\")")
	case uploader.AuthBearer:
		all = append(all, "Authorization: `Bearer ${secret}`")
	}
	if g.bytes && g.breaks() {
		all = append(all, "\"Content-Type\": `multipart/form-data; boundary=${boundary}`")
	}
	return strings.Join(all, ", ")
}

// nodeForm makes the body and returns its expression. FormData turns line ends into
// CRLF, which would break the signature: then the form is written by hand.
func (g *program) nodeForm() string {
	switch {
	case !g.bytes:
		g.line("params.file = %s;", jsText.literal(g.file))
		return "new URLSearchParams(params)"
	case g.breaks():
		g.line("// FormData would change the line ends within the values, and so the signature.")
		g.line("const boundary = `x-${crypto.randomUUID()}`;")
		g.line("const parts = Object.entries(params).map(")
		g.line("  ([name, value]) => `--${boundary}\\r\\nContent-Disposition: form-data; name=\"${name}\"\\r\\n\\r\\n${value}\\r\\n`,")
		g.line(");")
		g.line("parts.push(`--${boundary}\\r\\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\\r\\n\\r\\n`);")
		return "Buffer.concat([Buffer.from(parts.join(\"\")), fs.readFileSync(" + jsText.literal(g.file) + "), Buffer.from(`\\r\\n--${boundary}--\\r\\n`)])"
	}
	g.line("const form = new FormData();")
	g.line("for (const [name, value] of Object.entries(params)) form.append(name, value);")
	g.line("form.append(\"file\", new Blob([fs.readFileSync(%s)]), %s);", jsText.literal(g.file), jsText.literal(g.p.File.Name))
	return "form"
}
