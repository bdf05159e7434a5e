package dialog

import (
	"signpost/signer/diagnose"
	"signpost/uploader"
)

// DiagnoseRequested asks why a signature was refused, away from the screen: of a text, or
// of a case of this program's own. The answer comes as a message.
type DiagnoseRequested struct {
	Text string
	Case *Refusal
}

// Refusal is a request of this program that was refused, with everything that is known of it.
type Refusal struct {
	Evidence diagnose.Evidence
	// Practice is set where the request was broken on purpose: the draft is as it should be.
	Practice bool
}

// FixRequested asks for what a diagnosis proposes. Send is set where the upload shall be
// sent at once, Case where the diagnosis is about a request of this program.
type FixRequested struct {
	Fix  diagnose.Fix
	Case *Refusal
	Send bool
}

// TrialRequested asks for a request to be sent, once: a broken one, or, where Mended is
// set, the one that it was made of, which is Meant. Run tells its answer apart from those
// of other trials.
type TrialRequested struct {
	Prepared, Meant uploader.Prepared
	Run             int
	Mended          bool
}

// DoctorRequested asks for the doctor, with a case to examine; the dialog stays below it.
type DoctorRequested struct{ Case *Refusal }

func (DiagnoseRequested) stays()  {}
func (DiagnoseRequested) action() {}
func (FixRequested) action()      {}
func (TrialRequested) stays()     {}
func (TrialRequested) action()    {}
func (DoctorRequested) stays()    {}
func (DoctorRequested) action()   {}
