// Errors pixel by pixel: L1, L2 and Huber's as maps, and the squared error of two areas that are averaged apart.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/real.h"
#include "cpu/sums.h"

namespace blemish {
namespace {

constexpr int64_t strip = 1024;   // pixels that one item adds up while they stay in the nearest cache
constexpr int64_t together = 16;  // channels that are added in the operands' own type before they join a float64

// Errors of a difference, and their slopes; a NaN comes through.
struct Absolute {
  template <class T> BLEMISH_INLINE static inline T value(T e, T) { return e < 0 ? -e : e; }
  template <class T> BLEMISH_INLINE static inline T slope(T e, T) { return e > 0 ? T(1) : e < 0 ? T(-1) : e; }
};
struct Squared {
  template <class T> BLEMISH_INLINE static inline T value(T e, T) { return e * e; }
  template <class T> BLEMISH_INLINE static inline T slope(T e, T) { return 2 * e; }
};
struct Huber {
  template <class T> BLEMISH_INLINE static inline T value(T e, T delta) {
    T size = e < 0 ? -e : e, near = size > delta ? delta : size;
    return near * (size - near / 2);
  }
  template <class T> BLEMISH_INLINE static inline T slope(T e, T delta) { return e > delta ? delta : e < -delta ? -delta : e; }
};

template <class Body> void byKind(const Attrs& attrs, const Body& body) {
  auto kind = attrs.choice("kind");
  if (kind == "l1") body.template operator()<Absolute>();
  else if (kind == "l2") body.template operator()<Squared>();
  else body.template operator()<Huber>();
}

void mapRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  double delta = attrs.real("delta");
  if (!(delta > 0)) d.refuse(Code::ATTRIBUTE_INVALID, "delta is " + std::to_string(delta) + "; expected a positive number");
  d.require(d["C"] > 0, "x " + text(d.input(0).shape) + " has no channel to average; expected at least 1");
}

// Pictures as planes of pixels, cut into strips.
struct Strips {
  int64_t channels, pixels, perPicture, count;
  explicit Strips(const Shape& shape)
      : channels(shape[1]), pixels(shape[2] * shape[3]), perPicture((pixels + strip - 1) / strip), count(shape[0] * perPicture) {}
  int64_t grain() const { return grainOf(2 * channels * std::min(strip, pixels)); }
};

}  // namespace

OP("pixelErrorMap(x: T[N C H W], y: T[N C H W], kind = l1|l2|huber, delta = 1.0) -> T[N 1 H W]",
   "Mean over the channels of |x - y|, of (x - y)^2, or of Huber's error (Huber 1964): e^2 / 2 where |e| <= delta, else "
   "delta (|e| - delta / 2). f32 or f64.",
   mapRule)

KERNEL(cpu, pixelErrorMap) {
  Strips strips(call.in[0].shape);
  byReal(call.in[0], [&]<class T>() {
    byKind(call.attrs, [&]<class Error>() {
      const T *x = call.in[0].as<T>(), *y = call.in[1].as<T>();
      T* out = call.out[0].as<T>();
      T delta = static_cast<T>(call.attrs.real("delta"));
      double share = 1.0 / static_cast<double>(strips.channels);
      parallelFor(strips.count, strips.grain(), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t item = first; item < last; ++item) {
          int64_t picture = item / strips.perPicture, from = item % strips.perPicture * strip;
          int width = static_cast<int>(std::min(strip, strips.pixels - from));
          int64_t at = picture * strips.channels * strips.pixels + from;
          double total[strip];
          T part[strip];
          for (int j = 0; j < width; ++j) total[j] = 0;
          for (int64_t c = 0; c < strips.channels; c += together) {
            for (int j = 0; j < width; ++j) part[j] = 0;
            for (int64_t k = c; k < std::min(c + together, strips.channels); ++k) {
              const T *p = x + at + k * strips.pixels, *q = y + at + k * strips.pixels;
              for (int j = 0; j < width; ++j) part[j] += Error::value(p[j] - q[j], delta);
            }
            for (int j = 0; j < width; ++j) total[j] += part[j];
          }
          T* to = out + picture * strips.pixels + from;
          for (int j = 0; j < width; ++j) to[j] = static_cast<T>(total[j] * share);
        }
      });
    });
  });
}

OP("pixelErrorMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N 1 H W], kind = l1|l2|huber, delta = 1.0) -> T[N C H W]",
   "Gradient of pixelErrorMap by x (by y with the two exchanged): dy / C times sign(x - y), 2 (x - y), or x - y moved into "
   "[-delta, delta].",
   mapRule)

KERNEL(cpu, pixelErrorMapGrad) {
  Strips strips(call.in[0].shape);
  byReal(call.in[0], [&]<class T>() {
    byKind(call.attrs, [&]<class Error>() {
      const T *x = call.in[0].as<T>(), *y = call.in[1].as<T>(), *dy = call.in[2].as<T>();
      T* dx = call.out[0].as<T>();
      T delta = static_cast<T>(call.attrs.real("delta"));
      T share = static_cast<T>(1.0 / static_cast<double>(strips.channels));
      parallelFor(strips.count, strips.grain(), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t item = first; item < last; ++item) {
          int64_t picture = item / strips.perPicture, from = item % strips.perPicture * strip;
          int width = static_cast<int>(std::min(strip, strips.pixels - from));
          const T* g = dy + picture * strips.pixels + from;
          for (int64_t c = 0; c < strips.channels; ++c) {
            int64_t at = (picture * strips.channels + c) * strips.pixels + from;
            for (int j = 0; j < width; ++j) dx[at + j] = Error::slope(x[at + j] - y[at + j], delta) * (g[j] * share);
          }
        }
      });
    });
  });
}

