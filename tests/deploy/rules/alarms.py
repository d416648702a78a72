"""Rules about alarms and the dashboard."""

import json
import re

from template import of_type

from .core import drop, made, put, resource, rule
from .scaling import metric_of


@rule("missing metrics raise no alarm", drop(resource("NoProgressAlarm", "TreatMissingData")))
def _(tree):
    return all(
        made(tree, name).get("TreatMissingData") == "notBreaching" for name in of_type(tree, "AWS::CloudWatch::Alarm")
    )


@rule(
    "each alarm has the command to run next",
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
    "alarms notify the topic if there is one",
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
    "dead letters: alarms if there are any, and before SQS deletes some",
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
    "the age of the oldest message, and a note that SQS does not count all messages",
    put(resource("OldestMessageAlarm", "Threshold"), 60),
    put(resource("OldestMessageAlarm", "AlarmDescription"), "Too old. Next: aws ecs describe-services"),
)
def _(tree):
    found = simple(tree, "OldestMessageAlarm")
    values = made(tree, "OldestMessageAlarm", MaxAgeSeconds=120)
    return (
        found == ("ApproximateAgeOfOldestMessage", "Maximum", "Queue", "GreaterThanThreshold", 900)
        and int(values["Threshold"]) == 120
        and "received three times or more" in values["AlarmDescription"]
    )


@rule(
    "no progress: there are messages, but none was deleted for ten minutes",
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
    "all tasks have been running for 15 minutes, but there is still a backlog",
    put(resource("AtMaxTasksAlarm", "EvaluationPeriods"), 5),
    put(resource("AtMaxTasksAlarm", "Metrics/2/Expression"), "visible"),
)
def _(tree):
    alarm = made(tree, "AtMaxTasksAlarm", MaxTasks=7, BacklogPerTask=50)
    return (
        alarm["EvaluationPeriods"] == 15
        and alarm["Metrics"][-1]["Expression"] == "IF(tasks >= 7, visible / tasks / 50, 0)"
    )


@rule(
    "the last metric of an alarm, and only that one, is its result",
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
