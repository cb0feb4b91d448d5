// Matrix products through oneDNN.
#include <cstring>

#include "cpu/onednn-internal.h"
#include "cpu/onednn.h"

namespace blemish::onednn {

void multiply(const float* a, const float* b, float* c, const Product& p) {
  if (p.batch * p.m * p.n == 0) return;
  if (p.k == 0) {
    std::memset(c, 0, static_cast<size_t>(p.batch * p.m * p.n) * sizeof(float));
    return;
  }
  ScratchScope scope;  // callers may multiply many times in one call
  const auto f32 = memory::data_type::f32;
  auto operand = [&](int64_t rows, int64_t columns, bool transposed, bool shared) {
    int64_t batch = shared ? 1 : p.batch;
    return memory::desc({batch, rows, columns}, f32,
                        transposed ? memory::dims{rows * columns, 1, rows} : memory::dims{rows * columns, columns, 1});
  };
  memory::desc left = operand(p.m, p.k, p.transposeA, p.sharedA), right = operand(p.k, p.n, p.transposeB, p.sharedB);
  memory::desc out = plainDesc({p.batch, p.m, p.n});
  dnnl::matmul::primitive_desc desc({left, right, out}, userScratchpad(), engine());
  execute<dnnl::matmul>(desc, {{DNNL_ARG_SRC, memoryOf(left, const_cast<float*>(a))},
                               {DNNL_ARG_WEIGHTS, memoryOf(right, const_cast<float*>(b))},
                               {DNNL_ARG_DST, memoryOf(out, c)}});
}

}  // namespace blemish::onednn
