"""The 2016 experiment on the deployed service: drains a number of messages with 1, 2, 3 and 4 tasks."""

from __future__ import annotations

import datetime
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager

from . import say
from .aws import Aws
from .images import ROOT
from .service import Service

ARTICLE = {1: 204.1, 2: 200.0, 3: 263.2, 4: 217.4}  # Messages per second of the 2016 experiment, by tasks.
BODY = 300
WAIT = 1
LIMIT = 30 * 60
COUNTS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
ALL_SUSPENDED = {
    "DynamicScalingInSuspended": True,
    "DynamicScalingOutSuspended": True,
    "ScheduledScalingSuspended": True,
}


def sender(given: str | None) -> str:
    candidates = (
        [given]
        if given
        else [str(ROOT / "build" / kind / "bin" / "ekiden") for kind in ("release", "dev")] + ["ekiden"]
    )
    for one in candidates:
        found = shutil.which(one)
        if found:
            return found
    raise say.Failure(
        "the program ekiden, which fills the queue, is not built: run scripts/demo, or set --ekiden FILE", 2
    )


def bodies(count: int, run: str):
    """Messages like those of `ekiden send --news`, with the news_id of this run, by which its items are counted."""
    for number in range(1, count + 1):
        news = {"user_id": f"u{number:07d}", "news_id": run, "title": "", "published_at": "2016-12-19T00:00:00Z"}
        news["title"] = "." * (BODY - len(json.dumps(news, separators=(",", ":"))))
        yield json.dumps(news, separators=(",", ":"))


class Queue:
    def __init__(self, aws: Aws, url: str):
        self.aws, self.url = aws, url

    def size(self) -> int:
        words = ["sqs", "get-queue-attributes", "--queue-url", self.url, "--attribute-names", *COUNTS]
        answer = self.aws.call(*words, show=False)["Attributes"]
        return sum(int(answer.get(name, 0)) for name in COUNTS)

    def wait_until_empty(self, seconds: int = LIMIT) -> float:
        """Returns when the queue was first empty. It must be empty twice in a row, because the numbers are approximate.
        Prints how many messages are left."""
        end = time.monotonic() + seconds
        empty_since = None
        shown = None
        while True:
            left = self.size()
            if left != shown:
                say.line(f"   {left:,} left")
                shown = left
            if left == 0 and empty_since is not None:
                return empty_since
            empty_since = time.time() if left == 0 else None
            if time.monotonic() > end:
                raise say.Failure(
                    f"{left} messages are left after {seconds // 60} minutes: run scripts/deploy doctor to find out why"
                )
            time.sleep(WAIT)


class Scaling:
    """The service's scalable target. Its policies would change the number of tasks during the experiment."""

    def __init__(self, aws: Aws, service: Service):
        self.aws, self.resource = aws, f"service/{service.cluster}/{service.name}"
        self.words = [
            "--service-namespace",
            "ecs",
            "--scalable-dimension",
            "ecs:service:DesiredCount",
            "--resource-id",
            self.resource,
        ]

    def state(self) -> dict | None:
        words = [
            "application-autoscaling",
            "describe-scalable-targets",
            "--service-namespace",
            "ecs",
            "--resource-ids",
            self.resource,
        ]
        targets = self.aws.call(*words)["ScalableTargets"]
        return targets[0].get("SuspendedState", dict.fromkeys(ALL_SUSPENDED, False)) if targets else None

    def suspend(self, state: dict) -> None:
        wanted = ",".join(f"{name}={str(value).lower()}" for name, value in sorted(state.items()))
        self.aws.call("application-autoscaling", "register-scalable-target", *self.words, "--suspended-state", wanted)


class Interrupted(say.Failure):
    pass


@contextmanager
def restored(service: Service, scaling: Scaling):
    """Suspends scaling for the body. Afterwards it restores the number of tasks and scaling, also after an error."""

    def interrupt(number, _):
        raise Interrupted(f"interrupted by {signal.Signals(number).name}")

    state, count = scaling.state(), service.need()["desiredCount"]
    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        if state is not None:
            scaling.suspend(ALL_SUSPENDED)
        yield
    finally:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # The restore must not be interrupted.
        with say.step(f"restoring {count} tasks, and scaling"):
            try:
                service.set_count(count)
            finally:
                if state is not None:
                    scaling.suspend(state)
        for number, handler in before.items():
            signal.signal(number, handler)


def started_at(aws: Aws, service: Service) -> float | None:
    """When the first task started, as ECS reports it."""
    answer = aws.call("ecs", "list-tasks", "--cluster", service.cluster, "--service-name", service.name, show=False)
    if not answer["taskArns"]:
        return None
    tasks = aws.call("ecs", "describe-tasks", "--cluster", service.cluster, "--tasks", *answer["taskArns"], show=False)[
        "tasks"
    ]
    times = [one["startedAt"] for one in tasks if one.get("startedAt")]
    return min(map(seconds_of, times), default=None)


