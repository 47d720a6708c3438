"""DynamoDB's front end, request by request: what it complains of first, in which words, and what every answer carries.

Requests are made by hand and signed with botocore, so that each can be wrong in one way. The texts are AWS's.
"""
import binascii
import datetime
import gzip
import hashlib
import hmac
import http.client
import json
import re
import socket
import zlib

import boto3
import botocore.auth
import botocore.credentials
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from conftest import create_table, wait_until
from wire import JSON10, LIST, REGION, call, exchange, raw, send, signed

SERVICE = "com.amazon.coral.service#"
ID = re.compile(r"[0-9A-Z]{52}")


@pytest.fixture(scope="module")
def place(world):
    """Address and plain port of the region."""
    region = world.region(REGION)
    return region["address"], region["http_port"]


@pytest.fixture(scope="module")
def table(world):
    client = world.client("dynamodb", REGION)
    create_table(client, "wire")
    client.put_item(TableName="wire", Item={"id": {"S": "long"}, "x": {"S": "x" * 5000}})
    return "wire"


# The order of checks, from the first to the last: each request is also wrong in all ways that come later.
ORDER = [
    ("size", "POST", {"Content-Type": "text/plain"}, b"x" * ((16 << 20) + 1), 413, None),
    ("method", "PUT", {"Content-Type": JSON10}, b"{nonsense", 404, None),
    ("content type", "POST", {"Content-Type": "text/plain"}, b"{nonsense", 404, None),
    ("JSON", "POST", {"Content-Type": JSON10}, b"{nonsense", 400, "SerializationException"),
    ("target", "POST", {"Content-Type": JSON10, "X-Amz-Target": "DynamoDB_20120810.Nothing"}, b'{"Limit":"x"}', 400,
     "UnknownOperationException"),
    ("signature", "POST", {"Content-Type": JSON10, "X-Amz-Target": LIST}, b'{"Limit":"x"}', 400,
     "MissingAuthenticationTokenException"),
]


@pytest.mark.parametrize("name,method,headers,body,status,error", ORDER, ids=[case[0] for case in ORDER])
def test_order_of_checks(place, name, method, headers, body, status, error):
    answer = send(place, body, method, headers=headers)
    assert answer.status == status
    assert ID.fullmatch(answer.headers["x-amzn-requestid"])
    assert answer.headers["x-amz-crc32"] == str(binascii.crc32(answer.body))
    assert "date" in answer.headers and "server" in answer.headers
    if error:
        assert answer.json()["__type"] == SERVICE + error
        assert answer.headers["content-type"] == JSON10


def test_types_come_after_the_signature_and_before_values(place):
    answer = send(place, '{"Limit":"x"}', headers=signed(place, '{"Limit":"x"}'))
    assert answer.error()[0] == "SerializationException"
    answer = send(place, '{"Limit":0}', headers=signed(place, '{"Limit":0}'))
    assert answer.error()[0] == "ValidationException"


def test_bodies_without_a_message(place):
    """Checksums as recorded from AWS."""
    answer = send(place, "hi", headers={"Content-Type": "application/json"})
    assert (answer.body, answer.headers["x-amz-crc32"]) == \
        (b'{"__type":"com.amazon.coral.service#SerializationException"}', "3948637019")
    answer = send(place, "", headers={"X-Amz-Target": "whatever"})
    assert (answer.body, answer.headers["x-amz-crc32"]) == \
        (b'{"__type":"com.amazon.coral.service#UnknownOperationException"}', "1368724161")
    assert answer.headers["content-type"] == "application/json"
    answer = send(place, "", headers={"X-Amz-Target": LIST})
    assert answer.headers["x-amz-crc32"] == "2088342776"
    for method, body, headers in (("PUT", "", {}), ("DELETE", "", {}), ("OPTIONS", "", {}), ("POST", "hi", {}),
                                  ("POST", "hi", {"Content-Type": "whatever"})):
        answer = send(place, body, method, headers=headers)
        assert (answer.status, answer.body, answer.headers["x-amz-crc32"]) == \
            (404, b"<UnknownOperationException/>\n", "3552371480")


