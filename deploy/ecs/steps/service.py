"""The running service: its rollout, why tasks stopped, and a task with another command, such as the doctor."""

from __future__ import annotations

import json
import time

from . import say
from .aws import Aws, AwsError

WAIT = 3
ROLLOUT_LIMIT = 15 * 60
TASK_LIMIT = 5 * 60
LOG_LIMIT = 30


class Service:
    def __init__(self, aws: Aws, cluster: str, name: str):
        self.aws, self.cluster, self.name = aws, cluster, name

    def describe(self, show: bool = False) -> dict | None:
        try:
            answer = self.aws.call(
                "ecs", "describe-services", "--cluster", self.cluster, "--services", self.name, show=show
            )
        except AwsError as error:
            if error.code == "ClusterNotFoundException":
                return None
            raise
        return next((one for one in answer["services"] if one["status"] == "ACTIVE"), None)

    def need(self) -> dict:
        found = self.describe()
        if found is None:
            raise say.Failure(
                f"there is no service {self.name} in the cluster {self.cluster}: deploy it first, or set --stack"
            )
        return found

    def watcher(self):
        """Returns a function that prints the progress of the deployment, at most every 15 s."""
        last = {"line": "", "at": 0.0}

        def watch() -> None:
            if time.monotonic() - last["at"] < 15:
                return
            last["at"] = time.monotonic()
            found = self.describe()
            if found:
                line = rollout(found)
                if line != last["line"]:
                    last["line"] = line
                    say.line(f"   {line}")

        return watch

    def wait_for_rollout(self) -> None:
        end = time.monotonic() + ROLLOUT_LIMIT
        watch = self.watcher()
        while True:
            found = self.need()
            newest = primary(found)
            state = newest.get("rolloutState", "COMPLETED")
            if state == "COMPLETED" and len(found["deployments"]) == 1:
                say.line(f"   {rollout(found)}")
                return
            if state == "FAILED":
                reason = newest.get("rolloutStateReason") or "ECS gave no reason"
                raise say.Failure(
                    f"the deployment failed: {reason}; ECS rolls back to the previous deployment if there is one. Fix the "
                    "cause, then deploy again: see \"No progress\" in docs/deploy.md. Stopped tasks:\n"
                    f"{self.stopped()}"
                )
            if time.monotonic() > end:
                raise say.Failure(
                    f"the deployment is still in progress after {ROLLOUT_LIMIT // 60} minutes: {rollout(found)}; ECS "
                    "continues without this script: run it again to wait for the end, or see \"No progress\" in "
                    f"docs/deploy.md. Stopped tasks:\n{self.stopped()}"
                )
            watch()
            time.sleep(WAIT)

    def stopped(self) -> str:
        """Why the last tasks stopped, one line each."""
        answer = self.aws.call(
            "ecs",
            "list-tasks",
            "--cluster",
            self.cluster,
            "--service-name",
            self.name,
            "--desired-status",
            "STOPPED",
            show=False,
        )
        if not answer["taskArns"]:
            return "   no task has stopped"
        tasks = self.aws.call(
            "ecs", "describe-tasks", "--cluster", self.cluster, "--tasks", *answer["taskArns"][:10], show=False
        )["tasks"]
        return "\n".join("   " + why_stopped(one) for one in tasks)

    def image(self) -> str:
        return image_of(self.aws, self.need()["taskDefinition"])

    def set_count(self, count: int) -> None:
        self.aws.call(
            "ecs", "update-service", "--cluster", self.cluster, "--service", self.name, "--desired-count", count
        )

    def run_once(self, command: list[str]) -> tuple[int, list[str], str]:
        """Runs the service's task definition with another command, on the service's network and capacity. Returns the
        exit status, the log and the id of the task."""
        found = self.need()
        words = [
            "ecs",
            "run-task",
            "--cluster",
            self.cluster,
            "--task-definition",
            found["taskDefinition"],
            "--started-by",
            "deploy",
        ]
        network = found.get("networkConfiguration")
        if network:
            words += ["--network-configuration", json.dumps(network)]
        strategy = found.get("capacityProviderStrategy")
        if strategy:
            # The capacity of the service's first task, which is on demand: Spot could interrupt the task.
            first = max(strategy, key=lambda one: one.get("base", 0))["capacityProvider"]
            words += ["--capacity-provider-strategy", json.dumps([{"capacityProvider": first, "weight": 1}])]
        overrides = {"containerOverrides": [{"name": "worker", "command": command}]}
        answer = self.aws.call(*words, "--overrides", json.dumps(overrides))
        if not answer["tasks"]:
            failures = "; ".join(f"{one.get('reason')} ({one.get('arn', '')})" for one in answer.get("failures", []))
            raise say.Failure(f"ECS did not start the task: {failures or 'it gave no reason'}")
        arn = answer["tasks"][0]["taskArn"]
        identity = arn.rsplit("/", 1)[-1]
        say.line(f"   task {identity}")
        task = self.wait_for_end(arn)
        (container,) = [one for one in task["containers"] if one["name"] == "worker"]
        if container.get("exitCode") is None:
            raise say.Failure(f"the task did not run: {why_stopped(task)}")
        return container["exitCode"], self.log_of(identity), identity

    def wait_for_end(self, arn: str) -> dict:
        end = time.monotonic() + TASK_LIMIT
        status = ""
        while True:
            (task,) = self.aws.call("ecs", "describe-tasks", "--cluster", self.cluster, "--tasks", arn, show=False)[
                "tasks"
            ]
            if task["lastStatus"] != status:
                status = task["lastStatus"]
                say.line(f"   {status}")
            if status == "STOPPED":
                return task
            if time.monotonic() > end:
                self.aws.call("ecs", "stop-task", "--cluster", self.cluster, "--task", arn)
                raise say.Failure(
                    f"the task {arn.rsplit('/', 1)[-1]} did not end within {TASK_LIMIT // 60} minutes, so this script "
                    f"stopped it: read its log with aws logs tail /ecs/{self.name} --since 30m"
                )
            time.sleep(WAIT)

    def log_of(self, identity: str) -> list[str]:
        """The log of a task that has ended. The last lines reach CloudWatch some seconds later, so this reads until no
        more lines come."""
        words = ["logs", "get-log-events", "--log-group-name", f"/ecs/{self.name}"]
        words += ["--log-stream-name", f"worker/worker/{identity}", "--start-from-head"]
        say.command(["aws", *words])
        lines, end = [], time.monotonic() + LOG_LIMIT
        while True:
            before = lines
            try:
                lines = [one["message"] for one in self.aws.call(*words, show=False)["events"]]
            except AwsError as error:
                if error.code != "ResourceNotFoundException":
                    raise
            if lines and lines == before:
                return lines
            if time.monotonic() > end:
                return lines or ["the task wrote no log"]
            time.sleep(WAIT)


