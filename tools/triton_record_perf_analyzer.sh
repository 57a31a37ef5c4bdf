#!/usr/bin/env bash
# Records what the real perf_analyzer prints and writes, for the tests of our forms of the same:
#
#   triton_record_perf_analyzer.sh PERF_ANALYZER FOLDER [HOST:GRPC_PORT [HOST:HTTP_PORT]]
#
# A server with the models of testdata/triton must be running (make triton). Each case leaves NAME.args (the command line and the exit
# status), NAME.txt (standard output), NAME.err (standard error without the usage text and repeated lines) and, where the case asks for
# them, NAME.csv and NAME.json. Empty files are left out, and addresses are written as the default ones. CASES is a regular expression
# for the names of the cases to record; all by default. Those called mock_ run against the mock with 20 ms a request.
set -uo pipefail
[ $# -ge 2 ] || { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }
perf_analyzer=$(realpath "$1") folder=$(realpath -m "$2") grpc=${3:-localhost:8001} http=${4:-localhost:8000}
inputs=$(mktemp -d)
trap 'rm -rf "$inputs"' EXIT
mkdir -p "$folder"

# The paths of the inputs differ from run to run; the record names the files only.
printf '{"data": [{"count": {"content": [3], "shape": [1]}}]}' >"$inputs/three.json"
printf '10000\n20000\n30000\n' >"$inputs/gaps.txt"

record() { # NAME [--csv] [--json] ARGUMENTS...
	local name=$1 export=() files=()
	shift
	[[ $name =~ ${CASES:-.} ]] || return 0
	while :; do
		case $1 in
		--csv) export+=(-f "$inputs/$name.csv") files+=("$name.csv") ;;
		--json) export+=(--profile-export-file "$inputs/$name.json") files+=("$name.json") ;;
		*) break ;;
		esac
		shift
	done
	(
		ulimit -v 8000000
		exec timeout 60 "$perf_analyzer" "$@" "${export[@]}"
	) >"$folder/$name.txt" 2>"$inputs/err"
	local status=$?
	printf '%s\nexit %d\n' "$*" $status | sed "s#$inputs/##g; s#$grpc#localhost:8001#; s#$http#localhost:8000#" >"$folder/$name.args"
	# A usage error prints some 390 lines of help before its reason.
	sed -E "s#$inputs/##g; s#^$perf_analyzer#perf_analyzer#; /^( ?-|[\t=IU]| ?$)/d; /weak version .* not found/d" "$inputs/err" | uniq >"$folder/$name.err"
	for file in "${files[@]}"; do
		[ ! -e "$inputs/$file" ] || mv "$inputs/$file" "$folder/$file"
	done
	find "$folder" -name "$name.*" -empty -delete
	echo "$name: exit $status"
}

windows=(-p 500 --stability-percentage=900)
stream=(-i grpc -u "$grpc" -a --streaming)

record sweep --csv "${stream[@]}" -m streaming_acoustic --sequence-length=50 --measurement-mode=count_windows \
	--measurement-request-count=50 --request-rate-range=100:300:100 --stability-percentage=900 --latency-threshold=100
record sequence --csv "${stream[@]}" -m streaming_acoustic_sequence --sequence-length=5 --request-rate-range=40 "${windows[@]}"
record sequence_short --json "${stream[@]}" -m streaming_acoustic_sequence --sequence-length=3 --num-of-sequences=2 --input-data=zero \
	--request-rate-range=20 -p 200 --stability-percentage=900
record sequence_serial "${stream[@]}" -m streaming_acoustic_sequence --sequence-length=5 --serial-sequences --num-of-sequences=2 \
	--sequence-id-range=7:100 --request-rate-range=40 "${windows[@]}"
record concurrency --csv -i grpc -u "$grpc" -a -m tiny --concurrency-range=1:2 -b 2 --measurement-mode=count_windows \
	--measurement-request-count=20 --stability-percentage=900
record concurrency_short --json -i grpc -u "$grpc" -a -m tiny --concurrency-range=2 -p 10 --stability-percentage=900
record verbose --csv -i grpc -u "$grpc" --sync -m tiny --request-rate-range=50:100:50 -v --verbose-csv "${windows[@]}"
record percentile --csv -i grpc -u "$grpc" -a -m tiny --request-rate-range=50 --percentile=97 --verbose-csv "${windows[@]}"
record poisson --json "${stream[@]}" -m tiny --request-rate-range=60 --request-distribution=poisson "${windows[@]}"
record intervals --csv --json "${stream[@]}" -m tiny --request-intervals="$inputs/gaps.txt" "${windows[@]}"
record http --csv -i http -u "$http" --sync -m tiny --request-rate-range=50 "${windows[@]}"
record cache --csv -i grpc -u "$grpc" -a -m tiny_cached --request-rate-range=50 --input-data=zero "${windows[@]}"
record decoupled --csv --json "${stream[@]}" -m repeat --request-rate-range=20 --input-data="$inputs/three.json" "${windows[@]}"
record delayed --csv -i grpc -u "$grpc" --sync -m streaming_acoustic --max-threads=1 --request-rate-range=100:300:100 "${windows[@]}"
record over_limit --csv -i grpc -u "$grpc" --sync -m streaming_acoustic --request-rate-range=20:40:20 --latency-threshold=5 "${windows[@]}"
record binary_search --csv -i grpc -u "$grpc" --sync -m streaming_acoustic --max-threads=1 --request-rate-range=20:120:20 --binary-search \
	--latency-threshold=100 "${windows[@]}"
record binary_search_over --csv -i grpc -u "$grpc" -a -m streaming_acoustic --concurrency-range=1:33:4 --binary-search \
	--latency-threshold=40 "${windows[@]}"
record unstable --csv -i grpc -u "$grpc" -a -m tiny --request-rate-range=50 -p 100 -r 3 --stability-percentage=0
record no_requests -i grpc -u "$grpc" -a -m streaming_acoustic --request-rate-range=1 -p 100 -r 3
record request_count --csv --json -i grpc -u "$grpc" -a -m tiny --concurrency-range=2 --request-count=20
record bad_flag -i grpc -u "$grpc" -m tiny --no-such-flag
record no_threshold -i grpc -u "$grpc" -m tiny --request-rate-range=50:0
record no_model -i grpc -u "$grpc" -m absent
record no_server -i grpc -u localhost:1 -m tiny
record two_modes -i grpc -u "$grpc" -m tiny --request-rate-range=50 --concurrency-range=2
record bad_batch -i grpc -u "$grpc" -m tiny -b 65
record version --version

cd "$(dirname "$0")/.." && go build -o "$inputs/mock" ./triton/tritontest/mock || exit
"$inputs/mock" -listen localhost:18101 -http localhost:18100 -latency 20ms >/dev/null &
mock=$!
trap 'kill $mock; rm -rf "$inputs"' EXIT
grpc=localhost:18101
until (: </dev/tcp/localhost/18101) 2>/dev/null; do sleep 0.1; done
record mock_sync_late --csv -i grpc -u "$grpc" --sync -m tiny --max-threads=4 --request-rate-range=500 "${windows[@]}"
record mock_binary_search_late --csv -i grpc -u "$grpc" --sync -m tiny --max-threads=4 --request-rate-range=50:850:100 --binary-search \
	--latency-threshold=60 "${windows[@]}"
record mock_serial_late --csv -i grpc -u "$grpc" -a --streaming -m sequence --serial-sequences --request-rate-range=400 "${windows[@]}"
