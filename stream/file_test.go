package stream

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
)

// small is a recording that a run could have left.
func small() *Recording {
	r := &Recording{Head: record.NewHead(record.KindStream, time.Unix(1, 0), record.Description{Backend: "fake"}), Settings: (&Options{}).settings()}
	point := Point{Sessions: 2, Start: 100, End: 1000, Until: 2000, Finding: Holds}
	point.Chunks = []Chunk{
		{Complete: 200, Due: 210, Ready: 210, Begun: 220, Sent: 230, Answered: 300, Status: load.StatusOK, Flags: FlagStart},
		{Complete: 250, Due: 250, Session: 1, Behind: 3},
	}
	r.Points = []Point{point}
	return r
}

func TestRecordingsComeBackAsTheyWere(t *testing.T) {
	measure(t, engine(), Options{FindMax: true, Search: SearchOptions{Start: 200, Max: 300}, Measure: 3 * time.Second, Jitter: Fixed(time.Millisecond)},
		func(t *testing.T, r *Recording) {
			path := filepath.Join(t.TempDir(), "run.trtbench")
			require.NoError(t, r.Save(path))
			again, err := Load(path)
			require.NoError(t, err)
			require.Equal(t, len(r.Points), len(again.Points))
			for i := range r.Points {
				require.Equal(t, r.Points[i].Chunks, again.Points[i].Chunks)
				want, err := r.Figures(i)
				require.NoError(t, err)
				got, err := again.Figures(i)
				require.NoError(t, err)
				require.Equal(t, want, got)
			}
			assert.Equal(t, r.Result, again.Result)
			assert.Equal(t, r.Settings, again.Settings)
			_, err = load.Load(path)
			require.ErrorContains(t, err, `"stream"`)
		})
}

func TestLoadRefusesWhatNoRunCanHaveLeft(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(r *Recording)
		want  string
	}{
		"kind":             {func(r *Recording) { r.Kind = record.KindLoad }, `kind "load"`},
		"settings":         {func(r *Recording) { r.Settings.ChunkDuration = 0 }, "chunk duration"},
		"sessions":         {func(r *Recording) { r.Points[0].Sessions = 0 }, "0 streams"},
		"session":          {func(r *Recording) { r.Points[0].Sessions = 1 }, "of stream 1"},
		"span":             {func(r *Recording) { r.Points[0].End = 1 }, "measured from"},
		"status":           {func(r *Recording) { r.Points[0].Chunks[0].Status = 99 }, "status is 99"},
		"status and time":  {func(r *Recording) { r.Points[0].Chunks[1].Status = load.StatusOK }, "ended at 0"},
		"never complete":   {func(r *Recording) { r.Points[0].Chunks[0].Complete = 0 }, "was complete at 0"},
		"before it began":  {func(r *Recording) { r.Points[0].Chunks[0].Answered = 215 }, "before it was sent"},
		"result":           {func(r *Recording) { r.Result = &Result{Point: 5} }, "of the points 5"},
		"a time too large": {func(r *Recording) { r.Points[0].Chunks[0].Sent = 1 << 62 }, "beyond all"},
	} {
		t.Run(name, func(t *testing.T) {
			r := small()
			c.spoil(r)
			path := filepath.Join(t.TempDir(), "x.trtbench")
			require.NoError(t, r.Save(path))
			_, err := Load(path)
			require.ErrorContains(t, err, c.want)
		})
	}
}

func FuzzLoad(f *testing.F) {
	path := filepath.Join(f.TempDir(), "seed.trtbench")
	require.NoError(f, small().Save(path))
	seed, err := os.ReadFile(path)
	require.NoError(f, err)
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "x.trtbench")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		r, err := Load(path)
		if err != nil {
			return
		}
		for i := range r.Points {
			if f, err := r.Figures(i); err == nil {
				assert.Equal(t, f.Chunks, f.OK+f.Failed+f.Missing)
			}
		}
	})
}
