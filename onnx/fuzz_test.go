package onnx

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzDecode checks that any file is either read or refused with an *Error, and that what was read can be looked at.
func FuzzDecode(f *testing.F) {
	seeds, err := filepath.Glob(tiny + "*.onnx")
	require.NoError(f, err)
	require.NotEmpty(f, seeds)
	for _, seed := range append(seeds, reference) {
		content, err := os.ReadFile(seed)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		m, err := Decode(bytes.NewReader(content), "fuzz", int64(len(content)))
		if err != nil {
			var refused *Error
			if !errors.As(err, &refused) || refused.Error() == "" {
				t.Fatalf("%T: %v", err, err)
			}
			return
		}
		for _, s := range m.ParameterSums() {
			if s.Tensors < 1 || s.Elements < 0 || s.Bytes < 0 {
				t.Fatalf("%+v", s)
			}
		}
		for _, o := range m.Operators() {
			if o.Count < 1 {
				t.Fatalf("%+v", o)
			}
		}
		for _, v := range append(m.Graph.Inputs, m.Graph.Outputs...) {
			_, _ = v.Type.ElementText(), v.Type.Shape()
		}
	})
}
