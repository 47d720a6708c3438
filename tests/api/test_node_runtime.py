"""The Node.js client against a fake runtime API. Every case is also put to AWS's own clients (aws-lambda-ric 3 for
runtimes up to nodejs22.x, 4 from nodejs24.x on), so that what is expected here is what AWS does."""
import json
import shutil

import pytest

from conftest import ROOT
from runtime_support import ARN, CLIENTS, decode_error_body, outcome, run, scrub, write_files

NODE = shutil.which("node")
JS = ROOT / "tests/js"
pytestmark = pytest.mark.skipif(NODE is None, reason="no node on this machine")

OLD, NEW = "nodejs22.x", "nodejs24.x"
BOTH = (OLD, NEW)


def command(client, runtime):
    if client == "ours":
        return [NODE, str(CLIENTS / "node.cjs")]
    if not (JS / "node_modules/aws-lambda-ric-3").exists():
        pytest.skip("AWS's clients are not installed: scripts/setup test")
    start = JS / "ric3.mjs" if runtime == OLD else JS / "node_modules/aws-lambda-ric-4/index.mjs"
    return [NODE, "--require", str(JS / "ric_native.cjs"), str(start)]


@pytest.fixture(params=["ours", "aws"])
def run_node(request, tmp_path):
    """run_node(runtime, source or files, handler=..., ...)"""

    def start(runtime, source, handler="index.handler", **options):
        files = source if isinstance(source, dict) else {"index.js": source}
        write_files(tmp_path, files)
        ran = run(command(request.param, runtime), runtime, tmp_path, handler, **options)
        ran.log = scrub(ran.log, tmp_path)
        return ran

    start.is_ours = request.param == "ours"
    return start


OK = "exports.handler = async () => 'ok';"
MODULE = "export const handler = async () => 'ok';"

# (files, handler): where handlers are found. All answer 'ok'.
FOUND = [
    ({"index.js": OK}, "index.handler"),
    ({"index.cjs": OK}, "index.handler"),
    ({"index.mjs": MODULE}, "index.handler"),
    ({"index": OK}, "index.handler"),
    ({"index.js": MODULE, "package.json": '{"type": "module"}'}, "index.handler"),
    ({"a/b/index.js": MODULE, "package.json": '{"type": "module"}'}, "a/b/index.handler"),
    ({"a/index.js": OK, "a/package.json": "{}", "package.json": '{"type": "module"}'}, "a/index.handler"),
    ({"src/healthCheck.js": OK}, "src/healthCheck.handler"),
    ({"index.js": "exports.a = {b: {c: async () => 'ok'}}"}, "index.a.b.c"),
    ({"node_modules/shop/index.js": OK}, "shop.handler"),
    ({"index.js": OK, "index.mjs": "throw 1"}, "index.handler"),
    ({"index.mjs": "await Promise.resolve(); " + MODULE}, "index.handler"),
]


@pytest.mark.parametrize("runtime", BOTH)
@pytest.mark.parametrize("files,handler", FOUND, ids=[f"{h} {' '.join(f)}" for f, h in FOUND])
def test_handlers_are_found(run_node, files, handler, runtime):
    assert outcome(run_node(runtime, files, handler)) == ("response", "ok")


def test_a_folder_is_a_module_to_old_runtimes_only(run_node, tmp_path):
    files = {"dir/index.js": OK}
    assert outcome(run_node(OLD, files, "dir.handler")) == ("response", "ok")
    what, error_type, message, _ = outcome(run_node(NEW, files, "dir.handler"))
    assert (what, error_type) == ("init/error", "Error")
    assert message.startswith(f"Directory import '{tmp_path}/dir' is not supported resolving ES modules")


# (files, handler, error type, message); the message of old runtimes may end in the client's own path.
NOT_FOUND = [
    ({"index.js": OK}, "index.nope", "Runtime.HandlerNotFound", "index.nope is undefined or not exported"),
    ({"index.js": "exports.num = 5"}, "index.num", "Runtime.HandlerNotFound", "index.num is not a function"),
    ({"index.js": OK}, "bad", "Runtime.MalformedHandlerName", "Bad handler"),
    ({"index.js": OK}, "../x.y", "Runtime.MalformedHandlerName",
     "'../x.y' is not a valid handler name. Use absolute paths when specifying root directories in handler names."),
    ({"index.js": "exports.handler = {{"}, "index.handler", "Runtime.UserCodeSyntaxError",
     "SyntaxError: Unexpected token '{'"),
    ({"index.js": "throw new Error('at init')"}, "index.handler", "Error", "at init"),
    ({"index.js": "const e = new Error('mine'); e.name = 'Mine'; throw e"}, "index.handler", "Mine", "mine"),
]


