"""Runs the aws command, and explains its errors."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

from . import say

# Patterns of errors, and what the user can do.
ADVICE = [
    (r"Unable to locate credentials|NoCredentials", "no AWS credentials: run `aws configure` or `aws sso login`, or set AWS_PROFILE"),
    (r"ExpiredToken|token.*expired|RequestExpired|SSO session.*expired", "the AWS credentials have expired: run `aws sso login`, or get new ones"),
    (r"InvalidClientTokenId|UnrecognizedClient|InvalidSignature|AuthFailure|SignatureDoesNotMatch", "AWS does not accept these credentials: check AWS_PROFILE and AWS_ACCESS_KEY_ID"),
    (r"AccessDenied|UnauthorizedOperation|not authorized to perform", "these credentials do not have the permission; docs/deploy.md lists the permissions that a deployer needs"),
    (r"Could not connect to the endpoint|EndpointConnectionError|Connection.*refused", "AWS cannot be reached: check the network, the Region and --endpoint"),
    (r"The config profile .* could not be found", "this profile does not exist: list the profiles with `aws configure list-profiles`"),
]  # fmt: skip


class AwsError(say.Failure):
    """AWS answered with an error."""

    def __init__(self, code: str, message: str, words: list[str]):
        advice = next((text for pattern, text in ADVICE if re.search(pattern, f"{code} {message}", re.IGNORECASE)), "")
        super().__init__(f"aws {' '.join(words[:2])}: {message}" + (f"\n   {advice}" if advice else ""))
        self.code, self.message = code, message


class Aws:
    def __init__(self, region: str | None, profile: str | None, endpoint: str | None):
        self.program = shutil.which("aws")
        if self.program is None:
            raise say.Failure(
                "the aws command is not installed (Debian: apt install awscli; else https://aws.amazon.com/cli/)", 2
            )
        self.profile = profile
        # The aws command reads AWS_ENDPOINT_URL only since version 2.13.
        self.endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL")
        self.region = (
            region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or self._configured()
        )
        if not self.region:
            raise say.Failure("no Region is configured: set --region, as in --region eu-west-1, or AWS_REGION", 2)

    def _configured(self) -> str:
        words = [self.program, "configure", "get", "region"] + (["--profile", self.profile] if self.profile else [])
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()

    def _words(self, words: tuple) -> list[str]:
        more = ["--region", self.region]
        more += ["--profile", self.profile] if self.profile else []
        more += ["--endpoint-url", self.endpoint] if self.endpoint else []
        return [*words, *more]

    def call(self, *words: str, show: bool = True):
        """Runs the aws command and returns its parsed JSON. Prints the command if `show`. Raises AwsError."""
        arguments = [str(word) for word in words]
        if show:
            say.command(["aws", *arguments])
        ended = subprocess.run(
            [self.program, *self._words(tuple(arguments)), "--output", "json"],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "AWS_PAGER": ""},
        )
        if ended.returncode != 0:
            text = ended.stderr.strip()
            found = re.search(r"An error occurred \((\w+)\)[^:]*: (.*)", text, re.DOTALL)
            last = text.splitlines()[-1] if text else f"status {ended.returncode}"
            code, message = (found[1], found[2].strip()) if found else ("", last)
            raise AwsError(code, message, arguments)
        return json.loads(ended.stdout) if ended.stdout.strip() else {}

    def text(self, *words: str) -> str:
        """Runs the aws command and returns its output as text. Does not print it, because it can be a secret."""
        arguments = [str(word) for word in words]
        say.command(["aws", *arguments])
        command = [self.program, *self._words(tuple(arguments))]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise AwsError("", ended.stderr.strip(), arguments)
        return ended.stdout
