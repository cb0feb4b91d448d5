// Reading an image at arbitrary positions, and the gradients with respect to the image and to the positions.
#include <algorithm>
#include <cmath>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {
namespace {

enum class Padding { zero, border, reflection };

struct Sampler {
  int64_t height, width;
  bool nearest, alignCorners;
  Padding padding;

  Sampler(const Attrs& attrs, int64_t h, int64_t w)
      : height(h), width(w), nearest(attrs.choice("mode") == "nearest"), alignCorners(attrs.flag("alignCorners")) {
    std::string_view word = attrs.choice("padding");
    padding = word == "zero" ? Padding::zero : word == "border" ? Padding::border : Padding::reflection;
  }
};

// A coordinate of the grid (-1 … 1) as a position among `extent` pixels, and its slope. Positions that are no numbers
// count as the first pixel; those outside are brought to the edge or folded back, with `zero` to just beyond the edge.
BLEMISH_INLINE inline double positionOf(double g, int64_t extent, const Sampler& s, double& slope) {
  double size = static_cast<double>(extent);
  slope = s.alignCorners ? (size - 1) / 2 : size / 2;
  double at = s.alignCorners ? (g + 1) / 2 * (size - 1) : ((g + 1) * size - 1) / 2;
  if (s.padding == Padding::zero) {
    if (!(at > -2)) at = -2, slope = 0;
    else if (at > size + 1) at = size + 1, slope = 0;
    return at;
  }
  if (s.padding == Padding::reflection) {
    // Mirrors at the outermost centres (alignCorners) or at the outer edges, half a pixel further.
    double low = s.alignCorners ? 0 : -0.5, span = s.alignCorners ? size - 1 : size;
    double from = at - low;
    if (from < 0) from = -from, slope = -slope;
    if (!(span > 0) || !(from < 9e15)) {  // one pixel, or no number: 9e15 has no fraction left
      slope = 0;
      return 0;
    }
    double flips = std::floor(from / span), rest = from - flips * span;
    bool odd = flips - 2 * std::floor(flips / 2) == 1;
    at = low + (odd ? span - rest : rest);
    if (odd) slope = -slope;
  }
  if (!(at > 0)) at = 0, slope = 0;
  else if (at >= size - 1) at = size - 1, slope = 0;
  return at;
}

constexpr int lanes = 64;  // positions whose taps are worked out together and then used by every channel

// Taps of up to 64 positions. `offset` of a tap outside the image is 0 and its `inside` 0.
struct Taps {
  int32_t offset[4][lanes];
  float inside[4][lanes];
  float weight[4][lanes];  // times inside
  float fx[lanes], fy[lanes], slopeX[lanes], slopeY[lanes];
};

BLEMISH_INLINE inline void locate(const float* grid, int64_t count, const Sampler& s, Taps& taps) {
  for (int64_t i = 0; i < count; ++i) {
    double slopeX, slopeY;
    double x = positionOf(grid[2 * i], s.width, s, slopeX), y = positionOf(grid[2 * i + 1], s.height, s, slopeY);
    int64_t left, top;
    double fx = 0, fy = 0;
    if (s.nearest) {  // halves go to the even pixel
      left = static_cast<int64_t>(std::nearbyint(x)), top = static_cast<int64_t>(std::nearbyint(y));
    } else {
      double fromX = std::floor(x), fromY = std::floor(y);
      left = static_cast<int64_t>(fromX), top = static_cast<int64_t>(fromY);
      fx = x - fromX, fy = y - fromY;
    }
    taps.fx[i] = static_cast<float>(fx), taps.fy[i] = static_cast<float>(fy);
    taps.slopeX[i] = static_cast<float>(slopeX), taps.slopeY[i] = static_cast<float>(slopeY);
    for (int k = 0; k < 4; ++k) {
      int64_t column = left + (k & 1), row = top + (k >> 1);
      bool inside = column >= 0 && column < s.width && row >= 0 && row < s.height && !(s.nearest && k > 0);
      double w = ((k & 1) ? fx : 1 - fx) * ((k >> 1) ? fy : 1 - fy);
      taps.offset[k][i] = inside ? static_cast<int32_t>(row * s.width + column) : 0;
      taps.inside[k][i] = inside ? 1 : 0;
      taps.weight[k][i] = inside ? static_cast<float>(w) : 0;
    }
  }
}

// A tap that does not count must not let an infinity or NaN of pixel 0 through.
BLEMISH_INLINE inline float tap(const float* plane, const Taps& taps, int k, int64_t i) {
  float value = plane[taps.offset[k][i]];
  return taps.inside[k][i] != 0 ? value : 0;
}

void requireImage(Dims& d, const char* name, int64_t height, int64_t width) {
  d.require(height > 0 && width > 0, std::string(name) + " has no pixels: " + std::to_string(height) + " by " +
                                         std::to_string(width) + "; expected at least one");
  d.require(height * width <= INT32_MAX,
            std::string(name) + " has " + std::to_string(height * width) + " pixels; expected at most 2147483647");
}

}  // namespace

