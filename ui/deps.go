package ui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"signpost/ui/browser"
	"signpost/ui/lesson"
	"signpost/uploader"
	sdklens "signpost/uploader/lens"
	"signpost/uploader/queue"
)

// Deps is what the screen needs from outside. The functions are called from commands,
// never from Update or View; each may take its time, but for Now and ParseFile.
type Deps struct {
	// Now is the clock. After is a command that gives the message after a time; nil means
	// [tea.Tick].
	Now   func() time.Time
	After func(d time.Duration, msg tea.Msg) tea.Cmd
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
	// ListDir lists a folder, LookAt makes a small picture of a file; nil where there is
	// no file browser. StartDir is where it begins, Home and Separator are the system's.
	ListDir                   func(dir string) ([]browser.Entry, error)
	LookAt                    func(path string) (Picture, error)
	StartDir, Home, Separator string
	// NoPictures is true where there are no colours to draw a picture with.
	NoPictures bool
	// Present is true where the program starts with what it shows to a room: masked, at the
	// first step, and without anything that earlier runs left behind.
	Present bool
	// User is the person's name on this machine, to be masked.
	User string
	// Again says how to start a session in which everything is the same; empty where nothing
	// is fixed.
	Again string
	// WriteHandout writes what an audience takes home and returns where it is. It does not
	// replace a file that it has not written itself, unless replace is true: exists tells. nil
	// where it cannot be written.
	WriteHandout func(text string, replace bool) (path string, exists bool, err error)
	// HandoutAtEnd is true where it is written at the end too.
	HandoutAtEnd bool
	// Still is true where nothing on the screen is to move by itself.
	Still bool
	// FileSize is the size of a local file in bytes, or -1; nil where nobody can say.
	FileSize func(path string) int64
	// Known tells of an account that is used from now on, so that its secret can be kept
	// out of reports; nil where nobody wants to know.
	Known func(a uploader.Account)
	// Preview makes what a transformation makes of the file, where that is a picture on
	// this machine, and else of the sample; nil where there is no preview.
	Preview func(transformation string, file uploader.File) (Picture, error)
	// Editor prepares the person's own editor for a value; read gives the value after
	// it was left, and cleans up. nil where there is none.
	Editor func(name, value string) (run tea.ExecCommand, read func() (string, error), err error)
	// Profiles lists the accounts that have a name; it may wait for a keyring for three
	// seconds. nil where there are none.
	Profiles func() []Profile
	// SaveProfile keeps an account under a name: in the keyring, or in a plain file where
	// plain is true. noKeyring is true where there is no keyring to keep it in; nothing
	// was kept then. nil where profiles cannot be kept.
	SaveProfile func(name string, a uploader.Account, plain bool) (noKeyring bool, err error)
	// Recipes are the person's own; SaveRecipe keeps one, and replaces one of its name.
	Recipes    []Recipe
	SaveRecipe func(r Recipe) error
	// ReadLessons reads the course, and how far its lessons are by their ids; nil where
	// there is none. SaveLesson keeps how far one is, and is nil where nothing is kept.
	ReadLessons func() (lesson.Course, map[string]lesson.State)
	SaveLesson  func(id string, s lesson.State) error
	// Try sends a request to the sandbox, once, and keeps nothing of it in the history; nil
	// where there is no sandbox.
	Try func(ctx context.Context, p uploader.Prepared) (*uploader.Result, error)
	// Upload sends a prepared request.
	Upload func(ctx context.Context, p uploader.Prepared, obs uploader.Observer) (*uploader.Result, error)
	// LookUp asks the service whether an upload was kept that began at since; zero is not
	// known. nil where nobody can be asked.
	LookUp func(p uploader.Prepared, since time.Time) (uploader.Found, error)
	// Wire is the request as it would be sent; nil where it cannot be shown.
	Wire func(p uploader.Prepared) (uploader.Wire, error)
	// Smuggle is the demonstration of parameter smuggling, sent to the sandbox; timestamp is
	// in Unix seconds. nil where nothing is sent.
	Smuggle func(timestamp string) ([]sdklens.Step, error)
	// NewQueue makes a queue for many files, which are sent to the account; nil where files
	// go one by one.
	NewQueue func(a uploader.Account, jobs int) Queue
	// LeftQueue is a queue that an earlier run left behind; nil where there is none.
	LeftQueue *LeftQueue
	// Unfinished is an upload in parts that an earlier run left behind; nil where there is
	// none. Upload goes on with it by itself once its draft is sent.
	Unfinished *Unfinished
	// History is what was uploaded before.
	History History
	// Box is the sandbox of this program.
	Box Box
	// SaveDraft keeps the draft for the next start.
	SaveDraft func(d uploader.Draft) error
	// Copy hands a text to the system's clipboard and says which program took it.
	Copy func(text string) (how string, err error)
	// WriteCommand writes a command to a file with that extension (with its dot) and
	// returns its path.
	WriteCommand func(command, ext string) (path string, err error)
	// OpenURL opens a web page.
	OpenURL func(url string) error
	// HostAllowed reports whether the person has said yes to this account's host
	// before; AllowHost remembers that.
	HostAllowed func(a uploader.Account) bool
	AllowHost   func(a uploader.Account) error
	// Go starts a goroutine under the program's watch over panics.
	Go func(func())
}

// Unfinished is an upload of which a part is acknowledged.
type Unfinished struct {
	Draft       uploader.Draft
	Acked, Size int64
	At          time.Time
	// Host, Cloud and APIKey are the account that it went to.
	Host, Cloud, APIKey string
	// Drop forgets it.
	Drop func() error
}

// LeftQueue is a queue of an earlier run.
type LeftQueue struct {
	Total queue.Total
	// For is the account that it was made for, in words; Fits reports whether one is that.
	For     string
	Fits    func(a uploader.Account) bool
	Restore func(a uploader.Account) Queue
	Drop    func() error
}

// Profile is a named account; Problem says why it cannot be used.
type Profile struct {
	Name, Source, Problem string
	Account               uploader.Account
}

// Recipe is a named draft to start from, without file and timestamp.
type Recipe struct {
	Name  string
	Draft uploader.Draft
}

// Recovered is a draft that an earlier run left behind.
type Recovered struct {
	Draft uploader.Draft
	At    time.Time
}
