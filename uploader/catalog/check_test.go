package catalog

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

var now = time.Unix(1315060510, 0)

func request(pairs ...string) Request {
	return Request{Params: with(pairs...), ResourceType: "image", Timestamp: "1315060510", Size: -1, Now: now}
}

// TestCheck: each check, by what it is about and what it says; fix is the value that it
// offers.
func TestCheck(t *testing.T) {
	t.Parallel()
	change := func(r Request, f func(*Request)) Request { f(&r); return r }
	for _, c := range []struct {
		name  string
		r     Request
		param string
		text  string
		hint  string
		fix   string
	}{
		{"unknown name", request("publik_id", "x"), "publik_id", "not in the catalog", "did you mean public_id", ""},
		{"a widget's setting", request("max_file_size", "5"), "max_file_size", "string to sign", "", ""},
		{"twice", request("tags", "a", "tags", "b"), "tags", "twice", "", ""},
		{"bool", request("overwrite", "yes"), "overwrite", "neither true nor false", "", "1"},
		{"bool without a fix", request("overwrite", "maybe"), "overwrite", "neither true nor false", "1 or 0", ""},
		{"bool in Node's other style", request("visual_search", "no"), "visual_search", "neither", "", "false"},
		{"choice", request("type", "privat"), "type", "no value", "did you mean private?", "private"},
		{"choice far off", request("ocr", "xx"), "ocr", "no value", "adv_ocr", ""},
		{"manual last", request("moderation", "manual|aws_rek"), "moderation", "manual comes last", "", ""},
		{"list with a blank", request("tags", "a, b"), "tags", "blank next to a comma", "", "a,b"},
		{"list with a hole", request("tags", "a,,b"), "tags", "empty item", "", ""},
		{"dotted format", request("allowed_formats", ".jpg,png"), "allowed_formats", "without a dot", "", "jpg,png"},
		{"context as JSON", request("context", `{"a":"b"}`), "context", "it is JSON", "key=value", ""},
		{"context with commas", request("context", "a=1,b=2"), "context", "", "", ""},
		{"context without =", request("context", "hello"), "context", "no =", "", ""},
		{"coordinates", request("face_coordinates", "1,2,3"), "face_coordinates", "four numbers", "", ""},
		{"eager", request("eager", "width_400"), "eager", "SDKs' options", "w_400?", ""},
		{"transformation", request("transformation", "w_1|w_2"), "transformation", "pipe", "", ""},
		{"JSON", request("access_control", "[{]"), "access_control", "no JSON", "", ""},
		{"number", request("auto_tagging", "60", "categorization", "google_tagging"), "auto_tagging", "outside of 0.0 to 1.0", "", ""},
		{"decimal comma", request("auto_tagging", "0,6", "categorization", "google_tagging"), "auto_tagging", "no decimal point", "", "0.6"},
		{"URL", request("notification_url", "example.com/x"), "notification_url", "no absolute URL", "", ""},
		{"URL of this machine", request("notification_url", "http://localhost:3000/x"), "notification_url", "cannot reach this machine", "", ""},
		{"plain http", request("notification_url", "http://example.com/x"), "notification_url", "plain http", "", ""},
		{"callback", request("callback", "https://example.com/x"), "callback", "July 2025", "", ""},
		{"extension", request("public_id", "a/shoe.jpg"), "public_id", ".jpg.jpg", "", "a/shoe"},
		{"forbidden", request("public_id", "a?b"), "public_id", "not allowed", "", ""},
		{"too long", request("public_id", strings.Repeat("a", 256)), "public_id", "255", "", ""},
		{"slashes", request("public_id", "/a/"), "public_id", "slashes at the ends", "", "a"},
		{"version folder", request("public_id", "v12/a"), "public_id", "looks like a version", "", ""},
		{"display name", request("display_name", "a/b"), "display_name", "cannot contain slashes", "", ""},
		{"folder's slash", request("asset_folder", "a/"), "asset_folder", "slashes", "", "a"},
		{"quotes", request("public_id", `"a"`), "public_id", "quotes stand round", "", "a"},
		{"encoded", request("public_id", "a%20b"), "public_id", "%20", "", "a b"},
		{"encoded comma", request("tags", "a%2Cb"), "tags", "%2C", "", "a,b"},
		{"trailing blank", request("public_id", "a "), "public_id", "a blank at the end", "", "a"},
		{"leading tab", request("public_id", "\ta"), "public_id", "a tab at the start", "", "a"},
		{"trailing line end", request("public_id", "a\n"), "public_id", "a line end at the end", "", "a"},
		{"NBSP", request("public_id", "a\u00a0b"), "public_id", "character 2 there is a no-break space", "", "a b"},
		{"zero width", request("public_id", "a\u200bb"), "public_id", "zero-width space", "", "ab"},
		{"BOM", request("public_id", "\ufeffa"), "public_id", "byte order mark", "", "a"},
		{"bidi", request("public_id", "a\u202eb"), "public_id", "bidirectional", "", "ab"},
		{"control", request("public_id", "a\x07b"), "public_id", "U+0007", "", "ab"},
		{"NFD", request("public_id", "u\u0308ber"), "public_id", "NFD", "", "über"},
		{"not UTF-8", request("public_id", "a\xffb"), "public_id", "UTF-8", "", ""},
		{"milliseconds", change(request(), func(r *Request) { r.Timestamp = "1315060510123" }), "timestamp", "milliseconds", "", "1315060510"},
		{"fraction", change(request(), func(r *Request) { r.Timestamp = "1315060510.5" }), "timestamp", "fraction", "", "1315060510"},
		{"no number", change(request(), func(r *Request) { r.Timestamp = "now" }), "timestamp", "no whole number", "", ""},
		{"stale", change(request(), func(r *Request) { r.Timestamp = "1315050000" }), "timestamp", "2h55m0s old", "", ""},
		{"future", change(request(), func(r *Request) { r.Timestamp = "1315070000" }), "timestamp", "in the future", "", ""},
		{"eager_async alone", request("eager_async", "1"), "eager_async", "no eager", "", ""},
		{"eager notification alone", request("eager_notification_url", "https://example.com"), "eager_notification_url", "no eager", "", ""},
		{"public ID and use_filename", request("public_id", "a", "use_filename", "1"), "use_filename", "no effect", "", ""},
		{"no file name", request("use_filename", "true"), "use_filename", "no name", "", ""},
		{"unique_filename alone", request("unique_filename", "0"), "unique_filename", "use_filename", "", ""},
		{"both folders", request("folder", "a", "asset_folder", "b"), "folder", "one of the two", "", ""},
		{"prefix without folder", request("use_asset_folder_as_public_id_prefix", "1"), "use_asset_folder_as_public_id_prefix", "no asset_folder", "", ""},
		{"two display names", request("use_filename_as_display_name", "1", "display_name", "x"), "use_filename_as_display_name", "no effect", "", ""},
		{"auto_tagging alone", request("auto_tagging", "0.6"), "auto_tagging", "no add-on", "", ""},
		{"invalidate nothing", request("overwrite", "0", "invalidate", "1"), "invalidate", "nothing is overwritten", "", ""},
		{"image_metadata", request("image_metadata", "1"), "image_metadata", "media_metadata", "", ""},
		{"access_mode", request("access_mode", "public"), "access_mode", "deprecated", "", ""},
		{"resource_type", request("resource_type", "video"), "resource_type", "URL", "", ""},
		{"raw with eager", change(request("eager", "w_1"), func(r *Request) { r.ResourceType = "raw" }), "eager", "raw file", "", ""},
		{"video only", request("auto_chaptering", "1"), "auto_chaptering", "videos", "", ""},
		{"streaming image", request("eager", "sp_full_hd/m3u8"), "eager", "needs a video", "", ""},
		{"no preset", change(request(), func(r *Request) { r.Unsigned = true }), "upload_preset", "Upload preset must be specified", "", ""},
		{"not allowed unsigned", change(request("upload_preset", "p", "eager", "w_1"), func(r *Request) { r.Unsigned = true }), "eager", "not allowed", "", ""},
		{"overwrite unsigned", change(request("upload_preset", "p", "overwrite", "1"), func(r *Request) { r.Unsigned = true }), "overwrite", "not allowed", "", ""},
		{"empty file", change(request(), func(r *Request) { r.FileName, r.Size = "a.jpg", 0 }), "file", "empty", "", ""},
		{"free plan", change(request(), func(r *Request) { r.FileName, r.Size = "a.jpg", FreeImage+1 }), "file", "free plan", "", ""},
		{"over one request", change(request(), func(r *Request) { r.FileName, r.Size = "a.jpg", OneRequest+1 }), "file", "100 MB", "", ""},
		{"video as image", change(request(), func(r *Request) { r.FileName, r.Size = "a.mp4", 1 }), "file", "video or sound", "", ""},
		{"format not allowed", change(request("allowed_formats", "png"), func(r *Request) { r.FileName, r.Size = "a.jpg", 1 }), "allowed_formats", "not among", "", ""},
	} {
		found := Check(c.r)
		var f *Finding
		for i := range found {
			if found[i].Param == c.param && strings.Contains(found[i].Text, c.text) {
				f = &found[i]
			}
		}
		switch {
		case f == nil:
			t.Errorf("%s: not found in %+v", c.name, found)
		case !strings.Contains(f.Hint, c.hint):
			t.Errorf("%s: the hint is %q, want %q", c.name, f.Hint, c.hint)
		case f.HasFix != (c.fix != "") || f.Fix != c.fix:
			t.Errorf("%s: the fix is %q, want %q", c.name, f.Fix, c.fix)
		}
	}
}

