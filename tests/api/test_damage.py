"""Disks that are damaged, rolled back or lost: a start is refused with the file and what may be done, or everything
that was acknowledged is there.

Every file of a region's database, its seal and the name server's documents is flipped at four places, cut, emptied,
deleted and put back older, after an orderly end and after kill -9, each on a copy of the world of its own.
LIFEBOAT_DAMAGES says how many of them (4; `make soak` tries 200); the unit tests try many more on databases alone.
"""
import os
import pathlib
import random
import shutil
import subprocess

import botocore.exceptions
import pytest

from conftest import LIFEBOAT, World, create_table, dig, processes_below, scan_all, wait_until

DAMAGES = int(os.environ.get("LIFEBOAT_DAMAGES", "4"))
REGION = "us-east-1"
NAME = "damage.example"
KINDS = ("flip 0", "flip 1", "flip 2", "flip 3", "cut", "empty", "delete", "older")


class Stopped:
    """A world in a folder that is started, asked and stopped by hand."""

    def __init__(self, folder):
        self.folder = str(folder)

    def run(self, *arguments):
        return subprocess.run([LIFEBOAT, *arguments, "--data-dir", self.folder], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120)

    def up(self):
        return self.run("up", "--detach", "--ephemeral-ports", "--regions", REGION)

    # These need the folder alone.
    status, region, endpoint, client = World.status, World.region, World.endpoint, World.client

    def log(self):
        return pathlib.Path(self.folder, REGION, "log").read_text()


@pytest.fixture
def stopped():
    """A function that gives worlds by folder; all of them are down at the end."""
    worlds = []

    def make(folder):
        worlds.append(Stopped(folder))
        return worlds[-1]

    yield make
    for world in worlds:
        world.run("down")


def put(client, keys):
    for key in keys:
        client.put_item(TableName="tab", Item={"id": {"S": key}, "x": {"S": "x" * 2000}})


def newest_log(folder):
    logs = [p for p in pathlib.Path(folder, REGION, "db").glob("*.log") if p.stat().st_size > 0]
    return max(logs)


def start_and_write(world, keys):
    started = world.up()
    assert started.returncode == 0, started.stdout + started.stderr
    client = world.client("dynamodb", REGION)
    if "tab" not in client.list_tables()["TableNames"]:
        create_table(client, "tab")
    put(client, keys)


def test_a_shortened_log_is_refused_and_accepted_when_told_to(stopped, tmp_path):
    world = stopped(tmp_path)
    keys = [f"k{i}" for i in range(20)]
    start_and_write(world, keys)
    assert world.run("region", "kill", REGION).returncode == 0
    log = newest_log(world.folder)
    with open(log, "r+b") as file:
        file.truncate(log.stat().st_size // 2)
    refused = world.run("region", "start", REGION)
    assert refused.returncode != 0
    assert str(log) in refused.stderr and "commits are lost" in refused.stderr, refused.stderr
    assert f"lifeboat region start {REGION} --accept-loss" in refused.stderr
    accepted = world.run("region", "start", REGION, "--accept-loss")
    assert accepted.returncode == 0, accepted.stderr
    assert "commits were lost" in accepted.stdout, accepted.stdout
    assert world.region(REGION)["disk"]["loss"] == "accepted"
    assert "commits were lost" in world.run("status").stdout
    client = world.client("dynamodb", REGION)
    kept = set(scan_all(client, "tab"))
    assert kept < set(keys)
    assert kept == set(keys[:len(kept)]), "what is left is the beginning of the history"
    put(client, ["after"])
    assert world.run("down").returncode == 0
    assert world.up().returncode == 0
    assert set(scan_all(world.client("dynamodb", REGION), "tab")) == kept | {"after"}
    assert world.region(REGION)["disk"]["loss"] == "none"


def test_up_says_why_it_was_refused(stopped, tmp_path):
    world = stopped(tmp_path)
    start_and_write(world, ["k"])
    assert world.run("down").returncode == 0
    os.remove(tmp_path / REGION / "db/CURRENT")
    refused = world.up()
    # Who reads the reason may mend or remove the folder: nobody works there any more.
    assert processes_below(tmp_path) == []
    assert refused.returncode != 0
    assert f"{REGION}/db/CURRENT: is missing" in refused.stderr and "--accept-loss" in refused.stderr, refused.stderr


def test_a_lost_disk_starts_empty_and_says_so(stopped, tmp_path):
    world = stopped(tmp_path)
    start_and_write(world, ["k"])
    assert world.run("region", "kill", REGION).returncode == 0
    shutil.rmtree(tmp_path / REGION)
    started = world.run("region", "start", REGION)
    assert started.returncode == 0, started.stderr
    assert world.region(REGION)["disk"]["loss"] == "disk"
    assert "its disk was lost" in world.run("status").stdout
    assert "THE DISK IS LOST" in world.log()
    assert world.client("dynamodb", REGION).list_tables()["TableNames"] == []


def damage(kind, path, older):
    """False when the file is no different for it."""
    size = path.stat().st_size
    if kind.startswith("flip"):
        if size == 0:
            return False
        data = bytearray(path.read_bytes())
        data[(size - 1) * int(kind[-1]) // 3] ^= 0x40
        path.write_bytes(data)
    elif kind in ("cut", "empty"):
        if size < 2:
            return False
        os.truncate(path, size // 2 if kind == "cut" else 0)
    elif kind == "delete":
        path.unlink()
    else:
        if not older.exists() or older.read_bytes() == path.read_bytes():
            return False
        shutil.copy(older, path)
    return True


def damaged_files(folder):
    """What a region and the name server keep, and what an older copy of them could be."""
    for process in (REGION, "nameserver"):
        for path in sorted(pathlib.Path(folder, process).rglob("*")):
            if path.is_file() and path.name not in ("log", "LOCK", "faults.json"):
                yield path.relative_to(folder)


def make_zone(world):
    route53 = world.client("route53", REGION)
    zone = route53.create_hosted_zone(Name=NAME, CallerReference="1")["HostedZone"]["Id"]
    change = route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": [{
        "Action": "CREATE", "ResourceRecordSet": {"Name": f"a.{NAME}", "Type": "A", "TTL": 60,
                                                  "ResourceRecords": [{"Value": "192.0.2.7"}]}}]})["ChangeInfo"]["Id"]
    wait_until(lambda: route53.get_change(Id=change)["ChangeInfo"]["Status"] == "INSYNC")


