package data

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// readFiles reads JSON files and puts their streams one after another.
func readFiles(paths []string, ins, outs []Tensor, carried []string) (*Set, error) {
	set := &Set{}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		one, err := parse(bufio.NewReaderSize(file, 1<<16), ins, outs, carried)
		file.Close()
		if err != nil {
			return nil, fmt.Errorf("file %s: %w", path, err)
		}
		if len(set.Streams) > 0 && (one.Expected == nil) != (set.Expected == nil) {
			return nil, fmt.Errorf("file %s: either all files have validation_data or none", path)
		}
		set.Streams = append(set.Streams, one.Streams...)
		set.Expected = append(set.Expected, one.Expected...)
		if set.Timestamps == nil {
			set.Timestamps = one.Timestamps
		}
	}
	return set, nil
}

// Parse reads the content of requests in the form of perf_analyzer's JSON files:
//
//	{"data": [STEP, ...], "validation_data": [STEP, ...]}          one stream
//	{"data": [[STEP, ...], ...], "validation_data": [[STEP, ...], ...]}
//
// A STEP is an object with a value for each input: an array of elements in row-major order, nested or not; {"content": array,
// "shape": [sizes]}; or {"b64": text}, the bytes of the elements, with or without "shape". Elements are numbers for all numeric
// types, FP16 and BF16 included, "NaN", "Infinity" and "-Infinity" for floats, true and false for BOOL, strings for BYTES. Shapes leave
// out the batch. A step may say when it is due: "timestamp", in milliseconds. validation_data has the outputs that answers must
// have.
func Parse(r io.Reader, ins, outs []Tensor) (*Set, error) {
	set, err := parse(r, ins, outs, nil)
	if err != nil {
		return nil, fmt.Errorf("input data: %w", err)
	}
	return set, nil
}

func parse(r io.Reader, ins, outs []Tensor, carried []string) (*Set, error) {
	p := &parser{dec: json.NewDecoder(r), carried: carried}
	p.dec.UseNumber()
	set := &Set{}
	err := p.object(func(key string) (err error) {
		switch key {
		case "data":
			p.tensors, p.kind = ins, "input"
			set.Streams, err = p.streams()
			set.Timestamps = p.timestamps
		case "validation_data":
			p.tensors, p.kind = outs, "output"
			set.Expected, err = p.streams()
		default:
			err = fmt.Errorf("unknown key %q, expected data or validation_data", key)
		}
		return err
	})
	if err == nil {
		err = complete(set, ins)
	}
	if err != nil {
		return nil, p.place(err)
	}
	if _, err := p.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, p.place(errors.New("more text after the end of the object"))
	}
	return set, nil
}

// complete checks what only the whole file shows.
func complete(set *Set, ins []Tensor) error {
	if len(set.Streams) == 0 {
		return errors.New("there is no data")
	}
	for i, stream := range set.Streams {
		if len(stream) == 0 {
			return fmt.Errorf("data: stream %d has no step", i)
		}
		for k, step := range stream {
			for _, t := range ins {
				if _, given := step[t.Name]; !given && !t.Optional {
					return fmt.Errorf("data: stream %d, step %d has no input %q", i, k, t.Name)
				}
			}
		}
	}
	if set.Expected != nil && !slices.EqualFunc(set.Streams, set.Expected, func(a, b []Step) bool { return len(a) == len(b) }) {
		return errors.New("validation_data does not have as many streams and steps as data")
	}
	return nil
}

// parser reads one file.
type parser struct {
	dec        *json.Decoder
	tensors    []Tensor // that values may be for
	kind       string   // "input" or "output"
	carried    []string
	timestamps []float64
}

// place adds where in the file an error was found.
func (p *parser) place(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the file ends in the middle, is it cut short?")
	}
	return fmt.Errorf("before byte %d: %w", p.dec.InputOffset(), err)
}

// object reads an object and calls the function for each key, to read the value.
func (p *parser) object(value func(key string) error) error {
	if err := p.expect('{'); err != nil {
		return err
	}
	return p.members(value)
}

// members reads the rest of an object whose brace was read.
func (p *parser) members(value func(key string) error) error {
	seen := map[string]bool{}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return err
		}
		key := token.(string) // the decoder lets nothing else stand here
		if seen[key] {
			return fmt.Errorf("%q comes twice", key)
		}
		seen[key] = true
		if err := value(key); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

func (p *parser) expect(want json.Delim) error {
	token, err := p.dec.Token()
	if err != nil {
		return err
	}
	if token != want {
		return fmt.Errorf("found %v, expected %v", token, want)
	}
	return nil
}

// streams reads an array of steps, which is one stream, or an array of arrays of steps.
func (p *parser) streams() ([][]Step, error) {
	if err := p.expect('['); err != nil {
		return nil, err
	}
	streams, nested := [][]Step{}, false
	for n := 0; p.dec.More(); n++ {
		token, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			nested = token == json.Delim('[')
		}
		switch {
		case nested && token == json.Delim('['):
			stream, err := p.stream(len(streams))
			if err != nil {
				return nil, err
			}
			streams = append(streams, stream)
		case !nested && token == json.Delim('{'):
			step, err := p.step(0)
			if err != nil {
				return nil, fmt.Errorf("step %d: %w", n, err)
			}
			if n == 0 {
				streams = append(streams, nil)
			}
			streams[0] = append(streams[0], step)
		default:
			return nil, fmt.Errorf("found %v, expected either steps or streams of steps everywhere", token)
		}
	}
	_, err := p.dec.Token()
	return streams, err
}

// stream reads the rest of an array of steps.
func (p *parser) stream(number int) ([]Step, error) {
	stream := []Step{}
	for p.dec.More() {
		err := p.expect('{')
		if err != nil {
			return nil, fmt.Errorf("stream %d, step %d: %w", number, len(stream), err)
		}
		step, err := p.step(number)
		if err != nil {
			return nil, fmt.Errorf("stream %d, step %d: %w", number, len(stream), err)
		}
		stream = append(stream, step)
	}
	_, err := p.dec.Token()
	return stream, err
}

// step reads the rest of an object with a value for each tensor.
func (p *parser) step(stream int) (Step, error) {
	step := Step{}
	err := p.members(func(key string) error {
		t, err := find(p.tensors, p.kind, key)
		switch {
		case slices.Contains(p.carried, key):
			var ignored json.RawMessage
			return p.dec.Decode(&ignored)
		case err != nil && key == "timestamp" && p.kind == "input":
			return p.timestamp(stream)
		case err != nil && key == "model":
			var ignored json.RawMessage
			return p.dec.Decode(&ignored)
		case err != nil:
			return err
		}
		v, err := p.value(t)
		if err != nil {
			return fmt.Errorf("%s %q: %w", p.kind, key, err)
		}
		step[key] = v
		return nil
	})
	return step, err
}

// timestamp reads a number, or an array with one.
func (p *parser) timestamp(stream int) error {
	var raw json.RawMessage
	if err := p.dec.Decode(&raw); err != nil {
		return err
	}
	at := []float64{0}
	if json.Unmarshal(raw, &at[0]) != nil && json.Unmarshal(raw, &at) != nil || len(at) != 1 || at[0] < 0 {
		return fmt.Errorf("timestamp %s, expected a number of milliseconds", raw)
	}
	if stream == 0 {
		p.timestamps = append(p.timestamps, at[0])
	}
	return nil
}
