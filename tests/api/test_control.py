"""The edge and the control API: what outsiders are refused, what the owner may do, and what `status` says of it."""
import http.client
import json
import os
import pathlib
import signal
import socket
import stat
import subprocess

import boto3
import botocore
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import LIFEBOAT, dig, wait_until

LONG = "a" * 64 + ".example.com"
ZONE = "control-example.com"


def edge(world):
    host, _, port = world.status()["edge_url"].removeprefix("http://").partition(":")
    return host, int(port)


def token(world):
    return pathlib.Path(world.folder, "token").read_text().strip()


def ask(world, method, path, headers=None, target=None):
    """(status, JSON) of one request to the edge, with exactly these fields beside Host."""
    host, port = edge(world)
    connection = http.client.HTTPConnection(host, port, timeout=30)
    try:
        fields = {"Host": f"{host}:{port}"} | (headers or {})
        connection.putrequest(method, target or f"/_lifeboat{path}", skip_host=True, skip_accept_encoding=True)
        for name, value in fields.items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", "0")
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


def connect(world, target):
    """The head and body of the answer to CONNECT."""
    with socket.create_connection(edge(world), timeout=30) as client:
        client.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.startswith(b"HTTP/1.1 200"):
            part = client.recv(4096)
            if not part:
                break
            answer += part
    return answer.decode()


def states(world):
    status = world.status()
    return {p["name"]: p["state"] for p in status["regions"] + status["name_servers"]}


def line_of(world, name):
    """The line of `lifeboat status` about a process."""
    return next(line for line in world.run("status").stdout.splitlines() if line.split()[:1] == [name])


# What may come as a name: the answer, and a word of its reason.
CONNECTS = [
    (f"{LONG}:443", "400", "longer than 63"),
    (f"{'a' * 64}.us-east-1.amazonaws.com:443", "400", "longer than 63"),
    ("a..b:443", "400", "empty label"),
    ("no-port.example.com", "400", "host:port"),
    ("x.example.com:0", "400", "host:port"),
    ("sqs.eu-west-1.amazonaws.com:443", "403", "us-east-1, us-west-2"),
    ("www.example.com:443", "403", "us-east-1, us-west-2"),
    ("dynamodb.us-east-1.amazonaws.com:22", "403", "port 22"),
]


@pytest.mark.parametrize("target,status,reason", CONNECTS, ids=[case[0][-40:] for case in CONNECTS])
def test_tunnels_that_lead_nowhere_are_refused(world, target, status, reason):
    answer = connect(world, target)
    assert answer.startswith(f"HTTP/1.1 {status} "), answer
    assert reason in answer.partition("\r\n\r\n")[2], answer
    assert set(states(world).values()) == {"running"}


def test_tunnels_reach_the_pair_of_ports(world):
    region = world.region("us-west-2")
    for port in (443, 80, region["https_port"], region["http_port"]):
        assert connect(world, f"dynamodb.us-west-2.amazonaws.com:{port}").startswith("HTTP/1.1 200 "), port


def test_curl_is_told_why(world):
    exports = json.loads(world.run("env", "--json").stdout)
    done = subprocess.run(["curl", "-sS", "-v", f"https://{LONG}/"], env=os.environ | exports, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=60)
    assert done.returncode != 0 and "400" in done.stderr, done.stderr
    # As a plain HTTP proxy, too.
    host, port = edge(world)
    for url, status in ((f"http://{LONG}/", 400), ("http://www.example.com/", 403), ("https://x.example.com/", 400)):
        answer = ask(world, "GET", "", target=url)
        assert answer[0] == status and answer[1]["message"], answer
    assert ask(world, "GET", "", target=f"http://{host}:{port}/_lifeboat/status")[0] == 200
    assert set(states(world).values()) == {"running"}


def test_pages_of_other_sites_are_refused(world):
    right = {"Authorization": f"Bearer {token(world)}"}
    for fields in ({"Host": "evil.example.com"}, {"Origin": "http://evil.example.com"}, {"Origin": "null"},
                   {"Origin": "http://localhost:3000"}):
        for method, path in (("GET", "/status"), ("POST", "/down"), ("POST", "/regions/us-west-2/kill"),
                             ("DELETE", "/faults")):
            status, answer = ask(world, method, path, right | fields)
            assert status == 403 and answer["message"], (fields, method, path)
    # A page can't hide behind an absolute URI either.
    assert ask(world, "POST", "", right, target="http://evil.example.com/_lifeboat/down")[0] == 403
    assert set(states(world).values()) == {"running"}


