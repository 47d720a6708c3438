"""Processes of one world know each other: whoever lacks the world's key reads nothing, sets nothing, is not believed."""
import http.server
import json
import os
import re
import threading

import pytest

from conftest import add_replica, create_table, scan_all, wait_until
from peers import Peer, send

EAST, WEST = "us-east-1", "us-west-2"
INTERNAL = [
    ("POST", "/_lifeboat/replication/pull"),
    ("POST", "/_lifeboat/replication/snapshot"),
    ("POST", "/_lifeboat/replication/messages"),
    ("POST", "/_lifeboat/replication/hello"),
    ("GET", "/_lifeboat/route53/snapshot?server=nameserver&epoch=&applied=0&wait_ms=0"),
    ("POST", "/_lifeboat/route53/observations"),
    ("PUT", "/_lifeboat/faults"),
    ("GET", "/_lifeboat/faults"),
]


@pytest.mark.parametrize("method,target", INTERNAL)
def test_unsigned_and_forged_requests_are_refused(world, method, target):
    status, _, body = send(world, EAST, method, target, b"[]")
    assert status == 403
    assert "not signed with the world's key" in json.loads(body)["message"]
    for name in (WEST, "supervisor", "nameserver"):
        status, body = Peer(world, name, key=b"k" * 32).call(EAST, method, target, b"[]")
        assert status == 403
        assert "not one of this world's key" in json.loads(body)["message"]


def test_a_peer_may_ask_what_is_its_own_and_a_body_is_covered(world):
    faults = json.dumps([{"id": "f-1", "kind": "cut", "from": WEST, "to": EAST}]).encode()
    status, body = Peer(world, WEST).call(EAST, "PUT", "/_lifeboat/faults", faults)
    assert (status, json.loads(body)["message"]) == (403, "faults are the supervisor's to set, not us-west-2's")
    supervisor = Peer(world, "supervisor")
    status, body = supervisor.call(EAST, "PUT", "/_lifeboat/faults", b"[]")
    assert (status, json.loads(body)) == (200, [])
    # The same signature over another body.
    headers = supervisor.headers(EAST, "PUT", "/_lifeboat/faults", b"[]", "a nonce")
    assert send(world, EAST, "PUT", "/_lifeboat/faults", faults, headers)[0] == 403
    status, _, body = send(world, EAST, "GET", "/_lifeboat/status")
    assert (status, json.loads(body)["faults"]) == (200, [])
    assert send(world, EAST, "GET", "/_lifeboat/replication/metrics")[0] == 200


def test_the_key_is_the_owners_alone_and_no_function_is_given_it(world):
    path = os.path.join(world.folder, "peer.key")
    assert os.stat(path).st_mode & 0o777 == 0o600
    with open(path) as file:
        key = file.read().strip().encode()
    for process in world.status()["regions"] + world.status()["name_servers"]:
        with open(f"/proc/{process['pid']}/environ", "rb") as environment:
            assert key not in environment.read().lower()


class Squatter:
    """Listens on a dead region's port, keeps what it is sent, and answers what it is told to."""

    def __init__(self, place):
        squatter = self
        self.answer, self.requests = (503, b""), []

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                squatter.requests.append((self.path, dict(self.headers), body))
                status, answer = squatter.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        http.server.ThreadingHTTPServer.allow_reuse_address = True
        self.server = http.server.ThreadingHTTPServer((place["address"], place["http_port"]), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def pulls(self):
        return [request for request in list(self.requests) if request[0] == "/_lifeboat/replication/pull"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def failures(world):
    pairs = json.loads(send(world, EAST, "GET", "/_lifeboat/replication/metrics")[2])["pairs"]
    return sum(pair["failures"] for pair in pairs)


def forge(page):
    """The page with another value, and later versions that would win."""
    def later(match):
        wall = int.from_bytes(match[1], "big") + 60_000
        return wall.to_bytes(8, "big") + match[2]

    forged = page.replace(b"genuine", b"forged!")
    return re.sub(rb"(\x00\x00\x01[\x00-\xff]{5})([\x00-\x7f]\x09us-west-2)", later, forged)


def test_a_squatter_on_a_dead_regions_port_is_not_believed(new_world):
    world = new_world()
    place = world.region(WEST)
    east, west = world.client("dynamodb", EAST), world.client("dynamodb", WEST)
    create_table(east, "table")
    add_replica(east, "table", WEST)

    # What the squatter catches: a pull of us-east-1, signed, from before the item.
    world.run("region", "kill", WEST)
    with Squatter(place) as squatter:
        _, caught_headers, pull = wait_until(squatter.pulls)[0]
    world.run("region", "start", WEST)
    west.put_item(TableName="table", Item={"id": {"S": "k"}, "v": {"S": "genuine"}})
    wait_until(lambda: scan_all(east, "table"))

    # It is worth nothing to the region that came back: the request was meant for the process before.
    status, headers, body = send(world, WEST, "POST", "/_lifeboat/replication/pull", pull, caught_headers)
    assert status == 409 and b"genuine" not in body
    status, page = Peer(world, EAST).call(WEST, "POST", "/_lifeboat/replication/pull", pull)
    assert status == 200 and b"genuine" in page

    world.run("region", "kill", WEST)
    before = failures(world)
    with Squatter(place) as squatter:
        squatter.answer = (200, forge(page))
        assert squatter.answer[1] != page
        wait_until(lambda: len(squatter.pulls()) >= 3)
        wait_until(lambda: failures(world) >= before + 3)
        assert scan_all(east, "table")["k"]["v"] == {"S": "genuine"}
        # A write here needs nobody there.
        east.put_item(TableName="table", Item={"id": {"S": "new"}, "v": {"S": "x"}})
    world.run("region", "start", WEST)
    wait_until(lambda: scan_all(west, "table") == scan_all(east, "table"))
    assert scan_all(east, "table")["k"]["v"] == {"S": "genuine"}