def primary(service: dict) -> dict:
    return next((one for one in service["deployments"] if one["status"] == "PRIMARY"), {})


def rollout(service: dict) -> str:
    newest = primary(service)
    text = f"tasks: {newest.get('runningCount', 0)} of {newest.get('desiredCount', 0)} running"
    if newest.get("failedTasks"):
        text += f", {newest['failedTasks']} failed"
    older = sum(one.get("runningCount", 0) for one in service["deployments"] if one["status"] != "PRIMARY")
    if older:
        text += f", {older} of the previous deployment still running"
    return f"{text}; rollout {newest.get('rolloutState', 'COMPLETED')}"


def why_stopped(task: dict) -> str:
    reasons = [task.get("stoppedReason", "")]
    for one in task.get("containers", []):
        if one.get("exitCode") is not None:
            reasons.append(f"{one['name']} ended with status {one['exitCode']}")
        if one.get("reason"):
            reasons.append(one["reason"])
    return f"{task['taskArn'].rsplit('/', 1)[-1]}: " + "; ".join(reason for reason in reasons if reason)


def image_of(aws: Aws, task_definition: str) -> str:
    answer = aws.call("ecs", "describe-task-definition", "--task-definition", task_definition, show=False)[
        "taskDefinition"
    ]
    (worker,) = [one for one in answer["containerDefinitions"] if one["name"] == "worker"]
    return worker["image"]


def previous_image(aws: Aws, family: str, current: str) -> str:
    """The image of the newest task definition that has another image than `current`. Includes the task definitions that
    CloudFormation deregistered when it replaced them."""
    revisions = []
    for status in ("ACTIVE", "INACTIVE"):
        answer = aws.call("ecs", "list-task-definitions", "--family-prefix", family, "--status", status)
        revisions += [arn for arn in answer["taskDefinitionArns"] if arn.split("/")[-1].rsplit(":", 1)[0] == family]
    for arn in sorted(revisions, key=lambda one: int(one.rsplit(":", 1)[1]), reverse=True):
        image = image_of(aws, arn)
        if image != current:
            return image
    raise say.Failure(f"only {current} has run here: there is no previous image")
