#!/usr/bin/env python3
"""Measures what docs/performance.md quotes, on this machine, in one run; medians of three.

  bench/run.py --lifeboat build/release/lifeboat [--json]

start to ready and resident memory of a world of two regions; PutItem and GetItem rates with the region's CPU per
request; replication lag at 1,000 and 5,000 writes a second; catch-up after a pause. Loads are signed and every write
is fsynced. The load generator shares the machine's cores, so look at the CPU column.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROUNDS = 3
CLOCK_TICKS = os.sysconf("SC_CLK_TCK")


def run(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def cpu_seconds(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / CLOCK_TICKS


def resident_mib(pid):
    for line in open(f"/proc/{pid}/status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0


class World:
    def __init__(self, lifeboat):
        self.lifeboat, self.folder = lifeboat, tempfile.mkdtemp(prefix="lifeboat-bench-")
        started = time.monotonic()
        run(lifeboat, "up", "--data-dir", self.folder, "--ephemeral-ports", "--detach", "--quiet")
        self.start_s = time.monotonic() - started
        self.status = json.loads(run(lifeboat, "status", "--json", "--data-dir", self.folder))
        self.regions = {r["name"]: r for r in self.status["regions"]}

    def pids(self):
        supervisors = [int(p) for p in os.listdir("/proc") if p.isdigit() and self._is_supervisor(p)]
        return [r["pid"] for r in self.status["regions"] + self.status["name_servers"]] + supervisors

    def _is_supervisor(self, pid):
        try:
            words = open(f"/proc/{pid}/cmdline").read().split("\0")
        except OSError:
            return False
        return "up" in words and self.folder in words

    def load(self, region, **options):
        place = self.regions[region]
        arguments = [str(x) for k, v in options.items() for x in (f"--{k.replace('_', '-')}", v)]
        before = cpu_seconds(place["pid"])
        out = json.loads(run(str(pathlib.Path(self.lifeboat).parent / "bench_load"), "--address", place["address"], "--port",
                             str(place["http_port"]), "--region", region, *arguments))
        out["cpu_us"] = (cpu_seconds(place["pid"]) - before) / max(out["requests"], 1) * 1e6
        return out

    def pairs(self, region, table):
        place = self.regions[region]
        with urllib.request.urlopen(f"http://{place['address']}:{place['http_port']}/_lifeboat/status", timeout=10) as answer:
            pairs = json.load(answer)["replication"]["pairs"]
        return [p for p in pairs if p["table"] == table]

    def client(self, region):
        import boto3  # Of .venv; scripts/setup bench makes it.
        place = self.regions[region]
        return boto3.client("dynamodb", region_name=region, aws_access_key_id="test", aws_secret_access_key="test",
                            endpoint_url=f"http://{place['address']}:{place['http_port']}")

    def table(self, name, replica=False):
        client = self.client("us-east-1")
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
        wait(lambda: client.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")
        if replica:
            client.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
            wait(lambda: [r["ReplicaStatus"] for r in client.describe_table(TableName=name)["Table"].get("Replicas", [])]
                 == ["ACTIVE"])

    def down(self):
        run(self.lifeboat, "down", "--data-dir", self.folder, "--quiet")
        shutil.rmtree(self.folder)


def wait(condition, limit_s=120):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("bench/run.py: a condition did not come true in time")
        time.sleep(0.005)


def median(values):
    return statistics.median(values)


def measure(lifeboat):
    results = {}
    starts, memory = [], []
    for _ in range(ROUNDS):
        world = World(lifeboat)
        starts.append(world.start_s)
        memory.append(sum(resident_mib(p) for p in world.pids()))
        world.down()
    results["start to ready, two regions"] = f"{median(starts):.3f} s ({min(starts):.3f}-{max(starts):.3f})"
    results["resident, all processes"] = f"{median(memory):.0f} MiB"

    world = World(lifeboat)
    world.table("plain")
    for op in ("put", "get"):
        for connections in (1, 16, 64):
            rounds = [world.load("us-east-1", table="plain", op=op, connections=connections, seconds=3) for _ in range(ROUNDS)]
            results[f"{op}, {connections} connections"] = (
                f"{median(r['rate'] for r in rounds):,.0f}/s, region's CPU {median(r['cpu_us'] for r in rounds):.0f} us, "
                f"p50 {median(r['p50_ms'] for r in rounds):.2f} ms, p99 {median(r['p99_ms'] for r in rounds):.2f} ms")
    for rate in (1000, 5000):
        p50, p99, got = [], [], []
        for round_ in range(ROUNDS):
            name = f"lag-{rate}-{round_}"
            world.table(name, replica=True)
            got.append(world.load("us-east-1", table=name, op="put", connections=64, rate=rate, seconds=5)["rate"])
            pair, = world.pairs("us-west-2", name)
            p50.append(pair["lag_p50_us"] / 1000)
            p99.append(pair["lag_p99_us"] / 1000)
        results[f"replication lag at {rate} writes/s"] = (
            f"p50 {median(p50):.1f} ms, p99 {median(p99):.1f} ms (reached {median(got):,.0f}/s)")
    results["catch-up"] = catch_up(world)
    world.down()
    return results


def catch_up(world):
    """Pauses the link, writes, lets go, and compares the rate at which the backlog is worked off with the writes'."""
    world.table("backlog", replica=True)
    run(world.lifeboat, "fault", "inject", "replication-pause", "--link", "us-east-1:us-west-2", "--data-dir", world.folder)
    load = world.load("us-east-1", table="backlog", op="put", connections=64, seconds=5, items=10_000_000)
    run(world.lifeboat, "fault", "clear", "--all", "--data-dir", world.folder)
    started = time.monotonic()
    wait(lambda: all(p["records_behind"] == 0 for p in world.pairs("us-west-2", "backlog")))
    rate = load["requests"] / max(time.monotonic() - started, 1e-3)
    return f"{rate:,.0f} records/s, {rate / load['rate']:.1f} times the rate at which they were written ({load['rate']:,.0f}/s)"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--lifeboat", required=True)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    results = measure(os.path.abspath(options.lifeboat))
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for name, value in results.items():
        print(f"{name:36} {value}")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the end; {ROUNDS} rounds, medians")


if __name__ == "__main__":
    main()
