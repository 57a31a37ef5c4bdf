package serve

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/audio"
	"github.com/trtbench/trtbench/record"
)

func TestRecorded(t *testing.T) {
	model := &Model{Inputs: []record.Tensor{{Name: "length", Type: "int64", Shape: []int{1}}, {Name: "signal", Type: "int32", Shape: []int{1, 3, 1}}}}
	clips := []*audio.Clip{{Samples: []float32{0.5, -0.5, 0.25, 1}}, {Samples: []float32{-1}}}
	contents, err := Recorded(model, "signal", clips)
	require.NoError(t, err)
	require.NoError(t, contents.check(model.Inputs, []int{8, 12}))
	var got [][][]int32
	for _, stream := range contents {
		var steps [][]int32
		for _, step := range stream {
			assert.Equal(t, make([]byte, 8), step[0])
			samples := make([]int32, 3)
			_, err := binary.Decode(step[1], binary.LittleEndian, samples)
			require.NoError(t, err)
			steps = append(steps, samples)
		}
		got = append(got, steps)
	}
	assert.Equal(t, [][][]int32{{{1 << 14, -1 << 14, 1 << 13}, {1<<15 - 1, 0, 0}}, {{-1 << 15, 0, 0}}}, got)
}

func TestRecordedRefuses(t *testing.T) {
	clips := []*audio.Clip{{Samples: []float32{1}}}
	signal := record.Tensor{Name: "signal", Type: "float32", Shape: []int{1, 4}}
	for _, c := range []struct {
		name   string
		inputs []record.Tensor
		input  string
		clips  []*audio.Clip
		want   string
	}{
		{"two inputs", []record.Tensor{signal, {Name: "pitch", Type: "float32", Shape: []int{1}}}, "", clips, "the model has 2 inputs besides states, expected the name of the one that takes sound: signal, pitch"},
		{"unknown", []record.Tensor{signal}, "sound", clips, `the model has no input "sound" that could take sound, expected one of signal`},
		{"type", []record.Tensor{{Name: "ids", Type: "bool", Shape: []int{1}}}, "", clips, "input ids takes no sound: type bool holds no samples"},
		{"shape", []record.Tensor{{Name: "signal", Type: "int16", Shape: []int{1, -1}}}, "", clips, "input signal has shape [1 -1], expected every dimension to be known"},
		{"other shape", []record.Tensor{signal, {Name: "ids", Type: "int64", Shape: []int{-1}}}, "signal", clips, "serve: recorded contents: ids: "},
		{"no clip", []record.Tensor{signal}, "", nil, "no clip, expected at least 1"},
		{"empty clip", []record.Tensor{signal}, "", []*audio.Clip{clips[0], {}}, "clip 1 has no samples"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Recorded(&Model{Inputs: c.inputs}, c.input, c.clips)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestSyntheticTypes(t *testing.T) {
	for _, typ := range []string{"int16", "int32", "float16", "float32", "float64"} {
		model := &Model{Inputs: []record.Tensor{{Name: "signal", Type: typ, Shape: []int{1, 5}}}}
		contents, err := Synthetic(model, 2, 3, 1)
		require.NoError(t, err)
		assert.NotEqual(t, contents[0][0], contents[0][1])
		assert.NotEqual(t, contents[0][0], contents[1][0])
		bytes, err := sizes(model.Inputs)
		require.NoError(t, err)
		require.NoError(t, contents.check(model.Inputs, bytes))
	}
	_, err := Synthetic(&Model{Inputs: []record.Tensor{{Name: "ids", Type: "int64", Shape: []int{1}}}}, 1, 1, 1)
	assert.ErrorContains(t, err, "ids: type int64 holds no samples")
}
