"""kill -9 while everything is being written at once: what was acknowledged is there, nothing is half done.

Several writers, each with keys of its own, put, update, delete, batch and transact on tables with a stream, a local and
a global index, while the region is killed and started again and again. A model knows for each key what the item must
be, or, after a call whose answer never came, the two things that it may be. Afterwards the tables, the indexes and the
stream must tell one and the same story.

LIFEBOAT_KILLS says how often (10; `make soak` uses 200).
"""
import os
import random
import signal
import threading

import botocore.exceptions

from conftest import wait_until
from dynamodb_support import N, S, index, make_table

KILLS = int(os.environ.get("LIFEBOAT_KILLS", "10"))
WRITERS = 4
KEYS = 12
CALLS_BETWEEN_KILLS = 60
REGION = "us-east-1"
ONE, TWO = "one", "two"
KEY = ("pk", "sk")


def key_of(item):
    return {name: item[name] for name in KEY}


class Writer(threading.Thread):
    """Writes to its own keys of both tables and keeps the model of them."""

    def __init__(self, client, number):
        super().__init__(daemon=True)
        self.client, self.number = client, number
        self.random = random.Random(number)
        self.stopping = threading.Event()
        self.acknowledged = 0
        self.version = 0
        self.certain = {}  # (table, sort key) -> the item, or None when there is none.
        self.possible = {}  # The same, for what a call without an answer may have made of it.
        self.failure = None

    def key(self, at):
        return {"pk": S(f"w{self.number}"), "sk": S(f"{at:03}")}

    def item(self, at):
        self.version += 1
        return self.key(at) | {"v": N(self.version), "n": N(0), "g": S(f"g{self.random.randrange(5)}"),
                               "l": S(f"l{self.random.randrange(50)}")}

    def run(self):
        try:
            while not self.stopping.is_set():
                self.step()
        except Exception as failure:  # Told by the test, which joins this thread.
            self.failure = failure

    def step(self):
        action = self.random.choice([self.put, self.put, self.update, self.update, self.delete, self.batch, self.transact,
                                     self.transact])
        changes, call = action()
        try:
            call()
            self.certain |= changes
            self.acknowledged += 1
        except (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError):
            self.possible |= changes
            self.resolve()

    def resolve(self):
        """The region has died on us: what it holds once it is back must be one of the possible things."""
        for (table, at), after in self.possible.items():
            before = self.certain.get((table, at))
            while True:
                try:
                    got = self.client.get_item(TableName=table, Key=self.key(at), ConsistentRead=True).get("Item")
                    break
                except (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError):
                    if self.stopping.wait(0.02):
                        return
            assert got in (before, after), f"{table} {at}: {got}, neither {before} nor {after}"
            self.certain[table, at] = got
        self.possible = {}

    # Each answers what it changes, and the call that does.

    def put(self):
        item = self.item(self.random.randrange(KEYS))
        return {(ONE, int(item["sk"]["S"])): item}, lambda: self.client.put_item(TableName=ONE, Item=item)

    def update(self):
        at = self.random.randrange(KEYS)
        old = self.certain.get((ONE, at)) or self.key(at)
        self.version += 1
        new = old | {"v": N(self.version), "n": N(int(old.get("n", N(0))["N"]) + 1), "g": S(f"g{self.random.randrange(5)}")}
        new.pop("l", None)
        return {(ONE, at): new}, lambda: self.client.update_item(
            TableName=ONE, Key=self.key(at), UpdateExpression="SET v = :v, g = :g REMOVE l ADD n :one",
            ExpressionAttributeValues={":v": new["v"], ":g": new["g"], ":one": N(1)})

    def delete(self):
        at = self.random.randrange(KEYS)
        return {(ONE, at): None}, lambda: self.client.delete_item(TableName=ONE, Key=self.key(at))

    def batch(self):
        puts = [self.item(at) for at in self.random.sample(range(KEYS), 4)]
        gone = puts.pop()
        requests = [{"PutRequest": {"Item": item}} for item in puts] + [{"DeleteRequest": {"Key": key_of(gone)}}]
        changes = {(ONE, int(item["sk"]["S"])): item for item in puts} | {(ONE, int(gone["sk"]["S"])): None}

        def call():
            assert not self.client.batch_write_item(RequestItems={ONE: requests})["UnprocessedItems"]
        return changes, call

    def transact(self):
        """The pair KEYS of both tables always has one version; half a transaction would show."""
        pair = self.item(KEYS)
        plain = self.item(self.random.randrange(KEYS))
        actions = [{"Put": {"TableName": ONE, "Item": pair}}, {"Put": {"TableName": TWO, "Item": pair}},
                   {"Put": {"TableName": ONE, "Item": plain}},
                   {"ConditionCheck": {"TableName": TWO, "Key": self.key(KEYS + 1),
                                       "ConditionExpression": "attribute_not_exists(pk)"}}]
        changes = {(ONE, KEYS): pair, (TWO, KEYS): pair, (ONE, int(plain["sk"]["S"])): plain}
        return changes, lambda: self.client.transact_write_items(TransactItems=actions)


