"""Moves news messages through SQS and DynamoDB servers of others with our programs, and checks every item.

    python pipeline.py BIN_DIRECTORY COUNT [WORKER_OPTION...]

AWS_ENDPOINT_URL_SQS and AWS_ENDPOINT_URL_DYNAMODB name the servers, for our programs as for boto3.
Prints one line per step; ends with status 1 at the first error, and prints the worker's log.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

import boto3
from botocore.config import Config

QUEUE, DEAD, TABLE = "news", "news-dead", "news-deliveries"
ATTRIBUTES = ("user_id", "news_id", "title", "published_at")
HELD = 20  # Messages that the first worker receives and releases.
LIMIT = 180  # Maximum seconds of a wait.


class Wrong(Exception):
    pass


def check(condition, what):
    if not condition:
        raise Wrong(what)


def step(name):
    print(f"ok   {name}", flush=True)


def wait_until(condition, what, worker):
    """Raises Wrong if the worker ends first, or after LIMIT."""
    deadline = time.monotonic() + LIMIT
    while not condition():
        check(worker.poll() is None, f"the worker ended with status {worker.returncode} before {what}")
        check(time.monotonic() < deadline, f"{LIMIT} s passed before {what}")
        time.sleep(0.2)


class System:
    """The two servers, used through boto3."""

    def __init__(self):
        config = Config(retries={"max_attempts": 1}, read_timeout=60)
        self.sqs = boto3.client("sqs", config=config)
        self.dynamodb = boto3.client("dynamodb", config=config)

    def create(self):
        self.dead = self.sqs.create_queue(QueueName=DEAD)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 10})
        self.queue = self.sqs.create_queue(QueueName=QUEUE, Attributes={"RedrivePolicy": redrive})["QueueUrl"]
        self.dynamodb.create_table(
            TableName=TABLE,
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("user_id", "news_id")],
            KeySchema=[
                {"AttributeName": "user_id", "KeyType": "HASH"},
                {"AttributeName": "news_id", "KeyType": "RANGE"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        self.dynamodb.get_waiter("table_exists").wait(TableName=TABLE, WaiterConfig={"Delay": 1, "MaxAttempts": 10})

    def counts(self, queue):
        """The numbers of messages that wait, are in flight, and are delayed."""
        names = ["ApproximateNumberOfMessages" + kind for kind in ("", "NotVisible", "Delayed")]
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return tuple(int(found[name]) for name in names)

    def items(self):
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
        return [item for page in pages for item in page["Items"]]

    def empty(self, queue):
        return self.counts(queue) == (0, 0, 0)


@contextlib.contextmanager
def running(binaries, options):
    """Runs a worker. After an error it kills the worker and prints the end of its log."""
    command = [os.path.join(binaries, "news-worker"), "--ops", "off", "--log-format", "json", *options]
    with tempfile.TemporaryFile("w+") as log:  # Not a pipe, because a full pipe would block the worker.
        worker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=log)
        try:
            yield worker
        except BaseException:
            worker.kill()
            worker.wait()
            log.seek(0)
            print("the end of the worker's log:", *log.read().splitlines()[-20:], sep="\n", flush=True)
            raise


def stop(worker):
    worker.send_signal(signal.SIGTERM)
    status = worker.wait(timeout=60)
    check(status == 0, f"the worker ended with status {status} on SIGTERM")


def verify(system, count):
    """Checks that the table has every item once and unchanged, and that both queues are empty."""
    items = system.items()
    check(len(items) == count, f"the table has {len(items)} items of {count}")
    fillers = set()
    found = {}
    for item in items:
        check(sorted(item) == sorted(ATTRIBUTES), f"an item has the attributes {sorted(item)}")
        check(all(list(value) == ["S"] for value in item.values()), f"an item is not all strings: {item}")
        plain = {name: item[name]["S"] for name in ATTRIBUTES}
        body = json.dumps(plain, separators=(",", ":"))
        check(len(body) == 300, f"an item corresponds to a message of {len(body)} bytes, but 300 were sent: {body}")
        found[plain["user_id"]] = plain
    for number in range(1, count + 1):
        member = f"u{number:07}"
        check(member in found, f"the table has nothing for {member}")
        title = found[member].pop("title")
        check(title.startswith(f"News for member {member}:"), f"the title for {member} is {title!r}")
        fillers.add(title.removeprefix(f"News for member {member}:"))
        rest = {"user_id": member, "news_id": "n0001", "published_at": "2016-12-19T00:00:00Z"}
        check(found[member] == rest, f"the item for {member} is {found[member]}")
    check(len(fillers) == 1, f"the titles end in {len(fillers)} different texts, but only one was sent")
    for name, queue in ((QUEUE, system.queue), (DEAD, system.dead)):
        check(system.empty(queue), f"{name} has (waiting, in flight, delayed) {system.counts(queue)}")


def hand_back(system, worker, count):
    """A worker that is stopped with messages in flight releases them at once."""
    with worker("--max-in-flight", str(HELD), "--handler-delay", "600000", "--stop-timeout", "6s") as first:
        wait_until(lambda: system.counts(system.queue)[1] == HELD, f"{HELD} messages were in flight", first)
        stop(first)
    waiting, *held = system.counts(system.queue)
    # There can be more than were sent: a batch is sent again if the server answers too slowly.
    check(waiting >= count and held == [0, 0], f"after the stop {waiting} of {count} messages are visible, {held} are not")
    step(f"a worker that is stopped releases its {HELD} messages")


def drain(system, worker, count):
    with worker() as second:
        start = time.monotonic()
        wait_until(lambda: system.empty(system.queue), "the queue was empty", second)
        seconds = time.monotonic() - start
        step(f"{count:,} messages in {seconds:.1f} s, {count / seconds:,.0f}/s")
        refuse(system, second)
        stop(second)


def refuse(system, worker):
    """A message that does not decode goes to the dead-letter queue unchanged."""
    body = 'no news: caf\u00e9 \U0001f3c3 <&> "'
    system.sqs.send_message(QueueUrl=system.queue, MessageBody=body)
    wait_until(lambda: system.empty(system.queue) and not system.empty(system.dead), "a message was dead-lettered", worker)
    dead = system.sqs.receive_message(QueueUrl=system.dead, MaxNumberOfMessages=10, WaitTimeSeconds=5)["Messages"]
    check({message["Body"] for message in dead} == {body}, f"the dead-letter queue has {dead}")
    for message in dead:
        system.sqs.delete_message(QueueUrl=system.dead, ReceiptHandle=message["ReceiptHandle"])
    step("a message that does not decode goes to the dead-letter queue")


def verify_the_verification(system, count):
    """Checks that verify() finds each kind of damage."""
    news = system.items()[count // 2]
    key = {name: news[name] for name in ("user_id", "news_id")}

    def put(item):
        system.dynamodb.put_item(TableName=TABLE, Item=item)

    def send(queue):
        system.sqs.send_message(QueueUrl=queue, MessageBody="left over")

    damages = {
        "a changed title": lambda: put({**news, "title": {"S": news["title"]["S"][:-1] + "?"}}),
        "an additional attribute": lambda: put({**news, "more": {"S": "x"}}),
        "a lost item": lambda: system.dynamodb.delete_item(TableName=TABLE, Key=key),
        "an additional item": lambda: (put(news), put({**news, "news_id": {"S": "n0002"}})),
    }
    for name, damage in damages.items():
        damage()
        check(finds_fault(system, count), f"the verification does not find {name}")
    system.dynamodb.delete_item(TableName=TABLE, Key={**key, "news_id": {"S": "n0002"}})
    put(news)
    verify(system, count)  # The table is correct again: the next faults are messages in the queues.
    for queue in (system.queue, system.dead):
        send(queue)
        check(finds_fault(system, count), f"the verification does not find a message left in {queue}")
        system.sqs.purge_queue(QueueUrl=queue)
    step("the verification finds each kind of damage to the table and to the queues")


def finds_fault(system, count):
    try:
        verify(system, count)
    except Wrong:
        return True
    return False


def main(binaries, count, *options):
    system = System()
    system.create()
    step("create queues and table")
    subprocess.run([os.path.join(binaries, "ekiden"), "send", "--queue", QUEUE, "--news", str(count)], check=True)

    def worker(*more):
        return running(binaries, (*options, *more))

    hand_back(system, worker, count)
    drain(system, worker, count)
    verify(system, count)
    step(f"{count:,} items, each as it was sent; nothing left in the queues")
    verify_the_verification(system, count)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
    except (Wrong, subprocess.SubprocessError) as error:
        sys.exit(f"FAIL {error}")
