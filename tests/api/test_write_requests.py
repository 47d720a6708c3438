"""PutItem, UpdateItem and DeleteItem: which requests are refused, in which words, and which refusal comes first."""
import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH, HASH_B, PAIR, INDEXED)
    return client


NOT_NULL = "Member must not be null"
CAPACITY_ENUM = "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"
METRICS_ENUM = "Member must satisfy enum value set: [SIZE, NONE]"
RETURN_ENUM = "Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"
PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
EMPTY_TEXT = ("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
              "empty {} value. Key: {}")
MISMATCH = "The provided key element does not match the schema"
ONLY_WITH = "can only be specified when using expressions"
MIXED = ("Can not use both expression and non-expression parameters in the same request: "
         "Non-expression parameters: {%s} Expression parameters: {%s}")

# What the three operations have in common: a good request of each.
GOOD = {
    "PutItem": {"TableName": HASH, "Item": pk("w")},
    "UpdateItem": {"TableName": HASH, "Key": pk("w")},
    "DeleteItem": {"TableName": HASH, "Key": pk("w")},
}
SET_A = {"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": S("x")}}
ALL = list(GOOD)


def refused(dynamodb, operation, **more):
    return refusal(dynamodb, operation, GOOD[operation] | more)


@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize("name, message", [
    (None, violation(broken(None, "tableName", NOT_NULL))),
    ("a" * 256, violation(broken("a" * 256, "tableName", "Member must have length less than or equal to 255"))),
    ("bad table!@#", violation(broken("bad table!@#", "tableName", PATTERN))),
    (ABSENT, NO_TABLE),
])
def test_table_names(dynamodb, operation, name, message):
    request = {k: v for k, v in GOOD[operation].items() if k != "TableName"}
    assert refusal(dynamodb, operation, request | ({"TableName": name} if name else {})) == message


@pytest.mark.parametrize("operation", ALL)
def test_an_empty_table_name_is_told_alone(dynamodb, operation):
    got = refused(dynamodb, operation, TableName="", ReturnValues="BOGUS")
    assert got == ENVELOPE + ("Value at 'TableName' failed to satisfy constraint: Member must have length greater than "
                              "or equal to 1")


