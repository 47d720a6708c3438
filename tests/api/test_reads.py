"""GetItem, Query and Scan: refusals with their texts and order, key conditions, pages, Select, indexes and segments."""
import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH, PAIR, PAIR_N, PAIR_B, INDEXED)
    for number in range(6):
        client.put_item(TableName=PAIR, Item=pk("p", sk=S(f"s{number}"), n=N(number), keep=S("yes" if number == 0 else "no"),
                                                m={"M": {"x": N(number), "l": {"L": [S("a"), S("b"), S("c")]}}}))
        client.put_item(TableName=INDEXED, Item=pk("p", sk=S(f"s{number}"), ls=S(f"l{9 - number}"), a=S("a"), b=S("b"),
                                                   **({"gh": S("g"), "gs": N(number % 2)} if number < 4 else {})))
    return client


MISMATCH = "The provided key element does not match the schema"
SELECT_ENUM = ("Member must satisfy enum value set: [SPECIFIC_ATTRIBUTES, COUNT, ALL_ATTRIBUTES, "
               "ALL_PROJECTED_ATTRIBUTES]")
SCHEMA_TYPE = f"{INVALID}Condition parameter type does not match schema type"


def operand(op, kind):
    return ("Invalid KeyConditionExpression: Incorrect operand type for operator or function; operator or function: "
            f"{op}, operand type: {kind}")


def undefined(value):
    return ("Invalid KeyConditionExpression: An expression attribute value used in expression is not defined; "
            f"attribute value: {value}")


def query(table, expression=None, values=None, **more):
    return "Query", {"TableName": table} | ({"KeyConditionExpression": expression} if expression is not None else {}) | (
        {"ExpressionAttributeValues": values} if values else {}) | more


