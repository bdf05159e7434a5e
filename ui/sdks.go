package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"signpost/signer"
	"signpost/ui/lens"
	sdklens "signpost/uploader/lens"
)

// throughSDKs is the current request as the SDKs would serialize and sign it.
func (m Model) throughSDKs() sdklens.Result {
	var params []signer.Param
	for _, p := range m.form.Draft().Params {
		if !p.Off {
			params = append(params, p.Param)
		}
	}
	params = append(params, signer.Param{Name: "timestamp", Value: m.prepared.Timestamp})
	return sdklens.View(sdklens.Texts(params), sdklens.Typed(params), m.account.Secret, m.account.Options)
}

// lens opens the request through the SDKs.
func (m Model) lens() (tea.Model, tea.Cmd) {
	m.dialogs = m.pushed(lens.New(m.throughSDKs()))
	return m, nil
}

// smuggle opens the demonstration of parameter smuggling.
func (m Model) smuggle() (tea.Model, tea.Cmd) {
	d := lens.NewSmuggling(m.throughSDKs())
	m.dialogs = m.pushed(d)
	return m.stayed(d.Init())
}

// smuggled makes the demonstration, away from the screen.
func (m Model) smuggled() tea.Cmd {
	send, timestamp := m.deps.Smuggle, strconv.FormatInt(m.deps.Now().Unix(), 10)
	if send == nil {
		send = func(timestamp string) ([]sdklens.Step, error) {
			return sdklens.Smuggling(timestamp, signer.Secret{}, nil)
		}
	}
	return func() tea.Msg {
		steps, err := send(timestamp)
		return lens.SmuggledMsg{Steps: steps, Err: err}
	}
}
