#!/usr/bin/env python3
"""Longer campaigns than `make test` has time for: simulator seeds, kills, damaged disks, operations whose every effect is
explained, minutes of fuzzing.

  scripts/soak.py [--seeds N] [--kills N] [--damages N] [--operations N] [--fuzz-seconds N]

Ends with one line: N passed, N failed. New inputs that the fuzzers find interesting go to build/fuzz/found; a crash is
written there too, and belongs into fuzz/corpus once it is mended.
"""
import argparse
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build/release/lifeboat"


def step(name, command, **environment):
    print(f"== {name}", flush=True)
    code = subprocess.run(command, cwd=ROOT, env=os.environ | environment).returncode
    print(f"{'ok  ' if code == 0 else 'FAIL'} {name}", flush=True)
    return code == 0


def fuzz(seconds):
    """Builds the libFuzzer programs with clang and runs each for `seconds`; one result a target."""
    built = (step("configure fuzzers", ["cmake", "--preset", "fuzz"])
             and step("build fuzzers", ["cmake", "--build", "build/fuzz"]))
    if not built:
        yield False
        return
    for target in sorted((ROOT / "build/fuzz").glob("*_fuzz")):
        found = ROOT / "build/fuzz/found" / target.name
        found.mkdir(parents=True, exist_ok=True)
        corpus = ROOT / "fuzz/corpus" / target.name
        folders = [str(found)] + ([str(corpus)] if corpus.is_dir() else [])
        yield step(f"fuzz {target.name}", [str(target), f"-max_total_time={seconds}", "-timeout=10", "-rss_limit_mb=2048",
                                           "-print_final_stats=0", f"-artifact_prefix={found}/", *folders])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--damages", type=int, default=200)
    parser.add_argument("--operations", type=int, default=200_000)
    parser.add_argument("--fuzz-seconds", type=int, default=60)
    options = parser.parse_args()
    results = [
        step("simulator", [str(BINARY), "sim", "run", "--seeds", str(options.seeds)]),
        step("long outage", [str(BINARY), "sim", "run", "--outage", "3h", "--writes-per-second", "100"]),
        step("kills", [".venv/bin/python", "-m", "pytest", "-q", "tests/drill/test_replication.py", "-k", "kill_9"],
             LIFEBOAT=str(BINARY), LIFEBOAT_KILLS=str(options.kills)),
        step("kills of a region under all kinds of writes",
             [".venv/bin/python", "-m", "pytest", "-q", "tests/api/test_kills.py"],
             LIFEBOAT=str(BINARY), LIFEBOAT_KILLS=str(2 * options.kills)),
        step("damaged disks", [".venv/bin/python", "-m", "pytest", "-q", "tests/api/test_damage.py"],
             LIFEBOAT=str(BINARY), LIFEBOAT_DAMAGES=str(options.damages)),
        step("kills of regions in the middle of stacks",
             [".venv/bin/python", "-m", "pytest", "-q", "tests/api/test_stack_kills.py"],
             LIFEBOAT=str(BINARY), LIFEBOAT_STACK_KILLS=str(2 * options.kills)),
        step("histories", [".venv/bin/python", "-m", "pytest", "-q", "tests/drill/test_histories.py"],
             LIFEBOAT=str(BINARY), LIFEBOAT_HISTORY_OPERATIONS=str(options.operations)),
        step("whole drills", [".venv/bin/python", "-m", "pytest", "-q", "tests/drill/test_drills.py"],
             LIFEBOAT=str(BINARY), LIFEBOAT_SOAK="1"),
    ]
    if options.fuzz_seconds > 0:
        results += fuzz(options.fuzz_seconds)
    print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
