package lesson_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"signpost/signer"
	"signpost/ui/lesson"
	"signpost/uploader"
	"signpost/uploader/sandbox"
	"signpost/uploader/tamper"
)

// now is the tests' clock.
var now = time.Unix(1795423500, 0)

const base = "http://127.0.0.1:8787"

var account = uploader.SandboxAccount(base)

func file(typed string) uploader.File {
	return uploader.ParseFile(typed, uploader.FileOptions{SampleURL: base + "/sample/" + sandbox.SampleName, SampleName: sandbox.SampleName})
}

// sender gives requests to a sandbox of its own, without a socket.
func sender(t *testing.T) func(uploader.Prepared) (*uploader.Result, error) {
	t.Helper()
	box := sandbox.New(sandbox.Options{Clock: func() time.Time { return now }})
	t.Cleanup(func() { _ = box.Close() })
	client := uploader.New(uploader.ClientConfig{Transport: box.Client().Transport, Now: func() time.Time { return now }})
	return func(p uploader.Prepared) (*uploader.Result, error) {
		return client.Upload(context.Background(), p, nil)
	}
}

// judge sends a request and judges the answer.
func judge(l lesson.Lesson, r tamper.Request, send func(uploader.Prepared) (*uploader.Result, error)) lesson.Verdict {
	p := r.Prepared()
	result, err := send(p)
	return lesson.Judge(l, p.Fields, result, err)
}

// TestEveryLesson: the files are sound; a repair's broken request is refused by the real
// sandbox in the words that the lesson says, and the model solution is accepted.
func TestEveryLesson(t *testing.T) {
	t.Parallel()
	c, problems := lesson.Read(lesson.Sources())
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	kinds := map[lesson.Kind]int{}
	for i, l := range c {
		kinds[l.Kind]++
		if c.Find(l.ID) != i || l.Learn == "" || l.Kind != lesson.Tell && len(l.Hints) != 3 {
			t.Errorf("%s: it cannot be found, or lacks a hint or what is to be learnt", l.File)
		}
		t.Run(l.ID, func(t *testing.T) {
			t.Parallel()
			send := sender(t)
			right, err := l.Right(account, file(l.Draft.File), now)
			if l.Off != 0 {
				if right, err = l.Right(account, file(l.Draft.File), now.Add(-l.Off)); err == nil {
					right = lesson.Restamped(right, "1795423500")
				}
			}
			if err != nil {
				t.Fatal(err)
			}
			v := judge(l, right, send)
			if l.Goal == lesson.Changed {
				if v.OK {
					t.Error("nothing was changed, and it counts")
				}
			} else if !v.OK || v.Status != 200 {
				t.Errorf("the model solution: %+v", v)
			}
			if l.Kind != lesson.Repair {
				return
			}
			broken, err := l.Broken(account, file(l.Draft.File), now)
			if err != nil {
				t.Fatal(err)
			}
			if v := judge(l, broken, send); v.OK || !strings.HasPrefix(v.Said, l.Says) || v.Status < 400 {
				t.Errorf("the broken request: %+v, want %q", v, l.Says)
			}
			if strings.Contains(right.Prepared().Trace.StringToSign, "\n") || lesson.Joined(lesson.Pieces(broken.Text)) != broken.Text {
				t.Error("the string cannot be edited as lines")
			}
			if !slices.Equal(lesson.Fields(lesson.FieldLines(broken.Fields)), broken.Fields) {
				t.Error("the fields cannot be edited as lines")
			}
		})
	}
	if kinds[lesson.Repair] < 12 || kinds[lesson.Do] < 6 || kinds[lesson.Tell] < 3 {
		t.Errorf("the course has %v", kinds)
	}
}

// TestContentFits: code of the lessons fits into 80 columns, that of a repair beside the
// request on 120, and there is no trace of tabs.
func TestContentFits(t *testing.T) {
	t.Parallel()
	for _, f := range lesson.Sources() {
		inCode, most := false, 74
		if strings.Contains(f.Text, "\nkind: repair\n") {
			most = 54
		}
		for i, line := range strings.Split(f.Text, "\n") {
			if strings.HasPrefix(line, "```") {
				inCode = !inCode
			}
			if n := len([]rune(line)); inCode && n > most || strings.Contains(line, "\t") {
				t.Errorf("%s:%d: %d characters of code", f.Name, i+1, n)
			}
		}
	}
}

