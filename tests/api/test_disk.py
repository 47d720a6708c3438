"""A region whose disk is full, and one whose folder cannot be written."""
import os
import subprocess

import botocore.exceptions
import pytest

from conftest import LIFEBOAT, World, create_table, scan_all, wait_until

REGION = "us-east-1"
MB = 1 << 20


@pytest.fixture
def mount(tmp_path):
    """A function that makes folders which are small disks of their own."""
    mounted = []

    def make(path, *options):
        os.makedirs(path)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join(options), "lifeboat-test", path],
                              capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip(f"mounting a small disk needs root: {done.stderr.strip()}")
        mounted.append(path)

    yield make
    for path in mounted:
        subprocess.run(["umount", path], check=True)


def put(client, key):
    """True when it was acknowledged; an error must be DynamoDB's for its own failures."""
    try:
        client.put_item(TableName="tab", Item={"id": {"S": key}, "x": {"S": "x" * 50_000}})
        return True
    except botocore.exceptions.ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 500
        assert error.response["Error"]["Code"] == "InternalServerError"
        assert error.response["Error"]["Message"]
        return False


def test_full_disk(tmp_path, mount):
    folder = str(tmp_path / REGION)
    mount(folder, "size=128m")
    world = World(tmp_path, regions=(REGION,))
    try:
        client = world.client("dynamodb", REGION)
        create_table(client, "tab")
        acknowledged = [f"early{i}" for i in range(50) if put(client, f"early{i}")]
        assert len(acknowledged) == 50
        ballast = os.path.join(folder, "ballast")
        for round in range(2):
            with open(ballast, "wb", buffering=0) as file:
                try:
                    while file.write(b"\0" * MB):
                        pass
                except OSError:
                    pass
            full = [f"full{round}-{i}" for i in range(100)]
            stored = [key for key in full if put(client, key)]
            acknowledged += stored
            assert len(stored) < len(full)
            # Reading goes on.
            assert client.get_item(TableName="tab", Key={"id": {"S": "early0"}}, ConsistentRead=True)["Item"]
            os.remove(ballast)
            wait_until(lambda: put(client, f"late{round}"))
            acknowledged.append(f"late{round}")
        assert set(acknowledged) <= set(scan_all(client, "tab"))
        world.run("region", "kill", REGION)
        world.run("region", "start", REGION)
        wait_until(lambda: world.region(REGION)["state"] == "running")
        assert set(acknowledged) <= set(scan_all(client, "tab"))
        assert put(client, "after")
    finally:
        world.down()


def test_unwritable_folder(tmp_path, mount, new_world):
    world = new_world(regions=(REGION,))
    world.run("region", "kill", REGION)
    folder = os.path.join(world.folder, REGION)
    mount(os.path.join(str(tmp_path), "empty"), "size=1m,ro")
    subprocess.run(["mount", "--bind", os.path.join(str(tmp_path), "empty"), folder], check=True)
    try:
        done = subprocess.run([LIFEBOAT, "serve", "region", REGION, "--data-dir", world.folder], capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=60)
        assert done.returncode != 0
        assert folder in done.stdout + done.stderr
        assert "Read-only file system" in done.stdout + done.stderr
    finally:
        subprocess.run(["umount", folder], check=True)
    world.run("region", "start", REGION)
    wait_until(lambda: world.region(REGION)["state"] == "running")
    assert world.client("dynamodb", REGION).list_tables()["TableNames"] == []
