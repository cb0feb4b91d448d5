// The CPU as a device: huge-page friendly memory, one compute thread, copies.
#pragma once
#include "core/device.h"

namespace blemish {

// Memory that one kernel call may use and that is gone when it returns. Only for use on the stream's thread.
// `bytes` is rounded up to 64 and so aligned.
void* scratch(size_t bytes);
template <class T> T* scratchOf(int64_t count) { return static_cast<T*>(scratch(static_cast<size_t>(count) * sizeof(T))); }

struct ScratchMark {
  size_t chunks, used, taken;
};

// Gives back at its end what was taken since its beginning: for what a loop takes again in every round.
class ScratchScope {
 public:
  ScratchScope();
  ~ScratchScope();
  ScratchScope(const ScratchScope&) = delete;

 private:
  ScratchMark mark_;
};

int channelBlock();  // 16 with AVX-512, 8 otherwise

}  // namespace blemish