P = {":p": S("q")}
TRUE, FALSE = {"BOOL": True}, {"BOOL": False}
QUERIES_REFUSED = {
    "begins_with number": (query(PAIR, "pk = :p AND begins_with(sk, :v)", P | {":v": N(1)}), operand("begins_with", "N")),
    "begins_with bool": (query(PAIR, "pk = :p AND begins_with(sk, :v)", P | {":v": TRUE}), operand("begins_with", "BOOL")),
    "begins_with on a number": (query(PAIR_N, "pk = :p AND begins_with(sk, :v)", P | {":v": N(1)}),
                                operand("begins_with", "N")),
    "begins_with text on a number": (query(PAIR_N, "pk = :p AND begins_with(sk, :v)", P | {":v": S("a")}), SCHEMA_TYPE),
    "order of bool": (query(PAIR_N, "pk = :p AND sk < :v", P | {":v": TRUE}), operand("<", "BOOL")),
    "order of bool, value first": (query(PAIR_N, "pk = :p AND :v >= sk", P | {":v": TRUE}), operand(">=", "BOOL")),
    "between bools": (query(PAIR_N, "pk = :p AND sk BETWEEN :a AND :b", P | {":a": FALSE, ":b": TRUE}),
                      operand("BETWEEN", "BOOL")),
    "equal bool": (query(PAIR_N, "pk = :p AND sk = :v", P | {":v": TRUE}), SCHEMA_TYPE),
    "equal other type": (query(PAIR_N, "pk = :p AND sk = :v", P | {":v": S("a")}), SCHEMA_TYPE),
    "two of one key": (query(PAIR_N, "pk = :p AND sk > :a AND sk < :b", P | {":a": N(1), ":b": N(5)}),
                       "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key"),
    "three conditions": (query(PAIR_N, "pk = :p AND sk > :a AND extra = :b", P | {":a": N(1), ":b": N(5)}),
                         "The number of query conditions (3) exceeds the number of key attributes defined in the schema "
                         "(2)"),
    "undefined first": (query(PAIR, "pk = :missing AND begins_with(sk, :n)", {":n": N(1)}), undefined(":missing")),
    "operand first": (query(PAIR, "begins_with(sk, :n) AND pk = :missing", {":n": N(1)}), operand("begins_with", "N")),
    "operand in the middle": (query(PAIR, "pk = :p AND begins_with(sk, :n) AND sk = :missing", P | {":n": N(1)}),
                              operand("begins_with", "N")),
    "operand before a third": (query(PAIR, "pk = :p AND begins_with(sk, :n) AND sk > :s", P | {":n": N(1), ":s": S("a")}),
                               operand("begins_with", "N")),
    "operand before the table": (query(ABSENT, "pk = :p AND begins_with(sk, :n)", P | {":n": N(1)}),
                                 operand("begins_with", "N")),
    "table": (query(ABSENT, "pk = :p AND begins_with(sk, :n)", P | {":n": S("a")}), NO_TABLE),
    "no partition key": (query(PAIR, "sk = :p", P), "Query condition missed key schema element: pk"),
    "no key": (query(PAIR, "a = :p", P), "Query condition missed key schema element: pk"),
    "other attribute": (query(PAIR, "pk = :p AND a = :p", P), "Query condition missed key schema element: sk"),
    "partition key in a range": (query(PAIR, "pk > :p", P), "Query key condition not supported"),
    "no condition": (query(PAIR), "Either the KeyConditions or KeyConditionExpression parameter must be specified in the "
                                  "request."),
    "empty condition": (query(PAIR, "", P), "Invalid KeyConditionExpression: The expression can not be empty;"),
    "nested key": (query(PAIR, "pk = :p AND sk.foo = :p", P),
                   "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"),
    "parentheses": (query(PAIR, "((pk = :p)) AND ((sk = :p))", P),
                    "Invalid KeyConditionExpression: The expression has redundant parentheses;"),
    "or": (query(PAIR, "pk = :p OR sk = :p", P),
           "Invalid operator used in KeyConditionExpression: OR"),
    "not": (query(PAIR, "NOT pk = :p", P),
            "Invalid operator used in KeyConditionExpression: NOT"),
    "unequal": (query(PAIR, "pk <> :p", P),
                "Invalid operator used in KeyConditionExpression: <>"),
    "in": (query(PAIR, "pk IN (:p)", P),
           "Invalid operator used in KeyConditionExpression: IN"),
    "contains": (query(PAIR, "pk = :p AND contains(sk, :p)", P),
                 "Invalid operator used in KeyConditionExpression: contains"),
    "between, wrong way": (query(PAIR, "pk = :p AND sk BETWEEN :b AND :a", P | {":a": S("a"), ":b": S("b")}),
                           "Invalid KeyConditionExpression: The BETWEEN operator requires upper bound to be greater than or "
                           "equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: "
                           "AttributeValue: {S:a}"),
    "unused name": (query(PAIR, "pk = :p", P, ExpressionAttributeNames={"#u": "x"}),
                    "Value provided in ExpressionAttributeNames unused in expressions: keys: {#u}"),
    "filter's name": (query(PAIR, "pk = :p", P | {":f": S("x")}, FilterExpression="#m = :f"),
                      "Invalid FilterExpression: An expression attribute name used in the document path is not defined; "
                      "attribute name: #m"),
    "filter on the key": (query(PAIR, "pk = :p", P, FilterExpression="sk = :p"),
                          "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"),
    "select": (query(PAIR, "pk = :p", P, Select="X"), violation(broken("X", "select", SELECT_ENUM))),
    "select, capacity": (query(PAIR, "pk = :p", P, Select="X", ReturnConsumedCapacity="X"), violation(
        broken("X", "returnConsumedCapacity", "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]"),
        broken("X", "select", SELECT_ENUM))),
    "limit": (query(PAIR, "pk = :p", P, Limit=0), f"{ENVELOPE}Value at 'Limit' failed to satisfy constraint: Member must "
                                                  "have value greater than or equal to 1"),
    "index": (query(PAIR, "pk = :p", P, IndexName="none"), "The table does not have the specified index: none"),
    "consistent": (query(INDEXED, "gh = :p", P, IndexName="gsi", ConsistentRead=True),
                   "Consistent reads are not supported on global secondary indexes"),
    "legacy too": (query(PAIR, "pk = :p", P, KeyConditions={"pk": {"ComparisonOperator": "EQ",
                                                                  "AttributeValueList": [S("q")]}}),
                   "Can not use both expression and non-expression parameters in the same request: Non-expression "
                   "parameters: {KeyConditions} Expression parameters: {KeyConditionExpression}"),
    "operator before select": (query(ABSENT, None, None, Select="BOGUS", ConditionalOperator="XOR",
                                     KeyConditions={"pk": {"ComparisonOperator": "EQ", "AttributeValueList": [S("a")]}},
                                     QueryFilter={"b": {"ComparisonOperator": "NULL"}, "c": {"ComparisonOperator": "NULL"}}),
                               "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"),
    "empty key": (query(PAIR, "pk = :p", {":p": S("")}),
                  "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
                  "empty string value. Key: pk"),
    "unprojected": (query(INDEXED, "gh = :p", P, IndexName="gsi-some", Select="ALL_ATTRIBUTES"),
                    f"{INVALID}Select type ALL_ATTRIBUTES is not supported for global secondary index gsi-some because its "
                    "projection type is not ALL"),
    "specific without names": (query(PAIR, "pk = :p", P, Select="SPECIFIC_ATTRIBUTES"),
                               f"{ENVELOPE}Must specify the AttributesToGet or ProjectionExpression when choosing to get "
                               "SPECIFIC_ATTRIBUTES"),
    "count with names": (query(PAIR, "pk = :p", P, Select="COUNT", ProjectionExpression="a"),
                         f"{ENVELOPE}Cannot specify the ProjectionExpression when choosing to get only the Count"),
    "projected of a table": (query(PAIR, "pk = :p", P, Select="ALL_PROJECTED_ATTRIBUTES"),
                             f"{ENVELOPE}ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    "start key": (query(PAIR, "pk = :p", P, ExclusiveStartKey=pk("q")), "The provided starting key is invalid"),
    "start of another type": (query(PAIR, "pk = :p", P, ExclusiveStartKey=pk("q", sk=N(1))), MISMATCH),
    "start elsewhere": (query(PAIR, "pk = :p", P, ExclusiveStartKey=pk("other", sk=S("a"))),
                        "The provided starting key is outside query boundaries based on provided conditions"),
    "start outside the range": (query(PAIR, "pk = :p AND sk > :p", P, ExclusiveStartKey=pk("q", sk=S("a"))),
                                "The provided starting key does not match the range key predicate"),
}


@pytest.mark.parametrize("case", QUERIES_REFUSED)
def test_refused_queries(dynamodb, case):
    request, message = QUERIES_REFUSED[case]
    assert refusal(dynamodb, *request) == message


def scan(table=HASH, **more):
    return "Scan", {"TableName": table} | more


SCANS_REFUSED = {
    "segment alone": (scan(Segment=0), "The TotalSegments parameter is required but was not present in the request when "
                                       "Segment parameter is present"),
    "total alone": (scan(TotalSegments=4), "The Segment parameter is required but was not present in the request when "
                                           "parameter TotalSegments is present"),
    "segment too large": (scan(Segment=5, TotalSegments=5), "The Segment parameter is zero-based and must be less than "
                                                            "parameter TotalSegments: Segment: 5 is not less than "
                                                            "TotalSegments: 5"),
    "negative": (scan(Segment=-1, TotalSegments=4), violation(
        broken(-1, "segment", "Member must have value greater than or equal to 0"))),
    "too many": (scan(Segment=0, TotalSegments=1000001), violation(
        broken(1000001, "totalSegments", "Member must have value less than or equal to 1000000"))),
    "limit": (scan(Limit=0), violation(broken(0, "limit", "Member must have value greater than or equal to 1"))),
    "table": (scan(ABSENT), NO_TABLE),
    "specific without names": (scan(Select="SPECIFIC_ATTRIBUTES"), "Must specify the AttributesToGet or ProjectionExpression "
                                                                   "when choosing to get SPECIFIC_ATTRIBUTES"),
    "count with names": (scan(Select="COUNT", AttributesToGet=["a"]),
                         "Cannot specify the AttributesToGet when choosing to get only the Count"),
    "projected of a table": (scan(Select="ALL_PROJECTED_ATTRIBUTES"),
                             "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    "projection below a key": (scan(ProjectionExpression="pk.a"), "Key attributes must be scalars; list random access '[]' and "
                                                                  "map lookup '.' are not allowed: Key: pk"),
    "get below an index key": (("GetItem", {"TableName": INDEXED, "Key": pk("x", sk=S("x")), "ProjectionExpression": "gh[0]"}),
                               "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                               "IndexKey: gh"),
    "consistent": (scan(INDEXED, IndexName="gsi", ConsistentRead=True),
                   "Consistent reads are not supported on global secondary indexes"),
    "index": (scan(IndexName="none"), "The table does not have the specified index: none"),
    "operand": (scan(FilterExpression="begins_with(nowhere, :n)", ExpressionAttributeValues={":n": N(5)}),
                "Invalid FilterExpression: Incorrect operand type for operator or function; operator or function: "
                "begins_with, operand type: N"),
    "undefined name": (scan(FilterExpression="pk = :n", ExpressionAttributeValues={":n": S("x")},
                            ProjectionExpression="#u"),
                       "Invalid ProjectionExpression: An expression attribute name used in the document path is not "
                       "defined; attribute name: #u"),
    "one condition and an operator": (scan(ScanFilter={"a": {"ComparisonOperator": "NULL"}}, ConditionalOperator="AND"),
                                      "ConditionalOperator can only be used when Filter or Expected has two or more "
                                      "elements"),
    "operator alone": (scan(ConditionalOperator="AND"), "ConditionalOperator cannot be used without Filter or Expected"),
    "start key": (scan(ExclusiveStartKey={"other": S("x")}),
                  f"The provided starting key is invalid: {MISMATCH}"),
    "values without expression": (scan(ExpressionAttributeValues={":v": S("x")}),
                                  "ExpressionAttributeValues can only be specified when using expressions: FilterExpression "
                                  "is null"),
    "mixed": (scan(ScanFilter={"a": {"ComparisonOperator": "NULL"}}, FilterExpression="attribute_exists(a)"),
              "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: "
              "{ScanFilter} Expression parameters: {FilterExpression}"),
    "projection": (scan(ProjectionExpression="a, a.b"),
                   "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of "
                   "these paths; path one: [a], path two: [a, b]"),
    "get projection": (("GetItem", {"TableName": HASH, "Key": pk("x"), "ProjectionExpression": "!!! INVALID !!!"}),
                       'Invalid ProjectionExpression: Syntax error; token: "!", near: "!!"'),
    "get names alone": (("GetItem", {"TableName": HASH, "Key": pk("x"), "ExpressionAttributeNames": {"#a": "a"}}),
                        "ExpressionAttributeNames can only be specified when using expressions"),
}


@pytest.mark.parametrize("case", SCANS_REFUSED)
def test_refused_scans_and_gets(dynamodb, case):
    request, message = SCANS_REFUSED[case]
    assert refusal(dynamodb, *request) == message


def found(dynamodb, expression, values=None, table=PAIR, name="sk", **more):
    answer = dynamodb.query(TableName=table, KeyConditionExpression=expression,
                            ExpressionAttributeValues={":p": S("p")} | (values or {}), **more)
    return [item[name].get("S") or item[name]["N"] for item in answer["Items"]]


@pytest.mark.parametrize("expression, values, keys", [
    ("pk = :p", {}, "012345"), ("(pk = :p)", {}, "012345"), ("(pk = :p AND (sk = :a))", {":a": S("s3")}, "3"),
    ("(pk = :p AND sk = :a)", {":a": S("s2")}, "2"), (":p = pk AND :a <= sk", {":a": S("s4")}, "45"),
    ("sk < :a AND pk = :p", {":a": S("s2")}, "01"), ("pk = :p and sk between :a and :b", {":a": S("s1"), ":b": S("s3")}, "123"),
    ("pk = :p AND begins_with(sk, :a)", {":a": S("s")}, "012345"), ("pk = :p AND begins_with ( sk , :a )", {":a": S("s5")}, "5"),
    ("pk = :p AND sk >= :a", {":a": S("s5")}, "5"), ("pk = :p AND sk > :a", {":a": S("t")}, ""),
    ("pk = :p AND sk = :p", {}, ""),
], ids=str)
def test_key_conditions(dynamodb, expression, values, keys):
    assert found(dynamodb, expression, values) == [f"s{key}" for key in keys]
    assert found(dynamodb, expression, values, ScanIndexForward=False) == [f"s{key}" for key in reversed(keys)]


def test_binary_sort_keys_are_unsigned(dynamodb):
    for key in (b"\x80", b"\x7f", b"\0", b"\xff", b"\x7f\0"):
        dynamodb.put_item(TableName=PAIR_B, Item=pk("b", sk=B(key)))
    items = dynamodb.query(TableName=PAIR_B, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": S("b")})["Items"]
    assert [item["sk"]["B"] for item in items] == [b"\0", b"\x7f", b"\x7f\0", b"\x80", b"\xff"]


def test_limit_pages_and_last_key(dynamodb):
    request = dict(TableName=PAIR, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": S("p")}, Limit=3)
    first = dynamodb.query(**request)
    assert first["LastEvaluatedKey"] == pk("p", sk=S("s2")) and first["Count"] == first["ScannedCount"] == 3
    second = dynamodb.query(**request, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert second["LastEvaluatedKey"] == pk("p", sk=S("s5"))  # Stopped at the limit, though nothing is left.
    third = dynamodb.query(**request, ExclusiveStartKey=second["LastEvaluatedKey"])
    assert third["Items"] == [] and "LastEvaluatedKey" not in third


def test_filter_comes_after_limit_and_counts(dynamodb):
    answer = dynamodb.query(TableName=PAIR, KeyConditionExpression="pk = :p", FilterExpression="keep = :k", Limit=4,
                            ExpressionAttributeValues={":p": S("p"), ":k": S("yes")})
    assert (answer["Count"], answer["ScannedCount"]) == (1, 4) and "LastEvaluatedKey" in answer


def test_select_count(dynamodb):
    answer = call(dynamodb, *query(PAIR, "pk = :p", {":p": S("p")}, Select="COUNT"))
    assert answer == {"Count": 6, "ScannedCount": 6}


@pytest.mark.parametrize("projection, item", [
    ("sk", {"sk": S("s1")}), ("m.x", {"m": {"M": {"x": N(1)}}}), ("m.l[2], m.l[0]", {"m": {"M": {"l": {"L": [S("a"), S("c")]}}}}),
    ("m.l[5]", {}), ("nowhere", {}), ("m.l[1], keep", {"m": {"M": {"l": {"L": [S("b")]}}}, "keep": S("no")}),
])
def test_projections(dynamodb, projection, item):
    got = dynamodb.get_item(TableName=PAIR, Key=pk("p", sk=S("s1")), ProjectionExpression=projection)
    assert got["Item"] == item


def test_get_of_nothing_has_no_item(dynamodb):
    assert call(dynamodb, "GetItem", {"TableName": PAIR, "Key": pk("none", sk=S("1"))}) == {}


@pytest.mark.parametrize("index, expression, names", [
    ("lsi", "pk = :p", {"pk", "sk", "ls", "a", "b", "gh", "gs"}), ("lsi-keys", "pk = :p", {"pk", "sk", "ls"}),
    ("gsi", "gh = :g", {"pk", "sk", "ls", "a", "b", "gh", "gs"}), ("gsi-some", "gh = :g", {"pk", "sk", "gh", "gs", "a"}),
    ("gsi-hash", "gh = :g", {"pk", "sk", "ls", "a", "b", "gh", "gs"}),
])
def test_projections_of_indexes(dynamodb, index, expression, names):
    values = {":p": S("p")} if "pk" in expression else {":g": S("g")}
    items = dynamodb.query(TableName=INDEXED, IndexName=index, KeyConditionExpression=expression,
                           ExpressionAttributeValues=values)["Items"]
    assert set().union(*items) == names
    assert len(items) == (6 if "pk" in expression else 4)


def test_local_index_fetches_what_it_lacks(dynamodb):
    answer = dynamodb.query(TableName=INDEXED, IndexName="lsi-keys", KeyConditionExpression="pk = :p AND ls < :l",
                            ExpressionAttributeValues={":p": S("p"), ":l": S("l6")}, Select="ALL_ATTRIBUTES")
    assert [item["sk"]["S"] for item in answer["Items"]] == ["s5", "s4"] and answer["Items"][0]["b"] == S("b")


def test_pages_of_indexes_carry_both_keys(dynamodb):
    request = dict(TableName=INDEXED, IndexName="gsi", KeyConditionExpression="gh = :g",
                   ExpressionAttributeValues={":g": S("g")}, Limit=1)
    seen, start = [], {}
    for _ in range(4):
        page = dynamodb.query(**request, **start)
        seen.append((page["Items"][0]["gs"]["N"], page["Items"][0]["sk"]["S"]))
        assert set(page["LastEvaluatedKey"]) == {"pk", "sk", "gh", "gs"}
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert seen == sorted(seen) and len(set(seen)) == 4
    assert dynamodb.query(**request, **start)["Items"] == []


def test_segments_cover_all_items_once(dynamodb):
    for number in range(40):
        dynamodb.put_item(TableName=HASH, Item=pk(f"seg{number}"))
    everything = {item["pk"]["S"] for item in dynamodb.scan(TableName=HASH)["Items"]}
    parts = [dynamodb.scan(TableName=HASH, Segment=i, TotalSegments=7)["Items"] for i in range(7)]
    assert sorted(item["pk"]["S"] for part in parts for item in part) == sorted(everything) and len(everything) >= 40


def test_megabyte_pages(dynamodb):
    for number in range(20):
        dynamodb.put_item(TableName=PAIR, Item=pk("large", sk=S(f"{number:02}"), p=S("x" * 60_000)))
    request = dict(TableName=PAIR, KeyConditionExpression="pk = :p", ExpressionAttributeValues={":p": S("large")})
    first = dynamodb.query(**request)
    assert first["Count"] == 18 and first["LastEvaluatedKey"]["sk"] == S("17")
    assert dynamodb.query(**request, ExclusiveStartKey=first["LastEvaluatedKey"])["Count"] == 2


@pytest.fixture(scope="module")
def composite(dynamodb):
    """A table with a global index of one partition attribute and four sort attributes."""
    names = ["a", "b", "c", "d"]
    dynamodb.create_table(
        TableName="composite", BillingMode="PAY_PER_REQUEST", KeySchema=key_schema("pk"),
        AttributeDefinitions=attributes(pk="S", h="S", **{name: "S" for name in names}),
        GlobalSecondaryIndexes=[{
            "IndexName": "gsi", "Projection": {"ProjectionType": "ALL"},
            "KeySchema": key_schema("h") + [{"AttributeName": name, "KeyType": "RANGE"} for name in names]}])
    wait_until(lambda: dynamodb.describe_table(TableName="composite")["Table"]["TableStatus"] == "ACTIVE")
    for key, *values in [("p1", "T", "live", "b", "r1"), ("p2", "T", "live", "a", "r2"), ("p3", "T", "live", "a", "r1"),
                         ("p4", "T", "draft", "c", "r1"), ("p5", "F", "live", "a", "r0"), ("p6", "T", "live", None, "r1")]:
        item = pk(key, h=S("o"), **{n: S(v) for n, v in zip(names, values) if v})
        dynamodb.put_item(TableName="composite", Item=item)
    return dynamodb


def gap(missing, present):
    return (f"RANGE key attributes {missing} must have equality conditions specified in the query because a condition is "
            f"present on key attribute {present}")


COMPOSITE = {":h": S("o"), ":a": S("T"), ":b": S("live"), ":c": S("a"), ":d": S("r"), ":x": S("r1")}


@pytest.mark.parametrize("expression, answer", [
    ("h = :h", "54321"), ("h = :h AND a = :a", "4321"), ("h = :h AND a = :a AND b = :b", "321"),
    ("h = :h AND a = :a AND b = :b AND c = :c", "32"), ("h = :h AND a = :a AND b = :b AND c > :c", "1"),
    ("h = :h AND a = :a AND b = :b AND c = :c AND begins_with(d, :d)", "32"),
    ("h = :h AND a = :a AND b = :b AND c = :c AND d BETWEEN :x AND :x", "3"), ("h = :h AND a = :a AND b < :b", "4"),
    ("b = :b AND h = :h AND a = :a", "321"),
    ("h = :h AND a = :a AND c = :c", gap("b", "c")), ("h = :h AND a = :a AND b > :b AND c = :c", gap("b", "c")),
    ("h = :h AND b = :b", gap("a", "b")),
])
def test_sort_keys_of_several_attributes(composite, expression, answer):
    values = {name: value for name, value in COMPOSITE.items() if name in expression}
    request = dict(TableName="composite", IndexName="gsi", KeyConditionExpression=expression, ExpressionAttributeValues=values)
    if answer.isdigit():
        assert [item["pk"]["S"][1] for item in composite.query(**request)["Items"]] == list(answer)
        page = composite.query(**request, Limit=1)
        assert set(page["LastEvaluatedKey"]) == {"pk", "h", "a", "b", "c", "d"}
    else:
        assert answer in refusal(composite, "Query", request)


@pytest.mark.parametrize("table, more, conditions, keys", [
    (PAIR, {}, {"sk": ("BEGINS_WITH", [S("s")])}, "012345"), (PAIR, {}, {"sk": ("BETWEEN", [S("s1"), S("s3")])}, "123"),
    (PAIR, {}, {"sk": ("GT", [S("s3")])}, "45"), (PAIR, {"ScanIndexForward": False}, {}, "543210"),
    (PAIR, {"QueryFilter": {"n": {"ComparisonOperator": "EQ", "AttributeValueList": [N(3)]}}}, {}, "3"),
    (PAIR, {"QueryFilter": {"keep": {"ComparisonOperator": "CONTAINS", "AttributeValueList": [S("e")]}}}, {}, "0"),
    (PAIR, {"QueryFilter": {"n": {"ComparisonOperator": "IN", "AttributeValueList": [N(1), N(4)]},
                            "keep": {"ComparisonOperator": "EQ", "AttributeValueList": [S("yes")]}},
            "ConditionalOperator": "OR"}, {}, "014"),
], ids=str)
def test_legacy_key_conditions(dynamodb, table, more, conditions, keys):
    conditions = {"pk": ("EQ", [S("p")])} | conditions
    answer = dynamodb.query(TableName=table, KeyConditions={
        name: {"ComparisonOperator": op, "AttributeValueList": values} for name, (op, values) in conditions.items()}, **more)
    assert [item["sk"]["S"][1] for item in answer["Items"]] == list(keys)


def test_legacy_key_conditions_of_several_attributes(composite):
    conditions = {name: {"ComparisonOperator": "EQ", "AttributeValueList": [COMPOSITE[":" + name]]} for name in "hab"}
    request = dict(TableName="composite", IndexName="gsi", KeyConditions=conditions)
    assert [item["pk"]["S"][1] for item in composite.query(**request)["Items"]] == list("321")
    # More conditions than a key of two attributes can have.
    refused = refusal(composite, "Query", dict(TableName=PAIR, KeyConditions={
        name: {"ComparisonOperator": "EQ", "AttributeValueList": [S("x")]} for name in ("pk", "sk", "n")}))
    assert "Conditions can be of length 1 or 2 only" in refused
