package stream

import (
	"math"
	"sort"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// A recording's file holds the chunks of all points, one after the other, in columns. Of the times the first is kept as it is,
// complete_ns, and the others as differences, in 32 bits where all of them fit. The lowest number of the column's type stands for what
// did not happen. A column that would hold nothing but zeros is absent.
var fileColumns = []fileColumn{
	plain[int64]{"complete_ns", func(c *Chunk) int64 { return c.Complete }, func(c *Chunk, v int64) { c.Complete = v }},
	since("network_ns", func(c *Chunk) (*int64, int64) { return &c.Due, c.Complete }),
	since("wait_ns", func(c *Chunk) (*int64, int64) { return &c.Ready, c.Due }),
	since("lag_ns", func(c *Chunk) (*int64, int64) { return &c.Begun, c.Ready }),
	since("sending_ns", func(c *Chunk) (*int64, int64) { return &c.Sent, c.Begun }),
	since("service_ns", func(c *Chunk) (*int64, int64) { return &c.Answered, c.Begun }),
	since("batched_ns", func(c *Chunk) (*int64, int64) { return &c.Batched, c.Begun }),
	since("started_ns", func(c *Chunk) (*int64, int64) { return &c.Started, c.Begun }),
	since("finished_ns", func(c *Chunk) (*int64, int64) { return &c.Finished, c.Begun }),
	plain[uint32]{"session", func(c *Chunk) uint32 { return c.Session }, func(c *Chunk, v uint32) { c.Session = v }},
	plain[uint32]{"utterance", func(c *Chunk) uint32 { return c.Utterance }, func(c *Chunk, v uint32) { c.Utterance = v }},
	plain[uint32]{"number", func(c *Chunk) uint32 { return c.Number }, func(c *Chunk, v uint32) { c.Number = v }},
	plain[uint32]{"behind", func(c *Chunk) uint32 { return uint32(c.Behind) }, func(c *Chunk, v uint32) { c.Behind = uint16(min(v, math.MaxUint16)) }},
	plain[uint32]{"batch", func(c *Chunk) uint32 { return uint32(c.Batch) }, func(c *Chunk, v uint32) { c.Batch = uint16(min(v, math.MaxUint16)) }},
	plain[uint8]{"status", func(c *Chunk) uint8 { return uint8(c.Status) }, func(c *Chunk, v uint8) { c.Status = load.Status(v) }},
	plain[uint8]{"flags", func(c *Chunk) uint8 { return uint8(c.Flags) }, func(c *Chunk, v uint8) { c.Flags = Flags(v) }},
}

// chunkColumns are the chunks of all points, one after the other.
type chunkColumns struct {
	parts [][]Chunk
	froms []int // place of the first chunk of each part
	n     int
}

// all returns the chunks of all points.
func (r *Recording) all() chunkColumns {
	var all chunkColumns
	for i := range r.Points {
		all.parts, all.froms = append(all.parts, r.Points[i].Chunks), append(all.froms, all.n)
		all.n += len(r.Points[i].Chunks)
	}
	return all
}

// each calls use for n chunks from place from on.
func (all *chunkColumns) each(from, n int, use func(i int, c *Chunk)) {
	part := max(sort.SearchInts(all.froms, from+1)-1, 0)
	for i := 0; i < n; part++ {
		chunks := all.parts[part]
		for k := from + i - all.froms[part]; k < len(chunks) && i < n; k++ {
			use(i, &chunks[k])
			i++
		}
	}
}

// every reports whether all chunks have something in common.
func (all *chunkColumns) every(holds func(*Chunk) bool) bool {
	for _, part := range all.parts {
		for i := range part {
			if !holds(&part[i]) {
				return false
			}
		}
	}
	return true
}

// fileColumn is one field of all chunks.
type fileColumn interface {
	title() string
	zero(all chunkColumns) bool
	write(w *record.Writer, all chunkColumns) error
	// read fills the field in, after those of the columns before.
	read(f *record.File, all chunkColumns) error
}

// plain is a field that is stored as it is.
type plain[T record.Number] struct {
	name string
	get  func(*Chunk) T
	set  func(*Chunk, T)
}

func (p plain[T]) title() string { return p.name }

func (p plain[T]) zero(all chunkColumns) bool {
	return all.every(func(c *Chunk) bool { return p.get(c) == 0 })
}

func (p plain[T]) write(w *record.Writer, all chunkColumns) error {
	return writeColumn(w, p.name, all, p.get)
}

func (p plain[T]) read(f *record.File, all chunkColumns) error {
	if _, found := f.Column(p.name); !found {
		return nil
	}
	return record.ScanColumn(f, p.name, func(block []T, from int) {
		all.each(from, len(block), func(i int, c *Chunk) { p.set(c, block[i]) })
	})
}

// distance is a time that is stored as its distance from another one, which is known when the columns before are read.
type distance struct {
	name string
	at   func(*Chunk) (at *int64, origin int64)
}

func since(name string, at func(*Chunk) (*int64, int64)) distance { return distance{name, at} }

func (d distance) title() string { return d.name }

// of returns what is stored; the lowest number for a time that is zero.
func (d distance) of(c *Chunk) int64 {
	at, origin := d.at(c)
	if *at == 0 {
		return math.MinInt64
	}
	return *at - origin
}

func (d distance) zero(all chunkColumns) bool {
	return all.every(func(c *Chunk) bool {
		at, origin := d.at(c)
		return *at == origin
	})
}

func (d distance) write(w *record.Writer, all chunkColumns) error {
	short := all.every(func(c *Chunk) bool {
		v := d.of(c)
		return v == math.MinInt64 || v > math.MinInt32 && v <= math.MaxInt32
	})
	if !short {
		return writeColumn(w, d.name, all, d.of)
	}
	return writeColumn(w, d.name, all, func(c *Chunk) int32 { return int32(max(d.of(c), math.MinInt32)) })
}

func (d distance) read(f *record.File, all chunkColumns) error {
	place := func(c *Chunk, v int64) {
		at, origin := d.at(c)
		*at = origin + v
	}
	switch column, found := f.Column(d.name); {
	case !found:
		_ = all.every(func(c *Chunk) bool {
			place(c, 0)
			return true
		})
		return nil
	case column.Type == "int32":
		return record.ScanColumn(f, d.name, func(block []int32, from int) {
			all.each(from, len(block), func(i int, c *Chunk) {
				if block[i] != math.MinInt32 {
					place(c, int64(block[i]))
				}
			})
		})
	}
	return record.ScanColumn(f, d.name, func(block []int64, from int) {
		all.each(from, len(block), func(i int, c *Chunk) {
			if block[i] != math.MinInt64 {
				place(c, block[i])
			}
		})
	})
}

func writeColumn[T record.Number](w *record.Writer, name string, all chunkColumns, get func(*Chunk) T) error {
	return record.WriteColumn(w, name, all.n, func(block []T, from int) {
		all.each(from, len(block), func(i int, c *Chunk) { block[i] = get(c) })
	})
}