OP("gridSample(x: f32[N C H W], grid: f32[N P Q 2], mode = bilinear|nearest, padding = zero|border|reflection, "
   "alignCorners = false) -> f32[N C P Q]",
   "out[n, c, p, q] = x[n, c] at column grid[n, p, q, 0] and row grid[n, p, q, 1], both from -1 to 1: the outer edges of the "
   "image, "
   "or the outermost pixel centres (alignCorners). Beyond it stand zeros, the border's pixels or the mirrored image. "
   "Jaderberg et al. 2015, in PyTorch's conventions.",
   [](Dims& d, const Attrs&) { requireImage(d, "x", d["H"], d["W"]); })

KERNEL(cpu, gridSample) {
  const Tensor &x = call.in[0], &y = call.out[0];
  Sampler s(call.attrs, x.shape[2], x.shape[3]);
  int64_t channels = x.shape[1], area = s.height * s.width, positions = y.shape[2] * y.shape[3];
  int64_t chunks = (positions + lanes - 1) / lanes;
  const float *image = x.floats(), *grid = call.in[1].floats();
  float* out = y.floats();
  parallelFor(x.shape[0] * chunks, grainOf(lanes * (40 + 8 * channels)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    Taps taps;
    for (int64_t item = first; item < last; ++item) {
      int64_t n = item / chunks, begin = item % chunks * lanes, count = std::min<int64_t>(lanes, positions - begin);
      locate(grid + (n * positions + begin) * 2, count, s, taps);
      for (int64_t c = 0; c < channels; ++c) {
        const float* plane = image + (n * channels + c) * area;
        float* target = out + (n * channels + c) * positions + begin;
        if (s.nearest)
          for (int64_t i = 0; i < count; ++i) target[i] = tap(plane, taps, 0, i);
        else
          for (int64_t i = 0; i < count; ++i)
            target[i] = (taps.weight[0][i] * tap(plane, taps, 0, i) + taps.weight[1][i] * tap(plane, taps, 1, i)) +
                        (taps.weight[2][i] * tap(plane, taps, 2, i) + taps.weight[3][i] * tap(plane, taps, 3, i));
      }
    }
  });
}

OP("gridSampleGradX(dy: f32[N C P Q], grid: f32[N P Q 2], height: int, width: int, mode = bilinear|nearest, "
   "padding = zero|border|reflection, alignCorners = false) -> f32[N C H W]",
   "Gradient of gridSample with respect to the image: each number of dy spread over the pixels it was read from. Sums in "
   "float64, "
   "in the order of the positions.",
   [](Dims& d, const Attrs& a) {
     int64_t height = a.integer("height"), width = a.integer("width");
     if (height < 1 || width < 1 || height > INT32_MAX || width > INT32_MAX)
       d.refuse(Code::ATTRIBUTE_INVALID, "height and width are " + std::to_string(height) + " and " + std::to_string(width) +
                                             "; expected 1 to 2147483647");
     requireImage(d, "the image", height, width);
     d["H"] = height;
     d["W"] = width;
   })

