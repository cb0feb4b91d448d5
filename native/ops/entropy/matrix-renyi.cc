// Renyi's entropy of a matrix of similarities, and the matrix that Gaussian kernels make of points.
#include <algorithm>
#include <cmath>
#include <string>

#include "cpu/parallel.h"
#include "cpu/symmetric-eigen.h"
#include "ops/entropy/numbers.h"

namespace blemish {
namespace {

constexpr double least = -1e-7;  // share of the trace that an eigenvalue may lie below 0 by rounding

// a / trace with every diagonal number brought to 1 first, or the elementwise product of two such.
void normalise(const double* a, const double* b, int64_t n, double* out) {
  auto roots = [&](const double* matrix, const char* name) {
    double* root = scratchOf<double>(n);
    for (int64_t i = 0; i < n; ++i) {
      double self = matrix[i * n + i];
      if (!(self > 0))
        throw Error(Code::NUMERICAL_FAILURE, std::string(name) + " has " + std::to_string(self) + " on its diagonal, row " +
                                                 std::to_string(i) + "; expected positive similarities of things to themselves");
      root[i] = std::sqrt(self);
    }
    return root;
  };
  const double *left = roots(a, "a"), *right = b ? roots(b, "b") : nullptr;
  auto entry = [n](const double* matrix, const double* root, int64_t i, int64_t j) BLEMISH_INLINE {
    return i == j ? 1.0 : (0.5 * matrix[i * n + j] + 0.5 * matrix[j * n + i]) / (root[i] * root[j]);
  };
  double share = 1 / static_cast<double>(n);
  parallelFor(n, grainOf(8 * n), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i)
      for (int64_t j = 0; j < n; ++j) out[i * n + j] = share * entry(a, left, i, j) * (b ? entry(b, right, i, j) : 1.0);
  });
}

double entropyOf(double* matrix, int64_t n, double alpha) {
  if (alpha == 2) {  // the sum of squared eigenvalues is that of all entries
    CompensatedSum squares;
    for (int64_t i = 0; i < n * n; ++i) squares.add(matrix[i] * matrix[i]);
    return -std::log(squares.value());
  }
  double* values = scratchOf<double>(n);
  if (!symmetricEigen(matrix, n, values, false, scratchOf<double>(symmetricEigenScratch(n, false, true)), true))
    throw Error(Code::NUMERICAL_FAILURE, "the eigenvalues of a cannot be found; expected similarities of moderate size");
  if (values[n - 1] < least)
    throw Error(Code::NUMERICAL_FAILURE, "a has the eigenvalue " + std::to_string(values[n - 1]) +
                                             " for a trace of 1; expected a positive semidefinite matrix of similarities");
  // What rounding leaves of an eigenvalue that is 0 must not count: of a small power it would be much.
  int64_t rank =
      std::count_if(values, values + n, [&](double value) { return value > static_cast<double>(n) * 0x1p-52 * values[0]; });
  CompensatedSum trace, sum;
  for (int64_t i = 0; i < rank; ++i) trace.add(values[i]);
  bool near = std::fabs(alpha - 1) < 0.25;
  double largest = values[0] / trace.value();
  for (int64_t i = 0; i < rank; ++i) {
    double value = values[i] / trace.value(), log = std::log(value);
    // Where alpha is near 1, value^alpha - value keeps the digits that the power itself would lose; else powers are of
    // value / largest, so that a high one does not vanish.
    sum.add(alpha == 1 ? -value * log : near ? value * std::expm1((alpha - 1) * log) : std::pow(value / largest, alpha));
  }
  if (alpha == 1) return sum.value();
  return (near ? std::log1p(sum.value()) : alpha * std::log(largest) + std::log(sum.value())) / (1 - alpha);
}

}  // namespace

OP("matrixRenyiEntropy(a: T[N N], b?: T[N N], alpha = 2.0) -> f64[]",
   "Matrix-based Renyi entropy in nats, log(tr A^alpha) / (1 - alpha), where A_ij = a_ij / (N sqrt(a_ii a_jj)) for positive "
   "semidefinite similarities a; at alpha = 1 its limit -tr(A log A). With b the joint entropy, of the elementwise product of "
   "both. "
   "Only symmetric parts count, and only eigenvalues above N 2^-52 of the largest. f32 or f64, computed in float64. (Sanchez "
   "Giraldo, Rao and Principe 2015.)",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "a");
     double alpha = attrs.real("alpha");
     if (!(alpha > 0)) d.refuse(Code::ATTRIBUTE_INVALID, "alpha is " + std::to_string(alpha) + "; expected a positive number");
     d.require(d["N"] > 0, "a is [0 0]; expected at least one thing");
   })

KERNEL(cpu, matrixRenyiEntropy) {
  int64_t n = call.in[0].shape[0];
  const double* a = finiteNumbers(call.in[0], "a");
  const double* b = call.has(1) ? finiteNumbers(call.in[1], "b") : nullptr;
  double* matrix = scratchOf<double>(n * n);
  normalise(a, b, n, matrix);
  *call.out[0].as<double>() = entropyOf(matrix, n, call.attrs.real("alpha"));
}

OP("gaussianGram(x: T[N D], sigma: real) -> f64[N N]",
   "Similarities of points by a Gaussian kernel, exp(-|x_i - x_j|^2 / (2 sigma^2)). f32 or f64, computed in float64.",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     double sigma = attrs.real("sigma");
     if (!(sigma > 0)) d.refuse(Code::ATTRIBUTE_INVALID, "sigma is " + std::to_string(sigma) + "; expected a positive number");
   })

KERNEL(cpu, gaussianGram) {
  int64_t n = call.in[0].shape[0], width = call.in[0].shape[1];
  const double* x = finiteNumbers(call.in[0], "x");
  double *out = call.out[0].as<double>(), sigma = call.attrs.real("sigma");
  parallelFor(n, grainOf(n * (2 * width + 16)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t i = first; i < last; ++i)
      for (int64_t j = 0; j < n; ++j) {
        double sum = 0;
        for (int64_t c = 0; c < width; ++c) {
          double apart = (x[i * width + c] - x[j * width + c]) / sigma;
          sum += apart * apart;
        }
        out[i * n + j] = std::exp(-0.5 * sum);
      }
  });
}

}  // namespace blemish
