"""Defines rules, changes that break them, and how to resolve the resources of a template."""

from template import Resolver, minimal

RULES = []
BOTH, FARGATE, EC2 = "both", "fargate", "ec2"


class Rule:
    def __init__(self, name, of, broken_by, holds):
        self.name, self.of, self.broken_by, self.holds = name, of, broken_by, holds


def rule(name: str, *broken_by, of: str = BOTH):
    """`broken_by`: changes. Each of them alone must break the rule."""

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
