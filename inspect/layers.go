package inspect

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// ParseLayers reads what TensorRT's inspector tells about the layers of an engine, as JSON. An engine that was built to tell names only
// yields layers with names; one that was built to tell nothing, layers without.
func ParseLayers(text string) ([]Layer, error) {
	var document struct{ Layers []json.RawMessage }
	if err := json.Unmarshal(escapeControls(text), &document); err != nil {
		return nil, fmt.Errorf("inspect: what TensorRT tells about layers: %w; expected JSON", err)
	}
	layers := make([]Layer, len(document.Layers))
	for i, raw := range document.Layers {
		layers[i].Index = i
		if err := layers[i].parse(raw); err != nil {
			return nil, fmt.Errorf("inspect: what TensorRT tells about layer %d: %w", i, err)
		}
	}
	return layers, nil
}

// parse reads a layer: its name, or an object with details, of which some depend on the kind of layer.
func (l *Layer) parse(raw json.RawMessage) error {
	if len(raw) > 0 && raw[0] == '"' {
		return json.Unmarshal(raw, &l.Name)
	}
	var told told
	if err := json.Unmarshal(raw, &told); err != nil {
		return err
	}
	l.Name, l.Type, l.Tactic = get[string](told, "Name"), get[string](told, "LayerType"), get[string](told, "TacticName")
	l.Stream = get[*int](told, "StreamId")
	if value := get[string](told, "TacticValue"); l.Tactic == "" && strings.Trim(value, "0x") != "" {
		l.Tactic = value
	}
	l.Inputs, l.Outputs = tensorsOf(told, "Inputs"), tensorsOf(told, "Outputs")
	l.Precision = precision(l.Inputs, l.Outputs)
	l.Origins = origins(get[string](told, "Metadata"))
	return nil
}

// told is an object of TensorRT's. What it holds changes from version to version, so everything in it may be missing or of another kind.
type told map[string]json.RawMessage

// get returns a value by its name, or the zero value where there is none of this kind.
func get[T any](t told, name string) (value T) {
	if json.Unmarshal(t[name], &value) != nil {
		return *new(T)
	}
	return value
}

func tensorsOf(layer told, name string) []LayerTensor {
	var tensors []LayerTensor
	for _, t := range get[[]told](layer, name) {
		var shape []int64
		if dimensions := get[[]json.RawMessage](t, "Dimensions"); dimensions != nil {
			shape = make([]int64, len(dimensions))
			for i, size := range dimensions {
				if json.Unmarshal(size, &shape[i]) != nil { // a name, or an expression
					shape[i] = -1
				}
			}
		}
		format := get[string](t, "Format/Datatype")
		tensors = append(tensors, LayerTensor{get[string](t, "Name"), shape, format, elementOf(format)})
	}
	return tensors
}

// elements are TensorRT's words for types, in its different versions, by trtexec's.
var elements = map[string][]string{
	"fp32": {"fp32", "float", "float32"}, "fp16": {"fp16", "half", "float16"}, "bf16": {"bf16", "bfloat16"},
	"fp8": {"fp8", "float8"}, "fp4": {"fp4", "float4"}, "e8m0": {"e8m0"},
	"int64": {"int64"}, "int32": {"int32"}, "int8": {"int8"}, "int4": {"int4"}, "uint8": {"uint8"}, "bool": {"bool"},
}

// elementOf finds the type in a text as "Row major linear FP16 format"; empty when it names none.
func elementOf(format string) string {
	words := strings.FieldsFunc(strings.ToLower(format), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for _, word := range words {
		for name, spellings := range elements {
			if slices.Contains(spellings, word) {
				return name
			}
		}
	}
	return ""
}

// precision names the types of outputs, and those of inputs where they are others.
func precision(inputs, outputs []LayerTensor) string {
	in, out := typesOf(inputs), typesOf(outputs)
	switch {
	case in == "" || in == out:
		return out
	case out == "":
		return in
	}
	return in + ">" + out
}

func typesOf(tensors []LayerTensor) string {
	var types []string
	for _, t := range tensors {
		if t.Type != "" && !slices.Contains(types, t.Type) {
			types = append(types, t.Type)
		}
	}
	slices.Sort(types)
	return strings.Join(types, "+")
}

// origins takes apart the metadata of a layer, as "[ONNX Layer: a]\x1e[ONNX Layer: b]".
func origins(metadata string) []string {
	const separator = "\x1e"
	var names []string
	for part := range strings.SplitSeq(metadata, separator) {
		part = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(part), "["), "]")
		part = strings.TrimPrefix(part, "ONNX Layer: ")
		if part != "" && !slices.Contains(names, part) {
			names = append(names, part)
		}
	}
	return names
}

// escapeControls makes JSON of what TensorRT writes: it leaves control characters as they are inside of strings.
func escapeControls(text string) []byte {
	out := make([]byte, 0, len(text))
	inside, escaped := false, false
	for i := range len(text) {
		c := text[i]
		switch {
		case inside && c < ' ':
			out = fmt.Appendf(out, `\u%04x`, c)
			escaped = false
			continue
		case escaped:
			escaped = false
		case c == '\\':
			escaped = inside
		case c == '"':
			inside = !inside
		}
		out = append(out, c)
	}
	return out
}
