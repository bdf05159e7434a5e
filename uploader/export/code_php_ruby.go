package export

import (
	"strings"

	"signpost/uploader"
	"signpost/uploader/catalog"
)

// notRun is said of the SDKs that no release runs.
const notRun = "the arguments are checked with the language itself, the SDK is not run"

// leftOut names the parameters that an SDK does not send, by its letter.
func (g *program) leftOut(letter string) []string {
	var names []string
	for _, f := range g.params {
		if spec, ok := catalog.Lookup(f.name); !ok || !strings.Contains(spec.SentBy, letter) {
			names = append(names, f.name)
		}
	}
	return names
}

// phpSDK is the call of the official SDK. Lists are given as lists: it would escape the
// comma in a text.
func phpSDK(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	a := p.Account
	g.line("<?php")
	g.line("require \"vendor/autoload.php\";")
	g.line("")
	g.line("use Cloudinary\\Cloudinary;")
	g.line("")
	g.line("$cloudinary = new Cloudinary([")
	g.line("    \"cloud\" => [")
	g.line("        \"cloud_name\" => %s,", phpText.literal(a.CloudName))
	switch p.Auth {
	case uploader.AuthUnsigned:
	case uploader.AuthBearer:
		g.line("        \"oauth_token\" => getenv(\"CLOUDINARY_OAUTH_TOKEN\"),")
	default:
		g.line("        \"api_key\" => %s,", phpText.literal(a.APIKey))
		g.line("        \"api_secret\" => getenv(\"CLOUDINARY_API_SECRET\"),")
	}
	if g.sha() != "sha1" {
		g.line("        \"signature_algorithm\" => %s,", phpText.literal(g.sha()))
	}
	if !g.escapesAmp() {
		g.line("        \"signature_version\" => 1,")
	}
	g.line("    ],")
	if a.Base() != uploader.DefaultPrefix {
		g.line("    \"api\" => [\"upload_prefix\" => %s],", phpText.literal(a.Base()))
	}
	g.line("]);")
	g.line("")
	call := map[bool]string{true: "unsignedUpload", false: "upload"}[p.Auth == uploader.AuthUnsigned]
	preset := ""
	if p.Auth == uploader.AuthUnsigned {
		for _, f := range g.params {
			if f.name == "upload_preset" {
				preset = ", " + phpText.literal(f.value)
			}
		}
	}
	g.line("$result = $cloudinary->uploadApi()->%s(%s%s, [", call, phpText.literal(g.file), preset)
	for _, f := range g.params {
		if preset == "" || f.name != "upload_preset" {
			g.line("    %s => %s,", phpText.literal(f.name), phpValue(f))
		}
	}
	if kind := g.resourceType(); kind != "image" {
		g.line("    \"resource_type\" => %s,", phpText.literal(kind))
	}
	g.line("]);")
	g.line("print_r($result->getArrayCopy());")
	notes := []string{"composer require cloudinary/cloudinary_php; " + notRun}
	if names := g.leftOut("H"); len(names) > 0 {
		notes = append(notes, "it cannot send what is shown: the SDK leaves "+strings.Join(names, ", ")+" out")
	}
	return g.done(notes...), nil
}

func phpValue(f field) string {
	spec, _ := catalog.Lookup(f.name)
	switch {
	case spec.Type == catalog.List:
		var items []string
		for _, s := range catalog.SplitList(f.value) {
			items = append(items, phpText.literal(s))
		}
		return "[" + strings.Join(items, ", ") + "]"
	case f.name == "transformation":
		return "[\"raw_transformation\" => " + phpText.literal(f.value) + "]"
	}
	return phpText.literal(f.value)
}

// rubySDK is the call of the official SDK.
func rubySDK(p uploader.Prepared) (Snippet, error) {
	g, err := newProgram(p)
	if err != nil {
		return Snippet{}, err
	}
	a := p.Account
	g.line("require \"cloudinary\"")
	g.line("")
	g.line("Cloudinary.config do |config|")
	g.line("  config.cloud_name = %s", rubyText.literal(a.CloudName))
	switch p.Auth {
	case uploader.AuthUnsigned:
	case uploader.AuthBearer:
		g.line("  config.oauth_token = ENV.fetch(\"CLOUDINARY_OAUTH_TOKEN\")")
	default:
		g.line("  config.api_key = %s", rubyText.literal(a.APIKey))
		g.line("  config.api_secret = ENV.fetch(\"CLOUDINARY_API_SECRET\")")
	}
	if a.Base() != uploader.DefaultPrefix {
		g.line("  config.upload_prefix = %s", rubyText.literal(a.Base()))
	}
	if g.sha() != "sha1" {
		g.line("  config.signature_algorithm = :%s", g.sha())
	}
	if !g.escapesAmp() {
		g.line("  config.signature_version = 1")
	}
	g.line("end")
	g.line("")
	g.line("result = Cloudinary::Uploader.upload(")
	g.line("  %s,", rubyText.literal(g.file))
	for _, f := range g.params {
		name := f.name
		if name == "transformation" {
			name = "raw_transformation"
		}
		if jsName.MatchString(name) {
			g.line("  %s: %s,", name, rubyText.literal(f.value))
		} else {
			g.line("  %s => %s,", rubyText.literal(name), rubyText.literal(f.value))
		}
	}
	if kind := g.resourceType(); kind != "image" {
		g.line("  resource_type: %s,", rubyText.literal(kind))
	}
	if p.Auth == uploader.AuthUnsigned {
		g.line("  unsigned: true,")
	}
	g.line(")")
	g.line("puts result")
	notes := []string{"gem install cloudinary; " + notRun}
	if names := g.leftOut("R"); len(names) > 0 {
		notes = append(notes, "it cannot send what is shown: the SDK leaves "+strings.Join(names, ", ")+" out")
	}
	return g.done(notes...), nil
}
