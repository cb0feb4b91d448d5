// Caching allocator of one device: best fit with splitting and merging, reuse in program order.
//
// A block freed may be given out again at once although work that reads it still waits in the stream: the next user's
// work comes later in the same stream. Only the owner's thread calls this; only the stream touches the memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "core/error.h"

namespace blemish {

class Pool {
 public:
  struct Source {
    std::function<void*(size_t)> take;        // null when there is no more
    std::function<void(void*, size_t)> give;  // called with everything when the pool dies
    // A `separate` pool gives a block back when it is freed; work that uses it may still wait in the stream.
  };
  struct Stats {
    size_t liveBytes = 0, peakBytes = 0, reservedBytes = 0;
    int64_t liveBlocks = 0;
  };

  // `separate`: every block is taken and given back by itself, so that a sanitizer sees what leaves its bounds.
  explicit Pool(Source source, bool separate = false) : source_(std::move(source)), separate_(separate) {}
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void* allocate(size_t bytes);  // 64-byte aligned; throws OUT_OF_MEMORY
  void share(void* block);       // one more owner: free() must be called once more
  void free(void* block, size_t bytes);
  const Stats& stats() const { return stats_; }
  void resetPeak() { stats_.peakBytes = stats_.liveBytes; }

 private:
  static constexpr size_t align = 64;
  static constexpr size_t smallest = 64, largestSmall = 65536;
  static constexpr int bins = 11;  // 64 B … 64 KiB in powers of two
  static constexpr size_t slab = 1 << 20;
  static constexpr size_t segment = size_t(1) << 30;

  struct Chunk {
    size_t bytes;
    bool used;
    bool first;  // begins a segment: never merged with what lies before
  };
  static int binOf(size_t bytes);
  void* carve(size_t bytes);
  void giveBack(void* block);

  void* allocateSeparately(size_t bytes);
  Error exhausted(size_t bytes) const;

  Source source_;
  const bool separate_;
  std::map<char*, Chunk> chunks_;
  std::set<std::pair<size_t, char*>> unused_;
  std::vector<std::pair<void*, size_t>> segments_;
  std::vector<void*> bins_[bins];
  std::unordered_map<void*, int> extraOwners_;
  Stats stats_;
};

}  // namespace blemish
