package diagnose

import (
	"strconv"
	"strings"
	"time"
)

// timestamps signs another moment, or another spelling of it.
func timestamps(l *lab, f form, out emit) {
	i := f.index("timestamp")
	if i < 0 {
		lostTimestamp(l, f, out)
		return
	}
	seen := f.pairs[i].value
	try := func(cause, weight int, also []int, v string) {
		if v != seen {
			out(f.with(i, v), mistake{cause: cause, weight: weight, also: also, say: mistake.differs, name: "timestamp", seen: seen, signed: v})
		}
	}
	for _, list := range [][]pair{pairsOf(l.Attempt), pairsOf(l.Typed)} {
		for _, p := range list {
			if p.name == "timestamp" {
				try(timestampCause(p.value, seen), 1, nil, p.value)
			}
		}
	}
	n, err := strconv.ParseInt(seen, 10, 64)
	if err != nil {
		oddTimestamp(seen, try)
		return
	}
	if len(seen) >= 13 {
		sentMilliseconds(n, l.lean, try)
		return
	}
	most := int64(120)
	if l.lean {
		most = 5
	}
	for d := int64(1); d <= most; d++ {
		w := min(2, 1+int(d/6))
		try(17, w, nil, strconv.FormatInt(n+d, 10))
		try(17, w, nil, strconv.FormatInt(n-d, 10))
	}
	last := int64(999)
	if l.lean {
		last = 0
	}
	for ms := int64(0); ms <= last; ms++ {
		try(18, 1, nil, strconv.FormatInt(n*1000+ms, 10))
	}
	for ms := int64(1); ms <= 2000 && !l.lean; ms++ { // the clock was read twice
		try(18, 3, []int{17}, strconv.FormatInt(n*1000-ms, 10))
		try(18, 3, []int{17}, strconv.FormatInt(n*1000+999+ms, 10))
	}
	try(18, 2, nil, strconv.FormatInt(n*1000_000, 10))
	try(18, 2, nil, strconv.FormatInt(n*1000_000_000, 10))
	spelled(seen, n, l.lean, try)
	if l.lean {
		return
	}
	for h := int64(-26); h <= 26; h++ {
		try(17, 3, []int{12}, strconv.FormatInt(n+h*1800, 10))
	}
	for d := int64(121); d <= 3700; d++ {
		try(17, 4, nil, strconv.FormatInt(n-d, 10))
		try(17, 4, nil, strconv.FormatInt(n+d, 10))
	}
}

// sentMilliseconds is about a timestamp that was sent in milliseconds.
func sentMilliseconds(n int64, lean bool, try func(cause, weight int, also []int, v string)) {
	for k := int64(0); k <= 1; k++ {
		try(18, 1, nil, strconv.FormatInt(n/1000+k, 10))
	}
	try(18, 2, nil, strconv.FormatInt(n/1000_000, 10))
	for d := int64(1); d <= 120; d++ {
		try(17, 2, []int{18}, strconv.FormatInt(n+d, 10))
		try(17, 2, []int{18}, strconv.FormatInt(n-d, 10))
	}
	if !lean {
		for d := int64(121); d <= 5000; d++ {
			try(17, 3, []int{18}, strconv.FormatInt(n+d, 10))
			try(17, 3, []int{18}, strconv.FormatInt(n-d, 10))
		}
	}
}

// timestampCause is the number for a timestamp that was signed otherwise than sent.
func timestampCause(signed, seen string) int {
	switch {
	case isDigits(signed) && isDigits(seen) && len(signed) != len(seen):
		return 18
	case !isDigits(signed) || !isDigits(seen):
		return 19
	}
	return 17
}

