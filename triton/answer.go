package triton

import (
	"fmt"
	"sync"

	"github.com/trtbench/trtbench/triton/internal/transport"
)

// answer is what is read of the server's message, most often only its beginning. Its bytes belong to the transport.
type answer struct {
	id      int64  // NoTag: none, or none of ours
	text    []byte // of an error; nil: none
	final   bool   // no more answers to the request will come
	empty   bool   // it has no outputs; only known when all was read or final was marked
	outputs []output
	cursor  cursor
	raw     []span // contents, as they come
}

// output is where an answer has the bytes of an output.
type output struct {
	name []byte
	span span // size -1: not in the answer
}

// answers keeps memory for reading.
var answers = sync.Pool{New: func() any { return new(answer) }}

func (a *answer) reset(pieces [][]byte) {
	*a = answer{id: transport.NoTag, outputs: a.outputs[:0], raw: a.raw[:0], cursor: a.cursor}
	a.cursor.reset(pieces)
}

// find returns where the bytes of an output are.
func (a *answer) find(name string) (span, bool) {
	for i := range a.outputs {
		if string(a.outputs[i].name) == name && a.outputs[i].span.size >= 0 {
			return a.outputs[i].span, true
		}
	}
	return span{}, false
}

// Output is part of Outputs.
func (a *answer) Output(name string) ([]byte, bool) {
	s, found := a.find(name)
	if !found {
		return nil, false
	}
	content := make([]byte, s.size)
	copySpan(content, a.cursor.pieces, s)
	return content, true
}

// numbers of fields of kserve.ModelStreamInferResponse, ModelInferResponse, and what is in it.
const (
	fieldError    = 1
	fieldResponse = 2

	fieldID        = 3
	fieldOutputs   = 5
	fieldRawOutput = 6

	fieldName             = 1 // of an output
	fieldOutputParameters = 4
)

// read reads an answer. Without outputs it stops where they begin.
func (f *protobufFormat) read(a *answer, pieces [][]byte, outputs bool) error {
	a.reset(pieces)
	a.final = !f.decoupled
	end := a.cursor.size()
	var err error
	if !f.stream {
		err = a.response(end, outputs)
	} else {
		err = a.streamResponse(end, outputs)
	}
	if err != nil {
		return fmt.Errorf("the answer cannot be read: %w", err)
	}
	return a.place()
}

// streamResponse reads what stands around an answer in a stream.
func (a *answer) streamResponse(end int, outputs bool) error {
	for a.cursor.at < end {
		number, length, _, err := a.cursor.field(end)
		switch {
		case err != nil:
			return err
		case number == fieldError && length > 0:
			a.text, err = a.cursor.bytes(length)
		case number == fieldResponse && length >= 0:
			err = a.response(a.cursor.at+length, outputs)
			if err == nil && a.stopped(outputs) {
				return nil
			}
		case length > 0:
			err = a.cursor.skip(length)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// stopped reports whether the answer is known well enough to leave the rest unread.
func (a *answer) stopped(outputs bool) bool {
	return !outputs && !a.empty && a.id != transport.NoTag
}

// response reads an answer.
func (a *answer) response(end int, outputs bool) error {
	a.empty = true
	for a.cursor.at < end {
		number, length, _, err := a.cursor.field(end)
		switch {
		case err != nil:
			return err
		case length < 0:
		case number == fieldID:
			var digits []byte
			digits, err = a.cursor.bytes(length)
			a.id = transport.ParseID(digits)
		case number == fieldParameters:
			err = a.parameter(a.cursor.at + length)
		case number == fieldOutputs:
			a.empty = false
			if a.stopped(outputs) {
				return nil
			}
			err = a.output(a.cursor.at + length)
		case number == fieldRawOutput:
			a.raw = append(a.raw, span{a.cursor.at, length})
			err = a.cursor.skip(length)
		default:
			err = a.cursor.skip(length)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// parameter reads an entry of the map of parameters.
func (a *answer) parameter(end int) error {
	var key []byte
	for a.cursor.at < end {
		number, length, _, err := a.cursor.field(end)
		switch {
		case err != nil:
			return err
		case number == fieldKey && length >= 0:
			key, err = a.cursor.bytes(length)
		case number == fieldValue && length >= 0 && string(key) == finalResponse:
			err = a.finality(a.cursor.at + length)
		case length > 0:
			err = a.cursor.skip(length)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// finality reads the value that says whether an answer is the last one.
func (a *answer) finality(end int) error {
	for a.cursor.at < end {
		number, length, value, err := a.cursor.field(end)
		if err == nil && number == fieldBool && length < 0 {
			a.final = value != 0
		}
		if err == nil && length > 0 {
			err = a.cursor.skip(length)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// output reads the description of an output.
func (a *answer) output(end int) error {
	o := output{}
	for a.cursor.at < end {
		number, length, _, err := a.cursor.field(end)
		switch {
		case err != nil:
			return err
		case number == fieldName && length >= 0:
			o.name, err = a.cursor.bytes(length)
		case number == fieldOutputParameters && length >= 0:
			var key []byte
			if key, err = a.mapKey(a.cursor.at + length); string(key) == "shared_memory_region" {
				o.span.size = -1
			}
		case length > 0:
			err = a.cursor.skip(length)
		}
		if err != nil {
			return err
		}
	}
	a.outputs = append(a.outputs, o)
	return nil
}

// mapKey reads an entry of a map and returns its key.
func (a *answer) mapKey(end int) (key []byte, err error) {
	for a.cursor.at < end {
		number, length, _, err := a.cursor.field(end)
		switch {
		case err != nil:
			return nil, err
		case number == fieldKey && length >= 0:
			key, err = a.cursor.bytes(length)
		case length > 0:
			err = a.cursor.skip(length)
		}
		if err != nil {
			return nil, err
		}
	}
	return key, nil
}

// place gives the outputs the contents, which come in their order, without those in shared memory.
func (a *answer) place() error {
	raw := a.raw
	for i := range a.outputs {
		if a.outputs[i].span.size < 0 {
			continue
		}
		if len(raw) == 0 {
			a.outputs[i].span.size = -1 // element by element, or left unread
			continue
		}
		a.outputs[i].span, raw = raw[0], raw[1:]
	}
	if len(raw) > 0 {
		return fmt.Errorf("the answer has the contents of %d outputs more than it describes", len(raw))
	}
	return nil
}
