package sandbox

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"signpost/signer"
)

// act posts a signed action.
func act(t *testing.T, s *Server, path string, fields ...field) reply {
	t.Helper()
	return post(t, s, "/v1_1/demo/"+path, signed(t, fields...))
}

// admin asks the Admin API.
func admin(t *testing.T, s *Server, method, path string, fields ...field) reply {
	t.Helper()
	r := request(t, s, method, "/v1_1/demo/"+path, "application/x-www-form-urlencoded", urlencodedBody(fields))
	r.SetBasicAuth(DemoKey, "abcd")
	return do(t, s, r)
}

// object is an answer as a map.
func (r reply) object(t *testing.T) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(r.body, &m); err != nil {
		t.Fatalf("%v in %s", err, r.body)
	}
	return m
}

// uploadAs uploads the small picture.
func uploadAs(t *testing.T, s *Server, id string, fields ...field) uploadAnswer {
	t.Helper()
	return act(t, s, "image/upload", append(fields, param("public_id", id), file("a.png", tinyPNG))...).upload(t)
}

// TestActions: a picture's life: each action, and what the Admin API shows after it.
func TestActions(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "cat", param("tags", "a,b"), param("context", `caption=x\=y\|z`))
	shown := func(id string) map[string]any {
		return admin(t, s, "GET", "resources/image/upload/"+id).object(t)
	}
	for _, step := range []struct {
		path   string
		fields []field
		answer string // a part of it
		id     string
		field  string
		want   any
	}{
		{"image/tags", []field{param("command", "add"), param("tag", "c"), param("public_ids", "cat,none")}, `{"public_ids":["cat"]}`, "cat", "tags", []any{"a", "b", "c"}},
		{"image/tags", []field{param("command", "remove"), param("tag", "a,c"), param("public_ids", "cat")}, `["cat"]`, "cat", "tags", []any{"b"}},
		{"image/tags", []field{param("command", "replace"), param("tag", "x,y"), param("public_ids", "cat")}, `["cat"]`, "cat", "tags", []any{"x", "y"}},
		{"image/tags", []field{param("command", "remove_all"), param("public_ids", "cat")}, `["cat"]`, "cat", "tags", nil},
		{"image/context", []field{param("command", "add"), param("context", "alt=q"), param("public_ids", "cat")}, `["cat"]`, "cat", "context", map[string]any{"custom": map[string]any{"caption": "x=y|z", "alt": "q"}}},
		{"image/context", []field{param("command", "remove_all"), param("public_ids", "cat")}, `["cat"]`, "cat", "context", nil},
		{"image/metadata", []field{param("metadata", "color=red"), param("public_ids", "cat")}, `["cat"]`, "cat", "metadata", map[string]any{"color": "red"}},
		{"image/explicit", []field{param("public_id", "cat"), param("type", "upload"), param("tags", "t"), param("eager", "w_9,c_scale"), param("face_coordinates", "1,2,3,4|5,6,7,8")}, `"w_9,c_scale"`, "cat", "tags", []any{"t"}},
		{"image/explicit", []field{param("public_id", "cat"), param("type", "upload"), param("moderation", "manual")}, `"kind":"manual"`, "cat", "moderation", []any{map[string]any{"kind": "manual", "status": "pending"}}},
		{"image/rename", []field{param("from_public_id", "cat"), param("to_public_id", "dog")}, `"public_id":"dog"`, "dog", "public_id", "dog"},
		{"image/rename", []field{param("from_public_id", "dog"), param("to_public_id", "dog"), param("to_type", "private")}, `"type":"private"`, "", "", nil},
		{"image/destroy", []field{param("public_id", "dog"), param("type", "private")}, `{"result":"ok"}`, "", "", nil},
		{"image/destroy", []field{param("public_id", "dog"), param("type", "private")}, `{"result":"not found"}`, "", "", nil},
	} {
		r := act(t, s, step.path, step.fields...)
		if r.status != 200 || !strings.Contains(string(r.body), step.answer) {
			t.Fatalf("%s: %d %s", step.path, r.status, r.body)
		}
		if step.id != "" {
			if got := shown(step.id)[step.field]; !reflect.DeepEqual(got, step.want) {
				t.Errorf("%s %v: %s is %v, want %v", step.path, step.fields, step.field, got, step.want)
			}
		}
	}
	if len(s.store.list("demo")) != 0 || s.store.count != 0 || s.pool.used != 0 {
		t.Errorf("%d files, %d bytes are left", s.store.count, s.pool.used)
	}
}

