package cli

import (
	"github.com/spf13/cobra"
)

func streamCommand(process Process) *cobra.Command {
	f := new(streamFlags)
	cmd := &cobra.Command{
		Use:   "stream --onnx=FILE [--backend=onnxruntime,tensorrt] | --loadEngine=FILE | -u HOST:PORT -m MODEL | --target=KIND:WHERE …",
		Short: "Find how many people can speak at once: real-time streams on a bare model and on a server",
		Long: `stream lets speakers send a chunk of audio each time one is spoken and says how late the answers are. --find-max looks for the
most streams whose answers come in time, with confidence. The model is served in this process, its recurrent state kept where it
runs, or by a Triton server. Several --target make one table, with what a server costs:

  ort:FILE                   ONNX model on ONNX Runtime       ort-travel:FILE       the same, states through the host
  tensorrt:FILE              engine on TensorRT               tensorrt-travel:FILE  the same, states through the host
  triton:HOST:PORT/MODEL     model on a Triton server, over gRPC

Speakers say sound that is made up, or WAV and FLAC files (--audio), one utterance each, at the rate of the model.

Of an ONNX model for TensorRT an engine is built first, for batches of 1 to --max-batch, or taken from the engine cache.

Times take a unit, as in 500ms; without one they are of the unit shown below. docs/streaming.md defines every figure.

Exit codes: 0 fine, 1 failed, 2 wrong command line, 3 no number of streams holds --latency-threshold, 5 the figures must not be
used, 130 interrupted (what was measured is reported).`,
		Example: `  trtbench stream --onnx=testdata/models/streaming_acoustic.onnx --streams=20
  trtbench stream --onnx=model.onnx --backend=tensorrt,onnxruntime --travel --find-max
  trtbench stream --loadEngine=model.plan --find-max --latency-threshold=100 --percentile=99 --html=capacity.html
  trtbench stream --onnx=model.onnx --streams=20 --audio=recordings/ --verify
  trtbench stream --find-max --target=ort:model.onnx --target=triton:localhost:8001/streaming_acoustic --out=capacity.trtbench`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := f.finish(cmd.Flags()); err != nil {
				return usage(err)
			}
			return runStream(cmd.Context(), process, f)
		},
	}
	f.register(cmd.Flags())
	return cmd
}
