package cli

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/report/streamreport"
	"github.com/trtbench/trtbench/stream"
)

// notForStreams are options of the report verb that mean nothing for streams.
var notForStreams = append([]string{"explain", "chunk-duration"}, notForLoad...)

// allStreams reports whether all files are recordings of streams.
func allStreams(paths []string) bool {
	for _, path := range paths {
		if recordingKind(path) != record.KindStream {
			return false
		}
	}
	return true
}

// reportStreams reports recordings of streams, several in one table, and ends as toldStreams says.
func (f *reportFlags) reportStreams(process Process, flags *pflag.FlagSet, paths []string) error {
	if without := given(flags, notForStreams); len(without) > 0 {
		return usage(fmt.Errorf("%s means nothing for streams, whose figures follow from their recording; leave it out", strings.Join(without, ", ")))
	}
	f.streams.json = f.output.json
	if err := f.streams.place(paths); err != nil {
		return err
	}
	whole := &streamreport.Report{}
	names := streamTargetFlags{}
	for _, path := range paths {
		recording, err := stream.Load(path)
		if err != nil {
			return err
		}
		run := streamreport.NewRun("", recording)
		whole.Runs = append(whole.Runs, run)
		names.list = append(names.list, streamTarget{travel: run.Kind == streamreport.Travel, kind: kindOfRun(&run), model: recording.Description.Model.Path})
	}
	names.nameTargets()
	for i := range whole.Runs {
		whole.Runs[i].Name = names.list[i].name
	}
	out := process.Out
	if f.output.json == "-" {
		out = process.Err // standard output is the JSON document's
	}
	if err := errors.Join(whole.WriteText(out), f.streams.write(process, whole)); err != nil {
		return err
	}
	return toldStreams(whole)
}

// toldStreams ends a report with the code with which the runs ended, as far as their recordings tell.
func toldStreams(r *streamreport.Report) error {
	interrupted, failed := false, false
	for i := range r.Runs {
		recording := r.Runs[i].Recording
		interrupted = interrupted || recording.Interrupted
		failed = failed || slices.ContainsFunc(recording.Verdict.Reasons, func(reason record.Reason) bool { return reason.Code == record.CodeFailed })
	}
	switch {
	case interrupted:
		return &exitError{ExitInterrupted, cmp.Or(r.Check(), errReported)}
	case failed:
		return &exitError{ExitFailed, cmp.Or(r.Check(), errReported)}
	}
	return cmp.Or(judgedStreams(r), r.Check())
}

// kindOfRun is the kind of target that a recording was made of.
func kindOfRun(r *streamreport.Run) string {
	switch {
	case r.Kind == streamreport.Triton:
		return targetTriton
	case r.Recording.Description.Runtime == record.RuntimeTensorRT:
		return targetTensorRT
	}
	return targetORT
}
