package sandbox

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// details are what an asset has besides its bytes: everything that a person can set and
// change. It is copied, never changed in place.
type details struct {
	tags             []string
	context          map[string]string
	metadata         map[string]any
	moderation       string
	accessControl    []accessRule
	accessMode       string
	displayName      string
	assetFolder      string
	dynamic          bool
	faces, custom    [][]int
	regions          json.RawMessage
	notes            []string
	deleteToken      string
	deleteTokenUntil time.Time
}

// notComputed are the parameters whose answers need what the sandbox does not have.
var notComputed = []string{
	"phash", "faces", "accessibility_analysis", "visual_search",
	"auto_transcription", "auto_chaptering", "auto_video_details",
}

// The bounds of what an asset has besides its bytes (threat T35): of each kind so many,
// and so many bytes in one request. The service takes 1000 tags (own reading for the rest).
const (
	mostValues      = 1000
	mostDetailBytes = 64 << 10
)

// keptNames are the parameters whose values stay with an asset.
var keptNames = []string{"tags", "context", "metadata", "access_control", "access_mode", "moderation", "regions", "display_name", "asset_folder", "face_coordinates", "custom_coordinates"}

// checkKept refuses more than an asset keeps.
func checkKept(p params) error {
	size := 0
	for _, name := range keptNames {
		size += len(p.get(name))
	}
	if size > mostDetailBytes {
		return fail(fieldTooLarge, mostDetailBytes)
	}
	return nil
}

// check refuses details of which there are too many.
func (d *details) check() error {
	for name, n := range map[string]int{"tags": len(d.tags), "context": len(d.context), "metadata": len(d.metadata), "face_coordinates": len(d.faces), "custom_coordinates": len(d.custom)} {
		if n > mostValues {
			return fail(invalidValue, name, "there are more than "+strconv.Itoa(mostValues))
		}
	}
	return nil
}

// deleteTokenLife is how long a delete token is good for. Source: cloudinary_npm README.
const deleteTokenLife = 10 * time.Minute

// setDetails reads them out of the parameters of an upload, or of a change, in which
// what is not named stays as it was.
func (c *call) setDetails(d *details, p params, cloud string) error {
	if err := checkAddOns(p); err != nil {
		return err
	}
	if err := checkKept(p); err != nil {
		return err
	}
	if v := p.get("tags"); v != "" {
		d.tags = p.list("tags")
	}
	if v := p.get("context"); v != "" {
		d.context = p.pairs("context")
	}
	if v := p.get("metadata"); v != "" {
		if err := c.s.setMetadata(d, cloud, p); err != nil {
			return err
		}
	}
	if v := p.get("access_control"); v != "" {
		rules, err := readAccess(v)
		if err != nil {
			return err
		}
		d.accessControl = rules
	}
	if v := p.get("access_mode"); v != "" {
		d.accessMode = v
	}
	if v := p.get("moderation"); v != "" {
		d.moderation = v
	}
	if v := p.get("regions"); v != "" {
		if !json.Valid([]byte(v)) {
			return fail(invalidValue, "regions", "it is not JSON")
		}
		d.regions = json.RawMessage(v)
	}
	var err error
	if d.faces, err = coordinatesOr(d.faces, p, "face_coordinates"); err != nil {
		return err
	}
	if d.custom, err = coordinatesOr(d.custom, p, "custom_coordinates"); err != nil {
		return err
	}
	if d.dynamic {
		if v := p.get("display_name"); v != "" {
			d.displayName = v
		}
		if v := p.get("asset_folder"); v != "" {
			d.assetFolder = strings.Trim(v, "/ ")
		}
	}
	d.notes = notesOn(p)
	if p.flag("return_delete_token", false) {
		d.deleteToken, d.deleteTokenUntil = c.s.hexID(64), c.now().Add(deleteTokenLife)
	}
	return d.check()
}

// notesOn are what is different here of what was asked for.
func notesOn(p params) (notes []string) {
	for _, name := range notComputed {
		if v := p.get(name); v != "" && v != "0" && v != "false" {
			notes = append(notes, "the sandbox does not compute "+name)
		}
	}
	if p.get("responsive_breakpoints") != "" {
		notes = append(notes, breakpointNote)
	}
	return notes
}

// coordinatesOr reads x,y,w,h items joined with |; the Go SDK sends [x,y,w,h] fields.
func coordinatesOr(old [][]int, p params, name string) ([][]int, error) {
	text := p.get(name)
	if text == "" {
		return old, nil
	}
	text = strings.NewReplacer("],[", "|", "[", "", "]", "").Replace(text)
	var out [][]int
	for item := range strings.SplitSeq(text, "|") {
		var four []int
		for n := range strings.SplitSeq(item, ",") {
			v, err := strconv.Atoi(strings.TrimSpace(n))
			if err != nil {
				return nil, fail(invalidValue, name, "it is not x,y,w,h in whole numbers")
			}
			four = append(four, v)
		}
		if len(four) != 4 {
			return nil, fail(invalidValue, name, "it is not x,y,w,h in whole numbers")
		}
		out = append(out, four)
	}
	return out, nil
}

