// Attributes shared by the C++ and the CUDA compiler: a formula so marked is written once and compiled for both.
#pragma once

#if defined(__CUDACC__)
#define BLEMISH_BOTH __host__ __device__ __forceinline__
#else
#define BLEMISH_BOTH inline __attribute__((always_inline))
#endif
