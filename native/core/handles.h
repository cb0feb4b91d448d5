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
  // A freed slot is reused only when more than `reserve` are free, so that generations last long before one comes round.
  struct Limits {
    uint32_t slots = (1u << 22) - 1;
    uint32_t reserve = 1024;
    uint32_t firstGeneration = 1;
  };
  Handles() = default;
  explicit Handles(Limits limits) : limits_(limits) {}  // for tests
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
    uint32_t generation;
  };
  static constexpr int slotBits = 22;
  static constexpr uint32_t lastGeneration = (1u << 30) - 1;
  Limits limits_;
  std::vector<Slot> slots_;
  std::deque<uint32_t> unused_;
  int64_t live_ = 0;
  int64_t liveBytes_ = 0;
};

}  // namespace blemish
