package cli

import (
	"bytes"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"signpost/uploader"
	"signpost/uploader/sandbox"
)

// canary stands for a secret. It must not come back, whatever happens.
const canary = "cAnArY-0123456789-abcdefghi"

// runWith runs the program in this process.
func runWith(t *testing.T, environ []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(World{Args: args, Environ: environ, Stdout: &out, Stderr: &errs})
	return code, out.String(), errs.String()
}

// TestT20Masked: a secret in the wrong place of the command line is not repeated, and
// the words still say what is wrong.
func TestT20Masked(t *testing.T) {
	t.Parallel()
	cases := []struct {
		args []string
		want string
	}{
		{[]string{canary}, "there is no such command"},
		{[]string{"--" + canary}, "there is no such flag"},
		{[]string{"--" + canary + "=" + canary}, "there is no such flag"},
		{[]string{"-" + canary}, "there is no such flag"},
		{[]string{"-z" + canary}, "there is no such flag"},
		{[]string{"---" + canary}, "a flag cannot be understood"},
		{[]string{"sign", canary}, "there is no such command, or an argument too many"},
		{[]string{"sign", "--" + canary}, "there is no such flag"},
		{[]string{"sign", "-q" + canary}, "there is no such flag"},
		{[]string{"sign", "--json=" + canary}, "--json has a value that it cannot take"},
		{[]string{"sign", "--json=for \"--file\" flag: " + canary}, "--json has a value that it cannot take"},
		{[]string{"sign", "--quiet=" + canary}, "--quiet has a value that it cannot take"},
		{[]string{"sign", "--file"}, "--file needs a value behind it"},
		{[]string{"sign", "-p"}, "-p needs a value behind it"},
		{[]string{"sign", "-p", canary}, "-p needs name=value"},
		{[]string{"sign", "-p", canary + "=1"}, "the name of a parameter"},
		{[]string{"sign", "-p", "signature=" + canary}, `parameter "signature" comes from`},
		{[]string{"sign", "--algorithm", canary}, "the algorithm is sha1 or sha256"},
		{[]string{"sign", "--signature-version", canary}, "the signature version is 1 or 2"},
		{[]string{"sign", "--resource-type", canary}, "the resource type is one of"},
		{[]string{"curl", canary, canary}, "there are more arguments than the command takes"},
		{[]string{"curl", canary, canary}, "there are more arguments than the command takes"},
		{[]string{"curl", canary, "--file", canary}, "the file is named twice"},
		{[]string{"sandbox", canary}, "there is no such command, or an argument too many"},
		{[]string{"sandbox", "--allow-remote=" + canary}, "--allow-remote has a value that it cannot take"},
		{[]string{"help", canary}, "there is no such command"},
		{[]string{"help", "sign", canary}, "there is no such command"},
	}
	for _, tc := range cases {
		t.Run(strings.ReplaceAll(strings.Join(tc.args, " "), canary, "CANARY"), func(t *testing.T) {
			t.Parallel()
			code, out, errs := runWith(t, nil, tc.args...)
			if code != uploader.ExitUsage || out != "" || !strings.Contains(errs, "error: ") || !strings.Contains(errs, tc.want) {
				t.Errorf("exit %d, stdout %q, stderr %q; want 2 and %q", code, out, errs, tc.want)
			}
			if strings.Contains(errs, canary) {
				t.Errorf("the argument is repeated: %q", errs)
			}
		})
	}
}

// TestT20SecretRefused: the secret is not taken from an argument, in whatever form, and
// it is said why.
func TestT20SecretRefused(t *testing.T) {
	t.Parallel()
	refused := [][]string{
		{"sign", "--api-secret", canary},
		{"sign", "--api-secret=" + canary},
		{"sign", "--api_secret", canary},
		{"sign", "--API-SECRET", canary},
		{"sign", "--secret", canary},
		{"--api-secret", canary},
		{"sign", "-p", "api_secret=" + canary},
		{"sign", "-p", "API_SECRET=" + canary},
		{"sign", "-p=api_secret=" + canary},
		{"sign", "-papi_secret=" + canary},
		{"sign", "--param", "api_secret=" + canary},
		{"sign", "--param=api_secret=" + canary},
		{"upload", "a.png", "-p", "api-secret=" + canary},
		{"sign", "API_SECRET=" + canary},
		{"sign", "CLOUDINARY_URL=cloudinary://1:" + canary + "@demo"},
		{"upload", "cloudinary://1:" + canary + "@demo"},
		{"sign", "--env-file", "cloudinary://1:" + canary + "@demo"},
		{"sign", "--env-file=cloudinary://1:" + canary + "@demo"},
	}
	for _, args := range refused {
		code, out, errs := runWith(t, nil, args...)
		if code != uploader.ExitUsage || out != "" || !strings.Contains(errs, "never taken from an argument") || !strings.Contains(errs, "seen by every user") {
			t.Errorf("%q: exit %d, stdout %q, stderr %q", args, code, out, errs)
		}
		if strings.Contains(errs, canary) {
			t.Errorf("%q: the secret is repeated", args)
		}
	}
	for _, args := range [][]string{
		{"sign", "--public-id", "api_secret_santa", "-q"},
		{"sign", "-p", "public_id=secret", "-q"},
		{"sign", "-p", "context=secret=1", "-q"},
		{"sign", "--public-id", "api_secret", "-q"},
	} {
		if code, _, errs := runWith(t, nil, args...); code != 0 {
			t.Errorf("%q is refused: %q", args, errs)
		}
	}
}

