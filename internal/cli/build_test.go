package cli

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/report"
	"github.com/trtbench/trtbench/trt"
)

// parseBuild reads a command line of the build verb.
func parseBuild(t *testing.T, args ...string) *runFlags {
	t.Helper()
	f := &runFlags{verb: verbBuild}
	flags := pflag.NewFlagSet("build", pflag.ContinueOnError)
	f.register(flags)
	require.NoError(t, flags.Parse(append(args, "--onnx=model.onnx")))
	require.NoError(t, f.finish(flags))
	require.True(t, f.builds)
	return f
}

func TestProfilesOfACommandLine(t *testing.T) {
	exactly := func(sizes ...int64) trt.ProfileRange { return trt.ProfileRange{Min: sizes, Opt: sizes, Max: sizes} }
	for _, c := range []struct {
		name string
		args string
		want []trt.BuildProfile
	}{
		{"none", "", []trt.BuildProfile{}},
		{"all three", "--minShapes=x:1x4 --optShapes=x:2x4 --maxShapes=x:8x4",
			[]trt.BuildProfile{{"x": {Min: []int64{1, 4}, Opt: []int64{2, 4}, Max: []int64{8, 4}}}}},
		{"the best alone", "--optShapes=x:2x4", []trt.BuildProfile{{"x": exactly(2, 4)}}},
		{"shapes to run with", "--shapes=x:2x4,n:scalar", []trt.BuildProfile{{"x": exactly(2, 4), "n": exactly([]int64{}...)}}},
		{"shapes of the other input", "--optShapes=x:2x4 --shapes=x:1x4,y:3", []trt.BuildProfile{{"x": exactly(2, 4), "y": exactly(3)}}},
		{"several, in turn", "--profile=0 --optShapes=x:1x4 --profile=1 --optShapes=x:8x4",
			[]trt.BuildProfile{{"x": exactly(1, 4)}, {"x": exactly(8, 4)}}},
		{"several, back and forth", "--profile=1 --maxShapes=x:9 --profile=0 --optShapes=x:1 --profile=1 --minShapes=x:7 --optShapes=x:8",
			[]trt.BuildProfile{{"x": exactly(1)}, {"x": {Min: []int64{7}, Opt: []int64{8}, Max: []int64{9}}}}},
		{"shapes go to the profile that is run", "--profile=0 --optShapes=x:1,y:1 --profile=1 --optShapes=x:2 --useProfile=1 --shapes=y:5",
			[]trt.BuildProfile{{"x": exactly(1), "y": exactly(1)}, {"x": exactly(2), "y": exactly(5)}}},
		{"a pattern", "--minShapes=*:1 --optShapes=x:2,*:3 --maxShapes=*:4", []trt.BuildProfile{
			{"x": {Min: []int64{1}, Opt: []int64{2}, Max: []int64{4}}, "*": {Min: []int64{1}, Opt: []int64{3}, Max: []int64{4}}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := parseBuild(t, strings.Fields(c.args)...)
			options, err := f.build.options(&f.model)
			require.NoError(t, err)
			assert.Equal(t, c.want, options.Profiles)
		})
	}
}

// TestShapesOfABuiltEngine: what is not asked for is run with what the engine is tuned for.
func TestShapesOfABuiltEngine(t *testing.T) {
	best := trt.Shapes{"signal": {16, 2400, 1}, "state": {16, 219729}}
	for _, c := range []struct {
		given string
		point trt.Shapes
		want  trt.Shapes
	}{
		{"", nil, best},
		{"signal:4x2400x1", nil, trt.Shapes{"signal": {4, 2400, 1}, "state": {16, 219729}}},
		{"s*:4x5", nil, trt.Shapes{"s*": {4, 5}}},
		{"signal:4x2400x1", trt.Shapes{"signal": {2, 2400, 1}, "state": {2, 219729}}, trt.Shapes{"signal": {2, 2400, 1}, "state": {2, 219729}}},
	} {
		m := modelFlags{shapes: c.given, pointShapes: c.point, built: &builtEngine{best: best}}
		shapes, err := m.shapesOf()
		require.NoError(t, err)
		assert.Equal(t, c.want, shapes, c.given)
	}
}

func TestOptionsOfABuild(t *testing.T) {
	f := parseBuild(t)
	options, err := f.build.options(&f.model)
	require.NoError(t, err)
	assert.Equal(t, trt.BuildOptions{AvgTiming: 8, Sparsity: "disable", Profiles: []trt.BuildProfile{}}, options, "trtexec's defaults")

	f = parseBuild(t, strings.Fields(`--builderOptimizationLevel=0 --maxAuxStreams=0 --maxTactics=5 --l2LimitForTiling=1024 --stripAllWeights
		--skipInference --fp16 --int8 --bf16=false --memPoolSize=workspace:1.5,tacticSharedMem:48K --inputIOFormats=fp16:chw+hwc8 --vc
		--excludeLeanRuntime --noTF32 --profilingVerbosity=detailed`)...)
	options, err = f.build.options(&f.model)
	require.NoError(t, err)
	zero, five := 0, 5
	assert.Equal(t, trt.BuildOptions{
		AvgTiming: 8, Sparsity: "disable", Profiles: []trt.BuildProfile{},
		OptimizationLevel: &zero, MaxAuxStreams: &zero, MaxTactics: &five, L2LimitBytes: 1024,
		Refittable: true, StripWeights: true, Precisions: []trt.Precision{trt.PrecisionFP16, trt.PrecisionINT8},
		MemoryPools:       map[trt.MemoryPool]int64{trt.PoolWorkspace: 3 << 19, trt.PoolTacticSharedMemory: 48 << 10},
		InputFormats:      []trt.IOFormat{{Type: trt.Float16, Formats: []trt.TensorFormat{trt.LinearFormat, 2}}},
		VersionCompatible: true, ExcludeLeanRuntime: true, NoTF32: true, ProfilingVerbosity: trt.Detailed,
	}, options)
}

func TestSizes(t *testing.T) {
	for text, want := range map[string]struct {
		bytes int64
		shown string
	}{
		"0": {0, "0B"}, "7": {7, "7B"}, "7B": {7, "7B"}, "2K": {2048, "2K"}, "1.5M": {3 << 19, "1536K"}, "20G": {20 << 30, "20G"}, "4096G": {4 << 40, "4096G"},
	} {
		var size sizeFlag
		require.NoError(t, size.Set(text), text)
		assert.EqualValues(t, want.bytes, size, text)
		assert.Equal(t, want.shown, size.String(), text)
	}
	for _, text := range []string{"", "G", "-1", "NaN", "1e300G", "20GB", "twenty", "9223372036854775808"} {
		assert.Error(t, new(sizeFlag).Set(text), text)
	}
}

// steps are those of a build with a phase inside another.
var steps = []trt.ProgressEvent{
	{Phase: "Building", Steps: 4},
	{Phase: "Building", Step: 1, Steps: 4},
	{Phase: "Timing", Parent: "Building", Steps: 100},
	{Phase: "Timing", Parent: "Building", Step: 50, Steps: 100},
	{Phase: "Timing", Parent: "Building", Step: 100, Steps: 100, Done: true},
	{Phase: "Building", Step: 4, Steps: 4, Done: true},
}

func TestBuildProgressAsLines(t *testing.T) {
	var out bytes.Buffer
	p := startBuildProgress(Process{}, &report.Log{Out: &out, Verbose: true, Now: func() time.Time { return time.Time{} }})
	for _, e := range steps {
		p.event(e)
	}
	p.event(trt.ProgressEvent{Phase: "never begun", Done: true})
	p.stop()
	const stamp = "[01/01/0001-00:00:00] [V] "
	assert.Equal(t, stamp+"Building: 4 steps\n"+stamp+"Timing: 100 steps\n"+stamp+"Timing: done\n"+stamp+"Building: done\n", out.String())
}

func TestBuildProgressOnATerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var bar bytes.Buffer
		p := startBuildProgress(Process{Terminal: true, Err: &bar}, &report.Log{})
		for _, e := range steps {
			p.event(e)
			time.Sleep(time.Second) // of the bubble: the bar is drawn
		}
		p.stop()
		assert.Contains(t, bar.String(), "Building  25%")
		assert.Contains(t, bar.String(), "Building: Timing  25%")
		assert.Contains(t, bar.String(), "[4s]", "how long it has taken")
		assert.NotContains(t, bar.String(), "\n", "the bar stays in its line")
	})
}

func TestScreenKeepsTheBarBelowTheLog(t *testing.T) {
	var terminal, file bytes.Buffer
	s := &screen{terminal: &terminal}
	bar, log, elsewhere := s.bar(), s.above(&terminal), s.above(&file)
	for _, w := range []struct {
		to   io.Writer
		text string
	}{{log, "first\n"}, {bar, "half"}, {bar, " way"}, {log, "second\n"}, {log, "third\n"}, {bar, "done"}, {elsewhere, "kept\n"}} {
		_, err := io.WriteString(w.to, w.text)
		require.NoError(t, err)
	}
	assert.Equal(t, "first\nhalf way"+clearLine+"second\nthird\ndone"+clearLine, terminal.String())
	assert.Equal(t, "kept\n", file.String())
}
