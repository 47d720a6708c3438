"""Items of one region through boto3: what a client can see of Put, Get, Update, Delete, Query and Scan."""
import boto3
import botocore.exceptions
import pytest

from conftest import create_table, wait_until


@pytest.fixture(scope="module")
def dynamodb(world):
    return world.client("dynamodb", "us-east-1")


@pytest.fixture(scope="module")
def table(dynamodb):
    create_table(dynamodb, "items", sort_key=True)
    return "items"


def error_of(call, *args, **kwargs):
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        call(*args, **kwargs)
    return raised.value.response["Error"]["Code"], raised.value.response["Error"]["Message"]


def key(i, at=0):
    return {"id": {"S": i}, "at": {"N": str(at)}}


def test_put_get_round_trips_every_type(dynamodb, table):
    item = key("types") | {
        "s": {"S": "é€😀"}, "n": {"N": "-12345678901234567890.123"}, "b": {"B": b"\x00\xff"}, "t": {"BOOL": True},
        "z": {"NULL": True}, "m": {"M": {"x": {"L": [{"N": "1"}, {"S": ""}]}}}, "ss": {"SS": ["a", "b"]},
        "ns": {"NS": ["1", "2.5"]}, "bs": {"BS": [b"a", b"b"]}}
    dynamodb.put_item(TableName=table, Item=item)
    got = dynamodb.get_item(TableName=table, Key=key("types"), ConsistentRead=True)["Item"]
    for name in ("ss", "ns", "bs"):
        kind = name.upper()
        assert sorted(got[name][kind]) == sorted(item[name][kind])
    assert {k: v for k, v in got.items() if k not in ("ss", "ns", "bs")} == \
           {k: v for k, v in item.items() if k not in ("ss", "ns", "bs")}


def test_condition_fails_with_awss_error(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=key("once"))
    code, message = error_of(dynamodb.put_item, TableName=table, Item=key("once"),
                             ConditionExpression="attribute_not_exists(id)")
    assert (code, message) == ("ConditionalCheckFailedException", "The conditional request failed")


def test_update_expression_and_return_values(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=key("u") | {"n": {"N": "1"}, "l": {"L": []}})
    answer = dynamodb.update_item(
        TableName=table, Key=key("u"), ReturnValues="UPDATED_NEW",
        UpdateExpression="SET n = n + :one, #l = list_append(#l, :x) REMOVE gone ADD c :one",
        ExpressionAttributeNames={"#l": "l"},
        ExpressionAttributeValues={":one": {"N": "1"}, ":x": {"L": [{"S": "x"}]}})
    assert answer["Attributes"] == {"n": {"N": "2"}, "l": {"L": [{"S": "x"}]}, "c": {"N": "1"}}


def test_reserved_word_is_named(dynamodb, table):
    code, message = error_of(dynamodb.update_item, TableName=table, Key=key("u"), UpdateExpression="SET name = :v",
                             ExpressionAttributeValues={":v": {"S": "x"}})
    assert code == "ValidationException"
    # UpdateItem wraps what is wrong with its expressions in the envelope of constraint violations.
    assert message == ("1 validation error detected: Invalid UpdateExpression: "
                       "Attribute name is a reserved keyword; reserved keyword: name")


def test_delete_returns_the_old_item(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=key("d") | {"v": {"S": "x"}})
    assert dynamodb.delete_item(TableName=table, Key=key("d"), ReturnValues="ALL_OLD")["Attributes"]["v"] == {"S": "x"}
    assert "Item" not in dynamodb.get_item(TableName=table, Key=key("d"))
    assert "Attributes" not in dynamodb.delete_item(TableName=table, Key=key("d"), ReturnValues="ALL_OLD")


