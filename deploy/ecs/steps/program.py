"""scripts/deploy: options, and the order of the steps."""

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

HELP = """\
Deploys the worker as a service on Amazon ECS: builds the image, pushes it, makes queue, table, roles, service, scaling,
alarms and dashboard, and waits until it runs. Each step is told, and is safe to repeat. docs/deploy.md explains it.

  scripts/deploy                     all of it, into the default VPC
  scripts/deploy doctor              the image's doctor, as a task with the service's rights and network
  scripts/deploy bench               the article's experiment on the deployed service
"""

EXAMPLES = """\
examples:
  scripts/deploy --region eu-west-1
  scripts/deploy --parameter MaxTasks=20 --parameter AlarmTopicArn=arn:aws:sns:eu-west-1:123456789012:ops
  scripts/deploy --dry-run           what would change, and nothing is changed
  scripts/deploy --rollback          the image before this one
  scripts/deploy --delete            everything but queues, table and images

exit status: 0 done, 1 failed, 2 wrong usage or configuration
"""


def parse(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "scripts/deploy", description=HELP, epilog=EXAMPLES, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", nargs="?", choices=["deploy", "doctor", "bench"], default="deploy", help=argparse.SUPPRESS
    )
    where = parser.add_argument_group("where")
    where.add_argument(
        "--stack",
        metavar="NAME",
        default="news-worker",
        help="the stack, and the name of cluster, service and repository (default news-worker)",
    )
    where.add_argument("--region", metavar="REGION", help="else AWS_REGION, AWS_DEFAULT_REGION, the profile's")
    where.add_argument("--profile", metavar="NAME", help="of the AWS configuration")
    where.add_argument("--endpoint", metavar="URL", help="another API than AWS's, for trying it")
    what = parser.add_argument_group("what")
    what.add_argument("--ec2", action="store_true", help="on EC2 instances (template-ec2.yaml) instead of Fargate")
    what.add_argument(
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="of the template; kept until it is given again",
    )
    what.add_argument("--image", metavar="REPO@sha256:...", help="deploy this image, and build none")
    what.add_argument(
        "--arch",
        metavar="ARCH",
        choices=["amd64", "arm64"],
        help="build for amd64 or arm64; of --image, what it is for",
    )
    what.add_argument("--builder", metavar="IMAGE", help="see scripts/image")
    what.add_argument("--no-build", action="store_true", help="push the image that is here")
    what.add_argument("--tag", metavar="TAG", help="of the image that is here; see scripts/image")
    what.add_argument(
        "--push-host",
        metavar="HOST:PORT",
        help="push through this host, such as a tunnel, instead of the registry's own",
    )
    how = parser.add_argument_group("how")
    mode = how.add_mutually_exclusive_group()
    mode.add_argument("--dry-run", action="store_true", help="show what would change, and change nothing")
    mode.add_argument("--rollback", action="store_true", help="deploy the image that ran before")
    mode.add_argument("--delete", action="store_true", help="remove all but the data")
    how.add_argument("--yes", action="store_true", help="do not ask")
    how.add_argument("--json", action="store_true", help="the result as JSON, on standard output")
    experiment = parser.add_argument_group("bench")
    experiment.add_argument("--messages", metavar="N", type=int, default=10_000, help="(default 10000)")
    experiment.add_argument("--tasks", metavar="LIST", default="1,2,3,4", help="(default 1,2,3,4)")
    experiment.add_argument(
        "--ekiden", metavar="FILE", help="the program that fills the queue (default build/release/bin/ekiden)"
    )
    return parser.parse_args(words)


def known_parameters(template: pathlib.Path) -> dict[str, str]:
    """The names of a template's parameters, with their descriptions: enough of YAML to say what a wrong one should be."""
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
    """Whose images ECS may pull: ACCOUNT.dkr.ecr.REGION.amazonaws.com/team/worker@sha256:... is of team/worker."""
    return image.split("/", 1)[-1].split("@")[0]


