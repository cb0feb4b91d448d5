// Rows written into a larger tensor.
#include <cstring>

#include "core/registry.h"
#include "cpu/parallel.h"

namespace blemish {

OP("rowsStep(target!: T[N ...a], rows: T[M ...a], at: int) -> ()", "Rows at … at + M - 1 of target are overwritten.",
   [](Dims& d, const Attrs& attrs) {
     int64_t at = attrs.integer("at"), room = d["N"], count = d["M"];
     if (at < 0 || at + count > room)
       d.refuse(Code::ATTRIBUTE_INVALID, "at is " + std::to_string(at) + " for " + std::to_string(count) +
                                             " rows and a target of " + std::to_string(room) + "; expected them to fit");
   })

KERNEL(cpu, rowsStep) {
  const Tensor &target = call.in[0], &rows = call.in[1];
  int64_t bytes = static_cast<int64_t>(rows.bytes());
  if (bytes == 0) return;
  char* to = target.as<char>() + call.attrs.integer("at") * (bytes / rows.shape[0]);
  const char* from = rows.as<char>();
  parallelFor(bytes, grainOf(1) * 4, [=](int64_t first, int64_t last) BLEMISH_INLINE {
    std::memmove(to + first, from + first, static_cast<size_t>(last - first));
  });
}

}  // namespace blemish
