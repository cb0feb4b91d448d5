// Small blocks come from bins of one size each, large ones from segments by best fit.
#include "core/pool.h"

#include <algorithm>
#include <bit>

namespace blemish {

Pool::~Pool() {
  for (auto& [memory, bytes] : segments_) source_.give(memory, bytes);
}

int Pool::binOf(size_t bytes) { return bytes <= smallest ? 0 : std::bit_width(bytes - 1) - 6; }

void* Pool::allocate(size_t bytes) {
  bytes = std::max(bytes, size_t(1));
  void* block;
  if (separate_) {
    block = allocateSeparately(bytes);
  } else if (bytes <= largestSmall) {
    int bin = binOf(bytes);
    size_t unit = smallest << bin;
    if (bins_[bin].empty()) {
      char* memory = static_cast<char*>(carve(slab));
      for (size_t at = slab; at >= unit; at -= unit) bins_[bin].push_back(memory + at - unit);
    }
    block = bins_[bin].back();
    bins_[bin].pop_back();
  } else {
    if (bytes > SIZE_MAX / 2) throw exhausted(bytes);
    block = carve((bytes + align - 1) / align * align);
  }
  stats_.liveBytes += bytes;
  stats_.liveBlocks += 1;
  stats_.peakBytes = std::max(stats_.peakBytes, stats_.liveBytes);
  return block;
}

Error Pool::exhausted(size_t bytes) const {
  return Error(Code::OUT_OF_MEMORY, "memory: " + std::to_string(bytes) + " bytes were asked for with " +
                                        std::to_string(stats_.liveBytes) + " in use; expected so much to be free");
}

void* Pool::allocateSeparately(size_t bytes) {
  void* block = source_.take(bytes);
  if (!block) throw exhausted(bytes);
  segments_.push_back({block, bytes});
  stats_.reservedBytes += bytes;
  return block;
}

void* Pool::carve(size_t bytes) {
  auto fit = unused_.lower_bound({bytes, nullptr});
  if (fit == unused_.end()) {
    size_t wanted = std::max(bytes, segment);
    void* memory = source_.take(wanted);
    if (!memory && wanted > bytes) memory = source_.take(wanted = bytes);
    if (!memory) throw exhausted(bytes);
    segments_.push_back({memory, wanted});
    stats_.reservedBytes += wanted;
    char* start = static_cast<char*>(memory);
    chunks_[start] = {wanted, false, true};
    fit = unused_.insert({wanted, start}).first;
  }
  char* start = fit->second;
  unused_.erase(fit);
  Chunk& chunk = chunks_[start];
  if (chunk.bytes - bytes >= align) {
    chunks_[start + bytes] = {chunk.bytes - bytes, false, false};
    unused_.insert({chunk.bytes - bytes, start + bytes});
    chunk.bytes = bytes;
  }
  chunk.used = true;
  return start;
}

void Pool::share(void* block) { ++extraOwners_[block]; }

void Pool::free(void* block, size_t bytes) {
  if (!extraOwners_.empty()) {
    auto shared = extraOwners_.find(block);
    if (shared != extraOwners_.end()) {
      if (--shared->second == 0) extraOwners_.erase(shared);
      return;
    }
  }
  bytes = std::max(bytes, size_t(1));
  stats_.liveBytes -= bytes;
  stats_.liveBlocks -= 1;
  if (separate_) {
    std::erase_if(segments_, [&](const auto& one) { return one.first == block; });
    stats_.reservedBytes -= bytes;
    source_.give(block, bytes);
  } else if (bytes <= largestSmall) {
    bins_[binOf(bytes)].push_back(block);
  } else {
    giveBack(block);
  }
}

void Pool::giveBack(void* block) {
  auto here = chunks_.find(static_cast<char*>(block));
  here->second.used = false;
  auto next = std::next(here);
  if (next != chunks_.end() && !next->second.used && !next->second.first) {
    unused_.erase({next->second.bytes, next->first});
    here->second.bytes += next->second.bytes;
    chunks_.erase(next);
  }
  if (here != chunks_.begin() && !here->second.first) {
    auto before = std::prev(here);
    if (!before->second.used) {
      unused_.erase({before->second.bytes, before->first});
      before->second.bytes += here->second.bytes;
      chunks_.erase(here);
      here = before;
    }
  }
  unused_.insert({here->second.bytes, here->first});
}

}  // namespace blemish
