// Copies between the layouts, for kernels that need an operand in the layout of another.
#pragma once
#include "core/tensor.h"

namespace blemish {

// Elements of 4 bytes or of 1.
void reorderElements(const void* from, Layout fromLayout, void* to, Layout toLayout, int64_t images, int64_t channels,
                     int64_t area, size_t elementBytes);

// The numbers of an image tensor in the given layout: its own, or a copy in scratch memory.
const float* floatsIn(Layout layout, const Tensor& x);

}  // namespace blemish
