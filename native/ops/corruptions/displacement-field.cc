// Smooth displacement fields, for pictures that are to be deformed as if they were rubber.
#include "ops/corruptions/displacement.h"

#include "core/registry.h"
#include "ops/corruptions/fields.h"
#include "cpu/random-key.h"

namespace blemish {

OP("displacementField(sigma: f32[N], amplitude: f32[N], key: ints, height: int, width: int) -> f32[N 2 H W]",
   "Gaussian-filtered white noise: for every pixel of picture n a displacement along columns and one along rows, of standard "
   "deviation amplitude[n] pixels, filtered by a Gaussian of sigma[n] pixels (at least one half), cut at three deviations. "
   "Simard et al. 2003.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireExtents(d, attrs);
   })

KERNEL(cpu, displacementField) {
  const Tensor& y = call.out[0];
  const float *sigma = checkedTable(call.in[0], "sigma"), *amplitude = checkedTable(call.in[1], "amplitude");
  int64_t height = y.shape[2], width = y.shape[3];
  RandomKey key = keyOf(call.attrs);
  float* out = y.floats();
  forRows(y.shape[0], height, grainOf(40 * width), [=](int64_t n, int64_t row) BLEMISH_INLINE {
    Displacement field(sigma[n], amplitude[n], lattice::seedOf(key, n, 0));
    float *right = out + (2 * n * height + row) * width, *down = right + height * width;
    if (!field.any()) {
      for (int64_t x = 0; x < width; ++x) right[x] = down[x] = 0;
      return;
    }
    for (int64_t x = 0; x < width; x += Displacement::span)
      field.row(x, row, std::min<int64_t>(Displacement::span, width - x), right + x, down + x);
  });
}

}  // namespace blemish
