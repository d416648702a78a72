"""Builds the image, pushes it under a tag made from its content, and names it by its digest."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess

from . import say
from .aws import Aws, AwsError

ROOT = pathlib.Path(__file__).resolve().parents[3]
ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}


def run(words: list[str], **more) -> str:
    """Runs a command, shows its progress, and returns its standard output."""
    say.command(words)
    ended = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False, cwd=ROOT, **more)
    if ended.returncode != 0:
        raise say.Failure(f"{words[0]} failed: see its output above")
    return ended.stdout


def engine() -> str:
    """Chooses the engine like scripts/image."""
    if os.environ.get("EKIDEN_ENGINE"):
        return os.environ["EKIDEN_ENGINE"]
    docker = shutil.which("docker")
    if docker and subprocess.run([docker, "info"], capture_output=True, check=False).returncode == 0:
        return "docker"
    if shutil.which("podman"):
        return "podman"
    raise say.Failure("found neither docker nor podman to push the image (Debian: apt install podman)", 2)


def build(arguments: list[str]) -> dict:
    """Builds the images and returns the version, architecture, digest and tag of news-worker."""
    answer = json.loads(run(["scripts/image", "--json", *arguments]))
    worker = next(one for one in answer["images"] if one["name"].startswith("news-worker:"))
    return {
        "version": answer["version"],
        "architecture": answer["architecture"],
        "digest": worker["digest"],
        "tag": worker["name"].split(":")[1],
    }


def content_tag(image: dict) -> str:
    """The same content always gets the same tag, so that a deploy can be repeated although tags are immutable."""
    return f"{image['version']}-{image['digest'].removeprefix('sha256:')[:12]}"


def pushed_already(aws: Aws, repository: str, tag: str) -> str | None:
    try:
        found = aws.call("ecr", "describe-images", "--repository-name", repository, "--image-ids", f"imageTag={tag}")
    except AwsError as error:
        if error.code == "ImageNotFoundException":
            return None
        raise
    return found["imageDetails"][0]["imageDigest"]


def log_in(aws: Aws, host: str) -> None:
    password = aws.text("ecr", "get-login-password")
    words = [engine(), "login", "--username", "AWS", "--password-stdin", host]
    if host.startswith("127.0.0.1:") and not words[0].endswith("docker"):
        words.insert(2, "--tls-verify=false")
    run(words, input=password)


def push(aws: Aws, image: dict, uri: str, host: str | None, arguments: list[str]) -> str:
    """Pushes the image and returns its digest. `host` replaces the repository's own host for the push."""
    tag = content_tag(image)
    digest = pushed_already(aws, uri.split("/", 1)[1], tag)
    if digest is not None:
        say.line(f"   {tag} exists already")
        return digest
    own_host, name = uri.split("/", 1)
    log_in(aws, host or own_host)
    words = [
        "scripts/image",
        "--no-build",
        "--json",
        "--tag",
        image["tag"],
        "--push",
        f"{host or own_host}/{name}:{tag}",
    ]
    return json.loads(run([*words, *arguments]))["pushed"].split("@")[1]
