"""Global tables over real processes: backfill, both directions, deletes, links that are cut, and kill -9."""
import os
import signal
import threading

import pytest

from conftest import add_replica, create_table, scan_all, wait_until

KILLS = int(os.environ.get("LIFEBOAT_KILLS", "10"))


def put(client, name, i, value="x"):
    client.put_item(TableName=name, Item={"id": {"S": i}, "v": {"S": value}})


def test_a_table_with_items_gets_a_replica(world):
    east, west = world.client("dynamodb", "us-east-1"), world.client("dynamodb", "us-west-2")
    create_table(east, "table")
    for i in range(1000):
        put(east, "table", f"k{i}")
    add_replica(east, "table", "us-west-2")
    assert scan_all(west, "table").keys() == {f"k{i}" for i in range(1000)}
    description = west.describe_table(TableName="table")["Table"]
    assert description["GlobalTableVersion"] == "2019.11.21"
    assert [r["RegionName"] for r in description["Replicas"]] == ["us-east-1"]

    put(west, "table", "from-west")
    wait_until(lambda: "from-west" in scan_all(east, "table"))
    east.delete_item(TableName="table", Key={"id": {"S": "k0"}})
    wait_until(lambda: "k0" not in scan_all(west, "table"))


def test_last_writer_wins_across_a_cut_link(world):
    east, west = world.client("dynamodb", "us-east-1"), world.client("dynamodb", "us-west-2")
    create_table(east, "cut")
    put(east, "cut", "both", "before")
    add_replica(east, "cut", "us-west-2")
    world.run("fault", "inject", "cut", "--link", "us-east-1:us-west-2", "--both-ways")
    put(east, "cut", "both", "first")
    put(east, "cut", "only-east")
    put(west, "cut", "both", "second")
    west.delete_item(TableName="cut", Key={"id": {"S": "only-east"}})
    assert scan_all(east, "cut")["both"]["v"] == {"S": "first"}
    world.run("fault", "clear", "--all")
    wait_until(lambda: scan_all(east, "cut") == scan_all(west, "cut"))
    assert scan_all(east, "cut")["both"]["v"] == {"S": "second"}
    assert "only-east" not in scan_all(east, "cut")


def test_pause_keeps_changes_back_until_it_is_cleared(world):
    east, west = world.client("dynamodb", "us-east-1"), world.client("dynamodb", "us-west-2")
    create_table(east, "paused")
    add_replica(east, "paused", "us-west-2")
    world.run("fault", "inject", "replication-pause", "--link", "us-east-1:us-west-2")
    put(east, "paused", "late")
    put(west, "paused", "other-way")
    wait_until(lambda: "other-way" in scan_all(east, "paused"))
    assert "late" not in scan_all(west, "paused")
    world.run("fault", "clear", "--all")
    wait_until(lambda: "late" in scan_all(west, "paused"))


class Writer(threading.Thread):
    """Puts items as fast as it can and remembers what was acknowledged, until told to stop."""

    def __init__(self, client, table, prefix):
        super().__init__(daemon=True)
        self.client, self.table, self.prefix = client, table, prefix
        self.acknowledged, self.stopping = [], threading.Event()

    def run(self):
        number = 0
        while not self.stopping.is_set():
            number += 1
            name = f"{self.prefix}-{number}"
            try:
                put(self.client, self.table, name)
                self.acknowledged.append(name)
            except Exception:  # The region is dead or dying: the outcome is unknown.
                self.stopping.wait(0.02)


def test_kill_9_loses_nothing_that_was_acknowledged(new_world):
    world = new_world()
    east, west = world.client("dynamodb", "us-east-1"), world.client("dynamodb", "us-west-2")
    create_table(east, "table")
    add_replica(east, "table", "us-west-2")
    writers = [Writer(world.client("dynamodb", region), "table", f"{region}-{i}")
               for region in ("us-east-1", "us-west-2") for i in range(2)]
    for writer in writers:
        writer.start()
    for kill in range(KILLS):
        victim = ("us-east-1", "us-west-2")[kill % 2]
        before = sum(len(w.acknowledged) for w in writers)
        wait_until(lambda: sum(len(w.acknowledged) for w in writers) > before + 100)
        os.kill(world.region(victim)["pid"], signal.SIGKILL)
        wait_until(lambda: world.region(victim)["state"] != "running")
        world.run("region", "start", victim)
        mine = [w for w in writers if w.prefix.startswith(victim)]
        counts = [len(w.acknowledged) for w in mine]
        wait_until(lambda: all(len(w.acknowledged) > c for w, c in zip(mine, counts)))
    for writer in writers:
        writer.stopping.set()
        writer.join(60)
    wait_until(lambda: scan_all(east, "table") == scan_all(west, "table"), 120)
    present = scan_all(east, "table").keys()
    lost = [name for writer in writers for name in writer.acknowledged if name not in present]
    assert not lost, f"{len(lost)} acknowledged items are gone, for instance {lost[:5]}"


@pytest.mark.parametrize("dead", ["us-east-1", "us-west-2"])
def test_writes_during_an_outage_arrive_after_it(world, dead):
    alive = "us-west-2" if dead == "us-east-1" else "us-east-1"
    name = f"outage-{dead}"
    client = world.client("dynamodb", alive)
    create_table(client, name)
    add_replica(client, name, dead)
    world.run("region", "kill", dead)
    for i in range(50):
        put(client, name, f"k{i}")
    world.run("region", "start", dead)
    other = world.client("dynamodb", dead)
    wait_until(lambda: len(scan_all(other, name)) == 50)
