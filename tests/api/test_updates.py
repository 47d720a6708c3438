"""What UpdateItem makes of items: every action and function, ReturnValues, legacy AttributeUpdates and conditions."""
import re

import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH)
    return client


ITEM = {"n": N(10), "s": S("text"), "l": {"L": [S("a"), S("b"), S("c")]}, "m": {"M": {"x": N(1), "y": {"M": {"z": S("deep")}}}},
        "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": [b"a"]}, "yes": {"BOOL": True}, "nil": {"NULL": True}}
V = {"one": N(1), "five": N("5.50"), "neg": N(-3), "t": S("new"), "list": {"L": [S("d")]}, "none": {"L": []},
     "sb": {"SS": ["b", "c"]}, "sall": {"SS": ["a", "b"]}, "n3": {"NS": ["3"]}, "map": {"M": {"q": N(1)}}, "empty": {"SS": [""]}}


def update(dynamodb, expression, item=ITEM, **more):
    """The item after it, or the refusal."""
    used = set(re.findall(r":(\w+)", expression))
    values = {f":{name}": value for name, value in V.items() if name in used}
    dynamodb.delete_item(TableName=HASH, Key=pk("u"))
    if item is not None:
        dynamodb.put_item(TableName=HASH, Item=pk("u", **item))
    request = {"TableName": HASH, "Key": pk("u"), "UpdateExpression": expression} | (
        {"ExpressionAttributeValues": values} if values else {}) | more
    answer = call(dynamodb, "UpdateItem", request)
    if not isinstance(answer, dict):
        return answer[1]
    return answer if more else dynamodb.get_item(TableName=HASH, Key=pk("u"))["Item"]


DONE = {
    "SET s = :t": {"s": S("new")}, "set s=:t": {"s": S("new")}, "  SeT   s  =\n:t ": {"s": S("new")},
    "SET n = n + :one": {"n": N(11)}, "SET n = n - :five": {"n": N("4.5")}, "SET n = :five - n": {"n": N("-4.5")},
    "SET n = n + n": {"n": N(20)}, "SET q = n, n = s": {"q": N(10), "n": S("text")},
    "SET n = if_not_exists(n, :one)": {}, "SET q = if_not_exists(q, :one)": {"q": N(1)},
    "SET q = if_not_exists(q, n) + :one": {"q": N(11)}, "SET q = if_not_exists(q, if_not_exists(w, n))": {"q": N(10)},
    "SET l = list_append(l, :list)": {"l": {"L": [S("a"), S("b"), S("c"), S("d")]}},
    "SET l = list_append(:list, l)": {"l": {"L": [S("d"), S("a"), S("b"), S("c")]}},
    "SET q = list_append(if_not_exists(q, :none), :list)": {"q": {"L": [S("d")]}},
    "SET l[1] = :t": {"l": {"L": [S("a"), S("new"), S("c")]}}, "SET l[7] = :t": {"l": {"L": [S("a"), S("b"), S("c"), S("new")]}},
    "SET l[8] = :t, l[7] = :one": {"l": {"L": [S("a"), S("b"), S("c"), N(1), S("new")]}},
    "SET m.x = m.x + :one": {"m": {"M": {"x": N(2), "y": {"M": {"z": S("deep")}}}}},
    "SET m.y.w = :t": {"m": {"M": {"x": N(1), "y": {"M": {"z": S("deep"), "w": S("new")}}}}},
    "SET m.q = l[0]": {"m": {"M": {"x": N(1), "y": {"M": {"z": S("deep")}}, "q": S("a")}}},
    "SET m = :map": {"m": V["map"]}, "SET q = :empty": {"q": {"SS": [""]}},
    "REMOVE s": {"s": None}, "REMOVE s, n": {"s": None, "n": None}, "REMOVE nowhere": {}, "REMOVE m.nowhere": {}, "REMOVE l[9]": {},
    "REMOVE l[1]": {"l": {"L": [S("a"), S("c")]}}, "REMOVE l[0], l[2]": {"l": {"L": [S("b")]}}, "REMOVE m.y.z": {"m": {"M": {"x": N(1), "y": {"M": {}}}}},
    "ADD n :one": {"n": N(11)}, "ADD q :neg": {"q": N(-3)}, "ADD ss :sb": {"ss": {"SS": ["a", "b", "c"]}}, "ADD q :sb": {"q": V["sb"]},
    "ADD ns :n3": {"ns": {"NS": ["1", "2", "3"]}}, "ADD m.x :one": {"m": {"M": {"x": N(2), "y": {"M": {"z": S("deep")}}}}},
    "ADD ss :empty": {"ss": {"SS": ["", "a", "b"]}}, "DELETE ss :sb": {"ss": {"SS": ["a"]}}, "DELETE ss :sall": {"ss": None}, "DELETE q :sb": {},
    "SET s = :t REMOVE n ADD ns :n3 DELETE ss :sb": {"s": S("new"), "n": None, "ns": {"NS": ["1", "2", "3"]}, "ss": {"SS": ["a"]}},
    "DELETE ss :sb ADD ns :n3 SET s = :t": {"s": S("new"), "ns": {"NS": ["1", "2", "3"]}, "ss": {"SS": ["a"]}},
    "SET q = (n + :one)": {"q": N(11)},
}


