package sandbox

import (
	"slices"
	"strings"
	"sync"

	"signpost/signer"
)

// knownNames are the parameters that the service knows and therefore includes when it
// rebuilds the string to sign. All others are left out of it. Sources: cloudinary_npm
// 2.11.0 lib/utils/index.js build_upload_params; cloudinary-go 2.16.1
// api/uploader/upload_asset.go; asset-management-js uploadrequest.md; the text of the
// service's error for unsigned uploads.
const knownNames = ` public_id public_id_prefix use_filename unique_filename filename_override
 discard_original_filename display_name unique_display_name use_filename_as_display_name
 asset_folder use_asset_folder_as_public_id_prefix folder type overwrite format
 transformation eager eager_async eager_notification_url responsive_breakpoints
 quality_override tags context metadata clear_invalid face_coordinates custom_coordinates
 regions access_control access_mode allowed_formats moderation upload_preset async
 notification_url batch_id callback proxy headers invalidate backup return_delete_token
 eval on_success source timestamp faces colors exif image_metadata media_metadata phash
 quality_analysis accessibility_analysis cinemagraph_analysis visual_search
 auto_transcription auto_chaptering auto_video_details auto_tagging categorization
 detection background_removal ocr raw_convert similarity_search public_ids
 manifest_transformation manifest_json template template_vars command tag
 from_public_id to_public_id to_type text font_family font_size font_color mode target_format
 font_weight font_style text_decoration text_align line_spacing opacity background attachment
 urls token allow_missing target_public_id target_asset_folder target_tags flatten_folders
 flatten_transformations fully_qualified_public_ids keep_derived keep_original
 skip_transformation_name transformations use_original_filename expires_at prefixes `

// unsignedNames are the parameters of an unsigned upload, as the service's error
// lists them.
const unsignedNames = "upload_preset,callback,public_id,folder,asset_folder,tags,context,metadata," +
	"face_coordinates,custom_coordinates,source,filename_override,manifest_transformation,manifest_json," +
	"template,template_vars,regions,public_id_prefix"

// params are the parameters of a request after folding, each name once.
type params []signer.Param

// fold joins repeated name[] and name[0] fields with a comma under name; of a plain
// name that repeats, the last counts. The order is that of first appearance.
// Source: requests captured from cloudinary 2.11.0 (npm-14) and cloudinary-go (go-07).
func fold(fields []signer.Param) params {
	out := make(params, 0, len(fields))
	index := make(map[string]int, len(fields))
	lists := make(map[string][]string)
	for _, f := range fields {
		name, isList := listName(f.Name)
		at, ok := index[name]
		if !ok {
			at = len(out)
			index[name] = at
			out = append(out, signer.Param{Name: name})
		}
		if !isList {
			delete(lists, name)
			out[at].Value = f.Value
			continue
		}
		lists[name] = append(lists[name], f.Value)
	}
	for name, values := range lists {
		out[index[name]].Value = strings.Join(values, ",")
	}
	return out
}

// listName takes [] or [digits] off the end of a name.
func listName(name string) (base string, isList bool) {
	i := strings.IndexByte(name, '[')
	if i <= 0 || !strings.HasSuffix(name, "]") {
		return name, false
	}
	if strings.Trim(name[i+1:len(name)-1], "0123456789") != "" {
		return name, false
	}
	return name[:i], true
}

// get returns the value of a name, or nothing.
func (p params) get(name string) string {
	i := slices.IndexFunc(p, func(q signer.Param) bool { return q.Name == name })
	if i < 0 {
		return ""
	}
	return p[i].Value
}

// flag reads a boolean: 1 and true are yes (npm and Go write them), anything else is no.
// otherwise is the meaning of no value at all.
func (p params) flag(name string, otherwise bool) bool {
	v := p.get(name)
	if v == "" {
		return otherwise
	}
	return v == "1" || strings.EqualFold(v, "true")
}

// list reads a comma-separated value; blanks around the items and empty items are
// dropped.
func (p params) list(name string) []string {
	items := []string{}
	for item := range strings.SplitSeq(p.get(name), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// set is the parameters with another value of a name.
func (p params) set(name, value string) params {
	out := slices.Clone(p)
	i := slices.IndexFunc(out, func(q signer.Param) bool { return q.Name == name })
	if i < 0 {
		return append(out, signer.Param{Name: name, Value: value})
	}
	out[i].Value = value
	return out
}

// items are the values of a list as they were sent, name[] each; a comma in one is its
// own. A list that was sent as one text is parted at its commas.
func items(fields []signer.Param, p params, name string) []string {
	var out []string
	for _, f := range fields {
		if base, isList := listName(f.Name); isList && base == name && f.Value != "" {
			out = append(out, f.Value)
		}
	}
	if len(out) == 0 {
		return p.list(name)
	}
	return out
}

// pairs reads k=v items joined with |, where a backslash takes the meaning of = and |
// away and is itself everywhere else. An item without = is dropped (unconfirmed).
// Sources: cloudinary_npm lib/utils encode_context, test/integration/api/uploader.
func (p params) pairs(name string) map[string]string {
	out := map[string]string{}
	var key, b strings.Builder
	inValue := false
	end := func() {
		if inValue && key.Len() > 0 {
			out[key.String()] = b.String()
		}
		key.Reset()
		b.Reset()
		inValue = false
	}
	text := p.get(name)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && (text[i+1] == '=' || text[i+1] == '|'):
			i++
			b.WriteByte(text[i])
		case c == '|':
			end()
		case c == '=' && !inValue:
			key.WriteString(b.String())
			b.Reset()
			inValue = true
		default:
			b.WriteByte(c)
		}
	}
	end()
	return out
}

// signed returns the parameters of the service's string to sign.
func (p params) signed() []signer.Param {
	out := make([]signer.Param, 0, len(p))
	for _, q := range p {
		if isKnown(q.Name) {
			out = append(out, q)
		}
	}
	return out
}

// isKnown reports whether the service knows a name.
func isKnown(name string) bool {
	return known()[name]
}

// known is knownNames as a set.
var known = sync.OnceValue(func() map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(knownNames) {
		set[name] = true
	}
	return set
})
