// A signature is a sentence, written once, at the op's C++ file:
//
//   conv2d(x: f32[N C H W], weight: f32[K C R S], bias?: f32[K], stride = [1 1], mode = zero|reflect) -> f32[N K P Q]
//
// Inputs   `?` may be absent, `!` is changed in place (`!?` both), `*` is a list of any length (then the only input).
// Types    f32 f64 u8 i32, or T: any type, the same wherever T stands.
// Extents  equal names must be equal extents, a number is itself, `...` (or `...a`) is any run of extents;
//          `...` of the same name are the same run, except within one list input, where each item has its own.
// Attributes `= 1` integer, `= 1.0` real, `= true` boolean, `= a|b` choice (first is the default), `= [1 1]` list of
//          integers, `= [1.0]` of reals; a list of one length also takes a single number for all; `: int`, `: real`,
//          `: ints` have no default. `= inf` and `= -inf` are reals that may be infinite.
// Result   one type, a named list `(y: f32[N], i: i32[N])`, or `()` for ops that only change inputs in place.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.h"
#include "core/tensor.h"

namespace blemish {

struct Pattern {
  struct Item {
    enum Kind { name, number, run } kind;
    int id = 0;          // index into Signature::dims or Signature::runs
    int64_t extent = 0;  // of a number
  };
  bool anyDtype = false;
  Dtype dtype = Dtype::f32;
  std::vector<Item> items;
  std::string text;  // as written, for messages
  int runs = 0;      // how many of the items are runs
};

struct InputSpec {
  std::string name;
  bool optional = false, inPlace = false, list = false;
  Pattern pattern;
};

struct OutputSpec {
  std::string name;
  Pattern pattern;
};

struct AttributeSpec {
  enum Kind { integer, real, boolean, choice, integers, reals } kind = integer;
  std::string name;
  bool required = false, infinite = false;
  bool fixedLength = false;        // a list whose default fixes its length
  std::vector<double> fallback;    // one value, or the list
  std::vector<std::string> words;  // of a choice
};

struct Signature {
  std::string name, sentence;
  std::vector<InputSpec> inputs;
  std::vector<AttributeSpec> attributes;
  std::vector<OutputSpec> outputs;
  std::vector<std::string> dims, runs;
  bool listInput() const { return inputs.size() == 1 && inputs[0].list; }
};

Signature parseSignature(std::string_view sentence);  // throws std::invalid_argument with the place of the mistake

// The values of one call's attributes, in the signature's order: a scalar is one number, a list its length and items.
class Attrs {
 public:
  void bind(const Signature* signature, const double* values, int count);
  int64_t integer(std::string_view name) const { return static_cast<int64_t>(real(name)); }
  double real(std::string_view name) const { return *find(name).data(); }
  bool flag(std::string_view name) const { return real(name) != 0; }
  std::string_view choice(std::string_view name) const;
  std::span<const double> list(std::string_view name) const { return find(name); }
  int64_t integer(std::string_view name, int index) const { return static_cast<int64_t>(find(name)[index]); }

 private:
  std::span<const double> find(std::string_view name) const;
  const Signature* signature_ = nullptr;
  std::vector<double> values_;
  std::vector<int> starts_, lengths_;
};

// What a call's extents are bound to; an op's rule reads inputs' names and sets the outputs'.
class Dims {
 public:
  void unify(const Signature& signature, std::span<const Tensor> inputs);
  int64_t& operator[](std::string_view name);
  Shape& run(std::string_view name = "...");
  const Tensor& input(int index) const { return inputs_[index]; }
  int inputs() const { return static_cast<int>(inputs_.size()); }
  bool has(int index) const { return index < inputs() && static_cast<bool>(inputs_[index]); }
  // Throws SHAPE_MISMATCH "op: message" unless the condition holds.
  void require(bool condition, const std::string& message) const {
    if (!condition) throw Error(Code::SHAPE_MISMATCH, signature_->name + ": " + message);
  }
  [[noreturn]] void refuse(Code code, const std::string& message) const { throw Error(code, signature_->name + ": " + message); }
  Shape outputShape(const Pattern& pattern) const;
  Dtype outputDtype(const Pattern& pattern) const { return pattern.anyDtype ? any_ : pattern.dtype; }

 private:
  void match(const InputSpec& spec, int index);
  const Signature* signature_ = nullptr;
  std::span<const Tensor> inputs_;
  std::vector<int64_t> extents_;
  std::vector<int> boundBy_;
  std::vector<Shape> runs_;
  std::vector<int> runBoundBy_;
  Dtype any_ = Dtype::f32;
  int anyBoundBy_ = -1;
};

}  // namespace blemish
