package onnx

import (
	"errors"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

const (
	windowBytes = 64 << 10 // what is read of the file at a time
	headBytes   = 20       // of a tag and the number behind it, at most
	textLimit   = 64 << 20 // of a name or text, so that a damaged file cannot ask for all memory
	packedLimit = 10 << 10 // of numbers in a row: the dimensions of a tensor
	depthLimit  = 100      // of messages inside messages, as protocol buffers have it
)

// scanner walks over the wire format of a file, of which it holds a small part in memory. What nobody asks for is stepped over
// without reading it.
type scanner struct {
	file   io.ReaderAt
	window []byte // bytes of the file from start on
	start  int64
	at     int64 // of the next byte
	end    int64 // of the message that is being walked
	depth  int
}

// field is what follows a tag: a number, or bytes that may be a text, a message or packed numbers.
type field struct {
	number protowire.Number
	typ    protowire.Type
	value  uint64 // of a number
	at     int64  // of the first of the bytes
	size   int64  // of the bytes
}

// formatError says where the wire format is broken.
type formatError struct {
	offset  int64
	missing int64 // bytes that the file lacks, 0 when it is not cut short
	what    string
}

func (e *formatError) Error() string { return fmt.Sprintf("offset %d: %s", e.offset, e.what) }

// fields calls a function for each field up to the end of the message.
func (s *scanner) fields(each func(field) error) error {
	for s.at < s.end {
		f, err := s.next()
		if err != nil {
			return err
		}
		after := s.at
		if f.typ == protowire.BytesType {
			after = f.at + f.size
		}
		if err := each(f); err != nil {
			return err
		}
		s.at = after
	}
	return nil
}

// next reads a tag and what stands right behind it.
func (s *scanner) next() (field, error) {
	head, err := s.peek()
	if err != nil {
		return field{}, err
	}
	number, typ, n := protowire.ConsumeTag(head)
	if n < 0 {
		return field{}, s.broken(n, "a field's number")
	}
	f := field{number: number, typ: typ}
	size := 0
	switch typ {
	case protowire.VarintType, protowire.BytesType:
		f.value, size = protowire.ConsumeVarint(head[n:])
	case protowire.Fixed32Type:
		var v uint32
		v, size = protowire.ConsumeFixed32(head[n:])
		f.value = uint64(v)
	case protowire.Fixed64Type:
		f.value, size = protowire.ConsumeFixed64(head[n:])
	default:
		return field{}, &formatError{offset: s.at, what: fmt.Sprintf("field %d is of kind %d, which ONNX does not use", number, typ)}
	}
	if size < 0 {
		return field{}, s.broken(size, fmt.Sprintf("field %d", number))
	}
	tagAt := s.at
	s.at += int64(n + size)
	if typ == protowire.BytesType {
		if left := s.end - s.at; f.value > uint64(left) {
			return field{}, &formatError{offset: tagAt, missing: s.lacking(f.value - uint64(left)),
				what: fmt.Sprintf("field %d is said to take %d bytes, %d are left", number, f.value, left)}
		}
		f.at, f.size = s.at, int64(f.value)
	}
	return f, nil
}

// broken says what is wrong with the bytes at hand, by the code of package protowire.
func (s *scanner) broken(code int, what string) error {
	err := protowire.ParseError(code)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &formatError{offset: s.at, missing: s.lacking(1), what: what + " is cut short"}
	}
	return &formatError{offset: s.at, what: what + " is damaged"}
}

// lacking returns how many bytes the file lacks when a message ends too early by so many: a message inside another one that is
// complete is damaged, and the file not cut short.
func (s *scanner) lacking(bytes uint64) int64 {
	if s.depth > 0 {
		return 0
	}
	return int64(min(bytes, math.MaxInt64))
}

// peek returns the next bytes of the message: as many as a tag and a number can take, or all that are left.
func (s *scanner) peek() ([]byte, error) {
	want := min(headBytes, s.end-s.at)
	if s.at < s.start || s.at+want > s.start+int64(len(s.window)) {
		if err := s.load(s.at); err != nil {
			return nil, err
		}
	}
	from := s.at - s.start
	return s.window[from : from+want], nil
}

// load fills the window from an offset of the file on.
func (s *scanner) load(offset int64) error {
	s.window = s.window[:cap(s.window)]
	if len(s.window) == 0 {
		s.window = make([]byte, windowBytes)
	}
	n, err := s.file.ReadAt(s.window, offset)
	s.window, s.start = s.window[:n], offset
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if want := min(headBytes, s.end-offset); int64(n) < want { // somebody shortened the file while it was read
		return &formatError{offset: offset + int64(n), missing: want - int64(n), what: "the file ends"}
	}
	return nil
}

// text reads the bytes of a field.
func (s *scanner) text(f field) (string, error) {
	if err := f.must(protowire.BytesType); err != nil {
		return "", err
	}
	if f.size > textLimit {
		return "", &formatError{offset: f.at, what: fmt.Sprintf("a text of %d bytes; this program takes up to %d", f.size, textLimit)}
	}
	if from := f.at - s.start; from >= 0 && from+f.size <= int64(len(s.window)) {
		return string(s.window[from : from+f.size]), nil
	}
	text := make([]byte, f.size)
	if n, err := s.file.ReadAt(text, f.at); n < len(text) {
		if errors.Is(err, io.EOF) {
			return "", &formatError{offset: f.at + int64(n), missing: f.size - int64(n), what: "the file ends"}
		}
		return "", err
	}
	return string(text), nil
}

// message walks over the fields of a message inside this one.
func (s *scanner) message(f field, each func(field) error) error {
	if err := f.must(protowire.BytesType); err != nil {
		return err
	}
	if s.depth == depthLimit {
		return &formatError{offset: f.at, what: fmt.Sprintf("messages lie more than %d deep in each other", depthLimit)}
	}
	outer := s.end
	s.at, s.end = f.at, f.at+f.size
	s.depth++
	err := s.fields(each)
	s.depth--
	s.end = outer
	return err
}

// number64 returns the value of a numeric field.
func (f field) number64() (int64, error) {
	if err := f.must(protowire.VarintType); err != nil {
		return 0, err
	}
	return int64(f.value), nil
}

// numbers appends the value of a field of repeated numbers, which may be packed into one field.
func (s *scanner) numbers(f field, to []int64) ([]int64, error) {
	if f.typ != protowire.BytesType {
		v, err := f.number64()
		return append(to, v), err
	}
	if f.size > packedLimit {
		return nil, &formatError{offset: f.at, what: fmt.Sprintf("a tensor with more than %d dimensions", packedLimit/10)}
	}
	packed, err := s.text(f)
	if err != nil {
		return nil, err
	}
	for rest := []byte(packed); len(rest) > 0; {
		v, n := protowire.ConsumeVarint(rest)
		if n < 0 {
			return nil, &formatError{offset: f.at + f.size - int64(len(rest)), what: "a packed number is damaged"}
		}
		to, rest = append(to, int64(v)), rest[n:]
	}
	return to, nil
}

func (f field) must(typ protowire.Type) error {
	if f.typ != typ {
		return &formatError{offset: f.at, what: fmt.Sprintf("field %d is of kind %d, expected %d", f.number, f.typ, typ)}
	}
	return nil
}
