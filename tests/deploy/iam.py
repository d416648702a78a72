"""Checks that the rights in deploy/ecs/template.yaml are exactly those that the programs use.

    iam.py BIN_DIRECTORY

Runs the programs with the environment of the task definition against a local server, and records their calls: start,
drain, lease extensions, retries and dead letters.
"""

import copy
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile

import template as templates
from recorder import Recorder
from rights import allowed, needed
from template import Resolver, load, minimal

NAMES = {"Queue": "queue news", "DeadLetterQueue": "queue news-dead", "Table": "table news-deliveries"}
ARNS = {
    f"arn:aws:sqs:{templates.REGION}:{templates.ACCOUNT}:Queue": NAMES["Queue"],
    f"arn:aws:sqs:{templates.REGION}:{templates.ACCOUNT}:DeadLetterQueue": NAMES["DeadLetterQueue"],
    f"arn:aws:dynamodb:{templates.REGION}:{templates.ACCOUNT}:table/Table": NAMES["Table"],
    f"arn:aws:ecs:{templates.REGION}:{templates.ACCOUNT}:task/news/*": "tasks of the cluster",
}
MUST_HAPPEN = {
    "a lease is extended",
    "a message is released",
    "a message is sent to the dead letters",
    "a message waits for its retry",
    "a write goes alone",
    "a write is refused",
    "a write is throttled",
    "messages are deleted",
    "the protection is ended",
    "the task is protected",
    "writes are batched",
}


class Programs:
    def __init__(self, folder: str):
        self.folder = pathlib.Path(folder)
        self.scratch = tempfile.TemporaryDirectory()
        self.log = open(self.scratch.name + "/log", "w+b")
        self.local = subprocess.Popen(
            [
                self.folder / "ekiden",
                "local",
                "--listen",
                "127.0.0.1:0",
                "--queue",
                "news",
                "--table",
                "news-deliveries",
            ],
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=self.environment({}),
        )
        line = self.local.stdout.readline().decode()
        self.server = line.rsplit(" ", 1)[-1].strip()
        self.recorder = Recorder(self.server)

    @staticmethod
    def environment(more: dict) -> dict:
        own = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EKIDEN_", "ECS_"))}
        return own | {"AWS_EC2_METADATA_DISABLED": "true"} | more

    def task_environment(self, endpoint: str) -> dict:
        """The variables of the task definition, with the names of the local queue and table."""
        tree = load(templates.FARGATE)
        resolver = Resolver(tree, minimal() | {"TaskProtection": "auto"})
        (container,) = resolver.properties("TaskDefinition")["ContainerDefinitions"]
        values = {one["Name"]: one["Value"] for one in container["Environment"]}
        for name in ("EKIDEN_QUEUE", "EKIDEN_DEAD_LETTER_QUEUE"):
            queue = NAMES[values[name].rsplit("/", 1)[-1]].removeprefix("queue ")
            values[name] = f"{endpoint}/000000000000/{queue}"
        values["EKIDEN_TABLE"] = NAMES[values["EKIDEN_TABLE"]].removeprefix("table ")
        return self.environment(
            values | {"AWS_ENDPOINT_URL": endpoint, "ECS_AGENT_URI": endpoint + "/api/1", "EKIDEN_OPS": "off"}
        )

    def run(self, *words: str, env: dict) -> str:
        ended = subprocess.run(
            [self.folder / words[0], *words[1:]], env=env, capture_output=True, timeout=120, check=False
        )
        if ended.returncode not in (0,):
            raise RuntimeError(f"{' '.join(words)} ended with {ended.returncode}: {ended.stderr.decode()}")
        return ended.stdout.decode()

    def send(self, bodies: list, endpoint: str) -> None:
        path = pathlib.Path(self.scratch.name) / "bodies"
        path.write_text("".join(body + "\n" for body in bodies))
        queue = f"{endpoint}/000000000000/news"
        self.run(
            "ekiden",
            "send",
            "--queue",
            queue,
            "--file",
            str(path),
            env=self.environment({"AWS_ENDPOINT_URL": endpoint}),
        )

    def stop(self) -> None:
        self.recorder.stop()
        self.local.terminate()
        self.local.wait()


def news(count: int, prefix: str) -> list:
    rows = [
        {"user_id": f"{prefix}{i}", "news_id": "n1", "title": "t", "published_at": "2016-12-19T00:00:00Z"}
        for i in range(count)
    ]
    return [json.dumps(row) for row in rows]


def run_worker(programs: Programs) -> None:
    """Makes a worker use every call that it can make."""
    recorder = programs.recorder
    endpoint, sender = recorder.port("worker"), recorder.port("send")
    happened = recorder.notes["worker"]
    # A lease of 3 s and a stop of 2 s, so that a write that is throttled for seconds counts as a long handler.
    quick = {"EKIDEN_VISIBILITY_TIMEOUT": "3s", "EKIDEN_STOP_TIMEOUT": "2s", "EKIDEN_RETRY_INITIAL": "8s"}
    recorder.throttles = True
    refused = json.dumps({"user_id": "", "news_id": "n1", "title": "t", "published_at": "2016-12-19T00:00:00Z"})
    programs.send([*news(20, "a"), "no JSON", refused], sender)
    worker = subprocess.Popen(
        [programs.folder / "news-worker"], env=programs.task_environment(endpoint) | quick, stderr=programs.log
    )
    try:
        waits = {"a lease is extended", "the task is protected", "a write is throttled"}
        recorder.wait_for("a long wait", lambda: waits <= happened)
        recorder.throttles = False
        recorder.wait_for("the other writes of the rejected batch", lambda: "a write goes alone" in happened)
        programs.send(news(20, "b"), sender)
        waits = MUST_HAPPEN - {"a message is released"}
        recorder.wait_for("all but the drain", lambda: waits <= happened)
        recorder.throttles = True
        happened.discard("a write is throttled")
        programs.send(news(5, "c"), sender)
        recorder.wait_for("messages in flight", lambda: "a write is throttled" in happened)
        worker.send_signal(signal.SIGTERM)
        if worker.wait(30) != 0:
            raise RuntimeError("the worker did not drain")
    finally:
        worker.kill()
        worker.wait()
        recorder.throttles = False
    if not MUST_HAPPEN <= happened:
        raise RuntimeError(f"these did not happen: {sorted(MUST_HAPPEN - happened)}")


