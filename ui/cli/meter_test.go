package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"signpost/uploader"
)

// TestMeter: a terminal gets one line that is taken away again, also when the upload
// ends early; a file gets lines alone, without control characters.
func TestMeter(t *testing.T) {
	t.Parallel()
	start := time.Unix(1_700_000_000, 0)
	event := func(p uploader.Phase, sent int64) uploader.Event {
		return uploader.Event{Phase: p, Sent: sent, Total: 10_000_000, At: start.Add(time.Duration(sent) * time.Microsecond)}
	}
	whole := []uploader.Event{
		event(uploader.PhaseConnecting, 0), event(uploader.PhaseSending, 0), event(uploader.PhaseSending, 5_000_000),
		event(uploader.PhaseSending, 10_000_000), event(uploader.PhaseProcessing, 10_000_000), event(uploader.PhaseReading, 10_000_000), event(uploader.PhaseDone, 10_000_000),
	}
	cases := []struct {
		name       string
		onTerminal bool
		events     []uploader.Event
		want       []string // in this order
		end        string
	}{
		{"terminal", true, whole, []string{"\r\x1b[Ksent 0 %", "\r\x1b[Ksent 50 % of 10.0 MB", "\r\x1b[Ksent 10000000 bytes"}, "is processing\n"},
		{"terminal, cut off", true, whole[:3], []string{"sent 50 %"}, "\r\x1b[K"},
		{"file", false, whole, []string{"sent 10000000 bytes"}, "is processing\n"},
		{"file, cut off", false, whole[:3], nil, ""},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			m := &meter{w: &out, onTerminal: tc.onTerminal}
			for _, e := range tc.events {
				m.observe(e)
			}
			m.finish()
			m.observe(event(uploader.PhaseSending, 7_000_000)) // a goroutine that is late
			got := out.String()
			rest := got
			for _, want := range tc.want {
				_, after, ok := strings.Cut(rest, want)
				if !ok {
					t.Fatalf("%q is not in %q", want, rest)
				}
				rest = after
			}
			if !strings.HasSuffix(got, tc.end) || tc.end == "" && got != "" || strings.Contains(got, "70 %") {
				t.Errorf("got %q, want it to end with %q", got, tc.end)
			}
			if !tc.onTerminal && strings.ContainsAny(got, "\r\x1b") {
				t.Errorf("a file gets %q", got)
			}
		})
	}
}
