"""A region's folder that comes back older than it was, or empty: noticed, and filled again from the other region."""
import json
import os
import shutil
import urllib.request

import pytest

from conftest import add_replica, create_table, scan_all, wait_until

EAST, WEST = "us-east-1", "us-west-2"


def put(client, i):
    client.put_item(TableName="table", Item={"id": {"S": i}, "v": {"S": "x"}})


def try_put(client, i):
    """True once it is acknowledged: a table that is being filled answers InternalServerError."""
    try:
        put(client, i)
        return True
    except client.exceptions.InternalServerError:
        return False
    except client.exceptions.ResourceNotFoundException:
        return False


@pytest.mark.parametrize("whole", [False, True], ids=["rolled-back", "lost"])
def test_a_folder_that_was_exchanged(new_world, tmp_path, whole):
    world = new_world()
    east, west = world.client("dynamodb", EAST), world.client("dynamodb", WEST)
    create_table(west, "table")
    put(west, "early")
    put(west, "deleted")
    add_replica(west, "table", EAST)
    wait_until(lambda: scan_all(east, "table").keys() == {"early", "deleted"})
    folder = os.path.join(world.folder, EAST)
    world.run("region", "kill", EAST)
    shutil.copytree(folder, tmp_path / "copy")
    world.run("region", "start", EAST)
    for i in range(200):
        put(east, f"k{i}")
    west.delete_item(TableName="table", Key={"id": {"S": "deleted"}})
    expected = {"early"} | {f"k{i}" for i in range(200)}
    wait_until(lambda: scan_all(east, "table").keys() == scan_all(west, "table").keys() == expected)

    world.run("region", "kill", EAST)
    shutil.rmtree(folder)
    if not whole:
        shutil.copytree(tmp_path / "copy", folder)
    world.run("region", "start", EAST)
    for i in range(50):
        wait_until(lambda: try_put(east, f"new{i}"))
        put(west, f"west{i}")
    expected |= {f"new{i}" for i in range(50)} | {f"west{i}" for i in range(50)}

    def both():
        try:
            return scan_all(east, "table").keys() == scan_all(west, "table").keys() == expected
        except (east.exceptions.InternalServerError, east.exceptions.ResourceNotFoundException):
            return False

    wait_until(both, 60)


def disk_of(world, region):
    with urllib.request.urlopen(world.endpoint(region) + "/_lifeboat/status", timeout=10) as answer:
        return json.load(answer)["disk"]


def test_a_region_without_peers_hears_of_it_from_the_name_server(new_world, tmp_path):
    world = new_world(regions=(EAST,))
    east = world.client("dynamodb", EAST)
    create_table(east, "table")
    put(east, "early")
    folder = os.path.join(world.folder, EAST)
    book = os.path.join(world.folder, "nameserver", "witnesses")

    def known():
        with open(book, encoding="utf-8") as file:
            return file.read()

    wait_until(lambda: os.path.exists(book))
    first = known()
    world.run("region", "kill", EAST)
    shutil.copytree(folder, tmp_path / "copy")
    world.run("region", "start", EAST)
    wait_until(lambda: known() != first)
    assert disk_of(world, EAST)["contradicted_by"] == []
    put(east, "late")
    world.run("nameserver", "kill")
    world.run("region", "kill", EAST)
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    world.run("region", "start", EAST)
    # Nobody can say anything: after the deadline the tables serve what is there.
    assert scan_all(east, "table").keys() == {"early"}
    assert disk_of(world, EAST)["contradicted_by"] == []
    world.run("nameserver", "start")
    wait_until(lambda: disk_of(world, EAST)["contradicted_by"], 20)
    assert [each["name"] for each in disk_of(world, EAST)["contradicted_by"]] == ["nameserver"]
