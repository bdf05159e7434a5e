package export

import (
	"strings"

	"signpost/uploader"
)

// goFields are the fields of the Go SDK's UploadParams that are plain text: what stands
// in them goes out as it is. Source: cloudinary-go v2 api/uploader/upload_asset.go.
var goFields = map[string]string{
	"public_id": "PublicID", "public_id_prefix": "PublicIDPrefix", "filename_override": "FilenameOverride",
	"display_name": "DisplayName", "folder": "Folder", "asset_folder": "AssetFolder", "transformation": "Transformation",
	"format": "Format", "eager": "Eager", "eval": "Eval", "on_success": "OnSuccess", "proxy": "Proxy", "headers": "Headers",
	"callback": "Callback", "notification_url": "NotificationURL", "eager_notification_url": "EagerNotificationURL",
	"moderation": "Moderation", "upload_preset": "UploadPreset", "raw_convert": "RawConvert", "categorization": "Categorization",
	"background_removal": "BackgroundRemoval", "detection": "Detection", "ocr": "OCR", "type": "Type",
}

// goDiffers says why the SDK's upload call would not send what is shown.
func (g *program) goDiffers() string {
	for _, f := range g.params {
		if goFields[f.name] == "" {
			return f.name + " is of another type there, or not known"
		}
	}
	switch {
	case g.p.Auth == uploader.AuthBasic:
		return "it signs uploads and does not use HTTP Basic for them"
	case g.p.Auth == uploader.AuthUnsigned:
		return "it adds unsigned=true"
	case !g.escapesAmp() || g.sha() != "sha1":
		return "the algorithm or version is not the default"
	case g.resourceType() != "auto":
		return "it always posts to auto/upload"
	}
	return ""
}

// goSDK is the call of the official SDK; where that would send something else, the SDK
// signs and the standard library sends.
func goSDK(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	proved := "proved with cloudinary-go 2.16; go get github.com/cloudinary/cloudinary-go/v2"
	why := g.goDiffers()
	if why == "" {
		g.goUpload()
		return g.done(proved), nil
	}
	if p.Auth != uploader.AuthSigned {
		g.goBody(false)
		return g.done("the SDK would not send what is shown ("+why+"): this is without it", proved), nil
	}
	g.goBody(true)
	return g.done(proved, "the SDK's upload call would not send what is shown ("+why+"): it signs here, and net/http sends"), nil
}

// goUpload is the idiomatic call.
func (g *program) goUpload() {
	a := g.p.Account
	g.line("package main")
	g.line("")
	g.line("import (")
	g.line("\t\"context\"")
	g.line("\t\"fmt\"")
	g.line("\t\"log\"")
	g.line("\t\"os\"")
	g.line("")
	g.line("\t\"github.com/cloudinary/cloudinary-go/v2\"")
	g.line("\t\"github.com/cloudinary/cloudinary-go/v2/api/uploader\"")
	g.line(")")
	g.line("")
	g.line("func main() {")
	if g.p.Auth == uploader.AuthBearer {
		g.line("\tcld, err := cloudinary.NewFromOAuthToken(%s, os.Getenv(\"CLOUDINARY_OAUTH_TOKEN\"))", goText.literal(a.CloudName))
	} else {
		g.line("\tcld, err := cloudinary.NewFromParams(%s, %s, os.Getenv(\"CLOUDINARY_API_SECRET\"))", goText.literal(a.CloudName), goText.literal(a.APIKey))
	}
	g.line("\tif err != nil {")
	g.line("\t\tlog.Fatal(err)")
	g.line("\t}")
	if a.Base() != uploader.DefaultPrefix {
		g.line("\tcld.Config.API.UploadPrefix = %s", goText.literal(a.Base()))
		g.line("\tcld.Upload.Config.API.UploadPrefix = %s", goText.literal(a.Base()))
	}
	g.line("\tresult, err := cld.Upload.Upload(context.Background(), %s, uploader.UploadParams{", goText.literal(g.file))
	width := 0
	for _, f := range g.params {
		width = max(width, len(goFields[f.name])+1)
	}
	for _, f := range g.params {
		name := goFields[f.name] + ":"
		g.line("\t\t%s%s %s,", name, strings.Repeat(" ", width-len(name)), goText.literal(f.value))
	}
	g.line("\t})")
	g.line("\tif err != nil {")
	g.line("\t\tlog.Fatal(err)")
	g.line("\t}")
	g.line("\tif result.Error.Message != \"\" {")
	g.line("\t\tlog.Fatal(result.Error.Message)")
	g.line("\t}")
	g.line("\tfmt.Println(result.SecureURL)")
	g.line("}")
}

// goPlain needs the standard library alone.
func goPlain(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	g.goBody(false)
	return g.done("Go, the standard library alone"), nil
}

// goImports are the packages in use.
func (g *program) goImports(sdk bool) {
	signed := g.p.Auth == uploader.AuthSigned
	g.line("package main")
	g.line("")
	g.line("import (")
	add := func(name string, when bool) {
		if when {
			g.line("\t%q", name)
		}
	}
	add("bytes", g.bytes)
	add("crypto/"+g.sha(), signed && !sdk)
	add("encoding/hex", signed && !sdk)
	add("io", true)
	add("log", true)
	add("maps", signed && !sdk)
	add("mime/multipart", g.bytes)
	add("net/http", true)
	add("net/url", !g.bytes || signed && sdk)
	add("os", true)
	add("slices", signed && !sdk)
	add("strconv", g.stamped)
	add("strings", signed && !sdk || !g.bytes)
	add("time", g.stamped)
	if sdk {
		g.line("")
		g.line("\t\"github.com/cloudinary/cloudinary-go/v2/api\"")
		if g.sha() != "sha1" || !g.escapesAmp() {
			g.line("\t\"github.com/cloudinary/cloudinary-go/v2/internal/signature\"")
		}
	}
	g.line(")")
}