def test_orders_need_the_token(world):
    for fields in ({}, {"Authorization": "Bearer " + "0" * 64}, {"Authorization": token(world)},
                   {"Authorization": f"Bearer {token(world)}0"}):
        for method, path in (("POST", "/down"), ("POST", "/regions/us-west-2/kill"), ("POST", "/nameserver/kill"),
                             ("POST", "/faults"), ("DELETE", "/faults")):
            status, answer = ask(world, method, path, fields)
            assert status == 401 and "token" in answer["message"], (fields, method, path)
    assert set(states(world).values()) == {"running"}
    right = {"Authorization": f"Bearer {token(world)}"}
    assert ask(world, "POST", "/regions/us-west-2/freeze", right)[1]["state"] == "frozen"
    assert states(world)["us-west-2"] == "frozen"
    assert ask(world, "POST", "/regions/us-west-2/thaw", right)[0] == 200
    assert ask(world, "GET", "/nothing")[0] == 404


def test_the_token_is_the_owners_alone(world):
    path = pathlib.Path(world.folder, "token")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    status = world.status()
    for process in status["regions"] + status["name_servers"]:
        place = pathlib.Path("/proc", str(process["pid"]))
        assert token(world).encode() not in (place / "environ").read_bytes() + (place / "cmdline").read_bytes()


def test_a_second_world_in_the_folder_is_refused_at_once(world):
    done = world.run("up", "--ephemeral-ports", check=False)
    assert done.returncode == 2
    assert f"a world runs in {world.folder} already (pid {world.process.pid})" in done.stderr
    assert set(states(world).values()) == {"running"}


def test_status_says_what_is_so(new_world):
    world = new_world()
    pid = world.region("us-west-2")["pid"]
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: states(world)["us-west-2"] == "frozen", 10)
    assert "frozen" in line_of(world, "us-west-2")
    assert "thaw" in world.run("region", "start", "us-west-2", check=False).stderr
    os.kill(pid, signal.SIGCONT)
    wait_until(lambda: states(world)["us-west-2"] == "running", 10)

    world.run("fault", "inject", "replication-lag", "--link", "us-east-1:us-west-2", "--lag", "5s")
    shown = world.run("status").stdout
    assert "faults in force" in shown and "replication-lag" in shown.partition("faults in force")[2], shown
    world.run("fault", "clear", "--all")
    assert "faults in force" not in world.run("status").stdout

    assert world.run("region", "kill", "us-west-2").stdout == "us-west-2 killed\n"
    assert "killed" in line_of(world, "us-west-2")
    assert world.run("region", "start", "us-west-2").stdout == "us-west-2 running\n"
    assert world.run("region", "stop", "us-west-2").stdout == "us-west-2 stopped\n"
    world.run("region", "start", "us-west-2")
    os.kill(world.region("us-west-2")["pid"], signal.SIGTERM)
    wait_until(lambda: states(world)["us-west-2"] == "ended", 10)
    assert "(ended with status 0)" in line_of(world, "us-west-2")


def test_why_a_region_did_not_start(new_world):
    world = new_world()
    world.run("region", "stop", "us-west-2")
    database = pathlib.Path(world.folder, "us-west-2/db")
    database.rename(f"{database}.aside")
    database.write_text("no folder")
    done = world.run("region", "start", "us-west-2", check=False)
    assert done.returncode == 2
    assert "us-west-2 ended while it started: lifeboat: us-west-2: " in done.stderr, done.stderr
    assert str(database) in done.stderr, done.stderr


