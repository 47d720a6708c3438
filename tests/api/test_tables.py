"""Tables: what CreateTable, UpdateTable, DescribeTable, DeleteTable, ListTables, tags and TTL accept, answer and refuse."""
import re

import pytest

from dynamodb_support import *  # noqa: F403 (the short spellings of these tests)


@pytest.fixture(scope="module")
def dynamodb(world):
    client = raw_client(world)
    make_tables(client, HASH, INDEXED)
    client.create_table(**create("updates", **PROVISIONED))
    active(client, "updates")
    return client


def create(name="new-table", **more):
    request = {"TableName": name, "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": attributes(pk="S"),
               "KeySchema": key_schema("pk")} | more
    return {key: value for key, value in request.items() if value is not None}


CAPACITY = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
PROVISIONED = {"BillingMode": None, "ProvisionedThroughput": CAPACITY}
LSI = index("lsi1", "pk", "l")
GSI = index("gsi1", "g")


def too_short(name, member):
    return broken(name, f"{member}.1.member.indexName", "Member must have length greater than or equal to 3")


CREATES_REFUSED = {
    "no name": (create(TableName=None), "The parameter 'TableName' is required but was not present in the request"),
    "short name": (create("ab"), violation(broken("ab", "tableName", "Member must have length greater than or equal to 3"))),
    "key twice": (create(KeySchema=[*key_schema("pk"), {"AttributeName": "pk", "KeyType": "RANGE"}], **PROVISIONED),
                  "Invalid KeySchema: Some index key attribute have no definition"),
    "three keys": (create(KeySchema=[*key_schema("pk", "sk"), {"AttributeName": "x", "KeyType": "RANGE"}],
                          AttributeDefinitions=attributes(pk="S", sk="S", x="S"), **PROVISIONED),
                   violation(broken("[KeySchemaElement(attributeName=pk, keyType=HASH), KeySchemaElement(attributeName=sk, "
                                    "keyType=RANGE), KeySchemaElement(attributeName=x, keyType=RANGE)]", "keySchema",
                                    "Member must have length less than or equal to 2"))),
    "key type": (create(KeySchema=[{"AttributeName": "pk", "KeyType": "X"}]), violation(
        broken("X", "keySchema.1.member.keyType", "Member must satisfy enum value set: [HASH, RANGE]"))),
    "attribute type": (create(AttributeDefinitions=attributes(pk="X")), violation(
        broken("X", "attributeDefinitions.1.member.attributeType", "Member must satisfy enum value set: [B, N, S]"))),
    "billing": (create(BillingMode="X"), violation(
        broken("X", "billingMode", "Member must satisfy enum value set: [PROVISIONED, PAY_PER_REQUEST]"))),
    "no capacity": (create(BillingMode=None), f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when "
                                              "BillingMode is PROVISIONED"),
    "capacity on demand": (create(ProvisionedThroughput=CAPACITY),
                           f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
                           "PAY_PER_REQUEST"),
    "no capacity at all": (create(BillingMode="PROVISIONED", ProvisionedThroughput={"ReadCapacityUnits": 0,
                                                                                    "WriteCapacityUnits": 1}),
                           violation(broken(0, "provisionedThroughput.readCapacityUnits",
                                            "Member must have value greater than or equal to 1"))),
    "unused definition": (create(AttributeDefinitions=attributes(pk="S", x="S")),
                          f"{INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined "
                          "in AttributeDefinitions"),
    "undefined key": (create(AttributeDefinitions=attributes(x="S")),
                      f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [pk], "
                      "AttributeDefinitions: [x]"),
    "local index without sort key": (create(AttributeDefinitions=attributes(pk="S", l="S"), LocalSecondaryIndexes=[LSI]),
                                     f"{INVALID}Table KeySchema does not have a range key, which is required when "
                                     "specifying a LocalSecondaryIndex"),
    "index twice": (create(AttributeDefinitions=attributes(pk="S", g="S"), GlobalSecondaryIndexes=[GSI, GSI]),
                    f"{INVALID}Duplicate index name: gsi1"),
    "short index names": (create(AttributeDefinitions=attributes(pk="S", sk="S"), KeySchema=key_schema("pk", "sk"),
                                 LocalSecondaryIndexes=[index("l1", "pk", "l")], GlobalSecondaryIndexes=[index("g1", "g")]),
                          violation(too_short("g1", "globalSecondaryIndexes"), too_short("l1", "localSecondaryIndexes"))),
    "included nothing": (create(AttributeDefinitions=attributes(pk="S", g="S"),
                                GlobalSecondaryIndexes=[index("gsi1", "g", None, "INCLUDE")]),
                         f"{INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified"),
    "included for nothing": (create(AttributeDefinitions=attributes(pk="S", g="S"),
                                    GlobalSecondaryIndexes=[index("gsi1", "g", None, "KEYS_ONLY", NonKeyAttributes=["x"])]),
                             f"{INVALID}ProjectionType is KEYS_ONLY, but NonKeyAttributes is specified"),
    "stream off with a view": (create(StreamSpecification={"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}), INVALID),
    "stream without a view": (create(StreamSpecification={"StreamEnabled": True}), INVALID),
    "too many local": (create(AttributeDefinitions=attributes(pk="S", sk="S", l="S"), KeySchema=key_schema("pk", "sk"),
                              LocalSecondaryIndexes=[index(f"lsi{i}", "pk", "l") for i in range(6)]), INVALID),
    "too many global": (create(AttributeDefinitions=attributes(pk="S", g="S"),
                               GlobalSecondaryIndexes=[index(f"gsi{i}", "g") for i in range(21)]), INVALID),
}


@pytest.mark.parametrize("case", CREATES_REFUSED)
def test_refused_tables(dynamodb, case):
    request, message = CREATES_REFUSED[case]
    got = refusal(dynamodb, "CreateTable", request)
    assert got.startswith(INVALID) and got != INVALID if message == INVALID else got == message


def active(dynamodb, name):
    wait_until(lambda: dynamodb.describe_table(TableName=name)["Table"]["TableStatus"] == "ACTIVE")
    return dynamodb.describe_table(TableName=name)["Table"]


def test_a_table_from_making_to_deleting(dynamodb):
    made = dynamodb.create_table(**create("life"))["TableDescription"]
    assert made["TableStatus"] == "CREATING" and made["ItemCount"] == made["TableSizeBytes"] == 0
    code, message = call(dynamodb, "CreateTable", create("life"))
    assert (code, message) == ("ResourceInUseException", "Table already exists: life")
    table = active(dynamodb, "life")
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["ProvisionedThroughput"]["ReadCapacityUnits"] == 0
    assert table["KeySchema"] == key_schema("pk") and table["TableArn"].endswith(":table/life")
    assert not {"SSEDescription", "StreamSpecification", "GlobalSecondaryIndexes", "LatestStreamArn"} & set(table)
    assert table["DeletionProtectionEnabled"] is False
    deleted = dynamodb.delete_table(TableName="life")["TableDescription"]
    assert deleted["TableName"] == "life" and deleted["TableStatus"] == "DELETING"
    wait_until(lambda: call(dynamodb, "DescribeTable", {"TableName": "life"}) ==
               ("ResourceNotFoundException", "Requested resource not found: Table: life not found"))
    assert "life" not in dynamodb.list_tables()["TableNames"]


@pytest.mark.parametrize("operation, more, message", [
    ("DescribeTable", {}, "Requested resource not found: Table: absent not found"),
    ("DeleteTable", {}, "Requested resource not found: Table: absent not found"),
    ("UpdateTable", {"ProvisionedThroughput": CAPACITY}, "Requested resource not found: Table: absent not found"),
    ("DescribeTimeToLive", {}, "Requested resource not found: Table: absent not found"),
    ("UpdateTimeToLive", {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "x"}},
     "Requested resource not found: Table: absent not found"),
])
def test_absent_tables(dynamodb, operation, more, message):
    assert call(dynamodb, operation, {"TableName": ABSENT} | more) == ("ResourceNotFoundException", message)


@pytest.mark.parametrize("operation", ["DescribeTable", "DeleteTable", "UpdateTable"])
@pytest.mark.parametrize("name, message", [
    (None, "The parameter 'TableName' is required but was not present in the request"),
    ("abc;", violation(broken("abc;", "tableName", "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+")))])
def test_names_of_tables(dynamodb, operation, name, message):
    assert refusal(dynamodb, operation, {"TableName": name} if name else {}) == message


def test_configuration_round_trips(dynamodb):
    dynamodb.create_table(**create("configured", DeletionProtectionEnabled=True, TableClass="STANDARD_INFREQUENT_ACCESS",
                                   SSESpecification={"Enabled": True},
                                   OnDemandThroughput={"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5}))
    table = active(dynamodb, "configured")
    assert table["DeletionProtectionEnabled"] is True
    assert table["TableClassSummary"]["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert (table["SSEDescription"]["Status"], table["SSEDescription"]["SSEType"]) == ("ENABLED", "KMS")
    assert re.match(r"arn:aws:kms:", table["SSEDescription"]["KMSMasterKeyArn"])
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 5}
    assert refusal(dynamodb, "DeleteTable", {"TableName": "configured"}) == (
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
    dynamodb.update_table(TableName="configured", DeletionProtectionEnabled=False)
    active(dynamodb, "configured")
    dynamodb.update_table(TableName="configured", TableClass="STANDARD")
    active(dynamodb, "configured")
    dynamodb.update_table(TableName="configured", OnDemandThroughput={"MaxReadRequestUnits": 20, "MaxWriteRequestUnits": 15})
    table = active(dynamodb, "configured")
    assert table["TableClassSummary"]["TableClass"] == "STANDARD"
    assert table["OnDemandThroughput"]["MaxWriteRequestUnits"] == 15
    dynamodb.delete_table(TableName="configured")


def test_throughput_and_billing_mode(dynamodb):
    dynamodb.create_table(**create("provisioned", **PROVISIONED))
    assert active(dynamodb, "provisioned")["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    same = {"TableName": "provisioned", "BillingMode": "PROVISIONED", "ProvisionedThroughput": CAPACITY}
    assert refusal(dynamodb, "UpdateTable", same).startswith("The provisioned throughput for the table will not change")
    both = {"TableName": "provisioned", "BillingMode": "PAY_PER_REQUEST", "ProvisionedThroughput": CAPACITY}
    assert "PAY_PER_REQUEST" in refusal(dynamodb, "UpdateTable", both)
    none = {"TableName": "provisioned", "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 5}}
    assert refusal(dynamodb, "UpdateTable", none) == violation(
        broken(0, "provisionedThroughput.readCapacityUnits", "Member must have value greater than or equal to 1"))
    dynamodb.update_table(TableName="provisioned", ProvisionedThroughput={"ReadCapacityUnits": 20, "WriteCapacityUnits": 15})
    table = active(dynamodb, "provisioned")
    assert (table["ProvisionedThroughput"]["ReadCapacityUnits"], table["ProvisionedThroughput"]["WriteCapacityUnits"]) == (20, 15)
    dynamodb.update_table(TableName="provisioned", BillingMode="PAY_PER_REQUEST")
    assert active(dynamodb, "provisioned")["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert refusal(dynamodb, "UpdateTable", {"TableName": "provisioned", "BillingMode": "PAY_PER_REQUEST"}) == "accepted"
    active(dynamodb, "provisioned")
    dynamodb.update_table(TableName="provisioned", BillingMode="PROVISIONED", ProvisionedThroughput=CAPACITY)
    assert active(dynamodb, "provisioned")["ProvisionedThroughput"]["WriteCapacityUnits"] == 5


def add_index(table, name, *, projection="ALL", definitions=None, **more):
    return {"TableName": table, "GlobalSecondaryIndexUpdates": [{"Create": index(name, "g", None, projection, **more)}]} | (
        {"AttributeDefinitions": definitions} if definitions else {})


def test_indexes_come_and_go(dynamodb):
    dynamodb.create_table(**create("growing"))
    active(dynamodb, "growing")
    for number in range(50):
        dynamodb.put_item(TableName="growing", Item=pk(f"k{number}", g=S("g" if number % 2 else "h"), a=S("a"), b=S("b")))
    dynamodb.put_item(TableName="growing", Item=pk("wrong type", g=N(1)))
    assert "accepted" != refusal(dynamodb, "UpdateTable", add_index("growing", "gsi1"))  # g is not defined.
    dynamodb.update_table(**add_index("growing", "gsi1", projection="INCLUDE", NonKeyAttributes=["a"],
                                      definitions=attributes(g="S")))
    def made():
        table = active(dynamodb, "growing")
        return all(one["IndexStatus"] == "ACTIVE" for one in table["GlobalSecondaryIndexes"]) and table
    table = wait_until(made)
    assert [one["IndexName"] for one in table["GlobalSecondaryIndexes"]] == ["gsi1"]
    found = dynamodb.query(TableName="growing", IndexName="gsi1", KeyConditionExpression="g = :g",
                           ExpressionAttributeValues={":g": S("g")})["Items"]
    assert len(found) == 25 and set(found[0]) == {"pk", "g", "a"}
    assert refusal(dynamodb, "UpdateTable", add_index("growing", "gsi1", definitions=attributes(g="S"))) != "accepted"
    absent = {"TableName": "growing", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "none"}}]}
    assert call(dynamodb, "UpdateTable", absent)[0] == "ResourceNotFoundException"
    dynamodb.update_table(TableName="growing", GlobalSecondaryIndexUpdates=[{"Delete": {"IndexName": "gsi1"}}])
    wait_until(lambda: "GlobalSecondaryIndexes" not in active(dynamodb, "growing"))
    assert refusal(dynamodb, "Query", {
        "TableName": "growing", "IndexName": "gsi1", "KeyConditionExpression": "g = :g",
        "ExpressionAttributeValues": {":g": S("g")}}) == "The table does not have the specified index: gsi1"


@pytest.mark.parametrize("more, message", [
    ({}, "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
         "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, MultiRegionConsistency, "
         "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"),
    ({"GlobalSecondaryIndexUpdates": []}, "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
     "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
     "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required"),
    ({"GlobalSecondaryIndexUpdates": [{"Create": GSI}]},
     f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. Keys: [g], AttributeDefinitions: []"),
    ({"TableClass": "STANDARD", "DeletionProtectionEnabled": True},
     f"{INVALID}TableClass modification must be the only operation in the request"),
    ({"SSESpecification": {"Enabled": True}, "BillingMode": "PAY_PER_REQUEST"},
     f"{INVALID}Server-Side Encryption modification must be the only operation in the request"),
    ({"SSESpecification": {}}, f"{INVALID}Table is already encrypted by default"),
    ({"SSESpecification": {"Enabled": False, "SSEType": "KMS"}}, f"{INVALID}SSEType can not be specified if Enabled is false"),
    ({"OnDemandThroughput": {"MaxReadRequestUnits": 1}},
     f"{INVALID}MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"),
    ({"StreamSpecification": {"StreamEnabled": True}}, f"{INVALID}If stream is being enabled then UpdateViewType is required"),
    ({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}, "ProvisionedThroughput": CAPACITY},
     f"{INVALID}You cannot modify stream status while updating table IOPS"),
    ({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "abc"}, "Create": GSI}]},
     f"{INVALID}Only one global secondary index action is allowed per GlobalSecondaryIndexUpdate object"),
    ({"GlobalSecondaryIndexUpdates": [{}]},
     f"{INVALID}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
     "GlobalSecondaryIndexUpdate.Delete must not be null"),
    ({"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "abc"}}, {"Delete": {"IndexName": "abc"}}]},
     f"{INVALID}Only one global secondary index update per index is allowed simultaneously. Index: abc"),
    ({"ProvisionedThroughput": {}}, violation(
        broken(None, "provisionedThroughput.writeCapacityUnits", "Member must not be null"),
        broken(None, "provisionedThroughput.readCapacityUnits", "Member must not be null"))),
    ({"ProvisionedThroughput": {"ReadCapacityUnits": 1000000000001, "WriteCapacityUnits": 1000000000001}},
     "Given value 1000000000001 for ReadCapacityUnits is out of bounds"),
    ({"StreamSpecification": {"StreamEnabled": False}}, "Table has no stream to disable: TableName: updates"),
], ids=str)
def test_refused_updates(dynamodb, more, message):
    assert refusal(dynamodb, "UpdateTable", {"TableName": "updates"} | more) == message


def test_lists_of_tables(dynamodb):
    names = [f"list-{number}" for number in range(5)]
    for name in names:
        dynamodb.create_table(**create(name))
    first = dynamodb.list_tables(Limit=2, ExclusiveStartTableName="list-")
    assert first == first | {"TableNames": names[:2], "LastEvaluatedTableName": "list-1"}
    assert dynamodb.list_tables(Limit=2, ExclusiveStartTableName="list-1")["TableNames"] == names[2:4]
    everything = dynamodb.list_tables()
    assert everything["TableNames"] == sorted(everything["TableNames"]) and "LastEvaluatedTableName" not in everything
    assert refusal(dynamodb, "ListTables", {"Limit": 101}) == violation(
        broken(101, "limit", "Member must have value less than or equal to 100"))
    for name in names:
        active(dynamodb, name)
        dynamodb.delete_table(TableName=name)


def test_tags(dynamodb):
    arn = dynamodb.describe_table(TableName=HASH)["Table"]["TableArn"]
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "env", "Value": "test"}, {"Key": "team", "Value": ""}])
    dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": "env", "Value": "live"}, {"Key": "more", "Value": "x"}])
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["more", "never there"])
    tags = {tag["Key"]: tag["Value"] for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]}
    assert tags == {"env": "live", "team": ""}
    assert refusal(dynamodb, "TagResource", {"ResourceArn": arn, "Tags": []}) == \
        "Atleast one Tag needs to be provided as Input."
    def refused(arn, *keys):
        tags = [{"Key": key, "Value": "v"} for key in keys or ["a"]]
        return refusal(dynamodb, "TagResource", {"ResourceArn": arn, "Tags": tags})
    assert refused("no-arn") == f"{INVALID}ARNs must start with 'arn:': no-arn"
    assert refused("arn:aws:s3:::x") == f"{INVALID}Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::x"
    assert refused(f"{arn}/index/i") == (f"{INVALID}Invalid resource arn provided, only table or stream is accepted. Provided "
                                         f"resource arn: {arn}/index/i")
    elsewhere = arn.replace("us-east-1", "us-west-2")
    assert refused(elsewhere) == f"Invalid TableArn: Invalid ResourceArn provided as input {elsewhere}"
    assert refused(arn, "aws:x") == "Tag Key cannot be prefixed with aws:, Key: aws:x"
    assert refused(arn, "hi!") == "The Tag Key provided is invalid, Key: hi!"
    assert refused(arn, "<x>") == "The Tag Key provided is invalid, Key: <x>"
    assert refused(arn, "\u00e9" * 128) == "accepted"
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["\u00e9" * 128])
    assert refused(arn, "a", "a") == "Duplicate Tag Keys provided as input: Duplicate Tag Key found a"
    assert refused(arn, *map(str, range(51))) == "Number of Tags exceed the current limit for the provided ResourceArn"
    elsewhere = "arn:aws:dynamodb:us-east-1:111122223333:table/nowhere"
    assert call(dynamodb, "ListTagsOfResource", {"ResourceArn": elsewhere})[0] == "AccessDeniedException"
    assert call(dynamodb, "ListTagsOfResource", {"ResourceArn": arn.replace("/hash", "/none")})[0] == \
        "ResourceNotFoundException"


