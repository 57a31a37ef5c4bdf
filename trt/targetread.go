package trt

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/trtbench/trtbench/csrc"
	"github.com/trtbench/trtbench/record"
)

// readFile opens the device and reads the engine from its file.
func (t *Target) readFile(lib *Library, device int, path string) error {
	header, err := ReadPlanHeader(path)
	if err != nil {
		return err
	}
	if err := t.openRuntime(lib, device, path, header); err != nil {
		return err
	}
	hash := hashFile(path)
	t.engine, err = t.runtime.deserializeFile(path)
	hashed := <-hash
	t.model = hashed.model
	if err != nil {
		return err
	}
	return hashed.err
}

// readPlan opens the device and reads the engine from memory.
func (t *Target) readPlan(lib *Library, device int, name string, plan []byte) error {
	header, err := DecodePlanHeader(bytes.NewReader(plan), name, int64(len(plan)))
	if err != nil {
		return err
	}
	if err := t.openRuntime(lib, device, name, header); err != nil {
		return err
	}
	digest := sha256.Sum256(plan)
	t.model = record.Model{Path: name, Bytes: int64(len(plan)), SHA256: hex.EncodeToString(digest[:])}
	t.engine, err = t.runtime.deserialize("engine "+name, func() (csrc.Object, int) {
		return lib.nvinfer.Deserialize(t.runtime.object, plan)
	})
	return err
}

// openRuntime opens the device for an engine with this header.
func (t *Target) openRuntime(lib *Library, device int, name string, header PlanHeader) (err error) {
	compatible := t.options.VersionCompatible && !header.Simulated && !lib.simulated
	if err := header.Check(name, lib.version, lib.simulated); err != nil && !compatible {
		return err
	}
	if t.runtime, err = lib.NewRuntime(device); err != nil {
		return err
	}
	if t.properties, err = t.runtime.device.Properties(); err != nil {
		return fmt.Errorf("trt: device %d: %w", device, err)
	}
	if t.options.VersionCompatible {
		if err := t.runtime.AllowHostCode(); err != nil {
			return err
		}
	}
	if t.options.TemporaryDirectory != "" {
		return t.runtime.SetTemporaryDirectory(t.options.TemporaryDirectory)
	}
	return nil
}

type hashed struct {
	model record.Model
	err   error
}

// hashFile hashes a file while TensorRT reads it.
func hashFile(path string) <-chan hashed {
	result := make(chan hashed, 1)
	go func() {
		var h hashed
		h.model, h.err = hashModel(path)
		result <- h
	}()
	return result
}

func hashModel(path string) (record.Model, error) {
	file, size, err := openPlan(path)
	if err != nil {
		return record.Model{}, err
	}
	defer file.Close()
	digest := sha256.New()
	if _, err := io.Copy(digest, file); err != nil {
		return record.Model{}, &PlanError{Path: path, Fault: PlanUnreadable, Err: err}
	}
	return record.Model{Path: path, Bytes: size, SHA256: hex.EncodeToString(digest.Sum(nil))}, nil
}
