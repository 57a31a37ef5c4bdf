// The values of TensorRT's enumerations that are not the same in both majors, included where a list of them is needed:
//
//   TRTB_VALUE(enumeration, name, value in 10, since 10.x, value in 11, since 11.x)
//
// A value of -1 says that the major has no such name; names are TensorRT's without their k. csrc/check/verify_abi.cc compares them
// with TensorRT's own headers. Flags are passed as their bit, 1 << value. An includer defines TRTB_VALUE; this file undefines it.

TRTB_VALUE(BuilderFlag, FP16, 0, 0, -1, 0)
TRTB_VALUE(BuilderFlag, INT8, 1, 0, -1, 0)
TRTB_VALUE(BuilderFlag, REFIT, 4, 0, 4, 0)
TRTB_VALUE(BuilderFlag, DISABLE_TIMING_CACHE, 5, 0, 5, 0)
TRTB_VALUE(BuilderFlag, TF32, 6, 0, 6, 0)
TRTB_VALUE(BuilderFlag, SPARSE_WEIGHTS, 7, 0, 7, 0)
TRTB_VALUE(BuilderFlag, OBEY_PRECISION_CONSTRAINTS, 9, 0, -1, 0)
TRTB_VALUE(BuilderFlag, PREFER_PRECISION_CONSTRAINTS, 10, 0, -1, 0)
TRTB_VALUE(BuilderFlag, DIRECT_IO, 11, 0, 11, 0)
TRTB_VALUE(BuilderFlag, VERSION_COMPATIBLE, 13, 0, 12, 0)
TRTB_VALUE(BuilderFlag, EXCLUDE_LEAN_RUNTIME, 14, 0, 13, 0)
TRTB_VALUE(BuilderFlag, FP8, 15, 0, -1, 0)
TRTB_VALUE(BuilderFlag, ERROR_ON_TIMING_CACHE_MISS, 16, 0, 15, 0)
TRTB_VALUE(BuilderFlag, BF16, 17, 0, -1, 0)
TRTB_VALUE(BuilderFlag, DISABLE_COMPILATION_CACHE, 18, 0, 17, 0)
TRTB_VALUE(BuilderFlag, STRIP_PLAN, 19, 0, 18, 0)
TRTB_VALUE(BuilderFlag, WEIGHT_STREAMING, 21, 0, 20, 0)
TRTB_VALUE(BuilderFlag, INT4, 22, 1, -1, 0)

TRTB_VALUE(NetworkDefinitionCreationFlag, STRONGLY_TYPED, 1, 0, 0, 0)

TRTB_VALUE(PreviewFeature, PROFILE_SHARING_0806, 0, 0, -1, 0)
TRTB_VALUE(PreviewFeature, ALIASED_PLUGIN_IO_10_03, 1, 3, 0, 0)
TRTB_VALUE(PreviewFeature, RUNTIME_ACTIVATION_RESIZE_10_10, 2, 10, 1, 0)
TRTB_VALUE(PreviewFeature, MULTIDEVICE_RUNTIME_10_16, 3, 16, -1, 0)

TRTB_VALUE(TacticSource, CUBLAS, 0, 0, -1, 0)
TRTB_VALUE(TacticSource, CUBLAS_LT, 1, 0, -1, 0)
TRTB_VALUE(TacticSource, CUDNN, 2, 0, -1, 0)
TRTB_VALUE(TacticSource, EDGE_MASK_CONVOLUTIONS, 3, 0, 0, 0)
TRTB_VALUE(TacticSource, JIT_CONVOLUTIONS, 4, 0, 1, 0)

#undef TRTB_VALUE
