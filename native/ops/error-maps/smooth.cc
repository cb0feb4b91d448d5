// Maps made smooth by a Gaussian or by a box, once or again and again, with gradients.
#include <omp.h>

#include <string>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/error-maps/real.h"
#include "ops/error-maps/window.h"

namespace blemish {
namespace {

constexpr int64_t bandRows = 32;

int64_t radiusOf(const Attrs& attrs) { return static_cast<int64_t>(attrs.real("truncate") * attrs.real("sigma") + 0.5); }

void blurRule(Dims& d, const Attrs& attrs) {
  requireReal(d, "x");
  double sigma = attrs.real("sigma"), truncate = attrs.real("truncate");
  if (!(sigma >= 0 && sigma <= 4096))
    d.refuse(Code::ATTRIBUTE_INVALID, "sigma is " + std::to_string(sigma) + "; expected 0 to 4096");
  if (!(truncate > 0 && truncate <= 16))
    d.refuse(Code::ATTRIBUTE_INVALID, "truncate is " + std::to_string(truncate) + "; expected more than 0, at most 16");
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
          foldRow(result + radius, 0, width, width, radius, border);
          for (int64_t j = 0; j < width; ++j) out[j] = result[radius + j];
          continue;
        }
        if (!transposed) padRow(middle, 0, width, width, radius, border);
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

// Means over boxes along the first axis of [length lanes]. A box's sum is that of the end of one block and the beginning of
// the next, with blocks as long as the box (van Herk 1992, with sums in place of maxima): three additions whatever the size,
// no differences, so that nothing cancels and a NaN reaches no farther than the box.
template <class T> struct Box {
  int64_t size;
  Border border;  // inside or replicate
  bool transposed;

  int64_t radius() const { return size / 2; }
  // Numbers of working memory.
  int64_t needs(int64_t lanes) const { return (size + 2) * lanes; }

  BLEMISH_INLINE inline T share(int64_t i, int64_t length) const {
    int64_t count = border == Border::inside ? std::min(i + radius(), length - 1) - std::max(i - radius(), int64_t(0)) + 1 : size;
    return 1 / static_cast<T>(count);
  }

  BLEMISH_INLINE inline void run(T* __restrict x, T* __restrict y, int64_t length, int64_t lanes, T* __restrict work) const {
    // The transposed map of a replicated border has results beyond the border as well, which are added to the outermost.
    bool back = transposed && border == Border::replicate;
    int64_t results = back ? length + 2 * radius() : length, lead = back ? 2 * radius() : radius();
    T *ends = work, *start = work + size * lanes, *zeros = start + lanes;
    for (int64_t l = 0; l < lanes; ++l) zeros[l] = 0;
    if (back)
      for (int64_t i = 0; i < length * lanes; ++i) y[i] = 0;
    if (transposed && border == Border::inside)
      for (int64_t i = 0; i < length; ++i)
        for (int64_t l = 0; l < lanes; ++l) x[i * lanes + l] *= share(i, length);
    auto row = [&](int64_t i) BLEMISH_INLINE -> const T* {
      if (i >= 0 && i < length) return x + i * lanes;
      return border == Border::replicate && !transposed ? x + folded(border, i, length) * lanes : zeros;
    };
    for (int64_t block = 0; block < results; block += size) {
      const T* from = row(block + size - 1 - lead);
      for (int64_t l = 0; l < lanes; ++l) ends[(size - 1) * lanes + l] = from[l], start[l] = 0;
      for (int64_t k = size - 2; k >= 0; --k) {
        from = row(block + k - lead);
        for (int64_t l = 0; l < lanes; ++l) ends[k * lanes + l] = ends[(k + 1) * lanes + l] + from[l];
      }
      for (int64_t k = 0; k < std::min(size, results - block); ++k) {
        int64_t i = block + k;
        if (k > 0) {
          from = row(i + size - 1 - lead);
          for (int64_t l = 0; l < lanes; ++l) start[l] += from[l];
        }
        if (back) {
          T* to = y + folded(border, i - radius(), length) * lanes;
          for (int64_t l = 0; l < lanes; ++l) to[l] += (ends[k * lanes + l] + start[l]) * share(i, length);
        } else {
          T each = transposed ? T(1) : share(i, length);
          for (int64_t l = 0; l < lanes; ++l) y[i * lanes + l] = (ends[k * lanes + l] + start[l]) * each;
        }
      }
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

// All passes along the rows, then all passes down the columns, each on lines that lie side by side in the nearest caches.
template <class T> void boxes(const Tensor& input, const Tensor& output, const Attrs& attrs, bool transposed) {
  constexpr int64_t most = 32, few = 16;  // lines of one item: columns, and rows, which have to be turned
  int64_t height = input.shape[2], width = input.shape[3], planes = input.shape[0] * input.shape[1];
  Box<T> box{attrs.integer("size"), borderOf(attrs.choice("border")), transposed};
  int64_t times = box.size == 1 ? 0 : attrs.integer("times"), rows = planes * height;
  const T* x = input.as<T>();
  T* y = output.as<T>();
  if (times == 0 || input.size() == 0) {
    std::copy(x, x + input.size(), y);
    return;
  }
  int64_t held = std::max(height * most, width * few), own = (2 * held + box.needs(most) + 15) / 16 * 16;
  T* buffers = scratchOf<T>(own * omp_get_max_threads());
  parallelFor((rows + few - 1) / few, grainOf(5 * times * few * width), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    T *a = buffers + own * omp_get_thread_num(), *b = a + held, *work = b + held;
    for (int64_t item = first; item < last; ++item) {
      int64_t lanes = std::min(few, rows - item * few);
      const T* from = x + item * few * width;
      for (int64_t l = 0; l < lanes; ++l)
        for (int64_t j = 0; j < width; ++j) a[j * lanes + l] = from[l * width + j];
      for (int64_t pass = 0; pass < times; ++pass, std::swap(a, b)) box.run(a, b, width, lanes, work);
      T* to = y + item * few * width;
      for (int64_t l = 0; l < lanes; ++l)
        for (int64_t j = 0; j < width; ++j) to[l * width + j] = a[j * lanes + l];
    }
  });
  int64_t strips = (width + most - 1) / most;
  parallelFor(planes * strips, grainOf(5 * times * most * height), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    T *a = buffers + own * omp_get_thread_num(), *b = a + held, *work = b + held;
    for (int64_t item = first; item < last; ++item) {
      int64_t left = item % strips * most, lanes = std::min(most, width - left);
      T* at = y + item / strips * height * width + left;
      for (int64_t i = 0; i < height; ++i)
        for (int64_t l = 0; l < lanes; ++l) a[i * lanes + l] = at[i * width + l];
      for (int64_t pass = 0; pass < times; ++pass, std::swap(a, b)) box.run(a, b, height, lanes, work);
      for (int64_t i = 0; i < height; ++i)
        for (int64_t l = 0; l < lanes; ++l) at[i * width + l] = a[i * lanes + l];
    }
  });
}

}  // namespace

OP("boxFilter(x: T[N C H W], size: int, times = 1, border = inside|replicate) -> T[N C H W]",
   "Mean over size x size pixels, applied `times` times to each channel; the cost does not depend on size, which is odd. Beyond "
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
