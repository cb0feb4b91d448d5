// The dispatcher: operands, devices, private layouts, shapes that no memory holds, views, and what an error leaves behind.
#include "core/context.h"

#include <chrono>
#include <cmath>
#include <future>
#include <numeric>

#include "../check.h"
#include "cpu/cpu-device.h"
#include "fixture.h"

namespace blemish {
using test::Fixture;
namespace {

Handle image(Fixture& f, Shape shape) {
  std::vector<float> values(static_cast<size_t>(shape.size()));
  std::iota(values.begin(), values.end(), 1.0f);
  return f.context.fromHost("cpu", Dtype::f32, shape, values.data());
}

}  // namespace

TEST(context, "a stale operand is named") {
  Fixture f;
  Handle x = f.put({1}), y = f.put({1});
  f.context.free(y);
  CHECK_ERROR(f.one("testAdd", {x, y}), "TENSOR_DISPOSED", "testAdd: b was disposed; expected a live tensor");
  CHECK_ERROR(f.one("testAdd", {x, 12345}), "TENSOR_DISPOSED", "testAdd: b was disposed; expected a live tensor");
  CHECK_ERROR(f.one("testAdd", {x, 0}), "INPUT_MISSING", "testAdd: b is missing; expected f32[...]");
  CHECK_ERROR(f.one("testAdd", {x, x, x}), "INPUT_MISSING", "testAdd: 3 operands came; expected at most 2");
  CHECK_ERROR(f.context.reshape(y, {1}), "TENSOR_DISPOSED", "reshape: x was disposed; expected a live tensor");
  f.context.free(y);  // freeing twice is nothing
}

TEST(context, "devices that are not there are refused") {
  Fixture f;
  for (const char* name : {"gpu", "", "cpu:0", "cuda:0", "cuda", "cuda:00"})
    CHECK_ERROR(f.context.device(name), "DEVICE_UNAVAILABLE",
                "device: " + std::string(name) + " does not exist here; expected cpu (this build has no CUDA)");
  CHECK_EQUAL(f.context.device("cpu").name(), "cpu");
  CHECK(&f.context.device("cpu") == &f.context.device("cpu"));
}

TEST(context, "a shape whose size overflows is refused and leaves nothing behind") {
  Fixture f;
  double big = std::ldexp(1.0, 32);
  CHECK_ERROR(f.one("testHuge", {}, {big, big}), "OUT_OF_MEMORY",
              "testHuge: the result would be [4294967296 4294967296]; expected at most 2^48 numbers");
  CHECK_ERROR(f.one("testHuge", {}, {std::ldexp(1.0, 52), 0}), "OUT_OF_MEMORY",
              "testHuge: the result would be [4503599627370496 0]; expected at most 2^48 numbers");
  Handle empty = f.one("testHuge", {}, {5, 0});
  CHECK_ERROR(f.context.reshape(empty, {int64_t(1) << 32, int64_t(1) << 32}), "SHAPE_MISMATCH",
              "reshape: x [5 0] holds 0 numbers; expected fewer than 2^48 for [4294967296 4294967296]");
  CHECK_ERROR(f.context.fromHost("cpu", Dtype::f32, {int64_t(1) << 32, int64_t(1) << 32}, nullptr), "SHAPE_MISMATCH",
              "tensor: the shape is [4294967296 4294967296]; expected at most 2^48 numbers");
  CHECK_EQUAL(f.context.handles().live(), 1);
  CHECK_EQUAL(f.device().pool().stats().liveBlocks, 1);
}

TEST(context, "lent memory is read where it lies, and let go of when the last of its tensors and the last work on it are done") {
  Fixture f;
  std::vector<float> numbers{1, 2, 3, 4};
  std::promise<void> released;
  int again = 0;
  Handle x = f.context.lend("cpu", Dtype::f32, {4}, numbers.data(), [&] { released.set_value(); });
  Handle twice = f.context.lend("cpu", Dtype::f32, {4}, numbers.data(), [&] { ++again; });
  CHECK_EQUAL(again, 1);  // who lent it first keeps it alive
  Handle view = f.context.reshape(x, {2, 2});
  CHECK(f.context.get(view, "test").data == numbers.data());
  CHECK_EQUAL(f.device().pool().stats().liveBlocks, 0);
  Handle sum = f.one("testAdd", {x, twice});
  f.context.free(x);
  f.context.free(twice);
  auto done = released.get_future();
  f.sync();
  CHECK(done.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);  // the view is still there
  f.context.free(view);
  CHECK(done.wait_for(std::chrono::seconds(60)) == std::future_status::ready);
  CHECK(f.read(sum).values == (std::vector<float>{2, 4, 6, 8}));
  CHECK_EQUAL(f.context.handles().live(), 1);
  int empty = 0;
  f.context.lend("cpu", Dtype::f32, {0}, nullptr, [&] { ++empty; });
  CHECK_EQUAL(empty, 1);
}

TEST(context, "more memory than there is becomes an error that names the operation") {
  Fixture f;
  f.device();
  double side = std::ldexp(1.0, 24);  // 2^50 bytes: no address space holds them
  try {
    f.one("testHuge", {}, {side, side});
    CHECK(!"expected an error");
  } catch (const Error& error) {
    CHECK_EQUAL(nameOf(error.code()), std::string("OUT_OF_MEMORY"));
    CHECK_EQUAL(error.message(),
                "testHuge: memory: 1125899906842624 bytes were asked for with 0 in use; expected so much to be free");
  }
  CHECK_EQUAL(f.context.handles().live(), 0);
  CHECK_EQUAL(f.device().pool().stats().liveBlocks, 0);
}

TEST(context, "a view shares the numbers and outlives its source") {
  Fixture f;
  Handle x = f.put({1, 2, 3, 4, 5, 6});
  Handle view = f.context.reshape(x, {2, 3});
  CHECK_ERROR(f.context.reshape(x, {4}), "SHAPE_MISMATCH", "reshape: x [6] holds 6 numbers; expected 4 for [4]");
  f.call("testStep", {x}, {10, 0});
  f.context.free(x);
  CHECK_EQUAL(f.read(view).values[5], 16.0f);
  f.context.free(view);
  CHECK_EQUAL(f.device().pool().stats().liveBlocks, 0);
}

TEST(context, "a private layout passes through what does not mind and is undone for what does") {
  Fixture f;
  int64_t channels = 2 * channelBlock();
  Handle x = image(f, {2, channels, 3, 5});
  std::vector<float> plain = f.read(x).values;
  Handle blocked = f.one("testBlock", {x});
  CHECK_EQUAL(f.read(f.one("testLayout", {blocked})).values[0], 1.0f);
  Handle negated = f.one("testNegate", {blocked});
  CHECK_EQUAL(f.read(f.one("testLayout", {negated})).values[0], 1.0f);
  std::vector<Handle> first = f.call("testFirst", {negated});
  CHECK_EQUAL(f.read(first[0]).values[0], -1.0f);
  CHECK_EQUAL(f.read(first[1]).values[0], 0.0f);
  CHECK_EQUAL(f.read(f.one("testLayout", {negated})).values[0], 0.0f);  // turned plain once, for good
  std::vector<float> values = f.read(blocked).values;
  for (size_t i = 0; i < plain.size(); ++i) CHECK_EQUAL(values[i], plain[i]);
}

TEST(context, "a view of a private layout under other extents is plain") {
  Fixture f;
  Handle blocked = f.one("testBlock", {image(f, {1, channelBlock(), 2, 2})});
  Handle view = f.context.reshape(blocked, {channelBlock() * 4});
  std::vector<float> values = f.read(view).values;
  for (size_t i = 0; i < values.size(); ++i) CHECK_EQUAL(values[i], static_cast<float>(i + 1));
}

TEST(context, "scratch memory is the call's own, however much it asks for") {
  Fixture f;
  for (double count : {10.0, 1000000.0, 0.0, 3000000.0, 17.0}) {
    Handle sum = f.one("testScratch", {}, {count});
    CHECK_EQUAL(f.read(sum).values[0], static_cast<float>(5 * count));
  }
}

TEST(registry, "every operation is there once, sorted, and finds its kernel") {
  const auto& ops = Registry::get().ops();
  CHECK(ops.size() >= 10);
  for (size_t i = 0; i < ops.size(); ++i) {
    CHECK(ops[i].kernels[0].run != nullptr);
    CHECK(i == 0 || ops[i - 1].signature.name < ops[i].signature.name);
    CHECK(Registry::get().find(ops[i].signature.name) == &ops[i]);
  }
  CHECK(Registry::get().find("nothing") == nullptr);
}

TEST(registry, "a malformed sentence, a kernel without an op, a name twice: said to whoever asks") {
  Registry malformed;
  malformed.addOp("f(", "", nullptr, "native/ops/nn/f.cc");
  CHECK_ERROR(malformed.ops(), "other", "signature 'f(': at 2 expected a name");
  CHECK_ERROR(malformed.ops(), "other", "signature 'f(': at 2 expected a name");
  Registry orphan;
  orphan.addKernel(DeviceKind::cpu, "f", {});
  CHECK_ERROR(orphan.ops(), "other", "registry: a kernel was written for f, which is no op");
  Registry twice;
  twice.addOp("f() -> ()", "", nullptr, "native/ops/nn/f.cc");
  twice.addOp("f() -> f32[]", "", nullptr, "native/ops/nn/g.cc");
  CHECK_ERROR(twice.ops(), "other", "registry: two ops are called f");
  Registry good;
  good.addOp("f() -> ()", "does nothing", nullptr, "native/ops/nn/f-file.cc");
  CHECK_EQUAL(good.ops()[0].room, "nn");
  CHECK_EQUAL(good.ops()[0].stem, "f-file");
}

}  // namespace blemish
