"""Replaces ECS's data plane for moto, which runs no tasks: it starts a task's command on this machine.

It answers RunTask, DescribeTasks, ListTasks and StopTask itself. After UpdateService it runs the desired number of tasks,
and DescribeServices reports how many run. moto answers everything else. The output of a task goes to the log stream that
awslogs would use.
"""

import itertools
import json
import os
import signal
import subprocess
import threading
import time

from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

ECS = "AmazonEC2ContainerServiceV20141113."
LOGS = "Logs_20140328."
REGION = "eu-west-1"


class Task:
    """One task: the process `command IMAGE [ARGUMENT...]` with the environment of the task definition."""

    def __init__(self, plane, arn: str, definition: dict, overrides: list, service: str | None):
        self.plane, self.arn, self.definition, self.service = plane, arn, definition, service
        (self.container,) = definition["containerDefinitions"]
        self.started = time.time()
        self.stopping = False
        self.process = subprocess.Popen(
            [plane.command, self.container["image"], *overrides],
            env=os.environ | {one["name"]: one["value"] for one in self.container["environment"]},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        threading.Thread(target=self.keep_log, daemon=True).start()

    def keep_log(self) -> None:
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip("\n"))
        self.process.wait()
        options = self.container["logConfiguration"]["options"]
        where = {
            "logGroupName": options["awslogs-group"],
            "logStreamName": f"{options['awslogs-stream-prefix']}/{self.container['name']}/{self.arn.rsplit('/', 1)[-1]}",
        }
        self.plane.ask(LOGS + "CreateLogStream", where)
        now = int(time.time() * 1000)
        events = [{"timestamp": now + number, "message": line} for number, line in enumerate(lines) if line]
        if events:
            self.plane.ask(LOGS + "PutLogEvents", where | {"logEvents": events})

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        self.stopping = True
        if self.running:
            self.process.send_signal(signal.SIGTERM)

    def describe(self) -> dict:
        state = {"name": self.container["name"], "lastStatus": "RUNNING" if self.running else "STOPPED"}
        task = {"taskArn": self.arn, "lastStatus": state["lastStatus"], "startedAt": self.started, "containers": [state]}
        if not self.running:
            state["exitCode"] = self.process.returncode
            task["stoppedReason"] = "Essential container in task exited"
        return task


class Refused(Exception):
    """moto answered with an error."""

    def __init__(self, status: int, body: str):
        super().__init__(body)
        self.status, self.body = status, body


class DataPlane:
    """A WSGI application that wraps moto's."""

    def __init__(self, moto, command: str):
        self.moto, self.command = moto, command
        self.tasks, self.numbers, self.lock = {}, itertools.count(1), threading.Lock()

    def __call__(self, environ, start_response):
        request = Request(environ)
        operation = request.headers.get("X-Amz-Target", "")
        answer = getattr(self, operation.removeprefix(ECS), None) if operation.startswith(ECS) else None
        if answer is None:
            return self.moto(environ, start_response)
        body = json.loads(request.get_data())
        status = 200
        try:
            with self.lock:
                state = json.dumps(answer(body))
        except Refused as refusal:
            status, state = refusal.status, refusal.body
        return Response(state, status, content_type="application/x-amz-json-1.1")(environ, start_response)

    def ask(self, operation: str, body: dict) -> dict:
        service = "ecs" if operation.startswith(ECS) else "logs"
        headers = {
            "X-Amz-Target": operation,
            "Content-Type": "application/x-amz-json-1.1",
            "Authorization": f"AWS4-HMAC-SHA256 Credential=local/20260101/{REGION}/{service}/aws4_request, Signature=x",
        }
        answer = Client(self.moto).post("/", data=json.dumps(body), headers=headers)
        if answer.status_code != 200:
            raise Refused(answer.status_code, answer.get_data(as_text=True))
        return answer.get_json(force=True) if answer.get_data() else {}

    def begin(self, cluster: str, definition: str, overrides: list, service: str | None) -> Task:
        state = self.ask(ECS + "DescribeTaskDefinition", {"taskDefinition": definition})["taskDefinition"]
        arn = f"arn:aws:ecs:{REGION}:123456789012:task/{cluster}/{next(self.numbers):032x}"
        self.tasks[arn] = Task(self, arn, state, overrides, service)
        return self.tasks[arn]

    def of_service(self, service: str) -> list:
        return [one for one in self.tasks.values() if one.service == service and one.running]

    def RunTask(self, body: dict) -> dict:
        (override,) = body["overrides"]["containerOverrides"]
        task = self.begin(body["cluster"], body["taskDefinition"], override["command"], None)
        return {"tasks": [task.describe()], "failures": []}

    def DescribeTasks(self, body: dict) -> dict:
        return {"tasks": [self.tasks[arn].describe() for arn in body["tasks"] if arn in self.tasks], "failures": []}

    def ListTasks(self, body: dict) -> dict:
        running = body.get("desiredStatus", "RUNNING") == "RUNNING"
        return {
            "taskArns": [
                arn
                for arn, one in self.tasks.items()
                if one.service == body.get("serviceName") and one.running == running
            ]
        }

    def StopTask(self, body: dict) -> dict:
        self.tasks[body["task"]].stop()
        return {"task": self.tasks[body["task"]].describe()}

    def UpdateService(self, body: dict) -> dict:
        state = self.ask(ECS + "UpdateService", body)
        service = state["service"]
        running = [one for one in self.of_service(service["serviceName"]) if not one.stopping]
        for one in running[service["desiredCount"] :]:
            one.stop()
        for _ in range(service["desiredCount"] - len(running)):
            self.begin(service["clusterArn"].split("/")[-1], service["taskDefinition"], [], service["serviceName"])
        return state

    def DescribeServices(self, body: dict) -> dict:
        state = self.ask(ECS + "DescribeServices", body)
        for service in state["services"]:
            service["runningCount"] = len(self.of_service(service["serviceName"]))
        return state
