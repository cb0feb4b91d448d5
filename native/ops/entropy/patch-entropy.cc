// The entropy of the grey levels around every pixel, by a histogram that slides along the row.
#include <omp.h>

#include <cmath>
#include <limits>
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

constexpr int64_t bandRows = 16;
constexpr int64_t largest = 127;  // radius
constexpr int levels = 256, outside = 256, strange = 257, bins = 258;
// n log2 n as whole numbers of 2^-40: sums over a histogram are exact and never drift, however far it slides.
constexpr double one = 1099511627776.0;

void patchRule(Dims& d, const Attrs& attrs) {
  if (d.input(0).dtype == Dtype::i32) d.refuse(Code::DTYPE_MISMATCH, "x is i32; expected u8, or f32 or f64 from 0 to range");
  auto radius = attrs.list("radius");
  for (double r : radius)
    if (r < 0 || r > largest)
      d.refuse(Code::ATTRIBUTE_INVALID, "radius holds " + std::to_string(static_cast<int64_t>(r)) + "; expected 0 to 127");
  if (attrs.choice("footprint") == "disk" && radius[0] != radius[1])
    d.refuse(Code::ATTRIBUTE_INVALID, "radius is [" + std::to_string(attrs.integer("radius", 0)) + " " +
                                          std::to_string(attrs.integer("radius", 1)) + "] for a disk; expected one radius");
  double range = attrs.real("range");
  if (!(range >= 1e-30 && range <= 1e30))
    d.refuse(Code::ATTRIBUTE_INVALID, "range is " + std::to_string(range) + "; expected 1e-30 to 1e30");
}

// Rows of the neighbourhood: how far each reaches to the left and to the right.
struct Footprint {
  int64_t above, aside, size = 0;
  int64_t* reach;
  explicit Footprint(const Attrs& attrs) : above(attrs.integer("radius", 0)), aside(attrs.integer("radius", 1)) {
    bool disk = attrs.choice("footprint") == "disk";
    reach = scratchOf<int64_t>(2 * above + 1);
    for (int64_t p = -above; p <= above; ++p) {
      int64_t& q = reach[p + above];
      q = aside;
      while (disk && q * q > above * above - p * p) --q;
      size += 2 * q + 1;
    }
  }
};

template <class T> BLEMISH_INLINE inline uint16_t levelOf(T x, T scale) {
  T level = x * scale;
  // Rounded half up; a comparison so written sends a NaN to its own bin.
  level = level > T(255) ? T(255) : level < T(0) ? T(0) : level;
  return level == level ? static_cast<uint16_t>(static_cast<int>(level + T(0.5))) : static_cast<uint16_t>(strange);
}
template <> BLEMISH_INLINE inline uint16_t levelOf(uint8_t x, uint8_t) { return x; }

// Tables of n log2 n and its steps.
struct Logarithms {
  int64_t *weighted, *step;
  explicit Logarithms(int64_t size) : weighted(scratchOf<int64_t>(size + 2)), step(scratchOf<int64_t>(size + 1)) {
    weighted[0] = 0;
    for (int64_t n = 1; n <= size + 1; ++n) {
      weighted[n] = std::llround(static_cast<double>(n) * std::log2(static_cast<double>(n)) * one);
      step[n - 1] = weighted[n] - weighted[n - 1];
    }
  }
};

template <class T> void entropyMap(const Tensor& input, const Tensor& output, const Footprint& footprint, double range) {
  int64_t height = input.shape[2], width = input.shape[3], planes = input.shape[0] * input.shape[1];
  int64_t bands = (height + bandRows - 1) / bandRows, above = footprint.above, aside = footprint.aside;
  int64_t rows = 2 * above + 1, size = footprint.size;
  int64_t stride = width + 2 * aside + 1, own = (bandRows + 2 * above) * stride + 64;
  const T* x = input.as<T>();
  float* y = output.floats();
  const int64_t* reach = footprint.reach;
  Logarithms logs(size);
  auto* codes = scratchOf<uint16_t>(own * omp_get_max_threads());
  int64_t ownBins = bins + 64 / static_cast<int64_t>(sizeof(int32_t));
  auto* histograms = scratchOf<int32_t>(ownBins * omp_get_max_threads());
  // Where, seen from a pixel, the one that leaves stands, and the one that enters when the window moves on.
  auto *leaving = scratchOf<int64_t>(rows), *entering = scratchOf<int64_t>(rows);
  for (int64_t p = 0; p < rows; ++p) {
    leaving[p] = p * stride + aside - reach[p];
    entering[p] = p * stride + aside + 1 + reach[p];
  }
  T scale = static_cast<T>(255 / range);
  parallelFor(planes * bands, grainOf(4 * bandRows * width * rows), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    uint16_t* plane = codes + own * omp_get_thread_num();
    int32_t* histogram = histograms + ownBins * omp_get_thread_num();
    for (int64_t item = first; item < last; ++item) {
      int64_t top = item % bands * bandRows, end = std::min(top + bandRows, height);
      const T* from = x + item / bands * height * width;
      for (int64_t i = top - above; i < end + above; ++i) {
        uint16_t* row = plane + (i - top + above) * stride;
        for (int64_t j = 0; j < stride; ++j) row[j] = outside;
        if (i < 0 || i >= height) continue;
        for (int64_t j = 0; j < width; ++j) row[aside + j] = levelOf<T>(from[i * width + j], scale);
      }
      for (int64_t i = top; i < end; ++i) {
        const uint16_t* at = plane + (i - top) * stride;
        float* to = y + (item / bands * height + i) * width;
        for (int bin = 0; bin < bins; ++bin) histogram[bin] = 0;
        int64_t sum = 0;  // of n log2 n over all bins
        for (int64_t p = 0; p < rows; ++p)
          for (int64_t q = leaving[p]; q < entering[p]; ++q) sum += logs.step[histogram[at[q]]++];
        for (int64_t j = 0; j < width; ++j, ++at) {
          int64_t beyond = histogram[outside], inside = size - beyond;
          double total = static_cast<double>(logs.weighted[inside] + logs.weighted[beyond] - sum);
          to[j] = static_cast<float>(total / (one * static_cast<double>(inside)));
          if (histogram[strange]) to[j] = std::numeric_limits<float>::quiet_NaN();
          for (int64_t p = 0; p < rows; ++p) {
            sum -= logs.step[--histogram[at[leaving[p]]]];
            sum += logs.step[histogram[at[entering[p]]]++];
          }
        }
      }
    }
  });
}

}  // namespace

OP("patchEntropyMap(x: T[N C H W], radius = [5 5], footprint = disk|box, range = 1.0) -> f32[N C H W]",
   "Shannon entropy in bits of the grey levels around every pixel, (n log2 n - sum over levels of n_l log2 n_l) / n, over those "
   "pixels of a disk (dy^2 + dx^2 <= r^2) or a box (radius: vertically, horizontally) that lie inside the picture. u8, or f32 or "
   "f64 taken as the level round(255 x / range) within 0 to 255; NaN where the neighbourhood holds a NaN.",
   patchRule)

KERNEL(cpu, patchEntropyMap) {
  if (call.out[0].size() == 0) return;
  Footprint footprint(call.attrs);
  double range = call.attrs.real("range");
  switch (call.in[0].dtype) {
    case Dtype::u8: return entropyMap<uint8_t>(call.in[0], call.out[0], footprint, 1);
    case Dtype::f64: return entropyMap<double>(call.in[0], call.out[0], footprint, range);
    default: return entropyMap<float>(call.in[0], call.out[0], footprint, range);
  }
}

}  // namespace blemish
