// Passes along one axis: sums over every line, then a second visit of its numbers while they are still in cache.
#pragma once
#include <array>
#include <type_traits>

#include "core/signature.h"
#include "cpu/reduction.h"

namespace blemish {

struct Lines {
  int64_t outer, length, inner;  // a line is `length` numbers, `inner` apart
  Lines(const Shape& shape, const Attrs& attrs) {
    int axis = static_cast<int>(attrs.integer("axis"));
    if (axis < 0) axis += shape.rank;
    outer = shape.product(0, axis);
    length = shape[axis];
    inner = shape.product(axis + 1, shape.rank);
  }
};

struct NoWrite {};

// For every line: term(at, a, b, c) adds to the first `sums` of three sums; finish(line, a, b, c) may change them;
// write(at, line, a, b, c) sees every number again. `reads` are what term reads.
template <int sums, int inputs, class Term, class Finish, class Write>
void alongLines(const Lines& lines, const float* const (&reads)[inputs], const Term& term, const Finish& finish,
                const Write& write) {
  constexpr bool writes = !std::is_same_v<Write, NoWrite>;
  constexpr int64_t strip = 128;
  int64_t length = lines.length, inner = lines.inner;
  std::array<const float*, inputs> sources;
  std::copy_n(reads, inputs, sources.begin());
  if (inner == 1) {
    parallelFor(lines.outer, grainOf(4 * length), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      using reduction::lanes;
      for (int64_t line = first; line < last; ++line) {
        int64_t from = line * length, i = 0;
        double a = 0, b = 0, c = 0;
        if (length >= lanes) {
          constexpr int two = sums > 1, three = sums > 2;
          double la[lanes], lb[two ? lanes : 1], lc[three ? lanes : 1];
          for (int l = 0; l < lanes; ++l) la[l] = lb[two * l] = lc[three * l] = 0;
          for (; i + lanes <= length; i += lanes) {
            for (int k = 0; k < inputs; ++k) reduction::fetch(sources[k] + from + i, lanes);
            for (int l = 0; l < lanes; ++l) term(from + i + l, la[l], lb[two * l], lc[three * l]);
          }
          for (int half = lanes / 2; half; half /= 2)
            for (int l = 0; l < half; ++l) {
              la[l] += la[l + half];
              if constexpr (two) lb[l] += lb[l + half];
              if constexpr (three) lc[l] += lc[l + half];
            }
          a = la[0], b = lb[0], c = lc[0];
        }
        for (; i < length; ++i) term(from + i, a, b, c);
        finish(line, a, b, c);
        if constexpr (writes)
          for (i = 0; i < length; ++i) write(from + i, line, a, b, c);
      }
    });
    return;
  }
  int64_t strips = (inner + strip - 1) / strip;
  parallelFor(
      lines.outer * strips, grainOf(4 * length * std::min(inner, strip)), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        for (int64_t item = first; item < last; ++item) {
          int64_t group = item / strips, part = item % strips, left = inner * part / strips, right = inner * (part + 1) / strips;
          int width = static_cast<int>(right - left);
          int64_t from = group * length * inner + left, line = group * inner + left;
          double a[strip], b[strip], c[strip];
          for (int j = 0; j < width; ++j) a[j] = b[j] = c[j] = 0;
          for (int64_t i = 0; i < length; ++i) {
            for (int k = 0; k < inputs; ++k) reduction::fetch(sources[k] + from + i * inner, width, 8 * inner);
            for (int j = 0; j < width; ++j) term(from + i * inner + j, a[j], b[j], c[j]);
          }
          for (int j = 0; j < width; ++j) finish(line + j, a[j], b[j], c[j]);
          if constexpr (writes)
            for (int64_t i = 0; i < length; ++i)
              for (int j = 0; j < width; ++j) write(from + i * inner + j, line + j, a[j], b[j], c[j]);
        }
      });
}

// For the sum of one float per number, value(at, largest), where largest is that of the line of x; then finish(line, largest, a)
// and write(at, largest, a). Apart from alongLines because a loop of float32 alone is twice as fast as one that also
// adds in float64, so the values of a short stretch stand in between.
template <class Value, class Finish, class Write>
void sumAlongLines(const Lines& lines, const float* x, const Value& value, const Finish& finish, const Write& write) {
  constexpr bool writes = !std::is_same_v<Write, NoWrite>;
  constexpr int strip = 256;
  int64_t length = lines.length, inner = lines.inner;
  if (inner == 1) {
    parallelFor(lines.outer, grainOf(8 * length), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      for (int64_t line = first; line < last; ++line) {
        int64_t from = line * length;
        float largest = Largest::start, unused = 0, values[strip];
        reduction::alongRun<Largest>(x + from, length, 0, largest, unused);
        double a = 0, b = 0;
        for (int64_t i = 0; i < length; i += strip) {
          int width = static_cast<int>(std::min<int64_t>(strip, length - i));
          for (int j = 0; j < width; ++j) values[j] = value(from + i + j, largest);
          reduction::alongRun<SumOf>(values, width, 0, a, b);
        }
        finish(line, largest, a);
        if constexpr (writes)
          for (int64_t i = 0; i < length; ++i) write(from + i, largest, a);
      }
    });
    return;
  }
  int64_t strips = (inner + strip - 1) / strip;
  parallelFor(lines.outer * strips, grainOf(8 * length * std::min<int64_t>(inner, strip)),
              [=](int64_t first, int64_t last) BLEMISH_INLINE {
                for (int64_t item = first; item < last; ++item) {
                  int64_t group = item / strips, part = item % strips, left = inner * part / strips,
                          right = inner * (part + 1) / strips;
                  int width = static_cast<int>(right - left);
                  int64_t from = group * length * inner + left, line = group * inner + left;
                  double a[strip];
                  float largest[strip], unused = 0, values[strip];
                  for (int j = 0; j < width; ++j) a[j] = 0, largest[j] = Largest::start;
                  for (int64_t i = 0; i < length; ++i)
                    for (int j = 0; j < width; ++j) Largest::step(largest[j], unused, x[from + i * inner + j], 0);
                  for (int64_t i = 0; i < length; ++i) {
                    for (int j = 0; j < width; ++j) values[j] = value(from + i * inner + j, largest[j]);
                    for (int j = 0; j < width; ++j) a[j] += values[j];
                  }
                  for (int j = 0; j < width; ++j) finish(line + j, largest[j], a[j]);
                  if constexpr (writes)
                    for (int64_t i = 0; i < length; ++i)
                      for (int j = 0; j < width; ++j) write(from + i * inner + j, largest[j], a[j]);
                }
              });
}

}  // namespace blemish
