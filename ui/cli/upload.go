package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"strings"
	"time"

	xterm "github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/queue"
	"signpost/uploader/sandbox"
)

// uploadFlags are those of the command upload alone.
type uploadFlags struct {
	jobs                   int
	chunk                  string
	resume, dryRun         bool
	connect, stall, answer time.Duration
	tries                  int

	chunkSize int64
}

func (a *app) uploadCommand() *cobra.Command {
	var f uploadFlags
	c := &cobra.Command{
		Use:   "upload [FILE | FOLDER]...",
		Short: "sign and send uploads, print the answers",
		Long: `upload signs and sends each FILE: a path, a URL that the service fetches, or a data
URI. A FOLDER stands for the files in it and below it, without hidden ones. The server's
JSON goes to standard output, whatever it says: of one file as it came, of several (and
with --json) as a line of JSON each. Everything else goes to standard error.

A file larger than a part is sent in parts, each signed anew. What cannot have been taken
is sent again after a wait, up to six times; what may have been taken only where a second
upload cannot make a second asset: with a public ID, or as a part. The exit status tells
what became of it: 0 it was kept, 4 refused, 5 sending it again is safe, 6 something about
the file, 7 it may have been kept, 8 some of several failed.

It needs credentials (see "signpost --help"). The sandbox's are published: run
"signpost sandbox" beside it, with the CLOUDINARY_URL that it prints. A proxy is taken from
HTTPS_PROXY and NO_PROXY, further certificates from SSL_CERT_FILE.`,
		Example: "  signpost upload ./logo.png --public-id logo\n  signpost upload https://example.com/cat.jpg --eager w_400,h_300,c_pad\n  signpost upload ./photos --jobs 8 -p folder=holiday\n  signpost upload ./film.mp4 --resource-type video --resume\n  signpost upload ./a.png | jq -r .secure_url",
		RunE: func(_ *cobra.Command, args []string) error {
			if err := f.check(); err != nil {
				return err
			}
			return a.upload(args, f)
		},
	}
	p := c.Flags()
	p.IntVarP(&f.jobs, "jobs", "j", 4, "how `many` files are sent at once (1 to 32)")
	p.StringVar(&f.chunk, "chunk-size", "20MB", "the `size` of a part, in bytes or as 20MB, 20MiB; 0 sends each file in one request")
	p.BoolVar(&f.resume, "resume", false, "go on where an earlier upload of the same files stopped; where there is none, upload as usual")
	p.BoolVar(&f.dryRun, "dry-run", false, "print the request exactly as it would be sent, and send nothing")
	p.DurationVar(&f.connect, "connect-timeout", 10*time.Second, "how long a connection may take")
	p.DurationVar(&f.stall, "stall-timeout", 30*time.Second, "how long no byte of the body may be taken")
	p.DurationVar(&f.answer, "answer-timeout", 2*time.Minute, "how long the answer may take once everything is sent")
	p.IntVar(&f.tries, "tries", 6, "how `often` one request is sent at most")
	return c
}

// check reads what needs more than its type. A part below the service's least is warned
// of later, and sent.
func (f *uploadFlags) check() error {
	size, err := parseSize(f.chunk)
	switch {
	case err != nil:
		return usage("--chunk-size is a number of bytes, or one with kB, MB, GB, KiB, MiB or GiB behind it; 0 is one request")
	case size == 0:
		size = uploader.OneRequest
	}
	f.chunkSize = size
	if f.jobs < 1 || f.jobs > queue.MostJobs {
		return usage("--jobs is a number from 1 to %d", queue.MostJobs)
	}
	if f.tries < 1 || f.tries > 100 {
		return usage("--tries is a number from 1 to 100")
	}
	if f.connect <= 0 || f.stall <= 0 || f.answer <= 0 {
		return usage("a time-out is longer than nothing, such as 30s or 2m")
	}
	return nil
}

// units are the ends of sizes, the longer ones first.
var units = []struct {
	end  string
	size float64
}{{"kib", 1 << 10}, {"mib", 1 << 20}, {"gib", 1 << 30}, {"kb", 1e3}, {"mb", 1e6}, {"gb", 1e9}, {"k", 1e3}, {"m", 1e6}, {"g", 1e9}, {"b", 1}, {"", 1}}

// parseSize reads a size in bytes: 20000000, 20MB, 5.5MiB.
func parseSize(s string) (int64, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	for _, u := range units {
		number, ok := strings.CutSuffix(s, u.end)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(n >= 0) || n*u.size > 1<<50 || n > 0 && n*u.size < 1 {
			return 0, errors.New("no size")
		}
		return int64(n * u.size), nil
	}
	return 0, errors.New("no size")
}

