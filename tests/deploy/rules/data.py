"""Rules about the queues and the table."""

from template import Resolver, minimal

from .core import CONTAINER, drop, environment, made, put, resource, rule, statements

DATA = ("Queue", "DeadLetterQueue", "Table")

for name in DATA:

    @rule(
        f"{name} outlives the stack and its replacement",
        drop(f"Resources/{name}/DeletionPolicy"),
        put(f"Resources/{name}/UpdateReplacePolicy", "Delete"),
    )
    def _(tree, name=name):
        one = tree["Resources"][name]
        return one.get("DeletionPolicy") == "Retain" and one.get("UpdateReplacePolicy") == "Retain"

    @rule(
        f"{name} has no fixed name, under which a deploy over kept data would fail",
        put(resource(name, "QueueName"), "n"),
    )
    def _(tree, name=name):
        return not {"QueueName", "TableName"} & set(tree["Resources"][name]["Properties"])


@rule(
    "messages are kept for 4 days, and dead letters for 14 days after their first send",
    put(resource("Queue", "MessageRetentionPeriod"), 1209600),
    put(resource("DeadLetterQueue", "MessageRetentionPeriod"), 345600),
)
def _(tree):
    kept = [made(tree, name)["MessageRetentionPeriod"] for name in ("Queue", "DeadLetterQueue")]
    return kept == [4 * 86400, 14 * 86400]


@rule(
    "a message goes to the dead-letter queue after ten receives",
    put(resource("Queue", "RedrivePolicy/maxReceiveCount"), 2),
    drop(resource("Queue", "RedrivePolicy")),
)
def _(tree):
    policy = made(tree, "Queue").get("RedrivePolicy", {})
    return policy.get("maxReceiveCount") == 10 and policy["deadLetterTargetArn"].endswith(":DeadLetterQueue")


@rule(
    "the queues are encrypted, either by SQS, or by a KMS key that is reused for 300 s",
    put(resource("Queue", "SqsManagedSseEnabled"), False),
    put(resource("DeadLetterQueue", "SqsManagedSseEnabled"), True),
    put(resource("Queue", "KmsDataKeyReusePeriodSeconds"), 60),
)
def _(tree):
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    for name in ("Queue", "DeadLetterQueue"):
        own, with_key = made(tree, name), made(tree, name, KmsKeyArn=key)
        if own.get("SqsManagedSseEnabled") is not True or "KmsMasterKeyId" in own:
            return False
        if "KmsDataKeyReusePeriodSeconds" in own or "SqsManagedSseEnabled" in with_key:
            return False
        if (with_key["KmsMasterKeyId"], with_key["KmsDataKeyReusePeriodSeconds"]) != (key, 300):
            return False
    return True


@rule(
    "a message can have 1 MiB, also after an update",
    drop(resource("Queue", "MaximumMessageSize")),
    put(resource("DeadLetterQueue", "MaximumMessageSize"), 262144),
)
def _(tree):
    return all(made(tree, name).get("MaximumMessageSize") == 1 << 20 for name in ("Queue", "DeadLetterQueue"))


for name in ("Queue", "DeadLetterQueue"):
    document = resource(name + "Policy", "PolicyDocument/Statement/0")

    @rule(
        f"{name} is spoken to by TLS alone",
        drop(f"Resources/{name}Policy"),
        put(document + "/Effect", "Allow"),
        put(document + "/Condition/Bool/aws:SecureTransport", "true"),
        put(document + "/Action", "sqs:SendMessage"),
    )
    def _(tree, name=name):
        if name + "Policy" not in tree["Resources"]:
            return False
        policy = made(tree, name + "Policy")
        (one,) = policy["PolicyDocument"]["Statement"]
        return (
            policy["Queues"] == made(tree, name + "Policy")["Queues"] == [Resolver(tree, minimal()).ref(name)]
            and (one["Effect"], one["Principal"], one["Action"]) == ("Deny", "*", "sqs:*")
            and one["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
            and one["Resource"].endswith(":" + name)
        )


@rule(
    "the table is paid per request, can be restored to any second, and deletes expired items",
    put(resource("Table", "BillingMode"), "PROVISIONED"),
    put(resource("Table", "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled"), False),
    put(resource("Table", "TimeToLiveSpecification/Enabled"), False),
)
def _(tree):
    table = made(tree, "Table")
    return (
        table["BillingMode"] == "PAY_PER_REQUEST"
        and table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"] is True
        and table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
        and "ProvisionedThroughput" not in table
    )


@rule(
    "the table's attributes are those of its key", put(resource("Table", "AttributeDefinitions/1/AttributeName"), "x")
)
def _(tree):
    table = made(tree, "Table", TableHashKey="h", TableRangeKey="r")
    return [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["h", "r"] and table["KeySchema"] == [
        {"AttributeName": "h", "KeyType": "HASH"},
        {"AttributeName": "r", "KeyType": "RANGE"},
    ]


@rule(
    "existing queues and tables are used, and no others are created",
    drop("Resources/Queue/Condition"),
    put("Resources/Table/Condition", "HasNewQueue"),
    put(CONTAINER + "/Environment/4/Value", "news"),
)
def _(tree):
    mine = {
        "ExistingQueueArn": "arn:aws:sqs:eu-west-1:123456789012:mine",
        "ExistingDeadLetterQueueArn": "arn:aws:sqs:eu-west-1:123456789012:mine-dead",
        "ExistingTableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/mine",
    }
    resolver = Resolver(tree, minimal() | mine)
    if any(resolver.has(name) for name in (*DATA, "QueuePolicy", "DeadLetterQueuePolicy")):
        return False
    half = Resolver(tree, minimal() | {"ExistingTableArn": mine["ExistingTableArn"]})
    if [half.has(name) for name in DATA] != [True, True, False]:
        return False
    values = environment(tree, **mine)
    allowed = statements(tree, "TaskRole", **mine)
    return (
        values["EKIDEN_QUEUE"] == "https://sqs.eu-west-1.amazonaws.com/123456789012/mine"
        and values["EKIDEN_DEAD_LETTER_QUEUE"] == "https://sqs.eu-west-1.amazonaws.com/123456789012/mine-dead"
        and values["EKIDEN_TABLE"] == "mine"
        and allowed["Queue"]["Resource"] == mine["ExistingQueueArn"]
        and allowed["DeadLetters"]["Resource"] == mine["ExistingDeadLetterQueueArn"]
        and allowed["Table"]["Resource"] == mine["ExistingTableArn"]
    )
