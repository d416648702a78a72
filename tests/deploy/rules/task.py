"""The task definition."""

import template as templates
from template import Resolver, minimal

from .core import append, CONTAINER, container, drop, EC2, environment, FARGATE, made, put, resource, rule


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
        made(tree, "TaskDefinition", **told)["RuntimePlatform"]["CpuArchitecture"]
        for told in ({}, {"CpuArchitecture": "ARM64"})
    ] == ["X86_64", "ARM64"]


@rule(
    "the worker knows its memory", put(CONTAINER + "/Environment/5/Value", "512MiB"), drop(CONTAINER + "/Environment/5")
)
def _(tree):
    return environment(tree, TaskMemory=1024).get("EKIDEN_MEMORY_LIMIT") == "1024MiB"


@rule(
    "the worker knows when it will be killed",
    put(CONTAINER + "/StopTimeout", 30),
    put(CONTAINER + "/Environment/6/Value", "30s"),
)
def _(tree):
    return all(
        int(container(tree, **told)["StopTimeout"]) == stop
        and environment(tree, **told)["EKIDEN_STOP_TIMEOUT"] == f"{stop}s"
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
    return [str(made(tree, "LogGroup", **told).get("RetentionInDays")) for told in ({}, {"LogRetentionDays": 7})] == [
        "30",
        "7",
    ]


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


@rule(
    "CPU and memory are a pair that Fargate sells", drop("Rules/MemoryFor256"), drop("Rules/MemoryFor4096"), of=FARGATE
)
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
    found = [
        made(tree, "LaunchTemplate", **told)["LaunchTemplateData"]["ImageId"]
        for told in ({}, {"CpuArchitecture": "ARM64"})
    ]
    root = "{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/"
    return found == [root + "recommended/image_id}}", root + "arm64/recommended/image_id}}"]
