package trt

import (
	"errors"
	"fmt"
	"runtime"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/cuda"
)

// Runtime reads engines on one device. It is used by one goroutine at a time. Close it after its engines.
type Runtime struct {
	lib    *Library
	device *cuda.Device
	stream *cuda.Stream // for what TensorRT does on a stream outside of inferences
	object csrc.Object
	node   *node
}

// NewRuntime makes a runtime on a device.
//
// It first makes sure that the device answers: without a driver, TensorRT's own function returns a pointer to nothing. The error
// then is that of CUDA, as cuda.ErrInsufficientDriver or cuda.ErrNoDevice.
func (l *Library) NewRuntime(device int) (_ *Runtime, err error) {
	r := &Runtime{lib: l}
	if r.node, err = openNode(l.node, fmt.Sprintf("runtime on device %d", device)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = r.node.close(r.free) // the first error is the one to tell
		}
	}()
	if r.device, err = l.cuda.Device(device); err != nil {
		return nil, unavailable(fmt.Errorf("trt: create runtime: %w", err))
	}
	if r.stream, err = r.device.NewStream(); err != nil {
		return nil, fmt.Errorf("trt: create runtime: %w", err)
	}
	err = r.try("create runtime", func() (status int) {
		r.object, status = l.nvinfer.CreateRuntime(l.logger.logger)
		return status
	})
	if err != nil {
		return nil, err
	}
	watch(r.node, r, l.log)
	return r, nil
}

// Library returns the library of the runtime.
func (r *Runtime) Library() *Library { return r.lib }

// Device returns the device of the runtime.
func (r *Runtime) Device() *cuda.Device { return r.device }

// AllowHostCode lets engines bring code that runs on the host, as version-compatible ones do. Allow it for files that you trust.
func (r *Runtime) AllowHostCode() error {
	if err := r.node.use(); err != nil {
		return err
	}
	return r.try("allow host code", func() int { return r.lib.nvinfer.AllowHostCode(r.object, true) })
}

// SetTemporaryDirectory sets the folder that the runtime may unpack code of engines to.
func (r *Runtime) SetTemporaryDirectory(path string) error {
	if err := r.node.use(); err != nil {
		return err
	}
	return r.try("set temporary directory "+path, func() int { return r.lib.nvinfer.SetTemporaryDirectory(r.object, path) })
}

// SetDLACore chooses the deep-learning accelerator for the engines that are read from now on.
func (r *Runtime) SetDLACore(core int) error {
	if err := r.node.use(); err != nil {
		return err
	}
	return r.try(fmt.Sprintf("set DLA core %d", core), func() int { return r.lib.nvinfer.SetDLACore(r.object, core) })
}

// Deserialize reads an engine from memory, which may be given up afterwards. Close the engine after use.
func (r *Runtime) Deserialize(plan []byte) (*Engine, error) {
	return r.deserialize("engine", func() (csrc.Object, int) { return r.lib.nvinfer.Deserialize(r.object, plan) })
}

// DeserializeFile reads an engine from a file without holding the whole file in memory. What is no engine, or not one for this
// library, is refused as [ReadPlanHeader] and [PlanHeader.Check] do. Close the engine after use.
func (r *Runtime) DeserializeFile(path string) (*Engine, error) {
	header, err := ReadPlanHeader(path)
	if err != nil {
		return nil, err
	}
	if err := header.Check(path, r.lib.version, r.lib.simulated); err != nil {
		return nil, err
	}
	return r.deserializeFile(path)
}

// deserializeFile trusts the header of the file.
func (r *Runtime) deserializeFile(path string) (*Engine, error) {
	file, size, err := openPlan(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	engine, err := r.deserialize("engine "+path, func() (csrc.Object, int) {
		return r.lib.nvinfer.DeserializeFile(r.object, r.lib.cuda.Runtime(), file.Fd())
	})
	var refused *Error
	if errors.As(err, &refused) && !r.lib.simulated {
		return nil, fmt.Errorf("%w; the header is right, so the rest may be cut short (the file has %d bytes) or was built for "+
			"another kind of device", err, size)
	}
	return engine, err
}

func (r *Runtime) deserialize(name string, read func() (csrc.Object, int)) (_ *Engine, err error) {
	e := &Engine{runtime: r}
	if e.node, err = openNode(r.node, name); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = e.node.close(e.free) // the first error is the one to tell
		}
	}()
	err = r.try("deserialize "+name, func() (status int) {
		e.object, status = read()
		return status
	})
	if err != nil {
		return nil, err
	}
	if err := e.readFacts(); err != nil {
		return nil, err
	}
	watch(e.node, e, r.lib.log)
	return e, nil
}

// Close frees the runtime. It is an error while engines are open. Closing twice is none.
func (r *Runtime) Close() error { return r.node.close(r.free) }

func (r *Runtime) free() error {
	r.destroy(r.object)
	if r.stream == nil {
		return nil
	}
	return r.stream.Close()
}

// destroy deletes an object on the device.
func (r *Runtime) destroy(object csrc.Object) {
	if !object.Exists() {
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	_ = r.device.Use() // a lost device does not keep the host's memory from being freed
	object.Destroy()
	r.lib.sink.flush()
}

// try runs an operation of TensorRT with the device current on its OS thread.
func (r *Runtime) try(operation string, f func() int) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := r.device.Use(); err != nil {
		return fmt.Errorf("trt: %s: %w", operation, err)
	}
	return r.lib.try(operation, f)
}
