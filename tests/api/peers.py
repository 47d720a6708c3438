"""A peer of a world's regions in Python, by docs/formats/world.md alone: signs requests, verifies answers."""
import hashlib
import hmac
import http.client
import os
import uuid


def joined(*parts):
    return b"".join(b"%d:%s\n" % (len(part), part) for part in
                    (part if isinstance(part, bytes) else part.encode() for part in parts))


class Peer:
    """Speaks in the name `name` with `key`, by default the world's own."""

    def __init__(self, world, name, key=None):
        self.world, self.name, self.sessions = world, name, {}
        with open(os.path.join(world.folder, "peer.key")) as file:
            self.key = key or bytes.fromhex(file.read().strip())

    def mac(self, *parts):
        return hmac.new(self.key, joined(*parts), hashlib.sha256).hexdigest()

    def headers(self, to, method, target, body, nonce):
        session = self.sessions.get(to, "")
        signature = self.mac("lifeboat peer request 1", self.name, to, session, nonce, method, target,
                             hashlib.sha256(body).digest())
        return {"X-Lifeboat-Peer": self.name, "X-Lifeboat-Session": session, "X-Lifeboat-Nonce": nonce,
                "X-Lifeboat-Signature": signature}

    def call(self, to, method, target, body=b""):
        """(status, body) of an answer that `to` has signed; 403 needs no signature."""
        for _ in range(2):
            nonce = str(uuid.uuid4())
            status, headers, answer = send(self.world, to, method, target, body,
                                           self.headers(to, method, target, body, nonce))
            if status == 403 and "X-Lifeboat-Signature" not in headers:
                return status, answer
            told = headers.get("X-Lifeboat-Session", "")
            expected = self.mac("lifeboat peer answer 1", self.name, to, self.sessions.get(to, ""), nonce, str(status),
                                told, hashlib.sha256(answer).digest())
            assert headers["X-Lifeboat-Signature"] == expected
            if not told:
                return status, answer
            self.sessions[to] = told
        raise AssertionError("the region drew two sessions")


def send(world, region, method, target, body=b"", headers=None):
    """(status, headers, body) of one HTTP request to a region's port."""
    place = world.region(region)
    connection = http.client.HTTPConnection(place["address"], place["http_port"], timeout=30)
    try:
        connection.request(method, target, body, headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()
