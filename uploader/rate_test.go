package uploader

import (
	"math"
	"testing"
	"time"
)

// TestRate: a steady transfer has its speed, and the time left follows from it.
func TestRate(t *testing.T) {
	t.Parallel()
	var r Rate
	at := time.Unix(0, 0)
	for i := range 100 {
		r = r.Add(at.Add(time.Duration(i)*100*time.Millisecond), int64(i)*1000)
	}
	if s := r.Speed(); s < 9_999 || s > 10_001 {
		t.Errorf("speed %v, want 10000", s)
	}
	if left, ok := r.Left(199_000); !ok || left.Round(time.Second) != 10*time.Second {
		t.Errorf("left %v %v", left, ok)
	}
	if _, ok := (Rate{}).Left(1); ok {
		t.Error("nothing is known yet")
	}
}

// TestRateSmooths: a change shows half after the half-life; what is no progress in time
// changes nothing; a count that falls starts anew.
func TestRateSmooths(t *testing.T) {
	t.Parallel()
	at := time.Unix(0, 0)
	r := Rate{}.Add(at, 0).Add(at.Add(time.Second), 1000)
	if r.Speed() != 1000 {
		t.Fatalf("speed %v", r.Speed())
	}
	if s := r.Add(at.Add(time.Second+rateHalfLife), 1000).Speed(); math.Abs(s-500) > 1 {
		t.Errorf("after a stall of one half-life: %v, want 500", s)
	}
	if got := r.Add(at.Add(time.Second), 5000); got != r {
		t.Errorf("two samples at the same time: %+v", got)
	}
	if got := r.Add(at, 5000); got != r {
		t.Errorf("a clock that goes back: %+v", got)
	}
	if got := r.Add(at.Add(2*time.Second), 10); got.Speed() != 0 {
		t.Errorf("a count that falls: %+v", got)
	}
	if left, ok := r.Left(500); !ok || left != 0 {
		t.Errorf("more was sent than there is: %v %v", left, ok)
	}
	if _, ok := r.Left(math.MaxInt64); ok {
		t.Error("a time that is not worth saying is said")
	}
}
