#!/usr/bin/env python3
"""Runs trtbench load and the real perf_analyzer on the same real Triton server, in turn, and says whether they agree.

    compare_perf_analyzer.py [--rounds=N] [--case=NAME]... [--ours=COMMAND] [-- FLAG...]

Each round runs both tools with the same flags, the order swapped from round to round, because figures of a small machine vary
more from minute to minute than between tools. They agree on a figure when their medians differ by no more than 5 %, or than
the spread from round to round where that is larger; so take more rounds on a busy machine. In a closed loop the client is part of
what is measured: there a client that costs less gets more answers, and only fewer of them, or longer times, differ. FLAGs after --
replace the cases by one of your own. The exit status is 1 when a figure differs. Needs make triton-deps and make perf-analyzer.
"""

import argparse
import json
import os
import re
import resource
import shlex
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
THEIRS = os.path.join(ROOT, ".deps/perf_analyzer/perf_analyzer")
OURS = os.path.join(ROOT, "bin/trtbench") + " load --compat=perf_analyzer"
MEMORY = 8 << 30  # of address space: an open loop over the limit takes whatever there is
LIMIT = 0.05
RUN_SECONDS = 300
POINT = re.compile(r"^((?:Request Rate|Concurrency): [\d.]+), throughput: ([\d.e+]+) infer/sec, latency (\d+) usec", re.M)
STREAM = "-i grpc -a --streaming --stability-percentage=900 "
CASES = {
    "seed": "-m streaming_acoustic --sequence-length=50 --measurement-mode=count_windows --measurement-request-count=500 "
            "--request-rate-range=200:600:200 --latency-threshold=100",
    "sequences": "-m streaming_acoustic_sequence --sequence-length=50 --num-of-sequences=16 -p 2000 --request-rate-range=200:400:200",
    "rate": "-m tiny_cached --input-data=zero -p 2000 --request-rate-range=2000:4000:2000",
    "closed loop": "-m tiny_cached --input-data=zero -p 2000 --concurrency-range=64",
}


class Server:
    """A real Triton server of its own, started again when it crashed."""

    def __init__(self):
        self.process = None
        self.start()

    def start(self):
        ports = [free_port() for _ in range(3)]
        self.http, self.grpc = f"127.0.0.1:{ports[0]}", f"127.0.0.1:{ports[1]}"
        self.process = subprocess.Popen([os.path.join(ROOT, "tools/triton_server.sh"), *map(str, ports)], stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 90
        while self.get("/v2/health/ready") is None:
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SystemExit("the server did not start; see what tools/triton_server.sh says")
            time.sleep(0.2)
        # Over a stream, this server answers what is not in the cache yet with an error; these are the zeros that both tools send.
        zeros = {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 4], "data": [0, 0, 0, 0]}], "outputs": [{"name": "y"}]}
        self.get("/v2/models/tiny_cached/infer", json.dumps(zeros).encode())

    def get(self, path, body=None):
        """The text of an answer, or None where there is none."""
        try:
            with urllib.request.urlopen(f"http://{self.http}{path}", body, timeout=10) as answer:
                return answer.read()
        except (urllib.error.URLError, OSError):
            return None

    def answered(self):
        """The number of requests answered so far, by all models together."""
        text = self.get("/v2/models/stats")
        return sum(model["inference_stats"]["success"]["count"] for model in json.loads(text)["model_stats"]) if text else None

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # what it left behind
        except ProcessLookupError:
            pass


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Run:
    """What one run of one tool showed and cost."""

    def __init__(self, server, command, flags):
        before = server.answered()
        environment = dict(os.environ, LD_LIBRARY_PATH=os.path.dirname(THEIRS))
        process = subprocess.Popen([*command, "-u", server.grpc, *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                   env=environment, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)))
        signal.signal(signal.SIGALRM, lambda *_: process.kill())
        signal.alarm(RUN_SECONDS)
        self.text = process.stdout.read()
        _, self.status, usage = os.wait4(process.pid, 0)
        signal.alarm(0)
        process.returncode = self.status  # it has been waited for
        after = server.answered()
        self.crashed = after is None
        requests = max(after - before, 1) if after is not None and before is not None else 1
        self.points = {name.removesuffix(".00"): (float(rate), float(latency)) for name, rate, latency in POINT.findall(self.text)}
        self.cpu = 1000 * (usage.ru_utime + usage.ru_stime) / requests
        self.memory = usage.ru_maxrss / 1024


