// Package library finds shared libraries on disk: where the user says, where the loader looks, where installers and Python
// wheels put them.
//
// Find looks everywhere and is what a diagnosis prints. Load stops at the first library that opens. Both keep every place that
// was tried with its outcome, so that the error for a missing library tells the reader where to put one.
//
// A file is checked before anybody opens it: a library of another architecture, a text file or a truncated download is named
// as such instead of being left to the loader, which says less or crashes.
package library

// EnvPath is the environment variable that holds a file or folders, separated by colons, to search first for every library.
const EnvPath = "TRTBENCH_LIBRARY_PATH"

// Spec says which library is looked for.
type Spec struct {
	// Title is what messages call the library.
	Title string
	// Names are the file names that are accepted, the preferred first. A name may hold the wildcards of filepath.Match; of the
	// files that match one name, the newest version comes first.
	Names []string
	// Env is an environment variable that pins the library to a file or folders: when it is set nothing else is searched.
	Env string
	// Folders are absolute system folders to search besides the usual ones; they may hold wildcards.
	Folders []string
	// WheelFolders are the folders inside site-packages where Python wheels put the library.
	WheelFolders []string
	// Install says how to get the library.
	Install string
}

// CUDART is the CUDA runtime.
var CUDART = Spec{
	Title:        "CUDA runtime",
	Names:        []string{"libcudart.so.13", "libcudart.so.12"},
	Env:          "TRTBENCH_CUDART",
	WheelFolders: []string{"nvidia/cu13/lib", "nvidia/cuda_runtime/lib"},
	Install:      "install the CUDA toolkit, or: pip install nvidia-cuda-runtime",
}

// NVInfer is TensorRT.
var NVInfer = Spec{
	Title:        "TensorRT",
	Names:        []string{"libnvinfer.so.11", "libnvinfer.so.10"},
	Env:          "TRTBENCH_NVINFER",
	Folders:      tensorrtFolders,
	WheelFolders: []string{"tensorrt_libs"},
	Install:      "install TensorRT 10 or 11, or: pip install tensorrt",
}

// NVInferPlugin is TensorRT's library of plugins. It must be of the same version as TensorRT and normally lies beside it.
var NVInferPlugin = Spec{
	Title:        "TensorRT plugin library",
	Names:        []string{"libnvinfer_plugin.so.11", "libnvinfer_plugin.so.10"},
	Env:          "TRTBENCH_NVINFER_PLUGIN",
	Folders:      tensorrtFolders,
	WheelFolders: []string{"tensorrt_libs"},
	Install:      "it comes with TensorRT 10 and 11: install the complete package",
}

// NVOnnxParser is TensorRT's parser of ONNX models. It must be of the same version as TensorRT and normally lies beside it.
var NVOnnxParser = Spec{
	Title:        "TensorRT ONNX parser library",
	Names:        []string{"libnvonnxparser.so.11", "libnvonnxparser.so.10"},
	Env:          "TRTBENCH_NVONNXPARSER",
	Folders:      tensorrtFolders,
	WheelFolders: []string{"tensorrt_libs"},
	Install:      "it comes with TensorRT 10 and 11: install the complete package",
}

// ONNXRuntime is ONNX Runtime.
var ONNXRuntime = Spec{
	Title:        "ONNX Runtime",
	Names:        []string{"libonnxruntime.so", "libonnxruntime.so.1", "libonnxruntime.so.*"},
	Env:          "TRTBENCH_ONNXRUNTIME",
	Folders:      []string{"/opt/onnxruntime/lib", "/opt/onnxruntime-*/lib"},
	WheelFolders: []string{"onnxruntime/capi"},
	Install:      "pip install onnxruntime",
}

// tensorrtFolders are where TensorRT's archives are unpacked and its containers keep it.
var tensorrtFolders = []string{
	"/opt/tensorrt/lib",
	"/usr/src/tensorrt/lib",
	"/usr/local/tensorrt/lib",
	"/opt/TensorRT-*/lib",
	"/usr/local/TensorRT-*/lib",
}
