package bench

import (
	"fmt"
	"math"

	"github.com/trtbench/trtbench/record"
)

// fileFields are the columns of a recording's file. The first is always there and tells how many samples there are; any
// other is left out when all its values are zero, as the copies of a run without transfers.
var fileFields = record.Fields[Sample]{
	field("compute_start_ms", func(s *Sample) *float32 { return &s.ComputeStart }),
	field("compute_ms", func(s *Sample) *float32 { return &s.Compute }),
	field("enqueue_start_ns", func(s *Sample) *int64 { return &s.EnqueueStart }),
	field("enqueue_end_ns", func(s *Sample) *int64 { return &s.EnqueueEnd }),
	field("h2d_ms", func(s *Sample) *float32 { return &s.H2D }),
	field("h2d_to_compute_ms", func(s *Sample) *float32 { return &s.H2DToCompute }),
	field("compute_to_d2h_ms", func(s *Sample) *float32 { return &s.ComputeToD2H }),
	field("d2h_ms", func(s *Sample) *float32 { return &s.D2H }),
	field("lane", func(s *Sample) *int32 { return &s.Lane }),
	field("flags", func(s *Sample) *uint32 { return (*uint32)(&s.Flags) }),
}

// field is a column of what at points to.
func field[T record.Number](name string, at func(*Sample) *T) record.Field[Sample] {
	return record.NumberField(name, func(s *Sample) T { return *at(s) }, func(s *Sample, v T) { *at(s) = v })
}

// rows returns the samples.
func (r *Recording) rows() *record.Rows[Sample] {
	var rows record.Rows[Sample]
	rows.Add(r.Samples)
	return &rows
}

// details is what a file holds of a recording beside the head and the samples.
type details struct {
	Settings       Settings `json:"settings"`
	DroppedSamples int      `json:"dropped_samples,omitempty"`
}

// Save writes the recording to a file, which appears complete or not at all. By custom its name ends in ".trtbench".
// See [Load].
func (r *Recording) Save(path string) error {
	return fileFields.Save(path, r.Head, details{r.Settings, r.DroppedSamples}, r.rows())
}

// Load reads a file that Save has written. A file that is damaged, or that no run can have left, is an error.
func Load(path string) (*Recording, error) {
	f, err := record.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // it is only read
	r, err := load(f)
	if err != nil {
		return nil, fmt.Errorf("bench: load %s: %w", path, err)
	}
	return r, nil
}

func load(f *record.File) (*Recording, error) {
	if f.Kind != record.KindBench {
		return nil, fmt.Errorf("it is a recording of kind %q; expected %q", f.Kind, record.KindBench)
	}
	var d details
	if err := f.Run(&d); err != nil {
		return nil, err
	}
	if err := d.validate(); err != nil {
		return nil, err
	}
	d.Settings.rules = rulesOf[d.Settings.Compat]
	n, err := fileFields.Count(f)
	if err != nil {
		return nil, err
	}
	r := &Recording{Head: f.Head, Settings: d.Settings, DroppedSamples: d.DroppedSamples, Samples: make([]Sample, n)}
	if err := fileFields.Read(f, r.rows()); err != nil {
		return nil, err
	}
	return r, r.check()
}

func (d *details) validate() error {
	s := &d.Settings
	if _, known := rulesOf[s.Compat]; !known {
		return fmt.Errorf("its compat is %d; expected 10 or 11", s.Compat)
	}
	if s.Lanes < 1 || s.Lanes > MaxLanes {
		return fmt.Errorf("it has %d lanes; expected 1 to %d", s.Lanes, MaxLanes)
	}
	if s.Slots < 1 || s.Slots > 2 {
		return fmt.Errorf("it has %d slots; expected 1 or 2", s.Slots)
	}
	if d.DroppedSamples < 0 {
		return fmt.Errorf("%d samples were dropped; expected 0 or more", d.DroppedSamples)
	}
	return nil
}

// check returns what is impossible about the samples.
func (r *Recording) check() error {
	before := float32(math.Inf(-1))
	for i := range r.Samples {
		s := &r.Samples[i]
		t := s.Timing()
		switch {
		case s.Lane < 0 || int(s.Lane) >= r.Settings.Lanes:
			return fmt.Errorf("sample %d is of lane %d; expected 0 to %d", i, s.Lane, r.Settings.Lanes-1)
		case s.EnqueueEnd < s.EnqueueStart:
			return fmt.Errorf("sample %d: its enqueue ends at %d ns, before its start at %d ns", i, s.EnqueueEnd, s.EnqueueStart)
		case !finite(t.Start) || !finite(t.End): // a sum is finite only if all of its parts are
			return fmt.Errorf("sample %d has a time that is not a finite number", i)
		case t.Start < before:
			return fmt.Errorf("sample %d starts at %v ms, before the sample in front of it at %v ms", i, t.Start, before)
		}
		before = t.Start
	}
	return nil
}

func finite(v float32) bool { return v-v == 0 }
