"""Rules about the task definition."""

import template as templates
from template import Resolver, minimal

from .core import append, CONTAINER, container, drop, EC2, environment, FARGATE, made, put, resource, rule


@rule("the image is named by its digest", drop("Parameters/Image/AllowedPattern"), put(CONTAINER + "/Image", "news:1"))
def _(tree):
    tagged = Resolver(tree, minimal() | {"Image": "a.dkr.ecr.eu-west-1.amazonaws.com/news-worker:0.1.0"})
    return bool(tagged.refusals()) and container(tree)["Image"] == templates.IMAGE


@rule(
    "the architecture is that of the image, X86_64 by default",
    put("Parameters/CpuArchitecture/Default", "ARM64"),
    put(resource("TaskDefinition", "RuntimePlatform/CpuArchitecture"), "X86_64"),
)
def _(tree):
    return [
        made(tree, "TaskDefinition", **values)["RuntimePlatform"]["CpuArchitecture"]
        for values in ({}, {"CpuArchitecture": "ARM64"})
    ] == ["X86_64", "ARM64"]


@rule(
    "the worker gets its memory limit", put(CONTAINER + "/Environment/5/Value", "512MiB"), drop(CONTAINER + "/Environment/5")
)
def _(tree):
    return environment(tree, TaskMemory=1024).get("EKIDEN_MEMORY_LIMIT") == "1024MiB"


@rule(
    "the worker gets the time between SIGTERM and SIGKILL",
    put(CONTAINER + "/StopTimeout", 30),
    put(CONTAINER + "/Environment/6/Value", "30s"),
)
def _(tree):
    return all(
        int(container(tree, **values)["StopTimeout"]) == stop
        and environment(tree, **values)["EKIDEN_STOP_TIMEOUT"] == f"{stop}s"
        for values, stop in (({}, 30), ({"StopTimeoutSeconds": 120}, 120))
    )


@rule(
    "stopTimeout is from 2 to 120 s, as Fargate requires",
    put("Parameters/StopTimeoutSeconds/MaxValue", 600),
    put("Parameters/StopTimeoutSeconds/MinValue", 1),
)
def _(tree):
    return [
        bool(Resolver(tree, minimal() | {"StopTimeoutSeconds": str(stop)}).refusals()) for stop in (1, 2, 30, 120, 121)
    ] == [True, False, False, False, True]


@rule(
    "the health check is a command, runs often, and waits for a task that is starting",
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
    "the worker has no privileges: its own user, a read-only root, no capability",
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
    "a slow CloudWatch does not stop the worker: logging does not block, and has a buffer",
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
    "logs are kept for a month by default",
    drop(resource("LogGroup", "RetentionInDays")),
    put("Parameters/LogRetentionDays/Default", 1),
)
def _(tree):
    return [str(made(tree, "LogGroup", **values).get("RetentionInDays")) for values in ({}, {"LogRetentionDays": 7})] == [
        "30",
        "7",
    ]


@rule(
    "metrics are JSON lines in the log",
    put(CONTAINER + "/Environment/9/Value", "off"),
    put(CONTAINER + "/Environment/10/Value", "text"),
)
def _(tree):
    values = environment(tree)
    return (values["EKIDEN_METRICS"], values["EKIDEN_LOG_FORMAT"], values["EKIDEN_SERVICE"]) == ("emf", "json", "news")


@rule("the Region is set, because not all agents on EC2 set it", drop(CONTAINER + "/Environment/0"))
def _(tree):
    return environment(tree).get("AWS_REGION") == "eu-west-1"


@rule("protection is off by default", put("Parameters/TaskProtection/Default", "auto"))
def _(tree):
    values = [environment(tree, **one) for one in ({}, {"TaskProtection": "auto", "TaskProtectionMaxMinutes": 60})]
    return [one["EKIDEN_TASK_PROTECTION"] for one in values] == ["off", "auto"] and values[1][
        "EKIDEN_TASK_PROTECTION_MAX"
    ] == "60m"


# The sizes in Fargate's documentation. Larger sizes are left out.
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
    "tasks on one instance do not need the same port",
    put(CONTAINER + "/PortMappings/0/HostPort", 9000),
    put(resource("TaskDefinition", "NetworkMode"), "host"),
    of=EC2,
)
def _(tree):
    return made(tree, "TaskDefinition")["NetworkMode"] == "bridge" and container(tree)["PortMappings"] == [
        {"ContainerPort": 9000, "HostPort": 0, "Protocol": "tcp"}
    ]


@rule(
    "the hard memory limit is above the soft one, by which ECS places tasks",
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
    "an instance does not have the worker's rights, and the worker cannot get the instance's credentials",
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
    "the machine image is the newest one of ECS for the architecture",
    put(resource("LaunchTemplate", "LaunchTemplateData/ImageId"), "ami-1"),
    of=EC2,
)
def _(tree):
    found = [
        made(tree, "LaunchTemplate", **values)["LaunchTemplateData"]["ImageId"]
        for values in ({}, {"CpuArchitecture": "ARM64"})
    ]
    root = "{{resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/"
    return found == [root + "recommended/image_id}}", root + "arm64/recommended/image_id}}"]
