package bench

import (
	"fmt"
	"math"
	"slices"

	"github.com/trtbench/trtbench/record"
)

// fileColumns are the columns of a recording's file. The first is always there and tells how many samples there are; any
// other is left out when all its values are zero, as the copies of a run without transfers.
var fileColumns = []fileColumn{
	field[float32]{"compute_start_ms", func(s *Sample) *float32 { return &s.ComputeStart }},
	field[float32]{"compute_ms", func(s *Sample) *float32 { return &s.Compute }},
	field[int64]{"enqueue_start_ns", func(s *Sample) *int64 { return &s.EnqueueStart }},
	field[int64]{"enqueue_end_ns", func(s *Sample) *int64 { return &s.EnqueueEnd }},
	field[float32]{"h2d_ms", func(s *Sample) *float32 { return &s.H2D }},
	field[float32]{"h2d_to_compute_ms", func(s *Sample) *float32 { return &s.H2DToCompute }},
	field[float32]{"compute_to_d2h_ms", func(s *Sample) *float32 { return &s.ComputeToD2H }},
	field[float32]{"d2h_ms", func(s *Sample) *float32 { return &s.D2H }},
	field[int32]{"lane", func(s *Sample) *int32 { return &s.Lane }},
	field[uint32]{"flags", func(s *Sample) *uint32 { return (*uint32)(&s.Flags) }},
}

// fileColumn is one field of all samples.
type fileColumn interface {
	title() string
	write(w *record.Writer, samples []Sample) error
	read(f *record.File, samples []Sample) error
	zero(samples []Sample) bool
}

// field is a column of type T.
type field[T record.Number] struct {
	name string
	of   func(*Sample) *T
}

func (c field[T]) title() string { return c.name }

func (c field[T]) write(w *record.Writer, samples []Sample) error {
	return record.WriteColumn(w, c.name, len(samples), func(block []T, from int) {
		for i := range block {
			block[i] = *c.of(&samples[from+i])
		}
	})
}

func (c field[T]) read(f *record.File, samples []Sample) error {
	return record.ScanColumn(f, c.name, func(block []T, from int) {
		for i, v := range block {
			*c.of(&samples[from+i]) = v
		}
	})
}

func (c field[T]) zero(samples []Sample) bool {
	for i := range samples {
		if *c.of(&samples[i]) != 0 {
			return false
		}
	}
	return true
}

// details is what a file holds of a recording beside the head and the samples.
type details struct {
	Settings       Settings `json:"settings"`
	DroppedSamples int      `json:"dropped_samples,omitempty"`
}

// Save writes the recording to a file, which appears complete or not at all. By custom its name ends in ".trtbench".
// See [Load].
func (r *Recording) Save(path string) error {
	w, err := record.Create(path)
	if err != nil {
		return err
	}
	defer w.Discard()
	for i, c := range fileColumns {
		if i > 0 && c.zero(r.Samples) {
			continue
		}
		if err := c.write(w, r.Samples); err != nil {
			return err
		}
	}
	return w.Commit(r.Head, details{r.Settings, r.DroppedSamples})
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
	r := &Recording{Head: f.Head, Settings: d.Settings, DroppedSamples: d.DroppedSamples}

	if err := r.readColumns(f); err != nil {
		return nil, err
	}
	return r, r.check()
}

func (r *Recording) readColumns(f *record.File) error {
	first, found := f.Column(fileColumns[0].title())
	if !found {
		return fmt.Errorf("it has no column %s", fileColumns[0].title())
	}
	for _, c := range f.Columns {
		known := slices.ContainsFunc(fileColumns, func(known fileColumn) bool { return known.title() == c.Name })
		switch {
		case !known && !f.Newer():
			return fmt.Errorf("it has an unknown column %s", c.Name)
		case known && c.Length != first.Length:
			return fmt.Errorf("column %s has %d values and column %s has %d", c.Name, c.Length, first.Name, first.Length)
		}
	}
	r.Samples = make([]Sample, first.Length)
	for _, c := range fileColumns {
		if _, found := f.Column(c.title()); !found {
			continue // all its values are zero
		}
		if err := c.read(f, r.Samples); err != nil {
			return err
		}
	}
	return nil
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
