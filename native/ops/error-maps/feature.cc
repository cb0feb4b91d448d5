// Distances of feature vectors, pixel by pixel: by angle and by length, with gradients.
#include <cmath>
#include <string>

#include "core/bits.h"
#include "core/registry.h"
#include "cpu/parallel.h"
#include "cpu/real.h"

namespace blemish {
namespace {

constexpr int64_t strip = 256;    // pixels that one item adds up while they stay in the nearest cache
constexpr int64_t together = 16;  // channels that are added in the operands' own type before they join a float64

void featureRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  double epsilon = attrs.real("epsilon");
  if (!(epsilon > 0)) d.refuse(Code::ATTRIBUTE_INVALID, "epsilon is " + std::to_string(epsilon) + "; expected a positive number");
  d.require(d["C"] > 0, "x " + text(d.input(0).shape) + " has no channel to compare; expected at least 1");
}

// Sums over the channels of a strip of pixels: of products with one another and of squares, or of squared differences.
template <class T> struct Sums {
  double xy[strip], xx[strip], yy[strip];

  BLEMISH_INLINE inline void cosine(const T* x, const T* y, int64_t channels, int64_t pixels, int width) {
    T pq[strip], pp[strip], qq[strip];
    for (int j = 0; j < width; ++j) xy[j] = xx[j] = yy[j] = 0;
    for (int64_t c = 0; c < channels; c += together) {
      for (int j = 0; j < width; ++j) pq[j] = pp[j] = qq[j] = 0;
      for (int64_t k = c; k < std::min(c + together, channels); ++k) {
        const T *p = x + k * pixels, *q = y + k * pixels;
        for (int j = 0; j < width; ++j) {
          pq[j] += p[j] * q[j];
          pp[j] += p[j] * p[j];
          qq[j] += q[j] * q[j];
        }
      }
      for (int j = 0; j < width; ++j) xy[j] += pq[j], xx[j] += pp[j], yy[j] += qq[j];
    }
  }

  BLEMISH_INLINE inline void difference(const T* x, const T* y, int64_t channels, int64_t pixels, int width) {
    T part[strip];
    for (int j = 0; j < width; ++j) xx[j] = 0;
    for (int64_t c = 0; c < channels; c += together) {
      for (int j = 0; j < width; ++j) part[j] = 0;
      for (int64_t k = c; k < std::min(c + together, channels); ++k) {
        const T *p = x + k * pixels, *q = y + k * pixels;
        for (int j = 0; j < width; ++j) part[j] += (p[j] - q[j]) * (p[j] - q[j]);
      }
      for (int j = 0; j < width; ++j) xx[j] += part[j];
    }
  }
};

struct Strips {
  int64_t channels, pixels, perPicture, count;
  explicit Strips(const Shape& shape)
      : channels(shape[1]), pixels(shape[2] * shape[3]), perPicture((pixels + strip - 1) / strip), count(shape[0] * perPicture) {}
  int64_t grain() const { return grainOf(6 * channels * std::min(strip, pixels)); }
};

// Calls body(first number of the operands, first number of a map, pixels) for every strip of [first, last).
template <class Body> BLEMISH_INLINE inline void eachStrip(const Strips& strips, int64_t first, int64_t last, const Body& body) {
  for (int64_t item = first; item < last; ++item) {
    int64_t picture = item / strips.perPicture, from = item % strips.perPicture * strip;
    body(picture * strips.channels * strips.pixels + from, picture * strips.pixels + from,
         static_cast<int>(std::min(strip, strips.pixels - from)));
  }
}

}  // namespace

OP("featureDistanceMap(x: T[N C H W], y: T[N C H W], kind = cosine|l2, epsilon = 1e-8) -> T[N 1 H W]",
   "Distance of the channel vectors of each pixel: 1 - x·y / (max(|x|, epsilon) max(|y|, epsilon)), or |x - y|. f32 or f64.",
   featureRule)

KERNEL(cpu, featureDistanceMap) {
  Strips strips(call.in[0].shape);
  bool cosine = call.attrs.choice("kind") == "cosine";
  double epsilon = call.attrs.real("epsilon");
  byReal(call.in[0], [&]<class T>() {
    const T *x = call.in[0].as<T>(), *y = call.in[1].as<T>();
    T* map = call.out[0].as<T>();
    parallelFor(strips.count, strips.grain(), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      Sums<T> sums;
      eachStrip(strips, first, last, [&](int64_t at, int64_t to, int width) BLEMISH_INLINE {
        if (!cosine) {
          sums.difference(x + at, y + at, strips.channels, strips.pixels, width);
          for (int j = 0; j < width; ++j) map[to + j] = static_cast<T>(std::sqrt(sums.xx[j]));
          return;
        }
        sums.cosine(x + at, y + at, strips.channels, strips.pixels, width);
        for (int j = 0; j < width; ++j) {
          double p = std::sqrt(sums.xx[j]), q = std::sqrt(sums.yy[j]);
          map[to + j] = static_cast<T>(1 - sums.xy[j] / ((p < epsilon ? epsilon : p) * (q < epsilon ? epsilon : q)));
        }
      });
    });
  });
}

OP("featureDistanceMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N 1 H W], kind = cosine|l2, epsilon = 1e-8) -> T[N C H W]",
   "Gradient of featureDistanceMap by x (by y with the two exchanged): dy (x (x·y) / (|x|^3 |y|) - y / (|x| |y|)) with lengths "
   "at "
   "least epsilon, without the first term where |x| is below it; or dy (x - y) / |x - y|, 0 where both are equal.",
   featureRule)

KERNEL(cpu, featureDistanceMapGrad) {
  Strips strips(call.in[0].shape);
  bool cosine = call.attrs.choice("kind") == "cosine";
  double epsilon = call.attrs.real("epsilon");
  byReal(call.in[0], [&]<class T>() {
    const T *x = call.in[0].as<T>(), *y = call.in[1].as<T>(), *dy = call.in[2].as<T>();
    T* dx = call.out[0].as<T>();
    parallelFor(strips.count, strips.grain(), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      Sums<T> sums;
      T ofX[strip], ofY[strip];
      eachStrip(strips, first, last, [&](int64_t at, int64_t to, int width) BLEMISH_INLINE {
        if (cosine) {
          sums.cosine(x + at, y + at, strips.channels, strips.pixels, width);
          for (int j = 0; j < width; ++j) {
            double p = std::sqrt(sums.xx[j]), q = std::sqrt(sums.yy[j]), g = dy[to + j] / (q < epsilon ? epsilon : q);
            ofX[j] = static_cast<T>(p < epsilon ? 0 : g * sums.xy[j] / (sums.xx[j] * p));
            ofY[j] = static_cast<T>(-g / (p < epsilon ? epsilon : p));
          }
        } else {
          sums.difference(x + at, y + at, strips.channels, strips.pixels, width);
          for (int j = 0; j < width; ++j) {
            double square = sums.xx[j];
            ofX[j] = static_cast<T>(select(square == 0, 0.0, dy[to + j] / std::sqrt(select(square == 0, 1.0, square))));
            ofY[j] = -ofX[j];
          }
        }
        for (int64_t c = 0; c < strips.channels; ++c) {
          const T *p = x + at + c * strips.pixels, *q = y + at + c * strips.pixels;
          T* __restrict out = dx + at + c * strips.pixels;
          for (int j = 0; j < width; ++j) out[j] = p[j] * ofX[j] + q[j] * ofY[j];
        }
      });
    });
  });
}

}  // namespace blemish
