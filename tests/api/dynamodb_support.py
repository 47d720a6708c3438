"""What the tests of DynamoDB's API share: a client that sends what it is told, the tables, and short spellings.

The texts in these tests are AWS's. Where AWS's regions differ, the tests hold us to one region's answer.
"""
import botocore.exceptions

from conftest import wait_until

HASH, HASH_N, HASH_B = "hash", "hash-n", "hash-b"
PAIR, PAIR_N, PAIR_B = "pair", "pair-n", "pair-b"
INDEXED = "indexed"
ABSENT = "absent"

INVALID = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "
NO_TABLE = ("ResourceNotFoundException", "Requested resource not found")
CONDITION_FAILED = ("ConditionalCheckFailedException", "The conditional request failed")


def S(text):
    return {"S": text}


def N(text):
    return {"N": str(text)}


def B(data):
    return {"B": data}


def pk(text, **others):
    return {"pk": S(text)} | others


def deep(levels, leaf=None):
    """A value of `levels` maps around a leaf."""
    value = leaf or S("leaf")
    for _ in range(levels):
        value = {"M": {"n": value}}
    return value


def raw_client(world, region="us-east-1"):
    """A stock client that leaves the checking of requests to the service."""
    return world.client("dynamodb", region, parameter_validation=False)


def call(client, operation, request):
    """The answer without its metadata, or (error code, message)."""
    try:
        answer = client._make_api_call(operation, request)
    except botocore.exceptions.ClientError as error:
        return error.response["Error"]["Code"], error.response["Error"]["Message"]
    answer.pop("ResponseMetadata")
    return answer


def refusal(client, operation, request):
    """The message of the ValidationException; `accepted` when there is none."""
    answer = call(client, operation, request)
    if isinstance(answer, dict):
        return "accepted"
    code, message = answer
    return message if code == "ValidationException" else answer


def violation(*violations):
    count = len(violations)
    return f"{count} validation error{'s' if count > 1 else ''} detected: " + "; ".join(violations)


def broken(value, path, constraint):
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def key_schema(hash_key, sort_key=None):
    schema = [{"AttributeName": hash_key, "KeyType": "HASH"}]
    return schema + ([{"AttributeName": sort_key, "KeyType": "RANGE"}] if sort_key else [])


def attributes(**types):
    return [{"AttributeName": name, "AttributeType": kind} for name, kind in types.items()]


def index(name, hash_key, sort_key=None, projection="ALL", **extra):
    return {"IndexName": name, "KeySchema": key_schema(hash_key, sort_key),
            "Projection": {"ProjectionType": projection} | extra}


def make_table(client, name, hash_type="S", sort_type=None, **extra):
    types = {"pk": hash_type} | ({"sk": sort_type} if sort_type else {}) | extra.pop("types", {})
    client.create_table(TableName=name, KeySchema=key_schema("pk", "sk" if sort_type else None),
                        AttributeDefinitions=attributes(**types),
                        **({"BillingMode": "PAY_PER_REQUEST"} | extra))
    wait_until(lambda: client.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")


def make_tables(client, *names):
    """The tables that tests share, by name."""
    for name in names:
        if name == INDEXED:
            make_table(client, name, "S", "S", types={"ls": "S", "gh": "S", "gs": "N"},
                       LocalSecondaryIndexes=[index("lsi", "pk", "ls"),
                                              index("lsi-keys", "pk", "ls", "KEYS_ONLY")],
                       GlobalSecondaryIndexes=[index("gsi", "gh", "gs"),
                                               index("gsi-hash", "gh"),
                                               index("gsi-some", "gh", "gs", "INCLUDE", NonKeyAttributes=["a"])])
        else:
            kind, _, letter = name.partition("-")
            letter = letter.upper() or "S"
            make_table(client, name, letter if kind == "hash" else "S", letter if kind == "pair" else None)
