package lens

import (
	"testing"

	"signpost/signer"
	"signpost/uploader/catalog"
)

// FuzzView: no input stops it, what is the same has no difference, what differs has one.
func FuzzView(f *testing.F) {
	for _, s := range []string{
		`{"tags":["a,b",null,1],"overwrite":false,"context":{"a":"x=y","b":[1,"|"]},"eager":[{"format":"mp4"},"w_1"]}`,
		`{"face_coordinates":[[1,2,3,4]],"width":10,"transformation":"t","timestamp":0,"file":"x","zz":1.50,"a&b":"c&d"}`,
		`{"responsive_breakpoints":[{"transformation":{"crop":"fill"}},5],"headers":{"Link":"1"},"access_control":"[","auto_tagging":0.0}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := catalog.DecodeJSON(text)
		o, is := v.(catalog.Object)
		if err != nil || !is {
			return
		}
		r := View(o, o, signer.NewSecret("abcd"), signer.Options{})
		for _, l := range append(r.ByHand, r.Upload...) {
			if l.Fails == "" && l.Same != (len(l.Differences) == 0) {
				t.Errorf("%s: same is %v, differences %+v, %q", l.SDK.Name, l.Same, l.Differences, l.StringToSign)
			}
		}
		Group(r.ByHand)
	})
}
