package uploader

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"signpost/signer"
)

// Explanation turns an error into sentences for a person. They may quote text from
// outside and have to be cleaned before they are drawn.
type Explanation struct {
	Title string // a few words
	What  string // what happened
	Why   string // the likely reason
	Hint  string // what to do
}

// Explain is the only place that puts errors into words for people. p is the request
// that failed. It never tells more than is known.
func Explain(err error, p Prepared) Explanation {
	if err == nil {
		return Explanation{}
	}
	if e, ok := errors.AsType[*PartError](err); ok {
		return explainPart(e, p)
	}
	if e, ok := errors.AsType[*GaveUpError](err); ok {
		return explainGaveUp(e, p)
	}
	if e, ok := errors.AsType[*OutcomeUnknownError](err); ok {
		return explainUnknown(e)
	}
	if errors.Is(err, context.Canceled) {
		return Explanation{Title: "cancelled", What: "the upload was stopped before everything was sent", Hint: "nothing was kept; it can be sent again"}
	}
	if e, ok := errors.AsType[*LocalError](err); ok {
		return Explanation{Title: "not sent", What: e.Error(), Hint: e.Hint}
	}
	if e, ok := errors.AsType[*TransportError](err); ok {
		return explainTransport(e, p)
	}
	if e, ok := errors.AsType[*APIError](err); ok {
		return explainAnswer(e, p)
	}
	return Explanation{Title: "not sent", What: err.Error(), Hint: "check the account's settings"}
}

// explainPart adds where an upload in parts stands.
func explainPart(e *PartError, p Prepared) Explanation {
	x := Explain(e.Err, p)
	x.What = fmt.Sprintf("part %d of %d: %s", e.Part, e.Parts, trimUpload(x.What))
	if isBeforeLastPart(e) {
		x.Title, x.Why, x.Hint = "not complete", "no asset is made before the last part came", "it is safe to send it again"
	}
	switch {
	case e.Resumable && errors.Is(e.Err, context.Canceled):
		x.Title = "stopped"
		x.What = fmt.Sprintf("stopped at part %d of %d; %d bytes are acknowledged", e.Part, e.Parts, e.Acked)
		x.Hint = "it can be resumed there within a day, also after a restart"
	case e.Resumable:
		x.Hint += fmt.Sprintf("; it can be resumed after the %d bytes that are acknowledged, within a day", e.Acked)
	}
	return x
}

// explainGaveUp adds how often it was tried.
func explainGaveUp(e *GaveUpError, p Prepared) Explanation {
	x := Explain(e.Err, p)
	if e.Until.IsZero() {
		x.What = fmt.Sprintf("after %d tries in %s: %s", e.Tries, e.Took.Round(time.Second), trimUpload(x.What))
		return x
	}
	x.Hint = "the server asks to come again at " + e.Until.Local().Format("15:04:05 on 2 January")
	return x
}

// trimUpload takes the operation off a text that stands behind another.
func trimUpload(s string) string { return strings.TrimPrefix(s, "upload: ") }

func explainUnknown(e *OutcomeUnknownError) Explanation {
	x := Explanation{
		Title: "outcome unknown",
		What:  "everything was sent, and no usable answer came: " + e.Cause.Error(),
		Why:   "the asset may have been stored, or not; nothing here can tell",
	}
	switch {
	case errors.Is(e.Cause, context.Canceled):
		x.What = "it was stopped after everything had been sent"
	case errors.Is(e.Cause, errDoneEarly):
		x.What = e.Cause.Error()
	}
	if e.Idempotent {
		x.Hint = "look it up (the key l on the screen, else signpost history lookup), or send it again: with a public ID the same asset is replaced"
	} else {
		x.Hint = "look it up before sending it again (the key l on the screen, else signpost history lookup): without a public ID a second upload makes a second asset"
	}
	return x
}

func explainTransport(e *TransportError, p Prepared) Explanation {
	x := Explanation{Title: "not sent", What: e.Error(), Hint: "nothing was kept; it is safe to send it again"}
	host := p.Account.Host()
	switch {
	case errors.Is(e.Err, ErrNotHTTP):
		x.Title, x.Why, x.Hint = "not HTTP", "what answers at "+host+" speaks another protocol", "check the host and the port"
	case e.Refused:
		x.Title = "no secure connection"
		x.Why = "the other side could not prove that it is " + host
		x.Hint = "a proxy or a wrong clock can be the reason; SSL_CERT_FILE adds certificates of one's own. There is no way to go on without"
	case errors.Is(e.Err, ErrStalled):
		x.Title, x.Why = "stalled", "the line or the server took no byte for too long"
	case e.Op == opFind:
		x.Title, x.Why = "host not found", "its name could not be looked up: no network, a wrong name, or a name server that does not answer"
	case e.Op == opConnect && p.Account.HostKind() == HostLoopback:
		x.Why, x.Hint = "no server runs at "+host, "start it, or check the port; nothing was sent"
	case e.Op == opConnect:
		x.Why = "no connection to " + host + " came about: no network, a firewall, or the host is down"
	}
	return x
}

