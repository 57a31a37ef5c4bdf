// TensorRT's methods by slot: one row per virtual method that the shim may call, included where a list of them is needed.
//
//   TRTB_METHOD(interface, slot in 10, since 10.x, slot in 11, since 11.x, result, method, parameters, const)
//
// The interface is TensorRT's V-class without its V; a slot of -1 says that the major has no such method. Types are spelled as
// TensorRT's own headers spell them, so that the same rows compile against those headers: csrc/check/verify_abi.cc takes the
// address of every method and compares it with its row. TRTB_ROW has one column more, the shim's name of the method, for
// overloads. An includer defines TRTB_ROW; this file undefines it at its end.
//
// Within a major the tables only grow at the end, so a slot holds from the minor given as "since" to the newest one.

#define TRTB_METHOD(interface, slot10, since10, slot11, since11, result, method, parameters, qualifier) \
  TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, method, parameters, qualifier)

// VRuntime
TRTB_METHOD(Runtime,  3,  0,  3, 0, ICudaEngine*, deserializeCudaEngine, (const void*, size_t), )
TRTB_ROW(Runtime,  4,  0, -1, 0, ICudaEngine*, deserializeCudaEngine, deserializeFromReader, (IStreamReader&), )
TRTB_METHOD(Runtime, 23,  7, 22, 0, ICudaEngine*, deserializeCudaEngineV2, (IStreamReaderV2&), )
TRTB_METHOD(Runtime,  5,  0,  4, 0, void, setDLACore, (int32_t), )
TRTB_METHOD(Runtime,  7,  0,  6, 0, int32_t, getNbDLACores, (), const)
TRTB_METHOD(Runtime,  8,  0,  7, 0, void, setGpuAllocator, (IGpuAllocator*), )
TRTB_METHOD(Runtime,  9,  0,  8, 0, void, setErrorRecorder, (IErrorRecorder*), )
TRTB_METHOD(Runtime, 12,  0, 11, 0, bool, setMaxThreads, (int32_t), )
TRTB_METHOD(Runtime, 14,  0, 13, 0, void, setTemporaryDirectory, (const char*), )
TRTB_METHOD(Runtime, 16,  0, 15, 0, void, setTempfileControlFlags, (TempfileControlFlags), )
TRTB_METHOD(Runtime, 18,  0, 17, 0, IPluginRegistry&, getPluginRegistry, (), )
TRTB_METHOD(Runtime, 20,  0, 19, 0, IRuntime*, loadRuntime, (const char*), )
TRTB_METHOD(Runtime, 21,  0, 20, 0, void, setEngineHostCodeAllowed, (bool), )
TRTB_METHOD(Runtime, 22,  0, 21, 0, bool, getEngineHostCodeAllowed, (), const)

