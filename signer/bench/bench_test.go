// Package bench compares the signer with the official Go SDK, and uploads with that SDK.
package bench

import (
	"bytes"
	"context"
	"crypto/sha1"
	"flag"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cloudinary/cloudinary-go/v2"
	"github.com/cloudinary/cloudinary-go/v2/api"
	"github.com/cloudinary/cloudinary-go/v2/api/uploader"

	"signpost/signer"
)

var (
	ratios = flag.Bool("ratios", false, "measure in interleaved rounds and print ratios")
	file   = flag.String("file", "", "a picture to upload to the sandbox of CLOUDINARY_URL")
)

// sizes are the three cases of the figures, and the third with text that is escaped.
func sizes() []struct {
	name   string
	params map[string]string
} {
	three := map[string]string{"public_id": "sample_image", "timestamp": "1315060510", "eager": "w_400,h_300,c_pad|w_260,h_200,c_crop"}
	thirty, big := map[string]string{}, map[string]string{"context": strings.Repeat("caption=a picture of a cat|", 10_000/27)}
	amp := map[string]string{"context": strings.Repeat("caption=Salt & Größe|", 10_000/23)}
	for k, v := range three {
		thirty[k], big[k], amp[k] = v, v, v
	}
	for i := len(thirty); i < 30; i++ {
		thirty["parameter_"+strconv.Itoa(i)] = "value " + strconv.Itoa(i)
	}
	return []struct {
		name   string
		params map[string]string
	}{{"3 parameters", three}, {"30 parameters", thirty}, {"10 kB context", big}, {"10 kB with & ö", amp}}
}

func values(m map[string]string) url.Values {
	v := url.Values{}
	for k, s := range m {
		v.Set(k, s)
	}
	return v
}

// TestSameAsSDK: both sign alike.
func TestSameAsSDK(t *testing.T) {
	for _, s := range sizes() {
		want, err := api.SignParametersUsingAlgoAndVersion(values(s.params), "abcd", "sha1", 2)
		if err != nil {
			t.Fatal(err)
		}
		got, err := signer.SignMap(s.params, signer.NewSecret("abcd"), signer.Options{})
		if err != nil || got != want {
			t.Errorf("%s: %s, %v, the SDK has %s", s.name, got, err, want)
		}
	}
}

// TestRatios measures with: go test -run TestRatios -v . -args -ratios
func TestRatios(t *testing.T) {
	if !*ratios {
		t.Skip("measures only with -ratios")
	}
	secret := signer.NewSecret("abcd")
	for _, s := range sizes() {
		v := values(s.params)
		var list []signer.Param
		for k, v := range s.params {
			list = append(list, signer.Param{Name: k, Value: v})
		}
		raw := []byte(signer.StringToSign(list, signer.V2) + "abcd")
		var sdk, ours, fromMap, hash []float64
		for range 11 {
			sdk = append(sdk, perOp(func() { _, _ = api.SignParametersUsingAlgoAndVersion(v, "abcd", "sha1", 2) }))
			ours = append(ours, perOp(func() { _, _ = signer.Sign(list, secret, signer.Options{}) }))
			fromMap = append(fromMap, perOp(func() { _, _ = signer.SignMap(s.params, secret, signer.Options{}) }))
			hash = append(hash, perOp(func() { sha1.Sum(raw) }))
		}
		fmt.Printf("%-14s  Go SDK / ours %.1f (from a map %.1f)   ours / raw hash %.2f   allocations %.0f (from a map %.0f)\n", s.name,
			median(sdk)/median(ours), median(sdk)/median(fromMap), median(ours)/median(hash),
			testing.AllocsPerRun(100, func() { _, _ = signer.Sign(list, secret, signer.Options{}) }),
			testing.AllocsPerRun(100, func() { _, _ = signer.SignMap(s.params, secret, signer.Options{}) }))
	}
}

