package onnxgen

import (
	"errors"
	"fmt"
)

// Precision is the type of the weights and of the arithmetic. Inputs and outputs are float32 in any case.
type Precision string

// The precisions.
const (
	FP32 Precision = "fp32"
	FP16 Precision = "fp16"
)

// Options say which model is written. The zero value is one of about 1 MB in fp32 with a free batch.
type Options struct {
	Megabytes int       // of weights, at least, in units of 1,000,000 bytes: 1 to 1900, 0 for 1; a file in ONNX's format holds 2 GB
	Batch     int       // fixes the number of streams; 0 leaves it free, as a dimension named "batch"
	Seed      uint64    // of the weights
	Precision Precision // "" for FP32
}

const maxMegabytes = 1900

// Validate returns every fault of the options.
func (o Options) Validate() error {
	var faults []error
	if o.Megabytes < 0 || o.Megabytes > maxMegabytes {
		faults = append(faults, fmt.Errorf("onnxgen: %d megabytes; expected 1 to %d, or 0 for 1", o.Megabytes, maxMegabytes))
	}
	if o.Batch < 0 {
		faults = append(faults, fmt.Errorf("onnxgen: batch is %d; expected 1 or more, or 0 to leave it free", o.Batch))
	}
	if o.Precision != "" && o.Precision != FP32 && o.Precision != FP16 {
		faults = append(faults, fmt.Errorf("onnxgen: precision %q; expected %s or %s", o.Precision, FP32, FP16))
	}
	return errors.Join(faults...)
}

// Sizes of the model that the options do not change.
const (
	Samples = 2400 // values of signal for one stream
	Tokens  = 35   // values of probabilities for one stream
)

// dimensions are what the size asked for comes to.
type dimensions struct {
	width, blocks int
	half          bool // weights in float16
}

// Width returns the size of the state of one stream. The options must be valid.
func (o Options) Width() int { return o.dimensions().width }

// dimensions takes the widest network that still has at least four blocks, and as many blocks as the size needs.
func (o Options) dimensions() dimensions {
	d := dimensions{half: o.Precision == FP16}
	bytes := 4
	if d.half {
		bytes = 2
	}
	wanted := max(o.Megabytes, 1) * 1_000_000 / bytes
	const narrowest, widest, fewest = 32, 2048, 4
	for d.width = widest; d.width > narrowest && ends(d.width)+fewest*block(d.width) > wanted; {
		d.width /= 2
	}
	d.blocks = max(1, (wanted-ends(d.width)+block(d.width)-1)/block(d.width))
	return d
}

// ends counts the weights of the first and last matrices of a network.
func ends(width int) int { return (Samples+1)*width + width*width + width*Tokens }

// block counts the weights of a block.
func block(width int) int { return 2 * (width + 1) * width }