// goBody signs and sends.
func (g *program) goBody(sdk bool) {
	if sdk && (g.sha() != "sha1" || !g.escapesAmp()) {
		sdk = false // the SDK's function for other algorithms takes a type that it keeps to itself
	}
	g.goImports(sdk)
	g.line("")
	g.line("func main() {")
	g.line("\tparams := map[string]string{")
	for _, f := range g.params {
		g.line("\t\t%s: %s,", goText.literal(f.name), goText.literal(f.value))
	}
	g.line("\t}")
	if g.stamped {
		g.line("\tparams[\"timestamp\"] = strconv.FormatInt(time.Now().Unix(), 10)")
	}
	if g.p.Auth == uploader.AuthSigned {
		g.goSign(sdk)
	}
	g.line("")
	g.goForm()
	switch g.p.Auth {
	case uploader.AuthBasic:
		g.line("\trequest.SetBasicAuth(%s, os.Getenv(\"CLOUDINARY_API_SECRET\"))", goText.literal(g.p.Account.APIKey))
	case uploader.AuthBearer:
		g.line("\trequest.Header.Set(\"Authorization\", \"Bearer \"+os.Getenv(\"CLOUDINARY_OAUTH_TOKEN\"))")
	}
	g.line("\tresponse, err := http.DefaultClient.Do(request)")
	g.line("\tif err != nil {")
	g.line("\t\tlog.Fatal(err)")
	g.line("\t}")
	g.line("\tdefer response.Body.Close()")
	g.line("\t_, _ = io.Copy(os.Stdout, response.Body)")
	g.line("}")
}

func (g *program) goSign(sdk bool) {
	if sdk {
		g.line("\tvalues := url.Values{}")
		g.line("\tfor name, value := range params {")
		g.line("\t\tvalues.Set(name, value)")
		g.line("\t}")
		g.line("\tsignature, err := api.SignParameters(values, os.Getenv(\"CLOUDINARY_API_SECRET\"))")
		g.line("\tif err != nil {")
		g.line("\t\tlog.Fatal(err)")
		g.line("\t}")
		g.line("\tparams[\"signature\"] = signature")
	} else {
		g.line("\tvar pairs []string")
		g.line("\tfor _, name := range slices.Sorted(maps.Keys(params)) {")
		if g.escapesAmp() {
			g.line("\t\tpairs = append(pairs, name+\"=\"+strings.ReplaceAll(params[name], \"&\", \"%%26\"))")
		} else {
			g.line("\t\tpairs = append(pairs, name+\"=\"+params[name])")
		}
		g.line("\t}")
		sum := map[string]string{"sha1": "sha1.Sum", "sha256": "sha256.Sum256"}[g.sha()]
		g.line("\thash := %s([]byte(strings.Join(pairs, \"&\") + os.Getenv(\"CLOUDINARY_API_SECRET\")))", sum)
		g.line("\tparams[\"signature\"] = hex.EncodeToString(hash[:])")
	}
	g.line("\tparams[\"api_key\"] = %s", goText.literal(g.p.Account.APIKey))
}

// goForm makes the request.
func (g *program) goForm() {
	if !g.bytes {
		g.line("\tparams[\"file\"] = %s", goText.literal(g.file))
		g.line("\tform := url.Values{}")
		g.line("\tfor name, value := range params {")
		g.line("\t\tform.Set(name, value)")
		g.line("\t}")
		g.line("\trequest, err := http.NewRequest(\"POST\", %s, strings.NewReader(form.Encode()))", goText.literal(g.p.URL))
		g.line("\tif err != nil {")
		g.line("\t\tlog.Fatal(err)")
		g.line("\t}")
		g.line("\trequest.Header.Set(\"Content-Type\", \"application/x-www-form-urlencoded\")")
		return
	}
	g.line("\tcontent, err := os.ReadFile(%s)", goText.literal(g.file))
	g.line("\tif err != nil {")
	g.line("\t\tlog.Fatal(err)")
	g.line("\t}")
	g.line("\tvar body bytes.Buffer")
	g.line("\tform := multipart.NewWriter(&body)")
	g.line("\tfor name, value := range params {")
	g.line("\t\t_ = form.WriteField(name, value)")
	g.line("\t}")
	g.line("\tpart, err := form.CreateFormFile(\"file\", %s)", goText.literal(g.p.File.Name))
	g.line("\tif err != nil {")
	g.line("\t\tlog.Fatal(err)")
	g.line("\t}")
	g.line("\t_, _ = part.Write(content)")
	g.line("\t_ = form.Close()")
	g.line("\trequest, err := http.NewRequest(\"POST\", %s, &body)", goText.literal(g.p.URL))
	g.line("\tif err != nil {")
	g.line("\t\tlog.Fatal(err)")
	g.line("\t}")
	g.line("\trequest.Header.Set(\"Content-Type\", form.FormDataContentType())")
}
