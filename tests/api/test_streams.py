"""DynamoDB Streams: what a stream shows of each kind of write, iterators of all types, and what is refused."""
import time

import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)

VIEWS = {"KEYS_ONLY": (False, False), "NEW_IMAGE": (True, False), "OLD_IMAGE": (False, True),
         "NEW_AND_OLD_IMAGES": (True, True)}


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    for view in VIEWS:
        make_table(client, view, StreamSpecification={"StreamEnabled": True, "StreamViewType": view})
    make_tables(client, HASH)
    return client


@pytest.fixture(scope="module")
def streams(world, dynamodb):
    return world.client("dynamodbstreams", "us-east-1", parameter_validation=False)


def arn_of(dynamodb, table):
    return dynamodb.describe_table(TableName=table)["Table"]["LatestStreamArn"]


def shard_of(streams, arn):
    return streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"][0]


def iterator(streams, arn, kind="TRIM_HORIZON", **more):
    return streams.get_shard_iterator(StreamArn=arn, ShardId=shard_of(streams, arn)["ShardId"], ShardIteratorType=kind,
                                      **more)["ShardIterator"]


def records(streams, arn, kind="TRIM_HORIZON", **more):
    return streams.get_records(ShardIterator=iterator(streams, arn, kind, **more))["Records"]


@pytest.mark.parametrize("view", VIEWS)
def test_view_types(dynamodb, streams, view):
    new, old = VIEWS[view]
    key = pk("k")
    dynamodb.put_item(TableName=view, Item=pk("k", v=S("1")))
    dynamodb.put_item(TableName=view, Item=pk("k", v=S("1")))  # Changes nothing, shows nothing.
    dynamodb.update_item(TableName=view, Key=key, UpdateExpression="SET v = :v", ExpressionAttributeValues={":v": S("2")})
    dynamodb.update_item(TableName=view, Key=key, UpdateExpression="REMOVE nothing")
    dynamodb.transact_write_items(TransactItems=[{"Delete": {"TableName": view, "Key": key}},
                                                 {"Put": {"TableName": view, "Item": pk("t")}}])
    dynamodb.delete_item(TableName=view, Key=pk("never there"))
    dynamodb.batch_write_item(RequestItems={view: [{"PutRequest": {"Item": pk("b")}}, {"DeleteRequest": {"Key": pk("c")}}]})
    arn = arn_of(dynamodb, view)
    got = records(streams, arn)
    told = [(one["eventName"], one["dynamodb"]["Keys"]["pk"]["S"]) for one in got]
    assert told[:2] == [("INSERT", "k"), ("MODIFY", "k")] and told[4:] == [("INSERT", "b")]
    assert sorted(told[2:4]) == [("INSERT", "t"), ("REMOVE", "k")]
    modified = got[1]["dynamodb"]
    assert modified.get("NewImage") == (pk("k", v=S("2")) if new else None)
    assert modified.get("OldImage") == (pk("k", v=S("1")) if old else None)
    removed = next(one["dynamodb"] for one in got if one["eventName"] == "REMOVE")
    assert "NewImage" not in removed and ("OldImage" in removed) == old
    for one in got:
        assert (one["eventSource"], one["eventVersion"], one["awsRegion"]) == ("aws:dynamodb", "1.1", "us-east-1")
        assert len(one["eventID"]) == 32 and one["dynamodb"]["StreamViewType"] == view and "userIdentity" not in one
        assert one["dynamodb"]["SizeBytes"] > 0 and abs(one["dynamodb"]["ApproximateCreationDateTime"].timestamp()
                                                        - time.time()) < 600
        assert one["dynamodb"]["SequenceNumber"].isdecimal() and 21 <= len(one["dynamodb"]["SequenceNumber"]) <= 40
    numbers = [int(one["dynamodb"]["SequenceNumber"]) for one in got]
    assert numbers == sorted(set(numbers))


