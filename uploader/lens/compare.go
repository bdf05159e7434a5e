package lens

import (
	"slices"
	"strings"

	"signpost/uploader/catalog"
)

// compared marks what differs from the reference, and by which rule.
func (in reading) compared(l, ref Look, source string) Look {
	l.Same = l.Fails == "" && l.StringToSign == ref.StringToSign
	if l.Same {
		return l
	}
	add := func(name string, rule Rule, ours, theirs string) {
		if rule == "" {
			rule = guess(name)
		}
		l.Differences = append(l.Differences, Difference{name, rule, rule.Why(), ours, theirs, source})
	}
	for _, p := range l.pairs {
		ours, signed := find(ref.pairs, p.name)
		switch {
		case p.dropped && !signed:
		case p.dropped:
			add(p.name, p.rule, ours.text, "")
		case !signed:
			add(p.name, p.rule, "", p.text)
		case p.text != ours.text:
			rule := p.rule
			if p.value == ours.value {
				rule = ValueOnly
				if in.o.Version > 2 {
					rule = ExactlyTwo
				}
			}
			add(p.name, rule, ours.text, p.text)
		}
	}
	if name := outOfPlace(l, ref); name != "" && l.Fails == "" {
		rule := signings[l.SDK.ID].rule
		add(name, rule, "", "")
	}
	return l
}

func find(pairs []pair, name string) (pair, bool) {
	i := slices.IndexFunc(pairs, func(p pair) bool { return p.name == name && !p.dropped })
	if i < 0 {
		return pair{}, false
	}
	return pairs[i], true
}

// outOfPlace is the first name that stands elsewhere than in the reference; empty for none.
func outOfPlace(l, ref Look) string {
	var theirs, ours []string
	for _, p := range l.Signed {
		if _, both := find(ref.pairs, p.Name); both {
			theirs = append(theirs, p.Name)
		}
	}
	for _, p := range ref.Signed {
		if slices.Contains(theirs, p.Name) {
			ours = append(ours, p.Name)
		}
	}
	for i := range theirs {
		if theirs[i] != ours[i] {
			return theirs[i]
		}
	}
	return ""
}

// guess is the rule by which a parameter of that type differs, where the SDK reads and
// writes the text anew.
func guess(name string) Rule {
	p, known := catalog.Lookup(name)
	switch {
	case !known:
		return Otherwise
	case name == "transformation":
		return NamedTransform
	case p.Type == catalog.Bool || name == "auto_transcription":
		return BoolSpelling
	case p.Type == catalog.JSON:
		return JSONSpelling
	case p.Type == catalog.Pairs:
		return ValueSpelling
	case p.Type == catalog.Lines:
		return HeaderSpelling
	}
	return Otherwise
}

// sends reports whether the upload call of an SDK has an option.
func sends(s SDK, name string) bool {
	switch s.ID {
	case Java:
		return slices.Contains(javaOptions, name)
	case DotNet:
		return slices.Contains(dotnetOptions, name)
	}
	p, known := catalog.Lookup(name)
	return known && strings.Contains(p.SentBy, s.letter)
}

// The upload options of the two SDKs that the catalog has no letter for.
var (
	javaOptions = strings.Fields(`access_control access_mode accessibility_analysis allowed_formats asset_folder async
		auto_tagging background_removal backup callback categorization cinemagraph_analysis colors context custom_coordinates
		detection discard_original_filename display_name eager eager_async eager_notification_url eval exif face_coordinates
		faces filename_override folder format headers image_metadata invalidate media_metadata metadata moderation
		notification_url ocr on_success overwrite phash proxy public_id public_id_prefix quality_analysis raw_convert
		responsive_breakpoints return_delete_token similarity_search tags transformation type unique_display_name
		unique_filename upload_preset use_asset_folder_as_public_id_prefix use_filename use_filename_as_display_name
		visual_search`)
	dotnetOptions = strings.Fields(`access_control access_mode accessibility_analysis allowed_formats asset_folder async
		auto_tagging background_removal backup categorization cinemagraph_analysis colors context custom_coordinates
		detection discard_original_filename display_name eager eager_async eager_notification_url eval exif face_coordinates
		faces filename_override folder format headers image_metadata invalidate media_metadata metadata moderation
		notification_url ocr on_success overwrite phash proxy public_id public_id_prefix quality_analysis raw_convert
		responsive_breakpoints return_delete_token similarity_search tags transformation type unique_filename unsigned
		upload_preset use_asset_folder_as_public_id_prefix use_filename use_filename_as_display_name`)
)
