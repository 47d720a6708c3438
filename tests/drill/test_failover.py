"""Failover over real DNS: TechModa deployed by its own script with Debian's AWS CLI, asked by dig, curl and unbound."""
import json
import os
import signal
import subprocess

import pytest

from conftest import LIFEBOAT, World, deploy_techmoda, dig, wait_until

NAME = "api.techmoda-example.com"
# Interval (10 s), time-out of a probe (4 s) and a second.
FAILOVER_S = 15


@pytest.fixture(scope="module")
def techmoda(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("techmoda"))
    world.exports = deploy_techmoda(world)
    yield world
    world.down()


def address(world, region):
    return world.region(region)["address"]


def name_server(world):
    return world.status()["name_servers"][0]


def curl(world, *arguments):
    done = subprocess.run(["curl", "-sS", "--max-time", "15", "-w", "\n%{http_code}", *arguments],
                          env=os.environ | world.exports, capture_output=True, text=True)
    body, _, status = done.stdout.rpartition("\n")
    return int(status or 0), body


def test_the_api_answers_by_its_public_name(techmoda):
    wait_until(lambda: dig(name_server(techmoda), NAME) == [address(techmoda, "us-east-1")], 30)
    url = f"https://{NAME}/products"
    status, body = curl(techmoda, "-X", "POST", url, "-d", json.dumps({"id": "p1", "name": "Lamp", "price": 0, "drillSeq": 7}))
    assert status == 201, body
    status, body = curl(techmoda, f"{url}/p1")
    product = json.loads(body)
    assert (status, product["name"], product["price"], product["drillSeq"]) == (200, "Lamp", 0, 7)
    assert curl(techmoda, "-X", "PUT", f"{url}/p1", "-d", json.dumps({"name": "Torch"}))[0] == 200
    assert curl(techmoda, "-X", "POST", url, "-d", json.dumps({"id": "p1", "name": "x", "price": 1}))[0] == 409
    assert curl(techmoda, "-X", "POST", url, "-d", "{")[0] == 400
    assert curl(techmoda, f"{url}/none")[0] == 404
    assert curl(techmoda, f"https://{NAME}/nothing")[0] == 403
    assert json.loads(curl(techmoda, f"https://usw2.{NAME}/products/p1")[1])["name"] == "Torch"


def test_the_data_folder_is_its_owners_alone(techmoda):
    """Keys, certificates, items and code: nothing for other users of the machine."""
    programs = 0
    assert os.stat(techmoda.folder).st_mode & 0o777 == 0o700
    for folder, folders, files in os.walk(techmoda.folder):
        for name in folders:
            path = os.path.join(folder, name)
            assert os.lstat(path).st_mode & 0o777 == 0o700, path
        for name in files:
            path = os.path.join(folder, name)
            # The harness made this one, not Lifeboat.
            if path == techmoda.log.name:
                continue
            mode = os.lstat(path).st_mode & 0o777
            # What a package calls a program may be run, by its owner.
            assert mode == 0o600 or (mode == 0o700 and "/functions/" in path), f"{path}: {mode:o}"
            programs += mode == 0o700
    assert programs >= 2, "no function was unpacked; what did we look at?"


def test_unbound_takes_the_answers(techmoda, tmp_path):
    server = name_server(techmoda)
    port = server["port"] + 1000
    config = tmp_path / "unbound.conf"
    config.write_text(f"""
server:
  interface: 127.0.0.1@{port}
  port: {port}
  username: ""
  chroot: ""
  directory: "{tmp_path}"
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  module-config: "iterator"
stub-zone:
  name: "techmoda-example.com"
  stub-addr: {server['address']}@{server['port']}
remote-control:
  control-enable: no
""")
    resolver = subprocess.Popen(["unbound", "-d", "-c", str(config)], stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        at = {"address": "127.0.0.1", "port": port}
        wait_until(lambda: dig(at, f"use1.{NAME}") == [address(techmoda, "us-east-1")], 20)
        assert dig(at, f"usw2.{NAME}", "+tcp") == [address(techmoda, "us-west-2")]
        assert dig(at, f"nothing.{NAME}") == []
    finally:
        resolver.terminate()
        resolver.wait(20)


def test_dig_follows_the_health_of_the_regions(techmoda):
    """Kill us-east-1, and with it Route 53's API; restart the name server meanwhile; bring the region back."""
    server = name_server(techmoda)
    east, west = address(techmoda, "us-east-1"), address(techmoda, "us-west-2")
    wait_until(lambda: dig(server, NAME) == [east], 30)
    techmoda.run("region", "kill", "us-east-1")
    wait_until(lambda: dig(server, NAME) == [west], FAILOVER_S)

    os.kill(server["pid"], signal.SIGKILL)
    wait_until(lambda: name_server(techmoda)["state"] == "killed", 10)
    by_hand = subprocess.Popen([LIFEBOAT, "serve", "nameserver", "--data-dir", techmoda.folder], stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        # From its own copy, and with the checkers' opinions: it never names the dead region.
        wait_until(lambda: dig(server, NAME), 10)
        assert dig(server, NAME) == [west]
        techmoda.run("region", "start", "us-east-1")
        wait_until(lambda: dig(server, NAME) == [east], FAILOVER_S)
    finally:
        by_hand.terminate()
        by_hand.wait(20)
