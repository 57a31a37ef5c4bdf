package onnx

import (
	"bytes"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

func decode(t *testing.T, content []byte) *Model {
	t.Helper()
	m, err := Decode(bytes.NewReader(content), "model.onnx", int64(len(content)))
	require.NoError(t, err)
	return m
}

func TestGraphsInsideNodesAndFunctions(t *testing.T) {
	branch := func(operator string) wire {
		return wire{}.bytes(1, node(operator, "x", "b")).bytes(5, tensor("weight of "+operator, Float16, 4))
	}
	choice := node("If", "x", "y").
		bytes(5, wire{}.text(1, "then_branch").bytes(6, branch("Relu"))).
		bytes(5, wire{}.text(1, "else_branch").bytes(11, branch("Tanh")))
	constant := node("Constant", "", "c").bytes(5, wire{}.text(1, "value").bytes(5, tensor("", Int64, 3)))
	special := node("FusedConv", "c", "z").text(7, "com.example")
	graph := wire{}.bytes(1, choice).bytes(1, constant).bytes(1, special).text(2, "main")
	function := wire{}.text(1, "Twice").text(10, "my.own").bytes(7, node("Add", "x", "y")).bytes(7, node("Relu", "y", "z"))
	m := decode(t, model(graph).bytes(25, function).bytes(8, wire{}.text(1, "com.example").number(2, 1)))

	assert.Equal(t, "main", m.Graph.Name)
	assert.Len(t, m.Graph.Nodes, 3)
	assert.Len(t, m.Graph.Nodes[0].Subgraphs, 2)
	assert.Equal(t, []Usage{{"Relu", 2}, {"Add", 1}, {"Constant", 1}, {"If", 1}, {"Tanh", 1}, {"com.example.FusedConv", 1}}, m.Operators())
	assert.Equal(t, []ParameterSum{{Int64, 1, 3, 24}, {Float16, 2, 8, 16}}, m.ParameterSums())
	require.Len(t, m.Functions, 1)
	assert.Equal(t, "my.own", m.Functions[0].Domain)
	assert.Equal(t, []Opset{{"", 17}, {"com.example", 1}}, m.Opsets)
	for range m.AllNodes() {
		break // iterators must stand that
	}
	for range m.Parameters() {
		break
	}
}

func TestParametersThatAreInputs(t *testing.T) {
	value := func(name string) wire { return wire{}.text(1, name) }
	graph := wire{}.bytes(11, value("x")).bytes(11, value("w")).bytes(11, value("s")).bytes(12, value("y")).
		bytes(5, tensor("w", Float32, 2, 3)).
		bytes(15, wire{}.bytes(1, tensor("s", Float32, 7)).bytes(2, tensor("", Int64, 7)).number(3, 100))
	m := decode(t, model(graph))
	require.Len(t, m.Graph.Inputs, 1, "w and s have values in the file")
	assert.Equal(t, "x", m.Graph.Inputs[0].Name)
	assert.Equal(t, UnknownKind, m.Graph.Inputs[0].Type.Kind)
	assert.Equal(t, "unknown", m.Graph.Inputs[0].Type.ElementText())
	assert.True(t, m.Graph.Initializers[1].Sparse)
	assert.Equal(t, []ParameterSum{{Float32, 2, 13, 52}}, m.ParameterSums())
}

func TestTwoModelsInARowAreOne(t *testing.T) {
	first := model(wire{}.bytes(1, node("Relu", "x", "y")).bytes(11, wire{}.text(1, "x")))
	second := wire{}.bytes(7, wire{}.bytes(1, node("Shape", "y", "n")).bytes(5, tensor("x", Float32)))
	m := decode(t, append(first, second...))
	assert.Len(t, m.Graph.Nodes, 2)
	assert.Empty(t, m.Graph.Inputs, "the second gives x a value")
}

func TestTypes(t *testing.T) {
	tensorOf := func(element DataType, dims ...wire) wire {
		var shape wire
		for _, d := range dims {
			shape = shape.bytes(1, d)
		}
		return wire{}.bytes(1, wire{}.number(1, int64(element)).bytes(2, shape))
	}
	fixed := func(n int64) wire { return wire{}.number(1, n) }
	for name, c := range map[string]struct {
		typ            wire
		element, shape string
	}{
		"scalar":        {tensorOf(Float32), "float32", "scalar"},
		"fixed":         {tensorOf(Float16, fixed(2), fixed(0)), "float16", "[2, 0]"},
		"free":          {tensorOf(Int32, wire{}.text(2, "batch"), wire{}, fixed(-5)), "int32", "[batch, ?, ?]"},
		"rank unknown":  {wire{}.bytes(1, wire{}.number(1, 1)), "float32", "unknown rank"},
		"unknown type":  {tensorOf(99, fixed(1)), "type 99", "[1]"},
		"sparse":        {wire{}.bytes(8, wire{}.number(1, 1).bytes(2, nil)), "sparse float32", "scalar"},
		"sequence":      {wire{}.bytes(4, wire{}.bytes(1, tensorOf(Int64))), "sequence of int64", ""},
		"empty":         {wire{}.bytes(4, nil), "sequence of unknown", ""},
		"optional":      {wire{}.bytes(9, wire{}.bytes(1, wire{}.bytes(4, wire{}.bytes(1, tensorOf(Float32))))), "optional of sequence of float32", ""},
		"map":           {wire{}.bytes(5, wire{}.number(1, int64(String)).bytes(2, tensorOf(Float32))), "map from string to float32", ""},
		"not yet known": {wire{}.bytes(17, wire{}), "unknown", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := decode(t, model(wire{}.bytes(11, wire{}.text(1, "x").bytes(2, c.typ))))
			require.Len(t, m.Graph.Inputs, 1)
			assert.Equal(t, c.element, m.Graph.Inputs[0].Type.ElementText())
			assert.Equal(t, c.shape, m.Graph.Inputs[0].Type.Shape())
		})
	}
}

