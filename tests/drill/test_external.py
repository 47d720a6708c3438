"""Drills of what is not ours: two small servers behind gdnsd, and worlds that run already."""
import contextlib
import gzip
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys

import boto3
import pytest

from conftest import LIFEBOAT, ROOT, TECHMODA_TARGET, deploy_environment, deploy_techmoda, dig, wait_until
from test_drills import REGRADE

HERE = pathlib.Path(__file__).parent
EAST, WEST = "127.0.31.1", "127.0.32.1"
NAME = "api.two-servers.test"
TABLE = "items"
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
# Whole drills of some minutes each.
SOAK = pytest.mark.skipif("LIFEBOAT_SOAK" not in os.environ, reason="soak")
DYNALITE = ROOT / "tests/js/node_modules/dynalite/cli.js"
GDNSD = shutil.which("gdnsd") or "/usr/sbin/gdnsd"


def free_ports(count, addresses=("127.0.0.1",), kind=socket.SOCK_STREAM):
    """So many ports that are free at all of the addresses now."""
    found = []
    while len(found) < count:
        with contextlib.ExitStack() as stack:
            first = stack.enter_context(socket.socket(socket.AF_INET, kind))
            first.bind((addresses[0], 0))
            port = first.getsockname()[1]
            try:
                for address in addresses[1:]:
                    stack.enter_context(socket.socket(socket.AF_INET, kind)).bind((address, port))
            except OSError:
                continue
            if port not in found:
                found.append(port)
    return found


class TwoServers:
    """Two APIs, each with a DynamoDB of its own, nothing replicated, and gdnsd that moves the name when one is down."""

    def __init__(self, folder):
        self.folder = folder
        self.web, = free_ports(1, (EAST, WEST))
        self.dns, east, west = free_ports(3)
        self.endpoints = {EAST: f"http://127.0.0.1:{east}", WEST: f"http://127.0.0.1:{west}"}
        self.processes = []
        for address, port in ((EAST, east), (WEST, west)):
            self.start("node", str(DYNALITE), "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0")
            client = self.client(address)
            wait_until(lambda client=client: self.answers(client))
            client.create_table(TableName=TABLE, KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                                BillingMode="PAY_PER_REQUEST")
        for address in (EAST, WEST):
            self.serve(address)
        self.start_gdnsd()

    def client(self, address):
        return boto3.client("dynamodb", region_name="us-east-1", endpoint_url=self.endpoints[address],
                            aws_access_key_id="a", aws_secret_access_key="b")

    @staticmethod
    def answers(client):
        try:
            return client.list_tables() is not None
        except Exception:  # Whatever says that it does not listen yet.
            return False

    def start(self, *command):
        log = open(self.folder / f"process-{len(self.processes)}.log", "wb")
        self.processes.append(subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log))
        log.close()
        return self.processes[-1]

    def serve(self, address):
        server = self.start(sys.executable, str(HERE / "tiny_api.py"), address, str(self.web), self.endpoints[address])
        (self.folder / f"{address}.pid").write_text(str(server.pid))
        wait_until(lambda: self.listens(address))

    def listens(self, address):
        with socket.socket() as probe:
            return probe.connect_ex((address, self.web)) == 0

    def start_gdnsd(self):
        etc = self.folder / "etc"
        (etc / "zones").mkdir(parents=True)
        for name in ("run", "state"):
            (self.folder / name).mkdir()
        (etc / "config").write_text(f"""
options => {{ listen => [ 127.0.0.1:{self.dns} ], run_dir => {self.folder}/run, state_dir => {self.folder}/state }}
service_types => {{ web => {{ plugin => http_status, port => {self.web}, url_path => /health, vhost => {NAME},
  interval => 2, timeout => 1, up_thresh => 1, ok_thresh => 1, down_thresh => 2 }} }}
plugins => {{ simplefo => {{ api => {{ service_types => web, primary => {EAST}, secondary => {WEST} }} }} }}
""")
        (etc / "zones" / "two-servers.test").write_text(
            "@ SOA ns1 hostmaster 1 7200 1800 259200 5\n@ NS ns1\nns1 A 127.0.0.1\napi 5 DYNA simplefo!api\n")
        self.start(GDNSD, "-c", str(etc), "start")
        wait_until(lambda: dig({"address": "127.0.0.1", "port": self.dns}, NAME) == [EAST])

    def down(self):
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=20)


