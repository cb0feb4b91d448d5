// What a kernel receives: inputs, attributes, outputs.
#pragma once
#include <array>
#include <vector>

#include "core/signature.h"

namespace blemish {

struct Op;

struct Call {
  const Op* op = nullptr;
  void (*kernel)(Call&) = nullptr;
  std::vector<Tensor> in;
  std::vector<Tensor> out;
  Attrs attrs;

  bool has(int index) const { return index < static_cast<int>(in.size()) && static_cast<bool>(in[index]); }
  // The first N inputs; an absent one is an empty tensor.
  template <int N> std::array<Tensor, N> inputs() const {
    std::array<Tensor, N> list;
    for (int i = 0; i < N && i < static_cast<int>(in.size()); ++i) list[i] = in[i];
    return list;
  }
};

}  // namespace blemish