@pytest.mark.parametrize("runtime,status", [(OLD, 129), (NEW, 1)])
@pytest.mark.parametrize("files,handler,error_type,message", NOT_FOUND, ids=[c[2] + " " + c[1] for c in NOT_FOUND])
def test_init_errors(run_node, files, handler, error_type, message, runtime, status):
    ran = run_node(runtime, files, handler)
    assert outcome(ran) == ("init/error", error_type, message, status)
    assert ran.posts[0].headers["lambda-runtime-function-error-type"] == error_type
    assert f'\tERROR\t{"Uncaught Exception" if runtime == OLD else "Init Error"} \t{{"errorType":"{error_type}"' in ran.log


@pytest.mark.parametrize("runtime", BOTH)
def test_a_missing_module_is_named_with_who_asked_for_it(run_node, runtime, tmp_path):
    ran = run_node(runtime, "require('aws-sdk')")
    what, error_type, message, _ = outcome(ran)
    assert (what, error_type) == ("init/error", "Runtime.ImportModuleError")
    lines = message.split("\n")
    assert lines[:3] == ["Error: Cannot find module 'aws-sdk'", "Require stack:", f"- {tmp_path}/index.js"]
    assert len(lines) == (4 if runtime == OLD else 3), "old runtimes name themselves too"
    ran = run_node(runtime, {"m.mjs": "import x from 'nopkg'"}, "m.handler")
    assert outcome(ran)[1:3] == ("Error", f"Cannot find package 'nopkg' imported from {tmp_path}/m.mjs")


# (name, source, what old runtimes make of it, what new ones do; None: the same)
DEPRECATED = ("init/error", "Runtime.CallbackHandlerDeprecated",
              "ERROR: AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You need "
              "to modify this function to use a supported handler signature to use Node.js 24 or later. For more information "
              "see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.", 1)
NO_FUNCTION = ("error", "TypeError")
LATE = "let late = false; setTimeout(() => { late = true }, 50); const r = {get late() { return late }};"
ENDS = [
    ("async", "exports.handler = async (e) => ({e})", ("response", {"e": {"a": 1}}), None),
    ("promise", "exports.handler = (e) => Promise.resolve(e.a)", ("response", 1), None),
    ("thenable", "exports.handler = () => ({then(f) { f(7) }})", ("response", 7), None),
    ("async undefined", "exports.handler = async () => {}", ("response", None), None),
    ("nothing", "exports.handler = () => {}", ("response", None), None),
    ("value", "exports.handler = () => 5", ("response", None), ("response", 5)),
    ("function", "exports.handler = async () => () => 1", ("response", ""), None),
    ("async does not wait", f"exports.handler = async () => {{ {LATE} return r }}", ("response", {"late": False}), None),
    ("callback", "exports.handler = (e, c, cb) => cb(null, e)", ("response", {"a": 1}), DEPRECATED),
    ("callback waits", f"exports.handler = (e, c, cb) => {{ {LATE} cb(null, r) }}", ("response", {"late": True}), DEPRECATED),
    ("callback told not to wait",
     f"exports.handler = (e, c, cb) => {{ {LATE} c.callbackWaitsForEmptyEventLoop = false; cb(null, r) }}",
     ("response", {"late": False}), DEPRECATED),
    ("callback later", "exports.handler = (e, c, cb) => { setTimeout(() => cb(null, 3), 20) }", ("response", 3), DEPRECATED),
    ("callback once", "exports.handler = (e, c, cb) => { cb(null, 1); cb(null, 2) }", ("response", 1), DEPRECATED),
    ("callback error", "exports.handler = (e, c, cb) => cb(new RangeError('x'))", ("error", "RangeError", "x"), DEPRECATED),
    ("callback text", "exports.handler = (e, c, cb) => cb('x')", ("error", "string", "x"), DEPRECATED),
    ("callback never", "exports.handler = (e, c, cb) => {}", ("response", None), DEPRECATED),
    ("done", f"exports.handler = (e, c) => {{ {LATE} c.done(null, r) }}", ("response", {"late": False}),
     ("error", "TypeError", "c.done is not a function")),
    ("succeed", "exports.handler = (e, c) => { c.succeed(1); c.succeed(2) }", ("response", 1),
     ("error", "TypeError", "c.succeed is not a function")),
    ("fail", "exports.handler = (e, c) => c.fail(new Error('x'))", ("error", "Error", "x"),
     ("error", "TypeError", "c.fail is not a function")),
    ("fail of nothing", "exports.handler = (e, c) => c.fail()", ("error", "string", "handled"),
     ("error", "TypeError", "c.fail is not a function")),
    ("throws", "exports.handler = () => { throw new TypeError('boom') }", ("error", "TypeError", "boom"), None),
    ("rejects", "exports.handler = async () => { throw new TypeError('boom') }", ("error", "TypeError", "boom"), None),
    ("throws text", "exports.handler = async () => { throw 'text' }", ("error", "string", "text"), None),
    ("throws an object", "exports.handler = async () => { throw {a: 1} }", ("error", "object", "[object Object]"), None),
    ("throws nothing", "exports.handler = () => { throw undefined }", ("response", None), ("error", "undefined", "undefined")),
    ("rejects nothing", "exports.handler = async () => { throw undefined }", ("error", "string", "handled"),
     ("error", "undefined", "undefined")),
    ("never settles", "exports.handler = () => new Promise(() => {})", ("response", None), ("exit", 0)),
    ("bigint", "exports.handler = async () => 1n", ("error", "Error", "Unable to stringify response body"),
     ("error", "Runtime.JSONStringifyError", "Unable to stringify response body")),
    ("cycle", "exports.handler = async () => { const a = {}; a.a = a; return a }",
     ("error", "Error", "Unable to stringify response body"),
     ("error", "Runtime.JSONStringifyError", "Unable to stringify response body")),
    ("lost rejection", "exports.handler = () => new Promise(() => { Promise.reject(new Error('lost')) })",
     ("error", "Runtime.UnhandledPromiseRejection", "Error: lost", 128), ("exit", 1)),
    ("uncaught", "exports.handler = () => new Promise(() => { setTimeout(() => { throw new Error('late') }, 5) })",
     ("error", "Error", "late", 129), ("exit", 1)),
    ("exits", "exports.handler = async () => { process.exit(3) }", ("exit", 3), None),
    ("exits at init", "process.exit(4)", ("exit", 4), None),
]


