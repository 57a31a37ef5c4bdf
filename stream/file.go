package stream

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// details is what a file holds of a recording beside the head and the chunks.
type details struct {
	Settings Settings    `json:"settings"`
	Points   []filePoint `json:"points"`
	Result   *Result     `json:"result,omitempty"`
}

// filePoint is a point with the number of its chunks.
type filePoint struct {
	Point
	Count int `json:"chunks"`
}

// Save writes the recording to a file, which appears complete or not at all. By custom its name ends in ".trtbench".
// See [Load].
func (r *Recording) Save(path string) error {
	d := details{Settings: r.Settings, Result: r.Result, Points: []filePoint{}}
	for _, p := range r.Points {
		d.Points = append(d.Points, filePoint{p, len(p.Chunks)})
	}
	return fileFields.Save(path, r.Head, d, r.rows())
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
		return nil, fmt.Errorf("stream: read %s: %w", path, err)
	}
	return r, nil
}

func loadFile(f *record.File) (*Recording, error) {
	if f.Kind != record.KindStream {
		return nil, fmt.Errorf("it is a recording of kind %q; expected %q", f.Kind, record.KindStream)
	}
	var d details
	if err := f.Run(&d); err != nil {
		return nil, err
	}
	n, err := fileFields.Count(f)
	if err != nil {
		return nil, err
	}
	if err := d.validate(n); err != nil {
		return nil, err
	}
	rest := make([]Chunk, n)
	r := &Recording{Head: f.Head, Settings: d.Settings, Result: d.Result}
	for _, p := range d.Points {
		p.Chunks, rest = rest[:p.Count:p.Count], rest[p.Count:]
		r.Points = append(r.Points, p.Point)
	}
	if err := fileFields.Read(f, r.rows()); err != nil {
		return nil, err
	}
	return r, r.check()
}

// validate returns what is impossible about the details of a file with so many chunks.
func (d *details) validate(chunks int) error {
	if err := d.Settings.validate(); err != nil {
		return fmt.Errorf("its settings: %w", err)
	}
	sum := 0
	for i := range d.Points {
		p := &d.Points[i]
		switch {
		case p.Count < 0 || p.Count > chunks-sum:
			return fmt.Errorf("point %d has %d chunks, and the columns have %d", i, p.Count, chunks)
		case p.Sessions < 1 || p.Sessions > MaxSessions:
			return fmt.Errorf("point %d has %d streams; expected 1 to %d", i, p.Sessions, MaxSessions)
		case p.Start < 0 || p.End < p.Start || p.Until < 0 || p.End > maxInstant || p.Until > maxInstant:
			return fmt.Errorf("point %d was measured from %d to %d ns, until %d", i, p.Start, p.End, p.Until)
		}
		sum += p.Count
	}
	if sum != chunks {
		return fmt.Errorf("its points have %d chunks and its columns %d", sum, chunks)
	}
	if q := d.Result; q != nil && (q.Point < -1 || q.Point >= len(d.Points) || q.Breaker < -1 || q.Breaker >= len(d.Points)) {
		return fmt.Errorf("its result is of the points %d and %d, and there are %d", q.Point, q.Breaker, len(d.Points))
	}
	return nil
}

// maxInstant keeps differences of instants far from overflowing.
const maxInstant = 1 << 60

// check returns what is impossible about the chunks.
func (r *Recording) check() error {
	for i := range r.Points {
		for k := range r.Points[i].Chunks {
			if err := r.Points[i].Chunks[k].check(r.Points[i].Sessions); err != nil {
				return fmt.Errorf("point %d, chunk %d: %w", i, k, err)
			}
		}
	}
	return nil
}

func (c *Chunk) check(sessions int) error {
	if c.Complete <= 0 {
		return fmt.Errorf("it was complete at %d ns; expected more than 0", c.Complete)
	}
	for _, t := range []int64{c.Complete, c.Due, c.Ready, c.Begun, c.Sent, c.Answered, c.Batched, c.Started, c.Finished} {
		if t < 0 || t > maxInstant {
			return errors.New("it has a time below 0 or beyond all")
		}
	}
	switch {
	case int(c.Session) >= sessions:
		return fmt.Errorf("it is of stream %d; expected 0 to %d", c.Session, sessions-1)
	case c.Status > load.StatusFailed:
		return fmt.Errorf("its status is %d; expected at most %d", c.Status, load.StatusFailed)
	case (c.Status == load.StatusPending) != (c.Answered == 0):
		return fmt.Errorf("it is %s and ended at %d ns", c.Status, c.Answered)
	case c.Answered > 0 && c.Answered < c.Begun:
		return fmt.Errorf("it ended at %d ns, before it was sent", c.Answered)
	}
	return nil
}
