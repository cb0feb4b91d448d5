// Ops by name, kernels by (op, device); the OP and KERNEL macros with which they register themselves.
#pragma once
#include <atomic>
#include <mutex>
#include <string>
#include <vector>

#include "core/call.h"

namespace blemish {

using Rule = void (*)(Dims& dims, const Attrs& attrs);

enum class DeviceKind : uint8_t { cpu = 0, cuda = 1 };
constexpr int deviceKinds = 2;

// What a kernel does with the private channel-blocked layout.
//   plain  never sees it: the dispatcher turns such inputs plain first
//   flat   does not care where an element stands: if all tensors of the largest shape are alike, so are the outputs
//   own    its `arrange` looks at the inputs and says what the outputs are; it may ask for inputs to be turned plain
enum class LayoutRule : uint8_t { plain, flat, own };

// Decides layouts of one call before it is queued: sets `out[i].layout`, or marks inputs to be made plain first.
struct Arrangement {
  std::vector<Tensor>& in;
  std::vector<Tensor>& out;
  const Attrs& attrs;
  std::vector<bool>& makePlain;
};
using Arrange = void (*)(Arrangement&);

struct Kernel {
  void (*run)(Call&) = nullptr;
  LayoutRule layout = LayoutRule::plain;
  Arrange arrange = nullptr;
};

struct Op {
  Signature signature;
  std::string doc;
  Rule rule = nullptr;
  std::string room;  // folder of the file, such as "nn"
  std::string stem;  // its name without ending, such as "conv2d"
  Kernel kernels[deviceKinds];
};

class Registry {
 public:
  static Registry& get();
  void addOp(std::string_view sentence, std::string_view doc, Rule rule, std::string_view file);
  void addKernel(DeviceKind kind, std::string_view op, Kernel kernel);
  const std::vector<Op>& ops();  // sorted by name; complete once loaded
  const Op* find(std::string_view name);

 private:
  struct PendingKernel {
    DeviceKind kind;
    std::string op;
    Kernel kernel;
  };
  void settle();
  std::vector<Op> ops_;
  std::vector<PendingKernel> pending_;
  std::vector<std::string> mistakes_;
  // Environments of several threads may ask first at the same time.
  std::mutex settling_;
  std::atomic<bool> settled_ = false;
};

struct OpRegistration {
  OpRegistration(std::string_view sentence, std::string_view doc, Rule rule, const char* file) {
    Registry::get().addOp(sentence, doc, rule, file);
  }
};
struct KernelRegistration {
  KernelRegistration(DeviceKind kind, std::string_view op, Kernel kernel) { Registry::get().addKernel(kind, op, kernel); }
};

#define BLEMISH_JOIN2(a, b) a##b
#define BLEMISH_JOIN(a, b) BLEMISH_JOIN2(a, b)

// OP("sentence", "what it computes, formula, source", rule): the rule may be omitted.
#define OP(sentence, doc, ...)                                                                 \
  static const ::blemish::OpRegistration BLEMISH_JOIN(opRegistration, __LINE__)(sentence, doc, \
                                                                                ::blemish::ruleOrNone(__VA_ARGS__), __FILE__);

// KERNEL(cpu, conv2d) { … uses call … }; a layout rule or an arrange function may follow the name:
// KERNEL(cpu, relu, LayoutRule::flat) { … }
#define KERNEL(kind, op, ...)                                                                          \
  static void op##_##kind(::blemish::Call& call);                                                      \
  static const ::blemish::KernelRegistration op##Registration_##kind(                                  \
      ::blemish::DeviceKind::kind, #op, ::blemish::kernelOf(&op##_##kind __VA_OPT__(, ) __VA_ARGS__)); \
  static void op##_##kind([[maybe_unused]] ::blemish::Call& call)

inline Kernel kernelOf(void (*run)(Call&)) { return {run, LayoutRule::plain, nullptr}; }
inline Kernel kernelOf(void (*run)(Call&), LayoutRule layout) { return {run, layout, nullptr}; }
inline Kernel kernelOf(void (*run)(Call&), Arrange arrange) { return {run, LayoutRule::own, arrange}; }
inline Rule ruleOrNone() { return nullptr; }
inline Rule ruleOrNone(Rule rule) { return rule; }

}  // namespace blemish
