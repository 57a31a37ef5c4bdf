#include "json/version.h"

#include <cstdio>

namespace trtbench::sim {

bool parseVersion(const std::string& text, int* version) {
  int major = 0, minor = 0, patch = 0;
  char more = 0;
  const int n = sscanf(text.c_str(), "%2d.%2d.%2d%c", &major, &minor, &patch, &more);
  if (n < 2 || n > 3 || major < 1 || minor < 0 || patch < 0) return false;
  if (text.find_first_not_of("0123456789.") != std::string::npos) return false;
  *version = major * 10000 + minor * 100 + patch;
  return true;
}

std::string versionText(int version) {
  return std::to_string(version / 10000) + "." + std::to_string(version / 100 % 100) + "." + std::to_string(version % 100);
}

}  // namespace trtbench::sim
