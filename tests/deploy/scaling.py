"""Simulates traffic with the alarms and scaling steps of deploy/ecs/template.yaml, and checks how the service scales.

    scaling.py [--show]     --show prints a line for every ten minutes of each trace

Each check must fail on a template that breaks it.
"""

import copy
import sys

import template as templates
from autoscaling import MINUTE, Traffic, replay
from rules.core import put, resource
from template import load


def burst(size: int, at: int = 10):
    return lambda second: size if second == at * MINUTE else 0


def steady(a_second: float):
    return lambda second: int(a_second * (second + 1)) - int(a_second * second)


HOURS = 60

# name: the traffic, and the parameters. A task handles 100 messages per second, so it clears BacklogPerTask in 10 s.
TRACES = {
    "a burst of 1,000,000": (Traffic(4 * HOURS, burst(1_000_000)), {}),
    "a burst at zero tasks": (
        Traffic(4 * HOURS, burst(300_000), idle_before=7 * 3600),
        {"MinTasks": 0},
    ),
    "a burst at zero tasks, an hour after the last": (Traffic(4 * HOURS, burst(300_000)), {"MinTasks": 0}),
    "a trickle": (Traffic(6 * HOURS, steady(1 / 240)), {}),
    "a trickle at zero tasks": (Traffic(6 * HOURS, steady(1 / 240)), {"MinTasks": 0}),
    "a load for three tasks, for three hours": (
        Traffic(6 * HOURS, lambda second: 250 if second < 3 * 3600 else 0),
        {},
    ),
    "a poison message": (Traffic(4 * HOURS, burst(0), poison=1), {}),
    "a burst with a poison message in it": (Traffic(5 * HOURS, burst(500_000), poison=1), {}),
    "no metrics for 15 minutes in a burst": (Traffic(5 * HOURS, burst(2_000_000), silent=range(30, 45)), {}),
    "no metrics for 15 minutes while tasks are busy": (
        Traffic(5 * HOURS, burst(9_000), handler=40 * MINUTE, silent=range(20, 50)),
        {},
    ),
    "handlers of 40 minutes": (Traffic(5 * HOURS, burst(9_000), handler=40 * MINUTE), {}),
    "handlers of 40 minutes at zero tasks": (
        Traffic(6 * HOURS, burst(9_000), handler=40 * MINUTE, idle_before=7 * 3600),
        {"MinTasks": 0},
    ),
    "a small burst, which one task clears": (Traffic(2 * HOURS, burst(5_000)), {}),
}


def longest_behind(run, most: int = 10, backlog: int = 1000) -> int:
    """The longest time, in minutes, with a backlog per task above BacklogPerTask and fewer tasks than MaxTasks."""
    longest = now = 0
    for seen, _, running, _ in run.timeline:
        now = now + 1 if seen > backlog * max(running, 1) and running < most else 0
        longest = max(longest, now)
    return longest


def faults(tree: dict, names=TRACES) -> dict:
    """The failed checks, by trace."""
    found = {}
    for name in names:
        traffic, parameters = TRACES[name]
        run = replay(tree, traffic, **parameters)
        wrong = []
        least = int(parameters.get("MinTasks", 1))
        seen, hidden, running, desired = run.timeline[-1]
        if seen + hidden > 5:  # A trickle always has a message in flight.
            wrong.append(f"does not drain the queue: {seen + hidden} messages are left")
        asleep = 15 if traffic.idle_before else 0
        if (behind := longest_behind(run)) > 20 + asleep:
            wrong.append(f"does not keep up: for {behind} minutes too few tasks, although more are allowed")
        if desired > max(least, 1):
            wrong.append(f"does not return to the minimum: {desired} tasks")
        if least == 0 and "trickle" not in name and desired != 0:
            wrong.append(f"does not return to zero: {desired} tasks")
        if run.flaps():
            wrong.append(f"flaps {run.flaps()} times")
        cut = [change for change in run.changes if change[2] < change[1] and change[3] > 0]
        if cut:
            wrong.append(f"stops tasks while {cut[0][3]} messages are unsettled, in minute {cut[0][0] // MINUTE}")
        if wrong:
            found[name] = wrong
    return found


# Changes that break scaling, and words of the fault that must be found.
BROKEN = {
    "in on visible messages alone": (
        put(resource("EmptyAlarm", "Metrics/3/Expression"), "visible"),
        "stops tasks while",
    ),
    "in where metrics are missing": (put(resource("EmptyAlarm", "TreatMissingData"), "breaching"), "stops tasks while"),
    "in after a minute": (put(resource("EmptyAlarm", "EvaluationPeriods"), 1), "flaps"),
    "never in": (put(resource("EmptyAlarm", "Threshold"), -1), "does not return"),
    "out without a guard against no task": (
        put(resource("BacklogAlarm", "Metrics/2/Expression"), {"Fn::Sub": "visible / tasks / ${BacklogPerTask}"}),
        "does not drain the queue",
    ),
    "out by one task": (
        put(
            resource("ScaleOut", "StepScalingPolicyConfiguration"),
            {
                "AdjustmentType": "ChangeInCapacity",
                "Cooldown": 1800,
                "StepAdjustments": [{"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}],
            },
        ),
        "does not keep up",
    ),
    "never out": (put(resource("BacklogAlarm", "Threshold"), 10_000_000), "does not drain the queue"),
}


def main() -> int:
    tree = load(templates.FARGATE)
    failed = False
    print("trace                                             most tasks   first task added   cleared   at the minimum")
    for name, (traffic, parameters) in TRACES.items():
        run = replay(tree, traffic, **parameters)
        begun = next((minute for minute, one in enumerate(run.timeline) if one[0] + one[1] > 0), 0)
        ups = [second // MINUTE for second, before, after, _ in run.changes if after > before]
        busy = [minute for minute, one in enumerate(run.timeline) if one[0] + one[1] > 5]
        downs = [second // MINUTE for second, before, after, _ in run.changes if after < before]
        most = max(one[2] for one in run.timeline)
        cells = [f"+{ups[0] - begun} min" if ups else "-", f"+{busy[-1] + 1 - begun} min" if busy else "-"]
        cells.append(f"+{downs[-1] - begun} min" if downs else "always")
        print(f"{name:50}{most:10}{cells[0]:>19}{cells[1]:>10}{cells[2]:>17}")
        if "--show" in sys.argv:
            print(run.table())
    for name, wrong in faults(tree).items():
        failed = True
        print(f"FAILED {name}: {'; '.join(wrong)}")
    for name, (change, word) in BROKEN.items():
        broken = copy.deepcopy(tree)
        change(broken)
        found = [fault for wrong in faults(broken).values() for fault in wrong]
        if not any(word in fault for fault in found):
            failed = True
            print(f"FAILED: the checks do not find the broken template '{name}': {found}")
    if not failed:
        print(f"scaling: {len(TRACES)} traces passed, and {len(BROKEN)} broken templates found")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
