"""Regions die in the middle of stacks: every stack goes on and ends in a final state that is true.

A stack with a resource of nearly every type, and one that fails at its last resource and is rolled back, are made at
once; then the first one is deleted. The region of the stacks, and now and then the one of IAM and Route 53, is killed
at many moments of this. In the end the services' own lists must hold what the stacks say: nothing orphaned, nothing
twice, nothing missing.

LIFEBOAT_STACK_KILLS says how often (20; `make soak` uses more).
"""
import io
import os
import random
import signal
import subprocess
import zipfile

import botocore.exceptions
import pytest

from conftest import LIFEBOAT, create_table, wait_until

KILLS = int(os.environ.get("LIFEBOAT_STACK_KILLS", "20"))
KILLS_IN_A_ROUND = 4
HOME, OTHER = "us-west-2", "us-east-1"
BUCKET, CLASHING = "stack-kills-code", "taken-already"
UNREACHABLE = (botocore.exceptions.ConnectionError, botocore.exceptions.HTTPClientError)

TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Parameters:
  Suffix: {Type: String}
  Clash: {Type: String}
Conditions:
  Clashes: !Equals [!Ref Clash, 'yes']
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]
      Policies: [{PolicyName: inline, PolicyDocument: {Version: '2012-10-17', Statement: []}}]
  NamedRole:
    Type: AWS::IAM::Role
    Properties: {RoleName: !Sub 'role-${Suffix}', AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: []}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Code: {S3Bucket: stack-kills-code, S3Key: code}
      Handler: bootstrap
      Runtime: provided.al2023
      Role: !GetAtt Role.Arn
  NamedFunction:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Sub 'function-${Suffix}'
      Code: {S3Bucket: stack-kills-code, S3Key: code}
      Handler: bootstrap
      Runtime: provided.al2023
      Role: !GetAtt NamedRole.Arn
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {FunctionName: !Ref Function, Action: 'lambda:InvokeFunction', Principal: apigateway.amazonaws.com}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub 'table-${Suffix}'
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
  Everywhere:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
      Replicas: [{Region: us-west-2}, {Region: us-east-1}]
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub 'bucket-${Suffix}'}
  Api:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        swagger: '2.0'
        info: {title: !Sub 'api-${Suffix}', version: '1'}
        paths:
          /:
            get:
              responses: {'200': {description: ok}}
              x-amazon-apigateway-integration:
                {type: mock, requestTemplates: {application/json: '{"statusCode": 200}'}, responses: {default: {statusCode: '200'}}}
  Deployment:
    Type: AWS::ApiGateway::Deployment
    Properties: {RestApiId: !Ref Api, Description: one}
  Second:
    Type: AWS::ApiGateway::Deployment
    Properties: {RestApiId: !Ref Api, Description: one}
  Stage:
    Type: AWS::ApiGateway::Stage
    Properties: {RestApiId: !Ref Api, DeploymentId: !Ref Deployment, StageName: Prod}
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties: {DomainName: !Sub '${Suffix}.example.com'}
  Domain:
    Type: AWS::ApiGateway::DomainName
    Properties:
      DomainName: !Sub '${Suffix}.example.com'
      RegionalCertificateArn: !Ref Certificate
      EndpointConfiguration: {Types: [REGIONAL]}
  Mapping:
    Type: AWS::ApiGateway::BasePathMapping
    Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api, Stage: !Ref Stage}
  Zone:
    Type: AWS::Route53::HostedZone
    Properties: {Name: !Sub '${Suffix}.example.org'}
  Check:
    Type: AWS::Route53::HealthCheck
    Properties:
      HealthCheckConfig: {Type: HTTPS, FullyQualifiedDomainName: example.com, ResourcePath: /, RequestInterval: 10}
      HealthCheckTags: [{Key: a, Value: b}]
  Records:
    Type: AWS::Route53::RecordSetGroup
    Properties:
      HostedZoneId: !Ref Zone
      RecordSets: [{Name: !Sub 'a.${Suffix}.example.org', Type: A, TTL: '60', ResourceRecords: [192.0.2.1]}]
  Clashing:
    Type: AWS::DynamoDB::Table
    Condition: Clashes
    DependsOn: [Permission, Stage, Mapping, Records, Everywhere, NamedFunction, Second, Bucket, Table]
    Properties:
      TableName: taken-already
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""


