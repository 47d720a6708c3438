#!/usr/bin/env python3
"""Runs the functions as Lambda does: real processes against a runtime API and a DynamoDB that this
test plays. It holds what only whole processes show: the runtime loop, retries, time-outs, answers."""
import http.server
import json
import os
import queue
import subprocess
import sys
import threading
import unittest

FOLDER = sys.argv.pop(1)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, handler):
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def handle_error(self, *_):
        pass  # Processes that are killed leave broken connections.

    def stop(self):
        self.shutdown()
        self.server_close()

    @property
    def address(self):
        return f"127.0.0.1:{self.server_address[1]}"


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def reply(self, status, text, headers=()):
        data = text.encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


class Function:
    """One environment of a function."""

    def __init__(self, name, variables):
        self.events, self.answers = queue.Queue(), queue.Queue()
        function = self

        class Handler(Quiet):
            def do_GET(self):
                event = function.events.get()
                if event is not None:
                    self.reply(200, event, [("Lambda-Runtime-Aws-Request-Id", "id-1")])

            def do_POST(self):
                function.answers.put((self.path.rsplit("/", 1)[1], json.loads(self.body())))
                self.reply(202, '{"status":"OK"}')

        self.server = Server(Handler)
        environment = {"AWS_LAMBDA_RUNTIME_API": self.server.address, "AWS_REGION": "us-east-1",
                       "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
                       "AWS_SESSION_TOKEN": "t", "PATH": "/usr/bin:/bin", **variables}
        self.process = subprocess.Popen([os.path.join(FOLDER, name, "bootstrap")], env=environment,
                                        stderr=subprocess.DEVNULL)

    def call(self, event):
        self.events.put(event if isinstance(event, str) else json.dumps(event))
        kind, answer = self.answers.get(timeout=20)
        if kind != "response":
            return kind, answer
        assert answer["headers"]["Access-Control-Allow-Origin"] == "*"
        return answer["statusCode"], json.loads(answer["body"])

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.events.put(None)
        self.server.stop()


class Table:
    """A DynamoDB that knows just the calls of the functions; `plan` says what goes wrong next."""

    def __init__(self):
        self.items, self.plan, self.calls = {}, [], []
        table = self

        class Handler(Quiet):
            def do_POST(self):
                body = json.loads(self.body())
                operation = self.headers["X-Amz-Target"].split(".")[1]
                table.calls.append((operation, body, dict(self.headers)))
                plan = table.plan.pop(0) if table.plan else ""
                if plan == "refuse":
                    return self.reply(500, '{"__type":"x#InternalServerError"}')
                answer = table.run(operation, body)
                if plan == "cut":
                    self.close_connection = True
                    return self.connection.shutdown(2)
                self.reply(200 if answer is not None else 400, json.dumps(
                    answer if answer is not None else {"__type": "a#ConditionalCheckFailedException"}))

        self.server = Server(Handler)

    def run(self, operation, body):
        key = body.get("Key", body.get("Item", {})).get("id", {}).get("S")
        item = self.items.get(key)
        condition = body.get("ConditionExpression", "")
        if condition == "attribute_exists(#id)" and item is None:
            return None
        if condition == "attribute_not_exists(#id)" and item is not None:
            return None
        if operation == "PutItem":
            self.items[key] = body["Item"]
            return {}
        if operation == "GetItem":
            return {"Item": item} if item else {}
        if operation == "DeleteItem":
            return {"Attributes": self.items.pop(key)}
        if operation == "UpdateItem":
            item = self.items.setdefault(key, {"id": {"S": key}})
            for part in body["UpdateExpression"][4:].split(", "):
                name, value = part.split(" = ")
                item[body["ExpressionAttributeNames"][name]] = body["ExpressionAttributeValues"][value]
            return {"Attributes": item}
        assert operation == "Scan"
        keys = sorted(k for k in self.items if k > body.get("ExclusiveStartKey", {}).get("id", {}).get("S", ""))
        page = keys[:body["Limit"]]
        answer = {"Items": [self.items[k] for k in page if "canaryAt" not in self.items[k]]}
        if len(keys) > len(page):
            answer["LastEvaluatedKey"] = {"id": {"S": page[-1]}}
        return answer


