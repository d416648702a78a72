"""CloudFormation: creates and executes change sets, and prints the events of the stack."""

from __future__ import annotations

import time

from . import say
from .aws import Aws, AwsError

WAIT = 3  # Seconds between two polls.
LIMIT = 45 * 60  # CloudFormation rolls an unstable service back long before.
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")

# The states in which a stack cannot be deployed, and what to do first.
STUCK = {
    "ROLLBACK_COMPLETE": "its creation failed, and nothing runs. Find the reason (aws cloudformation describe-stack-events), "
    "then delete the stack: aws cloudformation delete-stack --stack-name {name}",
    "ROLLBACK_FAILED": "its creation failed, and so did the rollback. Delete the stack: aws cloudformation delete-stack --stack-name {name}",
    "DELETE_FAILED": "a part of it could not be deleted. Delete it again: aws cloudformation delete-stack --stack-name {name}",
    "UPDATE_ROLLBACK_FAILED": "an update could not be rolled back. Continue it: aws cloudformation continue-update-rollback --stack-name {name}",
}


class Stack:
    def __init__(self, aws: Aws, name: str):
        self.aws, self.name = aws, name

    def describe(self) -> dict | None:
        """The stack; None if it does not exist, or is only an abandoned review."""
        try:
            (found,) = self.aws.call("cloudformation", "describe-stacks", "--stack-name", self.name, show=False)[
                "Stacks"
            ]
        except AwsError as error:
            if error.code == "ValidationError" and "does not exist" in error.message:
                return None
            raise
        return None if found["StackStatus"] in ("REVIEW_IN_PROGRESS", "DELETE_COMPLETE") else found

    def outputs(self) -> dict:
        found = self.describe() or {}
        return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}

    def parameters(self) -> dict:
        found = self.describe() or {}
        return {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])}

    def check(self, found: dict | None) -> None:
        status = (found or {}).get("StackStatus", "")
        if status in STUCK:
            raise say.Failure(f"the stack {self.name} is {status}: " + STUCK[status].format(name=self.name))
        if status.endswith("_IN_PROGRESS"):
            raise say.Failure(
                f"the stack {self.name} is {status}: another deploy is in progress; wait for its end, then try again"
            )

    def propose(self, template: list[str], parameters: dict, known: set) -> tuple[str, list] | None:
        """Creates a change set. Returns its name and its changes, or None if nothing would change."""
        found = self.describe()
        self.check(found)
        kept = {} if found is None else {name for name in self.parameters() if name in known and name not in parameters}
        values = [f"ParameterKey={name},ParameterValue={escaped(value)}" for name, value in sorted(parameters.items())]
        values += [f"ParameterKey={name},UsePreviousValue=true" for name in sorted(kept)]
        change_set = f"deploy-{int(time.time())}"
        words = ["cloudformation", "create-change-set", "--stack-name", self.name, "--change-set-name", change_set]
        words += [
            "--change-set-type",
            "CREATE" if found is None else "UPDATE",
            *template,
            "--capabilities",
            "CAPABILITY_IAM",
        ]
        try:
            self.aws.call(*words, *(["--parameters", *values] if values else []))
        except AwsError as error:
            if any(word in error.message for word in NO_CHANGES):
                return None
            raise
        where = ["--stack-name", self.name, "--change-set-name", change_set]
        end = time.monotonic() + LIMIT
        while True:
            proposed = self.aws.call("cloudformation", "describe-change-set", *where, show=False)
            if proposed["Status"] == "CREATE_COMPLETE":
                return change_set, proposed.get("Changes", [])
            if proposed["Status"] == "FAILED":
                reason = proposed.get("StatusReason", "")
                self.drop(change_set, found is None)
                if any(word in reason for word in NO_CHANGES):
                    return None
                raise say.Failure(f"CloudFormation rejects the change of the stack {self.name}: {reason}")
            if time.monotonic() > end:
                raise say.Failure(f"CloudFormation did not prepare the change of {self.name} in time: run this again")
            time.sleep(WAIT)

    def drop(self, change_set: str, is_new: bool) -> None:
        """Deletes a change set, and the empty stack that the review of a new stack leaves."""
        self.aws.call(
            "cloudformation",
            "delete-change-set",
            "--stack-name",
            self.name,
            "--change-set-name",
            change_set,
            show=False,
        )
        if is_new:
            self.aws.call("cloudformation", "delete-stack", "--stack-name", self.name, show=False)

    def execute(self, change_set: str, watch=lambda: None) -> None:
        seen = self.event_ids()
        self.aws.call(
            "cloudformation", "execute-change-set", "--stack-name", self.name, "--change-set-name", change_set
        )
        self.follow(seen, watch)
        status = (self.describe() or {}).get("StackStatus", "gone")
        if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            raise say.Failure(f"the stack {self.name} is {status}: see the first line above with FAILED")

    def deploy(self, template: list[str], parameters: dict, known: set, watch=lambda: None) -> bool:
        """Returns True if anything was changed."""
        proposed = self.propose(template, parameters, known)
        if proposed is None:
            say.line("   nothing to change")
            return False
        self.execute(proposed[0], watch)
        return True

    def delete(self) -> None:
        seen = self.event_ids()
        identity = (self.describe() or {}).get("StackId", self.name)
        self.aws.call("cloudformation", "delete-stack", "--stack-name", self.name)
        self.follow(seen, lambda: None)
        try:
            (found,) = self.aws.call("cloudformation", "describe-stacks", "--stack-name", identity, show=False)[
                "Stacks"
            ]
        except AwsError:
            return
        if found["StackStatus"] == "DELETE_FAILED":
            raise say.Failure(f"the stack {self.name} could not be deleted: see the first line above with FAILED")

    def events(self) -> list:
        try:
            words = ["cloudformation", "describe-stack-events", "--stack-name", self.name]
            answer = self.aws.call(*words, "--max-items", "200", show=False)  # The newest: an old stack has thousands.
        except AwsError:
            return []
        return list(reversed(answer.get("StackEvents", [])))

    def event_ids(self) -> set:
        return {one["EventId"] for one in self.events()}

    def follow(self, seen: set, watch) -> None:
        """Prints new events of the stack until no operation is in progress."""
        end = time.monotonic() + LIMIT
        while True:
            found = self.describe()
            for one in self.events():
                if one["EventId"] not in seen:
                    seen.add(one["EventId"])
                    why = one.get("ResourceStatusReason", "")
                    say.line(f"   {one['ResourceStatus']:28}{one['LogicalResourceId']}" + (f"   {why}" if why else ""))
            if found is None or not found["StackStatus"].endswith("_IN_PROGRESS"):
                return
            if time.monotonic() > end:
                raise say.Failure(
                    f"the stack {self.name} is still {found['StackStatus']} after {LIMIT // 60} minutes: "
                    f"watch it with aws cloudformation describe-stack-events --stack-name {self.name}"
                )
            watch()
            time.sleep(WAIT)


def escaped(value: str) -> str:
    """Escapes a value for the short form of the aws command, in which a comma separates values."""
    return value.replace(",", "\\,")


def changes(proposed: list) -> str:
    rows = []
    for one in proposed:
        change = one.get("ResourceChange", {})
        replacement = change.get("Replacement", "") if change.get("Action") == "Modify" else ""
        rows.append(
            [change.get("Action", ""), change.get("LogicalResourceId", ""), change.get("ResourceType", ""), replacement]
        )
    return say.table(["action", "resource", "type", "replaced"], rows)
