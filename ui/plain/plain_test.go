package plain

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/signer/visible"
	"signpost/ui"
	"signpost/ui/dialog"
	"signpost/uploader"
)

var update = flag.Bool("update", false, "write the transcripts anew")

func TestMain(m *testing.M) {
	time.Local = time.UTC
	os.Exit(m.Run())
}

// canary is a secret that must not be written.
const canary = "Canary-7hq2LxZ0pQ9vRt5Yw"

var clock = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// world is a fake outside.
type world struct {
	now     time.Time
	upload  func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error)
	sent    []uploader.Prepared
	saved   []uploader.Draft
	copied  []string
	saveErr error
	allowed bool
	faults  []string
	deleted []string
}

const answerBody = `{"public_id":"sample_image","version":1,"secure_url":"https://res.cloudinary.com/demo/x.jpg","eager":[{"transformation":"w_400,h_300,c_pad","width":400,"height":300,"secure_url":"https://res.cloudinary.com/demo/e.jpg"}]}`

func (w *world) deps() ui.Deps {
	const sample = "http://127.0.0.1:8787/sample/sample.jpg"
	return ui.Deps{
		Now: func() time.Time { return w.now }, Sandbox: uploader.SandboxAccount("http://127.0.0.1:8787"), SampleURL: sample,
		Draft: uploader.TutorialDraft(),
		ParseFile: func(typed string, live bool) uploader.File {
			return uploader.ParseFile(typed, uploader.FileOptions{Home: "/home/me", Live: live, SampleURL: sample, SampleName: "sample.jpg", Sample: []byte("x")})
		},
		FileSize: func(path string) int64 {
			if strings.HasSuffix(path, "gone.png") {
				return -1
			}
			return 12_000_000
		},
		Upload: func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
			w.sent = append(w.sent, p)
			if w.upload != nil {
				return w.upload(ctx, p, obs)
			}
			obs(uploader.Event{Phase: uploader.PhaseProcessing, Sent: 906, Total: 906, At: w.now})
			return &uploader.Result{
				Status: 200, StatusText: "200 OK", Proto: "HTTP/1.1", Elapsed: 40 * time.Millisecond, PublicID: "sample_image",
				SecureURL: "https://res.cloudinary.com/demo/x.jpg", Signature: uploader.SignatureVerified, Body: []byte(answerBody),
				Header: []signer.Param{{Name: "Status", Value: "200 OK"}},
			}, nil
		},
		Wire: func(uploader.Prepared) (uploader.Wire, error) {
			return uploader.Wire{Head: []string{"POST / HTTP/1.1"}, Segments: []uploader.WireSegment{{Name: "public_id", Before: "--b\r\n", Value: []byte("a\x1bb"), Signed: true}}}, nil
		},
		SaveDraft:    func(d uploader.Draft) error { w.saved = append(w.saved, d); return w.saveErr },
		Copy:         func(s string) (string, error) { w.copied = append(w.copied, s); return "", errors.New("none") },
		WriteCommand: func(string, string) (string, error) { return "upload.sh", nil },
		HostAllowed:  func(uploader.Account) bool { return w.allowed },
		AllowHost:    func(uploader.Account) error { w.allowed = true; return nil },
		Go:           func(f func()) { go f() },
		History: ui.History{
			List: func() ([]ui.Past, error) {
				return []ui.Past{{ID: "1", At: clock, Host: "127.0.0.1:8787", Cloud: "demo", Outcome: "kept", PublicID: "old\x1b]0;x", Draft: uploader.TutorialDraft(), StringToSign: "public_id=old", SignatureHead: "abcdef", Signed: "sha1 v2", Answer: "{}"}}, nil
			},
			Delete: func(id string) error { w.deleted = append(w.deleted, id); return nil },
		},
		Box: ui.Box{
			Exchanges: func() []ui.Exchange {
				return []ui.Exchange{{At: clock, Method: "POST", Path: "/v1_1/demo/image/upload", Status: 200, Verdict: "the signature is right", Fields: []signer.Param{{Name: "public_id", Value: "a"}}, Signed: []string{"public_id"}, StringToSign: "public_id=a"}}
			},
			Kinds:  []dialog.Entry{{ID: "503", Title: "503", Detail: "that status"}},
			Faults: func() []string { return w.faults },
			SetFault: func(f string) error {
				if f != "503" {
					return errors.New("no such fault")
				}
				w.faults = append(w.faults, f)
				return nil
			},
			ClearFaults: func() { w.faults = nil }, Clock: func() string { return "right" }, SetClock: func(time.Duration) {},
		},
	}
}