def compare(name, flags, server, tools, rounds):
    """Runs one case and prints its table; returns whether the tools agree."""
    print(f"\n{name}: {' '.join(flags)}")
    runs = {tool: [] for tool in tools}
    for turn in range(rounds):
        for tool in list(tools) if turn % 2 == 0 else list(tools)[::-1]:
            run = Run(server, tools[tool], flags)
            if run.crashed:
                print("  the server crashed; this round counts for nothing")
                server.stop()
                server.start()
                break
            if not run.points:
                print(f"  {tool} shows no point, this run counts for nothing (exit status {run.status >> 8}): {run.text[-500:].strip()}")
                continue
            runs[tool].append(run)
    if not all(runs.values()):
        print("  there is nothing to compare")
        return False
    agree = True
    points = [p for p in runs[list(tools)[0]][0].points if all(p in run.points for some in runs.values() for run in some)]
    for point in points:
        for column, figure, unit in [(0, "throughput", "/s"), (1, "mean latency", " us")]:
            agree &= compare_figure(point, figure, unit, {tool: [run.points[point][column] for run in some] for tool, some in runs.items()})
    for tool, some in runs.items():
        print(f"  {tool:14} {statistics.median(run.cpu for run in some):.3f} CPU s per 1,000 requests, "
              f"{max(run.memory for run in some):.0f} MiB")
    missing = {p for some in runs.values() for run in some for p in run.points} - set(points)
    if missing:
        print(f"  not in every run, left out: {', '.join(sorted(missing))}")
    return agree and bool(points)


def compare_figure(point, figure, unit, values):
    """Prints one line and returns whether the medians agree."""
    medians = {tool: statistics.median(some) for tool, some in values.items()}
    spread = max((max(some) - min(some)) / medians[tool] for tool, some in values.items())
    ours, theirs = medians.values()
    difference, limit = ours / theirs - 1, max(LIMIT, spread)
    better = point.startswith("Concurrency") and (difference > 0) == (figure == "throughput")
    agree = better or abs(difference) <= limit
    shown = ", ".join(f"{tool} {medians[tool]:.0f} ({min(some):.0f} to {max(some):.0f})" for tool, some in values.items())
    print(f"  {point}, {figure}{unit}: {shown}: {difference:+.1%}, {'agree' if agree else 'DIFFER'} (limit {limit:.1%})")
    return agree


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--case", action="append", choices=CASES, help="default: all of %(choices)s")
    parser.add_argument("--ours", default=OURS, metavar="COMMAND", help="default: %(default)s")
    parser.add_argument("flags", nargs="*", metavar="FLAG", help="a case of your own")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error(f"--rounds is {arguments.rounds}; it must be at least 1")
    cases = {name: shlex.split(STREAM + flags) for name, flags in CASES.items() if name in (arguments.case or CASES)}
    if arguments.flags:
        cases = {"your own": arguments.flags}
    tools = {"trtbench": shlex.split(arguments.ours), "perf_analyzer": [THEIRS]}
    if os.getloadavg()[0] > 0.5:
        print(f"this machine is busy (load {os.getloadavg()[0]:.1f}): expect a large spread")
    server = Server()
    try:
        same = [compare(name, flags, server, tools, arguments.rounds) for name, flags in cases.items()]
    finally:
        server.stop()
    print(f"\n{sum(same)} of {len(same)} cases agree")
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main())
