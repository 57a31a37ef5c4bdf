package load

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/trtbench/trtbench/record"
)

// didNotHappen stands in a column of differences for a time that is zero in [Outcome].
const (
	didNotHappen   = math.MinInt64
	didNotHappen32 = math.MinInt32
)

// A recording's file holds the outcomes of all points, one after the other, in columns. Of the times the first is kept as it is,
// intended_ns, and the others as differences, in 32 bits where all of them fit:
//
//	delay_ns     begun − intended
//	lag_ns       sent − intended
//	service_ns   answered − sent, or answered − intended of what was never sent
//	first_ns     answered − first; absent when no request had several answers
//
// The lowest number of the column's type stands for what did not happen. A column that would hold nothing but zeros is absent.
var fileColumns = []fileColumn{
	plain[int64]{"intended_ns", func(o *Outcome) int64 { return o.Intended }, func(o *Outcome, v int64) { o.Intended = v }},
	difference64{"delay_ns", func(o *Outcome) (int64, int64) { return o.Begun, o.Intended }, func(o *Outcome, v int64) { o.Begun = v }},
	difference64{"lag_ns", func(o *Outcome) (int64, int64) { return o.Sent, o.Intended }, func(o *Outcome, v int64) { o.Sent = v }},
	difference64{"service_ns", func(o *Outcome) (int64, int64) { return o.Answered, or(o.Sent, o.Intended) },
		func(o *Outcome, v int64) { o.Answered = v }},
	difference64{"first_ns", func(o *Outcome) (int64, int64) { return o.First, o.Answered }, func(o *Outcome, v int64) { o.First = v }},
	plain[int64]{"sequence", func(o *Outcome) int64 { return int64(o.Sequence) }, func(o *Outcome, v int64) { o.Sequence = uint64(v) }},
	plain[uint32]{"parts", func(o *Outcome) uint32 { return o.Parts }, func(o *Outcome, v uint32) { o.Parts = v }},
	plain[uint32]{"connection", func(o *Outcome) uint32 { return o.Conn }, func(o *Outcome, v uint32) { o.Conn = v }},
	plain[uint32]{"place", func(o *Outcome) uint32 { return o.Place }, func(o *Outcome, v uint32) { o.Place = v }},
	plain[uint8]{"status", func(o *Outcome) uint8 { return uint8(o.Status) }, func(o *Outcome, v uint8) { o.Status = Status(v) }},
	plain[uint8]{"flags", func(o *Outcome) uint8 { return uint8(o.Flags) }, func(o *Outcome, v uint8) { o.Flags = Flags(v) }},
}

// details is what a file holds of a recording beside the head and the outcomes.
type details struct {
	Settings Settings       `json:"settings"`
	Epoch    time.Time      `json:"epoch"`
	Points   []filePoint    `json:"points"`
	Ended    *record.Reason `json:"ended,omitempty"`
}

// filePoint is a point with the number of its outcomes.
type filePoint struct {
	Point
	Requests int `json:"requests"`
}

// Save writes the recording to a file, which appears complete or not at all. By custom its name ends in ".trtbench".
// See [Load].
func (r *Recording) Save(path string) error {
	w, err := record.Create(path)
	if err != nil {
		return err
	}
	defer w.Discard()
	d := details{Settings: r.Settings, Epoch: r.Epoch, Ended: r.Ended, Points: []filePoint{}}
	for _, p := range r.Points {
		d.Points = append(d.Points, filePoint{p, len(p.Outcomes)})
	}
	all := r.all()
	for i, c := range fileColumns {
		if i > 0 && c.zero(all) {
			continue
		}
		if err := c.write(w, all); err != nil {
			return err
		}
	}
	return w.Commit(r.Head, d)
}

// Load reads a file that Save has written. A file that is damaged, or that no run can have left, is an error.
func Load(path string) (*Recording, error) {
	f, err := record.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it is only read
	r, err := loadFile(f)
	if err != nil {
		return nil, fmt.Errorf("load: read %s: %w", path, err)
	}
	return r, nil
}

