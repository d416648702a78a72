"""CloudFormation: change sets, and what comes of them, told as it happens."""

from __future__ import annotations

import time

from . import say
from .aws import Aws, AwsError

WAIT = 3  # Seconds between two looks.
LIMIT = 45 * 60  # A service that does not get stable is rolled back well before.
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")

# Where no deploy can begin, and what to do first.
STUCK = {
    "ROLLBACK_COMPLETE": "its first creation failed, and nothing runs. Look why (aws cloudformation describe-stack-events), "
    "then remove it: aws cloudformation delete-stack --stack-name {name}",
    "ROLLBACK_FAILED": "its first creation failed, and so did its removal: aws cloudformation delete-stack --stack-name {name}",
    "DELETE_FAILED": "it could not be deleted whole: aws cloudformation delete-stack --stack-name {name}",
    "UPDATE_ROLLBACK_FAILED": "an update could not be taken back: aws cloudformation continue-update-rollback --stack-name {name}",
}


class Stack:
    def __init__(self, aws: Aws, name: str):
        self.aws, self.name = aws, name

    def describe(self) -> dict | None:
        """Nothing if there is none, or only an abandoned review of one."""
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
                f"the stack {self.name} is {status}: another deploy is under way; wait for it, then run this again"
            )

    def propose(self, template: list[str], parameters: dict, known: set) -> tuple[str, list] | None:
        """Makes a change set; yields its name and what it would do, or nothing where that is nothing."""
        found = self.describe()
        self.check(found)
        kept = {} if found is None else {name for name in self.parameters() if name in known and name not in parameters}
        told = [f"ParameterKey={name},ParameterValue={escaped(value)}" for name, value in sorted(parameters.items())]
        told += [f"ParameterKey={name},UsePreviousValue=true" for name in sorted(kept)]
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
            self.aws.call(*words, *(["--parameters", *told] if told else []))
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
                raise say.Failure(f"CloudFormation does not take the change of {self.name}: {reason}")
            if time.monotonic() > end:
                raise say.Failure(f"CloudFormation does not answer for the change of {self.name}")
            time.sleep(WAIT)

    def drop(self, change_set: str, is_new: bool) -> None:
        """Also of the empty stack that the review of a new one leaves."""
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
            raise say.Failure(f"the stack {self.name} is {status}: the first line above with FAILED says why")

    def deploy(self, template: list[str], parameters: dict, known: set, watch=lambda: None) -> bool:
        """True if anything was changed."""
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
            raise say.Failure(f"the stack {self.name} could not be deleted: the first line above with FAILED says why")

    def events(self) -> list:
        try:
            words = ["cloudformation", "describe-stack-events", "--stack-name", self.name]
            told = self.aws.call(*words, "--max-items", "200", show=False)  # The newest: an old stack has thousands.
        except AwsError:
            return []
        return list(reversed(told.get("StackEvents", [])))

    def event_ids(self) -> set:
        return {one["EventId"] for one in self.events()}

    def follow(self, seen: set, watch) -> None:
        """Tells the events that are new, until the stack has come to rest."""
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
                    f"the stack {self.name} is still {found['StackStatus']}: look again with describe-stack-events"
                )
            watch()
            time.sleep(WAIT)


def escaped(value: str) -> str:
    """For the command's short form, in which a comma parts values."""
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