// VCudaEngine
TRTB_METHOD(CudaEngine,  3,  0,  3, 0, int32_t, getNbLayers, (), const)
TRTB_METHOD(CudaEngine,  4,  0,  4, 0, IHostMemory*, serialize, (), const)
TRTB_METHOD(CudaEngine,  5,  0,  5, 0, IExecutionContext*, createExecutionContext, (ExecutionContextAllocationStrategy), )
TRTB_METHOD(CudaEngine,  6,  0, -1, 0, IExecutionContext*, createExecutionContextWithoutDeviceMemory, (), )
TRTB_METHOD(CudaEngine, 55, 11, 47, 0, IExecutionContext*, createExecutionContextWithRuntimeConfig, (IRuntimeConfig*), )
TRTB_METHOD(CudaEngine, 56, 11, 48, 0, IRuntimeConfig*, createRuntimeConfig, (), )
TRTB_METHOD(CudaEngine,  7,  0, -1, 0, size_t, getDeviceMemorySize, (), const)
TRTB_METHOD(CudaEngine, 41,  0, -1, 0, size_t, getDeviceMemorySizeForProfile, (int32_t), const)
TRTB_METHOD(CudaEngine, 52,  1, 44, 0, int64_t, getDeviceMemorySizeV2, (), const)
TRTB_METHOD(CudaEngine, 53,  1, 45, 0, int64_t, getDeviceMemorySizeForProfileV2, (int32_t), const)
TRTB_METHOD(CudaEngine,  8,  0,  6, 0, bool, isRefittable, (), const)
TRTB_METHOD(CudaEngine,  9,  0,  7, 0, const char*, getName, (), const)
TRTB_METHOD(CudaEngine, 10,  0,  8, 0, int32_t, getNbOptimizationProfiles, (), const)
TRTB_METHOD(CudaEngine, 29,  0, 25, 0, Dims, getProfileShape, (const char*, int32_t, OptProfileSelector), const)
TRTB_METHOD(CudaEngine, 11,  0, -1, 0, const int32_t*, getProfileTensorValues, (const char*, int32_t, OptProfileSelector), const)
TRTB_METHOD(CudaEngine, 54, 11, 46, 0, const int64_t*, getProfileTensorValuesV2, (const char*, int32_t, OptProfileSelector), const)
TRTB_METHOD(CudaEngine, 12,  0,  9, 0, EngineCapability, getEngineCapability, (), const)
TRTB_METHOD(CudaEngine, 16,  0, 12, 0, TacticSources, getTacticSources, (), const)
TRTB_METHOD(CudaEngine, 17,  0, 13, 0, ProfilingVerbosity, getProfilingVerbosity, (), const)
TRTB_METHOD(CudaEngine, 18,  0, 14, 0, IEngineInspector*, createEngineInspector, (), const)
TRTB_METHOD(CudaEngine, 30,  0, 26, 0, int32_t, getNbIOTensors, (), const)
TRTB_METHOD(CudaEngine, 31,  0, 27, 0, const char*, getIOTensorName, (int32_t), const)
TRTB_METHOD(CudaEngine, 23,  0, 19, 0, TensorIOMode, getTensorIOMode, (const char*), const)
TRTB_METHOD(CudaEngine, 20,  0, 16, 0, DataType, getTensorDataType, (const char*), const)
TRTB_METHOD(CudaEngine, 21,  0, 17, 0, TensorLocation, getTensorLocation, (const char*), const)
TRTB_METHOD(CudaEngine, 19,  0, 15, 0, Dims, getTensorShape, (const char*), const)
TRTB_METHOD(CudaEngine, 22,  0, 18, 0, bool, isShapeInferenceIO, (const char*), const)
TRTB_METHOD(CudaEngine, 26,  0, 22, 0, TensorFormat, getTensorFormat, (const char*), const)
TRTB_METHOD(CudaEngine, 36,  0, 32, 0, TensorFormat, getTensorFormatV2, (const char*, int32_t), const)
TRTB_METHOD(CudaEngine, 37,  0, 33, 0, const char*, getTensorFormatDescV2, (const char*, int32_t), const)
TRTB_METHOD(CudaEngine, 34,  0, 30, 0, int32_t, getTensorBytesPerComponentV2, (const char*, int32_t), const)
TRTB_METHOD(CudaEngine, 35,  0, 31, 0, int32_t, getTensorComponentsPerElementV2, (const char*, int32_t), const)
TRTB_METHOD(CudaEngine, 38,  0, 34, 0, int32_t, getTensorVectorizedDimV2, (const char*, int32_t), const)
TRTB_METHOD(CudaEngine, 32,  0, 28, 0, HardwareCompatibilityLevel, getHardwareCompatibilityLevel, (), const)
TRTB_METHOD(CudaEngine, 33,  0, 29, 0, int32_t, getNbAuxStreams, (), const)
TRTB_METHOD(CudaEngine, 39,  0, 35, 0, ISerializationConfig*, createSerializationConfig, (), )
TRTB_METHOD(CudaEngine, 40,  0, 36, 0, IHostMemory*, serializeWithConfig, (ISerializationConfig&), const)
TRTB_METHOD(CudaEngine, 43,  0, -1, 0, bool, setWeightStreamingBudget, (int64_t), )
TRTB_METHOD(CudaEngine, 44,  0, -1, 0, int64_t, getWeightStreamingBudget, (), const)
TRTB_METHOD(CudaEngine, 45,  0, -1, 0, int64_t, getMinimumWeightStreamingBudget, (), const)
TRTB_METHOD(CudaEngine, 46,  0, 38, 0, int64_t, getStreamableWeightsSize, (), const)
TRTB_METHOD(CudaEngine, 48,  1, 40, 0, bool, setWeightStreamingBudgetV2, (int64_t), )
TRTB_METHOD(CudaEngine, 49,  1, 41, 0, int64_t, getWeightStreamingBudgetV2, (), const)
TRTB_METHOD(CudaEngine, 50,  1, 42, 0, int64_t, getWeightStreamingAutomaticBudget, (), const)
TRTB_METHOD(CudaEngine, 51,  1, 43, 0, int64_t, getWeightStreamingScratchMemorySize, (), const)
TRTB_METHOD(CudaEngine, 47,  0, 39, 0, bool, isDebugTensor, (const char*), const)
TRTB_METHOD(CudaEngine, 57, 14, 49, 0, int64_t, getEngineStat, (EngineStat), const)
TRTB_METHOD(CudaEngine, 58, 15, 50, 0, const char*, getAliasedInputTensor, (const char*), const)

