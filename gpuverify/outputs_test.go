package gpuverify

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt/trttest"
)

// onnxRuntime loads the library that make deps fetched.
func onnxRuntime(t *testing.T) *ort.Library {
	t.Helper()
	path, err := filepath.Abs("../.deps/lib/libonnxruntime.so")
	require.NoError(t, err)
	if _, err := os.Stat(path); err != nil {
		t.Skip("ONNX Runtime is not here: run make deps")
	}
	lib, err := ort.Load(ort.LoadOptions{Paths: []string{path}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, lib.Close()) })
	return lib
}

// The simulated engines get the inputs that real ones would, and do not compute their models: what ONNX Runtime computes of the same
// inputs is something else, and the check says so. Of the reference model it is what a chain of states begins with.
func TestReferenceOutputs(t *testing.T) {
	runtime := onnxRuntime(t)
	o := simulated(t, 10)
	o.Quick = false // models in full size
	v := &verifier{o: &o, plan: newPlan(&o), evidence: &Evidence{}, ort: runtime}
	lib := &library{Library: trttest.Start(t, trttest.Major(10)), name: "TensorRT 10"}
	for _, s := range v.specs() {
		t.Run(s.name, func(t *testing.T) {
			e := &engine{spec: s, lib: lib, subject: s.name}
			require.NoError(t, v.build(t.Context(), e))
			for _, batch := range []int{1, MaxBatch} {
				simulated, err := e.infer(t.Context(), batch)
				require.NoError(t, err)
				want, err := v.reference(t.Context(), e, batch, simulated.Inputs)
				require.NoError(t, err)

				same := newVerdict("", "", "")
				assert.Zero(t, compareValues(same, "", want, want, s.computes))
				assert.Equal(t, Passed, same.end().Status)
				other := newVerdict("", "", "")
				assert.Positive(t, compareValues(other, "", simulated.Outputs, want, s.computes))
				assert.Equal(t, Failed, other.end().Status)
				if s.reference {
					assert.Equal(t, Passed, firstChunk(t, simulated.Inputs, want, batch).Status)
				}
			}
		})
	}
}

// firstChunk checks what the model says about the first chunk of the last row.
func firstChunk(t *testing.T, inputs, outputs []tensor.Values, batch int) Check {
	t.Helper()
	row := func(values []tensor.Values, name string) []float64 {
		all, err := elements(values, name)
		require.NoError(t, err)
		n := len(all) / batch
		return all[(batch-1)*n:]
	}
	var heard []int32
	for _, x := range row(inputs, "signal") {
		heard = append(heard, int32(x))
	}
	var c chain
	c.next(heard)
	v := newVerdict("", "", "")
	c.check(v, "", row(outputs, "logprobs"), row(outputs, "state_next"))
	return v.end()
}

// What was built by a real TensorRT is compared when ONNX Runtime is there; else the reason is told.
func TestOutputsAreSkipped(t *testing.T) {
	v := &verifier{ortAbsent: "nowhere"}
	assert.Contains(t, v.noReference(true), "simulated")
	assert.Equal(t, "nowhere", v.noReference(false))
	v.ort = &ort.Library{}
	assert.Empty(t, v.noReference(false))
}