func TestActionsRefused(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	uploadAs(t, s, "a")
	uploadAs(t, s, "b")
	for _, c := range []struct {
		path   string
		fields []field
		status int
		text   string
	}{
		{"image/rename", []field{param("from_public_id", "a"), param("to_public_id", "b")}, 400, "to_public_id (b) already exists"},
		{"image/rename", []field{param("from_public_id", "none"), param("to_public_id", "c")}, 404, "Resource not found - none"},
		{"image/rename", []field{param("from_public_id", "a"), param("to_public_id", "x?y")}, 400, "public_id (x?y) is invalid"},
		{"image/rename", []field{param("from_public_id", "a")}, 400, "Missing required parameter - to_public_id"},
		{"image/rename", []field{param("from_public_id", "a"), param("to_public_id", "c"), param("to_type", "odd")}, 400, "Invalid type odd"},
		{"image/destroy", nil, 400, "Missing required parameter - public_id"},
		{"image/explicit", []field{param("public_id", "none")}, 404, "Resource not found - none"},
		{"image/explicit", []field{param("public_id", "a"), param("face_coordinates", "1,2,3")}, 400, "Invalid value for face_coordinates: it is not x,y,w,h in whole numbers"},
		{"image/explicit", []field{param("public_id", "a"), param("access_control", "{")}, 400, "Invalid value for access_control: it is not a JSON list of objects"},
		{"image/tags", []field{param("command", "add"), param("public_ids", "a")}, 400, "Missing required parameter - tag"},
		{"image/tags", []field{param("command", "odd"), param("tag", "x"), param("public_ids", "a")}, 400, "Invalid value for command: it is none of add, remove, replace, remove_all, set_exclusive"},
		{"image/tags", []field{param("command", "add"), param("tag", "x")}, 400, "Missing required parameter - public_ids"},
		{"image/context", []field{param("command", "add"), param("public_ids", "a")}, 400, "Missing required parameter - context"},
		{"image/sprite", []field{param("tag", "x")}, 404, "Resource not found - x"},
		{"image/sprite", nil, 400, "Missing required parameter - tag"},
		{"image/multi", []field{param("tag", "x"), param("format", "mp4")}, 400, "The sandbox does not make multi in a format other than gif and pdf"},
		{"image/generate_archive", nil, 400, "Missing required parameter - public_ids"},
		{"image/generate_archive", []field{param("public_ids", "a,none")}, 404, "Resource not found - none"},
		{"image/generate_archive", []field{param("public_ids", "a"), param("target_format", "tgz")}, 400, "Invalid value for target_format: the sandbox makes zip only"},
		{"image/generate_archive", []field{param("public_ids", "a"), param("expires_at", "1")}, 400, "Invalid value for expires_at: it has passed, or is no Unix time"},
		{"image/download", []field{param("public_id", "none")}, 404, "Resource not found - none"},
	} {
		wantRefused(t, act(t, s, c.path, c.fields...), c.status, c.text)
	}
	unsigned := post(t, s, "/v1_1/demo/image/destroy", []field{param("public_id", "a"), param("upload_preset", "ml_default")})
	wantRefused(t, unsigned, 400, "Missing required parameter - api_key")
	wrong := signed(t, param("public_id", "a"))
	wrong[0].value = "b"
	if r := post(t, s, "/v1_1/demo/image/destroy", wrong); r.status != 401 || len(s.store.list("demo")) != 2 {
		t.Errorf("%d %s", r.status, r.body)
	}
	wantRefused(t, admin(t, s, "GET", "upload_presets/none"), 404, "Can't find upload preset named none")
	wantRefused(t, do(t, s, request(t, s, "GET", "/v1_1/demo/resources/image", "", nil)), 401, "Invalid api_key ")
}