def test_time_to_live(dynamodb):
    status = dynamodb.describe_time_to_live(TableName=HASH)["TimeToLiveDescription"]
    assert status == {"TimeToLiveStatus": "DISABLED"}
    def switch(on, name="ttl"):
        return {"TableName": HASH, "TimeToLiveSpecification": {"Enabled": on, "AttributeName": name}}
    assert refusal(dynamodb, "UpdateTimeToLive", switch(False)) == "TimeToLive is already disabled"
    assert refusal(dynamodb, "UpdateTimeToLive", switch(True, "")) == violation(
        broken("", "timeToLiveSpecification.attributeName", "Member must have length greater than or equal to 1"))
    answer = call(dynamodb, "UpdateTimeToLive", switch(True))
    assert answer == {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}
    assert refusal(dynamodb, "UpdateTimeToLive", switch(True)) in (
        "TimeToLive is already enabled", "Time to live has been modified multiple times within a fixed interval")
    def enabled():
        status = dynamodb.describe_time_to_live(TableName=HASH)["TimeToLiveDescription"]
        return status == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
    wait_until(enabled)


def test_limits_endpoints_and_backups(dynamodb):
    limits = call(dynamodb, "DescribeLimits", {})
    assert limits["TableMaxReadCapacityUnits"] == 40000 and limits["AccountMaxWriteCapacityUnits"] == 80000
    assert "CachePeriodInMinutes" in dynamodb.describe_endpoints()["Endpoints"][0]
    backups = dynamodb.describe_continuous_backups(TableName=HASH)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "DISABLED"


@pytest.mark.parametrize("operation, request_body", [
    ("ExecuteStatement", {"Statement": 'SELECT * FROM "hash"'}), ("ListExports", {}),
    ("DescribeKinesisStreamingDestination", {"TableName": HASH})])
def test_what_is_left_out_is_unknown(dynamodb, operation, request_body):
    assert call(dynamodb, operation, request_body)[0] == "UnknownOperationException"
