package trt

import (
	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/serve"
)

// gather brings the states of a batch into the engine's inputs: zeros for sessions that start, copies for the others. What lies
// side by side is moved at once. It returns the bytes copied.
func (in *instance) gather(batch []serve.Item) (bytes int64) {
	for k := range in.states {
		state, slab := &in.states[k].in, in.owner.slabs[k]
		for i := 0; i < len(batch); {
			n := 1
			if batch[i].Start {
				for i+n < len(batch) && batch[i+n].Start {
					n++
				}
				in.batch.Before.Zero(state.device+uintptr(i*state.row), n*state.row)
			} else {
				for i+n < len(batch) && !batch[i+n].Start && batch[i+n].Session == batch[i].Session+n {
					n++
				}
				in.batch.Before.Copy(state.device+uintptr(i*state.row), slab+uintptr(batch[i].Session*state.row), n*state.row, csrc.CopyDeviceToDevice)
				bytes += int64(n * state.row)
			}
			i += n
		}
	}
	return bytes
}

// scatter brings the states that the engine left back into their rows. It returns the bytes copied.
func (in *instance) scatter(batch []serve.Item) (bytes int64) {
	for k := range in.states {
		state, slab := &in.states[k].out, in.owner.slabs[k]
		for i := 0; i < len(batch); {
			n := 1
			for i+n < len(batch) && batch[i+n].Session == batch[i].Session+n {
				n++
			}
			in.batch.After.Copy(slab+uintptr(batch[i].Session*state.row), state.device+uintptr(i*state.row), n*state.row, csrc.CopyDeviceToDevice)
			i += n
		}
		bytes += int64(len(batch) * state.row)
	}
	return bytes
}

// sendStates lets the states of a batch travel to the device, and those that the engine leaves back. It returns the bytes of each.
func (in *instance) sendStates(batch []serve.Item) (sent, returned int64) {
	for k := range in.states {
		to, from := &in.states[k].in, &in.states[k].out
		row, host := to.row, to.rows(len(batch))
		for i := range batch {
			if batch[i].Start {
				clear(host[i*row:][:row])
			} else {
				copy(host[i*row:], in.hostRow(k, batch[i].Session))
			}
		}
		in.batch.Before.Copy(to.device, to.host, len(host), csrc.CopyHostToDevice)
		in.batch.After.Copy(from.host, from.device, len(host), csrc.CopyDeviceToHost)
		sent += int64(len(host))
		returned += int64(len(host))
	}
	return sent, returned
}

// keepStates puts the states that came back into their rows.
func (in *instance) keepStates(batch []serve.Item) {
	for k := range in.states {
		state := &in.states[k].out
		host := state.rows(len(batch))
		for i := range batch {
			copy(in.hostRow(k, batch[i].Session), host[i*state.row:])
		}
	}
}

// hostRow is the state of a session where states travel.
func (in *instance) hostRow(state, session int) []byte {
	row := in.states[state].in.row
	return csrc.Bytes(in.owner.slabs[state]+uintptr(session*row), row)
}
