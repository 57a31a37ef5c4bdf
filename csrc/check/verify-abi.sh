#!/bin/sh
# verify-abi.sh [FOLDER...]: compares the shim's table of TensorRT's methods with the headers in each FOLDER (the one that holds
# NvInfer.h, of any 10.x or 11.x). Without one, with the 11.4 headers that fetch-headers.sh gets; when those cannot be got it
# says so and succeeds.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
csrc=$(dirname "$here")

if [ $# -eq 0 ]; then
  status=0
  folder=$("$here/fetch-headers.sh") || status=$?
  if [ "$status" -eq 3 ]; then
    echo "verify-abi: skipped; run make verify-abi TENSORRT_INCLUDE=FOLDER with the headers of a TensorRT"
    exit 0
  fi
  [ "$status" -eq 0 ] || exit "$status"
  set -- "$folder"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
for folder in "$@"; do
  if [ ! -f "$folder/NvInfer.h" ]; then
    echo "verify-abi: $folder holds no NvInfer.h, expected the include folder of a TensorRT" >&2
    exit 1
  fi
  "${CXX:-g++}" -std=c++20 -Wall -Wextra -Werror -Wfatal-errors -Wno-deprecated-declarations -isystem "$folder" -isystem "$here/cuda" \
    -o "$work/verify-abi" "$here/verify_abi.cc" "$here/verify_abi_parser.cc" "$csrc/abi.cc" "$csrc/logger.cc" "$csrc/nvinfer_callbacks.cc" \
    "$csrc/cudart.cc" "$csrc/dl.cc" -ldl
  "$work/verify-abi"
done
