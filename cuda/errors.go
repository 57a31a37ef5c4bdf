package cuda

import (
	"errors"
	"fmt"
)

// ErrClosed is returned by methods of a handle after its Close.
var ErrClosed = errors.New("cuda: use after close")

// Code is a status code of the CUDA runtime. It is an error so that errors.Is can look for it:
//
//	if errors.Is(err, cuda.ErrOutOfMemory) { … }
type Code int

// The codes that callers test for. Other codes are matched by number: errors.Is(err, cuda.Code(701)).
const (
	ErrInvalidValue           Code = 1
	ErrOutOfMemory            Code = 2
	ErrInitialization         Code = 3
	ErrInsufficientDriver     Code = 35  // no driver, or one older than the runtime needs
	ErrDevicesUnavailable     Code = 46  // busy, in exclusive or prohibited mode, or not answering
	ErrNoDevice               Code = 100 // a driver, but no device it can use
	ErrInvalidDevice          Code = 101
	ErrECCUncorrectable       Code = 214
	ErrInvalidHandle          Code = 400 // cudaErrorInvalidResourceHandle
	ErrNotReady               Code = 600
	ErrIllegalAddress         Code = 700
	ErrLaunchTimeout          Code = 702
	ErrContextDestroyed       Code = 709
	ErrAssert                 Code = 710
	ErrLaunchFailure          Code = 719
	ErrNotPermitted           Code = 800
	ErrNotSupported           Code = 801
	ErrSystemDriverMismatch   Code = 803 // the driver's library and its kernel module differ
	ErrCaptureUnsupported     Code = 900
	ErrCaptureInvalidated     Code = 901
	ErrGraphExecUpdateFailure Code = 910
	ErrUnknown                Code = 999
)

// Error returns the number; an *Error has the name and the text.
func (c Code) Error() string { return fmt.Sprintf("CUDA status %d", int(c)) }

// Error is a call of the CUDA runtime that failed.
type Error struct {
	Code Code
	Name string // symbolic, as in "cudaErrorMemoryAllocation"
	Text string // the library's description
	Call string // the function that returned the code, as in "cudaMalloc"
}

// Error names the call, the text and the code.
func (e *Error) Error() string {
	text := fmt.Sprintf("cuda: %s: %s (%s, %d)", e.Call, e.Text, e.Name, int(e.Code))
	if e.Code.sticky() {
		text += "; the device is lost to this process: restart it"
	}
	return text
}

// Unwrap returns the code.
func (e *Error) Unwrap() error { return e.Code }

// IsSticky reports whether err means that the device, or this process's context on it, is lost: every further call fails the
// same way, and only a new process helps.
//
// ErrDevicesUnavailable is not among these codes: the runtime gives it for a device that others hold, too.
func IsSticky(err error) bool {
	var code Code
	return errors.As(err, &code) && code.sticky()
}

// sticky knows the codes of which the runtime's documentation says that the process must be restarted, and those after which
// no context is left.
func (c Code) sticky() bool {
	switch c {
	case 4, // cudaErrorCudartUnloading
		ErrECCUncorrectable,
		220, // cudaErrorNvlinkUncorrectable
		226, // cudaErrorContained
		ErrIllegalAddress,
		ErrLaunchTimeout,
		ErrContextDestroyed,
		ErrAssert,
		714, // cudaErrorHardwareStackError
		715, // cudaErrorIllegalInstruction
		716, // cudaErrorMisalignedAddress
		717, // cudaErrorInvalidAddressSpace
		718, // cudaErrorInvalidPc
		ErrLaunchFailure,
		721, // cudaErrorTensorMemoryLeak
		810, // cudaErrorMpsClientTerminated
		911: // cudaErrorExternalDevice
		return true
	}
	return false
}
