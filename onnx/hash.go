package onnx

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/trtbench/trtbench/internal/filehash"
)

// Hash reads a model as [Read] does and returns its [Model.Hash].
func Hash(ctx context.Context, path string) (string, error) {
	m, err := Read(path)
	if err != nil {
		return "", err
	}
	return m.Hash(ctx)
}

// Hash returns the SHA-256 of everything that the model consists of, in lower-case hexadecimal. It reads all files, so it takes as long as
// the disk does; it ends early with the error of the context.
//
// Of a model in one file it is the SHA-256 of the file. With weights in other files it is that of a list with a line for each
// file, as sha256sum writes it: first the model's, without a name, so that the model may be renamed; then those of the others in
// the order of their names.
func (m *Model) Hash(ctx context.Context) (string, error) {
	sum, err := m.hashFile(ctx, m.Path)
	if err != nil || len(m.External) == 0 {
		return sum, err
	}
	whole := sha256.New()
	fmt.Fprintf(whole, "%s\n", sum)
	files := slices.SortedFunc(slices.Values(m.External), func(a, b ExternalFile) int { return cmp.Compare(a.Location, b.Location) })
	for _, f := range files {
		if sum, err = m.hashFile(ctx, f.Path); err != nil {
			return "", err
		}
		fmt.Fprintf(whole, "%s  %s\n", sum, f.Location)
	}
	return hex.EncodeToString(whole.Sum(nil)), nil
}

func (m *Model) hashFile(ctx context.Context, path string) (string, error) {
	sum, _, err := filehash.SHA256(ctx, path)
	switch {
	case ctx.Err() != nil:
		return "", fmt.Errorf("onnx: hash model %s: %w", m.Path, ctx.Err())
	case err != nil:
		return "", &Error{Path: m.Path, Fault: FileUnreadable, Err: err}
	}
	return sum, nil
}
