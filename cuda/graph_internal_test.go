package cuda

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestUpdateReason(t *testing.T) {
	assert.Empty(t, updateReason(0), "success")
	assert.Empty(t, updateReason(1), "an error without a reason")
	assert.Equal(t, "the shape of the graph changed", updateReason(2))
	assert.Equal(t, "reason 99", updateReason(99))
	assert.Equal(t, "reason -1", updateReason(-1))
}
