package load

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/trtbench/trtbench/record"
)

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
	d := details{Settings: r.Settings, Epoch: r.Epoch, Ended: r.Ended, Points: []filePoint{}}
	for _, p := range r.Points {
		d.Points = append(d.Points, filePoint{p, len(p.Outcomes)})
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
	n, err := fileFields.Count(f)
	if err != nil {
		return nil, err
	}
	if claimed := d.requests(); claimed != n {
		return nil, fmt.Errorf("its points have %d requests and its columns %d", claimed, n)
	}
	rest := make([]Outcome, n)
	r := &Recording{Head: f.Head, Settings: d.Settings, Epoch: d.Epoch, Ended: d.Ended}
	for _, p := range d.Points {
		p.Outcomes, rest = rest[:p.Requests:p.Requests], rest[p.Requests:]
		r.Points = append(r.Points, p.Point)
	}
	if err := fileFields.Read(f, r.rows()); err != nil {
		return nil, err
	}
	return r, r.check()
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
