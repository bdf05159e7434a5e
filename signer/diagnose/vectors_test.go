package diagnose_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/uploader/importer"
)

// mistake is a file of testdata/mistakes: evidence in, finding out. A new one needs no
// code. Text is what a person pastes, Case the object that the doctor's command reads;
// one of them is there.
type mistake struct {
	About    string
	Text     string
	Case     json.RawMessage
	Account  account
	Profiles []account
	Now      time.Time
	Want     struct {
		Verdict      diagnose.Verdict
		Causes       []int    // in any order
		Alternatives []int    // these at least
		Says         []string // pieces of the sentence
	}
}

type account struct {
	Name      string
	CloudName string `json:"cloud_name"`
	APIKey    string `json:"api_key"`
	APISecret string `json:"api_secret"`
}

func (a account) identity() diagnose.Identity {
	id := diagnose.Identity{Name: a.Name, CloudName: a.CloudName, APIKey: a.APIKey}
	if a.APISecret != "" {
		id.Secret = signer.NewSecret(a.APISecret)
	}
	return id
}

// evidence is that of each message in the text.
func (m mistake) evidence() []diagnose.Evidence {
	text := m.Text
	if text == "" {
		text = string(m.Case)
	}
	all := importer.Evidence(text)
	for i := range all {
		e := &all[i]
		e.Account = m.Account.identity()
		for _, p := range m.Profiles {
			e.Others = append(e.Others, p.identity())
		}
		if e.Now.IsZero() {
			e.Now = m.Now
		}
	}
	return all
}

func readMistakes(t testing.TB) map[string]mistake {
	t.Helper()
	paths, err := filepath.Glob("testdata/mistakes/*.json")
	if err != nil || len(paths) < 200 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	all := map[string]mistake{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.DisallowUnknownFields()
		var m mistake
		if err := d.Decode(&m); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all[strings.TrimSuffix(filepath.Base(path), ".json")] = m
	}
	return all
}

// TestMistakes makes a diagnosis of every file of testdata/mistakes. Where a text has
// several messages, the last one counts.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, m := range readMistakes(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := m.evidence()
			d := diagnose.Diagnose(all[len(all)-1])
			slices.Sort(d.Causes)
			slices.Sort(m.Want.Causes)
			if d.Verdict != m.Want.Verdict || !slices.Equal(d.Causes, m.Want.Causes) {
				t.Errorf("%s: %s %v (or %v): %s; want %s %v", m.About, d.Verdict, d.Causes, d.Alternatives, d.Sentence, m.Want.Verdict, m.Want.Causes)
			}
			for _, n := range m.Want.Alternatives {
				if !slices.Contains(d.Alternatives, n) {
					t.Errorf("%s: the alternatives are %v, without %d", m.About, d.Alternatives, n)
				}
			}
			for _, s := range m.Want.Says {
				if !strings.Contains(d.Sentence, s) {
					t.Errorf("%s: the sentence %q does not say %q", m.About, d.Sentence, s)
				}
			}
			if len(d.Alternatives) > 3 || d.Sentence == "" || strings.Contains(d.Sentence, "\n") {
				t.Errorf("%d alternatives, sentence %q", len(d.Alternatives), d.Sentence)
			}
		})
	}
}

// TestEveryCauseHasMistakes: two files at least for each number, and forty pairs.
func TestEveryCauseHasMistakes(t *testing.T) {
	t.Parallel()
	files, pairs := map[int]int{}, 0
	for name, m := range readMistakes(t) {
		if len(m.Want.Causes) == 2 {
			pairs++
		}
		for n := 1; n <= 40; n++ {
			if strings.HasPrefix(name, string([]byte{'0' + byte(n/10), '0' + byte(n%10), '-'})) {
				files[n]++
			}
		}
	}
	for n := 1; n <= 40; n++ {
		if files[n] < 2 {
			t.Errorf("cause %d has %d files, want 2", n, files[n])
		}
		if c := diagnose.Causes[n]; c.Title == "" || c.Fix == "" || c.Act == "" {
			t.Errorf("cause %d: %+v", n, c)
		}
	}
	if pairs < 40 {
		t.Errorf("%d pairs, want 40", pairs)
	}
}

// TestFixes: what is proved has a fix that can be applied: parameters that are signed
// anew, with the timestamp left to whoever sends them. A repaired secret is offered only
// where the held one is damaged.
func TestFixes(t *testing.T) {
	t.Parallel()
	for name, m := range readMistakes(t) {
		if m.Want.Verdict != diagnose.Proved || strings.HasPrefix(name, "pair-") || strings.HasPrefix(name, "9") {
			continue
		}
		for _, e := range m.evidence() {
			f := diagnose.Diagnose(e).Fix
			if f.Words == "" || f.Act == "" {
				t.Errorf("%s: %+v", name, f)
			}
			for _, p := range f.Params {
				if p.Name == "timestamp" || signer.ReasonFor(p) != signer.Kept && p.Value != "" {
					t.Errorf("%s: the fix sends %+v", name, p)
				}
			}
			if held := strings.Trim(m.Account.APISecret, "\"' "); !f.Secret.IsZero() && (held == m.Account.APISecret || !f.Secret.Equal(signer.NewSecret(held))) {
				t.Errorf("%s: the secret is repaired although it is not damaged", name)
			}
		}
	}
}
