package load

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStability(t *testing.T) {
	steady := trial{throughput: 100, latency: 10e6}
	late := func(latency float64) trial { return trial{throughput: 100, latency: latency, behind: true} }
	for _, c := range []struct {
		name   string
		rules  stability
		trials []trial
		want   decision
	}{
		{"two are not enough", stability{windows: 3, maxTrials: 10, spread: 0.1}, []trial{steady, steady}, decision{}},
		{"three agree", stability{windows: 3, maxTrials: 10, spread: 0.1}, []trial{{throughput: 1, latency: 1}, steady, {throughput: 110, latency: 11e6}, steady}, decision{done: true, stable: true}},
		{"throughput differs", stability{windows: 3, maxTrials: 10, spread: 0.1}, []trial{steady, steady, {throughput: 110.1, latency: 10e6}}, decision{}},
		{"latency differs", stability{windows: 3, maxTrials: 10, spread: 0.1}, []trial{steady, steady, {throughput: 100, latency: 11.1e6}}, decision{}},
		{"a factor of two", stability{windows: 3, maxTrials: 10, spread: 1}, []trial{steady, {throughput: 200, latency: 20e6}, {throughput: 150, latency: 11e6}}, decision{done: true, stable: true}},
		{"no spread at all", stability{windows: 3, maxTrials: 10}, []trial{steady, steady, steady}, decision{done: true, stable: true}},
		{"an empty window", stability{windows: 3, maxTrials: 10, spread: 9}, []trial{steady, nothingEnded, steady}, decision{}},
		{"only empty windows", stability{windows: 3, maxTrials: 3, spread: 9}, []trial{nothingEnded, nothingEnded, nothingEnded}, decision{done: true}},
		{"over the limit", stability{windows: 3, maxTrials: 10, spread: 0.1, limit: 20e6}, []trial{steady, {throughput: 100, latency: 20e6}, steady}, decision{done: true}},
		{"over the limit too early", stability{windows: 3, maxTrials: 10, spread: 0.1, limit: 20e6}, []trial{{throughput: 100, latency: 20e6}, steady}, decision{}},
		{"over the limit long ago", stability{windows: 3, maxTrials: 10, spread: 0.1, limit: 20e6}, []trial{{throughput: 100, latency: 20e6}, steady, {throughput: 130, latency: 10e6}, steady}, decision{}},
		{"stable over the limit", stability{windows: 3, maxTrials: 10, spread: 0.1, limit: 5e6}, []trial{steady, steady, steady}, decision{done: true, stable: true}},
		{"trials used up", stability{windows: 3, maxTrials: 4, spread: 0.1}, []trial{steady, {throughput: 100, latency: 20e6}, steady, {throughput: 100, latency: 20e6}}, decision{done: true}},
		{
			"throughput suffices at the end", stability{windows: 3, maxTrials: 4, spread: 0.1, throughputSuffices: true},
			[]trial{steady, {throughput: 100, latency: 20e6}, steady, {throughput: 100, latency: 20e6}}, decision{done: true, stable: true, onlyThroughput: true},
		},
		{
			"throughput suffices only at the end", stability{windows: 3, maxTrials: 5, spread: 0.1, throughputSuffices: true},
			[]trial{steady, {throughput: 100, latency: 20e6}, steady, {throughput: 100, latency: 20e6}}, decision{},
		},
		{"fewer trials than windows", stability{windows: 3, maxTrials: 2, spread: 0.1}, []trial{steady, steady}, decision{done: true}},
		{"behind", stability{windows: 3, maxTrials: 10}, []trial{late(1), late(2), late(3)}, decision{done: true}},
		{"behind for a while", stability{windows: 3, maxTrials: 10}, []trial{late(1), late(2), {throughput: 3, latency: 3}}, decision{}},
		{"one window", stability{windows: 1, maxTrials: 1}, []trial{steady}, decision{done: true, stable: true}},
		{"one empty window", stability{windows: 1, maxTrials: 1}, []trial{nothingEnded}, decision{done: true}},
		{"answered at once", stability{windows: 1, maxTrials: 1}, []trial{{throughput: 100, latency: 0}}, decision{done: true, stable: true}},
	} {
		t.Run(c.name, func(t *testing.T) { assert.Equal(t, c.want, c.rules.decide(c.trials)) })
	}
}
