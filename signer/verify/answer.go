package verify

import (
	"strconv"
	"strings"

	"signpost/signer"
)

// checkAnswer examines the signature in an answer to an upload: the hash of public_id and
// version, always by the rule of version 1.
func checkAnswer(s Subject, c Config) Report {
	k := c.Keys[0]
	exact := "public_id=" + s.PublicID + "&version=" + s.Version
	want, _ := signer.SignText(exact, k.Secret, k.Algorithm)
	r := Report{Kind: Answer, Verdict: Wrong, Algorithm: k.Algorithm, Hashed: exact, Given: s.Signature, Expected: head(want, 8)}
	r.Steps = []Step{
		{"take", "public_id = " + s.PublicID},
		{"", "version = " + s.Version},
		{"join", exact},
		{"append", "…‹API secret " + signer.Mask + "›"},
		{dash(k.Algorithm), r.Expected},
		{"given", s.Signature},
	}
	if signer.VerifyResponse(s.PublicID, s.Version, s.Signature, k.Secret, k.Algorithm) == nil {
		r.Verdict = Right
		return r
	}
	r.Reason = hexReason(s, c, variant{text: exact}, answerVariants(s, c))
	return r
}

// answerVariants are other texts that may have been hashed for an answer.
func answerVariants(s Subject, c Config) []variant {
	pair := func(id, version string) string { return "public_id=" + id + "&version=" + version }
	var all []variant
	if strings.Contains(s.PublicID, "&") {
		all = append(all, variant{pair(strings.ReplaceAll(s.PublicID, "&", "%26"), s.Version), "it was made by the rule of version 2, with %26 for &", "an answer is always signed by the rule of version 1"})
	}
	all = append(all, variant{pair(s.PublicID, "v"+s.Version), "the version was hashed with a v in front", "the version is the number alone"})
	if s.Format != "" {
		all = append(all, variant{pair(s.PublicID+"."+s.Format, s.Version), "the public ID was hashed with its extension", "take public_id as it stands in the answer"})
	}
	if i := strings.LastIndexByte(s.PublicID, '.'); i > 0 {
		all = append(all, variant{pair(s.PublicID[:i], s.Version), "the public ID was hashed without its extension", "take public_id as it stands in the answer"})
	}
	// Go before 2.16.1 adds the time of the check, which is soon after the upload, or now.
	const old = "a timestamp was hashed too, as the Go SDK before 2.16.1 does"
	version, err := strconv.ParseInt(s.Version, 10, 64)
	for i := range int64(7200) {
		for _, from := range []int64{version, c.Now.Unix() - 3600} {
			if err == nil {
				all = append(all, variant{"public_id=" + s.PublicID + "&timestamp=" + strconv.FormatInt(from+i-60, 10) + "&version=" + s.Version, old, "public_id and version alone are hashed"})
			}
		}
	}
	return all
}