class Services:
    def __init__(self, world):
        self.world = world
        self.stacks = world.client("cloudformation", HOME)
        self.tables = {region: world.client("dynamodb", region) for region in (HOME, OTHER)}
        self.apis = world.client("apigateway", HOME)
        self.functions = world.client("lambda", HOME)
        self.roles = world.client("iam", OTHER)
        self.zones = world.client("route53", OTHER)
        self.certificates = world.client("acm", HOME)
        self.objects = world.client("s3", HOME)

    def inventory(self):
        """What there is, asked of each service itself: {(kind, id), ...}; what occurs twice fails the test."""
        found = [("table", region, name) for region, client in self.tables.items()
                 for name in client.list_tables()["TableNames"] if name != CLASHING]
        for api in self.apis.get_rest_apis()["items"]:
            found.append(("api", api["id"]))
            found += [("deployment", one["id"]) for one in self.apis.get_deployments(restApiId=api["id"])["items"]]
            found += [("stage", one["stageName"], api["id"]) for one in self.apis.get_stages(restApiId=api["id"])["item"]]
        for domain in self.apis.get_domain_names()["items"]:
            name = domain["domainName"]
            found.append(("domain", name))
            mappings = self.apis.get_base_path_mappings(domainName=name)["items"]
            found += [("mapping", name, one["restApiId"]) for one in mappings]
        for function in self.functions.list_functions()["Functions"]:
            found.append(("function", function["FunctionName"]))
        found += [("role", one["RoleName"]) for one in self.roles.list_roles()["Roles"]]
        found += [("check", one["Id"]) for one in self.zones.list_health_checks()["HealthChecks"]]
        for zone in self.zones.list_hosted_zones()["HostedZones"]:
            found.append(("zone", zone["Id"].rpartition("/")[2]))
            records = self.zones.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
            found += [("record", one["Name"]) for one in records if one["Type"] == "A"]
        found += [("certificate", one["CertificateArn"])
                  for one in self.certificates.list_certificates()["CertificateSummaryList"]]
        found += [("bucket", one["Name"]) for one in self.objects.list_buckets()["Buckets"] if one["Name"] != BUCKET]
        assert len(found) == len(set(found)), f"twice: {sorted(found)}"
        return set(found)

    def claimed(self, stack, suffix):
        """What a complete stack says that there is, in the words of inventory()."""
        resources = self.stacks.get_paginator("list_stack_resources").paginate(StackName=stack)
        ids = {one["LogicalResourceId"]: one["PhysicalResourceId"]
               for page in resources for one in page["StackResourceSummaries"]
               if one["ResourceStatus"] == "CREATE_COMPLETE"}
        kinds = {"Role": "role", "NamedRole": "role", "Function": "function", "NamedFunction": "function", "Api": "api",
                 "Deployment": "deployment", "Second": "deployment", "Certificate": "certificate", "Domain": "domain",
                 "Zone": "zone", "Check": "check", "Bucket": "bucket"}
        found = {(kind, ids[name]) for name, kind in kinds.items()}
        found |= {("table", HOME, ids["Table"]), ("table", HOME, ids["Everywhere"]), ("table", OTHER, ids["Everywhere"])}
        found |= {("stage", ids["Stage"], ids["Api"]), ("mapping", ids["Domain"], ids["Api"]),
                  ("record", f"a.{suffix}.example.org.")}
        policy = self.functions.get_policy(FunctionName=ids["Function"])["Policy"]
        assert policy.count('"Sid"') == 1 and ids["Permission"] in policy
        return found

    def statuses(self):
        """{stack: status} without those that are deleted; None while the region is away."""
        try:
            return {one["StackName"]: one["StackStatus"] for one in self.stacks.describe_stacks()["Stacks"]}
        except UNREACHABLE:
            return None

    def events(self, stack_ids):
        """How many events the stacks have; None while the region is away."""
        try:
            pages = [page for one in stack_ids
                     for page in self.stacks.get_paginator("describe_stack_events").paginate(StackName=one)]
            return sum(len(page["StackEvents"]) for page in pages)
        except UNREACHABLE:
            return None

    def are_final(self):
        statuses = self.statuses()
        return statuses is not None and not any(one.endswith("_IN_PROGRESS") for one in statuses.values())


