"""A campaign with full histories: three regions write the same few keys while links lag and are cut and regions die.

Clients in all regions put, update, take away, delete, transact and read, with and without conditions, on keys that they
share. Meanwhile, slice by slice, links get lags, are cut, and a region is killed with SIGKILL and started again. After
each slice all is healed, the replicas must agree, and histories.py must find an explanation for every item and every
read. What was recorded stays in the world's folder as one JSON line an operation.

LIFEBOAT_HISTORY_OPERATIONS says how many (1,500; `make soak` uses 200,000), LIFEBOAT_HISTORY_SEED where chance begins.
"""
import hashlib
import hmac
import http.client
import json
import os
import random
import signal
import threading
import time

from conftest import add_replica, create_table, scan_all, wait_until
from histories import ABSENT, Operation, check

OPERATIONS = int(os.environ.get("LIFEBOAT_HISTORY_OPERATIONS", "1500"))
SEED = int(os.environ.get("LIFEBOAT_HISTORY_SEED", "1"))
A, B, C = REGIONS = ("us-east-1", "us-west-2", "eu-west-1")
TABLE = "histories"
CLIENTS_IN_A_REGION = 2
KEYS = 12
SLICE = 2000
PHASES = 5  # Of a slice; after each of them something breaks.


class RawClient:
    """One connection to one region's DynamoDB; signs by hand, which is ten times as quick as botocore."""

    def __init__(self, world, region):
        place = world.region(region)
        self.region, self.address, self.port = region, place["address"], place["http_port"]
        self.connection = None

    def signature(self, target, body):
        now = time.gmtime()
        date, stamp = time.strftime("%Y%m%d", now), time.strftime("%Y%m%dT%H%M%SZ", now)
        host = f"{self.address}:{self.port}"
        canonical = (f"POST\n/\n\nhost:{host}\nx-amz-date:{stamp}\nx-amz-target:{target}\n\nhost;x-amz-date;x-amz-target\n"
                     + hashlib.sha256(body).hexdigest())
        scope = f"{date}/{self.region}/dynamodb/aws4_request"
        key = b"AWS4test"
        for part in (date, self.region, "dynamodb", "aws4_request"):
            key = hmac.digest(key, part.encode(), "sha256")
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signed = hmac.digest(key, text.encode(), "sha256").hex()
        return {"Host": host, "X-Amz-Date": stamp, "X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0",
                "Authorization": f"AWS4-HMAC-SHA256 Credential=test/{scope}, "
                                 f"SignedHeaders=host;x-amz-date;x-amz-target, Signature={signed}"}

    def call(self, operation, request):
        """(status, answer); OSError or HTTPException when there is no whole answer."""
        body = json.dumps(request).encode()
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection(self.address, self.port, timeout=30)
            self.connection.request("POST", "/", body, self.signature("DynamoDB_20120810." + operation, body))
            answer = self.connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")
        except (OSError, http.client.HTTPException):
            if self.connection:
                self.connection.close()
            self.connection = None
            raise


def value_of(item):
    return item["v"]["S"] if item else ABSENT