func (a *app) upload(args []string, f uploadFlags) error {
	files, err := a.files(args)
	if err != nil {
		return err
	}
	c, err := a.credentials()
	if err != nil {
		return err
	}
	a.tell(c)
	if !c.Found && !a.unsignedFor(c.Account) {
		what := "there are none"
		if len(c.Problems) > 0 {
			what = "they are not complete"
		}
		return &failure{code: uploader.ExitConfig, err: errors.New("upload: no credentials: " + what),
			hint: "set CLOUDINARY_URL, or API_KEY, API_SECRET and CLOUD_NAME; to try without an account, run \"signpost sandbox\" and set CLOUDINARY_URL=" + sandboxURL("http://"+sandbox.DefaultAddr)}
	}
	if err := a.checkHost(c.Account); err != nil {
		return err
	}
	if c.Account.Secret.IsZero() && a.flags.auth == "" {
		a.flags.auth = "oauth" // a token is all there is
	}
	if len(files) > 1 {
		return a.sendMany(c.Account, files, f)
	}
	a.flags.file = files[0]
	p, err := a.prepare(c.Account, uploader.Draft{})
	if err != nil {
		return err
	}
	if p.File.Kind == uploader.FileNone {
		return &failure{code: uploader.ExitUsage, err: errors.New("upload: there is no file"), hint: "signpost upload FILE, where FILE is a path, a URL or a data URI"}
	}
	if err := a.checkChunks(c.Account, []uploader.Prepared{p}, f); err != nil {
		return err
	}
	return a.send(p, f)
}

// checkChunks refuses what the service never takes, and warns of what it may refuse.
func (a *app) checkChunks(account uploader.Account, all []uploader.Prepared, f uploadFlags) error {
	live, warned := account.HostKind() != uploader.HostLoopback, false
	for _, p := range all {
		size := int64(-1)
		if p.File.Kind == uploader.FilePath {
			size = fileSize(p.File.Path)
		}
		switch {
		case live && f.chunkSize < 0 && size > uploader.MaxSingleRequest:
			return &failure{code: uploader.ExitUsage,
				err:  fmt.Errorf("upload: %s has %d bytes, and the service takes at most 100 MB in one request", p.File.Name, size),
				hint: "leave --chunk-size out: it is sent in parts then"}
		case f.chunkSize > 0 && f.chunkSize < uploader.MinChunkSize && size > f.chunkSize && !warned:
			warned = true
			a.say("warning: parts of %d bytes are below what the service takes (more than 5 MB, but for the last)", f.chunkSize)
		case f.chunkSize > uploader.MaxSingleRequest && size > uploader.MaxSingleRequest && !warned:
			warned = true
			a.say("warning: parts of %d bytes are above what the service takes in one request (100 MB)", f.chunkSize)
		}
	}
	return nil
}

// sandboxURL is the CLOUDINARY_URL of a sandbox at a base URL.
func sandboxURL(base string) string {
	return "cloudinary://" + uploader.SandboxKey + ":" + uploader.SandboxSecret + "@" + uploader.SandboxCloud + "?upload_prefix=" + base
}

// client is what sends, with the times that were asked for.
func (a *app) client(f uploadFlags) *uploader.Client {
	log.SetOutput(io.Discard) // the standard library writes there what a server says unasked (threat T9)
	return uploader.New(uploader.ClientConfig{
		UserAgent: "signpost/" + version(), Connect: f.connect, Handshake: f.connect, Stall: f.stall, Answer: f.answer,
		Read:  min(f.answer, time.Minute), // of the answer from its first byte on
		Conns: f.jobs, Policy: uploader.Policy{Tries: f.tries, AnswerTries: min(f.tries, 2)},
	})
}

// tellWay says where uploads go, and through what.
func (a *app) tellWay(client *uploader.Client, account uploader.Account) {
	if proxy := client.Proxy(account); proxy != "" {
		a.say("note: through the proxy %s", proxy)
	}
	if file := a.environ()["SSL_CERT_FILE"]; file != "" {
		a.say("note: with the certificates of SSL_CERT_FILE, %s", file)
	}
	a.say("sending to %s (cloud %s)", uploader.HostDisplay(account.Host()), account.CloudName)
}

