// Batch normalisation with its gradient, and the form with given statistics. Every kernel works in x's own layout.
#include <algorithm>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "ops/nn/norm-rows.h"
#include "ops/nn/reorder-layout.h"

namespace blemish {
namespace {

void requireEpsilon(Dims& d, const Attrs& attrs) {
  double epsilon = attrs.real("epsilon");
  if (!(epsilon >= 0))
    d.refuse(Code::ATTRIBUTE_INVALID, "attribute epsilon is " + std::to_string(epsilon) + "; expected at least 0");
}

void batchRule(Dims& d, const Attrs& attrs) {
  requireEpsilon(d, attrs);
  d.require(d["N"] * d["H"] * d["W"] > 0 || d["C"] == 0,
            "x " + text(d.input(0).shape) + " has no numbers in a channel; expected at least one");
}

// y = (x - mean) * factor + shift. The backward pass makes the same factor from the same float32 numbers, so that its mask
// of the ReLU is that of the forward pass without the result being read again.
const float* factorsOf(const float* scale, const float* variance, int64_t channels, double epsilon) {
  float* factor = scratchOf<float>(channels);
  for (int64_t c = 0; c < channels; ++c) factor[c] = static_cast<float>(scale[c] * inverseDeviation(variance[c], epsilon));
  return factor;
}

template <class F> void overRanges(const ImageRows& rows, int tensors, const F& body) {
  int64_t step = groupsPerRange(rows, tensors);
  for (int64_t first = 0; first < rows.groups(); first += step) body(GroupRange{first, std::min(first + step, rows.groups())});
}

// Sums over the images of what lies at [image * channels + channel].
double overImages(const double* table, const ImageRows& rows, int64_t channel) {
  double sum = 0;
  for (int64_t n = 0; n < rows.images; ++n) sum += table[n * rows.channels + channel];
  return sum;
}

}  // namespace

OP("batchNorm(x: f32[N C H W], scale: f32[C], shift: f32[C], epsilon = 1e-5, activation = identity|relu) "
   "-> (y: f32[N C H W], mean: f32[C], variance: f32[C])",
   "activation((x - mean) / sqrt(variance + epsilon) * scale + shift) with the mean and population variance of each channel of "
   "this batch. Ioffe and Szegedy 2015.",
   batchRule)

KERNEL(cpu, batchNorm, likeX) {
  const Tensor& x = call.in[0];
  const float *scale = call.in[1].floats(), *shift = call.in[2].floats();
  float *y = call.out[0].floats(), *mean = call.out[1].floats(), *variance = call.out[2].floats();
  double epsilon = call.attrs.real("epsilon");
  ImageRows rows = imageRows(x);
  double *means = scratchOf<double>(rows.rows()), *squares = scratchOf<double>(rows.rows());
  float* factor = scratchOf<float>(rows.channels);
  RowMap map{mean, factor, shift, false, call.attrs.choice("activation") == "relu"};
  overRanges(rows, 1, [&](GroupRange range) {
    rowMoments(x.floats(), rows, range, means, squares);
    for (int64_t c = range.first * rows.lanes; c < range.last * rows.lanes; ++c) {
      Moments all;
      for (int64_t n = 0; n < rows.images; ++n)
        all.join(static_cast<double>(rows.area), means[n * rows.channels + c], squares[n * rows.channels + c]);
      mean[c] = static_cast<float>(all.mean);
      variance[c] = static_cast<float>(all.squares / all.count);
      factor[c] = static_cast<float>(scale[c] * inverseDeviation(variance[c], epsilon));
    }
    rowApply(x.floats(), y, rows, range, map);
  });
}

OP("batchNormGrad(x: f32[N C H W], dy: f32[N C H W], scale: f32[C], shift: f32[C], mean: f32[C], variance: f32[C], "
   "epsilon = 1e-5, activation = identity|relu) -> (dx: f32[N C H W], dscale: f32[C], dshift: f32[C])",
   "Gradients of batchNorm: with g = dy where the result was positive, u = x - mean and r = 1 / sqrt(variance + epsilon), "
   "dshift = sum g, dscale = r sum g u, dx = scale r (g - mean g - u r^2 mean(g u)).",
   batchRule)

KERNEL(cpu, batchNormGrad, likeX) {
  const Tensor& x = call.in[0];
  const float *scale = call.in[2].floats(), *shift = call.in[3].floats(), *mean = call.in[4].floats(),
              *variance = call.in[5].floats();
  float *dx = call.out[0].floats(), *dscale = call.out[1].floats(), *dshift = call.out[2].floats();
  double epsilon = call.attrs.real("epsilon");
  ImageRows rows = imageRows(x);
  const float* dy = floatsIn(x.layout, call.in[1]);
  double *sums = scratchOf<double>(rows.rows()), *products = scratchOf<double>(rows.rows());
  const float* factor = factorsOf(scale, variance, rows.channels, epsilon);
  float *q = scratchOf<float>(rows.channels), *r = scratchOf<float>(rows.channels);
  RowMap map{mean, factor, shift, false, call.attrs.choice("activation") == "relu"};
  double count = static_cast<double>(rows.images * rows.area);
  overRanges(rows, 2, [&](GroupRange range) {
    rowGradSums(x.floats(), dy, rows, range, map, sums, products);
    for (int64_t c = range.first * rows.lanes; c < range.last * rows.lanes; ++c) {
      double inverse = inverseDeviation(variance[c], epsilon), sum = overImages(sums, rows, c),
             product = overImages(products, rows, c);
      dshift[c] = static_cast<float>(sum);
      dscale[c] = static_cast<float>(product * inverse);
      q[c] = static_cast<float>(-scale[c] * inverse * inverse * inverse * product / count);
      r[c] = static_cast<float>(-scale[c] * inverse * sum / count);
    }
    rowGradApply(x.floats(), dy, dx, rows, range, map, {factor, q, r});
  });
}

OP("batchNormInference(x: f32[N C H W], scale: f32[C], shift: f32[C], mean: f32[C], variance: f32[C], epsilon = 1e-5, "
   "activation = identity|relu) -> f32[N C H W]",
   "activation((x - mean) / sqrt(variance + epsilon) * scale + shift) with given statistics.", requireEpsilon)

KERNEL(cpu, batchNormInference, likeX) {
  const Tensor& x = call.in[0];
  ImageRows rows = imageRows(x);
  const float* factor = factorsOf(call.in[1].floats(), call.in[4].floats(), rows.channels, call.attrs.real("epsilon"));
  RowMap map{call.in[3].floats(), factor, call.in[2].floats(), false, call.attrs.choice("activation") == "relu"};
  rowApply(x.floats(), call.out[0].floats(), rows, {0, rows.groups()}, map);
}

OP("batchNormInferenceGrad(x: f32[N C H W], dy: f32[N C H W], scale: f32[C], shift: f32[C], mean: f32[C], variance: f32[C], "
   "epsilon = 1e-5, activation = identity|relu) "
   "-> (dx: f32[N C H W], dscale: f32[C], dshift: f32[C], dmean: f32[C], dvariance: f32[C])",
   "Gradients of batchNormInference with respect to all its operands.", requireEpsilon)

KERNEL(cpu, batchNormInferenceGrad, likeX) {
  const Tensor& x = call.in[0];
  const float *scale = call.in[2].floats(), *shift = call.in[3].floats(), *mean = call.in[4].floats(),
              *variance = call.in[5].floats();
  double epsilon = call.attrs.real("epsilon");
  ImageRows rows = imageRows(x);
  const float* dy = floatsIn(x.layout, call.in[1]);
  double *sums = scratchOf<double>(rows.rows()), *products = scratchOf<double>(rows.rows());
  const float* factor = factorsOf(scale, variance, rows.channels, epsilon);
  float* zero = scratchOf<float>(rows.channels);
  std::fill_n(zero, rows.channels, 0.0f);
  RowMap map{mean, factor, shift, false, call.attrs.choice("activation") == "relu"};
  overRanges(rows, 2, [&](GroupRange range) {
    rowGradSums(x.floats(), dy, rows, range, map, sums, products);
    rowGradApply(x.floats(), dy, call.out[0].floats(), rows, range, map, {factor, zero, zero});
  });
  for (int64_t c = 0; c < rows.channels; ++c) {
    double inverse = inverseDeviation(variance[c], epsilon), sum = overImages(sums, rows, c),
           product = overImages(products, rows, c);
    call.out[1].floats()[c] = static_cast<float>(product * inverse);
    call.out[2].floats()[c] = static_cast<float>(sum);
    call.out[3].floats()[c] = static_cast<float>(-scale[c] * inverse * sum);
    call.out[4].floats()[c] = static_cast<float>(-0.5 * scale[c] * inverse * inverse * inverse * product);
  }
}

}  // namespace blemish
