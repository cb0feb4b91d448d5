// Handles: numbers that outlive their tensor are refused, whatever came into the slot since.
#include "core/handles.h"

#include "../check.h"

namespace blemish {
namespace {

Tensor tensorOf(int64_t size) {
  Tensor tensor;
  tensor.shape = {size};
  tensor.device = reinterpret_cast<Device*>(1);  // only "is there one" is asked
  return tensor;
}

}  // namespace

TEST(handles, "a handle finds its tensor until it is removed") {
  Handles handles;
  Handle a = handles.add(tensorOf(3)), b = handles.add(tensorOf(5));
  CHECK(a != b && a != 0 && b != 0);
  CHECK_EQUAL(handles.find(a)->shape[0], 3);
  CHECK_EQUAL(handles.find(b)->shape[0], 5);
  CHECK_EQUAL(handles.live(), 2);
  CHECK_EQUAL(handles.liveBytes(), 32);
  CHECK_EQUAL(handles.remove(a).shape[0], 3);
  CHECK(handles.find(a) == nullptr);
  CHECK(!handles.remove(a));
  CHECK_EQUAL(handles.live(), 1);
  CHECK_EQUAL(handles.liveBytes(), 20);
}

TEST(handles, "numbers that were never given out find nothing") {
  Handles handles;
  CHECK(handles.find(0) == nullptr);
  CHECK(handles.find(1) == nullptr);
  Handle a = handles.add(tensorOf(1));
  CHECK(handles.find(a + 1) == nullptr);
  CHECK(handles.find(a & ((1u << 22) - 1)) == nullptr);  // the slot without its generation
  CHECK(handles.find(~Handle(0)) == nullptr);
}

TEST(handles, "a reused slot has another number, and the old one stays stale") {
  Handles handles({.slots = 4, .reserve = 0});
  std::vector<Handle> old;
  for (int round = 0; round < 1000; ++round) {
    Handle handle = handles.add(tensorOf(round));
    for (Handle stale : old) CHECK(handles.find(stale) == nullptr);
    CHECK_EQUAL(handles.find(handle)->shape[0], round);
    handles.remove(handle);
    old.push_back(handle);
  }
}

TEST(handles, "freed slots rest until the reserve is full") {
  Handles handles({.slots = 100, .reserve = 3});
  std::vector<Handle> slots;
  for (int i = 0; i < 4; ++i) slots.push_back(handles.add(tensorOf(1)));
  for (Handle handle : slots) handles.remove(handle);
  auto slotOf = [](Handle handle) { return handle & ((1u << 22) - 1); };
  CHECK_EQUAL(slotOf(handles.add(tensorOf(1))), slotOf(slots[0]));  // four are free: the first one comes back
  CHECK_EQUAL(slotOf(handles.add(tensorOf(1))), 5u);                // three: they rest
}

TEST(handles, "the generation wraps past zero and stays exact in a double") {
  Handles handles({.slots = 1, .reserve = 0, .firstGeneration = (1u << 30) - 1});
  Handle last = handles.add(tensorOf(1));
  CHECK(last < (Handle(1) << 53));
  CHECK_EQUAL(static_cast<Handle>(static_cast<double>(last)), last);
  handles.remove(last);
  Handle next = handles.add(tensorOf(2));
  CHECK_EQUAL(next >> 22, 1u);
  CHECK(handles.find(last) == nullptr);
  CHECK_EQUAL(handles.find(next)->shape[0], 2);
}

TEST(handles, "more than there are slots for is an error") {
  Handles handles({.slots = 2, .reserve = 1024});
  Handle a = handles.add(tensorOf(1));
  handles.add(tensorOf(1));
  CHECK_ERROR(handles.add(tensorOf(1)), "OUT_OF_MEMORY",
              "tensors: 2 are alive; expected fewer (dispose what is no longer needed)");
  handles.remove(a);
  CHECK(handles.find(handles.add(tensorOf(1))) != nullptr);  // the reserve is given up before the table is full
}

}  // namespace blemish
