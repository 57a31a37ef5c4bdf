// Package npy reads arrays that NumPy saved with numpy.save.
package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// ErrNotNumPy says that data do not begin as a file of NumPy does.
var ErrNotNumPy = errors.New("npy: not a file of NumPy")

const (
	magic = "\x93NUMPY"

	maxHeader     = 1 << 16 // far beyond what a plain array needs
	maxDimensions = 64      // NumPy's own limit
)

// types are NumPy's kinds and sizes of elements. Elements of a type that NumPy lacks, as bfloat16, are saved as plain bytes
// ("V2"); their type stays unknown.
var types = map[string]string{
	"f8": "float64", "f4": "float32", "f2": "float16",
	"i8": "int64", "i4": "int32", "i2": "int16", "i1": "int8",
	"u8": "uint64", "u4": "uint32", "u2": "uint16", "u1": "uint8",
	"b1": "bool", "V1": "", "V2": "",
}

// Parse reads a file of version 1, 2 or 3 that holds one array of numbers or bools. The elements of the result are in
// little-endian order, row by row, whatever they are in the file; where they are so already, they are part of data.
func Parse(data []byte) (tensor.Values, error) {
	head, body, err := split(data)
	if err != nil {
		return tensor.Values{}, err
	}
	h, err := parseHeader(head)
	if err != nil {
		return tensor.Values{}, fmt.Errorf("npy: header: %w", err)
	}
	typ, size, swap, err := elementOf(h.descr)
	if err != nil {
		return tensor.Values{}, err
	}
	count, ok := elementCount(h.shape, size)
	if !ok || count*size != len(body) {
		return tensor.Values{}, fmt.Errorf("npy: %d bytes of elements, expected as many as %s of %s has; is the file cut short?",
			len(body), tensor.FormatShape(h.shape), h.descr)
	}
	if h.columnsFirst && len(h.shape) > 1 && count > 0 {
		body = rowsFirst(body, h.shape, size)
	}
	if swap {
		body = swapped(body, size)
	}
	return tensor.Values{Tensor: record.Tensor{Type: typ, Shape: h.shape}, Data: body}, nil
}

// split takes a file apart into the text of its header and the elements.
func split(data []byte) (header string, body []byte, err error) {
	if len(data) < len(magic) || string(data[:len(magic)]) != magic {
		return "", nil, ErrNotNumPy
	}
	data = data[len(magic):]
	cut := errors.New("npy: cut short in the header")
	if len(data) < 4 {
		return "", nil, cut
	}
	version := data[0]
	var length uint64
	switch version {
	case 1:
		length, data = uint64(binary.LittleEndian.Uint16(data[2:])), data[4:]
	case 2, 3:
		if len(data) < 6 {
			return "", nil, cut
		}
		length, data = uint64(binary.LittleEndian.Uint32(data[2:])), data[6:]
	default:
		return "", nil, fmt.Errorf("npy: version %d of the format, expected 1 to 3", version)
	}
	switch {
	case length > maxHeader:
		return "", nil, fmt.Errorf("npy: a header of %d bytes, expected at most %d", length, maxHeader)
	case length > uint64(len(data)):
		return "", nil, cut
	}
	return string(data[:length]), data[length:], nil
}

// elementOf understands a description such as "<f4".
func elementOf(descr string) (typ string, size int, swap bool, err error) {
	if len(descr) < 3 {
		return "", 0, false, fmt.Errorf("npy: elements of type %q, expected numbers or bools", descr)
	}
	typ, known := types[descr[1:]]
	size, _ = strconv.Atoi(descr[2:])
	switch {
	case !known:
		return "", 0, false, fmt.Errorf("npy: elements of type %q, expected numbers or bools", descr)
	case descr[0] == '>':
		return typ, size, size > 1, nil
	case descr[0] == '<' || descr[0] == '|' || descr[0] == '=':
		return typ, size, false, nil
	}
	return "", 0, false, fmt.Errorf("npy: elements of type %q have an unknown order of bytes", descr)
}

// elementCount returns the number of elements, and whether all of them can be addressed.
func elementCount(shape []int, size int) (count int, ok bool) {
	if slices.Contains(shape, 0) {
		return 0, true
	}
	count = 1
	for _, n := range shape {
		if count > math.MaxInt/size/n {
			return 0, false
		}
		count *= n
	}
	return count, true
}

// rowsFirst reorders elements whose first index runs fastest.
func rowsFirst(from []byte, shape []int, size int) []byte {
	to := make([]byte, 0, len(from))
	strides := make([]int, len(shape))
	stride := size
	for i, n := range shape {
		strides[i] = stride
		stride *= n
	}
	index := make([]int, len(shape))
	place := 0
	for len(to) < len(from) {
		to = append(to, from[place:place+size]...)
		for i := len(shape) - 1; i >= 0; i-- {
			place += strides[i]
			if index[i]++; index[i] < shape[i] {
				break
			}
			place -= strides[i] * shape[i]
			index[i] = 0
		}
	}
	return to
}

func swapped(from []byte, size int) []byte {
	to := slices.Clone(from)
	for element := range slices.Chunk(to, size) {
		slices.Reverse(element)
	}
	return to
}
