#!/usr/bin/env python3
"""Finds the capacity of a model three times. Each time a plain run with 0.9 of it must hold, and one with 1.2 of it must break.

    check_capacity.py [--known=N] [--rounds=3] TRTBENCH OPTION...

    tools/check_capacity.py bin/trtbench --onnx=testdata/models/streaming_acoustic.onnx
    tools/check_capacity.py --known=480 bin/trtbench --loadEngine=testdata/plans/capacity.sim.json

With --known, what is found must be within 5 % of it. The options are those of trtbench stream; --search-start=N near the result and
--duration=5s make it quicker.

The speed of a shared machine moves for minutes at times, which shows in how long batches of the same size take. A plain run that holds counts
unless they took 8 % less than in the search, for then the machine may be why; one that breaks counts unless they took 8 % more. A run that
does not count is measured again, as is one that is too close to the limit to say, one in which the client was late, and one in which the
machine stood still. When none of six counts, the search is repeated, twice at most. Every attempt is printed.

Exit codes: 0 every round is good, 1 one is not, 2 wrong command line.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time

SPEED = 0.08  # by which the machine may be faster than in the search, or slower, and a run counts that profits from it
ATTEMPTS = 6  # to measure a number of streams
SEARCHES = 3  # of a round
COMMON = 20  # batches of the same sizes that tell a speed


class Measured:
    """One run of trtbench stream: its JSON, or what it printed when there is none."""

    def __init__(self, trtbench, options):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "run.json")
            done = subprocess.run([trtbench, "stream", *options, f"--json={path}"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            self.text = done.stdout
            try:
                with open(path) as file:
                    self.run = json.load(file)["runs"][0]
            except (OSError, ValueError, KeyError, IndexError):
                self.run = {"points": []}

    @property
    def points(self):
        return self.run["points"]

    @property
    def holds(self):
        return self.run.get("result", {}).get("holds", 0)

    @property
    def breaks(self):
        return self.run.get("result", {}).get("breaks", 0)

    @property
    def finding(self):
        return self.points[0]["finding"] if self.points else "nothing"


def batches(points):
    """Returns how many batches of each size ran, and the nanoseconds that they took together."""
    sums = {}
    for point in points:
        told = point.get("figures", {}).get("batches")
        for size, (count, took) in enumerate(zip(told["sizes"], told["compute_ns"]) if told else ()):
            n, t = sums.get(size, (0, 0))
            sums[size] = n + count, t + count * took
    return {size: s for size, s in sums.items() if s[0] > 0}


def slower(points, base):
    """Returns how many times as long batches of the same size took; 1 where too few of them are told."""
    ours, theirs = batches(points), batches(base)
    common = [(min(ours[s][0], theirs[s][0]), ours[s], theirs[s]) for s in ours.keys() & theirs.keys()]
    if sum(n for n, _, _ in common) < COMMON:
        return 1
    return sum(n * t / c for n, (c, t), _ in common) / sum(n * t / c for n, _, (c, t) in common)


def plain(trtbench, options, streams, base):
    """Measures a number of streams. Returns whether they hold; None when no attempt counts."""
    for _ in range(ATTEMPTS):
        measured = Measured(trtbench, [*options, f"--streams={streams}"])
        speed = slower(measured.points, base)
        holds, breaks = measured.finding == "holds", measured.finding in ("latency over limit", "streams fell behind")
        counts = holds and speed >= 1 - SPEED or breaks and speed <= 1 + SPEED
        print(f"  {streams} streams: {measured.finding}; batches took {speed:.2f} times as long as in the search{'' if counts else ': again'}", flush=True)
        if counts:
            return holds
    return None


def search(trtbench, options, number, known):
    """Searches once and checks the result. Returns whether it is good; None when no plain run counts."""
    began = time.monotonic()
    found = Measured(trtbench, [*options, "--find-max", f"--seed={number}"])
    holds = found.holds
    if holds < 1:
        print(f"  nothing was found: {found.text[-500:]}", flush=True)
        return False
    print(f"  {holds} hold and {found.breaks} do not, in {time.monotonic() - began:.0f} s and {len(found.points)} points", flush=True)
    base = [p for p in found.points if p["sessions"] == holds and p["finding"] == "holds"]
    seed = [f"--seed={number}"]
    below = plain(trtbench, options + seed, max(holds * 9 // 10, 1), base)
    above = plain(trtbench, options + seed, math.ceil(holds * 1.2), base)
    if below is None or above is None:
        return None
    good = below and not above
    if known and abs(holds - known) > 0.05 * known:
        print(f"  {holds} is not within 5 % of {known}", flush=True)
        good = False
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--known", type=int, metavar="N", help="the true capacity")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("trtbench")
    parser.add_argument("options", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    good = 0
    for number in range(1, args.rounds + 1):
        for _ in range(SEARCHES):
            print(f"round {number}", flush=True)
            verdict = search(args.trtbench, args.options, number, args.known)
            if verdict is not None:
                break
        print(f"round {number}: {'good' if verdict else 'not good' if verdict is False else 'no run counts'}", flush=True)
        good += verdict is True
    print(f"{good} of {args.rounds}")
    return 0 if good == args.rounds else 1


if __name__ == "__main__":
    sys.exit(main())
