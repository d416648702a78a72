"""Tests SQS and DynamoDB with boto3, as a user's program would: every call that the local server supports.

    python boto3_client.py ENDPOINT query|json [verified]

The second argument is the protocol that this boto3 must use with SQS. "verified" means that the server accepts only
requests signed with the credentials local/local. Prints one line per step; ends with status 1 at the first difference
from AWS.
"""

import datetime
import hashlib
import json
import struct
import sys
import types
from unittest import mock

import boto3
import botocore
import botocore.auth
from botocore.config import Config
from botocore.exceptions import ClientError


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def step(name):
    print(f"ok   {name}", flush=True)


def clients(endpoint, key="local", secret="local"):
    common = dict(
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 1}, read_timeout=30),
    )
    return boto3.client("sqs", **common), boto3.client("dynamodb", **common)


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def md5_of_attributes(attributes):
    """Calculated as in the SQS Developer Guide, "Calculating the MD5 message digest for message attributes"."""
    digest = hashlib.md5()

    def field(data):
        digest.update(struct.pack(">I", len(data)))
        digest.update(data)

    for name in sorted(attributes):
        attribute = attributes[name]
        field(name.encode())
        field(attribute["DataType"].encode())
        if attribute["DataType"].startswith("Binary"):
            digest.update(b"\x02")
            field(attribute["BinaryValue"])
        else:
            digest.update(b"\x01")
            field(attribute["StringValue"].encode())
    return digest.hexdigest()


def record_protocol(sqs):
    """Records the protocol of each request: a client that used the other protocol would test the wrong thing."""
    seen = set()

    def note(request, **_):
        kind = request.headers.get("Content-Type", b"")
        kind = kind.decode() if isinstance(kind, bytes) else kind
        seen.add("json" if kind.startswith("application/x-amz-json-1.0") else "query")

    sqs.meta.events.register("before-send.sqs.*", note)
    return seen


def receive(sqs, url, count=1, **more):
    answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=count, **more)
    return answer.get("Messages", [])


