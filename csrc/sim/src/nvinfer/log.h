// Messages to the logger the caller gave.
#pragma once

#include <string>

#include "plan/types.h"

namespace trtbench::sim {

// Logger calls an ILogger of the caller, whose table differs between the majors. A null logger swallows everything.
class Logger {
 public:
  explicit Logger(void* object = nullptr) : object_(object) {}
  void* object() const { return object_; }
  void log(Severity severity, const std::string& text) const;
  void error(const std::string& text) const { log(kError, text); }
  void warn(const std::string& text) const { log(kWarning, text); }
  void info(const std::string& text) const { log(kInfo, text); }
  void verbose(const std::string& text) const { log(kVerbose, text); }

 private:
  void* object_;
};

// method returns a slot of an object of the caller's.
template <class Function>
Function method(const void* object, int slot) {
  return reinterpret_cast<Function>((*static_cast<void* const* const*>(object))[slot]);
}

}  // namespace trtbench::sim