@pytest.fixture(scope="module")
def histories(tmp_path_factory):
    """(older, newer) copies of a world that ended in order, and of one whose region was killed; and the keys."""
    base = tmp_path_factory.mktemp("damage")
    world = Stopped(base / "world")
    try:
        early, late = [f"early{i}" for i in range(10)], [f"late{i}" for i in range(10)]
        start_and_write(world, early)
        assert world.run("down").returncode == 0
        shutil.copytree(world.folder, base / "older")
        start_and_write(world, [])
        make_zone(world)
        put(world.client("dynamodb", REGION), late)
        assert world.run("region", "kill", REGION).returncode == 0
        assert world.run("down").returncode == 0
        shutil.copytree(world.folder, base / "killed")
        start_and_write(world, [])
        assert world.run("down").returncode == 0
        shutil.copytree(world.folder, base / "ended")
    finally:
        world.run("down")
    return base / "older", {"killed": base / "killed", "ended": base / "ended"}, set(early + late)


def check_all_is_there(world, keys, path):
    try:
        assert set(scan_all(world.client("dynamodb", REGION), "tab")) == keys
    except botocore.exceptions.ClientError as error:
        # A damaged block of a table: whoever reads it is refused, and the log names the file.
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 500
        assert path.suffix == ".sst" and str(path) in world.log()
        return
    assert dig(world.status()["name_servers"][0], f"a.{NAME}") == ["192.0.2.7"]


def test_any_single_damage_is_refused_or_everything_is_there(stopped, histories, tmp_path):
    older, worlds, keys = histories
    cases = [(history, path, kind) for history, folder in worlds.items()
             for path in damaged_files(folder) for kind in KINDS]
    random.Random(7).shuffle(cases)
    tried, refused = 0, 0
    for history, path, kind in cases:
        if tried == DAMAGES:
            break
        copy = tmp_path / "copy"
        shutil.copytree(worlds[history], copy)
        if damage(kind, copy / path, older / path):
            tried += 1
            world = stopped(copy)
            started = world.up()
            what = f"{history} {path} {kind}: {started.stdout}{started.stderr}"
            if started.returncode != 0:
                refused += 1
                assert str(copy) in started.stderr and "put the folder" in started.stderr, what
            else:
                print(what)
                check_all_is_there(world, keys, copy / path)
                assert world.run("down").returncode == 0
        shutil.rmtree(copy)
    assert tried == min(DAMAGES, len(cases)) or tried >= 200, f"{tried} of {len(cases)}"
    print(f"{tried} damages, {refused} refused")
