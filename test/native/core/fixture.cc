// The operations of the fixture: plain loops without OpenMP, so that the thread sanitizer sees all there is.
#include "fixture.h"

#include <chrono>
#include <new>
#include <stdexcept>
#include <thread>

#include "cpu/cpu-device.h"

namespace blemish {

std::vector<int64_t>& test::notes() {
  static std::vector<int64_t> list;
  return list;
}

OP("testAdd(a: f32[...], b: f32[...]) -> f32[...]", "a + b")
KERNEL(cpu, testAdd) {
  for (int64_t i = 0; i < call.out[0].size(); ++i) call.out[0].floats()[i] = call.in[0].floats()[i] + call.in[1].floats()[i];
}

OP("testNote(value: int) -> f32[1]", "Writes its number down.")
KERNEL(cpu, testNote) {
  test::notes().push_back(call.attrs.integer("value"));
  call.out[0].floats()[0] = static_cast<float>(call.attrs.integer("value"));
}

OP("testWait(milliseconds: int) -> f32[1]", "Takes its time.")
KERNEL(cpu, testWait) {
  std::this_thread::sleep_for(std::chrono::milliseconds(call.attrs.integer("milliseconds")));
  call.out[0].floats()[0] = 1;
}

OP("testFail(x?: f32[...], how = error|exception|memory) -> (y: f32[2], z: f32[3])", "Fails when it runs.")
KERNEL(cpu, testFail) {
  if (call.attrs.choice("how") == "exception") throw std::runtime_error("the kernel gave up");
  if (call.attrs.choice("how") == "memory") throw std::bad_alloc();
  throw Error(Code::NUMERICAL_FAILURE, "pivot 3 is -1; expected it above 0");
}

OP("testStep(x!: f32[N], by = 1.0, fail = false) -> ()", "x += by")
KERNEL(cpu, testStep) {
  if (call.attrs.flag("fail")) throw Error(Code::NUMERICAL_FAILURE, "the step was refused; expected a better one");
  for (int64_t i = 0; i < call.in[0].size(); ++i) call.in[0].floats()[i] += static_cast<float>(call.attrs.real("by"));
}

OP("testHuge(a: int, b: int) -> f32[A B]", "A result of any size.", [](Dims& d, const Attrs& a) {
  d["A"] = a.integer("a");
  d["B"] = a.integer("b");
})
KERNEL(cpu, testHuge) {}

// What `scratch` gives is the call's own until it ends.
OP("testScratch(count: int) -> f32[1]", "Sums numbers that it kept in scratch memory.")
KERNEL(cpu, testScratch) {
  int64_t count = call.attrs.integer("count");
  float *a = scratchOf<float>(count), *b = scratchOf<float>(2 * count), *c = scratchOf<float>(0);
  for (int64_t i = 0; i < count; ++i) a[i] = 1;
  for (int64_t i = 0; i < 2 * count; ++i) b[i] = 2;
  float sum = c == nullptr ? -1 : 0;
  for (int64_t i = 0; i < count; ++i) sum += a[i] + b[i] + b[i + count];
  call.out[0].floats()[0] = sum;
}

// Layouts: one operation makes a channel-blocked tensor, one does not mind, one never sees it.
OP("testBlock(x: f32[N C H W]) -> f32[N C H W]", "x, channel-blocked where that can be.")
KERNEL(cpu, testBlock, [](Arrangement& a) {
  a.makePlain[0] = true;
  if (a.in[0].shape[1] % channelBlock() == 0) a.out[0].layout = Layout::blocked;
}) {
  const Tensor &x = call.in[0], &y = call.out[0];
  int64_t block = y.layout == Layout::blocked ? channelBlock() : 1, area = x.shape[2] * x.shape[3],
          groups = x.size() / area / block;
  for (int64_t g = 0; g < groups; ++g)
    for (int64_t c = 0; c < block; ++c)
      for (int64_t p = 0; p < area; ++p) y.floats()[(g * area + p) * block + c] = x.floats()[(g * block + c) * area + p];
}
OP("testNegate(x: f32[...]) -> f32[...]", "-x")
KERNEL(cpu, testNegate, LayoutRule::flat) {
  for (int64_t i = 0; i < call.in[0].size(); ++i) call.out[0].floats()[i] = -call.in[0].floats()[i];
}
OP("testFirst(x: f32[N ...]) -> (y: f32[1], blocked: f32[1])", "The first number, and whether the layout was private.")
KERNEL(cpu, testFirst) {
  call.out[0].floats()[0] = call.in[0].floats()[0];
  call.out[1].floats()[0] = call.in[0].layout == Layout::blocked;
}
OP("testLayout(x: f32[...]) -> f32[1]", "Whether the layout is private.")
KERNEL(cpu, testLayout, [](Arrangement&) {}) { call.out[0].floats()[0] = call.in[0].layout == Layout::blocked; }

}  // namespace blemish
