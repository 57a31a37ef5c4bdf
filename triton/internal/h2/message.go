package h2

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// largeStore is above the memory that a call keeps for its next answers.
const largeStore = 1 << 20

// zeros stand for what was not kept of an answer.
var zeros [64 << 10]byte

// message is an answer that is on its way.
type message struct {
	header [messageHeader]byte
	have   int    // bytes of header
	left   int    // bytes that are still to come
	stored []byte // the beginning, from earlier frames
	past   int    // bytes after that, which nobody wants
}

// reset begins a new message.
func (m *message) reset() {
	stored := m.stored[:0]
	if cap(stored) > largeStore {
		stored = nil
	}
	*m = message{stored: stored}
}

// begin takes bytes of the header and returns the rest.
func (m *message) begin(p []byte) ([]byte, error) {
	n := copy(m.header[m.have:], p)
	m.have += n
	if m.have < messageHeader {
		return nil, nil
	}
	size := binary.BigEndian.Uint32(m.header[1:])
	switch {
	case m.header[0] != 0:
		return nil, fmt.Errorf("the answer is compressed (flag %d), expected a plain one", m.header[0])
	case size > math.MaxInt32:
		return nil, fmt.Errorf("the answer has %d bytes, expected at most %d", size, math.MaxInt32)
	}
	m.left = int(size)
	return p[n:], nil
}

// store keeps bytes, as far as they belong to the first head ones; 0: all.
func (m *message) store(p []byte, head int) {
	keep, all := len(p), m.left
	if head > 0 {
		keep, all = min(keep, max(head-len(m.stored), 0)), min(all, head)
	}
	if len(m.stored) == 0 {
		m.stored = slices.Grow(m.stored, min(all, largeStore)) // at once, as far as one may trust the announced length
	}
	m.stored = append(m.stored, p[:keep]...)
	m.past += len(p) - keep
	m.left -= len(p)
}

// whole appends the pieces of a complete message.
func (m *message) whole(pieces [][]byte) [][]byte {
	pieces = append(pieces, m.stored)
	for past := m.past; past > 0; past -= len(zeros) {
		pieces = append(pieces, zeros[:min(past, len(zeros))])
	}
	return pieces
}
