// Pictures of any size one after the other: where each begins.
#pragma once
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"

namespace blemish {

// Where each picture's numbers begin, and after the last where they end. Their lengths must add up.
inline const int64_t* startsOf(const Tensor& lengths, int64_t count, const char* name, int32_t least) {
  const int32_t* length = lengths.as<int32_t>();
  int64_t* starts = scratchOf<int64_t>(lengths.size() + 1);
  starts[0] = 0;
  for (int64_t i = 0; i < lengths.size(); ++i) {
    if (length[i] < least)
      throw Error(Code::NUMERICAL_FAILURE, std::string(name) + "[" + std::to_string(i) + "] is " + std::to_string(length[i]) +
                                               "; expected at least " + std::to_string(least));
    starts[i + 1] = starts[i] + length[i];
  }
  if (starts[lengths.size()] != count)
    throw Error(Code::NUMERICAL_FAILURE, std::string(name) + " add up to " + std::to_string(starts[lengths.size()]) +
                                             "; expected " + std::to_string(count) + ", as there are so many scores");
  return starts;
}

}  // namespace blemish