class Client(threading.Thread):
    """Draws operations until it is told to stop, and records each."""

    def __init__(self, world, region, name, seed, keys):
        super().__init__(daemon=True)
        self.client = RawClient(world, region)
        self.region, self.name, self.keys = region, name, keys
        self.random = random.Random(seed)
        self.stopping = threading.Event()
        self.operations = []
        self.number = 0
        self.failure = None

    def run(self):
        try:
            while not self.stopping.is_set():
                self.step()
        except Exception as failure:  # Told by the test, which joins this thread.
            self.failure = failure

    def record(self, kind, key, **what):
        return Operation(self.name, self.region, kind, key, **what)

    def fresh(self):
        self.number += 1
        return f"{self.name}-{self.number}"

    def step(self):
        kinds = [self.put, self.put, self.update, self.delete, self.get, self.put_if_absent, self.delete_if, self.take_away,
                 self.transact, self.batch]
        made = self.random.choice(kinds)(self.random.choice(self.keys))
        operations, operation, request, finish = made
        self.operations += operations
        start = time.time()
        for one in operations:
            one.start = start
        try:
            status, answer = self.client.call(operation, request)
        except (OSError, http.client.HTTPException):
            for one in operations:  # A process that is dead does nothing any more.
                one.end = time.time()
            self.stopping.wait(0.02)
            return
        end = time.time()
        for one in operations:
            one.end = end
        name = answer.get("__type", "").rpartition("#")[2]
        if status == 200:
            for one in operations:
                one.outcome = "done"
            finish(answer)
        elif name in ("ConditionalCheckFailedException", "TransactionConflictException", "TransactionCanceledException"):
            for one in operations:
                one.outcome = "nothing"
        else:
            assert status >= 500, (operation, request, status, answer)

    # Each answers what is recorded, the call, and what is done with its answer.

    def key(self, key):
        return {"TableName": TABLE, "Key": {"id": {"S": key}}}

    def item(self, key, value):
        return {"id": {"S": key}, "v": {"S": value}}

    def reads_old(self, one):
        def finish(answer):
            one.has_read, one.read = True, value_of(answer.get("Attributes"))
        return finish

    def put(self, key):
        one = self.record("put", key, writes=True, state=self.fresh())
        request = {"TableName": TABLE, "Item": self.item(key, one.state), "ReturnValues": "ALL_OLD"}
        return [one], "PutItem", request, self.reads_old(one)

    def update(self, key):
        one = self.record("update", key, writes=True, state=self.fresh())
        request = self.key(key) | {"UpdateExpression": "SET v = :v", "ReturnValues": "ALL_OLD",
                                   "ExpressionAttributeValues": {":v": {"S": one.state}}}
        return [one], "UpdateItem", request, self.reads_old(one)

    def delete(self, key):
        one = self.record("delete", key, writes=True)
        return [one], "DeleteItem", self.key(key) | {"ReturnValues": "ALL_OLD"}, self.reads_old(one)

    def get(self, key):
        one = self.record("get", key)

        def finish(answer):
            one.has_read, one.read = True, value_of(answer.get("Item"))
        return [one], "GetItem", self.key(key) | {"ConsistentRead": True}, finish

    def put_if_absent(self, key):
        one = self.record("put if absent", key, writes=True, state=self.fresh())

        def finish(_):
            one.has_read = True
        request = {"TableName": TABLE, "Item": self.item(key, one.state), "ConditionExpression": "attribute_not_exists(id)"}
        return [one], "PutItem", request, finish

    def delete_if(self, key):
        one = self.record("delete if", key, writes=True)
        request = self.key(key) | {"ConditionExpression": "attribute_exists(id)", "ReturnValues": "ALL_OLD"}
        return [one], "DeleteItem", request, self.reads_old(one)

    def take_away(self, key):
        """Writes the item anew as it is, where there is one; the condition keeps its value known beforehand."""
        known = next((one.state for one in reversed(self.operations) if one.key == key and one.state), None)
        if known is None:
            return self.get(key)
        one = self.record("take away", key, writes=True, state=known)
        request = self.key(key) | {"UpdateExpression": "REMOVE flag", "ConditionExpression": "v = :v",
                                   "ExpressionAttributeValues": {":v": {"S": known}}}
        return [one], "UpdateItem", request, lambda answer: None

    def pair(self, key):
        other = self.random.choice([one for one in self.keys if one != key])
        return [self.record("pair", key, writes=True, state=self.fresh()), self.record("pair", other, writes=True)]

    def transact(self, key):
        put, delete = self.pair(key)
        actions = [{"Put": {"TableName": TABLE, "Item": self.item(put.key, put.state)}}, {"Delete": self.key(delete.key)}]
        return [put, delete], "TransactWriteItems", {"TransactItems": actions}, lambda answer: None

    def batch(self, key):
        put, delete = self.pair(key)
        requests = [{"PutRequest": {"Item": self.item(put.key, put.state)}}, {"DeleteRequest": {"Key": self.key(delete.key)["Key"]}}]

        def finish(answer):
            assert not answer.get("UnprocessedItems"), answer
        return [put, delete], "BatchWriteItem", {"RequestItems": {TABLE: requests}}, finish


