package verify

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"signpost/signer"
)

// futureSlack is how far ahead a timestamp may be before it is worth a word.
const futureSlack = time.Minute

// checkWebhook examines the signature of a webhook call: the hash of the exact bytes of
// its body and its timestamp. A right one can be too old.
func checkWebhook(s Subject, c Config) Report {
	k := c.Keys[0]
	hashed := s.Body + s.Timestamp
	want, _ := signer.SignText(hashed, k.Secret, k.Algorithm)
	r := Report{Kind: Webhook, Verdict: Wrong, Algorithm: k.Algorithm, Hashed: hashed, Given: s.Signature, Expected: head(want, 8)}
	r.Steps = []Step{
		{"body", fmt.Sprintf("%d bytes: %s", len(s.Body), ends(s.Body))},
		{"append", s.Timestamp + "  (X-Cld-Timestamp)"},
		{"append", "…‹API secret " + signer.Mask + "›"},
		{dash(k.Algorithm), r.Expected},
		{"given", s.Signature},
	}
	at, err := strconv.ParseInt(s.Timestamp, 10, 64)
	if err != nil {
		r.Reason = Reason{"the timestamp is no whole number", "it is the value of X-Cld-Timestamp, in Unix seconds"}
		return r
	}
	age := c.Now.Sub(time.Unix(at, 0))
	r.Steps = append(r.Steps, Step{"age", ageWords(age, c.ValidFor)})
	// Its age is left out here, so that a wrong signature is not called an old one.
	if signer.VerifyNotification(s.Body, at, s.Signature, k.Secret, k.Algorithm, time.Unix(at, 0), c.ValidFor) != nil || s.Timestamp != strconv.FormatInt(at, 10) {
		r.Reason = hexReason(s, c, variant{text: hashed}, webhookVariants(s, at))
		return r
	}
	r.Verdict = Right
	switch {
	case at < c.Now.Add(-c.ValidFor).Unix():
		r.Verdict = Expired
	case age < -futureSlack:
		r.Notes = append(r.Notes, "its timestamp is "+(-age).Round(time.Second).String()+" in the future; no SDK refuses that. Is this machine's clock right?")
	}
	return r
}

// ends is the beginning and the end of a text.
func ends(s string) string {
	const most = 60
	if len(s) <= 2*most {
		return s
	}
	return s[:most] + " … " + s[len(s)-most:]
}

func ageWords(age, validFor time.Duration) string {
	limit := fmt.Sprintf("; it may be %d s old", int64(validFor.Seconds()))
	if age < 0 {
		return fmt.Sprintf("%d s from now%s", int64(-age.Seconds()), limit)
	}
	return fmt.Sprintf("%d s%s", int64(age.Seconds()), limit)
}

// webhookVariants are other texts that may have been hashed for a webhook call.
func webhookVariants(s Subject, at int64) []variant {
	var all []variant
	body := func(text, what, hint string) {
		if text != s.Body {
			all = append(all, variant{text + s.Timestamp, what, hint})
		}
	}
	const raw = "hash the bytes of the body as they came, before anything reads them"
	body(strings.TrimRight(s.Body, "\r\n"), "it is right for the body without the line end behind it", "the line end came with the copying: printf, or --data-binary, adds none")
	body(s.Body+"\n", "it is right for the body with a line end behind it", raw)
	body(s.Body+"\r\n", "it is right for the body with a line end (CR LF) behind it", raw)
	body(strings.ReplaceAll(s.Body, "\r\n", "\n"), "it is right for the body with LF for each CR LF", raw)
	body(strings.ReplaceAll(strings.ReplaceAll(s.Body, "\r\n", "\n"), "\n", "\r\n"), "it is right for the body with CR LF for each LF", raw)
	body(strings.TrimPrefix(s.Body, "\ufeff"), "it is right for the body without the byte order mark", raw)
	body(strings.TrimSpace(s.Body), "it is right for the body without white space around it", raw)
	var compact bytes.Buffer
	if json.Compact(&compact, []byte(s.Body)) == nil {
		body(compact.String(), "it is right for the same JSON without blanks: the body was read and written anew", raw)
		body(strings.ReplaceAll(compact.String(), `\/`, "/"), "it is right for the same JSON with / for \\/: the body was read and written anew", raw)
		body(strings.ReplaceAll(compact.String(), "/", `\/`), "it is right for the same JSON with \\/ for /: the body was read and written anew", raw)
	}
	all = append(all,
		variant{s.Body, "the timestamp was not hashed", "append X-Cld-Timestamp to the body"},
		variant{s.Timestamp + s.Body, "the timestamp was hashed in front of the body", "it follows the body"},
		variant{s.Body + "&timestamp=" + s.Timestamp, "the timestamp was hashed as &timestamp=", "the number alone follows the body"},
		variant{s.Body + s.Timestamp + "000", "the timestamp was hashed in milliseconds", "it is in seconds, as the header has it"})
	// Other timestamps, fewer for a long body: that many bytes are hashed at most.
	const most = 16 << 20
	for i := int64(1); i <= min(7200, most/int64(len(s.Body)+1)); i++ {
		for _, t := range []int64{at - i, at + i} {
			all = append(all, variant{s.Body + strconv.FormatInt(t, 10), fmt.Sprintf("it is right for the timestamp %d, not for %d", t, at), "take signature and timestamp from the same call"})
		}
	}
	return all
}