@pytest.mark.parametrize("operation", ALL)
@pytest.mark.parametrize("more, message", [
    ({"ExpressionAttributeValues": {":v": S("x")}}, f"ExpressionAttributeValues {ONLY_WITH}"),
    ({"ExpressionAttributeNames": {"#a": "a"}}, f"ExpressionAttributeNames {ONLY_WITH}"),
    ({"Expected": {"a": {"Exists": False}}, "ExpressionAttributeNames": {"#a": "a"}},
     f"ExpressionAttributeNames {ONLY_WITH}"),
    ({"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeValues": {}},
     "ExpressionAttributeValues must not be empty"),
    ({"ConditionExpression": "attribute_exists(a)", "ExpressionAttributeNames": {}},
     "ExpressionAttributeNames must not be empty"),
    ({"ConditionExpression": ""}, "Invalid ConditionExpression: The expression can not be empty;"),
    ({"Expected": {"a": {"Exists": False}}, "ConditionExpression": "attribute_not_exists(pk)"},
     MIXED % ("Expected", "ConditionExpression")),
    ({"ConditionExpression": "a = :v", "ExpressionAttributeValues": {":w": S("x")}},
     "Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
     "attribute value: :v"),
    ({"ConditionExpression": "a = b", "ExpressionAttributeValues": {":w": S("x")}},
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"),
    ({"ConditionExpression": "a = b", "ExpressionAttributeNames": {"#w": "x"}},
     "Value provided in ExpressionAttributeNames unused in expressions: keys: {#w}"),
    ({"ConditionExpression": "((attribute_not_exists(pk)))"},
     "Invalid ConditionExpression: The expression has redundant parentheses;"),
    ({"ConditionExpression": "contains(#a, #a)", "ExpressionAttributeNames": {"#a": "data"}},
     "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or "
     "function; operator: contains, first operand: [data]"),
    ({"Expected": {"a": {"Exists": True}}},
     f"{INVALID}Value must be provided when Exists is true for Attribute: a"),
    ({"Expected": {"a": {"Exists": False, "Value": S("x")}}},
     f"{INVALID}Value cannot be used when Exists is false for Attribute: a"),
    ({"Expected": {"a": {"Value": S("x"), "ComparisonOperator": "EQ", "AttributeValueList": [S("x")]}}},
     f"{INVALID}Value and AttributeValueList cannot be used together for Attribute: a"),
    ({"Expected": {"a": {"ComparisonOperator": "EQ"}}},
     f"{INVALID}Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a"),
    ({"Expected": {"a": {"ComparisonOperator": "BETWEEN", "AttributeValueList": [S("x")]}}},
     f"{INVALID}Invalid number of argument(s) for the BETWEEN ComparisonOperator"),
], ids=str)
def test_refusals_of_conditions_stand_in_the_envelope(dynamodb, operation, more, message):
    assert refused(dynamodb, operation, **more) == ENVELOPE + message


@pytest.mark.parametrize("operation", ["PutItem", "DeleteItem"])
@pytest.mark.parametrize("value", ["ALL_NEW", "UPDATED_NEW", "UPDATED_OLD"])
def test_return_values_that_only_updates_have(dynamodb, operation, value):
    assert refused(dynamodb, operation, ReturnValues=value) == ENVELOPE + "ReturnValues can only be ALL_OLD or NONE"


@pytest.mark.parametrize("more, message", [
    ({"UpdateExpression": "INVALID SYNTAX HERE", "ExpressionAttributeValues": {":v": S("x")}},
     'Invalid UpdateExpression: Syntax error; token: "INVALID", near: "INVALID SYNTAX"'),
    ({"UpdateExpression": ""}, "Invalid UpdateExpression: The expression can not be empty;"),
    ({"UpdateExpression": "SET a = :v"},
     "Invalid UpdateExpression: An expression attribute value used in expression is not defined; attribute value: :v"),
    (SET_A | {"ExpressionAttributeNames": {"#u": "x"}},
     "Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}"),
    ({"UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": S("x"), ":u": S("y")}},
     "Value provided in ExpressionAttributeValues unused in expressions: keys: {:u}"),
    ({"UpdateExpression": "SET b = :w", "ConditionExpression": "a = :v", "ExpressionAttributeValues": {":w": S("x")}},
     "Invalid ConditionExpression: An expression attribute value used in expression is not defined; "
     "attribute value: :v"),
    (SET_A | {"AttributeUpdates": {"a": {"Action": "PUT", "Value": S("x")}}},
     MIXED % ("AttributeUpdates", "UpdateExpression")),
], ids=str)
def test_refusals_of_updates_stand_in_the_envelope(dynamodb, more, message):
    assert refused(dynamodb, "UpdateItem", **more) == ENVELOPE + message


@pytest.mark.parametrize("table, key, expression, name", [
    (HASH, pk("w"), "SET pk = :v", "pk"), (HASH, pk("w"), "REMOVE pk", "pk"),
    (PAIR, pk("w", sk=S("1")), "SET sk = :v", "sk"), (PAIR, pk("w", sk=S("1")), "SET a = :v REMOVE sk", "sk"),
])
def test_keys_are_not_updated(dynamodb, table, key, expression, name):
    values = {"ExpressionAttributeValues": {":v": S("x")}} if ":v" in expression else {}
    got = refusal(dynamodb, "UpdateItem", {"TableName": table, "Key": key, "UpdateExpression": expression} | values)
    assert got == f"{INVALID}Cannot update attribute {name}. This attribute is part of the key"