class Slice:
    """Clients on keys of their own, mishaps, a heal, and the check."""

    def __init__(self, world, clients, number):
        self.world, self.boto, self.number = world, clients, number
        self.random = random.Random(SEED * 10_007 + number)
        keys = [f"s{number}-{at}" for at in range(KEYS)]
        self.clients = [Client(world, region, f"s{number}-{region[3:5]}{at}", f"{SEED}-{number}-{region}-{at}", keys)
                        for region in REGIONS for at in range(CLIENTS_IN_A_REGION)]

    def count(self):
        for client in self.clients:
            if client.failure:
                raise client.failure
        return sum(len(client.operations) for client in self.clients)

    def more(self, operations):
        want = self.count() + operations
        wait_until(lambda: self.count() >= want, 120)

    def fault(self, kind, one, other, *more):
        self.world.run("fault", "inject", kind, "--link", f"{one}:{other}", *more)

    def kill(self, region):
        os.kill(self.world.region(region)["pid"], signal.SIGKILL)
        wait_until(lambda: self.world.region(region)["state"] != "running")

    def mishap(self, at, dead):
        """One more thing that breaks. The order of the first slices is: lag C to B, kill A, lag A to C."""
        if self.number % 2 == 0:
            if at == 0:
                return self.fault("replication-lag", C, B, "--lag", "400ms")
            if at == 1:
                self.kill(A)
                return dead.append(A)
            if at == 2:
                self.fault("replication-lag", A, C, "--lag", "400ms")
                return self.revive(dead)
        chance = self.random
        one, other = chance.sample(REGIONS, 2)
        if dead and chance.random() < 0.6:
            return self.revive(dead)
        kind = chance.choice(["lag", "cut", "pause", "kill", "clear"])
        if kind == "lag":
            self.fault("replication-lag", one, other, "--lag", f"{chance.choice([20, 200, 1000])}ms")
        elif kind == "cut":
            self.fault("cut", one, other, *(["--both-ways"] if chance.random() < 0.5 else []))
        elif kind == "pause":
            self.fault("replication-pause", one, other)
        elif kind == "clear":
            self.world.run("fault", "clear", "--all")
        elif not dead:
            self.kill(one)
            dead.append(one)

    def revive(self, dead):
        for region in dead:
            self.world.run("region", "start", region)
            wait_until(lambda region=region: self.world.region(region)["state"] == "running")
        dead.clear()

    def contents(self):
        mine = f"s{self.number}-"
        return [{key: value_of(item) for key, item in scan_all(client, TABLE).items() if key.startswith(mine)}
                for client in self.boto]

    def run(self, operations):
        dead = []
        for client in self.clients:
            client.start()
        for at in range(PHASES):
            self.more(operations // (PHASES + 1))
            self.mishap(at, dead)
        self.revive(dead)
        self.world.run("fault", "clear", "--all")
        self.more(operations // (PHASES + 1))
        for client in self.clients:
            client.stopping.set()
        for client in self.clients:
            client.join(60)
            assert not client.is_alive() and client.failure is None, client.failure
        self.check()
        return self.count()

    def check(self):
        operations = [one for client in self.clients for one in client.operations]
        folder = os.environ.get("LIFEBOAT_HISTORY_FOLDER", self.world.folder)
        with open(os.path.join(folder, f"history-{SEED}-{self.number}.jsonl"), "w") as file:
            file.writelines(one.line() + "\n" for one in sorted(operations, key=lambda one: one.start))
        contents = []

        def agree():
            contents[:] = self.contents()
            return all(one == contents[0] for one in contents)
        wait_until(agree, 60)
        # One more write through every link: what was on its way has arrived when it has.
        for client in self.boto:
            client.put_item(TableName=TABLE, Item={"id": {"S": f"mark-{self.number}-{client.meta.region_name}"}})
        marks = {f"mark-{self.number}-{region}" for region in REGIONS}
        wait_until(lambda: all(marks <= scan_all(client, TABLE).keys() for client in self.boto), 60)
        assert agree(), f"the replicas have agreed, and do so no more: {contents}"
        faults = check(operations, contents[0])
        assert not faults, "\n".join(faults[:20])
        for client in self.boto[:1]:  # The table stays small.
            for key in marks | contents[0].keys():
                client.delete_item(TableName=TABLE, Key={"id": {"S": key}})


def test_every_item_and_every_read_is_explained(new_world):
    world = new_world(regions=REGIONS)
    clients = [world.client("dynamodb", region) for region in REGIONS]
    create_table(clients[0], TABLE)
    for region in REGIONS[1:]:
        add_replica(clients[0], TABLE, region)
    for client in clients[1:]:
        wait_until(lambda client=client: len(client.describe_table(TableName=TABLE)["Table"]["Replicas"]) == 2)
    done, number = 0, 0
    while done < OPERATIONS:
        done += Slice(world, clients, number).run(min(SLICE, OPERATIONS))
        number += 1
        print(f"{done} operations, {number} slices", flush=True)


def test_the_checker_finds_what_is_wrong():
    """The rules on histories made by hand: a lost write, a stale read, a state of nowhere; and what is allowed."""
    def write(state, start, end, region=A, outcome="done", **more):
        return Operation("c", region, "put", "k", start, end, outcome, True, state, **more)

    def read(state, start, end, region=A):
        return Operation("c", region, "get", "k", start, end, "done", has_read=True, read=state)

    one, two = write("one", 1, 2), write("two", 3, 4)
    assert check([one, two], {"k": "two"}) == []
    assert check([one, two], {"k": "one"}), "an older write has won"
    assert check([one, two], {}), "a write is lost"
    assert check([one], {"k": "other"}) and check([], {"k": "one"})
    assert check([one, write(ABSENT, 3, 4)], {}) == []
    assert check([one, write(ABSENT, 3, 4, outcome="unknown")], {}) == []
    assert check([write(ABSENT, 1, 2, outcome="unknown"), two], {}), "the deletion was before"
    assert check([one, write("two", 1.5, 4)], {"k": "one"}) == [], "both orders are possible"
    assert check([one, two, read("one", 5, 6)], {"k": "two"}), "a stale read"
    assert check([one, two, read("one", 5, 6, region=B)], {"k": "two"}) == [], "it may not have arrived there"
    assert check([one, read("two", 1, 2), two], {"k": "two"}), "a read from the future"
    assert check([read(ABSENT, 0, 1), one, read(ABSENT, 5, 6)], {"k": "one"}), "a read without its write"
    assert check([one, write("x", 3, 4, outcome="nothing")], {"k": "one"}) == []
