package triton

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/trtbench/trtbench/load"
)

// jsonFormat is the form of HTTP: JSON about the tensors, then their bytes.
type jsonFormat struct {
	sizes []int // of the states
}

// jsonTensor describes a tensor in a request or an answer.
type jsonTensor struct {
	Name       string         `json:"name"`
	Datatype   string         `json:"datatype,omitempty"`
	Shape      []int64        `json:"shape,omitempty"`
	Parameters map[string]any `json:"parameters,omitempty"`
}

func (f *jsonFormat) payload(frame *frame, c *content) *payload {
	rest := struct {
		Inputs  []jsonTensor `json:"inputs"`
		Outputs []jsonTensor `json:"outputs,omitempty"`
	}{Inputs: []jsonTensor{}}
	for i := range c.inputs {
		in := &c.inputs[i]
		t := jsonTensor{in.name, in.datatype, in.shape, jsonPlace(in.place)}
		if t.Shape == nil {
			t.Shape = []int64{}
		}
		if t.Parameters == nil {
			size := len(in.data)
			if in.state >= 0 {
				size = f.sizes[in.state]
			}
			t.Parameters = map[string]any{"binary_data_size": size}
		}
		rest.Inputs = append(rest.Inputs, t)
	}
	for _, out := range frame.outputs {
		t := jsonTensor{Name: out.name, Parameters: jsonPlace(out.place)}
		if t.Parameters == nil {
			t.Parameters = map[string]any{"binary_data": true}
		}
		rest.Outputs = append(rest.Outputs, t)
	}
	parameters := ""
	for _, name := range sortedKeys(frame.parameters) {
		key, _ := json.Marshal(name) // text, numbers and truth values always can be written
		value, _ := json.Marshal(frame.parameters[name])
		parameters += fmt.Sprintf(",%s:%s", key, value)
	}
	tensors, _ := json.Marshal(rest)
	p := &payload{tail: fmt.Appendf(nil, "%s},%s", parameters, tensors[1:]), expected: c.expected}
	p.bodyOf(c.inputs, func(dst []byte, _ int) []byte { return dst }, func(in *part) int { return f.sizes[in.state] })
	return p
}

// head writes the id, the sequence and the tail.
func (f *jsonFormat) head(dst []byte, r *load.Request, tail []byte) []byte {
	dst = append(dst[:0], `{"id":"`...)
	dst = strconv.AppendInt(dst, r.Index, 10)
	dst = append(dst, `","parameters":{"binary_data_output":true`...)
	if r.Sequence != 0 {
		dst = append(dst, `,"sequence_id":`...)
		dst = strconv.AppendUint(dst, r.Sequence, 10)
		dst = append(dst, `,"sequence_start":`...)
		dst = strconv.AppendBool(dst, r.Start)
		dst = append(dst, `,"sequence_end":`...)
		dst = strconv.AppendBool(dst, r.End)
	}
	return append(dst, tail...)
}

func jsonPlace(r region) map[string]any {
	if r.name == "" {
		return nil
	}
	all := map[string]any{"shared_memory_region": r.name, "shared_memory_byte_size": r.size}
	if r.offset != 0 {
		all["shared_memory_offset"] = r.offset
	}
	return all
}

// read reads an answer: the JSON, then the bytes of its outputs. A request is known by its socket, not by its id.
func (f *jsonFormat) read(a *answer, pieces [][]byte, outputs bool) error {
	a.reset(pieces)
	a.final = true
	if !outputs || len(pieces) == 0 {
		return nil
	}
	var about struct{ Outputs []jsonTensor }
	decoder := json.NewDecoder(strings.NewReader(string(pieces[0])))
	decoder.UseNumber()
	if err := decoder.Decode(&about); err != nil {
		return fmt.Errorf("the answer is not the JSON that was expected: %w", err)
	}
	at := len(pieces[0])
	for _, t := range about.Outputs {
		number, given := t.Parameters["binary_data_size"].(json.Number)
		if !given {
			continue // in shared memory
		}
		size, err := strconv.Atoi(number.String())
		if err != nil || size < 0 || size > a.cursor.size()-at {
			return fmt.Errorf("output %q has %s bytes, more than the answer", t.Name, number)
		}
		a.outputs = append(a.outputs, output{slices.Clone([]byte(t.Name)), span{at, size}})
		at += size
	}
	return nil
}
