package suggest

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHint(t *testing.T) {
	flags := []string{"warmUp", "duration", "iterations", "infStreams", "loadEngine"}
	for _, c := range []struct{ name, want string }{
		{"warmup", `; did you mean "warmUp"?`},
		{"loadEngin", `; did you mean "loadEngine"?`},
		{"infStream", `; did you mean "infStreams"?`},
		{"iteration", `; did you mean "iterations"?`},
		{"somethingElse", ""},
		{"", ""},
	} {
		assert.Equal(t, c.want, Hint(c.name, flags), c.name)
	}
	assert.Empty(t, Hint("x", nil))
}

func TestNearestPrefersTheCloser(t *testing.T) {
	nearest, ok := Nearest("stat", []string{"start", "state"})
	assert.True(t, ok)
	assert.Equal(t, "start", nearest, "of two equally near names the first")
	nearest, _ = Nearest("state", []string{"start", "state"})
	assert.Equal(t, "state", nearest)
}
