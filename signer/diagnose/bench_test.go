package diagnose

import (
	"crypto/sha1"
	"fmt"
	"testing"
	"time"

	"signpost/signer"
)

// benchEvidence has n parameters and a signature that no variant gives, so that the whole
// search is gone through.
func benchEvidence(n int) Evidence {
	all := []signer.Param{
		{Name: "timestamp", Value: "1760000000"}, {Name: "public_id", Value: "quay_at_night"}, {Name: "eager", Value: "w_400,h_300,c_pad|w_260,h_200,c_crop"}, {Name: "upload_preset", Value: "press"},
		{Name: "tags", Value: "harbour,night"}, {Name: "folder", Value: "press/2026"}, {Name: "overwrite", Value: "true"}, {Name: "context", Value: "alt=a quay|caption=at night"},
		{Name: "notification_url", Value: "https://example.com/hook?id=7"}, {Name: "display_name", Value: "Café du Port"}, {Name: "use_filename", Value: "1"}, {Name: "format", Value: "webp"},
	}
	e := Evidence{
		Names: catalogue, Params: append(all[:n:n], signer.Param{Name: "signature", Value: "0123456789abcdef0123456789abcdef01234567"}),
		Account: Identity{CloudName: testCloud, APIKey: testKey, Secret: signer.NewSecret("q8Vd-3TzLm_Xw1RbYk7PsHn2CfG")},
		Now:     time.Unix(1760000100, 0),
	}
	return e
}

// BenchmarkSearch is the worst case: nothing fits. Beside the time for each diagnosis
// stands how many variants were tried in a second, and how that compares with hashing
// strings of that length alone (raw).
func BenchmarkSearch(b *testing.B) {
	for _, n := range []int{2, 4, 6, 8, 12} {
		b.Run(fmt.Sprintf("%d", n), func(b *testing.B) {
			e := benchEvidence(n)
			text := append([]byte(received(e.Params).text()), "q8Vd-3TzLm_Xw1RbYk7PsHn2CfG"...)
			tried := 0
			for b.Loop() {
				tried += Diagnose(e).Tried
			}
			rate := float64(tried) / b.Elapsed().Seconds()
			start := time.Now()
			const hashes = 400_000
			for i := range hashes {
				text[0] = byte(i)
				sink = sha1.Sum(text)
			}
			raw := hashes / time.Since(start).Seconds()
			b.ReportMetric(rate, "variants/s")
			b.ReportMetric(rate/raw, "of-raw")
			b.ReportMetric(float64(tried)/float64(b.N), "variants/op")
		})
	}
}

var sink [20]byte

// BenchmarkFinding is the usual case: one mistake, or two.
func BenchmarkFinding(b *testing.B) {
	for name, sign := range map[string]func(Evidence) string{
		"one": func(e Evidence) string {
			return sha1Hex(received(e.Params).without(4).text(), "q8Vd-3TzLm_Xw1RbYk7PsHn2CfG")
		},
		"two": func(e Evidence) string {
			return sha1Hex(received(e.Params).without(4).text(), `"q8Vd-3TzLm_Xw1RbYk7PsHn2CfG"`)
		},
	} {
		b.Run(name, func(b *testing.B) {
			e := benchEvidence(6)
			e.Signature = sign(e)
			for b.Loop() {
				if d := Diagnose(e); d.Verdict != Proved {
					b.Fatal(d.Verdict)
				}
			}
		})
	}
}
