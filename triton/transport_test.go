package triton

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhatCarriesRequests(t *testing.T) {
	for name, c := range map[string]struct {
		o           Options
		asked, want string
		err         string
	}{
		"plain":            {o: Options{Protocol: GRPC}, want: "h2"},
		"plain, scheme":    {o: Options{Protocol: GRPC, URL: "grpc://localhost"}, want: "h2"},
		"asked h2":         {o: Options{Protocol: GRPC}, asked: "h2", want: "h2"},
		"asked grpc-go":    {o: Options{Protocol: GRPC}, asked: "grpc-go", want: "grpc-go"},
		"scheme of TLS":    {o: Options{Protocol: GRPC, URL: "GRPCS://localhost"}, want: "grpc-go"},
		"TLS":              {o: Options{Protocol: GRPC, TLS: &TLS{}}, want: "grpc-go"},
		"gzip":             {o: Options{Protocol: GRPC, Compression: "gzip"}, want: "grpc-go"},
		"deflate":          {o: Options{Protocol: GRPC, Compression: "deflate"}, asked: "grpc-go", want: "grpc-go"},
		"HTTP":             {o: Options{}, want: "http"},
		"HTTPS":            {o: Options{URL: "https://localhost"}, asked: "grpc-go", want: "http"},
		"h2 with TLS":      {o: Options{Protocol: GRPC, TLS: &TLS{}}, asked: "h2", err: `transport "h2" has neither encryption nor compression, expected "grpc-go"`},
		"h2 with gzip":     {o: Options{Protocol: GRPC, Compression: "gzip"}, asked: "h2", err: `expected "grpc-go"`},
		"unknown":          {o: Options{Protocol: GRPC}, asked: "carrier", err: `transport "carrier", expected one of ["grpc-go" "h2"]`},
		"unknown for HTTP": {asked: "http", err: `transport "http", expected one of`},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := c.o.resolve()
			require.NoError(t, err)
			got, err := e.transport(c.asked)
			if c.err != "" {
				assert.ErrorContains(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}
