#!/bin/sh
# sanitize.sh: walks the whole C boundary on the simulated libraries, with the shim built under the address and undefined-behaviour
# sanitizers, then plain under valgrind when that is installed, which also finds leaks. A planted overflow must be caught by each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
csrc=$(dirname "$here")
cd "$(dirname "$csrc")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM

build() { # build NAME FLAGS...
  name=$1
  shift
  "${CXX:-g++}" -std=c++17 -g -O1 -Wall -Wextra -Werror "$@" -o "$work/$name" \
    "$here"/exercise*.cc "$csrc/dl.cc" "$csrc/cudart.cc" "$csrc/cudart_sim.cc" "$csrc/abi.cc" "$csrc/logger.cc" \
    "$csrc"/nvinfer*.cc "$csrc/lane.cc" "$csrc/batch.cc" -ldl
}

walk() { # walk COMMAND...: the canary must make it fail, both majors must pass
  if "$@" canary >"$work/canary" 2>&1; then
    echo "sanitize: the planted overflow was not caught by: $*" >&2
    cat "$work/canary" >&2
    exit 1
  fi
  for major in 10 11; do
    folder=$(go run ./csrc/check/simfolder "$major")
    "$@" "$folder" "$major" "$here/exercise.sim.json"
  done
}

echo "sanitize: address and undefined-behaviour sanitizers"
build sanitized -fsanitize=address,undefined -fno-sanitize-recover=all
# The leak finder of the address sanitizer crashes on the simulated device's untouchable memory; valgrind looks for leaks.
export ASAN_OPTIONS=detect_leaks=0
walk "$work/sanitized"

if ! command -v valgrind >/dev/null; then
  echo "sanitize: valgrind is not installed (apt-get install valgrind): memory of the shim was not checked for leaks"
  exit 0
fi
echo "sanitize: valgrind"
build plain
walk valgrind -q --error-exitcode=9 --leak-check=full --show-leak-kinds=definite,indirect \
  --errors-for-leak-kinds=definite,indirect "$work/plain"
