// TensorRT's methods by slot: one row per virtual method that the shim may call, included where a list of them is needed.
//
//   TRTB_METHOD(interface, slot in 10, since 10.x, slot in 11, since 11.x, result, method, parameters, const)
//
// The interface is TensorRT's V-class without its V; a slot of -1 says that the major has no such method. Types are spelled as
// TensorRT's own headers spell them, so that the same rows compile against those headers: csrc/check/verify_abi.cc takes the
// address of every method and compares it with its row. TRTB_ROW has one column more, the shim's name of the method, for
// overloads.
//
// The ONNX parser has no V-classes: its objects have no implementation behind them and carry the virtual table themselves. Their
// rows are TRTB_DIRECT, in the columns of TRTB_METHOD, with the interface's name without its I. The table of IParser has the two
// slots of the destructor in its middle; TRTB_DESTRUCTOR is the second, the deleting one. It takes interface and slots alone.
//
// An includer defines TRTB_ROW, and TRTB_DIRECT and TRTB_DESTRUCTOR where they differ from it; this file undefines them at its end.
//
// Within a major the tables only grow at the end, so a slot holds from the minor given as "since" to the newest one.

#ifndef TRTB_DIRECT
#define TRTB_DIRECT(interface, slot10, since10, slot11, since11, result, method, parameters, qualifier) \
  TRTB_ROW(interface, slot10, since10, slot11, since11, result, method, method, parameters, qualifier)
#endif
#ifndef TRTB_DESTRUCTOR
#define TRTB_DESTRUCTOR(interface, slot10, since10, slot11, since11) \
  TRTB_ROW(interface, slot10, since10, slot11, since11, void, ~D0, destroy, (), )
#endif

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

// VBuilder
TRTB_METHOD(Builder,  7,  0,  5, 0, IBuilderConfig*, createBuilderConfig, (), )
TRTB_METHOD(Builder,  8,  0,  6, 0, INetworkDefinition*, createNetworkV2, (NetworkDefinitionCreationFlags), )
TRTB_METHOD(Builder,  9,  0,  7, 0, IOptimizationProfile*, createOptimizationProfile, (), )
TRTB_METHOD(Builder, 14,  0, 11, 0, IHostMemory*, buildSerializedNetwork, (INetworkDefinition&, IBuilderConfig&), )

// VBuilderConfig
TRTB_METHOD(BuilderConfig,  2,  0,  2, 0, void, setAvgTimingIterations, (int32_t), )
TRTB_METHOD(BuilderConfig,  9,  0,  7, 0, BuilderFlags, getFlags, (), const)
TRTB_METHOD(BuilderConfig, 10,  0,  8, 0, void, clearFlag, (BuilderFlag), )
TRTB_METHOD(BuilderConfig, 11,  0,  9, 0, void, setFlag, (BuilderFlag), )
TRTB_METHOD(BuilderConfig, 12,  0, 10, 0, bool, getFlag, (BuilderFlag), const)
TRTB_METHOD(BuilderConfig, 25,  0, 23, 0, int32_t, addOptimizationProfile, (const IOptimizationProfile*), )
TRTB_METHOD(BuilderConfig, 27,  0, 25, 0, void, setProfilingVerbosity, (ProfilingVerbosity), )
TRTB_METHOD(BuilderConfig, 38,  0, 27, 0, bool, setTacticSources, (TacticSources), )
TRTB_METHOD(BuilderConfig, 39,  0, 28, 0, TacticSources, getTacticSources, (), const)
TRTB_METHOD(BuilderConfig, 40,  0, 29, 0, ITimingCache*, createTimingCache, (const void*, size_t), const)
TRTB_METHOD(BuilderConfig, 41,  0, 30, 0, bool, setTimingCache, (const ITimingCache&, bool), )
TRTB_METHOD(BuilderConfig, 43,  0, 32, 0, void, setMemoryPoolLimit, (MemoryPoolType, size_t), )
TRTB_METHOD(BuilderConfig, 44,  0, 33, 0, size_t, getMemoryPoolLimit, (MemoryPoolType), const)
TRTB_METHOD(BuilderConfig, 45,  0, 34, 0, void, setPreviewFeature, (PreviewFeature, bool), )
TRTB_METHOD(BuilderConfig, 47,  0, 36, 0, void, setBuilderOptimizationLevel, (int32_t), )
TRTB_METHOD(BuilderConfig, 49,  0, 38, 0, void, setHardwareCompatibilityLevel, (HardwareCompatibilityLevel), )
TRTB_METHOD(BuilderConfig, 51,  0, 40, 0, void, setPluginsToSerialize, (const char* const*, int32_t), )
TRTB_METHOD(BuilderConfig, 54,  0, -1, 0, void, setMaxAuxStreams, (int32_t), )
TRTB_ROW(BuilderConfig, -1,  0, 43, 0, bool, setMaxAuxStreams, trySetMaxAuxStreams, (int32_t), )
TRTB_METHOD(BuilderConfig, 56,  0, 45, 0, void, setProgressMonitor, (IProgressMonitor*), )
TRTB_METHOD(BuilderConfig, 58,  2, 47, 0, void, setRuntimePlatform, (RuntimePlatform), )
TRTB_METHOD(BuilderConfig, 60,  4, 49, 0, void, setMaxNbTactics, (int32_t), )
TRTB_METHOD(BuilderConfig, 62,  8, 51, 0, bool, setTilingOptimizationLevel, (TilingOptimizationLevel), )
TRTB_METHOD(BuilderConfig, 64,  8, 53, 0, bool, setL2LimitForTiling, (int64_t), )

