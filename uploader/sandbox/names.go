package sandbox

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

// publicID makes the public_id of an upload: the one that was asked for, the file's
// name, or 20 characters a–z and 0–9; with folder and public_id_prefix in front. A raw
// file's name keeps its extension. Sources: documentation/ts_permitted_naming_conventions;
// cloudinary_npm test/integration/api/uploader (use_filename, unique_filename).
func (s *Server) publicID(p params, kind, fileName string) (string, error) {
	id := strings.TrimFunc(p.get("public_id"), func(r rune) bool { return unicode.IsSpace(r) || r == '/' })
	stem, ext := splitName(fileName)
	if kind != "raw" {
		ext = ""
	}
	switch {
	case id != "":
	case p.flag("use_filename", false) && stem != "":
		id = permitted(stem)
		if p.flag("unique_filename", true) {
			id += "_" + s.plainID(6)
		}
		id += permitted(ext)
	default:
		id = s.plainID(20) + permitted(ext)
	}
	fronts := []string{p.get("public_id_prefix"), p.get("folder")}
	if p.flag("use_asset_folder_as_public_id_prefix", false) {
		fronts = append(fronts, p.get("asset_folder"))
	}
	for _, front := range fronts {
		if front = strings.Trim(front, "/ "); front != "" {
			id = front + "/" + id
		}
	}
	if !validID(id) {
		return "", fail(invalidPublicID, id)
	}
	return id, nil
}

// validID reports whether a public_id may be: 1 to 255 characters without ? # \ % < > +.
// The documentation forbids & too, but the SDKs' captured requests hold it. That control
// characters are forbidden is unconfirmed, and so is how the service counts.
func validID(id string) bool {
	n := utf8.RuneCountInString(id)
	return n >= 1 && n <= 255 && utf8.ValidString(id) && !strings.ContainsAny(id, `?#\%<>+`) &&
		!strings.ContainsFunc(id, unicode.IsControl)
}

// permitted makes a file's name fit for a public_id.
func permitted(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError || strings.ContainsRune(`?&#\%<>+/`, r) {
			return '_'
		}
		return r
	}, name)
}

// splitName takes the directories of any system off a file name and parts the rest into
// stem and extension, the latter with its dot.
func splitName(name string) (stem, ext string) {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	ext = path.Ext(name)
	if ext == name || ext == "." {
		ext = ""
	}
	return strings.TrimSuffix(name, ext), ext
}

// folderOf is the folder of a public_id, with fixed folders a part of it.
func folderOf(id string) string {
	i := strings.LastIndexByte(id, '/')
	if i < 0 {
		return ""
	}
	return id[:i]
}
