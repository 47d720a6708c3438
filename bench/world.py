"""A world of two regions, and the load generator pointed at one of them."""
import json
import os
import pathlib
import shutil
import tempfile
import time
import urllib.request

from machine import cpu_seconds, run, wait


def client(address, port, region="us-east-1"):
    import boto3  # Of .venv; scripts/setup bench makes it.
    from botocore.config import Config
    return boto3.client("dynamodb", region_name=region, aws_access_key_id="test", aws_secret_access_key="test",
                        endpoint_url=f"http://{address}:{port}", config=Config(proxies={}))


def create_table(dynamodb, name, sort_key=False):
    keys = [("id", "S", "HASH")] + ([("n", "N", "RANGE")] if sort_key else [])
    dynamodb.create_table(TableName=name, BillingMode="PAY_PER_REQUEST",
                          KeySchema=[{"AttributeName": n, "KeyType": k} for n, _, k in keys],
                          AttributeDefinitions=[{"AttributeName": n, "AttributeType": t} for n, t, _ in keys])
    wait(lambda: dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")


def load(generator, address, port, pids, region="us-east-1", **options):
    """One run of bench_load; its figures and the CPU that the processes `pids` took a request, in microseconds."""
    arguments = [str(x) for k, v in options.items() for x in (f"--{k.replace('_', '-')}", v)]
    before = cpu_seconds(pids)
    out = json.loads(run(str(generator), "--address", address, "--port", str(port), "--region", region, *arguments))
    out["cpu_us"] = (cpu_seconds(pids) - before) / max(out["requests"], 1) * 1e6
    return out


class World:
    def __init__(self, lifeboat):
        self.lifeboat, self.folder = lifeboat, tempfile.mkdtemp(prefix="lifeboat-bench-")
        self.generator = pathlib.Path(lifeboat).parent / "bench_load"
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
            with open(f"/proc/{pid}/cmdline", encoding="utf-8") as line:
                words = line.read().split("\0")
        except OSError:
            return False
        return "up" in words and self.folder in words

    def load(self, region, **options):
        place = self.regions[region]
        return load(self.generator, place["address"], place["http_port"], [place["pid"]], region, **options)

    def pair(self, region, table):
        """Replication's figures of the one pair that brings `table` to `region`."""
        place = self.regions[region]
        with urllib.request.urlopen(f"http://{place['address']}:{place['http_port']}/_lifeboat/status", timeout=10) as answer:
            pairs = json.load(answer)["replication"]["pairs"]
        found, = [p for p in pairs if p["table"] == table]
        return found

    def client(self, region):
        return client(self.regions[region]["address"], self.regions[region]["http_port"], region)

    def table(self, name, replica=False):
        dynamodb = self.client("us-east-1")
        create_table(dynamodb, name)
        if replica:
            dynamodb.update_table(TableName=name, ReplicaUpdates=[{"Create": {"RegionName": "us-west-2"}}])
            wait(lambda: [r["ReplicaStatus"] for r in dynamodb.describe_table(TableName=name)["Table"].get("Replicas", [])]
                 == ["ACTIVE"])

    def down(self):
        run(self.lifeboat, "down", "--data-dir", self.folder, "--quiet")
        shutil.rmtree(self.folder)