@pytest.mark.parametrize("operation, table, key, message", [
    ("PutItem", HASH_B, {"pk": B(b"")}, EMPTY_TEXT.format("binary", "pk")),
    ("PutItem", HASH, pk(""), EMPTY_TEXT.format("string", "pk")),
    ("PutItem", PAIR, pk("a", sk=S("")), EMPTY_TEXT.format("string", "sk")),
    ("PutItem", HASH, {"pk": N(5)}, f"{INVALID}Type mismatch for key pk expected: S actual: N"),
    ("PutItem", HASH, {"pk": {"L": []}}, f"{INVALID}Type mismatch for key pk expected: S actual: L"),
    ("PutItem", HASH, {"other": N(5)}, f"{INVALID}Missing the key pk in the item"),
    ("PutItem", PAIR, pk("a"), f"{INVALID}Missing the key sk in the item"),
    ("PutItem", HASH, pk("a" * 2049), f"{INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes"),
    ("PutItem", PAIR, pk("a", sk=S("a" * 1025)),
     f"{INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"),
    ("GetItem", HASH, pk("a" * 2049), f"{INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes"),
    ("GetItem", PAIR, pk("a", sk=S("a" * 1025)),
     f"{INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"),
    ("UpdateItem", HASH_B, {"pk": B(b"")}, EMPTY_TEXT.format("binary", "pk")),
    ("DeleteItem", HASH_B, {"pk": B(b"")}, EMPTY_TEXT.format("binary", "pk")),
    ("GetItem", HASH_B, {"pk": B(b"")}, EMPTY_TEXT.format("binary", "pk")),
    ("GetItem", HASH, pk(""), EMPTY_TEXT.format("string", "pk")),
    ("UpdateItem", PAIR, pk("a"), MISMATCH), ("DeleteItem", PAIR, pk("a"), MISMATCH), ("GetItem", PAIR, pk("a"), MISMATCH),
    ("GetItem", HASH, pk("a", sk=S("b")), MISMATCH), ("GetItem", HASH, {"pk": N(1)}, MISMATCH),
    ("GetItem", HASH, {"other": S("a")}, MISMATCH), ("GetItem", HASH, {}, MISMATCH),
    ("DeleteItem", HASH, {"pk": {"M": {}}}, MISMATCH),
], ids=str)
def test_keys(dynamodb, operation, table, key, message):
    where = "Item" if operation == "PutItem" else "Key"
    assert refusal(dynamodb, operation, {"TableName": table, where: key}) == message


@pytest.mark.parametrize("operation, table, key", [
    ("PutItem", HASH, pk("a" * 2048)), ("PutItem", PAIR, pk("a", sk=S("a" * 1024))), ("PutItem", HASH_B, {"pk": B(b"\0")})])
def test_keys_of_the_largest_size(dynamodb, operation, table, key):
    assert call(dynamodb, operation, {"TableName": table, "Item": key}) == {}


def index_item(**values):
    return pk("i", sk=S("1")) | values


@pytest.mark.parametrize("values, message", [
    ({"ls": N(1)}, f"{INVALID}Type mismatch for Index Key ls Expected: S Actual: N IndexName: lsi"),
    ({"gh": N(1)}, f"{INVALID}Type mismatch for Index Key gh Expected: S Actual: N IndexName: gsi"),
    ({"gs": S("a"), "gh": S("a")}, f"{INVALID}Type mismatch for Index Key gs Expected: N Actual: S IndexName: gsi"),
])
def test_types_of_index_keys(dynamodb, values, message):
    assert refusal(dynamodb, "PutItem", {"TableName": INDEXED, "Item": index_item(**values)}) == message
    update = {"TableName": INDEXED, "Key": index_item(), "UpdateExpression": "SET #x = :v",
              "ExpressionAttributeNames": {"#x": next(iter(values))},
              "ExpressionAttributeValues": {":v": next(iter(values.values()))}}
    assert refusal(dynamodb, "UpdateItem", update) == message
    assert refusal(dynamodb, "PutItem", {"TableName": INDEXED, "Item": index_item(a=S("fine"))}) == "accepted"


@pytest.mark.parametrize("path, key", [("gh.y", "IndexKey: gh"), ("ls[0]", "IndexKey: ls"), ("sk.y", "Key: sk")])
def test_keys_have_nothing_below_them(dynamodb, path, key):
    message = f"Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: {key}"
    update = {"TableName": INDEXED, "Key": index_item(), "UpdateExpression": f"SET {path} = :v",
              "ExpressionAttributeValues": {":v": S("v")}}
    assert refusal(dynamodb, "UpdateItem", update) == message


