// Versions of TensorRT as text and as number.
#pragma once

#include <string>

namespace trtbench::sim {

// parseVersion reads "10.15.1" as 101501; the last part may be missing.
bool parseVersion(const std::string& text, int* version);

// versionText is the reverse of it.
std::string versionText(int version);

}  // namespace trtbench::sim
