package lens

import (
	"encoding/json"
	"fmt"
	"strings"

	"signpost/signer"
)

// Step is one step of the demonstration of parameter smuggling.
type Step struct {
	Title string
	// Says is what happens in it, and what changed, in a sentence or two.
	Says string
	// Params are the parameters of the request, in signing order.
	Params  []signer.Param
	Version signer.Version
	// StringToSign is what the rule of Version makes of Params; Signature is the one that
	// the request carries.
	StringToSign, Signature string
	// Accepted reports whether Signature is right for Params; Checked who says so.
	Accepted bool
	Checked  string
	// Forged is true for what the attacker made of it.
	Forged bool
	// Answer is what the server said, where the request was really sent.
	Answer string
}

// Post sends a form with its signature to a sandbox and returns status and body.
type Post func(params []signer.Param, signature string) (status int, body []byte, err error)

// The request of the SDKs' own test (cloudinary_npm test/unit/cloudinary_spec.js), with
// the secret that is published there. They sign the cloud name, which a form leaves out.
const testSecret = "hdcixPpR2iKERPwqvH6sHdK9cyac"

var (
	testHonest = []signer.Param{
		{Name: "cloud_name", Value: "dn6ot3ged"},
		{Name: "notification_url", Value: "https://fake.com/callback?a=1&tags=hello,world"},
		{Name: "timestamp", Value: "1568810420"},
	}
	testForged = []signer.Param{
		{Name: "cloud_name", Value: "dn6ot3ged"},
		{Name: "notification_url", Value: "https://fake.com/callback?a=1"},
		{Name: "tags", Value: "hello,world"},
		{Name: "timestamp", Value: "1568810420"},
	}
)

// Smuggling shows that version 1 of the signature lets somebody add a parameter without
// knowing the secret, and that version 2 does not: first with the request of the SDKs' own
// test, then, where post is not nil, with requests that are sent to a sandbox, signed with
// its secret. timestamp is for those, in Unix seconds.
func Smuggling(timestamp string, secret signer.Secret, post Post) ([]Step, error) {
	steps := pairSteps(testHonest, testForged, signer.NewSecret(testSecret))
	if post == nil {
		return steps, nil
	}
	// No notification_url is really sent: the sandbox would call it.
	honest := []signer.Param{{Name: "context", Value: "alt=a cat&tags=hello,world"}, {Name: "timestamp", Value: timestamp}}
	forged := []signer.Param{{Name: "context", Value: "alt=a cat"}, {Name: "tags", Value: "hello,world"}, {Name: "timestamp", Value: timestamp}}
	for _, v := range []signer.Version{signer.V1, signer.V2} {
		s, err := sentStep(honest, forged, v, secret, post)
		if err != nil {
			return steps, err
		}
		steps = append(steps, s)
	}
	return steps, nil
}

// pairSteps are the steps that need no server.
func pairSteps(honest, forged []signer.Param, secret signer.Secret) []Step {
	var steps []Step
	for _, v := range []signer.Version{signer.V1, signer.V2} {
		o := signer.Options{Version: v}
		signature, _ := signer.Sign(honest, secret, o)
		first := Step{Title: "Version 1: the app signs an upload", Params: honest, Version: v, Signature: signature,
			Says: "The address of the webhook has an & in it, which version 1 signs as it stands."}
		second := Step{Title: "Version 1: the attacker moves the &", Params: forged, Version: v, Signature: signature, Forged: true,
			Says: "The address now ends at the &, and tags is a parameter of its own. The string to sign is the same to the last byte, and so is the signature: nobody needed the secret."}
		if v == signer.V2 {
			first.Title, first.Says = "Version 2: the app signs the same upload", "The & within a value is signed as %26. In the form it stays an &."
			second.Title, second.Says = "Version 2: the attacker moves the &", "The & between parameters stays an &, the one within the value was a %26: the strings differ, and the app's signature is wrong for these parameters."
		}
		for _, s := range []Step{first, second} {
			s.StringToSign = signer.StringToSign(s.Params, v)
			s.Accepted, s.Checked = signer.Verify(s.Params, s.Signature, secret, o) == nil, "computed"
			steps = append(steps, s)
		}
	}
	return steps
}

// sentStep sends what the attacker made of an upload that was signed by the version.
func sentStep(honest, forged []signer.Param, v signer.Version, secret signer.Secret, post Post) (Step, error) {
	signature, err := signer.Sign(honest, secret, signer.Options{Version: v})
	if err != nil {
		return Step{}, fmt.Errorf("smuggle: %w", err)
	}
	s := Step{Params: forged, Forged: true, Version: v, Signature: signature, Checked: "sent to the sandbox", StringToSign: signer.StringToSign(forged, v),
		Title: fmt.Sprintf("Version %d: really sent", v.Number()),
		Says:  "The app signed context=" + honest[0].Value + "; this is what arrives instead, under the app's signature."}
	status, body, err := post(forged, signature)
	if err != nil {
		return s, fmt.Errorf("smuggle: send to the sandbox: %w", err)
	}
	s.Accepted = status == 200
	s.Answer = fmt.Sprintf("%d  %s", status, saidBy(body))
	return s, nil
}

// saidBy is what matters of an answer: its error, or the tags that the asset has now.
func saidBy(body []byte) string {
	var a struct {
		Tags  []string
		Error struct{ Message string }
	}
	if json.Unmarshal(body, &a) != nil {
		return "an answer that is no JSON"
	}
	if a.Error.Message != "" {
		return a.Error.Message
	}
	return "uploaded, with the tags " + strings.Join(a.Tags, ", ")
}
