// Padding of any axes by a constant, by reflection, by the edge or around the corner, and the gradients of all of them.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "core/registry.h"
#include "cpu/cpu-device.h"
#include "cpu/parallel.h"
#include "ops/nn/strided-copy.h"

namespace blemish {
namespace {

enum class Mode { constant, reflect, replicate, circular };

Mode modeOf(const Attrs& attrs) {
  std::string_view word = attrs.choice("mode");
  return word == "constant"    ? Mode::constant
         : word == "reflect"   ? Mode::reflect
         : word == "replicate" ? Mode::replicate
                               : Mode::circular;
}

// Which index of an axis a padded position shows, -1 for the constant; `at` counts from the axis' own beginning.
int64_t shown(Mode mode, int64_t at, int64_t extent) {
  if (at >= 0 && at < extent) return at;
  switch (mode) {
    case Mode::constant: return -1;
    case Mode::reflect: return at < 0 ? -at : 2 * (extent - 1) - at;
    case Mode::replicate: return at < 0 ? 0 : extent - 1;
    case Mode::circular: return (at % extent + extent) % extent;
  }
  return -1;
}

// Checks the attributes against the unpadded extents.
void requirePadding(Dims& d, const Attrs& a, const Shape& x) {
  auto before = a.list("before"), after = a.list("after");
  Mode mode = modeOf(a);
  for (const char* name : {"before", "after"}) {
    auto list = a.list(name);
    if (static_cast<int>(list.size()) != x.rank)
      d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " has " + std::to_string(list.size()) + " items; expected " +
                                            std::to_string(x.rank) + ", one per axis");
    for (double item : list)
      if (item < 0)
        d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " holds " + std::to_string(static_cast<int64_t>(item)) +
                                              "; expected no negative padding (slice crops)");
  }
  for (int axis = 0; axis < x.rank; ++axis) {
    int64_t most = static_cast<int64_t>(std::max(before[axis], after[axis]));
    if (most == 0 || mode == Mode::constant) continue;
    d.require(x[axis] > 0,
              "axis " + std::to_string(axis) + " of " + text(x) + " is empty; expected numbers to fill its padding with");
    d.require(mode != Mode::reflect || most < x[axis], "axis " + std::to_string(axis) + " of " + text(x) + " is reflected " +
                                                           std::to_string(most) + " deep; expected at most " +
                                                           std::to_string(x[axis] - 1) + ", one less than its extent");
  }
}

// A padded tensor as it lies in memory: per axis how much stands before and after. A blocked tensor's channels are unpadded.
struct Padding {
  MemoryShape x;
  int64_t before[StridedBox::maxRank] = {}, after[StridedBox::maxRank] = {};
  Padding(const Tensor& unpadded, const Attrs& attrs) : x(unpadded) {
    auto b = attrs.list("before"), a = attrs.list("after");
    for (int axis = 0; axis < unpadded.shape.rank; ++axis) {
      before[axis] = static_cast<int64_t>(b[axis]);
      after[axis] = static_cast<int64_t>(a[axis]);
    }
  }
  int64_t padded(int axis) const { return x.extents[axis] + before[axis] + after[axis]; }
  bool pads(int axis) const { return before[axis] + after[axis] > 0; }
  // The last padded axis, -1 if there is none.
  int last() const {
    int axis = x.rank - 1;
    while (axis >= 0 && !pads(axis)) --axis;
    return axis;
  }
};

void padArrange(Arrangement& a) {
  bool blocked = a.in[0].layout == Layout::blocked && a.attrs.list("before")[1] == 0 && a.attrs.list("after")[1] == 0;
  if (blocked) a.out[0].layout = Layout::blocked;
  else a.makePlain.assign(1, true);
}

void copyAll(const Tensor& from, const Tensor& to) {
  StridedBox box;
  box.axis(from.size(), 1, 1);
  copyBox(box, from.data, to.data, sizeOf(from.dtype));
}

