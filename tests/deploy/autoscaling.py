"""Simulates how AWS runs the alarms and scaling steps of a template, second by second: CloudWatch's metric math and
alarms, step scaling, an ECS service and its queue. Written from AWS's documentation; never compared with AWS itself.

Sources: CloudWatch User Guide, "Using metric math" and "Configuring how CloudWatch alarms treat missing data"; Application
Auto Scaling User Guide, "How step scaling works" and "Cooldown period"; SQS Developer Guide, "Available CloudWatch metrics".
"""

import ast
import collections
import dataclasses
import math

import template as templates
from template import Resolver, minimal

MINUTE = 60
METRIC_DELAY = 60  # Seconds until the value of a minute is available.
TASK_START = 60  # Seconds for the image, the start and the first health check.
IDLE_LIMIT = 6 * 3600  # SQS stops the metrics of a queue after this many seconds without use.
WAKE_UP = 15 * MINUTE  # SQS needs this many seconds after the next use to send metrics again.


# --- Metric math ------------------------------------------------------------------------------------------------------


def evaluate(expression: str, values: dict):
    """Evaluates a metric math expression for one timestamp. A missing value is None, and so is every result that uses it,
    except that functions over lists ignore it. TIME_SERIES is never missing."""
    return _value(ast.parse(expression.replace(" AND ", " and ").replace(" OR ", " or "), mode="eval").body, values)


def _value(node, values):
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return values.get(node.id)
        case ast.BinOp():
            left, right = _value(node.left, values), _value(node.right, values)
            if left is None or right is None:
                return None
            match node.op:
                case ast.Add():
                    return left + right
                case ast.Sub():
                    return left - right
                case ast.Mult():
                    return left * right
                case ast.Div():
                    return left / right if right else None
        case ast.Compare(ops=[operator], comparators=[other]):
            left, right = _value(node.left, values), _value(other, values)
            return None if left is None or right is None else int(COMPARISONS[type(operator)](left, right))
        case ast.BoolOp():
            parts = [_value(one, values) for one in node.values]
            if None in parts:
                return None
            return int(all(parts) if isinstance(node.op, ast.And) else any(parts))
        case ast.Call(func=ast.Name(id="TIME_SERIES")):
            return _value(node.args[0], values)
        case ast.Call(func=ast.Name(id="MAX"), args=[ast.List(elts=elements)]):
            there = [one for one in (_value(element, values) for element in elements) if one is not None]
            return max(there, default=None)
        case ast.Call(func=ast.Name(id="IF")):
            condition, yes, no = node.args
            chosen = _value(condition, values)
            return None if chosen is None else _value(yes if chosen else no, values)
    raise ValueError(f"this part of metric math is not supported here: {ast.unparse(node)}")


COMPARISONS = {
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Eq: lambda a, b: a == b,
}
OPERATORS = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


class Alarm:
    def __init__(self, properties: dict):
        self.periods = int(properties["EvaluationPeriods"])
        self.threshold = float(properties["Threshold"])
        self.breaches = OPERATORS[properties["ComparisonOperator"]]
        self.missing_breaches = properties["TreatMissingData"] == "breaching"
        self.metrics, self.expression = {}, None
        for one in properties["Metrics"]:
            if "Expression" in one:
                self.expression = one["Expression"]
            else:
                where = one["MetricStat"]["Metric"]
                assert one["MetricStat"]["Period"] == MINUTE
                self.metrics[one["Id"]] = where["MetricName"]
                if one["ReturnData"]:
                    self.expression = one["Id"]

    def value(self, minute: dict):
        return evaluate(self.expression, {identity: minute.get(name) for identity, name in self.metrics.items()})

    def state(self, history: list) -> tuple[bool, float | None]:
        """Returns whether it is in alarm after these minutes, and the newest value."""
        values = [self.value(minute) for minute in history[-self.periods :]]
        if len(values) < self.periods:
            return False, None
        breaching = [self.missing_breaches if one is None else self.breaches(one, self.threshold) for one in values]
        return all(breaching), values[-1]


class StepPolicy:
    def __init__(self, properties: dict):
        steps = properties["StepScalingPolicyConfiguration"]
        self.exact = steps["AdjustmentType"] == "ExactCapacity"
        self.percent = steps["AdjustmentType"] == "PercentChangeInCapacity"
        self.least = int(steps.get("MinAdjustmentMagnitude", 0))
        self.cooldown = int(steps["Cooldown"])
        self.steps = [
            (
                float(step.get("MetricIntervalLowerBound", -math.inf)),
                float(step.get("MetricIntervalUpperBound", math.inf)),
                float(step["ScalingAdjustment"]),
            )
            for step in steps["StepAdjustments"]
        ]

    def wanted(self, capacity: int, excess: float) -> int:
        """Returns the new capacity. Bounds include the end that is nearer to the threshold."""
        for low, high, adjustment in self.steps:
            if low <= excess < high if excess > 0 or low == 0 else low < excess <= high:
                if self.exact:
                    return int(adjustment)
                change = capacity * adjustment / 100 if self.percent else adjustment
                # Rounded like Application Auto Scaling: down above 1, up between 0 and 1.
                change = 1 if 0 < change < 1 else math.floor(change) if change > 0 else math.ceil(change)
                if abs(change) < self.least:
                    change = self.least if adjustment > 0 else -self.least
                return capacity + change
        return capacity


# --- A service and its queue --------------------------------------------------------------------------------------------


