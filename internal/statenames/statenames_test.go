package statenames

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPairs(t *testing.T) {
	all := func(Pair) bool { return true }
	for name, c := range map[string]struct {
		inputs, outputs []string
		fits            func(Pair) bool
		want            []Pair
	}{
		"next":         {[]string{"signal", "state"}, []string{"logits", "state_next"}, all, []Pair{{1, 1}}},
		"several":      {[]string{"h_in", "c_in", "x"}, []string{"y", "c_out", "h_out"}, all, []Pair{{0, 2}, {1, 1}}},
		"past":         {[]string{"past_key_values.0.key"}, []string{"present_key_values.0.key"}, all, []Pair{{0, 0}}},
		"case":         {[]string{"State"}, []string{"state_NEXT"}, all, []Pair{{0, 0}}},
		"same name":    {[]string{"state"}, []string{"state"}, all, nil},
		"unlike names": {[]string{"x"}, []string{"y"}, all, nil},
		"two outputs":  {[]string{"state"}, []string{"state_next", "next_state"}, all, nil},
		"one fits":     {[]string{"state"}, []string{"state_next", "next_state"}, func(p Pair) bool { return p.Output == 1 }, []Pair{{0, 1}}},
	} {
		assert.Equal(t, c.want, Pairs(c.inputs, c.outputs, c.fits), name)
	}
}
