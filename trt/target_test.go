package trt_test
