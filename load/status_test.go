package load

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestStatusText(t *testing.T) {
	for s := StatusPending; s <= StatusFailed; s++ {
		text, err := json.Marshal(s)
		require.NoError(t, err)
		assert.JSONEq(t, `"`+s.String()+`"`, string(text))
		var got Status
		require.NoError(t, json.Unmarshal(text, &got))
		assert.Equal(t, s, got)
	}
	var s Status
	require.ErrorContains(t, json.Unmarshal([]byte(`"x"`), &s), `status "x" is unknown`)
}