@pytest.mark.parametrize("runtime", BOTH)
@pytest.mark.parametrize("source,old,new", [c[1:] for c in ENDS], ids=[c[0] for c in ENDS])
def test_ends_of_an_invocation(run_node, source, old, new, runtime):
    ran = run_node(runtime, source, events=[{"a": 1}])
    assert outcome(ran) == (old if runtime == OLD or new is None else new), ran.log


@pytest.mark.parametrize("runtime", BOTH)
def test_an_environment_is_used_again_also_after_an_error(run_node, runtime):
    ran = run_node(runtime, """
        let calls = 0;
        exports.handler = async (event) => {
          ++calls;
          if (event.fail) throw new Error('asked to');
          return {calls, trace: process.env._X_AMZN_TRACE_ID};
        };""", events=[{}, {"fail": True}, {}])
    assert [p.what for p in ran.posts] == ["response", "error", "response"]
    assert ran.posts[0].json == {"calls": 1, "trace": "Root=1-0"}
    assert ran.posts[2].json == {"calls": 3, "trace": "Root=1-2"}
    assert ran.status is None


@pytest.mark.parametrize("runtime", BOTH)
def test_error_bodies_and_their_log_line(run_node, runtime, tmp_path):
    ran = run_node(runtime, """
        class Mine extends Error { constructor() { super('m'); this.name = 'Mine'; this.code = 7; this.extra = 1; } }
        exports.handler = async () => { throw new Mine() };""")
    trace = ran.error["trace"]
    assert trace[0] == "Mine: m"
    assert trace[1].startswith(f"    at exports.handler ({tmp_path}/index.js:3:")
    if run_node.is_ours:
        assert len(trace) == 2, "without frames of the client"
    assert ran.log.startswith('NOW\tid-0\tERROR\tInvoke Error \t{"errorType":"Mine","errorMessage":"m","code":7,')
    assert '"extra":1,"stack":["Mine: m","    at exports.handler (ROOT/index.js:3:' in ran.log
    assert ran.log.count("\n") == 1


@pytest.mark.parametrize("runtime", BOTH)
def test_context(run_node, runtime):
    ran = run_node(runtime, """
        exports.handler = async (event, context) => ({
          keys: Object.keys(context).sort(), values: context, left: context.getRemainingTimeInMillis(),
          custom: context.clientContext.Custom, identity: context.identity.cognitoIdentityId});""",
                   headers={"Lambda-Runtime-Client-Context": '{"Custom": {"a": 1}}',
                            "Lambda-Runtime-Cognito-Identity": '{"cognitoIdentityId": "i", "cognitoIdentityPoolId": "p"}'})
    result = ran.result
    common = ["awsRequestId", "clientContext", "functionName", "functionVersion", "getRemainingTimeInMillis", "identity",
              "invokedFunctionArn", "logGroupName", "logStreamName", "memoryLimitInMB", "tenantId"]
    own = ["callbackWaitsForEmptyEventLoop", "done", "fail", "succeed"] if runtime == OLD else ["xRayTraceId"]
    assert result["keys"] == sorted(common + own)
    assert result["values"]["functionName"] == "f"
    assert result["values"]["functionVersion"] == "$LATEST"
    assert result["values"]["memoryLimitInMB"] == "128"
    assert result["values"]["invokedFunctionArn"] == ARN
    assert result["values"]["awsRequestId"] == "id-0"
    assert result["values"]["logGroupName"] == "/aws/lambda/f"
    assert 20_000 < result["left"] <= 30_000
    assert result["custom"] == {"a": 1} and result["identity"] == "i"


