package triton

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestURLs(t *testing.T) {
	for url, want := range map[string]string{
		"": "localhost:8001", "host": "host:8001", "host:9": "host:9", "10.0.0.1:70": "10.0.0.1:70", "[::1]:9": "[::1]:9", "[::1]": "[::1]:8001",
		"::1": "[::1]:8001", "grpc://host:9": "host:9", "grpcs://host": "host:8001", ":9": "localhost:9", "host:9/": "host:9",
	} {
		e, err := Options{URL: url, Protocol: GRPC}.resolve()
		require.NoError(t, err, url)
		assert.Equal(t, want, e.address, url)
		assert.Equal(t, url == "grpcs://host", e.tls != nil, url)
	}
	e, err := Options{URL: "https://host"}.resolve()
	require.NoError(t, err)
	assert.Equal(t, "host:8000", e.address)
	assert.Equal(t, "host", e.tls.ServerName)
}

func TestOptionsRefuse(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "empty.pem")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	for want, o := range map[string]Options{
		`URL "host:0": port "0"`:              {URL: "host:0"},
		`port "x", expected a number`:         {URL: "host:x"},
		`URL "http://a/b", expected`:          {URL: "http://a/b"},
		`scheme "ftp"`:                        {URL: "ftp://a"},
		"does not go with protocol http":      {URL: "grpc://a"},
		"timeout -1ns":                        {Timeout: -1},
		"unknown protocol 7":                  {Protocol: 7},
		"compression gzip is only there for":  {Compression: "gzip"},
		`compression "zip", expected gzip`:    {Compression: "zip", Protocol: GRPC},
		`header "a b"`:                        {Header: map[string]string{"a b": "c"}},
		`header "a": "b\n" cannot be sent`:    {Header: map[string]string{"a": "b\n"}},
		`header "Host" belongs to the`:        {Header: map[string]string{"Host": "b"}},
		`header "grpc-timeout" belongs to`:    {Header: map[string]string{"grpc-timeout": "1S"}},
		"no such file":                        {TLS: &TLS{CA: "missing"}},
		"has none in the form of PEM":         {TLS: &TLS{CA: empty}},
		"a certificate of the client needs":   {TLS: &TLS{Cert: empty}},
		"certificate of the client: tls: fai": {TLS: &TLS{Cert: empty, Key: empty}},
	} {
		_, err := o.resolve()
		assert.ErrorContains(t, err, want)
	}
}

func TestParseProtocolAndHeader(t *testing.T) {
	p, err := ParseProtocol("gRPC")
	require.NoError(t, err)
	assert.Equal(t, GRPC, p)
	assert.Equal(t, "grpc", p.String())
	p, err = ParseProtocol("HTTP")
	require.NoError(t, err)
	assert.Equal(t, "http", p.String())
	_, err = ParseProtocol("rest")
	assert.ErrorContains(t, err, `protocol "rest", expected http or grpc`)

	name, value, err := ParseHeader("X-Key: a:b ")
	require.NoError(t, err)
	assert.Equal(t, []string{"X-Key", "a:b"}, []string{name, value})
	for _, text := range []string{"", "x", ":x", "a b:c", "a:b\r\nc:d"} {
		_, _, err := ParseHeader(text)
		assert.Error(t, err, text)
	}
}
