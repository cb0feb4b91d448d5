// Maps made smooth by a Gaussian or by a box, once or again and again, with gradients.
#include <omp.h>

#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/real.h"
#include "ops/error-maps/window.h"

namespace blemish {
namespace {

constexpr int64_t bandRows = 32;

int64_t radiusOf(const Attrs& attrs) { return static_cast<int64_t>(attrs.real("truncate") * attrs.real("sigma") + 0.5); }

void blurRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  double sigma = attrs.real("sigma"), truncate = attrs.real("truncate");
  if (!(sigma >= 0 && sigma <= 512))
    d.refuse(Code::ATTRIBUTE_INVALID, "sigma is " + std::to_string(sigma) + "; expected 0 to 512");
  if (!(truncate > 0 && truncate <= 8))
    d.refuse(Code::ATTRIBUTE_INVALID, "truncate is " + std::to_string(truncate) + "; expected more than 0, at most 8");
}

// Rows are combined down the columns first, then each row along itself; the transposed map in the same order, since the
// two directions commute.
template <class T> void blur(const Tensor& input, const Tensor& output, const Attrs& attrs, bool transposed) {
  int64_t height = input.shape[2], width = input.shape[3], planes = input.shape[0] * input.shape[1];
  if (input.size() == 0) return;
  const T* x = input.as<T>();
  T* y = output.as<T>();
  int64_t radius = radiusOf(attrs), size = 2 * radius + 1;
  if (radius == 0) {
    std::copy(x, x + input.size(), y);
    return;
  }
  Border border = borderOf(attrs.choice("border"));
  Window<T> window = gaussianWindow<T>(size, attrs.real("sigma"));
  Band<T> down(window, border, height, transposed);
  // What is left of the weights at each column.
  T* share = nullptr;
  if (border == Border::inside) {
    share = scratchOf<T>(width);
    for (int64_t j = 0; j < width; ++j) {
      T sum = 0;
      for (int64_t k = 0; k < size; ++k)
        if (j + k >= radius && j + k - radius < width) sum += window.weights[k];
      share[j] = 1 / sum;
    }
  }
  // A row with room for what lies beyond it on both sides: once for what stands in, twice for what is folded back.
  int64_t room = (transposed && folds(border) ? 2 : 1) * radius, row = width + 2 * room, extended = width + 2 * (room - radius);
  int64_t own = (row + extended + 31) / 16 * 16, bands = (height + bandRows - 1) / bandRows;
  T* buffers = scratchOf<T>(own * omp_get_max_threads());
  auto** pointers = scratchOf<const T*>(size * omp_get_max_threads());
  T* zeros = scratchOf<T>(width);
  std::fill(zeros, zeros + width, T(0));
  parallelFor(planes * bands, grainOf(2 * size * width * bandRows), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    T *buffer = buffers + own * omp_get_thread_num(), *middle = buffer + room, *result = buffer + row;
    const T** rows = pointers + size * omp_get_thread_num();
    for (int64_t j = 0; j < row; ++j) buffer[j] = 0;
    for (int64_t item = first; item < last; ++item) {
      const T* plane = x + item / bands * height * width;
      int64_t top = item % bands * bandRows;
      for (int64_t i = top; i < std::min(top + bandRows, height); ++i) {
        for (int64_t k = 0; k < size; ++k) {
          int64_t from = i + k - radius;
          rows[k] = from < 0 || from >= height ? zeros : plane + from * width;
        }
        combineRows(rows, 0, down.at(i), size, middle, width);
        T* out = y + (item / bands * height + i) * width;
        if (transposed && share)
          for (int64_t j = 0; j < width; ++j) middle[j] *= share[j];
        if (transposed && folds(border)) {
          for (int64_t k = 0; k < size; ++k) rows[k] = buffer + k;
          combineRows(rows, 0, window.weights, size, result, extended);
          foldRow(result + radius, 0, -radius, width + radius, width, border);
          for (int64_t j = 0; j < width; ++j) out[j] = result[radius + j];
          continue;
        }
        if (!transposed) padRow(middle, 0, -radius, width + radius, width, border);
        for (int64_t k = 0; k < size; ++k) rows[k] = buffer + k;
        combineRows(rows, 0, window.weights, size, out, width);
        if (!transposed && share)
          for (int64_t j = 0; j < width; ++j) out[j] *= share[j];
      }
    }
  });
}

}  // namespace

OP("gaussianBlur(x: T[N C H W], sigma: real, truncate = 4.0, border = symmetric|reflect|replicate|zero|inside) -> T[N C H W]",
   "Each channel filtered by a Gaussian of standard deviation sigma pixels, cut off at radius floor(truncate sigma + 1/2) and "
   "brought to a sum of 1. Beyond the border: the picture mirrored about its edge (symmetric) or about its outermost pixels "
   "(reflect), the outermost pixel (replicate), zeros, or nothing, with the weights inside brought to a sum of 1 (inside). "
   "f32 or f64.",
   blurRule)

