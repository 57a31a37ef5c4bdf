package record

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Writer writes a recording file: first its columns, then, with Commit, the rest. The file appears with Commit; until
// then nothing is seen of it. A Writer is not safe for concurrent use.
type Writer struct {
	out     *output
	archive *zip.Writer
	columns []Column
	err     error // the first failure, which ends everything
}

// Create begins a recording file. The caller ends it with Commit or Discard; calling Discard after Commit does
// nothing, so it can be deferred.
func Create(path string) (*Writer, error) {
	out, err := createOutput(path)
	if err != nil {
		return nil, err
	}
	return &Writer{out: out, archive: zip.NewWriter(out)}, nil
}

// errEnded is the error of using a writer after its end.
var errEnded = errors.New("record: the writer was already committed or discarded")

// WriteColumn writes a column of n values. It calls fill for successive pieces of it, all in the same memory, with the
// place of the first value of each.
func WriteColumn[T Number](w *Writer, name string, n int, fill func(block []T, from int)) error {
	if w.err != nil {
		return w.err
	}
	column := Column{Name: name, Type: typeOf[T](), Length: n}
	if err := w.add(column); err != nil {
		return w.fail(err)
	}
	entry, err := w.archive.CreateHeader(&zip.FileHeader{Name: column.entry(), Method: zip.Store})
	if err != nil {
		return w.fail(err)
	}
	if _, err := entry.Write(column.header()); err != nil {
		return w.fail(err)
	}
	var raw []byte
	err = blocks(n, func(block []T, from int) error {
		fill(block, from)
		// Numbers of these types are always encoded.
		raw, _ = binary.Append(raw[:0], binary.LittleEndian, block)
		_, err := entry.Write(raw)
		return err
	})
	if err != nil {
		return w.fail(err)
	}
	return nil
}

func (w *Writer) add(column Column) error {
	if err := column.validate(); err != nil {
		return err
	}
	if slices.ContainsFunc(w.columns, func(c Column) bool { return c.Name == column.Name }) {
		return fmt.Errorf("column %s was already written", column.Name)
	}
	w.columns = append(w.columns, column)
	return nil
}

// Commit writes the head, and run, which holds what only this kind of recording has, and lets the file appear. After
// an error nothing is left.
func (w *Writer) Commit(head Head, run any) error {
	if w.err != nil {
		return w.err
	}
	if err := w.writeHead(head, run); err != nil {
		return w.fail(err)
	}
	if err := w.archive.Close(); err != nil {
		return w.fail(err)
	}
	w.err = errEnded
	return w.out.commit()
}

func (w *Writer) writeHead(head Head, run any) error {
	details, err := json.Marshal(run)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(headFile{
		Schema: schema, Major: majorVersion, Minor: minorVersion, Head: head, Run: details, Columns: w.columns,
	}, "", "  ")
	if err != nil {
		return err
	}
	if len(text) > maxHeadBytes {
		return fmt.Errorf("the head has %d bytes; expected at most %d", len(text), maxHeadBytes)
	}
	entry, err := w.archive.CreateHeader(&zip.FileHeader{Name: headName, Method: zip.Store})
	if err != nil {
		return err
	}
	_, err = entry.Write(append(text, '\n'))
	return err
}

// Discard ends the writer without leaving a file.
func (w *Writer) Discard() {
	if w.err == nil {
		w.out.discard()
		w.err = errEnded
	}
}

// fail ends the writer with an error.
func (w *Writer) fail(err error) error {
	w.Discard()
	w.err = w.out.explain(err)
	return w.err
}
