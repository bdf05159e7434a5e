package uploader

import (
	"time"

	"signpost/signer"
)

// Result is an answer, whatever it is. Everything in it came from outside.
type Result struct {
	// Status is the HTTP status code, StatusText as sent ("200 OK"), Proto "HTTP/2.0".
	Status     int
	StatusText string
	Proto      string
	Header     []signer.Param
	// Body is the raw answer, unpacked, cut at the limit (16 MiB).
	Body []byte
	// Cut is true where the body was longer than the limit or ended too early.
	Cut bool
	// Elapsed is from the start of the request to the end of the answer.
	Elapsed time.Duration
	// Sent is the number of body bytes of the request.
	Sent int64
	// Timings are the steps of the last request, in their order.
	Timings []Timing
	// Parts is in how many parts the file went; 0 is in one request. Retries is how often
	// something was sent again.
	Parts, Retries int
	// RequestID is X-Request-Id; ServiceError the service's text: error.message, or
	// X-Cld-Error where the body has none.
	RequestID    string
	ServiceError string
	// PublicID, Version, SecureURL are taken from a JSON answer where they are there.
	PublicID  string
	Version   string
	SecureURL string
	// Signature is the verdict on the answer's own signature.
	Signature SignatureVerdict
	// Kind says what the body is.
	Kind BodyKind
	// Warnings are sentences on what differs from what was sent (T26).
	Warnings []string
	// Date is the server's clock (zero where it sent none), Received this machine's when
	// the head of the answer came.
	Date, Received time.Time
}

// SignatureVerdict is the outcome of verifying an answer's signature.
type SignatureVerdict uint8

// An answer without a signature is not wrong: errors have none.
const (
	SignatureAbsent SignatureVerdict = iota
	SignatureVerified
	SignatureWrong
)

// BodyKind is what an answer's body really is.
type BodyKind uint8

// The kinds; only BodyJSON (an object) is what an upload's answer should be.
const (
	BodyJSON   BodyKind = iota // a JSON object
	BodyEmpty                  // nothing
	BodyNull                   // the JSON null
	BodyOther                  // JSON, but no object
	BodyHTML                   // a page: a proxy, a captive portal
	BodyText                   // some text
	BodyBinary                 // not text at all
	BodyBroken                 // begins like JSON, and ends too early or goes wrong
)

// Timing is how long a step of a request took.
type Timing struct {
	Name string
	Took time.Duration
}

// The steps of a request. A connection that was open already has none of the first three.
const (
	StepName    = "name resolution"
	StepConnect = "connect"
	StepTLS     = "TLS"
	StepSend    = "request sent"
	StepWait    = "first byte of the answer"
	StepRead    = "rest of the answer"
)

// Steps are the steps in their order.
var Steps = []string{StepName, StepConnect, StepTLS, StepSend, StepWait, StepRead}