def test_the_name_server_is_killed_frozen_and_started(new_world):
    world = new_world()
    route53 = world.client("route53", "us-east-1")
    zone = route53.create_hosted_zone(Name=ZONE, CallerReference="c")["HostedZone"]["Id"]
    record = {"Name": f"www.{ZONE}", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "127.0.12.1"}]}
    change = route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]})["ChangeInfo"]
    wait_until(lambda: route53.get_change(Id=change["Id"])["ChangeInfo"]["Status"] == "INSYNC")
    server = world.status()["name_servers"][0]
    place = (server["address"], server["port"])

    def answers():
        return dig(server, f"www.{ZONE}") == ["127.0.12.1"]

    assert answers()
    assert "use `lifeboat nameserver kill`" in world.run("region", "kill", "nameserver", check=False).stderr

    assert world.run("nameserver", "freeze").stdout == "nameserver frozen\n"
    assert "frozen" in line_of(world, "nameserver")
    # Connections are taken by the kernel, and nobody answers.
    with socket.create_connection(place, timeout=5) as client:
        client.sendall(b"\x00\x1d" + b"\x00\x01\x01\x00\x00\x01" + bytes(6) + b"\x01a" + bytes(1) + b"\x00\x01\x00\x01")
        client.settimeout(1)
        with pytest.raises(socket.timeout):
            client.recv(1)
    assert not answers()
    assert "lifeboat nameserver thaw" in world.run("nameserver", "start", check=False).stderr
    assert world.run("nameserver", "thaw").stdout == "nameserver running\n"
    wait_until(answers, 10)

    # It needs no control plane to come back.
    world.run("region", "kill", "us-east-1")
    assert world.run("nameserver", "kill").stdout == "nameserver killed\n"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(place, timeout=5)
    assert connect(world, f"www.{ZONE}:443").startswith("HTTP/1.1 502 ")
    assert world.run("nameserver", "start").stdout == "nameserver running\n"
    wait_until(answers, 10)
    assert world.run("nameserver", "stop").stdout == "nameserver stopped\n"
    assert states(world)["nameserver"] == "stopped"
    assert world.run("nameserver", "start").stdout == "nameserver running\n"


def test_ports_that_others_have(tmp_path):
    """A listener that never answers takes the edge's port: before the world's first start, and while it is down."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]

        def run(*arguments):
            return subprocess.run([LIFEBOAT, *arguments, "--data-dir", tmp_path], stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=50)

        up = run("up", "--ephemeral-ports", "--edge-port", str(port))
        assert up.returncode == 2 and f"127.0.0.1:{port}" in up.stderr and "--edge-port" in up.stderr, up.stderr
        assert json.loads((tmp_path / "world.json").read_text())["edge"]["port"] == port
        for command in (["status"], ["region", "kill", "us-east-1"], ["down"]):
            done = run(*command)
            assert done.returncode == 2 and "no world runs in" in done.stderr, done.stderr


def stranger(world, **credentials):
    """A DynamoDB client with keys that the world doesn't know."""
    return boto3.client("dynamodb", region_name="us-east-1", endpoint_url=world.endpoint("us-east-1"),
                        config=Config(retries={"max_attempts": 0}), **credentials)


UNKNOWN = {"aws_access_key_id": "dummy", "aws_secret_access_key": "dummy"}
TOKEN = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "aws_session_token": "token"}


def test_unknown_keys_are_refused_and_the_log_says_what_to_do(new_world):
    world = new_world(regions=("us-east-1",))
    for keys in (UNKNOWN, UNKNOWN, TOKEN):
        with pytest.raises(ClientError, match="UnrecognizedClientException"):
            stranger(world, **keys).list_tables()
    lines = [line for line in world.run("logs", "us-east-1").stdout.splitlines() if "--any-credentials" in line]
    assert len(lines) == 2 and '"dummy"' in lines[0] and '"test"' in lines[1], lines


def test_any_credentials(new_world):
    world = new_world(regions=("us-east-1",), extra=("--any-credentials",))
    assert world.status()["any_credentials"] is True
    assert "any credentials are taken, unverified" in world.run("status").stdout
    for keys in (UNKNOWN, TOKEN):
        assert stranger(world, **keys).list_tables()["TableNames"] == []
    # What is unsigned is refused as ever.
    with pytest.raises(ClientError, match="MissingAuthenticationToken"):
        boto3.client("dynamodb", region_name="us-east-1", endpoint_url=world.endpoint("us-east-1"),
                     config=Config(signature_version=botocore.UNSIGNED)).list_tables()
