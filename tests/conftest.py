"""Worlds for tests: `lifeboat up` on free ports in a folder of its own, ended with everything it started.

The tests use stock clients against the running binary, so that most of them could run against AWS too.
"""
import json
import os
import pathlib
import re
import signal
import subprocess
import time

import boto3
import pytest
from botocore.config import Config

LIFEBOAT = os.path.abspath(os.environ.get("LIFEBOAT", str(pathlib.Path(__file__).parent.parent / "build/debug/lifeboat")))
READY_TIMEOUT_S = 60


def wait_until(condition, timeout_s=60, every_s=0.05):
    """The first true value of `condition()`; fails the test when there is none in time."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(every_s)


def processes_below(folder):
    """Those that name the folder in their command line or work in it."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (str(folder) in (entry / "cmdline").read_text()
                                         or os.readlink(entry / "cwd").startswith(str(folder))):
                found.append(int(entry.name))
        except OSError:
            pass  # It has ended meanwhile, or is not ours.
    return found


class World:
    """A running world; `down()` ends it and checks that nothing is left."""

    def __init__(self, folder, regions=("us-east-1", "us-west-2"), extra=()):
        self.folder = str(folder)
        self.log = open(os.path.join(self.folder, "up.log"), "wb")
        self.process = subprocess.Popen(
            [LIFEBOAT, "up", "--data-dir", self.folder, "--ephemeral-ports", "--regions", ",".join(regions), *extra],
            stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        wait_until(self._ready, READY_TIMEOUT_S)

    def _ready(self):
        assert self.process.poll() is None, f"lifeboat up ended: {open(self.log.name).read()}"
        done = self.run("status", "--json", check=False)
        if done.returncode != 0:
            return False
        status = json.loads(done.stdout)
        return all(r["state"] == "running" for r in status["regions"] + status["name_servers"])

    def run(self, *arguments, check=True):
        done = subprocess.run([LIFEBOAT, *arguments, "--data-dir", self.folder], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)
        assert not check or done.returncode == 0, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def status(self):
        return json.loads(self.run("status", "--json").stdout)

    def region(self, name):
        return next(r for r in self.status()["regions"] if r["name"] == name)

    def endpoint(self, name):
        region = self.region(name)
        return f"http://{region['address']}:{region['http_port']}"

    def client(self, service, region, **options):
        config = Config(retries={"max_attempts": options.pop("attempts", 1), "mode": "standard"},
                        connect_timeout=5, read_timeout=30, **options)
        return boto3.client(service, region_name=region, endpoint_url=self.endpoint(region),
                            aws_access_key_id="test", aws_secret_access_key="test", config=config)

    def down(self):
        pids = [p["pid"] for p in self.status()["regions"] + self.status()["name_servers"] if p.get("pid")] \
            if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(timeout=60)
        self.log.close()
        for pid in pids:
            wait_until(lambda pid=pid: not os.path.exists(f"/proc/{pid}"), 10)


@pytest.fixture
def new_world(tmp_path_factory):
    """A function that starts worlds; all of them end with the test."""
    worlds = []

    def start(**options):
        world = World(tmp_path_factory.mktemp("world"), **options)
        worlds.append(world)
        return world

    yield start
    for world in worlds:
        world.down()


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """One world for all tests of a file."""
    one = World(tmp_path_factory.mktemp("world"))
    yield one
    one.down()


def create_table(client, name, sort_key=False, **extra):
    """An on-demand table with the partition key `id` (and the sort key `at`), ACTIVE."""
    keys = [{"AttributeName": "id", "KeyType": "HASH"}]
    attributes = [{"AttributeName": "id", "AttributeType": "S"}]
    if sort_key:
        keys.append({"AttributeName": "at", "KeyType": "RANGE"})
        attributes.append({"AttributeName": "at", "AttributeType": "N"})
    client.create_table(TableName=name, KeySchema=keys, AttributeDefinitions=attributes,
                        BillingMode="PAY_PER_REQUEST", **extra)
    wait_until(lambda: client.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")


def add_replica(client, name, region):
    """Makes a replica and waits until both sides call it ACTIVE."""
    client.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": region}}])
    wait_until(lambda: replicas_active(client, name, region))


def replicas_active(client, name, region):
    table = client.describe_table(TableName=name)["Table"]
    states = {r["RegionName"]: r["ReplicaStatus"] for r in table.get("Replicas", [])}
    return table["TableStatus"] == "ACTIVE" and states.get(region) == "ACTIVE"


def scan_all(client, name):
    """{id: item} by ConsistentRead, over all pages."""
    items, start = {}, {}
    while True:
        page = client.scan(TableName=name, ConsistentRead=True, **start)
        items.update({item["id"]["S"]: item for item in page["Items"]})
        if "LastEvaluatedKey" not in page:
            return items
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}


ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "examples/techmoda/deploy.sh"
# The `target` of TechModa's scenarios.
TECHMODA_TARGET = re.search(r"^target:\n(?:  .*\n)+", (DEPLOY.parent / "drill.yaml").read_text(), re.M).group().rstrip()


def deploy_environment(**variables):
    """What examples/techmoda/deploy.sh needs beside `lifeboat env`: this build's functions, quick health checks."""
    # Debian's awscli, which is what a fresh machine has, goes before any other.
    path = "/usr/bin:" + os.environ.get("PATH", "")
    return os.environ | {"PATH": path, "LIFEBOAT_BUILD_DIR": os.path.dirname(LIFEBOAT), "HEALTH_INTERVAL": "10",
                         "HEALTH_THRESHOLD": "1"} | variables


def deploy_techmoda(world):
    """Runs the example's own deploy script in `world`, as a user would."""
    exports = json.loads(world.run("env", "--json").stdout)
    done = subprocess.run([str(DEPLOY)], env=deploy_environment(**exports), stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"deploy.sh: {done.returncode}\n{done.stdout}{done.stderr}"
    return exports


def dig(server, name, *options):
    """The lines of `dig +short`; empty when the server did not answer."""
    done = subprocess.run(["dig", "+short", "+tries=1", "+time=1", f"@{server['address']}", "-p", str(server["port"]),
                           name, *options], capture_output=True, text=True)
    return done.stdout.split() if done.returncode == 0 else []
