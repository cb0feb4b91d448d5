// In-order queue of one device's work.
//
// Calls are queued by the owner's thread and run later, in order. A call that fails stops the stream: what follows is
// skipped, and the outputs of the failed and the skipped calls are marked. The next read or sync reports the failure and
// the stream runs on; reading a marked tensor later reports the failure that spoiled it.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/call.h"

namespace blemish {

using Failure = std::shared_ptr<const Error>;  // null: none

class Stream {
 public:
  virtual ~Stream() = default;
  virtual std::unique_ptr<Call> blank() = 0;  // a call object, recycled where possible
  virtual void enqueue(std::unique_ptr<Call> call) = 0;
  // Work that is no op (copies, reads): runs in order and is told of the failure in force, if any.
  virtual void enqueue(std::function<void(const Failure&)> action) = 0;
  virtual void wait() = 0;  // until all that was queued has run
  // Ends the thread. Calls that wait are skipped; actions that wait, and all that come later, are told CONTEXT_CLOSED.
  virtual void close() = 0;
  virtual void setThreads(int threads) = 0;
};

// Which blocks hold nothing because the call that should have filled them failed. Used on the stream's thread only.
class Spoiled {
 public:
  // Runs the call unless a failure is in force; returns the failure now in force.
  void run(Call& call, Failure& failure);
  void fill(void* data) {
    if (!marks_.empty()) marks_.erase(data);
  }
  Failure of(void* data) const {
    auto found = marks_.find(data);
    return found == marks_.end() ? nullptr : found->second;
  }

 private:
  void mark(const Call& call, const Failure& failure);
  std::unordered_map<void*, Failure> marks_;
};

}  // namespace blemish
