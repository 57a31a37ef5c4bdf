package onnxgen

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"google.golang.org/protobuf/encoding/protowire"
)

// Format and operators that the model is written in: both are understood by every library since 2022.
const (
	irVersion = 8
	opset     = 17
)

// Write writes a model: the same bytes for the same options. It holds no weights in memory.
func Write(w io.Writer, o Options) error {
	if err := o.Validate(); err != nil {
		return err
	}
	n := o.dimensions().network()
	head, weights, tail := n.encode(o)

	out := bufio.NewWriterSize(w, 1<<20)
	out.Write(head)
	for place := range n.weights {
		out.Write(weights[place])
		if err := n.weights[place].write(out, o.Seed, place, n.half); err != nil {
			return fmt.Errorf("onnxgen: write the weights: %w", err)
		}
	}
	out.Write(tail)
	if err := out.Flush(); err != nil {
		return fmt.Errorf("onnxgen: write the model: %w", err)
	}
	return nil
}

// write writes the numbers of a weight, some at a time.
func (w *weight) write(out *bufio.Writer, seed uint64, place int, half bool) error {
	next := w.numbers(seed, place)
	const piece = 4096
	for left := w.count(); left > 0; left -= piece {
		if _, err := out.Write(encode(out.AvailableBuffer(), next, min(left, piece), half)); err != nil {
			return err
		}
	}
	return nil
}

// encode returns what stands before the weights, before the numbers of each of them, and after them all.
func (n *network) encode(o Options) (head []byte, weights [][]byte, tail []byte) {
	// Field numbers of the public ONNX protocol.
	const (
		modelIR, modelProducer, modelDoc, modelGraph, modelOpset, modelProperty = 1, 2, 6, 7, 8, 14
		graphNode, graphName, graphInitializer, graphInput, graphOutput         = 1, 2, 5, 11, 12
		opsetVersion                                                            = 2
	)
	var before, after message
	for i := range n.nodes {
		before.message(graphNode, n.nodes[i].encode())
	}
	before.text(graphName, "onnxgen")
	length := 0 // of the weights with their numbers
	for i := range n.weights {
		w := &n.weights[i]
		tensor, data := w.encode(n.half)
		var m message
		m.length(graphInitializer, len(tensor)+data)
		m = append(m, tensor...)
		weights = append(weights, m)
		length += len(m) + data
	}
	after.message(graphInput, value("signal", o.Batch, Samples))
	after.message(graphInput, value("state", o.Batch, n.width))
	after.message(graphOutput, value("probabilities", o.Batch, Tokens))
	after.message(graphOutput, value("state_next", o.Batch, n.width))

	var start, end message
	start.number(modelIR, irVersion)
	start.text(modelProducer, "trtbench onnxgen")
	start.text(modelDoc, "Synthetic: the weights are random, it recognises nothing.")
	start.length(modelGraph, len(before)+length+len(after))
	start = append(start, before...)

	end = append(end, after...)
	var set message
	set.number(opsetVersion, opset)
	end.message(modelOpset, set)
	for _, p := range [][2]string{
		{"width", strconv.Itoa(n.width)}, {"blocks", strconv.Itoa(n.blocks)}, {"seed", strconv.FormatUint(o.Seed, 10)},
	} {
		end.message(modelProperty, property(p[0], p[1]))
	}
	return start, weights, end
}

func (n *node) encode() message {
	const (
		input, output, name, operator, attribute          = 1, 2, 3, 4, 5
		attributeName, attributeInt, attributeType, asInt = 1, 3, 20, 2
	)
	var m message
	for _, in := range n.inputs {
		m.text(input, in)
	}
	m.text(output, n.output)
	m.text(name, n.output)
	m.text(operator, n.operator)
	if n.to != 0 {
		var a message
		a.text(attributeName, "to")
		a.number(attributeInt, n.to)
		a.number(attributeType, asInt)
		m.message(attribute, a)
	}
	return m
}

// encode returns the tensor up to its numbers, and how many bytes these take.
func (w *weight) encode(half bool) (m message, data int) {
	const dims, typ, name, raw = 1, 2, 8, 9
	for _, d := range w.dims {
		m.number(dims, d)
	}
	element, size := float32Type, 4
	if half {
		element, size = float16Type, 2
	}
	m.number(typ, element)
	m.text(name, w.name)
	data = size * w.count()
	m.length(raw, data)
	return m, data
}

// value encodes an input or output: a matrix of float32 with a row for each stream.
func value(name string, batch, columns int) message {
	const valueName, valueType, tensorType, element, shape, dim, size, free = 1, 2, 1, 1, 2, 1, 1, 2
	var rows, row, column, tensor, typ, v message
	if batch > 0 {
		row.number(size, batch)
	} else {
		row.text(free, "batch")
	}
	column.number(size, columns)
	rows.message(dim, row)
	rows.message(dim, column)
	tensor.number(element, float32Type)
	tensor.message(shape, rows)
	typ.message(tensorType, tensor)
	v.text(valueName, name)
	v.message(valueType, typ)
	return v
}

func property(name, text string) message {
	const key, value = 1, 2
	var m message
	m.text(key, name)
	m.text(value, text)
	return m
}

// message is a message of Protocol Buffers that fields are appended to.
type message []byte

func (m *message) number(field protowire.Number, v int) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.VarintType), uint64(v))
}

func (m *message) text(field protowire.Number, s string) {
	*m = protowire.AppendString(protowire.AppendTag(*m, field, protowire.BytesType), s)
}

func (m *message) message(field protowire.Number, inner message) { m.text(field, string(inner)) }

// length appends the start of a field whose bytes follow.
func (m *message) length(field protowire.Number, bytes int) {
	*m = protowire.AppendVarint(protowire.AppendTag(*m, field, protowire.BytesType), uint64(bytes))
}
