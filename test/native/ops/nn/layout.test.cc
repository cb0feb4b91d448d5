// Moving, padding and resampling at random extents, in blocks of exactly the operands' sizes: the sanitizers see every number
// read or written beside them. Channel-blocked operands must give what plain ones give.
#include <cmath>
#include <cstdlib>
#include <memory>
#include <random>

#include "../../check.h"
#include "core/registry.h"
#include "cpu/cpu-device.h"

namespace blemish {
namespace {

class Direct {
 public:
  explicit Direct(unsigned seed) : random_(seed) {}

  int64_t below(int64_t n) { return static_cast<int64_t>(random_() % static_cast<uint64_t>(n)); }

  Tensor make(const Shape& shape, Dtype dtype = Dtype::f32) {
    Tensor x = blank(shape, dtype);
    for (int64_t i = 0; i < x.size(); ++i) {
      if (dtype == Dtype::f32) x.floats()[i] = static_cast<float>(below(2001) - 1000) / 700;
      else if (dtype == Dtype::i32) x.as<int32_t>()[i] = static_cast<int32_t>(below(2));
      else x.as<uint8_t>()[i] = static_cast<uint8_t>(below(256));
    }
    return x;
  }

  // Runs the kernel on plain operands, and again on blocked ones where all can be.
  Tensor run(const char* name, const std::vector<Tensor>& in, const std::vector<double>& attributes) {
    const Op& op = *Registry::get().find(name);
    Tensor plain = call(op, in, attributes);
    std::vector<Tensor> blocked;
    for (const Tensor& x : in)
      if (x.dtype == Dtype::f32 && x.shape.rank == 4 && x.shape[1] > 0 && x.shape[1] % channelBlock() == 0)
        blocked.push_back(reordered(x, Layout::blocked));
    if (blocked.size() == in.size()) {
      Tensor other = call(op, blocked, attributes);
      for (int64_t i = 0; i < plain.size(); ++i)
        if (std::abs(other.floats()[i] - plain.floats()[i]) > 1e-5f) CHECK_EQUAL(other.floats()[i], plain.floats()[i]);
    }
    return plain;
  }

 private:
  Tensor blank(const Shape& shape, Dtype dtype) {
    Tensor x;
    x.shape = shape;
    x.dtype = dtype;
    x.device = reinterpret_cast<Device*>(this);  // only asked whether it is there
    blocks_.emplace_back(std::malloc(std::max<size_t>(x.bytes(), 1)), &std::free);
    x.data = blocks_.back().get();
    return x;
  }
  Tensor reordered(const Tensor& x, Layout layout) {
    if (x.layout == layout) return x;
    Tensor y = blank(x.shape, x.dtype);
    y.layout = layout;
    Call reorder;
    reorder.in = {x};
    reorder.out = {y};
    Registry::get().find("reorderLayout")->kernels[0].run(reorder);
    return y;
  }
  Tensor call(const Op& op, const std::vector<Tensor>& in, const std::vector<double>& attributes) {
    Call call;
    call.op = &op;
    call.in = in;
    call.attrs.bind(&op.signature, attributes.data(), static_cast<int>(attributes.size()));
    Dims dims;
    dims.unify(op.signature, call.in);
    op.rule(dims, call.attrs);
    for (const OutputSpec& spec : op.signature.outputs)
      call.out.push_back(blank(dims.outputShape(spec.pattern), dims.outputDtype(spec.pattern)));
    const Kernel& kernel = op.kernels[0];
    std::vector<bool> makePlain(in.size(), kernel.layout != LayoutRule::own);
    Arrangement arrangement{call.in, call.out, call.attrs, makePlain};
    if (kernel.arrange) kernel.arrange(arrangement);
    for (size_t i = 0; i < in.size(); ++i)
      if (makePlain[i]) call.in[i] = reordered(call.in[i], Layout::plain);
    kernel.run(call);
    return reordered(call.out[0], Layout::plain);
  }

  std::mt19937 random_;
  std::vector<std::unique_ptr<void, void (*)(void*)>> blocks_;
};

using List = std::vector<double>;
List joined(std::initializer_list<List> lists) {
  List out;
  for (const List& list : lists) out.insert(out.end(), list.begin(), list.end());
  return out;
}
List sized(const Shape& shape) {
  List out{static_cast<double>(shape.rank)};
  for (int axis = 0; axis < shape.rank; ++axis) out.push_back(static_cast<double>(shape[axis]));
  return out;
}
Shape imageShape(Direct& d) {
  int64_t channels = d.below(3) == 0 ? 16 * (1 + d.below(3)) : 1 + d.below(20);
  return {d.below(5) ? 1 + d.below(3) : 0, channels, 1 + d.below(30), 1 + d.below(50)};
}

constexpr unsigned rounds = 60;

}  // namespace

TEST(layout, "transposes, slices and joins stay within their operands") {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Direct d(seed);
    Shape shape = imageShape(d);
    Dtype dtype = d.below(3) ? Dtype::f32 : Dtype::u8;
    List axes{4, 0, 1, 2, 3};
    for (int i = 4; i > 1; --i) std::swap(axes[i], axes[1 + d.below(i)]);
    d.run("transpose", {d.make(shape, dtype)}, axes);
    List starts{4}, steps{4};
    Shape part;
    for (int axis = 0; axis < 4; ++axis) {
      bool blocks = axis == 1 && shape[1] % 16 == 0 && d.below(2);
      int64_t step = blocks ? 1 : 1 + d.below(3),
              size = blocks ? 16 * (1 + d.below(shape[1] / 16)) : d.below((shape[axis] + step - 1) / step + 1);
      int64_t start = blocks ? 16 * d.below((shape[1] - size) / 16 + 1) : size ? d.below(shape[axis] - (size - 1) * step) : 0;
      bool backwards = size && !blocks && d.below(4) == 0;
      starts.push_back(static_cast<double>(backwards ? start + (size - 1) * step : start));
      steps.push_back(static_cast<double>(backwards ? -step : step));
      part.push(size);
    }
    d.run("slice", {d.make(shape, dtype)}, joined({starts, sized(part), steps}));
    d.run("sliceGradX", {d.make(part, dtype)}, joined({sized(shape), starts, steps}));
    Shape other = shape;
    int axis = static_cast<int>(d.below(4));
    other[axis] = axis == 1 && shape[1] % 16 == 0 ? 16 : d.below(9);
    d.run("concat", {d.make(shape, dtype), d.make(other, dtype), d.make(shape, dtype)}, {static_cast<double>(axis)});
  }
}

