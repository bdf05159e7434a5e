package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/ui/doctor"
	"signpost/uploader"
	"signpost/uploader/importer"
	"signpost/uploader/journal"
)

// The exit statuses of doctor, apart from those of a command that failed.
var doctorExits = map[diagnose.Verdict]int{
	diagnose.OK: uploader.ExitOK, diagnose.Expired: 10, diagnose.Proved: 11, diagnose.Likely: 12, diagnose.Unknown: 13,
}

func (a *app) doctorCommand() *cobra.Command {
	format := ""
	report := false
	c := &cobra.Command{
		Use:   "doctor [FILE]",
		Short: "find out, and prove, why a signature was refused",
		Long: `doctor reads a text from standard input, or from FILE: the error of the service as it
stands in a log, a stack trace or a mail, the command that was refused, or both, one after
the other. It makes variants of what was signed, of the secret and of the hash, until one
gives the signature that was refused: that is the cause, proved. Without a proof it says
what is likely, or that it does not know. Nothing is sent.

It also reads one JSON object with message (may be null), params (as the server received
them, signature and timestamp among them) and now (optional; seconds or RFC 3339).

The secret comes from the environment or from .env, exactly as it stands there: damage is
what is looked for. It is never shown. Saved profiles are tried too.

--json prints verdict, causes (numbers), alternatives, sentence, fix, tried, and more.
--report prints Markdown to share, with every secret masked.
Exit status: 0 the signature is right, 10 expired, 11 proved, 12 likely, 13 unknown.`,
		Example: "  pbpaste | signpost doctor\n  signpost doctor error.log\n  signpost doctor --json < case.json\n  signpost doctor --report error.log > report.md",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			switch format {
			case "", "text":
			case "markdown", "md":
				report = true
			case "json":
				a.flags.json = true
			default:
				return usage("--format is one of text, markdown, json")
			}
			return a.doctor(args, report)
		},
	}
	c.Flags().BoolVar(&report, "report", false, "print a report in Markdown to share")
	c.Flags().StringVar(&format, "format", "", "`text|markdown|json` (default text)")
	_ = c.RegisterFlagCompletionFunc("format", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{"text", "markdown", "json"}, cobra.ShellCompDirectiveNoFileComp
	})
	return c
}

func (a *app) doctor(args []string, report bool) error {
	if (len(args) == 0 || args[0] == "-") && a.world.Stdin != nil && isTerminal(a.world.Stdin) {
		a.say("paste the error of the service, and the command if you have it; end with ctrl+d on a line of its own")
	}
	text, err := a.readInput(args)
	if err != nil {
		return err
	}
	if len(text) > importer.MaxText {
		a.say("note: the text is longer than 1 MiB; only the beginning is read")
	}
	if strings.TrimSpace(text) == "" && !a.flags.json {
		return &failure{code: doctorExits[diagnose.Unknown], err: errors.New("doctor: there is nothing to examine"), hint: "paste the error of the service on standard input, or name a file that holds it"}
	}
	d, err := a.examine(text)
	if err != nil {
		return err
	}
	if err := a.tellDiagnosis(d, report); err != nil {
		return err
	}
	if code := doctorExits[d.Verdict]; code != 0 {
		return &failure{code: code, err: errors.New("")} // the verdict is said already
	}
	return nil
}

// examine makes a diagnosis of each message of a text, and takes the one that says most.
func (a *app) examine(text string) (diagnose.Diagnosis, error) {
	config, err := a.credentials()
	if err != nil {
		return diagnose.Diagnosis{}, err
	}
	return a.examineFor(config.Account, text, config.Problems)
}

// examineFor is examine for an account; problems are those of its configuration.
func (a *app) examineFor(account uploader.Account, text string, problems []uploader.Problem) (diagnose.Diagnosis, error) {
	held := diagnose.Identity{Name: account.Origin, CloudName: account.CloudName, APIKey: account.APIKey, Secret: account.Secret}
	lines := a.envLines()
	held = a.complete(held, lines)
	whole := wholeLines(held.Secret, lines)
	others := a.otherIdentities(held)
	worked := a.worked(held)
	best := doctor.Best(text, func(e diagnose.Evidence) diagnose.Diagnosis {
		e.Account, e.Worked, e.Lines = held, worked, whole
		if held.Secret.IsZero() && len(e.Others) > 0 { // those of the text itself are all there is
			e.Account, e.Others = e.Others[0], e.Others[1:]
		}
		e.Others = append(e.Others, others...)
		if e.Now.IsZero() {
			e.Now = time.Now().UTC()
		}
		return a.diagnose(e)
	})
	for i, p := range problems {
		if best.Verdict != diagnose.OK && i < 3 {
			best.Notes = append(best.Notes, p.Message)
		}
	}
	return best, nil
}

