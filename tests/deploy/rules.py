"""Rules of the templates that cfn-lint does not know, each shown to fail on a template in which it is broken.

    rules.py [--list]
"""

import copy
import json
import re
import sys

import template as templates
from template import Resolver, load, minimal, of_type

RULES = []
BOTH, FARGATE, EC2 = "both", "fargate", "ec2"


class Rule:
    def __init__(self, name, of, broken_by, holds):
        self.name, self.of, self.broken_by, self.holds = name, of, broken_by, holds


def rule(name: str, *broken_by, of: str = BOTH):
    """`broken_by`: changes of which each alone must break the rule."""

    def add(holds):
        RULES.append(Rule(name, of, broken_by, holds))
        return holds

    return add


def walk(tree, path: str):
    for step in path.split("/"):
        tree = tree[int(step) if isinstance(tree, list) else step]
    return tree


def put(path: str, value):
    def change(tree):
        where, last = path.rsplit("/", 1)
        spot = walk(tree, where)
        spot[int(last) if isinstance(spot, list) else last] = value

    return change


def drop(path: str):
    def change(tree):
        where, last = path.rsplit("/", 1)
        spot = walk(tree, where)
        del spot[int(last) if isinstance(spot, list) else last]

    return change


def append(path: str, value):
    return lambda tree: walk(tree, path).append(value)


def resource(name: str, rest: str = "") -> str:
    return f"Resources/{name}/Properties" + ("/" + rest if rest else "")


CONTAINER = resource("TaskDefinition", "ContainerDefinitions/0")


def made(tree, name: str, **parameters) -> dict:
    return Resolver(tree, minimal() | {key: str(value) for key, value in parameters.items()}).properties(name)


def container(tree, **parameters) -> dict:
    (one,) = made(tree, "TaskDefinition", **parameters)["ContainerDefinitions"]
    return one


def environment(tree, **parameters) -> dict:
    return {one["Name"]: one["Value"] for one in container(tree, **parameters)["Environment"]}


