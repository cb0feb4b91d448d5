// Geometry of sliding windows over one axis, shared by the pooling operations and their gradients.
#pragma once
#include <algorithm>
#include <string>

#include "core/signature.h"
#include "cpu/cpu-device.h"
#include "cpu/multiversion.h"

namespace blemish {

// Window `p` has its taps at p * stride + tap * dilation - before.
struct WindowAxis {
  int64_t in, out, kernel, stride, before, after, dilation;

  int64_t reach() const { return dilation * (kernel - 1) + 1; }
  BLEMISH_INLINE inline int64_t at(int64_t window, int64_t tap) const { return window * stride + tap * dilation - before; }
  // The windows whose tap lies inside: [first, last).
  BLEMISH_INLINE inline int64_t firstWindow(int64_t tap) const {
    int64_t missing = before - tap * dilation;
    return std::min(missing > 0 ? (missing + stride - 1) / stride : 0, out);
  }
  BLEMISH_INLINE inline int64_t lastWindow(int64_t tap) const {
    int64_t room = in - 1 + before - tap * dilation;
    return room < 0 ? 0 : std::min(room / stride + 1, out);
  }
  // The window that has its `tap` at `position`, or -1.
  BLEMISH_INLINE inline int64_t windowAt(int64_t position, int64_t tap) const {
    int64_t from = position + before - tap * dilation;
    return from < 0 || from % stride != 0 || from / stride >= out ? -1 : from / stride;
  }
  // How many taps lie inside, or inside the padded axis.
  int64_t taps(int64_t window, bool padded) const {
    int64_t from = window * stride - before, to = std::min(from + kernel, in + after);
    return padded ? to - from : std::min(to, in) - std::max<int64_t>(from, 0);
  }
  // Windows of two that lie side by side.
  bool tiles() const { return kernel == 2 && stride == 2 && dilation == 1 && before == 0 && 2 * out <= in; }
};

struct Window2d {
  WindowAxis rows, columns;
  bool tiles() const { return rows.tiles() && columns.tiles(); }
};

// Calls body<B>() for B channels side by side: 1 in plain layout, else the channel block.
template <class Body> void byLanes(const Tensor& x, const Body& body) {
  if (x.layout == Layout::plain) body.template operator()<1>();
  else if (channelBlock() == 16) body.template operator()<16>();
  else body.template operator()<8>();
}

// Reads kernel, stride (0: the kernel's extent), padding, ceilMode and, where there is one, dilation. `out` is computed.
Window2d windowOf(const Attrs& attrs, int64_t height, int64_t width, bool dilated);
// The same with every check.
Window2d checkedWindow(Dims& d, const Attrs& attrs, int64_t height, int64_t width, bool dilated);
// Refuses a dy that does not belong to a picture of the attributes' height and width.
Window2d checkedGradWindow(Dims& d, const Attrs& attrs, bool dilated);

}  // namespace blemish
