package importer

import (
	"signpost/signer"
	"signpost/uploader"
)

// Kind is what a text was recognised as.
type Kind string

// The kinds. The texts are stable: scripts read them.
const (
	Curl          Kind = "curl"           // a cURL command for a POSIX shell or fish
	PowerShell    Kind = "powershell"     // a cURL command in PowerShell's quoting
	Cmd           Kind = "cmd"            // a cURL command in cmd.exe's quoting
	HTTP          Kind = "http"           // a raw HTTP request
	Query         Kind = "query"          // a query string or form body
	URL           Kind = "url"            // an address of a file
	Path          Kind = "path"           // a path of a local file
	DataURI       Kind = "data_uri"       //
	DotEnv        Kind = "dotenv"         // lines of a .env file
	CloudinaryURL Kind = "cloudinary_url" // cloudinary://key:secret@cloud
	WidgetParams  Kind = "widget_params"  // the widget's params_to_sign as JSON
	SDKNode       Kind = "sdk_node"       // a call of the Node SDK
	SDKPython     Kind = "sdk_python"     // a call of the Python SDK
	Error         Kind = "error"          // an error message of the service
	Response      Kind = "response"       // an answer of the service
	Unknown       Kind = "unknown"
)

// Reason is something that was dropped, or a trap, and why. Both texts may hold pieces
// of what was pasted: they have to be made visible before they are drawn. They never
// hold a secret.
type Reason struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// Result is what a text holds. Nothing in it has touched the world.
type Result struct {
	Kind Kind
	// CloudName and Endpoint are empty where the text names none. Endpoint is the URL
	// that the request goes to, without a query and without user info.
	CloudName, Endpoint string
	// ResourceType is the one of the endpoint or call; empty where there is none.
	ResourceType string
	// Params are the fields as the server would receive them, in the text's order, a
	// name as often as it is there; with timestamp, signature and api_key where the text
	// has them, without file.
	Params []signer.Param
	// File is the field file as the server would receive it where it is text (a URL, a
	// data URI), or the path whose bytes would be sent; HasFile says whether there is one,
	// FileIsPath which of the two.
	File       string
	HasFile    bool
	FileIsPath bool
	// Auth is how the request is authenticated.
	Auth uploader.Auth
	// APIKey and Secret are credentials of the text; they are offered, never taken by
	// themselves. Token is an OAuth token.
	APIKey        string
	Secret, Token signer.Secret
	// Message is the error message, for [Error]; it never holds a secret.
	Message string
	// Dropped is what does not come over, Traps what the text does otherwise than it
	// seems to.
	Dropped, Traps []Reason
}

// MaxText is how many bytes are looked at; a longer text is Unknown.
const MaxText = 1 << 20
