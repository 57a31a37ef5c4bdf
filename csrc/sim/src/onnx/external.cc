#include "onnx/external.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace trtbench::sim {
namespace {

// leaves tells whether a relative path leads out of its folder.
bool leaves(const std::string& path) {
  return path.empty() || path[0] == '/' || ("/" + path + "/").find("/../") != std::string::npos;
}

}  // namespace

std::string externalFault(const OnnxTensor& tensor, const std::string& folder) {
  const std::string what = "the weights of " + tensor.name + " are in the file " + tensor.location;
  if (leaves(tensor.location)) return what + ", which is no path below the folder of the model";
  const std::string path = folder.empty() ? tensor.location : folder + "/" + tensor.location;
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return what + ": " + path + ": " + strerror(errno);
  if (!S_ISREG(info.st_mode)) return what + ": " + path + " is no regular file";
  const int64_t bytes = tensor.length < 0 ? tensor.bytes() : tensor.length;
  if (tensor.offset >= 0 && bytes <= info.st_size && tensor.offset <= info.st_size - bytes) return "";
  return what + " of " + std::to_string(info.st_size) + " bytes: " + std::to_string(bytes) + " bytes from byte " +
         std::to_string(tensor.offset) + " on were expected";
}

}  // namespace trtbench::sim
