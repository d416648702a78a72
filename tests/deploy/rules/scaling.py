"""Rules about the scalable target and its policies."""

import json

from .core import made, put, resource, rule


@rule(
    "by default there is one task when there is no work, and at most ten",
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
    "running tasks are counted by the samples of their CPU metric, which are free",
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
    "tasks are stopped only if no message was waiting, in flight or delayed for 15 minutes",
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
    "there are two step policies, each with its own alarm",
    put(resource("ScaleOut", "PolicyType"), "TargetTrackingScaling"),
    put(resource("BacklogAlarm", "AlarmActions"), []),
)
def _(tree):
    return all(made(tree, name)["PolicyType"] == "StepScaling" for name in ("ScaleOut", "ScaleIn")) and [
        made(tree, name)["AlarmActions"] for name in ("BacklogAlarm", "EmptyAlarm")
    ] == [["ScaleOut"], ["ScaleIn"]]
