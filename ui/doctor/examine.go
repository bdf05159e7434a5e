package doctor

import (
	"fmt"
	"slices"

	"signpost/signer/diagnose"
	"signpost/uploader/importer"
)

// rank orders verdicts by how much they say.
var rank = map[diagnose.Verdict]int{diagnose.Unknown: 0, diagnose.OK: 1, diagnose.Expired: 2, diagnose.Likely: 3, diagnose.Proved: 4}

// Best examines each message of a text, and returns the finding that says most. Each may
// take a second.
func Best(pasted string, examine func(diagnose.Evidence) diagnose.Diagnosis) diagnose.Diagnosis {
	cases := importer.Evidence(pasted)
	var best diagnose.Diagnosis
	for i, e := range cases {
		if d := examine(e); i == 0 || rank[d.Verdict] >= rank[best.Verdict] {
			best = d
		}
	}
	if len(cases) > 1 {
		best.Notes = append(best.Notes, fmt.Sprintf("there are %d different messages in the text; this is about the one with the signature %s", len(cases), best.Signature))
	}
	return best
}

// Masked is a diagnosis for a screen that others look at: change takes out what they must
// not see. The fix keeps what it puts into the form.
func Masked(d diagnose.Diagnosis, change func(string) string) diagnose.Diagnosis {
	places := func(in, content string) {
		if change(content) != content {
			d.Places = slices.DeleteFunc(slices.Clone(d.Places), func(p diagnose.Place) bool { return p.In == in })
		}
	}
	places(inSeen, d.Seen)
	places(inSigned, d.Signed)
	for _, s := range []*string{&d.Sentence, &d.Fix.Words, &d.Signed, &d.Seen, &d.Sent, &d.Control} {
		*s = change(*s)
	}
	d.Notes, d.Ranked, d.Differences = slices.Clone(d.Notes), slices.Clone(d.Ranked), slices.Clone(d.Differences)
	for i := range d.Notes {
		d.Notes[i] = change(d.Notes[i])
	}
	for i := range d.Ranked {
		d.Ranked[i].Why = change(d.Ranked[i].Why)
	}
	for i := range d.Differences {
		x := &d.Differences[i]
		before := *x
		x.Signed, x.Sent, x.Seen = change(x.Signed), change(x.Sent), change(x.Seen)
		if before != *x {
			x.At, x.SignedBytes, x.SeenBytes = 0, "", ""
		}
	}
	return d
}