@pytest.mark.parametrize("expression", DONE)
def test_actions(dynamodb, expression):
    want = pk("u") | {name: value for name, value in (ITEM | DONE[expression]).items() if value is not None}
    assert update(dynamodb, expression) == want


BAD_PATH = "The document path provided in the update expression is invalid for update"
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
BAD_OPERAND = "An operand in the update expression has an incorrect data type"


def invalid(what):
    return f"{ENVELOPE}Invalid UpdateExpression: {what}"


def overlap(one, two, how="overlap"):
    return invalid(f"Two document paths {how} with each other; must remove or rewrite one of these paths; path one: {one}, "
                   f"path two: {two}")


UPDATES_REFUSED = {
    "SET q.a = :t": BAD_PATH, "SET s.a = :t": BAD_PATH, "SET l.a = :t": BAD_PATH, "SET m[0] = :t": BAD_PATH, "REMOVE q.a": BAD_PATH,
    "SET q = w": NO_ATTRIBUTE, "SET q = q + :one": NO_ATTRIBUTE, "SET q = l[9]": NO_ATTRIBUTE, "SET q = :t, w = q": NO_ATTRIBUTE,
    "SET n = s + :one": BAD_OPERAND, "SET q = list_append(l, s)": BAD_OPERAND, "ADD s :one": BAD_OPERAND, "ADD ss :n3": BAD_OPERAND,
    "ADD n :sb": BAD_OPERAND, "DELETE ns :sb": BAD_OPERAND, "DELETE n :sb": BAD_OPERAND,
    "SET n = n + :t": invalid("Incorrect operand type for operator or function; operator or function: +, operand type: S"),
    "SET q = list_append(l, :t)": invalid(
        "Incorrect operand type for operator or function; operator or function: list_append, operand type: S"),
    "ADD s :t": invalid("Incorrect operand type for operator or function; operator: ADD, operand type: STRING, typeSet: "
                        "ALLOWED_FOR_ADD_OPERAND"),
    "DELETE s :t": invalid("Incorrect operand type for operator or function; operator: DELETE, operand type: STRING, typeSet: "
                           "ALLOWED_FOR_DELETE_OPERAND"),
    "SET s = :t, s = :one": overlap("[s]", "[s]"), "SET m = :map, m.x = :one": overlap("[m]", "[m, x]"),
    "SET s = :t REMOVE s": overlap("[s]", "[s]"), "SET m.x = :one, m[0] = :t": overlap("[m, x]", "[m, [0]]", "conflict"),
    "SET s = :t SET n = :one": invalid('The "SET" section can only be used once in an update expression;'),
    "SET name = :t": invalid("Attribute name is a reserved keyword; reserved keyword: name"),
    "SET s = nofunction(n)": invalid("Invalid function name; function: nofunction"),
    "SET s = if_not_exists(n)": invalid("Incorrect number of operands for operator or function; operator or function: "
                                        "if_not_exists, number of operands: 1"),
    "SET s = if_not_exists(:one, :t)": invalid("Operator or function requires a document path; operator or function: "
                                               "if_not_exists"),
    "SET s = :u": invalid("An expression attribute value used in expression is not defined; attribute value: :u"),
    "SET #s = :t": invalid("An expression attribute name used in the document path is not defined; attribute name: #s"),
    "SET _a = :t": invalid('Syntax error; token: "_", near: "SET _a"'),
    "SET s = ": None, "SET": invalid('Syntax error; token: "<EOF>", near: "SET"'),
    "SET s := :t": None, "SET a-b = :t": None, "ADD n n": None, "REMOVE": None, "SET s = n n": None, "SET s = :t,": None,
    "SET l[-1] = :t": None, "SET l[x] = :t": None, "SET s = attribute_exists(n)": None, "SET s = n * :one": None,
}