TEST(layout, "padding and its gradient stay within their operands") {
  for (unsigned seed = 0; seed < rounds; ++seed)
    for (int mode = 0; mode < 4; ++mode) {
      Direct d(1000 * seed + static_cast<unsigned>(mode));
      Shape shape = imageShape(d), padded = shape;
      List before{4}, after{4};
      for (int axis = 0; axis < 4; ++axis) {
        int64_t most = mode == 1 ? shape[axis] - 1 : mode > 1 && shape[axis] == 0 ? 0 : 5;
        bool pads = most > 0 && (axis != 1 || d.below(3) == 0);
        int64_t a = pads ? d.below(most + 1) : 0, b = pads ? d.below(most + 1) : 0;
        before.push_back(static_cast<double>(a)), after.push_back(static_cast<double>(b));
        padded[axis] += a + b;
      }
      d.run("pad", {d.make(shape, d.below(3) ? Dtype::f32 : Dtype::u8)}, joined({before, after, {static_cast<double>(mode), 3}}));
      d.run("padGradX", {d.make(padded)}, joined({before, after, {static_cast<double>(mode)}}));
    }
}

TEST(layout, "resizing and its gradient stay within their operands") {
  for (unsigned seed = 0; seed < rounds; ++seed)
    for (int mode = 0; mode < 4; ++mode)
      for (int flag = 0; flag < (mode < 2 ? 1 : 3); ++flag) {
        Direct d(1000 * seed + static_cast<unsigned>(4 * flag + mode));
        Shape shape = imageShape(d);
        bool doubled = d.below(4) == 0, halved = d.below(4) == 0;
        int64_t height = doubled ? 2 * shape[2] : halved ? (shape[2] + 1) / 2 : 1 + d.below(70);
        int64_t width = doubled ? 2 * shape[3] : halved ? (shape[3] + 1) / 2 : 1 + d.below(70);
        List rest{static_cast<double>(mode), static_cast<double>(flag == 1), static_cast<double>(flag == 2)};
        d.run("resize2d", {d.make(shape)}, joined({{static_cast<double>(height), static_cast<double>(width)}, rest}));
        d.run("resize2dGrad", {d.make({shape[0], shape[1], height, width})},
              joined({{static_cast<double>(shape[2]), static_cast<double>(shape[3])}, rest}));
      }
}

TEST(layout, "sampling at any position stays within the image") {
  for (unsigned seed = 0; seed < rounds; ++seed)
    for (int kind = 0; kind < 12; ++kind) {
      Direct d(1000 * seed + static_cast<unsigned>(kind));
      Shape shape = imageShape(d);
      int64_t p = d.below(9), q = d.below(40);
      Tensor x = d.make(shape), dy = d.make({shape[0], shape[1], p, q}), grid = d.make({shape[0], p, q, 2});
      for (int64_t i = 0; i < grid.size(); ++i)
        if (d.below(4) == 0)
          grid.floats()[i] = d.below(5) == 0 ? NAN : d.below(5) == 0 ? 1e38f : static_cast<float>(d.below(33) - 16) / 8;
      List rest{static_cast<double>(kind % 2), static_cast<double>(kind / 2 % 3), static_cast<double>(kind / 6)};
      d.run("gridSample", {x, grid}, rest);
      d.run("gridSampleGradX", {dy, grid}, joined({{static_cast<double>(shape[2]), static_cast<double>(shape[3])}, rest}));
      d.run("gridSampleGradGrid", {x, grid, dy}, rest);
    }
}

TEST(layout, "gathering and scattering stay within their operands") {
  for (unsigned seed = 0; seed < rounds; ++seed) {
    Direct d(seed);
    Shape shape = imageShape(d), updates;
    int axis = static_cast<int>(d.below(4));
    shape[axis] = std::max<int64_t>(shape[axis], 2);
    Tensor indices = d.make({d.below(5), d.below(3)}, Dtype::i32);
    for (int k = 0; k < axis; ++k) updates.push(shape[k]);
    updates.push(indices.shape[0]), updates.push(indices.shape[1]);
    for (int k = axis + 1; k < 4; ++k) updates.push(shape[k]);
    d.run("gather", {d.make(shape, d.below(3) ? Dtype::f32 : Dtype::u8), indices}, {static_cast<double>(axis)});
    d.run("scatterAdd", {d.make(updates), indices}, joined({sized(shape), {static_cast<double>(axis)}}));
  }
}

}  // namespace blemish