// VExecutionContext
TRTB_METHOD(ExecutionContext,  3,  0,  3, 0, void, setDebugSync, (bool), )
TRTB_METHOD(ExecutionContext,  5,  0,  5, 0, void, setProfiler, (IProfiler*), )
TRTB_METHOD(ExecutionContext,  7,  0,  7, 0, const ICudaEngine&, getEngine, (), const)
TRTB_METHOD(ExecutionContext,  8,  0,  8, 0, void, setName, (const char*), )
TRTB_METHOD(ExecutionContext, 10,  0, 10, 0, void, setDeviceMemory, (void*), )
TRTB_METHOD(ExecutionContext, 49,  1, 48, 0, void, setDeviceMemoryV2, (void*, int64_t), )
TRTB_METHOD(ExecutionContext, 48,  0, 47, 0, size_t, updateDeviceMemorySizeForShapes, (), )
TRTB_METHOD(ExecutionContext, 11,  0, 11, 0, int32_t, getOptimizationProfile, (), const)
TRTB_METHOD(ExecutionContext, 17,  0, 16, 0, bool, setOptimizationProfileAsync, (int32_t, cudaStream_t), )
TRTB_METHOD(ExecutionContext, 12,  0, 12, 0, bool, allInputDimensionsSpecified, (), const)
TRTB_METHOD(ExecutionContext, 13,  0, -1, 0, bool, allInputShapesSpecified, (), const)
TRTB_METHOD(ExecutionContext, 14,  0, 13, 0, void, setErrorRecorder, (IErrorRecorder*), )
TRTB_METHOD(ExecutionContext, 21,  0, 20, 0, bool, setInputShape, (const char*, const Dims&), )
TRTB_METHOD(ExecutionContext, 22,  0, 21, 0, Dims, getTensorShape, (const char*), const)
TRTB_METHOD(ExecutionContext, 23,  0, 22, 0, Dims, getTensorStrides, (const char*), const)
TRTB_METHOD(ExecutionContext, 24,  0, 23, 0, bool, setTensorAddress, (const char*, void*), )
TRTB_METHOD(ExecutionContext, 25,  0, 24, 0, const void*, getTensorAddress, (const char*), const)
TRTB_METHOD(ExecutionContext, 26,  0, 25, 0, bool, setInputTensorAddress, (const char*, const void*), )
TRTB_METHOD(ExecutionContext, 27,  0, 26, 0, bool, setOutputTensorAddress, (const char*, void*), )
TRTB_METHOD(ExecutionContext, 28,  0, 27, 0, int32_t, inferShapes, (int32_t, const char**), )
TRTB_METHOD(ExecutionContext, 29,  0, 28, 0, bool, setInputConsumedEvent, (cudaEvent_t), )
TRTB_METHOD(ExecutionContext, 32,  0, 31, 0, bool, setOutputAllocator, (const char*, IOutputAllocator*), )
TRTB_METHOD(ExecutionContext, 34,  0, 33, 0, int64_t, getMaxOutputSize, (const char*), const)
TRTB_METHOD(ExecutionContext, 18,  0, 17, 0, void, setEnqueueEmitsProfile, (bool), )
TRTB_METHOD(ExecutionContext, 20,  0, 19, 0, bool, reportToProfiler, (), const)
TRTB_METHOD(ExecutionContext, 16,  0, 15, 0, bool, executeV2, (void* const*), )
TRTB_METHOD(ExecutionContext, 37,  0, 36, 0, bool, enqueueV3, (cudaStream_t), )
TRTB_METHOD(ExecutionContext, 38,  0, 37, 0, void, setPersistentCacheLimit, (size_t), )
TRTB_METHOD(ExecutionContext, 40,  0, 39, 0, bool, setNvtxVerbosity, (ProfilingVerbosity), )
TRTB_METHOD(ExecutionContext, 42,  0, 41, 0, void, setAuxStreams, (cudaStream_t*, int32_t), )
TRTB_METHOD(ExecutionContext, 43,  0, 42, 0, bool, setDebugListener, (IDebugListener*), )
TRTB_METHOD(ExecutionContext, 45,  0, 44, 0, bool, setTensorDebugState, (const char*, bool), )
TRTB_METHOD(ExecutionContext, 50, 11, 49, 0, IRuntimeConfig*, getRuntimeConfig, (), const)
TRTB_METHOD(ExecutionContext, 51, 12, 50, 0, bool, setUnfusedTensorsDebugState, (bool), )

