// Fuzzes the signature parser and the unifier behind it: whatever the bytes, they end in a signature or in the error meant
// for it, and a signature that was accepted unifies any shapes without harm.
#include "core/signature.h"

#include <cstdlib>
#include <stdexcept>

using namespace blemish;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view sentence(reinterpret_cast<const char*>(data), size);
  Signature signature;
  try {
    signature = parseSignature(sentence);
  } catch (const std::invalid_argument&) {
    return 0;
  }
  if (signature.sentence != sentence || parseSignature(sentence).inputs.size() != signature.inputs.size()) std::abort();

  // Shapes and types made of the same bytes.
  std::vector<Tensor> inputs;
  size_t at = 0;
  auto next = [&] { return size ? data[at++ % size] : 0; };
  size_t count = signature.inputs.size() + next() % 3;
  for (size_t i = 0; i < count && i < 64; ++i) {
    Tensor tensor;
    for (int rank = next() % (Shape::maxRank + 1); rank > 0; --rank) tensor.shape.push(next() % 4);
    tensor.dtype = static_cast<Dtype>(next() % 4);
    if (next() % 8) tensor.device = reinterpret_cast<Device*>(1);
    inputs.push_back(tensor);
  }
  try {
    Dims dims;
    dims.unify(signature, inputs);
    for (const OutputSpec& output : signature.outputs) (void)dims.outputShape(output.pattern);
  } catch (const Error&) {}
  std::vector<double> attributes;
  for (size_t i = 0; i < signature.attributes.size() + next() % 3; ++i) attributes.push_back(next() % 5 - 1.0);
  try {
    Attrs attrs;
    attrs.bind(&signature, attributes.data(), static_cast<int>(attributes.size()));
    for (const AttributeSpec& spec : signature.attributes) {
      (void)attrs.list(spec.name);
      if (spec.kind == AttributeSpec::choice) (void)attrs.choice(spec.name);
    }
  } catch (const Error&) {}
  return 0;
}
