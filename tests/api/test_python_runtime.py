"""The Python client against a fake runtime API. Every case is also put to AWS's own client (awslambdaric), so that what
is expected here is what AWS does."""
import json
import sys

import pytest

from runtime_support import ARN, CLIENTS, outcome, run, scrub, write_files

OLD, NEW = "python3.11", "python3.13"
COMMANDS = {"ours": [sys.executable, str(CLIENTS / "python.py")],
            "aws": [sys.executable, "-c", "import os, sys; sys.path[0] = os.environ['LAMBDA_TASK_ROOT']\n"
                                          "from awslambdaric import bootstrap\n"
                                          "bootstrap.run(os.environ['_HANDLER'], "
                                          "__import__('awslambdaric.lambda_runtime_client', fromlist=['x'])"
                                          ".LambdaRuntimeClient(os.environ['AWS_LAMBDA_RUNTIME_API']))"]}


@pytest.fixture(params=["ours", "aws"])
def run_python(request, tmp_path):
    """run_python(source or files, handler=..., runtime=..., ...)"""
    if request.param == "aws":
        pytest.importorskip("awslambdaric", reason="AWS's client is not installed: scripts/setup test")

    def start(source, handler="app.handler", runtime=OLD, **options):
        files = source if isinstance(source, dict) else {"app.py": source}
        write_files(tmp_path, files)
        ran = run(COMMANDS[request.param], runtime, tmp_path, handler, **options)
        ran.log = scrub(ran.log, tmp_path)
        return ran

    start.is_ours = request.param == "ours"
    return start


OK = "def handler(event, context):\n    return 'ok'\n"

FOUND = [
    ({"app.py": OK}, "app.handler"),
    ({"src/app.py": OK}, "src/app.handler"),
    ({"src/app.py": OK}, "src.app.handler"),
    ({"src/__init__.py": OK}, "src.handler"),
    ({"app.py": "from helper import handler", "helper.py": OK}, "app.handler"),
    ({"app.py": "class Handler:\n    def __call__(self, e, c):\n        return 'ok'\nhandler = Handler()"}, "app.handler"),
]


@pytest.mark.parametrize("files,handler", FOUND, ids=[f"{h} {' '.join(f)}" for f, h in FOUND])
def test_handlers_are_found(run_python, files, handler):
    assert outcome(run_python(files, handler)) == ("response", "ok")


