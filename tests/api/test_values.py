"""Attribute values: what DynamoDB refuses, in which words on which operation, and what it makes of numbers."""
import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH, HASH_N, PAIR, PAIR_N)
    return client


OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
TOO_DEEP = ("Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond "
            "supported limit")

# The values that the two layers of AWS's checks word differently: value, current layer, older layer.
BAD_VALUES = {
    "letters": (N("abc"), f"{NOT_NUMERIC}: abc", f"{NOT_NUMERIC}: abc"),
    "no number": (N(""), f"{NOT_NUMERIC}: ", NOT_NUMERIC),
    "large": (N("1e126"), OVERFLOW, OVERFLOW),
    "exponent of 32 bits": (N("1e2147483647"), OVERFLOW, UNDERFLOW),
    "SS": ({"SS": ["b", "a", "b"]}, f'{INVALID}Input collection ["a", "b", "b"] contains duplicates.',
           f"{INVALID}Input collection [b, a, b] contains duplicates."),
    "BS": ({"BS": [b"\xff", b"\0", b"\0"]},
           f'{INVALID}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
           f"{INVALID}Input collection [/w==, AA==, AA==]of type BS contains duplicates."),
    "NS": ({"NS": ["2", "1", "2"]}, f"{INVALID}Input collection contains duplicates.",
           "Input collection contains duplicates"),
}


def put(value, **more):
    return "PutItem", {"TableName": HASH, "Item": pk("v", v=value)} | more


def conditional(operation, value, **where):
    return operation, {"TableName": HASH, "ConditionExpression": "attribute_not_exists(pk) OR v = :v",
                       "ExpressionAttributeValues": {":v": value}} | where


# Where a value may stand: a request around it, and how the refusal is dressed there.
CURRENT, OLDER, OLDER_FOR_KEY = "current", "older", "older, names the key"
PLACES = {
    "put item": (True, CURRENT, lambda v: put(v)),
    "put nested": (True, CURRENT, lambda v: put({"M": {"x": {"L": [v]}}})),
    "put condition": (True, CURRENT, lambda v: conditional("PutItem", v, Item=pk("v"))),
    "put expected": (True, CURRENT, lambda v: put(S("x"), Expected={"n": {"Value": v}})),
    "update value": (True, CURRENT, lambda v: ("UpdateItem", {
        "TableName": HASH, "Key": pk("v"), "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": v}})),
    "attribute updates": (True, CURRENT, lambda v: ("UpdateItem", {
        "TableName": HASH, "Key": pk("v"), "AttributeUpdates": {"a": {"Action": "PUT", "Value": v}}})),
    "update key": (True, CURRENT, lambda v: ("UpdateItem", {
        "TableName": HASH, "Key": {"pk": v}, "UpdateExpression": "REMOVE a"})),
    "delete condition": (True, CURRENT, lambda v: conditional("DeleteItem", v, Key=pk("v"))),
    "delete key": (True, CURRENT, lambda v: ("DeleteItem", {"TableName": HASH, "Key": {"pk": v}})),
    "get key": (False, CURRENT, lambda v: ("GetItem", {"TableName": HASH, "Key": {"pk": v}})),
    "batch get key": (False, CURRENT, lambda v: ("BatchGetItem", {"RequestItems": {HASH: {"Keys": [{"pk": v}]}}})),
    "query key": (False, CURRENT, lambda v: ("Query", {
        "TableName": HASH, "KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": {":v": v}})),
    "query filter": (False, CURRENT, lambda v: ("Query", {
        "TableName": HASH, "KeyConditionExpression": "pk = :p", "FilterExpression": "a = :v",
        "ExpressionAttributeValues": {":p": S("v"), ":v": v}})),
    "query start": (False, CURRENT, lambda v: ("Query", {
        "TableName": HASH, "KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": S("v")},
        "ExclusiveStartKey": {"pk": v}})),
    "query legacy filter": (False, CURRENT, lambda v: ("Query", {
        "TableName": HASH, "KeyConditions": {"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [S("v")]}},
        "QueryFilter": {"a": {"ComparisonOperator": "EQ", "AttributeValueList": [v]}}})),
    "scan filter": (False, OLDER_FOR_KEY, lambda v: ("Scan", {
        "TableName": HASH, "FilterExpression": "a = :v", "ExpressionAttributeValues": {":v": v}})),
    "batch put": (False, OLDER, lambda v: ("BatchWriteItem", {
        "RequestItems": {HASH: [{"PutRequest": {"Item": pk("v", v=v)}}]}})),
    "batch delete": (False, OLDER, lambda v: ("BatchWriteItem", {
        "RequestItems": {HASH: [{"DeleteRequest": {"Key": {"pk": v}}}]}})),
    "transact put": (False, OLDER, lambda v: ("TransactWriteItems", {
        "TransactItems": [{"Put": {"TableName": HASH, "Item": pk("v", v=v)}}]})),
    "transact delete": (False, OLDER, lambda v: ("TransactWriteItems", {
        "TransactItems": [{"Delete": {"TableName": HASH, "Key": {"pk": v}}}]})),
    "transact update": (False, OLDER_FOR_KEY, lambda v: ("TransactWriteItems", {"TransactItems": [{"Update": {
        "TableName": HASH, "Key": pk("v"), "UpdateExpression": "SET a = :v",
        "ExpressionAttributeValues": {":v": v}}}]})),
    "transact check": (False, OLDER_FOR_KEY, lambda v: ("TransactWriteItems", {"TransactItems": [
        {"ConditionCheck": conditional("", v, Key=pk("v"))[1]}]})),
    "transact get": (False, OLDER, lambda v: ("TransactGetItems", {
        "TransactItems": [{"Get": {"TableName": HASH, "Key": {"pk": v}}}]})),
}


