// A Gaussian for every position of a map: moments that are added to picture by picture, and their whitening.
#include <cmath>

#include "cpu/batched-matrices.h"

namespace blemish {
namespace {

constexpr int64_t together = 16;  // positions that lie side by side in a picture's rows are read together
constexpr int64_t rowsOfStep = 128;

constexpr int64_t triangle(int64_t n) { return n * (n + 1) / 2; }

void requireTriangle(Dims& d, const char* name) {
  int64_t channels = d["C"], expected = triangle(channels);
  d.require(d["T"] == expected, std::string(name) + " has " + std::to_string(d["T"]) + " numbers for each position and " +
                                    std::to_string(channels) + " channels; expected " + std::to_string(expected) +
                                    ", a lower triangle by rows");
}

struct Moments {
  int64_t channels, size;  // size: padded
  double *mean, *scatter, *third, *fourth;
  double seen;

  // Adds `rows` vectors to the moments at one position; `rows + 1` rows of `size` at `y`, the last for the mean's move. By the
  // new mean m = a + s, a that of the `seen` vectors before: sum (x - m)(x - m)ᵀ = sum (x - a)(x - a)ᵀ + seen s sᵀ over those,
  // and likewise for higher powers.
  void add(int64_t at, double* y, int64_t rows, double* work, bool threaded) const {
    double *mean = this->mean + at * channels, *packed = scatter + at * triangle(channels);
    double *left = work, *product = work + size * (rows + 1), *move = y + rows * size;
    double total = seen + static_cast<double>(rows);
    multiversion([=, this]() BLEMISH_INLINE {
      for (int64_t c = 0; c < size; ++c) move[c] = 0;
      for (int64_t n = 0; n < rows; ++n)
        for (int64_t c = 0; c < channels; ++c) move[c] += y[n * size + c] - mean[c];
      for (int64_t c = 0; c < channels; ++c) mean[c] += move[c] /= total;
      for (int64_t n = 0; n < rows; ++n)
        for (int64_t c = 0; c < channels; ++c) y[n * size + c] -= mean[c];
    });
    if (third) higher(at, y, rows, move, packed);
    double root = std::sqrt(seen);
    for (int64_t c = 0; c < channels; ++c) move[c] *= root;
    for (int64_t n = 0; n <= rows; ++n)
      for (int64_t c = 0; c < size; ++c) left[c * (rows + 1) + n] = y[n * size + c];
    std::fill_n(product, size * size, 0.0);
    dense::subtractProduct(left, y, size, rows + 1, product, threaded);
    for (int64_t i = 0; i < channels; ++i)
      for (int64_t j = 0; j <= i; ++j) *packed++ -= product[i * size + j];
  }

