#!/bin/sh
# Finds the capacity of a model three times. Each time a plain run with 0.9 of it must hold, and one with 1.2 of it must break.
#
# Usage: [KNOWN=N] [ROUNDS=3] tools/check_capacity.sh TRTBENCH OPTION…
#   tools/check_capacity.sh bin/trtbench --onnx=testdata/models/streaming_acoustic.onnx
#   KNOWN=480 tools/check_capacity.sh bin/trtbench --loadEngine=testdata/plans/capacity.sim.json
#
# With KNOWN, what is found must be within 5 % of it. The options are those of trtbench stream; --search-start=N near the result and
# --duration=5s make it quicker. Exit codes: 0 every round is good, 1 one is not, 2 wrong command line.
set -u
if [ $# -lt 2 ]; then
	sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
	exit 2
fi
trtbench=$1
shift
rounds=${ROUNDS:-3}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# measure FILE OPTION… measures and leaves FILE.json and FILE.log. Exit code 3 says that nothing holds, which is an answer.
measure() {
	file=$1
	shift
	"$trtbench" stream "$@" --json="$file.json" >"$file.log" 2>&1
}

# value FILE EXPRESSION prints what is found in the first run of FILE.json; nothing if there is none.
value() {
	python3 - "$1.json" "$2" <<'END'
import json, sys
try:
    run = json.load(open(sys.argv[1]))["runs"][0]
    print(eval(sys.argv[2], {"run": run}))
except (OSError, ValueError, KeyError, IndexError, TypeError):
    pass
END
}

# finding STREAMS OPTION… prints what a plain run came to. One in which this machine was late or stood still is measured again, twice.
finding() {
	streams=$1
	shift
	for attempt in 1 2 3; do
		rm -f "$work/point.json"
		measure "$work/point" "$@" --streams="$streams"
		found=$(value "$work/point" 'run["points"][0]["finding"]')
		case "$found" in
		"client late" | void) ;;
		*) break ;;
		esac
	done
	echo "${found:-nothing}"
}

good=0
for round in $(seq "$rounds"); do
	rm -f "$work/search.json"
	began=$(date +%s)
	measure "$work/search" "$@" --find-max --seed="$round"
	took=$(($(date +%s) - began))
	holds=$(value "$work/search" 'run["result"]["holds"]')
	if [ "${holds:-0}" -lt 1 ]; then
		echo "round $round: nothing was found in $took s"
		tail -n 5 "$work/search.log"
		continue
	fi
	breaks=$(value "$work/search" 'run["result"]["breaks"]')
	points=$(value "$work/search" 'len(run["points"])')
	low=$((holds * 9 / 10))
	[ "$low" -ge 1 ] || low=1
	high=$(((holds * 12 + 9) / 10))
	below=$(finding "$low" "$@" --seed="$round")
	above=$(finding "$high" "$@" --seed="$round")
	verdict=good
	case "$below/$above" in
	"holds/latency over limit" | "holds/"*"fell behind") ;;
	*) verdict="not good" ;;
	esac
	if [ -n "${KNOWN:-}" ] && { [ $((holds * 100)) -lt $((KNOWN * 95)) ] || [ $((holds * 100)) -gt $((KNOWN * 105)) ]; }; then
		verdict="not within 5 % of $KNOWN"
	fi
	echo "round $round: $holds hold and $breaks do not, in $took s and $points points; 0.9: $low: $below; 1.2: $high: $above: $verdict"
	[ "$verdict" = good ] && good=$((good + 1))
done
echo "$good of $rounds"
[ "$good" -eq "$rounds" ]