@pytest.mark.parametrize("place", PLACES)
def test_bad_values_are_worded_by_the_layer_of_the_operation(dynamodb, place):
    enveloped, layer, request = PLACES[place]
    got, want = {}, {}
    for name, (value, current, older) in BAD_VALUES.items():
        got[name] = refusal(dynamodb, *request(value))
        text = current if layer == CURRENT else older
        if layer == OLDER_FOR_KEY:
            text = f"ExpressionAttributeValues contains invalid value: {text} for key :v"
        want[name] = (ENVELOPE if enveloped else "") + text
    assert got == want


NUMBERS_REFUSED = {
    "1e99999999999": OVERFLOW, "-1e99999999999": OVERFLOW, "1e-99999999999": UNDERFLOW, "1e2147483648": OVERFLOW,
    "1e-2147483648": UNDERFLOW, "1e-131": UNDERFLOW, "-1E+126": OVERFLOW, "0e126": OVERFLOW, "0e-131": UNDERFLOW,
    "1e9223372036854775808": f"{NOT_NUMERIC}: 1e9223372036854775808",
    "1.2.3": f"{NOT_NUMERIC}: 1.2.3", " 1": f"{NOT_NUMERIC}:  1", "1 ": f"{NOT_NUMERIC}: 1 ",
    "0x10": f"{NOT_NUMERIC}: 0x10", "1e": f"{NOT_NUMERIC}: 1e", "NaN": f"{NOT_NUMERIC}: NaN",
    "Infinity": f"{NOT_NUMERIC}: Infinity", ".": f"{NOT_NUMERIC}: .", "1_0": f"{NOT_NUMERIC}: 1_0",
    "1234567890123456789012345678901234567890": "Attempting to store more than 38 significant digits in a Number",
    "123456789012345678901234567890123456789": "Attempting to store more than 38 significant digits in a Number",
}


@pytest.mark.parametrize("number", NUMBERS_REFUSED)
def test_numbers_out_of_range_or_form(dynamodb, number):
    assert refusal(dynamodb, *put(N(number))) == ENVELOPE + NUMBERS_REFUSED[number]


@pytest.mark.parametrize("sent, stored", [
    ("0042.1200", "42.12"), ("1.5E2", "150"), ("-0", "0"), ("0e125", "0"), ("0.0e126", "0"), ("1.0", "1"),
    ("1e2", "100"), ("+7", "7"), (".5", "0.5"), ("5.", "5"),
    ("1E125", "1" + "0" * 125), ("1e-130", "0." + "0" * 129 + "1"),
    ("0.00000000000000000000000000000000000001", "0." + "0" * 37 + "1"),
    ("12345678901234567890123456789012345678", "12345678901234567890123456789012345678"),
    ("9.9999999999999999999999999999999999999E+125", "9" * 38 + "0" * 88),
    ("-9.9999999999999999999999999999999999999E+125", "-" + "9" * 38 + "0" * 88),
])
def test_numbers_come_back_in_plain_decimal(dynamodb, sent, stored):
    assert call(dynamodb, *put(N(sent))) == {}
    assert dynamodb.get_item(TableName=HASH, Key=pk("v"))["Item"]["v"] == N(stored)


@pytest.mark.parametrize("operation, extra", [
    ("GetItem", {}), ("DeleteItem", {}), ("UpdateItem", {"UpdateExpression": "REMOVE a"})])