def queues(sqs):
    dead = sqs.create_queue(QueueName="foreign-dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    check(arn.endswith(":foreign-dead") and arn.startswith("arn:aws:sqs:us-east-1:"), f"the queue's ARN is {arn}")
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    url = sqs.create_queue(QueueName="foreign", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedrivePolicy": policy})
    check(sqs.get_queue_url(QueueName="foreign")["QueueUrl"] == url, "get_queue_url returns another URL than create_queue")
    listed = sqs.list_queues(QueueNamePrefix="foreign")["QueueUrls"]
    check(sorted(listed) == sorted([url, dead]), f"list_queues returns {listed}")
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    check(attributes["VisibilityTimeout"] == "60", "the visibility timeout is not kept")
    check(json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"] == arn, "the redrive policy is not kept")
    step("create, get, list queues; their attributes")
    return url, dead


def one_message(sqs, url):
    body = 'caf\u00e9 \u2713 <tag> & "quotes" \U0001f3c3\n second line'
    attributes = {
        "Kind": {"DataType": "String", "StringValue": "breaking \u65e5\u672c"},
        "Weight": {"DataType": "Number", "StringValue": "17.5"},
        "Raw": {"DataType": "Binary", "BinaryValue": b"\x00\xff\x10"},
    }
    sent = sqs.send_message(QueueUrl=url, MessageBody=body, MessageAttributes=attributes)
    check(sent["MD5OfMessageBody"] == md5(body), "send: MD5 of the body")
    check(sent["MD5OfMessageAttributes"] == md5_of_attributes(attributes), "send: MD5 of the attributes")
    got = receive(sqs, url, AttributeNames=["All"], MessageAttributeNames=["All"], WaitTimeSeconds=5)
    check(len(got) == 1 and got[0]["MessageId"] == sent["MessageId"], "receive: not the message that was sent")
    message = got[0]
    check(message["Body"] == body, f"receive: the body came back as {message['Body']!r}")
    check(message["MD5OfBody"] == md5(body), "receive: MD5 of the body")
    check(message["MessageAttributes"] == attributes, f"receive: attributes {message['MessageAttributes']}")
    check(message["MD5OfMessageAttributes"] == md5_of_attributes(attributes), "receive: MD5 of the attributes")
    check(message["Attributes"]["ApproximateReceiveCount"] == "1", "receive: the first receive counts 1")
    check(int(message["Attributes"]["SentTimestamp"]) > 1_600_000_000_000, "receive: SentTimestamp in milliseconds")
    step("send, receive: body, attributes, their MD5s")

    check(receive(sqs, url) == [], "a message in flight was received again")
    sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    again = receive(sqs, url, AttributeNames=["ApproximateReceiveCount"], WaitTimeSeconds=5)
    check(len(again) == 1, "visibility timeout 0 did not release the message")
    check(again[0]["Attributes"]["ApproximateReceiveCount"] == "2", "the second receive counts 2")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=again[0]["ReceiptHandle"])
    step("change visibility, delete")


def batches(sqs, url):
    entries = [{"Id": f"m{i}", "MessageBody": f"body {i}"} for i in range(10)]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    check(sorted(e["Id"] for e in sent["Successful"]) == [f"m{i}" for i in range(10)], "batch send: ids")
    check(all(e["MD5OfMessageBody"] == md5("body " + e["Id"][1:]) for e in sent["Successful"]), "batch send: MD5")
    got = {}
    while len(got) < 10:
        some = receive(sqs, url, 10, WaitTimeSeconds=5)
        check(some, f"only {len(got)} of 10 messages came back")
        got.update((m["Body"], m["ReceiptHandle"]) for m in some)
    changed = sqs.change_message_visibility_batch(
        QueueUrl=url,
        Entries=[{"Id": str(i), "ReceiptHandle": h, "VisibilityTimeout": 120} for i, h in enumerate(got.values())],
    )
    check(len(changed["Successful"]) == 10, "batch change of visibility")
    entries = [{"Id": str(i), "ReceiptHandle": handle} for i, handle in enumerate(got.values())]
    entries[3]["ReceiptHandle"] = "no such handle"
    deleted = sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    check(len(deleted["Successful"]) == 9, "batch delete: nine succeed")
    check([e["Id"] for e in deleted["Failed"]] == ["3"], "batch delete: the tenth is reported by its id")
    check(deleted["Failed"][0]["SenderFault"] is True, "batch delete: a bad handle is the sender's fault")
    sqs.delete_message(QueueUrl=url, ReceiptHandle=list(got.values())[3])
    step("batches of ten; one entry rejected")


def redrive(sqs, url, dead):
    sqs.send_message(QueueUrl=url, MessageBody="poison")
    for _ in range(2):
        message = receive(sqs, url, WaitTimeSeconds=5)[0]
        sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
    check(receive(sqs, url) == [], "a message was received more than maxReceiveCount times")
    moved = receive(sqs, dead, WaitTimeSeconds=5)
    check([m["Body"] for m in moved] == ["poison"], "the dead-letter queue does not have the message")
    sqs.delete_message(QueueUrl=dead, ReceiptHandle=moved[0]["ReceiptHandle"])
    step("redrive to the dead-letter queue")


def purge_and_errors(sqs, url, dead):
    for body in ("a", "b", "c"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    count = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    check(count["ApproximateNumberOfMessages"] == "3", f"the queue reports {count}")
    sqs.purge_queue(QueueUrl=url)
    check(receive(sqs, url) == [], "purge left messages")
    step("purge")

    try:
        sqs.get_queue_url(QueueName="no-such-queue")
        raise AssertionError("a missing queue has a URL")
    except sqs.exceptions.QueueDoesNotExist as error:
        code = error.response["Error"]["Code"]
        check(code == "AWS.SimpleQueueService.NonExistentQueue", f"a missing queue's code is {code}")
    try:
        sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}, {"Id": "a", "MessageBody": "y"}])
        raise AssertionError("a batch with a duplicate id was accepted")
    except sqs.exceptions.BatchEntryIdsNotDistinct:
        pass
    for each in (url, dead):
        sqs.delete_queue(QueueUrl=each)
    check("QueueUrls" not in sqs.list_queues(QueueNamePrefix="foreign"), "deleted queues are still listed")
    step("errors by their AWS names; delete queues")