def run_doctor(programs: Programs) -> None:
    endpoint = programs.recorder.port("doctor")
    programs.run("news-worker", "doctor", env=programs.task_environment(endpoint))


def run_feed(programs: Programs) -> None:
    endpoint = programs.recorder.port("feed")
    shown = programs.run("news-worker", "feed", "a0", env=programs.task_environment(endpoint))
    if "n1" not in shown:
        raise RuntimeError(f"feed does not show the delivered item: {shown}")


def documented_commands() -> set:
    """The calls of the dead-letter commands in alarms, outputs and the runbook."""
    tree = load(templates.FARGATE)
    resolver = Resolver(tree, minimal())
    texts = [resolver.properties(name)["AlarmDescription"] for name in ("DeadLettersAlarm", "DeadLettersAgeAlarm")]
    texts += [tree["Outputs"][name]["Description"] for name in ("DeadLetterQueueUrl", "DeadLetterQueueArn")]
    page = (templates.ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    texts.append(page.split("### Dead letters", 1)[1].split("\n### ", 1)[0])
    verbs = {verb for text in texts for verb in re.findall(r"aws sqs ([a-z-]+)", text)}
    return {("AmazonSQS." + verb.title().replace("-", ""), "queue news-dead") for verb in verbs}


def statements(tree: dict) -> dict:
    """The statements of the role's two policies and of the operators' policy, by Sid."""
    resolver = Resolver(tree, minimal() | {"TaskProtection": "auto"})
    policies = {
        one["PolicyName"]: one["PolicyDocument"]["Statement"] for one in resolver.properties("TaskRole")["Policies"]
    }
    operators = resolver.properties("OperatorPolicy")["PolicyDocument"]["Statement"]
    return {who: allowed(statement, ARNS) for who, statement in {**policies, "operators": operators}.items()}


def union(sets) -> set:
    return set().union(*sets)


def faults(tree: dict, used: dict) -> list:
    given = statements(tree)
    worker, doctor = union(given["worker"].values()), union(given["doctor"].values())
    operators = given["operators"]
    redriven = {one for one in used["dlq"] if one[1] == NAMES["Queue"]}  # Send allows what a redrive sends to the queue.
    pairs = {
        "the worker's policy": (worker, used["worker"]),
        "the doctor's policy": (doctor, used["doctor"] - worker),
        "Send": (operators["Send"], used["send"] | redriven),
        "Feed": (operators["Feed"], used["feed"]),
        "Dlq": (operators["Dlq"], used["dlq"] - redriven),
    }
    found = []
    for name, (has, uses) in pairs.items():
        found += [f"{name} lacks {action} on {resource}" for action, resource in sorted(uses - has)]
        found += [f"{name} has {action} on {resource}, which nothing uses" for action, resource in sorted(has - uses)]
    return found


def mutated(tree: dict):
    """Yields templates with one action less, and with one more, for each statement."""
    for where, policy in (("TaskRole", 0), ("TaskRole", 1), ("OperatorPolicy", None)):
        properties = tree["Resources"][where]["Properties"]
        values = properties["PolicyDocument"] if policy is None else properties["Policies"][policy]["PolicyDocument"]
        for number, one in enumerate(values["Statement"]):
            for change in ("less", "more"):
                changed = copy.deepcopy(tree)
                properties = changed["Resources"][where]["Properties"]
                document = (
                    properties["PolicyDocument"] if policy is None else properties["Policies"][policy]["PolicyDocument"]
                )
                spot = document["Statement"][number]
                if "Fn::If" in spot:
                    if spot["Fn::If"][0] == "HasKey":
                        continue  # There is no key here, so KMS is not called.
                    spot = spot["Fn::If"][1]
                actions = [spot["Action"]] if isinstance(spot["Action"], str) else list(spot["Action"])
                spot["Action"] = actions[:-1] if change == "less" else [*actions, "sqs:PurgeQueue"]
                yield f"{where} {spot['Sid']} with one {change}", changed


def main() -> int:
    programs = Programs(sys.argv[1])
    try:
        run_worker(programs)
        run_doctor(programs)
        run_feed(programs)
        calls = programs.recorder.calls | {"dlq": documented_commands()}
    except Exception:
        programs.log.seek(0)
        sys.stderr.write(programs.log.read().decode()[-4000:])
        raise
    finally:
        programs.stop()
    used = {who: needed(made) for who, made in calls.items()}
    tree = load(templates.FARGATE)
    found = faults(tree, used)
    missed = [name for name, changed in mutated(tree) if not faults(changed, used)]
    found += [f"the test does not find {name}" for name in missed]
    for who, made in sorted(used.items()):
        for action, resource in sorted(made):
            print(f"{who:8}{action:32}{resource}")
    print("\n".join(found) or f"iam: the rights are exact, and {len(list(mutated(tree)))} wrong templates are found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
