// The only includer of oneDNN's header.
#include "cpu/onednn.h"

#include <dnnl.hpp>

namespace blemish::onednn {

std::string version() {
  const dnnl_version_t* v = dnnl_version();
  return std::to_string(v->major) + "." + std::to_string(v->minor) + "." + std::to_string(v->patch);
}

std::string isaName() {
  switch (dnnl_get_effective_cpu_isa()) {
    case dnnl_cpu_isa_sse41: return "sse41";
    case dnnl_cpu_isa_avx: return "avx";
    case dnnl_cpu_isa_avx2: return "avx2";
    case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni";
    default: return dnnl_get_effective_cpu_isa() >= dnnl_cpu_isa_avx512_core ? "avx512" : "other";
  }
}

}  // namespace blemish::onednn