def test_a_partition_key_that_is_too_long_for_an_index_is_refused(dynamodb):
    """The table's partition key may have 2,048 bytes; as the sort key of an index it may have 1,024."""
    make_table(dynamodb, "turned", "S", "S", GlobalSecondaryIndexes=[index("turned", "sk", "pk")])
    for length, answer in ((1024, "accepted"), (1025, f"{INVALID}Aggregated size of all range keys has exceeded the size "
                                                      "limit of 1024 bytes")):
        assert refusal(dynamodb, "PutItem", {"TableName": "turned", "Item": pk("x" * length, sk=S("s"))}) == answer


NEWER_RETURN_ENUM = ("Failed to satisfy constraint: Member must satisfy enum value set: "
                     "[ALL_OLD, UPDATED_OLD, ALL_NEW, UPDATE_NEW, NONE]")
NEWER_OPERATOR_ENUM = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"
TWO_EXPECTED = {"Expected": {"a": {"Exists": False}, "b": {"Exists": False}}}


@pytest.mark.parametrize("operation, more, violations", [
    ("PutItem", {"ReturnConsumedCapacity": "X", "ReturnItemCollectionMetrics": "X", "ReturnValues": "X"},
     [broken("X", "returnConsumedCapacity", CAPACITY_ENUM), broken("X", "returnItemCollectionMetrics", METRICS_ENUM),
      NEWER_RETURN_ENUM]),
    ("DeleteItem", {"ReturnConsumedCapacity": "X", "ReturnValues": "X"},
     [broken("X", "returnConsumedCapacity", CAPACITY_ENUM), NEWER_RETURN_ENUM]),
    ("UpdateItem", {"ReturnConsumedCapacity": "X", "ReturnValues": "X"}, [NEWER_RETURN_ENUM]),
    ("PutItem", TWO_EXPECTED | {"ConditionalOperator": "XOR"}, [NEWER_OPERATOR_ENUM]),
], ids=str)
def test_unknown_enum_values(dynamodb, operation, more, violations):
    count, _, told = refused(dynamodb, operation, **more).partition(": ")
    assert sorted(told.split("; ")) == sorted(violations)
    assert count == f"{len(violations)} validation error{'s' if len(violations) > 1 else ''} detected"


