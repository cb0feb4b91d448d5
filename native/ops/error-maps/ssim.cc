// Structural similarity as a map and as a mean, with gradients.
//
// Pictures are cut into tiles whose rows stay in the nearest cache: moments of an input row, windows down the columns, windows
// along the row, and the formula at once, so that no picture of moments is ever stored. The gradient does the same twice:
// slopes take the place of the formula's value, and go back through the transposed windows.
#include <omp.h>

#include <string>

#include "core/registry.h"
#include "cpu/parallel.h"
#include "cpu/real.h"
#include "cpu/sums.h"
#include "ops/error-maps/ssim.h"
#include "ops/error-maps/window.h"

namespace blemish {
namespace {

void require(Dims& d, bool condition, const char* name, double value, const char* expected) {
  if (!condition)
    d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " is " + std::to_string(value) + "; expected " + expected);
}

void ssimRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  int64_t size = attrs.integer("size");
  if (size < 3 || size > 255 || size % 2 == 0)
    d.refuse(Code::ATTRIBUTE_INVALID, "size is " + std::to_string(size) + "; expected an odd number from 3 to 255");
  double sigma = attrs.real("sigma"), range = attrs.real("range"), k1 = attrs.real("k1"), k2 = attrs.real("k2");
  require(d, sigma > 0, "sigma", sigma, "a positive number");
  require(d, range > 0, "range", range, "a positive number");
  require(d, k1 > 0, "k1", k1, "a positive number");
  require(d, k2 > 0, "k2", k2, "a positive number");
  require(d, attrs.real("epsilon") >= 0, "epsilon", attrs.real("epsilon"), "at least 0");
  bool whole = attrs.choice("border") == "valid";
  d.require(!whole || (d["H"] >= size && d["W"] >= size),
            "x " + text(d.input(0).shape) + " is smaller than the window; expected " + std::to_string(size) + " by " +
                std::to_string(size) + " pixels at least, or another border than valid");
}

int64_t lostOf(const Attrs& attrs) { return attrs.choice("border") == "valid" ? attrs.integer("size") - 1 : 0; }

// What all four operations share: geometry, window, formula.
template <class T> struct Job {
  static constexpr int64_t bandRows = 64;

  Job(const Call& call, bool transposed)
      : x(call.in[0].as<T>()),
        y(call.in[1].as<T>()),
        planes(call.in[0].shape[0] * call.in[0].shape[1]),
        height(call.in[0].shape[2]),
        width(call.in[0].shape[3]),
        border(borderOf(call.attrs.choice("border"))),
        window(call.attrs.choice("window") == "uniform"
                   ? uniformWindow<T>(call.attrs.integer("size"))
                   : gaussianWindow<T>(call.attrs.integer("size"), call.attrs.real("sigma"))),
        down(window, border, height, false),
        up(window, border, height, transposed),
        lead(border == Border::valid ? window.radius : 0),
        rows(height - 2 * lead),
        columns(width - 2 * lead),
        strips(transposed ? width : columns, window.radius) {
    const Attrs& attrs = call.attrs;
    double range = attrs.real("range"), c1 = attrs.real("k1") * range, c2 = attrs.real("k2") * range;
    double samples = static_cast<double>(window.size() * window.size());
    formula.c1 = static_cast<T>(2 * c1 * c1);
    formula.c2 = static_cast<T>(2 * c2 * c2);
    formula.scale = static_cast<T>(attrs.flag("sampleVariance") ? samples / (samples - 1) : 1);
    formula.epsilon = static_cast<T>(attrs.real("epsilon"));
    // With zeros beyond the border the weights inside do not add up to 1, and a shift would not come out again.
    formula.shift = border == Border::zero ? T(0) : static_cast<T>(range);
    formula.contrastOnly = attrs.choice("part") == "contrast";
    zeros = scratchOf<T>(4 * room());
    std::fill(zeros, zeros + 4 * room(), T(0));
  }

  const T *x, *y;
  int64_t planes, height, width;
  Border border;
  Window<T> window;
  Band<T> down, up;
  int64_t lead, rows, columns;  // of the result: its first row stands at `lead` of the picture
  ColumnStrips strips;          // of the result's columns, or of the picture's for the gradient
  Ssim<T> formula;
  T* zeros;

  // Of a row of a tile with what lies beyond it on both sides.
  int64_t room() const { return (strips.widest() + 4 * window.size() + 31) / 16 * 16; }
};

