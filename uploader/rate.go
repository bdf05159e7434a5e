package uploader

import (
	"math"
	"time"
)

// rateHalfLife is after how long a sample counts half: short enough to follow a change,
// long enough to be read.
const rateHalfLife = 2 * time.Second

// Rate smooths the speed of a transfer. It is a value without a clock: the time of
// each sample comes with it.
type Rate struct {
	at    time.Time
	sent  int64
	speed float64
	known bool
}

// Add takes in that sent bytes were over in all at a time.
func (r Rate) Add(at time.Time, sent int64) Rate {
	if r.at.IsZero() || sent < r.sent {
		return Rate{at: at, sent: sent}
	}
	dt := at.Sub(r.at).Seconds()
	if dt <= 0 {
		return r
	}
	now := float64(sent-r.sent) / dt
	if r.known {
		weight := math.Exp2(-dt / rateHalfLife.Seconds())
		now = r.speed*weight + now*(1-weight)
	}
	return Rate{at: at, sent: sent, speed: now, known: true}
}

// Speed is in bytes a second; 0 while it is not known.
func (r Rate) Speed() float64 { return r.speed }

// Left is the time until total bytes are sent at this speed; ok is false while that
// cannot be said.
func (r Rate) Left(total int64) (left time.Duration, ok bool) {
	if !r.known || r.speed < 1 {
		return 0, false
	}
	s := float64(max(total-r.sent, 0)) / r.speed
	if s > 100*3600 {
		return 0, false
	}
	return time.Duration(s * float64(time.Second)), true
}
