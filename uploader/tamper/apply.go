package tamper

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
	"signpost/uploader"
)

// draft is a request while mistakes are made in it.
type draft struct {
	signed   []pair // in the form's order
	sent     []signer.Param
	left     []signer.LeftOut
	version  signer.Version
	unsorted bool
	swaps    [][2]string
	cloud    string
	secret   string
	hash     Hash
	resource string
}

// pair is a parameter in the string to sign.
type pair struct {
	signer.Param
	raw bool // it is there as it stands: empty, or already encoded
}

func newDraft(p uploader.Prepared) *draft {
	d := &draft{
		left: p.Trace.LeftOut, version: p.Trace.Options.Version,
		cloud: p.Account.CloudName, secret: signer.Published, hash: SHA1,
		resource: cmp.Or(p.Draft().ResourceType, "image"),
	}
	if p.Trace.Options.Algorithm == signer.SHA256 {
		d.hash = SHA256
	}
	for _, f := range p.Fields {
		if f.Name == "signature" {
			f.Value = Computed
		}
		d.sent = append(d.sent, f)
		if f.Name != "signature" && signer.ReasonFor(f) == signer.Kept {
			d.signed = append(d.signed, pair{Param: f})
		}
	}
	return d
}

// request puts the string together.
func (d *draft) request(p uploader.Prepared) Request {
	list := slices.Clone(d.signed)
	if !d.unsorted {
		slices.SortStableFunc(list, func(a, b pair) int { return strings.Compare(a.Name, b.Name) })
	}
	for _, s := range d.swaps {
		i, j := place(list, s[0]), place(list, s[1])
		if i >= 0 && j >= 0 {
			list[i], list[j] = list[j], list[i]
		}
	}
	pieces := make([]string, 0, len(list))
	for _, q := range list {
		piece := q.Name + "=" + q.Value
		if !q.raw {
			piece = signer.StringToSign([]signer.Param{q.Param}, d.version)
		}
		pieces = append(pieces, piece)
	}
	return Request{Cloud: d.cloud, Text: strings.Join(pieces, "&"), Secret: d.secret, Hash: d.hash, Fields: d.sent, base: p}
}

func place(list []pair, name string) int {
	return slices.IndexFunc(list, func(q pair) bool { return q.Name == name })
}

var (
	errNothing  = errors.New("it would change nothing")
	errNotThere = errors.New("there is no such parameter in the request")
)

// apply makes one mistake.
func (d *draft) apply(m Mistake) error {
	switch m.Kind {
	case Quoted:
		d.secret = `"` + d.secret + `"`
	case Newline:
		d.secret += "\n"
	case Secret:
		if m.Value == d.secret {
			return errNothing
		}
		d.secret = m.Value
	case HMAC:
		d.hash = map[Hash]Hash{SHA1: HMACSHA1, HMACSHA1: HMACSHA1, SHA256: HMACSHA256, HMACSHA256: HMACSHA256}[d.hash]
	case OtherHash:
		d.hash = map[Hash]Hash{SHA1: SHA256, SHA256: SHA1, HMACSHA1: HMACSHA256, HMACSHA256: HMACSHA1}[d.hash]
	case Cloud:
		if m.Value == d.cloud {
			return errNothing
		}
		d.cloud = m.Value
	case NoSignature:
		d.sent = slices.DeleteFunc(slices.Clone(d.sent), func(f signer.Param) bool { return f.Name == "signature" || f.Name == "api_key" })
	case Key:
		return d.setSent("api_key", m.Value)
	case Unsorted, Swap:
		return d.reorder(m)
	case Age, Milliseconds:
		return d.shift(m)
	case SignToo, SignEmpty:
		return d.signMore(m)
	default:
		return d.value(m)
	}
	return nil
}

// value makes the mistakes about one parameter.
func (d *draft) value(m Mistake) error {
	if m.Kind == Encode {
		return d.encode(m.Name)
	}
	at := place(d.signed, m.Name)
	if at < 0 {
		return errNotThere
	}
	was := d.signed[at].Value
	switch m.Kind {
	case Unsigned:
		d.signed = slices.Delete(d.signed, at, at+1)
	case Unsent:
		d.sent = slices.DeleteFunc(slices.Clone(d.sent), func(f signer.Param) bool { return f.Name == m.Name })
	case Change:
		return d.setSent(m.Name, m.Value)
	case Cut:
		before, _, found := strings.Cut(was, "&")
		if !found {
			return errNothing
		}
		return d.setSent(m.Name, before)
	case SignAs:
		if was == m.Value {
			return errNothing
		}
		d.signed[at] = pair{signer.Param{Name: m.Name, Value: m.Value}, true}
	}
	return nil
}

func (d *draft) setSent(name, value string) error {
	at := slices.IndexFunc(d.sent, func(f signer.Param) bool { return f.Name == name })
	switch {
	case at < 0:
		return errNotThere
	case d.sent[at].Value == value:
		return errNothing
	}
	d.sent = slices.Clone(d.sent)
	d.sent[at].Value = value
	return nil
}

// reorder keeps the form's order in the string, or exchanges two parameters.
func (d *draft) reorder(m Mistake) error {
	if m.Kind == Unsorted {
		if slices.IsSortedFunc(d.signed, func(a, b pair) int { return strings.Compare(a.Name, b.Name) }) {
			return errNothing
		}
		d.unsorted = true
		return nil
	}
	if place(d.signed, m.Name) < 0 || place(d.signed, m.Value) < 0 {
		return errNotThere
	}
	if m.Name == m.Value {
		return errNothing
	}
	d.swaps = append(d.swaps, [2]string{m.Name, m.Value})
	return nil
}

// encode writes one value, or every one, as a URL would have it.
func (d *draft) encode(name string) error {
	changed := false
	for i, q := range d.signed {
		if name != "" && q.Name != name {
			continue
		}
		if to := strings.ReplaceAll(url.QueryEscape(q.Value), "+", "%20"); to != q.Value {
			d.signed[i], changed = pair{signer.Param{Name: q.Name, Value: to}, true}, true
		}
	}
	if !changed {
		return errNothing
	}
	return nil
}

// shift moves the timestamp in both places, or turns the signed one into milliseconds.
func (d *draft) shift(m Mistake) error {
	at := place(d.signed, "timestamp")
	if at < 0 {
		return errNotThere
	}
	n, err := strconv.ParseInt(d.signed[at].Value, 10, 64)
	if err != nil {
		return fmt.Errorf("the timestamp %q is no number of seconds", d.signed[at].Value)
	}
	if m.Kind == Milliseconds {
		d.signed[at].Value += "000"
		return nil
	}
	off, _ := time.ParseDuration(m.Value)
	to := strconv.FormatInt(n-int64(off/time.Second), 10)
	d.signed[at].Value = to
	return d.setSent("timestamp", to)
}

// signMore signs what is never signed, or what has no value.
func (d *draft) signMore(m Mistake) error {
	if place(d.signed, m.Name) >= 0 {
		return errNothing
	}
	if m.Kind == SignEmpty {
		d.signed = append(d.signed, pair{signer.Param{Name: m.Name}, true})
		return nil
	}
	at := slices.IndexFunc(d.left, func(l signer.LeftOut) bool { return l.Name == m.Name && l.Reason == signer.Excluded })
	if at < 0 {
		return errors.New("it is not one of file, api_key, cloud_name and resource_type")
	}
	d.signed = append(d.signed, pair{d.left[at].Param, true})
	return nil
}