def test_content_types(place):
    for sent, answered in ((JSON10, JSON10), ("application/json", "application/json"),
                           (JSON10 + "; charset=utf-8", JSON10)):
        answer = send(place, headers=signed(place, extra={"Content-Type": sent}))
        assert (answer.status, answer.headers["content-type"]) == (200, answered)


def test_a_signed_request_without_a_body(place):
    assert send(place, "", headers=signed(place, "")).error()[0] == "SerializationException"


def test_healthy(place):
    for target in ("/", "/ping"):
        answer = send(place, None, "GET", target, {"Host": "dynamodb.us-east-1.amazonaws.com"})
        assert (answer.status, answer.body) == (200, b"healthy: dynamodb.us-east-1.amazonaws.com ")
        assert ID.fullmatch(answer.headers["x-amzn-requestid"])
    assert send(place, None, "GET", "/").body == b"healthy: dynamodb.us-east-1.amazonaws.com "
    assert send(place, None, "GET", "/abc", {"Host": "dynamodb.us-east-1.amazonaws.com"}).status == 404


def test_cross_origin(place):
    asked = {"Origin": "http://example.com", "Access-Control-Request-Headers": "a, b",
             "Access-Control-Request-Method": "c"}
    answer = send(place, None, "OPTIONS", headers=asked)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "a, b"
    assert answer.headers["access-control-allow-methods"] == "c"
    assert answer.headers["access-control-max-age"] == "172800"
    for method in ("GET", "POST"):
        answer = send(place, "", method, headers=asked)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-expose-headers" in answer.headers
        assert "access-control-max-age" not in answer.headers
    for method in ("GET", "POST", "OPTIONS"):
        assert not [name for name in send(place, "", method).headers if name.startswith("access-control")]


# Signatures.

def refusal(place, headers, body="{}", target="/"):
    answer = send(place, body, target=target, headers=headers)
    assert answer.status == 400
    assert answer.json()["__type"].startswith(SERVICE)
    return answer.error()


def with_authorization(headers, value):
    return headers | {"Authorization": value}


def replaced(headers, old, new):
    assert old in headers["Authorization"]
    return with_authorization(headers, headers["Authorization"].replace(old, new))


BARE = {"X-Amz-Target": LIST, "Content-Type": JSON10}


def test_missing_token(place):
    missing = ("MissingAuthenticationTokenException", "Request is missing Authentication Token")
    assert refusal(place, BARE) == missing
    assert refusal(place, with_authorization(BARE, "AWS4")) == missing
    assert refusal(place, with_authorization(BARE, "Bearer abc")) == missing


def test_incomplete_header(place):
    parts = [f"Authorization header requires '{name}' parameter. "
             for name in ("Credential", "Signature", "SignedHeaders")]
    date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. "
    assert refusal(place, with_authorization(BARE, "AWS4-")) == \
        ("IncompleteSignatureException", "".join(parts) + date + "Authorization=AWS4-")
    header = "AWS4-HMAC-SHA256 Credential=a, SignedHeaders=b"
    assert refusal(place, with_authorization(BARE | {"X-Amz-Date": "x"}, header)) == \
        ("IncompleteSignatureException", parts[1] + "Authorization=" + header)


def test_incomplete_query(place):
    names = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"]
    text = "".join(f"AWS query-string parameters must include '{name}'. " for name in names)
    assert refusal(place, BARE, target="/?X-Amz-Algorithm") == \
        ("IncompleteSignatureException", text + "Re-examine the query-string parameters.")
    assert refusal(place, BARE, target="/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d") == \
        ("IncompleteSignatureException", "AWS query-string parameters must include 'X-Amz-SignedHeaders'. "
                                         "Re-examine the query-string parameters.")