// within cuts the sides of faces and other parts down to the picture's, as the service
// answers an upload. Sources: cloudinary_npm test/integration/api/uploader/uploader_spec.js;
// cloudinary_java AbstractUploaderTest.
func within(faces [][]int, width, height int) [][]int {
	if width == 0 || height == 0 {
		return faces
	}
	out := make([][]int, 0, len(faces))
	for _, f := range faces {
		out = append(out, []int{f[0], f[1], min(f[2], width), min(f[3], height)})
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// addOn is a parameter that needs an add-on, and the values that name one.
type addOn struct {
	param  string
	values map[string]string // a value, or the start of one before a colon, and its add-on
	wrong  string            // the error for any other value; %s is the value
}

// addOns are answered as for an account without them. Sources: cloudinary_npm
// test/integration/api/uploader/uploader_spec.js for the words on wrong values; public
// threads for those on a missing subscription.
var addOns = []addOn{
	{"raw_convert", map[string]string{"aspose": "Aspose Document Conversion", "google_speech": "Google AI Video Transcription", "extract_text": "", "azure_video_indexer": "Microsoft Azure Video Indexer"}, "Raw convert is invalid"},
	{"categorization", map[string]string{"google_tagging": "Google Auto Tagging", "google_video_tagging": "Google Automatic Video Tagging", "imagga_tagging": "Imagga Auto Tagging", "aws_rek_tagging": "Amazon Rekognition Auto Tagging", "azure_video_indexer": "Microsoft Azure Video Indexer"}, "Categorization item %s is not valid"},
	{"detection", map[string]string{"adv_face": "Advanced Facial Attributes Detection", "aws_rek_face": "Amazon Rekognition Celebrity Detection", "captioning": "Cloudinary AI Content Analysis", "coco": "Cloudinary AI Content Analysis", "coco_v1": "Cloudinary AI Content Analysis", "coco_v2": "Cloudinary AI Content Analysis", "lvis": "Cloudinary AI Content Analysis", "unidet": "Cloudinary AI Content Analysis", "cld-fashion": "Cloudinary AI Content Analysis", "cld-text": "Cloudinary AI Content Analysis", "iqa": "Cloudinary AI Content Analysis", "watermark-detection": "Cloudinary AI Content Analysis"}, "Detection invalid model '%s'"},
	{"background_removal", map[string]string{"cloudinary_ai": "Cloudinary AI Background Removal", "pixelz": "Pixelz - Remove the Background", "remove_the_background": "Pixelz - Remove the Background"}, "Background removal is invalid"},
	{"ocr", map[string]string{"adv_ocr": "OCR Text Detection and Extraction"}, "Ocr is invalid"},
	{"similarity_search", map[string]string{}, "Similarity search is invalid"},
	{"moderation", map[string]string{"manual": "", "webpurify": "WebPurify Image Moderation", "metascan": "MetaDefender Anti-Malware Protection", "aws_rek": "Amazon Rekognition AI Moderation", "aws_rek_video": "Amazon Rekognition Video Moderation", "google_video_moderation": "Google AI Video Moderation", "perception_point": "Perception Point Malware Detection", "duplicate": "Cloudinary Duplicate Image Detection"}, "%s moderation is not valid"},
}

// checkAddOns answers for an account that has no add-on.
func checkAddOns(p params) error {
	for _, a := range addOns {
		for item := range strings.FieldsFuncSeq(p.get(a.param), func(r rune) bool { return r == ',' || r == '|' }) {
			name, _, _ := strings.Cut(strings.TrimSpace(item), ":")
			addOn, ok := a.values[name]
			switch {
			case !ok && strings.Contains(a.wrong, "%s"):
				return &refusal{fault: addOnInvalid, status: table[addOnInvalid].status, text: strings.Replace(a.wrong, "%s", item, 1)}
			case !ok:
				return fail(addOnInvalid, a.wrong)
			case addOn != "":
				return fail(noSubscription, addOn)
			}
		}
	}
	if v := p.get("auto_tagging"); v != "" {
		if n, err := strconv.ParseFloat(v, 64); err != nil || n < 0 || n > 1 {
			return fail(addOnInvalid, "Must use a categorization or detection add-on with auto_tagging")
		}
	}
	return nil
}

// metadataField is one field of the structured metadata, as the Admin API shows it.
type metadataField map[string]any

// setMetadata reads metadata, whose names have to be those of defined fields. As long as
// a cloud has none at all, every name is taken: otherwise nobody could try it out.
// In a field that does not exist the service's words are used.
func (s *Server) setMetadata(d *details, cloud string, p params) error {
	fields := s.admin.fieldsOf(cloud)
	next := make(map[string]any, len(d.metadata))
	for k, v := range d.metadata {
		next[k] = v
	}
	var unknown []string
	for name, value := range p.pairs("metadata") {
		f, ok := fields[name]
		switch {
		case !ok && len(fields) > 0:
			unknown = append(unknown, name)
		case strings.HasPrefix(value, "["):
			var list []string
			if json.Unmarshal([]byte(value), &list) == nil {
				next[name] = list
				continue
			}
			next[name] = value
		case f["type"] == "integer":
			n, err := strconv.Atoi(value)
			if err != nil {
				return fail(invalidValue, "metadata", "the value of "+name+" is no whole number")
			}
			next[name] = n
		default:
			next[name] = value
		}
	}
	if len(unknown) > 0 {
		slices.Sort(unknown)
		list, _ := json.Marshal(unknown)
		return fail(unknownMetadata, string(list))
	}
	d.metadata = next
	return nil
}