// Rows of moments of one strip of columns [left, right) of the picture, which windows centred there need; four numbers for
// every pixel that they cover.
template <class T> class MomentRows {
 public:
  static int64_t needs(const Job<T>& job) { return (job.window.size() + 2) * 4 * job.room(); }

  BLEMISH_INLINE inline MomentRows(const Job<T>& job, int64_t plane, int64_t left, int64_t right, int64_t top, T* memory)
      : x_(job.x + plane * job.height * job.width),
        y_(job.y + plane * job.height * job.width),
        left_(left),
        right_(right),
        from_(std::max(left - job.window.radius, int64_t(0))),
        to_(std::min(right + job.window.radius, job.width)),
        next_(std::max(top - job.window.radius, int64_t(0))),
        ring_(memory),
        across_(memory + job.window.size() * 4 * job.room()),
        result_(across_ + 4 * job.room()) {}

  // The moments of the windows centred at row `center`: four rows of right - left numbers. `pointers` is room for one per tap.
  BLEMISH_INLINE inline MomentRow<T> at(const Job<T>& job, int64_t center, const T** pointers) {
    int64_t radius = job.window.radius, size = job.window.size(), room = job.room(), count = to_ - from_;
    for (; next_ <= std::min(center + radius, job.height - 1); ++next_) {
      momentsOfRow(x_ + next_ * job.width + from_, y_ + next_ * job.width + from_, job.width, job.formula.shift,
                   ring_ + next_ % size * 4 * room, room, count);
    }
    // All four down before the first along: what was written last is read last. Whole vectors: what is more stands in room of
    // its own, and is overwritten or not looked at.
    T* inside = across_ + from_ - left_ + radius;
    rowsAround(center, size, int64_t(0), job.height, ring_, 4 * room, job.zeros, pointers);
    for (int moment = 0; moment < 4; ++moment) {
      combineRows(pointers, moment * room, job.down.at(center), size, inside + moment * room, (count + 15) / 16 * 16);
      padRow(inside + moment * room, from_, left_ - radius, right_ + radius, job.width, job.border);
    }
    for (int64_t k = 0; k < size; ++k) pointers[k] = across_ + k;
    for (int moment = 0; moment < 4; ++moment)
      combineRows(pointers, moment * room, job.window.weights, size, result_ + moment * room, (right_ - left_ + 15) / 16 * 16);
    return {result_, room};
  }

 private:
  const T *x_, *y_;
  int64_t left_, right_, from_, to_, next_;
  T *ring_, *across_, *result_;
};

// The map, or with `sums` the sum over each tile of it.
template <class T> void forward(const Job<T>& job, T* map, double* sums) {
  constexpr int64_t bandRows = Job<T>::bandRows;
  int64_t strips = job.strips.count, bands = (job.rows + bandRows - 1) / bandRows, size = job.window.size();
  int64_t own = MomentRows<T>::needs(job) + job.room();
  T* buffers = scratchOf<T>(own * omp_get_max_threads());
  auto** pointers = scratchOf<const T*>(size * omp_get_max_threads());
  parallelFor(job.planes * bands * strips, grainOf(8 * size * job.strips.widest() * bandRows),
              [=](int64_t first, int64_t last) BLEMISH_INLINE {
                T* memory = buffers + own * omp_get_thread_num();
                T* values = memory + MomentRows<T>::needs(job);
                const T** taps = pointers + size * omp_get_thread_num();
                for (int64_t item = first; item < last; ++item) {
                  int64_t plane = item / strips / bands, top = item / strips % bands * bandRows,
                          bottom = std::min(top + bandRows, job.rows);
                  int64_t left = job.strips.left(item % strips), right = job.strips.right(item % strips);
                  MomentRows<T> moments(job, plane, left + job.lead, right + job.lead, top + job.lead, memory);
                  double sum = 0;
                  for (int64_t i = top; i < bottom; ++i) {
                    T* out = map ? map + (plane * job.rows + i) * job.columns + left : values;
                    MomentRow<T> row = moments.at(job, i + job.lead, taps);
                    choose(job.formula, [&](auto formula) BLEMISH_INLINE { valuesOfRow(formula, row, out, right - left); });
                    if (sums) sum += sumOf(out, right - left);
                  }
                  if (sums) sums[item] = sum;
                }
              });
}

