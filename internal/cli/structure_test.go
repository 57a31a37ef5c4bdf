package cli

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestReportHasTrtexecsStructure runs an engine on the simulated device and compares the report with one of the real trtexec, line
// by line with the numbers left out: whatever takes one apart takes the other.
func TestReportHasTrtexecsStructure(t *testing.T) {
	text, err := os.ReadFile("../../testdata/vectors/trtexec/report/03-default-v10.expected.txt")
	require.NoError(t, err)
	want := skeleton(string(text))
	for _, compat := range []string{"10", "11"} {
		t.Run("TensorRT "+compat, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := Main(t.Context(), Process{Out: &out, Err: &errs, Args: []string{"run", "--compat=" + compat,
				"--loadEngine=../../testdata/plans/streaming_acoustic.sim.json", "--duration=0.1", "--warmUp=10"}})
			require.Equal(t, ExitOK, code, errs.String())
			report := out.String()
			from := strings.Index(report, "[I] Warmup completed")
			to := strings.Index(report, "[I] === Per chunk ===")
			require.True(t, 0 < from && from < to, report)
			assert.Equal(t, want, skeleton(report[from:to]))
		})
	}
}

var number = regexp.MustCompile(`-?\d+(\.\d+)?(e[+-]?\d+)?`)

// skeleton returns the lines of a report without stamps, numbers, warnings and repeats.
func skeleton(report string) []string {
	var lines []string
	for line := range strings.Lines(report) {
		_, line, _ = strings.Cut(line, "[I] ")
		lines = append(lines, strings.TrimSpace(number.ReplaceAllString(line, "#")))
	}
	lines = slices.Compact(lines)
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
