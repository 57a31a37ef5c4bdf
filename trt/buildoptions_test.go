package trt_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/trt"
)

func TestBuildOptionsValidate(t *testing.T) {
	value := func(n int) *int { return &n }
	first, newest, eleven := trt.Version{Major: 10}, trt.Version{Major: 10, Minor: 16}, trt.Version{Major: 11, Minor: 2}
	tests := map[string]struct {
		options trt.BuildOptions
		refuses []trt.Version // all when empty
		takes   []trt.Version
		option  string
		want    string
	}{
		"fp16 from 11 on": {trt.BuildOptions{Precisions: []trt.Precision{trt.PrecisionFP16}}, []trt.Version{eleven},
			[]trt.Version{first, newest}, "fp16", "takes all types from the model"},
		"best from 11 on": {trt.BuildOptions{Precisions: []trt.Precision{trt.PrecisionBest}}, []trt.Version{eleven},
			[]trt.Version{first}, "best", "AutoCast"},
		"int4 in 10.0": {trt.BuildOptions{Precisions: []trt.Precision{trt.PrecisionINT4}}, []trt.Version{first, eleven},
			[]trt.Version{newest}, "int4", ""},
		"constraints from 11 on": {trt.BuildOptions{PrecisionConstraints: trt.ConstraintsObey}, []trt.Version{eleven},
			[]trt.Version{first}, "precisionConstraints", ""},
		"cuDNN from 11 on": {trt.BuildOptions{TacticSources: map[trt.TacticSource]bool{trt.TacticsCUDNN: true}},
			[]trt.Version{eleven}, []trt.Version{first}, "tacticSources CUDNN", "it needs TensorRT 10, 11.2.0 is loaded"},
		"features by version": {trt.BuildOptions{PreviewFeatures: map[trt.PreviewFeature]bool{trt.PreviewMultiDeviceRuntime: true}},
			[]trt.Version{first, eleven}, []trt.Version{newest}, "preview multiDeviceRuntime1016", "10.16 or a later 10"},
		"tiling before 10.8": {trt.BuildOptions{TilingLevel: trt.TilingFull}, []trt.Version{first},
			[]trt.Version{newest, eleven}, "tilingOptimizationLevel", "10.8 or later, 10.0.0 is loaded"},
		"L2 limit before 10.8": {trt.BuildOptions{L2LimitBytes: 1}, []trt.Version{first}, []trt.Version{newest, eleven}, "l2LimitForTiling", ""},
		"tactics before 10.4":  {trt.BuildOptions{MaxTactics: value(1)}, []trt.Version{first}, []trt.Version{newest, eleven}, "maxTactics", ""},
		"platform before 10.2": {trt.BuildOptions{RuntimePlatform: trt.WindowsAMD64}, []trt.Version{first}, []trt.Version{newest, eleven},
			"runtimePlatform", ""},
		"capability before 10.9": {trt.BuildOptions{HardwareCompatibility: trt.SameCapability}, []trt.Version{first},
			[]trt.Version{newest, eleven}, "hardwareCompatibilityLevel sameComputeCapability", ""},
		"weight streaming needs strong types": {trt.BuildOptions{WeightStreaming: true}, []trt.Version{first, newest},
			[]trt.Version{eleven}, "allowWeightStreaming", "add stronglyTyped"},
		"strong types and a precision": {trt.BuildOptions{StronglyTyped: true, Precisions: []trt.Precision{trt.PrecisionFP16}}, nil, nil,
			"stronglyTyped", "leave out the precisions"},
		"sparsity by force": {trt.BuildOptions{Sparsity: trt.SparsityForce}, nil, nil, "sparsity", "force overwrites weights"},
		"sparsity":          {trt.BuildOptions{Sparsity: "some"}, nil, nil, "sparsity", `found "some"`},
		"precision":         {trt.BuildOptions{Precisions: []trt.Precision{"fp12"}}, nil, nil, "fp12", "no precision of this name"},
		"constraints":       {trt.BuildOptions{PrecisionConstraints: "x"}, nil, nil, "precisionConstraints", "expected none, prefer or obey"},
		"pool":              {trt.BuildOptions{MemoryPools: map[trt.MemoryPool]int64{"x": 1}}, nil, nil, "memPoolSize", `no pool is called "x"`},
		"pool size":         {trt.BuildOptions{MemoryPools: map[trt.MemoryPool]int64{"workspace": -1}}, nil, nil, "memPoolSize", "-1 bytes"},
		"level":             {trt.BuildOptions{OptimizationLevel: value(6)}, nil, nil, "builderOptimizationLevel", "found 6, expected 0 to 5"},
		"streams":           {trt.BuildOptions{MaxAuxStreams: value(-1)}, nil, nil, "maxAuxStreams", "found -1"},
		"tactics":           {trt.BuildOptions{MaxTactics: value(0)}, nil, nil, "maxTactics", "found 0"},
		"averages":          {trt.BuildOptions{AvgTiming: -1}, nil, nil, "avgTiming", "found -1"},
		"tiling":            {trt.BuildOptions{TilingLevel: 4}, nil, nil, "tilingOptimizationLevel", "found 4"},
		"L2 limit":          {trt.BuildOptions{L2LimitBytes: -1}, nil, nil, "l2LimitForTiling", "found -1"},
		"verbosity":         {trt.BuildOptions{ProfilingVerbosity: 3}, nil, nil, "profilingVerbosity", "found 3"},
		"compatibility":     {trt.BuildOptions{HardwareCompatibility: 3}, nil, nil, "hardwareCompatibilityLevel", "found 3"},
		"platform":          {trt.BuildOptions{RuntimePlatform: 2}, nil, nil, "runtimePlatform", "found 2"},
		"source":            {trt.BuildOptions{TacticSources: map[trt.TacticSource]bool{"x": true}}, nil, nil, "tacticSources", `"x" is none of CUBLAS`},
		"feature":           {trt.BuildOptions{PreviewFeatures: map[trt.PreviewFeature]bool{"x": true}}, nil, nil, "preview", `"x" is none of`},
		"lean runtime":      {trt.BuildOptions{ExcludeLeanRuntime: true}, nil, nil, "excludeLeanRuntime", "add versionCompatible"},
		"no cache":          {trt.BuildOptions{NoTimingCache: true, TimingCacheFile: "x"}, nil, nil, "timingCacheFile", "switched off"},
		"miss of no cache":  {trt.BuildOptions{ErrorOnTimingCacheMiss: true}, nil, nil, "errorOnTimingCacheMiss", "it needs a timing-cache file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			refuses := test.refuses
			if len(refuses) == 0 {
				refuses = []trt.Version{{}, first, newest, eleven}
			} else {
				assert.NoError(t, test.options.Validate(trt.Version{}), "without a version")
			}
			for _, version := range refuses {
				err := test.options.Validate(version)
				var option *trt.BuildOptionError
				require.ErrorAs(t, err, &option, "%v", version)
				assert.Equal(t, test.option, option.Option)
				assert.ErrorContains(t, err, test.want)
				if len(test.refuses) > 0 {
					assert.Equal(t, version, option.Loaded)
				}
			}
			for _, version := range test.takes {
				assert.NoError(t, test.options.Validate(version), "%v", version)
			}
		})
	}
}

