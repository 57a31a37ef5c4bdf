// Package sim builds the simulated device: shared libraries of ours that answer to the names libcudart, libnvinfer and libnvonnxparser, for
// TensorRT 10 and 11. A program that loads them instead of NVIDIA's runs without a GPU, through the same C boundary. Streams,
// events, graphs, copies and memory limits behave as on a device, on the wall clock; an engine is a small JSON text, a [Plan].
//
// The libraries are C++; their sources are part of this package and are compiled once per version of them, into the user's
// cache folder. The package itself is plain Go and builds without cgo. See README.md in its folder for how the device works.
package sim

// Names of the libraries in a folder that [Build] returns. A folder holds those of one major.
const (
	Cudart12  = "libcudart.so.12"
	Cudart13  = "libcudart.so.13"
	Nvinfer10 = "libnvinfer.so.10"
	Nvinfer11 = "libnvinfer.so.11"
	Parser10  = "libnvonnxparser.so.10"
	Parser11  = "libnvonnxparser.so.11"
)

// Environment variables that the libraries read when they are first used.
const (
	// EnvDevice holds the configuration of the device: JSON, or @FILE. See README.md.
	EnvDevice = "TRTBENCH_SIM_DEVICE"
	// EnvCalls names a file that receives one line for each CUDA and TensorRT call.
	EnvCalls = "TRTBENCH_SIM_CALLS"
	// EnvVersion is a TensorRT version such as 10.0.1 that libnvinfer pretends to be.
	EnvVersion = "TRTBENCH_SIM_TRT_VERSION"
	// EnvDir is a folder to use for the built libraries instead of the user's cache.
	EnvDir = "TRTBENCH_SIM_DIR"
)

// Libraries returns the file names of libcudart and libnvinfer of a major, 10 or 11.
func Libraries(major int) (cudart, nvinfer string) {
	if major == 10 {
		return Cudart12, Nvinfer10
	}
	return Cudart13, Nvinfer11
}

// Parser returns the file name of libnvonnxparser of a major, 10 or 11.
func Parser(major int) string {
	if major == 10 {
		return Parser10
	}
	return Parser11
}
