package trt

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// WeightBudget is how much device memory streamed weights may take. The zero value keeps all weights on the device.
type WeightBudget struct {
	kind    budgetKind
	bytes   int64
	percent float64
}

type budgetKind int

const (
	budgetOff budgetKind = iota
	budgetAutomatic
	budgetBytes
	budgetPercent
)

// AutomaticWeightBudget leaves the budget to TensorRT.
var AutomaticWeightBudget = WeightBudget{kind: budgetAutomatic}

// WeightBudgetBytes is a budget in bytes.
func WeightBudgetBytes(bytes int64) WeightBudget {
	return WeightBudget{kind: budgetBytes, bytes: bytes}
}

// ParseWeightBudget reads a budget as trtexec's --weightStreamingBudget takes it: -2 for no streaming, -1 for TensorRT's choice,
// bytes with B, K, M or G behind (powers of 1024), or a share of the streamable weights from 0% to 100%.
func ParseWeightBudget(s string) (WeightBudget, error) {
	fail := func() (WeightBudget, error) {
		return WeightBudget{}, fmt.Errorf("trt: weight-streaming budget %q: expected -2 (off), -1 (automatic), bytes as in 512M "+
			"(units B, K, M, G), or a share as in 50%%", s)
	}
	switch s {
	case "-2":
		return WeightBudget{}, nil
	case "-1":
		return AutomaticWeightBudget, nil
	}
	if share, ok := strings.CutSuffix(s, "%"); ok {
		percent, err := strconv.ParseFloat(share, 64)
		if err != nil || !(percent >= 0 && percent <= 100) {
			return fail()
		}
		return WeightBudget{kind: budgetPercent, percent: percent}, nil
	}
	number, unit := s, int64(1)
	for suffix, size := range map[string]int64{"B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30} {
		if rest, ok := strings.CutSuffix(s, suffix); ok {
			number, unit = rest, size
		}
	}
	bytes, err := strconv.ParseFloat(number, 64)
	if err != nil || !(bytes >= 0) || bytes*float64(unit) >= math.MaxInt64 {
		return fail()
	}
	return WeightBudgetBytes(int64(bytes * float64(unit))), nil
}

// String is the budget as ParseWeightBudget reads it.
func (b WeightBudget) String() string {
	switch b.kind {
	case budgetAutomatic:
		return "-1"
	case budgetBytes:
		return strconv.FormatInt(b.bytes, 10)
	case budgetPercent:
		return strconv.FormatFloat(b.percent, 'g', -1, 64) + "%"
	}
	return "-2"
}

// of returns the bytes for an engine with so many bytes of streamable weights, or that TensorRT shall choose.
func (b WeightBudget) of(streamable int64) (bytes int64, automatic bool) {
	switch b.kind {
	case budgetAutomatic:
		return 0, true
	case budgetBytes:
		return b.bytes, false
	case budgetPercent:
		return int64(float64(streamable) * b.percent / 100), false
	}
	return streamable, false
}
