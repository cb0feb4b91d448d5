// Collects what the static registrations bring, in whatever order the files were initialised.
#include "core/registry.h"

#include <algorithm>
#include <stdexcept>

namespace blemish {

Registry& Registry::get() {
  static Registry registry;
  return registry;
}

void Registry::addOp(std::string_view sentence, std::string_view doc, Rule rule, std::string_view file) {
  Op op;
  try {
    op.signature = parseSignature(sentence);
  } catch (const std::invalid_argument& error) {
    // Static initialisation is no place to throw from: `settle` does, to whoever asks for the ops.
    mistakes_.push_back(error.what());
    return;
  }
  op.doc = std::string(doc);
  op.rule = rule;
  size_t slash = file.rfind('/');
  size_t before = file.rfind('/', slash - 1);
  op.room = std::string(file.substr(before + 1, slash - before - 1));
  op.stem = std::string(file.substr(slash + 1, file.rfind('.') - slash - 1));
  ops_.push_back(std::move(op));
  settled_ = false;
}

void Registry::addKernel(DeviceKind kind, std::string_view op, Kernel kernel) {
  pending_.push_back({kind, std::string(op), kernel});
  settled_ = false;
}

void Registry::settle() {
  if (settled_.load(std::memory_order_acquire)) return;
  std::lock_guard lock(settling_);
  if (settled_.load(std::memory_order_relaxed)) return;
  if (!mistakes_.empty()) throw std::logic_error(mistakes_.front());
  std::sort(ops_.begin(), ops_.end(), [](const Op& a, const Op& b) { return a.signature.name < b.signature.name; });
  for (size_t i = 1; i < ops_.size(); ++i)
    if (ops_[i].signature.name == ops_[i - 1].signature.name)
      throw std::logic_error("registry: two ops are called " + ops_[i].signature.name);
  for (const PendingKernel& kernel : pending_) {
    auto op = std::find_if(ops_.begin(), ops_.end(), [&](const Op& o) { return o.signature.name == kernel.op; });
    if (op == ops_.end()) throw std::logic_error("registry: a kernel was written for " + kernel.op + ", which is no op");
    op->kernels[static_cast<int>(kernel.kind)] = kernel.kernel;
  }
  pending_.clear();
  settled_.store(true, std::memory_order_release);
}

const std::vector<Op>& Registry::ops() {
  settle();
  return ops_;
}

const Op* Registry::find(std::string_view name) {
  for (const Op& op : ops())
    if (op.signature.name == name) return &op;
  return nullptr;
}

}  // namespace blemish
