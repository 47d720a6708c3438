"""Each kind of fault does what docs/faults.md says, and its end undoes it: asked of TechModa, of the tables and of DNS."""
import datetime
import json
import os
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from conftest import LIFEBOAT, ROOT, World, add_replica, create_table, deploy_techmoda, dig, scan_all, wait_until

EAST, WEST = "us-east-1", "us-west-2"
API = "https://use1.api.techmoda-example.com"


@pytest.fixture(scope="module")
def techmoda(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("faults"))
    world.exports = deploy_techmoda(world)
    yield world
    world.down()


@pytest.fixture(autouse=True)
def clean(request):
    yield
    for name in ("techmoda", "world"):
        if name in request.fixturenames:
            request.getfixturevalue(name).run("fault", "clear", "--all")


class Injected:
    """A fault in force for the length of a `with`."""

    def __init__(self, world, kind, **parameters):
        flags = []
        for name, value in parameters.items():
            flags += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        self.world = world
        self.fault = json.loads(world.run("fault", "inject", kind, *flags, "--json").stdout)

    def __enter__(self):
        assert self.fault["confirmed_by"]
        listed = json.loads(self.world.run("fault", "list", "--json").stdout)
        assert self.fault["id"] in [f["id"] for f in listed]
        return self

    def __exit__(self, *_):
        self.world.run("fault", "clear", self.fault["id"])


def call(world, method, path, body=None):
    """(status, JSON, seconds) of one request to the API in us-east-1; status 0 without an answer."""
    data = ["-d", json.dumps(body)] if body is not None else []
    done = subprocess.run(["curl", "-sS", "--max-time", "35", "-X", method, *data, "-w", "\n%{http_code} %{time_total}",
                           API + path], env=os.environ | world.exports, capture_output=True, text=True)
    text, _, tail = done.stdout.rpartition("\n")
    status, seconds = tail.split()
    return int(status), json.loads(text) if text else None, float(seconds)


def create(world, key):
    return call(world, "POST", "/products", {"id": key, "name": key, "price": 1})


def stored(world, key):
    return "Item" in world.client("dynamodb", EAST).get_item(
        TableName="products", Key={"id": {"S": key}}, ConsistentRead=True)


def server(world):
    return world.status()["name_servers"][0]


def address(world, region):
    return world.region(region)["address"]


# At the API.

@pytest.mark.parametrize("moment, done", [("before", False), ("after", True)])
def test_an_error_comes_without_or_with_the_write_done(techmoda, moment, done):
    key = f"error-{moment}"
    with Injected(techmoda, "api-error", region=EAST, status=503, when=moment):
        assert create(techmoda, key)[:2] == (503, {"message": "Service Unavailable"})
        assert stored(techmoda, key) == done
    assert create(techmoda, key)[0] == (409 if done else 201)


@pytest.mark.parametrize("status, seen", [(502, 502), (503, 503)])
def test_a_failed_invocation_is_what_clients_see(techmoda, status, seen):
    with Injected(techmoda, "api-error", region=EAST, service="lambda", status=status):
        assert create(techmoda, "invocation")[0] == seen
    assert call(techmoda, "GET", "/products/none")[0] == 404


def test_a_share_of_requests_is_throttled(techmoda):
    with Injected(techmoda, "throttle", region=EAST):
        assert call(techmoda, "GET", "/products/none")[:2] == (429, {"message": "Too Many Requests"})
    with Injected(techmoda, "throttle", region=EAST, service="lambda"):
        assert call(techmoda, "GET", "/products/none")[0] == 500
    assert call(techmoda, "GET", "/products/none")[0] == 404


@pytest.mark.parametrize("service", ["apigateway", "lambda"])
def test_requests_wait(techmoda, service):
    with Injected(techmoda, "slow", region=EAST, service=service, p50="600ms"):
        status, _, seconds = call(techmoda, "GET", "/products/none")
        assert status == 404 and seconds >= 0.6


