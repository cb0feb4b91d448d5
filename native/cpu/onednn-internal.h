// What the files of the oneDNN door share. Only native/cpu/onednn*.cc include this, and nothing else includes oneDNN.
#pragma once
#include <dnnl.hpp>

#include <unordered_map>

#include "core/tensor.h"
#include "cpu/cpu-device.h"

namespace blemish::onednn {

using dnnl::memory;

dnnl::engine& engine();
dnnl::stream& stream();  // of the calling thread; work on it is synchronous

memory::dims dimsOf(const Shape& shape);
// The tensor as it lies: row-major, or channel-blocked for an image tensor of that layout.
memory::desc descOf(const Tensor& tensor);
memory::desc plainDesc(const memory::dims& dims, memory::data_type type = memory::data_type::f32);
inline memory::desc anyDesc(const memory::dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }
inline memory memoryOf(const memory::desc& desc, void* data) { return {desc, engine(), data}; }
inline memory memoryOf(const Tensor& tensor) { return memoryOf(descOf(tensor), tensor.data); }

// `from` in the layout that a primitive asks for: itself where that is its own, else a copy in scratch memory.
memory reordered(const memory& from, const memory::desc& wanted);
void reorder(const memory& from, const memory& to);

// Attributes with the scratchpad taken from the stream's scratch memory: oneDNN then allocates nothing of its own.
dnnl::primitive_attr userScratchpad();
// Runs a primitive, giving it a scratchpad if it wants one: execute<dnnl::matmul>(primitiveDesc, {{DNNL_ARG_SRC, …}, …}).
template <class Primitive>
void execute(const typename Primitive::primitive_desc& desc, std::unordered_map<int, memory> arguments) {
  memory::desc pad = desc.scratchpad_desc();
  if (pad.get_size() > 0) arguments.insert({DNNL_ARG_SCRATCHPAD, memoryOf(pad, scratch(pad.get_size()))});
  Primitive(desc).execute(stream(), arguments);
}

}  // namespace blemish::onednn
