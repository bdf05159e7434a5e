package present

import (
	"fmt"
	"strings"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/catalog"
	"signpost/uploader/export"
)

// Handout is what an audience takes home.
type Handout struct {
	Attempts []Attempt
	Mask     Mask
	// Again says how to get the same once more; empty where nobody can.
	Again string
	// Redact takes out secrets that stand in a text although they should not.
	Redact func(string) string
}

// mostBody is how much of an answer is written, in bytes.
const mostBody = 64 << 10

// Markdown writes the handout. Nothing of what came from outside can leave its place: it
// stands in fences that are longer than any in it.
func (h Handout) Markdown() string {
	var b strings.Builder
	b.WriteString("# A signed upload, step by step\n\nA session of signpost. The API secret is nowhere in it.\n")
	if h.Again != "" {
		b.WriteString("\n" + h.Again + "\n")
	}
	for i, a := range h.Attempts {
		if len(h.Attempts) > 1 {
			fmt.Fprintf(&b, "\n# Upload %d\n", i+1)
		}
		h.attempt(&b, a)
	}
	text := h.Mask.Text(b.String())
	if h.Redact != nil {
		text = h.Redact(text)
	}
	return text
}

func (h Handout) attempt(b *strings.Builder, a Attempt) {
	p, t := a.Prepared, a.Prepared.Trace
	target := "the sandbox on this machine"
	if !p.Account.Sandbox {
		target = "the service"
	}
	fmt.Fprintf(b, "\nSent to %s, at this address:\n", target)
	fence(b, "text", p.URL)

	section(b, 1, "Parameters")
	fence(b, "text", assignments(p))
	section(b, 2, "Left out of the signature")
	var left []string
	for _, l := range t.LeftOut {
		left = append(left, l.Name+": "+l.Reason.Words())
	}
	fence(b, "text", strings.Join(left, "\n"))
	section(b, 3, "Sorted by name")
	var sorted []string
	for _, s := range t.Steps {
		sorted = append(sorted, s.Name+" = "+string(visible.Clean(s.Value)))
	}
	fence(b, "text", strings.Join(sorted, "\n"))
	section(b, 4, "Joined: the string to sign")
	fence(b, "text", t.StringToSign)
	section(b, 5, "The API secret behind it")
	fence(b, "text", t.StringToSign+"‹API secret›")
	if p.Account.Sandbox {
		b.WriteString("\nThe sandbox's secret is the documentation's own: `" + signer.Published + "`.\n")
	}
	section(b, 6, string(hashName(t.Options))+" of that: the signature")
	fence(b, "text", t.Signature)
	section(b, 7, "The request as a command")
	commands(b, p)
	section(b, 8, "The answer")
	answerText(b, a)
}

func section(b *strings.Builder, n int, title string) { fmt.Fprintf(b, "\n## %d. %s\n", n, title) }

// assignments are the parameters in the person's order.
func assignments(p uploader.Prepared) string {
	var lines []string
	for _, q := range p.Draft().Params {
		if !q.Off && q.Value != "" {
			lines = append(lines, q.Name+" = "+string(visible.Clean(q.Value)))
		}
	}
	file := p.File.Text
	switch p.File.Kind {
	case uploader.FilePath:
		file = p.File.Path
	case uploader.FileSample:
		file = "the sample picture"
	case uploader.FileData:
		file = "a data URI"
	}
	return strings.Join(append(lines, "timestamp = "+p.Timestamp, "file = "+string(visible.Clean(file))), "\n")
}

// commands are the request as cURL, and as a script that signs itself.
func commands(b *strings.Builder, p uploader.Prepared) {
	for _, f := range []struct{ id, words string }{
		{"curl", "As it was shown. Its signature is good for an hour."},
		{"self-signing", "The same as a script that takes the secret from the environment and signs itself. It does not grow stale."},
	} {
		format, ok := export.Find(f.id)
		if !ok {
			continue
		}
		snippet, err := format.Make(p)
		if err != nil {
			continue
		}
		b.WriteString("\n" + f.words + "\n")
		fence(b, "sh", snippet.Text)
	}
}

func answerText(b *strings.Builder, a Attempt) {
	if a.Result == nil && a.Err == nil {
		b.WriteString("\nIt was not sent.\n")
		return
	}
	if a.Result != nil {
		fence(b, "text", a.Result.StatusText)
	}
	if a.Err != nil {
		fence(b, "text", strings.TrimSpace(a.Why.Title+"\n"+a.Why.What+"\n"+a.Why.Why+"\n"+a.Why.Hint))
	}
	if a.Result == nil {
		return
	}
	body, kind := string(a.Result.Body), "text"
	if a.Result.Kind == uploader.BodyJSON && len(body) <= mostBody {
		if indented, err := catalog.IndentJSON(body); err == nil {
			body, kind = indented, "json"
		}
	}
	if len(body) > mostBody {
		body = body[:mostBody] + "\n… and more"
	}
	fence(b, kind, body)
}

// fence sets a text in a code block whose fence is longer than any in the text.
func fence(b *strings.Builder, kind, content string) {
	content = strings.TrimRight(string(visible.CleanLines(content)), "\n")
	longest, run := 2, 0
	for _, r := range content {
		if r == '`' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	marks := strings.Repeat("`", longest+1)
	b.WriteString("\n" + marks + kind + "\n" + content + "\n" + marks + "\n")
}