// live has an account whose secret is the canary, at a host of its own.
func live(prefix string) func(*Options) {
	return func(o *Options) {
		a := uploader.Account{CloudName: "mycloud", APIKey: "424242424242424", Secret: signer.NewSecret(canary), Options: signer.Options{Version: signer.V2}, Prefix: prefix, Origin: "CLOUDINARY_URL in .env"}
		o.Deps.Live = uploader.Config{Found: true, Account: a}
		o.Redact = a.Redact
	}
}

// talk runs a dialogue and returns what was written.
func talk(t *testing.T, w *world, input string, change ...func(*Options)) (transcript string, code int) {
	t.Helper()
	var out bytes.Buffer
	o := Options{In: strings.NewReader(input), Out: &out, Deps: w.deps()}
	for _, c := range change {
		c(&o)
	}
	code = Run(o)
	for i, r := range out.String() {
		if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0) || r == 0x202e {
			t.Errorf("a control character %U at %d of the output", r, i)
		}
	}
	if strings.Contains(out.String(), canary[:8]) {
		t.Error("the output holds a part of the secret")
	}
	return out.String(), code
}

// TestDialogues compares whole transcripts with testdata.
func TestDialogues(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, input string
		change      []func(*Options)
		check       func(t *testing.T, w *world)
	}{
		{name: "first_steps", input: "help\n\nsign\ncurl\nsend\nanswer\nquit\n", check: func(t *testing.T, w *world) {
			if len(w.sent) != 1 || w.sent[0].Trace.Signature == "" || !strings.Contains(w.copied[0], w.sent[0].Trace.Signature) {
				t.Error("what was copied and what was sent have not the same signature")
			}
		}},
		{name: "parameters", input: "set public_id logo\nset tags=a,b\nset folder\nholiday\nset folder\n\noff tags\non tags\nremove eager\nundo\nadd overw\n1\ntrue\nset not_known 1\nset File\nset api_key 1\nset Public-ID 1\ntype video\ntype film\nauth unsigned\nauth signed\ntimestamp 1315060510\ntimestamp\nhelp tags\ncheck\n", check: func(t *testing.T, w *world) {
			d := w.saved[len(w.saved)-1]
			if d.Get("public_id") != "logo" || d.Get("tags") != "a,b" || d.Get("folder") != "holiday" || d.ResourceType != "video" {
				t.Errorf("kept: %+v", d)
			}
		}},
		{name: "eager", input: "eager\nw_100,c_scale\nw_200,c_scale\n\neager\n\neager\nnone\n"},
		{name: "formats", input: "copy\ncopy as fish\ncopy as 2\ncopy as nothing\nwrite\nwrite as node\nwire\n"},
		{name: "unknown_words", input: "snd\ns\ntags\n" + strings.Repeat("x", 200) + "\nwhatever you like\nhelp nothing\n"},
		{name: "hostile", input: "file /tmp/a\x1b[2Jb\u202e.png\nset public_id \x9b1m\x07\nshow\nfile ~/gone.png\nhistory\nhistory show 1\n"},
		{name: "paste", input: "paste\ncurl -X POST https://api.cloudinary.com/v1_1/other/image/upload \\\n -F public_id=pasted -F timestamp=1 -F api_key=1 -F signature=x -F file=@a.png\n.\ny\nundo\ncurl https://api.cloudinary.com/v1_1/demo/image/upload \\\n -F public_id=direct\nn\npaste\n.\npaste\nhello there\n.\n"},
		{name: "pasted_credentials", input: "paste\nCLOUD_NAME=mycloud\nAPI_KEY=424242424242424\nAPI_SECRET=" + canary + "\n.\ny\nshow\nsign\nsandbox\naccount\n2\n", change: []func(*Options){func(o *Options) {
			o.Redact = signer.NewSecret(canary).Redact
		}}},
		{name: "no_secret_without_terminal", input: "account\n3\nset api_secret " + canary + "\n", change: []func(*Options){live("")}},
		{name: "foreign_host", input: "send\n\nsend\ny\nsend\n", change: []func(*Options){live("https://uploads.example")}, check: func(t *testing.T, w *world) {
			if len(w.sent) != 2 {
				t.Errorf("sent %d times, want twice: not without the yes", len(w.sent))
			}
		}},
		{name: "sandbox", input: "requests\nrequests 1\nfaults\nfaults 503\nfaults 999\nfaults off\nclock 2h\nclock soon\nhistory\nhistory again 1\nhistory delete 1\nn\nhistory delete 1\ny\nhistory delete 7\nhistory nothing\nrecipe\nrecipe 1\nrecipe 99\ntutorial\ndraft\n"},
		{name: "left_behind", input: "draft\nquit\n", change: []func(*Options){func(o *Options) {
			d := uploader.TutorialDraft().With("public_id", "earlier")
			o.Deps.Recovered = &ui.Recovered{Draft: d, At: clock}
		}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := &world{now: clock}
			got, code := talk(t, w, test.input, test.change...)
			if code != 0 {
				t.Errorf("status %d", code)
			}
			if test.check != nil {
				test.check(t, w)
			}
			compare(t, test.name, got)
		})
	}
}

