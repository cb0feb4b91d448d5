// The fixed table of functions that JavaScript sees; owns one Context per environment.
#include <napi.h>
#include <omp.h>

#include <condition_variable>
#include <mutex>

#include "core/context.h"
#include "cpu/multiversion.h"
#include "cpu/onednn.h"
#include "promise.h"
#include "values.h"

namespace blemish::bindings {
namespace {

class Addon : public Napi::Addon<Addon> {
 public:
  Addon(Napi::Env env, Napi::Object exports) : env_(env) {
    DefineAddon(exports, {
                             InstanceMethod("link", &Addon::link),
                             InstanceMethod("fromHost", &Addon::fromHost),
                             InstanceMethod("toHost", &Addon::toHost),
                             InstanceMethod("toHostSync", &Addon::toHostSync),
                             InstanceMethod("reshape", &Addon::reshape),
                             InstanceMethod("free", &Addon::free),
                             InstanceMethod("open", &Addon::open),
                             InstanceMethod("sync", &Addon::sync),
                             InstanceMethod("memory", &Addon::memory),
                             InstanceMethod("setThreads", &Addon::setThreads),
                             InstanceMethod("close", &Addon::close),
                             InstanceMethod("schema", &Addon::schema),
                             InstanceMethod("build", &Addon::build),
                         });
    // `run` is the hot one: the plain C interface, and everything but two counts through shared arrays.
    napi_value run;
    napi_create_function(env, "run", NAPI_AUTO_LENGTH, &Addon::run, this, &run);
    exports.Set("run", Napi::Value(env, run));
  }

 private:
  // Where failures of one call become BlemishErrors.
  template <class Body> auto guarded(Body body) -> decltype(body()) {
    try {
      return body();
    } catch (const Error& error) {
      throwError(error);
    } catch (const std::bad_alloc&) {
      throwError(Error(Code::OUT_OF_MEMORY, "memory: the host had none left; expected so much to be free"));
    } catch (const std::exception& error) {
      throwError(Error(Code::DEVICE_FAILED, std::string("native: ") + error.what()));
    }
    return decltype(body())();
  }

  void throwError(const Error& error) {
    napi_value make, receiver, result, arguments[2];
    napi_get_reference_value(env_, makeError_, &make);
    napi_get_undefined(env_, &receiver);
    napi_create_string_utf8(env_, nameOf(error.code()), NAPI_AUTO_LENGTH, &arguments[0]);
    napi_create_string_utf8(env_, error.what(), NAPI_AUTO_LENGTH, &arguments[1]);
    if (napi_call_function(env_, receiver, make, 2, arguments, &result) == napi_ok) napi_throw(env_, result);
  }

  // link(inputs: Float64Array, attributes: Float64Array, outputs: Float64Array, makeError: (code, message) => Error)
  void link(const Napi::CallbackInfo& info) {
    for (int i = 0; i < 3; ++i) {
      Napi::Float64Array array = info[i].As<Napi::Float64Array>();
      shared_[i] = array.Data();
      sharedLength_[i] = array.ElementLength();
      kept_[i] = Napi::Persistent(array.As<Napi::Object>());
      kept_[i].SuppressDestruct();
    }
    napi_create_reference(env_, info[3], 1, &makeError_);
    promises_.open(env_, makeError_);
    // After the thread-safe function, so that it runs before that one is torn down: no thread may settle anything then.
    napi_add_env_cleanup_hook(
        env_, [](void* data) { static_cast<Addon*>(data)->context_.close(); }, this);
  }

  // run(op, inputs, attributes): counts of numbers that lie in the shared arrays. Leaves in the third
  // [count, then per output: handle, dtype, rank, extents…].
  static napi_value run(napi_env env, napi_callback_info info) {
    size_t count = 3;
    napi_value arguments[3];
    void* data;
    napi_get_cb_info(env, info, &count, arguments, nullptr, &data);
    Addon& self = *static_cast<Addon*>(data);
    uint32_t op = 0, inputs = 0, attributes = 0;
    napi_get_value_uint32(env, arguments[0], &op);
    napi_get_value_uint32(env, arguments[1], &inputs);
    napi_get_value_uint32(env, arguments[2], &attributes);
    self.guarded([&] {
      const auto& ops = Registry::get().ops();
      if (op >= ops.size() || inputs > self.sharedLength_[0] || attributes > self.sharedLength_[1])
        throw Error(Code::UNKNOWN_OP,
                    "run: op " + std::to_string(op) + " of " + std::to_string(ops.size()) + "; expected one of schema()");
      self.inputs_.resize(inputs);
      for (uint32_t i = 0; i < inputs; ++i) self.inputs_[i] = static_cast<Handle>(self.shared_[0][i]);
      self.context_.run(ops[op], self.inputs_, self.shared_[1], static_cast<int>(attributes), self.outputs_);
      double* out = self.shared_[2];
      *out++ = static_cast<double>(self.outputs_.size());
      for (Handle handle : self.outputs_) {
        const Tensor& tensor = *self.context_.handles().find(handle);
        *out++ = static_cast<double>(handle);
        *out++ = static_cast<double>(tensor.dtype);
        *out++ = tensor.shape.rank;
        for (int axis = 0; axis < tensor.shape.rank; ++axis) *out++ = static_cast<double>(tensor.shape[axis]);
      }
      return 0;
    });
    return nullptr;
  }