@pytest.fixture
def two_servers(tmp_path):
    servers = TwoServers(tmp_path)
    yield servers
    servers.down()


SCENARIO = """
lifeboat: 1
name: two-servers
strategy: warm-standby
world:
  primary: us-east-1
  external:
    name: two-servers
    regions:
      - {name: us-east-1, addresses: [EAST], ports: {80: WEB}, dynamodb: "EAST_DB", kill: "kill -9 $(cat EAST.pid)", start: "true"}
      - {name: us-west-2, addresses: [WEST], ports: {80: WEB}, dynamodb: "WEST_DB"}
    name_servers: ["127.0.0.1:DNS"]
objectives: {rpo: 15m, rto: 1m}
target:
  url: http://api.two-servers.test
  requests:
    create: {method: POST, path: /items, body: {id: "{{key}}", label: "{{key}}", amount: "{{seq:number}}"}}
    update: {method: PUT, path: "/items/{{id}}", body: {label: "{{key}}", amount: "{{seq:number}}"}}
    get: {method: GET, path: "/items/{{id}}", seq: $.amount}
    delete: {method: DELETE, path: "/items/{{id}}"}
  item: {table: items, key: {id: "{{id}}"}, name: label, seq: amount}
workload: {seed: 3, timeout: 3s, reads: {rate: 0/s}, max_late: 1s, writes: {rate: 40/s, create: 100%, update: 0%, delete: 0%}}
clients:
  - {name: fresh, dns: none, connections: per-request, attempts: 1}
baseline: {for: 10s, success: 99%}
preflight: report        # Nothing is copied from one to the other, and the drill says so.
faults:
  - {kind: kill, region: us-east-1, at: {after: baseline}}
recovered_when: {window: 5s, success: 99%, bucket: {size: 5s, success: 95%}, p99: 3s}
observe_for: 40s
failback: {by: none, watch: 1s}
"""


def drill(folder, text, *arguments, **environment):
    """(exit code, report, journal's lines, what was printed) of one drill."""
    (folder / "drill.yaml").write_text(text)
    out = folder / "out"
    done = subprocess.run([LIFEBOAT, "drill", "run", str(folder / "drill.yaml"), "--out", str(out), *arguments],
                          env=deploy_environment(**environment), stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=400)
    assert (out / "report.json").exists(), f"{done.returncode}\n{done.stdout}{done.stderr}"
    lines = [json.loads(line) for line in gzip.open(out / "journal.jsonl.gz", "rt")]
    return done.returncode, json.loads((out / "report.json").read_text()), lines, done.stdout + done.stderr


def regraded(folder):
    done = subprocess.run([sys.executable, str(REGRADE), str(folder / "out/journal.jsonl.gz"), str(folder / "out/report.json")],
                          capture_output=True, text=True, timeout=120)
    return done.stderr if done.returncode else ""


def test_nothing_of_it_is_ours(two_servers):
    text = SCENARIO
    for word, value in {"EAST_DB": two_servers.endpoints[EAST], "WEST_DB": two_servers.endpoints[WEST],
                        "EAST.pid": two_servers.folder / f"{EAST}.pid", "[EAST]": f"[{EAST}]", "[WEST]": f"[{WEST}]",
                        "WEB": two_servers.web, "DNS": two_servers.dns}.items():
        text = text.replace(word, str(value))
    code, report, lines, said = drill(two_servers.folder, text, "--yes-really", "two-servers", **KEYS)
    of = lambda kind: [line for line in lines if line["type"] == kind]

    # gdnsd has moved the name, and the clients went there: nobody but its answers told when.
    assert not of("health") and report["rto"]["phases"]["detect_s"] is None, report["rto"]
    switched = next(line for line in of("dns") if line["regions"] == ["us-west-2"])
    fault = next(line for line in of("fault") if line["state"] == "in-force")
    switch_s = (switched["t"] - fault["t"]) / 1e6
    assert 0 < switch_s < 30
    assert report["rto"]["headline_s"] == pytest.approx(switch_s, abs=5), report["rto"]

    # Nothing is copied: all that the dead one acknowledged is missing, the seed too, so the RPO is a lower bound.
    acknowledged = {line["key"] for line in of("attempt") if line["outcome"] == "acknowledged"
                    and line["region"] == "us-east-1" and line["cohort"] != "preflight"}
    rows = [line.split(",") for line in (two_servers.folder / "out/missing-writes.csv").read_text().splitlines()[1:]]
    missing = {row[0] for row in rows if row[5] == "us-east-1"}
    assert missing == acknowledged and len(missing) > 300
    assert report["rpo"]["missing_count"] == len(acknowledged)
    assert code != 0 and any("at least" in reason for reason in report["verdict"]["inconclusive"]), report["verdict"]
    assert [line for line in of("seed") if not line["equal"]]
    assert regraded(two_servers.folder) == ""


