package record

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A recording file is a zip archive, as .npz files of NumPy are: the samples in columns, one entry NAME.npy each, and
// head.json for everything else. Nothing in it is compressed: times hardly shrink, and a reader then never needs more
// memory than the file has bytes. In Python, np.load("run.trtbench")["compute_ms"] reads a column.
//
// The version says what a reader must know. A new minor version adds to head.json or to the columns, and older
// programs read on; a new major version changes the meaning of what was there, and older programs refuse the file.
const (
	schema       = "trtbench.recording"
	majorVersion = 1
	minorVersion = 0

	headName     = "head.json"
	columnSuffix = ".npy"

	// maxHeadBytes bounds head.json; it is far above what any run writes.
	maxHeadBytes = 8 << 20
)

// headFile is head.json.
type headFile struct {
	Schema string `json:"schema"`
	Major  int    `json:"major"`
	Minor  int    `json:"minor"`
	Head
	Run     json.RawMessage `json:"run"` // what only this kind of recording has
	Columns []Column        `json:"columns"`
}

// Column describes one column of a recording file.
type Column struct {
	Name   string     `json:"name"`
	Type   NumberType `json:"type"`
	Length int        `json:"length"` // values
}

// NumberType names how the values of a column are stored. All are little-endian.
type NumberType string

// numberTypes holds the size in bytes of each type and NumPy's name for it.
var numberTypes = map[NumberType]struct {
	size  int
	numpy string
}{
	"uint8":   {1, "|u1"},
	"int32":   {4, "<i4"},
	"uint32":  {4, "<u4"},
	"int64":   {8, "<i8"},
	"float32": {4, "<f4"},
	"float64": {8, "<f8"},
}

// Number is a type that a column can hold.
type Number interface {
	uint8 | int32 | uint32 | int64 | float32 | float64
}

// typeOf returns the name under which values of type T are stored, which is Go's.
func typeOf[T Number]() NumberType {
	var zero T
	return NumberType(fmt.Sprintf("%T", zero))
}

// validate says what is wrong with a column, apart from its values.
func (c *Column) validate() error {
	switch _, known := numberTypes[c.Type]; {
	case !columnName(c.Name):
		return fmt.Errorf("column name %q; expected letters, digits and _", c.Name)
	case !known:
		return fmt.Errorf("column %s has the unknown type %q", c.Name, c.Type)
	case c.Length < 0 || c.Length > maxLength:
		return fmt.Errorf("column %s has the impossible length %d", c.Name, c.Length)
	}
	return nil
}

// maxLength keeps the size of a column in bytes far from overflowing.
const maxLength = 1 << 48

func columnName(name string) bool {
	other := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_'
	}
	return name != "" && len(name) <= 64 && !slices.ContainsFunc([]rune(name), other)
}

// entry returns the name of the column's place in the archive.
func (c *Column) entry() string { return c.Name + columnSuffix }

// bytes returns the size of the column's entry, for a valid column.
func (c *Column) bytes() int64 {
	return columnHeaderBytes + int64(c.Length)*int64(numberTypes[c.Type].size)
}

// columnHeaderBytes is the size of the header of every column.
const columnHeaderBytes = 128

// header returns what precedes the values: the header of NumPy's format 1.0 for an array of one dimension.
func (c *Column) header() []byte {
	const magic, preamble = "\x93NUMPY\x01\x00", 10
	text := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%d,), }", numberTypes[c.Type].numpy, c.Length)
	header := append([]byte(magic), columnHeaderBytes-preamble, 0)
	return fmt.Appendf(header, "%-*s\n", columnHeaderBytes-preamble-1, text)
}

// blockBytes is the size of the pieces in which columns are written and read.
const blockBytes = 256 << 10

// blocks calls use for successive pieces of a column of n values, all in the same memory. It stops at the first error.
func blocks[T Number](n int, use func(block []T, from int) error) error {
	size := numberTypes[typeOf[T]()].size
	block := make([]T, min(n, blockBytes/size))
	for from := 0; from < n; from += len(block) {
		if err := use(block[:min(len(block), n-from)], from); err != nil {
			return err
		}
	}
	return nil
}
