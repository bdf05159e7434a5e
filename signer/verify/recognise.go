package verify

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// UnclearError says that a text is not enough, or could be two things.
type UnclearError struct{ What, Hint string }

func (e *UnclearError) Error() string { return e.What }

// errNothing is about a text in which there is nothing to verify.
var errNothing = &UnclearError{"there is nothing here whose signature could be verified",
	"an answer of the Upload API (JSON with public_id, version and signature), a webhook call with its headers X-Cld-Timestamp and X-Cld-Signature, or a delivery URL with s--…--"}

// Recognise tells what a text is: a delivery URL, an answer as JSON with or without the
// headers of HTTP in front, or a webhook call with its headers, a blank line and its body.
// The error is an [*UnclearError].
func Recognise(text string) (Subject, error) {
	headers, body, isHTTP := splitHTTP(text)
	if signature, ok := headers["x-cld-signature"]; ok {
		if !isHTTP {
			return Subject{}, &UnclearError{"these are the headers of a webhook call, without its body", "put a blank line and the body behind them, byte for byte"}
		}
		return Subject{Kind: Webhook, Body: body, Timestamp: headers["x-cld-timestamp"], Signature: signature}, nil
	}
	if !isHTTP {
		body = text
	}
	trimmed := strings.TrimSpace(body)
	switch {
	case strings.HasPrefix(trimmed, "{"):
		return recogniseJSON(trimmed)
	case strings.Contains(trimmed, "s--") && !strings.ContainsAny(trimmed, " \n\t"):
		return NewURL(trimmed)
	}
	return Subject{}, errNothing
}

// NewURL is a delivery URL to be examined.
func NewURL(text string) (Subject, error) {
	a, err := ParseAddress(text)
	if err != nil {
		return Subject{}, &UnclearError{err.Error(), "such as https://res.cloudinary.com/demo/image/authenticated/s--Ai4Znfl3--/c_crop,h_20,w_10/image.jpg"}
	}
	return Subject{Kind: URL, Signature: a.Signature, Address: a}, nil
}

// answer is what matters of an answer's JSON.
type answer struct {
	PublicID         *string         `json:"public_id"`
	Version          json.RawMessage `json:"version"`
	Signature        *string         `json:"signature"`
	Format           string          `json:"format"`
	NotificationType string          `json:"notification_type"`
}

// NewAnswer reads an answer of the Upload API.
func NewAnswer(text string) (Subject, error) {
	s, a, err := readAnswer(text)
	if err != nil {
		return s, err
	}
	if missing := a.missing(); missing != "" {
		return s, &UnclearError{"the answer has no " + missing, "an answer to an upload has public_id, version and signature; answers of other calls have no signature"}
	}
	return s, nil
}

func readAnswer(text string) (Subject, answer, error) {
	var a answer
	d := json.NewDecoder(bytes.NewReader([]byte(strings.TrimSpace(text))))
	if err := d.Decode(&a); err != nil {
		if s, ok := printed(text); ok {
			return s, answer{PublicID: &s.PublicID, Version: json.RawMessage(s.Version), Signature: &s.Signature, NotificationType: member(text, "notification_type")}, nil
		}
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return Subject{}, a, &UnclearError{fmt.Sprintf("the answer's %s is a %s", kind.Field, kind.Value), "paste the answer as it came"}
		}
		return Subject{}, a, &UnclearError{"the answer is no JSON that can be read: " + err.Error(), "paste it whole, as it came"}
	}
	s := Subject{Kind: Answer, Version: strings.Trim(string(a.Version), `"`), Format: a.Format}
	if s.Version == "null" {
		s.Version = ""
	}
	if a.PublicID != nil {
		s.PublicID = *a.PublicID
	}
	if a.Signature != nil {
		s.Signature = *a.Signature
	}
	return s, a, nil
}

// printed reads an answer as Node, Python or Ruby print one: public_id: 'x', 'public_id':
// 'x', "public_id"=>"x".
func printed(text string) (Subject, bool) {
	s := Subject{Kind: Answer, PublicID: member(text, "public_id"), Version: member(text, "version"), Signature: member(text, "signature"), Format: member(text, "format")}
	return s, s.PublicID != "" && s.Version != "" && s.Signature != ""
}

// member is the value that a printed object has for a name; empty for none, and for one
// with a backslash in it, which each language reads in its own way.
func member(text, name string) string {
	for rest := text; ; {
		before, behind, found := strings.Cut(rest, name)
		if !found {
			return ""
		}
		rest = behind
		if strings.TrimRight(before, "{, \t\r\n\"'") == before && before != "" {
			continue // the end of a longer name
		}
		behind = strings.TrimLeft(behind, "\"' ")
		value, colon := strings.CutPrefix(behind, ":")
		if !colon {
			if value, colon = strings.CutPrefix(behind, "=>"); !colon {
				continue
			}
		}
		value = strings.TrimLeft(value, " ")
		if value == "" {
			return ""
		}
		if quote := value[:1]; quote == "'" || quote == `"` {
			value, _, _ = strings.Cut(value[1:], quote)
		} else {
			value = value[:max(strings.IndexAny(value+"}", ",} \t\r\n"), 0)]
		}
		if strings.Contains(value, `\`) {
			return ""
		}
		return value
	}
}

// missing names what an answer lacks.
func (a answer) missing() string {
	switch {
	case a.PublicID == nil:
		return "public_id"
	case len(a.Version) == 0 || string(a.Version) == "null":
		return "version"
	case a.Signature == nil:
		return "signature"
	}
	return ""
}

// recogniseJSON is an answer, unless it is the body of a webhook without its headers.
func recogniseJSON(text string) (Subject, error) {
	s, a, err := readAnswer(text)
	switch {
	case err != nil:
		return s, err
	case a.NotificationType != "":
		return s, &UnclearError{"this is the body of a webhook call, and its signature is in its headers",
			"put the headers X-Cld-Timestamp and X-Cld-Signature and a blank line in front of it"}
	case a.PublicID == nil && a.Signature == nil:
		return s, errNothing
	}
	return NewAnswer(text)
}

// splitHTTP parts headers from a body, byte for byte. A line of a request or of a status
// may stand in front. Names are in small letters.
func splitHTTP(text string) (headers map[string]string, body string, ok bool) {
	headers = map[string]string{}
	rest := text
	for n := 0; ; n++ {
		line, behind, found := strings.Cut(rest, "\n")
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			return headers, behind, found && len(headers) > 0
		}
		name, value, colon := strings.Cut(line, ":")
		switch {
		case colon && name != "" && !strings.ContainsAny(name, " \t{\"/") && !strings.HasPrefix(value, "//"):
			headers[strings.ToLower(name)] = strings.TrimSpace(value)
		case n == 0 && (strings.HasPrefix(line, "HTTP/") || strings.Contains(line, " HTTP/")):
		default:
			return headers, "", false
		}
		if !found {
			return headers, "", len(headers) > 0
		}
		rest = behind
	}
}

// Headers reads X-Cld-Timestamp and X-Cld-Signature from lines of headers; ok is false
// where one is missing.
func Headers(text string) (timestamp, signature string, ok bool) {
	headers, _, _ := splitHTTP(strings.TrimRight(text, "\r\n") + "\n\n")
	timestamp, signature = headers["x-cld-timestamp"], headers["x-cld-signature"]
	return timestamp, signature, timestamp != "" && signature != ""
}

// plainHex is a signature in small letters, without white space around it.
func plainHex(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