@pytest.mark.parametrize("request_of, message", [
    (lambda: ("PutItem", {"Item": pk("a"), "Expected": {"a": {"Value": deep(100)}, "b": {"Exists": False}},
                          "ConditionalOperator": "XOR"}),
     violation(broken("XOR", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]"))),
    (lambda: ("PutItem", {"Item": pk("a"), "Expected": {"a": {"Value": deep(40)}, "b": {"Exists": False}},
                          "ConditionalOperator": "XOR"}), ENVELOPE + NEWER_OPERATOR_ENUM),
    (lambda: ("DeleteItem", {"Key": pk("a"), "Expected": {"d": {"Value": deep(63)}}, "ReturnValues": "BOGUS"}),
     violation(broken("BOGUS", "returnValues", RETURN_ENUM))),
    (lambda: ("DeleteItem", {"Key": {"pk": deep(100)}, "ReturnValues": "BOGUS"}),
     violation(broken("BOGUS", "returnValues", RETURN_ENUM))),
    (lambda: ("DeleteItem", {"Key": pk("a"), "ConditionExpression": "d = :d", "ReturnValues": "UPDATED_NEW",
                             "ExpressionAttributeValues": {":d": deep(100)}}), "ReturnValues can only be ALL_OLD or NONE"),
], ids=range(5))
def test_very_deep_requests_are_worded_the_older_way(dynamodb, request_of, message):
    operation, request = request_of()
    assert refusal(dynamodb, operation, {"TableName": ABSENT} | request) == message


@pytest.mark.parametrize("more, message", [
    ({"TableName": ""} | SET_A, violation(
        broken("", "tableName", "Member must have length greater than or equal to 1"), broken(None, "key", NOT_NULL))),
    ({"TableName": "", "ReturnConsumedCapacity": "X", "ReturnValues": "X"} | SET_A, violation(
        broken("X", "returnConsumedCapacity", CAPACITY_ENUM),
        broken("", "tableName", "Member must have length greater than or equal to 1"),
        broken("X", "returnValues", RETURN_ENUM), broken(None, "key", NOT_NULL))),
    ({"TableName": HASH, "AttributeUpdates": {"x": {"Action": "PUT", "Value": S("1")}},
      "Expected": {"a": {"Exists": False}, "b": {"Exists": False}}, "ConditionalOperator": "XOR"}, violation(
          broken(None, "key", NOT_NULL),
          broken("XOR", "conditionalOperator", "Member must satisfy enum value set: [OR, AND]"))),
], ids=["name", "enums", "operator"])
def test_update_without_a_key_tells_all_members(dynamodb, more, message):
    got = refusal(dynamodb, "UpdateItem", more)
    assert set(got.split(": ", 1)[1].split("; ")) == set(message.split(": ", 1)[1].split("; "))


MAX_ITEM = 409600


def item_of(size, key="size"):
    return pk(key, p=S("x" * (size - len("pk") - len(key) - len("p"))))


def test_item_of_the_greatest_size(dynamodb):
    text = "Item size has exceeded the maximum allowed size"
    assert refusal(dynamodb, "PutItem", {"TableName": HASH, "Item": item_of(MAX_ITEM)}) == "accepted"
    assert refusal(dynamodb, "PutItem", {"TableName": HASH, "Item": item_of(MAX_ITEM + 1)}) == text
    batch = {"RequestItems": {HASH: [{"PutRequest": {"Item": item_of(MAX_ITEM + 1)}}]}}
    assert refusal(dynamodb, "BatchWriteItem", batch) == text
    transaction = {"TransactItems": [{"Put": {"TableName": HASH, "Item": item_of(MAX_ITEM + 1)}}]}
    assert refusal(dynamodb, "TransactWriteItems", transaction) == text
    transaction = {"TransactItems": [{"Put": {"TableName": HASH, "Item": item_of(MAX_ITEM)}}]}
    assert refusal(dynamodb, "TransactWriteItems", transaction) == "accepted"


def grow(size, key):
    return {"TableName": HASH, "Key": pk(key), "UpdateExpression": "SET p = :p",
            "ExpressionAttributeValues": {":p": item_of(size, key)["p"]}}


def test_update_to_the_greatest_size(dynamodb):
    text = "Item size to update has exceeded the maximum allowed size"
    assert refusal(dynamodb, "UpdateItem", grow(MAX_ITEM + 1, "grow")) == text
    assert refusal(dynamodb, "TransactWriteItems", {"TransactItems": [{"Update": grow(MAX_ITEM, "grow")}]}) == "accepted"
    answer = call(dynamodb, "TransactWriteItems", {"TransactItems": [{"Update": grow(MAX_ITEM + 1, "grow")}]})
    assert answer[0] == "TransactionCanceledException" and "[ValidationError]" in answer[1]


LETTERS = "abcdefghij"
TEN = S("y" * 10)


def targets(first, *rest):
    return len(first) + sum(4 + len(str(element)) for element in rest)


def operands(*elements):
    return 1 + sum(14 + len(str(element)) for element in elements)


# Beside `SET b = :pad`: the clause, what is there before, its values, and the bytes that AWS counts for it.
CHARGES = {
    "path": ("SET c = abcdefghij", {LETTERS: TEN}, {}, 19 + 1 + operands(LETTERS)),
    "nested path": ("SET c = m.a.z", {"m": {"M": {"a": {"M": {"z": TEN}}}}}, {}, 19 + 1 + operands("m", "a", "z")),
    "element": ("SET c = l[10]", {"l": {"L": [S("e")] * 11}}, {}, 19 + 1 + operands("l", 10)),
    "append": ("SET l = list_append(l, :v)", {"l": {"L": [S("e")]}}, {":v": {"L": [TEN]}}, 19 + 1 + 37 + operands("l") + 14),
    "document": ("SET c = if_not_exists(c, :v)", {"c": S("c")}, {":v": {"M": {"a": S("y" * 100)}}},
                 19 + 1 + 39 + operands("c") + 3 + 1 + 1 + 100),
    "sum": ("SET n = n + :v", {"n": N("12345678901234567890")}, {":v": N(1)}, 19 + 1 + 34 + operands("n") + 2),
    "difference": ("SET n = n - :v", {"n": N(1)}, {":v": N(1)}, 19 + 1 + 37 + operands("n") + 2),
    "add": ("ADD abcdefghij :v", {LETTERS: N(1)}, {":v": N(1)}, 19 + 10 + 2),
    "add to a set": ("ADD ss :v", {"ss": {"SS": ["p"]}}, {":v": {"SS": ["s" * 500]}}, 19 + 2 + 500),
    "remove": ("REMOVE m.yyyyyyyyyy", {"m": {"M": {"x": TEN}}}, {}, 1 + targets("m", "y" * 10)),
    "remove element": ("REMOVE abcdefghij[1]", {LETTERS: {"L": [TEN, S("r")]}}, {}, 1 + targets(LETTERS, 1)),
    "delete": ("DELETE ss :v", {"ss": {"SS": ["p", "q" * 20]}}, {":v": {"SS": ["q" * 20]}}, 1 + 2),
}


@pytest.mark.parametrize("case", CHARGES)
def test_what_an_update_is_charged_for(dynamodb, case):
    """UpdateItem counts what the expression says, not what becomes of the item."""
    clause, before, values, charge = CHARGES[case]
    expression = f"SET b = :pad, {clause[4:]}" if clause.startswith("SET") else f"SET b = :pad {clause}"
    def update(padding):
        dynamodb.put_item(TableName=HASH, Item=pk("c", **before))
        return refusal(dynamodb, "UpdateItem", {
            "TableName": HASH, "Key": pk("c"), "UpdateExpression": expression,
            "ExpressionAttributeValues": values | {":pad": S("x" * padding)}})
    fits = MAX_ITEM - (3 + 19 + 1) - charge
    assert update(fits) == "accepted"
    assert update(fits + 1) == "Item size to update has exceeded the maximum allowed size"


def test_the_charge_comes_before_the_condition(dynamodb):
    dynamodb.put_item(TableName=HASH, Item=pk("h", c=S("x")))
    request = {"TableName": HASH, "Key": pk("h"), "UpdateExpression": "SET c = if_not_exists(c, :h)",
               "ConditionExpression": "attribute_exists(nope)", "ExpressionAttributeValues": {":h": S("h" * 409_700)}}
    assert refusal(dynamodb, "UpdateItem", request) == "Item size to update has exceeded the maximum allowed size"


@pytest.mark.parametrize("number, size", [
    ("0", 1), ("1", 2), ("-1", 3), ("12", 2), ("123", 3), ("123456", 4), ("3.14159", 5), ("1E125", 2), ("0.5", 2),
    ("100", 2), ("-12.5", 4), ("12345678901234567890123456789012345678", 20), ("0.001", 2),
])
def test_size_of_a_number(dynamodb, number, size):
    """The item is filled up to the limit, so that a byte more or less shows."""
    def put(total):
        padding = total - len("pk" + "nn" + "n" + "p") - size
        item = pk("nn", n=N(number), p=S("x" * padding))
        return refusal(dynamodb, "PutItem", {"TableName": HASH, "Item": item})
    assert put(MAX_ITEM) == "accepted"
    assert put(MAX_ITEM + 1).endswith("Item size has exceeded the maximum allowed size")


def test_condition_failure_can_show_the_item(dynamodb):
    dynamodb.put_item(TableName=HASH, Item=pk("shown", a=S("old")))
    for operation, more in [("PutItem", {}), ("DeleteItem", {}), ("UpdateItem", SET_A)]:
        where = "Item" if operation == "PutItem" else "Key"
        request = {"TableName": HASH, where: pk("shown"), "ConditionExpression": "attribute_not_exists(pk)",
                   "ReturnValuesOnConditionCheckFailure": "ALL_OLD"} | more
        with pytest.raises(dynamodb.exceptions.ConditionalCheckFailedException) as raised:
            dynamodb._make_api_call(operation, request)
        assert raised.value.response["Item"] == pk("shown", a=S("old"))
