// How surprising it is that so many numbers of a neighbourhood are large: the binomial tail of the a-contrario method.
#include <omp.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/real.h"
#include "ops/error-maps/window.h"

namespace blemish {
namespace {

constexpr int64_t bandRows = 32;
constexpr int64_t oneNaN = int64_t(1) << 40;  // above any count

using Wide = long double;

// log(e^a + e^b)
Wide logSum(Wide a, Wide b) { return a > b ? a + std::log1p(std::exp(b - a)) : b + std::log1p(std::exp(a - b)); }

// log10 P(B(n, p) >= k) for k = 0 ... n, to the last digits of a float64: beyond the mean added up from the end, before it 1
// less what is added up from the beginning.
void logTails(int64_t n, double p, double* tails) {
  Wide odds = static_cast<Wide>(p) / (1 - static_cast<Wide>(p)), ten = std::log(Wide(10));
  std::vector<Wide> logs(n + 1);  // natural, of single probabilities
  logs[0] = static_cast<Wide>(n) * std::log1p(-static_cast<Wide>(p));
  for (int64_t k = 0; k < n; ++k) logs[k + 1] = logs[k] + std::log(static_cast<Wide>(n - k) / static_cast<Wide>(k + 1) * odds);
  int64_t middle = static_cast<int64_t>(p * static_cast<double>(n)) + 1;  // the first k beyond the mean
  Wide sum = -std::numeric_limits<Wide>::infinity();
  for (int64_t k = n; k >= middle; --k) {
    sum = k == n ? logs[k] : logSum(sum, logs[k]);
    tails[k] = static_cast<double>(sum / ten);
  }
  tails[0] = 0;
  for (int64_t k = 1; k < std::min(middle, n + 1); ++k) {
    sum = k == 1 ? logs[0] : logSum(sum, logs[k - 1]);
    tails[k] = static_cast<double>(std::log1p(-std::exp(sum)) / ten);
  }
}

void tailRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  int64_t radius = attrs.integer("radius");
  double p = attrs.real("probability");
  if (radius < 0 || radius > 32) d.refuse(Code::ATTRIBUTE_INVALID, "radius is " + std::to_string(radius) + "; expected 0 to 32");
  if (!(p > 0 && p < 1))
    d.refuse(Code::ATTRIBUTE_INVALID, "probability is " + std::to_string(p) + "; expected more than 0 and less than 1");
  d.require(d["C"] > 0, "x " + text(d.input(0).shape) + " has no channel to count in; expected at least 1");
}

}  // namespace

OP("binomialTailMap(x: T[N C H W], threshold: real, probability = 0.1, radius = 2, strict = true, border = reflect|inside) -> "
   "T[N 1 H W]",
   "log10 of the probability that of the n = (2 radius + 1)^2 numbers of a neighbourhood more than k (strict; else k or more) "
   "are at "
   "least as large as they are, where each reaches the threshold with the given probability and k is how many do, averaged over "
   "the channels. Where strict leaves nothing, k = n, that of all n. Beyond the border the picture is mirrored about its "
   "outermost "
   "pixels; NaN where the neighbourhood holds a NaN. f32 or f64. Tailanian, Muse and Pardo 2024 (U-Flow), with x the squares of "
   "standard normal numbers.",
   tailRule)

KERNEL(cpu, binomialTailMap) {
  if (call.out[0].size() == 0) return;
  int64_t channels = call.in[0].shape[1], height = call.in[0].shape[2], width = call.in[0].shape[3],
          pictures = call.in[0].shape[0];
  int64_t radius = call.attrs.integer("radius"), size = 2 * radius + 1, most = size * size;
  bool strict = call.attrs.flag("strict");
  Border border = borderOf(call.attrs.choice("border"));
  // How many rows, or columns, of a window around i lie inside; and for every product of the two a table of tails.
  auto inside = [=](int64_t i, int64_t extent) BLEMISH_INLINE {
    return border == Border::reflect ? size : std::min(i + radius, extent - 1) - std::max(i - radius, int64_t(0)) + 1;
  };
  double** tables = scratchOf<double*>(most + 1);
  std::fill(tables, tables + most + 1, nullptr);
  for (int64_t i = 0; i < std::min(height, size); ++i)
    for (int64_t j = 0; j < std::min(width, size); ++j) {
      int64_t n = inside(i, height) * inside(j, width);
      if (tables[n]) continue;
      tables[n] = scratchOf<double>(n + 1);
      logTails(n, call.attrs.real("probability"), tables[n]);
    }
  int64_t* across = scratchOf<int64_t>(width);
  for (int64_t j = 0; j < width; ++j) across[j] = inside(j, width);
  double threshold = call.attrs.real("threshold");
  byReal(call.in[0], [&]<class T>() {
    const T* x = call.in[0].as<T>();
    T *map = call.out[0].as<T>(), limit = static_cast<T>(threshold);
    int64_t bands = (height + bandRows - 1) / bandRows, own = (size + 3) * width + 2 * radius;
    int64_t* buffers = scratchOf<int64_t>(own * omp_get_max_threads());
    parallelFor(pictures * bands, grainOf(4 * channels * width * bandRows), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      int64_t *ring = buffers + own * omp_get_thread_num(), *padded = ring + size * width, *down = padded + radius;
      int64_t *counts = padded + width + 2 * radius, *whole = counts + width;
      for (int64_t item = first; item < last; ++item) {
        int64_t picture = item / bands, top = item % bands * bandRows;
        for (int64_t j = 0; j < size * width; ++j) ring[j] = 0;
        for (int64_t j = 0; j < width; ++j) down[j] = 0;
        for (int64_t i = top - radius; i < std::min(top + bandRows, height) + radius; ++i) {
          // A row comes in, the one that stood in its place goes out.
          int64_t* row = ring + (i + size) % size * width;
          for (int64_t j = 0; j < width; ++j) down[j] -= row[j], row[j] = 0;
          for (int64_t c = 0; c < channels; ++c) {
            int64_t source = folded(border, i, height);
            if (source < 0) continue;
            const T* from = x + ((picture * channels + c) * height + source) * width;
            for (int64_t j = 0; j < width; ++j) row[j] += from[j] >= limit ? 1 : from[j] != from[j] ? oneNaN : 0;
          }
          for (int64_t j = 0; j < width; ++j) down[j] += row[j];
          if (i < top + radius) continue;
          padRow(down, 0, -radius, width + radius, width, border);
          // Running sums of whole numbers lose nothing.
          int64_t sum = 0, rows = inside(i - radius, height);
          for (int64_t j = 0; j < 2 * radius; ++j) sum += padded[j];
          for (int64_t j = 0; j < width; ++j) {
            sum += padded[j + 2 * radius];
            counts[j] = sum;
            sum -= padded[j];
          }
          T* out = map + (picture * height + i - radius) * width;
          // The mean over the channels, rounded down or up: exact, since a quotient of whole numbers of this size rounds to no
          // whole number that it is not.
          double divisor = static_cast<double>(channels), up = strict ? 0 : divisor - 1;
          for (int64_t j = 0; j < width; ++j) whole[j] = static_cast<int64_t>((static_cast<double>(counts[j]) + up) / divisor);
          for (int64_t j = 0; j < width; ++j) {
            int64_t n = rows * across[j], k = strict ? whole[j] + 1 : whole[j];
            out[j] = counts[j] >= oneNaN ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(tables[n][std::min(k, n)]);
          }
        }
      }
    });
  });
}

}  // namespace blemish