// TestShortcuts: what the server takes is not enough where the upload asks for more.
func TestShortcuts(t *testing.T) {
	t.Parallel()
	c := lesson.Embedded()
	send := sender(t)
	find := func(id string) lesson.Lesson { return c[c.Find(id)] }
	for name, try := range map[string]struct {
		lesson string
		change func(*tamper.Request)
		want   string
	}{
		"the preset is dropped": {"unsigned-preset", func(r *tamper.Request) {
			r.Fields = slices.DeleteFunc(r.Fields, func(f signer.Param) bool { return f.Name == "upload_preset" })
		}, "upload_preset is not in it any more"},
		"the tags are not signed": {"unsent", func(r *tamper.Request) {
			r.Text = strings.Replace(r.Text, "tags=workshop,cat&", "", 1)
		}, "tags is not in it any more"},
		"the caption is cut": {"ampersand", func(r *tamper.Request) {
			r.Text = strings.Replace(r.Text, "%26 dogs", "", 1)
		}, "context is sent with another value"},
		"it goes unsigned": {"no-signature", func(r *tamper.Request) {
			for i := range r.Fields {
				if r.Fields[i].Name == "upload_preset" {
					r.Fields[i].Value = "ml_default"
				}
			}
		}, "upload_preset is sent with another value"},
	} {
		l := find(try.lesson)
		r, err := l.Broken(account, file(l.Draft.File), now)
		if err != nil {
			t.Fatal(err)
		}
		try.change(&r)
		if v := judge(l, r, send); v.OK || !strings.Contains(v.Why, try.want) {
			t.Errorf("%s: %+v", name, v)
		}
	}
	// A list may be sent as several fields: the service joins them.
	l := find("array")
	r, _ := l.Right(account, file(l.Draft.File), now)
	for i, f := range r.Fields {
		if f.Name == "tags" {
			r.Fields = append(slices.Delete(slices.Clone(r.Fields), i, i+1), signer.Param{Name: "tags[]", Value: "cat"}, signer.Param{Name: "tags[]", Value: "van"})
			break
		}
	}
	if v := judge(l, r, send); !v.OK {
		t.Errorf("a list of two fields: %+v", v)
	}
}

// TestRestamped: both timestamps are new, and milliseconds stay milliseconds.
func TestRestamped(t *testing.T) {
	t.Parallel()
	c := lesson.Embedded()
	for id, want := range map[string]string{"stale": "tags=workshop&timestamp=1795430000", "milliseconds": "timestamp=1795430000000"} {
		l := c[c.Find(id)]
		r, err := l.Broken(account, file(l.Draft.File), now)
		if err != nil {
			t.Fatal(err)
		}
		s := lesson.Restamped(r, "1795430000")
		at := slices.IndexFunc(s.Fields, func(f signer.Param) bool { return f.Name == "timestamp" })
		if !strings.HasSuffix(s.Text, want) || s.Fields[at].Value != "1795430000" || r.Fields[at].Value == "1795430000" {
			t.Errorf("%s: %q, %v", id, s.Text, s.Fields)
		}
	}
}

