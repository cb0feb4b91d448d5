// How surprising it is that so many numbers of a neighbourhood are large: the binomial tail of the a-contrario method.
#include <omp.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/error-maps/real.h"
#include "ops/error-maps/window.h"

namespace blemish {
namespace {

constexpr int64_t bandRows = 32;
constexpr int64_t oneNaN = int64_t(1) << 40;  // above any count

// log10 P(B(n, p) >= k) for k = 0 ... n, exact to the last digits of a float64: beyond the mean a tail is its first term times
// a sum of falling ratios, before it 1 less such a sum.
std::vector<double> logTails(int64_t n, double p) {
  using Wide = long double;
  Wide odds = static_cast<Wide>(p) / (1 - static_cast<Wide>(p));
  std::vector<Wide> logs(n + 1);  // natural, of single probabilities
  Wide log = n * std::log1p(-static_cast<Wide>(p));
  for (int64_t k = 0; k <= n; ++k) {
    logs[k] = log;
    if (k < n) log += std::log(static_cast<Wide>(n - k) / static_cast<Wide>(k + 1) * odds);
  }
  std::vector<double> tails(n + 1);
  auto upward = [&](int64_t k) {
    Wide sum = 1, term = 1;
    for (int64_t i = k; i < n && term > 0; ++i) sum += term *= static_cast<Wide>(n - i) / static_cast<Wide>(i + 1) * odds;
    return logs[k] + std::log(sum);
  };
  auto downward = [&](int64_t k) {
    Wide sum = 1, term = 1;
    for (int64_t i = k; i > 0 && term > 0; --i) sum += term *= static_cast<Wide>(i) / (static_cast<Wide>(n - i + 1) * odds);
    return logs[k] + std::log(sum);
  };
  for (int64_t k = 0; k <= n; ++k) {
    bool beyond = static_cast<double>(k) > p * static_cast<double>(n);
    Wide natural = k == 0 ? Wide(0) : beyond ? upward(k) : std::log1p(-std::exp(downward(k - 1)));
    tails[k] = static_cast<double>(natural / std::log(Wide(10)));
  }
  return tails;
}

void tailRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  int64_t radius = attrs.integer("radius");
  double p = attrs.real("probability");
  if (radius < 0 || radius > 64) d.refuse(Code::ATTRIBUTE_INVALID, "radius is " + std::to_string(radius) + "; expected 0 to 64");
  if (!(p > 0 && p < 1))
    d.refuse(Code::ATTRIBUTE_INVALID, "probability is " + std::to_string(p) + "; expected more than 0 and less than 1");
  d.require(d["C"] > 0, "x " + text(d.input(0).shape) + " has no channel to count in; expected at least 1");
}

}  // namespace

OP("binomialTailMap(x: T[N C H W], threshold: real, probability = 0.1, radius = 2, strict = true) -> T[N 1 H W]",
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
  int64_t radius = call.attrs.integer("radius"), size = 2 * radius + 1, n = size * size;
  bool strict = call.attrs.flag("strict");
  std::vector<double> tails = logTails(n, call.attrs.real("probability"));
  double* table = scratchOf<double>(n + 1);
  std::copy(tails.begin(), tails.end(), table);
  double threshold = call.attrs.real("threshold");
  byReal(call.in[0], [&]<class T>() {
    const T* x = call.in[0].as<T>();
    T *map = call.out[0].as<T>(), limit = static_cast<T>(threshold);
    int64_t bands = (height + bandRows - 1) / bandRows, own = (size + 1) * width + 2 * radius;
    int64_t* buffers = scratchOf<int64_t>(own * omp_get_max_threads());
    parallelFor(pictures * bands, grainOf(4 * channels * width * bandRows), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      int64_t *ring = buffers + own * omp_get_thread_num(), *padded = ring + size * width, *down = padded + radius;
      for (int64_t item = first; item < last; ++item) {
        int64_t picture = item / bands, top = item % bands * bandRows;
        for (int64_t j = 0; j < size * width; ++j) ring[j] = 0;
        for (int64_t j = 0; j < width; ++j) down[j] = 0;
        for (int64_t i = top - radius; i < std::min(top + bandRows, height) + radius; ++i) {
          // A row comes in, the one that stood in its place goes out.
          int64_t* row = ring + (i + size) % size * width;
          for (int64_t j = 0; j < width; ++j) down[j] -= row[j], row[j] = 0;
          for (int64_t c = 0; c < channels; ++c) {
            const T* from = x + ((picture * channels + c) * height + folded(Border::reflect, i, height)) * width;
            for (int64_t j = 0; j < width; ++j) row[j] += from[j] >= limit ? 1 : from[j] != from[j] ? oneNaN : 0;
          }
          for (int64_t j = 0; j < width; ++j) down[j] += row[j];
          if (i < top + radius) continue;
          padRow(down, int64_t(0), width, width, radius, Border::reflect);
          int64_t sum = 0;
          for (int64_t j = 0; j < 2 * radius; ++j) sum += padded[j];
          T* out = map + (picture * height + i - radius) * width;
          for (int64_t j = 0; j < width; ++j) {
            sum += padded[j + 2 * radius];
            int64_t k = strict ? sum / channels + 1 : (sum + channels - 1) / channels;
            out[j] = sum >= oneNaN ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(table[std::min(k, n)]);
            sum -= padded[j];
          }
        }
      }
    });
  });
}

}  // namespace blemish
