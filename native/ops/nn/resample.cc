// Tables of interpolation weights, and their application in two passes over bands of rows that stay in cache.
#include "ops/nn/resample.h"

#include <algorithm>
#include <cmath>

#include "cpu/cpu-device.h"
#include "cpu/parallel.h"

namespace blemish {

bool AxisTable::identity() const {
  if (in != out) return false;
  for (int64_t i = 0; i < out; ++i)
    if (taps(i) != 1 || first[i] != i || weight[start[i]] != 1) return false;
  return true;
}

AxisTable AxisTable::transposed() const {
  AxisTable back;
  back.in = out, back.out = in;
  std::vector<int32_t> low(in, static_cast<int32_t>(out)), high(in, -1);
  for (int64_t i = 0; i < out; ++i)
    for (int32_t t = 0; t < taps(i); ++t) {
      int32_t k = first[i] + t;
      if (weight[start[i] + t] == 0) continue;  // a position on a pixel reads its neighbour with no weight
      low[k] = std::min(low[k], static_cast<int32_t>(i));
      high[k] = std::max(high[k], static_cast<int32_t>(i));
    }
  back.start.push_back(0);
  for (int64_t k = 0; k < in; ++k) {
    int32_t count = std::max(high[k] - low[k] + 1, 0);
    back.first.push_back(count ? low[k] : 0);
    back.start.push_back(back.start.back() + count);
  }
  back.weight.assign(back.start.back(), 0);
  for (int64_t i = 0; i < out; ++i)
    for (int32_t t = 0; t < taps(i); ++t) {
      int32_t k = first[i] + t;
      float w = weight[start[i] + t];
      if (w != 0) back.weight[back.start[k] + static_cast<int32_t>(i) - back.first[k]] += w;
    }
  return back;
}

namespace {

// Keys' cubic with parameter a.
double cubic(double x, double a) {
  x = std::abs(x);
  if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

void addWindow(AxisTable& table, int64_t first, const std::vector<double>& weights) {
  table.first.push_back(static_cast<int32_t>(first));
  for (double w : weights) table.weight.push_back(static_cast<float>(w));
  table.start.push_back(static_cast<int32_t>(table.weight.size()));
}

// Taps at floor(position) + from … + to, those beyond the edge falling on the edge.
void addClamped(AxisTable& table, int64_t base, int from, const std::vector<double>& taps) {
  int64_t last = table.in - 1, to = base + from + static_cast<int64_t>(taps.size()) - 1;
  int64_t low = std::clamp<int64_t>(base + from, 0, last), high = std::clamp<int64_t>(to, 0, last);
  std::vector<double> weights(static_cast<size_t>(high - low + 1), 0.0);
  for (size_t t = 0; t < taps.size(); ++t)
    weights[static_cast<size_t>(std::clamp<int64_t>(base + from + static_cast<int64_t>(t), 0, last) - low)] += taps[t];
  addWindow(table, low, weights);
}

// Pillow's resampling: the filter is as wide as the shrinking, and its weights are made to sum to one.
void addAntialiased(AxisTable& table, int64_t i, bool bicubic) {
  double scale = static_cast<double>(table.in) / static_cast<double>(table.out), widening = std::max(scale, 1.0);
  double support = (bicubic ? 2.0 : 1.0) * widening, centre = scale * (static_cast<double>(i) + 0.5);
  int64_t low = std::max<int64_t>(static_cast<int64_t>(centre - support + 0.5), 0);
  int64_t high = std::min<int64_t>(static_cast<int64_t>(centre + support + 0.5), table.in);
  std::vector<double> weights;
  double sum = 0;
  for (int64_t k = low; k < high; ++k) {
    double x = (static_cast<double>(k) - centre + 0.5) / widening;
    double w = bicubic ? cubic(x, -0.5) : std::max(0.0, 1 - std::abs(x));
    weights.push_back(w);
    sum += w;
  }
  for (double& w : weights) w /= sum;
  addWindow(table, low, weights);
}

}  // namespace

AxisTable makeAxisTable(int64_t in, int64_t out, Interpolation interpolation, bool alignCorners, bool antialias) {
  AxisTable table;
  table.in = in, table.out = out;
  table.start.push_back(0);
  for (int64_t i = 0; i < out; ++i) {
    if (interpolation == Interpolation::nearest) {
      addWindow(table, i * in / out, {1.0});
    } else if (interpolation == Interpolation::nearestExact) {
      addWindow(table, (2 * i + 1) * in / (2 * out), {1.0});
    } else if (antialias) {
      addAntialiased(table, i, interpolation == Interpolation::bicubic);
    } else {
      // In one exact fraction, so that a position that is a whole number comes out as one.
      double position = alignCorners ? (out > 1 ? static_cast<double>(i * (in - 1)) / static_cast<double>(out - 1) : 0.0)
                                     : static_cast<double>((2 * i + 1) * in - out) / static_cast<double>(2 * out);
      if (interpolation == Interpolation::bilinear) {
        position = std::clamp(position, 0.0, static_cast<double>(in - 1));
        int64_t base = std::min<int64_t>(static_cast<int64_t>(position), std::max<int64_t>(in - 2, 0));
        double t = position - static_cast<double>(base);
        if (in == 1) addWindow(table, 0, {1.0});
        else addWindow(table, base, {1 - t, t});
      } else {
        double base = std::floor(position), t = position - base;
        addClamped(table, static_cast<int64_t>(base), -1,
                   {cubic(1 + t, -0.75), cubic(t, -0.75), cubic(1 - t, -0.75), cubic(2 - t, -0.75)});
      }
    }
  }
  return table;
}

namespace {

// What the passes need of a table, laid out for them. Outputs [even, evenEnd) all have `most` taps.
struct Taps {
  // How the even outputs follow each other: anyhow; each a fixed step further with the same weights; or in pairs that read
  // the same two neighbours (doubling).
  enum Pattern { irregular, strided, doubling } pattern = irregular;
  int64_t in, out;
  const int32_t *first, *start;
  const float* weight;
  int64_t even = 0, evenEnd = 0, step = 0;
  int32_t most = 0;
  const float* byTap = nullptr;  // the even outputs' weights ordered by tap, for irregular ones

