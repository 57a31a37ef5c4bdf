package gpuverify

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/bench"
	"github.com/trtbench/trtbench/ort"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// outputs compares the engine with ONNX Runtime, on the same inputs, for the smallest and the largest batch.
func (v *verifier) outputs(ctx context.Context, e *engine) error {
	const name = "outputs-of-onnxruntime"
	requires := "the outputs are those of ONNX Runtime on the CPU, of the same inputs, for batches of 1 and 16: " + withinTolerance
	if reason := v.noReference(e.lib.Simulated()); reason != "" {
		v.add(skip(name, e.subject, requires, reason))
		return nil
	}
	c := newVerdict(name, e.subject, requires)
	for _, batch := range []int{1, MaxBatch} {
		got, err := e.infer(ctx, batch)
		if err != nil {
			return err
		}
		want, err := v.reference(ctx, e, batch, got.Inputs)
		if err != nil {
			return fmt.Errorf("ONNX Runtime: %w", err)
		}
		largest := compareValues(c, fmt.Sprintf("batch %d", batch), got.Outputs, want, e.computes)
		c.figure(fmt.Sprintf("largest difference, batch %d", batch), largest, "")
	}
	v.add(c.end())
	return nil
}

// noReference says why outputs are not compared with those of ONNX Runtime, if they are not.
func (v *verifier) noReference(simulated bool) string {
	switch {
	case simulated:
		return "simulated: a simulated engine does not compute its model"
	case v.ort == nil:
		return v.ortAbsent
	}
	return ""
}

// reference has ONNX Runtime compute the outputs for inputs.
func (v *verifier) reference(ctx context.Context, e *engine, batch int, inputs []tensor.Values) (_ []tensor.Values, err error) {
	given := map[string]tensor.Values{}
	for _, input := range inputs {
		given[input.Name] = input
	}
	target, err := ort.NewTarget(v.ort, e.spec.path, ort.TargetOptions{Shapes: e.shapes(batch), Inputs: given})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	return bench.Infer(ctx, target)
}

// chainRows is the batch of the chain of states; every row hears something else.
const chainRows = 2

// chain sends chunks of audio through the reference model, each with the state that the one before left.
func (v *verifier) chain(ctx context.Context, e *engine) (err error) {
	target, err := e.target(chainRows)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, target.Close()) }()
	c := newVerdict("chain-of-states", e.subject,
		"when each chunk of audio gets the state that the one before left, both outputs tell the number of chunks and the checksum of all the audio of their row, exactly")
	state := make([]byte, 2*chainRows*stateSize)
	var rows [chainRows]chain
	for chunk := range v.plan.chunks {
		signal := make([]byte, 0, 4*chainRows*signalSamples)
		for row := range rows {
			heard := audio(chunk, row)
			rows[row].next(heard)
			for _, sample := range heard {
				signal = binary.LittleEndian.AppendUint32(signal, uint32(sample))
			}
		}
		if err := target.SetInputs(map[string]tensor.Values{
			"signal": {Tensor: record.Tensor{Name: "signal", Input: true, Type: "int32", Shape: []int{chainRows, signalSamples, 1}}, Data: signal},
			"state":  {Tensor: record.Tensor{Name: "state", Input: true, Type: "float16", Shape: []int{chainRows, stateSize}}, Data: state},
		}); err != nil {
			return err
		}
		outputs, err := bench.Infer(ctx, target)
		if err != nil {
			return err
		}
		logprobs, err := elements(outputs, "logprobs")
		if err != nil {
			return err
		}
		next, err := elements(outputs, "state_next")
		if err != nil {
			return err
		}
		for row := range rows {
			rows[row].check(c, fmt.Sprintf("chunk %d of row %d", chunk+1, row), part(logprobs, row), part(next, row))
		}
		state = dataOf(outputs, "state_next")
	}
	c.figure("chunks", float64(v.plan.chunks), "")
	c.figure("rows", chainRows, "")
	v.add(c.end())
	return nil
}

// part is what belongs to a row of the batch.
func part(values []float64, row int) []float64 {
	n := len(values) / chainRows
	return values[row*n : (row+1)*n]
}

func dataOf(values []tensor.Values, name string) []byte {
	for _, v := range values {
		if v.Name == name {
			return v.Data
		}
	}
	return nil
}

// audio is a saw tooth, another one for every chunk and row, within the 16 bits that the model takes.
func audio(chunk, row int) []int32 {
	signal := make([]int32, signalSamples)
	for i := range signal {
		signal[i] = int32((i%97 - 48) * (40 + 7*(chunk%50) + 200*row))
	}
	return signal
}