def seconds_of(moment) -> float:
    """Version 1 of the aws command can print a number, version 2 prints a text."""
    return float(moment) if isinstance(moment, (int, float)) else datetime.datetime.fromisoformat(moment).timestamp()


def wait_for_count(service: Service, count: int) -> None:
    end = time.monotonic() + LIMIT
    while service.need()["runningCount"] != count:
        if time.monotonic() > end:
            raise say.Failure(f"{count} tasks are not running after {LIMIT // 60} minutes\n{service.stopped()}")
        time.sleep(WAIT)


def items(aws: Aws, table: str, run: str) -> int:
    words = ["dynamodb", "scan", "--table-name", table, "--select", "COUNT", "--consistent-read"]
    words += [
        "--filter-expression",
        "news_id = :run",
        "--expression-attribute-values",
        json.dumps({":run": {"S": run}}),
    ]
    return aws.call(*words)["Count"]


def fill(aws: Aws, program: str, url: str, count: int, run: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "messages.jsonl"
        path.write_text("".join(body + "\n" for body in bodies(count, run)), encoding="utf-8")
        words = [program, "send", "--queue", url, "--file", str(path), "--yes", "--region", aws.region]
        words += ["--endpoint", aws.endpoint] if aws.endpoint else []
        say.command(words)
        env = {**os.environ, **({"AWS_PROFILE": aws.profile} if aws.profile else {})}
        if subprocess.run(words, stdout=subprocess.DEVNULL, check=False, env=env).returncode != 0:
            raise say.Failure("the queue could not be filled: see the output above")


def measure(
    aws: Aws,
    service: Service,
    queue: Queue,
    dead: Queue,
    table: str,
    count: int,
    tasks: int,
    program: str,
    wait_for_tasks,
) -> dict:
    run = f"bench-{int(time.time())}-{tasks}"
    dead_before = dead.size()
    with say.step(f"{tasks} tasks: stopping all tasks, then filling the queue"):
        service.set_count(0)
        wait_for_tasks(service, 0)
        fill(aws, program, queue.url, count, run)
    with say.step(f"{tasks} tasks: draining {count:,} messages"):
        asked = time.time()
        service.set_count(tasks)
        wait_for_tasks(service, tasks)
        begun = started_at(aws, service) or asked
        ended = queue.wait_until_empty()
        found = items(aws, table, run)
    seconds = max(ended - begun, 0.001)
    return {
        "tasks": tasks,
        "seconds": round(seconds, 2),
        "messages_per_second": round(count / seconds, 1),
        "table_items": found,
        "queue_left": 0,
        "dead_letters": dead.size() - dead_before,
        "news_id": run,
    }


def bench(aws: Aws, service: Service, outputs: dict, count: int, tasks: list[int], program: str, yes: bool) -> dict:
    queue, dead, table = (
        Queue(aws, outputs["QueueUrl"]),
        Queue(aws, outputs["DeadLetterQueueUrl"]),
        outputs["TableName"],
    )
    say.line(f"   {len(tasks)} times {count:,} messages through the service's queue {queue.url} and its table {table}")
    say.confirm("This stops the service's tasks between the runs, and leaves items in the table. Continue?", yes)
    left = queue.size()
    if left:
        raise say.Failure(f"the queue holds {left} messages, but bench needs an empty queue: wait until it is drained")
    runs = []
    with restored(service, Scaling(aws, service)):
        for one in tasks:
            runs.append(measure(aws, service, queue, dead, table, count, one, program, wait_for_count))
    return {"messages": count, "runs": runs}


def report(result: dict) -> str:
    rows = []
    for one in result["runs"]:
        lost = result["messages"] - one["table_items"]
        verified = "yes" if lost == 0 and one["dead_letters"] == 0 and one["queue_left"] == 0 else "NO"
        article = ARTICLE.get(one["tasks"], "-")
        rows.append(
            [
                one["tasks"],
                one["seconds"],
                f"{one['messages_per_second']:,}",
                article,
                lost,
                one["dead_letters"],
                verified,
            ]
        )
    headings = ["tasks", "seconds", "messages/s", "2016 experiment", "lost", "dead letters", "verified"]
    names = ", ".join(one["news_id"] for one in result["runs"])
    return say.table(headings, rows) + f"\nthe items of these runs are still in the table, with news_id {names}"


def is_verified(result: dict) -> bool:
    return all(one["table_items"] == result["messages"] and one["dead_letters"] == 0 for one in result["runs"])