func compare(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is another one:\n%s", path, got)
	}
}

// TestProgress: a line every five seconds at most, whatever the number of events.
func TestProgress(t *testing.T) {
	t.Parallel()
	w := &world{now: clock}
	w.upload = func(_ context.Context, _ uploader.Prepared, obs uploader.Observer) (*uploader.Result, error) {
		at := clock
		for i := range 40 { // fewer than the channel holds: none is dropped
			at = at.Add(500 * time.Millisecond)
			obs(uploader.Event{Phase: uploader.PhaseSending, Sent: int64(i) * 1e6, Total: 40e6, At: at})
		}
		obs(uploader.Event{Phase: uploader.PhaseWaiting, At: at, Retry: &uploader.Retry{Try: 1, Of: 6, Err: errors.New("connection \x1breset"), Until: at.Add(2 * time.Second)}})
		return nil, &uploader.TransportError{Op: "send", Err: errors.New("broken")}
	}
	got, _ := talk(t, w, "send\n")
	if n := strings.Count(got, "percent sent"); n != 3 {
		t.Errorf("%d lines of progress in 20 seconds, want 3:\n%s", n, got)
	}
	if !strings.Contains(got, `Try 1 of 6: connection \u{1b}reset. It is sent again in 2.0 s.`) || !strings.Contains(got, "hint: ") {
		t.Error(got)
	}
}

// TestSignals: the status tells what ended the dialogue, and the draft is kept.
func TestSignals(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		stops []Stop
		send  bool
		want  int
	}{
		{"ctrl+c at a question", []Stop{{130, true}}, false, 0},
		{"SIGTERM at a question", []Stop{{143, false}}, false, 143},
		{"SIGHUP at a question", []Stop{{129, false}}, false, 129},
		{"ctrl+c twice while sending", []Stop{{130, true}, {130, true}}, true, 130},
		{"SIGINT while sending, no terminal", []Stop{{130, false}}, true, 130},
		{"SIGTERM while sending", []Stop{{143, false}}, true, 143},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			stops := make(chan Stop, 4)
			w := &world{now: clock}
			w.upload = func(ctx context.Context, _ uploader.Prepared, _ uploader.Observer) (*uploader.Result, error) {
				for _, s := range test.stops {
					stops <- s
				}
				<-ctx.Done()
				return nil, context.Canceled
			}
			in, hold := io.Pipe()
			defer hold.Close()
			go func() {
				_, _ = io.WriteString(hold, "set public_id kept\n")
				if test.send {
					_, _ = io.WriteString(hold, "send\n")
					return
				}
				_, _ = io.WriteString(hold, "show\n") // taken when the first was obeyed
				for _, s := range test.stops {
					stops <- s
				}
			}()
			_, code := talk(t, w, "", func(o *Options) { o.In, o.Stops = in, stops })
			if code != test.want {
				t.Errorf("status %d, want %d", code, test.want)
			}
			if d := w.saved[len(w.saved)-1]; d.Get("public_id") != "kept" {
				t.Errorf("kept: %+v", d)
			}
		})
	}
}

