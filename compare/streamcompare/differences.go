package streamcompare

import (
	"slices"
	"strings"

	"github.com/trtbench/trtbench/compare"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/stream"
)

// differences lists what differs beside the criteria. How speakers speak, and the device, make figures incomparable; who serves them is
// as a rule what is compared.
func differences(a, b *Side) compare.Differences {
	list := compare.Differences{}
	x, y := a.Description, b.Description
	list.Add(true, "simulated", x.Simulated, y.Simulated)
	if x.Device.Name != "" && y.Device.Name != "" {
		list.Add(true, "device", string(x.Device.Kind)+" "+x.Device.Name, string(y.Device.Kind)+" "+y.Device.Name)
	}
	s, t := a.Settings, b.Settings
	list.Add(true, "chunk duration", s.ChunkDuration, t.ChunkDuration)
	list.Add(true, "phases", s.Phases, t.Phases)
	list.Add(true, "utterance", s.Utterance, t.Utterance)
	list.Add(true, "gap", s.Silence, t.Silence)
	list.Add(true, "churn", s.Churn, t.Churn)
	list.Add(true, "jitter", s.Jitter, t.Jitter)

	list.Add(false, "server", x.Backend+" "+x.Version, y.Backend+" "+y.Version)
	list.Add(false, "serving", x.Serving, y.Serving)
	list.Add(false, "runtime", x.Runtime, y.Runtime)
	list.Add(false, "model", model(&x.Model), model(&y.Model))
	only := func(notes, others []string) string {
		return strings.Join(slices.DeleteFunc(slices.Clone(notes), func(n string) bool { return slices.Contains(others, n) }), ", ")
	}
	list.Add(false, "served", only(x.Notes, y.Notes), only(y.Notes, x.Notes))
	if m, n := a.meter(), b.meter(); m != "" && n != "" {
		list.Add(false, "device whose energy was read", m, n)
	}
	list.Add(false, "client", a.recording.Environment.CPU, b.recording.Environment.CPU)
	list.Add(false, "logical CPUs", a.recording.Environment.CPUs, b.recording.Environment.CPUs)
	list.Add(false, "answers checked", s.Validate, t.Validate)
	list.Add(false, "connections", s.Conns, t.Conns)
	list.Add(false, "deadline", s.Deadline, t.Deadline)
	list.Add(false, "spinning", s.Spin, t.Spin)
	list.Add(false, "settling", s.Settle, t.Settle)
	list.Add(false, "measured", s.Measure, t.Measure)
	list.Add(false, "seed", s.Seed, t.Seed)
	if s.Search != nil && t.Search != nil {
		list.Add(false, "resolution of the search, per cent", s.Search.Resolution, t.Search.Resolution)
		list.Add(false, "repeats of the search", s.Search.Repeats, t.Search.Repeats)
	}
	return list
}

// criteria lists what differs in what it takes for a number of sessions to hold.
func criteria(s, t *stream.Settings) compare.Differences {
	list := compare.Differences{}
	list.Add(true, "limit", s.Limit, t.Limit)
	list.Add(true, "percentile", s.Percentile, t.Percentile)
	list.Add(true, "confidence", s.Confidence, t.Confidence)
	list.Add(true, "chunks of a stream that may wait", s.Behind, t.Behind)
	return list
}

// model names a model by its file, and by its contents where they are known.
func model(m *record.Model) string {
	const enough = 12
	if len(m.SHA256) < enough {
		return m.Path
	}
	return m.Path + " (SHA-256 " + m.SHA256[:enough] + "…)"
}
