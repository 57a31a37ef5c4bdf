package record

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// File is an open recording file. It is safe for concurrent use, apart from Close.
type File struct {
	Head
	Columns []Column

	path    string
	newer   bool // the file may hold fields that this program does not know
	run     json.RawMessage
	entries map[string]*zip.File
	file    *os.File // nil when the bytes came from elsewhere
}

// Open opens a recording file and checks everything but the values of its columns. The caller closes it.
//
// Whatever is wrong with a file is an error that says so; a file never makes this package reserve more memory than
// the file has bytes.
func Open(path string) (*File, error) {
	f, err := open(path)
	if err != nil {
		return nil, explainRead(path, err)
	}
	return f, nil
}

func open(path string) (*File, error) {
	switch info, err := os.Stat(path); { // before opening it, which waits if it is a pipe
	case err != nil:
		return nil, errors.Unwrap(err) // without the path, which explainRead adds
	case info.IsDir():
		return nil, errors.New("it is a folder; give the name of a recording file in it")
	case !info.Mode().IsRegular():
		return nil, errors.New("it is not a regular file, and a recording is read from its end; copy it to a file first")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	info, err := file.Stat()
	if err == nil {
		var f *File
		if f, err = newFile(path, file, info.Size()); err == nil {
			f.file = file
			return f, nil
		}
	}
	_ = file.Close() // it was only read
	return nil, err
}

// explainRead names the file in an error.
func explainRead(path string, err error) error {
	return fmt.Errorf("record: read %s: %w", path, err)
}

// newFile reads the archive's directory and the head.
func newFile(path string, r io.ReaderAt, size int64) (*File, error) {
	archive, err := openArchive(r, size)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, entries: map[string]*zip.File{}}
	var sum uint64
	for _, entry := range archive.File {
		if f.entries[entry.Name] != nil {
			return nil, fmt.Errorf("it holds %q twice", entry.Name)
		}
		if entry.Method != zip.Store || entry.CompressedSize64 != entry.UncompressedSize64 {
			return nil, fmt.Errorf("its part %q is compressed; expected a file as trtbench wrote it, not repacked", entry.Name)
		}
		f.entries[entry.Name] = entry
		if sum += entry.UncompressedSize64; entry.UncompressedSize64 > uint64(size) || sum > uint64(size) {
			return nil, fmt.Errorf("its parts claim more than the %d bytes that the file has", size)
		}
	}
	if err := f.readHead(); err != nil {
		return nil, err
	}
	return f, f.checkColumns()
}

// openArchive opens a zip archive and says what it is instead if it is none.
func openArchive(r io.ReaderAt, size int64) (*zip.Reader, error) {
	const start = "PK\x03\x04" // of the first entry of an archive
	if size == 0 {
		return nil, errors.New("it is empty")
	}
	archive, err := zip.NewReader(r, size)
	if err == nil {
		return archive, nil
	}
	begin := make([]byte, len(start))
	if n, _ := r.ReadAt(begin, 0); n == len(start) && string(begin) == start {
		return nil, errors.New("it begins as a recording but its end is missing or damaged; copy it again from where it was made")
	}
	return nil, errors.New("it is not a recording of trtbench")
}

func (f *File) readHead() error {
	entry := f.entries[headName]
	if entry == nil {
		return fmt.Errorf("it is not a recording of trtbench: it is a zip archive without %s", headName)
	}
	if entry.UncompressedSize64 > maxHeadBytes {
		return fmt.Errorf("%s has %d bytes; expected at most %d", headName, entry.UncompressedSize64, maxHeadBytes)
	}
	text := make([]byte, entry.UncompressedSize64)
	if err := readEntry(entry, func(r io.Reader) error { _, err := io.ReadFull(r, text); return err }); err != nil {
		return err
	}
	if err := f.checkVersion(text); err != nil {
		return err
	}
	var head headFile
	if err := f.decode(text, &head); err != nil {
		return fmt.Errorf("%s: %w", headName, err)
	}
	f.Head, f.Columns, f.run = head.Head, head.Columns, head.Run
	return nil
}

// checkVersion refuses what this program cannot understand.
func (f *File) checkVersion(text []byte) error {
	var head struct { // only what will be the same in every version
		Schema      string          `json:"schema"`
		Major       int             `json:"major"`
		Minor       int             `json:"minor"`
		Environment json.RawMessage `json:"environment"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return fmt.Errorf("%s: %w", headName, err)
	}
	if head.Schema != schema {
		return fmt.Errorf("it is not a recording of trtbench: its schema is %q; expected %q", head.Schema, schema)
	}
	if head.Major != majorVersion || head.Minor < 0 {
		writer := Environment{Build: Build{Version: "unknown"}}
		_ = json.Unmarshal(head.Environment, &writer) // its meaning may have changed too
		return fmt.Errorf("its format has version %d.%d and this program reads version %d; read it with the trtbench that wrote it (version %s) or a later one",
			head.Major, head.Minor, majorVersion, writer.Build.Version)
	}
	f.newer = head.Minor > minorVersion
	return nil
}

// decode reads JSON. Fields that the file's version does not have are an error.
func (f *File) decode(text []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	if !f.newer {
		decoder.DisallowUnknownFields()
	}
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("there is something after its end")
	}
	return nil
}

// checkColumns compares the columns that the head lists with what the archive holds.
func (f *File) checkColumns() error {
	seen := map[string]bool{headName: true}
	for i := range f.Columns {
		column := &f.Columns[i]
		if err := column.validate(); err != nil {
			return err
		}
		name := column.entry()
		if seen[name] {
			return fmt.Errorf("column %s is listed twice", column.Name)
		}
		seen[name] = true
		switch entry := f.entries[name]; {
		case entry == nil:
			return fmt.Errorf("column %s is missing", column.Name)
		case entry.UncompressedSize64 != uint64(column.bytes()):
			return fmt.Errorf("column %s has %d bytes; expected %d for %d values of type %s",
				column.Name, entry.UncompressedSize64, column.bytes(), column.Length, column.Type)
		}
	}
	for name := range f.entries {
		if !seen[name] {
			return fmt.Errorf("it holds %q, which is not listed", name)
		}
	}
	return nil
}

// Run decodes what only this kind of recording has. Fields that the file's version does not have are an error.
func (f *File) Run(into any) error {
	if err := f.decode(f.run, into); err != nil {
		return explainRead(f.path, fmt.Errorf("%s: run: %w", headName, err))
	}
	return nil
}

// Column describes the column of the given name, if there is one.
func (f *File) Column(name string) (Column, bool) {
	i := slices.IndexFunc(f.Columns, func(c Column) bool { return c.Name == name })
	if i < 0 {
		return Column{}, false
	}
	return f.Columns[i], true
}

// Newer reports whether the file has a newer minor version than this program, so that it may hold fields and columns
// that this program does not know.
func (f *File) Newer() bool { return f.newer }

// Close closes the file. Closing it again does nothing.
func (f *File) Close() error {
	if f.file == nil {
		return nil
	}
	err := f.file.Close()
	f.file = nil
	return err
}
