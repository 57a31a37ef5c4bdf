package stat

import "math"

// Block is a stretch of neighbouring values of which some have a property: they are late, or above a quantile.
type Block struct{ Values, Hits int }

// DesignEffect returns by how much more the share of hits varies from block to block than it would if all values were independent: so
// many values say as much about the share as a single independent one. It is 1 where it cannot be estimated, because there are fewer
// than two blocks, no hits, or hits alone; below 1 where hits are spread more evenly than by chance.
//
// It is the design effect of survey statistics for clusters of unequal size; see Kish, Survey Sampling, sections 5.4 and 6.5. The blocks
// must be long enough to be independent of each other. From few of them it is a rough estimate: with n blocks its relative standard
// error is about √(2/(n−1)).
func DesignEffect(blocks []Block) float64 {
	values, hits := count(blocks)
	return DesignEffectAt(blocks, float64(hits)/float64(values))
}

func count(blocks []Block) (values, hits int) {
	for _, b := range blocks {
		values += b.Values
		hits += b.Hits
	}
	return values, hits
}

// DesignEffectAt is DesignEffect for a share of hits that is asked about, more than 0 and less than 1: it counts how far the blocks are
// from that share. Without any hits all of them are, so that bursts of which none was seen are not taken for bursts that do not exist.
func DesignEffectAt(blocks []Block, share float64) float64 {
	if len(blocks) < 2 || !(share > 0 && share < 1) {
		return 1
	}
	var squares float64
	for _, b := range blocks {
		squares += math.Pow(float64(b.Hits)-share*float64(b.Values), 2)
	}
	values, _ := count(blocks)
	mean := float64(values) / float64(len(blocks))
	return squares / float64(len(blocks)-1) / (mean * share * (1 - share))
}