// TestAddOns: what needs an add-on is answered as for an account without it; what is not
// computed is said in words, and nothing breaks.
func TestAddOns(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for _, c := range []struct {
		name, value string
		status      int
		text        string
	}{
		{"raw_convert", "illegal", 400, "Raw convert is invalid"},
		{"raw_convert", "aspose", 420, "You don't have an active subscription for Aspose Document Conversion"},
		{"categorization", "illegal", 400, "Categorization item illegal is not valid"},
		{"categorization", "google_tagging", 420, "You don't have an active subscription for Google Auto Tagging"},
		{"detection", "illegal", 400, "Detection invalid model 'illegal'"},
		{"background_removal", "illegal", 400, "Background removal is invalid"},
		{"background_removal", "cloudinary_ai", 420, "You don't have an active subscription for Cloudinary AI Background Removal"},
		{"moderation", "illegal", 400, "illegal moderation is not valid"},
		{"moderation", "aws_rek", 420, "You don't have an active subscription for Amazon Rekognition AI Moderation"},
		{"ocr", "illegal", 400, "Ocr is invalid"},
		{"similarity_search", "illegal", 400, "Similarity search is invalid"},
		{"auto_tagging", "illegal", 400, "Must use a categorization or detection add-on with auto_tagging"},
	} {
		wantRefused(t, act(t, s, "image/upload", param(c.name, c.value), file("a.png", tinyPNG)), c.status, c.text)
	}
	a := uploadAs(t, s, "x", param("phash", "1"), param("colors", "true"), param("moderation", "manual"), param("image_metadata", "1"))
	if len(a.Notes) != 3 || a.Notes[0] != "the sandbox does not compute phash" || a.Moderation[0]["status"] != "pending" || a.ImageMetadata["ImageWidth"] != "1" {
		t.Errorf("%+v", a)
	}
}

// TestAdmin lists, shows and deletes what was uploaded.
func TestAdmin(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for i := range 12 {
		uploadAs(t, s, "pets/n"+strconv.Itoa(i), param("tags", "all,t"+strconv.Itoa(i%2)))
	}
	page := admin(t, s, "GET", "resources/image").object(t)
	if list, _ := page["resources"].([]any); len(list) != 10 || page["next_cursor"] != "10" {
		t.Errorf("%v", page)
	}
	next := admin(t, s, "GET", "resources/image/upload?next_cursor=10&max_results=50").object(t)
	if list, _ := next["resources"].([]any); len(list) != 2 || next["next_cursor"] != nil {
		t.Errorf("%v", next)
	}
	for path, want := range map[string]int{
		"resources/image/tags/t1?max_results=500": 6, "resources/image/upload?prefix=pets/n1&max_results=500": 3,
		"resources/image/upload?public_ids[]=pets/n1&public_ids[]=none": 1, "resources/video": 0,
	} {
		if list, _ := admin(t, s, "GET", path).object(t)["resources"].([]any); len(list) != want {
			t.Errorf("%s: %d, want %d", path, len(list), want)
		}
	}
	if r := admin(t, s, "GET", "usage").object(t); r["resources"] != 12.0 {
		t.Errorf("%v", r)
	}
	if r := admin(t, s, "GET", "ping"); string(r.body) != `{"status":"ok"}` || r.header.Get("X-FeatureRateLimit-Limit") == "" {
		t.Errorf("%s", r.body)
	}
	if r := admin(t, s, "GET", "folders"); !strings.Contains(string(r.body), `"name":"pets"`) {
		t.Errorf("%s", r.body)
	}
	if r := admin(t, s, "GET", "tags/image"); string(r.body) != `{"tags":["all","t0","t1"]}` {
		t.Errorf("%s", r.body)
	}
	if r := admin(t, s, "DELETE", "resources/image/upload?public_ids[]=pets/n1&public_ids[]=none"); string(r.body) != `{"deleted":{"none":"not_found","pets/n1":"deleted"},"partial":false}` {
		t.Errorf("%s", r.body)
	}
	wantRefused(t, admin(t, s, "DELETE", "resources/image/upload"), 400, "Missing required parameter - public_ids")
	admin(t, s, "DELETE", "resources/image/tags/t0")
	if left := len(s.store.list("demo")); left != 5 {
		t.Errorf("%d are left", left)
	}
	admin(t, s, "DELETE", "resources/image/upload?all=true")
	if left := len(s.store.list("demo")); left != 0 || s.pool.used != 0 {
		t.Errorf("%d are left", left)
	}
}

// TestPresets: what a preset sets counts where the request does not set it.
func TestPresets(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if r := admin(t, s, "POST", "upload_presets", param("name", "p"), param("unsigned", "true"), param("tags", "preset"), param("folder", "in"), param("allowed_formats", "png")); r.status != 200 {
		t.Fatalf("%s", r.body)
	}
	a := post(t, s, "/v1_1/demo/image/upload", []field{param("upload_preset", "p"), file("a.png", tinyPNG)}).upload(t)
	if a.Tags[0] != "preset" || !strings.HasPrefix(a.PublicID, "in/") {
		t.Errorf("%+v", a)
	}
	if a := uploadAs(t, s, "x", param("upload_preset", "p"), param("tags", "mine")); a.Tags[0] != "mine" || a.PublicID != "in/x" {
		t.Errorf("%+v", a)
	}
	if r := admin(t, s, "GET", "upload_presets/p").object(t); r["unsigned"] != true || r["settings"].(map[string]any)["folder"] != "in" {
		t.Errorf("%v", r)
	}
	admin(t, s, "PUT", "upload_presets/p", param("unsigned", "false"))
	wantRefused(t, post(t, s, "/v1_1/demo/image/upload", []field{param("upload_preset", "p"), file("a.png", tinyPNG)}), 400, "Upload preset must be whitelisted for unsigned uploads")
	admin(t, s, "DELETE", "upload_presets/p")
	wantRefused(t, post(t, s, "/v1_1/demo/image/upload", []field{param("upload_preset", "p")}), 400, "Upload preset not found")
}

