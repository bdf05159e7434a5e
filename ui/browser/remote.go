package browser

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"signpost/signer/visible"
	"signpost/ui/dialog"
	"signpost/ui/field"
	"signpost/ui/text"
	"signpost/ui/theme"
)

// remote is the side for addresses: the service fetches the file itself.
type remote struct {
	kind  int
	input field.Model
}

// remoteKind is a kind of address, with what the service needs for it.
// Source: docs/image_upload_api_reference; cloudinary_npm lib/utils/isRemoteUrl.js.
type remoteKind struct {
	name, scheme, example, needs visible.Text
}

var remoteKinds = []remoteKind{
	{"URL", "https://", "https://example.com/cat.jpg", "The service fetches it: it has to be reachable from the internet, without a sign-in. Plain http works too, but can be changed on the way."},
	{"S3", "s3://", "s3://my-bucket/cat.jpg", "The bucket has to be whitelisted for the account: the service reads it with rights that you give it in AWS."},
	{"GCS", "gs://", "gs://my-bucket/cat.jpg", "The bucket has to be whitelisted for the account: the service reads it with rights that you give it in Google Cloud."},
	{"FTP", "ftp://", "ftp://example.com/cat.jpg", "The service fetches it. A name and a password in the address would be sent, and shown in commands."},
}

func newRemote() *remote { return &remote{input: field.New(string(remoteKinds[0].scheme))} }

// updateRemote edits the address; left and right at its ends are for the text, tab
// changes the kind.
func (m Model) updateRemote(msg tea.Msg) (dialog.Dialog, dialog.Action) {
	r := *m.remote
	m.remote = &r
	k, ok := msg.(tea.KeyPressMsg)
	if !ok {
		if _, paste := msg.(tea.PasteMsg); paste {
			r.paste(msg.(tea.PasteMsg).Content)
		}
		return m, nil
	}
	switch k.String() {
	case "esc", "alt+r":
		m.remote = nil
		return m.look()
	case "tab", "shift+tab":
		r.change(map[string]int{"tab": 1, "shift+tab": len(remoteKinds) - 1}[k.String()])
	case "enter":
		address := strings.TrimSpace(r.input.Value())
		if address != "" && address != string(remoteKinds[r.kind].scheme) {
			return m, dialog.FilesChosen{Files: []string{address}}
		}
	default:
		r.input, _ = r.input.Update(msg)
		r.recognise()
	}
	return m, nil
}

// paste puts an address in the place of the scheme alone, or into the text.
func (r *remote) paste(content string) {
	content = strings.TrimSpace(content)
	if r.input.Value() == string(remoteKinds[r.kind].scheme) && strings.Contains(content, "://") {
		r.input = field.New("")
	}
	r.input, _ = r.input.Update(tea.PasteMsg{Content: content})
	r.recognise()
}

// change goes to another kind; the rest of the address stays.
func (r *remote) change(by int) {
	_, rest, _ := strings.Cut(r.input.Value(), "://")
	r.kind = (r.kind + by) % len(remoteKinds)
	r.input = field.New(string(remoteKinds[r.kind].scheme) + rest)
}

// recognise follows the scheme that is typed.
func (r *remote) recognise() {
	value := strings.ToLower(r.input.Value())
	for i, k := range remoteKinds {
		if strings.HasPrefix(value, string(k.scheme)) || i == 0 && strings.HasPrefix(value, "http://") {
			r.kind = i
		}
	}
}

func (r remote) view(w, h int, th theme.Theme) (visible.Text, []text.Line, *dialog.Point) {
	var kinds text.Line
	for i, k := range remoteKinds {
		style := th.Muted
		name := k.name
		if i == r.kind {
			style, name = th.Selected, "‹"+k.name+"›"
		}
		kinds = append(kinds, text.Span{Text: name, Style: style}, text.Span{Text: " ", Style: th.Text})
	}
	lines := []text.Line{kinds, nil}
	cursor := &dialog.Point{X: 2 + r.input.CursorX(max(w-2, 1)), Y: len(lines)}
	lines = append(lines, append(text.Line{{Text: "› ", Style: th.Accent}}, r.input.View(max(w-2, 1), true, th)...), nil)
	k := remoteKinds[r.kind]
	lines = append(lines, text.WrapWords(text.Line{{Text: k.needs, Style: th.Text}}, w)...)
	lines = append(lines, text.WrapWords(text.Line{{Text: "such as " + k.example + ". Only the address is sent; it is not signed.", Style: th.Muted}}, w)...)
	lines = append(lines, nil)
	lines = append(lines, text.WrapWords(text.Line{{Text: "tab", Style: th.Key}, {Text: " another kind · ", Style: th.Muted}, {Text: "enter", Style: th.Key}, {Text: " takes it · ", Style: th.Muted}, {Text: "alt+r, esc", Style: th.Key}, {Text: " back to the files", Style: th.Muted}}, w)...)
	return "Remote source", text.Fit(lines, w, min(len(lines), h)), cursor
}