def scan(client, table, **more):
    pages = client.get_paginator("scan").paginate(TableName=table, **more)
    return {(item["pk"]["S"], item["sk"]["S"]): item for page in pages for item in page["Items"]}


def check_tables(client, writers):
    stored = {table: scan(client, table, ConsistentRead=True) for table in (ONE, TWO)}
    for writer in writers:
        for (table, at), item in writer.certain.items():
            key = writer.key(at)
            assert stored[table].get((key["pk"]["S"], key["sk"]["S"])) == item
        pair = (f"w{writer.number}", f"{KEYS:03}")
        assert stored[ONE].get(pair) == stored[TWO].get(pair), "half a transaction"
    for name, attribute in (("global", "g"), ("local", "l")):
        want = {key: item for key, item in stored[ONE].items() if attribute in item}
        assert scan(client, ONE, IndexName=name) == want, f"the {name} index disagrees with its table"
    return stored[ONE]


def records_of(streams, table):
    """All records of the table's stream, shards in the order of their descent."""
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    shards = {}
    start = {}
    while True:
        page = streams.describe_stream(StreamArn=arn, **start)["StreamDescription"]
        shards |= {shard["ShardId"]: shard for shard in page["Shards"]}
        if "LastEvaluatedShardId" not in page:
            break
        start = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}
    records = []
    left = dict(shards)
    while left:
        ready = next(one for one in left.values() if one.get("ParentShardId") not in left)
        del left[ready["ShardId"]]
        iterator = streams.get_shard_iterator(StreamArn=arn, ShardId=ready["ShardId"],
                                              ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
        while iterator:
            answer = streams.get_records(ShardIterator=iterator)
            records += answer["Records"]
            iterator = answer.get("NextShardIterator") if answer["Records"] else None
    return [record["dynamodb"] for record in records]


def check_stream(records, table):
    """Every record's old image is the one before it of the same key: none is missing; the last one is what there is."""
    numbers = [int(record["SequenceNumber"]) for record in records]
    assert numbers == sorted(set(numbers)), "sequence numbers go astray"
    now = {}
    for record in records:
        key = (record["Keys"]["pk"]["S"], record["Keys"]["sk"]["S"])
        assert record.get("OldImage") == now.get(key), f"a gap in the stream before {record}"
        now[key] = record.get("NewImage")
    assert {key: item for key, item in now.items() if item is not None} == table


def test_all_writes_under_kill_9(new_world):
    world = new_world()
    client = world.client("dynamodb", REGION)
    make_table(client, ONE, "S", "S", types={"g": "S", "l": "S"},
               StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
               GlobalSecondaryIndexes=[index("global", "g", "sk")], LocalSecondaryIndexes=[index("local", "pk", "l")])
    make_table(client, TWO, "S", "S")
    writers = [Writer(world.client("dynamodb", REGION), number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()

    def progress(since):
        for writer in writers:
            if writer.failure:
                raise writer.failure
        return sum(writer.acknowledged for writer in writers) >= since

    for _ in range(KILLS):
        so_far = sum(writer.acknowledged for writer in writers)
        wait_until(lambda: progress(so_far + CALLS_BETWEEN_KILLS))
        os.kill(world.region(REGION)["pid"], signal.SIGKILL)
        wait_until(lambda: world.region(REGION)["state"] != "running")
        world.run("region", "start", REGION)
        wait_until(lambda: world.region(REGION)["state"] == "running")
    so_far = sum(writer.acknowledged for writer in writers)
    wait_until(lambda: progress(so_far + CALLS_BETWEEN_KILLS))
    for writer in writers:
        writer.stopping.set()
        writer.join(60)
        assert not writer.is_alive() and writer.failure is None, writer.failure
    table = check_tables(client, writers)
    check_stream(records_of(world.client("dynamodbstreams", REGION), ONE), table)
