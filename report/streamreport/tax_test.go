package streamreport

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/stream"
)

func TestServerTax(t *testing.T) {
	for holds, want := range map[int]string{
		36: "Server tax: second holds 10.0 % fewer streams than first.",
		40: "Server tax: second holds as many streams as first.",
		44: "Server tax: second holds 10.0 % more streams than first.",
		0:  "Server tax: second holds 100.0 % fewer streams than first.",
	} {
		server := served()
		server.Result.Holds = holds
		taxes := whole(searched(recorded(), stream.Result{Holds: 40, Point: -1, Breaker: -1}), server).Taxes()
		require.Len(t, taxes, 1)
		assert.Equal(t, want, taxes[0].Text())
	}
}
