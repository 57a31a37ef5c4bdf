package triton

import (
	"bytes"
	"errors"

	"google.golang.org/protobuf/encoding/protowire"
)

// cursor reads a message that lies in pieces, as it came from the network.
type cursor struct {
	pieces [][]byte
	piece  int // the current one
	within int // place in it
	at     int // place in the message
	copied []byte
}

// span is a part of a message.
type span struct{ at, size int }

var errShort = errors.New("the message ends in the middle")

// reset begins at the start of a message.
func (c *cursor) reset(pieces [][]byte) {
	*c = cursor{pieces: pieces, copied: c.copied[:0]}
}

// size returns the number of bytes of the whole message.
func (c *cursor) size() int {
	n := 0
	for _, piece := range c.pieces {
		n += len(piece)
	}
	return n
}

// rest returns the bytes that are left of the current piece, empty only at the end.
func (c *cursor) rest() []byte {
	for c.piece < len(c.pieces) {
		if c.within < len(c.pieces[c.piece]) {
			return c.pieces[c.piece][c.within:]
		}
		c.piece++
		c.within = 0
	}
	return nil
}

// advance goes on within the current piece.
func (c *cursor) advance(n int) {
	c.within += n
	c.at += n
}

// varint reads a number.
func (c *cursor) varint() (uint64, error) {
	rest := c.rest()
	if v, n := protowire.ConsumeVarint(rest); n > 0 {
		c.advance(n)
		return v, nil
	}
	var whole [10]byte // of a number that lies in several pieces
	for i := range whole {
		rest := c.rest()
		if len(rest) == 0 {
			return 0, errShort
		}
		whole[i] = rest[0]
		c.advance(1)
		if whole[i] < 0x80 {
			v, n := protowire.ConsumeVarint(whole[:i+1])
			if n < 0 {
				return 0, protowire.ParseError(n)
			}
			return v, nil
		}
	}
	return 0, errors.New("a number has more than 10 bytes")
}

// skip passes over bytes.
func (c *cursor) skip(n int) error {
	for n > 0 {
		rest := c.rest()
		if len(rest) == 0 {
			return errShort
		}
		step := min(n, len(rest))
		c.advance(step)
		n -= step
	}
	return nil
}

// bytes reads n bytes, which are valid until the cursor is reset.
func (c *cursor) bytes(n int) ([]byte, error) {
	rest := c.rest()
	if n <= len(rest) {
		c.advance(n)
		return rest[:n:n], nil
	}
	begin := len(c.copied)
	for n > 0 {
		rest := c.rest()
		if len(rest) == 0 {
			return nil, errShort
		}
		step := min(n, len(rest))
		c.copied = append(c.copied, rest[:step]...)
		c.advance(step)
		n -= step
	}
	return c.copied[begin:len(c.copied):len(c.copied)], nil
}

// field reads the key of a field, and for a length-delimited one the length; a field of another type is passed over as a whole and
// has the length -1. end bounds what belongs to the message that the field is in.
func (c *cursor) field(end int) (number protowire.Number, length int, value uint64, err error) {
	key, err := c.varint()
	if err != nil {
		return 0, 0, 0, err
	}
	number, length = protowire.Number(key>>3), -1
	if key>>3 == 0 || key>>3 > uint64(protowire.MaxValidNumber) {
		return 0, 0, 0, errors.New("a field has a number that cannot be")
	}
	switch protowire.Type(key & 7) {
	case protowire.VarintType:
		value, err = c.varint()
	case protowire.Fixed32Type:
		err = c.skip(4)
	case protowire.Fixed64Type:
		err = c.skip(8)
	case protowire.BytesType:
		if value, err = c.varint(); err == nil && value > uint64(end-min(c.at, end)) {
			err = errShort
		}
		length = int(value)
	default:
		err = errors.New("a field has a type that is not used")
	}
	if err == nil && c.at > end {
		err = errShort
	}
	return number, length, value, err
}

// copySpan copies a part of a message.
func copySpan(dst []byte, pieces [][]byte, s span) {
	for each := range spanOf(pieces, s) {
		dst = dst[copy(dst, each):]
	}
}

// differs returns the first place at which a part of a message is not as it should be, -1 when there is none.
func differs(want []byte, pieces [][]byte, s span) int {
	at := 0
	for each := range spanOf(pieces, s) {
		n := min(len(each), len(want)-at)
		if !bytes.Equal(each[:n], want[at:at+n]) {
			for each[0] == want[at] {
				each = each[1:]
				at++
			}
			return at
		}
		at += n
		if n < len(each) {
			return at
		}
	}
	if at < len(want) {
		return at
	}
	return -1
}

// spanOf yields the pieces of a part of a message.
func spanOf(pieces [][]byte, s span) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		at, left := s.at, s.size
		for _, piece := range pieces {
			if at >= len(piece) {
				at -= len(piece)
				continue
			}
			n := min(left, len(piece)-at)
			if n == 0 || !yield(piece[at:at+n]) {
				return
			}
			at, left = 0, left-n
		}
	}
}
