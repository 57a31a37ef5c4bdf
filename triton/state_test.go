package triton

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/triton/data"
)

func tensors(names ...string) []data.Tensor {
	var all []data.Tensor
	for _, name := range names {
		all = append(all, data.Tensor{Name: name, Type: "FP16", Shape: []int64{4}})
	}
	return all
}

func TestDetectStates(t *testing.T) {
	for name, c := range map[string]struct {
		ins, outs []data.Tensor
		want      []StatePair
	}{
		"next":         {tensors("signal", "state"), tensors("logits", "state_next"), []StatePair{{"state", "state_next"}}},
		"several":      {tensors("h_in", "c_in", "x"), tensors("y", "c_out", "h_out"), []StatePair{{"h_in", "h_out"}, {"c_in", "c_out"}}},
		"past":         {tensors("past_key_values.0.key"), tensors("present_key_values.0.key"), []StatePair{{"past_key_values.0.key", "present_key_values.0.key"}}},
		"prefix":       {tensors("cache", "in_h"), tensors("new_cache", "out_h"), []StatePair{{"cache", "new_cache"}, {"in_h", "out_h"}}},
		"first, last":  {tensors("h0"), tensors("hn"), []StatePair{{"h0", "hn"}}},
		"same name":    {tensors("state"), tensors("state"), nil},
		"unlike names": {tensors("x"), tensors("y"), nil},
		"two outputs":  {tensors("state"), tensors("state_next", "next_state"), nil},
		"type":         {tensors("state"), []data.Tensor{{Name: "state_next", Type: "FP32", Shape: []int64{4}}}, nil},
		"shape":        {tensors("state"), []data.Tensor{{Name: "state_next", Type: "FP16", Shape: []int64{5}}}, nil},
		"open shape": {[]data.Tensor{{Name: "state", Type: "FP16", Shape: []int64{-1}}},
			[]data.Tensor{{Name: "state_next", Type: "FP16", Shape: []int64{-1}}}, nil},
		"strings": {[]data.Tensor{{Name: "state", Type: "BYTES", Shape: []int64{1}}},
			[]data.Tensor{{Name: "state_next", Type: "BYTES", Shape: []int64{1}}}, nil},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, DetectStates(c.ins, c.outs)) })
	}
}

func TestParseStates(t *testing.T) {
	pairs, err := ParseStates("state:state_next,h:h2")
	require.NoError(t, err)
	assert.Equal(t, []StatePair{{"state", "state_next"}, {"h", "h2"}}, pairs)
	for text, want := range map[string]string{
		"": `found "", expected input:output`, "state": "expected input:output", ":x": "expected input:output", "x:": "expected input:output",
		"a:b:c": "expected input:output", "a:b,": `found ""`, "a:b,a:c": "a:b and a:c have a tensor in common", "a:b,c:b": "in common",
	} {
		_, err := ParseStates(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseStates(f *testing.F) {
	for _, text := range []string{"state:state_next", "a:b,c:d", ":", "a:b,a:c", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		pairs, err := ParseStates(text)
		if err != nil {
			return
		}
		again := ""
		for i, p := range pairs {
			if i > 0 {
				again += ","
			}
			again += p.String()
		}
		assert.Equal(t, text, again)
	})
}