def test_header_and_query_at_once(place):
    assert refusal(place, signed(place), target="/?X-Amz-Algorithm=x") == \
        ("InvalidSignatureException",
         "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")


def stamp(minutes):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)).strftime(
        "%Y%m%dT%H%M%SZ")


def test_dates(place):
    assert refusal(place, signed(place) | {"X-Amz-Date": "201"}) == \
        ("IncompleteSignatureException",
         "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601")
    # Time comes before scope and key, and blanks separate as commas do.
    header = "AWS4-HMAC-SHA256 Credential=nobody/2/3/4/aws4_request SignedHeaders=x-amz-date;host Signature=123"
    name, text = refusal(place, with_authorization(BARE | {"X-Amz-Date": "20170101T010101Z"}, header))
    assert name == "InvalidSignatureException"
    assert re.fullmatch(r"Signature expired: 20170101T010101Z is now earlier than \d{8}T\d{6}Z "
                        r"\(\d{8}T\d{6}Z - 15 min\.\)", text)
    name, text = refusal(place, with_authorization(BARE | {"X-Amz-Date": "30200101T010101Z"}, header))
    assert name == "InvalidSignatureException"
    assert re.fullmatch(r"Signature not yet current: 30200101T010101Z is still later than \d{8}T\d{6}Z "
                        r"\(\d{8}T\d{6}Z \+ 15 min\.\)", text)


def test_clock_skew_of_fourteen_minutes_passes(place, monkeypatch):
    for minutes in (-14, 14):
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda at=at: at, raising=True)
        assert send(place, headers=signed(place)).status == 200
    for minutes in (-16, 16):
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
        monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda at=at: at, raising=True)
        assert refusal(place, signed(place))[0] == "InvalidSignatureException"


def test_host_must_be_signed(place):
    assert refusal(place, replaced(signed(place), "host;", "")) == \
        ("InvalidSignatureException", "'Host' must be a 'SignedHeader' in the AWS Authorization.")


def test_algorithm(place):
    assert refusal(place, replaced(signed(place), "AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA25 ")) == \
        ("IncompleteSignatureException", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25' (only AWS4-HMAC-SHA256 for "
                                         "now). ")


def test_credential_scope(place):
    headers = signed(place)
    date = headers["X-Amz-Date"][:8]
    scope = f"{date}/us-east-1/dynamodb/aws4_request"
    assert refusal(place, replaced(headers, scope, "b/c/d")) == \
        ("IncompleteSignatureException", "Credential must have exactly 5 slash-delimited elements, e.g. "
                                         "keyid/date/region/service/term, got 'test/b/c/d'")
    region = "Credential should be scoped to a valid region, not 'c'. "
    service = "Credential should be scoped to correct service: 'dynamodb'. "
    end = "Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. "
    day = ("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
           f"'b' != '{date}', from '{headers['X-Amz-Date']}'.")
    assert refusal(place, replaced(headers, scope, "b/c/d/e")) == \
        ("InvalidSignatureException", region + service + end + day)
    assert refusal(place, signed(place, region="us-west-2")) == \
        ("InvalidSignatureException", region.replace("'c'", "'us-west-2'"))
    assert refusal(place, signed(place, service="s3")) == ("InvalidSignatureException", service)


def test_keys(place):
    unknown = ("UnrecognizedClientException", "The security token included in the request is invalid.")
    assert refusal(place, signed(place, keys=botocore.credentials.Credentials("nobody", "test"))) == unknown
    # A token that we never gave out, on a key that has none.
    assert refusal(place, signed(place, keys=botocore.credentials.Credentials("test", "test", "token"))) == unknown