// TestAnswerFromOutside: whatever a server says is made visible (threats T1 and T2).
func TestAnswerFromOutside(t *testing.T) {
	t.Parallel()
	w := &world{now: clock}
	evil := "\x1b]52;c;eA==\x07\u202e\x9b31m\r"
	w.upload = func(context.Context, uploader.Prepared, uploader.Observer) (*uploader.Result, error) {
		return &uploader.Result{
			Status: 200, StatusText: "200 " + evil, Proto: evil, PublicID: evil, SecureURL: evil, Body: []byte(evil), Kind: uploader.BodyText,
			Warnings: []string{evil}, Header: []signer.Param{{Name: evil, Value: evil}},
		}, nil
	}
	got, _ := talk(t, w, "send\nanswer\n")
	if n := strings.Count(got, `\u{1b}]52`); n < 6 {
		t.Errorf("the hostile text is shown %d times:\n%s", n, got)
	}
}

// TestSecretIsAskedFor: only where a terminal hides it, and it is used and not shown.
func TestSecretIsAskedFor(t *testing.T) {
	t.Parallel()
	w := &world{now: clock}
	asked := 0
	got, _ := talk(t, w, "account\n2\nmycloud\n42\nsend\n", func(o *Options) {
		o.Terminal = true
		o.AskSecret = func() (string, error) { asked++; return canary, nil }
	})
	if asked != 1 || len(w.sent) != 1 || !w.sent[0].Account.Secret.Equal(signer.NewSecret(canary)) {
		t.Errorf("asked %d times, sent %d:\n%s", asked, len(w.sent), got)
	}
}

// TestLongAndBrokenInput: a line without an end is bounded, and a terminal that is gone
// ends the dialogue with the status of a hang-up.
func TestLongAndBrokenInput(t *testing.T) {
	t.Parallel()
	got, code := talk(t, &world{now: clock}, "", func(o *Options) {
		o.In = io.MultiReader(io.LimitReader(endless{}, 5*maxLine), strings.NewReader("\nsign\n"))
	})
	if code != 0 || !strings.Contains(got, "was left out") || !strings.Contains(got, "Step 4") || len(got) > 10_000 {
		t.Errorf("status %d, %d bytes", code, len(got))
	}
	_, code = talk(t, &world{now: clock}, "", func(o *Options) { o.In = broken{} })
	if code != uploader.ExitHangup {
		t.Errorf("a terminal that is gone: status %d", code)
	}
	w := &world{now: clock, saveErr: errors.New("disk full")}
	got, _ = talk(t, w, "set public_id a\nset public_id b\n")
	if strings.Count(got, "drafts cannot be saved") != 1 {
		t.Error(got)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("input/output error") }

// TestExtras: a dialogue from outside is a command, is in the help, and sees the request.
func TestExtras(t *testing.T) {
	t.Parallel()
	extra := Extra{Name: "lesson", About: "a lesson", Run: func(talk Talk, rest string) {
		p, ready := talk.Prepared()
		answer, ok := talk.Ask("What is signed?")
		talk.Say(visible.Clean(fmt.Sprint(rest, " ", answer, " ", ok, " ", ready, " ", len(p.Trace.Steps), " ", talk.Failed())))
	}}
	got, _ := talk(t, &world{now: clock}, "help lesson\nlesson 3\nall\n", func(o *Options) { o.Extras = []Extra{extra} })
	if !strings.Contains(got, "lesson: a lesson.\n") || !strings.Contains(got, "3 all true true 3 <nil>\n") {
		t.Error(got)
	}
}
