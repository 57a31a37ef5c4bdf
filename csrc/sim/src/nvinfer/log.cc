#include "nvinfer/log.h"

#include "core/major.h"

namespace trtbench::sim {

// In 11 two methods of IVersionedInterface and the destructors come before log.
void Logger::log(Severity severity, const std::string& text) const {
  if (object_ == nullptr) return;
  const auto log = method<void (*)(void*, int32_t, const char*)>(object_, kTrtMajor == 10 ? 0 : 4);
  log(object_, severity, ("simulated: " + text).c_str());
}

}  // namespace trtbench::sim
