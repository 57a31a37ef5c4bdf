package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/inspect"
	"github.com/trtbench/trtbench/internal/filekind"
	"github.com/trtbench/trtbench/onnx"
)

// open finds out what a file is and what is in it. With an error it may still return what could be told.
func (f *inspectFlags) open(ctx context.Context, process Process, path string) (*inspect.Document, error) {
	start, err := firstBytes(path)
	if err != nil {
		return nil, err
	}
	switch filekind.Of(start) {
	case filekind.Engine, filekind.SimulatedPlan:
		return f.openEngine(ctx, process, path)
	case filekind.Zip:
		if _, err := bench.Load(path); err == nil {
			return nil, fmt.Errorf("inspect: %s is a recording: `trtbench report %s` shows it, `trtbench compare` compares two of them", path, path)
		}
	}
	return openModel(ctx, path)
}

// openModel reads an ONNX model.
func openModel(ctx context.Context, path string) (*inspect.Document, error) {
	m, err := onnx.Read(path)
	var refused *onnx.Error
	if errors.As(err, &refused) {
		const expected = "expected a TensorRT engine or an ONNX model"
		switch refused.Fault {
		case onnx.NotONNX:
			return nil, fmt.Errorf("inspect: %s is %s; %s", path, refused.Looks, expected)
		case onnx.FileIsFolder:
			return nil, fmt.Errorf("inspect: %s is a folder; %s", path, expected)
		case onnx.FileEmpty:
			return nil, fmt.Errorf("inspect: %s is an empty file; %s", path, expected)
		}
	}
	if err != nil {
		return nil, err
	}
	hash, err := m.Hash(ctx)
	if err != nil {
		return nil, err
	}
	return inspect.NewModel(m, hash), nil
}

// firstBytes reads the start of a regular file, which is empty for everything else: the readers of models say what is wrong with it.
func firstBytes(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	start := make([]byte, filekind.Peek)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, err
	}
	return start[:n], nil
}
