package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sourceFile is a file of the product: no test.
type sourceFile struct {
	dir, path string
	ast       *ast.File
	set       *token.FileSet
}

func sources(t *testing.T) []sourceFile {
	t.Helper()
	var files []sourceFile
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != "." || d.Name() == "testdata" || path == filepath.Join("signer", "bench")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, path, nil, 0)
		if err != nil {
			return err
		}
		files = append(files, sourceFile{filepath.ToSlash(filepath.Dir(path)), path, f, set})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files were found", len(files))
	}
	return files
}

// rule is what a package may import besides the standard library. A prefix ends in a
// slash. std lists what of the standard library it may import; nil is everything but
// what not names.
type rule struct {
	std, not, other []string
}

const (
	tea      = "charm.land/bubbletea/v2"
	bubbles  = "charm.land/bubbles/v2/"
	lipgloss = "charm.land/lipgloss/v2"
)

// pureStd is what a package without a clock or I/O may use.
var pureStd = []string{"bytes", "crypto/", "encoding/", "errors", "fmt", "hash", "iter", "maps", "math/bits", "slices", "strconv", "strings", "sync", "time", "unicode", "unicode/", "net/url"}

var noIO = []string{"net/http", "os", "os/", "net", "log", "log/", "io/fs", "syscall"}

// table is the direction of dependencies: who may import whom. The screens do no HTTP
// and no I/O, the signer is pure, and the sandbox is an independent reading of the
// protocol: it does not know the client.
var table = map[string]rule{
	".":                       {other: []string{"signpost/ui/cli"}},
	"signer":                  {std: pureStd},
	"signer/verify":           {std: pureStd, other: []string{"signpost/signer"}},
	"signer/diagnose":         {std: append([]string{"encoding", "html", "regexp"}, pureStd...), other: []string{"signpost/signer", "signpost/signer/visible", "golang.org/x/text/"}},
	"signer/visible":          {std: []string{"strings", "strconv", "unicode", "unicode/"}},
	"uploader":                {other: []string{"signpost/signer", "signpost/signer/visible", "github.com/joho/godotenv", "golang.org/x/net/idna", "golang.org/x/sys/unix"}},
	"uploader/bench":          {other: []string{"signpost/"}},
	"uploader/bench/discard":  {},
	"uploader/catalog":        {std: append([]string{"path"}, pureStd...), other: []string{"signpost/signer", "golang.org/x/text/unicode/norm"}},
	"uploader/export":         {not: noIO, other: []string{"signpost/signer", "signpost/signer/visible", "signpost/uploader", "signpost/uploader/catalog"}},
	"uploader/importer":       {not: noIO, other: []string{"signpost/signer", "signpost/signer/diagnose", "signpost/signer/visible", "signpost/uploader", "signpost/uploader/catalog", "mvdan.cc/sh/v3/syntax", "github.com/joho/godotenv"}},
	"uploader/lens":           {std: pureStd, other: []string{"signpost/signer", "signpost/uploader/catalog", "golang.org/x/text/collate", "golang.org/x/text/language"}},
	"uploader/profiles":       {not: []string{"net/http", "log"}, other: []string{"signpost/signer", "signpost/signer/visible", "signpost/uploader", "github.com/zalando/go-keyring", "github.com/adrg/xdg", "golang.org/x/sys/"}},
	"uploader/tamper":         {not: noIO, other: []string{"signpost/signer", "signpost/uploader"}},
	"uploader/queue":          {not: noIO, other: []string{"signpost/uploader"}},
	"uploader/journal":        {other: []string{"signpost/signer", "signpost/uploader", "signpost/uploader/queue", "go.etcd.io/bbolt", "go.etcd.io/bbolt/errors", "golang.org/x/sys/unix", "golang.org/x/sys/windows"}},
	"uploader/sandbox":        {other: []string{"signpost/signer", "signpost/uploader/sandbox/render", "golang.org/x/image/", "golang.org/x/sys/"}},
	"uploader/sandbox/render": {not: noIO, other: []string{"golang.org/x/image/", "github.com/HugoSmits86/nativewebp"}},
	"ui":                      {not: noIO, other: []string{tea, bubbles, "signpost/uploader/queue", "signpost/signer", "signpost/signer/diagnose", "signpost/signer/verify", "signpost/signer/visible", "signpost/uploader", "signpost/uploader/catalog", "signpost/uploader/export", "signpost/uploader/importer", "signpost/uploader/lens", "signpost/uploader/tamper", "signpost/ui/"}},
	"ui/text":                 {not: noIO, other: []string{lipgloss, "github.com/charmbracelet/x/ansi", "signpost/signer/visible"}},
	"ui/theme":                {not: noIO, other: []string{lipgloss, "signpost/ui/text"}},
	"ui/markdown":             {not: noIO, other: []string{"github.com/yuin/goldmark", "github.com/yuin/goldmark/ast", "github.com/yuin/goldmark/text", "signpost/signer/visible", "signpost/ui/text", "signpost/ui/theme"}},
	"ui/term":                 {other: []string{tea, "github.com/charmbracelet/x/term", "github.com/atotto/clipboard", "github.com/cli/browser", "golang.org/x/sys/", "signpost/signer/visible"}},
	"ui/browser/disk":         {other: []string{"signpost/ui/browser"}},
	"ui/plain":                {not: noIO, other: []string{"signpost/signer", "signpost/signer/visible", "signpost/uploader", "signpost/uploader/catalog", "signpost/uploader/export", "signpost/uploader/importer", "signpost/ui", "signpost/ui/form", "signpost/ui/importing", "signpost/ui/widget"}},
	"ui/bench":                {other: []string{tea, bubbles, "github.com/creack/pty"}},
	"ui/cli":                  {other: []string{tea, "github.com/", "mvdan.cc/sh/v3/syntax", "signpost/"}},
}