def items(dynamodb):
    dynamodb.create_table(
        TableName="foreign",
        AttributeDefinitions=[
            {"AttributeName": "user_id", "AttributeType": "S"},
            {"AttributeName": "news_id", "AttributeType": "S"},
        ],
        KeySchema=[
            {"AttributeName": "user_id", "KeyType": "HASH"},
            {"AttributeName": "news_id", "KeyType": "RANGE"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="foreign", WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    table = dynamodb.describe_table(TableName="foreign")["Table"]
    check(table["TableStatus"] == "ACTIVE", "the table is not ACTIVE")
    check([k["AttributeName"] for k in table["KeySchema"]] == ["user_id", "news_id"], "the table's key schema")
    check("foreign" in dynamodb.list_tables()["TableNames"], "the table is not listed")
    step("create, describe, list tables")

    item = {
        "user_id": {"S": "u1"},
        "news_id": {"S": "n1"},
        "title": {"S": "caf\u00e9 \U0001f3c3"},
        "score": {"N": "12345678901234567890.5"},
        "raw": {"B": b"\x00\xff"},
        "read": {"BOOL": False},
        "none": {"NULL": True},
        "tags": {"SS": ["a", "b"]},
        "nested": {"M": {"list": {"L": [{"N": "1"}, {"S": "two"}]}}},
    }
    dynamodb.put_item(TableName="foreign", Item=item)
    key = {"user_id": {"S": "u1"}, "news_id": {"S": "n1"}}
    got = dynamodb.get_item(TableName="foreign", Key=key, ConsistentRead=True)["Item"]
    got["tags"]["SS"].sort()
    check(got == item, f"get_item returns {got}")
    step("put, get: every attribute type")

    try:
        dynamodb.put_item(TableName="foreign", Item=item, ConditionExpression="attribute_not_exists(user_id)")
        raise AssertionError("a put whose condition fails was accepted")
    except dynamodb.exceptions.ConditionalCheckFailedException as error:
        check(error.response["ResponseMetadata"]["HTTPStatusCode"] == 400, "a failed condition has status 400")
    updated = dynamodb.update_item(
        TableName="foreign",
        Key=key,
        UpdateExpression="SET title = :t, #c = if_not_exists(#c, :zero) ADD score :one REMOVE nested",
        ConditionExpression="attribute_exists(user_id) AND score > :zero",
        ExpressionAttributeNames={"#c": "count"},
        ExpressionAttributeValues={":t": {"S": "new"}, ":zero": {"N": "0"}, ":one": {"N": "1"}},
        ReturnValues="ALL_NEW",
    )["Attributes"]
    check(updated["title"] == {"S": "new"} and updated["count"] == {"N": "0"}, f"update returns {updated}")
    check(updated["score"] == {"N": "12345678901234567891.5"} and "nested" not in updated, f"update returns {updated}")
    step("conditional put rejected; update with SET, ADD, REMOVE")
    return key


def many_items(dynamodb, key):
    puts = [
        {"PutRequest": {"Item": {"user_id": {"S": "u2"}, "news_id": {"S": f"n{i:02}"}, "title": {"S": "x" * 300}}}}
        for i in range(25)
    ]
    answer = dynamodb.batch_write_item(RequestItems={"foreign": puts})
    check(answer["UnprocessedItems"] == {}, "batch_write_item left items")
    keys = [{"user_id": {"S": "u2"}, "news_id": {"S": f"n{i:02}"}} for i in range(5)]
    answer = dynamodb.batch_get_item(RequestItems={"foreign": {"Keys": keys}})
    check(len(answer["Responses"]["foreign"]) == 5 and answer["UnprocessedKeys"] == {}, "batch_get_item")
    pages = dynamodb.get_paginator("query").paginate(
        TableName="foreign",
        KeyConditionExpression="user_id = :u AND news_id BETWEEN :a AND :b",
        ExpressionAttributeValues={":u": {"S": "u2"}, ":a": {"S": "n03"}, ":b": {"S": "n20"}},
        ScanIndexForward=False,
        PaginationConfig={"PageSize": 7},
    )
    found = [item["news_id"]["S"] for page in pages for item in page["Items"]]
    check(found == [f"n{i:02}" for i in range(20, 2, -1)], f"query returns {found}")
    count = dynamodb.scan(TableName="foreign", Select="COUNT")
    check(count["Count"] == 26 and "Items" not in count, f"scan counts {count['Count']} of 26")
    pages = dynamodb.get_paginator("scan").paginate(TableName="foreign", PaginationConfig={"PageSize": 10})
    check(sum(len(page["Items"]) for page in pages) == 26, "a scan in pages does not return every item once")
    step("batch write, batch get, query, scan, in pages")

    old = dynamodb.delete_item(TableName="foreign", Key=key, ReturnValues="ALL_OLD")["Attributes"]
    check(old["user_id"] == {"S": "u1"}, "delete_item does not return the old item")
    check("Item" not in dynamodb.get_item(TableName="foreign", Key=key), "a deleted item is still there")
    try:
        dynamodb.get_item(TableName="no-such-table", Key=key)
        raise AssertionError("a missing table was read")
    except dynamodb.exceptions.ResourceNotFoundException:
        pass
    dynamodb.delete_table(TableName="foreign")
    check("foreign" not in dynamodb.list_tables()["TableNames"], "a deleted table is still listed")
    step("delete item, delete table; errors by their AWS names")


def clock_off(minutes):
    """Within this context requests are signed with a wrong clock."""
    now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) + datetime.timedelta(minutes=minutes)
    if hasattr(botocore.auth, "get_current_datetime"):
        return mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: now)
    wrong = type("datetime", (datetime.datetime,), {"utcnow": classmethod(lambda _: now)})
    return mock.patch.object(botocore.auth, "datetime", types.SimpleNamespace(datetime=wrong))


def change_bodies(client):
    """Changes the body of requests after they were signed."""

    def change(request, **_):
        sent = request.body if isinstance(request.body, bytes) else request.body.encode()
        check(b"first" in sent, "the body to change was not found")
        request.body = sent.replace(b"first", b"other")

    client.meta.events.register("before-send", change)


def signatures(endpoint):
    """Checks that every kind of wrong signature is rejected with the code and the message of AWS."""

    def refused(what, calls, code_of_sqs, code_of_dynamodb, words):
        for call, expected in zip(calls, (code_of_sqs, code_of_dynamodb)):
            try:
                call()
            except ClientError as error:
                code, message = error.response["Error"]["Code"], error.response["Error"]["Message"]
                check(code == expected and words in message, f"{what} is rejected with {code}: {message}")
            else:
                raise AssertionError(f"{what} is accepted")

    def both(sqs, dynamodb):
        return (
            lambda: sqs.list_queues(QueueNamePrefix="first"),
            lambda: dynamodb.list_tables(ExclusiveStartTableName="first"),
        )

    wrong = ("SignatureDoesNotMatch", "InvalidSignatureException")
    mismatch = "The request signature we calculated does not match the signature you provided."
    refused("a wrong secret", both(*clients(endpoint, secret="wrong")), *wrong, mismatch)
    unknown = ("InvalidClientTokenId", "UnrecognizedClientException")
    invalid = "The security token included in the request is invalid."
    refused("an unknown key", both(*clients(endpoint, key="nobody")), *unknown, invalid)
    changed = clients(endpoint)
    for client in changed:
        change_bodies(client)
    refused("a changed body", both(*changed), *wrong, mismatch)
    with clock_off(-10):
        refused("a stale date", both(*clients(endpoint)), *wrong, "Signature expired: ")
    with clock_off(10):
        refused("a future date", both(*clients(endpoint)), *wrong, "Signature not yet current: ")
    step("signatures: a wrong secret, an unknown key, a changed body and a wrong clock are rejected")


def main(endpoint, protocol, verified):
    print(f"boto3 {boto3.__version__}, botocore {botocore.__version__}, {endpoint}")
    sqs, dynamodb = clients(endpoint)
    seen = record_protocol(sqs)
    url, dead = queues(sqs)
    one_message(sqs, url)
    batches(sqs, url)
    redrive(sqs, url, dead)
    purge_and_errors(sqs, url, dead)
    check(seen == {protocol}, f"this boto3 used {seen} with SQS, but the test needs {protocol}")
    key = items(dynamodb)
    many_items(dynamodb, key)
    if verified:
        signatures(endpoint)


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], sys.argv[3:] == ["verified"])
    except AssertionError as error:
        sys.exit(f"FAIL {error}")
