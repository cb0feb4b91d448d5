// Gradient magnitude similarity as a map, with its gradient.
#include <omp.h>

#include <cmath>
#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/real.h"

namespace blemish {
namespace {

constexpr int64_t bandRows = 32;

void gmsRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  double c = attrs.real("c"), epsilon = attrs.real("epsilon"), masking = attrs.real("masking");
  if (!(c > 0)) d.refuse(Code::ATTRIBUTE_INVALID, "c is " + std::to_string(c) + "; expected a positive number");
  if (!(epsilon >= 0)) d.refuse(Code::ATTRIBUTE_INVALID, "epsilon is " + std::to_string(epsilon) + "; expected at least 0");
  if (!(masking >= 0 && masking <= 1))
    d.refuse(Code::ATTRIBUTE_INVALID, "masking is " + std::to_string(masking) + "; expected 0 to 1");
}

// Both pictures' Prewitt responses, a row at a time, zeros beyond the border.
template <class T> struct Job {
  explicit Job(const Call& call)
      : x(call.in[0].as<T>()),
        y(call.in[1].as<T>()),
        planes(call.in[0].shape[0] * call.in[0].shape[1]),
        height(call.in[0].shape[2]),
        width(call.in[0].shape[3]),
        c(static_cast<T>(call.attrs.real("c"))),
        epsilon(static_cast<T>(call.attrs.real("epsilon"))),
        masking(static_cast<T>(call.attrs.real("masking"))),
        bands((height + bandRows - 1) / bandRows),
        zeros(scratchOf<T>(width)) {
    std::fill(zeros, zeros + width, T(0));
  }
  const T *x, *y;
  int64_t planes, height, width;
  T c, epsilon, masking;
  int64_t bands;
  T* zeros;

  int64_t room() const { return width + 2; }
  int64_t needs() const { return 4 * room(); }

  // Sums of three rows above one another, and differences of the outer two, into two rows with a zero at either end.
  BLEMISH_INLINE inline void columns(const T* plane, int64_t i, T* __restrict sums, T* __restrict steps) const {
    const T *above = i > 0 ? plane + (i - 1) * width : zeros, *below = i + 1 < height ? plane + (i + 1) * width : zeros;
    const T* row = plane + i * width;
    sums[0] = sums[width + 1] = steps[0] = steps[width + 1] = 0;
    for (int64_t j = 0; j < width; ++j) {
      sums[j + 1] = above[j] + row[j] + below[j];
      steps[j + 1] = above[j] - below[j];
    }
  }
  // Of the picture whose columns stand at `rows`, the gradient at column j.
  BLEMISH_INLINE inline T across(const T* rows, int64_t j) const { return (rows[j] - rows[j + 2]) * T(1.0 / 3); }
  BLEMISH_INLINE inline T along(const T* rows, int64_t j) const {
    const T* steps = rows + room();
    return (steps[j] + steps[j + 1] + steps[j + 2]) * T(1.0 / 3);
  }
  BLEMISH_INLINE inline void prepare(int64_t plane, int64_t i, T* memory) const {
    columns(x + plane * height * width, i, memory, memory + room());
    columns(y + plane * height * width, i, memory + 2 * room(), memory + 3 * room());
  }
  BLEMISH_INLINE inline T magnitude(T p, T q) const { return std::sqrt(p * p + q * q + epsilon); }
};

// g times the slope of the similarity by x's gradient in both directions, over 3, as Prewitt's operator hands it on. A loop of
// its own, with results that the compiler knows to overlap nothing.
template <class T> BLEMISH_INLINE inline void slopesOfRow(const Job<T>& job, const T* p, const T* q, const T* g,
                                                          T* __restrict byX, T* __restrict byY) {
  T masking = job.masking, c = job.c;
  for (int64_t j = 0; j < job.width; ++j) {
    T gx = job.across(p, j), gy = job.along(p, j);
    T a = job.magnitude(gx, gy), b = job.magnitude(job.across(q, j), job.along(q, j)), off = a - b;
    T share = 1 / (a * a + b * b - masking * a * b + c);
    T slope = g[j] * share * off * (off * (2 * a - masking * b) * share - 2);
    slope *= T(1.0 / 3) / (a == 0 ? T(1) : a);
    byX[j] = slope * gx;
    byY[j] = slope * gy;
  }
}

}  // namespace

