// The median filter.
#include <omp.h>

#include <cmath>
#include <limits>
#include <string>

#include "core/bits.h"
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "cpu/real.h"
#include "ops/error-maps/window.h"

namespace blemish {
namespace {

constexpr int64_t strip = 64;  // columns that are filtered side by side
constexpr int64_t bandRows = 16;
constexpr int64_t largest = 63;  // side of a window
constexpr int64_t fewest = 121;  // numbers of a window up to which selection beats counting

template <class T> BLEMISH_INLINE inline void exchange(T* __restrict low, T* __restrict high) {
  for (int64_t j = 0; j < strip; ++j) {
    T a = low[j], b = high[j];
    low[j] = a < b ? a : b;
    high[j] = a < b ? b : a;
  }
}

// Of `count` numbers in each column, brings the smallest to the first and the largest to the last place.
template <class T> BLEMISH_INLINE inline void bringOut(T* rows, int64_t count) {
  for (int64_t i = 0; i < count / 2; ++i) exchange(rows + i * strip, rows + (count - 1 - i) * strip);
  for (int64_t i = 1; i < (count + 1) / 2; ++i) exchange(rows, rows + i * strip);
  for (int64_t i = count / 2; i < count - 1; ++i) exchange(rows + i * strip, rows + (count - 1) * strip);
}

// Forgetful selection: of half the numbers and two more, the smallest and the largest cannot be the median; they make room
// for one more, until three are left. `work` holds (size^2 / 2 + 2) strip numbers.
template <class T> BLEMISH_INLINE inline void select(const T* const* rows, int64_t size, T* work, T* __restrict out) {
  int64_t numbers = size * size, held = numbers / 2 + 2, taken = 0;
  auto take = [&](int64_t place) BLEMISH_INLINE {
    const T* from = rows[taken / size] + taken % size;
    ++taken;
    for (int64_t j = 0; j < strip; ++j) work[place * strip + j] = from[j];
  };
  while (taken < held) take(taken);
  for (bringOut(work, held); taken < numbers; bringOut(work, --held)) take(0);
  for (int64_t j = 0; j < strip; ++j) out[j] = work[strip + j];
}

template <class T> BLEMISH_INLINE inline T lesser(T a, T b) { return a < b ? a : b; }
template <class T> BLEMISH_INLINE inline T greater(T a, T b) { return a < b ? b : a; }
template <class T> BLEMISH_INLINE inline T middle(T a, T b, T c) { return greater(lesser(a, b), lesser(greater(a, b), c)); }

// Of nine: every column of three in order once, for the three windows that it belongs to. The median is the middle one of the
// largest of the least, the middle of the middles, and the least of the largest.
template <class T> BLEMISH_INLINE inline void selectOfNine(const T* const* rows, T* __restrict out) {
  T least[strip + 2], central[strip + 2], most[strip + 2];
  const T *a = rows[0], *b = rows[1], *c = rows[2];
  for (int64_t j = 0; j < strip + 2; ++j) {
    least[j] = lesser(lesser(a[j], b[j]), c[j]);
    central[j] = middle(a[j], b[j], c[j]);
    most[j] = greater(greater(a[j], b[j]), c[j]);
  }
  for (int64_t j = 0; j < strip; ++j)
    out[j] = middle(greater(greater(least[j], least[j + 1]), least[j + 2]), middle(central[j], central[j + 1], central[j + 2]),
                    lesser(lesser(most[j], most[j + 1]), most[j + 2]));
}

// Integers in the order of the numbers that share their bits, and back.
BLEMISH_INLINE inline int32_t keyOf(float x) { return bitsOf(x) ^ ((bitsOf(x) >> 31) & 0x7fffffff); }
BLEMISH_INLINE inline int64_t keyOf(double x) { return bitsOf(x) ^ ((bitsOf(x) >> 63) & 0x7fffffffffffffff); }
BLEMISH_INLINE inline float numberOf(int32_t key) { return floatOf(key ^ ((key >> 31) & 0x7fffffff)); }
BLEMISH_INLINE inline double numberOf(int64_t key) { return doubleOf(key ^ ((key >> 63) & 0x7fffffffffffffff)); }

// The median's key bit by bit, by counting how many numbers lie below: the cost grows with the window's area alone.
template <class T> BLEMISH_INLINE inline void count(const T* const* rows, int64_t size, T* __restrict out) {
  using Key = decltype(keyOf(T()));
  constexpr int bits = 8 * sizeof(Key);
  Key key[strip], rank = static_cast<Key>(size * size / 2);
  for (int64_t j = 0; j < strip; ++j) key[j] = std::numeric_limits<Key>::min();
  for (int bit = bits - 1; bit >= 0; --bit) {
    Key below[strip], tried[strip];
    for (int64_t j = 0; j < strip; ++j) {
      below[j] = 0;
      // The topmost bit leads from the least key to 0.
      tried[j] = bit == bits - 1 ? Key(0) : static_cast<Key>(key[j] | (Key(1) << bit));
    }
    for (int64_t p = 0; p < size; ++p)
      for (int64_t q = 0; q < size; ++q) {
        const T* from = rows[p] + q;
        for (int64_t j = 0; j < strip; ++j) below[j] += keyOf(from[j]) < tried[j];
      }
    for (int64_t j = 0; j < strip; ++j) key[j] = below[j] <= rank ? tried[j] : key[j];
  }
  for (int64_t j = 0; j < strip; ++j) out[j] = numberOf(key[j]);
}

template <class T> void median(const Tensor& input, const Tensor& output, int64_t size, Border border) {
  int64_t height = input.shape[2], width = input.shape[3], planes = input.shape[0] * input.shape[1], radius = size / 2;
  int64_t strips = (width + strip - 1) / strip, bands = (height + bandRows - 1) / bandRows;
  const T* x = input.as<T>();
  T* y = output.as<T>();
  int64_t room = (strip + 2 * radius + 15) / 16 * 16, ring = size * room, held = (size * size / 2 + 2) * strip;
  int64_t own = ring + (size * size <= fewest ? held : 0) + strip;
  T* buffers = scratchOf<T>(own * omp_get_max_threads());
  auto** pointers = scratchOf<const T*>(size * omp_get_max_threads());
  int64_t cost = size * size * (size * size <= fewest ? size * size : 64);
  parallelFor(planes * bands * strips, grainOf(cost * bandRows), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    T *memory = buffers + own * omp_get_thread_num(), *work = memory + ring, *result = memory + own - strip;
    const T** rows = pointers + size * omp_get_thread_num();
    bool odd[largest];
    for (int64_t item = first; item < last; ++item) {
      int64_t plane = item / strips / bands, top = item / strips % bands * bandRows, left = item % strips * strip;
      int64_t wide = std::min(strip, width - left);
      const T* from = x + plane * height * width;
      // Row i of the picture with what lies beyond it stands in slot i mod size, and whether it holds a NaN. Beyond the last
      // column that anyone asks for stand zeros.
      int64_t inside = std::max(left - radius, int64_t(0)), beyond = std::min(left + room - radius, width);
      auto load = [&](int64_t i) BLEMISH_INLINE {
        const T* row = from + folded(border, i, height) * width;
        T* to = memory + (i + size) % size * room - (left - radius);
        for (int64_t column = left - radius; column < inside; ++column) to[column] = row[folded(border, column, width)];
        int strange = 0;
        for (int64_t column = inside; column < beyond; ++column) {
          to[column] = row[column];
          strange += row[column] != row[column];
        }
        for (int64_t column = beyond; column < left + room - radius; ++column)
          to[column] = column < width + radius ? row[folded(border, column, width)] : T(0);
        odd[(i + size) % size] = strange > 0;
      };
      for (int64_t i = top - radius; i < top + radius; ++i) load(i);
      for (int64_t i = top; i < std::min(top + bandRows, height); ++i) {
        load(i + radius);
        for (int64_t k = 0; k < size; ++k) rows[k] = memory + (i + k - radius + size) % size * room;
        if (size == 3) selectOfNine(rows, result);
        else if (size * size <= fewest) select(rows, size, work, result);
        else count(rows, size, result);
        T* out = y + (plane * height + i) * width + left;
        bool strange = false;
        for (int64_t k = 0; k < size; ++k) strange |= odd[k];
        if (!strange) {
          std::copy(result, result + wide, out);
          continue;
        }
        for (int64_t j = 0; j < wide; ++j) {
          T value = result[j];
          for (int64_t k = 0; k < size * size; ++k) {
            T number = rows[k / size][j + k % size];
            if (number != number) value = number;
          }
          out[j] = value;
        }
      }
    }
  });
}

}  // namespace

OP("medianFilter(x: T[N C H W], size: int, border = symmetric|reflect|replicate) -> T[N C H W]",
   "Median of size x size pixels of each channel; size is odd, at most 63. Beyond the border: the picture mirrored about its "
   "edge "
   "(symmetric) or about its outermost pixels (reflect), or the outermost pixel. NaN where the window holds a NaN. f32 or f64.",
   [](Dims& d, const Attrs& attrs) {
     requireReal(d, "x");
     int64_t size = attrs.integer("size");
     if (size < 1 || size > largest || size % 2 == 0)
       d.refuse(Code::ATTRIBUTE_INVALID, "size is " + std::to_string(size) + "; expected an odd number from 1 to 63");
   })

KERNEL(cpu, medianFilter) {
  if (call.in[0].size() == 0) return;
  byReal(call.in[0], [&]<class T>() {
    if (call.attrs.integer("size") == 1) std::copy_n(call.in[0].as<T>(), call.in[0].size(), call.out[0].as<T>());
    else median<T>(call.in[0], call.out[0], call.attrs.integer("size"), borderOf(call.attrs.choice("border")));
  });
}

}  // namespace blemish