// TestFixesFix: a value that was mended is not warned of for the same reason.
func TestFixesFix(t *testing.T) {
	t.Parallel()
	for _, value := range []string{" a ", "a\u00a0b", "\"a\"", "a%20b", "/a/", "a.jpg", "u\u0308", "\ta\u200b"} {
		for range 5 {
			found := Check(request("public_id", value))
			if len(found) == 0 {
				break
			}
			if !found[0].HasFix || found[0].Fix == value {
				t.Errorf("%q: %+v", value, found[0])
				break
			}
			value = found[0].Fix
		}
		if found := Check(request("public_id", value)); len(found) > 0 {
			t.Errorf("%q still has %q", value, found[0].Text)
		}
	}
}

// TestCheckIsQuietAboutGoodRequests: what the tutorial, the recipes and the official
// SDKs send is not warned of.
func TestCheckIsQuietAboutGoodRequests(t *testing.T) {
	t.Parallel()
	for _, r := range Recipes() {
		found := Check(Request{Params: r.Params, ResourceType: r.ResourceType, Timestamp: "1315060510", Unsigned: r.Unsigned, FileName: "a.jpg", Size: 1, Now: now})
		for _, f := range found {
			if r.ResourceType != "image" && f.Param == "file" {
				continue
			}
			t.Errorf("recipe %s: %s: %s", r.ID, f.Param, f.Text)
		}
	}
	raw, err := os.ReadFile("testdata/serialization.json")
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Cases []struct {
			ID   string
			Form map[string]string
		}
	}
	if err := json.Unmarshal(raw, &s); err != nil {
		t.Fatal(err)
	}
	// What these cases hold is worth a warning: SDK defects, odd texts, examples that
	// would not work.
	deserved := map[string]string{
		"context": "ser-18 ser-22", "eager": "ser-31 ser-39", "unique_filename": "ser-04", "eager_async": "ser-03",
		"auto_tagging": "ser-58", "access_mode": "ser-70", "callback": "ser-72", "image_metadata": "ser-69",
		"auto_transcription": "ser-62 ser-63", "auto_chaptering": "ser-64", "similarity_search": "", "use_filename": "ser-03",
		"eager_notification_url": "ser-67", "invalidate": "ser-04 ser-05 ser-06", "use_filename_as_display_name": "ser-65",
		"metadata": "ser-26",
	}
	for _, c := range s.Cases {
		var params []signer.Param
		for n, v := range c.Form {
			if n != "timestamp" {
				params = append(params, signer.Param{Name: n, Value: v})
			}
		}
		for _, f := range Check(Request{Params: params, ResourceType: "image", Timestamp: "1315060510", Size: -1, Now: now}) {
			if !strings.Contains(deserved[f.Param], c.ID) {
				t.Errorf("%s: %s: %s", c.ID, f.Param, f.Text)
			}
		}
	}
}

