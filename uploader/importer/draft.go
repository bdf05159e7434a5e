package importer

import (
	"slices"
	"strings"

	"signpost/signer"
	"signpost/uploader"
)

// Draft is what was read as a draft, and what did not go into it, with the reasons: a
// signature is computed anew, a fresh timestamp is taken. A list of name[] fields
// becomes one that is joined with commas. The file of an [Error] is the sample.
func (r Result) Draft() (uploader.Draft, []Reason) {
	d := uploader.Draft{ResourceType: r.ResourceType, Auth: r.Auth, Params: []uploader.DraftParam{}}
	if !slices.Contains(uploader.ResourceTypes, d.ResourceType) {
		d.ResourceType = "image"
	}
	if r.HasFile {
		d.File = r.File
	}
	if strings.HasPrefix(d.File, "http://127.0.0.1:") && strings.Contains(d.File, "/sample/") {
		d.File = uploader.SampleToken
	}
	var left []Reason
	for _, p := range r.Params {
		name, isList := strings.CutSuffix(p.Name, "[]")
		switch {
		case name == "signature":
			add(&left, name, "it is computed anew")
			continue
		case name == "timestamp":
			add(&left, name, "a fresh one is taken: "+quoted(p.Value)+" may be too old")
			continue
		case name == "api_key":
			add(&left, name, "it comes from the account")
			continue
		case name == "cloud_name":
			add(&left, name, "it comes from the account, and stands in the address")
			continue
		case name == "resource_type" && slices.Contains(uploader.ResourceTypes, p.Value):
			d.ResourceType = p.Value
			add(&left, name, "it belongs into the address")
			continue
		}
		if err := signer.CheckName(name); err != nil {
			add(&left, p.Name, err.Error())
			continue
		}
		at := slices.IndexFunc(d.Params, func(q uploader.DraftParam) bool { return q.Name == name })
		switch {
		case at < 0:
			d.Params = append(d.Params, uploader.DraftParam{Param: signer.Param{Name: name, Value: p.Value}})
		case isList:
			d.Params[at].Value += "," + p.Value
		default:
			add(&left, name, "it is there several times: the last one is taken")
			d.Params[at].Value = p.Value
		}
	}
	return d, left
}
