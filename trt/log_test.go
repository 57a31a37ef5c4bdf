package trt_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/csrc/sim"
	"github.com/trtbench/trtbench/trt"
	"github.com/trtbench/trtbench/trt/trttest"
)

// collector keeps records by level.
type collector struct {
	level slog.Level

	mu      sync.Mutex
	records map[slog.Level][]slog.Record
}

func (c *collector) Enabled(_ context.Context, level slog.Level) bool { return level >= c.level }
func (c *collector) WithAttrs([]slog.Attr) slog.Handler               { return c }
func (c *collector) WithGroup(string) slog.Handler                    { return c }

func (c *collector) Handle(_ context.Context, r slog.Record) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.records == nil {
		c.records = map[slog.Level][]slog.Record{}
	}
	c.records[r.Level] = append(c.records[r.Level], r)
	return nil
}

func (c *collector) at(level slog.Level) []slog.Record {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.records[level]
}

func TestLogLevels(t *testing.T) {
	plan := copyPlan()
	plan.Faults = []sim.Fault{{Call: "deserialize", At: 2, Error: "fail"}}
	for _, major := range majors {
		for name, level := range map[string]slog.Level{"verbose": slog.LevelDebug, "quiet": slog.LevelError} {
			t.Run(name, func(t *testing.T) {
				log := &collector{level: level}
				lib := trttest.Start(t, trttest.Major(major), trttest.Logger(slog.New(log)), trttest.Device("{}"))
				runtime, err := lib.NewRuntime(0)
				require.NoError(t, err)
				path := trttest.Plan(t, plan)
				engine, err := runtime.DeserializeFile(path)
				require.NoError(t, err)
				_, err = runtime.DeserializeFile(path)
				var refused *trt.Error
				require.ErrorAs(t, err, &refused)
				closeAll(t, engine, runtime)

				errors := log.at(slog.LevelError)
				require.Len(t, errors, 1)
				assert.Equal(t, refused.Log, errors[0].Message, "the error carries what was logged")
				errors[0].Attrs(func(a slog.Attr) bool {
					assert.Equal(t, slog.String("from", "TensorRT"), a)
					return true
				})
				assert.Equal(t, level == slog.LevelDebug, len(log.at(slog.LevelDebug)) > 0, "verbose messages only when wanted")
			})
		}
	}
}

// TensorRT keeps its first logger for ever: messages must reach whoever has the library open now, and nobody who closed it.
func TestLogOfLibraryLoadedAgain(t *testing.T) {
	folder, err := sim.Build(t.Context(), 10)
	require.NoError(t, err)
	plan := copyPlan()
	plan.Faults = []sim.Fault{{Call: "createExecutionContext", At: 1, Every: 1, Error: "fail"}}
	path := trttest.Plan(t, plan)
	var logs []*collector
	for i := range 3 {
		log := &collector{level: slog.LevelWarn}
		logs = append(logs, log)
		lib, err := trt.Load(trt.WithLibraryPath(folder), trt.WithLogger(slog.New(log)))
		require.NoError(t, err)
		_, err = trt.NewTarget(lib, 0, path, trt.TargetOptions{})
		assert.ErrorContains(t, err, "create context: TensorRT says", "load %d", i)
		closeAll(t, lib)
	}
	for i, log := range logs {
		assert.Len(t, log.at(slog.LevelError), 1, "load %d", i)
	}
}
