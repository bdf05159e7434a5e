// Package markdown draws Markdown as lines of a screen: headings, paragraphs, lists,
// quotations, code, emphasis and links. What it has no way to draw, such as HTML, stands
// there as it is written: nothing of a text is lost, nothing of it is run.
package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	source "github.com/yuin/goldmark/text"

	"signpost/signer/visible"
	"signpost/ui/text"
	"signpost/ui/theme"
)

// MaxBytes is the longest text that is drawn; the rest of a longer one is left out.
const MaxBytes = 256 << 10

// Lines draws a text for w cells. Every piece of it is made visible first; paragraphs are
// wrapped at words, and code at the edge.
func Lines(md string, w int, th theme.Theme) []text.Line {
	raw := []byte(md[:min(len(md), MaxBytes)])
	d := drawer{raw: raw, th: th}
	doc := goldmark.DefaultParser().Parse(source.NewReader(raw))
	return d.blocks(doc, max(w, 8))
}

type drawer struct {
	raw []byte
	th  theme.Theme
}

// blocks draws what stands in a block, with a blank line between two of them.
func (d drawer) blocks(parent ast.Node, w int) []text.Line {
	var out []text.Line
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		lines := d.block(n, w)
		if len(out) > 0 && len(lines) > 0 && n.Kind() != ast.KindTextBlock && !isTight(n) {
			out = append(out, nil)
		}
		out = append(out, lines...)
	}
	return out
}

// isTight reports whether a block stands without a blank line above it: an item of a list
// whose items do.
func isTight(n ast.Node) bool {
	list, ok := n.Parent().(*ast.List)
	if !ok {
		_, item := n.Parent().(*ast.ListItem)
		_, nested := n.(*ast.List)
		return item && nested
	}
	return list.IsTight
}

func (d drawer) block(n ast.Node, w int) []text.Line {
	switch n := n.(type) {
	case *ast.Heading:
		style := d.th.Title
		if n.Level == 1 {
			style = d.th.Focus
		}
		return text.WrapWords(d.inline(n, style), w)
	case *ast.Paragraph, *ast.TextBlock:
		return d.prose(n, w)
	case *ast.List:
		return d.list(n, w)
	case *ast.Blockquote:
		return indented(d.blocks(n, max(w-2, 8)), text.Span{Text: "│ ", Style: d.th.Muted}, text.Span{Text: "│ ", Style: d.th.Muted})
	case *ast.ThematicBreak:
		return []text.Line{text.Plain(visible.Clean(strings.Repeat("─", w)), d.th.Muted)}
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		return d.code(n, w)
	}
	if n.HasChildren() {
		return d.blocks(n, w)
	}
	return d.code(n, w)
}

// prose wraps a paragraph; a hard line break starts a new line.
func (d drawer) prose(n ast.Node, w int) []text.Line {
	var out []text.Line
	var l text.Line
	for _, s := range d.inline(n, d.th.Text) {
		if s.Text == lineEnd {
			out, l = append(out, text.WrapWords(l, w)...), nil
			continue
		}
		l = append(l, s)
	}
	return append(out, text.WrapWords(l, w)...)
}

func (d drawer) list(n *ast.List, w int) []text.Line {
	var out []text.Line
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		mark := visible.Text("• ")
		if n.IsOrdered() {
			mark = visible.Clean(strconv.Itoa(number) + ". ")
			number++
		}
		in := text.Width(mark)
		if len(out) > 0 && !n.IsTight {
			out = append(out, nil)
		}
		blank := visible.Clean(strings.Repeat(" ", in))
		out = append(out, indented(d.blocks(item, max(w-in, 8)), text.Span{Text: mark, Style: d.th.Accent}, text.Span{Text: blank, Style: d.th.Text})...)
	}
	return out
}

// indented puts first in front of the first line and rest in front of the others.
func indented(lines []text.Line, first, rest text.Span) []text.Line {
	out := make([]text.Line, len(lines))
	for i, l := range lines {
		out[i] = append(text.Line{first}, l...)
		first = rest
	}
	return out
}

// code draws lines as they are, behind a rule.
func (d drawer) code(n ast.Node, w int) []text.Line {
	var out []text.Line
	draw := func(line string) {
		line = strings.TrimRight(line, "\r\n")
		shown := visible.Clean(strings.ReplaceAll(line, "\t", "    "))
		for _, l := range text.WrapLine(text.Line{{Text: shown, Style: d.th.JSONString}}, max(w-2, 1)) {
			out = append(out, append(text.Line{{Text: "│ ", Style: d.th.Muted}}, l...))
		}
	}
	if n.Type() != ast.TypeBlock {
		return nil
	}
	for i := range n.Lines().Len() {
		at := n.Lines().At(i)
		draw(string(at.Value(d.raw)))
	}
	if h, ok := n.(*ast.HTMLBlock); ok && h.HasClosure() {
		draw(string(h.ClosureLine.Value(d.raw)))
	}
	return out
}

// lineEnd stands for a hard line break in a line that is not wrapped yet.
const lineEnd visible.Text = "\n"

// inline is the text of a paragraph in the styles of its pieces.
func (d drawer) inline(parent ast.Node, style text.Style) text.Line {
	var l text.Line
	put := func(s string, style text.Style) { l = append(l, text.Span{Text: visible.Clean(s), Style: style}) }
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			put(string(n.Value(d.raw)), style)
			if n.HardLineBreak() {
				l = append(l, text.Span{Text: lineEnd})
			} else if n.SoftLineBreak() {
				put(" ", style)
			}
		case *ast.String:
			put(string(n.Value), style)
		case *ast.CodeSpan:
			l = append(l, d.inline(n, d.th.Key)...)
		case *ast.Emphasis:
			inner := d.th.Accent
			if n.Level > 1 {
				inner = d.th.Title
			}
			l = append(l, d.inline(n, inner)...)
		case *ast.Link:
			l = append(l, d.inline(n, style)...)
			put(" ("+string(n.Destination)+")", d.th.Muted)
		case *ast.Image:
			l = append(l, d.inline(n, style)...)
			put(" ("+string(n.Destination)+")", d.th.Muted)
		case *ast.AutoLink:
			put(string(n.URL(d.raw)), style)
		case *ast.RawHTML:
			for i := range n.Segments.Len() {
				at := n.Segments.At(i)
				put(string(at.Value(d.raw)), style)
			}
		default:
			l = append(l, d.inline(n, style)...)
		}
	}
	return l
}
