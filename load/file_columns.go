package load

import "github.com/trtbench/trtbench/record"

// A recording's file holds the outcomes of all points, one after the other, in columns. Of the times the first is kept as it is,
// intended_ns, and the others as differences, in 32 bits where all of them fit:
//
//	delay_ns     begun − intended
//	lag_ns       sent − intended
//	service_ns   answered − sent, or answered − intended of what was never sent
//	first_ns     answered − first; absent when no request had several answers
//
// The lowest number of the column's type stands for what did not happen. A column that would hold nothing but zeros is absent.
var fileFields = record.Fields[Outcome]{
	record.NumberField("intended_ns", func(o *Outcome) int64 { return o.Intended }, func(o *Outcome, v int64) { o.Intended = v }),
	record.TimeField("delay_ns", func(o *Outcome) (*int64, int64) { return &o.Begun, o.Intended }),
	record.TimeField("lag_ns", func(o *Outcome) (*int64, int64) { return &o.Sent, o.Intended }),
	record.TimeField("service_ns", func(o *Outcome) (*int64, int64) { return &o.Answered, or(o.Sent, o.Intended) }),
	record.TimeField("first_ns", func(o *Outcome) (*int64, int64) { return &o.First, o.Answered }),
	record.NumberField("sequence", func(o *Outcome) int64 { return int64(o.Sequence) }, func(o *Outcome, v int64) { o.Sequence = uint64(v) }),
	record.NumberField("parts", func(o *Outcome) uint32 { return o.Parts }, func(o *Outcome, v uint32) { o.Parts = v }),
	record.NumberField("connection", func(o *Outcome) uint32 { return o.Conn }, func(o *Outcome, v uint32) { o.Conn = v }),
	record.NumberField("place", func(o *Outcome) uint32 { return o.Place }, func(o *Outcome, v uint32) { o.Place = v }),
	record.NumberField("status", func(o *Outcome) uint8 { return uint8(o.Status) }, func(o *Outcome, v uint8) { o.Status = Status(v) }),
	record.NumberField("flags", func(o *Outcome) uint8 { return uint8(o.Flags) }, func(o *Outcome, v uint8) { o.Flags = Flags(v) }),
}

// rows returns the outcomes of all points.
func (r *Recording) rows() *record.Rows[Outcome] {
	var rows record.Rows[Outcome]
	for i := range r.Points {
		rows.Add(r.Points[i].Outcomes)
	}
	return &rows
}
