package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	output, input := io.Pipe()
	ended := make(chan error)
	go func() {
		ended <- run(ctx, []string{"-listen", "127.0.0.1:0", "-http", "127.0.0.1:0", "-latency", "1ms", "-exponential", "-fail-every", "2"}, input)
	}()
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	_, address, found := strings.Cut(strings.TrimSpace(line), "HTTP on ")
	require.True(t, found, line)
	for _, want := range []int{http.StatusOK, http.StatusInternalServerError} {
		response, err := http.Post("http://"+address+"/v2/models/tiny/infer", "application/json",
			strings.NewReader(`{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}`))
		require.NoError(t, err)
		response.Body.Close()
		assert.Equal(t, want, response.StatusCode)
	}
	stop()
	require.NoError(t, <-ended)
}

func TestRunRefuses(t *testing.T) {
	for arguments, want := range map[string]string{
		"-latency -1s": "negative", "-concurrency -1": "negative", "more": `unexpected argument "more"`,
		"-listen nowhere:-1": "start mock", "-no-such-flag": "not defined",
	} {
		var out bytes.Buffer
		err := run(t.Context(), strings.Fields(arguments), &out)
		require.ErrorContains(t, err, want, arguments)
	}
	require.ErrorIs(t, run(t.Context(), []string{"-h"}, io.Discard), flag.ErrHelp)
}
