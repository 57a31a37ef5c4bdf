// What TensorRT's headers need of CUDA's, for verify_abi.cc: two opaque handles.
#ifndef TRTBENCH_CSRC_CHECK_CUDA_RUNTIME_API_H
#define TRTBENCH_CSRC_CHECK_CUDA_RUNTIME_API_H

typedef struct CUstream_st* cudaStream_t;
typedef struct CUevent_st* cudaEvent_t;

#endif  // TRTBENCH_CSRC_CHECK_CUDA_RUNTIME_API_H
