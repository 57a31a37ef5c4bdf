package filekind

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOf(t *testing.T) {
	for name, c := range map[string]struct {
		start string
		kind  Kind
		looks string
	}{
		"engine":         {"ftrt\x00\x00\x00\x00", Engine, "a TensorRT engine"},
		"half an engine": {"ft", Other, `text that begins "ft"`},
		"simulated plan": {" {\n\t\"trtbench_simulated_plan\": 1}", SimulatedPlan, "a plan for the simulated device"},
		"JSON":           {`{"a": {"trtbench_simulated_plan": 1}}`, Other, "JSON, and no simulated plan"},
		"zip":            {"PK\x03\x04", Zip, "a zip archive"},
		"ONNX":           {"\x08\x08\x12\x04name", ONNX, "an ONNX model"},
		"no ONNX":        {"\x08\x08\x10\x04", Other, "begins with bytes 08 08 10 04"},
		"TFLite":         {"\x1c\x00\x00\x00TFL3", Other, "a TensorFlow Lite model"},
		"ONNX Runtime":   {"\x1c\x00\x00\x00ORTM", Other, "ONNX Runtime's own format"},
		"short":          {"\x1c", Other, "begins with bytes 1c"},
		"long text":      {strings.Repeat("ä", 5000), Other, "text that begins \"" + strings.Repeat("ä", 40) + "…\""},
		"cut text":       {"text \xc3", Other, "text that begins"},
		"zeros":          {"\x00\x00", Other, "full of zeros"},
		"nothing":        {"", Other, "an empty file"},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.kind, Of([]byte(c.start)))
			assert.Contains(t, Describe([]byte(c.start)), c.looks)
		})
	}
}

func TestFilesOfThisProject(t *testing.T) {
	for path, want := range map[string]Kind{
		"../../testdata/models/streaming_acoustic.onnx":    ONNX,
		"../../testdata/plans/streaming_acoustic.sim.json": SimulatedPlan,
		"filekind.go": Other,
	} {
		content, err := os.ReadFile(path)
		require.NoError(t, err)
		assert.Equal(t, want, Of(content[:min(len(content), Peek)]), path)
	}
}

func FuzzDescribe(f *testing.F) {
	for _, seed := range []string{"", "ftrt", "{", "PK\x03\x04", "\x08\x08\x12\x04name", "text", "\xff\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, start []byte) {
		if Describe(start) == "" {
			t.Fatal("nothing is said")
		}
	})
}
