// Numbers with a generation → tensors. A stale number is an error, not a crash.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

#include "core/tensor.h"

namespace blemish {

// A handle is an integer below 2^53, exact in a JavaScript number: 22 bits of slot, 30 bits of generation. 0 is none.
using Handle = uint64_t;

class Handles {
 public:
  Handle add(const Tensor& tensor);
  Tensor* find(Handle handle);   // null where the handle is stale or was never given out
  Tensor remove(Handle handle);  // an empty tensor where it is stale
  int64_t live() const { return live_; }
  int64_t liveBytes() const { return liveBytes_; }
  template <class Visit> void each(Visit visit) {
    for (Slot& slot : slots_)
      if (slot.tensor) visit(slot.tensor);
  }

 private:
  struct Slot {
    Tensor tensor;
    uint32_t generation = 1;
  };
  static constexpr int slotBits = 22;
  std::vector<Slot> slots_;
  std::deque<uint32_t> unused_;
  int64_t live_ = 0;
  int64_t liveBytes_ = 0;
};

}  // namespace blemish
