package uploader

import (
	"fmt"
	"strings"
	"testing"

	"signpost/signer"
)

const testSecret = "cAnArYqZx9wV-8Kp7Rt-0123456"

// envConfig reads credentials from the text of a .env file alone.
func envConfig(text string) Config {
	return ReadConfig(ConfigInput{HasEnvFile: true, EnvFile: []byte(text), EnvFilePath: ".env"})
}

func secretIs(a Account, want string) bool { return a.Secret.Equal(signer.NewSecret(want)) }

func TestConfigSources(t *testing.T) {
	t.Parallel()
	tutorial := "CLOUD_NAME='demo'\nAPI_KEY=\"123456789012345\"\nAPI_SECRET=" + testSecret + "\n"
	for _, c := range []struct {
		name, env string
		environ   map[string]string
		cloud     string
		secret    string
		origin    string
		found     bool
		noted     string
	}{
		{name: "tutorial, quoted or not", env: tutorial, cloud: "demo", secret: testSecret, origin: "API_SECRET in .env", found: true},
		{name: "names of the SDKs", env: "CLOUDINARY_CLOUD_NAME=c\nCLOUDINARY_API_KEY=1\nCLOUDINARY_API_SECRET=s\n", cloud: "c", secret: "s", origin: "CLOUDINARY_API_SECRET in .env", found: true},
		{name: "export and comments", env: "# mine\nexport CLOUD_NAME=c # here\n export API_KEY=1\nAPI_SECRET='s#1' # there\n", cloud: "c", secret: "s#1", origin: ".env", found: true},
		{name: "a URL", env: "CLOUDINARY_URL=cloudinary://1:" + testSecret + "@c", cloud: "c", secret: testSecret, origin: "CLOUDINARY_URL in .env", found: true},
		{name: "a URL wins over variables", env: "CLOUDINARY_URL=cloudinary://1:s@url\n" + tutorial, cloud: "url", secret: "s", origin: "CLOUDINARY_URL", found: true, noted: "is ignored: CLOUDINARY_URL wins"},
		{name: "the environment wins", env: tutorial, environ: map[string]string{"CLOUDINARY_URL": "CLOUDINARY://1:s@env"}, cloud: "env", secret: "s", origin: "environment", found: true, noted: "the credentials in .env are ignored"},
		{name: "never mixed", env: tutorial, environ: map[string]string{"API_KEY": "1"}, origin: "environment", noted: ".env are ignored"},
		{name: "SDK names win over the tutorial's", env: tutorial + "CLOUDINARY_CLOUD_NAME=c\nCLOUDINARY_API_KEY=1\nCLOUDINARY_API_SECRET=s\n", cloud: "c", secret: "s", found: true, noted: "is ignored"},
		{name: "a $ is a $", env: "CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=a$HOME$$b${X}", cloud: "c", secret: "a$HOME$$b${X}", found: true},
		{name: "Windows line ends", env: "CLOUD_NAME=c\r\nAPI_KEY=1\r\nAPI_SECRET=s\r\n", cloud: "c", secret: "s", found: true},
		{name: "Windows line ends are said", env: "CLOUD_NAME=c\r\nAPI_KEY=1\r\nAPI_SECRET='s'\r\n", cloud: "c", secret: "s", found: true, noted: "carriage return (Windows)"},
		{name: "export is said", env: "export CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=s\n", cloud: "c", secret: "s", found: true, noted: "export in .env is skipped"},
		{name: "an incomplete environment hides a complete file", env: tutorial, environ: map[string]string{"API_KEY": "1"}, origin: "environment", noted: "to use those in .env, remove API_KEY from the environment"},
		{name: "an empty variable is none", env: tutorial, environ: map[string]string{"CLOUDINARY_URL": "", "API_KEY": ""}, cloud: "demo", secret: testSecret, found: true},
		{name: "an incomplete URL is not completed", env: "CLOUDINARY_URL=cloudinary://1:s@\n" + tutorial, secret: "s", origin: "CLOUDINARY_URL", noted: "CLOUDINARY_URL wins"},
		{name: "colons for equals signs", env: "CLOUD_NAME: c\nAPI_KEY: 1\nAPI_SECRET: s\n", cloud: "c", secret: "s", found: true},
		{name: "a quote behind a backslash", env: `CLOUD_NAME=c
API_KEY=1
API_SECRET="a\"b"`, cloud: "c", secret: `a"b`, found: true},
		{name: "a $ in quotes, with a backslash", env: `CLOUD_NAME=c
API_KEY=1
API_SECRET="a\$HOME\b"`, cloud: "c", secret: `a\$HOME\b`, found: true},
		{name: "two comments", env: "CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=s # old # older\n", cloud: "c", secret: "s", found: true},
		{name: "bytes that are not UTF-8", env: "CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=a\xffb\n", cloud: "c", secret: "a\xffb", found: true},
		{name: "a blank that is not ASCII", env: "CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=ab\u00a0\n", cloud: "c", secret: "ab\u00a0", found: true},
		{name: "a value over several lines", env: "CERT=\"-----BEGIN\nAPI_SECRET=wrong\n-----END\"\n" + tutorial, cloud: "demo", secret: testSecret, found: true},
		{name: "a quote that another line leaves open", env: "MOTD='it is\n" + tutorial, cloud: "demo", secret: testSecret, found: true},
		{name: "blanks behind a value", env: "CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=s  \n", cloud: "c", secret: "s", found: true},
		{name: "nothing", env: "OTHER=1\n"},
	} {
		got := ReadConfig(ConfigInput{Environ: c.environ, HasEnvFile: true, EnvFile: []byte(c.env), EnvFilePath: ".env"})
		a := got.Account
		if got.Found != c.found || a.CloudName != c.cloud || c.found && !secretIs(a, c.secret) || !strings.Contains(a.Origin, c.origin) {
			t.Errorf("%s: found %v, cloud %q, origin %q, problems %v", c.name, got.Found, a.CloudName, a.Origin, got.Problems)
		}
		if c.noted != "" && !strings.Contains(strings.Join(got.Notes, "\n"), c.noted) {
			t.Errorf("%s: notes %q, want %q", c.name, got.Notes, c.noted)
		}
	}
}