  // fromHost(device, dtype, shape, typed array, lend) → handle. Lent memory is read where it lies and kept alive until nobody
  // reads it.
  Napi::Value fromHost(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      Napi::TypedArray array = info[3].As<Napi::TypedArray>();
      Shape shape = shapeFrom(info[2]);
      Dtype dtype = static_cast<Dtype>(info[1].As<Napi::Number>().Uint32Value());
      if (static_cast<size_t>(shape.size()) * sizeOf(dtype) != array.ByteLength())
        throw Error(Code::SHAPE_MISMATCH, "tensor: " + std::to_string(array.ByteLength()) + " bytes came for shape " +
                                              text(shape) + "; expected " +
                                              std::to_string(shape.size() * static_cast<int64_t>(sizeOf(dtype))));
      void* data = nullptr;
      napi_get_typedarray_info(env_, array, nullptr, nullptr, &data, nullptr, nullptr);
      std::string device = info[0].As<Napi::String>().Utf8Value();
      if (!info[4].ToBoolean()) return number(context_.fromHost(device, dtype, shape, data));
      Promises::Waiting* held = promises_.hold(array);
      return number(context_.lend(device, dtype, shape, data, [this, held] { promises_.done(held, nullptr); }));
    });
  }

  // toHost(handle) → Promise of a typed array that nobody else holds
  Napi::Value toHost(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      Tensor tensor = context_.plain(handleFrom(info[0]), "read: the tensor");
      Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env_, tensor.bytes());
      Napi::Value array = typedArray(env_, tensor.dtype, buffer, static_cast<size_t>(tensor.size()));
      napi_value promise;
      Promises::Waiting* waiting = promises_.wait(array, &promise);
      tensor.device->toHost(tensor, buffer.Data(), [this, waiting](const Failure& failure) { promises_.done(waiting, failure); });
      return Napi::Value(env_, promise);
    });
  }

  Napi::Value toHostSync(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      Tensor tensor = context_.plain(handleFrom(info[0]), "readSync: the tensor");
      Napi::ArrayBuffer buffer = Napi::ArrayBuffer::New(env_, tensor.bytes());
      std::mutex mutex;
      std::condition_variable ready;
      bool finished = false;
      Failure failure;
      tensor.device->toHost(tensor, buffer.Data(), [&](const Failure& cause) {
        std::lock_guard lock(mutex);
        failure = cause;
        finished = true;
        ready.notify_one();
      });
      std::unique_lock lock(mutex);
      ready.wait(lock, [&] { return finished; });
      if (failure) throw *failure;
      return typedArray(env_, tensor.dtype, buffer, static_cast<size_t>(tensor.size()));
    });
  }

  // reshape(handle, shape) → handle of the same block
  Napi::Value reshape(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value { return number(context_.reshape(handleFrom(info[0]), shapeFrom(info[1]))); });
  }

  // free(count): that many handles lie in the shared inputs. Stale ones are passed over.
  Napi::Value free(const Napi::CallbackInfo& info) {
    uint32_t count = info[0].As<Napi::Number>().Uint32Value();
    for (uint32_t i = 0; i < count && i < sharedLength_[0]; ++i) context_.free(static_cast<Handle>(shared_[0][i]));
    return env_.Undefined();
  }

  Napi::Value open(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      context_.device(info[0].As<Napi::String>().Utf8Value());
      return env_.Undefined();
    });
  }

  Napi::Value sync(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      Device& device = context_.device(info[0].As<Napi::String>().Utf8Value());
      napi_value promise;
      Promises::Waiting* waiting = promises_.wait(nullptr, &promise);
      device.toHost(Tensor(), nullptr, [this, waiting](const Failure& failure) { promises_.done(waiting, failure); });
      return Napi::Value(env_, promise);
    });
  }

  // memory(device, resetPeak)
  Napi::Value memory(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      Pool& pool = context_.device(info[0].As<Napi::String>().Utf8Value()).pool();
      Napi::Object out = Napi::Object::New(env_);
      out.Set("liveTensors", static_cast<double>(context_.handles().live()));
      out.Set("liveBlocks", static_cast<double>(pool.stats().liveBlocks));
      out.Set("liveBytes", static_cast<double>(pool.stats().liveBytes));
      out.Set("peakBytes", static_cast<double>(pool.stats().peakBytes));
      out.Set("reservedBytes", static_cast<double>(pool.stats().reservedBytes));
      if (info[1].ToBoolean()) pool.resetPeak();
      return out;
    });
  }

  Napi::Value setThreads(const Napi::CallbackInfo& info) {
    return guarded([&]() -> Napi::Value {
      context_.device("cpu").stream().setThreads(info[0].As<Napi::Number>().Int32Value());
      return env_.Undefined();
    });
  }

  // close(): ends the streams, for a process that ends by process.exit(): nothing else ends them before the libraries' own
  // memory is taken down under them.
  void close(const Napi::CallbackInfo&) { context_.close(); }

  Napi::Value schema(const Napi::CallbackInfo&) {
    static const char* kinds[] = {"integer", "real", "boolean", "choice", "integers", "reals"};
    Napi::Array list = Napi::Array::New(env_);
    for (const Op& op : Registry::get().ops()) {
      const Signature& signature = op.signature;
      Napi::Object entry = Napi::Object::New(env_);
      entry.Set("name", signature.name);
      entry.Set("sentence", signature.sentence);
      entry.Set("doc", op.doc);
      entry.Set("room", op.room);
      entry.Set("stem", op.stem);
      entry.Set("cuda", op.kernels[static_cast<int>(DeviceKind::cuda)].run != nullptr);
      Napi::Array inputs = Napi::Array::New(env_);
      for (const InputSpec& input : signature.inputs) {
        Napi::Object item = Napi::Object::New(env_);
        item.Set("name", input.name);
        item.Set("optional", input.optional);
        item.Set("inPlace", input.inPlace);
        item.Set("list", input.list);
        item.Set("pattern", input.pattern.text);
        inputs.Set(inputs.Length(), item);
      }
      entry.Set("inputs", inputs);
      Napi::Array attributes = Napi::Array::New(env_);
      for (const AttributeSpec& attribute : signature.attributes) {
        Napi::Object item = Napi::Object::New(env_);
        item.Set("name", attribute.name);
        item.Set("kind", kinds[attribute.kind]);
        item.Set("required", attribute.required);
        item.Set("infinite", attribute.infinite);
        item.Set("fixedLength", attribute.fixedLength);
        item.Set("fallback", numbers(env_, attribute.fallback));
        item.Set("words", words(env_, attribute.words));
        attributes.Set(attributes.Length(), item);
      }
      entry.Set("attributes", attributes);
      Napi::Array outputs = Napi::Array::New(env_);
      for (const OutputSpec& output : signature.outputs) {
        Napi::Object item = Napi::Object::New(env_);
        item.Set("name", output.name);
        item.Set("pattern", output.pattern.text);
        outputs.Set(outputs.Length(), item);
      }
      entry.Set("outputs", outputs);
      list.Set(list.Length(), entry);
    }
    Napi::Array codes = Napi::Array::New(env_);
    auto addCode = [&](const char* name, const char* sentence) {
      Napi::Object item = Napi::Object::New(env_);
      item.Set("name", name);
      item.Set("sentence", sentence);
      codes.Set(codes.Length(), item);
    };
#define CODE(name, sentence) addCode(#name, sentence);
#include "core/errors.def"
#undef CODE
    Napi::Object out = Napi::Object::New(env_);
    out.Set("ops", list);
    out.Set("codes", codes);
    return out;
  }

  Napi::Value build(const Napi::CallbackInfo&) {
    Napi::Object out = Napi::Object::New(env_);
    out.Set("isa", nameOf(isa()));
    out.Set("onednn", onednn::version());
    out.Set("onednnIsa", onednn::isaName());
    out.Set("threads", omp_get_max_threads());
    out.Set("compiler", "gcc " __VERSION__);
    out.Set("cuda", deviceFactory(DeviceKind::cuda) != nullptr);
    return out;
  }

  Napi::Value number(Handle handle) { return Napi::Number::New(env_, static_cast<double>(handle)); }

  Napi::Env env_;
  napi_ref makeError_ = nullptr;
  double* shared_[3] = {};
  size_t sharedLength_[3] = {};
  Napi::ObjectReference kept_[3];
  std::vector<Handle> inputs_, outputs_;
  Promises promises_;
  Context context_;
};

}  // namespace

NODE_API_ADDON(Addon)

}  // namespace blemish::bindings
