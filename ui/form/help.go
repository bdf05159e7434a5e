package form

import (
	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
	"signpost/uploader/catalog"
)

// meanings are the sentences below the form for the rows that are no parameter of the
// catalog, or that do more than its parameter.
var meanings = map[rowKind]visible.Text{
	rowEager:     "a transformation that is made at upload time, such as w_400,h_300,c_pad; each becomes a derived version. alt+e: the builder",
	rowAddEager:  "enter adds another transformation; they are joined with |. alt+e: the builder, with presets",
	rowType:      "the kind of asset; it stands in the URL (left and right change it)",
	rowTimestamp: "Unix seconds at which the request was signed; the signature is good for one hour",
	rowAddParam:  "enter finds any upload parameter by its name or its meaning",
	rowFind:      "searches names and meanings; ↓ goes to the finds, esc goes back",
}

// authMeanings say what each way to authenticate sends.
var authMeanings = map[uploader.Auth]visible.Text{
	uploader.AuthSigned:   "signature, api_key and timestamp prove who sends it; the secret stays here",
	uploader.AuthUnsigned: "an upload preset, no key and no signature: anybody can send it, and few parameters are allowed",
	uploader.AuthBasic:    "the key and the secret themselves go in a header: for servers only; nothing is signed",
	uploader.AuthBearer:   "an OAuth token goes in a header; no key, no signature",
}

// fileMeanings say what happens to each kind of file.
var fileMeanings = map[uploader.FileKind]visible.Text{
	uploader.FilePath:   "local file: its bytes are sent from here",
	uploader.FileHTTP:   "URL: the server fetches it, only the address is sent",
	uploader.FileFTP:    "FTP address: the server fetches it, only the address is sent",
	uploader.FileS3:     "S3 object: the service reads it; the bucket must allow that",
	uploader.FileGS:     "Cloud Storage object: the service reads it; the bucket must allow that",
	uploader.FileData:   "data URI: the content itself, sent as a form field",
	uploader.FileSample: "sample picture: its bytes are sent, as the service cannot fetch from this machine",
}

// Help is the sentence for the focused row and whether its parameter is signed.
func (m Model) Help() (sentence, signed visible.Text) {
	r := m.rows[m.focus]
	switch r.kind {
	case rowAddParam, rowAddEager, rowFind:
		return meanings[r.kind], ""
	case rowAuth:
		return authMeanings[m.draft.Auth], ""
	case rowInfo:
		if r.name == "signature" {
			return "the hash that the other panes show; it is computed at every key press", "never signed itself"
		}
		return "the public key; ctrl+l changes the account", "never signed"
	case rowFile:
		if s, ok := fileMeanings[m.file.Kind]; ok {
			return s, "not signed"
		}
		return "what to upload: a path, a URL (http, https, ftp, s3, gs) or a data URI; alt+o browses", "not signed"
	}
	return m.meaning(r), m.signedWords(r)
}

// meaning is the sentence of a parameter: the catalog's, but for the rows with more to say.
func (m Model) meaning(r row) visible.Text {
	if r.kind == rowTimestamp && m.draft.TimestampByHand {
		return "set by hand: it is never replaced; the renew key takes the current time again"
	}
	if s, ok := meanings[r.kind]; ok {
		return s
	}
	spec, ok := catalog.Lookup(r.name)
	if !ok {
		return "not in the catalog: sent and signed exactly as it stands here. A name that the service does not know makes the signature wrong"
	}
	s := visible.Clean(spec.Meaning)
	if spec.Needs != "" {
		s += "; needs " + visible.Clean(spec.Needs)
	}
	if spec.Wire != "" && spec.Wire != "as typed" {
		s += "; on the wire: " + visible.Clean(spec.Wire)
	}
	if spec.SDKs != "" {
		s += "; other SDKs: " + visible.Clean(spec.SDKs)
	}
	if spec.Unconfirmed {
		s += " (unconfirmed)"
	}
	return s
}

// signedWords say whether the row's parameter is part of the string to sign, and why not.
func (m Model) signedWords(r row) visible.Text {
	name := m.nameOf(r)
	value := m.value(r)
	if r.kind == rowEager {
		value = m.draft.Get(name)
	}
	p, set := m.param(name)
	reason := signer.ReasonFor(signer.Param{Name: name, Value: value})
	switch {
	case p.Off:
		return "switched off: left out"
	case reason == signer.Excluded:
		return "not signed: part of the URL"
	case r.kind == rowParam && !set:
		return m.allowedWords(name, "not set; would be signed")
	case reason == signer.Empty:
		return "empty: left out"
	case m.draft.Auth != uploader.AuthSigned:
		return m.allowedWords(name, "not signed: nothing is, this way")
	}
	return "signed"
}

// allowedWords tell of unsigned uploads which parameters the service takes.
func (m Model) allowedWords(name string, otherwise visible.Text) visible.Text {
	if m.draft.Auth != uploader.AuthUnsigned {
		return otherwise
	}
	if spec, ok := catalog.Lookup(name); ok && !spec.Unsigned {
		return "not allowed unsigned"
	}
	return "allowed unsigned"
}
