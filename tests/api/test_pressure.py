"""A region under clients that mean it no good: it serves the others, and its memory has bounds."""
import concurrent.futures
import http.client
import io
import json
import os
import resource
import socket
import zipfile

import pytest

from conftest import LIFEBOAT, create_table, wait_until
from wire import JSON10, REGION, exchange, raw, send, signed

MB = 1 << 20
# Sanitizers keep freed memory and put guards around all that is in use.
SANITIZED = b"__asan_init" in open(LIFEBOAT, "rb").read()
ROOM = 4 if SANITIZED else 1


@pytest.fixture
def region(new_world):
    """A region of a world of its own, with a table: its status and a client."""
    world = new_world(regions=(REGION,))
    status = world.region(REGION)
    client = world.client("dynamodb", REGION)
    create_table(client, "tab")
    status["place"] = (status["address"], status["http_port"])
    status["client"] = client
    status["world"] = world
    return status


def memory(region, what="VmRSS"):
    """In bytes; VmHWM is the most that it ever was."""
    with open(f"/proc/{region['pid']}/status") as status:
        return next(int(line.split()[1]) << 10 for line in status if line.startswith(what))


def serves(region):
    """A write and a read by a client that just came."""
    region["client"].put_item(TableName="tab", Item={"id": {"S": "x"}})
    assert "Item" in region["client"].get_item(TableName="tab", Key={"id": {"S": "x"}}, ConsistentRead=True)
    with socket.create_connection(region["place"], timeout=60) as fresh:
        fresh.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert fresh.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.fixture
