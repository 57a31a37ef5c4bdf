package stat

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestDesignEffect(t *testing.T) {
	for _, c := range []struct {
		name   string
		blocks []Block
		want   float64
	}{
		{"none", nil, 1},
		{"one block", []Block{{10, 5}}, 1},
		{"no hits", []Block{{10, 0}, {10, 0}}, 1},
		{"hits alone", []Block{{10, 10}, {10, 10}}, 1},
		{"spread evenly", []Block{{10, 5}, {10, 5}}, 0},
		{"all in one of two", []Block{{10, 10}, {10, 0}}, 20},
		{"unequal blocks", []Block{{30, 15}, {10, 5}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) { assert.InDelta(t, c.want, DesignEffect(c.blocks), 1e-12) })
	}
}

// TestDesignEffectOfRuns: where values come in runs of ten that are alike, ten of them say as much as one.
func TestDesignEffectOfRuns(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	const length, runs, trials = 10, 30, 400
	mean := 0.0
	for range trials {
		blocks := make([]Block, 50)
		for i := range blocks {
			for range runs {
				blocks[i].Values += length
				if random.Float64() < 0.1 {
					blocks[i].Hits += length
				}
			}
		}
		mean += DesignEffect(blocks) / trials
	}
	assert.InDelta(t, length, mean, 0.5)
}

// Without hits the effect is that of blocks all of which are as far from the share as they can be.
func TestDesignEffectAtAShare(t *testing.T) {
	blocks := make([]Block, 11)
	for i := range blocks {
		blocks[i].Values = 1000
	}
	assert.InDelta(t, 11.0/10*0.01*1000/0.99, DesignEffectAt(blocks, 0.01), 1e-9)
	assert.Equal(t, 1.0, DesignEffectAt(blocks, 0))
	assert.Equal(t, 1.0, DesignEffect(blocks))
	assert.Equal(t, 1.0, DesignEffectAt(nil, 0.5))
}
