// Pool: best fit, splitting, merging, sharing, exhaustion, and a long random run against a map of what must be true.
#include "core/pool.h"

#include <sys/mman.h>

#include <cstring>
#include <random>

#include "../check.h"

namespace blemish {
namespace {

// A source that hands out `limit` bytes at most and knows what was given back. Untouched pages cost nothing.
struct Memory {
  size_t limit = SIZE_MAX, taken = 0, given = 0;
  int takes = 0;
  Pool::Source source() {
    return {[this](size_t bytes) -> void* {
              if (bytes > limit - taken) return nullptr;
              void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
              if (memory == MAP_FAILED) return nullptr;
              taken += bytes;
              ++takes;
              return memory;
            },
            [this](void* memory, size_t bytes) {
              given += bytes;
              munmap(memory, bytes);
            }};
  }
};

constexpr size_t KiB = 1024, MiB = 1024 * KiB;

}  // namespace

TEST(pool, "blocks are 64-byte aligned and apart") {
  Memory memory;
  Pool pool(memory.source());
  std::vector<std::pair<char*, size_t>> blocks;
  for (size_t bytes : {size_t(0), size_t(1), size_t(63), size_t(64), size_t(65), 4 * KiB, 64 * KiB, 64 * KiB + 1, MiB}) {
    char* block = static_cast<char*>(pool.allocate(bytes));
    CHECK_EQUAL(reinterpret_cast<uintptr_t>(block) % 64, 0u);
    std::memset(block, 1, bytes);
    for (auto& [other, size] : blocks) CHECK(block + bytes <= other || other + size <= block);
    blocks.push_back({block, std::max<size_t>(bytes, 1)});
  }
  CHECK_EQUAL(pool.stats().liveBlocks, 9);
  for (auto& [block, bytes] : blocks) pool.free(block, bytes);
  CHECK_EQUAL(pool.stats().liveBlocks, 0);
  CHECK_EQUAL(pool.stats().liveBytes, 0u);
}

TEST(pool, "a freed block is the next one of its size") {
  Memory memory;
  Pool pool(memory.source());
  void* small = pool.allocate(100);
  pool.free(small, 100);
  CHECK(pool.allocate(128) == small);  // same bin
  void* large = pool.allocate(MiB);
  pool.free(large, MiB);
  CHECK(pool.allocate(MiB) == large);
}

TEST(pool, "the tightest hole is taken") {
  Memory memory;
  Pool pool(memory.source());
  void* wide = pool.allocate(8 * MiB);
  void* wall = pool.allocate(MiB);
  void* tight = pool.allocate(3 * MiB);
  void* end = pool.allocate(MiB);
  pool.free(wide, 8 * MiB);
  pool.free(tight, 3 * MiB);
  CHECK(pool.allocate(2 * MiB) == tight);
  CHECK(pool.allocate(7 * MiB) == wide);
  (void)wall;
  (void)end;
}

TEST(pool, "neighbours that are free become one, whichever was freed last") {
  for (std::vector<int> order : {std::vector<int>{0, 1, 2}, {2, 1, 0}, {0, 2, 1}, {1, 0, 2}}) {
    Memory memory;
    Pool pool(memory.source());
    char* parts[3];
    for (char*& part : parts) part = static_cast<char*>(pool.allocate(2 * MiB));
    void* wall = pool.allocate(MiB);
    for (int i : order) pool.free(parts[i], 2 * MiB);
    CHECK(pool.allocate(6 * MiB) == parts[0]);
    pool.free(wall, MiB);
  }
}

TEST(pool, "segments are not merged with one another") {
  // One arena cut in two by hand: the segments touch.
  std::vector<char> arena(4 * MiB + 64);
  char* start = arena.data() + (64 - reinterpret_cast<uintptr_t>(arena.data()) % 64);
  int takes = 0;
  Pool pool({[&](size_t bytes) -> void* { return bytes > 2 * MiB || takes >= 2 ? nullptr : start + 2 * MiB * takes++; },
             [](void*, size_t) {}});
  void* a = pool.allocate(2 * MiB);
  void* b = pool.allocate(2 * MiB);
  pool.free(a, 2 * MiB);
  pool.free(b, 2 * MiB);
  CHECK_ERROR(pool.allocate(3 * MiB), "OUT_OF_MEMORY",
              "memory: 3145728 bytes were asked for with 0 in use; expected so much to be free");
  CHECK(pool.allocate(2 * MiB) != nullptr);
}

TEST(pool, "a shared block is free when its last owner has let go") {
  Memory memory;
  Pool pool(memory.source());
  void* block = pool.allocate(MiB);
  pool.share(block);
  pool.share(block);
  pool.free(block, MiB);
  pool.free(block, MiB);
  CHECK_EQUAL(pool.stats().liveBlocks, 1);
  CHECK(pool.allocate(MiB) != block);
  pool.free(block, MiB);
  CHECK_EQUAL(pool.stats().liveBlocks, 1);
  CHECK(pool.allocate(MiB) == block);
}

TEST(pool, "exhaustion is an error that leaves the pool as it was") {
  Memory memory{.limit = 4 * MiB};
  Pool pool(memory.source());
  void* block = pool.allocate(3 * MiB);
  CHECK_ERROR(pool.allocate(2 * MiB), "OUT_OF_MEMORY",
              "memory: 2097152 bytes were asked for with 3145728 in use; expected so much to be free");
  CHECK_ERROR(pool.allocate(SIZE_MAX - 3), "OUT_OF_MEMORY",
              "memory: 18446744073709551612 bytes were asked for with 3145728 in use; expected so much to be free");
  CHECK_EQUAL(pool.stats().liveBlocks, 1);
  CHECK_EQUAL(pool.stats().liveBytes, 3 * MiB);
  pool.free(block, 3 * MiB);
  CHECK(pool.allocate(3 * MiB) == block);
}

TEST(pool, "what was taken is given back with the pool, freed or not") {
  Memory memory{.limit = 8 * MiB};
  {
    Pool pool(memory.source());
    pool.allocate(MiB);
    pool.free(pool.allocate(100), 100);
    CHECK(memory.taken > MiB);
    CHECK_EQUAL(memory.given, 0u);
  }
  CHECK_EQUAL(memory.given, memory.taken);
}

TEST(pool, "a separate pool takes and gives every block by itself") {
  Memory memory;
  {
    Pool pool(memory.source(), true);
    void* a = pool.allocate(1000);
    pool.allocate(10);
    CHECK_EQUAL(memory.takes, 2);
    CHECK_EQUAL(memory.taken, 1010u);
    pool.share(a);
    pool.free(a, 1000);
    CHECK_EQUAL(memory.given, 0u);
    pool.free(a, 1000);
    CHECK_EQUAL(memory.given, 1000u);
    CHECK_EQUAL(pool.stats().liveBlocks, 1);
  }
  CHECK_EQUAL(memory.given, 1010u);
}

TEST(pool, "a long random run agrees with a map of blocks") {
  Memory memory{.limit = 1024 * MiB + 64 * MiB};
  Pool pool(memory.source());
  std::mt19937 random(20240607);
  struct Block {
    size_t bytes;
    int owners;
    unsigned char mark;
  };
  std::map<char*, Block> shadow;
  size_t live = 0, peak = 0;
  int refused = 0;
  for (int step = 0; step < 60000; ++step) {
    int action = static_cast<int>(random() % 100);
    if (action < 52 || shadow.empty()) {
      // Sizes over all bins and far above; zero too.
      size_t bytes = random() % (size_t(1) << (random() % 26));
      char* block;
      try {
        block = static_cast<char*>(pool.allocate(bytes));
      } catch (const Error&) {
        ++refused;
        while (shadow.size() > 20) {  // make room
          auto first = shadow.begin();
          for (int i = 0; i < first->second.owners; ++i) pool.free(first->first, first->second.bytes);
          live -= std::max<size_t>(first->second.bytes, 1);
          shadow.erase(first);
        }
        continue;
      }
      auto after = shadow.upper_bound(block);
      if (after != shadow.end()) CHECK(block + std::max<size_t>(bytes, 1) <= after->first);
      if (after != shadow.begin()) {
        auto before = std::prev(after);
        CHECK(before->first + std::max<size_t>(before->second.bytes, 1) <= block);
      }
      unsigned char mark = static_cast<unsigned char>(random());
      if (bytes > 0) block[0] = block[bytes - 1] = static_cast<char>(mark);
      shadow[block] = {bytes, 1, mark};
      live += std::max<size_t>(bytes, 1);
      peak = std::max(peak, live);
    } else {
      auto at = shadow.lower_bound(static_cast<char*>(nullptr));
      std::advance(at, random() % std::min<size_t>(shadow.size(), 50));
      Block& block = at->second;
      if (action < 58) {
        pool.share(at->first);
        ++block.owners;
      } else {
        if (block.bytes > 0)
          CHECK(static_cast<unsigned char>(at->first[0]) == block.mark &&
                static_cast<unsigned char>(at->first[block.bytes - 1]) == block.mark);
        pool.free(at->first, block.bytes);
        if (--block.owners == 0) {
          live -= std::max<size_t>(block.bytes, 1);
          shadow.erase(at);
        }
      }
    }
    CHECK_EQUAL(pool.stats().liveBytes, live);
    CHECK_EQUAL(pool.stats().liveBlocks, static_cast<int64_t>(shadow.size()));
  }
  CHECK_EQUAL(pool.stats().peakBytes, peak);
  CHECK(refused > 0);  // the run must have met the limit
  for (auto& [block, entry] : shadow)
    for (int i = 0; i < entry.owners; ++i) pool.free(block, entry.bytes);
  CHECK_EQUAL(pool.stats().liveBytes, 0u);
}

}  // namespace blemish