// spelled are other spellings of n seconds.
func spelled(seen string, n int64, lean bool, try func(cause, weight int, also []int, v string)) {
	for _, v := range []string{seen + ".0", seen + ".", `"` + seen + `"`, seen + "n", "+" + seen, "0" + seen, seen + "L", seen + ",0", seen + ".00", seen + ".000"} {
		try(19, 2, nil, v)
	}
	t := time.Unix(n, 0).UTC()
	for _, layout := range []string{
		time.RFC3339, "2006-01-02T15:04:05.000Z", "2006-01-02T15:04:05.000000Z", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05 +0000", "2006-01-02T15:04:05+00:00",
		"Mon, 02 Jan 2006 15:04:05 GMT", time.RFC1123, time.RFC1123Z, time.ANSIC, time.UnixDate, time.RFC822, time.RFC850, "2006-01-02", "20060102150405", "01/02/2006 15:04:05", "02/01/2006 15:04:05", "1/2/2006, 3:04:05 PM", "2/1/2006, 15:04:05", "Mon Jan 02 2006 15:04:05 GMT+0000 (Coordinated Universal Time)", "Mon Jan 2 2006", "2006-01-02 15:04:05.000000", "20060102T150405Z",
	} {
		try(19, 2, nil, t.Format(layout))
	}
	if lean {
		return
	}
	for d := 0; d < 1000; d++ {
		frac := strconv.Itoa(1000 + d)[1:]
		try(19, 2, nil, seen+"."+frac)
		try(19, 2, nil, strings.TrimRight(seen+"."+frac, "0"))
		try(19, 3, nil, t.Format("2006-01-02T15:04:05.")+frac+"Z")
		try(19, 3, nil, strconv.FormatInt(n-1, 10)+"."+frac)
	}
}

// oddTimestamp is about a timestamp that is no whole number.
func oddTimestamp(seen string, try func(cause, weight int, also []int, v string)) {
	if whole, _, ok := strings.Cut(seen, "."); ok && isDigits(whole) {
		n, _ := strconv.ParseInt(whole, 10, 64)
		try(19, 1, nil, whole)
		try(19, 1, nil, strconv.FormatInt(n+1, 10))
		if len(whole) >= 13 {
			try(19, 2, []int{18}, strconv.FormatInt(n/1000, 10))
		} else {
			ms, err := strconv.ParseFloat(seen, 64)
			if err == nil {
				try(19, 2, []int{18}, strconv.FormatInt(int64(ms*1000), 10))
			}
		}
	}
	if bare := strings.Trim(seen, "\"' +nLs"); bare != seen && isDigits(bare) {
		try(19, 1, nil, bare)
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", time.RFC1123, time.RFC1123Z, time.ANSIC, time.UnixDate, "2006-01-02", "1/2/2006, 3:04:05 PM", "Mon Jan 2 2006 15:04:05 GMT-0700"} {
		zoneless, _, _ := strings.Cut(seen, " (") // JavaScript prints the zone's name behind
		if t, err := time.Parse(layout, zoneless); err == nil {
			for d := int64(-26); d <= 26; d++ {
				try(19, 1, nil, strconv.FormatInt(t.Unix()+d*1800, 10))
			}
			try(19, 2, []int{18}, strconv.FormatInt(t.UnixMilli(), 10))
		}
	}
}

// lostTimestamp signs a timestamp that the server did not see.
func lostTimestamp(l *lab, f form, out emit) {
	for _, list := range [][]pair{pairsOf(l.Attempt), pairsOf(l.Typed), pairsOf(l.Params)} {
		for _, p := range list {
			if strings.EqualFold(strings.ReplaceAll(p.name, "_", ""), "timestamp") && p.value != "" {
				out(f.insert(pair{"timestamp", p.value}), mistake{cause: 3, also: []int{19}, weight: 2, say: sayAdded, name: "timestamp", signed: p.value})
			}
		}
	}
	if !l.Now.IsZero() && !l.lean {
		for d := int64(-600); d <= 5; d++ {
			v := strconv.FormatInt(l.Now.Unix()+d, 10)
			out(f.insert(pair{"timestamp", v}), mistake{cause: 3, also: []int{19}, weight: 3, say: sayAdded, name: "timestamp", signed: v})
		}
	}
}
