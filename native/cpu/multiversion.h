// One loop compiled for several instruction sets; the machine's best is chosen at run time.
//
//   parallelFor(rows, grainOf(width), [=](int64_t first, int64_t last) BLEMISH_INLINE { … plain loops … });
//
// The lambda is inlined into one function per instruction set, so the compiler vectorises it for each. What the loop
// calls must be inlined too (BLEMISH_BOTH or BLEMISH_INLINE). BLEMISH_ISA=baseline|avx2|avx512 lowers the choice for tests.
#pragma once

#define BLEMISH_INLINE __attribute__((always_inline))

namespace blemish {

enum class Isa { baseline = 0, avx2 = 1, avx512 = 2 };
Isa isa();  // the one in use
const char* nameOf(Isa isa);

#if defined(__x86_64__)
template <class Body, class... A>
__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,fma,bmi2,f16c,prefer-vector-width=512"), noinline)) void runAvx512(
    const Body& body, A... args) {
  body(args...);
}
template <class Body, class... A>
__attribute__((target("avx2,fma,bmi2,f16c"), noinline)) void runAvx2(const Body& body, A... args) {
  body(args...);
}
#endif

template <class Body, class... A> void multiversion(const Body& body, A... args) {
#if defined(__x86_64__)
  switch (isa()) {
    case Isa::avx512: return runAvx512(body, args...);
    case Isa::avx2: return runAvx2(body, args...);
    default: break;
  }
#endif
  body(args...);
}

// body<bytes>() with the extent of an instruction set's vectors, for loops that spell vectors out: wider ones than there are go
// through memory. Called from within the loop; the body is inlined.
template <class Body> BLEMISH_INLINE inline void withVectors(Isa used, const Body& body) {
  if (used == Isa::avx512) body.template operator()<64>();
  else if (used == Isa::avx2) body.template operator()<32>();
  else body.template operator()<16>();
}

}  // namespace blemish
