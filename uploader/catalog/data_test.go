package catalog

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"signpost/signer"
)

// TestParams: the list is complete, and says of each parameter what its sources say.
func TestParams(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/upload-params.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Parameters []struct {
			Name, Group    string
			Signed         bool
			UnsignedUpload bool   `json:"unsigned_upload"`
			SentBy         string `json:"sent_by"`
		}
	}
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	all := All()
	if len(all) != 71 || len(want.Parameters) != 71 {
		t.Fatalf("%d parameters, %d in the source; want 71", len(all), len(want.Parameters))
	}
	for i, w := range want.Parameters {
		p := all[i]
		if p.Name != w.Name || p.Group != w.Group || p.Signed != w.Signed || p.Unsigned != w.UnsignedUpload || p.SentBy != w.SentBy {
			t.Errorf("got %+v, want %+v", p, w)
		}
		if p.Meaning == "" || p.Wire == "" || p.Example == "" || len(p.Keywords) == 0 || p.Type == "" {
			t.Errorf("%s: something is not said: %+v", p.Name, p)
		}
		if strings.HasSuffix(p.Meaning, ".") {
			t.Errorf("%s: a full stop at the end of the meaning", p.Name)
		}
		if q, ok := Lookup(p.Name); !ok || q.Name != p.Name {
			t.Errorf("%s is not found", p.Name)
		}
		signed := signer.ReasonFor(signer.Param{Name: p.Name, Value: "1"}) == signer.Kept
		if signed != p.Signed && p.Name != "unsigned" { // the signer signs what it is given
			t.Errorf("%s: signed is %v, the signer says %v", p.Name, p.Signed, signed)
		}
	}
	if n := len(Groups()); n != 10 {
		t.Errorf("%d groups: a group comes twice, or is missing", n)
	}
}

// TestExamples: no example has anything that a check would warn of by itself.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, p := range All() {
		if p.Name == "callback" || p.Name == "access_mode" || p.Name == "signature" || p.Name == "api_key" {
			continue // there is something to warn of, whatever the value
		}
		c := checker{values: map[string]string{}}
		c.param(signer.Param{Name: p.Name, Value: p.Example})
		for _, f := range c.found {
			t.Errorf("%s=%s: %s", p.Name, p.Example, f.Text)
		}
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	for query, want := range map[string][]string{
		"overwrite":         {"overwrite"},
		"moderate":          {"moderation"},
		"nsfw":              {"moderation"},
		"thumbnail":         {"eager"},
		"remove background": {"background_removal"},
		"tag":               {"tags", "auto_tagging"},
		"webhook":           {"notification_url", "eager_notification_url"},
		"folder":            {"folder", "asset_folder"},
		"keep original":     {"use_filename"},
		"private":           {"type", "access_control"},
		"expire":            {"access_control", "timestamp"},
		"subtitles":         {"auto_transcription"},
		"duplicate":         {"phash", "moderation"},
		"public_id":         {"public_id"},
		"Public ID":         {"public_id"},
		"cdn":               {"invalidate"},
		"resize":            {"eager", "transformation"},
		"alt":               {"context"},
		"nothing like that": nil,
	} {
		found := Search(query)
		if want == nil && len(found) > 0 {
			t.Errorf("%q: found %s", query, found[0].Name)
		}
		var names []string
		for _, p := range found[:min(len(found), 6)] {
			names = append(names, p.Name)
		}
		for _, w := range want {
			if !slices.Contains(names, w) {
				t.Errorf("%q: %s is not among the first of %q", query, w, names)
			}
		}
		if len(want) > 0 && !strings.Contains(query, " ") && slices.Contains(want, query) && names[0] != query {
			t.Errorf("%q: the exact name is not the first: %q", query, names)
		}
	}
	if len(Search(" ")) != 71 {
		t.Error("an empty query finds everything")
	}
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"publicId": "public_id", "public-id": "public_id", "PUBLIC_ID": "public_id", "pubic_id": "public_id", "publci_id": "public_id",
		"eagerAsync": "eager_async", "notificationUrl": "notification_url", "preset": "upload_preset", "tag": "tags",
		"overwrit": "overwrite", "trasformation": "transformation", "tags[]": "tags", "webhook": "notification_url",
		"ocr2": "ocr", "moderatoin": "moderation",
		"public_id": "", "zzzzzzz": "", "": "", "max_file_size": "",
	} {
		got := Suggest(name)
		if first := strings.Join(got[:min(len(got), 1)], ""); first != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
		if len(got) > 3 {
			t.Errorf("%q: %d suggestions", name, len(got))
		}
	}
}
