#!/bin/sh
# fetch-headers.sh [FOLDER]: puts the headers of TensorRT 11.4 (Apache-2.0) into FOLDER, by default .deps/tensorrt-headers, and
# prints its path. They come out of a crate that carries them, through cargo. Exit status 3: cargo or its registry is missing.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-$(dirname "$(dirname "$here")")/.deps/tensorrt-headers}
crate=trtx-sys
version=0.9.1
digest=8d8ba73538a6cb3b4dfac270a0c7adb59a97e74b49b6c32ceb7d12f5d1c2da0b

sum() { (cd "$1" && LC_ALL=C cat $(LC_ALL=C ls *.h) | sha256sum | cut -d' ' -f1); }

if [ -f "$folder/NvInfer.h" ] && [ "$(sum "$folder")" = "$digest" ]; then
  echo "$folder"
  exit 0
fi
if ! command -v cargo >/dev/null; then
  echo "fetch-headers: the headers come through cargo, and there is none in PATH" >&2
  exit 3
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT INT TERM
mkdir "$work/src"
: >"$work/src/lib.rs"
printf '[package]\nname = "headers"\nversion = "0.0.0"\nedition = "2021"\n[dependencies]\n%s = "=%s"\n' "$crate" "$version" \
  >"$work/Cargo.toml"
if ! (cd "$work" && cargo vendor --quiet vendor >/dev/null); then
  echo "fetch-headers: cargo could not get $crate $version; its message is above" >&2
  exit 3
fi
found=$(dirname "$(find "$work/vendor/$crate" -path '*Enterprise*' -name NvInfer.h)")
if [ "$(sum "$found")" != "$digest" ]; then
  echo "fetch-headers: $crate $version holds other headers than expected (SHA-256 $(sum "$found")); nothing was kept" >&2
  exit 1
fi
mkdir -p "$folder"
cp -r "$found/." "$folder/"
echo "$folder"
