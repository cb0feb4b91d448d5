// One exception type, one list of codes.
#pragma once
#include <exception>
#include <string>
#include <utility>

namespace blemish {

enum class Code {
#define CODE(name, sentence) name,
#include "errors.def"
#undef CODE
};

inline const char* nameOf(Code code) {
  switch (code) {
#define CODE(name, sentence) \
  case Code::name:           \
    return #name;
#include "errors.def"
#undef CODE
  }
  return "DEVICE_FAILED";
}

class Error : public std::exception {
 public:
  Error(Code code, std::string message) : code_(code), message_(std::move(message)) {}
  Code code() const { return code_; }
  const std::string& message() const { return message_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  Code code_;
  std::string message_;
};

}  // namespace blemish