func TestBuildOptionsValidateTellsEveryFault(t *testing.T) {
	err := (&trt.BuildOptions{AvgTiming: -1, L2LimitBytes: -1, Profiles: []trt.BuildProfile{{"x": {Min: []int64{2}, Opt: []int64{1}, Max: []int64{3}}}}}).Validate(trt.Version{})
	for _, want := range []string{"avgTiming", "l2LimitForTiling", "optimization profile 0: input x"} {
		assert.ErrorContains(t, err, want)
	}
}

// The options are part of what a run leaves behind.
func TestBuildOptionsAsJSON(t *testing.T) {
	options := dynamicOptions()
	options.Progress = func(trt.ProgressEvent) {}
	text, err := json.Marshal(options)
	require.NoError(t, err)
	var again trt.BuildOptions
	require.NoError(t, json.Unmarshal(text, &again))
	options.Progress = nil
	assert.Equal(t, options, again)
}

func TestParseIOFormats(t *testing.T) {
	half := trt.IOFormat{Type: trt.Float16, Formats: []trt.TensorFormat{trt.LinearFormat, 2}}
	tests := map[string]struct {
		want  []trt.IOFormat
		fault string
	}{
		"":                       {nil, ""},
		"fp16:chw+hwc8":          {[]trt.IOFormat{half}, ""},
		"fp16:chw+hwc8,int8:chw": {[]trt.IOFormat{half, {Type: trt.Int8, Formats: []trt.TensorFormat{trt.LinearFormat}}}, ""},
		"chw+hwc8":               {[]trt.IOFormat{{Type: trt.ModelType, Formats: half.Formats}}, ""},
		"fp16":                   {nil, `format "fp16": expected one of chw, chw2`},
		"half:chw":               {nil, `type in formats "half": expected one of bf16, bool, fp16`},
		"fp16:nchw":              {nil, `format "nchw": expected one of chw, chw2`},
		"fp16:":                  {nil, `format ""`},
		"fp16:chw,":              {nil, `format ""`},
	}
	for text, test := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := trt.ParseIOFormats(text)
			if test.fault != "" {
				assert.ErrorContains(t, err, test.fault)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
	assert.Equal(t, "dhwc", trt.TensorFormat(12).String())
	assert.Equal(t, "format 13", trt.TensorFormat(13).String())
}

func TestParseMemoryPools(t *testing.T) {
	tests := map[string]struct {
		want  map[trt.MemoryPool]int64
		fault string
	}{
		"":                                   {nil, ""},
		"workspace:1024":                     {map[trt.MemoryPool]int64{trt.PoolWorkspace: 1 << 30}, ""},
		"workspace:0.5G,tacticSharedMem:48K": {map[trt.MemoryPool]int64{trt.PoolWorkspace: 1 << 29, trt.PoolTacticSharedMemory: 48 << 10}, ""},
		"dlaSRAM:3M,dlaLocalDRAM:0.0000001":  {map[trt.MemoryPool]int64{trt.PoolDLASRAM: 2 << 20, trt.PoolDLALocalDRAM: 0}, ""},
		"workspace:7B":                       {map[trt.MemoryPool]int64{trt.PoolWorkspace: 7}, ""},
		"work:1":                             {nil, `memory pool "work": expected one of`},
		"workspace":                          {nil, "expected name:size"},
		"workspace:":                         {nil, `size ""`},
		"workspace:-1":                       {nil, `size "-1"`},
		"workspace:1T":                       {nil, `size "1T"`},
		"workspace:NaN":                      {nil, `size "NaN"`},
		"workspace:1e30":                     {nil, `size "1e30"`},
	}
	for text, test := range tests {
		t.Run(text, func(t *testing.T) {
			got, err := trt.ParseMemoryPools(text)
			if test.fault != "" {
				assert.ErrorContains(t, err, test.fault)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestParseSwitches(t *testing.T) {
	sources, err := trt.ParseTacticSources("+CUDNN,-JIT_CONVOLUTIONS")
	require.NoError(t, err)
	assert.Equal(t, map[trt.TacticSource]bool{trt.TacticsCUDNN: true, trt.TacticsJITConvolutions: false}, sources)
	features, err := trt.ParsePreviewFeatures("+aliasedPluginIO1003")
	require.NoError(t, err)
	assert.Equal(t, map[trt.PreviewFeature]bool{trt.PreviewAliasedPluginIO: true}, features)
	for _, bad := range []string{"CUDNN", "+", "+-CUDNN", "+CUDNN,", "+cudnn"} {
		_, err := trt.ParseTacticSources(bad)
		assert.ErrorContains(t, err, "expected + or - before one of CUBLAS", bad)
	}
	none, err := trt.ParsePreviewFeatures("")
	assert.NoError(t, err)
	assert.Nil(t, none)
}

func TestParseNamesOfLevels(t *testing.T) {
	tiling, err := trt.ParseTilingLevel("3")
	assert.NoError(t, err)
	assert.Equal(t, trt.TilingFull, tiling)
	_, err = trt.ParseTilingLevel("9")
	assert.ErrorContains(t, err, `tiling level "9": expected one of 0, 1, 2, 3, fast, full, moderate, none`)
	platform, err := trt.ParseRuntimePlatform("WindowsAMD64")
	assert.NoError(t, err)
	assert.Equal(t, trt.WindowsAMD64, platform)
	for _, level := range []trt.HardwareCompatibility{trt.SameDevice, trt.AmpereAndLater, trt.SameCapability} {
		again, err := trt.ParseHardwareCompatibility(level.String())
		assert.NoError(t, err)
		assert.Equal(t, level, again)
	}
	assert.Equal(t, "level 7", trt.HardwareCompatibility(7).String())
}

func FuzzParseIOFormats(f *testing.F) {
	for _, seed := range []string{"", "fp16:chw+hwc8,fp32:chw", "fp16", ":", "int8:chw+", ",,"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		formats, err := trt.ParseIOFormats(text)
		for _, format := range formats {
			assert.NotEmpty(t, format.Formats)
			assert.True(t, format.Type == trt.ModelType || format.Type.Bits() > 0)
		}
		assert.False(t, err != nil && formats != nil)
	})
}

func FuzzParseMemoryPools(f *testing.F) {
	for _, seed := range []string{"", "workspace:1024,tacticSharedMem:48K", "dlaSRAM:3.7M", "workspace:1e300", "'a:b':1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pools, err := trt.ParseMemoryPools(text)
		if err == nil {
			assert.NoError(t, (&trt.BuildOptions{MemoryPools: pools}).Validate(trt.Version{}))
		}
	})
}