@pytest.mark.parametrize("expression", UPDATES_REFUSED)
def test_refused_updates(dynamodb, expression):
    got = update(dynamodb, expression)
    want = UPDATES_REFUSED[expression]
    assert isinstance(got, str)
    assert (got if want else got[:len(invalid(""))]) == (want or invalid(""))
    assert dynamodb.get_item(TableName=HASH, Key=pk("u"))["Item"] == pk("u", **ITEM)


@pytest.mark.parametrize("expression, item", [
    ("SET s = :t", {"s": S("new")}), ("ADD n :one", {"n": N(1)}), ("ADD ss :sb", {"ss": V["sb"]}),
    ("SET s = :t REMOVE n", {"s": S("new")})])
def test_an_update_makes_the_item(dynamodb, expression, item):
    assert update(dynamodb, expression, item=None) == pk("u", **item)


@pytest.mark.parametrize("how", [
    {"UpdateExpression": "REMOVE s, m.x"},
    {"UpdateExpression": "DELETE ss :sb", "ExpressionAttributeValues": {":sb": V["sb"]}},
    {"AttributeUpdates": {"s": {"Action": "DELETE"}, "ss": {"Action": "DELETE", "Value": V["sb"]}}}], ids=str)
def test_what_only_takes_away_makes_no_item(dynamodb, how):
    key = {"TableName": HASH, "Key": pk("nobody")}
    for wanted in ("ALL_NEW", "UPDATED_NEW", "ALL_OLD"):
        answer = call(dynamodb, "UpdateItem", key | how | {"ReturnValues": wanted, "ReturnConsumedCapacity": "TOTAL"})
        assert answer == {"ConsumedCapacity": {"TableName": HASH, "CapacityUnits": 1}}
    if "UpdateExpression" in how:
        call(dynamodb, "TransactWriteItems", {"TransactItems": [{"Update": key | how}]})
    assert "Item" not in dynamodb.get_item(**key)
    condition = how | {"ConditionExpression": "attribute_exists(pk)"} if "UpdateExpression" in how else \
        how | {"Expected": {"pk": {"ComparisonOperator": "NOT_NULL"}}}
    assert call(dynamodb, "UpdateItem", key | condition) == CONDITION_FAILED


@pytest.mark.parametrize("how", [{}, {"AttributeUpdates": {}}], ids=str)
def test_an_update_that_says_nothing_makes_the_item(dynamodb, how):
    key = {"TableName": HASH, "Key": pk("nothing-said")}
    dynamodb.delete_item(**key)
    assert call(dynamodb, "UpdateItem", key | how | {"ReturnValues": "ALL_NEW"}) == {"Attributes": pk("nothing-said")}


