package record

import (
	"fmt"
	"math"
	"slices"
	"sort"
)

// Rows are records of type R, in parts one after the other, whose fields a file keeps in columns; see [Fields].
type Rows[R any] struct {
	parts [][]R
	froms []int // place of the first row of each part
	n     int
}

// Add appends a part. Its rows are used, not copied.
func (r *Rows[R]) Add(part []R) {
	r.parts, r.froms = append(r.parts, part), append(r.froms, r.n)
	r.n += len(part)
}

// each calls use for n rows from place from on.
func (r *Rows[R]) each(from, n int, use func(i int, row *R)) {
	part := max(sort.SearchInts(r.froms, from+1)-1, 0)
	for i := 0; i < n; part++ {
		rows := r.parts[part]
		for k := from + i - r.froms[part]; k < len(rows) && i < n; k++ {
			use(i, &rows[k])
			i++
		}
	}
}

// every reports whether all rows have something in common.
func (r *Rows[R]) every(holds func(*R) bool) bool {
	for _, part := range r.parts {
		for i := range part {
			if !holds(&part[i]) {
				return false
			}
		}
	}
	return true
}

// Fields are the fields of a row, in the order of their columns. The first column is always there and tells the number of rows; of the
// others, one that would hold nothing but zeros is absent.
type Fields[R any] []Field[R]

// Field is one field of all rows, see [NumberField] and [TimeField].
type Field[R any] interface {
	title() string
	zero(rows *Rows[R]) bool
	write(w *Writer, rows *Rows[R]) error
	// read fills the field in, after those of the columns before.
	read(f *File, rows *Rows[R]) error
}

// Save writes a recording file of the head, what only this kind of recording has, and the rows. It appears complete or not at all.
func (fields Fields[R]) Save(path string, head Head, run any, rows *Rows[R]) error {
	w, err := Create(path)
	if err != nil {
		return err
	}
	defer w.Discard()
	if err := fields.write(w, rows); err != nil {
		return err
	}
	return w.Commit(head, run)
}

// write adds the columns of the rows to a file.
func (fields Fields[R]) write(w *Writer, rows *Rows[R]) error {
	for i, field := range fields {
		if i > 0 && field.zero(rows) {
			continue
		}
		if err := field.write(w, rows); err != nil {
			return err
		}
	}
	return nil
}

// Count returns how many rows a file has. The error says that it has no first column.
func (fields Fields[R]) Count(f *File) (int, error) {
	first, found := f.Column(fields[0].title())
	if !found {
		return 0, fmt.Errorf("it has no column %s", fields[0].title())
	}
	return first.Length, nil
}

// Read fills the rows in from a file. Their number must be that of the columns. A column that is not among the fields is an error, unless
// the file is of a newer version.
func (fields Fields[R]) Read(f *File, rows *Rows[R]) error {
	for _, c := range f.Columns {
		known := slices.ContainsFunc(fields, func(field Field[R]) bool { return field.title() == c.Name })
		switch {
		case !known && !f.Newer():
			return fmt.Errorf("it has an unknown column %s", c.Name)
		case known && c.Length != rows.n:
			return fmt.Errorf("column %s has %d values and column %s has %d", c.Name, c.Length, fields[0].title(), rows.n)
		}
	}
	for _, field := range fields {
		if err := field.read(f, rows); err != nil {
			return err
		}
	}
	return nil
}

// NumberField returns a field that is stored as it is.
func NumberField[R any, T Number](name string, get func(*R) T, set func(*R, T)) Field[R] {
	return number[R, T]{name, get, set}
}

type number[R any, T Number] struct {
	name string
	get  func(*R) T
	set  func(*R, T)
}

func (c number[R, T]) title() string { return c.name }

func (c number[R, T]) zero(rows *Rows[R]) bool {
	return rows.every(func(row *R) bool { return c.get(row) == 0 })
}

func (c number[R, T]) write(w *Writer, rows *Rows[R]) error {
	return writeField(w, c.name, rows, c.get)
}

func (c number[R, T]) read(f *File, rows *Rows[R]) error {
	if _, found := f.Column(c.name); !found {
		return nil
	}
	return ScanColumn(f, c.name, func(block []T, from int) {
		rows.each(from, len(block), func(i int, row *R) { c.set(row, block[i]) })
	})
}

// TimeField returns a time in nanoseconds that is stored as its distance from another one, in 32 bits where all distances fit. The lowest
// number of the column's type stands for a time that is zero, which did not happen. at returns where the time is, and its origin, which
// fields before this one have filled in.
func TimeField[R any](name string, at func(*R) (at *int64, origin int64)) Field[R] {
	return distance[R]{name, at}
}

type distance[R any] struct {
	name string
	at   func(*R) (at *int64, origin int64)
}

const (
	didNotHappen   = math.MinInt64
	didNotHappen32 = math.MinInt32
)

func (c distance[R]) title() string { return c.name }

// of returns what is stored.
func (c distance[R]) of(row *R) int64 {
	at, origin := c.at(row)
	if *at == 0 {
		return didNotHappen
	}
	return *at - origin
}

func (c distance[R]) place(row *R, v int64) {
	at, origin := c.at(row)
	*at = origin + v
}

func (c distance[R]) zero(rows *Rows[R]) bool {
	return rows.every(func(row *R) bool {
		at, origin := c.at(row)
		return *at == origin
	})
}

func (c distance[R]) write(w *Writer, rows *Rows[R]) error {
	short := rows.every(func(row *R) bool {
		v := c.of(row)
		return v == didNotHappen || v > didNotHappen32 && v <= math.MaxInt32
	})
	if !short {
		return writeField(w, c.name, rows, c.of)
	}
	return writeField(w, c.name, rows, func(row *R) int32 { return int32(max(c.of(row), didNotHappen32)) })
}

func (c distance[R]) read(f *File, rows *Rows[R]) error {
	switch column, found := f.Column(c.name); {
	case !found:
		_ = rows.every(func(row *R) bool {
			c.place(row, 0)
			return true
		})
		return nil
	case column.Type == typeOf[int32]():
		return ScanColumn(f, c.name, func(block []int32, from int) {
			rows.each(from, len(block), func(i int, row *R) {
				if block[i] != didNotHappen32 {
					c.place(row, int64(block[i]))
				}
			})
		})
	}
	return ScanColumn(f, c.name, func(block []int64, from int) {
		rows.each(from, len(block), func(i int, row *R) {
			if block[i] != didNotHappen {
				c.place(row, block[i])
			}
		})
	})
}

func writeField[R any, T Number](w *Writer, name string, rows *Rows[R], get func(*R) T) error {
	return WriteColumn(w, name, rows.n, func(block []T, from int) {
		rows.each(from, len(block), func(i int, row *R) { block[i] = get(row) })
	})
}
