package ui

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/ui/dialog"
	"signpost/ui/doctor"
	"signpost/ui/tampering"
	"signpost/uploader"
)

// refusedText is an error as people paste it: the preset was not signed. It was made with
// the sandbox's published secret.
func refusedText(t *testing.T) string {
	t.Helper()
	signature, err := signer.SignText("public_id=sample_image&timestamp=1767323045", signer.NewSecret(signer.Published), signer.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	return `{"error":{"message":"Invalid Signature ` + signature + `. String to sign - 'public_id=sample_image&timestamp=1767323045&upload_preset=signed_only'."}}`
}

// doctorCases are the frames of the doctor and of the tamper mode, in front of a real
// sandbox.
func doctorCases(t *testing.T) map[string]func(w *world) (Deps, []tea.Msg) {
	all := map[string]func(w *world) (Deps, []tea.Msg){}
	paste := func(s string) []tea.Msg { return append(keys("f9"), tea.PasteMsg{Content: s}, examined(s)) }
	likely := strings.ReplaceAll(refusedText(t), "&upload_preset=signed_only", "")
	for name, msgs := range map[string][]tea.Msg{
		"doctor/empty":    keys("f9"),
		"doctor/proved":   paste(refusedText(t)),
		"doctor/likely":   paste(likely),
		"doctor/unknown":  paste(strings.ReplaceAll(refusedText(t), "sample_image&timestamp", "other&timestamp")),
		"doctor/expired":  paste("Stale request - reported time is 2026-01-02 01:04:05 +0000 which is more than 1 hour ago"),
		"doctor/ok":       paste(`{"message":null,"now":1767323045,"params":{"public_id":"a","timestamp":"1767323045","signature":"` + signed(t, "public_id=a&timestamp=1767323045") + `"}}`),
		"doctor/guarded":  paste("API_SECRET=s3cret-value\n" + refusedText(t)),
		"tamper/list":     keys("f10"),
		"tamper/end":      keys("f10", "pgdown", "pgdown", "pgdown"),
		"tamper/guess":    keys("f10", "4"),
		"tamper/answer":   keys("f10", "9", "2"),
		"tamper/wrong":    keys("f10", "5", "2"),
		"tamper/accepted": keys("f10", "b", "2"),
		"tamper/mended":   keys("f10", "a", "2", "r"),
		"tamper/writing":  slices.Concat(keys("f10", "z"), typed("swap a"), keys("enter")),
	} {
		all[name] = func(w *world) (Deps, []tea.Msg) { return learning{w, nil}.deps(t), msgs }
	}
	return all
}

func signed(t *testing.T, content string) string {
	t.Helper()
	s, err := signer.SignText(content, signer.NewSecret(signer.Published), signer.SHA1)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDoctorFrames(t *testing.T) {
	t.Parallel()
	keepFrames(t, doctorCases(t))
}

func TestDoctorFramesEverySize(t *testing.T) {
	t.Parallel()
	all := doctorCases(t)
	all["doctor/practice"] = func(w *world) (Deps, []tea.Msg) {
		return learning{w, nil}.deps(t), keys("f10", "7", "2", "d")
	}
	everySize(t, all)
}

// examined is the finding in a paste, with a number of tries that does not change where the
// search learns more.
func examined(pasted string) doctor.ExaminedMsg {
	msg := doctor.ExaminedMsg{Text: pasted, Account: "the account in use, cloud demo", Shown: doctor.Shown(pasted, func(s string) string { return s })}
	msg.Diagnosis = doctor.Best(pasted, func(e diagnose.Evidence) diagnose.Diagnosis {
		if e.Now.IsZero() {
			e.Now = clock
		}
		e.Account = identity("the account in use", uploader.SandboxAccount("http://127.0.0.1:8787"))
		return diagnose.Diagnose(e)
	})
	msg.Diagnosis.Tried = 12345
	return msg
}

// trialOf is the tamper mode on top.
func trialOf(t *testing.T, m Model) tampering.Model {
	t.Helper()
	d, ok := m.dialogs[len(m.dialogs)-1].(tampering.Model)
	if !ok {
		t.Fatalf("on top is %T", m.dialogs[len(m.dialogs)-1])
	}
	return d
}

// TestEveryMistakeIsFound makes each mistake of the list, has the sandbox refuse it, and the
// doctor find it: proved where the signature is wrong. Then the request is mended by a key,
// and the draft was never touched.
func TestEveryMistakeIsFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key, says string
		verdict   diagnose.Verdict
		cause     int
	}{
		{"1", "Invalid Signature", diagnose.Proved, 2}, {"2", "Invalid Signature", diagnose.Proved, 3}, {"3", "Invalid Signature", diagnose.Proved, 9},
		{"4", "Invalid Signature", diagnose.Proved, 3}, {"5", "Stale request", diagnose.Expired, 11}, {"6", "Stale request", diagnose.Expired, 12},
		{"7", "Invalid Signature", diagnose.Proved, 8}, {"8", "Invalid Signature", diagnose.Proved, 16}, {"9", "Invalid Signature", diagnose.Proved, 5},
		{"0", "Invalid Signature", diagnose.Proved, 6}, {"a", "Invalid Signature", diagnose.Proved, 23}, {"b", "200 OK", "", 0},
		{"c", "Invalid Signature", diagnose.Proved, 9}, {"d", "Invalid Signature", diagnose.Proved, 6}, {"e", "Invalid Signature", diagnose.Proved, 20},
		{"f", "Invalid Signature", diagnose.Proved, 18}, {"g", "Invalid Signature", diagnose.Proved, 16}, {"h", "Invalid Signature", diagnose.Proved, 16},
		{"i", "Invalid Signature", diagnose.Proved, 21}, {"j", "Invalid Signature", diagnose.Proved, 14}, {"k", "Invalid Signature", diagnose.Proved, 35},
		{"l", "Unknown API key", diagnose.Likely, 13}, {"m", "Invalid cloud_name", diagnose.Likely, 13}, {"n", "Upload preset", diagnose.Likely, 24},
	} {
		t.Run(c.key, func(t *testing.T) {
			t.Parallel()
			m := start(t, newWorld(), newLearning().deps(t), 120, 50)
			draft, signature := m.Draft(), m.prepared.Trace.Signature
			m = steps(t, m, keys("f10", c.key, "enter")...)
			if f := frame(t, m); !strings.Contains(f, c.says) {
				t.Fatalf("the sandbox did not say %q\n%s", c.says, f)
			}
			if c.verdict != "" {
				m = steps(t, m, keys("d")...)
				d := m.dialogs[len(m.dialogs)-1].(doctor.Model).Finding()
				if d.Verdict != c.verdict || !slices.Contains(append(slices.Clone(d.Causes), d.Alternatives...), c.cause) {
					t.Errorf("the doctor says %s %v, or else %v: %s", d.Verdict, d.Causes, d.Alternatives, d.Sentence)
				}
				m = steps(t, m, keys("ctrl+s")...)
			} else {
				m = steps(t, m, keys("r")...)
			}
			trialOf(t, m)
			if f := frame(t, m); !strings.Contains(f, "✓ mended   200 OK") {
				t.Errorf("it is not mended\n%s", f)
			}
			m = steps(t, m, keys("esc", "esc")...)
			if len(m.dialogs) != 0 || m.prepared.Trace.Signature != signature || len(m.Draft().Params) != len(draft.Params) {
				t.Errorf("the draft was changed: %+v", m.Draft())
			}
		})
	}
}