func TestSizes(t *testing.T) {
	packed := wire{}.bytes(1, protowire.AppendVarint(protowire.AppendVarint(nil, 1000), 3)).number(2, 22).text(8, "packed")
	graph := wire{}.bytes(5, packed).
		bytes(5, tensor("huge", Float32, math.MaxInt64, 8)).
		bytes(5, tensor("negative", Float32, -1, 8)).
		bytes(5, tensor("text", String, 5))
	m := decode(t, model(graph))
	list := m.Graph.Initializers
	assert.Equal(t, []int64{1000, 3}, list[0].Dims)
	assert.EqualValues(t, 1500, list[0].Bytes(), "two int4 in a byte")
	assert.EqualValues(t, math.MaxInt64, list[1].Elements(), "no overflow")
	assert.Zero(t, list[2].Elements())
	assert.EqualValues(t, 5, list[3].Elements())
	assert.Zero(t, list[3].Bytes())
}

// TestHugeModel reads a model of ten gigabytes that is nowhere in memory.
func TestHugeModel(t *testing.T) {
	const tensors, each = 100, 100 << 20
	var parts virtual
	var initializers int64
	for range tensors {
		head := protowire.AppendTag(tensor("w", Float32, 25<<20, 1), 9, protowire.BytesType)
		head = protowire.AppendVarint(head, each)
		field := protowire.AppendTag(nil, 5, protowire.BytesType)
		field = append(protowire.AppendVarint(field, uint64(len(head)+each)), head...)
		parts.add(field, each)
		initializers += int64(len(field)) + each
	}
	tail := wire{}.bytes(11, wire{}.text(1, "x"))
	start := protowire.AppendTag(wire{}.number(1, 8), 7, protowire.BytesType)
	start = protowire.AppendVarint(start, uint64(initializers+int64(len(tail))))
	parts.parts = append([]part{{start, 0}}, parts.parts...)
	parts.add(tail, 0)

	m, err := Decode(&parts, "huge.onnx", parts.size())
	require.NoError(t, err)
	assert.Equal(t, []ParameterSum{{Float32, tensors, tensors * 25 << 20, tensors * each}}, m.ParameterSums())
	assert.Equal(t, "x", m.Graph.Inputs[0].Name)
	assert.Less(t, parts.read, int64(16<<20), "weights are stepped over")
}

// virtual is a file of parts, each followed by bytes that are all zero.
type virtual struct {
	parts []part
	read  int64 // bytes that were asked for
}

type part struct {
	content []byte
	zeros   int64
}

func (v *virtual) add(content []byte, zeros int64) {
	v.parts = append(v.parts, part{content, zeros})
}

func (v *virtual) size() int64 {
	var n int64
	for _, p := range v.parts {
		n += int64(len(p.content)) + p.zeros
	}
	return n
}

func (v *virtual) ReadAt(b []byte, offset int64) (int, error) {
	clear(b)
	end := offset + int64(len(b))
	at := int64(0)
	for _, p := range v.parts {
		if from, to := max(at, offset), min(at+int64(len(p.content)), end); from < to {
			copy(b[from-offset:], p.content[from-at:to-at])
		}
		at += int64(len(p.content)) + p.zeros
	}
	n := min(end, at) - offset
	v.read += n
	if n < int64(len(b)) {
		return int(n), io.EOF
	}
	return int(n), nil
}
