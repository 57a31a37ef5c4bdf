package gpuverify

import (
	"errors"
	"fmt"

	"github.com/trtbench/trtbench/inspect"
	"github.com/trtbench/trtbench/tensor"
	"github.com/trtbench/trtbench/trt"
)

// checkTimingCache says whether a second build found everything that the first measured.
func checkTimingCache(subject string, first, second *trt.Built, err error) Check {
	v := newVerdict("timing-cache", subject, "a build writes the timing-cache file, and a second one finds every tactic there: it is told to fail where one is missing")
	v.figure("first build", ms(first.BuildTime), "ms")
	v.figure("file", float64(first.TimingCache.WroteBytes), "bytes")
	if first.TimingCache.State != trt.TimingCacheCreated || first.TimingCache.WroteBytes == 0 {
		v.fail("after the first build the file is %q, %d bytes", first.TimingCache.State, first.TimingCache.WroteBytes)
	}
	switch {
	case err != nil:
		v.fail("the second build failed: %v", err)
	case second.TimingCache.State != trt.TimingCacheUsed:
		v.fail("after the second build the file is %q", second.TimingCache.State)
	default:
		v.figure("second build", ms(second.BuildTime), "ms")
	}
	return v.end()
}

// checkSaved says whether an engine computes the same after it was saved, loaded and serialized again.
func checkSaved(subject string, plan []byte, version trt.Version, header trt.PlanHeader, built, loaded, serialized []tensor.Values) Check {
	v := newVerdict("save-and-load", subject, "the saved file is that of the engine, says the version that built it, and computes the same to the last bit; so does what the loaded engine serializes to")
	v.figure("file", float64(header.Bytes), "bytes")
	if header.Bytes != int64(len(plan)) {
		v.fail("the file has %d bytes and the engine %d", header.Bytes, len(plan))
	}
	if !header.Simulated && !header.Version.Same(version) {
		v.fail("the file says that TensorRT %v built it; it was %v", header.Version, version)
	}
	for what, outputs := range map[string][]tensor.Values{"the loaded engine": loaded, "what it serializes to": serialized} {
		if len(outputs) == 0 || !sameBytes(built, outputs) {
			v.fail("%s computes something else", what)
		}
	}
	return v.end()
}

// checkForeign says whether an engine was refused because of its version. err is what reading it said.
func checkForeign(subject string, err error, simulated bool) Check {
	v := newVerdict("foreign-engine", subject, "an engine of the other major of TensorRT is refused, before the library sees it and with both versions in the message")
	var plan *trt.PlanError
	switch {
	case err == nil:
		v.fail("it was taken")
	case simulated: // the file does not tell its version before the library reads it
	case !errors.As(err, &plan) || plan.Fault != trt.PlanOtherVersion:
		v.fail("it was refused for something else: %v", err)
	}
	return v.end()
}

// checkMemory says whether the device has as much free memory as at the start, but for slack bytes, and, on the simulated device,
// as many objects.
func checkMemory(name, subject, what string, times int, before, after deviceState, slack int64) Check {
	v := newVerdict(name, subject, fmt.Sprintf("after %d times %s the free memory of the device is that of the start, to %d bytes", times, what, slack))
	lost := int64(before.free) - int64(after.free)
	v.figure("free before", float64(before.free), "bytes")
	v.figure("free after", float64(after.free), "bytes")
	v.figure("lost", float64(lost), "bytes")
	if times < 1 {
		v.fail("it was not done")
	}
	compareStates(v, before, after, slack)
	return v.end()
}

// compareStates notes what is in use on the device that was not before.
func compareStates(v *verdict, before, after deviceState, slack int64) {
	if lost := int64(before.free) - int64(after.free); lost > slack {
		v.fail("%d bytes are lost", lost)
	}
	for name, n := range after.live {
		if n > before.live[name] {
			v.fail("%d %s are left", n-before.live[name], name)
		}
	}
}

// checkInspector says whether a detailed engine tells its layers.
func checkInspector(subject, text string, layers int) Check {
	v := newVerdict("inspector", subject, "what an engine of detailed verbosity tells about its layers can be read: as many as it has, each with a name and a type")
	list, err := inspect.ParseLayers(text)
	if err != nil {
		v.fail("%v", err)
	}
	v.figure("layers", float64(layers), "")
	v.figure("told", float64(len(list)), "")
	if len(list) != layers || layers == 0 {
		v.fail("%d layers are told; the engine has %d", len(list), layers)
	}
	for _, l := range list {
		if l.Name == "" || l.Type == "" {
			v.fail("layer %d has the name %q and the type %q", l.Index, l.Name, l.Type)
		}
	}
	return v.end()
}

// attempt is something that must go wrong, and how the device is afterwards.
type attempt struct {
	err           error
	expected      bool // whether it is the error that there must be
	before, after deviceState
	want, got     []tensor.Values // outputs of an inference before and after
	again         error           // of that inference
}

// checkFault says whether something went wrong as it should, and left the device usable.
func checkFault(name, subject, what string, a attempt, slack int64) Check {
	v := newVerdict(name, subject, fmt.Sprintf("%s; no memory is lost to it, to %d bytes, and the next inference computes the same", what, slack))
	lost := int64(a.before.free) - int64(a.after.free)
	v.figure("lost", float64(lost), "bytes")
	switch {
	case a.err == nil:
		v.fail("nothing went wrong")
	case !a.expected:
		v.fail("something else went wrong: %v", a.err)
	}
	if lost > slack {
		v.fail("%d bytes are lost", lost)
	}
	if a.again != nil {
		v.fail("the next inference: %v", a.again)
	} else if len(a.got) == 0 || !sameBytes(a.want, a.got) {
		v.fail("the next inference computes something else")
	}
	return v.end()
}
