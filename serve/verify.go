package serve

import "fmt"

// Verifier checks that every answer follows from all the chunks that its session has sent. It is called for the answers of a session
// in order, for those of different sessions at the same time.
type Verifier interface {
	// Verify returns what is wrong with an answer, a *StateError if the session's state is to blame. Nothing that it is given
	// may be kept.
	Verify(o Observation) error
}

// Observation is a chunk with its answer.
type Observation struct {
	Session int
	Start   bool // first chunk of a chain: the state before it is zero
	Inputs  [][]byte
	Outputs [][]byte
}

// Fault is a way in which a session's state can be wrong.
type Fault string

// The faults. When several explain what was computed, the first of this list is named.
const (
	FaultLost     Fault = "lost"     // the state before the chunk was zero, though the session had begun
	FaultRepeated Fault = "repeated" // a chunk went into the state twice
	FaultStale    Fault = "stale"    // the state before the chunk was an earlier one of the session
	FaultMixed    Fault = "mixed"    // the state before the chunk was another session's
	FaultOther    Fault = "wrong"    // none of these explains it
)

// StateError says that the state of a session was not what its chunks make it.
type StateError struct {
	Session int
	Step    int // of the chunk in its chain, from 0
	Fault   Fault
	Detail  string
}

// Error is part of error.
func (e *StateError) Error() string {
	return fmt.Sprintf("serve: stream %d: chunk %d was computed with a state that is %s: %s", e.Session, e.Step+1, e.Fault, e.Detail)
}
