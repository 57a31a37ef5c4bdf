#!/usr/bin/env bash
# Runs every fuzz target of the module for a time each: tools/fuzz.sh 5s
set -euo pipefail
time=${1:-5s}
grep -rlE '^func Fuzz[A-Z]' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r package; do
	grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$package"/*_test.go | sed 's/^func //' | while read -r target; do
		echo "fuzz $package $target for $time"
		go test -run='^$' -fuzz="^$target\$" -fuzztime="$time" -fuzzminimizetime=20x "$package" >.fuzz.log 2>&1 || { cat .fuzz.log; rm -f .fuzz.log; exit 1; }
	done
done
rm -f .fuzz.log
