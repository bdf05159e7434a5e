package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
	"time"

	"signpost/signer"
	"signpost/ui/lesson"
	"signpost/uploader"
	"signpost/uploader/importer"
	"signpost/uploader/sandbox"
)

// checkLesson gives a pasted command to a sandbox and says whether the lesson is done.
func (a *app) checkLesson(f lessonFlags, name string) error {
	c, i, err := a.pickLesson(f, name)
	if err != nil {
		return err
	}
	l := c[i]
	v := lesson.Verdict{Tried: true, OK: true}
	switch {
	case l.Kind == lesson.Tell:
	case l.Goal == lesson.HasAccount:
		if _, err := a.credentials(); err != nil { // without any the sandbox's are there
			return err
		}
	default:
		text, err := a.readInput(nil)
		if err != nil {
			return err
		}
		if v, err = judgeText(l, text); err != nil {
			return err
		}
	}
	return a.tellLesson(l, i, v)
}

// maxPasted is how much of a pasted command is looked at, in bytes.
const maxPasted = 1 << 20

// judgeText lets the sandbox judge a pasted command.
func judgeText(l lesson.Lesson, text string) (lesson.Verdict, error) {
	p, err := pastedRequest(l, text)
	if err != nil {
		return lesson.Verdict{}, &failure{code: uploader.ExitUsage, err: err, hint: "pipe the cURL command into it, as signpost lesson N prints it"}
	}
	box := sandbox.New(sandbox.Options{})
	defer box.Close()
	result, err := tryOn(box)(context.Background(), p)
	return lesson.Judge(l, p.Fields, result, err), nil
}

// pastedRequest is a pasted command as a request to the sandbox. Its fields are sent as
// they stand; no file that it names is read: the sandbox's picture goes in its place.
func pastedRequest(l lesson.Lesson, text string) (uploader.Prepared, error) {
	fields, cloud, hasFile := jsonFields(text)
	if fields == nil {
		r := importer.Import(text)
		if len(r.Params) == 0 {
			return uploader.Prepared{}, errors.New("check: there is no request in the text")
		}
		fields, cloud, hasFile = r.Params, cloudOf(r), r.HasFile
	}
	if !hasFile {
		return uploader.Prepared{}, errors.New("check: the request has no file")
	}
	account, parse := lessonAccount()
	p, err := uploader.Prepare(l.Start(time.Now()), account, parse(uploader.SampleToken), time.Now())
	if err != nil {
		return p, err
	}
	p.Account.CloudName = cloud
	p.URL, p.Fields, p.TimestampByHand = uploader.Endpoint(p.Account, l.Draft.ResourceType), fields, true
	return p, nil
}

// cloudOf is the cloud name in the address of a command; the sandbox's where it has none.
func cloudOf(r importer.Result) string {
	if r.CloudName != "" {
		return r.CloudName
	}
	if u, err := url.Parse(r.Endpoint); err == nil {
		if rest, ok := strings.CutPrefix(u.Path, "/v1_1/"); ok {
			cloud, _, _ := strings.Cut(rest, "/")
			return cloud
		}
	}
	return uploader.SandboxCloud
}

// jsonFields reads an object of texts and numbers, in its order; nil where it is none.
func jsonFields(text string) (fields []signer.Param, cloud string, hasFile bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, "", false
	}
	cloud = uploader.SandboxCloud
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, "", false
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, "", false
		}
		key, text := name.(string), fmt.Sprint(value)
		switch list, isList := value.([]any); {
		case isList:
			for _, item := range list {
				fields = append(fields, signer.Param{Name: key + "[]", Value: fmt.Sprint(item)})
			}
		case key == "file":
		case key == "cloud_name":
			cloud = text
		default:
			fields = append(fields, signer.Param{Name: key, Value: text})
		}
	}
	if _, err := d.Token(); err != nil {
		return nil, "", false
	}
	return fields, cloud, true
}

// lessonJSON is what check --json prints.
type lessonJSON struct {
	Lesson  int    `json:"lesson"`
	ID      string `json:"id"`
	OK      bool   `json:"ok"`
	Status  int    `json:"status"`
	Message string `json:"message"`
	Missing string `json:"missing"`
}

// lessonDone keeps that a lesson is done, and says so.
func (a *app) lessonDone(l lesson.Lesson, i int) string {
	store := a.openJournal()
	defer store.Close()
	if err := store.SaveLesson(l.ID, string(lesson.Done)); err != nil {
		a.say("warning: the lesson is done, but that could not be kept: %s", err)
	}
	return strings.TrimSpace(fmt.Sprintf("lesson %d is done. %s", i+1, l.Learn))
}

// lessonFailure is why a lesson is not done.
func lessonFailure(i int, v lesson.Verdict) error {
	why := v.Why
	if v.Said != "" {
		why = fmt.Sprintf("%d %s", v.Status, v.Said)
	}
	return &failure{code: uploader.ExitRefused, err: fmt.Errorf("lesson %d: %s", i+1, why), hint: fmt.Sprintf("signpost lesson hint %d gives a hint", i+1)}
}

func (a *app) tellLesson(l lesson.Lesson, i int, v lesson.Verdict) error {
	done := ""
	if v.OK {
		done = a.lessonDone(l, i)
	}
	if a.flags.json {
		raw, err := json.Marshal(lessonJSON{i + 1, l.ID, v.OK, v.Status, v.Said, v.Why})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(a.world.Stdout, escapeJSON(string(raw))+"\n"); err != nil {
			return err
		}
	}
	switch {
	case !v.OK:
		return lessonFailure(i, v)
	case a.flags.json:
		return nil
	}
	return a.print(done)
}