@dataclasses.dataclass
class Traffic:
    """The messages that arrive, and how long they take."""

    minutes: int
    arrivals: object  # second -> messages
    handler: int = 1  # Seconds.
    rate: int = 100  # Maximum messages per second of a task.
    held: int = 1000  # Maximum messages in flight of a task.
    poison: int = 0  # Messages that always fail, until they are dead letters.
    silent: range = range(0)  # Minutes without metrics.
    idle_before: int = 0  # Seconds without use of the queue before the start.


@dataclasses.dataclass
class Replay:
    """One simulated run, and its record."""

    properties: object
    traffic: Traffic
    parameters: dict
    timeline: list = dataclasses.field(default_factory=list)  # Per minute: (visible, in flight, running, desired).
    changes: list = dataclasses.field(default_factory=list)  # (second, tasks before, tasks after, unsettled messages)

    RETRY = 300  # Seconds that a failed message waits, in flight.
    RECEIVES = 10

    def run(self) -> "Replay":
        alarms = {name: Alarm(self.properties(name)) for name in ("BacklogAlarm", "EmptyAlarm")}
        policies = {
            "BacklogAlarm": StepPolicy(self.properties("ScaleOut")),
            "EmptyAlarm": StepPolicy(self.properties("ScaleIn")),
        }
        target = self.properties("ScalableTarget")
        least, most = int(target["MinCapacity"]), int(target["MaxCapacity"])
        traffic = self.traffic
        visible, inflight, deleted = 0, 0, 0
        work = collections.deque()  # (when done, how many), in order
        poison = [[None, 0] for _ in range(traffic.poison)]  # [in flight until, receives]; None: visible
        running, desired, starting = max(least, 0), least, []
        history, published = [], []
        last_touch = -traffic.idle_before
        wakes_at = 0 if traffic.idle_before < IDLE_LIMIT else math.inf
        out_until, out_base = -1, least
        in_until = -1
        for second in range(traffic.minutes * MINUTE):
            arrived = traffic.arrivals(second)
            visible += arrived
            if arrived or running:
                if wakes_at == math.inf:
                    wakes_at = second + WAKE_UP
                elif second - last_touch > IDLE_LIMIT:
                    wakes_at = second + WAKE_UP
                last_touch = second
            running += starting.count(second)
            while work and work[0][0] <= second:
                count = work.popleft()[1]
                inflight -= count
                deleted += count
            taken = min(visible, running * traffic.held - inflight, running * traffic.rate)
            if taken > 0:
                visible, inflight = visible - taken, inflight + taken
                work.append((second + traffic.handler, taken))
            for one in poison:
                if one[1] >= self.RECEIVES:
                    continue
                if one[0] is None and running:
                    one[0] = second + traffic.handler + self.RETRY
                elif one[0] is not None and one[0] <= second:
                    one[0], one[1] = None, one[1] + 1
            ill = [one for one in poison if one[1] < self.RECEIVES]
            seen = visible + sum(one[0] is None for one in ill)
            hidden = inflight + sum(one[0] is not None for one in ill)
            if second % MINUTE != MINUTE - 1:
                continue
            number = second // MINUTE
            minute = {}
            if number not in traffic.silent:
                if second >= wakes_at:
                    minute |= {
                        "ApproximateNumberOfMessagesVisible": seen,
                        "ApproximateNumberOfMessagesNotVisible": hidden,
                        "ApproximateNumberOfMessagesDelayed": 0,
                        "NumberOfMessagesDeleted": deleted,
                    }
                if running:  # Without a task ECS sends no metric.
                    minute["CPUUtilization"] = running
            deleted = 0
            history.append(minute)
            published = history[: len(history) - METRIC_DELAY // MINUTE]
            for name in ("BacklogAlarm", "EmptyAlarm"):
                in_alarm, value = alarms[name].state(published)
                # The scaling action is repeated each minute while the alarm lasts.
                if not in_alarm:
                    continue
                excess = (value or 0) - alarms[name].threshold
                if name == "BacklogAlarm":
                    # During the cooldown, the tasks of the last step count: only a larger step adds more.
                    base = out_base if second < out_until else desired
                    wanted = min(max(policies[name].wanted(base, excess), least), most)
                    if wanted > desired:
                        self.note(second, desired, wanted, seen + hidden)
                        starting += [second + TASK_START] * (wanted - desired)
                        desired, out_base, out_until = wanted, base, second + policies[name].cooldown
                elif second >= max(out_until, in_until):
                    wanted = min(max(policies[name].wanted(desired, excess), least), most)
                    if wanted < desired:
                        self.note(second, desired, wanted, seen + hidden)
                        starting = [one for one in starting if one <= second]
                        desired = running = wanted
                        in_until = second + policies[name].cooldown
            self.timeline.append((seen, hidden, running, desired))
        return self

    def note(self, second: int, before: int, after: int, unsettled: int) -> None:
        self.changes.append((second, before, after, unsettled))

    def flaps(self, within: int = 45 * MINUTE) -> int:
        """Counts changes of direction, except one way up and one way down."""
        downs = [second for second, before, after, _ in self.changes if after < before]
        ups = [second for second, before, after, _ in self.changes if after > before]
        return sum(any(0 < up - down <= within for up in ups) for down in downs)

    def table(self, every: int = 10) -> str:
        lines = ["minute   visible   in flight   tasks"]
        for number, (seen, hidden, running, _) in enumerate(self.timeline):
            if number % every == 0:
                lines.append(f"{number:6} {seen:9} {hidden:11} {running:7}")
        return "\n".join(lines)


def replay(tree: dict, traffic: Traffic, **parameters) -> Replay:
    resolver = Resolver(tree, minimal() | {name: str(value) for name, value in parameters.items()})
    return Replay(resolver.properties, traffic, parameters).run()


__all__ = ["Replay", "Traffic", "evaluate", "replay", "templates"]
