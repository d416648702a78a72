"""Rules about what both templates share, about the text of the files, and about the registry."""

import json
import re

import template as templates
from template import Resolver

from .core import made

SHARED = (
    *("Queue", "DeadLetterQueue", "QueuePolicy", "DeadLetterQueuePolicy", "Table", "TaskRole", "ExecutionRole"),
    *(
        "OperatorPolicy",
        "LogGroup",
        "ScalableTarget",
        "ScaleOut",
        "ScaleIn",
        "Dashboard",
        "SqsEndpoint",
        "EcrApiEndpoint",
    ),
    *("EcrDockerEndpoint", "LogsEndpoint", "S3Endpoint", "DynamoDbEndpoint", "BacklogAlarm", "EmptyAlarm"),
    *("DeadLettersAlarm", "DeadLettersAgeAlarm", "OldestMessageAlarm", "NoProgressAlarm", "AtMaxTasksAlarm"),
)


def differences(one: dict, other: dict) -> list[str]:
    """The shared parts of the two templates that differ."""
    unlike = [name for name in SHARED if one["Resources"].get(name) != other["Resources"].get(name)]
    unlike += [name for name in one["Outputs"] if one["Outputs"][name] != other["Outputs"].get(name)]
    mine, its = (made(tree, "TaskDefinition")["ContainerDefinitions"][0] for tree in (one, other))
    return unlike + [key for key in mine if mine[key] != its.get(key)]


def text_rules() -> list[str]:
    """Rules about the text of the files."""
    faults = []
    for path in (templates.FARGATE, templates.EC2, templates.REGISTRY):
        text = path.read_text(encoding="utf-8")
        if len(text.encode()) > 51_200:
            faults.append(f"{path.name}: larger than 51,200 bytes, the limit for an upload without S3")
        if re.search(r"(^|[\s\[{,:-])[&*][a-z]", text):
            faults.append(f"{path.name}: has YAML anchors, which CloudFormation does not support")
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
        "old images are deleted": [rule["action"]["type"] for rule in rules] == ["expire", "expire"],
        "images outlive the stack": tree["Resources"]["Repository"]["DeletionPolicy"] == "Retain",
    }
    return [name for name, holds in checks.items() if not holds]
