// The table of live tensors of one Node environment.
#include "core/handles.h"

#include "core/error.h"

namespace blemish {

Handle Handles::add(const Tensor& tensor) {
  uint32_t index;
  // First freed, first reused, and only from a reserve: generations then last longest before a number comes round again.
  if (unused_.size() > 1024 || (!unused_.empty() && slots_.size() >= (1u << slotBits) - 1)) {
    index = unused_.front();
    unused_.pop_front();
  } else {
    if (slots_.size() >= (1u << slotBits) - 1)
      throw Error(Code::OUT_OF_MEMORY, "tensors: 4194303 are alive; expected fewer (dispose what is no longer needed)");
    index = static_cast<uint32_t>(slots_.size());
    slots_.emplace_back();
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
  slot.generation = (slot.generation + 1) & ((1u << 30) - 1);
  if (slot.generation == 0) slot.generation = 1;
  unused_.push_back(index);
  --live_;
  liveBytes_ -= static_cast<int64_t>(tensor.bytes());
  return tensor;
}

}  // namespace blemish
