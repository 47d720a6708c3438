#!/usr/bin/env python3
"""A small API of items over one DynamoDB, none of it Lifeboat's: POST /items, GET, PUT, DELETE /items/ID, GET /health.

Usage: tiny_api.py ADDRESS PORT DYNAMODB_URL
"""
import http.server
import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

TABLE = "items"
address, port, endpoint = sys.argv[1], int(sys.argv[2]), sys.argv[3]
# Clients of boto3 may be shared by threads, and are dear to make.
dynamodb = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="a",
                        aws_secret_access_key="b", config=Config(retries={"max_attempts": 1}, max_pool_connections=64))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def put(self, identity, **condition):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        identity = identity or body["id"]
        item = {"id": {"S": identity}, "label": {"S": body["label"]}, "amount": {"N": str(body["amount"])}}
        try:
            dynamodb.put_item(TableName=TABLE, Item=item, **condition)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            return self.answer(404 if "exists" in condition["ConditionExpression"][:16] else 409, {"message": "refused"})
        return self.answer(200, {"id": identity, "label": body["label"], "amount": body["amount"]})

    def do_POST(self):
        self.put(None, ConditionExpression="attribute_not_exists(id)")

    def do_PUT(self):
        self.put(self.path.rsplit("/", 1)[1], ConditionExpression="attribute_exists(id)")

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"status": "ok"})
        found = dynamodb.get_item(TableName=TABLE, Key={"id": {"S": self.path.rsplit("/", 1)[1]}}, ConsistentRead=True)
        item = found.get("Item")
        if not item:
            return self.answer(404, {"message": "no such item"})
        return self.answer(200, {"id": item["id"]["S"], "label": item["label"]["S"], "amount": int(item["amount"]["N"])})

    def do_DELETE(self):
        dynamodb.delete_item(TableName=TABLE, Key={"id": {"S": self.path.rsplit("/", 1)[1]}})
        self.answer(200, {})

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server((address, port), Handler).serve_forever()
