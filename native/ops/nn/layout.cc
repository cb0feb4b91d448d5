// Moving numbers without changing them: concat, slice and its gradient, transpose.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/axis.h"
#include "ops/nn/strided-copy.h"

namespace blemish {
namespace {

std::string number(double value) { return std::to_string(static_cast<int64_t>(value)); }

// One item per axis, or none where `optional`.
void requirePerAxis(Dims& d, std::span<const double> list, const char* name, int rank, bool optional) {
  if (optional && list.empty()) return;
  if (static_cast<int>(list.size()) != rank)
    d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " has " + number(static_cast<double>(list.size())) +
                                          " items; expected " + number(rank) + ", one per axis");
}

double stepOf(std::span<const double> steps, int axis) { return steps.empty() ? 1 : steps[axis]; }

// Every index that start, size and step of an axis reach must lie within its extent.
void requireWithin(Dims& d, const Attrs& a, const Shape& whole, const Shape& part) {
  auto starts = a.list("starts"), steps = a.list("steps");
  for (int axis = 0; axis < whole.rank; ++axis) {
    double step = stepOf(steps, axis), start = starts[axis], last = start + (static_cast<double>(part[axis]) - 1) * step;
    if (step == 0) d.refuse(Code::ATTRIBUTE_INVALID, "steps holds 0 for axis " + number(axis) + "; expected no zero");
    if (part[axis] == 0) continue;
    double low = std::min(start, last), high = std::max(start, last);
    if (low < 0 || high >= static_cast<double>(whole[axis]))
      d.refuse(Code::SHAPE_MISMATCH, "axis " + number(axis) + " is read from " + number(start) + " to " + number(last) + " of " +
                                         text(whole) + "; " + expectedBelow(whole[axis], "size 0"));
  }
}

void concatRule(Dims& d, const Attrs& a) {
  Shape out = d.input(0).shape;
  int64_t axis = a.integer("axis");
  requireAxis(d, axis, out, "xs[0]");
  for (int i = 1; i < d.inputs(); ++i) {
    const Shape& shape = d.input(i).shape;
    bool fits = shape.rank == out.rank;
    for (int k = 0; fits && k < out.rank; ++k) fits = k == axis || shape[k] == out[k];
    d.require(fits, "xs[" + number(i) + "] is " + text(shape) + " but xs[0] " + text(d.input(0).shape) +
                        "; expected equal extents except along axis " + number(static_cast<double>(axis)));
    out[static_cast<int>(axis)] += shape[static_cast<int>(axis)];
  }
  d.run("out") = out;
}

// An image is one run of memory in either layout, and so is a range of whole channel blocks.
void concatArrange(Arrangement& a) {
  bool blocked = a.attrs.integer("axis") <= 1;
  for (const Tensor& x : a.in) blocked &= x.layout == Layout::blocked;
  if (blocked) a.out[0].layout = Layout::blocked;
  else a.makePlain.assign(a.in.size(), true);
}

// The box of `steps` through `whole` (the memory of x, or of sliceGradX's result), beginning at `starts`; both lists in
// the axes of the signature. `offset` is where it begins; `stride` gets the memory's strides times the steps.
struct Window {
  MemoryShape memory;
  int64_t offset = 0;
  int64_t stride[StridedBox::maxRank];
  Window(const Tensor& whole, const Attrs& attrs) : memory(whole) {
    auto starts = attrs.list("starts"), steps = attrs.list("steps");
    bool blocked = whole.layout == Layout::blocked;
    for (int axis = 0; axis < memory.rank; ++axis) {
      bool inner = blocked && axis == 4;  // within a channel block
      double start = inner ? 0 : starts[axis];
      if (blocked && axis == 1) start /= channelBlock();
      stride[axis] = memory.strides[axis] * (inner ? 1 : static_cast<int64_t>(stepOf(steps, axis)));
      offset += memory.strides[axis] * static_cast<int64_t>(start);
    }
  }
};

bool wholeBlocks(const Attrs& attrs, int64_t channels) {
  return static_cast<int64_t>(attrs.list("starts")[1]) % channelBlock() == 0 && channels > 0 && channels % channelBlock() == 0 &&
         stepOf(attrs.list("steps"), 1) == 1;
}

void sliceArrange(Arrangement& a) {
  if (a.in[0].layout == Layout::blocked && wholeBlocks(a.attrs, a.out[0].shape[1])) a.out[0].layout = Layout::blocked;
  else a.makePlain.assign(1, true);
}

void sliceGradArrange(Arrangement& a) {
  bool blocked = a.in[0].layout == Layout::blocked && a.out[0].shape[1] % channelBlock() == 0;
  if (blocked && wholeBlocks(a.attrs, a.in[0].shape[1])) a.out[0].layout = Layout::blocked;
  else a.makePlain.assign(1, true);
}

// Reads either layout; the result is plain.
void transposeArrange(Arrangement&) {}

}  // namespace

OP("concat(xs*: T[...x], axis = 0) -> T[...out]", "Joins tensors along an axis; all other extents are equal.", concatRule)

