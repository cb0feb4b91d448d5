// The dispatcher: handles to tensors, shapes by the signature, layouts by the kernel's rule, then the stream.
#include "core/context.h"

#include <cstring>

namespace blemish {
namespace {
OpenDevice factories[deviceKinds] = {};
}

DeviceRegistration::DeviceRegistration(DeviceKind kind, OpenDevice open) { factories[static_cast<int>(kind)] = open; }
OpenDevice deviceFactory(DeviceKind kind) { return factories[static_cast<int>(kind)]; }

Device& Context::device(std::string_view name) {
  for (auto& device : devices_)
    if (device->name() == name) return *device;
  DeviceKind kind = name.substr(0, 4) == "cuda" ? DeviceKind::cuda : DeviceKind::cpu;
  OpenDevice open = deviceFactory(kind);
  bool named = kind == DeviceKind::cuda ? name.size() == 6 && name[4] == ':' && name[5] >= '0' && name[5] <= '9' : name == "cpu";
  if (!open || !named)
    throw Error(Code::DEVICE_UNAVAILABLE, "device: " + std::string(name) + " does not exist here; expected cpu" +
                                              (deviceFactory(DeviceKind::cuda) ? " or cuda:0" : " (this build has no CUDA)"));
  devices_.push_back(open(kind == DeviceKind::cuda ? name[5] - '0' : 0));
  return *devices_.back();
}

Tensor& Context::get(Handle handle, std::string_view where) {
  Tensor* tensor = handles_.find(handle);
  if (!tensor) throw Error(Code::TENSOR_DISPOSED, std::string(where) + " was disposed; expected a live tensor");
  return *tensor;
}

Tensor& Context::plain(Handle handle, std::string_view where) {
  Tensor& tensor = get(handle, where);
  makePlain(tensor);
  return tensor;
}

void Context::makePlain(Tensor& tensor) {
  if (tensor.layout == Layout::plain) return;
  Device& device = *tensor.device;
  Tensor target = tensor;
  target.layout = Layout::plain;
  target.data = device.pool().allocate(tensor.bytes());
  auto call = device.stream().blank();
  call->op = &device.reorder();
  call->kernel = call->op->kernels[static_cast<int>(device.kind())].run;
  call->in.assign(1, tensor);
  call->out.assign(1, target);
  try {
    device.stream().enqueue(std::move(call));
  } catch (...) {  // inline mode
    device.pool().free(target.data, target.bytes());
    throw;
  }
  device.pool().free(tensor.data, tensor.bytes());
  tensor = target;
}

void Context::arrange(const Kernel& kernel, std::span<const Handle> inputs) {
  bool anyBlocked = false;
  for (const Tensor& tensor : in_) anyBlocked |= tensor && tensor.layout == Layout::blocked;
  if (kernel.layout != LayoutRule::own && !anyBlocked) return;
  makePlain_.assign(in_.size(), false);
  if (kernel.layout == LayoutRule::own) {
    Arrangement arrangement{in_, out_, attrs_, makePlain_};
    kernel.arrange(arrangement);
  } else {
    bool alike = kernel.layout == LayoutRule::flat;
    const Shape* shape = nullptr;
    for (const Tensor& tensor : in_)
      if (tensor && tensor.layout == Layout::blocked) shape = &tensor.shape;
    for (const Tensor& tensor : in_)
      alike &= !tensor || tensor.size() == 1 || (tensor.layout == Layout::blocked && tensor.shape == *shape);
    for (const Tensor& tensor : out_) alike &= tensor.shape == *shape;
    if (alike)
      for (Tensor& tensor : out_) tensor.layout = Layout::blocked;
    else makePlain_.assign(in_.size(), true);
  }
  for (size_t i = 0; i < in_.size(); ++i)
    if (makePlain_[i] && in_[i] && in_[i].layout == Layout::blocked) {
      Tensor& tensor = *handles_.find(inputs[i]);
      makePlain(tensor);
      in_[i] = tensor;
    }
}

void Context::run(const Op& op, std::span<const Handle> inputs, const double* attributes, int attributeCount,
                  std::vector<Handle>& outputs) {
  const Signature& signature = op.signature;
  in_.clear();
  Device* device = nullptr;
  auto inputName = [&](size_t i) {
    return signature.listInput()         ? signature.inputs[0].name + "[" + std::to_string(i) + "]"
           : i < signature.inputs.size() ? signature.inputs[i].name
                                         : "operand " + std::to_string(i);
  };
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i] == 0) {
      in_.emplace_back();
      continue;
    }
    Tensor* tensor = handles_.find(inputs[i]);
    if (!tensor)
      throw Error(Code::TENSOR_DISPOSED, signature.name + ": " + inputName(i) + " was disposed; expected a live tensor");
    if (!device) device = tensor->device;
    if (tensor->device != device)
      throw Error(Code::DEVICE_MISMATCH, signature.name + ": " + inputName(i) + " lives on " + tensor->device->name() +
                                             " but the operands before it on " + device->name() + "; expected one device");
    in_.push_back(*tensor);
  }
  attrs_.bind(&signature, attributes, attributeCount);
  dims_.unify(signature, in_);
  if (op.rule) op.rule(dims_, attrs_);
  if (!device) device = &this->device("cpu");
  const Kernel& kernel = op.kernels[static_cast<int>(device->kind())];
  if (!kernel.run)
    throw Error(Code::KERNEL_MISSING, signature.name + ": there is no kernel for " + device->name() + "; expected tensors on " +
                                          (device->kind() == DeviceKind::cpu ? "cuda:0" : "cpu"));
  out_.clear();
  for (const OutputSpec& spec : signature.outputs) {
    Tensor tensor;
    tensor.shape = dims_.outputShape(spec.pattern);
    tensor.dtype = dims_.outputDtype(spec.pattern);
    tensor.device = device;
    if (!tensor.shape.fits())
      throw Error(Code::OUT_OF_MEMORY,
                  signature.name + ": the result would be " + text(tensor.shape) + "; expected at most 2^48 numbers");
    out_.push_back(tensor);
  }
  arrange(kernel, inputs);
  outputs.clear();
  for (Tensor& tensor : out_) {
    try {
      outputs.push_back(adopt(tensor));
    } catch (const Error& error) {
      for (Handle handle : outputs) free(handle);
      outputs.clear();
      throw Error(error.code(), signature.name + ": " + error.message());
    }
  }
  auto call = device->stream().blank();
  call->op = &op;
  call->kernel = kernel.run;
  std::swap(call->in, in_);
  std::swap(call->out, out_);
  std::swap(call->attrs, attrs_);
  try {
    device->stream().enqueue(std::move(call));
  } catch (...) {  // inline mode: the failure belongs to this very call
    for (Handle handle : outputs) free(handle);
    outputs.clear();
    throw;
  }
}

