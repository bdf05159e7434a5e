package catalog

import (
	"slices"
	"strings"
	"unicode"
)

// aliases are other words for parameters: of other APIs, of older SDKs, of a person's
// memory. Their spelling is that of [snake].
var aliases = map[string]string{
	"id": "public_id", "name": "public_id", "filename": "filename_override", "preset": "upload_preset",
	"uploadpreset": "upload_preset", "transformations": "transformation", "transform": "transformation",
	"eager_transformation": "eager", "eager_transformations": "eager", "tag": "tags", "webhook": "notification_url",
	"webhook_url": "notification_url", "notify_url": "notification_url", "callback_url": "notification_url",
	"eager_notification": "eager_notification_url", "delivery_type": "type", "path": "asset_folder",
	"directory": "asset_folder", "folder_name": "asset_folder", "replace": "overwrite", "title": "display_name",
	"ts": "timestamp", "time": "timestamp", "expires": "timestamp", "key": "api_key", "apikey": "api_key",
	"sig": "signature", "face": "faces", "color": "colors", "colours": "colors", "metadata_fields": "metadata",
	"structured_metadata": "metadata", "breakpoints": "responsive_breakpoints", "max_file_size": "", "max_bytes": "",
	"formats": "allowed_formats", "purge": "invalidate", "publicid": "public_id", "kind": "resource_type",
	"alt": "context", "caption": "context", "remove_background": "background_removal", "moderate": "moderation",
	"transcription": "auto_transcription", "chapters": "auto_chaptering", "autotagging": "auto_tagging",
}

// Suggest returns up to three names that a person may have meant, the likeliest first.
// It is empty for a name that exists, and where nothing is near.
func Suggest(name string) []string {
	if _, ok := byName()[name]; ok || name == "" || len(name) > 100 {
		return nil
	}
	plain := snake(name)
	if _, ok := byName()[plain]; ok {
		return []string{plain}
	}
	if alias, ok := aliases[plain]; ok {
		if alias == "" {
			return nil
		}
		return []string{alias}
	}
	type near struct {
		name     string
		distance int
	}
	var all []near
	for _, p := range params {
		d := distance(plain, p.Name)
		if len(plain) >= 5 && (strings.HasPrefix(p.Name, plain) || strings.HasSuffix(p.Name, plain)) {
			d = min(d, 1)
		}
		if d <= max(len(plain)/4, 1) {
			all = append(all, near{p.Name, d})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return a.distance - b.distance })
	var names []string
	for _, n := range all[:min(len(all), 3)] {
		names = append(names, n.name)
	}
	return names
}

// snake writes a name as the parameters are written: publicId, public-id and "Public
// ID" become public_id.
func snake(name string) string {
	var b strings.Builder
	wasLower := false
	for _, r := range name {
		switch {
		case r == '-' || r == ' ' || r == '.' || r == '_':
			b.WriteByte('_')
			wasLower = false
			continue
		case unicode.IsUpper(r) && wasLower:
			b.WriteByte('_')
		}
		wasLower = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.TrimSuffix(strings.Trim(b.String(), "_"), "[]")
}

// distance is the number of single changes between two texts: a letter added, taken
// away, replaced, or two neighbours swapped (optimal string alignment).
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	var two []int
	one := make([]int, len(t)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row := make([]int, len(t)+1)
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, one[j]+1, one[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one = one, row
	}
	return one[len(t)]
}

// nearest returns the entry of a list that a word may have meant; ok is false where
// nothing is near.
func nearest(word string, list []string) (best string, ok bool) {
	least := max(len(word)/4, 1) + 1
	for _, v := range list {
		if d := distance(strings.ToLower(word), v); d < least {
			best, least, ok = v, d, true
		}
	}
	return best, ok
}