func explainAnswer(e *APIError, p Prepared) Explanation {
	x := Explanation{Title: "refused", What: e.Message, Hint: "change what the message names, then send it again"}
	if x.What == "" {
		x.What = "the server gives no reason"
	}
	switch {
	case errors.Is(e, ErrBadAnswer):
		x.Title = "not sent"
		x.Why = "something answered before the upload was sent to its end, and it is not the service"
		x.Hint = "nothing was kept; look whether a proxy or the sign-in page of a network is in between, then send it again"
	case errors.Is(e, ErrInvalidSignature):
		explainSignature(&x, e, p)
	case errors.Is(e, ErrStaleTimestamp):
		x.Title = "the timestamp is stale"
		x.Why = clockWords(e, p)
		x.Hint = "renew the timestamp and send it again"
	case errors.Is(e, ErrUnknownKey):
		x.Title, x.Why = "unknown API key", "the key does not belong to the cloud "+p.Account.CloudName
		x.Hint = "take cloud name, key and secret from the same page of the console; they came from " + p.Account.Origin
	case errors.Is(e, ErrUnknownCloud):
		x.Title, x.Why = "unknown cloud name", "there is no cloud "+p.Account.CloudName+" at "+p.Account.Host()
		x.Hint = "check the cloud name, and the region of the host"
	case errors.Is(e, ErrTooLarge):
		x.Title, x.Why, x.Hint = "too large", "the plan or the gateway has a limit for one file", "make the file smaller, or ask for a higher limit"
	case errors.Is(e, ErrRateLimited):
		x.Title, x.Why, x.Hint = "too many requests", "a limit of the account was reached", "wait, then send it again; nothing was kept"
		if e.RetryAfter > 0 {
			x.Hint = "send it again in " + e.RetryAfter.Round(time.Second).String() + "; nothing was kept"
		}
	case errors.Is(e, ErrRedirected):
		x.Title = "sent elsewhere"
		x.What = "the server points to " + e.Location + ", which was not followed"
		if e.Location == "" {
			x.What = fmt.Sprintf("the server answers %d, and does not say where to", e.Status)
		}
		x.Why = "a signed upload is never sent on to another address: the signature could be used there"
		x.Hint = "check the host of the account, and whether a proxy is in between"
	case Classify(e) == ClassNone:
		x.Title, x.Hint = "not now", "nothing was kept; wait a moment, then send it again"
	}
	return x
}

// explainSignature puts our string to sign beside the server's.
func explainSignature(x *Explanation, e *APIError, p Prepared) {
	x.Title = "invalid signature"
	ours := p.Trace.StringToSign
	switch {
	case e.StringToSign == ours:
		x.Why = "both sides sign the same text, so the secret is another one, or the account wants another algorithm than " + p.Trace.Options.Algorithm.String()
		x.Hint = "compare the API secret with the console's; it came from " + p.Account.Origin
	default:
		x.Why = "the server signs another text than we did.\nserver: " + e.StringToSign + "\nhere:   " + ours
		x.Hint = "look for the parameter that differs: it was added, changed or left out on the way"
	}
}

// clockOff is "2h0m behind" or "2h0m ahead of".
func clockOff(off time.Duration) string {
	text := strings.TrimSuffix(off.Abs().String(), "0s")
	if off < 0 {
		return text + " behind"
	}
	return text + " ahead of"
}

// clockWords says how far this clock is from the server's.
func clockWords(e *APIError, p Prepared) string {
	f := signer.CheckTimestamp(p.Timestamp, e.ServerDate)
	if e.ServerDate.IsZero() || f.State == signer.NotATimestamp || f.State == signer.Milliseconds {
		return "a signature is accepted for one hour after its timestamp"
	}
	if off := e.ClockOff.Round(time.Minute); off <= -10*time.Minute || off >= 10*time.Minute {
		return "this machine's clock is " + clockOff(off) + " the server's; a signature is accepted for one hour after its timestamp. Set the clock, then send it again"
	}
	age := (signer.Lifetime - f.Left).Round(time.Minute)
	return fmt.Sprintf("by the server's clock the timestamp is %s old; a signature is accepted for one hour. Where it was made just now, this machine's clock is wrong by that much", age)
}
