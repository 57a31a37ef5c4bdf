package triton

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/trtbench/trtbench/load"
	"github.com/trtbench/trtbench/record"
	"github.com/trtbench/trtbench/triton/data"
	"github.com/trtbench/trtbench/triton/internal/transport"
)

// Target sends prepared requests to one model. It is a load.Server, and counts what the server does (load.StatisticsReader).
type Target struct {
	client   *Client
	model    *Model
	options  RequestOptions
	format   format
	payloads [][]*payload
	sizes    []int // of the states, in bytes
	zeros    []byte
	set      *data.Set
	warnings []string
	memory   *memory
}

// NewTarget prepares requests to a model: contents, batches, states and, if asked for, shared memory, which the server is told about. The
// caller closes the target, before the client. The error names every fault.
func NewTarget(ctx context.Context, client *Client, model *Model, o RequestOptions) (*Target, error) {
	if o.Batch == 0 {
		o.Batch = 1
	}
	carrier, err := client.endpoint.transport(o.Transport)
	if err := errors.Join(o.validate(model, client.endpoint.Protocol), o.Memory.validate(), err); err != nil {
		return nil, fmt.Errorf("triton: requests to %s: %w", model.Name, err)
	}
	o.Transport = carrier
	t := &Target{client: client, model: model, options: o}
	o.Data.Carried = nil
	for _, s := range o.States {
		in := byName(model.Inputs, s.Input)
		size := data.Size(in.Type) * o.Batch
		for _, n := range in.Shape {
			size *= int(n)
		}
		t.sizes = append(t.sizes, size)
		t.zeros = append(t.zeros, make([]byte, max(size-len(t.zeros), 0))...)
		o.Data.Carried = append(o.Data.Carried, s.Input)
	}
	if t.set, err = data.Make(model.Inputs, model.Outputs, o.Data); err != nil {
		return nil, fmt.Errorf("triton: requests to %s: %w", model.Name, err)
	}
	all, err := contents(model, t.set, o.States, o.Batch)
	if err != nil {
		return nil, fmt.Errorf("triton: requests to %s: %w", model.Name, err)
	}
	t.warnings = warningsOf(model, &o, all)
	if t.set.Expected != nil && o.Memory.Kind != NoMemory {
		t.set.Expected = nil
		for _, stream := range all {
			for i := range stream {
				stream[i].expected = nil
			}
		}
		t.warnings = append(t.warnings, "outputs in shared memory are not compared with what is expected: all requests share them")
	}
	f := &frame{model: model.Name, version: model.Version, parameters: o.Parameters, decoupled: model.Decoupled}
	for _, name := range o.Outputs {
		f.outputs = append(f.outputs, requested{name: name})
	}
	if t.memory, err = placeTensors(ctx, client, model, &o, all, f); err != nil {
		return nil, fmt.Errorf("triton: requests to %s: %w", model.Name, err)
	}
	t.prepare(f, all)
	return t, nil
}

// prepare writes the requests.
func (t *Target) prepare(f *frame, all [][]content) {
	t.format = &jsonFormat{t.sizes}
	if t.client.endpoint.Protocol == GRPC {
		t.format = &protobufFormat{t.options.Streaming, t.model.Decoupled, t.sizes}
	}
	for _, stream := range all {
		var payloads []*payload
		for i := range stream {
			payloads = append(payloads, t.format.payload(f, &stream[i]))
		}
		t.payloads = append(t.payloads, payloads)
	}
}

// warningsOf tells what is odd about the contents.
func warningsOf(m *Model, o *RequestOptions, all [][]content) []string {
	var warnings []string
	bad, count := map[string]float64{}, map[string]int{}
	for _, stream := range all {
		for i := range stream {
			for _, in := range stream[i].inputs {
				bad[in.name] += data.NonFinite(in.datatype, in.data)
				count[in.name]++
			}
		}
	}
	var tensors []record.Tensor
	for _, in := range m.Inputs {
		if share := bad[in.Name] / float64(max(count[in.Name], 1)); share > 0 {
			warnings = append(warnings, fmt.Sprintf("%.3g %% of the elements of input %s are NaN or infinite: what the model computes with them means nothing", 100*share, in.Name))
		}
		tensors = append(tensors, record.Tensor{Name: in.Name, Input: true, Type: data.ElementName(in.Type)})
	}
	if o.Data.Kind == data.Random && !o.Data.RawBytes {
		warnings = append(warnings, o.Data.Random.Warnings(tensors)...)
	}
	return warnings
}

