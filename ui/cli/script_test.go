package cli

import (
	"github.com/adrg/xdg"
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"signpost/uploader/sandbox"
)

// TestMain lets the scripts run the program as a command.
func TestMain(m *testing.M) {
	if os.Getenv("WORK") == "" { // no script: nothing of the person's own is touched
		dir, err := os.MkdirTemp("", "signpost-cli-test")
		if err != nil {
			panic(err)
		}
		_ = os.Setenv("XDG_DATA_HOME", dir)
		xdg.Reload()
	}
	testscript.Main(m, map[string]func(){
		"signpost": func() {
			os.Exit(Run(World{Args: os.Args[1:], Environ: os.Environ(), Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}))
		},
		"signpost-crash": func() {
			os.Exit(Run(World{Args: os.Args[1:], Environ: os.Environ(), Stdin: os.Stdin, Stdout: crashing{}, Stderr: os.Stderr}))
		},
	})
}

// crashing panics with a secret when it is written to.
type crashing struct{}

func (crashing) Write([]byte) (int, error) { panic(canary) }

// TestScripts runs testdata/script/*.txtar: each command, each exit status, wrong
// input. A sandbox runs beside them; its address is in $SANDBOX.
func TestScripts(t *testing.T) {
	box := sandbox.New(sandbox.Options{})
	if err := box.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		Cmds:                map[string]func(ts *testscript.TestScript, neg bool, args []string){"status": status},
		Setup: func(e *testscript.Env) error {
			if err := os.WriteFile(filepath.Join(e.WorkDir, "pixel.png"), sandbox.Sample(), 0o600); err != nil {
				return err
			}
			e.Setenv("XDG_DATA_HOME", filepath.Join(e.WorkDir, ".data"))
			e.Setenv("SANDBOX", box.BaseURL())
			e.Setenv("SANDBOX_URL", sandboxURL(box.BaseURL()))
			return nil
		},
	})
}

// status runs the program and wants that exit status: status 3 upload x.png
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status CODE ARGS…")
	}
	ts.Setenv("WANT", args[0])
	if err := ts.Exec("sh", append([]string{"-c", `signpost "$@"; rc=$?; [ $rc -eq "$WANT" ] || { echo "exit status $rc, want $WANT" >&2; exit 1; }`, "sh"}, args[1:]...)...); err != nil {
		ts.Fatalf("%v", err)
	}
}
