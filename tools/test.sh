#!/usr/bin/env bash
# Runs all tests with the race detector, once, and prints a line for each package, every failure in full, and what was
# skipped and why.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test -race -v -timeout=20m "$@" ./... >"$log" 2>&1
status=$?
if [ $status -ne 0 ]; then
	grep -avE '^ *(=== (RUN|PAUSE|CONT|NAME)|--- PASS)' "$log"
fi
grep -aE '^(ok|FAIL|\?) ' "$log"
echo 'Skipped on this machine:'
awk '$1 == "===" && ($2 == "RUN" || $2 == "CONT" || $2 == "NAME") { test = $3 }
     /^ *[a-zA-Z_0-9]+_test\.go:[0-9]+: / { sub(/^ *[a-zA-Z_0-9]+\.go:[0-9]+: /, ""); why[test] = $0 }
     /^ *--- SKIP/ { print "  " $3 ": " why[$3]; n++ }
     END { if (!n) print "  nothing" }' "$log"
echo "$(grep -acE '^ *--- PASS' "$log") passed, $(grep -acE '^ *--- FAIL' "$log") failed, $(grep -acE '^ *--- SKIP' "$log") skipped"
exit $status
