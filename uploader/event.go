package uploader

import "time"

// Phase is where an upload stands. All bytes sent is not done: the service still works.
type Phase uint8

// The phases in the order in which they come.
const (
	PhaseConnecting Phase = iota
	PhaseSending
	PhaseProcessing // everything is sent; the server is processing
	PhaseReading    // the answer is coming in
	PhaseDone
	PhaseWaiting // something went wrong; it is sent again after a while
)

// Event tells how an upload goes on. Byte counts are throttled to about 20 a second;
// a change of Phase is always told.
type Event struct {
	Phase Phase
	// Sent and Total count bytes of the request's body.
	Sent, Total int64
	At          time.Time
	// Part of Parts is on its way, from 1; Parts is 0 where there is one request. With
	// parts Sent and Total count bytes of the file, and Acked those that are acknowledged.
	Part, Parts int
	Acked       int64
	// Retry tells of a try that went wrong, in [PhaseWaiting] only.
	Retry *Retry
}

// Retry is a try that went wrong, and what is done about it.
type Retry struct {
	// Try failed, of at most Of; both count from 1.
	Try, Of int
	Err     error
	// Until is when it is sent again.
	Until time.Time
	// Renewed is true where a fresh timestamp is the point of it.
	Renewed bool
	// Now ends the wait at once; it may be called from anywhere and as often as one
	// likes. nil where nobody waits.
	Now func()
}

// Observer is told of events, one after the other. It must not block.
type Observer func(Event)