// TestLook: each goal is reached by what was done, and by nothing less.
func TestLook(t *testing.T) {
	t.Parallel()
	prepare := func(d uploader.Draft) uploader.Prepared {
		p, err := uploader.Prepare(d, account, file(d.File), now)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	start := uploader.TutorialDraft()
	start.Timestamp = "1795416300"
	old := prepare(start)
	fresh := start
	fresh.Timestamp = "1795423500"
	off := start.With("tags", "a")
	off.Params[len(off.Params)-1].Off = true
	for name, c := range map[string]struct {
		goal lesson.Goal
		of   string
		f    lesson.Facts
		want string
	}{
		"no account":    {lesson.HasAccount, "", lesson.Facts{}, "no credentials"},
		"account":       {lesson.HasAccount, "", lesson.Facts{Account: true}, ""},
		"not renewed":   {lesson.Renewed, "", lesson.Facts{Now: old}, "still the old one"},
		"renewed":       {lesson.Renewed, "", lesson.Facts{Now: prepare(fresh)}, ""},
		"unchanged":     {lesson.Changed, "public_id", lesson.Facts{Now: old}, "is as it was"},
		"changed":       {lesson.Changed, "public_id", lesson.Facts{Now: prepare(start.With("public_id", "x"))}, ""},
		"emptied":       {lesson.Changed, "public_id", lesson.Facts{Now: prepare(start.With("public_id", ""))}, "not part of a signed request"},
		"added":         {lesson.Changed, "tags", lesson.Facts{Now: prepare(start.With("tags", "a"))}, ""},
		"switched off":  {lesson.Changed, "tags", lesson.Facts{Now: prepare(off)}, "not part of a signed request"},
		"not copied":    {lesson.Copied, "", lesson.Facts{Command: "curl"}, "no command was copied"},
		"copied before": {lesson.Copied, "", lesson.Facts{Command: "curl 2", Copied: "curl 1"}, "not the command on screen any more"},
		"copied":        {lesson.Copied, "", lesson.Facts{Command: "curl", Copied: "curl"}, ""},
		"not sent":      {lesson.Sent, "", lesson.Facts{}, "nothing was sent"},
		"refused":       {lesson.Sent, "", lesson.Facts{Status: 401}, "and refused"},
		"sent":          {lesson.Sent, "", lesson.Facts{Status: 200, Sent: true}, ""},
	} {
		c.f.Began = start
		v := lesson.Look(lesson.Lesson{Kind: lesson.Do, Goal: c.goal, GoalName: c.of}, c.f)
		if v.OK != (c.want == "") || !strings.Contains(v.Why, c.want) {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

const good = "---\nid: a\norder: 1\ntitle: T\nkind: repair\nparam: tags=x\nmistake: unsigned tags\nsays: Invalid\n---\ntext\n"

// TestReadWrong: a file that is wrong is named with line and reason, and left out.
func TestReadWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"empty":           {"", "f.md:1: the first line"},
		"no end":          {"---\nid: a\n", "f.md:1: the data in front"},
		"no text":         {strings.Replace(good, "text\n", "", 1), "f.md:9: there is no text"},
		"no colon":        {strings.Replace(good, "id: a", "id a", 1), `f.md:2: "id a" is not`},
		"no value":        {strings.Replace(good, "id: a", "id:", 1), "f.md:2: id has no value"},
		"bad id":          {strings.Replace(good, "id: a", "id: A b", 1), "f.md:2: id"},
		"bad order":       {strings.Replace(good, "order: 1", "order: first", 1), "f.md:3: order"},
		"twice":           {strings.Replace(good, "order: 1", "id: b", 1), "f.md:3: id stands in line 2"},
		"bad kind":        {strings.Replace(good, "kind: repair", "kind: play", 1), "f.md:5: kind"},
		"unknown":         {strings.Replace(good, "title: T", "titel: T", 1), `f.md:4: "titel" is no name`},
		"long title":      {strings.Replace(good, "title: T", "title: "+strings.Repeat("é", 61), 1), "f.md:4: the title has 61"},
		"bad mistake":     {strings.Replace(good, "unsigned tags", "unsinged tags", 1), "f.md:7: mistake \"unsinged\" is unknown"},
		"idle mistake":    {strings.Replace(good, "unsigned tags", "unsigned folder", 1), "f.md:7: mistake \"unsigned folder\": there is no such"},
		"no mistake":      {strings.Replace(good, "mistake: unsigned tags\n", "", 1), "f.md:5: a repair needs a mistake"},
		"no says":         {strings.Replace(good, "says: Invalid\n", "", 1), "f.md:5: a repair needs says"},
		"goal of repair":  {strings.Replace(good, "says: Invalid", "says: Invalid\ngoal: sent", 1), "f.md:9: only a lesson of the kind do"},
		"no goal":         {strings.Replace(good, "repair", "do", 1), "f.md:5: a lesson of the kind do needs a goal"},
		"bad goal":        {strings.Replace(good, "says: Invalid", "goal: won", 1), "f.md:8: goal \"won\" is unknown"},
		"goal of nothing": {strings.Replace(good, "says: Invalid", "goal: changed", 1), "f.md:8: goal changed needs"},
		"goal too much":   {strings.Replace(good, "says: Invalid", "goal: sent twice", 1), "f.md:8: goal sent takes no name"},
		"bad param":       {strings.Replace(good, "tags=x", "tags", 1), "f.md:6: param"},
		"bad param name":  {strings.Replace(good, "tags=x", "Tags&=x", 1), "f.md:6: parameter"},
		"bad timestamp":   {strings.Replace(good, "says: Invalid", "timestamp: 2", 1), "f.md:8: timestamp"},
		"bad resource":    {strings.Replace(good, "says: Invalid", "resource_type: film", 1), "f.md:8: resource_type"},
		"missing":         {strings.Replace(good, "order: 1\n", "", 1), "f.md: order is missing"},
		"four hints":      {strings.Replace(good, "says: Invalid", "hint: a\nhint: b\nhint: c\nhint: d", 1), "f.md:11: there are three hints"},
		"too long":        {strings.Repeat("x", lesson.MaxBytes+1), "f.md: it has 65537 bytes"},
		"a long line":     {strings.Replace(good, "tags=x", "tags="+strings.Repeat("x", 5000), 1), "f.md:6: param has 5005 bytes"},
		"not text":        {"\x00\x1b[2J\xff", "f.md:1: the first line"},
	} {
		got, problems := lesson.Read([]lesson.Source{{Name: "f.md", Text: c.text}})
		if len(got) != 0 || len(problems) == 0 || !strings.HasPrefix(problems[0].String(), c.want) {
			t.Errorf("%s: %d lessons, %v", name, len(got), problems)
		}
	}
	if c, problems := lesson.Read([]lesson.Source{{Name: "f.md", Text: "\ufeff" + strings.ReplaceAll(good, "\n", "\r\n")}}); len(c) != 1 || c[0].Text != "text" {
		t.Errorf("with carriage returns: %v", problems)
	}
	c, problems := lesson.Read([]lesson.Source{{"a.md", good}, {"b.md", good}, {"c.md", strings.Replace(good, "id: a", "id: c", 1)}})
	if len(c) != 1 || len(problems) != 3 || !strings.Contains(problems[0].String(), "that of a.md") || !strings.Contains(problems[2].String(), "the order 1 is that of a.md") {
		t.Errorf("doubles: %v", problems)
	}
	if c, problems := lesson.Read(make([]lesson.Source, lesson.MaxFiles+1)); len(c) != 0 || !strings.Contains(problems[0].Reason, "more than 200") {
		t.Errorf("many files: %d, %v", len(c), problems[0])
	}
}

// FuzzRead: no file makes it panic.
func FuzzRead(f *testing.F) {
	f.Add(good)
	for _, s := range lesson.Sources() {
		f.Add(s.Text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, problems := lesson.Read([]lesson.Source{{Name: "f.md", Text: text}})
		if len(c)+len(problems) == 0 {
			t.Error("neither a lesson nor a problem")
		}
	})
}

// TestFind takes numbers and ids.
func TestFind(t *testing.T) {
	t.Parallel()
	c := lesson.Embedded()
	for name, want := range map[string]int{"1": 0, "01": 0, "env": 0, "2": 1, "0": -1, "": -1, "99": -1, "-1": -1, "x": -1} {
		if got := c.Find(name); got != want {
			t.Errorf("%q: %d, want %d", name, got, want)
		}
	}
	states := map[string]lesson.State{"env": lesson.Done, "timestamp": lesson.Skipped}
	if c.Next(states) != 2 || c.Count(states) != 1 || c.Next(nil) != 0 {
		t.Error("what comes next is not what is not done")
	}
}

// TestDocs: the page for presenters knows every mistake, and its example is a lesson.
func TestDocs(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../docs/lessons.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, k := range tamper.Kinds {
		if !strings.Contains(page, "\n| `"+string(k.Kind)+"`") && !strings.Contains(page, "\n| `"+string(k.Kind)+" ") {
			t.Errorf("it does not know the mistake %s", k.Kind)
		}
	}
	_, rest, _ := strings.Cut(page, "```markdown\n")
	example, _, _ := strings.Cut(rest, "```")
	if c, problems := lesson.Read([]lesson.Source{{Name: "example", Text: example}}); len(c) != 1 {
		t.Error(problems)
	}
}
