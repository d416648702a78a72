"""The IAM actions that each call to AWS needs.

SQS has no actions for batches: those of single messages cover them. DynamoDB has its own action for BatchWriteItem.
GetCallerIdentity needs none. A redrive needs its caller's rights on both queues.
Sources: SQS Developer Guide, "API permissions"; Service Authorization Reference for SQS, DynamoDB and ECS.
"""

# The operation in X-Amz-Target, or the method and path of a call to the ECS agent: (action, kind of resource).
ACTIONS = {
    "AmazonSQS.ReceiveMessage": [("sqs:ReceiveMessage", "queue")],
    "AmazonSQS.DeleteMessage": [("sqs:DeleteMessage", "queue")],
    "AmazonSQS.DeleteMessageBatch": [("sqs:DeleteMessage", "queue")],
    "AmazonSQS.ChangeMessageVisibility": [("sqs:ChangeMessageVisibility", "queue")],
    "AmazonSQS.ChangeMessageVisibilityBatch": [("sqs:ChangeMessageVisibility", "queue")],
    "AmazonSQS.SendMessage": [("sqs:SendMessage", "queue")],
    "AmazonSQS.SendMessageBatch": [("sqs:SendMessage", "queue")],
    "AmazonSQS.GetQueueUrl": [("sqs:GetQueueUrl", "queue")],
    "AmazonSQS.GetQueueAttributes": [("sqs:GetQueueAttributes", "queue")],
    "AmazonSQS.PurgeQueue": [("sqs:PurgeQueue", "queue")],
    "AmazonSQS.StartMessageMoveTask": [
        ("sqs:StartMessageMoveTask", "queue"),
        ("sqs:ReceiveMessage", "queue"),
        ("sqs:DeleteMessage", "queue"),
        ("sqs:GetQueueAttributes", "queue"),
        ("sqs:SendMessage", "destination"),
    ],
    "AmazonSQS.ListMessageMoveTasks": [("sqs:ListMessageMoveTasks", "queue")],
    "AmazonSQS.CancelMessageMoveTask": [("sqs:CancelMessageMoveTask", "queue")],
    "DynamoDB_20120810.DescribeTable": [("dynamodb:DescribeTable", "table")],
    "DynamoDB_20120810.BatchWriteItem": [("dynamodb:BatchWriteItem", "table")],
    "DynamoDB_20120810.PutItem": [("dynamodb:PutItem", "table")],
    "DynamoDB_20120810.GetItem": [("dynamodb:GetItem", "table")],
    "DynamoDB_20120810.UpdateItem": [("dynamodb:UpdateItem", "table")],
    "DynamoDB_20120810.Query": [("dynamodb:Query", "table")],
    "AWSSecurityTokenServiceV20110615.GetCallerIdentity": [],
    "PUT /task-protection/v1/state": [("ecs:UpdateTaskProtection", "task")],
    "GET /task-protection/v1/state": [("ecs:GetTaskProtection", "task")],
}


def needed(calls: set) -> set:
    """Returns (action, resource) for each (operation, resource). Raises KeyError for an operation not in the table."""
    return {(action, resource if whose != "destination" else "queue news") for operation, resource in calls
            for action, whose in ACTIONS[operation]}  # fmt: skip


def allowed(statements: list, names: dict) -> dict:
    """Returns (action, resource) by Sid. `names` has the name of the resource for each ARN."""
    found = {}
    for one in statements:
        actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
        found[one["Sid"]] = {(action, names[one["Resource"]]) for action in actions}
    return found