// VHostMemory
TRTB_METHOD(HostMemory,  2,  0,  2, 0, void*, data, (), const)
TRTB_METHOD(HostMemory,  3,  0,  3, 0, size_t, size, (), const)
TRTB_METHOD(HostMemory,  4,  0,  4, 0, DataType, type, (), const)

// VEngineInspector
TRTB_METHOD(EngineInspector,  3,  0,  3, 0, bool, setExecutionContext, (const IExecutionContext*), )
TRTB_METHOD(EngineInspector,  5,  0,  5, 0, const char*, getLayerInformation, (int32_t, LayerInformationFormat), const)
TRTB_METHOD(EngineInspector,  6,  0,  6, 0, const char*, getEngineInformation, (LayerInformationFormat), const)

// VSerializationConfig
TRTB_METHOD(SerializationConfig,  2,  0,  2, 0, bool, setFlags, (SerializationFlags), )
TRTB_METHOD(SerializationConfig,  3,  0,  3, 0, SerializationFlags, getFlags, (), const)
TRTB_METHOD(SerializationConfig,  4,  0,  4, 0, bool, clearFlag, (SerializationFlag), )
TRTB_METHOD(SerializationConfig,  5,  0,  5, 0, bool, setFlag, (SerializationFlag), )
TRTB_METHOD(SerializationConfig,  6,  0,  6, 0, bool, getFlag, (SerializationFlag), const)

// VRuntimeConfig
TRTB_METHOD(RuntimeConfig,  3, 11,  3, 0, void, setExecutionContextAllocationStrategy, (ExecutionContextAllocationStrategy), )
TRTB_METHOD(RuntimeConfig,  4, 11,  4, 0, ExecutionContextAllocationStrategy, getExecutionContextAllocationStrategy, (), const)

#undef TRTB_METHOD
#undef TRTB_ROW
