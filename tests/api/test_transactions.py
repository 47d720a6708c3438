"""Transactions and batches: what is refused at once, what cancels, and in which order."""
import botocore.exceptions
import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH, HASH_B, PAIR, INDEXED)
    return client


TOO_DEEP = ("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit")
CAPACITY_ENUM = broken("BOGUS", "returnConsumedCapacity", "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]")
METRICS_ENUM = broken("BOGUS2", "returnItemCollectionMetrics", "Member must satisfy enum value set: [SIZE, NONE]")
MISMATCH = "The provided key element does not match the schema"
EMPTY_KEY = ("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
             "{} value. Key: pk")
EMPTY_NAME = "Empty attribute name"
NAMES_RULE = ("Map keys must satisfy constraint: [Member must have length less than or equal to 255, Member must have "
              "length greater than or equal to 3, Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+]")


def put(table, item, **more):
    return {"Put": {"TableName": table, "Item": item} | more}


def update(table, key, expression="SET a = :v", values=None, **more):
    values = {":v": S("x")} if values is None else values
    return {"Update": {"TableName": table, "Key": key, "UpdateExpression": expression,
                       "ExpressionAttributeValues": values} | more}


def delete(table, key, **more):
    return {"Delete": {"TableName": table, "Key": key} | more}


def check(table, key, expression="attribute_not_exists(pk)", **more):
    return {"ConditionCheck": {"TableName": table, "Key": key, "ConditionExpression": expression} | more}


def transact(*actions, **more):
    return "TransactWriteItems", {"TransactItems": list(actions)} | more


def transact_get(*gets, **more):
    return "TransactGetItems", {"TransactItems": [{"Get": get} for get in gets]} | more


def batch(table, *requests, **more):
    return "BatchWriteItem", {"RequestItems": {table: list(requests)}} | more


def batch_get(table, *keys, **more):
    return "BatchGetItem", {"RequestItems": {table: {"Keys": list(keys)}}} | more


def cancellation(dynamodb, *actions):
    """[(code, message)] of the reasons; the summary in the message must agree."""
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        dynamodb._make_api_call(*transact(*actions))
    error = raised.value.response
    assert error["Error"]["Code"] == "TransactionCanceledException", error
    reasons = error["CancellationReasons"]
    codes = ", ".join(reason["Code"] for reason in reasons)
    assert error["Error"]["Message"] == ("Transaction cancelled, please refer cancellation reasons for specific reasons "
                                         f"[{codes}]")
    return [(reason["Code"], reason.get("Message")) for reason in reasons]


GOOD = pk("t", sk=S("1"))
UNUSED = dict(ExpressionAttributeValues={":v": S("x")})
LONG_CONDITION = "a = :v" + " AND a = :v" * 373
BAD_SYNTAX = 'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("'
DOUBLE_EQUAL = 'Invalid ConditionExpression: Syntax error; token: "=", near: "= = b"'