KERNEL(cpu, gaussianBlur) {
  byReal(call.in[0], [&]<class T>() { blur<T>(call.in[0], call.out[0], call.attrs, false); });
}

OP("gaussianBlurGrad(dy: T[N C H W], sigma: real, truncate = 4.0, border = symmetric|reflect|replicate|zero|inside) -> "
   "T[N C H W]",
   "Gradient of gaussianBlur: the transposed filter.", blurRule)

KERNEL(cpu, gaussianBlurGrad) {
  byReal(call.in[0], [&]<class T>() { blur<T>(call.in[0], call.out[0], call.attrs, true); });
}

namespace {

// Means over boxes along one axis of `length` numbers. Nothing is ever taken off a sum, so that nothing cancels and a NaN reaches
// no farther than the box.
template <class T> struct Box {
  int64_t length, radius, size;
  Border border;  // inside or replicate
  bool transposed;

  Box(int64_t n, int64_t wanted, Border what, bool back)
      // A box that reaches beyond both ends takes in all there is.
      : length(n),
        radius(what == Border::inside ? std::min(wanted / 2, n - 1) : wanted / 2),
        size(2 * radius + 1),
        border(what),
        transposed(back) {}

  // The transposed map of a replicated border has results beyond the border as well, which are added to the outermost.
  bool folding() const { return transposed && border == Border::replicate; }
  int64_t lead() const { return folding() ? 2 * radius : radius; }
  int64_t results() const { return folding() ? length + 2 * radius : length; }

  BLEMISH_INLINE inline T share(int64_t i) const {
    int64_t count = border == Border::inside ? std::min(i + radius, length - 1) - std::max(i - radius, int64_t(0)) + 1 : size;
    return 1 / static_cast<T>(count);
  }

  // Down `lanes` columns that lie side by side, from x to y. A box's sum is that of the end of one block and the beginning of
  // the next, with blocks as long as the box (van Herk 1992, with sums in place of maxima): three additions whatever the size.
  int64_t needsDown(int64_t lanes) const { return (size + 2) * lanes; }
  BLEMISH_INLINE inline void down(T* __restrict x, T* __restrict y, int64_t lanes, T* __restrict work) const {
    T *ends = work, *start = work + size * lanes, *zeros = start + lanes;
    for (int64_t l = 0; l < lanes; ++l) zeros[l] = 0;
    if (folding())
      for (int64_t i = 0; i < length * lanes; ++i) y[i] = 0;
    if (transposed && border == Border::inside)
      for (int64_t i = 0; i < length; ++i) {
        T each = share(i);
        for (int64_t l = 0; l < lanes; ++l) x[i * lanes + l] *= each;
      }
    auto row = [&](int64_t i) BLEMISH_INLINE -> const T* {
      if (i >= 0 && i < length) return x + i * lanes;
      return border == Border::replicate && !transposed ? x + folded(border, i, length) * lanes : zeros;
    };
    for (int64_t block = 0; block < results(); block += size) {
      const T* from = row(block + size - 1 - lead());
      for (int64_t l = 0; l < lanes; ++l) ends[(size - 1) * lanes + l] = from[l], start[l] = 0;
      for (int64_t k = size - 2; k >= 0; --k) {
        from = row(block + k - lead());
        for (int64_t l = 0; l < lanes; ++l) ends[k * lanes + l] = ends[(k + 1) * lanes + l] + from[l];
      }
      for (int64_t k = 0; k < std::min(size, results() - block); ++k) {
        int64_t i = block + k;
        if (k > 0) {
          from = row(i + size - 1 - lead());
          for (int64_t l = 0; l < lanes; ++l) start[l] += from[l];
        }
        T each = transposed && !folding() ? T(1) : share(i);
        if (folding()) {
          T* to = y + folded(border, i - radius, length) * lanes;
          for (int64_t l = 0; l < lanes; ++l) to[l] += (ends[k * lanes + l] + start[l]) * each;
        } else {
          for (int64_t l = 0; l < lanes; ++l) y[i * lanes + l] = (ends[k * lanes + l] + start[l]) * each;
        }
      }
    }
  }

  // Along a row in place, with lead() numbers of room on both sides. Sums of 2, 4, 8 ... neighbours are put together as the
  // size's binary digits say: whole vectors, where running sums would wait for one another.
  int64_t needsAlong() const { return 3 * (length + 2 * lead() + 16); }
  BLEMISH_INLINE inline void along(T* row, T* work) const {
    int64_t before = lead(), count = results(), held = length + 2 * before;
    if (transposed && border == Border::inside)
      for (int64_t j = 0; j < length; ++j) row[j] *= share(j);
    bool repeated = border == Border::replicate && !transposed;
    for (int64_t j = 1; j <= before; ++j) {
      row[-j] = repeated ? row[0] : T(0);
      row[length - 1 + j] = repeated ? row[length - 1] : T(0);
    }
    T* sums = work;
    sumsOf(row - before, work + held + 16, work + 2 * (held + 16), sums, count);
    if (!transposed)
      for (int64_t j = 0; j < length; ++j) row[j] = sums[j] * share(j);
    else if (!folding()) std::copy(sums, sums + length, row);
    else {
      foldRow(sums + radius, 0, -radius, length + radius, length, border);
      for (int64_t j = 0; j < length; ++j) row[j] = sums[radius + j] * share(j);
    }
  }

 private:
  BLEMISH_INLINE inline void sumsOf(const T* x, T* __restrict a, T* __restrict b, T* __restrict sums, int64_t count) const {
    int64_t left = count + size - 1, done = 0;
    for (int64_t level = 1;; level *= 2) {
      if (size & level) {
        if (done == 0)
          for (int64_t j = 0; j < count; ++j) sums[j] = x[j];
        else
          for (int64_t j = 0; j < count; ++j) sums[j] += x[done + j];
        done += level;
      }
      if (2 * level > size) return;
      left -= level;
      for (int64_t j = 0; j < left; ++j) a[j] = x[j] + x[j + level];
      x = a;
      std::swap(a, b);
    }
  }
};

void boxRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  int64_t size = attrs.integer("size"), times = attrs.integer("times");
  if (size < 1 || size > 65535 || size % 2 == 0)
    d.refuse(Code::ATTRIBUTE_INVALID, "size is " + std::to_string(size) + "; expected an odd number from 1 to 65535");
  if (times < 0 || times > 1000) d.refuse(Code::ATTRIBUTE_INVALID, "times is " + std::to_string(times) + "; expected 0 to 1000");
}

