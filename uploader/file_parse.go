package uploader

import (
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
)

// FileOptions is what [ParseFile] needs to know of the world.
type FileOptions struct {
	// Home is the home directory, for a leading ~.
	Home string
	// Live is true for any account but the sandbox's: then the sample goes as bytes.
	Live bool
	// SampleURL, SampleName and Sample are the sample picture.
	SampleURL  string
	SampleName string
	Sample     []byte
	// Windows is true where a backslash parts folders and does not escape.
	Windows bool
}

// dataURI is how the SDKs recognise one. Source: cloudinary_npm lib/utils/isRemoteUrl.js.
var dataURI = regexp.MustCompile(`(?i)^data:[^,]*;base64,`)

// ParseFile recognises a typed file. It opens nothing. Text that is no address is a
// path, cleaned of what dragging it into a terminal put around it: quotes, backslash
// escapes, a file:// in front and a blank at the end.
func ParseFile(text string, o FileOptions) File {
	if text == SampleToken || o.SampleURL != "" && text == o.SampleURL {
		if o.Live {
			return File{Kind: FileSample, Text: o.SampleURL, Name: o.SampleName, SampleURL: o.SampleURL, Bytes: o.Sample}
		}
		return File{Kind: FileHTTP, Text: o.SampleURL}
	}
	trimmed := strings.TrimSpace(text)
	if rest := strings.TrimLeft(text, " \t\r\n"); !o.Windows && trailingBackslashes(trimmed)%2 == 1 && len(rest) > len(trimmed) {
		trimmed = rest[:len(trimmed)+1] // an escaped blank is the name's own last one
	}
	if trimmed == "" {
		return File{Text: text}
	}
	scheme, _, _ := strings.Cut(trimmed[:min(len(trimmed), 10)], ":")
	kinds := map[string]FileKind{"http": FileHTTP, "https": FileHTTP, "ftp": FileFTP, "s3": FileS3, "gs": FileGS}
	if kind, ok := kinds[strings.ToLower(scheme)]; ok && strings.HasPrefix(trimmed[len(scheme):], "://") {
		return File{Kind: kind, Text: trimmed}
	}
	if dataURI.MatchString(trimmed[:min(len(trimmed), 200)]) {
		return File{Kind: FileData, Text: trimmed}
	}
	path := cleanPath(trimmed, o)
	return File{Kind: FilePath, Text: text, Path: path, Name: baseName(path, o.Windows)}
}

func trailingBackslashes(s string) int { return len(s) - len(strings.TrimRight(s, `\`)) }

// cleanPath undoes what a shell or a drag put into a path.
func cleanPath(s string, o FileOptions) string {
	if path, ok := filePath(s, o.Windows); ok {
		return path
	}
	switch {
	case len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'':
		// A drag writes an apostrophe inside the quotes as '\''.
		s = strings.ReplaceAll(s[1:len(s)-1], `'\''`, `'`)
	case len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"':
		s = s[1 : len(s)-1]
		if !o.Windows {
			s = unescape(s, "\"\\$`")
		}
	case !o.Windows:
		s = unescape(s, "")
	}
	if path, ok := filePath(s, o.Windows); ok {
		return path
	}
	if s == "~" && o.Home != "" {
		return o.Home
	}
	rest, ok := strings.CutPrefix(s, "~/")
	if !ok && o.Windows {
		rest, ok = strings.CutPrefix(s, `~\`)
	}
	if ok && o.Home != "" {
		return filepath.Join(o.Home, rest)
	}
	return s
}

// filePath is the path of a file:// URL on this machine.
func filePath(s string, windows bool) (string, bool) {
	if len(s) <= 7 || !strings.EqualFold(s[:7], "file://") {
		return "", false
	}
	u, err := url.Parse(s)
	if err != nil || u.Host != "" && !strings.EqualFold(u.Host, "localhost") || u.Path == "" {
		return "", false
	}
	if windows && len(u.Path) > 2 && u.Path[0] == '/' && u.Path[2] == ':' {
		return u.Path[1:], true // file:///C:/x
	}
	return u.Path, true
}

// unescape removes the backslash in front of a character; with only set, just in front
// of those characters. Letters and digits keep theirs: shells never escape them in a
// path, so that such a backslash belongs to the name.
func unescape(s, only string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && escapable(s[i+1], only) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func escapable(c byte, only string) bool {
	if only != "" {
		return strings.IndexByte(only, c) >= 0
	}
	letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
	return !letter && c < 0x80
}

// baseName is the last part of a path, as a form can carry it: control characters but
// line ends, which have an escape of their own, become underscores (threat T7).
func baseName(path string, windows bool) string {
	cut := "/"
	if windows {
		cut = `/\`
	}
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\r' && r != '\n' || r == 0x7f {
			return '_'
		}
		return r
	}, path[strings.LastIndexAny(path, cut)+1:])
}
