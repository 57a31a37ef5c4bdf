package cli

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/serve"
	"github.com/trtbench/trtbench/stream"
)

// streamFlags is the command line of the stream verb.
type streamFlags struct {
	targets streamTargetFlags
	meter   streamMeterFlags
	audio   streamAudioFlags
	serve   streamServeFlags
	output  streamOutputFlags
	options stream.Options

	levels                         string
	pulsed, verify                 bool
	chunk, limit, duration, settle time.Duration
}

func (f *streamFlags) register(flags *pflag.FlagSet) {
	flags.SortFlags = false
	f.targets.register(flags)
	f.meter.register(flags)
	f.audio.register(flags)
	o := &f.options
	flags.StringVar(&f.levels, "streams", "", "streams to measure: N, or START:END:STEP for a curve")
	flags.BoolVar(&o.FindMax, "find-max", false, "look for the most streams that hold")
	flags.IntVar(&o.Search.Start, "search-start", stream.DefaultSearchStart, "streams that the search begins with")
	flags.IntVar(&o.Search.Max, "search-max", stream.MaxSessions, "streams that the search goes up to")
	flags.Float64Var(&o.Search.Resolution, "resolution", stream.DefaultResolution, "per cent within which the search finds the limit")
	flags.IntVar(&o.Search.Repeats, "repeats", stream.DefaultRepeats, "how often what the search found must hold")
	f.limit, f.chunk, f.duration, f.settle = stream.DefaultLimit, stream.DefaultChunkDuration, stream.DefaultMeasure, stream.DefaultSettle
	flags.Var(amountFlag{&f.limit}, "latency-threshold", "limit of the chunk latency")
	flags.Float64Var(&o.Percentile, "percentile", stream.DefaultPercentile, "of the chunk latency that the limit is for")
	flags.Float64Var(&o.Confidence, "confidence", stream.DefaultConfidence, "with which a number of streams is said to hold or not")
	flags.Var(amountFlag{&f.chunk}, "chunk-duration", "audio in one chunk")
	o.Utterance = stream.Fixed(stream.DefaultUtterance)
	flags.Var(lengthFlag{&o.Utterance, "s"}, "utterance", "length of speech: 15, uniform:5:20 or lognormal:MEDIAN:84TH-PERCENTILE")
	flags.Var(lengthFlag{&o.Silence, "s"}, "gap", "silence between two utterances of a speaker, likewise")
	flags.Var(lengthFlag{&o.Jitter, "ms"}, "jitter", "what the network adds to the way of a chunk, likewise; it is part of the latency")
	flags.Float64Var(&o.Churn, "churn", 0, "speakers per second who leave and are replaced")
	flags.BoolVar(&f.pulsed, "pulsed", false, "all chunks are complete at the same instants")
	flags.Uint64Var(&o.Seed, "seed", 1, "start of everything that is drawn at random")
	flags.Var(secondsFlag{&f.duration}, "duration", "measured time of a point at least")
	flags.Var(secondsFlag{&f.settle}, "settle", "time at most until latencies are steady")
	flags.Var(amountFlag{&o.Spin}, "spin", "time before each chunk for which the sender keeps a processor busy, for more precision")
	flags.BoolVar(&f.verify, "verify", false, "check each answer against all earlier chunks of its stream; for models like the reference model")
	f.serve.register(flags)
	f.output.register(flags)
}

// finish checks the flags as a whole and completes the options. The error names every fault.
func (f *streamFlags) finish(flags *pflag.FlagSet) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	o := &f.options
	for _, name := range []string{
		"chunk-duration", "latency-threshold", "duration", "percentile", "confidence", "settle", "search-start", "search-max", "resolution", "repeats",
	} {
		flag := flags.Lookup(name)
		if text := flag.Value.String(); text == "" || text == "0" || strings.HasPrefix(text, "-") { // a length of 0 is shown as ""
			fault("--%s is %s; expected more than 0", name, cmp.Or(text, "0"))
			_ = flag.Value.Set(flag.DefValue) // so that the library, which takes 0 for its default, does not say it again
		}
	}
	o.ChunkDuration, o.Limit, o.Measure, o.Settle, o.CheckAnswers = f.chunk, f.limit, f.duration, f.settle, f.verify
	if f.pulsed {
		o.Phases = stream.PhasesPulsed
	}
	var err error
	switch {
	case o.FindMax && f.levels != "":
		fault("--find-max and --streams exclude each other; give one")
	case !o.FindMax && f.levels == "":
		fault("no number of streams was given; expected --streams=N, --streams=START:END:STEP or --find-max")
	case f.levels != "":
		if o.Sessions, err = stream.ParseLevels(f.levels); err != nil {
			fault("--streams: %w", err)
			o.Sessions = stream.Levels{} // which the library would find fault with again
		}
	}
	o.Statistics = true
	faults = append(faults, o.Validate(), f.serve.finish(flags, f.limit), f.targets.finish(), f.meter.finish(), f.audio.finish(flags))
	return errors.Join(faults...)
}

