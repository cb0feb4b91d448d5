// Loops that apply a formula to every element of one or more tensors, with broadcasting.
#pragma once
#include <array>
#include <tuple>
#include <utility>

#include "core/registry.h"
#include "cpu/parallel.h"

namespace blemish {

// The shape that all `shapes` broadcast to; throws SHAPE_MISMATCH naming them.
inline Shape broadcastShapes(Dims& d, std::initializer_list<const char*> names, std::initializer_list<const Shape*> shapes) {
  Shape out;
  for (const Shape* shape : shapes) out.rank = std::max(out.rank, shape->rank);
  for (int axis = 0; axis < out.rank; ++axis) {
    out[axis] = 1;
    for (const Shape* shape : shapes) {
      int own = axis - (out.rank - shape->rank);
      int64_t extent = own < 0 ? 1 : (*shape)[own];
      if (extent == 1 || extent == out[axis]) continue;
      if (out[axis] != 1) {
        std::string list;
        for (size_t i = 0; i < shapes.size(); ++i)
          list += (i == 0                   ? ""
                   : i + 1 == shapes.size() ? " and "
                                            : ", ") +
                  std::string(names.begin()[i]) + " " + text(*shapes.begin()[i]);
        d.require(false, list + " do not broadcast; expected extents equal or 1, from the right");
      }
      out[axis] = extent;
    }
  }
  return out;
}

// How N operands are read while the result is written from front to back: axes of the result, joined where all operands
// allow it. Along the last one an operand either moves by one or stands still.
template <int N> struct BroadcastPlan {
  int rank = 0;  // at least 1
  int64_t extent[Shape::maxRank] = {1};
  int64_t stride[N][Shape::maxRank] = {};
  unsigned moving = 0;  // bit k: operand k moves along the last axis

  BroadcastPlan(const Shape& out, const std::array<const Shape*, N>& shapes) {
    int64_t size[N];  // of each operand's axes seen so far
    for (int k = 0; k < N; ++k) size[k] = 1;
    // Built from the last axis to the first, then turned around.
    for (int axis = out.rank - 1; axis >= 0; --axis) {
      if (out[axis] == 1) continue;
      int64_t step[N];
      bool joins = rank > 0;
      for (int k = 0; k < N; ++k) {
        int own = axis - (out.rank - shapes[k]->rank);
        int64_t mine = own < 0 ? 1 : (*shapes[k])[own];
        step[k] = mine == 1 ? 0 : size[k];
        size[k] *= mine;
        joins = joins && step[k] == stride[k][rank - 1] * extent[rank - 1];
      }
      if (joins) {
        extent[rank - 1] *= out[axis];
        continue;
      }
      extent[rank] = out[axis];
      for (int k = 0; k < N; ++k) stride[k][rank] = step[k];
      ++rank;
    }
    if (rank == 0) rank = 1;
    std::reverse(extent, extent + rank);
    for (int k = 0; k < N; ++k) {
      std::reverse(stride[k], stride[k] + rank);
      if (stride[k][rank - 1]) moving |= 1u << k;
    }
  }

  // Calls segment(begin, count, offsets) for the stretches of [first, last) that lie within one row of the last axis.
  template <class Segment> BLEMISH_INLINE inline void each(int64_t first, int64_t last, const Segment& segment) const {
    int64_t index[Shape::maxRank], offset[N] = {}, rest = first;
    for (int axis = rank - 1; axis >= 0; --axis) {
      index[axis] = rest % extent[axis];
      rest /= extent[axis];
      for (int k = 0; k < N; ++k) offset[k] += index[axis] * stride[k][axis];
    }
    int64_t width = extent[rank - 1];
    for (int64_t at = first; at < last;) {
      int64_t count = std::min(width - index[rank - 1], last - at);
      segment(at, count, offset);
      at += count;
      for (int k = 0; k < N; ++k) offset[k] -= index[rank - 1] * stride[k][rank - 1];
      index[rank - 1] = 0;
      for (int axis = rank - 2; axis >= 0; --axis) {
        for (int k = 0; k < N; ++k) offset[k] += stride[k][axis];
        if (++index[axis] < extent[axis]) break;
        index[axis] = 0;
        for (int k = 0; k < N; ++k) offset[k] -= extent[axis] * stride[k][axis];
      }
    }
  }
};

// An operand along one segment: a row of numbers, or one number.
template <class X, bool moves> struct Source {
  const X* at;
  BLEMISH_INLINE explicit Source(const X* from) : at(from) {}
  BLEMISH_INLINE X operator[](int64_t i) const { return at[i]; }
};
template <class X> struct Source<X, false> {
  X value;
  BLEMISH_INLINE explicit Source(const X* from) : value(*from) {}
  BLEMISH_INLINE X operator[](int64_t) const { return value; }
};

template <unsigned moving, class Y, class F, class... X, size_t... k>
BLEMISH_INLINE inline void mapSegment(std::index_sequence<k...>, Y* y, int64_t count, const F& f, const X*... x) {
  std::tuple<Source<X, ((moving >> k) & 1) != 0>...> sources{Source<X, ((moving >> k) & 1) != 0>(x)...};
  // A result never shares memory with an operand.
#pragma GCC ivdep
  for (int64_t i = 0; i < count; ++i) y[i] = f(std::get<k>(sources)[i]...);
}

// y = f(x...) elementwise, operands of element types X broadcast to y; `cost` is f's, in additions. f takes and returns
// numbers, and must be inlined.
template <class Y, class... X, class F, class... T> void mapTensors(const Tensor& y, int cost, const F& f, const T&... x) {
  constexpr int N = sizeof...(X);
  static_assert(sizeof...(T) == N);
  int64_t n = y.size();
  if (n == 0) return;
  Y* to = y.as<Y>();
  std::tuple<const X*...> from{x.template as<X>()...};
  constexpr auto each = std::make_index_sequence<N>();
  constexpr unsigned all = (1u << N) - 1;
  if (((x.size() == n) && ...)) {
    parallelFor(n, grainOf(cost), [=](int64_t first, int64_t last) BLEMISH_INLINE {
      std::apply([&](const X*... p) BLEMISH_INLINE { mapSegment<all>(each, to + first, last - first, f, p + first...); }, from);
    });
    return;
  }
  BroadcastPlan<N> plan(y.shape, {&x.shape...});
  [&]<size_t... k, size_t... m>(std::index_sequence<k...>, std::index_sequence<m...>) {
    // One loop per pattern of moving operands; at least one moves, since there is more than one element.
    auto run = [&]<unsigned moving>() {
      if (plan.moving != moving) return;
      parallelFor(n, grainOf(cost), [=](int64_t first, int64_t last) BLEMISH_INLINE {
        plan.each(first, last, [=](int64_t at, int64_t count, const int64_t* offset) BLEMISH_INLINE {
          mapSegment<moving>(std::index_sequence<k...>(), to + at, count, f, (std::get<k>(from) + offset[k])...);
        });
      });
    };
    (run.template operator()<static_cast<unsigned>(m + 1)>(), ...);
  }
  (each, std::make_index_sequence<all>());
}

// y[i] = f(x[i]).
template <class Y = float, class X = float, class F> void mapEach(Call& call, int cost, const F& f) {
  mapTensors<Y, X>(call.out[0], cost, f, call.in[0]);
}
// y[i] = f(a[i], b[i]), for two operands of one shape or to be broadcast.
template <class F> void mapPairs(Call& call, int cost, const F& f) {
  mapTensors<float, float, float>(call.out[0], cost, f, call.in[0], call.in[1]);
}

}  // namespace blemish
