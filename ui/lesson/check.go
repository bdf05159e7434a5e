package lesson

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
	"signpost/uploader"
	"signpost/uploader/tamper"
)

func stamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func number(n int) string { return strconv.Itoa(n) }

// Verdict is what became of a check. The zero value is that nothing was checked.
type Verdict struct {
	Tried, OK bool
	// Status is that of the server's answer; 0 where none was asked or none came.
	Status int
	// Said is the server's message, Why what is missing. They may come from outside.
	Said, Why string
	// ServerText is the string to sign that the server quotes; empty where it quotes none.
	ServerText string
	// Old is true where the request has changed since.
	Old bool
}

// Judge says whether a request has reached its goal, by the server's answer: it has to be
// accepted, as a signed upload, with everything in it that the lesson asks for.
func Judge(l Lesson, sent []signer.Param, result *uploader.Result, err error) Verdict {
	v := Verdict{Tried: true}
	if result != nil {
		v.Status = result.Status
	}
	if err != nil {
		v.Said = message(err)
		if e, ok := errors.AsType[*uploader.APIError](err); ok {
			v.ServerText = e.StringToSign
		}
		return v
	}
	fields := map[string]string{}
	for _, f := range sent {
		name, list := strings.CutSuffix(f.Name, "[]")
		if before, there := fields[name]; there && list {
			f.Value = before + "," + f.Value
		}
		fields[name] = f.Value
	}
	for _, p := range l.Draft.Params {
		switch got, there := fields[p.Name]; {
		case !there:
			v.Why = "the server takes it, but " + p.Name + " is not in it any more: the upload asks for it"
		case got != p.Value && !(l.Goal == Changed && l.GoalName == p.Name):
			v.Why = "the server takes it, but " + p.Name + " is sent with another value than the upload asks for: " + p.Value
		default:
			continue
		}
		return v
	}
	if was := l.Draft.Get(l.GoalName); l.Goal == Changed && (fields[l.GoalName] == "" || fields[l.GoalName] == was) {
		v.Why = "the server takes it, but " + l.GoalName + " shall have another value"
		return v
	}
	if fields["signature"] == "" {
		v.Why = "the server takes it as an unsigned upload; it shall be a signed one"
		return v
	}
	v.OK = true
	return v
}

// message is what the server said, or why there is no answer.
func message(err error) string {
	if e, ok := errors.AsType[*uploader.APIError](err); ok && e.Message != "" {
		return e.Message
	}
	return err.Error()
}

// Facts are what the screen has done since a lesson was begun.
type Facts struct {
	// Account says whether there are credentials to sign with.
	Account bool
	// Now is the request on screen, and Began what the lesson started with.
	Now   uploader.Prepared
	Began uploader.Draft
	// Command is the cURL command on screen, Copied what was copied last.
	Command, Copied string
	// Status is that of the last answer that came, Sent whether it was an upload.
	Status int
	Sent   bool
	// Said is the message of that answer.
	Said string
}

// Look says whether a step on the screen is done.
func Look(l Lesson, f Facts) Verdict {
	v := Verdict{Tried: true, Status: f.Status, Said: f.Said}
	p := f.Now
	if l.Goal != Sent {
		v.Status, v.Said = 0, ""
	}
	switch l.Goal {
	case HasAccount:
		v.need(f.Account, "there are no credentials: cloud name, API key and API secret")
	case Renewed:
		v.need(p.Timestamp != f.Began.Timestamp && p.Freshness.State == signer.Fresh, "the timestamp is still the old one: ctrl+t in the form takes the time of now")
	case Changed:
		same := p.Draft().Get(l.GoalName) == f.Began.Get(l.GoalName)
		v.need(!same, l.GoalName+" is as it was: change it in the form, and watch the signature")
		v.need(same || p.Trace.Signature != "" && sends(p, l.GoalName), l.GoalName+" is not part of a signed request now")
	case Copied:
		v.need(f.Copied != "", "no command was copied since the lesson began: ctrl+y in the form copies it")
		v.need(f.Copied == "" || f.Copied == f.Command, "the request has changed since: what was copied is not the command on screen any more")
	case Sent:
		v.need(f.Status != 0, "nothing was sent since the lesson began: ctrl+s in the form sends it")
		v.need(f.Status == 0 || f.Sent, "it was sent, and refused: read the answer, mend it, and send again")
	}
	v.OK = v.Why == ""
	return v
}

// sends reports whether a parameter is signed and sent.
func sends(p uploader.Prepared, name string) bool {
	return slices.ContainsFunc(p.Trace.Steps, func(s signer.Step) bool { return s.Name == name })
}

// need notes the first thing that is missing.
func (v *Verdict) need(is bool, why string) {
	if !is && v.Why == "" {
		v.Why = why
	}
}

// Pieces are a string to sign, one parameter a line, as it is edited.
func Pieces(stringToSign string) string { return strings.ReplaceAll(stringToSign, "&", "\n") }

// Joined is the string to sign of lines. Empty lines are left out.
func Joined(lines string) string {
	var kept []string
	for line := range strings.SplitSeq(lines, "\n") {
		if line != "" {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "&")
}

// FieldLines are fields, one name=value a line, as they are edited.
func FieldLines(fields []signer.Param) string {
	lines := make([]string, len(fields))
	for i, f := range fields {
		lines[i] = f.Name + "=" + f.Value
	}
	return strings.Join(lines, "\n")
}

// Fields are the fields of lines. A line without = is a field without a value.
func Fields(lines string) []signer.Param {
	var out []signer.Param
	for line := range strings.SplitSeq(lines, "\n") {
		name, value, _ := strings.Cut(line, "=")
		if line != "" {
			out = append(out, signer.Param{Name: strings.TrimSpace(name), Value: value})
		}
	}
	return out
}

// Restamped puts a timestamp in the place of those in a request.
func Restamped(r tamper.Request, stamp string) tamper.Request {
	lines := strings.Split(r.Text, "&")
	for i, l := range lines {
		if was, ok := strings.CutPrefix(l, "timestamp="); ok {
			lines[i] = "timestamp=" + stamp
			if len(was) == len(stamp)+3 { // milliseconds: that is for the person to find
				lines[i] += "000"
			}
		}
	}
	r.Text = strings.Join(lines, "&")
	r.Fields = slices.Clone(r.Fields)
	for i := range r.Fields {
		if r.Fields[i].Name == "timestamp" {
			r.Fields[i].Value = stamp
		}
	}
	return r
}