// Gives the tensor a block and a handle, or neither.
Handle Context::adopt(Tensor& tensor) {
  Pool& pool = tensor.device->pool();
  tensor.data = pool.allocate(tensor.bytes());
  try {
    return handles_.add(tensor);
  } catch (...) {
    pool.free(tensor.data, tensor.bytes());
    throw;
  }
}

Handle Context::fromHost(std::string_view deviceName, Dtype dtype, const Shape& shape, const void* bytes) {
  Device& device = this->device(deviceName);
  Tensor tensor;
  tensor.shape = shape;
  tensor.dtype = dtype;
  tensor.device = &device;
  if (!shape.fits()) throw Error(Code::SHAPE_MISMATCH, "tensor: the shape is " + text(shape) + "; expected at most 2^48 numbers");
  auto staging = std::make_unique_for_overwrite<char[]>(tensor.bytes());
  if (tensor.size() > 0) std::memcpy(staging.get(), bytes, tensor.bytes());
  Handle handle = adopt(tensor);
  device.fromHost(tensor, std::move(staging));
  return handle;
}

Handle Context::lend(std::string_view deviceName, Dtype dtype, const Shape& shape, void* bytes, std::function<void()> release) {
  Device& device = this->device(deviceName);
  if (device.kind() != DeviceKind::cpu || shape.size() == 0 || !shape.fits()) {
    Handle handle = fromHost(deviceName, dtype, shape, bytes);
    release();
    return handle;
  }
  Tensor tensor;
  tensor.shape = shape;
  tensor.dtype = dtype;
  tensor.device = &device;
  tensor.data = bytes;
  Handle handle = handles_.add(tensor);
  auto [lent, fresh] = lent_.try_emplace(bytes, Lent{1, nullptr});
  if (fresh) {
    lent->second.release = std::move(release);
  } else {  // who lent them first keeps them alive
    ++lent->second.owners;
    release();
  }
  return handle;
}

Handle Context::reshape(Handle handle, const Shape& shape) {
  Tensor& tensor = get(handle, "reshape: x");
  if (!shape.fits() || shape.size() != tensor.size())
    throw Error(Code::SHAPE_MISMATCH,
                "reshape: x " + text(tensor.shape) + " holds " + std::to_string(tensor.size()) + " numbers; expected " +
                    (shape.fits() ? std::to_string(shape.size()) : "fewer than 2^48") + " for " + text(shape));
  if (!(shape == tensor.shape)) makePlain(tensor);
  Tensor view = tensor;
  view.shape = shape;
  Handle added = handles_.add(view);
  if (auto lent = lent_.find(view.data); lent != lent_.end()) ++lent->second.owners;
  else view.device->pool().share(view.data);
  return added;
}

void Context::free(Handle handle) {
  Tensor tensor = handles_.remove(handle);
  if (!tensor) return;
  auto lent = lent_.empty() ? lent_.end() : lent_.find(tensor.data);
  if (lent == lent_.end()) return tensor.device->pool().free(tensor.data, tensor.bytes());
  if (--lent->second.owners > 0) return;
  // Work that was queued before may still read them.
  tensor.device->stream().enqueue([release = std::move(lent->second.release)](const Failure&) { release(); });
  lent_.erase(lent);
}

void Context::close() {
  for (auto& device : devices_) device->stream().close();
}

}  // namespace blemish
