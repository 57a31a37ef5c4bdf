package triton

import (
	"time"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/triton/data"
	"github.com/trtbench/trtbench/triton/kserve"
)

// Model is what a server tells about a model.
type Model struct {
	Name     string
	Version  string   // that was asked for; "": the server chooses
	Versions []string // that the server has
	Platform string   // or backend, as in "onnxruntime_onnx" or "python"
	MaxBatch int      // items in one request; 0: its shapes have no batch dimension

	Inputs, Outputs []data.Tensor // without the batch dimension

	// Sequences says that the server keeps the requests of a sequence together; without it, sequence ids have no effect.
	Sequences bool
	// LiveSequences is how many sequences have a place in the server at a time; requests of others wait until one ends. 0: not known.
	LiveSequences int
	// ServerStates are states that the server itself carries within a sequence.
	ServerStates []StatePair
	// DynamicBatching says that the server makes batches of requests, for which it waits up to QueueDelay.
	DynamicBatching bool
	QueueDelay      time.Duration
	Preferred       []int    // sizes of batches that it sends off at once
	Decoupled       bool     // a request may have any number of answers
	Composing       []string // models of which an ensemble is made
	Cached          bool     // equal requests may be answered from memory
	Instances       int      // copies of the model that run, over all groups; 0: not known
}

// States returns the recurrent states that a client has to carry, as far as names, types and shapes tell; see DetectStates.
func (m *Model) States() []StatePair { return DetectStates(m.Inputs, m.Outputs) }

// runtimes are the platforms and backends that stand for a library, which recordings call by one name wherever it runs.
var runtimes = map[string]string{
	"onnxruntime_onnx": record.RuntimeONNX, "onnxruntime": record.RuntimeONNX,
	"tensorrt_plan": record.RuntimeTensorRT, "tensorrt": record.RuntimeTensorRT,
}

// runtime names what computes; a platform that may hide anything, as "python", keeps its name.
func (m *Model) runtime() string {
	if name, known := runtimes[m.Platform]; known {
		return name
	}
	return m.Platform
}

// batched reports whether shapes on the wire have a batch dimension before the others.
func (m *Model) batched() bool { return m.MaxBatch > 0 }

// modelOf joins what metadata and configuration say. config is nil where the server does not tell it.
func modelOf(version string, metadata *kserve.ModelMetadataResponse, config *kserve.ModelConfig) *Model {
	m := &Model{Name: metadata.GetName(), Version: version, Versions: metadata.GetVersions(), Platform: metadata.GetPlatform()}
	m.MaxBatch = int(config.GetMaxBatchSize())
	m.Inputs = tensorsOf(metadata.GetInputs(), m.batched())
	m.Outputs = tensorsOf(metadata.GetOutputs(), m.batched())
	if config == nil {
		return m
	}
	for _, in := range config.GetInput() {
		if t := byName(m.Inputs, in.GetName()); t != nil {
			t.Optional = in.GetOptional()
		}
	}
	if m.Platform == "" {
		m.Platform = config.GetBackend()
	}
	if batching := config.GetDynamicBatching(); batching != nil {
		m.DynamicBatching = true
		m.batching(batching.GetMaxQueueDelayMicroseconds(), batching.GetPreferredBatchSize())
	}
	if sequences := config.GetSequenceBatching(); sequences != nil {
		m.Sequences = true
		m.batching(sequences.GetDirect().GetMaxQueueDelayMicroseconds()+sequences.GetOldest().GetMaxQueueDelayMicroseconds(),
			sequences.GetOldest().GetPreferredBatchSize())
		for _, state := range sequences.GetState() {
			m.ServerStates = append(m.ServerStates, StatePair{state.GetInputName(), state.GetOutputName()})
		}
	}
	for _, step := range config.GetEnsembleScheduling().GetStep() {
		m.Composing = append(m.Composing, step.GetModelName())
	}
	m.Decoupled = config.GetModelTransactionPolicy().GetDecoupled()
	m.Cached = config.GetResponseCache().GetEnable()
	for _, group := range config.GetInstanceGroup() {
		m.Instances += int(group.GetCount()) * max(len(group.GetGpus()), 1)
	}
	m.LiveSequences = m.Instances * candidates(config)
	return m
}

// candidates returns how many sequences an instance of a model keeps at a time; 0: the model has no sequences.
func candidates(config *kserve.ModelConfig) int {
	switch sequences := config.GetSequenceBatching(); {
	case sequences == nil:
		return 0
	case sequences.GetOldest() != nil:
		return int(sequences.GetOldest().GetMaxCandidateSequences())
	}
	return max(int(config.GetMaxBatchSize()), 1) // each has a place of its own in the batch
}

func (m *Model) batching(delayMicroseconds uint64, preferred []int32) {
	m.QueueDelay = time.Duration(delayMicroseconds) * time.Microsecond
	for _, size := range preferred {
		m.Preferred = append(m.Preferred, int(size))
	}
}

func tensorsOf(described []*kserve.ModelMetadataResponse_TensorMetadata, batched bool) []data.Tensor {
	tensors := make([]data.Tensor, len(described))
	for i, d := range described {
		shape := append([]int64{}, d.GetShape()...)
		if batched && len(shape) > 0 {
			shape = shape[1:]
		}
		tensors[i] = data.Tensor{Name: d.GetName(), Type: d.GetDatatype(), Shape: shape}
	}
	return tensors
}
