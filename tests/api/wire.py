"""Requests to a region made by hand: signed with botocore, or in any other way, and sent as they are."""
import http.client
import json
import socket

import botocore.auth
import botocore.awsrequest
import botocore.credentials

REGION = "us-east-1"
JSON10 = "application/x-amz-json-1.0"
KEYS = botocore.credentials.Credentials("test", "test")
LIST = "DynamoDB_20120810.ListTables"


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def error(self):
        """Name and message; the name without its prefix, which the tests of prefixes look at."""
        body = self.json()
        return body["__type"].split("#")[1], body.get("message", body.get("Message"))


def send(place, body=b"{}", method="POST", target="/", headers=None, connection=None):
    body = body.encode() if isinstance(body, str) else body
    own = connection or http.client.HTTPConnection(*place, timeout=60)
    own.request(method, target, body, headers or {})
    answer = Answer(own.getresponse())
    if not connection:
        own.close()
    return answer


def signed(place, body="{}", operation=LIST, region=REGION, service="dynamodb", keys=KEYS, host=None, extra=None):
    """The headers of a signed request."""
    headers = {"X-Amz-Target": operation, "Content-Type": JSON10, "Host": host or "%s:%s" % place} | (extra or {})
    request = botocore.awsrequest.AWSRequest("POST", "http://%s/" % headers["Host"], headers, body)
    botocore.auth.SigV4Auth(keys, service, region).add_auth(request)
    return dict(request.headers.items())


def call(place, operation, arguments, **options):
    body = json.dumps(arguments)
    return send(place, body, headers=signed(place, body, "DynamoDB_20120810." + operation, **options))


def exchange(place, request, until=None):
    """Sends raw bytes; all that comes back until the server ends the connection, or `until` is in it."""
    with socket.create_connection(place, timeout=60) as connection:
        connection.sendall(request)
        received = b""
        while until is None or until not in received:
            some = connection.recv(65536)
            if not some:
                break
            received += some
        return received


def raw(headers, body=b"{}", method="POST", target="/", length=True):
    lines = [f"{method} {target} HTTP/1.1"] + [f"{name}: {value}" for name, value in headers.items()]
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
