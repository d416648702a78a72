"""scripts/deploy: the options, and the order of the steps."""

from __future__ import annotations

import argparse
import pathlib
import re
import sys
import textwrap

from . import bench, images, say
from .aws import Aws, AwsError
from .images import ROOT
from .service import Service, previous_image
from .stacks import Stack, changes

FOLDER = ROOT / "deploy" / "ecs"
NO_IMAGE = "@sha256:" + "0" * 64
OWN_PROGRAM = "/news-worker"  # The program of the image that this checkout builds.

HELP = """\
Deploys the worker as a service on Amazon ECS. Builds and pushes the image,
creates the queue, table, roles, service, scaling, alarms and dashboard, and
waits until the service runs. Each step is printed, and is safe to repeat.
docs/deploy.md explains it.

  scripts/deploy          deploy everything, into the default VPC
  scripts/deploy doctor   run the image's doctor as a task, with the permissions
                          and the network of the service
  scripts/deploy bench    repeat the 2016 experiment of "Akka on Amazon ECS"
                          (Developers.IO, December 2016) on the service
"""

EXAMPLES = """\
examples:
  scripts/deploy --region eu-west-1
  scripts/deploy --image IMAGE --parameter MaxTasks=20
                                change a parameter and keep the image: IMAGE is
                                the output Image of the stack
  scripts/deploy --dry-run      show what would change, and change nothing
  scripts/deploy --rollback     deploy the previous image
  scripts/deploy --delete       delete all except queues, table and images

exit status: 0 done, 1 failed, 2 wrong usage or configuration
"""


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/deploy",
        usage="scripts/deploy [doctor | bench] [OPTION...]",
        description=HELP,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "what", nargs="?", choices=["deploy", "doctor", "bench"], default="deploy", help=argparse.SUPPRESS
    )
    where = parser.add_argument_group("where")
    where.add_argument(
        "--stack",
        metavar="NAME",
        default="news-worker",
        help="name of the stack, cluster, service and repository (default news-worker)",
    )
    where.add_argument("--region", metavar="REGION", help="AWS Region (default: AWS_REGION, AWS_DEFAULT_REGION, or the profile's)")
    where.add_argument("--profile", metavar="NAME", help="profile of the AWS configuration")
    where.add_argument("--endpoint", metavar="URL", help="URL of an API instead of AWS, for tests")
    what = parser.add_argument_group("what")
    what.add_argument("--ec2", action="store_true", help="run on EC2 instances (template-ec2.yaml) instead of Fargate")
    what.add_argument(
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="set a parameter of the template; later deploys keep it",
    )
    source = what.add_mutually_exclusive_group()
    source.add_argument("--image", metavar="REPO@sha256:...", help="deploy this image instead of building one")
    source.add_argument(
        "--build",
        action="store_true",
        help="build and deploy the image of this checkout, even if the stack runs an image of your own",
    )
    what.add_argument(
        "--arch",
        metavar="ARCH",
        choices=["amd64", "arm64"],
        help="architecture of the image, also of the one of --image: amd64 or arm64",
    )
    what.add_argument("--builder", metavar="IMAGE", help="image to build in; see scripts/image")
    what.add_argument("--no-build", action="store_true", help="push the existing image")
    what.add_argument("--tag", metavar="TAG", help="tag of the image on this machine; see scripts/image")
    what.add_argument(
        "--push-host",
        metavar="HOST:PORT",
        help="push through this host, such as a tunnel, instead of the registry's own host",
    )
    how = parser.add_argument_group("how")
    mode = how.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    mode.add_argument("--rollback", action="store_true", help="deploy the previous image")
    mode.add_argument("--delete", action="store_true", help="delete everything except queues, table and images")
    how.add_argument("--yes", action="store_true", help="do not ask for confirmation")
    how.add_argument("--json", action="store_true", help="print the result as JSON, on standard output")
    experiment = parser.add_argument_group("bench")
    experiment.add_argument(
        "--messages", metavar="N", type=int, default=10_000, help="messages in each run (default 10000)"
    )
    experiment.add_argument(
        "--tasks", metavar="LIST", default="1,2,3,4", help="numbers of tasks, one run for each (default 1,2,3,4)"
    )
    experiment.add_argument(
        "--ekiden", metavar="FILE", help="program that fills the queue (default build/release/bin/ekiden)"
    )
    return parser.parse_args(words)