@pytest.mark.parametrize("wanted, attributes_of", [
    ("NONE", None), ("ALL_OLD", pk("u", **ITEM)), ("ALL_NEW", pk("u", **ITEM | {"n": N(11), "m": {"M": {"x": N(5), "y": ITEM["m"]["M"]["y"]}}})),
    ("UPDATED_OLD", {"n": N(10), "m": {"M": {"x": N(1)}}}), ("UPDATED_NEW", {"n": N(11), "m": {"M": {"x": N(5)}}})])
def test_return_values(dynamodb, wanted, attributes_of):
    more = {"ReturnValues": wanted, "ExpressionAttributeValues": {":one": N(1), ":x": N(5)}}
    answer = update(dynamodb, "SET n = n + :one, m.x = :x", **more)
    assert answer == ({"Attributes": attributes_of} if attributes_of else {})


def test_return_values_of_new_items(dynamodb):
    assert update(dynamodb, "SET s = :t", item=None, ReturnValues="ALL_OLD") == {}
    assert update(dynamodb, "SET s = :t", item=None, ReturnValues="UPDATED_OLD") == {}
    assert update(dynamodb, "SET s = :t", item=None, ReturnValues="UPDATED_NEW") == {"Attributes": {"s": S("new")}}
    assert update(dynamodb, "REMOVE s", ReturnValues="UPDATED_NEW") == {}
    assert update(dynamodb, "REMOVE s", ReturnValues="UPDATED_OLD") == {"Attributes": {"s": S("text")}}


CONDITIONS = {
    True: ["s = :t OR s <> :t", "n BETWEEN :neg AND :big", "n IN (:neg, :ten)", "attribute_exists(m.y.z)", "attribute_not_exists(m.y.q)",
           "attribute_type(ss, :kss)", "begins_with(s, :te)", "contains(s, :ex)", "contains(ss, :a)", "contains(l, :a)", "size(l) = :three",
           "size(s) < :ten", "size(m) = :two", "NOT s = :t", "NOT (s = :t AND n = :ten)", "(s = :t OR n = :ten) AND yes = :true",
           "n = :ten AND n = :ten OR s = :t", "nowhere <> :t", "l[0] = :a", "nil = :nil", "ns = :nsr", "m.x < n", "size(bs) = :one1",
           "NOT nowhere = :t", "nowhere <> other1", "begins_with(s, s2) OR n = :ten"],
    False: ["s = :t", "nowhere = :t", "nowhere = other1", "n < s", "s > :ten", "attribute_type(s, :kss)", "begins_with(n, :te)", "contains(n, :a)",
            "size(n) = :one1", "size(nowhere) = :one1", "l[9] = :a", "m.y.z.q = :a", "n IN (:neg)", "NOT n = :ten", "nowhere BETWEEN :neg AND :ten",
            "s BETWEEN :neg AND :ten", "contains(ns, :a)"],
}
CV = {":t": S("new"), ":neg": N(-3), ":big": N(100), ":ten": N("10.0"), ":kss": S("SS"), ":te": S("te"), ":ex": S("ex"), ":a": S("a"),
      ":three": N(3), ":two": N(2), ":true": {"BOOL": True}, ":nil": {"NULL": True}, ":nsr": {"NS": ["2", "1.0"]}, ":one1": N(1)}


@pytest.mark.parametrize("holds, condition", [(holds, one) for holds, all in CONDITIONS.items() for one in all])
def test_conditions(dynamodb, holds, condition):
    item = pk("c", **ITEM)
    dynamodb.put_item(TableName=HASH, Item=item)
    values = {name: value for name, value in CV.items() if name in re.findall(r":\w+", condition)}
    request = {"TableName": HASH, "Item": item, "ConditionExpression": condition} | (
        {"ExpressionAttributeValues": values} if values else {})
    assert call(dynamodb, "PutItem", request) == ({} if holds else CONDITION_FAILED)
    scan = {"TableName": HASH, "FilterExpression": condition} | ({"ExpressionAttributeValues": values} if values else {})
    assert (item in dynamodb.scan(**scan)["Items"]) == holds