// The gradient by x, given that of the map, or one number per plane that holds for every pixel of its map.
template <class T> void backward(const Job<T>& job, const T* dmap, const T* dplane, T* dx) {
  constexpr int64_t bandRows = 2 * Job<T>::bandRows;
  int64_t strips = job.strips.count, bands = (job.height + bandRows - 1) / bandRows;
  int64_t size = job.window.size(), radius = job.window.radius, room = job.room();
  int64_t own = MomentRows<T>::needs(job) + (size + 2) * 3 * room;
  T* buffers = scratchOf<T>(own * omp_get_max_threads());
  auto** pointers = scratchOf<const T*>(size * omp_get_max_threads());
  parallelFor(
      job.planes * bands * strips, grainOf(16 * size * job.strips.widest() * bandRows),
      [=](int64_t first, int64_t last) BLEMISH_INLINE {
        T* memory = buffers + own * omp_get_thread_num();
        T *ring = memory + MomentRows<T>::needs(job), *across = ring + size * 3 * room, *result = across + 3 * room;
        const T** taps = pointers + size * omp_get_thread_num();
        int64_t low = job.lead, high = job.height - job.lead;  // centres of windows: rows, and below columns
        for (int64_t item = first; item < last; ++item) {
          int64_t plane = item / strips / bands, top = item / strips % bands * bandRows,
                  bottom = std::min(top + bandRows, job.height);
          int64_t left = job.strips.left(item % strips), right = job.strips.right(item % strips);
          // Results beyond the border are wanted where they are folded back.
          bool folding = folds(job.border);
          int64_t start = left - (folding && left == 0 ? radius : 0), end = right + (folding && right == job.width ? radius : 0);
          int64_t from = std::max(start - radius, job.lead), to = std::min(end + radius, job.width - job.lead);
          int64_t next = std::max(top - radius, low);
          for (int64_t j = 0; j < size * 3 * room; ++j) ring[j] = 0;
          MomentRows<T> moments(job, plane, from, to, next, memory);
          for (int64_t i = top; i < bottom; ++i) {
            for (; next <= std::min(i + radius, high - 1); ++next) {
              if (from >= to) continue;
              MomentRow<T> rows = moments.at(job, next, taps);
              T* slopes = ring + next % size * 3 * room + from - start + radius;
              const T* g = dmap ? dmap + (plane * job.rows + next - job.lead) * job.columns + from - job.lead : nullptr;
              T all = dmap ? T(0) : dplane[plane];
              choose(job.formula, [&](auto formula) BLEMISH_INLINE {
                if (g) slopesOfRow<1>(formula, rows, g, slopes, room, to - from);
                else slopesOfRow<0>(formula, rows, &all, slopes, room, to - from);
              });
            }
            rowsAround(i, size, low, high, ring, 3 * room, job.zeros, taps);
            for (int part = 0; part < 3; ++part)
              combineRows(taps, part * room, job.up.at(i), size, across + part * room, (end - start + 2 * radius + 15) / 16 * 16);
            for (int64_t k = 0; k < size; ++k) taps[k] = across + k;
            for (int part = 0; part < 3; ++part) {
              T* back = result + part * room;
              combineRows(taps, part * room, job.window.weights, size, back, (end - start + 15) / 16 * 16);
              if (folding) foldRow(back + left - start, left, start, end, job.width, job.border);
            }
            const T *p = job.x + (plane * job.height + i) * job.width + left, *q = job.y + (p - job.x),
                    *back = result + left - start;
            T* __restrict to = dx + (p - job.x);
            for (int64_t j = 0; j < right - left; ++j)
              to[j] = back[j] + 2 * (p[j] + q[j] - job.formula.shift) * back[room + j] + 2 * (p[j] - q[j]) * back[2 * room + j];
          }
        }
      });
}

}  // namespace

#define BLEMISH_SSIM                                                                                                   \
  "window = gaussian|uniform, size = 11, sigma = 1.5, border = zero|valid|reflect|symmetric, sampleVariance = false, " \
  "range = 1.0, k1 = 0.01, k2 = 0.03, epsilon = 0.0, part = ssim|contrast)"

