// Signatures: what a sentence is parsed to, what is refused and how it is said, how shapes are unified.
#include "core/signature.h"

#include <stdexcept>

#include "../check.h"

namespace blemish {
namespace {

Tensor tensorOf(Shape shape, Dtype dtype = Dtype::f32) {
  Tensor tensor;
  tensor.shape = shape;
  tensor.dtype = dtype;
  tensor.device = reinterpret_cast<Device*>(1);  // only "is there one" is asked
  return tensor;
}

std::string refusal(std::string_view sentence) {
  try {
    parseSignature(sentence);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "accepted";
}

// The extents of the first result, or the error.
std::string unified(std::string_view sentence, std::vector<Tensor> inputs) {
  static Signature signature;
  signature = parseSignature(sentence);
  Dims dims;
  try {
    dims.unify(signature, inputs);
    return text(dims.outputShape(signature.outputs[0].pattern)) + " " + nameOf(dims.outputDtype(signature.outputs[0].pattern));
  } catch (const Error& error) {
    return std::string(nameOf(error.code())) + " " + error.message();
  }
}

}  // namespace

TEST(signature, "operands, attributes and results") {
  Signature s = parseSignature(
      "conv2d(x: f32[N C H W], weight!: f32[K C 3 3], bias?: f32[K], stride = [1 1], pads: ints, slope = 0.5, on = true, "
      "mode = zero|reflect, bound = -inf, count: int) -> (y: f32[N K ...p], i: i32[])");
  CHECK_EQUAL(s.name, "conv2d");
  CHECK_EQUAL(s.inputs.size(), 3u);
  CHECK(s.inputs[1].inPlace && !s.inputs[1].optional && s.inputs[2].optional);
  CHECK_EQUAL(s.inputs[1].pattern.text, "f32[K C 3 3]");
  CHECK_EQUAL(s.inputs[1].pattern.items[2].extent, 3);
  CHECK_EQUAL(s.dims.size(), 5u);
  CHECK_EQUAL(s.attributes.size(), 7u);
  CHECK(s.attributes[0].kind == AttributeSpec::integers && s.attributes[0].fixedLength && s.attributes[0].fallback.size() == 2);
  CHECK(s.attributes[1].kind == AttributeSpec::integers && s.attributes[1].required && !s.attributes[1].fixedLength);
  CHECK(s.attributes[2].kind == AttributeSpec::real && s.attributes[2].fallback[0] == 0.5);
  CHECK(s.attributes[3].kind == AttributeSpec::boolean && s.attributes[3].fallback[0] == 1);
  CHECK(s.attributes[4].kind == AttributeSpec::choice && s.attributes[4].words[1] == "reflect");
  CHECK(s.attributes[5].infinite && s.attributes[5].fallback[0] < 0);
  CHECK(s.attributes[6].kind == AttributeSpec::integer && s.attributes[6].required);
  CHECK_EQUAL(s.outputs.size(), 2u);
  CHECK_EQUAL(s.outputs[1].name, "i");
  CHECK(s.outputs[1].pattern.items.empty());
}

TEST(signature, "no operands, no results, a list") {
  CHECK_EQUAL(parseSignature("fill(shape: ints, value: real) -> f32[...out]").inputs.size(), 0u);
  CHECK_EQUAL(parseSignature("step(p!: f32[...]) -> ()").outputs.size(), 0u);
  CHECK(parseSignature("concat(x*: T[...a C], axis = 0) -> T[...a D]").listInput());
  CHECK_EQUAL(parseSignature("x(mode = infinite|finite) -> ()").attributes[0].words[0], "infinite");
  CHECK_EQUAL(parseSignature("x(a = 1e-5) -> ()").attributes[0].fallback[0], 1e-5);
}

TEST(signature, "what is malformed is refused with its place") {
  CHECK_EQUAL(refusal(""), "signature '': at 0 expected a name");
  CHECK_EQUAL(refusal("f"), "signature 'f': at 1 expected '('");
  CHECK_EQUAL(refusal("f("), "signature 'f(': at 2 expected a name");
  CHECK_EQUAL(refusal("f()"), "signature 'f()': at 3 expected '->'");
  CHECK_EQUAL(refusal("f() ->"), "signature 'f() ->': at 6 expected a name");
  CHECK_EQUAL(refusal("f() -> g[]"), "signature 'f() -> g[]': at 8 expected a type");
  CHECK_EQUAL(refusal("f() -> f32[] x"), "signature 'f() -> f32[] x': at 13 expected nothing more");
  CHECK_EQUAL(refusal("f(x f32[]) -> ()"), "signature 'f(x f32[]) -> ()': at 4 expected ':'");
  CHECK_EQUAL(refusal("f(x: f32[N) -> ()"), "signature 'f(x: f32[N) -> ()': at 10 expected a name");
  CHECK_EQUAL(refusal("f(x: f32[N"), "signature 'f(x: f32[N': at 10 expected a name");
  CHECK_EQUAL(refusal("f(a = ) -> ()"), "signature 'f(a = ) -> ()': at 6 expected a number");
  CHECK_EQUAL(refusal("f(a = -) -> ()"), "signature 'f(a = -) -> ()': at 7 expected a number");
  CHECK_EQUAL(refusal("f(a = 1.2.3) -> ()"), "signature 'f(a = 1.2.3) -> ()': at 11 expected a number before this");
  CHECK_EQUAL(refusal("f(a = 1e) -> ()"), "signature 'f(a = 1e) -> ()': at 8 expected a number before this");
  CHECK_EQUAL(refusal("f(a = [1 2) -> ()"), "signature 'f(a = [1 2) -> ()': at 10 expected a number");
  CHECK_EQUAL(refusal("f(a = x|) -> ()"), "signature 'f(a = x|) -> ()': at 8 expected a name");
  CHECK_EQUAL(refusal("f(x: f32[3x]) -> ()"), "signature 'f(x: f32[3x]) -> ()': at 11 expected an extent before this");
  CHECK_EQUAL(refusal("f(x: f32[99999999999999999999]) -> ()"),
              "signature 'f(x: f32[99999999999999999999]) -> ()': at 29 expected an extent before this");
  CHECK_EQUAL(refusal("f(x: f32[...a ...b]) -> ()"),
              "signature 'f(x: f32[...a ...b]) -> ()': at 19 expected one run at most in an operand");
  CHECK_EQUAL(refusal("f(x: f32[A B C D E F G H I]) -> ()"),
              "signature 'f(x: f32[A B C D E F G H I]) -> ()': at 27 expected at most 8 extents");
  CHECK_EQUAL(refusal("f(x: f32[], x = 1) -> ()"), "signature 'f(x: f32[], x = 1) -> ()': at 13 expected another name than x");
  CHECK_EQUAL(refusal("f(x*: f32[], y: f32[]) -> ()"),
              "signature 'f(x*: f32[], y: f32[]) -> ()': at 28 expected a list to be the only input");
}

TEST(signature, "equal names are equal extents") {
  const char* conv = "conv2d(x: f32[N C H W], weight: f32[K C R S], bias?: f32[K]) -> f32[N K H W]";
  CHECK_EQUAL(unified(conv, {tensorOf({8, 64, 16, 16}), tensorOf({32, 64, 3, 3})}), "[8 32 16 16] f32");
  CHECK_EQUAL(unified(conv, {tensorOf({8, 64, 16, 16}), tensorOf({32, 64, 3, 3}), tensorOf({32})}), "[8 32 16 16] f32");
  CHECK_EQUAL(unified(conv, {tensorOf({8, 64, 16, 16}), tensorOf({64, 32, 3, 3})}),
              "SHAPE_MISMATCH conv2d: C is 32 in weight [64 32 3 3] but 64 in x [8 64 16 16]; expected them equal");
  CHECK_EQUAL(unified(conv, {tensorOf({8, 64, 16}), tensorOf({64, 32, 3, 3})}),
              "SHAPE_MISMATCH conv2d: x [8 64 16] has rank 3; expected f32[N C H W]");
  CHECK_EQUAL(unified(conv, {tensorOf({8, 64, 16, 16}, Dtype::u8), tensorOf({64, 32, 3, 3})}),
              "DTYPE_MISMATCH conv2d: x is u8; expected f32 (f32[N C H W])");
  CHECK_EQUAL(unified(conv, {tensorOf({8, 64, 16, 16})}), "INPUT_MISSING conv2d: weight is missing; expected f32[K C R S]");
  CHECK_EQUAL(unified(conv, {tensorOf({1}), tensorOf({1}), tensorOf({1}), tensorOf({1})}),
              "INPUT_MISSING conv2d: 4 operands came; expected at most 3");
}

TEST(signature, "runs, numbers and any type") {
  CHECK_EQUAL(unified("f(a: T[...], b: T[...]) -> T[...]", {tensorOf({2, 3}, Dtype::u8), tensorOf({2, 3}, Dtype::u8)}),
              "[2 3] u8");
  CHECK_EQUAL(unified("f(a: T[...], b: T[...]) -> T[...]", {tensorOf({2, 3}), tensorOf({2, 3}, Dtype::u8)}),
              "DTYPE_MISMATCH f: b is u8 but a is f32; expected one type");
  CHECK_EQUAL(unified("f(a: f32[...], b: f32[...]) -> f32[...]", {tensorOf({2, 3}), tensorOf({3, 2})}),
              "SHAPE_MISMATCH f: b [3 2] differs from a [2 3]; expected equal extents in f32[...]");
  CHECK_EQUAL(unified("f(x: f32[...a C 4]) -> f32[C ...a]", {tensorOf({2, 3, 5, 4})}), "[5 2 3] f32");
  CHECK_EQUAL(unified("f(x: f32[...a C 4]) -> f32[C ...a]", {tensorOf({5, 4})}), "[5] f32");
  CHECK_EQUAL(unified("f(x: f32[...a C 4]) -> f32[C ...a]", {tensorOf({4})}),
              "SHAPE_MISMATCH f: x [4] has rank 1; expected f32[...a C 4]");
  CHECK_EQUAL(unified("f(x: f32[...a C 4]) -> f32[C ...a]", {tensorOf({5, 3})}),
              "SHAPE_MISMATCH f: axis 1 of x [5 3] is 3; expected 4 (f32[...a C 4])");
  CHECK_EQUAL(unified("f(a: f32[...a], b: f32[...b]) -> f32[...a ...b]", {tensorOf({1, 1, 1, 1, 1}), tensorOf({1, 1, 1, 1})}),
              "SHAPE_MISMATCH f: the result would have rank 9; expected at most 8");
  CHECK_EQUAL(unified("f(x*: f32[N ...]) -> f32[N]", {tensorOf({2, 3}), tensorOf({2, 7, 1})}), "[2] f32");
  CHECK_EQUAL(unified("f(x*: f32[N ...]) -> f32[N]", {tensorOf({2, 3}), tensorOf({3, 7})}),
              "SHAPE_MISMATCH f: N is 3 in x[1] [3 7] but 2 in x[0] [2 3]; expected them equal");
  CHECK_EQUAL(unified("f(x*: f32[N]) -> f32[N]", {}), "INPUT_MISSING f: x is empty; expected at least one tensor");
}

TEST(signature, "an extent of the result that the rule never set is refused") {
  CHECK_EQUAL(unified("f(x: f32[N]) -> f32[N P]", {tensorOf({2})}),
              "SHAPE_MISMATCH f: P of the result is -1; expected a non-negative extent");
}

TEST(signature, "attributes travel as numbers and are found by name") {
  Signature s = parseSignature("f(a = 3, list: ints, mode = x|y, on = false) -> ()");
  Attrs attrs;
  double values[] = {7, 2, 10, 20, 1, 1};
  attrs.bind(&s, values, 6);
  CHECK_EQUAL(attrs.integer("a"), 7);
  CHECK_EQUAL(attrs.list("list").size(), 2u);
  CHECK_EQUAL(attrs.integer("list", 1), 20);
  CHECK_EQUAL(attrs.choice("mode"), "y");
  CHECK(attrs.flag("on"));
  CHECK_ERROR(attrs.real("b"), "ATTRIBUTE_INVALID", "f: the kernel asks for attribute b; expected one of " + s.sentence);
  for (int count : {0, 1, 3, 5})
    CHECK_ERROR(attrs.bind(&s, values, count), "ATTRIBUTE_INVALID",
                "f: " + std::to_string(count) + " numbers came for the attributes; expected those of " + s.sentence);
  double negative[] = {7, -1, 10, 20, 1, 1};
  CHECK_ERROR(attrs.bind(&s, negative, 6), "ATTRIBUTE_INVALID",
              "f: 6 numbers came for the attributes; expected those of " + s.sentence);
}

}  // namespace blemish
