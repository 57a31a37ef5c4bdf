package trt

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/trtbench/trtbench/internal/filekind"
)

// PlanHeader is what the beginning of an engine file says about it.
type PlanHeader struct {
	Version   Version // TensorRT that built the engine; zero for a simulated one
	Simulated bool    // a plan for the simulated device, not a TensorRT engine
	Bytes     int64   // size of the file
}

// SimulatedPlanKey is the first key of a JSON file that is a plan for the simulated device.
const SimulatedPlanKey = "trtbench_simulated_plan"

const (
	planMagic      = 0x74727466 // "ftrt" in the order of the file
	planHeaderSize = 28         // magic, a zero word, 16 bytes that are no business of ours, four bytes of version
	planVersionAt  = 24
)

// ReadPlanHeader reads the beginning of an engine file, without any library. The error is a *[PlanError] when the file cannot
// be an engine: it says what it is instead.
func ReadPlanHeader(path string) (PlanHeader, error) {
	file, size, err := openPlan(path)
	if err != nil {
		return PlanHeader{}, err
	}
	defer file.Close()
	return DecodePlanHeader(file, path, size)
}

// DecodePlanHeader is ReadPlanHeader on an open file of the given size; the name is for the error.
func DecodePlanHeader(r io.Reader, name string, size int64) (PlanHeader, error) {
	start := make([]byte, filekind.Peek)
	n, err := io.ReadFull(r, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return PlanHeader{}, &PlanError{Path: name, Fault: PlanUnreadable, Err: err}
	}
	start = start[:n]
	switch {
	case n == 0:
		return PlanHeader{}, &PlanError{Path: name, Fault: PlanEmpty}
	case n >= 4 && binary.LittleEndian.Uint32(start) == planMagic:
		return decodeEngineHeader(start, name, size)
	case n < 4 && bytes.HasPrefix(binary.LittleEndian.AppendUint32(nil, planMagic), start):
		return PlanHeader{}, &PlanError{Path: name, Fault: PlanCutShort, Bytes: size}
	case filekind.Of(start) == filekind.SimulatedPlan:
		return PlanHeader{Simulated: true, Bytes: size}, nil
	}
	return PlanHeader{}, &PlanError{Path: name, Fault: PlanNotEngine, Looks: describeContent(start)}
}

// Check returns a *[PlanError] when an engine with this header cannot run on a library: the version is another, or one of the
// two is simulated and the other is not.
func (h PlanHeader) Check(path string, library Version, simulated bool) error {
	switch {
	case h.Simulated && !simulated:
		return &PlanError{Path: path, Fault: PlanIsSimulated, Library: library}
	case !h.Simulated && simulated:
		return &PlanError{Path: path, Fault: PlanIsReal, Built: h.Version, Library: library}
	case !h.Simulated && !h.Version.Same(library):
		return &PlanError{Path: path, Fault: PlanOtherVersion, Built: h.Version, Library: library}
	}
	return nil
}

// openPlan opens what is a regular file. It looks first, because opening a pipe waits for somebody who writes to it.
func openPlan(path string) (*os.File, int64, error) {
	if info, err := os.Stat(path); err == nil && info.Mode()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0 {
		return nil, 0, &PlanError{Path: path, Fault: PlanNotEngine, Looks: "a device, pipe or socket"}
	}
	file, err := os.Open(path)
	if err != nil {
		fault := PlanUnreadable
		if errors.Is(err, fs.ErrNotExist) {
			fault = PlanMissing
		}
		return nil, 0, &PlanError{Path: path, Fault: fault, Err: err}
	}
	info, err := file.Stat()
	switch {
	case err != nil:
		err = &PlanError{Path: path, Fault: PlanUnreadable, Err: err}
	case info.IsDir():
		err = &PlanError{Path: path, Fault: PlanIsFolder}
	case !info.Mode().IsRegular():
		err = &PlanError{Path: path, Fault: PlanNotEngine, Looks: "a device, pipe or socket"}
	}
	if err != nil {
		file.Close()
		return nil, 0, err
	}
	return file, info.Size(), nil
}

func decodeEngineHeader(start []byte, name string, size int64) (PlanHeader, error) {
	if len(start) < planHeaderSize {
		return PlanHeader{}, &PlanError{Path: name, Fault: PlanCutShort, Bytes: size}
	}
	if form := binary.LittleEndian.Uint32(start[4:]); form != 0 {
		looks := fmt.Sprintf("a TensorRT engine in a form this program does not know (%d)", form)
		return PlanHeader{}, &PlanError{Path: name, Fault: PlanNotEngine, Looks: looks}
	}
	v := start[planVersionAt:planHeaderSize]
	return PlanHeader{
		Version: Version{Major: int(v[0]), Minor: int(v[1]), Patch: int(v[2]), Build: int(v[3])},
		Bytes:   size,
	}, nil
}