// FuzzCheck: no value breaks a check, and no finding repeats a long value whole.
func FuzzCheck(f *testing.F) {
	f.Add("public_id", "a b")
	f.Add("context", "{\x00}")
	f.Fuzz(func(t *testing.T, name, value string) {
		for _, p := range All() {
			for _, r := range []Request{request(p.Name, value), request(name, value, p.Name, value)} {
				for _, found := range Check(r) {
					if found.Text == "" {
						t.Fatalf("%q=%q: a finding without words", p.Name, value)
					}
				}
			}
		}
	})
}

func BenchmarkCheck(b *testing.B) {
	r := request("public_id", "a/b", "eager", "w_400,h_300,c_pad|w_260,h_200,c_crop", "tags", "a,b,c", "context", "alt=a|caption=b",
		"overwrite", "1", "notification_url", "https://example.com/x", "type", "private", "asset_folder", "a/b", "moderation", "manual", "faces", "1")
	for b.Loop() {
		Check(r)
	}
}

func ExampleCheck() {
	for _, f := range Check(Request{Params: []signer.Param{{Name: "eager_async", Value: "yes"}}, Size: -1}) {
		fmt.Println(f.Param+":", f.Text)
	}
	// Output:
	// eager_async: it is neither true nor false
	// eager_async: there is no eager transformation that it could be about
}
