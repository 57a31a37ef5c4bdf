#!/usr/bin/env bash
# Runs the real Triton server on loopback with the models of testdata/triton until it is told to end (SIGINT or SIGTERM):
#
#   triton_server.sh [HTTP_PORT GRPC_PORT METRICS_PORT [OPTION...]]
#
# OPTIONs are added to the server's command line. TRITON_MEMORY is the limit of its address space in KiB: requests that come faster
# than they are answered wait in memory, without any other bound.
set -euo pipefail
cd "$(dirname "$0")/.."
http=${1:-8000} grpc=${2:-8001} metrics=${3:-8002}
shift $(($# < 3 ? $# : 3))
server=$PWD/.deps/triton/server/pytriton/tritonserver venv=$PWD/.deps/triton/venv
[ -e "$venv/.complete" ] && [ -x "$server/bin/tritonserver" ] || {
	echo 'triton: the server is not here; fetch it: make triton-deps' >&2
	exit 2
}

# The backend's process takes its Python from PATH, and loads it as a shared library.
export PATH=$venv/bin:$PATH PYTHONDONTWRITEBYTECODE=1
LD_LIBRARY_PATH=$(python -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))')
export LD_LIBRARY_PATH
ulimit -v "${TRITON_MEMORY:-12000000}"
exec "$server/bin/tritonserver" --model-repository="$PWD/testdata/triton" --model-control-mode=explicit --load-model='*' \
	--backend-directory="$server/backends" --cache-directory="$server/caches" --cache-config=local,size=16777216 \
	--http-address=127.0.0.1 --grpc-address=127.0.0.1 --metrics-address=127.0.0.1 \
	--http-port="$http" --grpc-port="$grpc" --metrics-port="$metrics" "$@"
