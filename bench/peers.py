"""The endpoints that are measured side by side: our region, DynamoDB Local, dynalite, and nginx with a static answer.

The peers are measured where they are installed: nginx by `scripts/setup bench`, the others by
`npm ci --prefix bench/peers` (DynamoDB Local needs Java too).
"""
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile

from machine import progress, wait

HERE = pathlib.Path(__file__).resolve().parent
LOCAL = HERE / "peers/node_modules/amplify-dynamodb-simulator/emulator"
DYNALITE = HERE / "peers/node_modules/dynalite/cli.js"
STATIC_ANSWER = """
worker_processes 1;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  keepalive_requests 100000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ default_type application/x-amz-json-1.0; return 200 "{{}}"; }} }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Endpoint:
    """A process that answers at an address; `stores` says whether tables can be made in it."""

    def __init__(self, name, command, port, stores=True, folder=None):
        self.name, self.address, self.port, self.stores = name, "127.0.0.1", port, stores
        self.folder = folder or tempfile.mkdtemp(prefix="lifeboat-bench-")
        self.process = subprocess.Popen(command, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        wait(self._listens, 60)

    def _listens(self):
        with socket.socket() as probe:
            return probe.connect_ex((self.address, self.port)) == 0

    def pids(self):
        children = [int(p) for p in pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()]
        return [self.process.pid] + children

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        shutil.rmtree(self.folder)


class Region:
    """Our region, as an endpoint like the others."""

    def __init__(self, world):
        place = world.regions["us-east-1"]
        self.name, self.address, self.port, self.stores = "lifeboat", place["address"], place["http_port"], True
        self._pid = place["pid"]

    def pids(self):
        return [self._pid]

    def stop(self):
        pass


def nginx():
    port, folder = free_port(), tempfile.mkdtemp(prefix="lifeboat-bench-nginx-")
    config = pathlib.Path(folder) / "nginx.conf"
    config.write_text(STATIC_ANSWER.format(folder=folder, port=port), encoding="utf-8")
    return Endpoint("nginx, static", ["nginx", "-e", f"{folder}/start.log", "-p", folder, "-c", str(config)], port, stores=False,
                    folder=folder)


def dynamodb_local():
    port = free_port()
    return Endpoint("DynamoDB Local", ["java", f"-Djava.library.path={LOCAL}/DynamoDBLocal_lib", "-jar",
                                       str(LOCAL / "DynamoDBLocal.jar"), "-port", str(port), "-inMemory", "-sharedDb"], port)


def dynalite():
    port = free_port()
    return Endpoint("dynalite", ["node", str(DYNALITE), "--host", "127.0.0.1", "--port", str(port), "--createTableMs", "0"], port)


def start_all(world):
    """Our region first, then every peer that this machine has."""
    found = [Region(world)]
    os.environ["PATH"] += ":/usr/sbin"
    if shutil.which("nginx"):
        found.append(nginx())
    if shutil.which("java") and (LOCAL / "DynamoDBLocal.jar").exists():
        found.append(dynamodb_local())
    if shutil.which("node") and DYNALITE.exists():
        found.append(dynalite())
    progress("side by side: " + ", ".join(e.name for e in found))
    return found