def known_parameters(template: pathlib.Path) -> dict[str, str]:
    """The names of a template's parameters, with their descriptions. Parses only as much YAML as that needs."""
    names, name = {}, ""
    section = ""
    for line in template.read_text(encoding="utf-8").splitlines():
        if re.match(r"\S", line):
            section = line.rstrip(":")
        elif section == "Parameters" and (found := re.match(r"  (\w+):$", line)):
            name = found[1]
            names[name] = ""
        elif section == "Parameters" and (found := re.match(r"    Description: (.*)", line)):
            names[name] = found[1]
    return names


def repository_of(image: str) -> str:
    """The repository of an image: team/worker for ACCOUNT.dkr.ecr.REGION.amazonaws.com/team/worker@sha256:..."""
    return image.split("/", 1)[-1].split("@")[0]


class Deploy:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.template = FOLDER / ("template-ec2.yaml" if options.ec2 else "template.yaml")
        self.known = known_parameters(self.template)
        self.parameters = self.asked()
        if options.image and not re.fullmatch(r"\S+/\S+@sha256:[0-9a-f]{64}", options.image):
            raise say.Failure(
                f"--image {options.image}: name it by its digest, as REPOSITORY@sha256:..., because a tag can be moved",
                2,
            )
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,99}", options.stack):
            raise say.Failure(
                f"--stack {options.stack}: use lower-case letters, digits and hyphens, and start with a letter", 2
            )
        self.aws = Aws(options.region, options.profile, options.endpoint)
        self.stack = Stack(self.aws, options.stack)
        self.registry = Stack(self.aws, options.stack + "-registry")
        self.service = Service(self.aws, options.stack, options.stack)

    def asked(self) -> dict[str, str]:
        found = {}
        for one in self.options.parameter:
            name, equals, value = one.partition("=")
            if not equals or name not in self.known:
                lines = "\n".join(
                    textwrap.fill(description, 110, initial_indent=f"   {known:28}", subsequent_indent=" " * 31)
                    for known, description in self.known.items()
                    if known not in ("Image", "RepositoryName")
                )
                raise say.Failure(f"--parameter {one}: there is no parameter {name}; the parameters are:\n{lines}", 2)
            found[name] = value
        return found

    def check_template(self) -> None:
        """A stack stays with its template: a service cannot move between Fargate and EC2 in one step."""
        there = self.stack.parameters()
        if there and ("InstanceType" in there) != self.options.ec2:
            kind, option = ("EC2 instances", "with --ec2") if "InstanceType" in there else ("Fargate", "without --ec2")
            raise say.Failure(
                f"the stack {self.stack.name} runs on {kind}: deploy it {option}, or choose another --stack", 2
            )

    def check_bounds(self) -> None:
        """Finds an error that CloudFormation would report only after ten minutes."""
        values = self.stack.parameters() | self.parameters
        least, most = values.get("MinTasks", "1"), values.get("MaxTasks", "10")
        if least.isdigit() and most.isdigit() and int(least) > int(most):
            raise say.Failure(f"MinTasks={least} is above MaxTasks={most}: set both with --parameter", 2)

    def identify(self) -> None:
        with say.step("account and Region"):
            caller = self.aws.call("sts", "get-caller-identity")
            place = f"{self.aws.endpoint}, which is not AWS" if self.aws.endpoint else "AWS"
            say.line(f"   {place}, account {caller['Account']}, {self.aws.region}, as {caller['Arn']}")
        self.account = caller["Account"]

    def link_service(self) -> None:
        """Without this role the first cluster of an account cannot be created."""
        with say.step("creating the service-linked role of ECS"):
            try:
                self.aws.call("iam", "create-service-linked-role", "--aws-service-name", "ecs.amazonaws.com")
            except AwsError as error:
                if "has been taken" not in error.message and "already exists" not in error.message:
                    raise
                say.line("   it exists already")

    def make_registry(self) -> str:
        with say.step("creating the registry for the images"):
            body = ["--template-body", f"file://{FOLDER / 'registry.yaml'}"]
            self.registry_exists_without_stack()
            self.registry.deploy(body, {"RepositoryName": self.options.stack}, {"RepositoryName", "ImagesKept"})
            return self.registry.outputs()["RepositoryUri"]

    def registry_exists_without_stack(self) -> None:
        """If the registry's stack was deleted by hand, its repository still exists, which CloudFormation reports late."""
        if self.registry.describe() is not None:
            return
        try:
            self.aws.call("ecr", "describe-repositories", "--repository-names", self.options.stack, show=False)
        except AwsError as error:
            if error.code == "RepositoryNotFoundException":
                return
            raise
        raise say.Failure(
            f"the repository {self.options.stack} exists, but does not belong to the stack {self.registry.name}: "
            "set --image to deploy an image of it, choose another --stack, or delete the repository with all its images: "
            f"aws ecr delete-repository --repository-name {self.options.stack} --force"
        )

    def image_arguments(self) -> list[str]:
        options = self.options
        given = {"--arch": options.arch, "--builder": options.builder, "--tag": options.tag}
        return [word for name, value in given.items() if value for word in (name, value)] + (
            ["--no-build"] if options.no_build else []
        )

    def make_image(self, uri: str) -> str:
        with say.step("building the image"):
            image = images.build(self.image_arguments())
        with say.step("pushing the image"):
            more = ["--arch", self.options.arch] if self.options.arch else []
            digest = images.push(self.aws, image, uri, self.options.push_host, more)
        self.parameters.setdefault("CpuArchitecture", images.ARCHITECTURES[image["architecture"]])
        return f"{uri}@{digest}"

    def foreign_image(self) -> str | None:
        """The running image if it is not one of this checkout: it comes from another repository than the stack's own, or
        the stack starts another program. None if there is no stack."""
        there = self.stack.parameters()
        running = there.get("Image")
        if running is None:
            return None
        is_own_program = (there | self.parameters).get("Program", OWN_PROGRAM) == OWN_PROGRAM
        is_own_repository = running.split("@")[0] == self.registry.outputs().get("RepositoryUri")
        return None if is_own_program and is_own_repository else running

    def keeps_image(self) -> bool:
        """Whether the running image is kept, because it is a foreign image and no option names or builds another one."""
        options = self.options
        named = (options.image, options.build, options.no_build, options.builder, options.tag, options.arch)
        running = None if any(named) else self.foreign_image()
        if running:
            say.line(
                f"   keeping the running image {running}, because it is an image of your own: to deploy another one, add "
                "--image REPO@sha256:...; to build and deploy the image of this checkout, add --build"
            )
        return running is not None

    def find_network(self) -> None:
        """Takes the default VPC, unless this or an earlier deploy named another."""
        if "VpcId" in self.parameters or "VpcId" in self.stack.parameters():
            return
        with say.step("finding the default VPC"):
            vpcs = self.aws.call("ec2", "describe-vpcs", "--filters", "Name=is-default,Values=true")["Vpcs"]
            if not vpcs:
                raise say.Failure(
                    "this Region has no default VPC: set --parameter VpcId=... and --parameter SubnetIds=A,B",
                    2,
                )
            self.parameters["VpcId"] = vpcs[0]["VpcId"]
            if "SubnetIds" not in self.parameters:
                filters = [f"Name=vpc-id,Values={vpcs[0]['VpcId']}", "Name=default-for-az,Values=true"]
                subnets = self.aws.call("ec2", "describe-subnets", "--filters", *filters)["Subnets"]
                self.parameters["SubnetIds"] = ",".join(sorted(one["SubnetId"] for one in subnets))
            say.line(f"   {self.parameters['VpcId']}: {self.parameters['SubnetIds']}")

    def body(self) -> list[str]:
        return ["--template-body", f"file://{self.template}"]

    def deploy(self) -> int:
        self.identify()
        say.confirm(f"Deploy {self.options.stack} to this account and Region?", self.options.yes)
        self.stack.check(self.stack.describe())
        self.check_template()
        self.check_bounds()
        self.link_service()
        if self.options.image:
            self.parameters["Image"] = self.options.image
            if self.options.arch:
                self.parameters["CpuArchitecture"] = images.ARCHITECTURES[self.options.arch]
        elif not self.keeps_image():
            self.parameters["Image"] = self.make_image(self.make_registry())
        if "Image" in self.parameters:
            self.parameters["RepositoryName"] = repository_of(self.parameters["Image"])
        self.find_network()
        with say.step(f"deploying the stack {self.options.stack}"):
            self.change(self.body())
        return self.finish()

    def change(self, template: list[str]) -> None:
        try:
            self.stack.deploy(template, self.parameters, set(self.known), self.service.watcher())
        except say.Failure as failure:
            if self.service.describe() is None:
                raise
            raise say.Failure(f"{failure}\n   stopped tasks:\n{self.service.stopped()}") from None

    def finish(self) -> int:
        with say.step("waiting for the service"):
            self.service.wait_for_rollout()
        outputs = self.stack.outputs()
        text = say.table(["output", "value"], [[name, value] for name, value in outputs.items()])
        stack = "" if self.options.stack == "news-worker" else f" --stack {self.options.stack}"
        text += textwrap.dedent(f"""
            next:
              build/release/bin/ekiden send --news 1000 --queue {outputs['QueueUrl']}
              aws logs tail --follow {outputs['LogGroupName']} --region {self.aws.region}
              scripts/deploy doctor{stack}
              scripts/deploy --rollback{stack}""")
        say.result(
            text, self.options.json, {"stack": self.options.stack, "region": self.aws.region, "outputs": outputs}
        )
        return 0

    def dry_run(self) -> int:
        self.identify()
        self.check_template()
        self.check_bounds()
        found = self.stack.describe()
        keeps = self.keeps_image()
        if self.registry.describe() is None and not self.options.image and not keeps:
            say.line(
                f"   would create {self.registry.name} with the repository {self.options.stack}, then push the image"
            )
        if self.options.image:
            self.parameters["Image"] = self.options.image
        elif keeps:
            pass  # The change set keeps the parameter Image.
        elif found is None:
            say.line("   a dry run builds no image: its digest is shown as zeros")
            uri = f"{self.account}.dkr.ecr.{self.aws.region}.amazonaws.com/{self.options.stack}"
            self.parameters["Image"] = uri + NO_IMAGE
        else:
            say.line("   a dry run builds no image, so it shows the changes with the running image")
        if "Image" in self.parameters:
            self.parameters["RepositoryName"] = repository_of(self.parameters["Image"])
        self.find_network()
        with say.step(f"what would change in the stack {self.options.stack}"):
            proposed = self.stack.propose(self.body(), self.parameters, set(self.known))
            if proposed:
                self.stack.drop(proposed[0], found is None)
        listed = proposed[1] if proposed else []
        facts = {"stack": self.options.stack, "changes": [one.get("ResourceChange", {}) for one in listed]}
        say.result(changes(listed) if listed else "nothing would change", self.options.json, facts)
        return 0

    def rollback(self) -> int:
        self.identify()
        current = self.stack.parameters().get("Image")
        if current is None:
            raise say.Failure(f"there is no stack {self.options.stack}: nothing to roll back; deploy first, or set --stack")
        with say.step("finding the previous image"):
            before = previous_image(self.aws, self.options.stack, current)
            say.line(f"   from {current}\n   to   {before}")
        say.confirm("Deploy the previous image?", self.options.yes)
        self.parameters |= {"Image": before, "RepositoryName": repository_of(before)}
        self.known = self.stack.parameters()  # Those of the deployed template.
        with say.step(f"changing only the image in the stack {self.options.stack}"):
            self.change(["--use-previous-template"])
        return self.finish()

    def delete(self) -> int:
        self.identify()
        found = self.stack.describe()
        outputs = self.stack.outputs()
        if found is None:
            say.result(
                f"there is no stack {self.options.stack}: nothing to delete", self.options.json, {"deleted": False}
            )
            return 0
        again = self.image_again()
        say.confirm(
            f"Delete the service {self.options.stack}, its alarms and its logs? Queues, table and images are kept.",
            self.options.yes,
        )
        with say.step(f"deleting the stack {self.options.stack}"):
            self.stack.delete()
        kept = {
            name: outputs[name]
            for name in ("QueueArn", "DeadLetterQueueArn", "TableArn", "QueueUrl", "DeadLetterQueueUrl", "TableName")
            if name in outputs
        }
        has_images = self.registry.describe() is not None
        say.result(self.about_kept(kept, has_images, again), self.options.json, {"deleted": True, "kept": kept})
        return 0

    def image_again(self) -> str:
        """The options that deploy a foreign image again after a delete; empty for an image of this checkout."""
        image = self.foreign_image()
        there = self.stack.parameters()
        more = "".join(f" --parameter {name}={there[name]}" for name in ("Program", "CpuArchitecture") if name in there)
        return f" --image {image}{more}" if image else ""

    def about_kept(self, kept: dict, has_images: bool, again: str) -> str:
        text = textwrap.dedent(f"""\
            kept: {kept['QueueArn']}
                  {kept['DeadLetterQueueArn']}
                  {kept['TableArn']}
            to deploy again with them:
              scripts/deploy --stack {self.options.stack}{again} --parameter ExistingQueueArn={kept['QueueArn']} \\
                --parameter ExistingDeadLetterQueueArn={kept['DeadLetterQueueArn']} \\
                --parameter ExistingTableArn={kept['TableArn']}
            to delete them permanently, with all their data:
              aws sqs delete-queue --queue-url {kept['QueueUrl']}
              aws sqs delete-queue --queue-url {kept['DeadLetterQueueUrl']}
              aws dynamodb delete-table --table-name {kept['TableName']}""")
        if has_images:
            text += textwrap.dedent(f"""
            to delete the images, too, in the repository {self.options.stack}:
              aws ecr delete-repository --force --repository-name {self.options.stack}
              aws cloudformation delete-stack --stack-name {self.registry.name}""")
        return text

    def doctor(self) -> int:
        self.identify()
        with say.step("running the doctor as a task, with the service's task definition"):
            status, log, identity = self.service.run_once(["doctor"])
        say.result("\n".join(log), self.options.json, {"task": identity, "status": status, "log": log})
        return status

    def bench(self) -> int:
        try:
            tasks = [int(one) for one in self.options.tasks.split(",")]
        except ValueError:
            raise say.Failure(f"--tasks {self.options.tasks}: use numbers of tasks, as in 1,2,4", 2) from None
        if not tasks or min(tasks) < 1 or self.options.messages < 1:
            raise say.Failure("--tasks and --messages must be at least 1", 2)
        program = bench.sender(self.options.ekiden)
        self.identify()
        outputs = self.stack.outputs()
        if not outputs:
            raise say.Failure(f"there is no stack {self.options.stack}: deploy it first, or set --stack")
        result = bench.bench(self.aws, self.service, outputs, self.options.messages, tasks, program, self.options.yes)
        say.result(bench.report(result), self.options.json, result)
        return 0 if bench.is_verified(result) else 1

    def run(self) -> int:
        options = self.options
        if options.what != "deploy":
            return self.doctor() if options.what == "doctor" else self.bench()
        return (
            self.dry_run()
            if options.dry_run
            else self.rollback() if options.rollback else self.delete() if options.delete else self.deploy()
        )


def main() -> int:
    try:
        return Deploy(parse(sys.argv[1:])).run()
    except say.Failure as failure:
        say.line(f"deploy: {failure}")
        return failure.status
    except KeyboardInterrupt:
        say.line("deploy: interrupted; run it again to continue")
        return 130