// TestMetadataFields: once there are fields, others are refused in the service's words.
func TestMetadataFields(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if a := uploadAs(t, s, "free", param("metadata", `any=a\=b|list=["x","y"]`)); a.Metadata["any"] != "a=b" {
		t.Errorf("%+v", a)
	}
	r := admin(t, s, "POST", "metadata_fields", param("external_id", "n"), param("type", "integer"), param("label", "N"))
	if r.status != 200 {
		t.Fatalf("%s", r.body)
	}
	wantRefused(t, act(t, s, "image/upload", param("metadata", "x=1|n=2"), file("a.png", tinyPNG)), 400, `Metadata External IDs do not exist: ["x"]`)
	if a := uploadAs(t, s, "one", param("metadata", "n=2")); a.Metadata["n"] != 2.0 {
		t.Errorf("%+v", a.Metadata)
	}
	wantRefused(t, act(t, s, "image/upload", param("metadata", "n=two"), file("a.png", tinyPNG)), 400, "Invalid value for metadata: the value of n is no whole number")
}

// TestDynamicFolders: the folder is kept apart from the public ID.
func TestDynamicFolders(t *testing.T) {
	t.Parallel()
	s := newServer(t, func(o *Options) {
		a := demo
		a.DynamicFolders = true
		o.Accounts = []Account{a}
	})
	a := uploadAs(t, s, "cat", param("asset_folder", "pets"), param("display_name", "The cat"))
	if a.Folder != nil || *a.AssetFolder != "pets" || a.DisplayName != "The cat" || a.PublicID != "cat" {
		t.Errorf("%+v", a)
	}
	if a := uploadAs(t, s, "dog", param("use_filename_as_display_name", "1")); a.DisplayName != "a" {
		t.Errorf("%+v", a)
	}
}

// TestDeleteToken deletes without a signature, for ten minutes.
func TestDeleteToken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := uploadAs(t, s, "x", param("return_delete_token", "1"))
	wantRefused(t, post(t, s, "/v1_1/demo/delete_by_token", []field{param("token", "other")}), 400, "Invalid value for token: it is unknown, or more than ten minutes old")
	if r := post(t, s, "/v1_1/demo/delete_by_token", []field{param("token", a.DeleteToken)}); string(r.body) != `{"result":"ok"}` || len(s.store.list("demo")) != 0 {
		t.Errorf("%s", r.body)
	}
}

// notices is a server that receives webhooks.
func notices(t *testing.T) (address string, next func() (map[string]any, http.Header)) {
	t.Helper()
	type notice struct {
		body   []byte
		header http.Header
	}
	ch := make(chan notice, 16)
	srv := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		ch <- notice{b, r.Header}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, func() (map[string]any, http.Header) {
		n := <-ch
		stamp, _ := strconv.ParseInt(n.header.Get("X-Cld-Timestamp"), 10, 64)
		if err := signer.VerifyNotification(string(n.body), stamp, n.header.Get("X-Cld-Signature"), demo.Secret, signer.SHA1, now, 2*time.Hour); err != nil {
			t.Errorf("the notification's signature: %v", err)
		}
		return reply{body: n.body}.object(t), n.header
	}
}

