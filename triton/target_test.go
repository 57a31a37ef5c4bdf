package triton_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/inputs"
	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/triton"
	"github.com/trtbench/trtbench/triton/data"
	"github.com/trtbench/trtbench/triton/kserve"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// halves is a model with a float16 input of a size that requests choose, and an index.
func halves() tritontest.Model {
	return tritontest.Model{Config: &kserve.ModelConfig{
		Name: "halves", Backend: "mock", MaxBatchSize: 4,
		Input: []*kserve.ModelInput{
			{Name: "signal", DataType: kserve.DataType_TYPE_FP16, Dims: []int64{-1}},
			{Name: "token_ids", DataType: kserve.DataType_TYPE_INT32, Dims: []int64{2}},
		},
		Output: []*kserve.ModelOutput{{Name: "y", DataType: kserve.DataType_TYPE_FP16, Dims: []int64{-1}}},
	}}
}

func TestTargetDescribesItself(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, halves())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	o := triton.RequestOptions{Batch: 2, Data: data.Options{Shapes: map[string][]int64{"signal": {100}}}}
	requests := target(t, client, "halves", o)
	d := requests.Describe()
	assert.Equal(t, client.Server().GetName(), d.Backend)
	assert.Equal(t, "halves", d.Model.Path)
	assert.Equal(t, "h2", d.Transport)
	assert.Equal(t, "server "+mock.Addr()+" over grpc, carried by h2", d.Notes[0])
	overHTTP := target(t, connect(t, triton.Options{URL: mock.HTTPAddr()}), "halves", o).Describe()
	assert.Equal(t, "http", overHTTP.Transport)
	assert.Equal(t, "server "+mock.HTTPAddr()+" over http", overHTTP.Notes[0])
	assert.Equal(t, record.Tensor{Name: "signal", Input: true, Type: "float16", Shape: []int{2, 100}}, d.Tensors[0])
	assert.Equal(t, record.Tensor{Name: "y", Type: "float16", Shape: []int{2, -1}}, d.Tensors[2])
	p := requests.Payloads()
	assert.Equal(t, []int{1}, p.Steps)
	assert.Equal(t, 2, p.Batch)
	assert.False(t, p.Checked)
	assert.Greater(t, p.Bytes, int64(2*100*2+2*2*4))
	assert.Less(t, p.Bytes, int64(600))
}

func TestTargetWarns(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, halves())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	shapes := map[string][]int64{"signal": {10_000}}
	warnings := target(t, client, "halves", triton.RequestOptions{Data: data.Options{Shapes: shapes}}).Warnings()
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0], "input token_ids (int32) is named like an index")
	warnings = target(t, client, "halves", triton.RequestOptions{Data: data.Options{Shapes: shapes, RawBytes: true}}).Warnings()
	require.Len(t, warnings, 1)
	assert.Regexp(t, `^[23]\.?\d* % of the elements of input signal are NaN or infinite`, warnings[0])
	quiet := data.Options{Shapes: shapes, Random: inputs.Source{Ranges: map[string]inputs.Range{"token_ids": {Min: 0, Max: 9}}}}
	assert.Empty(t, target(t, client, "halves", triton.RequestOptions{Data: quiet}).Warnings())
}

func TestTargetRefuses(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, halves())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	m, err := client.Model(t.Context(), "halves", "")
	require.NoError(t, err)
	for want, o := range map[string]triton.RequestOptions{
		`triton: requests to halves: input data: input "signal": shape -1 is not complete; choose its sizes`: {},
		"batch 5: the model takes up to 4":              {Batch: 5},
		`transport "carrier", expected one of`:          {Transport: "carrier"},
		"memory of a CUDA device is not available here": {Memory: triton.Memory{Kind: triton.DeviceMemory}},
		"unknown kind of shared memory 9":               {Memory: triton.Memory{Kind: 9}},
	} {
		_, err := triton.NewTarget(t.Context(), client, m, o)
		assert.ErrorContains(t, err, want)
	}
}

// A server that does not know shared memory says so, and nothing is left behind.
func TestSharedMemoryThatTheServerRefuses(t *testing.T) {
	mock := tritontest.NewMock(t, tritontest.MockOptions{}, tritontest.Tiny())
	client := connect(t, triton.Options{URL: mock.Addr(), Protocol: triton.GRPC})
	m, err := client.Model(t.Context(), "tiny", "")
	require.NoError(t, err)
	_, err = triton.NewTarget(t.Context(), client, m, triton.RequestOptions{Memory: triton.Memory{Kind: triton.SystemMemory}})
	assert.ErrorContains(t, err, "register shared memory trtbench_")
	freed := false
	_, err = triton.NewTarget(t.Context(), client, m, triton.RequestOptions{Memory: triton.Memory{Kind: triton.DeviceMemory,
		Device: func(content []byte) (triton.DeviceRegion, error) {
			assert.Len(t, content, 64, "16 bytes, aligned")
			return triton.DeviceRegion{Handle: make([]byte, 64), Free: func() error { freed = true; return nil }}, nil
		}}})
	assert.ErrorContains(t, err, "register device memory trtbench_")
	assert.True(t, freed)
}

func TestStatistics(t *testing.T) {
	on(t, func(t *testing.T, w way, _ *tritontest.Mock, client *triton.Client) {
		requests := target(t, client, "tiny", triton.RequestOptions{Streaming: w.streaming, Transport: w.transport, Batch: 2})
		conns, sink := dial(t, requests, load.DialSetup{})
		require.NoError(t, conns.Send(0, load.Request{State: -1}))
		require.Equal(t, load.StatusOK, sink.wait(t, 0).status)
		counts, err := requests.Statistics(t.Context())
		require.NoError(t, err)
		require.Len(t, counts, 1)
		assert.Equal(t, "tiny", counts[0].Model)
		assert.Equal(t, int64(2), counts[0].Inferences)
		assert.Equal(t, int64(1), counts[0].Success.Count)
	}, tritontest.Tiny())
}
