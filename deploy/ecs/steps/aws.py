"""The aws command, and what its errors mean."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess

from . import say

# Whole words of the errors, and what to do.
ADVICE = [
    (r"Unable to locate credentials|NoCredentials", "no AWS credentials: run `aws configure` or `aws sso login`, or set AWS_PROFILE"),
    (r"ExpiredToken|token.*expired|RequestExpired|SSO session.*expired", "the AWS credentials have expired: run `aws sso login`, or get new ones"),
    (r"InvalidClientTokenId|UnrecognizedClient|InvalidSignature|AuthFailure|SignatureDoesNotMatch", "AWS does not know these credentials: look at AWS_PROFILE and AWS_ACCESS_KEY_ID"),
    (r"AccessDenied|UnauthorizedOperation|not authorized to perform", "these credentials may not do that; docs/deploy.md lists the rights that a deployer needs"),
    (r"Could not connect to the endpoint|EndpointConnectionError|Connection.*refused", "AWS cannot be reached: look at the network, the Region and --endpoint"),
    (r"The config profile .* could not be found", "there is no such profile: `aws configure list-profiles` lists them"),
]  # fmt: skip


class AwsError(say.Failure):
    """An answer of AWS that is an error."""

    def __init__(self, code: str, message: str, words: list[str]):
        advice = next((told for pattern, told in ADVICE if re.search(pattern, f"{code} {message}", re.IGNORECASE)), "")
        super().__init__(f"aws {' '.join(words[:2])}: {message}" + (f"\n   {advice}" if advice else ""))
        self.code, self.message = code, message


class Aws:
    def __init__(self, region: str | None, profile: str | None, endpoint: str | None):
        self.program = shutil.which("aws")
        if self.program is None:
            raise say.Failure("needs the aws command (Debian: apt install awscli; else https://aws.amazon.com/cli/)", 2)
        self.profile = profile
        # The command knows AWS_ENDPOINT_URL only from version 2.13 on.
        self.endpoint = endpoint or os.environ.get("AWS_ENDPOINT_URL")
        self.region = (
            region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or self._configured()
        )
        if not self.region:
            raise say.Failure("no Region: give --region, as --region eu-west-1, or set AWS_REGION", 2)

    def _configured(self) -> str:
        words = [self.program, "configure", "get", "region"] + (["--profile", self.profile] if self.profile else [])
        return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()

    def _words(self, words: tuple) -> list[str]:
        more = ["--region", self.region]
        more += ["--profile", self.profile] if self.profile else []
        more += ["--endpoint-url", self.endpoint] if self.endpoint else []
        return [*words, *more]

    def call(self, *words: str, show: bool = True):
        """Runs it, shows it unless it is one of many, and yields what it answers, parsed. Throws AwsError."""
        told = [str(word) for word in words]
        if show:
            say.command(["aws", *told])
        ended = subprocess.run(
            [self.program, *self._words(tuple(told)), "--output", "json"],
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
            raise AwsError(code, message, told)
        return json.loads(ended.stdout) if ended.stdout.strip() else {}

    def text(self, *words: str) -> str:
        """Its standard output as it is, and nothing of it shown: it may be a secret."""
        told = [str(word) for word in words]
        say.command(["aws", *told])
        ended = subprocess.run([self.program, *self._words(tuple(told))], capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise AwsError("", ended.stderr.strip(), told)
        return ended.stdout
