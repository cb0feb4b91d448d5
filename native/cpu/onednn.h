// The only door to oneDNN (its version-2 interface): engine, primitive lookup, reorders.
#pragma once
#include <string>

namespace blemish::onednn {

std::string version();
std::string isaName();

}  // namespace blemish::onednn