// VOptimizationProfile
TRTB_METHOD(OptimizationProfile,  2,  0,  2, 0, bool, setDimensions, (const char*, OptProfileSelector, const Dims&), )
TRTB_METHOD(OptimizationProfile,  4,  0, -1, 0, bool, setShapeValues, (const char*, OptProfileSelector, const int32_t*, int32_t), )
TRTB_METHOD(OptimizationProfile, 10, 11,  8, 0, bool, setShapeValuesV2, (const char*, OptProfileSelector, const int64_t*, int32_t), )
TRTB_METHOD(OptimizationProfile,  9,  0,  7, 0, bool, isValid, (), const)

// VTimingCache
TRTB_METHOD(TimingCache,  2,  0,  2, 0, IHostMemory*, serialize, (), const)
TRTB_METHOD(TimingCache,  3,  0,  3, 0, bool, combine, (const ITimingCache&, bool), )

// VNetworkDefinition. 10.8 alone has one more method at 63: nothing from there on is used.
TRTB_METHOD(NetworkDefinition, 12,  0, 12, 0, int32_t, getNbLayers, (), const)
TRTB_METHOD(NetworkDefinition, 13,  0, 13, 0, ILayer*, getLayer, (int32_t), const)
TRTB_METHOD(NetworkDefinition, 14,  0, 14, 0, int32_t, getNbInputs, (), const)
TRTB_METHOD(NetworkDefinition, 15,  0, 15, 0, ITensor*, getInput, (int32_t), const)
TRTB_METHOD(NetworkDefinition, 16,  0, 16, 0, int32_t, getNbOutputs, (), const)
TRTB_METHOD(NetworkDefinition, 17,  0, 17, 0, ITensor*, getOutput, (int32_t), const)
TRTB_METHOD(NetworkDefinition, 30,  0, 30, 0, void, setName, (const char*), )
TRTB_METHOD(NetworkDefinition, 31,  0, 31, 0, const char*, getName, (), const)

// VTensor
TRTB_METHOD(Tensor,  3,  0,  3, 0, const char*, getName, (), const)
TRTB_METHOD(Tensor,  5,  0,  5, 0, Dims, getDimensions, (), const)
TRTB_METHOD(Tensor,  6,  0, -1, 0, void, setType, (DataType), )
TRTB_METHOD(Tensor,  7,  0,  6, 0, DataType, getType, (), const)
TRTB_METHOD(Tensor, 19,  0, 13, 0, void, setAllowedFormats, (TensorFormats), )
TRTB_METHOD(Tensor, 20,  0, 14, 0, TensorFormats, getAllowedFormats, (), const)
TRTB_METHOD(Tensor, 21,  0, 15, 0, bool, isShapeTensor, (), const)
TRTB_METHOD(Tensor, 24,  0, 18, 0, const char*, getDimensionName, (int32_t), const)

// VLayer
TRTB_METHOD(Layer,  2,  0,  2, 0, LayerType, getType, (), const)
TRTB_METHOD(Layer,  4,  0,  4, 0, const char*, getName, (), const)
TRTB_METHOD(Layer, 19,  0, 12, 0, const char*, getMetadata, (), const)

// IParser
TRTB_DIRECT(Parser,  1,  0,  1, 0, bool, parseFromFile, (const char*, int), )
TRTB_DIRECT(Parser,  4,  0,  2, 0, bool, supportsOperator, (const char*), const)
TRTB_DIRECT(Parser,  5,  0,  3, 0, int, getNbErrors, (), const)
TRTB_DIRECT(Parser,  6,  0,  4, 0, const IParserError*, getError, (int), const)
TRTB_DESTRUCTOR(Parser, 9, 0, 7, 0)
TRTB_DIRECT(Parser, 10,  0,  8, 0, const char* const*, getUsedVCPluginLibraries, (int64_t&), const)
TRTB_DIRECT(Parser, 12,  0, 10, 0, OnnxParserFlags, getFlags, (), const)
TRTB_DIRECT(Parser, 13,  0, 11, 0, void, clearFlag, (OnnxParserFlag), )
TRTB_DIRECT(Parser, 14,  0, 12, 0, void, setFlag, (OnnxParserFlag), )

// IParserError
TRTB_DIRECT(ParserError, 0,  0,  0, 0, ErrorCode, code, (), const)
TRTB_DIRECT(ParserError, 1,  0,  1, 0, const char*, desc, (), const)
TRTB_DIRECT(ParserError, 2,  0,  2, 0, const char*, file, (), const)
TRTB_DIRECT(ParserError, 3,  0,  3, 0, int, line, (), const)
TRTB_DIRECT(ParserError, 4,  0,  4, 0, const char*, func, (), const)
TRTB_DIRECT(ParserError, 5,  0,  5, 0, int, node, (), const)
TRTB_DIRECT(ParserError, 6,  0,  6, 0, const char*, nodeName, (), const)
TRTB_DIRECT(ParserError, 7,  0,  7, 0, const char*, nodeOperator, (), const)
TRTB_DIRECT(ParserError, 8,  0,  8, 0, const char* const*, localFunctionStack, (), const)
TRTB_DIRECT(ParserError, 9,  0,  9, 0, int32_t, localFunctionStackSize, (), const)

#undef TRTB_DESTRUCTOR
#undef TRTB_DIRECT
#undef TRTB_METHOD
#undef TRTB_ROW