class Deploy:
    def __init__(self, options: argparse.Namespace):
        self.options = options
        self.template = FOLDER / ("template-ec2.yaml" if options.ec2 else "template.yaml")
        self.known = known_parameters(self.template)
        self.parameters = self.asked()
        if options.image and not re.fullmatch(r"\S+/\S+@sha256:[0-9a-f]{64}", options.image):
            raise say.Failure(
                f"--image {options.image}: name it by its digest, as REPOSITORY@sha256:..., for a tag can be moved", 2
            )
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,99}", options.stack):
            raise say.Failure("--stack: lower-case letters, digits and hyphens, beginning with a letter", 2)
        self.aws = Aws(options.region, options.profile, options.endpoint)
        self.stack = Stack(self.aws, options.stack)
        self.registry = Stack(self.aws, options.stack + "-registry")
        self.service = Service(self.aws, options.stack, options.stack)

    def asked(self) -> dict[str, str]:
        found = {}
        for one in self.options.parameter:
            name, equals, value = one.partition("=")
            if not equals or name not in self.known:
                rows = [(known, told) for known, told in self.known.items() if known not in ("Image", "RepositoryName")]
                lines = "\n".join(
                    textwrap.fill(told, 110, initial_indent=f"   {known:28}", subsequent_indent=" " * 31)
                    for known, told in rows
                )
                raise say.Failure(f"--parameter {one}: there is no parameter {name}; there are:\n{lines}", 2)
            found[name] = value
        return found

    def check_template(self) -> None:
        """A stack stays with its template: what runs on Fargate is not moved to instances in one step, nor back."""
        there = self.stack.parameters()
        if there and ("InstanceType" in there) != self.options.ec2:
            kind, option = ("EC2 instances", "with --ec2") if "InstanceType" in there else ("Fargate", "without --ec2")
            raise say.Failure(
                f"the stack {self.stack.name} runs on {kind}: deploy it {option}, or take another --stack", 2
            )

    def check_bounds(self) -> None:
        """What CloudFormation would find out after ten minutes."""
        told = self.stack.parameters() | self.parameters
        least, most = told.get("MinTasks", "1"), told.get("MaxTasks", "10")
        if least.isdigit() and most.isdigit() and int(least) > int(most):
            raise say.Failure(f"MinTasks={least} is above MaxTasks={most}: give both by --parameter", 2)

    def identify(self) -> None:
        with say.step("who and where"):
            told = self.aws.call("sts", "get-caller-identity")
            place = f"{self.aws.endpoint}, which is not AWS" if self.aws.endpoint else "AWS"
            say.line(f"   {place}, account {told['Account']}, {self.aws.region}, as {told['Arn']}")
        self.account = told["Account"]

    def link_service(self) -> None:
        """Without it the first cluster of an account cannot be made."""
        with say.step("the role with which ECS acts in this account"):
            try:
                self.aws.call("iam", "create-service-linked-role", "--aws-service-name", "ecs.amazonaws.com")
            except AwsError as error:
                if "has been taken" not in error.message and "already exists" not in error.message:
                    raise
                say.line("   it is there")

    def make_registry(self) -> str:
        with say.step("the registry for its images"):
            body = ["--template-body", f"file://{FOLDER / 'registry.yaml'}"]
            self.registry_exists_without_stack()
            self.registry.deploy(body, {"RepositoryName": self.options.stack}, {"RepositoryName", "ImagesKept"})
            return self.registry.outputs()["RepositoryUri"]

    def registry_exists_without_stack(self) -> None:
        """After a --delete of the registry's stack by hand the repository is left: CloudFormation would fail late."""
        if self.registry.describe() is not None:
            return
        try:
            self.aws.call("ecr", "describe-repositories", "--repository-names", self.options.stack, show=False)
        except AwsError as error:
            if error.code == "RepositoryNotFoundException":
                return
            raise
        raise say.Failure(
            f"there is a repository {self.options.stack} that is not of the stack {self.registry.name}: take another --stack, or "
            f"delete it: aws ecr delete-repository --repository-name {self.options.stack} --force"
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
        with say.step("pushing it"):
            more = ["--arch", self.options.arch] if self.options.arch else []
            digest = images.push(self.aws, image, uri, self.options.push_host, more)
        self.parameters.setdefault("CpuArchitecture", images.ARCHITECTURES[image["architecture"]])
        return f"{uri}@{digest}"

    def find_network(self) -> None:
        """The default VPC, unless another is told, or was."""
        if "VpcId" in self.parameters or "VpcId" in self.stack.parameters():
            return
        with say.step("the default VPC"):
            vpcs = self.aws.call("ec2", "describe-vpcs", "--filters", "Name=is-default,Values=true")["Vpcs"]
            if not vpcs:
                raise say.Failure(
                    "there is no default VPC in this Region: give --parameter VpcId=... and --parameter SubnetIds=A,B",
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
        say.confirm(f"Deploy {self.options.stack} there?", self.options.yes)
        self.stack.check(self.stack.describe())
        self.check_template()
        self.check_bounds()
        self.link_service()
        if self.options.image:
            self.parameters["Image"] = self.options.image
            if self.options.arch:
                self.parameters["CpuArchitecture"] = images.ARCHITECTURES[self.options.arch]
        else:
            self.parameters["Image"] = self.make_image(self.make_registry())
        self.parameters["RepositoryName"] = repository_of(self.parameters["Image"])
        self.find_network()
        with say.step(f"the stack {self.options.stack}"):
            self.change(self.body())
        return self.finish()

    def change(self, template: list[str]) -> None:
        try:
            self.stack.deploy(template, self.parameters, set(self.known), self.service.watcher())
        except say.Failure as failure:
            if self.service.describe() is None:
                raise
            raise say.Failure(f"{failure}\n   tasks that stopped:\n{self.service.stopped()}") from None

    def finish(self) -> int:
        with say.step("the service"):
            self.service.wait_for_rollout()
        outputs = self.stack.outputs()
        told = say.table(["output", "value"], [[name, value] for name, value in outputs.items()])
        stack = "" if self.options.stack == "news-worker" else f" --stack {self.options.stack}"
        told += textwrap.dedent(f"""
            next:
              build/release/bin/ekiden send --news 1000 --queue {outputs['QueueUrl']}
              aws logs tail --follow {outputs['LogGroupName']} --region {self.aws.region}
              scripts/deploy doctor{stack}
              scripts/deploy --rollback{stack}""")
        say.result(
            told, self.options.json, {"stack": self.options.stack, "region": self.aws.region, "outputs": outputs}
        )
        return 0

    def dry_run(self) -> int:
        self.identify()
        self.check_template()
        self.check_bounds()
        found = self.stack.describe()
        if self.registry.describe() is None and not self.options.image:
            say.line(
                f"   {self.registry.name}: would be made, with the repository {self.options.stack}; then the image would be pushed"
            )
        if self.options.image:
            self.parameters["Image"] = self.options.image
        elif found is None:
            say.line("   the image is not built for this: its digest is shown as zeros")
            uri = f"{self.account}.dkr.ecr.{self.aws.region}.amazonaws.com/{self.options.stack}"
            self.parameters["Image"] = uri + NO_IMAGE
        else:
            say.line("   the image is not built for this: that which runs is kept")
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
            raise say.Failure(f"there is no stack {self.options.stack}: nothing to go back from")
        with say.step("the image before this one"):
            before = previous_image(self.aws, self.options.stack, current)
            say.line(f"   from {current}\n   to   {before}")
        say.confirm("Deploy that?", self.options.yes)
        self.parameters |= {"Image": before, "RepositoryName": repository_of(before)}
        self.known = self.stack.parameters()  # Of the template that is there, whichever it is.
        with say.step(f"the stack {self.options.stack}, with nothing else changed"):
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
        say.result(self.about_kept(kept, has_images), self.options.json, {"deleted": True, "kept": kept})
        return 0

    def about_kept(self, kept: dict, has_images: bool) -> str:
        told = textwrap.dedent(f"""\
            kept: {kept['QueueArn']}
                  {kept['DeadLetterQueueArn']}
                  {kept['TableArn']}
            to deploy again with them:
              scripts/deploy --stack {self.options.stack} --parameter ExistingQueueArn={kept['QueueArn']} \\
                --parameter ExistingDeadLetterQueueArn={kept['DeadLetterQueueArn']} \\
                --parameter ExistingTableArn={kept['TableArn']}
            to remove them for good, with all that is in them:
              aws sqs delete-queue --queue-url {kept['QueueUrl']}
              aws sqs delete-queue --queue-url {kept['DeadLetterQueueUrl']}
              aws dynamodb delete-table --table-name {kept['TableName']}""")
        if has_images:
            told += textwrap.dedent(f"""
                and the images, in the repository {self.options.stack}:
                  aws ecr delete-repository --force --repository-name {self.options.stack}
                  aws cloudformation delete-stack --stack-name {self.registry.name}""")
        return told

    def doctor(self) -> int:
        self.identify()
        with say.step("the doctor, as a task of the service's task definition"):
            status, log, identity = self.service.run_once(["doctor"])
        say.result("\n".join(log), self.options.json, {"task": identity, "status": status, "log": log})
        return status

    def bench(self) -> int:
        try:
            tasks = [int(one) for one in self.options.tasks.split(",")]
        except ValueError:
            raise say.Failure(f"--tasks {self.options.tasks}: counts as 1,2,4", 2) from None
        if not tasks or min(tasks) < 1 or self.options.messages < 1:
            raise say.Failure("--tasks and --messages are 1 or more", 2)
        program = bench.sender(self.options.ekiden)
        self.identify()
        outputs = self.stack.outputs()
        if not outputs:
            raise say.Failure(f"there is no stack {self.options.stack}: deploy it first, or name it with --stack")
        told = bench.bench(self.aws, self.service, outputs, self.options.messages, tasks, program, self.options.yes)
        say.result(bench.report(told), self.options.json, told)
        return 0 if bench.is_verified(told) else 1

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
        say.line("deploy: interrupted; run it again to go on")
        return 130