  // Sums of |x - m|² (x - m) and |x - m|⁴. `packed` holds the scatter about the mean before.
  void higher(int64_t at, const double* y, int64_t rows, const double* s, const double* packed) const {
    double *cubes = third + at * channels, &fourths = fourth[at];
    double trace = 0, square = 0, along = 0, quadratic = 0;
    for (int64_t c = 0; c < channels; ++c) square += s[c] * s[c], along += cubes[c] * s[c];
    for (int64_t c = 0; c < channels; ++c) cubes[c] -= seen * square * s[c];
    for (int64_t i = 0; i < channels; ++i) {
      for (int64_t j = 0; j < i; ++j, ++packed) {
        cubes[i] -= 2 * *packed * s[j];
        cubes[j] -= 2 * *packed * s[i];
        quadratic += 2 * *packed * s[i] * s[j];
      }
      trace += *packed;
      quadratic += *packed * s[i] * s[i];
      cubes[i] -= 2 * *packed++ * s[i];
    }
    for (int64_t c = 0; c < channels; ++c) cubes[c] -= trace * s[c];
    fourths += 4 * quadratic - 4 * along + 2 * square * trace + seen * square * square;
    for (int64_t n = 0; n < rows; ++n) {
      const double* row = y + n * size;
      double norm = 0;
      for (int64_t c = 0; c < channels; ++c) norm += row[c] * row[c];
      for (int64_t c = 0; c < channels; ++c) cubes[c] += norm * row[c];
      fourths += norm * norm;
    }
  }
};

}  // namespace

OP("positionMomentsStep(x: f32[N C H W], mean!: f64[P C], scatter!: f64[P T], third!?: f64[P C], fourth!?: f64[P], seen = 0) -> "
   "()",
   "Adds N pictures to the moments of the channel vectors at each of the P = H W positions: mean m, scatter sum (x - m)(x - m)ᵀ "
   "as a lower "
   "triangle by rows (T = C (C + 1) / 2), and, where given, the sums of |x - m|² (x - m) and |x - m|⁴ that Ledoit and Wolf's "
   "shrinkage needs. `seen`: pictures before these, 0 where all are zeros. In float64, each batch about the new mean: nothing "
   "cancels (Chan, Golub and "
   "LeVeque 1983). NaN goes into the moments of its position.",
   [](Dims& d, const Attrs& attrs) {
     d.require(d["P"] == d["H"] * d["W"], "mean " + text(d.input(1).shape) + " has " + std::to_string(d["P"]) +
                                              " positions for x " + text(d.input(0).shape) + "; expected " +
                                              std::to_string(d["H"] * d["W"]));
     requireTriangle(d, "scatter");
     d.require(d.has(3) == d.has(4), "third or fourth came alone; expected both or neither");
     if (attrs.integer("seen") < 0)
       d.refuse(Code::ATTRIBUTE_INVALID, "seen is " + std::to_string(attrs.integer("seen")) + "; expected at least 0");
   })

KERNEL(cpu, positionMomentsStep) {
  auto [x, mean, scatter, third, fourth] = call.inputs<5>();
  const float* from = x.floats();
  int64_t pictures = x.shape[0], channels = x.shape[1], positions = mean.shape[0], size = dense::padded(channels);
  if (channels == 0) return;
  double seen = static_cast<double>(call.attrs.integer("seen"));
  Moments moments{channels,
                  size,
                  mean.as<double>(),
                  scatter.as<double>(),
                  third ? third.as<double>() : nullptr,
                  third ? fourth.as<double>() : nullptr,
                  0};
  int64_t groups = (positions + together - 1) / together;
  // A single position is worked on by all threads together; many are dealt out.
  bool threaded = groups < omp_get_max_threads();
  int64_t most = std::min(rowsOfStep, pictures), side = std::min(together, positions);
  int64_t needed = (side * (most + 1) * size + size * (most + 1) + size * size + 7) / 8 * 8;
  double* scratch = scratchOf<double>(needed * (threaded ? 1 : std::min<int64_t>(omp_get_max_threads(), groups)));
  auto body = [=](int64_t first, int64_t last) {
    double* gathered = scratch + (threaded ? 0 : needed * omp_get_thread_num());
    for (int64_t group = first; group < last; ++group) {
      int64_t left = group * together, width = std::min(together, positions - left);
      Moments own = moments;
      for (int64_t top = 0; top < pictures; top += rowsOfStep) {
        int64_t rows = std::min(rowsOfStep, pictures - top), each = (rows + 1) * size;
        own.seen = seen + static_cast<double>(top);
        for (int64_t n = 0; n < rows; ++n) {
          for (int64_t c = 0; c < channels; ++c) {
            const float* line = from + ((top + n) * channels + c) * positions + left;
            for (int64_t p = 0; p < width; ++p) gathered[p * each + n * size + c] = line[p];
          }
          for (int64_t p = 0; p < width; ++p) std::fill_n(gathered + p * each + n * size + channels, size - channels, 0.0);
        }
        for (int64_t p = 0; p < width; ++p) own.add(left + p, gathered + p * each, rows, gathered + side * each, threaded);
      }
    }
  };
  if (threaded) body(0, groups);
  else parallelFor(groups, 1, body);
}

OP("gaussianWhitening(mean: f64[P C], scatter: f64[P T], fourth?: f64[P], count: int, shrinkage = none|ledoitWolf|oas, epsilon = "
   "0.01, from = 0) -> "
   "(whitening: f32[P T], amount: f32[P], logDet: f32[P])",
   "The inverse w of the Cholesky factor of each covariance, a lower triangle by columns, so that |w (x - mean)| is the "
   "Mahalanobis distance; "
   "how far each was shrunk; and the logarithm of its determinant. The covariance is scatter / (count - 1) + epsilon 1 (PaDiM) "
   "or, "
   "shrunk towards a multiple of 1, (1 - amount) s + amount tr(s) / C 1 + epsilon 1 with s = scatter / count and the amount of "
   "Ledoit "
   "and Wolf 2004 (needs `fourth`) or of Chen et al. 2010 (oas), both as in scikit-learn. In float64, rounded once. Fails with "
   "NUMERICAL_FAILURE where a covariance is not positive definite, and counts positions from `from`.",
   [](Dims& d, const Attrs& attrs) {
     requireTriangle(d, "scatter");
     int64_t count = attrs.integer("count");
     double epsilon = attrs.real("epsilon");
     if (count < 1) d.refuse(Code::ATTRIBUTE_INVALID, "count is " + std::to_string(count) + "; expected at least 1");
     if (!(epsilon >= 0)) d.refuse(Code::ATTRIBUTE_INVALID, "epsilon is " + std::to_string(epsilon) + "; expected at least 0");
     if (attrs.choice("shrinkage") == "ledoitWolf" && !d.has(2))
       d.refuse(Code::INPUT_MISSING, "fourth is absent; expected it for the shrinkage of Ledoit and Wolf");
   })

namespace {

// How far s is to be drawn towards mu 1. `square`: the squared Frobenius norm of s.
double shrinkageOf(bool oas, double trace, double square, double fourth, double count, double channels) {
  double mu = trace / channels;
  if (oas) {
    double alpha = square / (channels * channels), mean = mu * mu, denominator = (count + 1) * (alpha - mean / channels);
    return denominator == 0 ? 1 : std::min(1.0, (alpha + mean) / denominator);
  }
  double delta = (square - 2 * mu * trace + channels * mu * mu) / channels;
  double beta = std::min(delta, (fourth / count - square) / (channels * count));
  return beta <= 0 ? 0 : beta / delta;
}

}  // namespace

KERNEL(cpu, gaussianWhitening) {
  auto [mean, scatter, fourth] = call.inputs<3>();
  const double *packed = scatter.as<double>(), *fourths = fourth ? fourth.as<double>() : nullptr;
  float *whitening = call.out[0].floats(), *amounts = call.out[1].floats(), *logDets = call.out[2].floats();
  int64_t positions = mean.shape[0], n = mean.shape[1], size = dense::padded(n), square = size * size, numbers = triangle(n);
  int64_t from = call.attrs.integer("from");
  double count = static_cast<double>(call.attrs.integer("count")), epsilon = call.attrs.real("epsilon");
  bool plain = call.attrs.choice("shrinkage") == "none", oas = call.attrs.choice("shrinkage") == "oas";
  auto* pivots = scratchOf<dense::Pivot>(positions);
  eachMatrix(positions, n, square + std::max(dense::factorScratch(size), dense::block * size + size * dense::tile),
             [=](int64_t item, double* matrix, bool threaded) {
               double *work = matrix + square, *strip = work + dense::block * size, trace = 0, norm = 0;
               const double* next = packed + item * numbers;
               double scale = plain ? 1 / std::max(count - 1, 1.0) : 1 / count;
               std::fill_n(matrix, square, 0.0);
               for (int64_t i = 0; i < size; ++i) {
                 for (int64_t j = 0; i < n && j <= i; ++j) {
                   double value = matrix[i * size + j] = *next++ * scale;
                   norm += (i == j ? 1 : 2) * value * value;
                 }
                 if (i >= n) matrix[i * size + i] = 1;
                 else trace += matrix[i * size + i];
               }
               double channels = static_cast<double>(n), amount = 0;
               if (!plain) amount = shrinkageOf(oas, trace, norm, fourths ? fourths[item] : 0, count, channels);
               for (int64_t i = 0; i < n; ++i) {
                 for (int64_t j = 0; j <= i; ++j) matrix[i * size + j] *= 1 - amount;
                 matrix[i * size + i] += amount * trace / channels + epsilon;
               }
               amounts[item] = static_cast<float>(amount);
               pivots[item] = dense::factor(matrix, n, work, threaded);
               if (pivots[item].row >= 0) return;
               double logDet = 0;
               for (int64_t i = 0; i < n; ++i) logDet += std::log(matrix[i * size + i]);
               logDets[item] = static_cast<float>(2 * logDet);
               dense::invertBlocks(matrix, n, work, threaded);
               dense::Triangle factor{matrix, work, size};
               float* out = whitening + item * numbers;
               for (int64_t left = 0; left < n; left += dense::tile) {
                 std::fill_n(strip, size * dense::tile, 0.0);
                 for (int64_t c = 0; c < dense::tile; ++c) strip[(left + c) * dense::tile + c] = 1;
                 dense::solve(factor, false, strip, left);
                 for (int64_t c = 0; c < dense::tile && left + c < n; ++c)
                   for (int64_t i = left + c; i < n; ++i) *out++ = static_cast<float>(strip[i * dense::tile + c]);
               }
             });
  for (int64_t item = 0; item < positions; ++item)
    if (pivots[item].row >= 0)
      throw Error(Code::NUMERICAL_FAILURE, "the covariance at position " + std::to_string(from + item) +
                                               " is not positive definite: pivot " + std::to_string(pivots[item].row) + " is " +
                                               std::to_string(pivots[item].value) +
                                               "; expected positive pivots: a larger epsilon, or shrinkage");
}

}  // namespace blemish