def statements(tree, role: str, **parameters) -> dict:
    everything = [
        statement
        for policy in made(tree, role, **parameters)["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    return {one["Sid"]: one for one in everything}


def actions(statement: dict) -> list:
    return [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]


# --- Data -----------------------------------------------------------------------------------------------------------

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

    @rule(f"{name} has no fixed name, under which a deploy over kept data would fail", put(resource(name, "QueueName"), "n"))
    def _(tree, name=name):
        return not {"QueueName", "TableName"} & set(tree["Resources"][name]["Properties"])


@rule(
    "messages are kept for 4 days, dead letters for 14, whose age counts from the first sending",
    put(resource("Queue", "MessageRetentionPeriod"), 1209600),
    put(resource("DeadLetterQueue", "MessageRetentionPeriod"), 345600),
)
def _(tree):
    kept = [made(tree, name)["MessageRetentionPeriod"] for name in ("Queue", "DeadLetterQueue")]
    return kept == [4 * 86400, 14 * 86400]


@rule(
    "what fails goes to the dead letters after ten receives",
    put(resource("Queue", "RedrivePolicy/maxReceiveCount"), 2),
    drop(resource("Queue", "RedrivePolicy")),
)
def _(tree):
    policy = made(tree, "Queue").get("RedrivePolicy", {})
    return policy.get("maxReceiveCount") == 10 and policy["deadLetterTargetArn"].endswith(":DeadLetterQueue")


@rule(
    "the queues are encrypted: by SQS, or by a key that is used again for 300 s, never both",
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
    "a message may have 1 MiB, also after an update",
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
    "the table is paid by the request, can be restored to any second, and forgets what has expired",
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


@rule("the table's attributes are those of its key", put(resource("Table", "AttributeDefinitions/1/AttributeName"), "x"))
def _(tree):
    table = made(tree, "Table", TableHashKey="h", TableRangeKey="r")
    return [one["AttributeName"] for one in table["AttributeDefinitions"]] == ["h", "r"] and table["KeySchema"] == [
        {"AttributeName": "h", "KeyType": "HASH"},
        {"AttributeName": "r", "KeyType": "RANGE"},
    ]


@rule(
    "what exists already is used, and nothing is made beside it",
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
    told = environment(tree, **mine)
    allowed = statements(tree, "TaskRole", **mine)
    return (
        told["EKIDEN_QUEUE"] == "https://sqs.eu-west-1.amazonaws.com/123456789012/mine"
        and told["EKIDEN_DEAD_LETTER_QUEUE"] == "https://sqs.eu-west-1.amazonaws.com/123456789012/mine-dead"
        and told["EKIDEN_TABLE"] == "mine"
        and allowed["Queue"]["Resource"] == mine["ExistingQueueArn"]
        and allowed["DeadLetters"]["Resource"] == mine["ExistingDeadLetterQueueArn"]
        and allowed["Table"]["Resource"] == mine["ExistingTableArn"]
    )


# --- Rights ---------------------------------------------------------------------------------------------------------


@rule(
    "two roles, for ECS's tasks of this account alone",
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
    "rights are in the roles, so that no task starts before them",
    lambda tree: tree["Resources"].update(Late={"Type": "AWS::IAM::Policy", "Properties": {}}),
    put(resource("TaskRole", "ManagedPolicyArns"), ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"]),
)
def _(tree):
    late = {"AWS::IAM::Policy", "AWS::IAM::RolePolicy"}
    return not any(one["Type"] in late for one in tree["Resources"].values()) and not any(
        "ManagedPolicyArns" in made(tree, role) for role in ("TaskRole", "ExecutionRole")
    )


@rule(
    "no right on everything, but for ECR's login, which knows no other",
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
    "a key is for the worker only where there is one, and so is protection where it is asked for",
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


# --- The task -------------------------------------------------------------------------------------------------------


@rule("the image is named by its digest", drop("Parameters/Image/AllowedPattern"), put(CONTAINER + "/Image", "news:1"))
def _(tree):
    tagged = Resolver(tree, minimal() | {"Image": "a.dkr.ecr.eu-west-1.amazonaws.com/news-worker:0.1.0"})
    return bool(tagged.refusals()) and container(tree)["Image"] == templates.IMAGE


@rule(
    "the architecture is the image's, X86_64 unless told",
    put("Parameters/CpuArchitecture/Default", "ARM64"),
    put(resource("TaskDefinition", "RuntimePlatform/CpuArchitecture"), "X86_64"),
)
def _(tree):
    return [
        made(tree, "TaskDefinition", **told)["RuntimePlatform"]["CpuArchitecture"] for told in ({}, {"CpuArchitecture": "ARM64"})
    ] == ["X86_64", "ARM64"]


@rule("the worker knows its memory", put(CONTAINER + "/Environment/5/Value", "512MiB"), drop(CONTAINER + "/Environment/5"))
def _(tree):
    return environment(tree, TaskMemory=1024).get("EKIDEN_MEMORY_LIMIT") == "1024MiB"


@rule(
    "the worker knows when it will be killed",
    put(CONTAINER + "/StopTimeout", 30),
    put(CONTAINER + "/Environment/6/Value", "30s"),
)
def _(tree):
    return all(
        int(container(tree, **told)["StopTimeout"]) == stop and environment(tree, **told)["EKIDEN_STOP_TIMEOUT"] == f"{stop}s"
        for told, stop in (({}, 30), ({"StopTimeoutSeconds": 120}, 120))
    )


@rule(
    "stopTimeout is from 2 to 120 s, which is what Fargate takes",
    put("Parameters/StopTimeoutSeconds/MaxValue", 600),
    put("Parameters/StopTimeoutSeconds/MinValue", 1),
)
def _(tree):
    return [
        bool(Resolver(tree, minimal() | {"StopTimeoutSeconds": str(stop)}).refusals()) for stop in (1, 2, 30, 120, 121)
    ] == [True, False, False, False, True]


@rule(
    "health is asked as a command, soon, and not of a task that is starting",
    put(CONTAINER + "/HealthCheck/Command", ["/news-worker", "--health"]),
    put(CONTAINER + "/HealthCheck/Interval", 1000),
    put(CONTAINER + "/HealthCheck/StartPeriod", 0),
    drop(CONTAINER + "/HealthCheck"),
)
def _(tree):
    return container(tree).get("HealthCheck") == {
        "Command": ["CMD", "/news-worker", "--health"],
        "Interval": 10,
        "Timeout": 5,
        "Retries": 3,
        "StartPeriod": 30,
    }


@rule(
    "the worker is nobody special: its own user, a read-only root, no capability",
    put(CONTAINER + "/ReadonlyRootFilesystem", False),
    put(CONTAINER + "/User", "0:0"),
    put(CONTAINER + "/LinuxParameters/Capabilities/Drop", []),
    put(CONTAINER + "/Privileged", True),
)
def _(tree):
    one = container(tree)
    return (
        one["ReadonlyRootFilesystem"] is True
        and one["User"] == "10001:10001"
        and one["LinuxParameters"] == {"Capabilities": {"Drop": ["ALL"]}}
        and "Privileged" not in one
    )


@rule(
    "a slow CloudWatch does not stop the work: logs are not waited for, and have a buffer",
    put(CONTAINER + "/LogConfiguration/Options/mode", "blocking"),
    drop(CONTAINER + "/LogConfiguration/Options/max-buffer-size"),
    drop(CONTAINER + "/LogConfiguration/Options/awslogs-stream-prefix"),
)
def _(tree):
    logs = container(tree)["LogConfiguration"]
    return logs["LogDriver"] == "awslogs" and logs["Options"] == {
        "awslogs-group": "LogGroup",
        "awslogs-region": "eu-west-1",
        "awslogs-stream-prefix": "worker",
        "mode": "non-blocking",
        "max-buffer-size": "25m",
    }


@rule(
    "logs are kept for a month, unless told otherwise",
    drop(resource("LogGroup", "RetentionInDays")),
    put("Parameters/LogRetentionDays/Default", 1),
)
def _(tree):
    return [
        str(made(tree, "LogGroup", **told).get("RetentionInDays")) for told in ({}, {"LogRetentionDays": 7})
    ] == ["30", "7"]


@rule(
    "metrics come through the log, as JSON lines",
    put(CONTAINER + "/Environment/9/Value", "off"),
    put(CONTAINER + "/Environment/10/Value", "text"),
)
def _(tree):
    told = environment(tree)
    return (told["EKIDEN_METRICS"], told["EKIDEN_LOG_FORMAT"], told["EKIDEN_SERVICE"]) == ("emf", "json", "news")


@rule("the Region is told, which agents on EC2 do not all do", drop(CONTAINER + "/Environment/0"))
def _(tree):
    return environment(tree).get("AWS_REGION") == "eu-west-1"


@rule("protection is off, unless asked for", put("Parameters/TaskProtection/Default", "auto"))
def _(tree):
    told = [environment(tree, **one) for one in ({}, {"TaskProtection": "auto", "TaskProtectionMaxMinutes": 60})]
    return [one["EKIDEN_TASK_PROTECTION"] for one in told] == ["off", "auto"] and told[1][
        "EKIDEN_TASK_PROTECTION_MAX"
    ] == "60m"


# Fargate's table, by its documentation; the larger sizes come in steps that nobody here needs.
FARGATE_MEMORY = {256: (512, 2048), 512: (1024, 4096), 1024: (2048, 8192), 2048: (4096, 16384), 4096: (8192, 30720)}


@rule("CPU and memory are a pair that Fargate sells", drop("Rules/MemoryFor256"), drop("Rules/MemoryFor4096"), of=FARGATE)
def _(tree):
    for cpu in tree["Parameters"]["TaskCpu"]["AllowedValues"]:
        low, high = FARGATE_MEMORY[int(cpu)]
        for memory in tree["Parameters"]["TaskMemory"]["AllowedValues"]:
            refused = bool(Resolver(tree, minimal() | {"TaskCpu": cpu, "TaskMemory": memory}).refusals())
            if refused != (not low <= int(memory) <= high):
                return False
    return True


@rule(
    "Fargate's task has what Fargate requires, and no fixed port",
    put(resource("TaskDefinition", "NetworkMode"), "bridge"),
    drop(resource("TaskDefinition", "Memory")),
    put(CONTAINER + "/PortMappings", [{"ContainerPort": 9000, "HostPort": 9000}]),
    of=FARGATE,
)
def _(tree):
    task = made(tree, "TaskDefinition")
    return (
        task["RequiresCompatibilities"] == ["FARGATE"]
        and task["NetworkMode"] == "awsvpc"
        and (task.get("Cpu"), task.get("Memory")) == ("256", "512")
        and "PortMappings" not in container(tree)
    )


@rule(
    "tasks of one instance do not fight for a port",
    put(CONTAINER + "/PortMappings/0/HostPort", 9000),
    put(resource("TaskDefinition", "NetworkMode"), "host"),
    of=EC2,
)
def _(tree):
    return made(tree, "TaskDefinition")["NetworkMode"] == "bridge" and container(tree)["PortMappings"] == [
        {"ContainerPort": 9000, "HostPort": 0, "Protocol": "tcp"}
    ]


@rule(
    "the hard limit of memory is above the soft one, by which tasks are placed",
    put("Parameters/TaskMemory/AllowedValues", [256, 512]),
    drop(CONTAINER + "/MemoryReservation"),
    drop(CONTAINER + "/Memory"),
    of=EC2,
)
def _(tree):
    soft = max(tree["Parameters"]["TaskMemoryReservation"]["AllowedValues"])
    hard = min(tree["Parameters"]["TaskMemory"]["AllowedValues"])
    one = container(tree)
    return soft < hard and (str(one.get("MemoryReservation")), str(one.get("Memory"))) == ("128", "512")


@rule(
    "an instance cannot do the worker's work, and the worker cannot have the instance's keys",
    append(resource("InstanceRole", "ManagedPolicyArns"), "arn:aws:iam::aws:policy/AmazonSQSFullAccess"),
    put(resource("LaunchTemplate", "LaunchTemplateData/MetadataOptions/HttpPutResponseHopLimit"), 2),
    put(resource("LaunchTemplate", "LaunchTemplateData/MetadataOptions/HttpTokens"), "optional"),
    of=EC2,
)
def _(tree):
    role = made(tree, "InstanceRole")
    return (
        role["ManagedPolicyArns"] == ["arn:aws:iam::aws:policy/service-role/AmazonEC2ContainerServiceforEC2Role"]
        and "Policies" not in role
        and made(tree, "LaunchTemplate")["LaunchTemplateData"]["MetadataOptions"]
        == {"HttpTokens": "required", "HttpPutResponseHopLimit": 1}
    )


@rule(
    "the machine image is the newest that ECS has for the architecture",
    put(resource("LaunchTemplate", "LaunchTemplateData/ImageId"), "ami-1"),
    of=EC2,
)
def _(tree):
    found = [made(tree, "LaunchTemplate", **told)["LaunchTemplateData"]["ImageId"] for told in ({}, {"CpuArchitecture": "ARM64"})]
    root = "{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/"
    return found == [root + "recommended/image_id}}", root + "arm64/recommended/image_id}}"]


# --- The service ----------------------------------------------------------------------------------------------------


@rule(
    "a deployment that fails, or does not get on, is rolled back",
    put(resource("Service", "DeploymentConfiguration/DeploymentCircuitBreaker/Rollback"), False),
    put(resource("Service", "DeploymentConfiguration/Alarms/Enable"), False),
    put(resource("Service", "DeploymentConfiguration/Alarms/AlarmNames"), [{"Ref": "OldestMessageAlarm"}]),
)
def _(tree):
    how = made(tree, "Service")["DeploymentConfiguration"]
    return how["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True} and how["Alarms"] == {
        "AlarmNames": ["NoProgressAlarm"],
        "Enable": True,
        "Rollback": True,
    }


@rule("old tasks go when new ones are healthy", put(resource("Service", "DeploymentConfiguration/MinimumHealthyPercent"), 0))
def _(tree):
    how = made(tree, "Service")["DeploymentConfiguration"]
    return (how["MinimumHealthyPercent"], how["MaximumPercent"]) == (100, 200)


@rule("a deploy does not undo autoscaling", put(resource("Service", "DesiredCount"), 1))
def _(tree):
    return "DesiredCount" not in tree["Resources"]["Service"]["Properties"]


@rule(
    "tasks run by capacity providers alone, and one of them has the base",
    put(resource("Service", "LaunchType"), "FARGATE"),
    lambda tree: tree["Resources"]["Service"]["Properties"]["CapacityProviderStrategy"].append({"Base": 1, "CapacityProvider": "x"}),
)
def _(tree):
    service = made(tree, "Service")
    return "LaunchType" not in service and [one.get("Base") for one in service["CapacityProviderStrategy"] if "Base" in one] == [1]


@rule(
    "the first task is no Spot task; the others are by weight",
    put(resource("Service", "CapacityProviderStrategy/0/CapacityProvider"), "FARGATE_SPOT"),
    put(resource("Cluster", "CapacityProviders"), ["FARGATE"]),
    of=FARGATE,
)
def _(tree):
    strategy = made(tree, "Service", OnDemandWeight=1, SpotWeight=3)["CapacityProviderStrategy"]
    return (
        strategy
        == [
            {"CapacityProvider": "FARGATE", "Base": 1, "Weight": "1"},
            {"CapacityProvider": "FARGATE_SPOT", "Weight": "3"},
        ]
        and made(tree, "Cluster")["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]
    )


@rule(
    "Spot's two minutes are used: with it stopTimeout is 120",
    drop("Rules/SpotNeedsItsTwoMinutes"),
    put("Rules/SpotNeedsItsTwoMinutes/Assertions/0/Assert/Fn::Equals/1", "30"),
    of=FARGATE,
)
def _(tree):
    def refused(**told):
        return bool(Resolver(tree, minimal() | told).refusals())

    return (
        refused(SpotWeight="1")
        and not refused(SpotWeight="1", StopTimeoutSeconds="120")
        and not refused(StopTimeoutSeconds="60")
    )


@rule("there is somewhere to run", drop("Rules/SomewhereToRun"), of=FARGATE)
def _(tree):
    told = minimal() | {"OnDemandWeight": "0", "StopTimeoutSeconds": "120"}
    return bool(Resolver(tree, told).refusals()) and not Resolver(tree, told | {"SpotWeight": "1"}).refusals()


@rule("a queue comes with its dead letters", drop("Rules/QueueWithItsDeadLetters"), drop("Rules/DeadLettersOfAQueue"))
def _(tree):
    queue, dead = (f"arn:aws:sqs:eu-west-1:123456789012:{name}" for name in ("mine", "mine-dead"))
    resolvers = [
        Resolver(tree, minimal() | told)
        for told in (
            {"ExistingQueueArn": queue},
            {"ExistingDeadLetterQueueArn": dead},
            {"ExistingQueueArn": queue, "ExistingDeadLetterQueueArn": dead},
        )
    ]
    return [bool(one.refusals()) for one in resolvers] == [True, True, False]


@rule(
    "nobody reaches a worker",
    put(resource("SecurityGroup", "SecurityGroupIngress"), [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]),
    lambda tree: tree["Resources"].update(Hole={"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {}}),
)
def _(tree):
    return "SecurityGroupIngress" not in made(tree, "SecurityGroup") and not of_type(tree, "AWS::EC2::SecurityGroupIngress")


@rule("tasks have a public address in the default VPC", put("Parameters/AssignPublicIp/Default", "DISABLED"))
def _(tree):
    if "NetworkConfiguration" not in tree["Resources"]["Service"]["Properties"]:
        (card,) = made(tree, "LaunchTemplate")["LaunchTemplateData"]["NetworkInterfaces"]
        return card["AssociatePublicIpAddress"] is True
    return made(tree, "Service")["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "AssignPublicIp": "ENABLED",
        "Subnets": ["subnet-1", "subnet-2"],
        "SecurityGroups": ["SecurityGroup"],
    }


@rule(
    "endpoints are made when asked for, all that are needed, and only with their routes",
    put("Parameters/CreateVpcEndpoints/Default", "true"),
    drop("Resources/SqsEndpoint"),
    put(resource("LogsEndpoint", "PrivateDnsEnabled"), False),
    drop("Rules/EndpointsNeedRoutes"),
)
def _(tree):
    told = minimal() | {"CreateVpcEndpoints": "true", "RouteTableIds": "rtb-1"}
    resolver, without = Resolver(tree, told), Resolver(tree, minimal())
    names = of_type(tree, "AWS::EC2::VPCEndpoint")
    if any(without.has(name) for name in (*names, "EndpointSecurityGroup")) or resolver.refusals():
        return False
    if not Resolver(tree, minimal() | {"CreateVpcEndpoints": "true"}).refusals():
        return False
    found = {
        one["ServiceName"].removeprefix("com.amazonaws.eu-west-1."): one for one in map(resolver.properties, names)
    }
    gateways = {name for name, one in found.items() if one["VpcEndpointType"] == "Gateway"}
    wanted = {"sqs", "ecr.api", "ecr.dkr", "logs", "s3", "dynamodb"}
    if "InstanceRole" in tree["Resources"]:
        wanted |= {"ecs", "ecs-agent", "ecs-telemetry"}
    (way_in,) = resolver.properties("EndpointSecurityGroup")["SecurityGroupIngress"]
    return (
        set(found) == wanted
        and gateways == {"s3", "dynamodb"}
        and all(found[name]["RouteTableIds"] == ["rtb-1"] for name in gateways)
        and all(found[name]["PrivateDnsEnabled"] is True for name in wanted - gateways)
        and (way_in["FromPort"], way_in["ToPort"], way_in["SourceSecurityGroupId"]) == (443, 443, "SecurityGroup")
    )


# --- Scaling --------------------------------------------------------------------------------------------------------


@rule(
    "there is one task when nothing is to be done, and ten at most, unless told otherwise",
    put("Parameters/MinTasks/Default", 20),
    put("Parameters/MinTasks/MinValue", -1),
    put(resource("ScalableTarget", "MaxCapacity"), 1000),
)
def _(tree):
    least, most = (tree["Parameters"][name] for name in ("MinTasks", "MaxTasks"))
    target = made(tree, "ScalableTarget")
    return (
        (least["Default"], most["Default"], least["MinValue"], most["MinValue"]) == (1, 10, 0, 1)
        and least["Default"] <= most["Default"]
        and (target["MinCapacity"], target["MaxCapacity"]) == ("1", "10")
        and target["ResourceId"] == "service/Cluster/Service"
    )


def metric_of(alarm: dict, identity: str) -> dict:
    (one,) = [metric for metric in alarm["Metrics"] if metric["Id"] == identity]
    return one["MetricStat"]


@rule(
    "running tasks are counted by the samples of their CPU, which are free",
    put(resource("BacklogAlarm", "Metrics/1/MetricStat/Stat"), "Average"),
    put(resource("AtMaxTasksAlarm", "Metrics/1/MetricStat/Metric/Namespace"), "ECS/ContainerInsights"),
    put(resource("Cluster", "ClusterSettings"), [{"Name": "containerInsights", "Value": "enabled"}]),
)
def _(tree):
    for name in ("BacklogAlarm", "AtMaxTasksAlarm"):
        tasks = metric_of(made(tree, name), "tasks")
        if (tasks["Stat"], tasks["Period"], tasks["Metric"]["Namespace"], tasks["Metric"]["MetricName"]) != (
            "SampleCount",
            60,
            "AWS/ECS",
            "CPUUtilization",
        ):
            return False
    return "ContainerInsights" not in json.dumps(tree) and "ClusterSettings" not in made(tree, "Cluster")


@rule(
    "tasks are stopped only when nothing was waiting, in flight or delayed for 15 minutes",
    put(resource("EmptyAlarm", "Metrics/3/Expression"), "visible"),
    put(resource("EmptyAlarm", "EvaluationPeriods"), 1),
    put(resource("EmptyAlarm", "DatapointsToAlarm"), 1),
    put(resource("EmptyAlarm", "Metrics/1/MetricStat/Metric/MetricName"), "NumberOfMessagesReceived"),
)
def _(tree):
    alarm = made(tree, "EmptyAlarm")
    watched = [metric_of(alarm, one)["Metric"]["MetricName"] for one in ("visible", "inflight", "delayed")]
    return (
        watched
        == [
            "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        and alarm["Metrics"][-1]["Expression"] == "visible + inflight + delayed"
        and alarm["EvaluationPeriods"] == 15
        and alarm.get("DatapointsToAlarm", 15) == 15
        and (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanOrEqualToThreshold", 0)
        and alarm["AlarmActions"] == ["ScaleIn"]
    )


@rule(
    "two step policies, each on its alarm",
    put(resource("ScaleOut", "PolicyType"), "TargetTrackingScaling"),
    put(resource("BacklogAlarm", "AlarmActions"), []),
)
def _(tree):
    return all(made(tree, name)["PolicyType"] == "StepScaling" for name in ("ScaleOut", "ScaleIn")) and [
        made(tree, name)["AlarmActions"] for name in ("BacklogAlarm", "EmptyAlarm")
    ] == [["ScaleOut"], ["ScaleIn"]]


# --- Alarms ---------------------------------------------------------------------------------------------------------


@rule("a gap in the metrics is no alarm", drop(resource("NoProgressAlarm", "TreatMissingData")))
def _(tree):
    return all(made(tree, name).get("TreatMissingData") == "notBreaching" for name in of_type(tree, "AWS::CloudWatch::Alarm"))


@rule(
    "each alarm tells the command to run next",
    put(resource("OldestMessageAlarm", "AlarmDescription"), "The oldest message is too old."),
    put(resource("EmptyAlarm", "AlarmDescription"), "x. Next: " + "aws " + "y" * 1024),
)
def _(tree):
    for name in of_type(tree, "AWS::CloudWatch::Alarm"):
        text = made(tree, name)["AlarmDescription"]
        if not re.search(r"\. Next: (aws|scripts/deploy) [^\n]+$", text) or len(text) > 1024 or "${" in text:
            return False
    return True


@rule(
    "alarms tell a topic where there is one",
    put(resource("DeadLettersAlarm", "AlarmActions"), ["arn:aws:sns:eu-west-1:123456789012:t"]),
    drop(resource("AtMaxTasksAlarm", "AlarmActions")),
)
def _(tree):
    topic = "arn:aws:sns:eu-west-1:123456789012:ops"
    for name in set(of_type(tree, "AWS::CloudWatch::Alarm")) - {"BacklogAlarm", "EmptyAlarm"}:
        if "AlarmActions" in made(tree, name) or made(tree, name, AlarmTopicArn=topic).get("AlarmActions") != [topic]:
            return False
    return True


def simple(tree, name: str) -> tuple:
    alarm = made(tree, name)
    (metric,) = alarm["Metrics"]
    where = metric["MetricStat"]["Metric"]
    return (
        where["MetricName"],
        metric["MetricStat"]["Stat"],
        where["Dimensions"][0]["Value"],
        alarm["ComparisonOperator"],
        int(alarm["Threshold"]),
    )


@rule(
    "dead letters: that there are any, and that some will soon be gone",
    put(resource("DeadLettersAlarm", "Metrics/0/MetricStat/Metric/MetricName"), "NumberOfMessagesSent"),
    put(resource("DeadLettersAlarm", "Metrics/0/MetricStat/Stat"), "Sum"),
    put(resource("DeadLettersAgeAlarm", "Threshold"), 1209600),
)
def _(tree):
    above = "GreaterThanThreshold"
    return simple(tree, "DeadLettersAlarm") == (
        "ApproximateNumberOfMessagesVisible", "Maximum", "DeadLetterQueue", above, 0,
    ) and simple(tree, "DeadLettersAgeAlarm") == (
        "ApproximateAgeOfOldestMessage", "Maximum", "DeadLetterQueue", above, 10 * 86400,
    )  # fmt: skip


@rule(
    "the oldest message's age, and that AWS leaves some out",
    put(resource("OldestMessageAlarm", "Threshold"), 60),
    put(resource("OldestMessageAlarm", "AlarmDescription"), "Too old. Next: aws ecs describe-services"),
)
def _(tree):
    found = simple(tree, "OldestMessageAlarm")
    told = made(tree, "OldestMessageAlarm", MaxAgeSeconds=120)
    return (
        found == ("ApproximateAgeOfOldestMessage", "Maximum", "Queue", "GreaterThanThreshold", 900)
        and int(told["Threshold"]) == 120
        and "received three times or more" in told["AlarmDescription"]
    )


@rule(
    "no progress: messages, and for ten minutes none deleted",
    put(resource("NoProgressAlarm", "EvaluationPeriods"), 10),
    put("Parameters/NoProgressMinutes/Default", 1),
    put(resource("NoProgressAlarm", "Metrics/3/Expression"), "IF(visible > 0, 1, 0)"),
    put(resource("NoProgressAlarm", "Metrics/2/MetricStat/Metric/MetricName"), "NumberOfMessagesReceived"),
)
def _(tree):
    alarm = made(tree, "NoProgressAlarm")
    longer = made(tree, "NoProgressAlarm", NoProgressMinutes=60)
    return (
        [int(one["EvaluationPeriods"]) for one in (alarm, longer)] == [10, 60]
        and alarm["Metrics"][-1]["Expression"]
        == "IF(visible + inflight > 0 AND MAX([deleted, TIME_SERIES(0)]) == 0, 1, 0)"
        and metric_of(alarm, "deleted")["Metric"]["MetricName"] == "NumberOfMessagesDeleted"
        and metric_of(alarm, "deleted")["Stat"] == "Sum"
        and (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    )


@rule(
    "all tasks run, and still there is a backlog, for 15 minutes",
    put(resource("AtMaxTasksAlarm", "EvaluationPeriods"), 5),
    put(resource("AtMaxTasksAlarm", "Metrics/2/Expression"), "visible"),
)
def _(tree):
    alarm = made(tree, "AtMaxTasksAlarm", MaxTasks=7, BacklogPerTask=50)
    return alarm["EvaluationPeriods"] == 15 and alarm["Metrics"][-1]["Expression"] == "IF(tasks >= 7, visible / tasks / 50, 0)"


@rule(
    "of an alarm's metrics one is the result, the last",
    put(resource("BacklogAlarm", "Metrics/0/ReturnData"), True),
    put(resource("EmptyAlarm", "Metrics/3/ReturnData"), False),
)
def _(tree):
    return all(
        [one["ReturnData"] for one in made(tree, name)["Metrics"]].count(True) == 1
        and made(tree, name)["Metrics"][-1]["ReturnData"] is True
        for name in of_type(tree, "AWS::CloudWatch::Alarm")
    )


@rule(
    "the dashboard is JSON, and shows what the alarms watch",
    put(resource("Dashboard", "DashboardBody/Fn::Sub/0"), "{"),
    put(resource("Dashboard", "DashboardBody/Fn::Sub/0"), '{"widgets": []}'),
)
def _(tree):
    try:
        shown = json.dumps(json.loads(made(tree, "Dashboard")["DashboardBody"]))
    except ValueError:
        return False
    watched = {
        one["MetricStat"]["Metric"]["MetricName"]
        for name in of_type(tree, "AWS::CloudWatch::Alarm")
        for one in made(tree, name)["Metrics"]
        if "MetricStat" in one
    }
    return all(f'"{name}"' in shown for name in watched) and "${" not in shown


# --- The page -------------------------------------------------------------------------------------------------------


@rule("each parameter says what it is", drop("Parameters/MaxTasks/Description"))
def _(tree):
    return all(one.get("Description") for one in tree["Parameters"].values())


@rule("each parameter is shown in a group", append("Metadata/AWS::CloudFormation::Interface/ParameterGroups/0/Parameters", "X"))
def _(tree):
    groups = tree["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    return sorted(name for group in groups for name in group["Parameters"]) == sorted(tree["Parameters"])


@rule("outputs say the next command", put("Outputs/QueueUrl/Description", "The queue."), drop("Outputs/LogGroupName/Description"))
def _(tree):
    told = [one.get("Description", "") for one in tree["Outputs"].values()]
    return all(told) and sum("Next" in one for one in told) >= 8 and all(
        "Next:" in tree["Outputs"][name].get("Description", "") for name in ("QueueUrl", "LogGroupName", "ServiceName")
    )


SHARED = (
    *("Queue", "DeadLetterQueue", "QueuePolicy", "DeadLetterQueuePolicy", "Table", "TaskRole", "ExecutionRole"),
    *("OperatorPolicy", "LogGroup", "ScalableTarget", "ScaleOut", "ScaleIn", "Dashboard", "SqsEndpoint", "EcrApiEndpoint"),
    *("EcrDockerEndpoint", "LogsEndpoint", "S3Endpoint", "DynamoDbEndpoint", "BacklogAlarm", "EmptyAlarm"),
    *("DeadLettersAlarm", "DeadLettersAgeAlarm", "OldestMessageAlarm", "NoProgressAlarm", "AtMaxTasksAlarm"),
)


def differences(one: dict, other: dict) -> list[str]:
    """What the two templates have in common, and is not the same."""
    unlike = [name for name in SHARED if one["Resources"].get(name) != other["Resources"].get(name)]
    unlike += [name for name in one["Outputs"] if one["Outputs"][name] != other["Outputs"].get(name)]
    mine, its = (made(tree, "TaskDefinition")["ContainerDefinitions"][0] for tree in (one, other))
    return unlike + [
        key for key in mine if mine[key] != its.get(key)
    ]


def text_rules() -> list[str]:
    """Rules of the files as they are written."""
    faults = []
    for path in (templates.FARGATE, templates.EC2, templates.REGISTRY):
        text = path.read_text(encoding="utf-8")
        if len(text.encode()) > 51_200:
            faults.append(f"{path.name}: larger than 51,200 bytes, which an upload without S3 may have")
        if re.search(r"(^|[\s\[{,:-])[&*][a-z]", text):
            faults.append(f"{path.name}: has YAML anchors, which CloudFormation does not know")
        if "cfn-lint" in text:
            faults.append(f"{path.name}: suppresses a finding of cfn-lint")
    faults += [f"{path}: configures cfn-lint" for path in templates.ROOT.rglob(".cfnlintrc*")]
    return faults


def registry_rules(tree: dict) -> list[str]:
    one = Resolver(tree, {}).properties("Repository")
    rules = json.loads(one["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    checks = {
        "tags are never moved": one["ImageTagMutability"] == "IMMUTABLE",
        "images are scanned when pushed": one["ImageScanningConfiguration"] == {"ScanOnPush": True},
        "old images go": [rule["action"]["type"] for rule in rules] == ["expire", "expire"],
        "images outlive the stack": tree["Resources"]["Repository"]["DeletionPolicy"] == "Retain",
    }
    return [name for name, holds in checks.items() if not holds]


def holds(one: Rule, tree: dict) -> bool:
    try:
        return bool(one.holds(tree))
    except (KeyError, IndexError, ValueError, TypeError, AttributeError):
        return False


def main() -> int:
    if "--list" in sys.argv:
        print("\n".join(f"{one.of}: {one.name}" for one in RULES))
        return 0
    faults = text_rules()
    registry = load(templates.REGISTRY)
    faults += [f"registry.yaml: {name}" for name in registry_rules(registry)]
    for change in (
        put(resource("Repository", "ImageTagMutability"), "MUTABLE"),
        put(resource("Repository", "ImageScanningConfiguration/ScanOnPush"), False),
        put(resource("Repository", "LifecyclePolicy/LifecyclePolicyText"), '{"rules": []}'),
        put("Resources/Repository/DeletionPolicy", "Delete"),
    ):
        changed = copy.deepcopy(registry)
        change(changed)
        if len(registry_rules(changed)) != 1:
            faults.append("registry.yaml: a change does not break its rule")
    held = broken = 0
    trees = {FARGATE: load(templates.FARGATE), EC2: load(templates.EC2)}
    for of, tree in trees.items():
        for one in RULES:
            if one.of not in (BOTH, of):
                continue
            if not holds(one, copy.deepcopy(tree)):
                faults.append(f"{of}: does not hold: {one.name}")
                continue
            held += 1
            for number, change in enumerate(one.broken_by):
                changed = copy.deepcopy(tree)
                change(changed)
                if holds(one, changed):
                    faults.append(f"{of}: change {number + 1} does not break: {one.name}")
                broken += 1
            if not one.broken_by:
                faults.append(f"{of}: nothing shows that it can fail: {one.name}")
    faults += [f"template-ec2.yaml has another: {name}" for name in differences(*trees.values())]
    changed = copy.deepcopy(trees[EC2])
    put(resource("Queue", "VisibilityTimeout"), 31)(changed)
    if differences(trees[FARGATE], changed) != ["Queue"]:
        faults.append("a difference between the templates is not found")
    print("\n".join(faults) or f"rules: {held} hold, and {broken} changes break them")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
