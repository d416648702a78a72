#!/usr/bin/env python3
"""Makes this data folder: ekiden.db, and expected.json with its content.

    make.py EKIDEN [FOLDER]

EKIDEN is the `ekiden` program that writes the format of this folder. FOLDER defaults to the folder of this script; its
two files are replaced. Runs for about 30 s, because a delayed message has to become visible.

expected.json holds:
    made_at_ms   the wall time at which the folder was finished, in milliseconds
    tags         the tags of each queue; they are stored, but this version has no request that reads them
    reads        requests that change nothing, each with the answer of EKIDEN
    in_flight    the queue and the receipt handle of a message that is in flight at made_at_ms
    messages     the messages of each queue when none is delayed or in flight any more

local/test/store/data_folder_test.cpp opens the folder with today's program and compares.
"""

import base64
import json
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request

HIDDEN_S = 15  # How long one message is delayed, and another one is in flight.


class Server:
    """`ekiden local` on a data folder."""

    def __init__(self, ekiden, folder):
        command = [ekiden, "local", "--data", str(folder), "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = None
        for line in self.process.stdout:
            found = re.search(r"listening on (http://\S+)", line)
            if found:
                self.address = found.group(1)
                return
        raise SystemExit(f"make.py: {ekiden} did not start")

    def call(self, target, body):
        # Answers contain the host, so it must not depend on the port.
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", "Host": "127.0.0.1:4566"}
        request = urllib.request.Request(self.address, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as response:
            return json.loads(response.read() or "{}")

    def sqs(self, operation, **body):
        return self.call("AmazonSQS." + operation, body)

    def dynamodb(self, operation, **body):
        return self.call("DynamoDB_20120810." + operation, body)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:  # An earlier error occurred.
            self.process.kill()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(30) != 0:
            raise SystemExit("make.py: the server did not stop cleanly")


def binary(data):
    return base64.b64encode(data).decode()


ITEM_OF_ALL_TYPES = {
    "id": {"B": binary(b"\x00\x01\xff")},
    "text": {"S": 'quotes " and \\, a line\nand 日本語 \U0001f38f'},
    "empty": {"S": ""},
    "number": {"N": "-1234567890.0123456789"},
    "large": {"N": "99999999999999999999999999999999999999"},
    "bytes": {"B": binary(bytes(range(64)))},
    "yes": {"BOOL": True},
    "no": {"BOOL": False},
    "null": {"NULL": True},
    "texts": {"SS": ["a", "b", "c"]},
    "numbers": {"NS": ["-1", "0", "2.5"]},
    "binaries": {"BS": [binary(b"a"), binary(b"\x00")]},
    "list": {"L": [{"S": "first"}, {"N": "2"}, {"L": []}, {"M": {"deep": {"L": [{"NULL": True}]}}}]},
    "map": {"M": {"name": {"S": "value"}, "inner": {"M": {"set": {"NS": ["1"]}}}, "none": {"M": {}}}},
}

EVENTS = [
    {"id": {"S": "a"}, "at": {"N": "-1.5"}, "expires": {"N": "1999999999"}},
    {"id": {"S": "a"}, "at": {"N": "2"}, "what": {"S": "second"}},
    {"id": {"S": "a"}, "at": {"N": "10"}, "what": {"S": "third, though 10 is less than 2 as a text"}},
    {"id": {"S": "b é"}, "at": {"N": "0"}},
]

TAGS = {"stage": "test", "team": "blue"}

ATTRIBUTES = {
    "text": {"DataType": "String", "StringValue": "välue"},
    "number": {"DataType": "Number", "StringValue": "42.5"},
    "bytes": {"DataType": "Binary", "BinaryValue": binary(b"\x00\xfe")},
    "kind": {"DataType": "String.kind", "StringValue": "custom"},
}

TRACE = {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988-bd862e3fe1be46a994272793"}}


def receive(server, queue, visibility):
    answer = server.sqs("ReceiveMessage", QueueUrl=queue, VisibilityTimeout=visibility, WaitTimeSeconds=0)
    return answer.get("Messages", [])


def write_queues(server):
    """Returns the receipt handle of the message that stays in flight."""
    server.sqs("CreateQueue", QueueName="jobs-dead", Attributes={"MessageRetentionPeriod": "1209600"})
    redrive = {"deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:jobs-dead", "maxReceiveCount": 3}
    policy = {"Version": "2012-10-17", "Statement": []}
    attributes = {
        "VisibilityTimeout": "45",
        "DelaySeconds": "3",
        "MaximumMessageSize": "8192",
        "MessageRetentionPeriod": "1209600",
        "ReceiveMessageWaitTimeSeconds": "2",
        "RedrivePolicy": json.dumps(redrive),
        "Policy": json.dumps(policy),
    }
    server.sqs("CreateQueue", QueueName="jobs", Attributes=attributes, tags=TAGS)

    server.sqs("SendMessage", QueueUrl="jobs", MessageBody="dead-lettered after three receives", DelaySeconds=0)
    for _ in range(3):
        assert len(receive(server, "jobs", 0)) == 1
    assert receive(server, "jobs", 0) == []
    server.sqs("SendMessage", QueueUrl="jobs", MessageBody="received once, visible again", DelaySeconds=0)
    assert len(receive(server, "jobs", 0)) == 1
    # Hidden for a short time, so that the next receive returns the next message.
    [held] = receive(server, "jobs", 60)
    server.sqs("SendMessage", QueueUrl="jobs", MessageBody="in flight", DelaySeconds=0)
    [in_flight] = receive(server, "jobs", 60)
    assert in_flight["Body"] == "in flight"
    server.sqs("ChangeMessageVisibility", QueueUrl="jobs", ReceiptHandle=held["ReceiptHandle"], VisibilityTimeout=0)
    server.sqs("SendMessage", QueueUrl="jobs", MessageBody="visible: <&> \" 日本語 \U0001f38f", DelaySeconds=0)
    server.sqs(
        "SendMessage",
        QueueUrl="jobs",
        MessageBody="with attributes",
        DelaySeconds=0,
        MessageAttributes=ATTRIBUTES,
        MessageSystemAttributes=TRACE,
    )
    # Last, so that it stays hidden as long as possible.
    server.sqs("SendMessage", QueueUrl="jobs", MessageBody="delayed", DelaySeconds=HIDDEN_S)
    server.sqs(
        "ChangeMessageVisibility",
        QueueUrl="jobs",
        ReceiptHandle=in_flight["ReceiptHandle"],
        VisibilityTimeout=HIDDEN_S,
    )
    return in_flight["ReceiptHandle"]


def write_tables(server):
    server.dynamodb(
        "CreateTable",
        TableName="events",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "at", "AttributeType": "N"},
        ],
    )
    server.dynamodb(
        "UpdateTimeToLive",
        TableName="events",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
    server.dynamodb(
        "CreateTable",
        TableName="things",
        ProvisionedThroughput={"ReadCapacityUnits": 3, "WriteCapacityUnits": 4},
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "B"}],
    )
    server.dynamodb("BatchWriteItem", RequestItems={"events": [{"PutRequest": {"Item": item}} for item in EVENTS]})
    server.dynamodb("PutItem", TableName="things", Item=ITEM_OF_ALL_TYPES)