namespace {

void areaRule(Dims& d, const Attrs& attrs) {
  double lambda = attrs.real("lambda");
  if (!(lambda >= 0 && lambda <= 1))
    d.refuse(Code::ATTRIBUTE_INVALID, "lambda is " + std::to_string(lambda) + "; expected 0 to 1");
}

}  // namespace

OP("twoAreaSquaredError(x: f32[N C H W], target: f32[N C H W], mask: f32[N 1 H W], lambda = 0.1) -> (loss: f32[], terms: f32[2], "
   "factors: f32[2])",
   "The squared error of a reconstruction x of a partly corrupted picture, clean and corrupted area averaged apart: "
   "(1 - lambda) / |1 - M|_1 |(1 - M)(x - target)|_2^2 + lambda / |M|_1 |M (x - target)|_2^2, with sums over the whole batch and "
   "the mask M (soft, 0 to 1) meant for every channel; a term whose area is empty is 0. terms are the two summands, factors what "
   "stands before the squares. Bauer, Nakajima and Mueller 2022 (arXiv 2206.11723).",
   areaRule)

KERNEL(cpu, twoAreaSquaredError) {
  Strips strips(call.in[0].shape);
  const float *x = call.in[0].floats(), *target = call.in[1].floats(), *mask = call.in[2].floats();
  constexpr int sums = 4;  // of both areas: squares, and the mask itself
  double* parts = scratchOf<double>(sums * strips.count);
  parallelFor(strips.count, strips.grain(), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t item = first; item < last; ++item) {
      int64_t picture = item / strips.perPicture, from = item % strips.perPicture * strip;
      int width = static_cast<int>(std::min(strip, strips.pixels - from));
      const float* m = mask + picture * strips.pixels + from;
      float squares[strip], clean[strip], corrupted[strip], out[strip], in[strip];
      for (int j = 0; j < width; ++j) squares[j] = 0;
      for (int64_t c = 0; c < strips.channels; ++c) {
        const float *p = x + (picture * strips.channels + c) * strips.pixels + from, *q = target + (p - x);
        for (int j = 0; j < width; ++j) squares[j] += (p[j] - q[j]) * (p[j] - q[j]);
      }
      for (int j = 0; j < width; ++j) {
        float rest = 1 - m[j];
        clean[j] = rest * rest * squares[j];
        corrupted[j] = m[j] * m[j] * squares[j];
        out[j] = rest < 0 ? -rest : rest;
        in[j] = m[j] < 0 ? -m[j] : m[j];
      }
      double* sum = parts + sums * item;
      sum[0] = sumOf(clean, width);
      sum[1] = sumOf(corrupted, width);
      sum[2] = sumOf(out, width);
      sum[3] = sumOf(in, width);
    }
  });
  double sum[sums] = {}, lambda = call.attrs.real("lambda"), loss = 0;
  for (int64_t item = 0; item < strips.count; ++item)
    for (int s = 0; s < sums; ++s) sum[s] += parts[sums * item + s];
  for (int area = 0; area < 2; ++area) {
    double size = sum[2 + area] * static_cast<double>(strips.channels), weight = area ? lambda : 1 - lambda;
    double factor = size == 0 ? 0 : weight / size, term = factor * sum[area];
    call.out[1].floats()[area] = static_cast<float>(term);
    call.out[2].floats()[area] = static_cast<float>(factor);
    loss += term;
  }
  *call.out[0].floats() = static_cast<float>(loss);
}

OP("twoAreaSquaredErrorGrad(x: f32[N C H W], target: f32[N C H W], mask: f32[N 1 H W], factors: f32[2], dloss: f32[]) -> "
   "f32[N C H W]",
   "Gradient of twoAreaSquaredError by x: 2 dloss (factors[0] (1 - M)^2 + factors[1] M^2)(x - target).")

KERNEL(cpu, twoAreaSquaredErrorGrad) {
  Strips strips(call.in[0].shape);
  const float *x = call.in[0].floats(), *target = call.in[1].floats(), *mask = call.in[2].floats(),
              *factors = call.in[3].floats();
  const float* dloss = call.in[4].floats();
  float* dx = call.out[0].floats();
  parallelFor(strips.count, strips.grain(), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    float clean = 2 * *dloss * factors[0], corrupted = 2 * *dloss * factors[1];
    for (int64_t item = first; item < last; ++item) {
      int64_t picture = item / strips.perPicture, from = item % strips.perPicture * strip;
      int width = static_cast<int>(std::min(strip, strips.pixels - from));
      const float* m = mask + picture * strips.pixels + from;
      float weight[strip];
      for (int j = 0; j < width; ++j) weight[j] = clean * (1 - m[j]) * (1 - m[j]) + corrupted * m[j] * m[j];
      for (int64_t c = 0; c < strips.channels; ++c) {
        int64_t at = (picture * strips.channels + c) * strips.pixels + from;
        for (int j = 0; j < width; ++j) dx[at + j] = weight[j] * (x[at + j] - target[at + j]);
      }
    }
  });
}

}  // namespace blemish
