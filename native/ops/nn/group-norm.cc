// Group normalisation (instance normalisation is the case of one channel per group) with its gradient, in x's own layout.
#include <algorithm>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "ops/nn/norm-rows.h"
#include "ops/nn/reorder-layout.h"

namespace blemish {
namespace {

void groupRule(Dims& d, const Attrs& attrs) {
  int64_t groups = attrs.integer("groups"), channels = d["C"];
  if (groups < 1 || channels % groups != 0)
    d.refuse(Code::ATTRIBUTE_INVALID, "attribute groups is " + std::to_string(groups) + " for " + std::to_string(channels) +
                                          " channels; expected a divisor of the channels");
  if (!(attrs.real("epsilon") >= 0))
    d.refuse(Code::ATTRIBUTE_INVALID, "attribute epsilon is " + std::to_string(attrs.real("epsilon")) + "; expected at least 0");
  d.require(d["H"] * d["W"] > 0, "x " + text(d.input(0).shape) + " has no numbers in a channel; expected at least one");
}

// Mean and population variance of each group of channels of each image.
void groupStatistics(const Tensor& x, const ImageRows& rows, int64_t groups, float* mean, float* variance) {
  double *means = scratchOf<double>(rows.rows()), *squares = scratchOf<double>(rows.rows());
  rowMoments(x.floats(), rows, {0, rows.groups()}, means, squares);
  int64_t each = rows.channels / groups;
  for (int64_t set = 0; set < rows.images * groups; ++set) {
    Moments all;
    for (int64_t row = set * each; row < (set + 1) * each; ++row)
      all.join(static_cast<double>(rows.area), means[row], squares[row]);
    mean[set] = static_cast<float>(all.mean);
    variance[set] = static_cast<float>(all.squares / all.count);
  }
}

// The map of each row (image and channel) from the statistics of its group.
struct RowTables {
  float *center, *factor, *shift;
  RowMap map() const { return {center, factor, shift, true, false}; }
};

RowTables tablesOf(const ImageRows& rows, int64_t groups, const float* mean, const float* variance, const float* scale,
                   const float* shift, double epsilon) {
  RowTables t{scratchOf<float>(rows.rows()), scratchOf<float>(rows.rows()), scratchOf<float>(rows.rows())};
  int64_t each = rows.channels / groups;
  for (int64_t row = 0; row < rows.rows(); ++row) {
    int64_t set = row / each, c = row % rows.channels;
    t.center[row] = mean[set];
    t.factor[row] = static_cast<float>((scale ? scale[c] : 1.0) * inverseDeviation(variance[set], epsilon));
    t.shift[row] = shift ? shift[c] : 0.0f;
  }
  return t;
}

}  // namespace

OP("groupNorm(x: f32[N C H W], scale?: f32[C], shift?: f32[C], groups: int, epsilon = 1e-5) "
   "-> (y: f32[N C H W], mean: f32[N G], variance: f32[N G])",
   "(x - mean) / sqrt(variance + epsilon) * scale + shift with the mean and population variance of each image's groups of "
   "channels. Wu and He 2018; with as many groups as channels, instance normalisation (Ulyanov et al. 2016).",
   [](Dims& d, const Attrs& attrs) {
     groupRule(d, attrs);
     d["G"] = attrs.integer("groups");
   })

KERNEL(cpu, groupNorm, likeX) {
  auto [x, scale, shift] = call.inputs<3>();
  int64_t groups = call.attrs.integer("groups");
  ImageRows rows = imageRows(x);
  float *mean = call.out[1].floats(), *variance = call.out[2].floats();
  groupStatistics(x, rows, groups, mean, variance);
  RowTables tables = tablesOf(rows, groups, mean, variance, scale.floats(), shift.floats(), call.attrs.real("epsilon"));
  rowApply(x.floats(), call.out[0].floats(), rows, {0, rows.groups()}, tables.map());
}

OP("groupNormGrad(x: f32[N C H W], dy: f32[N C H W], scale?: f32[C], mean?: f32[N G], variance?: f32[N G], groups: int, "
   "epsilon = 1e-5) -> (dx: f32[N C H W], dscale: f32[C], dshift: f32[C])",
   "Gradients of groupNorm: with g = scale dy, u = x - mean, r = 1 / sqrt(variance + epsilon) and means over the group, "
   "dx = r (g - mean g - u r^2 mean(g u)), dscale = sum dy u r, dshift = sum dy. Statistics that are left out are computed.",
   [](Dims& d, const Attrs& attrs) {
     groupRule(d, attrs);
     d.require(d.has(3) == d.has(4),
               std::string(d.has(3) ? "variance" : "mean") + " is missing; expected both statistics or neither");
     d.require(!d.has(3) || d["G"] == attrs.integer("groups"),
               "mean has " + std::to_string(d["G"]) + " groups; expected " + std::to_string(attrs.integer("groups")));
   })

KERNEL(cpu, groupNormGrad, likeX) {
  auto [x, dyGiven, scale, meanGiven, varianceGiven] = call.inputs<5>();
  int64_t groups = call.attrs.integer("groups");
  double epsilon = call.attrs.real("epsilon");
  ImageRows rows = imageRows(x);
  int64_t sets = rows.images * groups, each = rows.channels / std::max<int64_t>(groups, 1);
  const float *mean = meanGiven.floats(), *variance = varianceGiven.floats(), *dy = floatsIn(x.layout, dyGiven);
  if (!meanGiven) {
    float *m = scratchOf<float>(sets), *v = scratchOf<float>(sets);
    groupStatistics(x, rows, groups, m, v);
    mean = m;
    variance = v;
  }
  RowTables tables = tablesOf(rows, groups, mean, variance, scale.floats(), nullptr, epsilon);
  double *sums = scratchOf<double>(rows.rows()), *products = scratchOf<double>(rows.rows());
  rowGradSums(x.floats(), dy, rows, {0, rows.groups()}, tables.map(), sums, products);
  float *q = scratchOf<float>(rows.rows()), *r = scratchOf<float>(rows.rows());
  double* dscale = scratchOf<double>(2 * rows.channels);
  double* dshift = dscale + rows.channels;
  std::fill_n(dscale, 2 * rows.channels, 0.0);
  double count = static_cast<double>(each * rows.area);
  for (int64_t set = 0; set < sets; ++set) {
    double inverse = inverseDeviation(variance[set], epsilon), sum = 0, product = 0;
    for (int64_t row = set * each; row < (set + 1) * each; ++row) {
      int64_t c = row % rows.channels;
      double factor = scale ? scale.floats()[c] : 1.0;
      sum += factor * sums[row];
      product += factor * products[row];
      dscale[c] += products[row] * inverse;
      dshift[c] += sums[row];
    }
    for (int64_t row = set * each; row < (set + 1) * each; ++row) {
      q[row] = static_cast<float>(-inverse * inverse * inverse * product / count);
      r[row] = static_cast<float>(-inverse * sum / count);
    }
  }
  for (int64_t c = 0; c < rows.channels; ++c) {
    call.out[1].floats()[c] = static_cast<float>(dscale[c]);
    call.out[2].floats()[c] = static_cast<float>(dshift[c]);
  }
  rowGradApply(x.floats(), dy, call.out[0].floats(), rows, {0, rows.groups()}, tables.map(), {tables.factor, q, r});
}

}  // namespace blemish
