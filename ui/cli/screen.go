package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"
	"github.com/charmbracelet/colorprofile"

	"signpost/signer"
	"signpost/ui"
	"signpost/ui/browser/disk"
	"signpost/ui/term"
	"signpost/uploader"
	"signpost/uploader/journal"
	"signpost/uploader/lens"
	"signpost/uploader/profiles"
	"signpost/uploader/queue"
	"signpost/uploader/sandbox"
)

// framesPerSecond is the highest rate of the library, which draws on a tick only: a key
// is on screen in half the time of the default.
const framesPerSecond = 120

// screen runs the screen in front of a sandbox of its own, or the dialogue where that was
// asked for or the terminal can do no more.
func (a *app) screen() error {
	if err := a.screenFlags.check(); err != nil {
		return err
	}
	if a.screenFlags.plain {
		return a.plain()
	}
	out, _ := a.world.Stdout.(*os.File)
	if err := term.Usable(a.world.Stdin, out); err != nil {
		return &failure{code: uploader.ExitUsage, err: err}
	}
	if term.Plain(a.lookup) {
		return a.plain()
	}
	s, err := a.stage()
	if err != nil {
		return err
	}
	defer s.close()
	deps, store := s.deps, s.store
	options := []tea.ProgramOption{tea.WithFPS(framesPerSecond), tea.WithEnvironment(scrubbed(a.world.Environ))}
	if term.NoColor(a.lookup) {
		options = append(options, tea.WithColorProfile(colorprofile.ASCII))
	}
	code := term.Run(term.Options{
		Input: a.world.Stdin, Output: out, Program: options,
		Redact: a.known.redact, ReportDir: reportDir(),
		Message: a.world.Stderr, Save: func() { store.Flush() },
	}, func(r *term.Runner) tea.Model {
		deps.Go = r.Go
		return ui.New(deps)
	}, func(m tea.Model) int {
		if s, ok := m.(ui.Model); ok {
			return s.ExitCode
		}
		return uploader.ExitOther
	})
	if a.screenFlags.present {
		a.tellHandout()
	}
	if code != uploader.ExitOK {
		return &failure{code: code, err: errors.New("")}
	}
	return nil
}

// recipes are the person's own; a store that cannot be read has none.
func recipes(store *journal.Journal) []ui.Recipe {
	kept, _ := store.Recipes()
	var own []ui.Recipe
	for _, r := range kept {
		own = append(own, ui.Recipe{Name: r.Name, Draft: r.Draft})
	}
	return own
}

// known are the accounts of a run: their secrets are kept out of reports.
type known struct {
	mu  sync.Mutex
	all []uploader.Account
}

func (k *known) add(a uploader.Account) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.all = append(k.all, a)
}

// redact takes the secrets of every account that was used out of a text.
func (k *known) redact(text string) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, a := range k.all {
		text = a.Redact(text)
	}
	return text
}

// fileSize is the size of a regular file, or -1.
func fileSize(path string) int64 {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return -1
	}
	return info.Size()
}

func workingDir() string {
	dir, err := os.Getwd()
	if err != nil {
		return homeDir()
	}
	return dir
}

func homeDir() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return string(os.PathSeparator)
	}
	return home
}

// reportDir is where reports of crashes are kept.
func reportDir() string { return filepath.Join(xdg.StateHome, "signpost") }

// scrubbed keeps credentials out of the environment that the library hands around.
func scrubbed(environ []string) []string { return uploader.ScrubEnviron(environ) }

// deps connects the screen with the world.
func (a *app) deps(config uploader.Config, box *sandbox.Server, store *journal.Journal, draft uploader.Draft) ui.Deps {
	account := uploader.SandboxAccount(box.BaseURL())
	account.Options = a.options(account.Options)
	client := uploader.New(uploader.ClientConfig{UserAgent: "signpost/" + version(), Conns: queue.MostJobs, Now: a.now})
	return ui.Deps{
		Now: a.now, Sandbox: account, SampleURL: box.SampleURL(), Live: config,
		ReadURL: func(url string) uploader.Config {
			return uploader.ReadConfig(uploader.ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": url}})
		},
		Draft: draft, FromFlags: a.flags.any(),
		ParseFile: func(typed string, live bool) uploader.File {
			return uploader.ParseFile(typed, a.fileOptions(live, box.SampleURL()))
		},
		ListDir: disk.List, LookAt: lookAt, StartDir: workingDir(), Home: homeDir(), Separator: string(os.PathSeparator),
		Known: func(acc uploader.Account) {
			a.known.add(acc)
			a.inSandbox.Store(acc.Sandbox)
		},
		FileSize: fileSize, NoPictures: term.NoColor(func(name string) string { return a.environ()[name] }),
		Profiles: func() []ui.Profile {
			all, _ := a.profileStore().List(context.Background())
			var list []ui.Profile
			for _, p := range all {
				p.Account.Options = a.options(p.Account.Options)
				list = append(list, ui.Profile{Name: p.Name, Source: "of " + string(p.Source), Problem: p.Problem, Account: p.Account})
			}
			return list
		},
		SaveProfile: func(name string, acc uploader.Account, plain bool) (bool, error) {
			err := a.profileStore().Save(context.Background(), name, acc, plain)
			return errors.Is(err, profiles.ErrNoKeyring), err
		},
		Preview: preview, Editor: a.editor,
		Recipes: recipes(store), SaveRecipe: func(r ui.Recipe) error {
			return store.SaveRecipe(journal.Recipe{Name: r.Name, Draft: r.Draft})
		},
		Upload: a.deliver(client, store), SaveDraft: store.SaveDraft,
		LookUp: func(p uploader.Prepared, since time.Time) (uploader.Found, error) {
			return client.LookUp(context.Background(), p, since)
		},
		Wire: func(p uploader.Prepared) (uploader.Wire, error) { return client.Wire(p, 0) },
		Smuggle: func(timestamp string) ([]lens.Step, error) {
			return lens.Smuggling(timestamp, account.Secret, postTo(box))
		},
		NewQueue: func(acc uploader.Account, jobs int) ui.Queue { return a.newQueue(client, store, box, acc, jobs) },
		History:  historyOf(store),
		Copy:     term.Copy, OpenURL: term.Open, WriteCommand: writeCommand,
		HostAllowed: func(acc uploader.Account) bool {
			if u, err := url.Parse(acc.Base()); err == nil && a.hostIsAllowed(u) {
				return true
			}
			ok, err := store.HostAllowed(a.consent(acc))
			return err == nil && ok
		},
		AllowHost: func(acc uploader.Account) error { return store.AllowHost(a.consent(acc)) },
	}
}

// consent is what a yes to a host is remembered for: the host, and, where a file chose
// it, that file with that very content.
func (a *app) consent(acc uploader.Account) string {
	if !acc.PrefixFromFile {
		return "host " + acc.Base()
	}
	raw, _, _, _ := uploader.ReadEnvFile(a.flags.envFile)
	path, err := filepath.Abs(a.flags.envFile)
	if err != nil {
		path = a.flags.envFile
	}
	return fmt.Sprintf("host %s by %s %s", acc.Base(), path, signer.Fingerprint(raw))
}

// writeCommand writes a command to a new file in the working directory, for its owner
// to read and run. It holds a signature that is good for an hour.
func writeCommand(command, ext string) (string, error) {
	name := "upload-" + time.Now().Format("20060102-150405") + ext
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("write the command: %w", err)
	}
	_, err = f.WriteString(command + "\n")
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return "", fmt.Errorf("write the command: %w", err)
	}
	return name, nil
}
