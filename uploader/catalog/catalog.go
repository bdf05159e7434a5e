package catalog

import (
	"time"

	"signpost/signer"
)

// Type decides the editor of a parameter.
type Type string

// The types. Each has its own editor in the form.
const (
	Text            Type = "text"            // one line
	Choice          Type = "choice"          // one of Values; any other text may be typed
	Bool            Type = "bool"            // true or false; the wire has 1/0 or true/false
	Integer         Type = "integer"         // decimal digits
	Number          Type = "number"          // a decimal fraction
	List            Type = "list"            // comma-joined, commas not escaped
	Pairs           Type = "pairs"           // k=v joined with a pipe
	Coordinates     Type = "coordinates"     // x,y,w,h joined with a pipe
	Transformation  Type = "transformation"  // one transformation
	Transformations Type = "transformations" // several, joined with a pipe: eager
	JSON            Type = "json"            // compact JSON
	Script          Type = "script"          // several lines of JavaScript
	Lines           Type = "lines"           // lines joined with \n
	URL             Type = "url"             // an absolute URL
	Hex             Type = "hex"             // hexadecimal digits
)

// Param is one upload parameter. All texts are ours and safe to draw.
type Param struct {
	Name  string `json:"name"`
	Group string `json:"group"`
	Type  Type   `json:"type"`
	// Values are the known values of a Choice or List, in the usual order; nil where
	// any text is a value.
	Values []string `json:"values"`
	// Default is what the service does without it, in a few words; may be empty.
	Default string `json:"default"`
	// Wire says in a few words how the value is written.
	Wire string `json:"wire"`
	// Meaning is one sentence without a full stop.
	Meaning string `json:"meaning"`
	// Example is a wire text that the editor accepts.
	Example string `json:"example"`
	// Needs is the add-on, folder mode or account feature it needs; empty for none.
	Needs string `json:"needs"`
	// Keywords are more words under which [Search] finds it.
	Keywords []string `json:"keywords"`
	// Signed is false for what never enters the string to sign.
	Signed bool `json:"signed"`
	// Unsigned is true where the service lists it as allowed in unsigned uploads.
	Unsigned bool `json:"unsigned"`
	// SentBy has a letter for each SDK that sends it: N npm, P Python, R Ruby, H PHP,
	// G Go, O the published description.
	SentBy string `json:"sent_by"`
	// SDKs says what other SDKs write where they differ from Node; empty where they agree.
	SDKs string `json:"sdks"`
	// Unconfirmed is true where what is said here has no primary source.
	Unconfirmed bool `json:"unconfirmed"`
}

// Pair is a key with its value, neither escaped.
type Pair struct{ Key, Value string }

// Problem is something that looks wrong at a place of a value: bytes [Start, End).
type Problem struct {
	Start, End int
	Text, Hint string
}

// Request is what [Check] looks at.
type Request struct {
	// Params are the parameters that would be sent (switched-off ones are not among
	// them), without file, signature and api_key.
	Params       []signer.Param
	ResourceType string
	Timestamp    string
	// Unsigned is true for an unsigned upload.
	Unsigned bool
	// FileName and Size in bytes are of a local file; Size is -1 where it is unknown.
	FileName string
	Size     int64
	Now      time.Time
}

// Finding is a warning about a request. It never blocks.
type Finding struct {
	// Param is what it is about; "file" for the file.
	Param string
	// Text says what and why, Hint what to do. Both may hold values that came from
	// outside: they have to be made visible before they are drawn.
	Text, Hint string
	// Unconfirmed is true where no primary source settles what the service does.
	Unconfirmed bool
	// Fix is the value that would be right, where there is one; HasFix says so.
	Fix    string
	HasFix bool
}
