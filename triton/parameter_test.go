package triton

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseParameter(t *testing.T) {
	for text, want := range map[string]any{"a:b:string": "b", "a:b:c:string": "b:c", "a::string": "", "a:-5:int": int64(-5), "a:true:bool": true} {
		name, value, err := ParseParameter(text)
		require.NoError(t, err, text)
		assert.Equal(t, "a", name)
		assert.Equal(t, want, value)
	}
	for text, want := range map[string]string{
		"": "expected name:value:type", "a": "expected name", "a:b": "expected name", ":b:int": "expected name", "a:b:float": `type "float"`,
		"a:b:int": `"b" is no int`, "a:2:bool": `"2" is no bool`, "sequence_id:1:int": `parameter "sequence_id" cannot be set`,
	} {
		_, _, err := ParseParameter(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseParameter(f *testing.F) {
	for _, text := range []string{"a:b:string", "a:1:int", "a:t:bool", "::", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if name, value, err := ParseParameter(text); err == nil {
			assert.NoError(t, checkParameter(name, value))
		}
	})
}
