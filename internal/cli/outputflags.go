package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report"
)

// summaryFlags says how to look at the samples; the report verb has them too.
type summaryFlags struct {
	avgRuns       int
	percentiles   []float32
	chunkDuration time.Duration
	explain       bool
	deadline      time.Duration
	minShare      shareFlag
}

// outputFlags says where results go besides standard output.
type outputFlags struct {
	json, out            string
	times, timesExtended string
	layerInfo            string
	dumpLayerInfo        bool
	dumpProfiles         bool // optimization profiles
	values               valueFlags
	layers               layerFlags
}

func (f *summaryFlags) register(flags *pflag.FlagSet) {
	f.percentiles = bench.DefaultPercentiles()
	flags.IntVar(&f.avgRuns, "avgRuns", bench.DefaultAvgRuns, "inferences in one average of the trace details")
	flags.Var(&percentilesFlag{&f.percentiles}, "percentile", "percentiles to print, each 0 to 100")
	flags.DurationVar(&f.chunkDuration, "chunk-duration", 0, "audio in one chunk, as 300ms: adds seconds of audio per second (SPS)")
	flags.BoolVar(&f.explain, "explain", false, "print every figure with its definition, the precision of percentiles, where the time went and the slowest inferences")
	flags.DurationVar(&f.deadline, "deadline", 0, "say how many chunks took at most so long, as 100ms")
	flags.Var(&f.minShare, "min-deadline-share", "end with exit code 3 when fewer chunks keep the deadline, as 99.9%")
}

func (f *summaryFlags) validate() error {
	var faults []error
	if f.chunkDuration < 0 {
		faults = append(faults, fmt.Errorf("--chunk-duration is %v; expected more than 0", f.chunkDuration))
	}
	if f.deadline < 0 {
		faults = append(faults, fmt.Errorf("--deadline is %v; expected more than 0", f.deadline))
	}
	if f.minShare.set && f.deadline == 0 {
		faults = append(faults, errors.New("--min-deadline-share needs --deadline"))
	}
	return errors.Join(faults...)
}

func (f *outputFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.json, "json", "", "write the report as JSON to this file, or without a value to standard output instead of the text")
	flags.Lookup("json").NoOptDefVal = "-"
}

// registerRun adds what only a run can leave.
func (f *outputFlags) registerRun(flags *pflag.FlagSet) {
	flags.StringVar(&f.out, "out", "", "keep the recording (settings, environment, every sample) in this file")
	flags.StringVar(&f.times, "exportTimes", "", "write the times of every timed inference to this file, as trtexec does")
	flags.StringVar(&f.timesExtended, "exportTimesExtended", "", "the same with all digits, the stream, the warm-up and pauses of the collector")
	flags.BoolVar(&f.dumpLayerInfo, "dumpLayerInfo", false, "print what the engine tells about its layers")
	flags.StringVar(&f.layerInfo, "exportLayerInfo", "", "write what the engine tells about its layers to this file, as JSON")
	flags.BoolVar(&f.dumpProfiles, "dumpOptimizationProfile", false, "print the shapes that each optimization profile takes")
	f.values.register(flags)
	f.layers.register(flags)
}

// files returns every file that is written.
func (f *outputFlags) files() []string {
	var files []string
	for _, path := range []string{f.json, f.out, f.times, f.timesExtended, f.layerInfo, f.values.export, f.layers.export} {
		if path != "" && path != "-" {
			files = append(files, path)
		}
	}
	return files
}

// exportTimes writes the times files that are asked for.
func (f *outputFlags) exportTimes(recording *bench.Recording) error {
	var errs []error
	if f.times != "" {
		errs = append(errs, record.WriteFile(f.times, func(w io.Writer) error {
			return report.WriteTimes(w, recording, recording.Settings.WarmUp)
		}))
	}
	if f.timesExtended != "" {
		errs = append(errs, record.WriteFile(f.timesExtended, func(w io.Writer) error {
			return report.WriteTimesExtended(w, recording, recording.Settings.WarmUp)
		}))
	}
	return errors.Join(errs...)
}
