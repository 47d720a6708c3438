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


def fill(path):
    """A file that takes all that is left of a small disk."""
    with open(path, "wb", buffering=0) as file:
        try:
            while file.write(b"\0" * MB):
                pass
        except OSError:
            pass


def tables_of(client):
    return client.list_tables()["TableNames"]


def delete_while_full(client, name):
    """True when the table is gone: the engine looks for room every few seconds, so a first try may be refused."""
    try:
        client.delete_table(TableName=name)
    except client.exceptions.ResourceNotFoundException:
        return True
    except botocore.exceptions.ClientError as error:
        assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 500 or \
            error.response["Error"]["Code"] == "ResourceInUseException"
    return name not in tables_of(client)


def test_full_disk(tmp_path, mount):
    folder = str(tmp_path / REGION)
    mount(folder, "size=192m")
    world = World(tmp_path, regions=(REGION,))
    reserve = os.path.join(folder, "reserve")
    try:
        client = world.client("dynamodb", REGION)
        create_table(client, "tab")
        for round in range(2):
            create_table(client, f"old{round}")
        assert os.stat(reserve).st_blocks * 512 >= 64 * MB
        acknowledged = [f"early{i}" for i in range(50) if put(client, f"early{i}")]
        assert len(acknowledged) == 50
        ballast = os.path.join(folder, "ballast")
        for round in range(2):
            fill(ballast)
            full = [f"full{round}-{i}" for i in range(100)]
            stored = [key for key in full if put(client, key)]
            acknowledged += stored
            assert len(stored) < len(full)
            assert not os.path.exists(reserve)
            # Reading goes on, and so does what makes room, while writes are refused.
            assert client.get_item(TableName="tab", Key={"id": {"S": "early0"}}, ConsistentRead=True)["Item"]
            wait_until(lambda: delete_while_full(client, f"old{round}"))
            assert not put(client, f"refused{round}")
            if round == 1:
                break
            os.remove(ballast)
            wait_until(lambda: put(client, f"late{round}"))
            assert os.path.exists(reserve)
            acknowledged.append(f"late{round}")
        assert set(acknowledged) <= set(scan_all(client, "tab"))
        # Killed while its disk is full.
        world.run("region", "kill", REGION)
        world.run("region", "start", REGION)
        wait_until(lambda: world.region(REGION)["state"] == "running")
        assert set(acknowledged) <= set(scan_all(client, "tab"))
        assert tables_of(client) == ["tab"]
        assert not put(client, "refused")
        os.remove(ballast)
        wait_until(lambda: put(client, "after"))
        assert os.path.exists(reserve)
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
