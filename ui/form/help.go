package form

import (
	"signpost/signer"
	"signpost/signer/visible"
	"signpost/uploader"
)

// meanings are the sentences below the form for the parameters that it starts with.
// The whole list of parameters has its own place in the catalog.
var meanings = map[string]visible.Text{
	"file":          "what to upload: a path, a URL (http, https, ftp, s3, gs) or a data URI",
	"public_id":     "the asset's name, up to 255 characters; / makes folders, no extension except for raw",
	"eager":         "a transformation that is made at upload time, such as w_400,h_300,c_pad; each becomes a derived version",
	"resource_type": "the kind of asset; it stands in the URL (left and right change it)",
	"timestamp":     "Unix seconds at which the request was signed; the signature is good for one hour",
	"tags":          "comma-separated tags",
	"context":       "key=value pairs joined with |; escape = and | in values with a backslash",
	"folder":        "folder, part of the public ID (accounts with fixed folders)",
	"asset_folder":  "folder of the asset, independent of the public ID (accounts with dynamic folders)",
	"upload_preset": "a named set of parameters stored in the account; it is signed like any other",
	"overwrite":     "1 or true replaces an asset of the same public ID, 0 or false keeps it",
	"type":          "delivery type: upload, private, authenticated",
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
	name := m.nameOf(r)
	switch r.kind {
	case rowAddParam:
		return "enter adds any upload parameter by its name", ""
	case rowAddEager:
		return "enter adds another transformation; they are joined with |", ""
	case rowFile:
		if s, ok := fileMeanings[m.file.Kind]; ok {
			return s, "not signed"
		}
	}
	signed = "signed"
	value := m.value(r)
	if r.kind == rowEager {
		value = m.draft.Params[r.index].Value
	}
	switch signer.ReasonFor(signer.Param{Name: name, Value: value}) {
	case signer.Excluded:
		signed = "not signed"
	case signer.Empty:
		signed = "empty: left out"
	}
	if (r.kind == rowParam || r.kind == rowEager) && m.draft.Params[r.index].Off {
		signed = "switched off: left out"
	}
	sentence, ok := meanings[name]
	if !ok {
		sentence = "sent and signed exactly as it stands here"
	}
	if r.kind == rowTimestamp && m.draft.TimestampByHand {
		sentence = "set by hand: it is never replaced; the renew key takes the current time again"
	}
	return sentence, signed
}
