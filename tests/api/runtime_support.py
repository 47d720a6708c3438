"""A runtime API for one execution environment, and a function's process that talks to it."""
import base64
import dataclasses
import http.server
import json
import os
import pathlib
import re
import subprocess
import threading
import time

CLIENTS = pathlib.Path(__file__).parent.parent.parent / "src/lambda/runtimes"
ARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
LIMIT_S = 20


@dataclasses.dataclass
class Post:
    """What the client posted: `response`, `error` or `init/error`."""
    what: str
    headers: dict
    body: bytes
    at: float

    @property
    def json(self):
        return json.loads(self.body)


class FakeApi(http.server.ThreadingHTTPServer):
    """Gives out events, keeps what is posted; an event more than there are is never answered."""
    daemon_threads = True

    def __init__(self, events, headers, timeout_ms):
        super().__init__(("127.0.0.1", 0), Handler)
        self.events = list(events)
        self.extra_headers = headers
        self.timeout_ms = timeout_ms
        self.posts = []
        self.given = 0
        self.idle = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle(self):
        try:
            super().handle()
        except ConnectionError:
            pass  # The process has ended, or was ended by us.

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        assert self.path == "/2018-06-01/runtime/invocation/next", self.path
        api = self.server
        if api.given == len(api.events):
            api.idle.set()
            threading.Event().wait()
        number = api.given
        api.given += 1
        event = api.events[number]
        headers = {"Content-Type": "application/json", "Lambda-Runtime-Aws-Request-Id": f"id-{number}",
                   "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + api.timeout_ms),
                   "Lambda-Runtime-Invoked-Function-Arn": ARN,
                   "Lambda-Runtime-Trace-Id": f"Root=1-{number}", **api.extra_headers}
        self.answer(200, headers, event if isinstance(event, bytes) else json.dumps(event).encode())

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = self.read_chunks()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        prefix = "/2018-06-01/runtime/"
        assert self.path.startswith(prefix), self.path
        what = self.path[len(prefix):].removeprefix(f"invocation/id-{self.server.given - 1}/")
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.posts.append(Post(what, {**headers, **getattr(self, "trailers", {})}, body, time.monotonic()))
        self.answer(202, {"Content-Type": "application/json"}, b'{"status":"OK"}\n')

    def read_chunks(self):
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.trailers = {}
        while (line := self.rfile.readline().decode().strip()):
            name, _, value = line.partition(":")
            self.trailers[name.lower()] = value.strip()
        return body


@dataclasses.dataclass
class Ran:
    posts: list
    log: str
    status: int | None  # None: it waited for a further event and was ended by us.
    seconds: float

    @property
    def result(self):
        """The body of the only response."""
        assert [p.what for p in self.posts] == ["response"], f"{self.posts}\n{self.log}"
        return self.posts[0].json

    @property
    def error(self):
        """The body of the only error of an invocation."""
        assert [p.what for p in self.posts] == ["error"], f"{self.posts}\n{self.log}"
        return self.posts[0].json

    @property
    def init_error(self):
        assert [p.what for p in self.posts] == ["init/error"], f"{self.posts}\n{self.log}"
        return self.posts[0].json


def write_files(folder, files):
    for name, text in files.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def run(command, runtime, folder, handler, events=({},), headers=None, variables=None, timeout_ms=30_000):
    """Runs a client until it has answered all events and asks for one more, or has ended."""
    api = FakeApi(events, headers or {}, timeout_ms)
    environment = {
        "PATH": os.environ["PATH"], "LANG": "en_US.UTF-8", "TZ": ":UTC", "_HANDLER": handler,
        "LAMBDA_TASK_ROOT": str(folder), "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{runtime}", "AWS_LAMBDA_FUNCTION_NAME": "f",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/f", "AWS_LAMBDA_LOG_STREAM_NAME": "2026/01/01/[$LATEST]0",
        "AWS_REGION": "us-east-1", **(variables or {})}
    started = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    log = []
    reader = threading.Thread(target=lambda: log.append(process.stdout.read()), daemon=True)
    reader.start()
    deadline = started + LIMIT_S
    while not api.idle.is_set() and process.poll() is None:
        assert time.monotonic() < deadline, f"neither idle nor ended: {api.posts}"
        api.idle.wait(0.01)
    status = process.poll()
    seconds = time.monotonic() - started
    process.kill()
    process.wait()
    reader.join()
    api.shutdown()
    api.server_close()
    return Ran(api.posts, log[0].decode(), status, seconds)


def decode_error_body(post):
    """The error that a streamed answer ended with."""
    return json.loads(base64.b64decode(post.headers["lambda-runtime-function-error-body"]))


def scrub(text, folder):
    """Without what differs from run to run, and without frames outside of the function's own code."""
    text = text.replace(str(folder), "ROOT")
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+(\.\d+)?Z", "NOW", text)
    text = re.sub(r',"    at (?![^"]*ROOT)[^"]*"', "", text)
    return re.sub(r"[\r\n]    at (?![^\r\n]*ROOT)[^\r\n]*", "", text)


def outcome(ran):
    """("response", result), or ("error" or "init/error", type, message); behind it how the process ended by itself,
    if it did. ("exit", status) when it said nothing."""
    if not ran.posts:
        return "exit", ran.status
    assert len(ran.posts) == 1, f"{ran.posts}\n{ran.log}"
    post = ran.posts[0]
    if post.what == "response":
        try:
            found = post.what, json.loads(post.body)
        except ValueError:
            found = post.what, post.body.decode("latin-1")
    else:
        found = post.what, post.json["errorType"], post.json["errorMessage"]
    return found if ran.status is None else (*found, ran.status)
