package widget

import (
	"fmt"
	"strconv"
	"time"

	"signpost/signer/visible"
)

// Count is a number in decimal digits.
func Count(n int) visible.Text { return visible.Clean(strconv.Itoa(n)) }

// Bytes is a number of bytes in the unit that suits it, in powers of 1000.
func Bytes(n int64) visible.Text {
	units := []string{"B", "kB", "MB", "GB", "TB"}
	v, i := float64(n), 0
	for v >= 999.5 && i < len(units)-1 {
		v /= 1000
		i++
	}
	if i == 0 {
		return visible.Clean(fmt.Sprintf("%d B", n))
	}
	return visible.Clean(fmt.Sprintf("%.1f %s", v, units[i]))
}

// Duration is a span in the one or two units that matter: 340 ms, 4.2 s, 3 min 20 s.
func Duration(d time.Duration) visible.Text {
	switch {
	case d < 0:
		return "-" + Duration(-d)
	case d < time.Second:
		return visible.Clean(fmt.Sprintf("%d ms", d.Milliseconds()))
	case d < 10*time.Second:
		return visible.Clean(fmt.Sprintf("%.1f s", d.Seconds()))
	case d < time.Minute:
		return visible.Clean(fmt.Sprintf("%d s", int(d.Seconds())))
	case d < time.Hour:
		return visible.Clean(fmt.Sprintf("%d min %d s", int(d.Minutes()), int(d.Seconds())%60))
	case d < 48*time.Hour:
		return visible.Clean(fmt.Sprintf("%d h %d min", int(d.Hours()), int(d.Minutes())%60))
	}
	return visible.Clean(fmt.Sprintf("%d days", int(d.Hours()/24)))
}

// Wait is a time that is counted down: in whole seconds, none of which is left out.
func Wait(d time.Duration) visible.Text {
	s := int((max(d, 0) + time.Second - 1) / time.Second)
	if s < 60 {
		return visible.Clean(fmt.Sprintf("%d s", s))
	}
	return visible.Clean(fmt.Sprintf("%d min %d s", s/60, s%60))
}

// Left is how long a signature is still good, in whole minutes, and in seconds only in
// the last two of them: a screen at rest shall be at rest. next is when the text changes.
func Left(left time.Duration) (t visible.Text, next time.Duration) {
	switch {
	case left <= 0:
		return "expired", 0
	case left < 2*time.Minute:
		s := left.Truncate(time.Second)
		return visible.Clean(fmt.Sprintf("valid %d s", int(s.Seconds()))), left - s + time.Millisecond
	}
	m := left.Truncate(time.Minute)
	return visible.Clean(fmt.Sprintf("valid %d min", int(m.Minutes()))), left - m + time.Millisecond
}
