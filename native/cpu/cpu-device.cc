// The CPU device and its stream.
#include "cpu/cpu-device.h"

#include <sys/mman.h>
#include <omp.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/work-queue.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

// Under a sanitizer every block of the pool and of scratch memory is an allocation of its own, so that it sees overruns.
#ifdef BLEMISH_SANITIZED
constexpr bool sanitized = true;
#else
constexpr bool sanitized = false;
#endif

void* alignedMemory(size_t bytes) {
  void* memory = nullptr;
  return posix_memalign(&memory, 64, bytes) == 0 ? memory : nullptr;
}

// Grows to what the largest call needs and keeps it: chunks are joined to one when the call that split them has ended.
class Arena {
 public:
  ~Arena() { drop(); }
  void* take(size_t bytes) {
    if (!sanitized) bytes = (bytes + 63) / 64 * 64;
    if (chunks_.empty() || sanitized || used_ + bytes > chunks_.back().bytes) {
      size_t size = sanitized ? bytes : std::max(bytes, size_t(1) << 20);
      void* memory = alignedMemory(size);
      if (!memory) throw std::bad_alloc();
      chunks_.push_back({memory, size});
      used_ = 0;
    }
    void* out = static_cast<char*>(chunks_.back().memory) + used_;
    used_ += bytes;
    taken_ += bytes;
    most_ = std::max(most_, taken_);
    return out;
  }
  ScratchMark mark() const { return {chunks_.size(), used_, taken_}; }
  void rewind(const ScratchMark& mark) {
    for (; chunks_.size() > mark.chunks; chunks_.pop_back()) std::free(chunks_.back().memory);
    used_ = mark.used;
    taken_ = mark.taken;
  }
  void reset() {
    used_ = taken_ = 0;
    if (sanitized) return drop();
    if (chunks_.empty() || (chunks_.size() == 1 && chunks_[0].bytes >= most_)) return;
    drop();
    take(most_);
    used_ = taken_ = 0;
  }

 private:
  struct Chunk {
    void* memory;
    size_t bytes;
  };
  void drop() {
    for (auto& chunk : chunks_) std::free(chunk.memory);
    chunks_.clear();
    used_ = 0;
  }
  std::vector<Chunk> chunks_;
  size_t used_ = 0;              // of the last chunk
  size_t taken_ = 0, most_ = 0;  // of all chunks, now and at most so far
};

thread_local Arena arena;

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

class CpuStream final : public Stream {
 public:
  CpuStream() : inline_(std::getenv("BLEMISH_INLINE") && std::string(std::getenv("BLEMISH_INLINE")) == "1") {}
  ~CpuStream() override {
    close();
    delete blank_;
  }

  std::unique_ptr<Call> blank() override {
    if (!blank_) blank_ = queue_.blank();
    if (!blank_->value.call) return std::make_unique<Call>();
    return std::move(blank_->value.call);
  }

  void enqueue(std::unique_ptr<Call> call) override {
    if (inline_) {
      runCall(*call);
      if (failure_) {
        Failure failure = std::exchange(failure_, nullptr);
        throw *failure;
      }
      return;
    }
    auto* node = blank_ ? std::exchange(blank_, nullptr) : queue_.blank();
    node->value.call = std::move(call);
    node->value.isCall = true;
    push(node);
  }

  void enqueue(std::function<void(const Failure&)> action) override {
    if (inline_) return action(failure_);
    auto* node = queue_.blank();
    node->value.action = std::move(action);
    node->value.isCall = false;
    push(node);
  }

  void wait() override {
    if (inline_ || closed_) return;
    std::mutex mutex;
    std::condition_variable ready;
    bool done = false;
    enqueue([&](const Failure&) {
      std::lock_guard lock(mutex);
      done = true;
      ready.notify_one();
    });
    std::unique_lock lock(mutex);
    ready.wait(lock, [&] { return done; });
  }

  void close() override {
    if (closed_.exchange(true)) return;
    { std::lock_guard lock(mutex_); }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
    while (Task* task = queue_.front()) {  // those whose turn never came
      if (!task->isCall) task->action(closedFailure());
      queue_.pop();
    }
  }

  void setThreads(int threads) override {
    enqueue(std::function<void(const Failure&)>([threads](const Failure&) { omp_set_num_threads(threads); }));
  }

  // For the device's own actions, on the stream's thread.
  Spoiled& spoiled() { return spoiled_; }
  // A read or sync has reported the failure in force: the stream runs on.
  void reported() { failure_ = nullptr; }

 private:
  // A node keeps its call when it goes round, and with it the memory of the call's lists.
  struct Task {
    std::unique_ptr<Call> call;
    std::function<void(const Failure&)> action;
    bool isCall = false;
  };

  static Failure closedFailure() {
    return std::make_shared<Error>(Code::CONTEXT_CLOSED,
                                   "stream: its environment is shutting down; expected work to come before");
  }

