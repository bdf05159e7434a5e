//go:build linux

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// changing takes a share of the body, lets something happen to the file, and goes on.
func changing(do func(path string)) turn {
	return during(10, func(x *exchange) {
		do(filepath.Join(x.s.dir, "a.bin"))
		x.req.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		if rest, ok := readRest(x); ok {
			x.answer(200, "", asset{publicID: "x", content: make([]byte, rest)}.json())
			x.s.mu.Lock()
			x.s.assets = append(x.s.assets, asset{publicID: "x"})
			x.s.mu.Unlock()
		}
	})
}

// readRest reads a form of which the beginning is read already: it is kept only where it
// is closed.
func readRest(x *exchange) (int64, bool) {
	tail, n := make([]byte, 0, 8192), int64(0)
	buf := make([]byte, 4096)
	for {
		k, err := x.req.Body.Read(buf)
		n += int64(k)
		if tail = append(tail, buf[:k]...); len(tail) > 4096 {
			tail = tail[len(tail)-4096:]
		}
		if err != nil {
			return n, strings.HasSuffix(string(tail), "--\r\n")
		}
	}
}

func rewrite(path string, size int) { _ = os.WriteFile(path, make([]byte, size), 0o600) }

// betweenParts takes a part and lets something happen to the file.
func betweenParts(do func(path string)) turn {
	return turn{do: func(x *exchange) {
		if x.all() {
			a := x.keep()
			do(filepath.Join(x.s.dir, "a.bin"))
			x.answer(200, "", a)
		}
	}}
}

// modify changes a file that keeps its size.
func modify(path string) {
	if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
		_, _ = f.WriteString("other")
		_ = f.Close()
	}
}

func grow(path string) {
	if f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0); err == nil {
		_, _ = f.WriteString("more")
		_ = f.Close()
	}
}

func replace(path string) { _ = os.Rename(path, path+".old"); rewrite(path, 10) }

// fileTrials are the rows about the file itself.
func fileTrials() []trial {
	changed := []string{"changed while it was uploaded"}
	one := func(name string) []string { return []string{name, "--resource-type", "raw"} }
	local := func(what, name string, file func(dir string) error, says ...string) trial {
		return trial{name: "file: " + what, files: one(name), file: file, exit: 6, says: append(says, "hint:")}
	}
	link := func(target string) func(dir string) error {
		return func(dir string) error { return os.Symlink(target, filepath.Join(dir, "x")) }
	}
	list := []trial{
		{name: "file grown while sending, then stable", size: large, script: script(changing(grow)), requests: 2, assets: 1, says: []string{"sent anew"}},
		{name: "file modified while sending, then stable", size: large, script: script(changing(modify)), requests: 2, assets: 1, says: []string{"sent anew"}},
		{name: "file grown while sending, always", size: large, always: forever(changing(grow)), exit: 6, requests: 2, says: changed},
		{name: "file truncated while sending", size: large, always: forever(changing(func(p string) { rewrite(p, 0) })), exit: 6, requests: 1},
		{name: "file truncated to a half while sending, then stable", size: large, script: script(changing(func(p string) { _ = os.Truncate(p, large/2) })), requests: 2, assets: 1},
		{name: "file replaced while sending", size: large, script: script(changing(replace)), requests: 1, assets: 1, says: []string{"replaced or deleted"}},
		{name: "file deleted while sending", size: large, script: script(changing(func(p string) { _ = os.Remove(p) })), requests: 1, assets: 1, says: []string{"replaced or deleted"}},
		{name: "file grown between tries", script: script(betweenTries(grow)), exit: 6, also: []int{0}, assets: -1},
		{name: "file grown between parts", size: five, args: inParts(), script: at(1, betweenParts(grow)), exit: 6, requests: 3, says: changed},
		{name: "file modified between parts", size: five, args: inParts(), script: at(1, betweenParts(func(p string) { rewrite(p, five) })), exit: 6, requests: 3, says: changed},
		{name: "file truncated between parts", size: five, args: inParts(), script: at(1, betweenParts(func(p string) { rewrite(p, 0) })), exit: 6, says: changed},
		{name: "file replaced between parts", size: five, args: inParts(), script: at(1, betweenParts(replace)), requests: 5, assets: 1, says: []string{"replaced or deleted"}},
		{name: "file deleted between parts", size: five, args: inParts(), script: at(1, betweenParts(func(p string) { _ = os.Remove(p) })), requests: 5, assets: 1, says: []string{"replaced or deleted"}},
		local("there is none", "nosuch.bin", nil, "nosuch.bin"),
		local("empty", "x", func(d string) error { rewrite(filepath.Join(d, "x"), 0); return nil }, "empty"),
		local("a directory", "x", func(d string) error { return os.Mkdir(filepath.Join(d, "x"), 0o700) }, "directory").withoutNotes(),
		local("a FIFO", "x", func(d string) error { return unix.Mkfifo(filepath.Join(d, "x"), 0o600) }, "not a regular file"),
		local("a device", "/dev/zero", nil, "not a regular file"),
		local("a device behind a link", "x", link("/dev/zero"), "not a regular file"),
		local("below a file", "a.bin/x", nil, "a.bin/x"),
		local("a link to nothing", "x", link("nowhere"), "no such file"),
		local("a link to itself", "x", link("x"), "x"),
		local("a name that is too long", strings.Repeat("n", 300), nil, "too long"),
		local("made up by the system", "/proc/self/status", nil, "empty"),
		local("the terminal", "/dev/tty", nil, "/dev/tty"),
		local("control characters in its name", "no\x1b[2Jsuch\n\u202efile", nil, "hint:"),
		local("a pattern that matched nothing", "*.nosuch", nil, "*.nosuch"),
		{name: "file: a link", files: one("x"), file: link("a.bin"), requests: 1, assets: 1},
		{name: "file: a name with everything", files: one("we\"ird\n; name=x\x1b[2J\u202e.bin"), file: others("we\"ird\n; name=x\x1b[2J\u202e.bin"), requests: 1, assets: 1},
		{name: "file: a name that is no UTF-8", files: one("\xff\xfe.bin"), file: others("\xff\xfe.bin"), requests: 1, assets: 1},
		{name: "file: a name like a flag", files: []string{"--resource-type", "raw", "--", "-x.bin"}, file: others("-x.bin"), requests: 1, assets: 1},
		{name: "file: a name like a minus", files: one("./-"), file: others("-"), requests: 1, assets: 1},
		{name: "standard input", files: []string{"-"}, exit: 2, says: []string{"standard input"}},
	}
	if os.Geteuid() != 0 {
		list = append(list, local("unreadable", "x", func(d string) error { return os.WriteFile(filepath.Join(d, "x"), []byte("x"), 0) }, "permission denied"))
	}
	return list
}

