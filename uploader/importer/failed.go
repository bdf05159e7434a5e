package importer

import (
	"slices"
	"time"

	"signpost/signer"
	"signpost/signer/diagnose"
	"signpost/uploader"
)

// EvidenceOf is what is known after a send that the service refused: what was sent, what
// the answer says, and the account that it was signed with. now is our clock.
func EvidenceOf(p uploader.Prepared, e *uploader.APIError, now time.Time) diagnose.Evidence {
	out := diagnose.Evidence{
		Message: e.Message, Signature: e.Signature, Attempt: slices.Clone(p.Fields), Names: paramNames(),
		CloudName: p.Account.CloudName, APIKey: p.Account.APIKey, Now: now, Server: e.ServerDate,
		Account: diagnose.Identity{Name: p.Account.Origin, CloudName: p.Account.CloudName, APIKey: p.Account.APIKey, Secret: p.Account.Secret},
	}
	for _, m := range readMessages(e.Message) {
		out.Signature, out.Strings, out.Cut = m.signature, m.strings, m.cut
	}
	if e.StringToSign != "" && !slices.Contains(out.Strings, e.StringToSign) {
		out.Strings = slices.Insert(out.Strings, 0, e.StringToSign)
	}
	if !p.File.IsBytes() && p.File.Text != "" {
		out.Attempt = append(out.Attempt, signer.Param{Name: "file", Value: p.File.Text})
	}
	return out
}