class FunctionsTest(unittest.TestCase):
    def setUp(self):
        self.table = Table()
        self.addCleanup(self.table.server.stop)

    def start(self, name, **variables):
        function = Function(name, {"TABLE_NAME": "products",
                                   "AWS_ENDPOINT_URL_DYNAMODB": f"http://{self.table.server.address}",
                                   **variables})
        self.addCleanup(function.stop)
        return function

    def body(self, value):
        return {"body": json.dumps(value), "pathParameters": None}

    def test_the_life_of_a_product(self):
        create, get = self.start("create_product"), self.start("get_product")
        update, delete = self.start("update_product"), self.start("delete_product")
        at = {"pathParameters": {"id": "p1"}}
        self.assertEqual(get.call(at)[0], 404)
        status, made = create.call(self.body({"id": "p1", "name": "Shirt", "price": 0, "drillSeq": 7}))
        self.assertEqual((status, made["price"], made["drillSeq"]), (201, 0, 7))
        self.assertEqual(create.call(self.body({"id": "p1", "name": "S", "price": 1}))[0], 409)
        self.assertEqual(get.call(at), (200, made))
        status, changed = update.call({**at, "body": '{"name":"Coat","drillSeq":8}'})
        self.assertEqual((status, changed["name"], changed["drillSeq"]), (200, "Coat", 8))
        self.assertEqual(delete.call(at)[0], 200)
        self.assertEqual(delete.call(at)[0], 404)
        self.assertEqual(update.call({**at, "body": '{"name":"x"}'})[0], 404)
        self.assertEqual(create.call(self.body({"name": "x"})), (400, {"message": "price is required."}))
        self.assertEqual(len(create.call(self.body({"name": "x", "price": 1}))[1]["id"]), 36)

    def test_requests_are_signed_with_the_session(self):
        self.start("get_product").call({"pathParameters": {"id": "p"}})
        headers = self.table.calls[0][2]
        self.assertIn("/us-east-1/dynamodb/aws4_request", headers["Authorization"])
        self.assertEqual(headers["X-Amz-Security-Token"], "t")

    def test_lists_in_pages_without_canaries(self):
        for i in range(5):
            self.table.items[f"p{i}"] = {"id": {"S": f"p{i}"}}
        self.table.items["canary#us-east-1"] = {"id": {"S": "canary#us-east-1"}, "canaryAt": {"N": "1"}}
        function = self.start("list_products")
        status, page = function.call({"queryStringParameters": {"limit": "3"}})
        self.assertEqual((status, [p["id"] for p in page["products"]], page["next"]),
                         (200, ["p0", "p1", "p2"], "p2"))
        status, rest = function.call({"queryStringParameters": {"limit": "3", "next": "p2"}})
        self.assertEqual([p["id"] for p in rest["products"]], ["p3", "p4"])
        self.assertNotIn("next", rest)
        self.assertEqual(function.call({"queryStringParameters": {"limit": "0"}})[0], 400)

    def test_a_failing_table_is_503(self):
        function = self.start("get_product")
        self.table.plan = ["refuse", "refuse"]
        self.assertEqual(function.call({"pathParameters": {"id": "p"}})[0], 503)
        self.table.plan = ["refuse"]
        self.assertEqual(function.call({"pathParameters": {"id": "p"}})[0], 404)  # Tried again.
        nobody = self.start("get_product", AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:1")
        status, answer = nobody.call({"pathParameters": {"id": "p"}})
        self.assertEqual(status, 503)
        self.assertIn("message", answer)

    def test_a_write_that_may_have_happened_is_never_called_refused(self):
        self.table.plan = ["cut"]
        status, _ = self.start("create_product").call(self.body({"id": "p1", "name": "x", "price": 1}))
        self.assertEqual(status, 503)
        self.assertIn("p1", self.table.items)
        self.table.plan = ["cut"]
        self.assertEqual(self.start("delete_product").call({"pathParameters": {"id": "p1"}})[0], 503)
        self.assertNotIn("p1", self.table.items)

    def test_health(self):
        status, body = self.start("health").call({})
        self.assertEqual((status, body["status"], body["region"]), (200, "healthy", "us-east-1"))

    def test_deep_health_writes_and_reads_its_canary(self):
        self.table.items["canary#us-west-2"] = {"canaryAt": {"N": "1000"}}
        function = self.start("deep_health", REGIONS="us-east-1,us-west-2")
        status, body = function.call({})
        self.assertEqual((status, body["status"], body["region"]), (200, "healthy", "us-east-1"))
        self.assertEqual(body["replication"][0]["region"], "us-west-2")
        self.assertGreater(body["replication"][0]["ageSeconds"], 1000)
        self.assertIn("canaryAt", self.table.items["canary#us-east-1"])
        calls = len(self.table.calls)
        self.assertEqual(function.call({}), (200, body))  # From the cache.
        self.assertEqual(len(self.table.calls), calls)

    def test_deep_health_is_503_without_a_table(self):
        function = self.start("deep_health", AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:1")
        status, body = function.call({})
        self.assertEqual((status, body["status"]), (503, "unhealthy"))

    def test_errors_of_the_handler_and_of_the_settings(self):
        kind, error = self.start("get_product").call("not json")
        self.assertEqual((kind, error["errorType"]), ("error", "Handler.Error"))
        function = self.start("get_product", TABLE_NAME="")
        kind, error = function.answers.get(timeout=20)
        self.assertEqual((kind, error["errorMessage"]), ("error", "TABLE_NAME is not set."))
        self.assertEqual(function.process.wait(timeout=20), 1)


if __name__ == "__main__":
    unittest.main()
