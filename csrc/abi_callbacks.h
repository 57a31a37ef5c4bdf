// The slots of the interfaces that the shim implements and TensorRT calls, for the checks of this table:
//
//   TRTB_CALLBACK(interface, method, slot in 10, since 10.x, slot in 11, since 11.x)
//
// The classes themselves are in nvinfer_callbacks.h. In 11, loggers and profilers became versioned interfaces, which have two
// methods in front; the other interfaces are the same in both majors.

TRTB_CALLBACK(ILogger, getAPILanguage, -1, 0, 0, 0)
TRTB_CALLBACK(ILogger, getInterfaceInfo, -1, 0, 1, 0)
TRTB_CALLBACK(ILogger, log, 0, 0, 4, 0)
TRTB_CALLBACK(IProfiler, getAPILanguage, -1, 0, 0, 0)
TRTB_CALLBACK(IProfiler, getInterfaceInfo, -1, 0, 1, 0)
TRTB_CALLBACK(IProfiler, reportLayerTime, 0, 0, 4, 0)
TRTB_CALLBACK(IOutputAllocator, getAPILanguage, 0, 0, 0, 0)
TRTB_CALLBACK(IOutputAllocator, getInterfaceInfo, 1, 0, 1, 0)
TRTB_CALLBACK(IOutputAllocator, reallocateOutput, 4, 0, 4, 0)
TRTB_CALLBACK(IOutputAllocator, reallocateOutputAsync, 5, 0, 5, 0)
TRTB_CALLBACK(IOutputAllocator, notifyShape, 6, 0, 6, 0)
TRTB_CALLBACK(IStreamReader, getAPILanguage, 0, 0, 0, 0)
TRTB_CALLBACK(IStreamReader, getInterfaceInfo, 1, 0, 1, 0)
TRTB_CALLBACK(IStreamReader, read, 4, 0, 4, 0)
TRTB_CALLBACK(IStreamReaderV2, getAPILanguage, 0, 7, 0, 0)
TRTB_CALLBACK(IStreamReaderV2, getInterfaceInfo, 1, 7, 1, 0)
TRTB_CALLBACK(IStreamReaderV2, read, 4, 7, 4, 0)
TRTB_CALLBACK(IStreamReaderV2, seek, 5, 7, 5, 0)
TRTB_CALLBACK(IProgressMonitor, getAPILanguage, 0, 0, 0, 0)
TRTB_CALLBACK(IProgressMonitor, getInterfaceInfo, 1, 0, 1, 0)
TRTB_CALLBACK(IProgressMonitor, phaseStart, 4, 0, 4, 0)
TRTB_CALLBACK(IProgressMonitor, stepComplete, 5, 0, 5, 0)
TRTB_CALLBACK(IProgressMonitor, phaseFinish, 6, 0, 6, 0)

#undef TRTB_CALLBACK
