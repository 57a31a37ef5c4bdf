package ort

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/trtbench/trtbench/record"
)

// inspect reads a model file once: it hashes it and refuses what ONNX Runtime need not be asked about.
func inspect(path string) (record.Model, error) {
	info, err := os.Stat(path)
	if err != nil {
		return record.Model{}, err
	}
	if info.IsDir() {
		return record.Model{}, fmt.Errorf("%s is a directory, expected an ONNX file", path)
	}
	if !info.Mode().IsRegular() {
		return record.Model{}, fmt.Errorf("%s is no regular file (%s), expected an ONNX file", path, info.Mode().Type())
	}
	file, err := os.Open(path)
	if err != nil {
		return record.Model{}, err
	}
	defer file.Close()
	start := make([]byte, 64)
	n, err := io.ReadFull(file, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return record.Model{}, err
	}
	if kind := otherKind(start[:n]); kind != "" {
		return record.Model{}, fmt.Errorf("%s %s", path, kind)
	}
	digest := sha256.New()
	digest.Write(start[:n])
	rest, err := io.Copy(digest, file)
	if err != nil {
		return record.Model{}, err
	}
	return record.Model{Path: path, Bytes: int64(n) + rest, SHA256: hex.EncodeToString(digest.Sum(nil))}, nil
}

// otherKind recognises files that are often given in place of a model by how they start. It returns "" for the others.
func otherKind(start []byte) string {
	switch {
	case len(start) == 0:
		return "is empty, expected an ONNX file"
	case bytes.HasPrefix(start, []byte("ftrt")):
		return "is a TensorRT engine, not an ONNX model: measure it with the TensorRT backend"
	case bytes.HasPrefix(start, []byte("version https://git-lfs")):
		return "is a pointer of Git LFS, not the model itself: fetch it with git lfs pull"
	}
	return ""
}

// explain puts what ONNX Runtime says about a model file into the words of somebody who has the file in hand.
func explain(model record.Model, err error) error {
	text := err.Error()
	if strings.Contains(text, "Protobuf parsing failed") || strings.Contains(text, "No graph was found") {
		return fmt.Errorf("%s (%d bytes) is no complete ONNX model: cut short, or another kind of file: %w", model.Path, model.Bytes, err)
	}
	return fmt.Errorf("%s: ONNX Runtime does not accept the model: %w", model.Path, err)
}