func TestConfigURLGrammar(t *testing.T) {
	t.Parallel()
	for url, check := range map[string]func(Config) bool{
		"cloudinary://1:s@c?signature_algorithm=sha256&signature_version=1": func(c Config) bool {
			return c.Found && c.Account.Options == signer.Options{Algorithm: signer.SHA256, Version: signer.V1}
		},
		"cloudinary://1:s@c?upload_prefix=http://127.0.0.1:8787/": func(c Config) bool {
			return c.Found && c.Account.Base() == "http://127.0.0.1:8787" && c.Account.PrefixFromFile && c.Account.HostKind() == HostLoopback
		},
		"cloudinary://1:s@c?upload_prefix=https%3A%2F%2Fapi-eu.cloudinary.com": func(c Config) bool {
			return c.Account.HostKind() == HostService
		},
		"cloudinary://1:s%2Fx@c/dist.example?secure=true&a[b]=c": func(c Config) bool {
			return c.Found && c.Account.CloudName == "c" && secretIs(c.Account, "s%2Fx")
		},
		"cloudinary://1:a:b@x@c":                                    func(c Config) bool { return c.Found && secretIs(c.Account, "a:b@x") },
		"CLOUDINARY_URL=cloudinary://1:s@c":                         func(c Config) bool { return c.Found },
		"cloudinary://1:s@c?upload_prefix=http://evil.example":      func(c Config) bool { return !c.Found && len(c.Problems) > 0 },
		"cloudinary://1:s@c?upload_prefix=https://u:p@evil.example": func(c Config) bool { return !c.Found && len(c.Problems) > 0 },
		"cloudinary://1:s@c?upload_prefix=https://evil.example":     func(c Config) bool { return c.Found && c.Account.HostKind() == HostForeign },
		"cloudinary://1:s@c?signature_algorithm=md5":                func(c Config) bool { return len(c.Problems) > 0 },
		"https://1:s@c": func(c Config) bool {
			return !c.Found && strings.Contains(c.Problems[0].Message, "begins with https://")
		},
		"cloudinary://1:s@c?oauth_token=x&chunk_size=6&api_proxy=http://evil.example&canary1=2": func(c Config) bool {
			notes := strings.Join(c.Notes, "\n")
			return c.Found && strings.Contains(notes, "api_proxy, chunk_size, oauth_token") && strings.Contains(notes, "not known here (1)") && !strings.Contains(notes, "canary")
		},
		"cloudinary://1:s@c/dist@x": func(c Config) bool { return c.Found && secretIs(c.Account, "s") && c.Account.CloudName == "c" },
		"cloudinary://1:a/b@c":      func(c Config) bool { return c.Found && secretIs(c.Account, "a/b") && c.Account.CloudName == "c" },
		"cloudinary://1:s@c?upload_prefix=api.cloudinary.com": func(c Config) bool {
			return !c.Found && c.Account.CheckBase() != nil
		},
		"cloudinary://1:s@c?upload_prefix=https://evil.example/path": func(c Config) bool {
			return !c.Found && strings.Contains(c.Problems[0].Message, "without a path") && c.Account.CheckBase() != nil
		},
		"cloudinary://1:s@c?upload_prefix=https://api.cloudinary.com%3F": func(c Config) bool { return !c.Found },
		"cloudinary://1:s@c#x": func(c Config) bool { return len(c.Problems) > 0 && c.Problems[0].Code == CodeShape },
		"account://1:s@c": func(c Config) bool {
			return !c.Found && strings.Contains(c.Problems[0].Hint, "CLOUDINARY_ACCOUNT_URL")
		},
		"<your url>": func(c Config) bool {
			return !c.Found && c.Problems[0].Code == CodePlaceholder || c.Problems[1].Code == CodePlaceholder
		},
		"cloudinary://1.s@c": func(c Config) bool { return !c.Found },
		"cloudinary://1:s":   func(c Config) bool { return !c.Found },
		"cloudinary://1:s@":  func(c Config) bool { return !c.Found },
		"nonsense":           func(c Config) bool { return !c.Found },
	} {
		if c := envConfig("CLOUDINARY_URL=" + url); !check(c) {
			t.Errorf("%s: %+v %v", url, c.Account, c.Problems)
		}
	}
}

