// Shared libraries: open one, look up a symbol. Texts returned through `char** error` are freed by the caller with free().
#ifndef TRTBENCH_CSRC_DL_H
#define TRTBENCH_CSRC_DL_H

#ifdef __cplusplus
extern "C" {
#endif

// trtb_dl_open maps the library at path with all its symbols resolved and private to it (RTLD_NOW | RTLD_LOCAL), for the life of
// the process (RTLD_NODELETE). It returns the loader's handle, or NULL with *error set to the loader's own words.
void* trtb_dl_open(const char* path, char** error);

// trtb_dl_symbol returns the address of name, or NULL with *error set; library is the name used in that text.
void* trtb_dl_symbol(void* handle, const char* library, const char* name, char** error);

// trtb_dl_path returns the file that address was loaded from, or NULL; the text belongs to the loader.
const char* trtb_dl_path(const void* address);

#ifdef __cplusplus
}

// Looks up a function under its type: auto f = trtb::symbol<int (*)(int)>(handle, path, "f", error).
namespace trtb {
template <typename Function>
Function symbol(void* handle, const char* library, const char* name, char** error) {
  return reinterpret_cast<Function>(trtb_dl_symbol(handle, library, name, error));
}
}  // namespace trtb
#endif

#endif  // TRTBENCH_CSRC_DL_H