def test_an_external_world_is_drilled_by_its_name_only(tmp_path):
    text = SCENARIO.replace("[EAST]", f"[{EAST}]").replace("[WEST]", f"[{WEST}]").replace("WEB", "8080").replace("DNS", "5353") \
        .replace("EAST_DB", "http://127.0.0.1:1").replace("WEST_DB", "http://127.0.0.1:1")
    (tmp_path / "drill.yaml").write_text(text)
    run = lambda *arguments: subprocess.run([LIFEBOAT, "drill", *arguments], capture_output=True, text=True, timeout=60,
                                            cwd=tmp_path, env=deploy_environment(**KEYS))
    for arguments in (["run", "drill.yaml"], ["run", "drill.yaml", "--yes-really", "production"]):
        done = run(*arguments)
        assert done.returncode == 2 and "add `--yes-really two-servers`" in done.stderr, done.stderr
    assert not (tmp_path / "drills").exists()
    # What can't be done there is said before.
    (tmp_path / "drill.yaml").write_text(text.replace("kind: kill, region: us-east-1", "kind: cut, region: us-east-1"))
    done = run("check", "drill.yaml")
    assert done.returncode == 2 and "cut can't be brought to an external world" in done.stderr, done.stderr


TECHMODA = f"""
lifeboat: 1
name: techmoda
strategy: warm-standby
world: {{WORLD}}
objectives: {{rpo: 1m, rto: 3m}}
{TECHMODA_TARGET}
workload: {{seed: 7, timeout: 5s, reads: {{rate: 16/s}}, writes: {{rate: 16/s, create: 60%, update: 30%, delete: 10%}}}}
clients:
  - {{name: fresh, dns: none, connections: per-request, attempts: 2}}
baseline: {{for: 13s, success: 99%}}
faults:
  - {{kind: kill, region: us-east-1, at: {{after: baseline}}}}
recovered_when: {{window: 10s, success: 99%, bucket: {{size: 5s, success: 95%}}, p99: 4s}}
observe_for: 60s
failback: {{by: health-check, watch: 5s}}
"""


def as_external(world):
    status = world.status()
    server = status["name_servers"][0]
    regions = "".join(
        f"""
      - {{name: {r["name"]}, addresses: [{r["address"]}], ports: {{80: {r["http_port"]}, 443: {r["https_port"]}}}, """
        f"""dynamodb: "http://{r["address"]}:{r["http_port"]}", kill: "{LIFEBOAT} region kill {r["name"]} --data-dir {world.folder}", """
        f"""start: "{LIFEBOAT} region start {r["name"]} --data-dir {world.folder}"}}""" for r in status["regions"])
    return f"""
  primary: us-east-1
  external:
    name: mine
    ca: {world.folder}/ca/ca.pem
    name_servers: ["{server["address"]}:{server["port"]}"]
    regions:{regions}"""


@SOAK
@pytest.mark.parametrize("use", ["running", "external"])
def test_a_world_that_is_up_gives_the_verdict_of_one_of_its_own_and_stays(new_world, tmp_path, use):
    world = new_world()
    deploy_techmoda(world)
    wanted, arguments, keys = "{regions: [us-east-1, us-west-2], use: running}", ["--data-dir", world.folder], {}
    if use == "external":
        wanted, arguments, keys = as_external(world), ["--yes-really", "mine"], \
            {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    code, report, lines, said = drill(tmp_path, TECHMODA.replace("{WORLD}", wanted), *arguments, **keys)
    assert code == 0, report["verdict"]
    assert report["verdict"]["status"] == "met"
    assert bool([line for line in lines if line["type"] == "health"]) == (use == "running")
    assert all(region["state"] == "running" for region in world.status()["regions"])
    assert json.loads(world.run("fault", "list", "--json").stdout) == []
    assert regraded(tmp_path) == ""
