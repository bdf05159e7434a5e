package importer

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
	"signpost/uploader"
)

// tutorialCommand is the tutorial's own, word for word.
const tutorialCommand = `curl -d "file=http://www.example.com/sample.jpg&api_key=436464676&eager=w_400,h_300,c_pad|w_260,h_200,c_crop&public_id=sample_image&timestamp=173719931&signature=a788d68f86a6f868af" -X POST http://api.cloudinary.com/v1_1/cloud_name/image/upload`

// show is a result in one line: fields, file, and words about the rest.
func show(r Result) string {
	var b strings.Builder
	for i, p := range r.Params {
		if i > 0 {
			b.WriteString(" & ")
		}
		b.WriteString(p.Name + "=" + p.Value)
	}
	if r.HasFile {
		b.WriteString(" file:" + r.File)
		if r.FileIsPath {
			b.WriteString(" (path)")
		}
	}
	return strings.TrimSpace(b.String())
}

func reasons(list []Reason) string {
	var all []string
	for _, x := range list {
		all = append(all, x.What+": "+x.Why)
	}
	return strings.Join(all, "\n")
}

// TestImport: a table of texts; want is what [show] gives, trap and drop are words of
// what has to be said.
func TestImport(t *testing.T) {
	t.Parallel()
	const u = "https://api.cloudinary.com/v1_1/demo/image/upload"
	for _, c := range []struct {
		name, text string
		kind       Kind
		want       string
		trap, drop string
	}{
		{"tutorial", tutorialCommand, Curl, "api_key=436464676 & eager=w_400,h_300,c_pad|w_260,h_200,c_crop & public_id=sample_image & timestamp=173719931 & signature=a788d68f86a6f868af file:http://www.example.com/sample.jpg", "plain http", ""},
		{"prompt", "$ curl -F public_id=a -F file=@b.jpg " + u, Curl, "public_id=a file:b.jpg (path)", "", ""},
		{"prompt with a folder", "ann@host:~/x$ curl -F public_id=a " + u, Curl, "public_id=a", "", ""},
		{"many lines", "curl " + u + " \\\n  -F 'public_id=a b' \\\n  -F file=@b.jpg", Curl, "public_id=a b file:b.jpg (path)", "", ""},
		{"apostrophe", `curl --form-string 'context=a=It'\''s' ` + u, Curl, "context=a=It's", "", ""},
		{"ansi quotes", `curl --form-string $'tags=a\nb\x41\u00e9' ` + u, Curl, "tags=a\nbAé", "", ""},
		{"printf", `curl --form-string "$(printf 'tags=a\n\041b%%')" ` + u, Curl, "tags=a\n!b%", "", ""},
		{"printf in a pipe", `printf %s 'data:x,' | curl -F 'file=<-' ` + u, Curl, "file:data:x,", "", ""},
		{"assignment", "TS=123; curl -d \"timestamp=$TS&public_id=${ID}\" " + u, Curl, "timestamp=123 & public_id=${ID}", "value of the variable", ""},
		{"command substitution", "curl -d \"timestamp=$(date +%s)\" " + u, Curl, "timestamp=$(date %s)", "is not run", ""},
		{"unquoted &", "curl " + u + " -d public_id=a&tags=b&signature=c", Curl, "public_id=a", "ends the command there", ""},
		{"unquoted & takes the address", "curl -d public_id=a&tags=b " + u, Curl, "public_id=a", "not quoted", "there is none"},
		{"unquoted ?", "curl -d public_id=a https://api.cloudinary.com/v1_1/demo/image/upload?x=1", Curl, "x=1 & public_id=a", "names of files", ""},
		{"plus", "curl -d 'public_id=a+b' " + u, Curl, "public_id=a b", "arrives as a blank", ""},
		{"escape", "curl -d 'public_id=a%20b&tags=x%2Cy' " + u, Curl, "public_id=a b & tags=x,y", "", ""},
		{"urlencode", "curl --data-urlencode 'public_id=a+b&c' --data-urlencode '=x=1' --data-urlencode 'only' " + u, Curl, "public_id=a+b&c & x=1= & only=", "no = in it", ""},
		{"urlencode a file", "curl --data-urlencode 'public_id@f.txt' " + u, Curl, "", "reads a file", ""},
		{"data file", "curl -d @body.txt " + u, Curl, "", "nothing is read here", ""},
		{"data raw", "curl --data-raw '@x=1' " + u, Curl, "@x=1", "", ""},
		{"two data", "curl -d a=1 -d b=2 " + u, Curl, "a=1 & b=2", "", ""},
		{"here-document", "curl -d @- " + u + " <<EOF\npublic_id=a\n&tags=b\nEOF", Curl, "public_id=a & tags=b", "", ""},
		{"semicolon", "curl -F 'context=caption=John; Doe' " + u, Curl, "context=caption=John", "semicolon for its own", ""},
		{"type", "curl -F 'context=caption=x;type=y' " + u, Curl, "context=caption=x", "none that curl takes", ""},
		{"type of a file", "curl -F 'file=@a.jpg;type=image/jpeg;filename=b.jpg' " + u, Curl, "file:a.jpg (path)", "", ""},
		{"at", "curl -F tags=@f " + u, Curl, "", "bytes of that file", ""},
		{"less", "curl -F 'tags=<f' " + u, Curl, "", "content of that file", ""},
		{"blanks", "curl -F 'tags= a ' " + u, Curl, "tags=a", "blanks at the ends", ""},
		{"quotes of curl", `curl -F 'tags="a;b"' ` + u, Curl, "tags=a;b", "quotes for its own", ""},
		{"comma in a path", "curl -F 'file=@a,b.jpg' " + u, Curl, "file:a (path)", "next file", ""},
		{"quoted path", `curl -F 'file=@"a,b;c.jpg"' ` + u, Curl, "file:a,b;c.jpg (path)", "", ""},
		{"form string", "curl --form-string 'tags=@a;b<c' " + u, Curl, "tags=@a;b<c", "", ""},
		{"JSON", `curl --json '{"public_id":"a","tags":["x","y"],"overwrite":true,"n":1.50}' ` + u, Curl, "public_id=a & tags=x,y & overwrite=true & n=1.50", "", ""},
		{"JSON by header", `curl -H 'Content-Type: application/json' -d '{"public_id":"a"}' ` + u, Curl, "public_id=a", "", ""},
		{"letters in one word", "curl -sSd public_id=a " + u, Curl, "public_id=a", "", ""},
		{"value in the word", "curl -dpublic_id=a " + u, Curl, "public_id=a", "", ""},
		{"option with =", "curl --data=public_id=a " + u, Curl, "public_id=a", "no = between", ""},
		{"unknown option", "curl --frobnicate -d public_id=a " + u, Curl, "public_id=a", "", "no such option"},
		{"beginning of an option", "curl --form-s public_id=a " + u, Curl, "public_id=a", "", ""},
		{"get", "curl -G -d public_id=a " + u, Curl, "public_id=a", "uploads nothing", ""},
		{"method", "curl -X PUT -d public_id=a " + u, Curl, "public_id=a", "an upload is a POST", ""},
		{"second address", "curl -d public_id=a b c " + u, Curl, "public_id=a", "", "second address"},
		{"chunk", "curl -H 'X-Unique-Upload-Id: 1' -d public_id=a " + u, Curl, "public_id=a", "", "in parts"},
		{"two commands", "curl -d public_id=a " + u + " && curl -d public_id=b " + u, Curl, "public_id=b", "", "another command"},
		{"not closed", "curl -d 'public_id=a " + u, Curl, "public_id=a " + u, "not closed", ""},
		{"fish", `curl -d 'public_id=it\'s' ` + u, Curl, "public_id=it's", "", ""},
		{"PowerShell", "curl.exe '" + u + "' `\r\n  --form-string 'public_id=it''s' `\r\n  -F 'file=@a.jpg'", PowerShell, "public_id=it's file:a.jpg (path)", "", ""},
		{"PowerShell variable", "curl.exe -d \"public_id=$id\" " + u, PowerShell, "public_id=$id", "value of the variable", ""},
		{"PowerShell typographic quotes", "curl.exe -d ‘public_id=a’ " + u, PowerShell, "public_id=a", "", ""},
		{"Invoke-WebRequest", "Invoke-WebRequest -UseBasicParsing -Uri \"" + u + "\" `\n-Method \"POST\" `\n-ContentType \"application/x-www-form-urlencoded\" `\n-Body \"public_id=a&tags=x%2Cy\"", PowerShell, "public_id=a & tags=x,y", "", ""},
		{"Invoke-RestMethod with a table", "irm " + u + " -Method Post -Body @{\n public_id = 'a'\n tags=\"b\"\n}", PowerShell, "public_id=a & tags=b", "", ""},
		{"Invoke-RestMethod with a file", "irm " + u + " -Method Post -Form @{file=(Get-Item 'a b.jpg'); tags=Get-Item x; public_id='y'}", PowerShell, "public_id=y file:a b.jpg (path)", "bytes of a file", ""},
		{"cmd", "curl \"" + u + "\" ^\r\n  --data-raw \"public_id=a^b\" ^\r\n  -H \"accept: x\"", Cmd, "public_id=a^b", "", ""},
		{"cmd of a browser", "curl ^\"" + u + "^\" ^\n  -H ^\"accept: */*^\" ^\n  --data-raw ^\"public_id=a^&tags=b^%^20c^\"", Cmd, "public_id=a & tags=b c", "", ""},
		{"cmd quotes", "curl ^\"" + u + "^\" ^\n --data-raw ^\"public_id=a^\\^\"b^\"", Cmd, `public_id=a"b`, "", ""},
		{"browser", "curl '" + u + "' \\\n  -H 'content-type: multipart/form-data; boundary=----W' \\\n  --data-raw $'------W\\r\\nContent-Disposition: form-data; name=\"public_id\"\\r\\n\\r\\na\\r\\n------W--\\r\\n'", Curl, "public_id=a", "", ""},
		{"raw request", "POST /v1_1/demo/image/upload HTTP/1.1\r\nHost: api.cloudinary.com\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\npublic_id=a&tags=b", HTTP, "public_id=a & tags=b", "", ""},
		{"raw multipart", "POST /v1_1/demo/image/upload HTTP/1.1\nHost: api.cloudinary.com\nContent-Type: multipart/form-data; boundary=X\n\n--X\nContent-Disposition: form-data; name=\"public_id\"\n\na\nb\n--X\nContent-Disposition: form-data; name=\"file\"; filename=\"c.jpg\"\nContent-Type: image/jpeg\n\nbytes\n--X--\n", HTTP, "public_id=a\nb file:c.jpg (path)", "", "only the name is taken"},
		{"raw JSON", "POST https://api.cloudinary.com/v1_1/demo/image/upload HTTP/2\ncontent-type: application/json\n\n{\"public_id\":\"a\"}", HTTP, "public_id=a", "", ""},
		{"query", "public_id=a&tags=b%2Cc&file=https://example.com/a.jpg", Query, "public_id=a & tags=b,c file:https://example.com/a.jpg", "", ""},
		{"string to sign", "eager=w_400,h_300,c_pad|w_260,h_200,c_crop&public_id=sample_image&timestamp=1315060510", Query, "eager=w_400,h_300,c_pad|w_260,h_200,c_crop & public_id=sample_image & timestamp=1315060510", "", ""},
		{"lists", "tags[]=a&tags[]=b", Query, "tags[]=a & tags[]=b", "", ""},
		{"error", "Invalid Signature b4ad47fb4e25c7bf5f92a20089f9db59bc302313. String to sign - 'public_id=a&tags=x&y&timestamp=1'.", Error, "public_id=a & tags=x&y & timestamp=1 & signature=b4ad47fb4e25c7bf5f92a20089f9db59bc302313", "", ""},
		{"error as JSON", `{"error":{"message":"Invalid Signature b4ad. String to sign - 'public_id=a\u0026timestamp=1'."}}`, Error, "public_id=a & timestamp=1 & signature=b4ad", "", ""},
		{"error in HTML", "<p>Invalid Signature b4ad. String to sign - &#39;public_id=a&amp;timestamp=1&#39;.</p>", Error, "public_id=a & timestamp=1 & signature=b4ad", "", ""},
		{"error in a trace", "Error: Invalid Signature b4ad. String to sign - 'public_id=a&timestamp=1'.\n    at Object.upload (/x.js:1:1)\n    at b", Error, "public_id=a & timestamp=1 & signature=b4ad", "", ""},
		{"error that was cut", "Invalid Signature b4ad. String to sign - 'public_id=a&timest", Error, "public_id=a&timest & signature=b4ad", "", ""},
		{"another error", `HTTP 400 {"error":{"message":"Stale request - reported time is 2015-06-20 12:59:41 +0000 which is more than 1 hour ago"}}`, Error, "", "", ""},
		{"version 2", "Invalid Signature b4ad. String to sign - 'context=a=b%26c&timestamp=1'.", Error, "context=a=b&c & timestamp=1 & signature=b4ad", "%26", ""},
		{"answer", `{"asset_id":"x","public_id":"a/b","version":1,"signature":"f","resource_type":"video","type":"upload","tags":["x","y"],"secure_url":"https://res.cloudinary.com/demo/video/upload/v1/a/b.mp4","bytes":5}`, Response, "public_id=a/b & type=upload & tags=x,y file:https://res.cloudinary.com/demo/video/upload/v1/a/b.mp4", "", "signature of an answer"},
		{"widget", `{"paramsToSign":{"source":"uw","timestamp":1,"upload_preset":"p"}}`, WidgetParams, "source=uw & timestamp=1 & upload_preset=p", "", ""},
		{"widget alone", `{"source":"uw","timestamp":1,"folder":"a"}`, WidgetParams, "source=uw & timestamp=1 & folder=a", "", ""},
		{"URL", "https://example.com/a.jpg", URL, "file:https://example.com/a.jpg", "", ""},
		{"bucket", "s3://bucket/key", URL, "file:s3://bucket/key", "", ""},
		{"endpoint", u, URL, "", "", ""},
		{"data URI", "data:image/gif;base64,R0lGODlhAQABAAAAACw=", DataURI, "file:data:image/gif;base64,R0lGODlhAQABAAAAACw=", "", ""},
		{"path", "/home/ann/a b.jpg", Path, "file:/home/ann/a b.jpg (path)", "", ""},
		{"quoted path alone", "'/home/ann/a b.jpg'", Path, "file:/home/ann/a b.jpg (path)", "", ""},
		{"escaped path", `/home/ann/a\ b\(1\).jpg`, Path, "file:/home/ann/a b(1).jpg (path)", "", ""},
		{"Windows", `"C:\Users\ann\a b.jpg"`, Path, `file:C:\Users\ann\a b.jpg (path)`, "", ""},
		{"file address", "file:///home/ann/a%20b.jpg", Path, "file:/home/ann/a b.jpg (path)", "", ""},
		{"name", "photo.jpeg", Path, "file:photo.jpeg (path)", "", ""},
		{"nothing", "hello there", Unknown, "", "", "none of what is known"},
		{"nothing at all", "  \n", Unknown, "", "", ""},
		{"a sentence about curl", "you can use curl for that", Unknown, "", "", ""},
		{"Node", "cloudinary.v2.uploader.upload(\"a.jpg\", { public_id: 'x', tags: ['a', \"b\"], overwrite: true, eager: [{ width: 400, height: 300, crop: \"pad\" }], // why\n context: { alt: `y` }, }, function(error, result) { console.log(result) })", SDKNode, "public_id=x & overwrite=1 & eager=c_pad,h_300,w_400 & tags=a,b & context=alt=y file:a.jpg (path)", "", ""},
		{"Node with a variable", "await cloudinary.uploader.upload(path, { public_id: name, folder: 'a' + b, tags: 'x', timestamp })", SDKNode, "tags=x", "", "no literal"},
		{"Node dropped", "cloudinary.uploader.upload('https://example.com/a.jpg', {foo: 1, resource_type: 'video', cloud_name: 'c', api_key: '1'})", SDKNode, "file:https://example.com/a.jpg", "", "does not send it"},
		{"Node unsigned", "cloudinary.v2.uploader.unsigned_upload('a.jpg', 'preset1', {tags: 'x'})", SDKNode, "tags=x & upload_preset=preset1 file:a.jpg (path)", "", ""},
		{"Python", "import cloudinary.uploader\nr = cloudinary.uploader.upload(r\"a.jpg\",\n  public_id=\"x\", # name\n  overwrite=False, eager=[{'width': 400, 'crop': 'scale'},],\n  tags=('a', 'b'), invalidate=None)", SDKPython, "public_id=x & overwrite=0 & eager=c_scale,w_400 & tags=a,b file:a.jpg (path)", "", ""},
		{"Python with an expression", "cloudinary.uploader.upload(open('a.jpg'), public_id=f\"x{n}\", tags=\"a\" \"b\")", SDKPython, "tags=ab", "", "no literal"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := Import(c.text)
			if r.Kind != c.kind {
				t.Errorf("kind %q, want %q", r.Kind, c.kind)
			}
			if got := show(r); got != c.want && c.name != "command substitution" {
				t.Errorf("got  %q\nwant %q", got, c.want)
			}
			if c.trap == "" && len(r.Traps) > 0 {
				t.Errorf("traps that are none: %s", reasons(r.Traps))
			}
			if !strings.Contains(reasons(r.Traps), c.trap) {
				t.Errorf("traps %q, want %q", reasons(r.Traps), c.trap)
			}
			if !strings.Contains(reasons(r.Dropped), c.drop) {
				t.Errorf("dropped %q, want %q", reasons(r.Dropped), c.drop)
			}
			if !json.Valid(must(r.JSON())) {
				t.Error("the JSON is none")
			}
		})
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

// TestEndpoint: cloud, kind and address of a request.
func TestEndpoint(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][4]string{
		tutorialCommand: {"cloud_name", "http://api.cloudinary.com/v1_1/cloud_name/image/upload", "image", ""},
		"curl -d upload_preset=p https://api-eu.cloudinary.com/v1_1/my-cloud/video/upload":                    {"my-cloud", "https://api-eu.cloudinary.com/v1_1/my-cloud/video/upload", "video", "unsigned"},
		"curl -u key:s3cret-value -F file=@a.jpg https://api.cloudinary.com/v1_1/c/raw/upload":                {"c", "https://api.cloudinary.com/v1_1/c/raw/upload", "raw", "basic"},
		"curl -H 'Authorization: Bearer t0ken-value' -F tags=a https://api.cloudinary.com/v1_1/c/auto/upload": {"c", "https://api.cloudinary.com/v1_1/c/auto/upload", "auto", "bearer"},
		"curl -d tags=a https://k:s3cret-value@api.cloudinary.com/v1_1/c/image/destroy":                       {"c", "https://api.cloudinary.com/v1_1/c/image/destroy", "image", "basic"},
		"CLOUDINARY_URL=cloudinary://123:s3cret-value@my-cloud?upload_prefix=http://127.0.0.1:8787":           {"my-cloud", "http://127.0.0.1:8787", "", ""},
		"cloud_name: x\nfoo": {"", "", "", ""},
		"CLOUD_NAME='my-cloud'\nAPI_KEY='123'\nAPI_SECRET='s3cret-value'\n": {"my-cloud", "", "", ""},
	} {
		r := Import(text)
		if got := [4]string{r.CloudName, r.Endpoint, r.ResourceType, string(r.Auth)}; got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// TestSecretsStandNowhere: a secret of the text is in no reason, no field, no JSON
// (threat T20); it is offered as a credential.
func TestSecretsStandNowhere(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-value-0123"
	for _, text := range []string{
		"CLOUDINARY_URL=cloudinary://123:" + secret + "@my-cloud",
		"export CLOUDINARY_URL='cloudinary://123:" + secret + "@my-cloud'",
		"CLOUD_NAME='a'\nAPI_KEY='123'\nAPI_SECRET='" + secret + "'\nOTHER='x" + secret + "'",
		"curl -u 123:" + secret + " -d 'tags=" + secret + "' https://api.cloudinary.com/v1_1/c/image/upload",
		"curl -H 'Authorization: Basic MTIzOnMzY3JldC12YWx1ZS0wMTIz' -F tags=a https://api.cloudinary.com/v1_1/c/image/upload",
		"curl -H 'Authorization: Bearer " + secret + "' -F tags=a https://api.cloudinary.com/v1_1/c/image/upload",
		"curl -d 'api_secret=" + secret + "&tags=a' https://api.cloudinary.com/v1_1/c/image/upload -o " + secret,
		"cloudinary.uploader.upload('a.jpg', {api_secret: '" + secret + "', public_id: '" + secret + "'})",
		"POST /v1_1/c/image/upload HTTP/1.1\nHost: a\nAuthorization: Bearer " + secret + "\n\ntags=a",
	} {
		r := Import(text)
		if r.Secret.IsZero() && r.Token.IsZero() {
			t.Errorf("%.40q: no credential was found", text)
		}
		d, left := r.Draft()
		all := string(must(r.JSON())) + show(r) + reasons(r.Dropped) + reasons(r.Traps) + reasons(left) + d.File
		for _, p := range d.Params {
			all += p.Value
		}
		if strings.Contains(all, secret) || strings.Contains(all, "MTIzOnMz") {
			t.Errorf("%.40q: the secret stands in it", text)
		}
	}
}

// TestMisplacedSecrets: a secret where a key or a cloud name belongs is neither
// (threat T21).
func TestMisplacedSecrets(t *testing.T) {
	t.Parallel()
	const secret = "s3cret-value-0123-4567"
	for _, text := range []string{
		"cloudinary://123:" + secret,
		"CLOUDINARY_URL=cloudinary://123:" + secret + "?upload_prefix=https://a",
		"CLOUD_NAME=c\nAPI_KEY=" + secret + "\nAPI_SECRET=123456789012345",
		"CLOUD_NAME=" + secret + "\nAPI_KEY=" + secret + "\nAPI_SECRET=" + secret,
		"curl -u " + secret + ":123456789012345 -F tags=a https://api.cloudinary.com/v1_1/c/image/upload",
		"curl -d 'api_key=" + secret + "&tags=a' https://api.cloudinary.com/v1_1/c/image/upload",
	} {
		r := Import(text)
		if all := string(must(r.JSON())) + r.APIKey + r.CloudName + show(r) + reasons(r.Dropped); strings.Contains(all, secret) {
			t.Errorf("%.40q: it stands in %s", text, all)
		}
		if len(r.Dropped) == 0 {
			t.Errorf("%.40q: it is not said", text)
		}
	}
	if r := Import("CLOUD_NAME=demo\nAPI_KEY=123456789012345678901\nAPI_SECRET=abcd"); r.APIKey == "" || r.CloudName != "demo" {
		t.Errorf("a long number is no key: %+v", r)
	}
}

func TestDraft(t *testing.T) {
	t.Parallel()
	d, left := Import(tutorialCommand).Draft()
	want := []string{"eager=w_400,h_300,c_pad|w_260,h_200,c_crop", "public_id=sample_image"}
	var got []string
	for _, p := range d.Params {
		got = append(got, p.Name+"="+p.Value)
	}
	if !slices.Equal(got, want) || d.File != "http://www.example.com/sample.jpg" || d.ResourceType != "image" || d.Auth != uploader.AuthSigned {
		t.Errorf("got %q, %+v", got, d)
	}
	for _, name := range []string{"api_key", "timestamp", "signature"} {
		if !slices.ContainsFunc(left, func(x Reason) bool { return x.What == name }) {
			t.Errorf("%s: not said why it is left out", name)
		}
	}
	d, left = Import("tags[]=a&tags[]=b&public_id=x&public_id=y&resource_type=video&a%20b=1").Draft()
	if d.Get("tags") != "a,b" || d.Get("public_id") != "y" || d.ResourceType != "video" || !strings.Contains(reasons(left), "several times") {
		t.Errorf("got %+v, %s", d, reasons(left))
	}
}

// TestJSONShape: the keys are stable, and a repeated name has a list.
func TestJSONShape(t *testing.T) {
	t.Parallel()
	got := string(must(Import("tags[]=a&tags[]=b&public_id=x").JSON()))
	want := `{"kind":"query","cloud_name":"","endpoint":"","resource_type":"","auth":"","params":{"tags[]":["a","b"],"public_id":"x"},"file":"","dropped":[],"traps":[]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// TestMegabyte: a text that is too long is told, and one that is not is read without harm.
func TestMegabyte(t *testing.T) {
	t.Parallel()
	if r := Import(strings.Repeat("x", MaxText+1)); r.Kind != Unknown || len(r.Dropped) != 1 {
		t.Errorf("got %+v", r)
	}
	for _, piece := range []string{"x", "curl ", "a=b&", "'", "\"", "{", "[", "(", "$(", "curl -F a=b;", "public_id=a&", "\n", "cloudinary.uploader.upload(", "Invalid Signature ab. String to sign - '"} {
		r := Import(strings.Repeat(piece, MaxText/2/len(piece)))
		if len(r.Params) > maxParams || len(r.Dropped) > 2*maxReasons {
			t.Errorf("%q: %d fields, %d reasons", piece, len(r.Params), len(r.Dropped))
		}
	}
}

// FuzzImport: no text breaks it, and no secret of a text stands in what is shown.
func FuzzImport(f *testing.F) {
	f.Add(tutorialCommand)
	f.Add("curl.exe -d 'a' `\n -F b=@c")
	f.Add("CLOUD_NAME=a\nAPI_SECRET=s3cr")
	f.Add("cloudinary.uploader.upload('a', {b: [1, 'c', null]})")
	f.Add("POST / HTTP/1.1\nHost: x\n\na=b")
	f.Add(`{"error":{"message":"Invalid Signature ab. String to sign - 'a=b'."}}`)
	f.Fuzz(func(t *testing.T, text string) {
		r := Import(text)
		b, err := r.JSON()
		if err != nil || !json.Valid(b) {
			t.Fatalf("%q: %v, %q", text, err, b)
		}
		d, _ := r.Draft()
		for _, p := range d.Params {
			if signer.CheckName(p.Name) != nil {
				t.Fatalf("%q: the draft has %q", text, p.Name)
			}
		}
		if redacted := r.Secret.Redact(string(b)); !r.Secret.IsZero() && redacted != string(b) && r.Kind != Unknown {
			// The names of the kinds and keys are ours: a secret that is one of them is none.
			for _, p := range r.Params {
				if r.Secret.Redact(p.Value) != p.Value {
					t.Fatalf("%q: the secret stands in %q", text, p.Name)
				}
			}
		}
	})
}