// Rows along the last padded axis: its two ends piece by piece, what lies between in one copy. Below that axis stand
// `chunk` contiguous elements; where they are many, they are the rows.
template <class E> void padRows(const Padding& p, Mode mode, E value, const E* x, E* y) {
  int axis = p.last();
  int64_t chunk = 1;
  for (int k = axis + 1; k < p.x.rank; ++k) chunk *= p.x.extents[k];
  int64_t before = p.before[axis], extent = p.x.extents[axis], after = p.after[axis];
  int outerRank = axis;
  if (chunk >= 256) outerRank = axis + 1, before = after = 0, extent = 1;
  // Where each padded position of an outer axis reads, in elements of x; -1 for the constant.
  int64_t* table[StridedBox::maxRank];
  int64_t rows = 1, padded[StridedBox::maxRank];
  for (int k = 0; k < outerRank; ++k) {
    padded[k] = p.padded(k);
    rows *= padded[k];
    table[k] = scratchOf<int64_t>(std::max<int64_t>(padded[k], 1));
    for (int64_t i = 0; i < padded[k]; ++i) {
      int64_t index = shown(mode, i - p.before[k], p.x.extents[k]);
      table[k][i] = index < 0 ? -1 : index * p.x.strides[k];
    }
  }
  int64_t* ends = scratchOf<int64_t>(before + after + 1);
  for (int64_t i = 0; i < before; ++i) ends[i] = shown(mode, i - before, extent);
  for (int64_t i = 0; i < after; ++i) ends[before + i] = shown(mode, extent + i, extent);
  int64_t width = (before + extent + after) * chunk;
  parallelFor(rows, grainOf(16 + width / 2), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t row = first; row < last; ++row) {
      E* to = y + row * width;
      const E* from = x;
      int64_t rest = row;
      for (int k = outerRank - 1; k >= 0; --k) {
        int64_t offset = table[k][rest % padded[k]];
        rest /= padded[k];
        if (offset < 0) from = nullptr;
        else if (from) from += offset;
      }
      if (!from) {
        for (int64_t i = 0; i < width; ++i) to[i] = value;
        continue;
      }
      for (int64_t i = 0; i < before + after; ++i) {
        E* end = to + (i < before ? i : extent + i) * chunk;
        if (ends[i] < 0)
          for (int64_t c = 0; c < chunk; ++c) end[c] = value;
        else
          for (int64_t c = 0; c < chunk; ++c) end[c] = from[ends[i] * chunk + c];
      }
      std::memcpy(to + before * chunk, from, static_cast<size_t>(extent * chunk) * sizeof(E));
    }
  });
}

template <class E> void padAs(Call& call) {
  Padding padding(call.in[0], call.attrs);
  E value = static_cast<E>(call.attrs.real("value"));
  if (call.out[0].size() == 0) return;
  if (padding.last() < 0) copyAll(call.in[0], call.out[0]);
  else padRows<E>(padding, modeOf(call.attrs), value, call.in[0].as<E>(), call.out[0].as<E>());
}

// For each position of an axis, the padded positions that show it, as offsets in elements.
struct Shown {
  std::vector<int64_t> start, offset, busy;  // busy: positions shown more than once
  Shown(Mode mode, int64_t before, int64_t extent, int64_t after, int64_t stride) {
    std::vector<std::vector<int64_t>> lists(static_cast<size_t>(extent));
    for (int64_t i = 0; i < before + extent + after; ++i) {
      int64_t k = shown(mode, i - before, extent);
      if (k >= 0) lists[static_cast<size_t>(k)].push_back(i * stride);
    }
    for (int64_t k = 0; k < extent; ++k) {
      start.push_back(static_cast<int64_t>(offset.size()));
      offset.insert(offset.end(), lists[static_cast<size_t>(k)].begin(), lists[static_cast<size_t>(k)].end());
      if (lists[static_cast<size_t>(k)].size() > 1) busy.push_back(k);
    }
    start.push_back(static_cast<int64_t>(offset.size()));
  }
};
struct ShownView {
  const int64_t *start, *offset, *busy;
  int64_t busyCount;
};

// Rows of dx: those that are shown once are copied, but for their busy positions; the others are summed in float64.
void foldRows(const Padding& p, Mode mode, const float* dy, float* dx) {
  int last = p.last(), rank = last;
  int64_t chunk = 1;
  for (int k = last + 1; k < p.x.rank; ++k) chunk *= p.x.extents[k];
  if (chunk >= 256) rank = last + 1;  // rows are then single positions of the last padded axis
  std::vector<Shown> tables;
  ShownView views[StridedBox::maxRank + 1];
  int64_t stride = chunk, rows = 1;
  for (int k = last; k >= 0; --k) {
    tables.emplace_back(mode, p.before[k], p.x.extents[k], p.after[k], stride);
    stride *= p.padded(k);
  }
  if (rank == last + 1) tables.insert(tables.begin(), Shown(mode, 0, 1, 0, chunk));
  for (size_t i = 0; i < tables.size(); ++i) {
    const Shown& t = tables[tables.size() - 1 - i];
    views[i] = {t.start.data(), t.offset.data(), t.busy.data(), static_cast<int64_t>(t.busy.size())};
  }
  const ShownView along = views[rank];
  int64_t extent = rank == last + 1 ? 1 : p.x.extents[last], middle = rank == last + 1 ? 0 : p.before[last] * chunk;
  MemoryShape x = p.x;
  for (int k = 0; k < rank; ++k) rows *= x.extents[k];
  parallelFor(rows, grainOf(16 + extent * chunk), [=](int64_t first, int64_t lastRow) BLEMISH_INLINE {
    for (int64_t row = first; row < lastRow; ++row) {
      // The ranges of padded rows that show this one, per outer axis.
      int64_t begin[StridedBox::maxRank], end[StridedBox::maxRank], at[StridedBox::maxRank], rest = row;
      bool once = true;
      const float* source = dy;
      for (int k = rank - 1; k >= 0; --k) {
        int64_t index = rest % x.extents[k];
        rest /= x.extents[k];
        at[k] = begin[k] = views[k].start[index], end[k] = views[k].start[index + 1];
        once &= end[k] - begin[k] == 1;
        source += views[k].offset[begin[k]];
      }
      float* target = dx + row * extent * chunk;
      if (once) std::memcpy(target, source + middle, static_cast<size_t>(extent * chunk) * sizeof(float));
      // Sums over every combination of padded rows, 64 numbers at a time.
      int64_t count = once ? along.busyCount : extent;
      for (int64_t n = 0; n < count; ++n) {
        int64_t position = once ? along.busy[n] : n;
        for (int64_t c = 0; c < chunk; c += 64) {
          int64_t width = chunk - c < 64 ? chunk - c : 64;
          double sum[64];
          for (int64_t i = 0; i < width; ++i) sum[i] = 0;
          bool more = true;
          while (more) {
            const float* base = dy;
            for (int k = 0; k < rank; ++k) base += views[k].offset[at[k]];
            for (int64_t m = along.start[position]; m < along.start[position + 1]; ++m)
              for (int64_t i = 0; i < width; ++i) sum[i] += base[along.offset[m] + c + i];
            more = false;
            for (int k = rank - 1; k >= 0 && !more; --k) {
              more = ++at[k] < end[k];
              if (!more) at[k] = begin[k];
            }
          }
          for (int64_t i = 0; i < width; ++i) target[position * chunk + c + i] = static_cast<float>(sum[i]);
        }
      }
    }
  });
}

}  // namespace

