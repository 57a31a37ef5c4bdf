package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkReport(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			path := filepath.Join(b.TempDir(), "run.trtbench")
			require.NoError(b, fakeRecording(n, true).Save(path))
			info, _ := os.Stat(path)
			b.SetBytes(info.Size())
			for b.Loop() {
				r, err := Load(path)
				require.NoError(b, err)
				_, err = Summarize(r, SummaryOptions{WarmUp: r.Settings.WarmUp, AvgRuns: 10, Percentiles: DefaultPercentiles()})
				require.NoError(b, err)
			}
		})
	}
}

func BenchmarkSave(b *testing.B) {
	rec := fakeRecording(1_000_000, true)
	path := filepath.Join(b.TempDir(), "run.trtbench")
	for b.Loop() {
		require.NoError(b, rec.Save(path))
	}
}

func BenchmarkLoad(b *testing.B) {
	rec := fakeRecording(1_000_000, true)
	path := filepath.Join(b.TempDir(), "run.trtbench")
	require.NoError(b, rec.Save(path))
	for b.Loop() {
		_, err := Load(path)
		require.NoError(b, err)
	}
}
