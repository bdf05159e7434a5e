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
)

// Event tells how an upload goes on. Byte counts are throttled to about 20 a second;
// a change of Phase is always told.
type Event struct {
	Phase Phase
	// Sent and Total count bytes of the request's body.
	Sent, Total int64
	At          time.Time
}

// Observer is told of events, one after the other. It must not block.
type Observer func(Event)