OP("ssimMap(x: T[N C H W], y: T[N C H W], " BLEMISH_SSIM " -> T[N C P Q]",
   "Structural similarity (Wang et al. 2004) of each channel: (2 mx my + C1)(2 sxy + C2) / ((mx^2 + my^2 + C1)(sx^2 + sy^2 + C2) "
   "+ "
   "epsilon) with windowed means, variances (times n / (n - 1) with sampleVariance) and C = (k range)^2; or its part without the "
   "luminance, (2 sxy + C2) / (sx^2 + sy^2 + C2 + epsilon). Beyond the border: zeros, the picture mirrored about its outermost "
   "pixels (reflect) or about its edge (symmetric), or only whole windows (valid), where the map is smaller by size - 1. f32 or "
   "f64.",
   [](Dims& d, const Attrs& attrs) {
     ssimRule(d, attrs);
     d["P"] = d["H"] - lostOf(attrs);
     d["Q"] = d["W"] - lostOf(attrs);
   })

KERNEL(cpu, ssimMap) {
  if (call.out[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() { forward<T>(Job<T>(call, false), call.out[0].as<T>(), nullptr); });
}

OP("ssimMapGrad(x: T[N C H W], y: T[N C H W], dy: T[N C P Q], " BLEMISH_SSIM " -> T[N C H W]",
   "Gradient of ssimMap by x (by y with the two exchanged).", [](Dims& d, const Attrs& attrs) {
     ssimRule(d, attrs);
     int64_t lost = lostOf(attrs);
     d.require(d["P"] == d["H"] - lost && d["Q"] == d["W"] - lost,
               "dy " + text(d.input(2).shape) + " is no map of x " + text(d.input(0).shape) + "; expected " +
                   std::to_string(d["H"] - lost) + " by " + std::to_string(d["W"] - lost) + " pixels");
   })

KERNEL(cpu, ssimMapGrad) {
  if (call.out[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() { backward<T>(Job<T>(call, true), call.in[2].as<T>(), nullptr, call.out[0].as<T>()); });
}

namespace {

void meanRule(Dims& d, const Attrs& attrs) {
  ssimRule(d, attrs);
  int64_t results = attrs.flag("together") ? 1 : d["C"];
  if (d.has(2))
    d.require(d["K"] == results, "dy " + text(d.input(2).shape) + " does not belong to x " + text(d.input(0).shape) +
                                     "; expected " + std::to_string(results) + " numbers for each picture");
  d["K"] = results;
  d.require(d["C"] > 0, "x " + text(d.input(0).shape) + " has no channel; expected at least 1");
  d.require(d["H"] > 0 && d["W"] > 0, "x " + text(d.input(0).shape) + " has no pixel to average; expected at least 1 by 1");
}

}  // namespace

OP("ssimMean(x: T[N C H W], y: T[N C H W], together = false, " BLEMISH_SSIM " -> T[N K]",
   "Mean over each channel's ssimMap, which is not stored; K is C, or 1 with the mean over all channels together.", meanRule)

KERNEL(cpu, ssimMean) {
  if (call.out[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() {
    Job<T> job(call, false);
    int64_t each = job.strips.count * ((job.rows + job.bandRows - 1) / job.bandRows);
    int64_t results = call.out[0].size(), tiles = job.planes / results * each;
    double *sums = scratchOf<double>(job.planes * each),
           size = static_cast<double>(job.planes / results * job.rows * job.columns);
    forward<T>(job, nullptr, sums);
    for (int64_t i = 0; i < results; ++i) {
      double sum = 0;
      for (int64_t tile = 0; tile < tiles; ++tile) sum += sums[i * tiles + tile];
      call.out[0].as<T>()[i] = static_cast<T>(sum / size);
    }
  });
}

OP("ssimMeanGrad(x: T[N C H W], y: T[N C H W], dy: T[N K], together = false, " BLEMISH_SSIM " -> T[N C H W]",
   "Gradient of ssimMean by x (by y with the two exchanged).", meanRule)

KERNEL(cpu, ssimMeanGrad) {
  if (call.out[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() {
    Job<T> job(call, true);
    // What one pixel of each channel's map is worth.
    int64_t channels = job.planes / call.in[2].size();
    T* share = scratchOf<T>(job.planes);
    for (int64_t plane = 0; plane < job.planes; ++plane)
      share[plane] = call.in[2].as<T>()[plane / channels] / static_cast<T>(channels * job.rows * job.columns);
    backward<T>(job, nullptr, share, call.out[0].as<T>());
  });
}

}  // namespace blemish
