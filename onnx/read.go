package onnx

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/trtbench/trtbench/internal/filekind"
)

// Read reads a model file and looks for the files with weights that it names, without loading any weights. The error is an
// *[Error]: it says what is wrong with the file, or what it is instead.
func Read(path string) (*Model, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	m, err := Decode(file, path, size)
	if err != nil {
		return nil, err
	}
	if err := m.findWeights(); err != nil {
		return nil, err
	}
	return m, nil
}

// Decode is Read on an open file of the given size; the name is for errors. It does not look for other files: [Model.External] has
// their names only.
func Decode(r io.ReaderAt, name string, size int64) (*Model, error) {
	if size == 0 {
		return nil, &Error{Path: name, Fault: FileEmpty}
	}
	start := make([]byte, min(filekind.Peek, size))
	n, err := r.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{Path: name, Fault: FileUnreadable, Err: err}
	}
	start = start[:n]
	m := &Model{Path: name, Bytes: size}
	d := decoder{scanner: scanner{file: r, end: size}}
	if err := d.model(m); err != nil {
		return nil, explain(name, start, err)
	}
	if !d.graphs {
		if filekind.Of(start) != filekind.ONNX {
			return nil, &Error{Path: name, Fault: NotONNX, Looks: filekind.Describe(start)}
		}
		return nil, &Error{Path: name, Fault: NoGraph}
	}
	return m, nil
}

// explain turns what went wrong while decoding into an *Error. A file that does not begin as ONNX models do and cannot be read
// as one is something else.
func explain(name string, start []byte, err error) error {
	var broken *formatError
	switch {
	case !errors.As(err, &broken):
		return &Error{Path: name, Fault: FileUnreadable, Err: err}
	case filekind.Of(start) != filekind.ONNX:
		return &Error{Path: name, Fault: NotONNX, Looks: filekind.Describe(start)}
	case broken.missing > 0:
		return &Error{Path: name, Fault: FileCutShort, Offset: broken.offset, Found: broken.what, Bytes: broken.missing}
	}
	return &Error{Path: name, Fault: FileDamaged, Offset: broken.offset, Found: broken.what}
}

// open opens what is a regular file. It looks first, because opening a pipe waits for somebody who writes to it.
func open(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, 0, &Error{Path: path, Fault: FileMissing, Err: err}
	case err != nil:
		return nil, 0, &Error{Path: path, Fault: FileUnreadable, Err: err}
	case info.IsDir():
		return nil, 0, &Error{Path: path, Fault: FileIsFolder}
	case !info.Mode().IsRegular():
		return nil, 0, &Error{Path: path, Fault: NotONNX, Looks: "a device, pipe or socket"}
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, &Error{Path: path, Fault: FileUnreadable, Err: err}
	}
	return file, info.Size(), nil
}

// findWeights looks for the files that tensors lie in, and whether they are long enough.
func (m *Model) findWeights() error {
	ends := map[string]int64{} // where the last tensor of a file ends
	for p := range m.Parameters() {
		if x := p.External; x != nil {
			length := x.Length
			if length < 0 {
				length = p.Bytes()
			}
			ends[x.Location] = max(ends[x.Location], saturatingSum(x.Offset, length))
		}
	}
	var outside, missing []string
	folder := filepath.Dir(m.Path)
	for i := range m.External {
		x := &m.External[i]
		if !filepath.IsLocal(x.Location) {
			outside = append(outside, x.Location)
			continue
		}
		x.Path = filepath.Join(folder, x.Location)
		info, err := os.Stat(x.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			missing = append(missing, x.Location)
			continue
		case err != nil:
			return &Error{Path: m.Path, Fault: FileUnreadable, Files: []string{x.Location}, Err: err}
		}
		x.Bytes = info.Size()
		if lacking := ends[x.Location] - x.Bytes; lacking > 0 {
			return &Error{Path: m.Path, Fault: WeightsCutShort, Files: []string{x.Location}, Bytes: lacking}
		}
	}
	switch {
	case len(outside) > 0:
		return &Error{Path: m.Path, Fault: WeightsOutside, Files: outside}
	case len(missing) > 0:
		return &Error{Path: m.Path, Fault: WeightsMissing, Files: missing, Err: fs.ErrNotExist}
	}
	return nil
}
