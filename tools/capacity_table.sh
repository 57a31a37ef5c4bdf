#!/usr/bin/env bash
# One table for the question of what a server costs: how many people can speak to the recogniser on bare ONNX Runtime and on a real Triton
# server with the models of testdata/triton, which keeps the states of speakers, or is sent them with every chunk:
#
#   [OUT=FOLDER] capacity_table.sh TRTBENCH [OPTION…]
#   capacity_table.sh bin/trtbench --duration=5
#
# OPTIONs are added to those of trtbench stream. FOLDER (capacity by default) gets table.txt, capacity.json, .html, .svg and .png, and the
# recordings capacity-1.trtbench to -3. Both sides have one thread inside an operator, batches of up to 16 and a queue delay of 10 ms. The
# server is started on free ports and stopped; its address space is limited (TRITON_MEMORY, KiB). Exit codes: those of trtbench stream;
# 1 as well when the server did not start or crashed, 2 when it is not here.
set -uo pipefail
[ $# -ge 1 ] || { sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
trtbench=$(realpath "$1")
shift
out=$(realpath -m "${OUT:-capacity}")
cd "$(dirname "$0")/.."
mkdir -p "$out"
read -r http grpc metrics < <(python3 -c '
import socket
sockets = [socket.socket() for _ in range(3)]
for s in sockets: s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in sockets))')
memory=trtbench_capacity_${grpc}_

# The server gets a group of its own: Ctrl-C ends what is measured, which is then reported, and only then the server.
set -m
tools/triton_server.sh "$http" "$grpc" "$metrics" --backend-config=python,shm-region-prefix-name="$memory" >"$out/server.log" 2>&1 &
server=$!
set +m
stop() {
	kill -TERM "$server" 2>/dev/null
	for _ in $(seq 100); do
		kill -0 "$server" 2>/dev/null || break
		sleep 0.1
	done
	kill -KILL -- "-$server" 2>/dev/null # mostly nobody is left
	rm -f "/dev/shm/$memory"*
}
trap stop EXIT
trap : INT # trtbench gets it as well, and reports
trap 'exit 143' TERM

ready() { (exec 3<>"/dev/tcp/127.0.0.1/$http" && printf 'GET /v2/health/ready HTTP/1.0\r\n\r\n' >&3 && head -n 1 <&3 | grep -q ' 200 ') 2>/dev/null; }
for _ in $(seq 300); do
	ready && break
	kill -0 "$server" 2>/dev/null || break
	sleep 0.2
done
if ! ready; then
	tail -n 5 "$out/server.log" >&2
	echo "capacity_table: the Triton server did not start; its log is $out/server.log" >&2
	grep -q 'make triton-deps' "$out/server.log" && exit 2
	exit 1
fi

"$trtbench" stream --find-max --intra-op-threads=1 \
	--target=ort:testdata/models/streaming_acoustic.onnx \
	--target="triton:127.0.0.1:$grpc/streaming_acoustic_sequence" \
	--target="triton:127.0.0.1:$grpc/streaming_acoustic" \
	--out="$out/capacity.trtbench" --json="$out/capacity.json" --html="$out/capacity.html" --svg="$out/capacity.svg" --png="$out/capacity.png" \
	"$@" | tee "$out/table.txt"
status=${PIPESTATUS[0]}
if ! kill -0 "$server" 2>/dev/null; then
	echo "capacity_table: the Triton server crashed while it was measured: its figures say nothing; its log is $out/server.log" >&2
	exit 1
fi
exit "$status"
