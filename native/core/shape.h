// Extents of a tensor and their text form.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>

namespace blemish {

struct Shape {
  static constexpr int maxRank = 8;
  static constexpr int64_t largest = int64_t(1) << 48;
  int rank = 0;
  int64_t extents[maxRank] = {};

  Shape() = default;
  Shape(std::initializer_list<int64_t> list) {
    for (int64_t extent : list) extents[rank++] = extent;
  }

  int64_t operator[](int axis) const { return extents[axis]; }
  int64_t& operator[](int axis) { return extents[axis]; }
  void push(int64_t extent) { extents[rank++] = extent; }
  // Product of the extents from axis `first` up to, not including, axis `last`.
  int64_t product(int first, int last) const {
    int64_t n = 1;
    for (int axis = first; axis < last; ++axis) n *= extents[axis];
    return n;
  }
  int64_t size() const { return product(0, rank); }
  // Whether no product of extents can overflow, not even one that leaves out an extent of zero. Every shape is asked this
  // before a tensor gets it.
  bool fits() const {
    int64_t n = 1;
    for (int axis = 0; axis < rank; ++axis)
      if (extents[axis] < 0 || __builtin_mul_overflow(n, extents[axis] > 0 ? extents[axis] : 1, &n) || n > largest) return false;
    return true;
  }
  bool operator==(const Shape& other) const {
    if (rank != other.rank) return false;
    for (int axis = 0; axis < rank; ++axis)
      if (extents[axis] != other.extents[axis]) return false;
    return true;
  }
};

std::string text(const Shape& shape);  // "[2 3 7 5]"

}  // namespace blemish
