package stream

import (
	"math"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// A recording's file holds the chunks of all points, one after the other, in columns. Of the times the first is kept as it is,
// complete_ns, and the others as differences, in 32 bits where all of them fit. The lowest number of the column's type stands for what
// did not happen. A column that would hold nothing but zeros is absent.
var fileFields = record.Fields[Chunk]{
	record.NumberField("complete_ns", func(c *Chunk) int64 { return c.Complete }, func(c *Chunk, v int64) { c.Complete = v }),
	record.TimeField("network_ns", func(c *Chunk) (*int64, int64) { return &c.Due, c.Complete }),
	record.TimeField("wait_ns", func(c *Chunk) (*int64, int64) { return &c.Ready, c.Due }),
	record.TimeField("lag_ns", func(c *Chunk) (*int64, int64) { return &c.Begun, c.Ready }),
	record.TimeField("sending_ns", func(c *Chunk) (*int64, int64) { return &c.Sent, c.Begun }),
	record.TimeField("service_ns", func(c *Chunk) (*int64, int64) { return &c.Answered, c.Begun }),
	record.TimeField("batched_ns", func(c *Chunk) (*int64, int64) { return &c.Batched, c.Begun }),
	record.TimeField("started_ns", func(c *Chunk) (*int64, int64) { return &c.Started, c.Begun }),
	record.TimeField("finished_ns", func(c *Chunk) (*int64, int64) { return &c.Finished, c.Begun }),
	record.NumberField("session", func(c *Chunk) uint32 { return c.Session }, func(c *Chunk, v uint32) { c.Session = v }),
	record.NumberField("utterance", func(c *Chunk) uint32 { return c.Utterance }, func(c *Chunk, v uint32) { c.Utterance = v }),
	record.NumberField("number", func(c *Chunk) uint32 { return c.Number }, func(c *Chunk, v uint32) { c.Number = v }),
	record.NumberField("behind", func(c *Chunk) uint32 { return uint32(c.Behind) }, func(c *Chunk, v uint32) { c.Behind = uint16(min(v, math.MaxUint16)) }),
	record.NumberField("batch", func(c *Chunk) uint32 { return uint32(c.Batch) }, func(c *Chunk, v uint32) { c.Batch = uint16(min(v, math.MaxUint16)) }),
	record.NumberField("status", func(c *Chunk) uint8 { return uint8(c.Status) }, func(c *Chunk, v uint8) { c.Status = load.Status(v) }),
	record.NumberField("flags", func(c *Chunk) uint8 { return uint8(c.Flags) }, func(c *Chunk, v uint8) { c.Flags = Flags(v) }),
}

// rows returns the chunks of all points.
func (r *Recording) rows() *record.Rows[Chunk] {
	var rows record.Rows[Chunk]
	for i := range r.Points {
		rows.Add(r.Points[i].Chunks)
	}
	return &rows
}