@pytest.fixture(scope="module")
def services(world):
    made = Services(world)
    made.objects.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": HOME})
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(zipfile.ZipInfo("bootstrap"), "#!/bin/sh\n")
    made.objects.put_object(Bucket=BUCKET, Key="code", Body=package.getvalue())
    create_table(made.tables[HOME], CLASHING)
    return made


def pid_of(world, region):
    """Of the region's process; None when it does not run. `lifeboat status` takes longer than a stack."""
    wanted = ["serve", "region", region]
    for folder in os.listdir("/proc"):
        try:
            with open(f"/proc/{folder}/cmdline") as file:
                words = file.read().split("\0")
        except OSError:
            continue
        if words[1:4] == wanted and world.folder in words:
            return int(folder)
    return None


def kill_during(services, region, stack_ids, more_events):
    """Kills the region once the stacks have that many events more, or are final; starts it again."""
    world = services.world
    before = wait_until(lambda: services.events(stack_ids), every_s=0.005)
    pid = wait_until(lambda: pid_of(world, region))
    wait_until(lambda: (services.events(stack_ids) or 0) >= before + more_events or services.are_final(), every_s=0.005)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: world.region(region)["state"] != "running")
    return subprocess.Popen([LIFEBOAT, "region", "start", region, "--data-dir", world.folder], stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL)


def kill_twice(services, first, stack_ids, more_events):
    """Kills `first` and then the region of the stacks, and waits until all is up and the stacks are final."""
    starts = [kill_during(services, region, stack_ids, more) for region, more in zip((first, HOME), more_events)]
    wait_until(services.are_final, 120)
    for start in starts:
        start.wait(60)
    for region in (HOME, OTHER):
        wait_until(lambda region=region: services.world.region(region)["state"] == "running")


def create(services, name, suffix, clash):
    parameters = {"Suffix": suffix, "Clash": clash}
    return services.stacks.create_stack(
        StackName=name, TemplateBody=TEMPLATE, Capabilities=["CAPABILITY_NAMED_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()])["StackId"]


@pytest.mark.parametrize("number", range(max(1, KILLS // KILLS_IN_A_ROUND)))
def test_stacks_end_true_whenever_a_region_dies(services, number):
    chance = random.Random(number)
    good, bad = f"good{number}", f"bad{number}"
    ids = [create(services, good, good, "no"), create(services, bad, bad, "yes")]
    victims = [HOME, HOME, HOME, OTHER]
    kill_twice(services, chance.choice(victims), ids, [chance.randrange(60), chance.randrange(100)])
    reasons = [one for one in services.stacks.describe_stack_events(StackName=good)["StackEvents"]
               if "FAILED" in one["ResourceStatus"]]
    assert services.statuses() == {good: "CREATE_COMPLETE", bad: "ROLLBACK_COMPLETE"}, reasons
    assert services.inventory() == services.claimed(good, good)

    services.stacks.delete_stack(StackName=good)
    services.stacks.delete_stack(StackName=bad)
    kill_twice(services, chance.choice(victims), ids, [chance.randrange(20), chance.randrange(20)])
    assert services.statuses() == {}
    assert services.inventory() == set()
