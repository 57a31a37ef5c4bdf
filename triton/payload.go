package triton

import (
	"github.com/trtbench/trtbench/load"
)

// payload is a request that is ready but for what differs each time: its id, its sequence, its states.
type payload struct {
	tail     []byte   // of the head: what comes after that
	body     [][]byte // contents; nil where a state goes
	holes    []hole
	expected []part
	bytes    int64 // on the wire, without states
}

// hole is where a state goes.
type hole struct{ piece, state int }

// format writes requests and reads answers in the form of a protocol.
type format interface {
	// payload prepares a request.
	payload(f *frame, c *content) *payload
	// head appends what stands before the contents.
	head(dst []byte, r *load.Request, tail []byte) []byte
	// read reads an answer. Its outputs are only looked at when they are wanted.
	read(a *answer, pieces [][]byte, outputs bool) error
}

// frame is what all requests to a model have in common.
type frame struct {
	model, version string
	outputs        []requested // nil: all, with their contents
	parameters     map[string]any
	decoupled      bool // ask for a mark on the last answer
}

// requested is an output that is asked for.
type requested struct {
	name  string
	place region // where the server shall write it; zero: into the answer
}

// region is a part of memory that the server knows; its name is empty when there is none.
type region struct {
	name         string
	offset, size int64
}

// bodyOf lays out the contents of the inputs that travel: prefix gives what stands before each.
func (p *payload) bodyOf(inputs []part, prefix func(dst []byte, size int) []byte, stateSize func(*part) int) {
	var fixed []byte // pieces that are neighbours become one, unless large
	flush := func() {
		if len(fixed) > 0 {
			p.body, fixed = append(p.body, fixed), nil
		}
	}
	for i := range inputs {
		in := &inputs[i]
		switch {
		case in.place.name != "":
		case in.state >= 0:
			fixed = prefix(fixed, stateSize(in))
			flush()
			p.holes = append(p.holes, hole{len(p.body), in.state})
			p.body = append(p.body, nil)
		case len(in.data) > largePiece:
			fixed = prefix(fixed, len(in.data))
			flush()
			p.body = append(p.body, in.data)
		default:
			fixed = append(prefix(fixed, len(in.data)), in.data...)
		}
	}
	flush()
	p.bytes = int64(len(p.tail))
	for _, piece := range p.body {
		p.bytes += int64(len(piece))
	}
}

// largePiece is the size from which on bytes are not copied to lie together with others.
const largePiece = 1 << 15