// streamServeFlags says how a model is served in this process.
type streamServeFlags struct {
	policy    string
	delay     time.Duration
	preferred []int
	maxBatch  int
	instances int
	queue     int
	state     string
	intra     int
	chosen    serve.Policy
}

func (s *streamServeFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&s.policy, "policy", "preferred", "when chunks become a batch: preferred (as Triton), immediate, deadline or adaptive")
	s.delay = serve.DefaultQueueDelay
	flags.Var(amountFlag{&s.delay}, "queue-delay", "time that a chunk waits for others at most (preferred, adaptive)")
	flags.IntSliceVar(&s.preferred, "preferred-batch-size", nil, "batches that are run as soon as they can be had (default the largest)")
	flags.IntVar(&s.maxBatch, "max-batch", 0, "chunks in a batch (default 16, or the most that the model takes)")
	flags.IntVar(&s.instances, "instances", 1, "batches that run at once")
	flags.IntVar(&s.queue, "queue", serve.DefaultQueue, "chunks that may wait; more are rejected")
	flags.StringVar(&s.state, "state", stateAuto, "recurrent state: auto finds it, IN:OUT,… names it, none serves independent chunks")
	flags.IntVar(&s.intra, "intra-op-threads", 0, "threads inside an operator of each instance (ONNX Runtime); 0 leaves it to the library")
}

// finish checks the options and makes the policy.
func (s *streamServeFlags) finish(flags *pflag.FlagSet, limit time.Duration) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	switch s.policy {
	case "preferred":
		s.chosen = serve.Preferred{Sizes: s.preferred, Delay: s.delay}
	case "immediate":
		s.chosen = serve.Immediate{}
	case "deadline":
		s.chosen = serve.Deadline{Limit: limit}
	case "adaptive":
		s.chosen = serve.Adaptive{MaxDelay: s.delay}
	default:
		fault("--policy is %q; expected preferred, immediate, deadline or adaptive", s.policy)
	}
	if flags.Changed("queue-delay") && (s.policy == "immediate" || s.policy == "deadline") {
		fault("--queue-delay means nothing with --policy=%s; leave it out", s.policy)
	}
	if len(s.preferred) > 0 && s.policy != "preferred" {
		fault("--preferred-batch-size belongs to --policy=preferred; leave it out")
	}
	if s.delay < 0 {
		fault("--queue-delay is %v; expected 0 or more", s.delay)
	}
	for _, size := range s.preferred {
		if size < 1 || s.maxBatch > 0 && size > s.maxBatch {
			fault("--preferred-batch-size has %d; expected 1 to the largest batch", size)
		}
	}
	if flags.Changed("max-batch") && s.maxBatch < 1 {
		fault("--max-batch is %d; expected 1 or more", s.maxBatch)
	}
	if s.intra < 0 || s.intra > ort.MaxThreads {
		fault("--intra-op-threads is %d; expected 0 to %d", s.intra, ort.MaxThreads)
	}
	if s.instances < 1 || s.instances > serve.MaxInstances {
		fault("--instances is %d; expected 1 to %d", s.instances, serve.MaxInstances)
	}
	if s.queue < 1 || s.queue > serve.MaxQueue {
		fault("--queue is %d; expected 1 to %d", s.queue, serve.MaxQueue)
	}
	if _, err := s.pairs(); err != nil {
		fault("--state: %w", err)
	}
	return errors.Join(faults...)
}

// local are the options of a server in this process.
func (s *streamServeFlags) local(travel bool) serve.Options {
	return serve.Options{Instances: s.instances, Policy: s.chosen, MaxBatch: s.maxBatch, Queue: s.queue, Travel: travel}
}