def wrong(what):
    return f"{ENVELOPE}Invalid ConditionExpression: {what}"


CONDITIONS_REFUSED = {
    "s = s": wrong("The first operand must be distinct from the remaining operands for this operator or function; operator: =, "
                   "first operand: [s]"),
    "attribute_exists(:a)": wrong("Operator or function requires a document path; operator or function: attribute_exists"),
    "attribute_type(s, :a)": wrong("Invalid attribute type name found; type: a, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"),
    "begins_with(s, :ten)": wrong("Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"),
    "begins_with(s)": wrong("Incorrect number of operands for operator or function; operator or function: begins_with, number of "
                            "operands: 1"),
    "s < :true": wrong("Incorrect operand type for operator or function; operator or function: <, operand type: BOOL"),
    "n BETWEEN :big AND :ten": wrong("The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound "
                                     "operand: AttributeValue: {N:100}, upper bound operand: AttributeValue: {N:10}"),
    "n BETWEEN :ten AND :a": wrong("The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: "
                                   "AttributeValue: {N:10}, upper bound operand: AttributeValue: {S:a}"),
    "nofunction(s)": wrong("Invalid function name; function: nofunction"), "(s = :a": wrong('Syntax error; token: "<EOF>", near: ":a"'),
    "size(s)": wrong("The function is not allowed to be used this way in an expression; function: size"),
    "attribute_exists(s) = :true": wrong("The function is not allowed to be used this way in an expression; function: attribute_exists"),
    "((s = :a))": wrong("The expression has redundant parentheses;"), "s": None, "s = :a AND": None, "AND s = :a": None, "s == :a": None,
    "s = :a s = :a": None, "NOT": None, "s IN ()": None, "s BETWEEN :a": None, "s != :a": None, "s = 'a'": None, "s = 5": None,
}


@pytest.mark.parametrize("condition", CONDITIONS_REFUSED)
def test_refused_conditions(dynamodb, condition):
    values = {name: value for name, value in CV.items() if name in re.findall(r":\w+", condition)}
    request = {"TableName": HASH, "Item": pk("c"), "ConditionExpression": condition} | (
        {"ExpressionAttributeValues": values} if values else {})
    got, want = refusal(dynamodb, "PutItem", request), CONDITIONS_REFUSED[condition]
    assert got == want if want else got.startswith(wrong("Syntax error; token: "))


@pytest.mark.parametrize("count, message", [
    (300, "accepted"), (301, wrong("The expression contains too many operators; operator count: 301"))])
