package data

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/tensor"
)

// value reads what a step has for a tensor.
func (p *parser) value(t *Tensor) (Value, error) {
	token, err := p.dec.Token()
	if err != nil {
		return Value{}, err
	}
	v := Value{Shape: t.Shape}
	switch token {
	case json.Delim('['):
		v.Data, err = p.content(t, []byte{}, 0)
	case json.Delim('{'):
		v, err = p.described(t)
	default:
		v.Data, err = t.appendElement([]byte{}, token)
	}
	if err != nil {
		return Value{}, err
	}
	if !t.Fixed() && tensor.FormatShape(v.Shape) == tensor.FormatShape(t.Shape) {
		return Value{}, fmt.Errorf(`the model leaves sizes open, %s: say them, as in {"content": [...], "shape": [8, 16]}, or with --shape`,
			tensor.FormatShape(t.Shape))
	}
	return v, t.check(v)
}

// described reads the rest of an object with the elements or bytes of a tensor, and its shape.
func (p *parser) described(t *Tensor) (Value, error) {
	v := Value{Shape: t.Shape}
	err := p.members(func(key string) (err error) {
		switch {
		case key != "shape" && v.Data != nil:
			return errors.New("content and b64 exclude each other")
		case key == "content":
			if err = p.expect('['); err == nil {
				v.Data, err = p.content(t, []byte{}, 0)
			}
		case key == "b64":
			var text string
			if err = p.dec.Decode(&text); err == nil {
				v.Data, err = base64.StdEncoding.DecodeString(text)
			}
		case key == "shape":
			v.Shape = nil
			if err = p.dec.Decode(&v.Shape); err == nil && v.Shape == nil {
				v.Shape = []int64{}
			}
		default:
			err = fmt.Errorf("unknown key %q, expected content, b64 or shape", key)
		}
		return err
	})
	if err == nil && v.Data == nil {
		err = errors.New("neither content nor b64")
	}
	return v, err
}

// maxDepth bounds how deep arrays may lie in each other.
const maxDepth = 16

// content appends the elements of the rest of an array, row by row.
func (p *parser) content(t *Tensor, data []byte, depth int) ([]byte, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("arrays in more than %d arrays", maxDepth)
	}
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return nil, err
		}
		if token == json.Delim('[') {
			data, err = p.content(t, data, depth+1)
		} else {
			data, err = t.appendElement(data, token)
		}
		if err != nil {
			return nil, err
		}
	}
	_, err := p.dec.Token()
	return data, err
}

// appendElement appends one element.
func (t *Tensor) appendElement(data []byte, token json.Token) ([]byte, error) {
	element := elementTypes[t.Type]
	switch v := token.(type) {
	case json.Number:
		if element.append != nil {
			return element.append(data, v.String())
		}
	case bool:
		if t.Type == "BOOL" {
			if v {
				return append(data, 1), nil
			}
			return append(data, 0), nil
		}
	case string:
		if t.Type == Bytes {
			return appendString(data, v), nil
		}
		if v == "NaN" || v == "Infinity" || v == "-Infinity" {
			if number := element.append; number != nil {
				return number(data, v)
			}
		}
		return nil, fmt.Errorf("found the text %q, expected elements of type %s", v, t.Type)
	}
	return nil, fmt.Errorf("found %v, expected elements of type %s", token, t.Type)
}
