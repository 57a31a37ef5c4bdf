package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/internal/nvmltest"
	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
	"github.com/trtbench/trtbench/triton/tritontest"
)

// The GPU of a Triton server on this machine is read while streams are measured; what it told is in the report, and that it was slowed
// down is a warning.
func TestStreamsReadTheGPUOfTheServer(t *testing.T) {
	library := nvmltest.Compile(t)
	mock, err := tritontest.OpenMock(tritontest.MockOptions{}, tritontest.Tiny())
	require.NoError(t, err)
	defer mock.Close()
	for name, c := range map[string]struct {
		gpu     string
		read    bool
		notices string
	}{
		"the only one": {"", true, "the GPU that is read is A stand-in, the only one of this machine"},
		"by its UUID":  {"--gpu=GPU-00000000-0000-0000-0000-000000000001", false, "the use of the GPU is unknown"},
		"by number":    {"--gpu=0", true, ""},
		"none":         {"--gpu=none", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out, errs bytes.Buffer
			args := []string{"stream", "--target=triton:" + mock.Addr() + "/tiny", "--streams=2", "--percentile=50", "--confidence=0.5", "--settle=0.1",
				"--duration=0.3", "--chunk-duration=50", "--latency-threshold=10s", "--json", "--library-path=" + library}
			if c.gpu != "" {
				args = append(args, c.gpu)
			}
			code := Main(t.Context(), Process{Out: &out, Err: &errs, Args: args})
			require.NotContains(t, []int{ExitFailed, ExitUsage}, code, errs.String()) // a busy machine may void the times
			assert.Contains(t, errs.String(), c.notices)
			var document struct {
				Runs []struct {
					Points []struct {
						Telemetry *stream.Telemetry `json:"telemetry"`
						Verdict   record.Verdict    `json:"verdict"`
					} `json:"points"`
				} `json:"runs"`
			}
			require.NoError(t, json.Unmarshal(out.Bytes(), &document), out.String())
			point := document.Runs[0].Points[0]
			if !c.read {
				assert.Nil(t, point.Telemetry)
				return
			}
			require.NotNil(t, point.Telemetry)
			assert.Equal(t, "A stand-in", point.Telemetry.Device)
			assert.InDelta(t, 42, point.Telemetry.Utilization.Mean, 1e-9)
			assert.InDelta(t, 301.5, point.Telemetry.Watts(), 1e-6)
			assert.Positive(t, point.Telemetry.JoulesPerAudioHour)
			var codes []record.Code
			for _, r := range point.Verdict.Reasons {
				codes = append(codes, r.Code)
			}
			assert.Contains(t, codes, stream.CodeThrottled)
		})
	}
}

// described is a server that says where it computes, and does nothing else.
type described struct {
	load.Server
	device    record.Device
	simulated bool
}

func (d described) Describe() record.Description {
	return record.Description{Device: d.device, Simulated: d.simulated}
}

// A model on the CPU is read by the energy of the processors, where they tell it; a simulated device has nothing to read.
func TestStreamsReadTheProcessor(t *testing.T) {
	zone := filepath.Join(t.TempDir(), "intel-rapl:0")
	require.NoError(t, os.Mkdir(zone, 0o700))
	for file, text := range map[string]string{"name": "package-0", "energy_uj": "5000000"} {
		require.NoError(t, os.WriteFile(filepath.Join(zone, file), []byte(text), 0o600))
	}
	told := streamMeterFlags{powercap: filepath.Dir(zone)}
	silent := streamMeterFlags{powercap: t.TempDir()}
	cpu := described{device: record.Device{Kind: record.CPU}}
	simulated := described{device: record.Device{Kind: record.GPU, UUID: "GPU-1"}, simulated: true}
	missing := described{device: record.Device{Kind: record.GPU, UUID: "GPU-1"}}
	ort, engine := &streamTarget{kind: targetORT}, &streamTarget{kind: targetTensorRT}

	o := openedStream{server: cpu}
	m := o.meter(t.Context(), ort, &told, nil)
	require.NotNil(t, m)
	m.Start()
	u := m.Stop()
	require.NotNil(t, u)
	assert.Equal(t, "CPU (1 packages)", u.Device)
	require.NoError(t, o.Close())

	for name, c := range map[string]struct {
		server described
		target *streamTarget
		flags  *streamMeterFlags
	}{
		"no counters":  {cpu, ort, &silent},
		"simulated":    {simulated, engine, &told},
		"none":         {cpu, ort, &streamMeterFlags{powercap: told.powercap, gpu: noGPU}},
		"far away":     {described{}, &streamTarget{kind: targetTriton, url: "192.0.2.1:8001"}, &told},
		"GPU not here": {missing, engine, &told},
	} {
		o := openedStream{server: c.server}
		assert.Nil(t, o.meter(t.Context(), c.target, c.flags, []string{t.TempDir()}), name)
	}
}