// TestT11Damage: whatever is wrong with credentials is named, and used as it stands.
func TestT11Damage(t *testing.T) {
	t.Parallel()
	three := func(secret string) string {
		return "CLOUD_NAME=demo\nAPI_KEY=123456789012345\nAPI_SECRET=" + secret + "\n"
	}
	for _, c := range []struct{ name, env, want string }{
		{"missing secret", "CLOUD_NAME=demo\nAPI_KEY=1\n", "API_SECRET is missing in .env, which has CLOUD_NAME, API_KEY"},
		{"missing cloud", "API_KEY=1\nAPI_SECRET=s\n", "CLOUD_NAME is missing"},
		{"quotes in quotes", three(`"'` + testSecret + `'"`), "has quotes around it that are part of the value"},
		{"an open quote", three(`"` + testSecret), "begins with a quote that does not end"},
		{"a closing quote", three(testSecret + `"`), "ends with a quote that does not begin"},
		{"blanks inside quotes", three(`" ` + testSecret + ` "`), "has blanks around it"},
		{"CR inside quotes", three("\"" + testSecret + "\\r\""), "carriage return"},
		{"placeholder", three("your_api_secret"), "placeholder"},
		{"angle brackets", three("<your secret>"), "angle brackets"},
		{"undefined", three("undefined"), "placeholder"},
		{"swapped", "CLOUD_NAME=demo\nAPI_KEY=" + testSecret + "\nAPI_SECRET=123456789012345\n", "look swapped"},
		{"the key again", three("123456789012345"), "the same as the API key"},
		{"zero width", three("ab\u200bcdefghij"), "cannot be seen"},
		{"BOM", "\xef\xbb\xbf" + three(testSecret), "byte order mark"},
		{"UTF-16", "\xff\xfeC\x00", "UTF-16"},
		{"NUL", three("a\x00b"), "NUL"},
		{"not UTF-8", three("a\xffb"), "not UTF-8"},
		{"twice", three(testSecret) + "API_SECRET=other\n", "stands twice in .env, in lines 3 and 4; the last one counts"},
		{"too large", strings.Repeat("#", MaxEnvFile+1), "larger than 1 MiB"},
		{"wrong scheme", "CLOUDINARY_URL=http://1:" + testSecret + "@c", "begins with http://"},
		{"dot for colon", "CLOUDINARY_URL=cloudinary://1." + testSecret + "@c", "no API secret behind the key: a dot stands where the colon should be"},
		{"a trailing blank", three(testSecret + " "), "API_SECRET has blanks behind it, which are dropped here"},
		{"a carriage return in a line", "CLOUD_NAME=demo\rAPI_KEY=1\r\nAPI_SECRET=s\r\n", "line 1 of .env has a carriage return in it"},
		{"lines that are none", "what\n" + three(testSecret) + "# fine\n\nAPI_SECRET\n", "no assignment, and skipped, in .env: line 1, 7"},
		{"many of them", strings.Repeat("x\n", 9), "line 1, 2, 3, 4, 5 and 4 more"},
		{"small letters", "cloud_name=demo\nAPI_KEY=1\nAPI_SECRET=s\n", "line 1 of .env has a name that is nearly CLOUD_NAME"},
		{"a blank in the name", "CLOUD_NAME=demo\nAPI_KEY=1\nAPI SECRET=s\n", "line 3 of .env has a name that is nearly API_SECRET"},
		{"a mark before the name", "CLOUD_NAME=demo\nAPI_KEY=1\n\u200bAPI_SECRET=s\n", "line 3 of .env has a name that is nearly API_SECRET"},
		{"inside other quotes", "A='x\nAPI_SECRET=s\n'\nCLOUD_NAME=demo\nAPI_KEY=1\n", "line 2 of .env: API_SECRET stands inside the quotes that begin in line 1"},
		{"something behind the quotes", three(`"` + testSecret + `" x`), "has something behind its closing quote"},
		{"curly quotes", three("“" + testSecret + "”"), "outside ASCII"},
		{"a look-alike letter", "CLOUD_NAME=dem\u043e\nAPI_KEY=1\nAPI_SECRET=s\n", "CLOUD_NAME in .env has characters outside ASCII"},
		{"a variable in it", three("${API_SECRET}"), "the name of another variable"},
		{"null", three("null"), "placeholder"},
		{"key without digits", "CLOUD_NAME=demo\nAPI_KEY=abc\nAPI_SECRET=s\n", "API_KEY in .env is not a number"},
		{"secret in the key's place alone", "CLOUD_NAME=demo\nAPI_KEY=" + testSecret + "\n", "API_KEY in .env looks like a secret"},
		{"cloud is the secret", "CLOUD_NAME=" + testSecret + "\nAPI_KEY=1\nAPI_SECRET=" + testSecret + "\n", "CLOUD_NAME in .env is the same as the API secret"},
		{"a newline behind it", three(`"` + testSecret + `\n"`), "ends with a line break"},
		{"quoted URL in the file", `CLOUDINARY_URL="'cloudinary://1:` + testSecret + `@c'"`, "has quotes around it"},
	} {
		got := envConfig(c.env)
		all := fmt.Sprint(got.Problems)
		if !strings.Contains(all, c.want) {
			t.Errorf("%s: %q, want %q", c.name, all, c.want)
		}
		for _, p := range got.Problems {
			if p.Message == "" || p.Hint == "" || p.Code == "" || p.Where != ".env" {
				t.Errorf("%s: a problem without message, hint, code or place: %+v", c.name, p)
			}
		}
	}
	if c := envConfig(three(`"'` + testSecret + `'"`)); !c.Found || !secretIs(c.Account, "'"+testSecret+"'") {
		t.Error("a damaged secret is not used as it stands")
	}
	for _, secret := range []string{"123456789012345", testSecret, `"'123456789012345'"`, "your_api_secret", ""} {
		c := envConfig("CLOUD_NAME=demo\nAPI_KEY=" + testSecret + "\nAPI_SECRET=" + secret + "\n")
		if c.Found || c.Account.APIKey != signer.Mask {
			t.Errorf("a secret in the place of the key, which is shown and sent, is used (secret %q)", secret)
		}
	}
	for name, severity := range map[string]Severity{"CLOUD_NAME=c\nAPI_KEY=1\nAPI_SECRET=s \n": SeverityWarning,
		three("null"): SeverityDamage, "API_KEY=1\nwhat\n": SeverityMissing} {
		if c := envConfig(name); c.Problems[0].Severity != severity {
			t.Errorf("%q: %+v", name, c.Problems)
		}
	}
	quoted := ReadConfig(ConfigInput{Environ: map[string]string{"CLOUD_NAME": "c", "API_KEY": "1", "API_SECRET": `"` + testSecret + `"`}})
	if !quoted.Found || !secretIs(quoted.Account, `"`+testSecret+`"`) {
		t.Error("quotes in the environment belong to the value")
	}
}

