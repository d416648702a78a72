"""Parses a CloudFormation template, and resolves its functions like CloudFormation."""

import copy
import pathlib

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "ecs"
FARGATE = FOLDER / "template.yaml"
EC2 = FOLDER / "template-ec2.yaml"
REGISTRY = FOLDER / "registry.yaml"

ACCOUNT = "123456789012"
REGION = "eu-west-1"
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/news-worker@sha256:{'a' * 64}"


class Loader(yaml.SafeLoader):
    """Converts short forms to long ones: !Sub x to {"Fn::Sub": x}."""


def _short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix in ("Ref", "Condition"):
        return {suffix: value}
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".")
    return {"Fn::" + suffix: value}


Loader.add_multi_constructor("!", _short_form)


def load(path) -> dict:
    return yaml.load(pathlib.Path(path).read_text(encoding="utf-8"), Loader)


def of_type(template: dict, kind: str) -> dict:
    """The resources of a type, by logical name."""
    return {name: one for name, one in template["Resources"].items() if one["Type"] == kind}


NO_VALUE = object()


class Resolver:
    """Resolves intrinsic functions. `physical(name, attribute)` returns an attribute of a created resource, or its Ref if
    the attribute is None. Without `physical` the names are invented, and always the same."""

    def __init__(self, template: dict, parameters: dict, stack: str = "news", physical=None):
        self.template = template
        self.parameters = {
            name: str(one["Default"]) for name, one in template.get("Parameters", {}).items() if "Default" in one
        } | parameters
        self.pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::StackName": stack,
            "AWS::NoValue": NO_VALUE,
        }
        self.physical = physical or self.made_up

    def made_up(self, name: str, attribute: str | None):
        kind = self.template["Resources"][name]["Type"].split("::")
        service = {"SQS": "sqs", "DynamoDB": "dynamodb", "ECS": "ecs", "IAM": "iam", "Logs": "logs"}.get(kind[1])
        if attribute == "Arn" and service:
            return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{'table/' if service == 'dynamodb' else ''}{name}"
        if kind[1:] == ["SQS", "Queue"] and attribute is None:
            return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/{name}"
        return name if attribute in (None, "QueueName", "Name") else f"{name}.{attribute}"

    def condition(self, name: str) -> bool:
        return self.truth(self.template["Conditions"][name])

    def truth(self, value) -> bool:
        ((function, argument),) = value.items()
        if function == "Condition":
            return self.condition(argument)
        if function == "Fn::Equals":
            left, right = (self.text(one) for one in argument)
            return left == right
        if function == "Fn::Not":
            return not self.truth(argument[0])
        if function == "Fn::And":
            return all(self.truth(one) for one in argument)
        if function == "Fn::Or":
            return any(self.truth(one) for one in argument)
        if function == "Fn::Contains":
            values, wanted = argument
            values = self.resolve(values)
            values = values.split(",") if isinstance(values, str) else [str(one) for one in values]
            return self.text(wanted) in values
        raise ValueError(function)

    def text(self, value) -> str:
        return str(self.resolve(value))

    def has(self, name: str) -> bool:
        """True if the resource is created with these parameters."""
        condition = self.template["Resources"][name].get("Condition")
        return condition is None or self.condition(condition)

    def ref(self, name: str):
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.template.get("Parameters", {}):
            value = self.parameters[name]
            kind = self.template["Parameters"][name]["Type"]
            return value.split(",") if kind.startswith(("List<", "CommaDelimitedList")) else value
        return self.physical(name, None)

    def substitute(self, text: str, names: dict) -> str:
        out, rest = "", text
        while "${" in rest:
            before, rest = rest.split("${", 1)
            name, rest = rest.split("}", 1)
            if name in names:
                value = names[name]
            elif "." in name:
                value = self.physical(*name.split(".", 1))
            else:
                value = self.ref(name)
            out += before + str(value)
        return out + rest

    def resolve(self, value):
        if isinstance(value, list):
            return [one for one in map(self.resolve, value) if one is not NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref":
                return self.ref(argument)
            if function == "Fn::GetAtt":
                return self.physical(*argument)
            if function == "Fn::If":
                return self.resolve(argument[1 if self.condition(argument[0]) else 2])
            if function == "Fn::Sub":
                text, names = (argument, {}) if isinstance(argument, str) else argument
                return self.substitute(text, {name: self.resolve(one) for name, one in names.items()})
            if function == "Fn::Select":
                return self.resolve(argument[1])[int(argument[0])]
            if function == "Fn::Split":
                return self.resolve(argument[1]).split(argument[0])
            if function == "Fn::Join":
                return argument[0].join(self.resolve(argument[1]))
            if function == "Fn::Base64":
                return self.resolve(argument)
            if function.startswith("Fn::"):
                raise ValueError(function)
        resolved = {key: self.resolve(one) for key, one in value.items()}
        return {key: one for key, one in resolved.items() if one is not NO_VALUE}

    def properties(self, name: str) -> dict:
        return self.resolve(copy.deepcopy(self.template["Resources"][name].get("Properties", {})))

    def refusals(self) -> list[str]:
        """Why CloudFormation would reject these parameters: Rules, allowed values, patterns and bounds."""
        import re

        why = []
        for name, one in self.template["Parameters"].items():
            value = self.parameters.get(name)
            if value is None:
                why.append(f"{name} is missing")
                continue
            if "AllowedValues" in one and value not in [str(allowed) for allowed in one["AllowedValues"]]:
                why.append(f"{name} is not one of the allowed values")
            if "AllowedPattern" in one and not re.fullmatch(one["AllowedPattern"], value):
                why.append(f"{name} does not match its pattern")
            if "MinValue" in one and float(value) < one["MinValue"]:
                why.append(f"{name} is too small")
            if "MaxValue" in one and float(value) > one["MaxValue"]:
                why.append(f"{name} is too large")
        for name, rule in self.template.get("Rules", {}).items():
            if "RuleCondition" not in rule or self.truth(rule["RuleCondition"]):
                why += [one["AssertDescription"] for one in rule["Assertions"] if not self.truth(one["Assert"])]
        return why


def minimal() -> dict:
    """The parameters without a default."""
    return {"Image": IMAGE, "VpcId": "vpc-1", "SubnetIds": "subnet-1,subnet-2"}
