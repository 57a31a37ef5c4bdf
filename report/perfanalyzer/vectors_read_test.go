package perfanalyzer

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

// readVector reads a file of a vector, by its contents.
func readVector(t *testing.T, v vector, suffix string) *Import {
	f, err := os.Open(v.path + suffix)
	require.NoError(t, err)
	defer f.Close()
	result, err := Read(f, v.settings(t).Batch)
	require.NoError(t, err)
	return result
}

// The CSV, the export and the text of one run say the same.
func TestReadVectors(t *testing.T) {
	for _, v := range vectors(t, ".txt") {
		t.Run(v.name(), func(t *testing.T) {
			text := readVector(t, v, ".txt")
			assert.Equal(t, KindLog, text.Kind)
			assert.Len(t, text.Points, strings.Count(v.text(t, ".txt"), ", throughput: "))
			delayed, percentiles := 0, 4
			if v.settings(t).Percentile > 0 {
				percentiles = 5
			}
			for _, p := range text.Points {
				assert.Len(t, p.Percentiles, percentiles)
				assert.Positive(t, p.Requests)
				if p.DelayedPercent > load.DelayWarningPercent {
					delayed++
				}
			}
			assert.Equal(t, strings.Count(v.text(t, ".txt"), "[WARNING]"), delayed)
			if v.text(t, ".csv") != "" {
				table := readVector(t, v, ".csv")
				assert.Equal(t, KindCSV, table.Kind)
				equalPoints(t, text.Points, table.Points)
			}
			if v.text(t, ".json") != "" && v.name() != "24.02/decoupled" { // see ReadExport
				export := readVector(t, v, ".json")
				assert.Equal(t, KindExport, export.Kind)
				assert.Equal(t, versions[v.generation], export.Version)
				equalPoints(t, text.Points, export.Points)
				assert.Equal(t, text.Points[0].Requests, export.Points[0].Requests)
			}
		})
	}
}

// equalPoints compares what a text says with another file, whose points may be in another order. Cells of times are whole microseconds.
func equalPoints(t *testing.T, text, other []ImportedPoint) {
	t.Helper()
	require.Len(t, other, len(text))
	for _, want := range text {
		i := slices.IndexFunc(other, func(p ImportedPoint) bool { return p.Mode == want.Mode && p.Level == want.Level })
		require.GreaterOrEqual(t, i, 0, want.Level)
		got := other[i]
		for _, pair := range [][2]float64{{want.Throughput, got.Throughput}, {want.ResponseThroughput, got.ResponseThroughput}} {
			assert.Contains(t, []string{fmt.Sprintf("%.6g", pair[1]), fmt.Sprintf("%.2f", pair[1])}, strconv.FormatFloat(pair[0], 'f', -1, 64))
		}
		for _, q := range want.Percentiles {
			value, found := got.Percentile(q.Percentile)
			assert.True(t, found)
			assert.Equal(t, q.Value, value.Truncate(time.Microsecond), q.Percentile)
		}
		if got.Mean != 0 && want.Mean != 0 {
			assert.Equal(t, want.Mean, got.Mean.Truncate(time.Microsecond))
		}
		if got.Server != nil && want.Server != nil {
			assert.Equal(t, want.Server, got.Server)
		}
	}
}