func perOp(f func()) float64 {
	n := 0
	start := time.Now()
	for time.Since(start) < 40*time.Millisecond {
		for range 50 {
			f()
		}
		n += 50
	}
	return float64(time.Since(start)) / float64(n)
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// TestUploadWithSDK uploads with the official SDK to the sandbox of CLOUDINARY_URL.
func TestUploadWithSDK(t *testing.T) {
	if *file == "" {
		t.Skip("uploads only with -file, in front of a running sandbox")
	}
	c, err := cloudinary.NewFromURL(os.Getenv("CLOUDINARY_URL"))
	if err != nil {
		t.Fatal(err)
	}
	_, prefix, _ := strings.Cut(os.Getenv("CLOUDINARY_URL"), "upload_prefix=")
	c.Config.API.UploadPrefix = prefix
	c.Upload.Config.API.UploadPrefix = prefix
	sdkFlows(t, c, prefix)
}

// sdkFlows is what the SDK can do, and what it has to be refused.
func sdkFlows(t *testing.T, c *cloudinary.Cloudinary, prefix string) {
	ctx := context.Background()
	yes := true
	for _, what := range []any{*file, prefix + "/sample/sample.jpg"} {
		res, err := c.Upload.Upload(ctx, what, uploader.UploadParams{PublicID: "ci_go", Eager: "w_400,h_300,c_pad", Context: map[string]string{"a": "b c&d"}})
		if err != nil || res.Error.Message != "" || res.PublicID != "ci_go" || len(res.Eager) != 1 || res.Eager[0].Width != 400 {
			t.Fatalf("%v: %+v, %v", what, res, err)
		}
	}
	large := filepath.Join(t.TempDir(), "large.bin")
	content := bytes.Repeat([]byte("signpost "), 1_400_000)
	if err := os.WriteFile(large, content, 0o600); err != nil {
		t.Fatal(err)
	}
	c.Upload.Config.API.ChunkSize = 5_300_000
	res, err := c.Upload.Upload(ctx, large, uploader.UploadParams{PublicID: "ci_large.bin", ResourceType: "raw"})
	if err != nil || res.Error.Message != "" || res.Bytes != len(content) {
		t.Fatalf("parts: %+v, %v", res, err)
	}
	if res, err := c.Upload.UnsignedUpload(ctx, *file, "ml_default", uploader.UploadParams{PublicID: "ci_unsigned"}); err != nil || res.PublicID != "ci_unsigned" {
		t.Errorf("unsigned: %+v, %v", res, err)
	}
	if res, err := c.Upload.AddTag(ctx, uploader.AddTagParams{PublicIDs: []string{"ci_go"}, Tag: "t"}); err != nil || len(res.PublicIDs) != 1 {
		t.Errorf("tags: %+v, %v", res, err)
	}
	if res, err := c.Upload.Rename(ctx, uploader.RenameParams{FromPublicID: "ci_go", ToPublicID: "ci_go2", Overwrite: &yes}); err != nil || res.PublicID != "ci_go2" {
		t.Errorf("rename: %+v, %v", res, err)
	}
	if res, err := c.Upload.Explicit(ctx, uploader.ExplicitParams{PublicID: "ci_go2", Type: "upload", Eager: "w_50,c_scale"}); err != nil || len(res.Eager) != 1 {
		t.Errorf("explicit: %+v, %v", res, err)
	}
	if res, err := c.Upload.Destroy(ctx, uploader.DestroyParams{PublicID: "ci_go2"}); err != nil || res.Result != "ok" {
		t.Errorf("destroy: %+v, %v", res, err)
	}
	for name, refused := range map[string]uploader.UploadParams{
		"Upload preset not found":           {UploadPreset: "none", Unsigned: &yes},
		"Image file format jpg not allowed": {AllowedFormats: []string{"png"}},
		"Stale request":                     {Timestamp: 1315060510},
	} {
		var said string
		res, err := c.Upload.Upload(ctx, *file, refused)
		if err != nil {
			said = err.Error()
		} else {
			said = res.Error.Message
		}
		if !strings.HasPrefix(said, name) {
			t.Errorf("%s: %q, %+v", name, said, res)
		}
	}
}