# (files, handler, error type, message, stack trace)
NOT_FOUND = [
    ({"app.py": OK}, "bad", "Runtime.MalformedHandlerName", "Bad handler 'bad': not enough values to unpack (expected 2, got 1)",
     []),
    ({"app.py": OK}, "miss.handler", "Runtime.ImportModuleError", "Unable to import module 'miss': No module named 'miss'", []),
    ({"app.py": "import nopkg"}, "app.handler", "Runtime.ImportModuleError",
     "Unable to import module 'app': No module named 'nopkg'", []),
    ({"app.py": OK}, "app.nope", "Runtime.HandlerNotFound", "Handler 'nope' missing on module 'app'", []),
    ({"app.py": OK}, "sys.exit", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module", []),
    ({"app.py": "def f(:\n"}, "app.handler", "Runtime.UserCodeSyntaxError",
     "Syntax error in module 'app': invalid syntax (app.py, line 1)", ['  File "ROOT/app.py" Line 1\n    def f(:\n']),
    ({"app.py": "x = 1\nraise ValueError('at init')"}, "app.handler", "ValueError", "at init",
     ['  File "ROOT/app.py", line 2, in <module>\n    raise ValueError(\'at init\')\n']),
]


@pytest.mark.parametrize("files,handler,error_type,message,trace", NOT_FOUND, ids=[f"{c[2]} {c[1]}" for c in NOT_FOUND])
def test_init_errors(run_python, files, handler, error_type, message, trace, tmp_path):
    ran = run_python(files, handler)
    assert outcome(ran) == ("init/error", error_type, message, 1)
    assert ran.posts[0].headers["lambda-runtime-function-error-type"] == error_type
    error = ran.init_error
    assert error["requestId"] == ""
    own = [f.replace(str(tmp_path), "ROOT") for f in error["stackTrace"] if "importlib" not in f]
    assert own == trace
    assert f"[ERROR] {error_type}: {message}" in ran.log


# (name, source, outcome)
ENDS = [
    ("value", "def handler(e, c): return {'e': e}", ("response", {"e": {"a": 1}})),
    ("none", "def handler(e, c): pass", ("response", None)),
    ("raises", "def handler(e, c): raise KeyError('x')", ("error", "KeyError", "'x'")),
    ("own error", "class Mine(Exception): pass\ndef handler(e, c): raise Mine('m')", ("error", "Mine", "m")),
    ("not callable", "handler = 5", ("error", "TypeError", "'int' object is not callable")),
    ("coroutine", "async def handler(e, c): pass",
     ("error", "Runtime.MarshalError", "Unable to marshal response: Object of type coroutine is not JSON serializable")),
    ("set", "def handler(e, c): return {1}",
     ("error", "Runtime.MarshalError", "Unable to marshal response: Object of type set is not JSON serializable")),
    ("exits", "import sys\ndef handler(e, c): sys.exit(3)", ("exit", 3)),
    ("exits at init", "import sys; sys.exit(4)", ("exit", 4)),
    ("killed", "import os\ndef handler(e, c): os._exit(9)", ("exit", 9)),
]


@pytest.mark.parametrize("source,ends", [c[1:] for c in ENDS], ids=[c[0] for c in ENDS])
def test_ends_of_an_invocation(run_python, source, ends):
    ran = run_python(source, events=[{"a": 1}])
    assert outcome(ran) == ends, ran.log


# (name, what the handler returns, the bytes that are posted, content type, for a runtime)
MARSHALLED = [
    ("bytes", "b'raw'", b"raw", "application/unknown", OLD),
    ("decimal", "__import__('decimal').Decimal('1.50')", b"1.50", "application/json", OLD),
    ("nan", "float('nan')", b"NaN", "application/json", OLD),
    ("escaped up to 3.11", "'\\u00e9'", b'"\\u00e9"', "application/json", OLD),
    ("as it is from 3.12", "'\\u00e9'", '"\u00e9"'.encode(), "application/json", NEW),
    ("text", "'a'", b'"a"', "application/json", OLD),
    ("nested", "{'a': [1, None, True]}", b'{"a": [1, null, true]}', "application/json", OLD),
]


@pytest.mark.parametrize("value,body,content_type,runtime", [c[1:] for c in MARSHALLED], ids=[c[0] for c in MARSHALLED])
def test_results(run_python, value, body, content_type, runtime):
    post, = run_python(f"def handler(e, c): return {value}", runtime=runtime).posts
    assert (post.what, post.body, post.headers["content-type"]) == ("response", body, content_type)


def test_an_environment_is_used_again_also_after_an_error(run_python):
    ran = run_python("""
import os
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if event.get("fail"):
        raise ValueError("asked to")
    return {"calls": calls, "trace": os.environ["_X_AMZN_TRACE_ID"]}
""", events=[{}, {"fail": True}, {}])
    assert [p.what for p in ran.posts] == ["response", "error", "response"]
    assert ran.posts[0].json == {"calls": 1, "trace": "Root=1-0"}
    assert ran.posts[1].json["requestId"] == "id-1"
    assert ran.posts[2].json == {"calls": 3, "trace": "Root=1-2"}
    assert ran.status is None


def test_error_bodies_and_their_log_line(run_python, tmp_path):
    ran = run_python("def deep():\n    raise ValueError('boom')\n\ndef handler(e, c):\n    return deep()\n")
    assert ran.error == {
        "errorMessage": "boom", "errorType": "ValueError", "requestId": "id-0",
        "stackTrace": [f'  File "{tmp_path}/app.py", line 5, in handler\n    return deep()\n',
                       f'  File "{tmp_path}/app.py", line 2, in deep\n    raise ValueError(\'boom\')\n']}
    n = "\u00a0"
    assert ran.log == (f'[ERROR] ValueError: boom\rTraceback (most recent call last):\r{2 * n}File "ROOT/app.py", line 5, in '
                       f'handler\r{4 * n}return deep()\r{2 * n}File "ROOT/app.py", line 2, in deep\r{4 * n}raise '
                       "ValueError('boom')\n")


def test_context(run_python):
    ran = run_python("""
def handler(event, context):
    context.log("logged\\n")
    return {
        "ids": [context.aws_request_id, context.invoked_function_arn, context.function_name, context.function_version],
        "memory": context.memory_limit_in_mb, "logs": [context.log_group_name, context.log_stream_name],
        "left": context.get_remaining_time_in_millis(), "custom": context.client_context.custom,
        "env": context.client_context.env, "title": context.client_context.client.app_title,
        "identity": [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
        "tenant": context.tenant_id}
""", headers={"Lambda-Runtime-Client-Context": '{"custom": {"a": 1}, "env": {"b": "2"}, "client": {"app_title": "t"}}',
              "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}'})
    result = ran.result
    assert result["ids"] == ["id-0", ARN, "f", "$LATEST"]
    assert result["memory"] == "128"
    assert result["logs"] == ["/aws/lambda/f", "2026/01/01/[$LATEST]0"]
    assert 20_000 < result["left"] <= 30_000
    assert result["custom"] == {"a": 1} and result["env"] == {"b": "2"} and result["title"] == "t"
    assert result["identity"] == ["i", "p"] and result["tenant"] is None
    assert ran.log == "logged\n"


def test_context_without_optional_parts(run_python):
    ran = run_python("""
def handler(event, context):
    return [context.client_context, context.identity.cognito_identity_id, context.get_remaining_time_in_millis()]
""", timeout_ms=-5)
    assert ran.result == [None, None, 0]


LOG = """
import logging
logger = logging.getLogger("mine")
def handler(event, context):
    print("printed")
    logging.getLogger().warning("root %d", 1)
    logging.info("hidden")
    logger.setLevel("INFO")
    logger.info("shown")
    return 1
"""


def test_logging_as_text(run_python):
    lines = run_python(LOG).log.splitlines()
    assert lines == ["printed", "[WARNING]\tNOW\tid-0\troot 1", "[INFO]\tNOW\tid-0\tshown"]


def test_logging_as_json(run_python):
    ran = run_python("""
import logging
def handler(event, context):
    print("printed")
    logging.getLogger("mine").info("shown", extra={"more": 1})
    logging.debug("hidden")
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception("caught")
    raise ValueError("end")
""", variables={"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"})
    printed, *lines = ran.log.splitlines()
    lines = [json.loads(line) for line in lines]
    assert printed == "printed"
    assert lines[0] == {"timestamp": "NOW", "level": "INFO", "message": "shown", "logger": "mine", "more": 1, "requestId": "id-0"}
    assert lines[1]["message"] == "caught" and lines[1]["errorType"] == "ZeroDivisionError"
    assert lines[1]["errorMessage"] == "division by zero" and isinstance(lines[1]["stackTrace"], list)
    assert lines[2]["level"] == "ERROR" and lines[2]["errorType"] == "ValueError" and lines[2]["requestId"] == "id-0"


def test_a_damaged_context_is_an_error_of_its_invocation(run_python):
    ran = run_python(OK, headers={"Lambda-Runtime-Client-Context": "{"})
    what, error_type, message = outcome(ran)
    assert (what, error_type) == ("error", "Runtime.LambdaContextUnmarshalError")
    assert message.startswith("Unable to parse Client Context JSON: ")
