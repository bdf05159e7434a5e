package export

import (
	"errors"
	"slices"
	"strings"

	"signpost/uploader"
	"signpost/uploader/catalog"
)

// neverForBrowsers are parameters that a server should not sign for whoever asks: they
// call addresses, run scripts, or open what is closed (threat T29).
var neverForBrowsers = []string{"notification_url", "eager_notification_url", "eval", "on_success", "type", "access_control", "access_mode", "overwrite", "invalidate", "backup", "proxy", "callback", "headers", "raw_convert", "api_secret"}

// serverParams are the parameters that the handler signs: those of the request that a
// browser may choose.
func (g *program) serverParams() (allowed, refused []string) {
	for _, f := range g.params {
		if spec, known := catalog.Lookup(f.name); slices.Contains(neverForBrowsers, f.name) || known && spec.Type == catalog.Script {
			refused = append(refused, f.name)
			continue
		}
		allowed = append(allowed, f.name)
	}
	return allowed, refused
}

// errServer means that there is nothing for a server to sign.
var errServer = errors.New("only a signed upload needs a server that signs")

func newServer(p uploader.Prepared) (*program, error) {
	if p.File.Kind == uploader.FileNone || p.File.Kind == uploader.FileSample {
		// The browser chooses the file.
		p.File = uploader.File{Kind: uploader.FileHTTP, Text: "https://example.com/a.jpg"}
	}
	g, err := newProgram(p)
	if err == nil && p.Auth != uploader.AuthSigned {
		err = problem(errServer, "choose the signed way")
	}
	return g, err
}

// serverNotes say what was left out of the list, and how a browser goes on.
func serverNotes(refused []string) []string {
	notes := []string{"POST /sign takes JSON such as {\"public_id\": \"a\"} and returns signature, timestamp, api_key and cloud_name; the secret stays on the server"}
	if len(refused) > 0 {
		notes = append(notes, "not on the list of what a browser may choose: "+strings.Join(refused, ", "))
	}
	return notes
}

// nodeServer is the tutorial's server side: a handler without any package.
func nodeServer(p uploader.Prepared) (Snippet, error) {
	g, err := newServer(p)
	if err != nil {
		return Snippet{}, err
	}
	allowed, refused := g.serverParams()
	amp := ""
	if g.escapesAmp() {
		amp = `.replaceAll("&", "%26")`
	}
	g.line(`const crypto = require("node:crypto");`)
	g.line(`const http = require("node:http");`)
	g.line("")
	g.line("const secret = process.env.CLOUDINARY_API_SECRET;")
	g.line("if (!secret) throw new Error(\"set CLOUDINARY_API_SECRET\");")
	g.line("// What a browser may choose. Never notification_url, eval, on_success, type, access_control.")
	g.line("const allowed = new Set(%s);", jsList(allowed))
	g.line("")
	g.line("function sign(params) {")
	g.line("  const timestamp = Math.floor(Date.now() / 1000);")
	g.line("  const all = { ...params, timestamp };")
	g.line("  const toSign = Object.keys(all)")
	g.line("    .sort()")
	g.line("    .map((name) => `${name}=${all[name]}`%s)", amp)
	g.line(`    .join("&");`)
	g.line("  const signature = crypto.createHash(%s).update(toSign + secret).digest(\"hex\");", jsText.literal(g.sha()))
	g.line("  return { signature, timestamp, api_key: %s, cloud_name: %s };", jsText.literal(p.Account.APIKey), jsText.literal(p.Account.CloudName))
	g.line("}")
	g.line("")
	g.line("const server = http.createServer((request, response) => {")
	g.line("  const answer = (status, body) => {")
	g.line("    response.writeHead(status, { \"Content-Type\": \"application/json\" });")
	g.line("    response.end(JSON.stringify(body));")
	g.line("  };")
	g.line("  if (request.url !== \"/sign\") return answer(404, { error: \"not found\" });")
	g.line("  if (request.method !== \"POST\") return answer(405, { error: \"POST only\" });")
	g.line("  // A form of another site cannot send JSON without asking first; a browser says where it comes from.")
	g.line("  if (request.headers[\"content-type\"] !== \"application/json\") return answer(415, { error: \"application/json only\" });")
	g.line("  if ([\"cross-site\", \"same-site\"].includes(request.headers[\"sec-fetch-site\"])) return answer(403, { error: \"another site\" });")
	g.line("  let body = \"\";")
	g.line("  request.on(\"data\", (chunk) => {")
	g.line("    body += chunk;")
	g.line("    if (body.length > 10000) request.destroy();")
	g.line("  });")
	g.line("  request.on(\"end\", () => {")
	g.line("    try {")
	g.line("      const params = JSON.parse(body);")
	g.line("      for (const [name, value] of Object.entries(params)) {")
	g.line("        if (!allowed.has(name) || typeof value !== \"string\" || value === \"\") return answer(400, { error: `${name} is not signed here` });")
	g.line("      }")
	g.line("      answer(200, sign(params));")
	g.line("    } catch {")
	g.line("      answer(400, { error: \"an object of texts, please\" });")
	g.line("    }")
	g.line("  });")
	g.line("});")
	g.line("server.listen(Number(process.env.PORT ?? 3000), \"127.0.0.1\", () => console.log(`http://127.0.0.1:${server.address().port}/sign`));")
	g.line("")
	g.line("// In the browser, with the same parameters:")
	g.line("//   const signed = await (await fetch(\"/sign\", { method: \"POST\", headers: { \"Content-Type\": \"application/json\" }, body: JSON.stringify(params) })).json();")
	g.line("//   const form = new FormData();")
	g.line("//   for (const [name, value] of Object.entries({ ...params, ...signed })) if (name !== \"cloud_name\") form.append(name, value);")
	g.line("//   form.append(\"file\", input.files[0]);")
	g.line("//   await fetch(%s, { method: \"POST\", body: form });", jsText.literal(p.URL))
	return Snippet{Text: strings.TrimSuffix(g.b.String(), "\n"), Notes: serverNotes(refused)}, nil
}

