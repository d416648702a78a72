"""Rules about the roles."""

from .core import actions, drop, made, put, resource, rule, statements


@rule(
    "there are two roles, which only ECS tasks of this account can assume",
    put(resource("TaskDefinition", "ExecutionRoleArn"), {"Fn::GetAtt": ["TaskRole", "Arn"]}),
    drop(resource("TaskDefinition", "ExecutionRoleArn")),
    put(resource("TaskRole", "AssumeRolePolicyDocument/Statement/0/Principal/Service"), "*"),
    drop(resource("ExecutionRole", "AssumeRolePolicyDocument/Statement/0/Condition")),
)
def _(tree):
    task = made(tree, "TaskDefinition")
    if not task.get("ExecutionRoleArn", "").endswith(":ExecutionRole") or not task["TaskRoleArn"].endswith(":TaskRole"):
        return False
    for role in ("TaskRole", "ExecutionRole"):
        (trust,) = made(tree, role)["AssumeRolePolicyDocument"]["Statement"]
        if trust["Principal"] != {"Service": "ecs-tasks.amazonaws.com"} or trust["Action"] != "sts:AssumeRole":
            return False
        if trust.get("Condition") != {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {"aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*"},
        }:
            return False
    return True


@rule(
    "rights are inline in the roles, so that no task starts without them",
    lambda tree: tree["Resources"].update(Late={"Type": "AWS::IAM::Policy", "Properties": {}}),
    put(resource("TaskRole", "ManagedPolicyArns"), ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]),
)
def _(tree):
    late = {"AWS::IAM::Policy", "AWS::IAM::RolePolicy"}
    return not any(one["Type"] in late for one in tree["Resources"].values()) and not any(
        "ManagedPolicyArns" in made(tree, role) for role in ("TaskRole", "ExecutionRole")
    )


@rule(
    "no right applies to all resources, except ECR's login, which has no other form",
    put(resource("TaskRole", "Policies/0/PolicyDocument/Statement/0/Resource"), "*"),
    put(resource("TaskRole", "Policies/0/PolicyDocument/Statement/1/Action"), "sqs:*"),
    put(resource("ExecutionRole", "Policies/0/PolicyDocument/Statement/1/Resource"), "*"),
)
def _(tree):
    everything = {"KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/1", "TaskProtection": "auto"}
    allowed = [*statements(tree, "TaskRole", **everything).values(), *statements(tree, "ExecutionRole").values()]
    allowed += made(tree, "OperatorPolicy", **everything)["PolicyDocument"]["Statement"]
    for one in allowed:
        if one["Effect"] != "Allow" or any("*" in action for action in actions(one)):
            return False
        # The one wildcard in an ARN is for the ids of a cluster's tasks.
        resource_of = one["Resource"].replace(":task/news/*", "")
        if "*" in resource_of and actions(one) != ["ecr:GetAuthorizationToken"]:
            return False
    return True


@rule(
    "the worker has rights on a key only if there is one, and on protection only if it is on",
    put("Conditions/HasKey", {"Fn::Equals": ["a", "a"]}),
    put("Conditions/IsProtected", {"Fn::Equals": ["a", "b"]}),
)
def _(tree):
    plain = statements(tree, "TaskRole")
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    full = statements(tree, "TaskRole", KmsKeyArn=key, TaskProtection="auto")
    return (
        not {"Encryption", "TaskProtection"} & set(plain)
        and actions(full["Encryption"]) == ["kms:Decrypt", "kms:GenerateDataKey"]
        and full["Encryption"]["Resource"] == key
        and full["TaskProtection"]["Resource"] == "arn:aws:ecs:eu-west-1:123456789012:task/news/*"
    )
