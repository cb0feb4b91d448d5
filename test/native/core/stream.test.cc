// The stream: order, failures and what they spoil, recovery after a report, closing while work waits.
#include "core/stream.h"

#include <chrono>
#include <cstdlib>
#include <thread>

#include "../check.h"
#include "fixture.h"

namespace blemish {
using test::Fixture;
namespace {

const char* const pivot = "NUMERICAL_FAILURE testFail: pivot 3 is -1; expected it above 0";

double now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

TEST(stream, "work runs in the order in which it was queued") {
  test::notes().clear();
  Fixture f;
  for (int i = 0; i < 20000; ++i) f.context.free(f.one("testNote", {}, {double(i)}));
  f.device().stream().wait();
  CHECK_EQUAL(test::notes().size(), 20000u);
  for (int i = 0; i < 20000; ++i) CHECK_EQUAL(test::notes()[i], i);
}

TEST(stream, "queueing does not wait") {
  Fixture f;
  double begun = now();
  for (int i = 0; i < 10; ++i) f.one("testWait", {}, {30});
  CHECK(now() - begun < 0.15);
  CHECK_EQUAL(f.sync(), "");
  CHECK(now() - begun >= 0.3);
}

TEST(stream, "a block that is freed while work that reads it waits is used again in order") {
  Fixture f;
  f.one("testWait", {}, {20});
  Handle a = f.put({1, 2, 3});
  Handle sum = f.one("testAdd", {a, a}, {});
  f.context.free(a);
  Handle other = f.put({100, 200, 300});  // may get a's block
  CHECK_EQUAL(f.read(sum).values[2], 6.0f);
  CHECK_EQUAL(f.read(other).values[0], 100.0f);
}

TEST(stream, "a failure is reported once by the next read, whatever it reads") {
  Fixture f;
  Handle good = f.put({1, 2});
  f.call("testFail", {}, {0});
  CHECK_EQUAL(f.read(good).failure, pivot);
  CHECK_EQUAL(f.read(good).failure, "");
  CHECK_EQUAL(f.read(good).values[1], 2.0f);
  f.call("testFail", {}, {0});
  CHECK_EQUAL(f.sync(), pivot);
  CHECK_EQUAL(f.sync(), "");
}

TEST(stream, "a failure spoils its results and what is made of them, and nothing else") {
  Fixture f;
  Handle good = f.put({1, 2});
  std::vector<Handle> bad = f.call("testFail", {good}, {0});
  Handle skipped = f.one("testAdd", {good, good});  // came before the report: skipped with the rest
  CHECK_EQUAL(f.sync(), pivot);
  Handle derived = f.one("testAdd", {bad[0], good});
  Handle fine = f.one("testAdd", {good, good});
  CHECK_EQUAL(f.read(fine).values[1], 4.0f);
  CHECK_EQUAL(f.read(bad[0]).failure, pivot);
  CHECK_EQUAL(f.read(bad[1]).failure, pivot);
  CHECK_EQUAL(f.read(skipped).failure, pivot);
  CHECK_EQUAL(f.read(derived).failure, pivot);
  CHECK_EQUAL(f.read(bad[0]).failure, pivot);  // as often as it is asked
  CHECK_EQUAL(f.read(fine).failure, "");       // none of which spoils what is good
  Handle view = f.context.reshape(bad[0], {2, 1});
  CHECK_EQUAL(f.read(view).failure, pivot);
}

TEST(stream, "a block that was spoiled is good again once something fills it") {
  Fixture f;
  Handle bad = f.call("testFail", {}, {0})[0];
  CHECK_EQUAL(f.sync(), pivot);
  f.context.free(bad);
  for (int i = 0; i < 20; ++i) {  // one of them gets the block
    Handle put = f.put({5, 6});
    CHECK_EQUAL(f.read(put).failure, "");
    Handle made = f.one("testAdd", {put, put});
    CHECK_EQUAL(f.read(made).values[1], 12.0f);
  }
}

TEST(stream, "an in-place call that fails or is skipped spoils what it should have changed") {
  Fixture f;
  Handle x = f.put({1, 2}), y = f.put({3, 4});
  f.call("testStep", {x}, {1, 0});
  CHECK_EQUAL(f.read(x).values[0], 2.0f);
  f.call("testStep", {x}, {1, 1});
  f.call("testStep", {y}, {1, 0});
  const char* refused = "NUMERICAL_FAILURE testStep: the step was refused; expected a better one";
  CHECK_EQUAL(f.sync(), refused);
  CHECK_EQUAL(f.read(x).failure, refused);
  CHECK_EQUAL(f.read(y).failure, refused);
}

TEST(stream, "what a kernel throws becomes an error that names the operation") {
  Fixture f;
  f.call("testFail", {}, {1});
  CHECK_EQUAL(f.sync(), "DEVICE_FAILED testFail: the kernel gave up; expected the kernel to finish");
  f.call("testFail", {}, {2});
  CHECK_EQUAL(f.sync(), "OUT_OF_MEMORY testFail: scratch memory ran out; expected so much to be free");
}

TEST(stream, "closing skips what waits and tells every read") {
  Fixture f;
  test::notes().clear();
  f.one("testWait", {}, {50});
  f.device().stream().enqueue([](const Failure&) {});
  std::this_thread::sleep_for(std::chrono::milliseconds(10));
  for (int i = 0; i < 100; ++i) f.one("testWait", {}, {50});
  f.one("testNote", {}, {1});
  std::string told = "never";
  float target[1];
  Tensor tensor = f.context.get(f.put({1}), "");
  f.device().toHost(tensor, target, [&](const Failure& failure) { told = failure ? nameOf(failure->code()) : "none"; });
  double begun = now();
  f.context.close();
  CHECK(now() - begun < 1);
  CHECK_EQUAL(told, "CONTEXT_CLOSED");
  CHECK(test::notes().empty());
}

TEST(stream, "after closing, calls throw and reads are told at once") {
  Fixture f;
  Handle x = f.put({1, 2});
  f.context.close();
  f.context.close();
  CHECK_ERROR(f.one("testAdd", {x, x}), "CONTEXT_CLOSED",
              "stream: its environment is shutting down; expected work to come before");
  CHECK_EQUAL(f.read(x).failure, "CONTEXT_CLOSED stream: its environment is shutting down; expected work to come before");
  f.device().stream().wait();
  CHECK_EQUAL(f.context.handles().live(), 1);
}

TEST(stream, "a context may die with work waiting") {
  for (int i = 0; i < 50; ++i) {
    Fixture f;
    Handle x = f.put({1, 2});
    for (int k = 0; k < 200; ++k) x = f.one("testAdd", {x, x});
  }
}

TEST(stream, "contexts of several threads do not meet") {
  std::vector<std::thread> threads;
  std::vector<float> results(4);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([t, &results] {
      Fixture f;
      Handle x = f.put({float(t + 1)});
      for (int k = 0; k < 500; ++k) {
        Handle sum = f.one("testAdd", {x, x});
        f.call("testStep", {sum}, {-float(t + 1 + k), 0});  // back to x
        f.call("testStep", {sum}, {1, 0});
        f.context.free(x);
        x = sum;
        if (k % 97 == 0) f.sync();
      }
      results[t] = f.read(x).values[0];
    });
  for (std::thread& thread : threads) thread.join();
  for (int t = 0; t < 4; ++t) CHECK_EQUAL(results[t], float(t + 501));
}

TEST(stream, "inline mode runs work in place and throws at the call") {
  setenv("BLEMISH_INLINE", "1", 1);
  {
    Fixture f;
    test::notes().clear();
    Handle x = f.put({1, 2});
    f.one("testNote", {}, {7});
    CHECK_EQUAL(test::notes().size(), 1u);
    int64_t live = f.context.handles().live(), blocks = f.device().pool().stats().liveBlocks;
    CHECK_ERROR(f.call("testFail", {}, {0}), "NUMERICAL_FAILURE", "testFail: pivot 3 is -1; expected it above 0");
    CHECK_EQUAL(f.context.handles().live(), live);
    CHECK_EQUAL(f.device().pool().stats().liveBlocks, blocks);
    CHECK_EQUAL(f.read(f.one("testAdd", {x, x})).values[1], 4.0f);
    CHECK_EQUAL(f.sync(), "");
  }
  unsetenv("BLEMISH_INLINE");
}

}  // namespace blemish
