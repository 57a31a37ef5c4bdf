package report

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The expected texts are what printf("%g") of the C library prints.
func TestNumber(t *testing.T) {
	for _, c := range []struct {
		value float64
		want  string
	}{
		{0, "0"}, {1, "1"}, {20, "20"}, {200, "200"}, {100000, "100000"}, {999999.4, "999999"},
		{999999.6, "1e+06"}, {1024000, "1.024e+06"}, {123456789, "1.23457e+08"}, {0.000976562, "0.000976562"},
		{0.0001, "0.0001"}, {0.00001, "1e-05"}, {2045.52, "2045.52"}, {-0.5, "-0.5"}, {5.20000005, "5.2"},
		{1e-300, "1e-300"}, {math.Copysign(0, -1), "-0"},
		{math.Inf(1), "inf"}, {math.Inf(-1), "-inf"}, {math.NaN(), "nan"},
	} {
		assert.Equal(t, c.want, Number(c.value))
	}
	assert.Equal(t, "33.3", Number(float32(33.3)))
	assert.Equal(t, "99.9", Number(float32(99.9)))
}
