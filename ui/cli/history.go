package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	xterm "github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/journal"
)

func (a *app) historyCommand() *cobra.Command {
	var limit int
	c := &cobra.Command{
		Use:   "history [WORDS]...",
		Short: "list earlier uploads",
		Long: `history lists the uploads of this user, from the screen and from the command upload, the
newest first: those in which all WORDS stand somewhere. Kept are the parameters, the
string to sign, the first digits of the signature, and the answer; never a secret.`,
		Example: "  signpost history\n  signpost history refused logo\n  signpost history show 7f3a\n  signpost history export > uploads.jsonl",
		RunE:    func(_ *cobra.Command, args []string) error { return a.listHistory(strings.Join(args, " "), limit) },
	}
	c.Flags().IntVarP(&limit, "limit", "n", 50, "how `many` are listed; 0 is all")
	yes := false
	clear := &cobra.Command{
		Use: "clear", Short: "delete the whole history", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return a.clearHistory(yes) },
	}
	clear.Flags().BoolVar(&yes, "yes", false, "delete it without a question")
	c.AddCommand(
		&cobra.Command{Use: "show ID", Short: "show one upload; the last digits of its ID are enough", Args: cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.showHistory(args[0]) }},
		&cobra.Command{Use: "delete ID...", Short: "delete uploads from the history", Args: cobra.MinimumNArgs(1),
			RunE: func(_ *cobra.Command, args []string) error { return a.deleteHistory(args) }},
		clear, a.lookUpCommand(),
		&cobra.Command{Use: "export", Short: "print the history, one line of JSON for each upload", Args: cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error { return a.exportHistory() }})
	return c
}

func historyFailure(err error) error {
	f := &failure{code: uploader.ExitOther, err: fmt.Errorf("history: %w", err)}
	if errors.Is(err, journal.ErrNoEntry) || errors.Is(err, journal.ErrSeveral) {
		f.code, f.hint = uploader.ExitUsage, "signpost history lists them with their IDs"
	}
	return f
}

func (a *app) listHistory(query string, limit int) error {
	store := a.journal()
	defer store.Close()
	all, err := store.History(query, limit)
	if err != nil {
		return historyFailure(err)
	}
	if note := store.Note(); note != "" {
		a.say("note: %s", note)
	}
	if a.flags.json {
		return a.printEntries(all)
	}
	if len(all) == 0 {
		a.say("there are none")
	}
	w := bufio.NewWriter(a.world.Stdout)
	for _, e := range all {
		id := e.PublicID
		if id == "" {
			id = e.Draft.Get("public_id")
		}
		text := fmt.Sprintf("%s  %s  %-15s  %s  %s  %s", shortID(e.ID), e.At.Local().Format("2006-01-02 15:04:05"), e.Outcome, e.Cloud, orDash(id), orDash(e.File))
		if e.Error != "" {
			text += "  " + e.Error
		}
		_, _ = w.WriteString(string(visible.Clean(text)) + "\n")
	}
	return w.Flush()
}

// shortID is the end of an ID, by which it is found.
func shortID(id string) string { return id[strings.LastIndexByte(id, '-')+1:] }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func (a *app) showHistory(id string) error {
	store := a.journal()
	defer store.Close()
	e, err := store.Find(id)
	if err != nil {
		return historyFailure(err)
	}
	if a.flags.json {
		return a.printEntries([]journal.Entry{e})
	}
	var b strings.Builder
	row := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "%-15s %s\n", name, visible.Clean(value))
		}
	}
	row("id", e.ID)
	row("at", e.At.Local().Format(time.RFC3339))
	row("outcome", e.Outcome)
	row("to", e.Host+" (cloud "+e.Cloud+", API key "+e.APIKey+")")
	row("file", e.Draft.File)
	for _, p := range e.Draft.Params {
		if !p.Off {
			row(p.Name, p.Value)
		}
	}
	row("timestamp", e.Timestamp)
	row("string to sign", e.StringToSign)
	if e.SignatureHead != "" {
		row("signature", e.SignatureHead+"… ("+e.Signed()+")")
	}
	if e.Status != 0 {
		row("status", fmt.Sprint(e.Status))
	}
	row("request id", e.RequestID)
	row("took", e.Elapsed.Round(time.Millisecond).String())
	for _, t := range e.Timings {
		row("  "+t.Name, t.Took.Round(10*time.Microsecond).String())
	}
	row("error", e.Error)
	for _, w := range e.Warnings {
		row("warning", w)
	}
	if e.Answer != "" {
		b.WriteString("answer\n" + string(visible.CleanLines(e.Answer)) + "\n")
	}
	_, err = a.world.Stdout.Write([]byte(b.String()))
	return err
}

func (a *app) deleteHistory(ids []string) error {
	store := a.journal()
	defer store.Close()
	var full []string
	for _, id := range ids {
		e, err := store.Find(id)
		if err != nil {
			return historyFailure(err)
		}
		full = append(full, e.ID)
	}
	if err := store.Forget(full...); err != nil {
		return historyFailure(err)
	}
	a.say("deleted %d", len(full))
	return nil
}

func (a *app) clearHistory(yes bool) error {
	if !yes {
		if !xterm.IsTerminal(a.world.Stdin.Fd()) {
			return &failure{code: uploader.ExitUsage, err: errors.New("history: the whole of it would be deleted"), hint: "--yes says that this is meant"}
		}
		a.say("delete the whole history? y and enter does it")
		answer, _ := bufio.NewReader(a.world.Stdin).ReadString('\n')
		if !strings.EqualFold(strings.TrimSpace(answer), "y") {
			a.say("nothing was deleted")
			return nil
		}
	}
	store := a.journal()
	defer store.Close()
	if err := store.Forget(); err != nil {
		return historyFailure(err)
	}
	a.say("the history is empty")
	return nil
}

func (a *app) exportHistory() error {
	store := a.journal()
	defer store.Close()
	all, err := store.History("", 0)
	if err != nil {
		return historyFailure(err)
	}
	return a.printEntries(all)
}

func (a *app) printEntries(all []journal.Entry) error {
	w := bufio.NewWriter(a.world.Stdout)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, entry := range all {
		if err := e.Encode(entry); err != nil {
			return err
		}
	}
	return w.Flush()
}