// TestNotifications: webhooks are really sent, and signed.
func TestNotifications(t *testing.T) {
	t.Parallel()
	address, next := notices(t)
	s := newServer(t, func(o *Options) { o.AllowLoopbackFetch = true })
	uploadAs(t, s, "a", param("notification_url", address))
	if n, _ := next(); n["notification_type"] != "upload" || n["public_id"] != "a" {
		t.Errorf("%v", n)
	}
	r := act(t, s, "image/upload", param("async", "1"), param("public_id", "b"), param("notification_url", address), file("b.png", tinyPNG)).object(t)
	if r["status"] != "pending" || r["public_id"] != "b" || r["batch_id"] == "" {
		t.Errorf("%v", r)
	}
	if n, _ := next(); n["notification_type"] != "upload" || n["public_id"] != "b" || s.store.find(key{"demo", "image", "upload", "b"}) == nil {
		t.Errorf("%v", n)
	}
	a := uploadAs(t, s, "c", param("eager", "w_9,c_scale"), param("eager_async", "true"), param("eager_notification_url", address))
	if len(a.Eager) != 1 || a.Eager[0].Status != "processing" {
		t.Errorf("%+v", a.Eager)
	}
	if n, _ := next(); n["notification_type"] != "eager" || n["public_id"] != "c" {
		t.Errorf("%v", n)
	}
	if r := act(t, s, "image/upload", param("async", "1"), param("public_id", "d"), param("notification_url", address), file("d.png", []byte("no picture"))); r.status != 200 {
		t.Errorf("%s", r.body)
	}
	if n, _ := next(); n["notification_type"] != "error" {
		t.Errorf("%v", n)
	}
}

// TestT32Notifications: they reach no address that a file could not be fetched from.
func TestT32Notifications(t *testing.T) {
	t.Parallel()
	client := newNotifier(false)
	for _, address := range []string{"http://127.0.0.1:1/", "http://[::1]:1/", "http://10.0.0.1/", "http://169.254.169.254/", "http://localhost:1/"} {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, address, nil)
		if err != nil {
			t.Fatal(err)
		}
		if resp, err := client.Do(req); err == nil || !strings.Contains(err.Error(), errAddress.Error()) {
			if err == nil {
				_ = resp.Body.Close()
			}
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestAdminMore: by asset id, by moderation, folders below folders, derived versions.
func TestAdminMore(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	a := uploadAs(t, s, "pets/cats/tom", param("moderation", "manual"), param("eager", "w_9,c_scale"))
	if r := admin(t, s, "GET", "resources/"+a.AssetID).object(t); r["public_id"] != "pets/cats/tom" {
		t.Errorf("%v", r)
	}
	wantRefused(t, admin(t, s, "GET", "resources/"+strings.Repeat("0", 32)), 404, "Resource not found - "+strings.Repeat("0", 32))
	for path, want := range map[string]int{"pending": 1, "approved": 0} {
		if list, _ := admin(t, s, "GET", "resources/image/moderations/manual/"+path).object(t)["resources"].([]any); len(list) != want {
			t.Errorf("%s: %v", path, list)
		}
	}
	for path, want := range map[string]string{"folders": `[{"name":"pets","path":"pets"}]`, "folders/pets": `[{"name":"cats","path":"pets/cats"}]`, "folders/pets/cats": `[]`} {
		if r := admin(t, s, "GET", path); !strings.HasPrefix(string(r.body), `{"folders":`+want) {
			t.Errorf("%s: %s", path, r.body)
		}
	}
	wantRefused(t, admin(t, s, "GET", "folders/none"), 404, "Resource not found - none")
	derived := func() []any {
		list, _ := admin(t, s, "GET", "resources/image/upload/pets/cats/tom").object(t)["derived"].([]any)
		return list
	}
	list := derived()
	if len(list) != 1 {
		t.Fatalf("%v", list)
	}
	id, _ := list[0].(map[string]any)["id"].(string)
	used := s.pool.used
	if r := admin(t, s, "DELETE", "derived_resources?derived_resource_ids[]="+id+"&derived_resource_ids[]=none"); string(r.body) != `{"deleted":{"`+id+`":"deleted","none":"not_found"}}` || len(derived()) != 0 || s.pool.used >= used || s.store.count != 1 {
		t.Errorf("%s, %d files", r.body, s.store.count)
	}
	if r := fetched(t, s, a.Eager[0].URL); r.status != 200 {
		t.Errorf("it is not made again: %d", r.status)
	}
	wantRefused(t, admin(t, s, "DELETE", "derived_resources"), 400, "Missing required parameter - derived_resource_ids")
}

// TestAllowedAfterFormat: allowed_formats is about what is kept.
func TestAllowedAfterFormat(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	if a := uploadAs(t, s, "x", param("allowed_formats", "jpg"), param("format", "jpg")); a.Format != "jpg" {
		t.Errorf("%+v", a)
	}
	wantRefused(t, act(t, s, "image/upload", param("allowed_formats", "png"), param("format", "gif"), file("a.png", tinyPNG)), 400, "Image file format gif not allowed")
}
