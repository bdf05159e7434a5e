package catalog

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lifetime is how long a signature is good.
// Source: docs/authentication_signatures.
const lifetime = time.Hour

// timestamp checks the form of the timestamp and its age.
func (c *checker) timestamp() {
	const name = "timestamp"
	v := c.Timestamp
	if v == "" {
		return
	}
	n, err := strconv.ParseInt(v, 10, 64)
	switch {
	case err != nil && strings.Trim(v, "0123456789.") == "" && strings.Count(v, ".") == 1:
		c.fix(name, "it has a fraction: the service counts whole seconds", "", v[:strings.IndexByte(v, '.')])
		return
	case err != nil:
		c.warn(name, "it is no whole number of seconds since 1970", "renew it: that takes the current time")
		return
	case n > 99_999_999_999 && n < 99_999_999_999_999:
		c.fix(name, "it is in milliseconds: seconds have 10 digits", "", strconv.FormatInt(n/1000, 10))
		return
	}
	switch age := c.Now.Sub(time.Unix(n, 0)); {
	case age > lifetime:
		c.warn(name, fmt.Sprintf("it is %s old: the service answers Stale request after an hour", age.Round(time.Minute)), "renew it")
	case age < -5*time.Minute:
		c.unconfirmed(name, fmt.Sprintf("it is %s in the future", (-age).Round(time.Minute)), "is a clock wrong? What the service does is not documented")
	}
}

// together checks parameters that depend on each other, or exclude each other.
func (c *checker) together() {
	if !c.has("eager") {
		for _, name := range []string{"eager_async", "eager_notification_url"} {
			if c.has(name) {
				c.warn(name, "there is no eager transformation that it could be about", "add eager, or take it out")
			}
		}
	}
	if c.yes("use_filename") && c.has("public_id") {
		c.warn("use_filename", "the public ID is given: use_filename has no effect", "take one of the two out")
	}
	if c.yes("use_filename") && c.FileName == "" && !c.has("filename_override") {
		c.warn("use_filename", "the file has no name to use", "give filename_override, or a public ID")
	}
	if c.has("unique_filename") && !c.yes("use_filename") {
		c.warn("unique_filename", "it only matters together with use_filename", "add use_filename, or take it out")
	}
	if c.has("folder") && c.has("asset_folder") {
		c.warn("folder", "folder is for fixed folders, asset_folder for dynamic ones: an account has one of the two", "accounts made since June 2024 have dynamic folders: asset_folder")
	}
	if c.yes("use_asset_folder_as_public_id_prefix") && !c.has("asset_folder") {
		c.warn("use_asset_folder_as_public_id_prefix", "there is no asset_folder", "add asset_folder")
	}
	if c.yes("use_filename_as_display_name") && c.has("display_name") {
		c.warn("use_filename_as_display_name", "the display name is given: it has no effect", "take one of the two out")
	}
	if c.has("auto_tagging") && !c.has("categorization") && !c.has("detection") {
		c.warn("auto_tagging", "no add-on is named that could tag", "add categorization, such as google_tagging")
	}
	if v, known := ParseBool(c.values["overwrite"]); known && !v && c.yes("invalidate") {
		c.warn("invalidate", "nothing is overwritten: there is nothing to clear", "overwrite=1, or take it out")
	}
	if c.has("image_metadata") {
		c.warn("image_metadata", "media_metadata has taken its place", "use media_metadata")
	}
	if c.has("resource_type") {
		c.warn("resource_type", "in the body it is not signed and has no effect: it belongs into the URL", "choose it as the type")
	}
	c.kind()
}

// kind checks parameters against the kind of asset.
func (c *checker) kind() {
	kind := c.ResourceType
	if kind == "" {
		kind = "image"
	}
	if kind == "raw" {
		for _, name := range []string{"eager", "transformation", "responsive_breakpoints", "faces", "colors", "background_removal"} {
			if c.has(name) {
				c.warn(name, "a raw file cannot be transformed or analysed", "type image or video")
			}
		}
	}
	if kind == "image" || kind == "raw" {
		for _, name := range []string{"auto_transcription", "auto_chaptering", "auto_video_details"} {
			if c.has(name) {
				c.warn(name, "it is about videos", "type video")
			}
		}
	}
	if kind == "image" && strings.Contains(c.values["eager"], "sp_") {
		c.warn("eager", "a streaming profile needs a video", "type video")
	}
}

// unsigned checks what an unsigned upload may have.
func (c *checker) unsigned() {
	if !c.Unsigned {
		return
	}
	if !c.has("upload_preset") {
		c.warn("upload_preset", "an unsigned upload needs one: Upload preset must be specified when using unsigned upload", "add upload_preset, with a preset that is allowed unsigned")
	}
	for _, p := range c.Params {
		spec, known := Lookup(p.Name)
		if known && p.Value != "" && !spec.Unsigned && p.Name != "timestamp" {
			hint := "put it into the preset, or sign the upload"
			c.warn(p.Name, "it is not allowed in an unsigned upload: the service refuses the request", hint)
		}
	}
}

// file checks the size and the name of a local file.
func (c *checker) file() {
	const name = "file"
	if c.Size == 0 && c.FileName != "" {
		c.warn(name, "it is empty: the service answers Empty file", "")
	}
	limit := int64(FreeImage)
	if c.ResourceType == "video" || c.ResourceType == "auto" && isVideo(c.FileName) {
		limit = FreeVideo
	}
	switch {
	case c.Size > OneRequest:
		c.warn(name, fmt.Sprintf("%d bytes: one request holds about 100 MB", c.Size), "it has to be sent in parts")
	case c.Size > limit:
		c.warn(name, fmt.Sprintf("%d bytes: the free plan takes %d (File size too large)", c.Size, limit), "shrink it, or use a plan with a higher limit")
	}
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(c.FileName)), ".")
	if ext == "" {
		return
	}
	if allowed := c.values["allowed_formats"]; allowed != "" && !slices.Contains(SplitList(allowed), ext) &&
		!(ext == "jpeg" && slices.Contains(SplitList(allowed), "jpg")) {
		c.warn("allowed_formats", "the file's own extension "+ext+" is not among them", "add it, or give another file")
	}
	if (c.ResourceType == "" || c.ResourceType == "image") && isVideo(c.FileName) {
		c.warn(name, ext+" is a video or sound: as an image it is refused", "type video, or auto")
	}
}

// isVideo goes by the extension; sound counts as video, as with the service.
func isVideo(name string) bool {
	switch strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".") {
	case "mp4", "webm", "mov", "avi", "mkv", "ogv", "mp3", "wav", "m4a", "aac", "flac", "ogg":
		return true
	}
	return false
}