func jsList(items []string) string {
	var all []string
	for _, s := range items {
		all = append(all, jsText.literal(s))
	}
	return "[" + strings.Join(all, ", ") + "]"
}

// goServer is the same in Go.
func goServer(p uploader.Prepared) (Snippet, error) {
	g, err := newServer(p)
	if err != nil {
		return Snippet{}, err
	}
	allowed, refused := g.serverParams()
	sum := map[string]string{"sha1": "sha1.Sum", "sha256": "sha256.Sum256"}[g.sha()]
	value := "params[name]"
	if g.escapesAmp() {
		value = `strings.ReplaceAll(params[name], "&", "%26")`
	}
	text := `package main

import (
	"crypto/SHA"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What a browser may choose. Never notification_url, eval, on_success, type, access_control.
var allowed = []string{ALLOWED}

func sign(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Content-Type") != "application/json" {
		http.Error(w, "application/json only", http.StatusUnsupportedMediaType)
		return
	}
	var params map[string]string
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 10_000)).Decode(&params); err != nil || params == nil {
		http.Error(w, "an object of texts, please", http.StatusBadRequest)
		return
	}
	timestamp := time.Now().Unix()
	for name, value := range params {
		if !slices.Contains(allowed, name) || value == "" {
			http.Error(w, name+" is not signed here", http.StatusBadRequest)
			return
		}
	}
	params["timestamp"] = strconv.FormatInt(timestamp, 10)
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(params)) {
		pairs = append(pairs, name+"="+VALUE)
	}
	hash := SUM([]byte(strings.Join(pairs, "&") + os.Getenv("CLOUDINARY_API_SECRET")))
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{
		"signature": hex.EncodeToString(hash[:]), "timestamp": timestamp,
		"api_key": KEY, "cloud_name": CLOUD,
	})
}

func main() {
	if os.Getenv("CLOUDINARY_API_SECRET") == "" {
		log.Fatal("set CLOUDINARY_API_SECRET")
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "3000"
	}
	listener, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("http://%s/sign\n", listener.Addr())
	mux := http.NewServeMux()
	mux.HandleFunc("POST /sign", sign)
	// A page of another site is refused.
	log.Fatal(http.Serve(listener, http.NewCrossOriginProtection().Handler(mux)))
}`
	var names []string
	for _, s := range allowed {
		names = append(names, goText.literal(s))
	}
	text = strings.NewReplacer("crypto/SHA", "crypto/"+g.sha(), "ALLOWED", strings.Join(names, ", "), "VALUE", value, "SUM", sum,
		"KEY,", goText.literal(p.Account.APIKey)+",", "CLOUD,", goText.literal(p.Account.CloudName)+",").Replace(text)
	return Snippet{Text: strings.ReplaceAll(text, "\t", "    "), Notes: append(serverNotes(refused), "Go 1.25 or newer")}, nil
}