// screenRule is for every package below ui that has no row of its own.
var screenRule = rule{not: noIO, other: []string{tea, bubbles, "signpost/uploader/queue", "github.com/rivo/uniseg", "signpost/signer", "signpost/signer/diagnose", "signpost/signer/verify", "signpost/signer/visible", "signpost/uploader", "signpost/uploader/catalog", "signpost/uploader/export", "signpost/uploader/importer", "signpost/uploader/lens", "signpost/uploader/tamper", "signpost/ui/"}}

// inTable reports whether an import path is on a list.
func inTable(list []string, path string) bool {
	return slices.ContainsFunc(list, func(entry string) bool {
		return path == entry || strings.HasSuffix(entry, "/") && strings.HasPrefix(path, entry)
	})
}

// TestImports keeps to the table.
func TestImports(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		r, ok := table[f.dir]
		if !ok && strings.HasPrefix(f.dir, "ui/") {
			r, ok = screenRule, true
		}
		if !ok {
			t.Errorf("%s: package %s has no row in the table of imports", f.path, f.dir)
			continue
		}
		for _, spec := range f.ast.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			first, _, _ := strings.Cut(path, "/")
			isStd := !strings.Contains(first, ".") && first != "signpost"
			switch {
			case isStd && r.std != nil && !inTable(r.std, path),
				isStd && inTable(r.not, path),
				!isStd && !inTable(r.other, path):
				t.Errorf("%s must not import %s", f.path, path)
			}
		}
	}
}

// TestT1OnlyCleanTextIsDrawn: threats T1 and T2. What screens draw is of the type
// visible.Text. Literals become it by themselves; a string from outside has to pass
// visible.Clean, because a conversion fails here. And only ui/text and ui/theme reach
// the library that styles plain strings.
func TestT1OnlyCleanTextIsDrawn(t *testing.T) {
	t.Parallel()
	for _, f := range sources(t) {
		if f.dir == "signer/visible" {
			continue
		}
		for _, pos := range uncleaned(f.ast) {
			t.Errorf("%s: a plain string may become a visible.Text here; use visible.Clean", f.set.Position(pos))
		}
		if !strings.HasPrefix(f.dir, "ui") || f.dir == "ui/text" || f.dir == "ui/theme" {
			continue
		}
		for _, spec := range f.ast.Imports {
			if path := strings.Trim(spec.Path.Value, `"`); path == lipgloss {
				t.Errorf("%s imports %s: plain strings could be drawn with it", f.path, path)
			}
		}
	}
}

