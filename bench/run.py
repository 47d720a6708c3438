#!/usr/bin/env python3
"""Measures what docs/performance.md quotes, on this machine, in one run; medians of three rounds.

  bench/run.py --lifeboat build/release/lifeboat [--only world replication growth data-plane] [--seconds 1] [--json]

  world        start to ready and resident memory of a world of two regions
  replication  lag at 1,000 and 5,000 writes a second, catch-up after a pause
  growth       the cost of a request with 1,000,000 items, 1,000 tables, a long change log
  data-plane   the same signed workloads against our region and, where installed, nginx with a static answer,
               DynamoDB Local and dynalite (npm ci --prefix bench/peers), with the CPU a request of each

Loads are signed and every write of ours is fsynced. The load generator shares the machine's cores, so look at the
CPU column before the rate.
"""
import argparse
import json
import os

import data_plane
import growth
import replication
from machine import median, progress, resident_mib
from world import World

ROUNDS = 3
PARTS = ("world", "replication", "growth", "data-plane")


def measure_world(lifeboat):
    progress("start to ready")
    starts, memory = [], []
    for _ in range(ROUNDS):
        world = World(lifeboat)
        starts.append(world.start_s)
        memory.append(sum(resident_mib(p) for p in world.pids()))
        world.down()
    yield "start to ready, two regions", f"{median(starts):.3f} s ({min(starts):.3f}-{max(starts):.3f})"
    yield "resident, all processes", f"{median(memory):.0f} MiB"


def measure(options):
    results = {}
    lifeboat = os.path.abspath(options.lifeboat)
    if "world" in options.only:
        results |= measure_world(lifeboat)
    for name, part in (("replication", lambda w: [*replication.lag(w, ROUNDS, 5 * options.seconds),
                                                  *replication.catch_up(w, ROUNDS, 3 * options.seconds)]),
                       ("growth", lambda w: growth.measure(w, ROUNDS, options.seconds))):
        if name in options.only:
            world = World(lifeboat)
            try:
                results |= part(world)
            finally:
                world.down()
    rows = []
    if "data-plane" in options.only:
        world = World(lifeboat)
        try:
            rows = list(data_plane.measure(world, ROUNDS, options.seconds))
        finally:
            world.down()
    return results, rows


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lifeboat", required=True, help="the binary, built with the release preset")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="these parts instead of all")
    parser.add_argument("--seconds", type=float, default=1, help="of each load")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results, rows = measure(options)
    if options.json:
        print(json.dumps({"figures": results, "data_plane": rows}, indent=2))
        return
    for name, value in results.items():
        print(f"{name:36} {value}")
    for line in data_plane.show(rows) if rows else ():
        print(line)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; {ROUNDS} rounds, medians")


if __name__ == "__main__":
    main()
