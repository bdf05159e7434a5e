package catalog

import "signpost/signer"

// Preset is a ready-made eager value. All texts are ours.
type Preset struct{ ID, Title, About, Eager string }

// Presets are the ready-made eager values, the tutorial's pair first. Each value is
// without problems in the grammar of this package.
func Presets() []Preset {
	return []Preset{
		{"tutorial", "the tutorial's pair", "one padded, one cut out", "w_400,h_300,c_pad|w_260,h_200,c_crop"},
		{"thumbnails", "thumbnails", "three squares round what matters", "c_fill,g_auto,h_100,w_100|c_fill,g_auto,h_200,w_200|c_fill,g_auto,h_400,w_400"},
		{"avatar", "avatar", "a round face", "c_thumb,g_face,h_200,w_200/r_max/png"},
		{"optimized", "best format and quality", "f_auto and q_auto, as delivery asks for them", "f_auto,q_auto"},
		{"responsive", "responsive widths", "320 to 1920 wide, never enlarged", "c_limit,w_320|c_limit,w_640|c_limit,w_1024|c_limit,w_1920"},
		{"social", "social card", "1200 by 630, cut to fit", "c_fill,g_auto,h_630,w_1200/jpg"},
		{"preview", "blurred placeholder", "tiny, to show while the picture loads", "c_limit,w_40/e_blur:200,q_30/jpg"},
		{"grayscale", "grayscale", "400 wide without colours", "c_limit,w_400/e_grayscale"},
		{"poster", "video poster", "the first frame as a picture", "so_0,c_fill,h_360,w_640/jpg"},
		{"streaming", "adaptive streaming", "HLS in several qualities, for video", "sp_full_hd/m3u8"},
	}
}

// Recipe is a named set of parameters to start from.
type Recipe struct {
	ID, Title, About string
	Params           []signer.Param
	// ResourceType is image, video, raw or auto.
	ResourceType string
	// Unsigned is true for an unsigned upload.
	Unsigned bool
}

func with(pairs ...string) []signer.Param {
	var list []signer.Param
	for i := 0; i+1 < len(pairs); i += 2 {
		list = append(list, signer.Param{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// Recipes are the sets that come with the program.
func Recipes() []Recipe {
	return []Recipe{
		{"tutorial", "the tutorial", "public ID and two eager transformations", with("public_id", "sample_image", "eager", "w_400,h_300,c_pad|w_260,h_200,c_crop"), "image", false},
		{"thumbnails", "thumbnails", "three squares, made at upload time", with("public_id", "thumbnails", "eager", "c_fill,g_auto,h_100,w_100|c_fill,g_auto,h_200,w_200|c_fill,g_auto,h_400,w_400"), "image", false},
		{"responsive", "responsive pictures", "the service works out the widths", with("public_id", "responsive", "responsive_breakpoints", `[{"create_derived":true,"bytes_step":20000,"min_width":200,"max_width":1000,"max_images":5}]`), "image", false},
		{"background", "background removal", "with Cloudinary's own add-on", with("public_id", "cutout", "background_removal", "cloudinary_ai", "notification_url", "https://example.com/hooks/upload"), "image", false},
		{"tagging", "automatic tags", "above 60 % confidence, with an add-on", with("categorization", "google_tagging", "auto_tagging", "0.6"), "image", false},
		{"private", "private original", "only derived versions are delivered; a signed URL for the rest", with("public_id", "private_original", "type", "private", "eager", "c_limit,w_800"), "image", false},
		{"authenticated", "authenticated", "every version needs a signed URL", with("public_id", "members_only", "type", "authenticated"), "image", false},
		{"ocr", "text recognition", "reads what is written in a picture", with("ocr", "adv_ocr"), "image", false},
		{"moderation", "moderation by hand", "waits for approval in the media library", with("moderation", "manual"), "image", false},
		{"annotated", "tags, caption, description", "what people search for later", with("tags", "shoes,red", "context", "alt=A red shoe on a table|caption=Red shoe"), "image", false},
		{"filename", "keep the file's name", "as it is: an upload of the same name replaces it", with("use_filename", "1", "unique_filename", "0"), "image", false},
		{"replace", "replace and refresh", "overwrites, and clears copies in the CDN", with("public_id", "sample_image", "overwrite", "1", "invalidate", "1"), "image", false},
		{"limit", "shrink before storing", "nothing larger than 2000 by 2000 is kept", with("transformation", "c_limit,h_2000,w_2000", "allowed_formats", "jpg,png,webp"), "image", false},
		{"video", "video for streaming", "HLS and a poster, made in the background", with("public_id", "clip", "eager", "sp_full_hd/m3u8|so_0,c_fill,h_360,w_640/jpg", "eager_async", "1", "eager_notification_url", "https://example.com/hooks/eager"), "video", false},
		{"analysis", "everything about a picture", "faces, colours, metadata, quality", with("faces", "1", "colors", "1", "media_metadata", "1", "phash", "1", "quality_analysis", "1"), "image", false},
		{"raw", "any file", "a document or an archive, as it is", with("public_id", "documents/report.pdf"), "raw", false},
		{"unsigned", "unsigned, with a preset", "no key and no signature: what a browser may send", with("upload_preset", "ml_default"), "image", true},
	}
}