def test_iterators(dynamodb, streams):
    make_table(dynamodb, "iterators", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    arn = arn_of(dynamodb, "iterators")
    first = shard_of(streams, arn)["SequenceNumberRange"]["StartingSequenceNumber"]
    assert records(streams, arn) == []
    for kind in ("AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"):  # Before there is anything at it.
        assert records(streams, arn, kind, SequenceNumber=first) == []
    latest = iterator(streams, arn, "LATEST")
    for number in range(5):
        dynamodb.put_item(TableName="iterators", Item=pk(str(number)))
    assert len(streams.get_records(ShardIterator=latest)["Records"]) == 5
    everything = records(streams, arn)
    page = streams.get_records(ShardIterator=iterator(streams, arn), Limit=2)
    assert page["Records"] == everything[:2]
    assert streams.get_records(ShardIterator=page["NextShardIterator"])["Records"] == everything[2:]
    third = everything[2]["dynamodb"]["SequenceNumber"]
    assert records(streams, arn, "AT_SEQUENCE_NUMBER", SequenceNumber=third) == everything[2:]
    assert records(streams, arn, "AFTER_SEQUENCE_NUMBER", SequenceNumber=third) == everything[3:]
    assert records(streams, arn, "LATEST") == []


def test_descriptions_and_lists(dynamodb, streams):
    arn = arn_of(dynamodb, "KEYS_ONLY")
    described = streams.describe_stream(StreamArn=arn)["StreamDescription"]
    assert (described["StreamStatus"], described["TableName"]) == ("ENABLED", "KEYS_ONLY")
    assert described["KeySchema"] == key_schema("pk") and "CreationRequestDateTime" in described
    assert streams.describe_stream(StreamArn=arn, ExclusiveStartShardId="shardId-" + "z" * 40)["StreamDescription"]["Shards"] == []
    listed = streams.list_streams(TableName="KEYS_ONLY")["Streams"]
    assert [one["StreamArn"] for one in listed] == [arn] and arn.endswith(listed[0]["StreamLabel"])
    assert streams.list_streams(TableName=HASH)["Streams"] == []
    seen, start = [], {}
    while True:
        page = streams.list_streams(Limit=1, **start)
        seen += [one["TableName"] for one in page["Streams"]]
        if "LastEvaluatedStreamArn" not in page:
            break
        start = {"ExclusiveStartStreamArn": page["LastEvaluatedStreamArn"]}
    assert set(VIEWS) <= set(seen) and len(seen) == len(set(seen))


def test_a_stream_that_ends_is_read_out(dynamodb, streams):
    make_table(dynamodb, "ends", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    arn = arn_of(dynamodb, "ends")
    dynamodb.put_item(TableName="ends", Item=pk("a"))
    dynamodb.update_table(TableName="ends", StreamSpecification={"StreamEnabled": False})
    wait_until(lambda: streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] == "DISABLED")
    dynamodb.put_item(TableName="ends", Item=pk("b"))
    page = streams.get_records(ShardIterator=iterator(streams, arn))
    assert [one["dynamodb"]["Keys"] for one in page["Records"]] == [pk("a")] and "NextShardIterator" not in page
    assert "EndingSequenceNumber" in shard_of(streams, arn)["SequenceNumberRange"]
    assert "StreamSpecification" not in dynamodb.describe_table(TableName="ends")["Table"]


@pytest.mark.parametrize("operation, request_of, code", [
    ("DescribeStream", lambda arn: {"StreamArn": "x" * 40}, "ValidationException"),
    ("DescribeStream", lambda arn: {"StreamArn": "short"}, "ValidationException"),
    ("DescribeStream", lambda arn: {"StreamArn": arn[:-3] + "999"}, "ResourceNotFoundException"),
    ("DescribeStream", lambda arn: {}, "ValidationException"),
    ("ListStreams", lambda arn: {"Limit": 0}, "ValidationException"),
    ("ListStreams", lambda arn: {"Limit": 101}, "ValidationException"),
    ("ListStreams", lambda arn: {"ExclusiveStartStreamArn": "x" * 40}, "ValidationException"),
    ("GetShardIterator", lambda arn: {"StreamArn": arn, "ShardId": "shardId-" + "0" * 24, "ShardIteratorType": "LATEST"},
     "ResourceNotFoundException"),
    ("GetShardIterator", lambda arn: {"StreamArn": arn, "ShardId": "shardId-" + "0" * 24, "ShardIteratorType": "X"},
     "ValidationException"),
    ("GetShardIterator", lambda arn: {"StreamArn": arn, "ShardId": "shardId-" + "0" * 24, "ShardIteratorType": "LATEST",
                                      "SequenceNumber": "1" * 21}, "ValidationException"),
    ("DescribeStream", lambda arn: {"StreamArn": arn, "ShardFilter": {"ShardId": "shardId-" + "0" * 24}},
     "ValidationException"),
    ("DescribeStream", lambda arn: {"StreamArn": arn, "ShardFilter": {"Type": "CHILD_SHARDS"}}, "ValidationException"),
    ("GetRecords", lambda arn: {"ShardIterator": "nonsense"}, "ValidationException"),
    ("GetRecords", lambda arn: {"ShardIterator": "x", "Limit": 1001}, "ValidationException"),
])
def test_refusals(dynamodb, streams, operation, request_of, code):
    assert call(streams, operation, request_of(arn_of(dynamodb, "KEYS_ONLY")))[0] == code


@pytest.mark.parametrize("kind", ["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"])
def test_iterators_at_a_number_need_one(dynamodb, streams, kind):
    arn = arn_of(dynamodb, "KEYS_ONLY")
    request = {"StreamArn": arn, "ShardId": shard_of(streams, arn)["ShardId"], "ShardIteratorType": kind}
    assert call(streams, "GetShardIterator", request)[0] == "ValidationException"
    assert call(streams, "GetShardIterator", request | {"SequenceNumber": "9" * 30})[0] == "ValidationException"


def test_items_that_expire_are_removed_by_the_service(dynamodb, streams):
    make_table(dynamodb, "expiring", StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"})
    dynamodb.update_time_to_live(TableName="expiring", TimeToLiveSpecification={"Enabled": True, "AttributeName": "at"})
    past, future = int(time.time()) - 60, int(time.time()) + 86400
    for name, at in [("past", N(past)), ("future", N(future)), ("text", S(str(past))), ("ancient", N(1))]:
        dynamodb.put_item(TableName="expiring", Item=pk(name, at=at))
    arn = arn_of(dynamodb, "expiring")
    removed = wait_until(lambda: [one for one in records(streams, arn) if one["eventName"] == "REMOVE"])
    assert [one["dynamodb"]["Keys"] for one in removed] == [pk("past")]
    assert removed[0]["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    assert removed[0]["dynamodb"]["OldImage"] == pk("past", at=N(past))
    left = {item["pk"]["S"] for item in dynamodb.scan(TableName="expiring")["Items"]}
    assert left == {"future", "text", "ancient"}  # More than five years ago is a mistake, not a date.
