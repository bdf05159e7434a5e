package uploader

import "signpost/signer"

// SampleToken stands in a draft for the sample picture. The sandbox's port differs
// from run to run, so that a URL would not outlive the run.
const SampleToken = "signpost:sample"

// ResourceTypes are the kinds of asset, as they stand in the path of the URL.
var ResourceTypes = []string{"image", "video", "raw", "auto"}

// Auth is how a request shows who sends it.
type Auth string

// The ways to authenticate. Only the signed one has timestamp and signature as proof.
// Source: documentation/image_upload_api_reference and the official Node SDK.
const (
	AuthSigned   Auth = ""         // signature, api_key and timestamp are form fields
	AuthUnsigned Auth = "unsigned" // an upload preset, and neither key nor signature
	AuthBasic    Auth = "basic"    // Authorization: Basic key:secret; no signature
	AuthBearer   Auth = "bearer"   // Authorization: Bearer with an OAuth token; no key, no signature
)

// Auths are the ways to authenticate, the signed one first.
var Auths = []Auth{AuthSigned, AuthUnsigned, AuthBasic, AuthBearer}

// Draft is what a person has typed: the request before it is signed. It owns each
// value; nothing rewrites one.
type Draft struct {
	// File is the file as typed: a path, a URL, a data URI, or [SampleToken].
	File string `json:"file"`
	// Params are the upload parameters in the person's order, without timestamp, file
	// and resource_type. Names are unique.
	Params []DraftParam `json:"params"`
	// ResourceType is one of [ResourceTypes]; empty means image.
	ResourceType string `json:"resource_type"`
	// Timestamp is the value of the parameter; empty means that it is taken when the
	// draft is first signed.
	Timestamp string `json:"timestamp"`
	// TimestampByHand is true where the person set it: then it is never replaced.
	TimestampByHand bool `json:"timestamp_by_hand"`
	// Auth is how the request shows who sends it.
	Auth Auth `json:"auth,omitempty"`
}

// DraftParam is a parameter that can be switched off without losing its value.
type DraftParam struct {
	signer.Param
	Off bool `json:"off,omitempty"`
}

// TutorialDraft is what the program starts with: the values of the tutorial.
func TutorialDraft() Draft {
	return Draft{
		File: SampleToken,
		Params: []DraftParam{
			{Param: signer.Param{Name: "public_id", Value: "sample_image"}},
			{Param: signer.Param{Name: "eager", Value: "w_400,h_300,c_pad|w_260,h_200,c_crop"}},
		},
		ResourceType: "image",
	}
}

// Get returns the value of a parameter, or the empty text.
func (d Draft) Get(name string) string {
	for _, p := range d.Params {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// With returns a draft in which the parameter has the value; it is added at the end
// where it was missing. The receiver is not modified.
func (d Draft) With(name, value string) Draft {
	params := make([]DraftParam, len(d.Params), len(d.Params)+1)
	copy(params, d.Params)
	d.Params = params
	for i := range d.Params {
		if d.Params[i].Name == name {
			d.Params[i].Value = value
			return d
		}
	}
	d.Params = append(d.Params, DraftParam{Param: signer.Param{Name: name, Value: value}})
	return d
}
