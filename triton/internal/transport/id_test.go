package transport

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/proto"

	"github.com/trtbench/trtbench/triton/kserve"
)

func TestID(t *testing.T) {
	for _, id := range []int64{0, 7, 1234567890, math.MaxInt64} {
		head := make([]byte, IDSize+3)
		PutID(head, id)
		assert.Equal(t, id, ID(head))
		var request kserve.ModelInferRequest
		require.NoError(t, proto.Unmarshal(head[:IDSize], &request))
		assert.Len(t, request.GetId(), idDigits)
		assert.Equal(t, id, ParseID([]byte(request.GetId())))
	}
}

func TestIDOfOthers(t *testing.T) {
	for _, text := range []string{"", "1", "0000000000000000001x", "000000000000000000x", "9999999999999999999", "-000000000000000001"} {
		assert.Equal(t, int64(NoTag), ParseID([]byte(text)), text)
	}
	head := make([]byte, IDSize)
	PutID(head, 1)
	assert.Equal(t, int64(NoTag), ID(head[:IDSize-1]))
	head[0]++
	assert.Equal(t, int64(NoTag), ID(head))
}
