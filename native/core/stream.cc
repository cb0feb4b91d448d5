// Failure bookkeeping that every stream shares.
#include "core/stream.h"

#include <exception>

#include "core/registry.h"

namespace blemish {

void Spoiled::run(Call& call, Failure& failure) {
  Failure cause = failure;
  if (!cause && !marks_.empty())
    for (const Tensor& tensor : call.in)
      if (tensor && (cause = of(tensor.data))) break;
  if (!cause) {
    const std::string& name = call.op->signature.name;
    try {
      call.kernel(call);
      for (const Tensor& tensor : call.out) fill(tensor.data);
      return;
    } catch (const Error& error) {
      cause = std::make_shared<Error>(error.code(), name + ": " + error.message());
    } catch (const std::bad_alloc&) {
      cause = std::make_shared<Error>(Code::OUT_OF_MEMORY, name + ": scratch memory ran out; expected so much to be free");
    } catch (const std::exception& error) {
      cause = std::make_shared<Error>(Code::DEVICE_FAILED, name + ": " + error.what() + "; expected the kernel to finish");
    }
    failure = cause;
  }
  mark(call, cause);
}

void Spoiled::mark(const Call& call, const Failure& failure) {
  for (const Tensor& tensor : call.out) marks_[tensor.data] = failure;
  const auto& specs = call.op->signature.inputs;
  for (size_t i = 0; i < call.in.size() && i < specs.size(); ++i)
    if (specs[i].inPlace && call.in[i]) marks_[call.in[i].data] = failure;
}

}  // namespace blemish