// uncleaned finds where a file makes a visible.Text without visible.Clean: by a
// conversion of something else than a literal, or by what would hide a conversion from
// this check (another name for the package or for the type, and a type parameter).
func uncleaned(f *ast.File) []token.Pos {
	var found []token.Pos
	for _, spec := range f.Imports {
		if strings.Trim(spec.Path.Value, `"`) == "signpost/signer/visible" && spec.Name != nil {
			found = append(found, spec.Pos())
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.CallExpr:
			if len(n.Args) == 1 && isText(n.Fun) && !isLiteral(n.Args[0]) {
				found = append(found, n.Pos())
			}
		case *ast.TypeSpec:
			if isText(n.Type) {
				found = append(found, n.Pos())
			}
		case *ast.UnaryExpr: // ~string can be converted to from a string
			if id, ok := n.X.(*ast.Ident); ok && n.Op == token.TILDE && id.Name == "string" {
				found = append(found, n.Pos())
			}
		case *ast.BinaryExpr: // a constraint string | visible.Text
			if n.Op == token.OR && (isText(n.X) || isText(n.Y)) {
				found = append(found, n.Pos())
			}
		}
		return true
	})
	return found
}

// isText reports whether an expression is the type visible.Text, in parentheses or not.
func isText(e ast.Expr) bool {
	sel, ok := ast.Unparen(e).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Text" {
		return false
	}
	pkg, ok := sel.X.(*ast.Ident)
	return ok && pkg.Name == "visible"
}

// TestUncleaned: the check above finds what it is for, and nothing else.
func TestUncleaned(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]int{
		`var x = visible.Text("literal")`:                             0,
		`var x = visible.Text("a" + ("b"))`:                           0,
		`var x = visible.Text("a" + signer.Mask)`:                     0,
		`var x = visible.Clean(s)`:                                    0,
		`var x visible.Text = "literal"`:                              0,
		`type row struct{ t visible.Text }`:                           0,
		`var x = other.Text(s)`:                                       0,
		`var x = visible.Text(s)`:                                     1,
		`var x = visible.Text("a" + s)`:                               1,
		`var x = (visible.Text)(s)`:                                   1,
		`var x = []visible.Text{"a", visible.Text(f(1))}`:             1,
		`type mine visible.Text`:                                      1,
		`type mine = visible.Text`:                                    1,
		`func f[T ~string](s string) T { return T(s) }`:               1,
		`func f[T string | visible.Text](s string) T { return T(s) }`: 1,
	} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nimport \"signpost/signer/visible\"\n"+body, 0)
		if err != nil {
			t.Fatal(err)
		}
		if got := uncleaned(f); len(got) != want {
			t.Errorf("%s: found %d, want %d", body, len(got), want)
		}
	}
	for _, name := range []string{"v", "."} {
		f, err := parser.ParseFile(token.NewFileSet(), "x.go", "package x\nimport "+name+" \"signpost/signer/visible\"", 0)
		if err != nil {
			t.Fatal(err)
		}
		if len(uncleaned(f)) != 1 {
			t.Errorf("an import of the package as %s is not found", name)
		}
	}
}

// isLiteral reports whether an expression is made of literals and constants of ours.
func isLiteral(e ast.Expr) bool {
	switch e := ast.Unparen(e).(type) {
	case *ast.BasicLit:
		return true
	case *ast.BinaryExpr:
		return isLiteral(e.X) && isLiteral(e.Y)
	case *ast.SelectorExpr: // signer.Mask
		pkg, ok := e.X.(*ast.Ident)
		return ok && pkg.Name == "signer" && e.Sel.Name == "Mask"
	}
	return false
}

// TestT20WhoReadsTheSecret: the one door to the secret's text is for the keyring's
// adapter, and for the doctor, which makes variants of it (threat T20).
func TestT20WhoReadsTheSecret(t *testing.T) {
	t.Parallel()
	found := map[string]int{}
	for _, f := range sources(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && s.Sel.Name == "Reveal" {
				found[f.dir]++
				if f.dir != "uploader/profiles" && f.dir != "signer/diagnose" {
					t.Errorf("%s: reads the secret", f.set.Position(s.Pos()))
				}
			}
			return true
		})
	}
	if found["uploader/profiles"] != 1 || found["signer/diagnose"] == 0 {
		t.Errorf("the secret is read in %v, want the keyring's adapter and the doctor", found)
	}
}