  Taps(const AxisTable& table, bool alongRows)
      : in(table.in), out(table.out), first(table.first.data()), start(table.start.data()), weight(table.weight.data()) {
    if (!alongRows) return;
    for (int64_t i = 0; i < out; ++i) most = std::max(most, table.taps(i));
    while (even < out && table.taps(even) != most) ++even;
    evenEnd = even;
    while (evenEnd < out && table.taps(evenEnd) == most) ++evenEnd;
    findPattern();
    if (pattern != irregular) return;
    float* ordered = scratchOf<float>(std::max<int64_t>(most * out, 1));
    for (int64_t i = even; i < evenEnd; ++i)
      for (int32_t t = 0; t < most; ++t) ordered[t * out + i] = weight[start[i] + t];
    byTap = ordered;
  }

 private:
  bool alike(int64_t i, int64_t j) const {
    for (int32_t t = 0; t < most; ++t)
      if (weight[start[i] + t] != weight[start[j] + t]) return false;
    return true;
  }
  // The outermost outputs may differ from the rest, so the range is narrowed by up to two before giving up.
  void findPattern() {
    int64_t low = even + 1, high = evenEnd - 1;
    if (most < 2 || most > 4 || high - low < 8) return;
    int64_t apart = first[low + 1] - first[low];
    bool regular = apart == 2;
    for (int64_t i = low + 1; i < high && regular; ++i) regular = first[i] - first[i - 1] == apart && alike(i, low);
    if (regular) {
      pattern = strided, step = apart, even = low, evenEnd = high;
      return;
    }
    if (most != 2) return;
    if (first[low] != first[low + 1]) ++low;
    high -= (high - low) % 2;
    bool pairs = true;
    for (int64_t i = low; i < high && pairs; ++i) pairs = first[i] == first[low] + (i - low) / 2 && alike(i, low + (i - low) % 2);
    if (pairs) pattern = doubling, even = low, evenEnd = high;
  }
};

// Outputs with the same number of taps, side by side.
template <int N> BLEMISH_INLINE inline void evenRow(const float* x, float* y, const Taps& taps) {
  const int32_t* first = taps.first;
  int64_t out = taps.out, even = taps.even, evenEnd = taps.evenEnd;
  if (N > 1 && taps.pattern == Taps::strided) {
    // Every other number to either side first: compilers vectorise that, and not the sum over strides.
    float w[N], side[2][66];
    for (int t = 0; t < N; ++t) w[t] = taps.weight[taps.start[even] + t];
    for (int64_t begin = even; begin < evenEnd; begin += 64) {
      int64_t count = evenEnd - begin < 64 ? evenEnd - begin : 64;
      const float* source = x + first[begin];
      for (int64_t i = 0; i < count; ++i) side[0][i] = source[2 * i], side[1][i] = source[2 * i + 1];
      for (int64_t i = count; i < count + (N - 1) / 2; ++i) side[0][i] = source[2 * i];
      for (int64_t i = count; i < count + N / 2 - 1; ++i) side[1][i] = source[2 * i + 1];
      for (int64_t i = 0; i < count; ++i) {
        float sum = w[0] * side[0][i];
        for (int t = 1; t < N; ++t) sum += w[t] * side[t & 1][i + t / 2];
        y[begin + i] = sum;
      }
    }
    return;
  }
  if (N == 2 && taps.pattern == Taps::doubling) {
    const float *source = x + first[even], *w = taps.weight + taps.start[even];
    float a = w[0], b = w[1], c = w[2], d = w[3];
    float* target = y + even;
    for (int64_t i = 0; i < (evenEnd - even) / 2; ++i) {
      target[2 * i] = a * source[i] + b * source[i + 1];
      target[2 * i + 1] = c * source[i] + d * source[i + 1];
    }
    return;
  }
  const float* w = taps.byTap;
  for (int64_t i = even; i < evenEnd; ++i) {
    int32_t at = first[i];
    float sum = w[i] * x[at];
    for (int t = 1; t < N; ++t) sum += w[t * out + i] * x[at + t];
    y[i] = sum;
  }
}

BLEMISH_INLINE inline void unevenRow(const float* x, float* y, const Taps& taps, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; ++i) {
    const float *w = taps.weight + taps.start[i], *source = x + taps.first[i];
    int32_t count = taps.start[i + 1] - taps.start[i];
    float sum = 0;
    for (int32_t t = 0; t < count; ++t) sum += w[t] * source[t];
    y[i] = sum;
  }
}

// Pixels of `Inner` numbers; N taps each, or as many as the table says.
template <int Inner, int N>
BLEMISH_INLINE inline void pixels(const float* x, float* y, const Taps& taps, int64_t from, int64_t to) {
  for (int64_t i = from; i < to; ++i) {
    const float *w = taps.weight + taps.start[i], *source = x + static_cast<int64_t>(taps.first[i]) * Inner;
    int32_t count = N ? N : taps.start[i + 1] - taps.start[i];
    float sum[Inner];
    for (int c = 0; c < Inner; ++c) sum[c] = count ? w[0] * source[c] : 0;
    for (int32_t t = 1; t < count; ++t)
      for (int c = 0; c < Inner; ++c) sum[c] += w[t] * source[t * Inner + c];
    for (int c = 0; c < Inner; ++c) y[i * Inner + c] = sum[c];
  }
}

// One row of an image along its columns.
template <int Inner> BLEMISH_INLINE inline void alongRow(const float* x, float* y, const Taps& taps) {
  int64_t even = taps.even, evenEnd = taps.evenEnd;
  if constexpr (Inner == 1) {
    switch (taps.most) {
      case 1: evenRow<1>(x, y, taps); break;
      case 2: evenRow<2>(x, y, taps); break;
      case 3: evenRow<3>(x, y, taps); break;
      case 4: evenRow<4>(x, y, taps); break;
      default: evenEnd = even;
    }
    unevenRow(x, y, taps, 0, even);
    unevenRow(x, y, taps, evenEnd, taps.out);
  } else {
    switch (taps.most) {
      case 1: pixels<Inner, 1>(x, y, taps, even, evenEnd); break;
      case 2: pixels<Inner, 2>(x, y, taps, even, evenEnd); break;
      case 4: pixels<Inner, 4>(x, y, taps, even, evenEnd); break;
      default: evenEnd = even;
    }
    pixels<Inner, 0>(x, y, taps, 0, even);
    pixels<Inner, 0>(x, y, taps, evenEnd, taps.out);
  }
}

// One output row as the weighted sum of `count` rows of `width`, the first of which is `x`.
BLEMISH_INLINE inline void acrossRows(const float* x, const float* w, int32_t count, float* y, int64_t width) {
  if (count == 0) {
    for (int64_t i = 0; i < width; ++i) y[i] = 0;
  } else if (count == 1) {
    for (int64_t i = 0; i < width; ++i) y[i] = w[0] * x[i];
  } else if (count == 2) {
    for (int64_t i = 0; i < width; ++i) y[i] = w[0] * x[i] + w[1] * x[width + i];
  } else if (count == 4) {
    for (int64_t i = 0; i < width; ++i)
      y[i] = (w[0] * x[i] + w[1] * x[width + i]) + (w[2] * x[2 * width + i] + w[3] * x[3 * width + i]);
  } else {
    for (int64_t begin = 0; begin < width; begin += 64) {
      int64_t n = width - begin < 64 ? width - begin : 64;
      float sum[64];
      for (int64_t i = 0; i < n; ++i) sum[i] = w[0] * x[begin + i];
      for (int32_t t = 1; t < count; ++t)
        for (int64_t i = 0; i < n; ++i) sum[i] += w[t] * x[t * width + begin + i];
      for (int64_t i = 0; i < n; ++i) y[begin + i] = sum[i];
    }
  }
}

constexpr int64_t bandFloats = 32768;  // 128 KiB: half of a small second-level cache
constexpr int64_t aheadFloats = 2048;  // how far ahead short rows are asked for

template <int Inner>
void resamplePlanes(const float* x, float* y, int64_t planes, const AxisTable& rowTable, const AxisTable& columnTable) {
  Taps rows(rowTable, false), columns(columnTable, true);
  bool rowsAlone = columnTable.identity(), columnsAlone = rowTable.identity();
  // Shrinking sums rows first, growing does columns first: the second pass works on fewer numbers either way.
  bool rowsFirst = rows.out < rows.in;
  int64_t inRow = columns.in * Inner, outRow = columns.out * Inner, held = rowsFirst ? inRow : outRow;
  int64_t band = std::clamp<int64_t>(bandFloats / std::max<int64_t>(held, 1), 4, std::max<int64_t>(rows.out, 4));
  int64_t bands = (rows.out + band - 1) / band;
  int64_t heldRows = band;  // the most rows that one band keeps between its passes
  if (!rowsFirst)
    for (int64_t b = 0; b < bands; ++b) {
      int64_t low = rows.in, high = 0;
      for (int64_t p = b * band; p < std::min(rows.out, (b + 1) * band); ++p)
        low = std::min<int64_t>(low, rows.first[p]), high = std::max<int64_t>(high, rows.first[p] + rowTable.taps(p));
      heldRows = std::max(heldRows, high - low);
    }
  bool two = !rowsAlone && !columnsAlone;
  float* buffers = two ? scratchOf<float>(omp_get_max_threads() * heldRows * held) : nullptr;
  int64_t cost = rows.out * outRow * 4 / std::max<int64_t>(bands, 1);
  parallelFor(planes * bands, grainOf(cost), [=](int64_t firstItem, int64_t lastItem) BLEMISH_INLINE {
    float* buffer = two ? buffers + omp_get_thread_num() * heldRows * held : nullptr;
    for (int64_t item = firstItem; item < lastItem; ++item) {
      int64_t plane = item / bands, begin = item % bands * band, end = std::min(rows.out, begin + band);
      const float* source = x + plane * rows.in * inRow;
      float* target = y + plane * rows.out * outRow;
      if (columnsAlone) {
        for (int64_t p = begin; p < end; ++p) alongRow<Inner>(source + p * inRow, target + p * outRow, columns);
        continue;
      }
      int64_t low = 0;
      const float* between = source;
      if (two && !rowsFirst) {
        int64_t high = 0;
        low = rows.in;
        for (int64_t p = begin; p < end; ++p) {
          low = std::min<int64_t>(low, rows.first[p]);
          high = std::max<int64_t>(high, rows.first[p] + rows.start[p + 1] - rows.start[p]);
        }
        for (int64_t r = low; r < high; ++r) alongRow<Inner>(source + r * inRow, buffer + (r - low) * outRow, columns);
        between = buffer;
      }
      for (int64_t p = begin; p < end; ++p) {
        const float* w = rows.weight + rows.start[p];
        int32_t count = rows.start[p + 1] - rows.start[p];
        float* to = two && rowsFirst ? buffer + (p - begin) * held : target + p * outRow;
        if (between == source && held < aheadFloats && p + 1 < end) {
          // The processor does not foresee several short rows read side by side: ask for those after the next ones.
          const float* ahead = source + (rows.first[p] + count) * held + aheadFloats;
          const float* until = source + (rows.first[p + 1] + rows.start[p + 2] - rows.start[p + 1]) * held + aheadFloats;
          for (; ahead < until; ahead += 16) __builtin_prefetch(ahead);
        }
        acrossRows(between + (rows.first[p] - low) * held, w, count, to, held);
        if (two && rowsFirst) alongRow<Inner>(to, target + p * outRow, columns);
      }
    }
  });
}

}  // namespace

void resample(const float* x, float* y, int64_t planes, const AxisTable& rows, const AxisTable& columns, int inner) {
  if (inner == 16) resamplePlanes<16>(x, y, planes, rows, columns);
  else if (inner == 8) resamplePlanes<8>(x, y, planes, rows, columns);
  else resamplePlanes<1>(x, y, planes, rows, columns);
}

}  // namespace blemish