// TestT12NoSecretInWords: no problem, note or printed account holds the secret, or six
// characters of it in a row, whatever is wrong.
func TestT12NoSecretInWords(t *testing.T) {
	t.Parallel()
	for _, form := range []string{
		"API_SECRET=%s", "API_SECRET='%s", "API_SECRET=\"%s\\", "API_SECRET: %s", "API SECRET=%s", "CLOUDINARY_URL=%s",
		"CLOUDINARY_URL=cloudinary://%s", "CLOUDINARY_URL=cloudinary://1:%s", "CLOUDINARY_URL=%s://1@c", "API_KEY=%s\nAPI_SECRET=1\nCLOUD_NAME=c",
		"CLOUDINARY_URL=cloudinary://1.%s@c", "CLOUDINARY_URL=cloudinary://%s@c", "CLOUDINARY_URL='cloudinary://1:%s@c", "CLOUDINARY_URL=CLOUDINARY_URL=http://1:%s@c",
		"CLOUDINARY_URL=cloudinary://%s:1@c", "CLOUDINARY_URL=cloudinary://1:2@c?upload_prefix=https://1:%s@c", "CLOUDINARY_URL=cloudinary://1:2@c?upload_prefix=http://127.0.0.1/%s",
		"API_KEY=%s\nAPI_SECRET=%s\nCLOUD_NAME=%s", "API_KEY=%s\nCLOUD_NAME=c", "API_SECRET=\"%s\n\"", "API_SECRET=%s\r%s", "A='\nAPI_SECRET=%s\n'", "%s=%s", "export %s", "API_SECRET=“%s", "API_SECRET=$%s${%s}",
		"CLOUDINARY_URL=cloudinary://1:%s@c?upload_prefix=%s", "CLOUDINARY_URL=cloudinary://1:2@c?%s=%%zz", "%s", "export API_SECRET='%s' x", "CLOUD_NAME=%s",
	} {
		text := strings.ReplaceAll(form, "%s", testSecret)
		for _, c := range []Config{envConfig(text), ReadConfig(ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": text, "API_SECRET": testSecret}})} {
			a := c.Account
			if form == "CLOUD_NAME=%s" {
				a.CloudName = "" // a cloud name is shown, whatever it is
			}
			said := fmt.Sprintf("%+v %v %+v %#v %s", c.Problems, c.Notes, a, a, a.Secret)
			for i := 0; i+6 <= len(testSecret); i++ {
				if strings.Contains(said, testSecret[i:i+6]) {
					t.Fatalf("%q: %q is in %s", form, testSecret[i:i+6], said)
				}
			}
		}
	}
}

func TestT21Scrub(t *testing.T) {
	t.Parallel()
	got := ScrubEnviron([]string{"PATH=/bin", "CLOUDINARY_URL=x", "API_SECRET=x", "api_key=x", "CLOUD_NAME=x", "HOME=/h", "CLOUDINARY_OTHER=x"})
	if strings.Join(got, " ") != "PATH=/bin HOME=/h" {
		t.Errorf("%q", got)
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]HostKind{
		"": HostService, "https://api.cloudinary.com": HostService, "https://API-AP.cloudinary.com/": HostService,
		"http://localhost:1": HostLoopback, "http://[::1]:80": HostLoopback, "http://127.1.2.3": HostLoopback, "http://[::ffff:127.0.0.1]": HostLoopback,
		"http://api.cloudinary.com": HostForeign, "https://api.cloudinary.com.evil.example": HostForeign, "https://evil.example/api.cloudinary.com": HostForeign,
		"http://0x7f.1": HostForeign, "http://2130706433": HostForeign, "https://u:p@api.cloudinary.com": HostForeign, "http://[fe80::1%25lo]": HostForeign, "http://localhost.evil.example": HostForeign,
	} {
		if got := (Account{Prefix: base}).HostKind(); got != want {
			t.Errorf("%q: %d, want %d", base, got, want)
		}
	}
	// Threat T3: a look-alike is shown with its punycode.
	if got := HostDisplay("api.cloudіnary.com"); !strings.Contains(got, "xn--") {
		t.Errorf("HostDisplay: %q", got)
	}
}

// FuzzScanEnv: a secret behind its name, in whatever surroundings, is in no message.
func FuzzScanEnv(f *testing.F) {
	f.Add("API_SECRET=\"", "x\\\"\n")
	f.Add("CLOUDINARY_URL=cloudinary://a:", "@c?d=%")
	f.Add("export API_SECRET='", "' # b\r\n")
	f.Add("A='\nAPI_SECRET=", "\n'\n\xef\xbb\xbfapi_key=1")
	f.Fuzz(func(t *testing.T, before, after string) {
		text := before + testSecret + after
		for _, c := range []Config{envConfig(text), ReadConfig(ConfigInput{Environ: map[string]string{"CLOUDINARY_URL": text}}),
			ReadConfig(ConfigInput{Environ: map[string]string{"CLOUD_NAME": "c", "API_KEY": before, "API_SECRET": text}})} {
			said := fmt.Sprintf("%+v %q %q", c.Problems, c.Notes, c.Account.Origin)
			for i := 0; i+6 <= len(testSecret); i++ {
				if strings.Contains(said, testSecret[i:i+6]) {
					t.Fatalf("%q is in %s", testSecret[i:i+6], said)
				}
			}
		}
	})
}

func BenchmarkReadConfig(b *testing.B) {
	in := ConfigInput{HasEnvFile: true, EnvFile: []byte("CLOUD_NAME='demo'\nAPI_KEY='123456789012345'\nAPI_SECRET='abcd'\n"), EnvFilePath: ".env"}
	for b.Loop() {
		_ = ReadConfig(in)
	}
}
