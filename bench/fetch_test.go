package bench

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trtbench/trtbench/profile"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/tensor"
)

// telling is a fake whose lanes also tell values and times of layers.
type telling struct {
	fake
	values error // of Inputs and Outputs
	layers error
}

func (f *telling) Open(ctx context.Context, setup Setup) (Lanes, error) {
	_, err := f.fake.Open(ctx, setup)
	return f, err
}

func (f *telling) Inputs(lane int) ([]tensor.Values, error) { return f.tell("x", lane) }

func (f *telling) Outputs(lane int) ([]tensor.Values, error) { return f.tell("y", lane) }

// tell returns the number of inferences that were waited for.
func (f *telling) tell(name string, lane int) ([]tensor.Values, error) {
	if f.closed > 0 {
		return nil, errors.New("closed")
	}
	return []tensor.Values{{Tensor: record.Tensor{Name: name, Type: "uint8"}, Data: []byte{byte(f.inferred[lane].waited)}}}, f.values
}

func (f *telling) Layers() (*profile.Profile, error) {
	var c profile.Collector
	for range f.inferred[0].waited {
		c.Layer("conv", 0.5)
		c.EndPass()
	}
	return c.Profile(), f.layers
}

// short are the options of three rounds.
func short() Options {
	return Options{Compat: Compat10, Iterations: Set(3), Duration: Set[time.Duration](0), WarmUp: Set[time.Duration](0)}
}

func TestValuesOfTheLastInference(t *testing.T) {
	options := short()
	options.FetchInputs, options.FetchOutputs = true, true
	r, err := Run(t.Context(), &telling{}, options)
	require.NoError(t, err)
	require.Len(t, r.Outputs, 1)
	assert.Equal(t, "x", r.Inputs[0].Name)
	assert.Equal(t, "y", r.Outputs[0].Name)
	assert.Equal(t, []byte{3}, r.Outputs[0].Data, "after the last wait")
	assert.Nil(t, r.Layers)

	r, err = Run(t.Context(), &telling{}, short())
	require.NoError(t, err)
	assert.Nil(t, r.Inputs)
	assert.Nil(t, r.Outputs)
}

func TestLayersOfTheMeasuredRun(t *testing.T) {
	target, options := &telling{}, short()
	options.ProfileLayers = true
	r, err := Run(t.Context(), target, options)
	require.NoError(t, err)
	assert.True(t, target.setup.ProfileLayers)
	assert.True(t, r.Settings.ProfileLayers)
	assert.Equal(t, 3, r.Layers.Passes)
	assert.Len(t, r.Samples, 3, "the samples are there too")
	assert.Equal(t, record.Warnings, r.Verdict.Status)
	assert.Equal(t, CodeProfiled, r.Verdict.Reasons[0].Code)
}

func TestLayersOfARunOfTheirOwn(t *testing.T) {
	target, options := &telling{}, short()
	options.FetchOutputs = true
	layers, err := ProfileLayers(t.Context(), target, options)
	require.NoError(t, err)
	assert.Equal(t, 3, layers.Passes)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	layers, err = ProfileLayers(ctx, &telling{}, options)
	require.NoError(t, err)
	assert.Zero(t, layers.Passes, "interrupted before the first")

	_, err = ProfileLayers(t.Context(), &telling{}, Options{Endless: true})
	assert.ErrorContains(t, err, "profile of layers: an endless run would collect times without end")

	for compat, separate := range map[Compat]bool{Compat10: false, Compat11: true} {
		o := Options{Compat: compat}
		assert.Equal(t, separate, o.ProfilesSeparately(record.Description{}))
	}
}

// What a backend cannot tell is refused before anything is measured.
func TestUnsupported(t *testing.T) {
	for name, set := range map[string]func(*Options){
		"values of inputs": func(o *Options) { o.FetchInputs = true }, "values of outputs": func(o *Options) { o.FetchOutputs = true },
		"times of layers": func(o *Options) { o.ProfileLayers = true },
	} {
		target, options := &fake{}, short()
		set(&options)
		r, err := Run(t.Context(), target, options)
		assert.Nil(t, r)
		require.ErrorIs(t, err, ErrUnsupported)
		assert.ErrorContains(t, err, "bench: TensorRT: "+name)
		assert.Equal(t, 1, target.closed)
		assert.Empty(t, target.calls)
	}
}

// A value or profile that cannot be had leaves the samples, and what there is of the profile.
func TestFetchingFails(t *testing.T) {
	target := &telling{values: errors.New("device lost"), layers: errors.New("reports stopped")}
	options := short()
	options.FetchOutputs, options.ProfileLayers = true, true
	r, err := Run(t.Context(), target, options)
	assert.ErrorContains(t, err, "bench: times of layers: reports stopped\nbench: values of outputs: device lost")
	assert.Len(t, r.Samples, 3)
	assert.Equal(t, 3, r.Layers.Passes)
	assert.Equal(t, record.Invalid, r.Verdict.Status)

	target = &telling{fake: fake{wait: func(_, i int) error {
		if i == 1 {
			return errors.New("hang")
		}
		return nil
	}}}
	r, err = Run(t.Context(), target, options)
	assert.ErrorContains(t, err, "hang")
	assert.Nil(t, r.Outputs, "of which inference could not be said")
	assert.NotNil(t, r.Layers)
}

func TestInfer(t *testing.T) {
	target := &telling{}
	outputs, err := Infer(t.Context(), target)
	require.NoError(t, err)
	assert.Equal(t, []byte{1}, outputs[0].Data)
	assert.Equal(t, Setup{Lanes: 1, Slots: 1, Transfers: true}, target.setup)

	_, err = Infer(t.Context(), &fake{})
	assert.ErrorIs(t, err, ErrUnsupported)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Infer(ctx, &telling{})
	assert.ErrorIs(t, err, context.Canceled)
}
