// Images to another size: nearest, bilinear and bicubic, with and without antialiasing, and the gradient of each.
#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/resample.h"

namespace blemish {
namespace {

Interpolation interpolationOf(const Attrs& attrs) {
  std::string_view word = attrs.choice("mode");
  return word == "nearest"        ? Interpolation::nearest
         : word == "nearestExact" ? Interpolation::nearestExact
         : word == "bilinear"     ? Interpolation::bilinear
                                  : Interpolation::bicubic;
}

void requireModes(Dims& d, const Attrs& a) {
  bool smooth = interpolationOf(a) >= Interpolation::bilinear;
  for (const char* name : {"alignCorners", "antialias"})
    if (a.flag(name) && !smooth)
      d.refuse(Code::ATTRIBUTE_INVALID,
               std::string(name) + " is true for mode " + std::string(a.choice("mode")) + "; expected bilinear or bicubic");
  if (a.flag("alignCorners") && a.flag("antialias"))
    d.refuse(Code::ATTRIBUTE_INVALID, "alignCorners and antialias are both true; expected one of them");
}

void requireSize(Dims& d, const Attrs& a, int64_t fromHeight, int64_t fromWidth, const char* name) {
  int64_t height = a.integer("height"), width = a.integer("width");
  if (height < 0 || width < 0 || height > INT32_MAX || width > INT32_MAX)
    d.refuse(Code::ATTRIBUTE_INVALID,
             "height and width are " + std::to_string(height) + " and " + std::to_string(width) + "; expected 0 to 2147483647");
  bool empty = (height == 0 || width == 0) != (fromHeight == 0 || fromWidth == 0);
  d.require(!empty, std::string(name) + " " + text(d.input(0).shape) + " cannot become " + std::to_string(height) + " by " +
                        std::to_string(width) + "; expected both with pixels or both without");
}

// Either layout: a pixel of a blocked tensor is resampled as a whole.
void keepLayout(Arrangement& a) { a.out[0].layout = a.in[0].layout; }

// Every pixel twice in both directions; `inner` numbers make a pixel.
template <int Inner> void repeatTwice(const float* x, float* y, int64_t rows, int64_t width) {
  parallelFor(rows, grainOf(4 * width * Inner), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      const float* source = x + row * width * Inner;
      float *upper = y + row * 4 * width * Inner, *lower = upper + 2 * width * Inner;
      for (float* target : {upper, lower})
        for (int64_t i = 0; i < width; ++i)
          for (int c = 0; c < Inner; ++c) target[2 * i * Inner + c] = target[(2 * i + 1) * Inner + c] = source[i * Inner + c];
    }
  });
}

// Its gradient: the sum of two by two pixels.
template <int Inner> void sumOfFour(const float* dy, float* dx, int64_t rows, int64_t width) {
  parallelFor(rows, grainOf(4 * width * Inner), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      const float *upper = dy + row * 4 * width * Inner, *lower = upper + 2 * width * Inner;
      float* target = dx + row * width * Inner;
      for (int64_t i = 0; i < width; ++i)
        for (int c = 0; c < Inner; ++c) {
          int64_t left = 2 * i * Inner + c, right = left + Inner;
          target[i * Inner + c] = (upper[left] + upper[right]) + (lower[left] + lower[right]);
        }
    }
  });
}

struct Planes {
  int64_t count;
  int inner;
  explicit Planes(const Tensor& x) : count(x.shape[0] * x.shape[1]), inner(x.layout == Layout::blocked ? channelBlock() : 1) {
    count /= inner;
  }
};

// Nearest by exactly two: both nearest rules agree there.
bool doubles(const Attrs& attrs, const Shape& small, const Shape& large) {
  return interpolationOf(attrs) <= Interpolation::nearestExact && large[2] == 2 * small[2] && large[3] == 2 * small[3];
}

}  // namespace

OP("resize2d(x: f32[N C H W], height: int, width: int, mode = nearest|nearestExact|bilinear|bicubic, alignCorners = false, "
   "antialias = false) -> f32[N C P Q]",
   "Resamples to height by width. nearest reads pixel floor(i H / P), in whole numbers; nearestExact the one under the centre, "
   "floor((i + 1/2) H / P); bilinear and bicubic (Keys, a = -0.75) put pixel centres at (i + 1/2) H / P - 1/2, or the outermost "
   "centres onto each other (alignCorners); antialias widens the filter when shrinking, as Pillow does (bicubic then with a = "
   "-0.5).",
   [](Dims& d, const Attrs& a) {
     requireModes(d, a);
     requireSize(d, a, d["H"], d["W"], "x");
     d["P"] = a.integer("height");
     d["Q"] = a.integer("width");
   })

KERNEL(cpu, resize2d, keepLayout) {
  const Tensor &x = call.in[0], &y = call.out[0];
  if (y.size() == 0) return;
  Planes planes(x);
  if (doubles(call.attrs, x.shape, y.shape)) {
    auto repeat = planes.inner == 16 ? repeatTwice<16> : planes.inner == 8 ? repeatTwice<8> : repeatTwice<1>;
    return repeat(x.floats(), y.floats(), planes.count * x.shape[2], x.shape[3]);
  }
  auto table = [&](int axis) {
    return makeAxisTable(x.shape[axis], y.shape[axis], interpolationOf(call.attrs), call.attrs.flag("alignCorners"),
                         call.attrs.flag("antialias"));
  };
  resample(x.floats(), y.floats(), planes.count, table(2), table(3), planes.inner);
}

OP("resize2dGrad(dy: f32[N C P Q], height: int, width: int, mode = nearest|nearestExact|bilinear|bicubic, alignCorners = false, "
   "antialias = false) -> f32[N C H W]",
   "Gradient of resize2d: each pixel of dy spread over the pixels of the height by width image that it was made of.",
   [](Dims& d, const Attrs& a) {
     requireModes(d, a);
     requireSize(d, a, d["P"], d["Q"], "dy");
     d["H"] = a.integer("height");
     d["W"] = a.integer("width");
   })

KERNEL(cpu, resize2dGrad, keepLayout) {
  const Tensor &dy = call.in[0], &dx = call.out[0];
  if (dx.size() == 0) return;
  Planes planes(dy);
  if (doubles(call.attrs, dx.shape, dy.shape)) {
    auto sum = planes.inner == 16 ? sumOfFour<16> : planes.inner == 8 ? sumOfFour<8> : sumOfFour<1>;
    return sum(dy.floats(), dx.floats(), planes.count * dx.shape[2], dx.shape[3]);
  }
  auto table = [&](int axis) {
    return makeAxisTable(dx.shape[axis], dy.shape[axis], interpolationOf(call.attrs), call.attrs.flag("alignCorners"),
                         call.attrs.flag("antialias"))
        .transposed();
  };
  resample(dy.floats(), dx.floats(), planes.count, table(2), table(3), planes.inner);
}

}  // namespace blemish
