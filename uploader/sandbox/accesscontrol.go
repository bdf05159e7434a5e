package sandbox

import (
	"encoding/json"
	"strings"
	"time"
)

// accessRule is one item of access_control. Source: cloudinary-go api/api.go.
type accessRule struct {
	AccessType string `json:"access_type"`
	Start      string `json:"start,omitempty"`
	End        string `json:"end,omitempty"`
}

// ruleTimes are the forms in which the SDKs write a time. Sources: pycloudinary
// test/test_uploader.py; cloudinary_java AbstractUploaderTest.
var ruleTimes = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04 -0700",
	"2006-01-02 15:04:05 UTC", "2006-01-02 15:04:05", "2006-01-02",
}

// ruleTime reads one; without a zone it is UTC.
func ruleTime(text string) (time.Time, bool) {
	for _, form := range ruleTimes {
		if at, err := time.Parse(form, strings.TrimSpace(text)); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

// readAccess reads access_control, a rule or a list of them, and writes its times in UTC,
// as the service answers them (cloudinary_java AbstractUploaderTest).
func readAccess(text string) ([]accessRule, error) {
	raw := strings.TrimSpace(text)
	if strings.HasPrefix(raw, "{") {
		raw = "[" + raw + "]"
	}
	var rules []accessRule
	if json.Unmarshal([]byte(raw), &rules) != nil {
		return nil, fail(invalidValue, "access_control", "it is not a JSON list of objects")
	}
	for i := range rules {
		r := &rules[i]
		if r.AccessType != "anonymous" && r.AccessType != "token" {
			return nil, fail(invalidValue, "access_control", "an access_type is neither anonymous nor token")
		}
		for _, at := range []*string{&r.Start, &r.End} {
			if *at == "" {
				continue
			}
			t, ok := ruleTime(*at)
			if !ok {
				return nil, fail(invalidValue, "access_control", "a start or end is no time, such as 2026-12-31T23:59:00Z")
			}
			*at = t.Format(time.RFC3339)
		}
	}
	return rules, nil
}

// open reports whether everybody may have the file at a time. Rules let in who any of
// them lets in; the sandbox has no token to let anybody in by. access_mode is the older
// way to say it. Source: documentation/control_access_to_media.
func (d *details) open(now time.Time) bool {
	if len(d.accessControl) == 0 {
		return d.accessMode != "authenticated"
	}
	for _, r := range d.accessControl {
		start, hasStart := ruleTime(r.Start)
		end, hasEnd := ruleTime(r.End)
		if r.AccessType == "anonymous" && (!hasStart || !now.Before(start)) && (!hasEnd || now.Before(end)) {
			return true
		}
	}
	return false
}
