// What a random op is given by Random's nextKey: checking the attribute and reading it.
#pragma once
#include <span>
#include <string>

#include "core/random.h"
#include "core/signature.h"

namespace blemish {

inline void requireWords(Dims& d, std::span<const double> list, const char* name) {
  for (double word : list)
    if (word < 0 || word > 4294967295.0)
      d.refuse(Code::ATTRIBUTE_INVALID, std::string(name) + " holds " + std::to_string(static_cast<int64_t>(word)) +
                                            "; expected integers of 0 … 2^32 - 1");
}

inline void requireKey(Dims& d, const Attrs& attrs) {
  auto key = attrs.list("key");
  if (key.size() != 4)
    d.refuse(Code::ATTRIBUTE_INVALID,
             "key holds " + std::to_string(key.size()) + " numbers; expected the four of Random's nextKey");
  requireWords(d, key, "key");
}

inline RandomKey keyOf(const Attrs& attrs) {
  auto word = [&](int i) { return static_cast<uint32_t>(attrs.list("key")[i]); };
  return {{word(0), word(1)}, {word(2), word(3)}};
}

}  // namespace blemish