def test_wrong_secret_shows_what_was_expected(place):
    headers = signed(place, keys=botocore.credentials.Credentials("test", "wrong"))
    name, text = refusal(place, headers)
    assert name == "InvalidSignatureException"
    start, canonical, to_sign = re.fullmatch(
        r"(.*?)\n\nThe Canonical String for this request should have been\n'(.*)'\n\n"
        r"The String-to-Sign should have been\n'(.*)'\n", text, re.DOTALL).groups()
    assert start == ("The request signature we calculated does not match the signature you provided. Check your AWS "
                     "Secret Access Key and signing method. Consult the service documentation for details.")
    assert canonical.startswith("POST\n/\n\ncontent-type:")
    assert canonical.endswith(hashlib.sha256(b"{}").hexdigest())
    assert to_sign.endswith(hashlib.sha256(canonical.encode()).hexdigest())


def test_a_changed_body_is_noticed(place):
    assert refusal(place, signed(place), body='{"Limit":1}')[0] == "InvalidSignatureException"


def presigned(place, body, minutes=0, expires=60):
    """A target with the signature in its query. botocore would move the body there too, so this signs by hand."""
    at = stamp(minutes)
    scope = f"{at[:8]}/{REGION}/dynamodb/aws4_request"
    query = (f"X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F{scope.replace('/', '%2F')}&X-Amz-Date={at}"
             f"&X-Amz-Expires={expires}&X-Amz-SignedHeaders=host%3Bx-amz-target")
    canonical = "\n".join(["POST", "/", query, "host:%s:%s" % place, "x-amz-target:" + LIST, "", "host;x-amz-target",
                           hashlib.sha256(body.encode()).hexdigest()])
    to_sign = "\n".join(["AWS4-HMAC-SHA256", at, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    key = b"AWS4test"
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return f"/?{query}&X-Amz-Signature={hmac.digest(key, to_sign.encode(), 'sha256').hex()}"


def test_presigned(place):
    assert send(place, target=presigned(place, "{}"), headers=BARE).status == 200
    assert refusal(place, BARE, '{"Limit":1}', presigned(place, "{}"))[0] == "InvalidSignatureException"
    # Its time is its own, not the quarter of an hour that a header has.
    assert send(place, target=presigned(place, "{}", -20, 3600), headers=BARE).status == 200
    assert refusal(place, BARE, target=presigned(place, "{}", -2, 60))[1].startswith("Signature expired: ")


def s3_refusal(place, target):
    with socket.create_connection(place, timeout=60) as connection:
        connection.sendall(f"GET {target} HTTP/1.1\r\nHost: {place[0]}:{place[1]}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    return (int(answer.split()[1]), answer.split("<Code>")[1].split("</Code>")[0],
            answer.split("<Message>")[1].split("</Message>")[0])


def test_presigned_objects(place):
    client = boto3.client("s3", region_name=REGION, endpoint_url="http://%s:%s" % place, aws_access_key_id="test",
                          aws_secret_access_key="test", config=Config(signature_version="s3v4"))

    def target(seconds):
        url = client.generate_presigned_url("get_object", {"Bucket": "none", "Key": "k"}, ExpiresIn=seconds)
        return "/" + url.split("/", 3)[3]

    error = "AuthorizationQueryParametersError"
    assert s3_refusal(place, target(60))[1] == "NoSuchBucket"
    assert s3_refusal(place, target(604800))[1] == "NoSuchBucket"
    assert s3_refusal(place, target(604801)) == (400, error, (
        "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
        "604800 seconds"))
    assert s3_refusal(place, target(-1)) == (400, error, "X-Amz-Expires must be non-negative")
    assert s3_refusal(place, target(60).replace("Expires=60", "Expires=1h")) == (
        400, error, "X-Amz-Expires should be a number")
    for spoilt in (target(60) + "&X-Amz-Signature=00", target(60).replace("X-Amz-Expires=60&", "")):
        status, code, message = s3_refusal(place, spoilt)
        assert (status, code) == (400, error) and message.startswith("Query-string authentication version 4 requires")
    late = target(0)
    wait_until(lambda: s3_refusal(place, late) == (403, "AccessDenied", "Request has expired"), 10)


@pytest.mark.parametrize("service, call, code", [
    ("logs", lambda client: client.describe_log_groups(), "UnknownOperationException"),
    ("sns", lambda client: client.list_topics(), "InvalidAction"),
    ("ecr", lambda client: client.describe_repositories(), "UnknownOperationException"),
    ("scheduler", lambda client: client.list_schedules(), "UnknownOperationException"),
])
def test_a_service_that_the_world_lacks_is_named(place, service, call, code):
    client = boto3.client(service, region_name=REGION, endpoint_url="http://%s:%s" % place, aws_access_key_id="test",
                          aws_secret_access_key="test", config=Config(retries={"max_attempts": 0}))
    with pytest.raises(ClientError) as refused:
        call(client)
    error = refused.value.response["Error"]
    assert error["Code"] == code
    assert error["Message"].startswith(f"The service {service}, which is not part of this world, is not supported by")


# Hosts.

@pytest.mark.parametrize("host", ["dynamodb.us-east-1.amazonaws.com", "000000000000.ddb.us-east-1.amazonaws.com",
                                  "streams.dynamodb.us-east-1.amazonaws.com"])
def test_hosts(place, host):
    assert send(place, headers=signed(place, host=host)).status == 200
    if host.startswith("streams"):
        headers = signed(place, operation="DynamoDBStreams_20120810.ListStreams", host=host)
        assert send(place, headers=headers).json() == {"Streams": []}


def test_the_edge_serves_what_is_unsigned(world):
    place = tuple(world.status()["edge_url"].removeprefix("http://").split(":"))
    assert send(place, None, "GET").body == b"healthy: dynamodb.us-east-1.amazonaws.com "
    assert refusal(place, BARE)[0] == "MissingAuthenticationTokenException"
    assert send(place, headers=signed(place)).status == 200


def test_account_based_hosts_over_tls_and_the_edge(world, table):
    exports = json.loads(world.run("env", "--json").stdout)
    client = boto3.client(
        "dynamodb", region_name=REGION, endpoint_url="https://000000000000.ddb.us-east-1.amazonaws.com",
        aws_access_key_id="test", aws_secret_access_key="test", verify=exports["AWS_CA_BUNDLE"],
        config=Config(proxies={"https": exports["HTTPS_PROXY"]}, retries={"max_attempts": 1}))
    assert table in client.list_tables()["TableNames"]


# Codings.

@pytest.mark.parametrize("name,compress", [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_compressed_requests(place, table, name, compress):
    def put(body, encoding=name):
        headers = signed(place, body, "DynamoDB_20120810.PutItem") | {"Content-Encoding": encoding}
        return send(place, body, headers=headers)

    plain = json.dumps({"TableName": table, "Item": {"id": {"S": name}, "x": {"S": "y" * 20000}}}).encode()
    assert put(compress(plain)).status == 200
    got = call(place, "GetItem", {"TableName": table, "Key": {"id": {"S": name}}, "ConsistentRead": True})
    assert got.json()["Item"]["x"]["S"] == "y" * 20000
    for broken in (b"", plain, compress(plain)[:-1]):
        answer = put(broken)
        assert (answer.status, answer.error()[0]) == (500, "InternalServerError")
    assert put(plain, "garbage").status == 500
    bomb = compress(plain[:-1] + b" " * (16 << 20) + b"}")
    assert len(bomb) < 100_000
    assert put(bomb).status == 413


def test_two_gzip_members(place):
    body = gzip.compress(b'{"Lim') + gzip.compress(b'it":1}')
    assert send(place, body, headers=signed(place, body) | {"Content-Encoding": "gzip"}).status == 200


@pytest.mark.parametrize("accept,coding", [("gzip", "gzip"), ("deflate", "deflate"), ("br, deflate;q=0.5", "deflate"),
                                           ("gzip;q=0", None), ("identity", None), ("*", "gzip")])
def test_compressed_answers(place, table, accept, coding):
    arguments = {"TableName": table, "Key": {"id": {"S": "long"}}}
    answer = call(place, "GetItem", arguments, extra={"Accept-Encoding": accept})
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["x-amz-crc32"] == str(binascii.crc32(answer.body))
    body = {"gzip": gzip.decompress, "deflate": zlib.decompress, None: bytes}[coding](answer.body)
    assert json.loads(body)["Item"]["x"]["S"] == "x" * 5000
    assert (len(answer.body) < 1000) == (coding is not None)
    # Short answers are sent as they are.
    answer = call(place, "GetItem", arguments | {"ProjectionExpression": "id"}, extra={"Accept-Encoding": accept})
    assert "content-encoding" not in answer.headers


# HTTP.

def test_pipelining_keeps_the_order(place):
    requests = b""
    for limit in (b'{"Limit":1}', b'{"Limit":"x"}', b"{nonsense", b"{}"):
        requests += raw(signed(place, limit), limit)
    last = raw(signed(place) | {"Connection": "close"})
    received = exchange(place, requests + last)
    assert [int(s) for s in re.findall(rb"HTTP/1.1 (\d+)", received)] == [200, 400, 400, 200, 200]
    assert len(set(re.findall(rb"x-amzn-RequestId: (\S+)", received))) == 5


def test_keep_alive(place):
    connection = http.client.HTTPConnection(*place, timeout=60)
    for _ in range(3):
        assert send(place, headers=signed(place), connection=connection).status == 200
        assert send(place, "{", headers=signed(place, "{"), connection=connection).status == 400
        assert send(place, "x", "PUT", connection=connection).status == 404
    connection.close()


def test_expect_continue(place):
    with socket.create_connection(place, timeout=60) as connection:
        connection.sendall(raw(signed(place) | {"Expect": "100-continue"}, b"{}")[:-2])
        assert connection.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"{}")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n")


def test_chunked_body(place):
    body = b'{"Limit":1}'
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, body[i:i + 1]) for i in range(len(body))) + b"0\r\n\r\n"
    headers = signed(place, body) | {"Transfer-Encoding": "chunked", "Connection": "close"}
    assert exchange(place, raw(headers, chunks, length=False)).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("request_bytes", [
    raw({"Host": "x", "A": "a" * (17 << 10)}), raw({"Host": "x"}, target="/" + "a" * (17 << 10)), raw({}),
    b"nonsense\r\n\r\n", raw({"Host": "x", "Transfer-Encoding": "chunked"}),
    raw({"Host": "x", "Transfer-Encoding": "chunked"}, b"zz\r\n", length=False),
], ids=["long header", "long line", "no host", "no HTTP", "two lengths", "bad chunk"])
def test_bad_http(place, request_bytes):
    received = exchange(place, request_bytes)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert re.search(rb"\r\nx-amzn-RequestId: [0-9A-Z]{52}\r\n", received)
    assert b"\r\nDate: " in received and b"\r\nServer: " in received


def test_too_large_chunked_body_is_told_so(place):
    chunk = b"%x\r\n%s\r\n" % (1 << 20, b" " * (1 << 20))
    headers = {"Host": "x", "Content-Type": JSON10, "X-Amz-Target": LIST, "Transfer-Encoding": "chunked",
               "Connection": "close"}
    received = exchange(place, raw(headers, chunk * 17 + b"0\r\n\r\n", length=False))
    assert received.startswith(b"HTTP/1.1 413 ")


def test_a_16_mb_request_is_read(place):
    body = b'{"Limit":1' + b" " * ((16 << 20) - 11) + b"}"
    assert len(body) == 16 << 20
    assert send(place, body, headers=signed(place, body)).status == 200
