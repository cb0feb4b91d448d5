// A context with a few operations made for tests: they add, wait, fail, and write down the order in which they ran.
#pragma once
#include <future>
#include <vector>

#include "core/context.h"

namespace blemish::test {

// What `testNote` was called with, in order; read it only when the stream is idle.
std::vector<int64_t>& notes();

class Fixture {
 public:
  Context context;

  std::vector<Handle> call(std::string_view op, std::vector<Handle> inputs = {}, std::vector<double> attributes = {}) {
    std::vector<Handle> outputs;
    context.run(*Registry::get().find(op), inputs, attributes.data(), static_cast<int>(attributes.size()), outputs);
    return outputs;
  }
  Handle one(std::string_view op, std::vector<Handle> inputs = {}, std::vector<double> attributes = {}) {
    return call(op, inputs, attributes).front();
  }
  Handle put(std::vector<float> values) {
    return context.fromHost("cpu", Dtype::f32, {static_cast<int64_t>(values.size())}, values.data());
  }
  // The numbers, or "CODE message" of what spoiled them.
  struct Read {
    std::vector<float> values;
    std::string failure;
  };
  Read read(Handle handle) {
    Tensor tensor = context.plain(handle, "read: the tensor");
    Read out;
    out.values.resize(static_cast<size_t>(tensor.size()));
    out.failure = settled(tensor, out.values.data());
    return out;
  }
  std::string sync() { return settled(Tensor(), nullptr); }
  Device& device() { return context.device("cpu"); }

 private:
  std::string settled(const Tensor& tensor, void* target) {
    std::promise<std::string> promise;
    device().toHost(tensor, target, [&](const Failure& failure) {
      promise.set_value(failure ? std::string(nameOf(failure->code())) + " " + failure->message() : "");
    });
    return promise.get_future().get();
  }
};

}  // namespace blemish::test