// TestT12SecretNowhere: no output of any command holds the secret of the environment
// or of a .env file, in any of its forms, damaged or not.
func TestT12SecretNowhere(t *testing.T) {
	t.Parallel()
	box := sandbox.New(sandbox.Options{})
	if err := box.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = box.Close() })
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := "http://" + closed.Addr().String()
	_ = closed.Close()
	url := func(prefix string) string { return "cloudinary://123:" + canary + "@demo?upload_prefix=" + prefix }
	identities := map[string][]string{
		"three":          {"CLOUD_NAME=demo", "API_KEY=123", "API_SECRET=" + canary},
		"quoted":         {"CLOUD_NAME=demo", "API_KEY=123", "API_SECRET='" + canary + "'"},
		"swapped":        {"CLOUD_NAME=demo", "API_KEY=" + canary + canary, "API_SECRET=123456789012345"},
		"no cloud":       {"API_KEY=123", "API_SECRET=" + canary},
		"sandbox":        {"CLOUDINARY_URL=" + url(box.BaseURL())},
		"nobody":         {"CLOUDINARY_URL=" + url(nobody)},
		"foreign":        {"CLOUDINARY_URL=" + url("https://evil.invalid")},
		"plain http":     {"CLOUDINARY_URL=" + url("http://api.cloudinary.com")},
		"user info":      {"CLOUDINARY_URL=" + url("https://me:"+canary+"@api.cloudinary.com")},
		"bad escapes":    {"CLOUDINARY_URL=cloudinary://123:" + canary + "@demo?upload_prefix=%zz" + canary},
		"wrong scheme":   {"CLOUDINARY_URL=http://123:" + canary + "@demo"},
		"no at":          {"CLOUDINARY_URL=cloudinary://123:" + canary},
		"line break":     {"CLOUDINARY_URL=" + url(nobody) + "\n"},
		"control":        {"CLOUD_NAME=demo", "API_KEY=123", "API_SECRET=\x1b" + canary},
		"secret is key":  {"CLOUD_NAME=demo", "API_KEY=123\x00", "API_SECRET=" + canary},
		"secret is name": {canary + "=" + canary, "CLOUD_NAME=demo", "API_KEY=1", "API_SECRET=" + canary},
	}
	picture := filepath.Join(t.TempDir(), "a.jpg")
	if err := os.WriteFile(picture, sandbox.Sample(), 0o600); err != nil {
		t.Fatal(err)
	}
	commands := [][]string{
		{"sign", "-p", "public_id=x"}, {"sign", "--json"}, {"sign", "-q"},
		{"curl", "--file", "https://example.com/a.jpg"}, {"curl", picture},
		{"upload"}, {"upload", "-"}, {"upload", "nosuch.jpg"}, {"sandbox", "--addr", "0.0.0.0:0"}, {}, {"--help"}, {"--version"},
	}
	for name, environ := range identities {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "env")
			if err := os.WriteFile(file, []byte(strings.Join(environ, "\n")), 0o600); err != nil {
				t.Fatal(err)
			}
			all := commands
			if name == "sandbox" || name == "nobody" || name == "foreign" {
				all = append(all[:len(all):len(all)], []string{"upload", picture, "--tries", "1"}, []string{"upload", canary, "--tries", "1"})
			}
			for _, args := range all {
				for _, fromFile := range []bool{false, true} {
					env := environ
					if fromFile {
						env, args = nil, append(args[:len(args):len(args)], "--env-file", file)
					}
					_, out, errs := runWith(t, env, args...)
					if strings.Contains(out+errs, canary) && name != "swapped" {
						t.Errorf("%q (file: %v): stdout %q, stderr %q", args, fromFile, out, errs)
					}
					if name == "swapped" && strings.Contains(errs, canary) {
						t.Errorf("%q (file: %v): stderr %q", args, fromFile, errs)
					}
				}
			}
		})
	}
}

// TestHelp: each command's help has an example, and names what it needs.
func TestHelp(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"", "sign", "curl", "upload", "sandbox"} {
		args := []string{"--help"}
		if command != "" {
			args = []string{command, "--help"}
		}
		code, out, errs := runWith(t, nil, args...)
		if code != 0 || errs != "" || !strings.Contains(out, "Examples:\n  signpost") {
			t.Errorf("%q: exit %d, %q", args, code, out)
		}
		if command == "" {
			continue
		}
		if _, same, errs := runWith(t, nil, "help", command); same != out || errs != "" {
			t.Errorf("help %s is not %s --help: %q, %q", command, command, same, errs)
		}
		for line := range strings.SplitSeq(out, "\n") {
			if strings.HasPrefix(line, "  signpost") && !strings.HasPrefix(line, "  signpost "+command) {
				t.Errorf("the help of %s has another command's example: %s", command, line)
			}
		}
	}
}

// TestT1JSON: what could deceive a terminal is escaped in JSON, and means the same.
func TestT1JSON(t *testing.T) {
	t.Parallel()
	_, out, _ := runWith(t, nil, "sign", "--json", "-p", "public_id=a\u202eb\u009bc\u007fd\U000e0041é😀")
	for _, want := range []string{`a\u202eb\u009bc\u007fd\udb40\udc41é😀`} {
		if !strings.Contains(out, want) {
			t.Errorf("%q does not hold %q", out, want)
		}
	}
}
