// Entropy of a Gaussian law with the covariance of points, as it is or shrunk.
#include <algorithm>
#include <cmath>

#include "ops/entropy/covariance.h"
#include "ops/entropy/special.h"

namespace blemish {
namespace {

// The weight of the mean variance's multiple of the identity beside the population covariance.
double weightOf(std::string_view estimator, const Points& points, const Scatter& scatter, const double* covariance) {
  int64_t width = points.width, size = scatter.size;
  double n = static_cast<double>(points.count), p = static_cast<double>(width), trace = 0, squares = 0;
  for (int64_t i = 0; i < width; ++i) {
    trace += covariance[i * size + i];
    for (int64_t j = 0; j <= i; ++j) squares += (i == j ? 1 : 2) * covariance[i * size + j] * covariance[i * size + j];
  }
  double apart = squares - trace * trace / p;  // squared distance from the multiple of the identity
  if (estimator == "oas") {
    double above = (1 - 2 / p) * squares + trace * trace, below = (n + 1 - 2 / p) * apart;
    return below > 0 ? std::min(above / below, 1.0) : 1;
  }
  CompensatedSum fourth;
  for (int64_t i = 0; i < points.count; ++i) {
    double square = 0;
    for (int64_t c = 0; c < width; ++c) {
      double d = points.row(i)[c] - scatter.mean[c];
      square += d * d;
    }
    fourth.add(square * square);
  }
  double scatterOfCovariance = std::max((fourth.value() / n - squares) / n, 0.0);
  return apart > 0 ? std::min(scatterOfCovariance / apart, 1.0) : 0;
}

}  // namespace

OP("gaussianEntropy(x: T[N D], estimator = sample|population|unbiased|ledoitWolf|oas) -> (entropy: f64[], shrinkage: f64[])",
   "Differential entropy in nats of a Gaussian law, ln det(2 pi e C) / 2, with the covariance C of the points: over N - 1 "
   "(sample) or "
   "N (population); without the bias that its logarithm has, ln det(scatter / 2) - sum_i psi((N - i) / 2) for ln det C "
   "(unbiased, "
   "Ahmed and Gokhale 1989); or (1 - w) C + w tr(C) / D I with the weight w, the second result, of Ledoit and Wolf (2004) or of "
   "the "
   "oracle approximating shrinkage (oas, Chen et al. 2010, eq. 23, with its terms 2 / D, which gaussianWhitening and "
   "scikit-learn leave out). f32 or f64, computed in float64. Fails with "
   "NUMERICAL_FAILURE where C is "
   "singular.",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     d.require(d["D"] >= 1, "x " + text(d.input(0).shape) + " has no coordinate; expected at least 1");
     auto estimator = attrs.choice("estimator");
     int64_t least = estimator == "ledoitWolf" || estimator == "oas" ? 2 : d["D"] + 1;
     d.require(d["N"] >= least, "x " + text(d.input(0).shape) + " has " + std::to_string(d["N"]) + " points; expected at least " +
                                    std::to_string(least));
   })

KERNEL(cpu, gaussianEntropy) {
  auto estimator = call.attrs.choice("estimator");
  Points points{finiteNumbers(call.in[0], "x"), call.in[0].shape[0], call.in[0].shape[1]};
  Scatter scatter = scatterOf(points);
  int64_t width = points.width, size = scatter.size;
  double n = static_cast<double>(points.count), p = static_cast<double>(width);
  double divisor = estimator == "sample" || estimator == "unbiased" ? n - 1 : n, weight = 0;
  for (int64_t at = 0; at < size * size; ++at) scatter.matrix[at] /= divisor;
  if (estimator == "ledoitWolf" || estimator == "oas") {
    weight = weightOf(estimator, points, scatter, scatter.matrix);
    double trace = 0;
    for (int64_t c = 0; c < width; ++c) trace += scatter.matrix[c * size + c];
    for (int64_t at = 0; at < size * size; ++at) scatter.matrix[at] *= 1 - weight;
    for (int64_t c = 0; c < width; ++c) scatter.matrix[c * size + c] += weight * trace / p;
  }
  factorCovariance(scatter.matrix, scatter.mean, width, size);
  double logDet = logDeterminant(scatter.matrix, width, size);
  if (estimator == "unbiased")
    for (int64_t c = 1; c <= width; ++c) logDet += std::log((n - 1) / 2) - digammaOf(0.5 * (n - static_cast<double>(c)));
  *call.out[0].as<double>() = 0.5 * (p * (1 + logTwo + logPi) + logDet);
  *call.out[1].as<double>() = weight;
}

}  // namespace blemish
