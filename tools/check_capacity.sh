#!/bin/sh
# Finds the capacity of a model three times; each time a plain run at 0.9 of it must hold and one at 1.2 must break.
# Usage: tools/check_capacity.sh TRTBENCH OPTION…, as in
#   tools/check_capacity.sh bin/trtbench --onnx=testdata/models/streaming_acoustic.onnx
# KNOWN=N checks besides that what was found is within 5 % of N.
set -u
trtbench=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
finding() { # of a plain run with so many streams
	n=$1
	shift
	"$trtbench" stream "$@" --streams="$n" --json="$work/point.json" >"$work/point.log" 2>&1
	python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["runs"][0]["points"][0]["finding"])' "$work/point.json"
}
good=0
for round in 1 2 3; do
	"$trtbench" stream "$@" --find-max --seed="$round" --json="$work/search.json" >"$work/search.log" 2>&1
	holds=$(python3 -c 'import json,sys; print((json.load(open(sys.argv[1]))["runs"][0]["result"] or {}).get("holds", 0))' "$work/search.json") || holds=0
	if [ "$holds" -lt 1 ]; then
		echo "round $round: nothing was found"
		tail -5 "$work/search.log"
		continue
	fi
	low=$((holds * 9 / 10))
	high=$(((holds * 12 + 9) / 10))
	below=$(finding "$low" "$@")
	above=$(finding "$high" "$@")
	echo "round $round: $holds streams; $low: $below; $high: $above"
	case "$below/$above" in
	"holds/latency over limit" | "holds/sessions fell behind") ;;
	*) continue ;;
	esac
	if [ -n "${KNOWN:-}" ] && { [ $((holds * 100)) -lt $((KNOWN * 95)) ] || [ $((holds * 100)) -gt $((KNOWN * 105)) ]; }; then
		echo "round $round: $holds is not within 5 % of $KNOWN"
		continue
	fi
	good=$((good + 1))
done
echo "$good of 3"
[ "$good" -eq 3 ]
