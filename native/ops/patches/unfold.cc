// Patches as channels: what every window of a picture holds, and the sum back onto the picture.
#include "core/registry.h"
#include "cpu/parallel.h"
#include "cpu/pool-window.h"

namespace blemish {
namespace {

// Planes of the result: n C R S + (c R + r) S + s.
struct Planes {
  Window2d window;
  int64_t taps, rows, columns, in, out;
  Planes(const Window2d& w)
      : window(w),
        taps(w.rows.kernel * w.columns.kernel),
        rows(w.rows.out),
        columns(w.columns.out),
        in(w.rows.in * w.columns.in),
        out(w.rows.out * w.columns.out) {}
};

}  // namespace

OP("unfold2d(x: f32[N C H W], kernel = [3 3], stride = [1 1], padding = [0 0 0 0], dilation = [1 1], ceilMode = false) -> f32[N "
   "M P Q]",
   "The numbers of every window as channels, M = C R S in the order channel, row, column, as torch.nn.functional.unfold has it; "
   "zeros beyond the "
   "picture (padding: top bottom left right).",
   [](Dims& d, const Attrs& attrs) {
     Window2d w = checkedWindow(d, attrs, d["H"], d["W"], true);
     d["M"] = d["C"] * w.rows.kernel * w.columns.kernel;
     d["P"] = w.rows.out;
     d["Q"] = w.columns.out;
   })

KERNEL(cpu, unfold2d) {
  const float* x = call.in[0].floats();
  float* y = call.out[0].floats();
  const Shape& shape = call.in[0].shape;
  Planes planes(windowOf(call.attrs, shape[2], shape[3], true));
  parallelFor(shape[0] * shape[1] * planes.taps, grainOf(2 * planes.out), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    const WindowAxis &rows = planes.window.rows, &columns = planes.window.columns;
    for (int64_t plane = first; plane < last; ++plane) {
      int64_t tap = plane % planes.taps, r = tap / columns.kernel, s = tap % columns.kernel;
      int64_t left = columns.firstWindow(s), right = std::max(left, columns.lastWindow(s));
      const float* from = x + plane / planes.taps * planes.in;
      float* to = y + plane * planes.out;
      for (int64_t p = 0; p < planes.rows; ++p, to += planes.columns) {
        int64_t row = rows.at(p, r);
        if (row < 0 || row >= rows.in) {
          for (int64_t q = 0; q < planes.columns; ++q) to[q] = 0;
          continue;
        }
        const float* line = from + row * columns.in + columns.at(0, s);
        for (int64_t q = 0; q < left; ++q) to[q] = 0;
        if (columns.stride == 1)
          for (int64_t q = left; q < right; ++q) to[q] = line[q];
        else
          for (int64_t q = left; q < right; ++q) to[q] = line[q * columns.stride];
        for (int64_t q = right; q < planes.columns; ++q) to[q] = 0;
      }
    }
  });
}

OP("unfold2dGradX(dy: f32[N M P Q], height: int, width: int, kernel = [3 3], stride = [1 1], padding = [0 0 0 0], dilation = [1 "
   "1], ceilMode = "
   "false) -> f32[N C H W]",
   "Gradient of unfold2d for pictures of `height` by `width`: every pixel gets the sum of its places, as "
   "torch.nn.functional.fold has it.",
   [](Dims& d, const Attrs& attrs) {
     Window2d w = checkedGradWindow(d, attrs, true);
     int64_t taps = w.rows.kernel * w.columns.kernel;
     d.require(d["M"] % taps == 0, "dy " + text(d.input(0).shape) + " has " + std::to_string(d["M"]) +
                                       " channels for windows of " + std::to_string(taps) + " numbers; expected a multiple");
     d["C"] = d["M"] / taps;
   })

KERNEL(cpu, unfold2dGradX) {
  const float* dy = call.in[0].floats();
  float* dx = call.out[0].floats();
  const Shape& shape = call.out[0].shape;
  Planes planes(windowOf(call.attrs, shape[2], shape[3], true));
  parallelFor(shape[0] * shape[1], grainOf(2 * planes.out * planes.taps), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    const WindowAxis &rows = planes.window.rows, &columns = planes.window.columns;
    for (int64_t plane = first; plane < last; ++plane) {
      float* to = dx + plane * planes.in;
      for (int64_t i = 0; i < planes.in; ++i) to[i] = 0;
      for (int64_t tap = 0; tap < planes.taps; ++tap) {
        int64_t r = tap / columns.kernel, s = tap % columns.kernel, left = columns.firstWindow(s), right = columns.lastWindow(s);
        const float* from = dy + (plane * planes.taps + tap) * planes.out;
        for (int64_t p = rows.firstWindow(r); p < rows.lastWindow(r); ++p) {
          float* line = to + rows.at(p, r) * columns.in + columns.at(0, s);
          const float* given = from + p * planes.columns;
          if (columns.stride == 1)
            for (int64_t q = left; q < right; ++q) line[q] += given[q];
          else
            for (int64_t q = left; q < right; ++q) line[q * columns.stride] += given[q];
        }
      }
    }
  });
}

}  // namespace blemish
