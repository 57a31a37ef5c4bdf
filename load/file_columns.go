package load

import (
	"math"
	"sort"

	"github.com/trtbench/trtbench/record"
)

// outcomeColumns are the outcomes of all points, one after the other.
type outcomeColumns struct {
	parts [][]Outcome
	froms []int // place of the first outcome of each part
	n     int
}

// all returns the outcomes of all points.
func (r *Recording) all() outcomeColumns {
	var c outcomeColumns
	for i := range r.Points {
		c.parts, c.froms = append(c.parts, r.Points[i].Outcomes), append(c.froms, c.n)
		c.n += len(r.Points[i].Outcomes)
	}
	return c
}

// each calls use for n outcomes from place from on.
func (c *outcomeColumns) each(from, n int, use func(i int, o *Outcome)) {
	part := max(sort.SearchInts(c.froms, from+1)-1, 0)
	for i := 0; i < n; part++ {
		outcomes := c.parts[part]
		for k := from + i - c.froms[part]; k < len(outcomes) && i < n; k++ {
			use(i, &outcomes[k])
			i++
		}
	}
}

// every reports whether all outcomes have something in common.
func (c *outcomeColumns) every(holds func(*Outcome) bool) bool {
	for _, part := range c.parts {
		for i := range part {
			if !holds(&part[i]) {
				return false
			}
		}
	}
	return true
}

// fileColumn is one field of all outcomes.
type fileColumn interface {
	title() string
	zero(all outcomeColumns) bool
	write(w *record.Writer, all outcomeColumns) error
	// read fills the field in, after those of the columns before; with zeros if the file does not have the column.
	read(f *record.File, all outcomeColumns) error
}

// plain is a field that is stored as it is.
type plain[T record.Number] struct {
	name string
	get  func(*Outcome) T
	set  func(*Outcome, T)
}

func (c plain[T]) title() string { return c.name }

func (c plain[T]) zero(all outcomeColumns) bool {
	return all.every(func(o *Outcome) bool { return c.get(o) == 0 })
}

func (c plain[T]) write(w *record.Writer, all outcomeColumns) error {
	return writeColumn(w, c.name, all, c.get)
}

func (c plain[T]) read(f *record.File, all outcomeColumns) error {
	if _, found := f.Column(c.name); !found {
		return nil
	}
	return record.ScanColumn(f, c.name, func(block []T, from int) {
		all.each(from, len(block), func(i int, o *Outcome) { c.set(o, block[i]) })
	})
}

// difference64 is a time that is stored as its distance from another one.
type difference64 struct {
	name string
	get  func(*Outcome) (at, origin int64) // origin is known when the columns before are read
	set  func(o *Outcome, at int64)
}

func (c difference64) title() string { return c.name }

// of returns what is stored; didNotHappen for a time that is zero.
func (c difference64) of(o *Outcome) int64 {
	at, origin := c.get(o)
	if at == 0 {
		return didNotHappen
	}
	return at - origin
}

func (c difference64) zero(all outcomeColumns) bool {
	return all.every(func(o *Outcome) bool { return c.of(o) == 0 })
}

func (c difference64) write(w *record.Writer, all outcomeColumns) error {
	short := all.every(func(o *Outcome) bool {
		d := c.of(o)
		return d == didNotHappen || d > math.MinInt32 && d <= math.MaxInt32
	})
	if !short {
		return writeColumn(w, c.name, all, c.of)
	}
	return writeColumn(w, c.name, all, func(o *Outcome) int32 { return int32(max(c.of(o), didNotHappen32)) })
}

func (c difference64) read(f *record.File, all outcomeColumns) error {
	switch column, found := f.Column(c.name); {
	case !found:
		_ = all.every(func(o *Outcome) bool {
			c.place(o, 0)
			return true
		})
		return nil
	case column.Type == "int32":
		return record.ScanColumn(f, c.name, func(block []int32, from int) {
			all.each(from, len(block), func(i int, o *Outcome) {
				if block[i] != didNotHappen32 {
					c.place(o, int64(block[i]))
				}
			})
		})
	}
	return record.ScanColumn(f, c.name, func(block []int64, from int) {
		all.each(from, len(block), func(i int, o *Outcome) {
			if block[i] != didNotHappen {
				c.place(o, block[i])
			}
		})
	})
}

// place sets the time from what was stored.
func (c difference64) place(o *Outcome, d int64) {
	_, origin := c.get(o)
	c.set(o, origin+d)
}

func writeColumn[T record.Number](w *record.Writer, name string, all outcomeColumns, get func(*Outcome) T) error {
	return record.WriteColumn(w, name, all.n, func(block []T, from int) {
		all.each(from, len(block), func(i int, o *Outcome) { block[i] = get(o) })
	})
}