# Requests that are refused as a whole, before any table is looked at: the first fault in order of the actions.
REFUSED = {
    "no actions": (transact(), "1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: Member "
                               "must have length greater than or equal to 1"),
    "no gets": (transact_get(), "1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: "
                                "Member must have length greater than or equal to 1"),
    "too many": (transact(*[put(HASH, pk(f"m{i}")) for i in range(101)]),
                 "1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: Member must have "
                 "length less than or equal to 100"),
    "too many gets": (transact_get(*[{"TableName": HASH, "Key": pk(f"m{i}")} for i in range(101)]),
                      "1 validation error detected: Value at 'TransactItems' failed to satisfy constraint: Member must "
                      "have length less than or equal to 100"),
    "same item": (transact(put(HASH, pk("d")), delete(HASH, pk("d"))),
                  "Transaction request cannot include multiple operations on one item"),
    "absent table": (transact(put(ABSENT, pk("x"))), NO_TABLE),
    "absent table of get": (transact_get({"TableName": ABSENT, "Key": pk("x")}), NO_TABLE),
    "projection": (transact_get({"TableName": HASH, "Key": pk("x"), "ProjectionExpression": "!!!"}),
                   'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'),
    "empty key of put": (transact(put(HASH, pk(""))), EMPTY_KEY.format("string")),
    "empty key of update": (transact(update(HASH, pk(""))), EMPTY_KEY.format("string")),
    "empty key of delete": (transact(delete(HASH, pk(""))), EMPTY_KEY.format("string")),
    "empty key of check": (transact(check(HASH, pk(""))), EMPTY_KEY.format("string")),
    "empty binary key": (transact(check(HASH_B, {"pk": B(b"")})), EMPTY_KEY.format("binary")),
    "capacity enum": (transact(put(HASH, pk("e")), ReturnConsumedCapacity="BOGUS"), violation(CAPACITY_ENUM)),
    "metrics enum": (transact(put(HASH, pk("e")), ReturnItemCollectionMetrics="BOGUS2"), violation(METRICS_ENUM)),
    "both enums": (transact(put(HASH, pk("e")), ReturnConsumedCapacity="BOGUS", ReturnItemCollectionMetrics="BOGUS2"),
                   violation(CAPACITY_ENUM, METRICS_ENUM)),
    "enum before table": (transact(put(ABSENT, pk("e")), ReturnConsumedCapacity="BOGUS"), violation(CAPACITY_ENUM)),
    "enum before duplicates": (transact(put(HASH, pk("e")), delete(HASH, pk("e")), ReturnConsumedCapacity="BOGUS"),
                               violation(CAPACITY_ENUM)),
    "enum of gets": (transact_get({"TableName": ABSENT, "Key": pk("x")}, ReturnConsumedCapacity="BOGUS"),
                     violation(CAPACITY_ENUM)),
    "long token": (transact(put(HASH, pk("e")), ClientRequestToken="x" * 37, ReturnConsumedCapacity="BOGUS"),
                   "1 validation error detected: Value at 'ClientRequestToken' failed to satisfy constraint: Member must "
                   "have length less than or equal to 36"),
    "syntax before table": (transact(put(ABSENT, pk("a")), check(HASH, pk("c"), "attribute_not_exists(")), BAD_SYNTAX),
    "syntax before depth": (transact(check(HASH, pk("c"), "attribute_not_exists("), put(HASH, pk("a", d=deep(32)))),
                            BAD_SYNTAX),
    "depth before syntax": (transact(put(HASH, pk("a", d=deep(32))), check(HASH, pk("c"), "attribute_not_exists(")),
                            TOO_DEEP),
    "unused before table": (transact(put(ABSENT, pk("a")), check(HASH, pk("c"), **UNUSED)),
                            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"),
    "unused before duplicates": (transact(put(HASH, pk("c")), check(HASH, pk("c"), **UNUSED)),
                                 "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"),
    "depth before name": (transact(put(ABSENT, GOOD | {"d": deep(40)}), put(ABSENT, GOOD | {"": S("x")})), TOO_DEEP),
    "name before depth": (transact(put(ABSENT, GOOD | {"": S("x")}), put(ABSENT, GOOD | {"d": deep(100)})), EMPTY_NAME),
    "name first in one item": (transact(put(ABSENT, GOOD | {"d": deep(100), "": S("x")})), EMPTY_NAME),
    "depth before inner name": (transact(put(ABSENT, GOOD | {"m": {"M": {"": S("x")}}, "d": deep(40)})), TOO_DEEP),
    "depth of a delete's key": (transact(delete(ABSENT, pk("a", sk=deep(40))), put(ABSENT, GOOD,
                                         ConditionExpression="a = = b")), TOO_DEEP),
    "depth of a check's key": (transact(check(ABSENT, {"pk": deep(40)}, "attribute_exists(a)"),
                                        update(ABSENT, GOOD, values={":v": S("x"), ":u": S("y")})), TOO_DEEP),
    "syntax, then a deep key": (transact(put(ABSENT, GOOD, ConditionExpression="a = = b"),
                                         delete(ABSENT, {"pk": deep(100)})), DOUBLE_EQUAL),
    "syntax of an action with a deep key": (transact(delete(ABSENT, {"pk": deep(100)}, ConditionExpression="a = = b")),
                                            DOUBLE_EQUAL),
    "long condition with a deep key": (
        transact(delete(ABSENT, {"pk": deep(100)}, ConditionExpression=LONG_CONDITION, **UNUSED)),
        "Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4109"),
    "long update": (
        transact(update(ABSENT, GOOD, "SET " + ", ".join(f"a{i} = :v" for i in range(500))),
                 check(ABSENT, {"pk": deep(100)}, "attribute_exists(a)")),
        "Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;"),
    "unused, then a deep key": (transact(update(ABSENT, GOOD, values={":v": S("x"), ":u": S("y")}),
                                         check(ABSENT, {"pk": deep(100)}, "attribute_exists(a)")),
                                "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}"),
    # Batches.
    "no tables": (("BatchWriteItem", {"RequestItems": {}}),
                  "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member must have "
                  "length greater than or equal to 1"),
    "no tables to get from": (("BatchGetItem", {"RequestItems": {}}),
                              "1 validation error detected: Value at 'RequestItems' failed to satisfy constraint: Member "
                              "must have length greater than or equal to 1"),
    "26 writes": (batch(HASH, *[{"PutRequest": {"Item": pk(f"b{i}")}} for i in range(26)]),
                  f"1 validation error detected: Value at 'RequestItems.{HASH}.member' failed to satisfy constraint: "
                  "Member must have length less than or equal to 25"),
    "26 writes of two tables": (("BatchWriteItem", {"RequestItems": {
        HASH: [{"PutRequest": {"Item": pk(f"b{i}")}} for i in range(13)],
        PAIR: [{"PutRequest": {"Item": pk(f"b{i}", sk=S("1"))}} for i in range(13)]}}),
        "Too many items requested for the BatchWriteItem call"),
    "101 keys": (batch_get(HASH, *[pk(f"b{i}") for i in range(101)]),
                 f"1 validation error detected: Value at 'RequestItems.{HASH}.member.Keys' failed to satisfy constraint: "
                 "Member must have length less than or equal to 100"),
    "101 keys of two tables": (("BatchGetItem", {"RequestItems": {
        HASH: {"Keys": [pk(f"b{i}") for i in range(51)]},
        PAIR: {"Keys": [pk(f"b{i}", sk=S("1")) for i in range(50)]}}}),
        "Too many items requested for the BatchGetItem call"),
    "no keys": (batch_get(HASH),
                f"1 validation error detected: Value at 'RequestItems.{HASH}.member.Keys' failed to satisfy constraint: "
                "Member must have length greater than or equal to 1"),
    "no writes": (batch(HASH), violation(broken(
        "{%s=[]}" % HASH, "requestItems", "Map value must satisfy constraint: [Member must have length less than or equal "
        "to 25, Member must have length greater than or equal to 1]"))),
    "batch of an absent table": (batch(ABSENT, {"PutRequest": {"Item": pk("a")}}), NO_TABLE),
    "gets of an absent table": (batch_get(ABSENT, pk("a")), NO_TABLE),
    "same key twice": (batch(HASH, {"PutRequest": {"Item": pk("a")}}, {"DeleteRequest": {"Key": pk("a")}}),
                       "Provided list of item keys contains duplicates"),
    "same key got twice": (batch_get(HASH, pk("a"), pk("a")), "Provided list of item keys contains duplicates"),
    "batch key type": (batch(HASH, {"PutRequest": {"Item": {"pk": N(5)}}}), MISMATCH),
    "batch key no scalar": (batch(HASH, {"PutRequest": {"Item": {"pk": {"L": [S("x")]}}}}), MISMATCH),
    "batch without key": (batch(HASH, {"PutRequest": {"Item": {"other": S("x")}}}), MISMATCH),
    "batch delete without key": (batch(HASH, {"DeleteRequest": {"Key": {"other": S("x")}}}), MISMATCH),
    "batch empty key": (batch(HASH, {"PutRequest": {"Item": pk("")}}), EMPTY_KEY.format("string")),
    "batch empty binary": (batch(HASH_B, {"PutRequest": {"Item": {"pk": B(b"")}}}), EMPTY_KEY.format("binary")),
    "batch delete empty binary": (batch(HASH_B, {"DeleteRequest": {"Key": {"pk": B(b"")}}}), EMPTY_KEY.format("binary")),
    "batch get empty binary": (batch_get(HASH_B, {"pk": B(b"")}), EMPTY_KEY.format("binary")),
    "batch enum": (batch(HASH, {"PutRequest": {"Item": pk("a")}}, ReturnConsumedCapacity="BOGUS",
                         ReturnItemCollectionMetrics="BOGUS2"), violation(CAPACITY_ENUM, METRICS_ENUM)),
    "batch enum before table": (batch(ABSENT, {"PutRequest": {"Item": pk("a")}}, ReturnConsumedCapacity="BOGUS"),
                                violation(CAPACITY_ENUM)),
    "batch enum before name": (batch("bad!name", {"PutRequest": {"Item": pk("a")}}, ReturnConsumedCapacity="BOGUS"),
                               violation(CAPACITY_ENUM)),
    "batch get enum": (batch_get(ABSENT, pk("a"), ReturnConsumedCapacity="BOGUS"), violation(CAPACITY_ENUM)),
    "batch get name": (batch_get("bad!name", pk("a")), violation(
        broken('{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}', "requestItems", NAMES_RULE))),
    "batch get name and enum": (batch_get("bad!name", pk("a"), ReturnConsumedCapacity="BOGUS"), violation(
        broken('{"bad!name":{"Keys":[{"pk":{"S":"a"}}]}}', "requestItems", NAMES_RULE), CAPACITY_ENUM)),
    "mixed projection": (("BatchGetItem", {"RequestItems": {HASH: {
        "Keys": [pk("a")], "AttributesToGet": ["pk"], "ProjectionExpression": "pk"}}}),
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
        "{AttributesToGet} Expression parameters: {ProjectionExpression}"),
    "mixed projection over tables": (("BatchGetItem", {"RequestItems": {
        HASH: {"Keys": [pk("a")], "ProjectionExpression": "pk"},
        PAIR: {"Keys": [pk("a", sk=S("z"))], "AttributesToGet": ["pk"]}}}),
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
        "{AttributesToGet} Expression parameters: {ProjectionExpression}"),
    "overlap": (("BatchGetItem", {"RequestItems": {HASH: {
        "Keys": [pk("a")], "ProjectionExpression": "#a, #b", "ExpressionAttributeNames": {"#a": "a", "#b": "a"}}}}),
        "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these "
        "paths; path one: [a], path two: [a]"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_requests(dynamodb, case):
    request, message = REFUSED[case]
    assert refusal(dynamodb, *request) == message


def test_malformed_table_name_of_a_batch(dynamodb):
    """AWS echoes the request as its own classes print it; only the rule is the same everywhere."""
    got = refusal(dynamodb, *batch("bad!name", {"PutRequest": {"Item": pk("x")}}))
    assert got.startswith("1 validation error detected: Value '{bad!name=[WriteRequest(putRequest=PutRequest(item={pk=")
    assert got.endswith(")]}' at 'requestItems' failed to satisfy constraint: " + NAMES_RULE)


FAILED = ("ConditionalCheckFailed", "The conditional request failed")
NONE = ("None", None)
CANCELLED = {
    "two conditions": ([put(HASH, pk("there"), ConditionExpression="attribute_not_exists(pk)"),
                        check(HASH, pk("there2"), "attribute_not_exists(pk)")], [FAILED, FAILED]),
    "one of two": ([put(HASH, pk("new"), ConditionExpression="attribute_not_exists(pk)"),
                    put(HASH, pk("there"), ConditionExpression="attribute_not_exists(pk)")], [NONE, FAILED]),
    "type of a put's key": ([put(HASH, {"pk": N(5)})],
                            [("ValidationError", f"{INVALID}Type mismatch for key pk expected: S actual: N")]),
    "list as a put's key": ([put(HASH, {"pk": {"L": [S("x")]}})],
                            [("ValidationError", f"{INVALID}Type mismatch for key pk expected: S actual: L")]),
    "missing key of a put": ([put(HASH, {"a": S("x")})],
                             [("ValidationError", f"{INVALID}Missing the key pk in the item")]),
    "type of an update's key": ([update(HASH, {"pk": N(5)})], [("ValidationError", MISMATCH)]),
    "type of a delete's key": ([delete(HASH, {"pk": N(5)})], [("ValidationError", MISMATCH)]),
    "type of a check's key": ([check(HASH, {"pk": {"L": [S("x")]}})], [("ValidationError", MISMATCH)]),
    "index key": ([put(INDEXED, pk("i", sk=S("1"), gh=N(1)))],
                  [("ValidationError", f"{INVALID}Type mismatch for Index Key gh Expected: S Actual: N IndexName: gsi")]),
    "update of a key": ([update(HASH, pk("u"), "SET pk = :v")],
                        [("ValidationError", f"{INVALID}Cannot update attribute pk. This attribute is part of the key")]),
    "operand type": ([update(HASH, pk("there"), "SET a = a + :v", {":v": N(1)})],
                     [("ValidationError", "An operand in the update expression has an incorrect data type")]),
}


@pytest.mark.parametrize("case", CANCELLED)
def test_reasons_of_cancellation(dynamodb, case):
    for name in ("there", "there2"):
        dynamodb.put_item(TableName=HASH, Item=pk(name, a=S("x")))
    actions, reasons = CANCELLED[case]
    assert cancellation(dynamodb, *actions) == reasons
    assert "Item" not in dynamodb.get_item(TableName=HASH, Key=pk("new"))


def test_reason_of_a_get(dynamodb):
    answer = call(dynamodb, *transact_get({"TableName": HASH, "Key": pk("x")}, {"TableName": HASH, "Key": {}}))
    assert answer == ("TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for "
                                                      "specific reasons [None, ValidationError]")


def test_reason_can_show_the_item(dynamodb):
    dynamodb.put_item(TableName=HASH, Item=pk("shown", a=S("old")))
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as raised:
        dynamodb._make_api_call(*transact(check(HASH, pk("shown"), ReturnValuesOnConditionCheckFailure="ALL_OLD")))
    assert raised.value.response["CancellationReasons"] == [
        {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": pk("shown", a=S("old"))}]


def test_token_repeats_and_mismatches(dynamodb):
    request = transact(update(HASH, pk("token"), "ADD n :v", {":v": N(1)}), ClientRequestToken="token-1")
    assert call(dynamodb, *request) == {}
    assert call(dynamodb, *request) == {}
    assert dynamodb.get_item(TableName=HASH, Key=pk("token"))["Item"]["n"] == N(1)
    other = transact(update(HASH, pk("token"), "ADD n :v", {":v": N(2)}), ClientRequestToken="token-1")
    assert call(dynamodb, *other)[0] == "IdempotentParameterMismatchException"


def test_sizes_of_transactions(dynamodb):
    def puts(count, name):
        return [put(HASH, pk(f"{name}{i}", p=S("x" * 350_000))) for i in range(count)]
    assert call(dynamodb, *transact(*puts(10, "fits"))) == {}
    assert "4MB" in refusal(dynamodb, *transact(*puts(12, "large")))
    assert call(dynamodb, *transact(*[put(HASH, pk(f"all{i}")) for i in range(100)])) == {}
    assert len(call(dynamodb, *transact_get(*[{"TableName": HASH, "Key": pk(f"all{i}")} for i in range(100)]))
               ["Responses"]) == 100


def test_deep_values_of_conditions(dynamodb):
    """Most regions evaluate such a condition, others refuse the value; either way nothing is written."""
    deep_value = {"ExpressionAttributeValues": {":d": deep(32)}}
    answer = call(dynamodb, *transact(check(HASH, pk("none"), "d = :d", **deep_value)))
    assert answer[0] in ("TransactionCanceledException", "ValidationException")
