// A few kernels called as the addon calls them, at sizes that end within a vector: the sanitizers watch every access.
#include <cmath>
#include <numeric>

#include "../../check.h"
#include "core/context.h"
#include "cpu/cpu-device.h"

namespace blemish {
namespace {

struct Fixture {
  Context context;

  Handle put(Shape shape, float first = 1) {
    std::vector<float> values(static_cast<size_t>(shape.size()));
    std::iota(values.begin(), values.end(), first);
    return context.fromHost("cpu", Dtype::f32, shape, values.data());
  }
  Handle call(std::string_view op, std::vector<Handle> inputs, std::vector<double> attributes = {}) {
    std::vector<Handle> outputs;
    context.run(*Registry::get().find(op), inputs, attributes.data(), static_cast<int>(attributes.size()), outputs);
    return outputs.at(0);
  }
  std::vector<float> read(Handle handle) {
    Tensor tensor = context.plain(handle, "read");
    std::vector<float> values(static_cast<size_t>(tensor.size()));
    context.device("cpu").toHost(tensor, values.data(), [](const Failure&) {});
    context.device("cpu").stream().wait();
    return values;
  }
};

}  // namespace

TEST(kernels, "elementwise arithmetic at every length around the vectors") {
  Fixture f;
  for (int64_t n = 0; n <= 70; ++n) {
    Handle a = f.put({n}), b = f.put({n}, 100);
    std::vector<float> sum = f.read(f.call("add", {a, b})), quotient = f.read(f.call("div", {a, b}));
    for (int64_t i = 0; i < n; ++i) {
      CHECK_EQUAL(sum[i], static_cast<float>(101 + 2 * i));
      CHECK_EQUAL(quotient[i], static_cast<float>(1 + i) / static_cast<float>(100 + i));
    }
  }
}

TEST(kernels, "broadcasting in every pattern of extents") {
  Fixture f;
  for (int mask = 0; mask < 64; ++mask) {
    Shape a, b;
    for (int axis = 0; axis < 3; ++axis) {
      a.push(mask >> axis & 1 ? 1 : 3 + axis * 7);
      b.push(mask >> (3 + axis) & 1 ? 1 : 3 + axis * 7);
    }
    std::vector<float> x = f.read(f.put(a)), y = f.read(f.put(b)), product = f.read(f.call("mul", {f.put(a), f.put(b)}));
    Shape out;
    for (int axis = 0; axis < 3; ++axis) out.push(std::max(a[axis], b[axis]));
    CHECK_EQUAL(static_cast<int64_t>(product.size()), out.size());
    size_t at = 0;
    for (int64_t i = 0; i < out[0]; ++i)
      for (int64_t j = 0; j < out[1]; ++j)
        for (int64_t k = 0; k < out[2]; ++k) {
          auto index = [&](const Shape& s) {
            return ((s[0] > 1 ? i : 0) * s[1] + (s[1] > 1 ? j : 0)) * s[2] + (s[2] > 1 ? k : 0);
          };
          CHECK_EQUAL(product[at++], x[index(a)] * y[index(b)]);
        }
  }
}

TEST(kernels, "large operands split over threads give what one thread gives") {
  Fixture f;
  int64_t n = 1000003;
  Handle a = f.put({n}), b = f.put({n}, -500000);
  std::vector<float> many = f.read(f.call("sub", {a, b}));
  f.context.device("cpu").stream().setThreads(1);
  std::vector<float> one = f.read(f.call("sub", {a, b}));
  CHECK(many == one);
}

TEST(kernels, "every op of the addon is linked, and asks for its operands by name") {
  Fixture f;
  CHECK(Registry::get().ops().size() > 0);
  for (const Op& op : Registry::get().ops()) {
    if (op.signature.inputs.empty() || op.signature.inputs[0].optional) continue;
    try {
      std::vector<double> attributes;
      for (const AttributeSpec& spec : op.signature.attributes) {
        bool list = spec.kind == AttributeSpec::integers || spec.kind == AttributeSpec::reals;
        if (list) attributes.push_back(static_cast<double>(spec.fallback.size()));
        attributes.insert(attributes.end(), spec.fallback.begin(), spec.fallback.end());
        if (spec.required && !list) attributes.push_back(1);
      }
      f.call(op.signature.name, {}, attributes);
      CHECK(!"expected INPUT_MISSING");
    } catch (const Error& error) {
      CHECK_EQUAL(std::string(nameOf(error.code())), "INPUT_MISSING");
      CHECK(error.message().starts_with(op.signature.name + ": " + op.signature.inputs[0].name));
    }
  }
}

}  // namespace blemish