// withoutNotes is a trial that ends before there is anything to note.
func (c trial) withoutNotes() trial {
	c.noNotes = true
	return c
}

// betweenTries refuses for now, and lets something happen to the file.
func betweenTries(do func(path string)) turn {
	return turn{do: func(x *exchange) {
		if x.all() {
			do(filepath.Join(x.s.dir, "a.bin"))
			x.answer(503, "", "{}")
		}
	}}
}

// stateTrials are the rows about what the program keeps.
func stateTrials() []trial {
	data := func(do func(dir string) error) func(dir string) error {
		return func(dir string) error {
			d := filepath.Join(dir, "data", "signpost")
			if err := os.MkdirAll(d, 0o700); err != nil {
				return err
			}
			return do(d)
		}
	}
	put := func(name, content string) func(dir string) error {
		return data(func(d string) error { return os.WriteFile(filepath.Join(d, name), []byte(content), 0o600) })
	}
	works := func(r *trialRun) error {
		out, err := history(r)
		if err != nil || !strings.Contains(out, "kept") {
			return errors.New("the history does not work afterwards: " + out)
		}
		return nil
	}
	base := func(what string, file func(string) error) trial {
		return trial{name: "state: " + what, size: five, args: inParts(), file: file, requests: 5, assets: 1}
	}
	healthy := func(what string, file func(string) error) trial {
		c := base(what, file)
		c.after = works
		return c
	}
	without := func(what string, env ...string) trial {
		c := base(what, nil)
		c.env, c.noNotes, c.says = env, true, []string{"cannot be kept"}
		return c
	}
	garbage := strings.Repeat("garbage\x00\xff", 5000)
	limited := base("no room (RLIMIT_FSIZE)", nil)
	limited.noNotes, limited.says = true, []string{"cannot be kept"}
	list := []trial{
		healthy("the journal is garbage", put("journal.db", garbage)), healthy("the history is garbage", put("history.db", garbage)),
		healthy("the journal is cut", put("journal.db", garbage[:100])), healthy("the journal is empty", put("journal.db", "")),
		healthy("the notes are garbage", put("history.notes", garbage)), healthy("the notes are cut", put("history.notes", `{"sum":"00","data":{"id"`)),
		base("a folder in place of the journal", data(func(d string) error { return os.Mkdir(filepath.Join(d, "journal.db"), 0o700) })),
		base("a FIFO in place of the journal", data(func(d string) error { return unix.Mkfifo(filepath.Join(d, "journal.db"), 0o600) })),
		without("no place for it", "XDG_DATA_HOME=/proc/nowhere"), without("a file in its place", "XDG_DATA_HOME=$DIR/a.bin"),
		{name: "state: no home", env: []string{"HOME=", "XDG_DATA_HOME="}, requests: 1, assets: 1, noNotes: true},
	}
	fifo := trial{name: "state: a FIFO in place of the notes", file: data(func(d string) error { return unix.Mkfifo(filepath.Join(d, "history.notes"), 0o600) }), requests: 1, assets: 1, noNotes: true, says: []string{"cannot be kept"}}
	two := base("two at once", nil)
	two.requests, two.assets = 0, -1
	two.script = at(0, turn{do: func(x *exchange) {
		cmd := exec.Command(program, x.s.run.cmd.Args[1:]...)
		cmd.Dir, cmd.Env = x.s.dir, x.s.run.cmd.Env
		if out, err := cmd.CombinedOutput(); err != nil {
			x.s.fault("the second: %v: %s", err, out)
		}
		take(x)
	}})
	return append(list, fifo, two, limitedSize(limited))
}

// limitedSize runs a trial in which no file can be written to.
func limitedSize(c trial) trial {
	c.wrap = []string{"sh", "-c", `ulimit -f 0; exec "$0" "$@"`}
	return c
}
