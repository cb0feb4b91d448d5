// Checks and a runner for the native tests: plain executables that print what failed and "N passed, N failed".
//
//   TEST(pool, "a freed block is reused") { CHECK(a == b); CHECK_EQUAL(text, "…"); CHECK_ERROR(f(), "CODE", "message"); }
#pragma once
#include <cstdio>
#include <functional>
#include <sstream>
#include <string>
#include <vector>

#include "core/error.h"

namespace blemish::test {

struct Test {
  std::string name;
  void (*run)();
};
inline std::vector<Test>& tests() {
  static std::vector<Test> list;
  return list;
}
struct Registration {
  Registration(std::string name, void (*run)()) { tests().push_back({std::move(name), run}); }
};

struct Failed {
  std::string what;
};

template <class T> std::string shown(const T& value) {
  std::ostringstream out;
  out << value;
  return out.str();
}
inline void require(bool condition, const char* file, int line, const std::string& what) {
  if (!condition) throw Failed{std::string(file) + ":" + std::to_string(line) + ": " + what};
}
template <class A, class B> void requireEqual(const A& found, const B& expected, const char* file, int line, const char* source) {
  require(found == expected, file, line, std::string(source) + " is " + shown(found) + "; expected " + shown(expected));
}
template <class Body>
void requireError(Body body, const std::string& code, const std::string& message, const char* file, int line) {
  try {
    body();
  } catch (const Error& error) {
    requireEqual(std::string(nameOf(error.code())), code, file, line, "the code");
    requireEqual(error.message(), message, file, line, "the message");
    return;
  } catch (const std::exception& error) {
    requireEqual(std::string("other"), code, file, line, "the code");
    requireEqual(std::string(error.what()), message, file, line, "the message");
    return;
  }
  require(false, file, line, "nothing was thrown; expected " + code + " " + message);
}

inline int runAll() {
  int passed = 0, failed = 0;
  for (const Test& test : tests()) {
    try {
      test.run();
      ++passed;
    } catch (const Failed& failure) {
      ++failed;
      std::printf("FAILED %s\n  %s\n", test.name.c_str(), failure.what.c_str());
    } catch (const std::exception& error) {
      ++failed;
      std::printf("FAILED %s\n  threw: %s\n", test.name.c_str(), error.what());
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  return failed == 0 && passed > 0 ? 0 : 1;
}

}  // namespace blemish::test

#define TEST_JOIN2(a, b) a##b
#define TEST_JOIN(a, b) TEST_JOIN2(a, b)
#define TEST(group, title)                                                                                                \
  static void TEST_JOIN(group##Test, __LINE__)();                                                                         \
  static const ::blemish::test::Registration TEST_JOIN(group##Registration, __LINE__)(#group ": " title,                  \
                                                                                      &TEST_JOIN(group##Test, __LINE__)); \
  static void TEST_JOIN(group##Test, __LINE__)()
#define CHECK(condition) ::blemish::test::require(static_cast<bool>(condition), __FILE__, __LINE__, #condition)
#define CHECK_EQUAL(found, expected) ::blemish::test::requireEqual(found, expected, __FILE__, __LINE__, #found)
#define CHECK_ERROR(expression, code, message) \
  ::blemish::test::requireError([&] { (void)(expression); }, code, message, __FILE__, __LINE__)