  void push(WorkQueue<Task>::Node* node) {
    if (closed_) {
      std::unique_ptr<WorkQueue<Task>::Node> dropped(node);
      if (node->value.isCall) throw *closedFailure();
      return node->value.action(closedFailure());
    }
    queue_.push(node);
    if (!thread_.joinable()) thread_ = std::thread([this] { loop(); });
    if (sleeping_.load(std::memory_order_seq_cst)) {
      { std::lock_guard lock(mutex_); }
      wake_.notify_one();
    }
  }

  void loop() {
    while (!closed_) {
      Task* task = next();
      if (!task) return;
      if (task->isCall) {
        runCall(*task->call);
      } else {
        task->action(failure_);
        task->action = nullptr;
      }
      queue_.pop();
    }
  }

  // Small calls come in bursts: waking a thread for each would cost more than they do, so it looks about for a while first.
  Task* next() {
    for (int i = 0; i < spins; ++i) {
      if (Task* task = queue_.front()) return task;
      if (closed_) return nullptr;
      pause();
    }
    std::unique_lock lock(mutex_);
    sleeping_.store(true, std::memory_order_seq_cst);
    Task* task = nullptr;
    wake_.wait(lock, [&] { return (task = queue_.front()) || closed_; });
    sleeping_.store(false, std::memory_order_relaxed);
    return closed_ ? nullptr : task;
  }

  void runCall(Call& call) {
    spoiled_.run(call, failure_);
    arena.reset();
  }

  static constexpr int spins = 2000;
  const bool inline_;
  WorkQueue<Task> queue_;
  WorkQueue<Task>::Node* blank_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> sleeping_{false}, closed_{false};
  std::thread thread_;
  // The stream's thread alone:
  Failure failure_;
  Spoiled spoiled_;
};

class CpuDevice final : public Device {
 public:
  // No work may touch the pool's memory while it dies.
  ~CpuDevice() override { stream_.close(); }
  DeviceKind kind() const override { return DeviceKind::cpu; }
  std::string name() const override { return "cpu"; }
  Pool& pool() override { return pool_; }
  Stream& stream() override { return stream_; }
  const Op& reorder() const override { return *Registry::get().find("reorderLayout"); }
  int block() const override { return channelBlock(); }

  void fromHost(const Tensor& target, std::unique_ptr<char[]> bytes) override {
    auto shared = std::shared_ptr<char[]>(std::move(bytes));
    stream_.enqueue([this, target, shared](const Failure&) {
      if (target.size() > 0) std::memcpy(target.data, shared.get(), target.bytes());
      stream_.spoiled().fill(target.data);
    });
  }

  void toHost(const Tensor& source, void* target, std::function<void(const Failure&)> done) override {
    stream_.enqueue([this, source, target, done = std::move(done)](const Failure& failure) {
      Failure cause = failure ? failure : source ? stream_.spoiled().of(source.data) : nullptr;
      if (cause) stream_.reported();
      else if (source && source.size() > 0) std::memcpy(target, source.data, source.bytes());
      done(cause);
    });
  }

 private:
  Pool::Source systemMemory() {
    if (sanitized) {
      // Given back in the stream's order: what waits there may still use the block. Dropped work gives it back as well.
      return {[](size_t bytes) { return alignedMemory(bytes); },
              [this](void* memory, size_t) {
                std::shared_ptr<void> last(memory, std::free);
                stream_.enqueue([last](const Failure&) {});
              }};
    }
    return {[](size_t bytes) -> void* {
              void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
              if (memory == MAP_FAILED) return nullptr;
              madvise(memory, bytes, MADV_HUGEPAGE);
              return memory;
            },
            [](void* memory, size_t bytes) { munmap(memory, bytes); }};
  }

  CpuStream stream_;
  Pool pool_{systemMemory(), sanitized};
};

const DeviceRegistration registration(DeviceKind::cpu,
                                      [](int) -> std::unique_ptr<Device> { return std::make_unique<CpuDevice>(); });

Isa detect() {
  Isa best = Isa::baseline;
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) best = Isa::avx2;
  if (best == Isa::avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    best = Isa::avx512;
#endif
  if (const char* asked = std::getenv("BLEMISH_ISA"))
    for (Isa candidate : {Isa::baseline, Isa::avx2})
      if (std::string(asked) == nameOf(candidate) && candidate < best) best = candidate;
  return best;
}

}  // namespace

void* scratch(size_t bytes) { return arena.take(bytes); }
ScratchScope::ScratchScope() : mark_(arena.mark()) {}
ScratchScope::~ScratchScope() { arena.rewind(mark_); }

Isa isa() {
  static const Isa chosen = detect();
  return chosen;
}

const char* nameOf(Isa isa) { return isa == Isa::avx512 ? "avx512" : isa == Isa::avx2 ? "avx2" : "baseline"; }

int channelBlock() { return isa() == Isa::avx512 ? 16 : 8; }

}  // namespace blemish
