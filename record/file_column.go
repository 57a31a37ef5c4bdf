package record

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// ReadColumn returns the values of a column.
func ReadColumn[T Number](f *File, name string) ([]T, error) {
	var values []T
	err := ScanColumn(f, name, func(block []T, _ int) {
		if values == nil { // only now it is known that the file has such a column
			column, _ := f.Column(name)
			values = make([]T, 0, column.Length)
		}
		values = append(values, block...)
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// ScanColumn calls use for successive pieces of a column, all in the same memory, with the place of the first value of
// each. An error, as of a damaged file, may come after some pieces were used.
func ScanColumn[T Number](f *File, name string, use func(block []T, from int)) error {
	column, found := f.Column(name)
	if !found {
		return explainRead(f.path, fmt.Errorf("it has no column %s", name))
	}
	if column.Type != typeOf[T]() {
		return explainRead(f.path, fmt.Errorf("column %s holds %s; expected %s", name, column.Type, typeOf[T]()))
	}
	err := readEntry(f.entries[column.entry()], func(r io.Reader) error {
		header := make([]byte, columnHeaderBytes)
		if _, err := io.ReadFull(r, header); err != nil {
			return err
		}
		if !bytes.Equal(header, column.header()) {
			return errors.New("its header is not the one of such a column")
		}
		raw := make([]byte, min(blockBytes, column.bytes()-columnHeaderBytes))
		return blocks(column.Length, func(block []T, from int) error {
			piece := raw[:len(block)*numberTypes[column.Type].size]
			if _, err := io.ReadFull(r, piece); err != nil {
				return err
			}
			if _, err := binary.Decode(piece, binary.LittleEndian, block); err != nil {
				return err
			}
			use(block, from)
			return nil
		})
	})
	if err != nil {
		return explainRead(f.path, err)
	}
	return nil
}

// readEntry lets use read an entry and then checks that all of it was read and undamaged.
func readEntry(entry *zip.File, use func(io.Reader) error) error {
	r, err := entry.Open()
	if err != nil {
		return fmt.Errorf("its part %s: %w", entry.Name, err)
	}
	defer r.Close()
	if err = use(r); err == nil {
		err = ended(r)
	}
	if errors.Is(err, zip.ErrChecksum) {
		err = errors.New("its bytes are damaged (the checksum differs); copy the file again from where it was made")
	}
	if err != nil {
		return fmt.Errorf("its part %s: %w", entry.Name, err)
	}
	return nil
}

// ended says whether r has nothing left, and checks the sum that the archive keeps of its entry.
func ended(r io.Reader) error {
	var more [1]byte
	switch n, err := io.ReadFull(r, more[:]); {
	case n > 0:
		return fmt.Errorf("there is more data than declared")
	case err != io.EOF:
		return err
	}
	return nil
}