KERNEL(cpu, concat, concatArrange) {
  const Tensor& y = call.out[0];
  int axis = static_cast<int>(call.attrs.integer("axis"));
  int64_t outer = y.shape.product(0, axis), row = y.shape.product(axis, y.shape.rank);
  size_t size = sizeOf(y.dtype);
  char* target = y.as<char>();
  for (const Tensor& x : call.in) {
    int64_t own = x.shape.product(axis, x.shape.rank);
    StridedBox box;
    box.axis(outer, own, row);
    box.axis(own, 1, 1);
    copyBox(box, x.data, target, size);
    target += static_cast<size_t>(own) * size;
  }
}

OP("slice(x: T[...x], starts: ints, sizes: ints, steps = []) -> T[...out]",
   "out[i, j, …] = x[starts[0] + i steps[0], starts[1] + j steps[1], …]; a negative step walks backwards, no steps mean 1.",
   [](Dims& d, const Attrs& a) {
     const Shape x = d.run("x");
     for (const char* name : {"starts", "sizes"}) requirePerAxis(d, a.list(name), name, x.rank, false);
     requirePerAxis(d, a.list("steps"), "steps", x.rank, true);
     Shape out;
     for (double size : a.list("sizes")) {
       if (size < 0) d.refuse(Code::ATTRIBUTE_INVALID, "sizes holds " + number(size) + "; expected no negative size");
       out.push(static_cast<int64_t>(size));
     }
     requireWithin(d, a, x, out);
     d.run("out") = out;
   })

KERNEL(cpu, slice, sliceArrange) {
  const Tensor &x = call.in[0], &y = call.out[0];
  Window window(x, call.attrs);
  MemoryShape part(y);
  StridedBox box;
  for (int axis = 0; axis < part.rank; ++axis) box.axis(part.extents[axis], window.stride[axis], part.strides[axis]);
  size_t size = sizeOf(x.dtype);
  copyBox(box, x.as<char>() + window.offset * static_cast<int64_t>(size), y.data, size);
}

OP("sliceGradX(dy: T[...dy], shape: ints, starts: ints, steps = []) -> T[...out]",
   "Zeros of `shape` with dy standing where slice would have read it.", [](Dims& d, const Attrs& a) {
     const Shape dy = d.run("dy");
     for (const char* name : {"shape", "starts"}) requirePerAxis(d, a.list(name), name, dy.rank, false);
     requirePerAxis(d, a.list("steps"), "steps", dy.rank, true);
     Shape out;
     for (double extent : a.list("shape")) {
       if (extent < 0) d.refuse(Code::ATTRIBUTE_INVALID, "shape holds " + number(extent) + "; expected no negative extent");
       out.push(static_cast<int64_t>(extent));
     }
     requireWithin(d, a, out, dy);
     d.run("out") = out;
   })

KERNEL(cpu, sliceGradX, sliceGradArrange) {
  const Tensor &dy = call.in[0], &dx = call.out[0];
  char* bytes = dx.as<char>();
  parallelFor(static_cast<int64_t>(dx.bytes()), 65536, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i) bytes[i] = 0;
  });
  Window window(dx, call.attrs);
  MemoryShape part(dy);
  StridedBox box;
  for (int axis = 0; axis < part.rank; ++axis) box.axis(part.extents[axis], part.strides[axis], window.stride[axis]);
  size_t size = sizeOf(dy.dtype);
  copyBox(box, dy.data, bytes + window.offset * static_cast<int64_t>(size), size);
}

OP("transpose(x: T[...x], axes: ints) -> T[...out]", "Axis i of the result is axis axes[i] of x.", [](Dims& d, const Attrs& a) {
  const Shape x = d.run("x");
  auto axes = a.list("axes");
  requirePerAxis(d, axes, "axes", x.rank, false);
  Shape out;
  bool seen[Shape::maxRank] = {};
  for (double axis : axes) {
    if (axis < 0 || axis >= x.rank || seen[static_cast<int>(axis)]) {
      std::string all;
      for (double each : axes) all += (all.empty() ? "" : " ") + number(each);
      d.refuse(Code::ATTRIBUTE_INVALID, "axes is [" + all + "]; expected each of 0 to " + number(x.rank - 1) + " once");
    }
    seen[static_cast<int>(axis)] = true;
    out.push(x[static_cast<int>(axis)]);
  }
  d.run("out") = out;
})

KERNEL(cpu, transpose, transposeArrange) {
  const Tensor &x = call.in[0], &y = call.out[0];
  auto axes = call.attrs.list("axes");
  int64_t toStride[Shape::maxRank] = {}, stride = 1;  // strides of y by the axes of x
  for (int i = y.shape.rank - 1; i >= 0; --i) {
    toStride[static_cast<int>(axes[i])] = stride;
    stride *= y.shape[i];
  }
  MemoryShape memory(x);
  StridedBox box;
  for (int axis = 0; axis < memory.rank; ++axis) {
    int64_t to = axis == 4 && x.layout == Layout::blocked ? toStride[1] : toStride[axis];
    if (axis == 1 && x.layout == Layout::blocked) to *= channelBlock();
    box.axis(memory.extents[axis], memory.strides[axis], to);
  }
  copyBox(box, x.data, y.data, sizeOf(x.dtype));
}

}  // namespace blemish
