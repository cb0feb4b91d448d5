// What a device owes: memory, a stream, copies, and the two directions of the private layout.
#pragma once
#include <memory>
#include <string>

#include "core/pool.h"
#include "core/registry.h"
#include "core/stream.h"

namespace blemish {

class Device {
 public:
  virtual ~Device() = default;
  virtual DeviceKind kind() const = 0;
  virtual std::string name() const = 0;  // "cpu", "cuda:0"
  virtual Pool& pool() = 0;
  virtual Stream& stream() = 0;
  // Queued copies. `fromHost` owns its bytes until it has run. `toHost` calls `done` on the stream's thread.
  virtual void fromHost(const Tensor& target, std::unique_ptr<char[]> bytes) = 0;
  virtual void toHost(const Tensor& source, void* target, std::function<void(const Failure&)> done) = 0;
  // A kernel that copies `in[0]` to `out[0]`, from or to the channel-blocked layout.
  virtual const Op& reorder() const = 0;
  virtual int block() const { return 1; }  // channels of a block; 1: this device has no such layout
};

// Devices register a factory, so that core knows none of them.
using OpenDevice = std::unique_ptr<Device> (*)(int index);
struct DeviceRegistration {
  DeviceRegistration(DeviceKind kind, OpenDevice open);
};
OpenDevice deviceFactory(DeviceKind kind);  // null where the build has none

}  // namespace blemish
