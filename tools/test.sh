#!/usr/bin/env bash
# Runs all tests with the race detector, once, and prints a line for each package, every failure in full, and what was
# skipped and why.
set -uo pipefail
log=$(mktemp)
trap 'rm -f "$log"' EXIT
go test -race -v -timeout=20m "$@" ./... >"$log" 2>&1
status=$?
if [ $status -ne 0 ]; then
	grep -vE '^ *(=== (RUN|PAUSE|CONT|NAME)|--- PASS)' "$log"
fi
grep -E '^(ok|FAIL|\?) ' "$log"
echo 'Skipped on this machine:'
awk '/^ *--- SKIP/ { name = $3; if (prev ~ /_test\.go:[0-9]+: /) why = prev; else { getline; why = $0 }
       sub(/^ *[a-zA-Z_0-9]+\.go:[0-9]+: /, "", why); print "  " name ": " why; n++ }
     { prev = $0 } END { if (!n) print "  nothing" }' "$log"
echo "$(grep -cE '^ *--- PASS' "$log") passed, $(grep -cE '^ *--- FAIL' "$log") failed, $(grep -cE '^ *--- SKIP' "$log") skipped"
exit $status
