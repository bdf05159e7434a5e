package export

import (
	"regexp"
	"strings"

	"signpost/uploader"
	"signpost/uploader/catalog"
)

// pyKeywords cannot be names of arguments.
var pyKeywords = map[string]bool{"async": true, "class": true, "from": true, "import": true, "lambda": true, "pass": true, "global": true, "in": true, "is": true, "if": true, "for": true, "def": true, "del": true, "None": true, "True": true, "False": true, "file": true}

var pyName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// pythonSDK is the call of the official SDK.
func pythonSDK(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	g.line("import os")
	if g.stamped && g.pythonDiffers() != "" {
		g.line("import time")
	}
	g.line("")
	g.line("import cloudinary")
	g.line("import cloudinary.uploader")
	g.line("")
	g.pythonConfig()
	g.line("")
	notes := []string{"pip install cloudinary; the arguments are checked with Python itself, the SDK is not run"}
	if why := g.pythonDiffers(); why != "" {
		g.line("result = cloudinary.uploader.call_api(")
		g.line("    \"upload\",")
		g.line("    {")
		for _, f := range g.params {
			g.line("        %s: %s,", pyText.literal(f.name), pyText.literal(f.value))
		}
		if g.stamped {
			g.line("        \"timestamp\": str(int(time.time())),")
		}
		g.line("    },")
		g.line("    file=%s,", pyText.literal(g.file))
		g.pythonOptions()
		g.line(")")
		notes = append(notes, "the SDK's upload function would not send what is shown ("+why+"): call_api signs and sends the parameters as they are")
	} else {
		g.line("result = cloudinary.uploader.upload(")
		g.line("    %s,", pyText.literal(g.file))
		for _, f := range g.params {
			name := f.name
			if name == "transformation" {
				name = "raw_transformation"
			}
			g.line("    %s=%s,", name, pyText.literal(f.value))
		}
		g.pythonOptions()
		g.line(")")
	}
	g.line("print(result)")
	return g.done(notes...), nil
}

func (g *program) pythonOptions() {
	if kind := g.resourceType(); kind != "image" {
		g.line("    resource_type=%s,", pyText.literal(kind))
	}
	if g.p.Auth == uploader.AuthUnsigned {
		g.line("    unsigned=True,")
	}
}

// pythonDiffers says which parameter the upload function would not send as it is.
func (g *program) pythonDiffers() string {
	for _, f := range g.params {
		spec, ok := catalog.Lookup(f.name)
		switch {
		case !pyName.MatchString(f.name) || pyKeywords[f.name] && f.name != "async":
			return f.name + " cannot be the name of an argument"
		case f.name == "async":
			return "async is a word of the language"
		case !ok || !strings.Contains(spec.SentBy, "P"):
			return f.name + " is left out"
		case spec.Type == catalog.JSON:
			return f.name + " may be written otherwise"
		}
	}
	return ""
}

func (g *program) pythonConfig() {
	a := g.p.Account
	g.line("cloudinary.config(")
	g.line("    cloud_name=%s,", pyText.literal(a.CloudName))
	switch g.p.Auth {
	case uploader.AuthUnsigned:
	case uploader.AuthBearer:
		g.line("    oauth_token=os.environ[\"CLOUDINARY_OAUTH_TOKEN\"],")
	default:
		g.line("    api_key=%s,", pyText.literal(a.APIKey))
		g.line("    api_secret=os.environ[\"CLOUDINARY_API_SECRET\"],")
	}
	if a.Base() != uploader.DefaultPrefix {
		g.line("    upload_prefix=%s,", pyText.literal(a.Base()))
	}
	if g.sha() != "sha1" {
		g.line("    signature_algorithm=%s,", pyText.literal(g.sha()))
	}
	if !g.escapesAmp() {
		g.line("    signature_version=1,")
	}
	g.line(")")
}

// pythonPlain needs Python's standard library alone.
func pythonPlain(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	for _, module := range g.pythonModules() {
		g.line("import %s", module)
	}
	g.line("")
	switch p.Auth {
	case uploader.AuthUnsigned:
	case uploader.AuthBearer:
		g.line("token = os.environ[\"CLOUDINARY_OAUTH_TOKEN\"]")
	default:
		g.line("secret = os.environ[\"CLOUDINARY_API_SECRET\"]")
	}
	g.line("params = {")
	for _, f := range g.params {
		g.line("    %s: %s,", pyText.literal(f.name), pyText.literal(f.value))
	}
	if g.stamped {
		g.line("    \"timestamp\": str(int(time.time())),")
	}
	g.line("}")
	if p.Auth == uploader.AuthSigned {
		amp := ""
		if g.escapesAmp() {
			amp = `.replace("&", "%26")`
		}
		g.line("to_sign = \"&\".join(f\"{name}={params[name]}\"%s for name in sorted(params))", amp)
		g.line("params[\"signature\"] = hashlib.%s((to_sign + secret).encode()).hexdigest()", g.sha())
		g.line("params[\"api_key\"] = %s", pyText.literal(p.Account.APIKey))
	}
	g.line("")
	g.pythonBody()
	g.line("try:")
	g.line("    with urllib.request.urlopen(request) as response:")
	g.line("        print(response.read().decode())")
	g.line("except urllib.error.HTTPError as error:")
	g.line("    print(error.read().decode())")
	g.line("    raise SystemExit(1)")
	return g.done("Python 3, the standard library alone"), nil
}

// pythonModules are the modules in use, in order.
func (g *program) pythonModules() []string {
	var all []string
	add := func(name string, when bool) {
		if when {
			all = append(all, name)
		}
	}
	add("base64", g.p.Auth == uploader.AuthBasic)
	add("hashlib", g.p.Auth == uploader.AuthSigned)
	add("os", g.p.Auth != uploader.AuthUnsigned)
	add("time", g.stamped)
	add("urllib.error", true)
	add("urllib.parse", !g.bytes)
	add("urllib.request", true)
	add("uuid", g.bytes)
	return all
}

func (g *program) pythonBody() {
	if g.bytes {
		g.line("boundary = uuid.uuid4().hex")
		g.line("body = b\"\"")
		g.line("for name, value in params.items():")
		g.line("    body += f'--{boundary}\\r\\nContent-Disposition: form-data; name=\"{name}\"\\r\\n\\r\\n{value}\\r\\n'.encode()")
		g.line("body += f'--{boundary}\\r\\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\\r\\n\\r\\n'.encode()")
		g.line("with open(%s, \"rb\") as file:", pyText.literal(g.file))
		g.line("    body += file.read() + f\"\\r\\n--{boundary}--\\r\\n\".encode()")
	} else {
		g.line("params[\"file\"] = %s", pyText.literal(g.file))
		g.line("body = urllib.parse.urlencode(params).encode()")
	}
	g.line("request = urllib.request.Request(%s, data=body)", pyText.literal(g.p.URL))
	if g.bytes {
		g.line("request.add_header(\"Content-Type\", f\"multipart/form-data; boundary={boundary}\")")
	}
	switch g.p.Auth {
	case uploader.AuthBasic:
		g.line("credentials = base64.b64encode((%s + secret).encode()).decode()", pyText.literal(g.p.Account.APIKey+":"))
		g.line("request.add_header(\"Authorization\", \"Basic \" + credentials)")
	case uploader.AuthBearer:
		g.line("request.add_header(\"Authorization\", \"Bearer \" + token)")
	}
}
