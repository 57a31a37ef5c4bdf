package trt

import (
	"fmt"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/serve"
)

// Run computes a batch on an instance, at the smallest size that holds it. After an error its sessions have no states any more
// and must start anew; what was queued of it has ended.
func (s *Instances) Run(instance int, batch []serve.Item) error {
	if err := s.node.use(); err != nil {
		return err
	}
	if err := s.check(instance, batch); err != nil {
		return fmt.Errorf("trt: run a batch: %w", err)
	}
	if s.rows != nil {
		if err := s.rows.claim(batch); err != nil {
			return fmt.Errorf("trt: run a batch: %w", err)
		}
	}
	in := s.instances[instance]
	moved, status := in.run(batch)
	if s.rows != nil {
		left := rowReady
		if status != csrc.OK {
			left = rowVoid
		}
		s.rows.leave(batch, left)
	}
	if status != csrc.OK {
		operation := fmt.Sprintf("run a batch of %d of %s on instance %d", len(batch), s.executor.target.model.Path, instance)
		return s.executor.target.runtime.lib.failure(operation, in.batch.Failed(), status)
	}
	s.batches.Add(1)
	s.items.Add(int64(len(batch)))
	s.hostBytes.Add(moved.HostBytes)
	s.replyBytes.Add(moved.ReplyBytes)
	s.stateBytes.Add(moved.StateBytes)
	return nil
}

// check returns an error for a batch that does not fit the model.
func (s *Instances) check(instance int, batch []serve.Item) error {
	x := s.executor
	if uint(instance) >= uint(len(s.instances)) {
		return fmt.Errorf("instance %d, expected 0 to %d", instance, len(s.instances)-1)
	}
	if len(batch) < 1 || len(batch) > x.largest {
		return fmt.Errorf("%d chunks, expected 1 to %d", len(batch), x.largest)
	}
	for i := range batch {
		if err := fits(x.inputs, batch[i].Inputs, false); err != nil {
			return fmt.Errorf("chunk %d: inputs: %w", i, err)
		}
		if err := fits(x.outputs, batch[i].Outputs, true); err != nil {
			return fmt.Errorf("chunk %d: outputs: %w", i, err)
		}
	}
	return nil
}

// fits returns an error when the values are not those of the tensors for one session.
func fits(tensors []batchTensor, values [][]byte, optional bool) error {
	if len(values) != len(tensors) {
		return fmt.Errorf("%d tensors, expected %d", len(values), len(tensors))
	}
	for i := range tensors {
		if len(values[i]) != tensors[i].row && !(optional && values[i] == nil) {
			return fmt.Errorf("%d bytes of %s, expected %d", len(values[i]), tensors[i].Name, tensors[i].row)
		}
	}
	return nil
}

// run returns what was moved, and a status as csrc has it.
func (in *instance) run(batch []serve.Item) (moved serve.Counters, status int) {
	in.batch.Before.Clear()
	in.batch.After.Clear()
	moved.HostBytes = in.upload(batch)
	if in.owner.setup.Travel {
		sent, returned := in.sendStates(batch)
		moved.HostBytes += sent
		moved.ReplyBytes += returned
	} else {
		moved.StateBytes = in.gather(batch) + in.scatter(batch)
	}
	moved.ReplyBytes += in.download(batch)
	if status = in.batch.Run(&in.sizes[in.sizeOf[len(batch)]].inference); status != csrc.OK {
		return moved, status
	}
	if in.owner.setup.Travel {
		in.keepStates(batch)
	}
	in.deliver(batch)
	return moved, csrc.OK
}

// upload copies what the chunks brought to the device, one copy for each input.
func (in *instance) upload(batch []serve.Item) (bytes int64) {
	for k := range in.inputs {
		b := &in.inputs[k]
		if b.row == 0 {
			continue
		}
		host := b.rows(len(batch))
		for i := range batch {
			copy(host[i*b.row:], batch[i].Inputs[k])
		}
		in.batch.Before.Copy(b.device, b.host, len(host), csrc.CopyHostToDevice)
		bytes += int64(len(host))
	}
	return bytes
}

// download copies the results that somebody wants from the device, one copy for each output.
func (in *instance) download(batch []serve.Item) (bytes int64) {
	for k := range in.outputs {
		b := &in.outputs[k]
		if b.row == 0 || !wanted(batch, k) {
			continue
		}
		n := len(batch) * b.row
		in.batch.After.Copy(b.host, b.device, n, csrc.CopyDeviceToHost)
		bytes += int64(n)
	}
	return bytes
}

func wanted(batch []serve.Item, output int) bool {
	for i := range batch {
		if batch[i].Outputs[output] != nil {
			return true
		}
	}
	return false
}

// deliver gives each chunk its results.
func (in *instance) deliver(batch []serve.Item) {
	for k := range in.outputs {
		b := &in.outputs[k]
		host := b.rows(len(batch))
		for i := range batch {
			copy(batch[i].Outputs[k], host[i*b.row:])
		}
	}
}
