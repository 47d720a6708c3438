"""ConsumedCapacity and ItemCollectionMetrics: what calls say they cost."""
import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)

COSTS = "costs"


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH, PAIR)
    make_table(client, COSTS, "S", "S", types={"g": "S", "l": "S"},
               GlobalSecondaryIndexes=[index("gsi", "g", None, "INCLUDE", NonKeyAttributes=["proj"])],
               LocalSecondaryIndexes=[index("lsi", "pk", "l")])
    return client


def consumed(answer):
    return answer["ConsumedCapacity"]


def arms(capacity):
    """(total, table, global index, local index); None for an arm that is not told."""
    def one(name, index):
        return capacity[name][index]["CapacityUnits"] if name in capacity else None
    return (capacity["CapacityUnits"], capacity["Table"]["CapacityUnits"], one("GlobalSecondaryIndexes", "gsi"),
            one("LocalSecondaryIndexes", "lsi"))


def write(dynamodb, operation, **request):
    return arms(consumed(call(dynamodb, operation, {"TableName": COSTS, "ReturnConsumedCapacity": "INDEXES"} | request)))


FULL = {"g": S("g"), "l": S("L1"), "proj": S("p"), "rest": S("o")}


@pytest.mark.parametrize("values, cost", [
    ({"g": S("g"), "proj": S("p")}, (2, 1, 1, None)), ({"rest": S("o")}, (1, 1, None, None)),
    ({"l": S("L1")}, (2, 1, None, 1)), (FULL, (3, 1, 1, 1)),
    ({"rest": S("o" * 1024)}, (2, 2, None, None)), ({"l": S("L"), "rest": S("o" * 2048)}, (6, 3, None, 3)),
], ids=str)
def test_put(dynamodb, values, cost):
    item = pk("put" + str(cost) + str(len(values)), sk=S("1"), **values)
    assert write(dynamodb, "PutItem", Item=item) == cost
    table_only = (cost[1], cost[1], None, None)
    assert write(dynamodb, "PutItem", Item=item) == table_only  # The indexes have it already.


@pytest.mark.parametrize("expression, value, cost", [
    ("SET rest = :v", S("o2"), (2, 1, None, 1)), ("SET proj = :v", S("p2"), (3, 1, 1, 1)),
    ("SET g = :v", S("moved"), (4, 1, 2, 1)), ("REMOVE g", None, (3, 1, 1, 1)), ("SET l = :v", S("L2"), (3, 1, None, 2)),
])
def test_update(dynamodb, expression, value, cost):
    dynamodb.put_item(TableName=COSTS, Item=pk("update", sk=S("1"), **FULL))
    values = {"ExpressionAttributeValues": {":v": value}} if value else {}
    assert write(dynamodb, "UpdateItem", Key=pk("update", sk=S("1")), UpdateExpression=expression, **values) == cost


@pytest.mark.parametrize("values, cost", [(FULL, (3, 1, 1, 1)), ({"rest": S("o")}, (1, 1, None, None)), (None, (1, 1, None, None))])
def test_delete(dynamodb, values, cost):
    if values:
        dynamodb.put_item(TableName=COSTS, Item=pk("delete", sk=S("1"), **values))
    assert write(dynamodb, "DeleteItem", Key=pk("delete", sk=S("1"))) == cost


def test_total_has_no_arms(dynamodb):
    answer = dynamodb.put_item(TableName=COSTS, Item=pk("total", sk=S("1"), g=S("g")), ReturnConsumedCapacity="TOTAL")
    assert consumed(answer) == {"TableName": COSTS, "CapacityUnits": 2.0}
    assert "ConsumedCapacity" not in dynamodb.put_item(TableName=COSTS, Item=pk("none", sk=S("1")), ReturnConsumedCapacity="NONE")


def test_batches(dynamodb):
    writes = [{"PutRequest": {"Item": pk("b1", sk=S("1"), g=S("g"), proj=S("p"))}},
              {"PutRequest": {"Item": pk("b2", sk=S("1"), other=S("o"))}}]
    answer = dynamodb.batch_write_item(RequestItems={COSTS: writes}, ReturnConsumedCapacity="INDEXES")
    assert answer["UnprocessedItems"] == {} and [arms(one) for one in consumed(answer)] == [(3, 2, 1, None)]
    answer = dynamodb.batch_get_item(RequestItems={HASH: {"Keys": [pk("x"), pk("y")], "ConsistentRead": True},
                                                   PAIR: {"Keys": [pk("x", sk=S("1"))]}}, ReturnConsumedCapacity="TOTAL")
    assert {one["TableName"]: one["CapacityUnits"] for one in consumed(answer)} == {HASH: 2, PAIR: 0.5}


