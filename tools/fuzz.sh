#!/usr/bin/env bash
# Runs every fuzz target of the module for a time each: tools/fuzz.sh 5s
set -euo pipefail
time=${1:-5s}
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# go test -fuzz sometimes fails with nothing but "context deadline exceeded" when its time is up while an input runs; an input that
# fails is always written to testdata.
judge() {
	if grep -q 'context deadline exceeded' "$1" && ! grep -q 'Failing input written' "$1"; then
		return 0
	fi
	cat "$1"
	exit 1
}

grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r package; do
	grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$package"/*_test.go | sed 's/^func //' | while read -r target; do
		echo "fuzz $package $target for $time"
		timeout 10m go test -run='^$' -fuzz="^$target\$" -fuzztime="$time" -fuzzminimizetime=20x "$package" >"$log" 2>&1 || judge "$log"
	done
done
