package triton

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/load"
)

const metricsText = `# HELP nv_gpu_utilization GPU utilization rate [0.0 - 1.0)
# TYPE nv_gpu_utilization gauge
nv_gpu_utilization{gpu_uuid="GPU-b"} 0.75
nv_gpu_utilization{gpu_uuid="GPU-a"} 0.5
# TYPE nv_gpu_power_usage gauge
nv_gpu_power_usage{gpu_uuid="GPU-a"} 300.5
nv_gpu_memory_used_bytes{gpu_uuid="GPU-a"} 1.5e9
# TYPE nv_gpu_memory_total_bytes gauge
nv_gpu_memory_total_bytes{gpu_uuid="GPU-a"} 8e10
# TYPE nv_inference_count counter
nv_inference_count{model="m",version="1"} 7
`

func TestParseMetrics(t *testing.T) {
	got, err := parseMetrics(strings.NewReader(metricsText))
	require.NoError(t, err)
	assert.Equal(t, []load.GPUMetrics{
		{UUID: "GPU-a", Utilization: 0.5, PowerWatts: 300.5, MemoryUsedBytes: 1.5e9, MemoryTotalBytes: 8e10},
		{UUID: "GPU-b", Utilization: 0.75},
	}, got)
	got, err = parseMetrics(strings.NewReader(""))
	require.NoError(t, err)
	assert.Empty(t, got, "no GPU")
	_, err = parseMetrics(strings.NewReader("<html>"))
	assert.ErrorContains(t, err, "not the text of Prometheus")
}

func FuzzParseMetrics(f *testing.F) {
	f.Add(metricsText)
	f.Add("nv_gpu_utilization 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := parseMetrics(strings.NewReader(text))
		if err != nil {
			return
		}
		for i := 1; i < len(list); i++ {
			assert.Less(t, list[i-1].UUID, list[i].UUID)
		}
	})
}

func TestMetricsURL(t *testing.T) {
	assert.Equal(t, "http://host:8002/metrics", DefaultMetricsURL("host:8001"))
	assert.Equal(t, "http://[::1]:8002/metrics", DefaultMetricsURL("[::1]:8001"))
	requests := &Target{client: &Client{endpoint: &endpoint{address: "host:8000"}}}
	for address, want := range map[string]string{
		"": "http://host:8002/metrics", "a:9/metrics": "http://a:9/metrics", "https://a/m": "https://a/m",
	} {
		m, err := requests.WithMetrics(address)
		require.NoError(t, err)
		assert.Equal(t, want, m.url)
	}
	for _, address := range []string{"ftp://a", "http://", "http://a b"} {
		_, err := requests.WithMetrics(address)
		assert.ErrorContains(t, err, "expected host:port/metrics")
	}
}
