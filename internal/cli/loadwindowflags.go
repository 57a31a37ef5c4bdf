package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/load"
)

// loadWindowFlags says how long and how often is measured, and when that ends.
type loadWindowFlags struct {
	mode           string
	interval       time.Duration
	count          int
	windowLimit    time.Duration
	stability      float64
	trials         int
	percentile     float64
	threshold      time.Duration
	requests       int
	warmUpRequests int
	warmUp         time.Duration
	deadline       time.Duration
	maxErrors      int
	drain          time.Duration
	chunk          time.Duration

	statistics      bool
	metrics         bool
	metricsURL      string
	metricsInterval time.Duration
}

// defaultChunk is the audio in one inference of a streaming recogniser, where requests form sequences and nothing else is said.
const defaultChunk = 300 * time.Millisecond

func (w *loadWindowFlags) register(flags *pflag.FlagSet) {
	w.interval, w.metricsInterval = load.DefaultWindowTime, time.Second
	flags.StringVar(&w.mode, "measurement-mode", string(load.WindowTime), "time_windows or count_windows")
	flags.VarP(amountFlag{&w.interval}, "measurement-interval", "p", "length of a time window")
	flags.IntVar(&w.count, "measurement-request-count", load.DefaultWindowRequests, "least number of requests in a count window")
	flags.DurationVar(&w.windowLimit, "window-limit", load.DefaultWindowLimit, "longest count window")
	flags.Float64VarP(&w.stability, "stability-percentage", "s", load.DefaultStability, "by how much three windows in a row may differ, in per cent")
	flags.IntVarP(&w.trials, "max-trials", "r", load.DefaultMaxTrials, "windows of a level at most")
	flags.Float64Var(&w.percentile, "percentile", 0, "percentile of the response time that takes the place of the mean (default: the mean)")
	flags.VarP(amountFlag{&w.threshold}, "latency-threshold", "l", "end at the level whose mean or --percentile reaches this; the level is shown (default: no limit)")
	flags.IntVar(&w.requests, "request-count", 0, "one window of exactly so many requests")
	flags.IntVar(&w.warmUpRequests, "warmup-request-count", 0, "requests before the first window")
	flags.DurationVar(&w.warmUp, "warm-up", load.DefaultWarmUp, "time before the first window of each level (with --compat or --warmup-request-count 0)")
	flags.DurationVar(&w.deadline, "deadline", load.DefaultDeadline, "a request without an answer by then has failed; 0: never (default with --compat)")
	flags.IntVar(&w.maxErrors, "max-errors", load.DefaultMaxErrors, "failed requests with which the run goes on; -1: any number (with --compat 0)")
	flags.DurationVar(&w.drain, "drain", load.DefaultDrain, "wait so long for missing answers at the end of a level")
	flags.DurationVar(&w.chunk, "chunk-duration", defaultChunk, "audio in one inference, for SPS, seconds of audio per second; 0: none (default where requests form no sequences)")
	flags.BoolVar(&w.statistics, "statistics", true, "ask the server what it spent on requests")
	flags.BoolVar(&w.metrics, "collect-metrics", false, "read the gauges of the server's GPUs")
	flags.StringVar(&w.metricsURL, "metrics-url", "", "where they are (default: port 8002 of the server, /metrics)")
	flags.Var(amountFlag{&w.metricsInterval}, "metrics-interval", "time between readings")
}

// apply sets the options of the run.
func (w *loadWindowFlags) apply(flags *pflag.FlagSet, o *load.Options) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	o.WindowMode, o.WindowTime, o.WindowRequests, o.WindowLimit = load.WindowMode(w.mode), w.interval, w.count, w.windowLimit
	o.Stability, o.MaxTrials, o.LatencyLimit, o.Drain = load.Set(w.stability), w.trials, w.threshold, w.drain
	o.Requests, o.WarmUpRequests, o.Statistics = w.requests, w.warmUpRequests, w.statistics
	if w.percentile != -1 { // perf_analyzer's word for the mean
		o.Percentile = w.percentile
	}
	for name, value := range map[string]bool{
		"measurement-interval": w.interval > 0, "measurement-request-count": w.count > 0, "max-trials": w.trials > 0, "window-limit": w.windowLimit > 0,
		"request-count": w.requests > 0, "drain": w.drain > 0, "metrics-interval": w.metricsInterval > 0,
	} {
		if flags.Changed(name) && !value {
			fault("--%s is %s; expected more than 0", name, flags.Lookup(name).Value)
		}
	}
	if flags.Changed("warm-up") {
		o.WarmUp = load.Set(w.warmUp)
	}
	if flags.Changed("deadline") {
		o.Deadline = load.Set(w.deadline)
	}
	if flags.Changed("max-errors") {
		o.MaxErrors = load.Set(w.maxErrors)
	}
	if w.metrics {
		o.MetricsInterval = w.metricsInterval
	} else if flags.Changed("metrics-url") || flags.Changed("metrics-interval") {
		fault("--metrics-url and --metrics-interval need --collect-metrics; add that")
	}
	return errors.Join(faults...)
}
