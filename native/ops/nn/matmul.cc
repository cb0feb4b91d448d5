// Matrix product, plain and batched.
#include "core/registry.h"
#include "cpu/onednn.h"

namespace blemish {
namespace {

struct Sides {
  int64_t m, k, k2, n;
};
Sides sidesOf(const Tensor& a, const Tensor& b, const Attrs& attrs) {
  bool ta = attrs.flag("transposeA"), tb = attrs.flag("transposeB");
  const Shape &p = a.shape, &q = b.shape;
  return {p[p.rank - (ta ? 1 : 2)], p[p.rank - (ta ? 2 : 1)], q[q.rank - (tb ? 1 : 2)], q[q.rank - (tb ? 2 : 1)]};
}

}  // namespace

OP("matmul(a: f32[...a P Q], b: f32[...b R S], transposeA = false, transposeB = false) -> f32[...out M N]",
   "Matrix product over the last two axes; leading axes broadcast from the right.", [](Dims& d, const Attrs& attrs) {
     auto [m, k, k2, n] = sidesOf(d.input(0), d.input(1), attrs);
     d.require(k == k2, "a " + text(d.input(0).shape) + (attrs.flag("transposeA") ? " (transposed)" : "") + " ends in " +
                            std::to_string(k) + " but b " + text(d.input(1).shape) +
                            (attrs.flag("transposeB") ? " (transposed)" : "") + " begins with " + std::to_string(k2) +
                            "; expected equal inner extents");
     d["M"] = m;
     d["N"] = n;
     const Shape &a = d.run("a"), &b = d.run("b");
     Shape out;
     out.rank = std::max(a.rank, b.rank);
     for (int axis = 0; axis < out.rank; ++axis) {
       int64_t p = axis < out.rank - a.rank ? 1 : a[axis - (out.rank - a.rank)],
               q = axis < out.rank - b.rank ? 1 : b[axis - (out.rank - b.rank)];
       d.require(p == q || p == 1 || q == 1, "the leading axes of a " + text(d.input(0).shape) + " and b " +
                                                 text(d.input(1).shape) +
                                                 " do not broadcast; expected extents equal or 1, from the right");
       out[axis] = p == 1 ? q : p;
     }
     d.run("out") = out;
   })

KERNEL(cpu, matmul) {
  const Tensor &a = call.in[0], &b = call.in[1], &c = call.out[0];
  auto [m, k, k2, n] = sidesOf(a, b, call.attrs);
  onednn::Product product{1, m, n, k, call.attrs.flag("transposeA"), call.attrs.flag("transposeB"), false, false};
  int64_t batches = c.shape.product(0, c.shape.rank - 2);
  int64_t ofA = a.shape.product(0, a.shape.rank - 2), ofB = b.shape.product(0, b.shape.rank - 2);
  if ((ofA == batches || ofA == 1) && (ofB == batches || ofB == 1)) {
    product.batch = batches;
    product.sharedA = ofA == 1;
    product.sharedB = ofB == 1;
    // One left matrix of many rows and one right matrix for all: a single product.
    if (product.sharedB && !product.sharedA && !product.transposeA) {
      product.m *= batches;
      product.batch = 1;
    }
    onednn::multiply(a.floats(), b.floats(), c.floats(), product);
    return;
  }
  // Mixed broadcasting: one product per batch item.
  for (int64_t item = 0; item < batches; ++item) {
    int64_t rest = item, ia = 0, ib = 0, sa = 1, sb = 1;
    for (int axis = c.shape.rank - 3; axis >= 0; --axis) {
      int64_t index = rest % c.shape[axis];
      rest /= c.shape[axis];
      int pa = axis - (c.shape.rank - a.shape.rank), pb = axis - (c.shape.rank - b.shape.rank);
      if (pa >= 0) ia += (a.shape[pa] == 1 ? 0 : index) * sa, sa *= a.shape[pa];
      if (pb >= 0) ib += (b.shape[pb] == 1 ? 0 : index) * sb, sb *= b.shape[pb];
    }
    onednn::multiply(a.floats() + ia * m * k, b.floats() + ib * k * n, c.floats() + item * m * n, product);
  }
}

}  // namespace blemish
