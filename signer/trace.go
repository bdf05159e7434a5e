package signer

// Step is one signed parameter as it stands in the string to sign.
type Step struct {
	Param
	// Text is the pair as it is hashed: with %26 for & in version 2.
	Text string
	// Start and End are byte offsets of Text in the string to sign, half-open.
	Start, End int
}

// Trace is a signature with every step that led to it. Nothing in it is secret.
type Trace struct {
	// Steps are the signed parameters in signing order.
	Steps []Step
	// LeftOut are the others, in the order of the input.
	LeftOut []LeftOut
	// StringToSign is Steps joined, without the secret.
	StringToSign string
	// Signature is empty where there is no secret.
	Signature string
	Options   Options
}

// Explain signs the parameters of a form and tells each step. It applies [LeaveOut].
// Without a secret the trace has everything but the signature, and the error is
// [ErrNoSecret].
func Explain(params []Param, secret Secret, o Options) (Trace, error) {
	if o.Version == 0 {
		o.Version = V2
	}
	t := Trace{Options: o}
	var signed []Param
	signed, t.LeftOut = LeaveOut(params)
	order := sortedOrder(nil, signed)
	t.Steps = make([]Step, 0, len(order))
	var b []byte
	for i, at := range order {
		if i > 0 {
			b = append(b, '&')
		}
		start := len(b)
		b = appendCanonical(b, signed[at:at+1], o.Version)
		t.Steps = append(t.Steps, Step{Param: signed[at], Text: string(b[start:]), Start: start, End: len(b)})
	}
	t.StringToSign = string(b)
	if secret.IsZero() {
		return t, ErrNoSecret
	}
	t.Signature = hashAppended(t.StringToSign, secret, o.Algorithm)
	return t, nil
}
