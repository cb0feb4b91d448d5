// Extents and checks of sliding windows.
#include "cpu/pool-window.h"

namespace blemish {
namespace {

WindowAxis axisOf(const Attrs& attrs, int axis, int64_t extent, bool dilated) {
  WindowAxis w;
  w.in = extent;
  w.kernel = attrs.integer("kernel", axis);
  w.stride = attrs.integer("stride", axis) == 0 ? w.kernel : attrs.integer("stride", axis);
  w.before = attrs.integer("padding", 2 * axis);
  w.after = attrs.integer("padding", 2 * axis + 1);
  w.dilation = dilated ? attrs.integer("dilation", axis) : 1;
  // Rounded up, the last window may begin where only padding is left: it is dropped then.
  bool up = attrs.flag("ceilMode");
  int64_t room = w.in + w.before + w.after - w.reach() + (up ? w.stride - 1 : 0);
  w.out = room < 0 || w.stride < 1 ? 0 : room / w.stride + 1;
  if (up && w.out > 0 && (w.out - 1) * w.stride >= w.in + w.before) --w.out;
  return w;
}

void check(Dims& d, const WindowAxis& w, const char* extent) {
  auto refuse = [&](const char* name, int64_t value, const std::string& expected) {
    d.refuse(Code::ATTRIBUTE_INVALID,
             std::string("attribute ") + name + " holds " + std::to_string(value) + "; expected " + expected);
  };
  if (w.kernel < 1) refuse("kernel", w.kernel, "at least 1");
  if (w.stride < 1) refuse("stride", w.stride, "at least 1, or 0 for the kernel's extent");
  if (w.dilation < 1) refuse("dilation", w.dilation, "at least 1");
  for (int64_t padding : {w.before, w.after})
    if (padding < 0 || padding >= w.reach())
      refuse("padding", padding,
             "0 to " + std::to_string(w.reach() - 1) + ", less than the " + std::to_string(w.reach()) +
                 " that the kernel reaches over");
  d.require(w.out > 0, std::string("the kernel reaches over ") + std::to_string(w.reach()) + " but " + extent + " is " +
                           std::to_string(w.in) + " with a padding of " + std::to_string(w.before + w.after) +
                           "; expected the kernel to fit");
}

}  // namespace

Window2d windowOf(const Attrs& attrs, int64_t height, int64_t width, bool dilated) {
  return {axisOf(attrs, 0, height, dilated), axisOf(attrs, 1, width, dilated)};
}

Window2d checkedWindow(Dims& d, const Attrs& attrs, int64_t height, int64_t width, bool dilated) {
  Window2d w = windowOf(attrs, height, width, dilated);
  check(d, w.rows, "H");
  check(d, w.columns, "W");
  return w;
}

Window2d checkedGradWindow(Dims& d, const Attrs& attrs, bool dilated) {
  d["H"] = attrs.integer("height");
  d["W"] = attrs.integer("width");
  Window2d w = checkedWindow(d, attrs, d["H"], d["W"], dilated);
  d.require(w.rows.out == d["P"] && w.columns.out == d["Q"],
            "dy is " + text(d.input(0).shape) + " but a picture of that height and width gives P = " +
                std::to_string(w.rows.out) + ", Q = " + std::to_string(w.columns.out) + "; expected them to agree");
  return w;
}

}  // namespace blemish
