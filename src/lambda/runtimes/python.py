# Lifeboat's runtime client for Python functions: takes invocations from the runtime API, calls the
# handler, posts what came of it. One file on the standard library alone, for Python 3.9 and newer.
#
# It behaves as AWS's own client of the runtime that the function asks for does, whichever Python
# runs it (Lambda Developer Guide, "Define Lambda function handler in Python").
import importlib
import json
import logging
import os
import re
import socket
import sys
import time
import traceback

RUNTIME = "/2018-06-01/runtime/"
ENCODES_ASCII = os.environ.get("AWS_EXECUTION_ENV") in (
    None, "AWS_Lambda_python3.6", "AWS_Lambda_python3.7", "AWS_Lambda_python3.8", "AWS_Lambda_python3.9",
    "AWS_Lambda_python3.10", "AWS_Lambda_python3.11")
LOGS_JSON = os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


class RuntimeApi:
    """The runtime API over one connection. The standard library's client would cost 10 ms to load."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self.host = address
        self.connection = socket.create_connection((host, int(port)))
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.reader = self.connection.makefile("rb")

    def call(self, method, target, headers=(), body=b""):
        """(headers with lower-case names, body) of a good answer; ends the process without one."""
        lines = [f"{method} {RUNTIME}{target} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self.connection.sendall("\r\n".join(lines + ["", ""]).encode("latin-1") + body)
        status = self.reader.readline().split(b" ")
        received = {}
        for line in iter(self.reader.readline, b"\r\n"):
            if not line:
                os._exit(1)  # The connection was cut: nobody is left to answer to.
            name, _, value = line.decode("latin-1").partition(":")
            received[name.lower()] = value.strip()
        answer = self.reader.read(int(received.get("content-length", 0)))
        if len(status) < 2 or status[1] not in (b"200", b"202", b"413"):
            os._exit(1)
        return received, answer

    def post_error(self, target, error):
        error_type = error["errorType"].encode("ascii", "replace").decode()
        self.call("POST", target, [("Content-Type", "application/json"),
                                   ("Lambda-Runtime-Function-Error-Type", error_type)], to_json(error).encode())


class Fault(Exception):
    """What Lambda itself finds wrong with a function."""

    def __init__(self, error_type, message, trace=()):
        super().__init__(message)
        self.error = make_error(error_type, message, trace)


class CognitoIdentity:
    cognito_identity_id = None
    cognito_identity_pool_id = None


class Client:
    installation_id = app_title = app_version_name = app_version_code = app_package_name = None


class ClientContext:
    def __init__(self, given):
        self.custom = given.get("custom")
        self.env = given.get("env")
        self.client = None
        if given.get("client") is not None:
            self.client = Client()
            for name in ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"):
                setattr(self.client, name, given["client"].get(name))


class LambdaContext:
    def __init__(self, headers):
        self.aws_request_id = headers.get("lambda-runtime-aws-request-id")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        given = parse_header(headers, "lambda-runtime-client-context", "Client Context")
        self.client_context = ClientContext(given) if given else None
        self.identity = CognitoIdentity()
        given = parse_header(headers, "lambda-runtime-cognito-identity", "Cognito Identity")
        if given:
            self.identity.cognito_identity_id = given.get("cognitoIdentityId")
            self.identity.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        members = ",".join(f"{name}={value}" for name, value in vars(self).items() if name[0] != "_")
        return f"LambdaContext([{members}])"


def parse_header(headers, name, what):
    text = headers.get(name)
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError as error:
        raise Fault("Runtime.LambdaContextUnmarshalError", f"Unable to parse {what} JSON: {error}") from None


# ---- Errors ----

def make_error(error_type, message, trace=(), request_id=""):
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": list(trace)}


def own_frame(frame):
    return frame.filename == __file__ or "importlib" in frame.filename and frame.filename.startswith("<frozen")


def describe(error, request_id=""):
    """The error as the runtime API is told it, without this file's frames."""
    if isinstance(error, Fault):
        return dict(error.error, requestId=request_id)
    frames = list(traceback.extract_tb(error.__traceback__))
    while frames and own_frame(frames[0]):
        del frames[0]
    plain = [traceback.FrameSummary(f.filename, f.lineno, f.name, lookup_line=False, line=f.line) for f in frames]
    return make_error(type(error).__name__, str(error), traceback.format_list(plain), request_id)