// TestPredict: the guess stands beside the answer, and is judged by it.
func TestPredict(t *testing.T) {
	t.Parallel()
	for guess, want := range map[string]string{"1": "✗ not so", "2": "✓ so it is", "3": "✗ not so", "4": "✗ not so"} {
		m := steps(t, start(t, newWorld(), newLearning().deps(t), 120, 36), keys("f10", "9", guess)...)
		if f := frame(t, m); !strings.Contains(f, "you said") || !strings.Contains(f, want) {
			t.Errorf("guess %s: %q is missing\n%s", guess, want, f)
		}
	}
}

// TestTamperLive: an account is never sent a broken request without a question, each time,
// that names host and cloud; its secret is in no frame, and no mistake damages it.
func TestTamperLive(t *testing.T) {
	t.Parallel()
	w := newLearning()
	d := w.deps(t)
	d.Live = uploader.Config{Found: true, Account: uploader.Account{CloudName: "shop", APIKey: "424242424242424", Secret: signer.NewSecret("s3cret-value"), Origin: "a test"}}
	m := steps(t, start(t, w.world, d, 120, 36), keys("f10", "9", "2")...)
	if f := frame(t, m); !strings.Contains(f, "sandbox") || !strings.Contains(f, "Invalid Signature") || len(w.sent) != 0 {
		t.Fatalf("it goes to the sandbox first\n%s", f)
	}
	m = steps(t, m, keys("enter", "tab", "9", "2")...)
	for range 2 {
		f := frame(t, m)
		if _, asks := m.dialogs[len(m.dialogs)-1].(dialog.Ask); !asks || !strings.Contains(f, "api.cloudinary.com") || !strings.Contains(f, "cloud shop") || len(w.sent) != 0 {
			t.Fatalf("it does not ask\n%s", f)
		}
		m = steps(t, m, keys("n", "2")...) // no, and once more
	}
	m = steps(t, m, keys("y")...)
	if len(w.sent) != 1 || w.sent[0].Account.CloudName != "shop" {
		t.Fatalf("%d were sent", len(w.sent))
	}
	fields := w.sent[0].Fields
	want := signer.Options{Version: signer.V2}
	var without []signer.Param
	sig := ""
	for _, f := range fields {
		switch f.Name {
		case "signature":
			sig = f.Value
		case "upload_preset":
		default:
			without = append(without, f)
		}
	}
	kept, _ := signer.LeaveOut(without)
	if err := signer.Verify(kept, sig, signer.NewSecret("s3cret-value"), want); err != nil {
		t.Errorf("it is not signed with the account's secret: %v, %v", err, fields)
	}
	m = steps(t, m, keys("esc", "0")...)
	if f := frame(t, m); !strings.Contains(f, "is not damaged") || strings.Contains(f, "s3cret") || len(w.sent) != 1 {
		t.Errorf("the secret is damaged\n%s", f)
	}
}