// All passes along the rows, then all passes down the columns: numbers stay in the nearest caches from pass to pass.
template <class T> void boxes(const Tensor& input, const Tensor& output, const Attrs& attrs, bool transposed) {
  constexpr int64_t most = 32;  // columns of one item
  int64_t height = input.shape[2], width = input.shape[3], planes = input.shape[0] * input.shape[1], size = attrs.integer("size");
  int64_t times = size == 1 ? 0 : attrs.integer("times");
  const T* x = input.as<T>();
  T* y = output.as<T>();
  if (times == 0 || input.size() == 0) {
    std::copy(x, x + input.size(), y);
    return;
  }
  Border border = borderOf(attrs.choice("border"));
  Box<T> row(width, size, border, transposed), column(height, size, border, transposed);
  int64_t room = width + 2 * row.lead(), needed = std::max(room + row.needsAlong(), 2 * height * most + column.needsDown(most));
  int64_t own = (needed + 15) / 16 * 16;
  T* buffers = scratchOf<T>(own * omp_get_max_threads());
  parallelFor(planes * height, grainOf(12 * times * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    T *memory = buffers + own * omp_get_thread_num(), *middle = memory + row.lead(), *work = memory + room;
    for (int64_t i = first; i < last; ++i) {
      std::copy(x + i * width, x + (i + 1) * width, middle);
      for (int64_t pass = 0; pass < times; ++pass) row.along(middle, work);
      std::copy(middle, middle + width, y + i * width);
    }
  });
  int64_t strips = (width + most - 1) / most;
  parallelFor(planes * strips, grainOf(5 * times * most * height), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    T *a = buffers + own * omp_get_thread_num(), *b = a + height * most, *work = b + height * most;
    for (int64_t item = first; item < last; ++item) {
      int64_t left = item % strips * most, lanes = std::min(most, width - left);
      T* at = y + item / strips * height * width + left;
      for (int64_t i = 0; i < height; ++i)
        for (int64_t l = 0; l < lanes; ++l) a[i * lanes + l] = at[i * width + l];
      for (int64_t pass = 0; pass < times; ++pass, std::swap(a, b)) column.down(a, b, lanes, work);
      for (int64_t i = 0; i < height; ++i)
        for (int64_t l = 0; l < lanes; ++l) at[i * width + l] = a[i * lanes + l];
    }
  });
}

}  // namespace

OP("boxFilter(x: T[N C H W], size: int, times = 1, border = inside|replicate) -> T[N C H W]",
   "Mean over size x size pixels, applied `times` times to each channel; the cost hardly depends on size, which is odd. Beyond "
   "the border: nothing, only pixels inside count (inside), or the outermost pixel (replicate). f32 or f64.",
   boxRule)

KERNEL(cpu, boxFilter) {
  byReal(call.in[0], [&]<class T>() { boxes<T>(call.in[0], call.out[0], call.attrs, false); });
}

OP("boxFilterGrad(dy: T[N C H W], size: int, times = 1, border = inside|replicate) -> T[N C H W]",
   "Gradient of boxFilter: the transposed filter.", boxRule)

KERNEL(cpu, boxFilterGrad) {
  byReal(call.in[0], [&]<class T>() { boxes<T>(call.in[0], call.out[0], call.attrs, true); });
}

}  // namespace blemish