def sockets():
    """A list whose sockets are closed at the end; this process may have as many as the machine lets it."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1], before[1]))
    opened = []
    yield opened
    for each in opened:
        each.close()
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


def connect(region, sockets, data=b""):
    connection = socket.create_connection(region["place"], timeout=60)
    sockets.append(connection)
    if data:
        connection.sendall(data)
    return connection


def ended(connection):
    """True when the server has closed it and nothing is left to read."""
    connection.settimeout(0)
    try:
        while connection.recv(65536):
            pass
        return True
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_ten_thousand_idle_connections(region, sockets):
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    count = min(10_000, hard - 1000)
    before = memory(region)
    for _ in range(count):
        connect(region, sockets)
    serves(region)
    wait_until(lambda: len(os.listdir(f"/proc/{region['pid']}/fd")) > count)
    assert memory(region) - before < count * (8 << 10) * ROOM
    # All are still good for a request.
    for connection in (sockets[0], sockets[count // 2], sockets[-1]):
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_without_descriptors_the_longest_idle_give_way(region, sockets):
    # UBSan opens a pipe to look at an object of a type that it hasn't seen yet, and without descriptors takes it for
    # a bad one: so a connection is closed before.
    serves(region)
    busy = len(os.listdir(f"/proc/{region['pid']}/fd"))
    resource.prlimit(region["pid"], resource.RLIMIT_NOFILE, (busy + 200, busy + 200))
    for _ in range(1000):
        newest = connect(region, sockets)
    newest.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert newest.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")
    serves(region)
    assert ended(sockets[0])
    assert len(os.listdir(f"/proc/{region['pid']}/fd")) <= busy + 200


def test_slow_loris(region, sockets):
    headless = [connect(region, sockets, b"POST / HTTP/1.1\r\nHos") for _ in range(300)]
    bodiless = [connect(region, sockets, raw({"Host": "x", "Content-Type": JSON10}, b"{")[:-1]) for _ in range(300)]
    for connection in headless + bodiless:
        connection.sendall(b":")
    serves(region)
    wait_until(lambda: all(ended(connection) for connection in headless))
    serves(region)


def test_large_bodies_that_never_end(region, sockets):
    """Forty times 15 MB come in; what is kept of them is bounded, and the rest is told to try again."""
    head = raw({"Host": "x", "Content-Type": JSON10, "Content-Length": 16 * MB}, b"", length=False)
    refused = 0
    for _ in range(40):
        connection = connect(region, sockets)
        try:
            connection.sendall(head + b" " * (15 * MB))
        except ConnectionError:
            pass
    for connection in sockets:
        connection.settimeout(0)
        try:
            refused += connection.recv(12) == b"HTTP/1.1 503"
        except OSError:
            pass
    serves(region)
    assert refused > 0
    assert memory(region, "VmHWM") < 500 * MB * ROOM


def test_sixteen_mb_requests_side_by_side(region):
    """Requests of the greatest size, and small ones beside them.

    Made of the smallest values, which cost most; with sanitizers, where each takes forty times as long, of fewer.
    """
    values = 1_000_000 // (20 if SANITIZED else 1)
    item = {"id": {"S": "x"}, "list": {"L": [{"N": "1"}] * values}, "rest": {"S": "x" * (12 * MB - 12 * values)}}
    body = json.dumps({"TableName": "tab", "Item": item})
    assert 8 * MB < len(body) < 16 * MB
    headers = signed(region["place"], body, "DynamoDB_20120810.PutItem")
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        large = [pool.submit(send, region["place"], body, headers=headers) for _ in range(4)]
        serves(region)
        for each in large:
            answer = each.result()
            assert (answer.status, answer.error()[0]) == (400, "ValidationException")
    assert memory(region, "VmHWM") < 1500 * MB * ROOM


def test_clients_that_never_read(region, sockets):
    """Answers of 16 MB, asked for by forty clients that take nothing of them."""
    client = region["client"]
    keys = [{"id": {"S": str(i)}} for i in range(40)]
    for key in keys:
        client.put_item(TableName="tab", Item=key | {"x": {"S": "x" * 390_000}})
    body = json.dumps({"RequestItems": {"tab": {"Keys": keys}}})
    headers = signed(region["place"], body, "DynamoDB_20120810.BatchGetItem")
    for _ in range(40):
        connect(region, sockets, raw(headers, body.encode()) * 3)
    serves(region)
    assert sum(1 for connection in sockets if len(connection.recv(10)) == 10) > 0
    assert memory(region, "VmHWM") < 700 * MB * ROOM


def test_slow_readers_of_a_large_object(region, sockets):
    """Forty clients that take nothing of an object of 16 MB: a piece of it for each is in memory."""
    bucket = region["world"].client("s3", REGION, signature_version="s3v4")
    bucket.create_bucket(Bucket="code")
    body = os.urandom(16 * MB)
    bucket.put_object(Bucket="code", Key="package", Body=body)
    url = bucket.generate_presigned_url("get_object", {"Bucket": "code", "Key": "package"})
    before = memory(region)
    target = url.split("/", 3)[3]
    host = url.split("/")[2]
    for _ in range(40):
        connect(region, sockets, f"GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    for connection in sockets:
        assert connection.recv(12) == b"HTTP/1.1 200"
    serves(region)
    assert memory(region) - before < 100 * MB * ROOM
    assert bucket.get_object(Bucket="code", Key="package")["Body"].read() == body


def test_a_flood_of_refused_requests_keeps_nothing(region):
    before = memory(region)
    for _ in range(200):
        exchange(region["place"], b"nonsense " * 1000 + b"\r\n\r\n")
    connection = http.client.HTTPConnection(*region["place"], timeout=60)
    for _ in range(2000):
        assert send(region["place"], "x", "PUT", connection=connection).status == 404
    connection.close()
    assert memory(region) - before < 20 * MB * ROOM


def test_a_package_of_many_files_stops_nobody(new_world):
    world = new_world(regions=(REGION,))
    functions, tables = world.client("lambda", REGION), world.client("dynamodb", REGION)
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(zipfile.ZipInfo("bootstrap"), "#!/bin/sh\n")
        for number in range(2000):
            archive.writestr(f"lib/{number}.so", "x" * 100)
    role = "arn:aws:iam::000000000000:role/any"
    with concurrent.futures.ThreadPoolExecutor(1) as one:
        created = one.submit(functions.create_function, FunctionName="many", Runtime="provided.al2023",
                             Handler="bootstrap", Role=role, Code={"ZipFile": package.getvalue()})
        answered = 0
        while not created.done():
            tables.list_tables()
            answered += 1
    assert created.result()["CodeSize"] == len(package.getvalue())
    assert answered > 20  # It was 1 or 2 while the files were written on the thread that answers.
    with open(os.path.join(world.folder, REGION, "log")) as log:
        assert "a turn of the event loop took" not in log.read()
