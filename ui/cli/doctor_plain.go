package cli

import (
	"strings"

	"signpost/signer/visible"
	"signpost/ui/plain"
	"signpost/uploader"
	"signpost/uploader/export"
	"signpost/uploader/importer"
)

// doctorExtra is the doctor in the dialogue: of the upload that failed last, or of a text
// that is pasted.
func (a *app) doctorExtra() plain.Extra {
	return plain.Extra{
		Name:  "doctor",
		About: "why the last upload was refused, proved; doctor paste examines an error from elsewhere",
		Run: func(t plain.Talk, rest string) {
			p, _ := t.Prepared()
			text := ""
			if failed := t.Failed(); failed != nil && strings.TrimSpace(rest) == "" {
				text = uploader.Explain(failed, p).What
				if command, err := export.Curl(p, export.CurlOptions{}); err == nil {
					text += "\n" + command
				}
			} else {
				text = pastedLines(t)
			}
			if strings.TrimSpace(text) == "" {
				t.Say("There is nothing to examine.")
				return
			}
			a.talkDiagnosis(t, p.Account, text)
		},
	}
}

// pastedLines reads a text up to a line with a dot alone.
func pastedLines(t plain.Talk) string {
	t.Say("Paste the error of the service, and the command if you have it. A line with a dot alone ends it.")
	var b strings.Builder
	for b.Len() < importer.MaxText {
		line, ok := t.Ask("")
		if !ok || strings.TrimSpace(line) == "." {
			break
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// talkDiagnosis says what the doctor finds.
func (a *app) talkDiagnosis(t plain.Talk, account uploader.Account, text string) {
	d, err := a.examineFor(account, text, nil)
	if err != nil {
		t.Say(visible.CleanLines("error: " + a.redact(err.Error())))
		return
	}
	t.Say(visible.CleanLines(strings.TrimRight(a.redact(a.diagnosisText(d)), "\n")))
}