def test_key_out_of_range_is_refused_not_matched(dynamodb, operation, extra):
    request = {"TableName": HASH_N, "Key": {"pk": N("1e99999999999")}} | extra
    assert refusal(dynamodb, operation, request).endswith(OVERFLOW)


def test_numeric_sort_key_orders_tiny_and_huge(dynamodb):
    keys = ["-9.9E+125", "-1", "-1E-130", "0", "1E-130", "0.5", "1", "99999999999999999999999999999999999999"]
    for key in reversed(keys):
        dynamodb.put_item(TableName=PAIR_N, Item=pk("order", sk=N(key), at=S(key)))
    found = dynamodb.query(TableName=PAIR_N, KeyConditionExpression="pk = :p",
                           ExpressionAttributeValues={":p": S("order")})["Items"]
    assert [item["at"]["S"] for item in found] == keys


@pytest.mark.parametrize("expression, values, message", [
    ("SET n = :a + :b", ("9.9e125", "9.9e125"), OVERFLOW),
    ("SET n = :a - :b", ("-9.9e125", "9.9e125"), OVERFLOW),
])
def test_arithmetic_out_of_range(dynamodb, expression, values, message):
    request = {"TableName": HASH, "Key": pk("arithmetic"), "UpdateExpression": expression,
               "ExpressionAttributeValues": dict(zip((":a", ":b"), map(N, values)))}
    assert refusal(dynamodb, "UpdateItem", request).endswith(message)


# Everything else that a value may have wrong with it.
@pytest.mark.parametrize("value, message", [
    ({"SS": []}, INVALID + "An string set  may not be empty"),
    ({"NS": []}, INVALID + "An number set  may not be empty"),
    ({"BS": []}, INVALID + "Binary sets should not be empty"),
    ({"M": {"a": {"SS": []}}}, INVALID + "An string set  may not be empty"),
    ({"L": [{"NS": []}]}, INVALID + "An number set  may not be empty"),
    ({"SS": ["", ""]}, INVALID + 'Input collection ["", ""] contains duplicates.'),
    ({"BS": [b"", b""]}, INVALID + 'Input collection ["",""]of type BS contains duplicates.'),
    ({"NS": ["1", "1.0"]}, INVALID + "Input collection contains duplicates."),
    ({"NULL": False}, INVALID + "Null attribute value types must have the value of true"),
    ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ({"S": "a", "N": "1"}, "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the "
                           "supported datatypes"),
    ({"NS": ["1", ""]}, f"{NOT_NUMERIC}: "), ({"L": [{"M": {"": S("x")}}]}, "Empty attribute name"),
    (deep(32), TOO_DEEP), (deep(40), TOO_DEEP),
])
def test_refused_values(dynamodb, value, message):
    assert refusal(dynamodb, *put(value)) == ENVELOPE + message


@pytest.mark.parametrize("value", [
    S(""), B(b""), {"SS": [""]}, {"BS": [b""]}, {"L": [S(""), S("x")]}, {"M": {}}, {"L": []},
    {"BOOL": False}, {"NULL": True}, deep(31), {"NS": ["9.9E+125", "-9.9E+125", "1E-130", "0"]}, S("\0\u20ac\U0001f600"),
], ids=repr)
def test_accepted_values(dynamodb, value):
    assert call(dynamodb, *put(value)) == {}
    assert "v" in dynamodb.get_item(TableName=HASH, Key=pk("v"))["Item"]


@pytest.mark.parametrize("levels, message", [(31, CONDITION_FAILED), (32, ENVELOPE + TOO_DEEP)])
def test_depth_of_a_value_in_a_condition(dynamodb, levels, message):
    request = {"TableName": HASH, "Key": pk("depth"), "UpdateExpression": "SET t = :t",
               "ConditionExpression": "d = :d", "ExpressionAttributeValues": {":t": S("y"), ":d": deep(levels)}}
    assert refusal(dynamodb, "UpdateItem", request) == message


@pytest.mark.parametrize("operation, request_of, message", [
    ("BatchWriteItem", lambda v: {"RequestItems": {HASH: [{"PutRequest": {"Item": pk("x", v=v)}}]}}, TOO_DEEP),
    ("TransactWriteItems", lambda v: {"TransactItems": [{"Put": {"TableName": HASH, "Item": pk("x", v=v)}}]}, TOO_DEEP),
])
def test_depth_in_batches_and_transactions(dynamodb, operation, request_of, message):
    assert refusal(dynamodb, operation, request_of(deep(31))) == "accepted"
    assert refusal(dynamodb, operation, request_of(deep(32))) == message