def test_query_walks_the_sort_key_both_ways_in_pages(dynamodb, table):
    for at in (-5, 3, 20, 100, 0):
        dynamodb.put_item(TableName=table, Item=key("q", at) | {"even": {"BOOL": at % 2 == 0}})
    query = dict(TableName=table, KeyConditionExpression="id = :i AND #at BETWEEN :a AND :b",
                 ExpressionAttributeNames={"#at": "at"},
                 ExpressionAttributeValues={":i": {"S": "q"}, ":a": {"N": "-5"}, ":b": {"N": "20"}})
    assert [i["at"]["N"] for i in dynamodb.query(**query)["Items"]] == ["-5", "0", "3", "20"]
    assert [i["at"]["N"] for i in dynamodb.query(ScanIndexForward=False, **query)["Items"]] == ["20", "3", "0", "-5"]
    first = dynamodb.query(Limit=3, **query)
    assert first["Count"] == 3 and first["LastEvaluatedKey"] == key("q", 3)
    assert [i["at"]["N"] for i in
            dynamodb.query(ExclusiveStartKey=first["LastEvaluatedKey"], **query)["Items"]] == ["20"]
    values = query["ExpressionAttributeValues"] | {":t": {"BOOL": True}}
    filtered = dynamodb.query(**(query | {"ExpressionAttributeValues": values}), FilterExpression="even = :t")
    assert (filtered["Count"], filtered["ScannedCount"]) == (2, 4)


def test_parallel_scan_sees_every_item_once(dynamodb):
    create_table(dynamodb, "scanned")
    for i in range(200):
        dynamodb.put_item(TableName="scanned", Item={"id": {"S": f"k{i}"}, "pad": {"S": "x" * 100}})
    seen = []
    for segment in range(4):
        start = {}
        while True:
            page = dynamodb.scan(TableName="scanned", Segment=segment, TotalSegments=4, Limit=17, **start)
            seen += [i["id"]["S"] for i in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert len(seen) == 200 and set(seen) == {f"k{i}" for i in range(200)}


def test_unknown_key_and_wrong_secret(world):
    region = world.region("us-east-1")
    for access, secret, code in (("nobody", "test", "UnrecognizedClientException"),
                                 ("test", "wrong", "InvalidSignatureException")):
        client = boto3.client("dynamodb", region_name="us-east-1", aws_access_key_id=access,
                              aws_secret_access_key=secret,
                              endpoint_url=f"http://{region['address']}:{region['http_port']}")
        assert error_of(client.list_tables)[0] == code


def test_client_with_another_region_is_refused(world):
    client = boto3.client("dynamodb", region_name="us-west-2", aws_access_key_id="test", aws_secret_access_key="test",
                          endpoint_url=world.endpoint("us-east-1"))
    code, message = error_of(client.list_tables)
    assert code == "InvalidSignatureException"
    assert message == "Credential should be scoped to a valid region, not 'us-west-2'. "


def test_what_is_not_implemented_says_so(dynamodb, table):
    arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
    code, _ = error_of(dynamodb.restore_table_to_point_in_time, SourceTableArn=arn, TargetTableName="restored",
                       UseLatestRestorableTime=True)
    assert code == "UnknownOperationException"


def test_legacy_global_tables_are_refused_as_today(dynamodb, table):
    code, message = error_of(dynamodb.create_global_table, GlobalTableName=table,
                             ReplicationGroup=[{"RegionName": "us-east-1"}, {"RegionName": "us-west-2"}])
    assert code == "ValidationException" and "version 2017.11.29 is not supported" in message


def test_point_in_time_recovery_is_described(dynamodb, table):
    dynamodb.update_continuous_backups(TableName=table,
                                       PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    described = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = described["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED" and recovery["RecoveryPeriodInDays"] == 35
    assert recovery["EarliestRestorableDateTime"] <= recovery["LatestRestorableDateTime"]


def test_delete_table_is_gone_then(dynamodb):
    create_table(dynamodb, "short-lived")
    assert dynamodb.delete_table(TableName="short-lived")["TableDescription"]["TableStatus"] == "DELETING"
    wait_until(lambda: "short-lived" not in dynamodb.list_tables()["TableNames"])
    code, message = error_of(dynamodb.describe_table, TableName="short-lived")
    assert (code, message) == ("ResourceNotFoundException", "Requested resource not found: Table: short-lived not found")