// TestDoctorAfterSend: what the service refused opens filled in, and one key mends and
// sends it; another takes it back.
func TestDoctorAfterSend(t *testing.T) {
	t.Parallel()
	w := newLearning()
	d := w.deps(t)
	d.Draft.File = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
	quoted := d.Sandbox
	quoted.Secret = signer.NewSecret(`"` + signer.Published + `"`)
	quoted.Sandbox = false // an account in a file with quotes around the secret
	d.Live = uploader.Config{Found: true, Account: quoted}
	m := steps(t, start(t, w.world, d, 120, 36), keys("ctrl+s")...)
	if f := frame(t, m); !strings.Contains(f, "the doctor finds out why") {
		t.Fatalf("no way to the doctor\n%s", f)
	}
	before := m.prepared.Trace.Signature
	m = steps(t, m, keys("d")...)
	f := frame(t, m)
	for _, want := range []string{"PROVED", "quotes", "alt+k", "your upload"} {
		if !strings.Contains(f, want) {
			t.Errorf("%q is missing\n%s", want, f)
		}
	}
	if m.prepared.Trace.Signature != before {
		t.Error("looking changed the signature")
	}
	mended := steps(t, m, keys("alt+k")...)
	if mended.screen != screenCompose || len(mended.dialogs) != 0 || mended.prepared.Trace.Signature == before {
		t.Fatalf("the fix is not taken\n%s", frame(t, mended))
	}
	back := steps(t, mended, keys("alt+u")...)
	if back.prepared.Trace.Signature != before {
		t.Errorf("alt+u does not bring the secret back\n%s", frame(t, back))
	}
	sent := steps(t, m, keys("ctrl+s")...)
	if f := frame(t, sent); sent.screen != screenResponse || !strings.Contains(f, "200 OK") {
		t.Errorf("the fix is not sent\n%s", f)
	}
}