def test_transactions(dynamodb):
    puts = [{"Put": {"TableName": HASH, "Item": pk("t1")}}, {"Put": {"TableName": HASH, "Item": pk("t2", p=S("x" * 1500))}}]
    answer = dynamodb.transact_write_items(TransactItems=puts, ReturnConsumedCapacity="TOTAL")
    assert consumed(answer) == [{"TableName": HASH, "CapacityUnits": 6.0, "WriteCapacityUnits": 6.0}]
    gets = [{"Get": {"TableName": HASH, "Key": pk(name)}} for name in ("t1", "t2", "t3")]
    answer = dynamodb.transact_get_items(TransactItems=gets, ReturnConsumedCapacity="TOTAL")
    assert consumed(answer) == [{"TableName": HASH, "CapacityUnits": 6.0, "ReadCapacityUnits": 6.0}]


@pytest.mark.parametrize("size, consistent, units", [(10, False, 0.5), (10, True, 1), (4080, True, 1), (4200, True, 2), (9000, False, 1.5)])
def test_get(dynamodb, size, consistent, units):
    dynamodb.put_item(TableName=HASH, Item=pk("read", p=S("x" * size)))
    answer = dynamodb.get_item(TableName=HASH, Key=pk("read"), ConsistentRead=consistent, ReturnConsumedCapacity="TOTAL",
                               ProjectionExpression="pk")
    assert consumed(answer) == {"TableName": HASH, "CapacityUnits": units}
    missing = dynamodb.get_item(TableName=HASH, Key=pk("not there"), ReturnConsumedCapacity="INDEXES")
    assert consumed(missing) == {"TableName": HASH, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}


def test_reads_are_sized_before_filter_and_projection(dynamodb):
    for number in range(6):
        dynamodb.put_item(TableName=PAIR, Item=pk("sized", sk=S(str(number)), p=S("x" * 3000)))
    request = dict(TableName=PAIR, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": S("sized")},
                   ReturnConsumedCapacity="TOTAL")
    plain = consumed(dynamodb.query(**request))["CapacityUnits"]
    assert plain == 2.5  # 18 KB in all, rounded up once.
    assert consumed(dynamodb.query(**request, ProjectionExpression="sk"))["CapacityUnits"] == plain
    assert consumed(dynamodb.query(**request, FilterExpression="attribute_not_exists(p)"))["CapacityUnits"] == plain
    assert consumed(dynamodb.query(**request, Select="COUNT"))["CapacityUnits"] == plain
    request["ExpressionAttributeValues"] = {":p": S("nothing")}
    assert consumed(dynamodb.query(**request))["CapacityUnits"] == 0.5


def test_index_reads(dynamodb):
    dynamodb.put_item(TableName=COSTS, Item=pk("ir", sk=S("1"), **FULL | {"g": S("read")}))
    answer = dynamodb.query(TableName=COSTS, IndexName="gsi", KeyConditionExpression="g = :g",
                            ExpressionAttributeValues={":g": S("read")}, ReturnConsumedCapacity="INDEXES")
    assert consumed(answer) == {"TableName": COSTS, "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.0},
                                "GlobalSecondaryIndexes": {"gsi": {"CapacityUnits": 0.5}}}


@pytest.mark.parametrize("operation, more", [
    ("PutItem", {"Item": pk("m", sk=S("1"), l=S("x"))}), ("DeleteItem", {"Key": pk("m", sk=S("1"))}),
    ("UpdateItem", {"Key": pk("m", sk=S("1")), "UpdateExpression": "REMOVE a"})])
def test_item_collection_metrics(dynamodb, operation, more):
    request = {"TableName": COSTS} | more
    answer = call(dynamodb, operation, request | {"ReturnItemCollectionMetrics": "SIZE"})
    assert answer["ItemCollectionMetrics"] == {"ItemCollectionKey": pk("m"), "SizeEstimateRangeGB": [0.0, 1.0]}
    assert "ItemCollectionMetrics" not in call(dynamodb, operation, request | {"ReturnItemCollectionMetrics": "NONE"})
    without = request | {"TableName": PAIR, "ReturnItemCollectionMetrics": "SIZE"}
    assert "ItemCollectionMetrics" not in call(dynamodb, operation, without)
