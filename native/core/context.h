// Everything that belongs to one Node environment: its devices and its table of tensors. Nothing here is shared between
// environments, so each worker thread has a world of its own.
#pragma once
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/device.h"
#include "core/handles.h"

namespace blemish {

class Context {
 public:
  ~Context() { close(); }
  // Checks one call, allocates its outputs and queues it; returns the outputs' handles.
  void run(const Op& op, std::span<const Handle> inputs, const double* attributes, int attributeCount,
           std::vector<Handle>& outputs);
  Device& device(std::string_view name);  // opens it on first use
  Handle fromHost(std::string_view device, Dtype dtype, const Shape& shape, const void* bytes);
  // The CPU reads `bytes` where they lie, and calls `release` on the stream's thread when no work reads them any more. They must
  // not be written by an operation in place. Another device copies them, and releases them at once.
  Handle lend(std::string_view device, Dtype dtype, const Shape& shape, void* bytes, std::function<void()> release);
  Handle reshape(Handle handle, const Shape& shape);  // the same block under other extents
  Tensor& get(Handle handle, std::string_view where);
  Tensor& plain(Handle handle, std::string_view where);  // as `get`, turned plain if it was blocked
  void free(Handle handle);
  Handles& handles() { return handles_; }
  std::vector<std::unique_ptr<Device>>& devices() { return devices_; }
  void close();

 private:
  Handle adopt(Tensor& tensor);
  void makePlain(Tensor& tensor);
  void arrange(const Kernel& kernel, std::span<const Handle> inputs);
  // Memory of somebody else's, by where it begins: how many tensors it has, and what to call when the last is gone.
  struct Lent {
    int owners;
    std::function<void()> release;
  };
  Handles handles_;
  std::unordered_map<void*, Lent> lent_;
  std::vector<std::unique_ptr<Device>> devices_;
  // Reused from call to call; the owner's thread is one.
  Dims dims_;
  std::vector<Tensor> in_, out_;
  std::vector<bool> makePlain_;
  Attrs attrs_;
};

}  // namespace blemish