// TestDoctorFixesTheDraft: what was pasted becomes the draft by one key, with the parameters
// that the server saw, and is taken back by another.
func TestDoctorFixesTheDraft(t *testing.T) {
	t.Parallel()
	m := start(t, newWorld(), newLearning().deps(t), 120, 36)
	m = steps(t, m, append(keys("f9"), tea.PasteMsg{Content: refusedText(t)})...)
	if m.Draft().Get("upload_preset") != "" {
		t.Fatal("a paste changed the draft")
	}
	m = steps(t, m, keys("alt+k")...)
	if d := m.Draft(); d.Get("upload_preset") != "signed_only" || d.Get("eager") != "" || d.File != uploader.SampleToken {
		t.Errorf("got %+v", d)
	}
	if m = steps(t, m, keys("alt+u")...); m.Draft().Get("upload_preset") != "" || m.Draft().Get("eager") == "" {
		t.Errorf("taken back: %+v", m.Draft())
	}
}

// TestDoctorShowsNoSecret: neither what is pasted with the evidence nor the account's own
// secret is drawn or copied, and entering one changes nothing of the form.
func TestDoctorShowsNoSecret(t *testing.T) {
	t.Parallel()
	w := newLearning()
	d := w.deps(t)
	d.Live = uploader.Config{Found: true, Account: uploader.Account{CloudName: "shop", APIKey: "424242424242424", Secret: signer.NewSecret("s3cret-value"), Origin: "a test"}}
	m := start(t, w.world, d, 120, 36)
	before := m.prepared.Trace.Signature
	for _, content := range []string{"API_SECRET=s3cret-value\n" + refusedText(t), "s3cret-value", "cloudinary://1:an0ther-secret@c " + refusedText(t), "Invalid Signature 1. String to sign - 'public_id=s3cret-value&timestamp=1'."} {
		m = steps(t, m, append(keys("f9"), tea.PasteMsg{Content: content})...)
		for range 8 {
			if f := frame(t, m); strings.Contains(f, "s3cret") || strings.Contains(f, "an0ther") {
				t.Fatalf("a secret is shown\n%s", f)
			}
			m = steps(t, m, keys("pgdown")...)
		}
		m = steps(t, m, keys("ctrl+y")...)
		if strings.Contains(w.copied, "s3cret") || strings.Contains(w.copied, "an0ther") {
			t.Errorf("a secret is copied: %s", w.copied)
		}
		m = steps(t, m, keys("esc")...)
	}
	if !strings.Contains(w.copied, "## Why this signature was refused") {
		t.Errorf("no report was copied: %q", w.copied)
	}
	if m.prepared.Trace.Signature != before || m.account.CloudName != "shop" {
		t.Error("the form changed")
	}
}

// TestDoctorOneSearchAtATime: what is typed while an examination is on its way is examined
// after it, and an answer for another text is dropped.
func TestDoctorOneSearchAtATime(t *testing.T) {
	t.Parallel()
	var d dialog.Dialog = doctor.New()
	d, act := d.Update(tea.PasteMsg{Content: "one"})
	first, asked := act.(dialog.DiagnoseRequested)
	if !asked || first.Text != "one" {
		t.Fatalf("got %#v", act)
	}
	d, act = d.Update(tea.PasteMsg{Content: " two"})
	if act != nil {
		t.Fatalf("a second examination at the same time: %#v", act)
	}
	d, act = d.Update(doctor.ExaminedMsg{Text: "one", Diagnosis: diagnose.Diagnosis{Verdict: diagnose.Proved}})
	if next, asked := act.(dialog.DiagnoseRequested); !asked || next.Text != "one two" || d.(doctor.Model).Finding().Verdict != "" {
		t.Fatalf("got %#v", act)
	}
	d, _ = d.Update(doctor.ExaminedMsg{Text: "one two", Diagnosis: diagnose.Diagnosis{Verdict: diagnose.Likely}})
	if d.(doctor.Model).Finding().Verdict != diagnose.Likely {
		t.Error("the answer is not shown")
	}
}