def test_number_of_operators(dynamodb, count, message):
    # a<b and NOT: one operator each; 151 comparisons are joined by 150.
    comparisons = ["a<b"] * ((count + 1) // 2)
    condition = " OR ".join(comparisons)
    condition = "NOT " + condition if count % 2 == 0 else condition
    request = {"TableName": HASH, "FilterExpression": condition}
    got = refusal(dynamodb, "Scan", request)
    assert got == message.replace(ENVELOPE, "").replace("Condition", "Filter")


def test_sizes_of_expressions(dynamodb):
    def projection(size):
        names = ", ".join(f"a{number:06}" for number in range(455))
        return names + "a" * (size - len(names))
    request = {"TableName": HASH, "Key": pk("c")}
    assert refusal(dynamodb, "GetItem", request | {"ProjectionExpression": projection(4096)}) == "accepted"
    assert refusal(dynamodb, "GetItem", request | {"ProjectionExpression": projection(4097)}) == (
        "Invalid ProjectionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097")
    names = {f"#a{number}": "n" * 250 + str(number) for number in range(30)}
    assert refusal(dynamodb, "GetItem", request | {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}) == \
        "accepted"


LEGACY_UPDATES = {
    "put": ({"s": ("PUT", S("new"))}, {"s": S("new")}), "no action": ({"s": (None, S("new"))}, {"s": S("new")}),
    "add number": ({"n": ("ADD", N(5))}, {"n": N(15)}), "add to nothing": ({"q": ("ADD", N(5))}, {"q": N(5)}),
    "add to set": ({"ss": ("ADD", {"SS": ["c"]})}, {"ss": {"SS": ["a", "b", "c"]}}),
    "add to list": ({"l": ("ADD", {"L": [S("d")]})}, {"l": {"L": [S("a"), S("b"), S("c"), S("d")]}}),
    "delete": ({"s": ("DELETE", None)}, {"s": None}), "delete from set": ({"ss": ("DELETE", {"SS": ["a"]})}, {"ss": {"SS": ["b"]}}),
    "several": ({"s": ("PUT", S("x")), "n": ("ADD", N(1)), "l": ("DELETE", None)}, {"s": S("x"), "n": N(11), "l": None}),
    "nothing": ({}, {}),
}


def legacy_updates(updates):
    return {name: {key: value for key, value in (("Action", action), ("Value", value)) if value} for name, (action, value) in updates.items()}


@pytest.mark.parametrize("case", LEGACY_UPDATES)
def test_attribute_updates(dynamodb, case):
    updates, changes = LEGACY_UPDATES[case]
    dynamodb.put_item(TableName=HASH, Item=pk("a", **ITEM))
    dynamodb.update_item(TableName=HASH, Key=pk("a"), AttributeUpdates=legacy_updates(updates))
    want = pk("a") | {name: value for name, value in (ITEM | changes).items() if value is not None}
    assert dynamodb.get_item(TableName=HASH, Key=pk("a"))["Item"] == want


@pytest.mark.parametrize("updates, message", [
    ({"pk": ("PUT", S("x"))}, f"{INVALID}Cannot update attribute pk. This attribute is part of the key"),
    ({"s": ("ADD", S("x"))}, f"{ENVELOPE}{INVALID}ADD action is not supported for the type S"),
    ({"s": ("DELETE", S("x"))}, f"{ENVELOPE}{INVALID}DELETE action with value is not supported for the type S"),
    ({"n": ("ADD", {"SS": ["x"]})}, "Type mismatch for attribute to update"),
], ids=str)
def test_refused_attribute_updates(dynamodb, updates, message):
    dynamodb.put_item(TableName=HASH, Item=pk("a", **ITEM))
    got = refusal(dynamodb, "UpdateItem", {"TableName": HASH, "Key": pk("a"), "AttributeUpdates": legacy_updates(updates)})
    assert got == message


@pytest.mark.parametrize("holds, expected, operator", [
    (True, {"s": {"Value": S("text")}}, None), (False, {"s": {"Value": S("x")}}, None), (True, {"q": {"Exists": False}}, None),
    (False, {"s": {"Exists": False}}, None), (True, {"s": {"Exists": True, "Value": S("text")}}, None),
    (True, {"n": {"ComparisonOperator": "GT", "AttributeValueList": [N(9)]}}, None),
    (True, {"s": {"ComparisonOperator": "BEGINS_WITH", "AttributeValueList": [S("te")]}}, None),
    (False, {"s": {"Value": S("text")}, "n": {"Value": N(1)}}, "AND"), (True, {"s": {"Value": S("text")}, "n": {"Value": N(1)}}, "OR"),
    (True, {"q": {"ComparisonOperator": "NULL"}}, None), (True, {"yes": {"ComparisonOperator": "EQ", "AttributeValueList": [{"BOOL": True}]}}, None),
    (True, {"ss": {"ComparisonOperator": "NOT_CONTAINS", "AttributeValueList": [S("z")]}}, None),
    (True, {"n": {"ComparisonOperator": "IN", "AttributeValueList": [N(1), N(10)]}}, None),
], ids=str)
def test_expected(dynamodb, holds, expected, operator):
    dynamodb.put_item(TableName=HASH, Item=pk("e", **ITEM))
    request = {"TableName": HASH, "Item": pk("e", **ITEM), "Expected": expected} | ({"ConditionalOperator": operator} if operator else {})
    assert call(dynamodb, "PutItem", request) == ({} if holds else CONDITION_FAILED)
