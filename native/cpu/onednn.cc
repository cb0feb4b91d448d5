// Engine, descriptors and reorders of the oneDNN door; the operations stand in onednn-*.cc beside this file.
#include "cpu/onednn.h"

#include "cpu/onednn-internal.h"

namespace blemish::onednn {

dnnl::engine& engine() {
  static dnnl::engine shared(dnnl::engine::kind::cpu, 0);
  return shared;
}

dnnl::stream& stream() {
  thread_local dnnl::stream own(engine());
  return own;
}

memory::dims dimsOf(const Shape& shape) { return memory::dims(shape.extents, shape.extents + shape.rank); }

memory::desc plainDesc(const memory::dims& dims, memory::data_type type) {
  memory::dims strides(dims.size());
  int64_t stride = 1;
  for (size_t axis = dims.size(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= std::max<int64_t>(dims[axis], 1);
  }
  return {dims, type, strides};
}

memory::desc descOf(const Tensor& tensor) {
  if (tensor.layout == Layout::blocked)
    return {dimsOf(tensor.shape), memory::data_type::f32,
            channelBlock() == 16 ? memory::format_tag::nChw16c : memory::format_tag::nChw8c};
  return plainDesc(dimsOf(tensor.shape), tensor.dtype == Dtype::u8    ? memory::data_type::u8
                                         : tensor.dtype == Dtype::i32 ? memory::data_type::s32
                                                                      : memory::data_type::f32);
}

void reorder(const memory& from, const memory& to) {
  memory source = from, target = to;
  dnnl::reorder::primitive_desc desc(source, target, userScratchpad());
  execute<dnnl::reorder>(desc, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, target}});
}

memory reordered(const memory& from, const memory::desc& wanted) {
  if (from.get_desc() == wanted) return from;
  memory to = memoryOf(wanted, scratch(wanted.get_size()));
  reorder(from, to);
  return to;
}

dnnl::primitive_attr userScratchpad() {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  return attr;
}

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