LOG = """
exports.handler = async () => {
  console.log('a %d', 1, {b: 2}, '\\n', 'second'); console.error('e'); console.warn('w'); console.info('i');
  console.debug('d'); console.trace('t'); process.stdout.write('plain\\n'); return 1;
};"""


@pytest.mark.parametrize("runtime", BOTH)
def test_console_as_text(run_node, runtime):
    lines = run_node(runtime, LOG).log.splitlines(keepends=True)
    text = "".join(lines).replace("\r", "|").split("\n")
    assert text == ["NOW\tid-0\tINFO\ta 1 { b: 2 } | second", "NOW\tid-0\tERROR\te", "NOW\tid-0\tWARN\tw",
                    "NOW\tid-0\tINFO\ti", "NOW\tid-0\tDEBUG\td", "NOW\tid-0\tTRACE\tt", "plain", ""]
    before = run_node(runtime, "console.log('init');" + OK).log
    assert before == f"NOW\t{'undefined' if runtime == OLD else '-'}\tINFO\tinit\n"


@pytest.mark.parametrize("runtime", BOTH)
def test_console_as_json(run_node, runtime):
    source = """
        exports.handler = async () => {
          console.log('a', 1); console.warn({b: 2}); console.debug('hidden'); console.error(new TypeError('e'));
          console.info('with', new Error('f')); console.log(1n); throw new Error('end');
        };"""
    ran = run_node(runtime, source, variables={"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"})
    lines = [json.loads(line) for line in ran.log.splitlines()]
    assert [line["level"] for line in lines] == ["INFO", "WARN", "ERROR", "INFO", "INFO", "ERROR"]
    assert lines[0] == {"timestamp": "NOW", "level": "INFO", "requestId": "id-0", "message": "a 1"}
    assert lines[1]["message"] == {"b": 2}
    assert lines[2]["message"]["errorType"] == "TypeError" and lines[2]["message"]["errorMessage"] == "e"
    assert lines[2]["message"]["stackTrace"][0] == "TypeError: e"
    assert lines[3]["message"].startswith("with Error: f") and lines[3]["errorMessage"] == "f"
    assert lines[4]["message"] == "1n"
    assert lines[5]["message"]["errorMessage"] == "end"


STREAMS = [
    ("parts", "stream.write('a'); stream.write({b: 1}); stream.end('c')", b'a{"b":1}c', "application/octet-stream"),
    ("type", "stream.setContentType('text/html'); stream.end('x')", b"x", "text/html"),
    ("prelude", "stream = awslambda.HttpResponseStream.from(stream, {statusCode: 201}); stream.write('a'); stream.end()",
     b'{"statusCode":201}' + bytes(8) + b"a", "application/vnd.awslambda.http-integration-response"),
]


@pytest.mark.parametrize("runtime", BOTH)
@pytest.mark.parametrize("body,sent,content_type", [c[1:] for c in STREAMS], ids=[c[0] for c in STREAMS])
def test_streams(run_node, body, sent, content_type, runtime):
    ran = run_node(runtime, f"exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {{ {body} }})",
                   events=[{}, {}])
    assert len(ran.posts) == 2
    for post in ran.posts:
        assert post.body == sent
        assert post.headers["content-type"] == content_type
        assert post.headers["lambda-runtime-function-response-mode"] == "streaming"


@pytest.mark.parametrize("runtime", BOTH)
def test_a_stream_that_fails_says_so_in_its_trailers(run_node, runtime):
    ran = run_node(runtime, "exports.handler = awslambda.streamifyResponse(async (e, stream) => "
                            "{ stream.write('a'); throw new RangeError('mid') })")
    post, = ran.posts
    assert post.body == b"a"
    assert post.headers["lambda-runtime-function-error-type"] == "RangeError"
    assert decode_error_body(post)["errorMessage"] == "mid"
    ran = run_node(runtime, "exports.handler = awslambda.streamifyResponse((e, stream) => { stream.end('x') })")
    assert "Streaming does not support non-async handlers." in ran.log


@pytest.mark.parametrize("runtime", BOTH)
def test_the_global_for_streams_can_be_switched_off(run_node, runtime):
    ran = run_node(runtime, "exports.handler = async () => typeof awslambda",
                   variables={"AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA": "1"})
    assert ran.result == "undefined"


def test_a_damaged_event_is_an_error_of_its_invocation(run_node):
    ran = run_node(OLD, OK, events=[b"{", {}])
    assert [p.what for p in ran.posts] == ["error", "response"]
    assert ran.posts[0].json["errorType"] == "SyntaxError"