def read_all(server):
    reads = []

    def read(target, **body):
        answer = server.call(target, body)
        reads.append({"target": target, "body": body, "answer": answer})
        return answer

    assert len(read("AmazonSQS.ListQueues")["QueueUrls"]) == 2
    for queue in ("jobs", "jobs-dead"):
        read("AmazonSQS.GetQueueUrl", QueueName=queue)
        read("AmazonSQS.GetQueueAttributes", QueueUrl=queue, AttributeNames=["All"])
    counts = reads[2]["answer"]["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "3", counts
    assert counts["ApproximateNumberOfMessagesNotVisible"] == "1", counts
    assert counts["ApproximateNumberOfMessagesDelayed"] == "1", counts

    assert read("DynamoDB_20120810.ListTables")["TableNames"] == ["events", "things"]
    for table in ("events", "things"):
        read("DynamoDB_20120810.DescribeTable", TableName=table)
        read("DynamoDB_20120810.DescribeTimeToLive", TableName=table)
        read("DynamoDB_20120810.Scan", TableName=table)
    for item in EVENTS:
        key = {"id": item["id"], "at": item["at"]}
        assert read("DynamoDB_20120810.GetItem", TableName="events", Key=key)["Item"] == item
    key = {"id": ITEM_OF_ALL_TYPES["id"]}
    assert read("DynamoDB_20120810.GetItem", TableName="things", Key=key)["Item"] == ITEM_OF_ALL_TYPES
    query = read(
        "DynamoDB_20120810.Query",
        TableName="events",
        KeyConditionExpression="id = :id",
        ExpressionAttributeValues={":id": {"S": "a"}},
    )
    assert query["Items"] == EVENTS[:3]
    return reads


def drain(server, queue):
    """The messages that a receive returns, without the members that change at each receive."""
    messages = []
    while True:
        answer = server.sqs(
            "ReceiveMessage",
            QueueUrl=queue,
            MaxNumberOfMessages=10,
            VisibilityTimeout=600,
            WaitTimeSeconds=0,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        received = answer.get("Messages", [])
        if not received:
            return messages
        for message in received:
            del message["ReceiptHandle"]
            if message["Attributes"]["ApproximateReceiveCount"] == "1":
                del message["Attributes"]["ApproximateFirstReceiveTimestamp"]
            messages.append(message)


def main():
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    ekiden = sys.argv[1]
    folder = pathlib.Path(sys.argv[2] if len(sys.argv) == 3 else pathlib.Path(__file__).parent)
    with tempfile.TemporaryDirectory() as made:
        with Server(ekiden, made) as server:
            write_tables(server)
            handle = write_queues(server)
            made_at_ms = int(time.time() * 1000)
            reads = read_all(server)
            server.stop()
        if sorted(path.name for path in pathlib.Path(made).iterdir()) != ["ekiden.db", "ekiden.db-reserve"]:
            raise SystemExit("make.py: the server left more than ekiden.db and its reserve")
        shutil.copyfile(f"{made}/ekiden.db", folder / "ekiden.db")

        # On a temporary copy, because this changes the messages.
        time.sleep(HIDDEN_S + 1)
        with Server(ekiden, made) as server:
            messages = {queue: drain(server, queue) for queue in ("jobs", "jobs-dead")}
            server.stop()
    assert len(messages["jobs"]) == 5 and len(messages["jobs-dead"]) == 1, messages
    expected = {
        "made_at_ms": made_at_ms,
        "tags": {"jobs": TAGS, "jobs-dead": {}},
        "reads": reads,
        "in_flight": {"queue": "jobs", "handle": handle},
        "messages": messages,
    }
    text = json.dumps(expected, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")


main()
