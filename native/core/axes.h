// The attributes `axes` and `axis`: read, checked, and the extents that result.
#pragma once
#include "core/signature.h"

namespace blemish {

// Marks the axes that attribute `axes` names (negative ones from the end; none named means all) of a shape.
inline void markAxes(const Attrs& attrs, int rank, bool* reduced) {
  auto list = attrs.list("axes");
  for (int axis = 0; axis < rank; ++axis) reduced[axis] = list.empty();
  for (double axis : list) reduced[static_cast<int>(axis < 0 ? axis + rank : axis)] = true;
}

// "expected -3 to 2", or that there is nothing to choose from.
inline std::string expectedAxis(int rank) {
  return rank ? "expected " + std::to_string(-rank) + " to " + std::to_string(rank - 1)
              : std::string("expected at least one axis");
}

// The same in a rule: refuses axes that do not exist or come twice.
inline void requireAxes(Dims& d, const Attrs& attrs, const Shape& shape, bool* reduced) {
  bool seen[Shape::maxRank] = {};
  for (double given : attrs.list("axes")) {
    int64_t axis = static_cast<int64_t>(given < 0 ? given + shape.rank : given);
    if (axis < 0 || axis >= shape.rank)
      d.refuse(Code::ATTRIBUTE_INVALID, "axes holds " + std::to_string(static_cast<int64_t>(given)) + " for x " + text(shape) +
                                            "; " + expectedAxis(shape.rank));
    if (seen[axis])
      d.refuse(Code::ATTRIBUTE_INVALID,
               "axes names axis " + std::to_string(axis) + " of x " + text(shape) + " twice; expected different axes");
    seen[axis] = true;
  }
  markAxes(attrs, shape.rank, reduced);
}

// Numbers that make one output.
inline int64_t eachOf(const Shape& shape, const bool* reduced) {
  int64_t each = 1;
  for (int axis = 0; axis < shape.rank; ++axis)
    if (reduced[axis]) each *= shape[axis];
  return each;
}

inline Shape reducedShape(const Shape& shape, const bool* reduced, bool keepDims) {
  Shape out;
  for (int axis = 0; axis < shape.rank; ++axis)
    if (!reduced[axis]) out.push(shape[axis]);
    else if (keepDims) out.push(1);
  return out;
}

// Sets run "out"; refuses a reduction of fewer than `least` numbers, where there is any output to make.
inline int64_t reduceRule(Dims& d, const Attrs& attrs, int64_t least) {
  const Shape& shape = d.run("x");
  bool reduced[Shape::maxRank];
  requireAxes(d, attrs, shape, reduced);
  Shape out = reducedShape(shape, reduced, attrs.flag("keepDims"));
  int64_t each = eachOf(shape, reduced);
  d.require(each >= least || out.size() == 0, "x " + text(shape) + " gives " + std::to_string(each) +
                                                  " numbers to each result; expected at least " + std::to_string(least));
  d.run("out") = out;
  return each;
}

// For gradients: `given` must hold one number per result of reducing x.
inline void requireOutputs(Dims& d, const Attrs& attrs, const Shape& x, const Shape& given, const char* name) {
  bool reduced[Shape::maxRank];
  requireAxes(d, attrs, x, reduced);
  int64_t outputs = reducedShape(x, reduced, false).size();
  d.require(given.size() == outputs, std::string(name) + " " + text(given) + " holds " + std::to_string(given.size()) +
                                         " numbers; expected " + std::to_string(outputs) + ", what reducing " + text(x) +
                                         " leaves");
}

// In a rule: attribute `axis` of `shape`, the extents of `name`, negative from the end; refuses one that does not exist.
inline int requireAxis(Dims& d, const Attrs& attrs, const Shape& shape, const char* name) {
  int64_t given = attrs.integer("axis"), axis = given < 0 ? given + shape.rank : given;
  if (axis < 0 || axis >= shape.rank)
    d.refuse(Code::ATTRIBUTE_INVALID,
             "axis is " + std::to_string(given) + " for " + name + " " + text(shape) + "; " + expectedAxis(shape.rank));
  return static_cast<int>(axis);
}

inline Shape withoutAxis(const Shape& shape, int axis) {
  Shape out;
  for (int k = 0; k < shape.rank; ++k)
    if (k != axis) out.push(shape[k]);
  return out;
}

}  // namespace blemish
