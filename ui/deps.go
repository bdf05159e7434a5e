package ui

import (
	"context"
	"time"

	"signpost/uploader"
)

// Deps is what the screen needs from outside. The functions are called from commands,
// never from Update or View; each may take its time, but for Now, ParseFile and Curl.
type Deps struct {
	// Now is the clock.
	Now func() time.Time
	// Sandbox is the account of the running sandbox, SampleURL its sample picture.
	Sandbox   uploader.Account
	SampleURL string
	// Live is what was found of credentials; Found is false where there are none.
	Live uploader.Config
	// ReadURL reads a CLOUDINARY_URL that a person pasted.
	ReadURL func(url string) uploader.Config
	// Draft is what the form starts with; FromFlags is true where flags filled it in,
	// and then no earlier draft is offered.
	Draft     uploader.Draft
	FromFlags bool
	// Recovered is the newest draft whose program is gone; nil where there is none.
	Recovered *Recovered
	// Notes are sentences to be said at the start: a taken port, a store set aside.
	Notes []string

	// ParseFile recognises the typed file. live is true for any account but the sandbox's.
	ParseFile func(typed string, live bool) uploader.File
	// Curl renders the command of a prepared request.
	Curl func(p uploader.Prepared) (string, error)
	// Upload sends a prepared request.
	Upload func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error)
	// SaveDraft keeps the draft for the next start.
	SaveDraft func(d uploader.Draft) error
	// Copy hands a text to the system's clipboard and says which program took it.
	Copy func(text string) (how string, err error)
	// WriteCommand writes a command to a file and returns its path.
	WriteCommand func(command string) (path string, err error)
	// OpenURL opens a web page.
	OpenURL func(url string) error
	// HostAllowed reports whether the person has said yes to this account's host
	// before; AllowHost remembers that.
	HostAllowed func(a uploader.Account) bool
	AllowHost   func(a uploader.Account) error
	// Go starts a goroutine under the program's watch over panics.
	Go func(func())
}

// Recovered is a draft that an earlier run left behind.
type Recovered struct {
	Draft uploader.Draft
	At    time.Time
}