def test_functions_cut_from_the_tables_fail_and_the_tables_live(techmoda):
    with Injected(techmoda, "cut", region=EAST, service="dynamodb"):
        assert create(techmoda, "cut-off")[0] >= 500
        assert not stored(techmoda, "cut-off")
    assert create(techmoda, "cut-off")[0] == 201


def test_an_empty_name_stops_functions_and_new_clients(techmoda):
    name = f"dynamodb.{EAST}.amazonaws.com"
    with Injected(techmoda, "name-empty", region=EAST, service="dynamodb"):
        assert dig(server(techmoda), name) == []
        assert dig(server(techmoda), f"dynamodb.{WEST}.amazonaws.com") == [address(techmoda, WEST)]
        assert create(techmoda, "no-name")[0] >= 500
        assert not stored(techmoda, "no-name")
    assert dig(server(techmoda), name) == [address(techmoda, EAST)]
    assert create(techmoda, "no-name")[0] == 201


# In DNS and its checks.

def test_an_inverted_check_fails_over(techmoda):
    answer = lambda: dig(server(techmoda), "api.techmoda-example.com")
    wait_until(lambda: answer() == [address(techmoda, EAST)], 30)
    with Injected(techmoda, "health-invert", check="use1.api.techmoda-example.com"):
        wait_until(lambda: answer() == [address(techmoda, WEST)], 5)
    wait_until(lambda: answer() == [address(techmoda, EAST)], 5)


def test_blind_checkers_turn_a_check_red(techmoda):
    answer = lambda: dig(server(techmoda), "api.techmoda-example.com")
    wait_until(lambda: answer() == [address(techmoda, EAST)], 30)
    with Injected(techmoda, "checker-blind", check="use1.api.techmoda-example.com", checkers=16):
        wait_until(lambda: answer() == [address(techmoda, WEST)], 30)
        assert call(techmoda, "GET", "/products/none")[0] == 404  # Nothing is wrong with it.
    wait_until(lambda: answer() == [address(techmoda, EAST)], 30)


def test_a_name_server_dies_and_comes_back(techmoda):
    name = f"dynamodb.{EAST}.amazonaws.com"
    for kind in ("nameserver-kill", "nameserver-freeze"):
        with Injected(techmoda, kind):
            assert dig(server(techmoda), name) == []
        wait_until(lambda: dig(server(techmoda), name) == [address(techmoda, EAST)], 10)


# Of regions and disks: a world of their own.

def put(client, table, key):
    client.put_item(TableName=table, Item={"id": {"S": key}})


def test_the_control_plane_fails_and_the_data_plane_lives(world):
    east = world.client("dynamodb", EAST)
    create_table(east, "planes")
    with Injected(world, "control-plane", region=EAST):
        put(east, "planes", "k")
        assert scan_all(east, "planes").keys() == {"k"}
        for refused in (lambda: east.describe_table(TableName="planes"),
                        lambda: world.client("cloudformation", EAST).list_stacks(),
                        lambda: world.client("route53", EAST).list_hosted_zones()):
            with pytest.raises(ClientError) as error:
                refused()
            assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
        world.client("dynamodb", WEST).list_tables()
    east.describe_table(TableName="planes")


def wall(world, region):
    place = world.region(region)
    done = subprocess.run(["curl", "-sS", f"http://{place['address']}:{place['http_port']}/_lifeboat/status"],
                          capture_output=True, text=True, check=True)
    return datetime.datetime.fromisoformat(json.loads(done.stdout)["wall"].replace("Z", "+00:00")).timestamp()


@pytest.mark.parametrize("by, ahead", [("90s", 90), ("-90s", -90)])
def test_a_clock_is_wrong_and_the_later_clock_wins(world, by, ahead):
    east, west = world.client("dynamodb", EAST), world.client("dynamodb", WEST)
    table = f"clocks{ahead}"
    create_table(east, table)
    add_replica(east, table, WEST)
    with Injected(world, "clock-skew", region=EAST, by=by):
        assert abs(wall(world, EAST) - time.time() - ahead) < 30
        assert abs(wall(world, WEST) - time.time()) < 30
    assert abs(wall(world, EAST) - time.time()) < 30


