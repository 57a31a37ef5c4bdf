package triton

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/trtbench/trtbench/load"
)

// maxMetrics bounds the text of a server's metrics.
const maxMetrics = 1 << 24

// DefaultMetricsURL returns where Triton has its metrics when the server is at an address, host:port.
func DefaultMetricsURL(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	return "http://" + net.JoinHostPort(host, "8002") + "/metrics"
}

// Metered is a Target whose server also tells how busy its GPUs are. It is a load.MetricsReader.
type Metered struct {
	*Target
	url    string
	client *http.Client
}

// WithMetrics adds the server's Prometheus metrics to a target: host:port/metrics, with or without http:// before it. "" stands for
// DefaultMetricsURL. The caller closes the result, which closes the target.
func (t *Target) WithMetrics(address string) (*Metered, error) {
	if address == "" {
		address = DefaultMetricsURL(t.client.Address())
	}
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, fmt.Errorf("triton: metrics: %q, expected host:port/metrics", address)
	}
	return &Metered{t, u.String(), &http.Client{Transport: &http.Transport{TLSClientConfig: t.client.endpoint.tls}, Timeout: t.client.endpoint.Timeout}}, nil
}

// Close closes the target and the connections to the metrics.
func (m *Metered) Close() error {
	m.client.CloseIdleConnections()
	return m.Target.Close()
}

// Metrics is part of load.MetricsReader. A server without a GPU gives none.
func (m *Metered) Metrics(ctx context.Context) ([]load.GPUMetrics, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.url, nil)
	if err != nil {
		return nil, fmt.Errorf("triton: metrics: %w", err)
	}
	answer, err := m.client.Do(request)
	if err != nil {
		return nil, fmt.Errorf("triton: metrics: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("triton: metrics: %s answers %s", m.url, answer.Status)
	}
	gauges, err := parseMetrics(io.LimitReader(answer.Body, maxMetrics))
	if err != nil {
		return nil, fmt.Errorf("triton: metrics: %s: %w", m.url, err)
	}
	return gauges, nil
}

// gauges are the families that say something about GPUs, and where their values go.
var gauges = map[string]func(*load.GPUMetrics) *float64{
	"nv_gpu_utilization":        func(g *load.GPUMetrics) *float64 { return &g.Utilization },
	"nv_gpu_power_usage":        func(g *load.GPUMetrics) *float64 { return &g.PowerWatts },
	"nv_gpu_memory_used_bytes":  func(g *load.GPUMetrics) *float64 { return &g.MemoryUsedBytes },
	"nv_gpu_memory_total_bytes": func(g *load.GPUMetrics) *float64 { return &g.MemoryTotalBytes },
}

// parseMetrics reads the gauges of GPUs from a text in the form of Prometheus, in the order of their UUIDs.
func parseMetrics(r io.Reader) ([]load.GPUMetrics, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(r)
	if err != nil {
		return nil, errors.New("not the text of Prometheus: " + err.Error())
	}
	byUUID := map[string]*load.GPUMetrics{}
	for name, field := range gauges {
		for _, metric := range families[name].GetMetric() {
			uuid := labelOf(metric, "gpu_uuid")
			if byUUID[uuid] == nil {
				byUUID[uuid] = &load.GPUMetrics{UUID: uuid}
			}
			*field(byUUID[uuid]) = metric.GetGauge().GetValue() + metric.GetUntyped().GetValue()
		}
	}
	list := make([]load.GPUMetrics, 0, len(byUUID))
	for _, uuid := range sortedKeys(byUUID) {
		list = append(list, *byUUID[uuid])
	}
	return slices.Clip(list), nil
}

func labelOf(metric *dto.Metric, name string) string {
	for _, label := range metric.GetLabel() {
		if label.GetName() == name {
			return label.GetValue()
		}
	}
	return ""
}

var _ load.MetricsReader = (*Metered)(nil)
