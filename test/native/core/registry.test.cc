// The registry: what is found, and that several threads may be the first to ask.
#include "core/registry.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "../check.h"

namespace blemish {
namespace {

void nothing(Call&) {}

}  // namespace

TEST(registry, "several threads that ask first at the same time find every operation with its kernel") {
  for (int round = 0; round < 20; ++round) {
    Registry registry;
    for (int i = 0; i < 40; ++i) {
      std::string name = "op" + std::string(1, static_cast<char>('a' + i % 26)) + std::to_string(i);
      registry.addOp(name + "(x: f32[...]) -> f32[...]", "Nothing.", nullptr, "native/ops/nn/none.cc");
      registry.addKernel(DeviceKind::cpu, name, kernelOf(&nothing));
    }
    std::atomic<int> waiting = 4, complete = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
        int found = 0;
        for (const Op& op : registry.ops()) found += op.kernels[static_cast<int>(DeviceKind::cpu)].run == &nothing;
        complete += found == 40;
      });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK_EQUAL(complete.load(), 4);
  }
}

TEST(registry, "a kernel without an operation is told by name") {
  Registry registry;
  registry.addKernel(DeviceKind::cpu, "nobody", kernelOf(&nothing));
  std::string message;
  try {
    registry.ops();
  } catch (const std::logic_error& error) {
    message = error.what();
  }
  CHECK(message.find("nobody") != std::string::npos);
}

}  // namespace blemish
