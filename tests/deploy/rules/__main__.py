"""Checks rules of the templates that cfn-lint does not know. Each rule must fail on a template that breaks it.

python -m rules [--list]
"""

import copy
import sys

import template as templates
from template import load

from .core import BOTH, EC2, FARGATE, put, resource, Rule, RULES
from . import alarms, data, page, roles, scaling, service, task  # noqa: F401  Each module adds its rules.
from .files import differences, registry_rules, text_rules


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
                faults.append(f"{of}: no change breaks this rule: {one.name}")
    faults += [f"template-ec2.yaml differs in: {name}" for name in differences(*trees.values())]
    changed = copy.deepcopy(trees[EC2])
    put(resource("Queue", "VisibilityTimeout"), 31)(changed)
    if differences(trees[FARGATE], changed) != ["Queue"]:
        faults.append("a difference between the templates is not found")
    print("\n".join(faults) or f"rules: {held} hold, and {broken} changes break them")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