def test_a_slow_link_delays_changes(world):
    east, west = world.client("dynamodb", EAST), world.client("dynamodb", WEST)
    create_table(east, "slow")
    add_replica(east, "slow", WEST)
    with Injected(world, "slow", link=f"{EAST}:{WEST}", both_ways=True, p50="1s"):
        put(east, "slow", "k")
        written = time.monotonic()
        wait_until(lambda: "k" in scan_all(west, "slow"))
        assert time.monotonic() - written > 0.5


def test_a_lost_disk_starts_empty_and_is_filled_again(new_world):
    world = new_world()
    create_table(world.client("dynamodb", WEST), "only-west")
    east = world.client("dynamodb", EAST)
    create_table(east, "gone")
    with Injected(world, "disk-lost", region=EAST):
        assert world.region(EAST)["state"] == "killed"
    assert world.region(EAST)["state"] == "running"
    assert world.client("dynamodb", EAST).list_tables()["TableNames"] == []
    assert world.client("dynamodb", WEST).list_tables()["TableNames"] == ["only-west"]


def test_a_killed_disk_is_as_it_was_at_the_roll_back_point(world):
    east = world.client("dynamodb", EAST)
    create_table(east, "rolled")
    put(east, "rolled", "old")
    with Injected(world, "disk-rolled-back", region=EAST):
        put(east, "rolled", "new")
        world.run("region", "kill", EAST)
        world.run("region", "start", EAST)
        assert scan_all(world.client("dynamodb", EAST), "rolled").keys() == {"old"}


def test_a_fault_ends_by_itself(world):
    east = world.client("dynamodb", EAST)
    world.run("fault", "inject", "control-plane", "--region", EAST, "--for", "500ms")
    wait_until(lambda: json.loads(world.run("fault", "list", "--json").stdout) == [], 20)
    east.list_tables()
    world.run("fault", "inject", "freeze", "--region", WEST, "--for", "500ms")
    wait_until(lambda: world.region(WEST)["state"] == "running", 20)
    world.client("dynamodb", WEST).list_tables()


def test_a_region_that_starts_obeys_from_its_start(world):
    with Injected(world, "control-plane", region=EAST):
        world.run("region", "kill", EAST)
        world.run("region", "start", EAST)
        with pytest.raises(ClientError):
            world.client("dynamodb", EAST).list_tables()


@pytest.mark.parametrize("arguments, says", [
    (["rain"], "the fault 'rain' is not supported; write one of: kill, freeze, cut"),
    (["corrupt"], "the fault 'corrupt' is not supported yet"),
    (["kill", "--region", "mars"], "'mars' is no region of this world; write one of: us-east-1, us-west-2"),
    (["kill", "--region", EAST, "--lag", "3s"], "kill has no 'lag'; write one of: region"),
    (["replication-lag", "--region", EAST], "replication-lag needs 'lag'; write 5s"),
    (["cut"], "write either 'region' or 'link'"),
])
def test_a_wrong_fault_is_told_what_to_write(world, arguments, says):
    done = world.run("fault", "inject", *arguments, check=False)
    assert done.returncode == 2 and says in done.stderr


def test_fis_action_ids_stand_for_kinds(world):
    with Injected(world, "aws:dynamodb:global-table-pause-replication", region=EAST) as injected:
        assert injected.fault["kind"] == "replication-pause"


EXAMPLES = sorted((ROOT / "examples/techmoda/faults").glob("*.yaml"))


def test_every_example_passes_its_check():
    assert len(EXAMPLES) >= 19
    for example in EXAMPLES:
        done = subprocess.run([LIFEBOAT, "drill", "check", str(example)], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert example.read_text().startswith("# "), f"{example.name} does not say what it teaches"
