package pace

import (
	"fmt"
	"math/rand/v2"
	"time"

	"gonum.org/v1/gonum/stat/distuv"
)

// random adds up gaps drawn one by one.
type random struct {
	due float64        // ns
	gap func() float64 // ns
}

func (r *random) Next() (time.Duration, bool) {
	r.due += r.gap()
	return instant(r.due)
}

// NewPoisson returns arrivals that know nothing of each other: gaps are exponential with mean 1/rate.
func NewPoisson(rate float64, seed uint64) (Schedule, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	mean := 1e9 / rate
	source := rand.New(source(seed))
	return &random{gap: func() float64 { return mean * source.ExpFloat64() }}, nil
}

// Bounds of the burstiness that NewGamma takes.
const (
	MinBurst = 0.01
	MaxBurst = 1000
)

// NewGamma returns arrivals that come in bursts: gaps are gamma distributed with mean 1/rate and a variance of burst/rate². 1 is
// Poisson, more clusters the requests, less spreads them evenly.
func NewGamma(rate, burst float64, seed uint64) (Schedule, error) {
	if err := checkRate(rate); err != nil {
		return nil, err
	}
	if !(burst >= MinBurst && burst <= MaxBurst) {
		return nil, fmt.Errorf("pace: burst is %g, expected %g to %g", burst, float64(MinBurst), float64(MaxBurst))
	}
	gaps := distuv.Gamma{Alpha: 1 / burst, Beta: rate / 1e9 / burst, Src: source(seed)}
	return &random{gap: gaps.Rand}, nil
}

func source(seed uint64) rand.Source { return rand.NewPCG(seed, 0x70616365) }