OP("gmsMap(x: T[N C H W], y: T[N C H W], c = 0.0026, epsilon = 1e-12, masking = 0.0) -> T[N C H W]",
   "Gradient magnitude similarity of each channel, (2 a b - m a b + c) / (a^2 + b^2 - m a b + c), where a and b are the "
   "magnitudes "
   "sqrt(gx^2 + gy^2 + epsilon) of the responses to Prewitt's operator over 3, with zeros beyond the border, and m is masking. "
   "Xue "
   "et al. 2014; masking: Zhang et al. 2017. f32 or f64.",
   gmsRule)

KERNEL(cpu, gmsMap) {
  if (call.out[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() {
    Job<T> job(call);
    T* map = call.out[0].as<T>();
    T* buffers = scratchOf<T>(job.needs() * omp_get_max_threads());
    parallelFor(job.planes * job.bands, grainOf(32 * bandRows * job.width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      T *p = buffers + job.needs() * omp_get_thread_num(), *q = p + 2 * job.room();
      for (int64_t item = first; item < last; ++item) {
        int64_t plane = item / job.bands, top = item % job.bands * bandRows;
        for (int64_t i = top; i < std::min(top + bandRows, job.height); ++i) {
          job.prepare(plane, i, p);
          T* __restrict out = map + (plane * job.height + i) * job.width;
          for (int64_t j = 0; j < job.width; ++j) {
            T a = job.magnitude(job.across(p, j), job.along(p, j)), b = job.magnitude(job.across(q, j), job.along(q, j));
            out[j] = 1 - (a - b) * (a - b) / (a * a + b * b - job.masking * a * b + job.c);
          }
        }
      }
    });
  });
}

OP("gmsMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N C H W], c = 0.0026, epsilon = 1e-12, masking = 0.0) -> T[N C H W]",
   "Gradient of gmsMap by x (by y with the two exchanged); a magnitude of 0 has the slope 0.", gmsRule)

KERNEL(cpu, gmsMapGrad) {
  if (call.out[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() {
    Job<T> job(call);
    const T* dy = call.in[2].as<T>();
    T* dx = call.out[0].as<T>();
    int64_t own = job.needs() + 7 * job.room();  // a ring of three rows of slopes by gx and gy, and a row of zeros
    T* buffers = scratchOf<T>(own * omp_get_max_threads());
    parallelFor(job.planes * job.bands, grainOf(64 * bandRows * job.width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      int64_t room = job.room(), width = job.width;
      T *p = buffers + own * omp_get_thread_num(), *q = p + 2 * room, *ring = p + job.needs(), *zeros = ring + 6 * room;
      for (int64_t j = 0; j < 7 * room; ++j) ring[j] = 0;
      for (int64_t item = first; item < last; ++item) {
        int64_t plane = item / job.bands, top = item % job.bands * bandRows, next = std::max(top - 1, int64_t(0));
        for (int64_t i = top; i < std::min(top + bandRows, job.height); ++i) {
          for (; next <= std::min(i + 1, job.height - 1); ++next) {
            job.prepare(plane, next, p);
            T* slopes = ring + next % 3 * 2 * room + 1;
            slopesOfRow(job, p, q, dy + (plane * job.height + next) * width, slopes, slopes + room);
          }
          const T *above = i > 0 ? ring + (i - 1) % 3 * 2 * room : zeros, *row = ring + i % 3 * 2 * room;
          const T* below = i + 1 < job.height ? ring + (i + 1) % 3 * 2 * room : zeros;
          const T *up = i > 0 ? above + room : zeros, *down = i + 1 < job.height ? below + room : zeros;
          T* __restrict out = dx + (plane * job.height + i) * width;
          for (int64_t j = 0; j < width; ++j)
            out[j] = ((above[j + 2] - above[j]) + (row[j + 2] - row[j]) + (below[j + 2] - below[j])) +
                     ((down[j] - up[j]) + (down[j + 1] - up[j + 1]) + (down[j + 2] - up[j + 2]));
        }
      }
    });
  });
}

}  // namespace blemish