func loadFile(f *record.File) (*Recording, error) {
	if f.Kind != record.KindLoad {
		return nil, fmt.Errorf("it is a recording of kind %q; expected %q", f.Kind, record.KindLoad)
	}
	var d details
	if err := f.Run(&d); err != nil {
		return nil, err
	}
	if err := d.validate(); err != nil {
		return nil, err
	}
	first, found := f.Column(fileColumns[0].title())
	if !found {
		return nil, fmt.Errorf("it has no column %s", fileColumns[0].title())
	}
	if n := d.requests(); n != first.Length {
		return nil, fmt.Errorf("its points have %d requests and its columns %d", n, first.Length)
	}
	outcomes := make([]Outcome, first.Length)
	r := &Recording{Head: f.Head, Settings: d.Settings, Epoch: d.Epoch, Ended: d.Ended}
	rest := outcomes
	for _, p := range d.Points {
		p.Outcomes, rest = rest[:p.Requests:p.Requests], rest[p.Requests:]
		r.Points = append(r.Points, p.Point)
	}
	if err := readColumns(f, r.all()); err != nil {
		return nil, err
	}
	return r, r.check()
}

// readColumns fills outcomes from the columns, of which the first tells the length.
func readColumns(f *record.File, all outcomeColumns) error {
	for _, c := range f.Columns {
		known := slices.ContainsFunc(fileColumns, func(known fileColumn) bool { return known.title() == c.Name })
		switch {
		case !known && !f.Newer():
			return fmt.Errorf("it has an unknown column %s", c.Name)
		case known && c.Length != all.n:
			return fmt.Errorf("column %s has %d values and column %s has %d", c.Name, c.Length, fileColumns[0].title(), all.n)
		}
	}
	for _, c := range fileColumns {
		if err := c.read(f, all); err != nil {
			return err
		}
	}
	return nil
}

// requests returns the number of outcomes that the points claim.
func (d *details) requests() int {
	n := 0
	for _, p := range d.Points {
		n += p.Requests
	}
	return n
}

func (d *details) validate() error {
	s := &d.Settings
	if err := s.Compat.validate(); err != nil {
		return err
	}
	if s.Batch < 1 || s.Batch > math.MaxInt32 {
		return fmt.Errorf("its batch is %d; expected at least 1", s.Batch)
	}
	if !(s.Percentile >= 0 && s.Percentile < 100) {
		return fmt.Errorf("its percentile is %g; expected 0 to less than 100", s.Percentile)
	}
	for i := range d.Points {
		if err := d.Points[i].validate(); err != nil {
			return fmt.Errorf("point %d: %w", i, err)
		}
	}
	return nil
}

// maxRequests keeps sums of numbers of requests far from overflowing.
const maxRequests = 1 << 40

func (p *filePoint) validate() error {
	if p.Requests < 0 || p.Requests > maxRequests {
		return fmt.Errorf("it has %d requests", p.Requests)
	}
	if p.Merged < 0 || p.Merged > len(p.Windows) {
		return fmt.Errorf("%d windows were merged of %d", p.Merged, len(p.Windows))
	}
	for k, w := range p.Windows {
		if w.End <= w.Start || w.Start < 0 {
			return fmt.Errorf("window %d goes from %d to %d ns", k, w.Start, w.End)
		}
		if k > 0 && w.Start != p.Windows[k-1].End {
			return fmt.Errorf("window %d begins at %d ns, the one before it ends at %d", k, w.Start, p.Windows[k-1].End)
		}
		if w.Due < 0 {
			return fmt.Errorf("in window %d %d requests were due", k, w.Due)
		}
	}
	return nil
}

// check returns what is impossible about the outcomes.
func (r *Recording) check() error {
	for i := range r.Points {
		for k := range r.Points[i].Outcomes {
			if err := r.Points[i].Outcomes[k].check(); err != nil {
				return fmt.Errorf("point %d, request %d: %w", i, k, err)
			}
		}
	}
	return nil
}

func (o *Outcome) check() error {
	switch {
	case o.Intended <= 0:
		return fmt.Errorf("it was due at %d ns; expected more than 0", o.Intended)
	case o.Begun < 0 || o.Sent < 0 || o.First < 0 || o.Answered < 0:
		return errors.New("it has a time below 0")
	case o.Status > StatusFailed:
		return fmt.Errorf("its status is %d; expected at most %d", o.Status, StatusFailed)
	case (o.Status == StatusPending) != (o.Answered == 0):
		return fmt.Errorf("it is %s and ended at %d ns", o.Status, o.Answered)
	}
	return nil
}