OP("pad(x: T[...x], before: ints, after: ints, mode = constant|reflect|replicate|circular, value = 0.0) -> T[...out]",
   "Adds before[i] positions in front of axis i and after[i] behind it. reflect mirrors without repeating the edge, replicate "
   "repeats the edge, circular continues at the other end; constant takes `value`.",
   [](Dims& d, const Attrs& a) {
     const Shape x = d.run("x");
     requirePadding(d, a, x);
     double value = a.real("value");
     Dtype dtype = d.input(0).dtype;
     bool whole = dtype == Dtype::u8 || dtype == Dtype::i32;
     double low = dtype == Dtype::u8 ? 0 : -2147483648.0, high = dtype == Dtype::u8 ? 255 : 2147483647;
     if (whole && !(value >= low && value <= high && value == std::floor(value))) {
       char shown[32];
       std::snprintf(shown, sizeof shown, "%.9g", value);
       d.refuse(Code::ATTRIBUTE_INVALID, std::string("value is ") + shown + " for x of type " + nameOf(dtype) +
                                             "; expected a whole number " +
                                             (dtype == Dtype::u8 ? "from 0 to 255" : "of 32 bits"));
     }
     Shape out = x;
     for (int axis = 0; axis < x.rank; ++axis)
       out[axis] += static_cast<int64_t>(a.list("before")[axis]) + static_cast<int64_t>(a.list("after")[axis]);
     d.run("out") = out;
   })

KERNEL(cpu, pad, padArrange) {
  switch (call.in[0].dtype) {
    case Dtype::f32: return padAs<float>(call);
    case Dtype::f64: return padAs<double>(call);
    case Dtype::u8: return padAs<uint8_t>(call);
    case Dtype::i32: return padAs<int32_t>(call);
  }
}

OP("padGradX(dy: f32[...dy], before: ints, after: ints, mode = constant|reflect|replicate|circular) -> f32[...out]",
   "Sums a padded tensor back onto the positions that pad had copied.", [](Dims& d, const Attrs& a) {
     const Shape dy = d.run("dy");
     Shape out = dy;
     for (int axis = 0; axis < dy.rank; ++axis) {
       bool given = axis < static_cast<int>(std::min(a.list("before").size(), a.list("after").size()));
       if (given) out[axis] -= static_cast<int64_t>(a.list("before")[axis]) + static_cast<int64_t>(a.list("after")[axis]);
       d.require(out[axis] >= 0, "axis " + std::to_string(axis) + " of dy " + text(dy) +
                                     " is shorter than its padding; expected at least " + std::to_string(dy[axis] - out[axis]));
     }
     requirePadding(d, a, out);
     d.run("out") = out;
   })

KERNEL(cpu, padGradX, padArrange) {
  const Tensor &dy = call.in[0], &dx = call.out[0];
  Padding padding(dx, call.attrs);
  Mode mode = modeOf(call.attrs);
  if (dx.size() == 0) return;
  if (mode == Mode::constant || padding.last() < 0) {  // what was padded is cut off
    MemoryShape whole(dy);
    StridedBox box;
    int64_t offset = 0;
    for (int axis = 0; axis < whole.rank; ++axis) {
      box.axis(padding.x.extents[axis], whole.strides[axis], padding.x.strides[axis]);
      offset += padding.before[axis] * whole.strides[axis];
    }
    return copyBox(box, dy.floats() + offset, dx.data, sizeof(float));
  }
  foldRows(padding, mode, dy.floats(), dx.floats());
}

}  // namespace blemish