// diagnose examines one case. Without a secret of the person's own, the one of the
// sandbox and of the documentation's examples is tried, which everybody holds.
func (a *app) diagnose(e diagnose.Evidence) diagnose.Diagnosis {
	if !e.Account.Secret.IsZero() {
		return diagnose.Diagnose(e)
	}
	with := e
	box := a.sandboxAccount()
	with.Account = diagnose.Identity{Name: "the sandbox", CloudName: box.CloudName, APIKey: box.APIKey, Secret: signer.NewSecret(signer.Published)}
	if d := diagnose.Diagnose(with); d.HasSigned {
		d.Notes = append(d.Notes, "there are no credentials here: this was found with the secret of the sandbox and of the documentation's examples")
		return d
	}
	return diagnose.Diagnose(e)
}

// envLines are the assignments of the .env file, where no profile takes its place.
func (a *app) envLines() map[string]uploader.EnvLine {
	if a.flags.profile != "" {
		return nil
	}
	raw, _, _, err := uploader.ReadEnvFile(a.flags.envFile)
	if err != nil {
		return nil // credentials has said so
	}
	return uploader.EnvLines(raw)
}

// otherIdentities are the saved profiles.
func (a *app) otherIdentities(held diagnose.Identity) []diagnose.Identity {
	all, _ := a.profileStore().List(context.Background())
	var out []diagnose.Identity
	for _, p := range all {
		if s := p.Account.Secret; !s.IsZero() && !s.Equal(held.Secret) {
			out = append(out, diagnose.Identity{Name: "the profile " + p.Name, CloudName: p.Account.CloudName, APIKey: p.Account.APIKey, Secret: s})
		}
	}
	return out
}

// worked reports whether an upload to the account's cloud was accepted before.
func (a *app) worked(held diagnose.Identity) bool {
	if _, err := os.Stat(filepath.Join(a.dataDir(), "journal.db")); err != nil || held.CloudName == "" {
		return false // and none is made by looking
	}
	store := a.journal()
	defer store.Close()
	all, _ := store.History("", 200)
	return slices.ContainsFunc(all, func(e journal.Entry) bool {
		return e.Cloud == held.CloudName && e.Status == 200 && time.Since(e.At) < 24*time.Hour
	})
}

// diagnosed is what doctor --json prints.
type diagnosed struct {
	Verdict      string           `json:"verdict"`
	Causes       []int            `json:"causes"`
	Alternatives []int            `json:"alternatives"`
	Sentence     string           `json:"sentence"`
	Fix          string           `json:"fix"`
	Tried        int              `json:"tried"`
	Act          string           `json:"act,omitempty"`
	Places       []diagnosedPlace `json:"places"`
	Signature    string           `json:"signature"`
	Signed       *string          `json:"signed"`
	Seen         string           `json:"seen"`
	Ranked       []diagnosedGuess `json:"ranked"`
	Control      string           `json:"control_test,omitempty"`
	Notes        []string         `json:"notes"`
	Skew         *float64         `json:"clock_skew_seconds,omitempty"`
}

type diagnosedPlace struct {
	In    string `json:"in"`
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

type diagnosedGuess struct {
	Cause int    `json:"cause"`
	Why   string `json:"why"`
}

func (a *app) tellDiagnosis(d diagnose.Diagnosis, report bool) error {
	switch {
	case a.flags.json:
		var out strings.Builder
		e := json.NewEncoder(&out)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(diagnosedOf(d)); err != nil {
			return err
		}
		_, err := io.WriteString(a.world.Stdout, escapeJSON(a.redact(out.String())))
		return err
	case report:
		_, err := io.WriteString(a.world.Stdout, a.redact(d.Markdown()))
		return err
	}
	_, err := io.WriteString(a.world.Stdout, a.diagnosisText(d))
	return err
}

// diagnosisText is a diagnosis for a person.
func (a *app) diagnosisText(d diagnose.Diagnosis) string {
	var b strings.Builder
	b.WriteString(d.Headline() + "\n")
	for _, s := range d.Sections() {
		label := s.Label
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "%-13s%s\n", label, clean(a.redact(l)))
			label = ""
		}
	}
	return b.String()
}

func diagnosedOf(d diagnose.Diagnosis) diagnosed {
	out := diagnosed{
		Verdict: string(d.Verdict), Causes: d.Causes, Alternatives: d.Alternatives, Sentence: d.Sentence, Fix: d.Fix.Words, Tried: d.Tried, Act: string(d.Fix.Act),
		Places: []diagnosedPlace{}, Signature: d.Signature, Seen: d.Seen, Ranked: []diagnosedGuess{}, Control: d.Control, Notes: append([]string{}, d.Notes...),
	}
	if d.HasSigned {
		out.Signed = &d.Signed
	}
	for _, p := range d.Places {
		out.Places = append(out.Places, diagnosedPlace(p))
	}
	for _, g := range d.Ranked {
		out.Ranked = append(out.Ranked, diagnosedGuess(g))
	}
	if d.Clock.Known {
		s := d.Clock.Skew.Seconds()
		out.Skew = &s
	}
	return out
}
