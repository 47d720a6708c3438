#!/usr/bin/env python3
"""Runs every test of a build and ends with one line: N passed, N failed.

  scripts/run_tests.py build/debug [--only NAME ...] [--jobs N]

The unit tests are the *_test programs of the build folder; tests/ holds those that drive the built binary
through sockets and clients. All of them bind free ports, so runs may overlap.
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT_TIMEOUT_S = 900
PYTEST_TIMEOUT_S = 1500
# These run for a minute and more: started first, and in parts, they leave no core idle at the end.
PARTS = {"sim_test": 2, "drill_test": 3}
# Proxies and certificate bundles of the machine must not reach the tests.
SCRUBBED = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
            "SSL_CERT_", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


def environment():
    kept = {k: v for k, v in os.environ.items() if not k.startswith(SCRUBBED)}
    kept["ASAN_OPTIONS"] = "detect_leaks=1:abort_on_error=0:allow_addr2line=1"
    kept["UBSAN_OPTIONS"] = "print_stacktrace=1:allow_addr2line=1"
    return kept


def unit_environment(parts):
    """Programs that run whole worlds in virtual time take a fifth less without fake stacks; all others keep them."""
    env = environment()
    if parts > 1:
        env["ASAN_OPTIONS"] += ":detect_stack_use_after_return=0"
    return env


def run_unit(program, part, parts, folder):
    """(name, passed, failed, output, seconds) of a GoogleTest program, or of one part of its tests."""
    name = program.name if parts == 1 else f"{program.name} {part + 1}/{parts}"
    report = pathlib.Path(folder) / f"{program.name}.{part}.json"
    env = unit_environment(parts) | {"GTEST_TOTAL_SHARDS": str(parts), "GTEST_SHARD_INDEX": str(part)}
    started = time.monotonic()
    try:
        done = subprocess.run([program, f"--gtest_output=json:{report}", "--gtest_brief=1"], env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=UNIT_TIMEOUT_S)
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        code, output = 1, f"{late.stdout or ''}\ntimed out after {UNIT_TIMEOUT_S} s"
    seconds = time.monotonic() - started
    if not report.exists():
        return name, 0, 1, output, seconds
    counts = json.loads(report.read_text())
    failed = counts["failures"] + counts["errors"]
    return (name, counts["tests"] - failed - counts.get("disabled", 0), failed or (1 if code else 0), output,
            seconds)


def run_functions(build):
    """The example's functions as whole processes; one test for ctest, many inside."""
    done = subprocess.run(["ctest", "--test-dir", build, "-R", "^techmoda_functions$", "--output-on-failure"],
                          env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                          timeout=UNIT_TIMEOUT_S)
    found = "tests passed" in done.stdout
    return int(done.returncode == 0 and found), int(done.returncode != 0 or not found), done.stdout


def stages(jobs):
    """(name, files, processes) of the tests that drive the binary. Whole drills measure and refuse to count on a starved
    machine, so nothing runs beside two of them, which wait for most of their time."""
    yield "tests/api", sorted((ROOT / "tests/api").glob("test_*.py")), jobs
    drill = sorted((ROOT / "tests/drill").glob("test_*.py"))
    measuring = [f for f in drill if "drill\", \"run\"" in f.read_text()]
    yield "tests/drill", [f for f in drill if f not in measuring], jobs
    yield "tests/drill, drills", measuring, min(jobs, 2)


def run_pytest(name, files, build, jobs):
    with tempfile.NamedTemporaryFile(suffix=".xml") as report:
        command = [ROOT / ".venv/bin/python", "-m", "pytest", "-q", "--tb=short", f"--junitxml={report.name}",
                   "-n", str(jobs), "--dist", "loadfile",
                   "--durations=15", *map(str, files)]
        started = time.monotonic()
        env = environment() | {"LIFEBOAT": str(build / "lifeboat")}
        try:
            code = subprocess.run(command, cwd=ROOT, env=env, timeout=PYTEST_TIMEOUT_S).returncode
        except subprocess.TimeoutExpired:
            print(f"{name}: timed out after {PYTEST_TIMEOUT_S} s")
            return 0, 1, PYTEST_TIMEOUT_S
        seconds = time.monotonic() - started
        try:
            suites = ElementTree.parse(report.name).getroot().iter("testsuite")
            tests = failed = skipped = 0
            for suite in suites:
                tests += int(suite.get("tests"))
                failed += int(suite.get("failures")) + int(suite.get("errors"))
                skipped += int(suite.get("skipped"))
        except ElementTree.ParseError:
            return 0, 1, seconds
        if code not in (0, 1) and failed == 0:
            failed = 1
        return tests - failed - skipped, failed, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--only", nargs="*", default=[], help="names of programs or folders, for instance base_test api")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    build = options.build.resolve()
    passed = failed = 0

    programs = sorted((p for p in build.glob("*_test") if os.access(p, os.X_OK)),
                      key=lambda p: (-PARTS.get(p.name, 0), p.name))
    if options.only:
        programs = [p for p in programs if p.name in options.only]
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        work = [(p, part, PARTS.get(p.name, 1)) for p in programs for part in range(PARTS.get(p.name, 1))]
        for name, good, bad, output, seconds in pool.map(lambda each: run_unit(*each, folder), work):
            passed, failed = passed + good, failed + bad
            print(f"{'ok  ' if not bad else 'FAIL'} {name:24} {good:5} passed {bad:3} failed {seconds:7.1f} s", flush=True)
            if bad:
                print(output)

    if not options.only or "techmoda_functions" in options.only:
        good, bad, output = run_functions(build)
        passed, failed = passed + good, failed + bad
        print(f"{'ok  ' if not bad else 'FAIL'} {'techmoda_functions':24} {good:5} passed {bad:3} failed", flush=True)
        if bad:
            print(output)

    for name, files, jobs in stages(options.jobs):
        if options.only and name.split("/")[1].split(",")[0] not in options.only:
            continue
        if not files:
            continue
        good, bad, seconds = run_pytest(name, files, build, jobs)
        passed, failed = passed + good, failed + bad
        print(f"{'ok  ' if not bad else 'FAIL'} {name:24} {good:5} passed {bad:3} failed {seconds:7.1f} s", flush=True)

    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
