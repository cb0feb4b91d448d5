// The place of the largest and of the smallest number over axes.
#include <limits>

#include "cpu/reduction.h"

namespace blemish {
namespace {

void rule(Dims& d, const Attrs& attrs) {
  int64_t each = reduceRule(d, attrs, 1);
  d.require(each <= std::numeric_limits<int32_t>::max(),
            "each result ranges over " + std::to_string(each) + " numbers; expected at most 2147483647, what an i32 counts");
}

struct More {
  BLEMISH_INLINE static inline bool better(float x, float best) { return (x > best) | ((x != x) & (best == best)); }
  using Fold = Largest;
};
struct Less {
  BLEMISH_INLINE static inline bool better(float x, float best) { return (x < best) | ((x != x) & (best == best)); }
  using Fold = Smallest;
};

// One contiguous run per output: the value first, at the speed of `max`, then a search for it.
template <class F> void inRuns(const float* x, const ReducedAxes& axes, int32_t* y) {
  constexpr int block = 64;
  float* best = scratchOf<float>(axes.outputs);
  int64_t each = axes.each;
  reduce<typename F::Fold>(x, axes, [=](int64_t i, float a, float) BLEMISH_INLINE { best[i] = a; });
  parallelFor(axes.outputs, grainOf(axes.each), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t output = first; output < last; ++output) {
      const float* own = x + axes.base(output);
      float wanted = best[output];
      int64_t at = 0;
      // Whole blocks without it are passed by first, as that is a loop without a branch.
      for (bool found = false; !found && at + block <= each; at += found ? 0 : block) {
        int hits = 0;
        for (int l = 0; l < block; ++l) hits += (own[at + l] == wanted) | ((own[at + l] != own[at + l]) & (wanted != wanted));
        found = hits > 0;
      }
      while (own[at] != wanted && (own[at] == own[at] || wanted == wanted)) ++at;
      y[output] = static_cast<int32_t>(at);
    }
  });
}

// Neighbours in memory belong to different outputs: all places of a strip of them together.
template <class F> void inStrips(const float* x, const ReducedAxes& axes, int32_t* y) {
  constexpr int64_t strip = 256;
  int64_t width = axes.lastKept ? axes.keepExtent[0] : 1, strips = (width + strip - 1) / strip;
  int64_t length = axes.runs ? axes.runExtent[0] : 1, step = axes.runs ? axes.runStride[0] : 0;
  parallelFor(axes.outputs / width * strips, grainOf(std::min(width, strip) * axes.each),
              [=](int64_t first, int64_t last) BLEMISH_INLINE {
                for (int64_t item = first; item < last; ++item) {
                  int64_t from = width * (item % strips) / strips, to = width * (item % strips + 1) / strips;
                  int64_t output = item / strips * width + from;
                  int own = static_cast<int>(to - from);
                  const float* base = x + axes.base(output);
                  float best[strip];
                  int32_t place[strip];
                  for (int j = 0; j < own; ++j) best[j] = base[j], place[j] = 0;
                  for (int64_t run = 0; run < axes.each / length; ++run) {
                    const float* start = base + axes.run(run, 1);
                    for (int64_t i = 0; i < length; ++i) {
                      const float* row = start + i * step;
                      int32_t index = static_cast<int32_t>(run * length + i);
                      for (int j = 0; j < own; ++j) {
                        bool better = F::better(row[j], best[j]);
                        best[j] = better ? row[j] : best[j];
                        place[j] = better ? index : place[j];
                      }
                    }
                  }
                  for (int j = 0; j < own; ++j) y[output + j] = place[j];
                }
              });
}

template <class F> void places(Call& call) {
  ReducedAxes axes = reducedAxes(call.in[0].shape, call.attrs);
  if (axes.outputs == 0) return;
  if (!axes.lastKept && axes.runs <= 1) inRuns<F>(call.in[0].floats(), axes, call.out[0].as<int32_t>());
  else inStrips<F>(call.in[0].floats(), axes, call.out[0].as<int32_t>());
}

}  // namespace

OP("argMax(x: f32[...x], axes = [], keepDims = false) -> i32[...out]",
   "Place of the largest number in the row-major order of the axes: the first among equals, the first NaN if there is one.", rule)
OP("argMin(x: f32[...x], axes = [], keepDims = false) -> i32[...out]",
   "Place of the smallest number in the row-major order of the axes: the first among equals, the first NaN if there is one.",
   rule)

KERNEL(cpu, argMax) { places<More>(call); }
KERNEL(cpu, argMin) { places<Less>(call); }

}  // namespace blemish
