// The table of live tensors of one Node environment.
#include "core/handles.h"

#include "core/error.h"

namespace blemish {

Handle Handles::add(const Tensor& tensor) {
  uint32_t index;
  // First freed, first reused.
  bool full = slots_.size() >= limits_.slots;
  if (unused_.size() > limits_.reserve || (full && !unused_.empty())) {
    index = unused_.front();
    unused_.pop_front();
  } else {
    if (full)
      throw Error(Code::OUT_OF_MEMORY,
                  "tensors: " + std::to_string(live_) + " are alive; expected fewer (dispose what is no longer needed)");
    index = static_cast<uint32_t>(slots_.size());
    slots_.push_back({{}, limits_.firstGeneration});
  }
  Slot& slot = slots_[index];
  slot.tensor = tensor;
  ++live_;
  liveBytes_ += static_cast<int64_t>(tensor.bytes());
  return (static_cast<Handle>(slot.generation) << slotBits) | (index + 1);
}

Tensor* Handles::find(Handle handle) {
  uint64_t index = (handle & ((1u << slotBits) - 1));
  if (index == 0 || index > slots_.size()) return nullptr;
  Slot& slot = slots_[index - 1];
  if (slot.generation != (handle >> slotBits) || !slot.tensor) return nullptr;
  return &slot.tensor;
}

Tensor Handles::remove(Handle handle) {
  Tensor* found = find(handle);
  if (!found) return {};
  Tensor tensor = *found;
  uint32_t index = static_cast<uint32_t>(handle & ((1u << slotBits) - 1)) - 1;
  Slot& slot = slots_[index];
  slot.tensor = {};
  slot.generation = slot.generation == lastGeneration ? 1 : slot.generation + 1;
  unused_.push_back(index);
  --live_;
  liveBytes_ -= static_cast<int64_t>(tensor.bytes());
  return tensor;
}

}  // namespace blemish