// Close makes the server forget shared memory, if there is any.
func (t *Target) Close() error { return t.memory.close() }

// Warnings tells what is odd about the contents of the requests: elements that are no numbers, random indices.
func (t *Target) Warnings() []string { return t.warnings }

// Model returns what the requests go to.
func (t *Target) Model() *Model { return t.model }

// Timestamps say when the steps of the first stream are due, in milliseconds since the start; nil: the data do not say.
func (t *Target) Timestamps() []float64 { return t.set.Timestamps }

// Describe is part of load.Server.
func (t *Target) Describe() record.Description {
	server := t.client.Server()
	d := record.Description{Backend: server.GetName(), Version: server.GetVersion(), Stages: []record.Stage{},
		Serving: record.ServedByTriton, Runtime: t.model.runtime(), Transport: t.options.Transport}
	d.Model.Path = t.model.Name
	carried := ""
	if t.client.endpoint.Protocol == GRPC {
		carried = ", carried by " + t.options.Transport
	}
	d.Notes = append(d.Notes, fmt.Sprintf("server %s over %s%s", t.client.Address(), t.client.endpoint.Protocol, carried))
	if t.model.Platform != "" {
		d.Notes = append(d.Notes, fmt.Sprintf("model %s, version %s, runs on %s", t.model.Name, t.version(), t.model.Platform))
	}
	for _, s := range t.options.States {
		d.Notes = append(d.Notes, fmt.Sprintf("state %s is carried by the client", s))
	}
	for _, in := range t.model.Inputs {
		d.Tensors = append(d.Tensors, t.describe(in, true))
	}
	for _, out := range t.model.Outputs {
		d.Tensors = append(d.Tensors, t.describe(out, false))
	}
	return d
}

func (t *Target) version() string {
	if t.model.Version == "" {
		return strings.Join(t.model.Versions, ", ")
	}
	return t.model.Version
}

// describe says which shape a tensor has in the first request, as far as it is known.
func (t *Target) describe(tensor data.Tensor, input bool) record.Tensor {
	shape := tensor.Shape
	if v, given := t.set.Streams[0][0][tensor.Name]; given && input {
		shape = v.Shape
	}
	d := record.Tensor{Name: tensor.Name, Input: input, Type: data.ElementName(tensor.Type), Shape: []int{}}
	for _, size := range t.model.withBatch(shape, t.options.Batch) {
		d.Shape = append(d.Shape, int(size))
	}
	return d
}

// Payloads is part of load.Server.
func (t *Target) Payloads() load.Payloads {
	p := load.Payloads{Batch: t.options.Batch, Checked: t.set.Expected != nil || t.options.Check != nil}
	for _, stream := range t.payloads {
		p.Steps = append(p.Steps, len(stream))
		for _, each := range stream {
			p.Bytes = max(p.Bytes, each.bytes)
		}
	}
	return p
}

// Dial is part of load.Server.
func (t *Target) Dial(ctx context.Context, setup load.DialSetup) (load.Conns, error) {
	e := t.client.endpoint
	c := newConns(t, setup)
	config := transport.Config{
		Address: e.address, TLS: e.tls, Header: e.Header, Conns: setup.Conns, Shared: t.options.Shared, Stream: t.options.Streaming,
		Deadline: setup.Deadline, Compression: e.Compression, Clock: setup.Clock, Handler: c,
	}
	if !c.read {
		config.Head = answerHead
	}
	dial := t.dialer()
	switch {
	case e.Protocol == HTTP:
		config.Path = "/" + modelPath(t.model.Name, t.model.Version) + "/infer"
	case t.options.Streaming:
		config.Path = streamPath
	default:
		config.Path = callPath
	}
	ctx, cancel := context.WithTimeout(ctx, e.Timeout)
	defer cancel()
	var err error
	if c.transport, err = dial(ctx, config); err != nil {
		return nil, fmt.Errorf("triton: open %d connections to %s over %s: %w", setup.Conns, e.address, e.Protocol, diagnose(ctx, e, err))
	}
	c.start()
	return c, nil
}

// answerHead is above what is read of an answer whose outputs nobody wants.
const answerHead = 64 << 10

// paths of the calls of inference.
const (
	callPath   = "/inference.GRPCInferenceService/ModelInfer"
	streamPath = "/inference.GRPCInferenceService/ModelStreamInfer"
)

var (
	_ load.Server           = (*Target)(nil)
	_ load.StatisticsReader = (*Target)(nil)
)
