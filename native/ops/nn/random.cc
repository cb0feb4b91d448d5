// Random tensors and dropout; numbers by their key and position, see core/random.h.
#include "core/random.h"

#include "core/registry.h"
#include "cpu/parallel.h"
#include "cpu/random-key.h"

namespace blemish {
namespace {

constexpr int64_t chunk = 64;  // words made at a time: their blocks fill the widest vectors
constexpr int64_t cost = 24;   // of a word, in additions

void fromShape(Dims& d, const Attrs& attrs) {
  auto list = attrs.list("shape");
  d.require(list.size() <= Shape::maxRank, "shape has " + std::to_string(list.size()) + " extents; expected at most 8");
  Shape& shape = d.run("out");
  for (double extent : list) {
    d.require(extent >= 0, "shape holds " + std::to_string(static_cast<int64_t>(extent)) + "; expected no negative extent");
    shape.push(static_cast<int64_t>(extent));
  }
}

void requireProbability(Dims& d, const Attrs& attrs, double highest) {
  double p = attrs.real("probability");
  if (p < 0 || p > highest)
    d.refuse(Code::ATTRIBUTE_INVALID,
             "probability is " + std::to_string(p) + "; expected 0 … 1" + (highest < 1 ? " without 1" : ""));
}

// A probability as a bound on words: those below it are hits.
uint64_t boundOf(double probability) { return static_cast<uint64_t>(probability * 4294967296.0); }

// y[i] = f(word i, i) for count elements, the words counted from block `firstBlock` of the key.
template <class Y, class F> void eachWord(Y* y, int64_t count, const RandomKey& key, uint64_t firstBlock, const F& f) {
  parallelFor((count + chunk - 1) / chunk, grainOf(cost * chunk), [=](int64_t first, int64_t last) BLEMISH_INLINE {
    for (int64_t part = first; part < last; ++part) {
      uint32_t words[chunk];
      uint64_t block = firstBlock + static_cast<uint64_t>(part) * (chunk / 4);
      for (int64_t i = 0; i < chunk / 4; ++i) {
        RandomWords four = randomBlock(key, block + static_cast<uint64_t>(i));
        for (int k = 0; k < 4; ++k) words[4 * i + k] = four.word[k];
      }
      int64_t from = part * chunk;
      if (from + chunk <= count)
        for (int64_t i = 0; i < chunk; ++i) y[from + i] = f(words[i], from + i);
      else
        for (int64_t i = 0; i < count - from; ++i) y[from + i] = f(words[i], from + i);
    }
  });
}

}  // namespace

OP("randomBits(shape: ints, key: ints, block = [0 0]) -> i32[...out]",
   "Raw words of Philox4x32-10 as signed integers, from the block whose number has these low and high words.",
   [](Dims& d, const Attrs& attrs) {
     fromShape(d, attrs);
     requireKey(d, attrs);
     requireWords(d, attrs.list("block"), "block");
   })
KERNEL(cpu, randomBits) {
  auto block = call.attrs.list("block");
  uint64_t first = static_cast<uint64_t>(block[1]) << 32 | static_cast<uint64_t>(block[0]);
  eachWord(call.out[0].as<int32_t>(), call.out[0].size(), keyOf(call.attrs), first,
           [](uint32_t word, int64_t) BLEMISH_INLINE { return static_cast<int32_t>(word); });
}

OP("uniform(shape: ints, key: ints, low = 0.0, high = 1.0) -> f32[...out]",
   "Uniform numbers strictly between 0 and 1, then low + (high - low) u rounded to float32; key as Random's nextKey gives it.",
   [](Dims& d, const Attrs& attrs) {
     fromShape(d, attrs);
     requireKey(d, attrs);
   })
KERNEL(cpu, uniform) {
  double low = call.attrs.real("low"), width = call.attrs.real("high") - low;
  eachWord(call.out[0].floats(), call.out[0].size(), keyOf(call.attrs), 0,
           [=](uint32_t word, int64_t) BLEMISH_INLINE { return scaledFrom(uniformFrom(word), width, low); });
}

OP("normal(shape: ints, key: ints, mean = 0.0, deviation = 1.0) -> f32[...out]",
   "Normal numbers, one word each through the quantile function (|z| < 6.34); key as Random's nextKey gives it.",
   [](Dims& d, const Attrs& attrs) {
     fromShape(d, attrs);
     requireKey(d, attrs);
   })
KERNEL(cpu, normal) {
  double mean = call.attrs.real("mean"), deviation = call.attrs.real("deviation");
  eachWord(call.out[0].floats(), call.out[0].size(), keyOf(call.attrs), 0,
           [=](uint32_t word, int64_t) BLEMISH_INLINE { return scaledFrom(normalFrom(word), deviation, mean); });
}

OP("bernoulli(shape: ints, key: ints, probability = 0.5) -> f32[...out]",
   "1 with the given probability (to 2^-32), else 0; key as Random's nextKey gives it.", [](Dims& d, const Attrs& attrs) {
     fromShape(d, attrs);
     requireKey(d, attrs);
     requireProbability(d, attrs, 1);
   })
KERNEL(cpu, bernoulli) {
  uint64_t bound = boundOf(call.attrs.real("probability"));
  eachWord(call.out[0].floats(), call.out[0].size(), keyOf(call.attrs), 0,
           [=](uint32_t word, int64_t) BLEMISH_INLINE { return word < bound ? 1.f : 0.f; });
}

OP("dropout(x: f32[...], key: ints, probability = 0.5) -> f32[...]",
   "0 with the given probability, else x / (1 - probability). The same key drops the same elements: so the gradient is the "
   "same op on dy.",
   [](Dims& d, const Attrs& attrs) {
     requireKey(d, attrs);
     requireProbability(d, attrs, 1 - 1e-7);
   })
KERNEL(cpu, dropout) {
  const float* x = call.in[0].floats();
  uint32_t bound = static_cast<uint32_t>(boundOf(call.attrs.real("probability")));  // below 2^32, since p < 1
  float scale = static_cast<float>(1 / (1 - call.attrs.real("probability")));
  eachWord(call.out[0].floats(), call.out[0].size(), keyOf(call.attrs), 0,
           [=](uint32_t word, int64_t i) BLEMISH_INLINE { return select(word < bound, 0.f, x[i] * scale); });
}

}  // namespace blemish