def log_error(error):
    if LOGS_JSON:
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        return write_out(to_json({"timestamp": now, "level": "ERROR", **error}))
    first = "[ERROR]" + (f" {error['errorType']}" if error["errorType"] else "")
    if error["errorMessage"]:
        first += (":" if error["errorType"] else "") + f" {error['errorMessage']}"
    lines = [first, "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        for line in entry.splitlines():
            blanks = len(line) - len(line.lstrip(" "))
            lines.append("\u00a0" * blanks + line[blanks:])
    write_out("\r".join(lines))


# ---- Log ----

def write_out(line):
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


class RequestFilter(logging.Filter):
    """Gives every record the invocation's id."""

    request_id = ""

    def filter(self, record):
        record.aws_request_id = self.request_id
        return True


class JsonFormatter(logging.Formatter):
    KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "aws_request_id"}

    def format(self, record):
        line = {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
                "level": record.levelname, "message": record.getMessage(), "logger": record.name}
        if record.exc_info:
            line["stackTrace"] = traceback.format_exception(*record.exc_info)
            line["errorType"] = record.exc_info[0].__name__
            line["errorMessage"] = str(record.exc_info[1])
        line.update((key, value) for key, value in vars(record).items() if key not in self.KNOWN)
        if record.aws_request_id:
            line["requestId"] = record.aws_request_id
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging():
    """The root logger writes as on Lambda, from WARNING on. Gives the filter that knows the invocation."""
    handler = logging.StreamHandler(sys.stdout)
    if LOGS_JSON:
        handler.setFormatter(JsonFormatter())
    else:
        formatter = logging.Formatter("[%(levelname)s]\t%(asctime)s.%(msecs)dZ\t%(aws_request_id)s\t%(message)s",
                                      "%Y-%m-%dT%H:%M:%S")
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
    request_filter = RequestFilter()
    handler.addFilter(request_filter)
    logging.root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if LOGS_JSON and level:
        logging.root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))
    return request_filter


# ---- Handler and results ----

def load_handler(text):
    try:
        module_name, name = text.rsplit(".", 1)
    except ValueError as error:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{text}': {error}") from None
    module_name = module_name.replace("/", ".")
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault("Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
    except SyntaxError as error:
        raise Fault("Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}",
                    [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']) from None
    if not hasattr(module, name):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{name}' missing on module '{module_name}'")
    return getattr(module, name)


DECIMAL = f"decimal {os.urandom(8).hex()} "


def encode_other(value):
    """A Decimal becomes a text that to_json() knows again: the encoder knows no exact numbers."""
    decimal = sys.modules.get("decimal")  # Loaded by whoever has made one.
    if decimal and isinstance(value, decimal.Decimal):
        return f"{DECIMAL}{value}"
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def to_json(value):
    text = json.dumps(value, ensure_ascii=ENCODES_ASCII, default=encode_other)
    return re.sub(f'"{DECIMAL}([^"]*)"', r"\1", text) if DECIMAL in text else text


def marshal(result):
    """(bytes, content type) of what a handler returned."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        return to_json(result).encode(), "application/json"
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def unmarshal(body):
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None


# ---- Invocations ----

def serve(api, handler, request_filter):
    while True:
        headers, body = api.call("GET", "invocation/next")
        request_id = headers.get("lambda-runtime-aws-request-id", "")
        request_filter.request_id = request_id
        trace_id = headers.get("lambda-runtime-trace-id")
        if trace_id:
            os.environ["_X_AMZN_TRACE_ID"] = trace_id
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            context = LambdaContext(headers)
            result, content_type = marshal(handler(unmarshal(body), context))
        except Exception as failure:
            error = describe(failure, request_id)
            log_error(error)
            api.post_error(f"invocation/{request_id}/error", error)
        else:
            sys.stdout.flush()
            api.call("POST", f"invocation/{request_id}/response", [("Content-Type", content_type)], result)


def main():
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]
    sys.dont_write_bytecode = True  # The code's folder is not for writing.
    sys.stdout.reconfigure(line_buffering=True)
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    request_filter = set_up_logging()
    try:
        handler = load_handler(os.environ["_HANDLER"])
    except Exception as failure:
        error = describe(failure)
        log_error(error)
        api.post_error("init/error", error)
        sys.exit(1)
    serve(api, handler, request_filter)


if __name__ == "__main__":
    main()
