"""Calls of SQS and DynamoDB, and what a run needs of them."""
import http.client
import json
import time

from messages import DeadLetter

TABLE, QUEUE, DEAD = "news-deliveries", "news", "news-dead"
PATIENCE = 60  # Seconds in which a call must succeed.


class CallFailed(Exception):
    pass


class Services:
    """The local server, without the proxy. Its requests are not signed. For one thread."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def call(self, target, body, patience=PATIENCE):
        """The answer. Retries what the server's faults and kills can cause; CallFailed if they last."""
        limit = time.monotonic() + patience
        while True:
            try:
                return self.attempt(target, body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.close()
                if time.monotonic() >= limit:
                    raise CallFailed(f"{target}: {error!r} for {patience} s") from error
                time.sleep(0.05)

    def attempt(self, target, body):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.connection.request("POST", "/", json.dumps(body).encode(),
                                {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": target})
        response = self.connection.getresponse()
        text = response.read()
        if response.status != 200:
            if response.status < 500 and b"Throttl" not in text and b"ThroughputExceeded" not in text:
                raise CallFailed(f"{target}: {response.status} {text.decode(errors='replace')}")
            raise ValueError(f"status {response.status}")
        return json.loads(text)

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def sqs(self, operation, **body):
        return self.call("AmazonSQS." + operation, body)

    def dynamodb(self, operation, **body):
        return self.call("DynamoDB_20120810." + operation, body)

    def create(self, visibility, receives_max):
        """The table, the queue and its dead-letter queue."""
        self.dead = self.sqs("CreateQueue", QueueName=DEAD)["QueueUrl"]
        arn = self.sqs("GetQueueAttributes", QueueUrl=self.dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives_max})
        self.queue = self.sqs("CreateQueue", QueueName=QUEUE, Attributes={
            "VisibilityTimeout": str(visibility), "RedrivePolicy": policy})["QueueUrl"]
        self.dynamodb("CreateTable", TableName=TABLE, BillingMode="PAY_PER_REQUEST",
                      AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"}
                                            for name in ("user_id", "news_id")],
                      KeySchema=[{"AttributeName": "user_id", "KeyType": "HASH"},
                                 {"AttributeName": "news_id", "KeyType": "RANGE"}])

    def left(self, patience=PATIENCE):
        """The messages of the queue: visible, hidden and delayed ones. None if the server does not answer in time."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible",
                 "ApproximateNumberOfMessagesDelayed"]
        try:
            answer = self.call("AmazonSQS.GetQueueAttributes", {"QueueUrl": self.queue, "AttributeNames": names},
                               patience)
        except CallFailed:
            return None
        return sum(int(answer["Attributes"][name]) for name in names)

    def items(self):
        """{(user_id, news_id): (title, published_at)} of the whole table."""
        items, page = {}, {}
        while True:
            page = self.dynamodb("Scan", TableName=TABLE, ConsistentRead=True,
                                 **({"ExclusiveStartKey": page["LastEvaluatedKey"]} if page else {}))
            for item in page["Items"]:
                value = {name: next(iter(value.values())) for name, value in item.items()}
                items[(value["user_id"], value["news_id"])] = (value.get("title"), value.get("published_at"))
            if "LastEvaluatedKey" not in page:
                return items

    def dead_letters(self):
        """All messages of the dead-letter queue. They stay in it, hidden."""
        letters = []
        while True:
            answer = self.sqs("ReceiveMessage", QueueUrl=self.dead, MaxNumberOfMessages=10, VisibilityTimeout=3600,
                              MessageAttributeNames=["All"])
            if not answer.get("Messages"):
                return letters
            for message in answer["Messages"]:
                value = {name: value.get("StringValue") for name, value in message.get("MessageAttributes", {}).items()}
                letters.append(DeadLetter(message["Body"], value.get("EkidenReason"), value.get("EkidenMessageId")))