KERNEL(cpu, gridSampleGradX) {
  const Tensor &dy = call.in[0], &dx = call.out[0];
  Sampler s(call.attrs, dx.shape[2], dx.shape[3]);
  int64_t channels = dx.shape[1], area = s.height * s.width, positions = dy.shape[2] * dy.shape[3];
  const float *gradient = dy.floats(), *grid = call.in[1].floats();
  float* out = dx.floats();
  // The taps of an image are found once for a group of channels; a plane is summed by one thread, in order.
  int64_t group = std::min<int64_t>(channels, 8), groups = group ? (channels + group - 1) / group : 0;
  double* planes = scratchOf<double>(omp_get_max_threads() * std::max<int64_t>(group, 1) * area);
  parallelFor(dx.shape[0] * groups, 1, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    Taps taps;
    double* sums = planes + omp_get_thread_num() * group * area;
    for (int64_t item = first; item < last; ++item) {
      int64_t n = item / groups, from = item % groups * group, to = std::min(channels, from + group);
      for (int64_t i = 0; i < (to - from) * area; ++i) sums[i] = 0;
      for (int64_t begin = 0; begin < positions; begin += lanes) {
        int64_t count = std::min<int64_t>(lanes, positions - begin);
        locate(grid + (n * positions + begin) * 2, count, s, taps);
        for (int64_t c = from; c < to; ++c) {
          const float* source = gradient + (n * channels + c) * positions + begin;
          double* sum = sums + (c - from) * area;
          for (int64_t i = 0; i < count; ++i)
            for (int k = 0; k < 4; ++k)
              if (taps.inside[k][i] != 0) sum[taps.offset[k][i]] += static_cast<double>(taps.weight[k][i]) * source[i];
        }
      }
      float* target = out + (n * channels + from) * area;
      for (int64_t i = 0; i < (to - from) * area; ++i) target[i] = static_cast<float>(sums[i]);
    }
  });
}

OP("gridSampleGradGrid(x: f32[N C H W], grid: f32[N P Q 2], dy: f32[N C P Q], mode = bilinear|nearest, "
   "padding = zero|border|reflection, alignCorners = false) -> f32[N P Q 2]",
   "Gradient of gridSample with respect to the positions; zero for nearest, and where a position is held at the border.",
   [](Dims& d, const Attrs&) { requireImage(d, "x", d["H"], d["W"]); })

KERNEL(cpu, gridSampleGradGrid) {
  const Tensor &x = call.in[0], &dy = call.in[2];
  Sampler s(call.attrs, x.shape[2], x.shape[3]);
  int64_t channels = x.shape[1], area = s.height * s.width, positions = dy.shape[2] * dy.shape[3];
  int64_t chunks = (positions + lanes - 1) / lanes;
  const float *image = x.floats(), *grid = call.in[1].floats(), *gradient = dy.floats();
  float* out = call.out[0].floats();
  parallelFor(x.shape[0] * chunks, grainOf(lanes * (40 + 12 * channels)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    Taps taps;
    double alongX[lanes], alongY[lanes];
    for (int64_t item = first; item < last; ++item) {
      int64_t n = item / chunks, begin = item % chunks * lanes, count = std::min<int64_t>(lanes, positions - begin);
      locate(grid + (n * positions + begin) * 2, count, s, taps);
      for (int64_t i = 0; i < count; ++i) alongX[i] = alongY[i] = 0;
      if (!s.nearest)
        for (int64_t c = 0; c < channels; ++c) {
          const float* plane = image + (n * channels + c) * area;
          const float* source = gradient + (n * channels + c) * positions + begin;
          for (int64_t i = 0; i < count; ++i) {
            float a = tap(plane, taps, 0, i), b = tap(plane, taps, 1, i), e = tap(plane, taps, 2, i), f = tap(plane, taps, 3, i);
            alongX[i] += source[i] * ((1 - taps.fy[i]) * (b - a) + taps.fy[i] * (f - e));
            alongY[i] += source[i] * ((1 - taps.fx[i]) * (e - a) + taps.fx[i] * (f - b));
          }
        }
      float* target = out + (n * positions + begin) * 2;
      for (int64_t i = 0; i < count; ++i) {
        target[2 * i] = static_cast<float>(alongX[i] * taps.slopeX[i]);
        target[2 * i + 1] = static_cast<float>(alongY[i] * taps.slopeY[i]);
      }
    }
  });
}

}  // namespace blemish
