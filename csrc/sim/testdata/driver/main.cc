// driver list                          the names of the cases
// driver FOLDER PLANS MAJOR CASE       runs one; status 1: a check failed, 2: it could not run
// driver FOLDER PLANS MAJOR bench      nanoseconds of a round, with a graph and without
// driver FOLDER PLANS MAJOR plan       reads a plan from standard input and tells whether the library takes it
// driver FOLDER PLANS MAJOR built      builds the reference model and prints the plan
// driver FOLDER PLANS MAJOR parity [LIBRARY]  what the parser, or that of another library, says to models of all kinds
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <iterator>

#include "driver.h"

namespace driver {
namespace {

int failures = 0;

std::vector<Case*>& cases() {
  static std::vector<Case*> all;
  return all;
}

}  // namespace

Case::Case(const char* caseName, std::function<void(Lib&)> body) : name(caseName), run(std::move(body)) {
  cases().push_back(this);
}

void check(bool holds, const char* text, const char* file, int line, const std::string& more) {
  if (holds) return;
  failures++;
  const char* const base = strrchr(file, '/');
  printf("%s:%d: %s does not hold%s%s\n", base == nullptr ? file : base + 1, line, text, more.empty() ? "" : ": ", more.c_str());
}

}  // namespace driver

int main(int argc, char** argv) {
  using namespace driver;
  if (argc == 2 && strcmp(argv[1], "list") == 0) {
    for (const Case* c : cases()) puts(c->name);
    return 0;
  }
  if (argc == 5 && strcmp(argv[4], "bench") == 0) {
    Lib lib(argv[1], argv[2], atoi(argv[3]));
    bench(lib);
    return failures;
  }
  if (argc == 5 && strcmp(argv[4], "plan") == 0) {
    Lib lib(argv[1], argv[2], atoi(argv[3]));
    const std::string text((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
    puts(lib.engine(text) != nullptr ? "taken" : lib.log.c_str());
    return 0;
  }
  if (argc >= 5 && strcmp(argv[4], "parity") == 0) {
    Lib lib(argv[1], argv[2], atoi(argv[3]));
    fputs(parity(lib, argc > 5 ? argv[5] : nullptr).c_str(), stdout);
    return failures;
  }
  if (argc == 5 && strcmp(argv[4], "built") == 0) {
    Lib lib(argv[1], argv[2], atoi(argv[3]));
    fputs(builtPlan(lib).c_str(), stdout);
    return failures;
  }
  for (const Case* c : cases()) {
    if (argc != 5 || strcmp(c->name, argv[4]) != 0) continue;
    Lib lib(argv[1], argv[2], atoi(argv[3]));
    c->run(lib);
    if (failures > 0 && !lib.log.empty()) printf("log:\n%s", lib.log.c_str());
    return failures == 0 ? 0 : 1;
  }
  fprintf(stderr, "usage: driver list | driver FOLDER PLANS MAJOR CASE\n");
  return 2;
}