// send uploads one file and ends with the status that tells what became of it.
func (a *app) send(p uploader.Prepared, f uploadFlags) error {
	client := a.client(f)
	if f.dryRun {
		return a.dryRun(client, p, f)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	stop := a.onSignals(cancel)
	a.tellWay(client, p.Account)
	store := a.journal()
	defer store.Close()
	task := uploader.Task{
		Prepared: p, ChunkSize: f.chunkSize, Save: store.SaveCheckpoint,
		Drop: func(k uploader.Checkpoint) { _ = store.DropCheckpoint(k.Key()) },
	}
	if f.resume {
		task.Resume = a.resumable(store, p)
	}
	m := &meter{w: a.world.Stderr, onTerminal: isTerminal(a.world.Stderr), say: a.say}
	at := time.Now()
	result, err := client.Deliver(ctx, task, m.observe)
	m.finish()
	stop()
	entry := journal.NewEntry(p, result, err, at)
	keeping := store.Jot(entry)
	if werr := a.writeOutcome(p, entry, result, err); werr != nil && err == nil {
		return &failure{code: uploader.ExitOther, err: fmt.Errorf("write the answer: %w", werr)}
	}
	if result != nil {
		for _, w := range result.Warnings {
			a.say("warning: %s", w)
		}
	}
	if keeping != nil {
		a.say("note: the history cannot be kept: %v", keeping)
	}
	code := uploader.ExitCode(err)
	var sig signalled
	if errors.As(context.Cause(ctx), &sig) && code == uploader.ExitInterrupt {
		code = sig.status()
	}
	if err == nil {
		a.say("%s in %s%s, request %s", result.StatusText, result.Elapsed.Round(time.Millisecond), inParts(result), orNone(result.RequestID))
		return nil
	}
	x := uploader.Explain(err, p)
	if e, ok := errors.AsType[*uploader.PartError](err); ok && e.Resumable {
		x.Hint = "signpost upload --resume with the same file and parameters goes on there, within a day"
		if !errors.Is(err, context.Canceled) {
			x.Hint = uploader.Explain(e.Err, p).Hint + "; " + x.Hint
		}
	}
	if x.Why != "" {
		x.What += "\n" + x.Why
	}
	return &failure{code: code, err: fmt.Errorf("%s: %s", x.Title, x.What), hint: x.Hint}
}

// writeOutcome writes the answer as it came, or with --json the line that each of several
// files has.
func (a *app) writeOutcome(p uploader.Prepared, entry journal.Entry, result *uploader.Result, err error) error {
	if !a.flags.json {
		if result == nil {
			return nil
		}
		return a.writeAnswer(result.Body)
	}
	said := ""
	if err != nil {
		x := uploader.Explain(err, p)
		said = a.redact(p.Account.Redact(x.Title + ": " + x.What))
	}
	b, jerr := json.Marshal(newLine(p.Draft().File, said, entry, result))
	if jerr != nil {
		return jerr
	}
	return a.writeAnswer(b)
}

// resumable is where an earlier upload of the same file stopped; nil where there is none.
func (a *app) resumable(store *journal.Journal, p uploader.Prepared) *uploader.Checkpoint {
	points, err := store.Checkpoints()
	if err != nil {
		a.say("note: what earlier uploads left cannot be read: %v", err)
	}
	for _, k := range points {
		if k.Fits(p, time.Now()) == nil && p.File.Kind == uploader.FilePath && samePath(k.File.Path, p.File.Path) {
			a.say("going on after %d of %d bytes", k.Acked, k.File.Size)
			return &k
		}
	}
	a.say("note: there is nothing to resume; it is sent from the start")
	return nil
}

func inParts(r *uploader.Result) string {
	text := ""
	if r.Parts > 0 {
		text = fmt.Sprintf(", in %d parts", r.Parts)
	}
	switch {
	case r.Retries == 1:
		text += ", one try more"
	case r.Retries > 1:
		text += fmt.Sprintf(", %d tries more", r.Retries)
	}
	return text
}

// dryRun prints the request.
func (a *app) dryRun(client *uploader.Client, p uploader.Prepared, f uploadFlags) error {
	w, err := client.Wire(p, f.chunkSize)
	if err != nil {
		x := uploader.Explain(err, p)
		return &failure{code: uploader.ExitCode(err), err: fmt.Errorf("%s: %s", x.Title, x.What), hint: x.Hint}
	}
	if w.Parts > 1 {
		a.say("note: nothing was sent; it would go in %d parts, of which this is the first", w.Parts)
	} else {
		a.say("note: nothing was sent")
	}
	text := w.Text()
	if isTerminal(a.world.Stdout) {
		text = string(visible.CleanLines(text))
	}
	_, err = io.WriteString(a.world.Stdout, text+"\n")
	return err
}

func orNone(s string) string {
	if s == "" {
		return "without an id"
	}
	return s
}

// writeAnswer writes what the server sent to standard output: byte for byte, but to a
// terminal, which would obey control sequences in it (threat T1).
func (a *app) writeAnswer(body []byte) error {
	if isTerminal(a.world.Stdout) {
		body = []byte(visible.CleanLines(string(body)))
	}
	if n := len(body); n > 0 && body[n-1] != '\n' {
		body = append(body[:n:n], '\n')
	}
	_, err := a.world.Stdout.Write(body)
	return err
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && xterm.IsTerminal(f.Fd())
}
