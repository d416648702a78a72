"""Creates the stacks in moto, reads the resources through the services' APIs, and compares them with the template.

    stack.py ENDPOINT

NOT_CREATED and NOT_KEPT list what moto does not support. They are exact: the test fails if moto supports more.
"""

import json
import sys

import boto3
import template as templates
from template import Resolver, load, minimal

# Types that moto's CloudFormation ignores.
NOT_CREATED = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::ECS::CapacityProvider",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::SQS::QueuePolicy",
}
# Properties that moto accepts, but does not keep.
NOT_KEPT = {
    "AWS::DynamoDB::Table.PointInTimeRecoverySpecification",
    "AWS::DynamoDB::Table.TimeToLiveSpecification",
    "AWS::ECR::Repository.EncryptionConfiguration",
    "AWS::ECR::Repository.ImageScanningConfiguration",
    "AWS::ECR::Repository.LifecyclePolicy",
    "AWS::ECS::Cluster.CapacityProviders",
    "AWS::ECS::Service.CapacityProviderStrategy",
    "AWS::ECS::Service.DeploymentConfiguration",
    "AWS::ECS::Service.EnableECSManagedTags",
    "AWS::ECS::Service.NetworkConfiguration",
    "AWS::ECS::Service.PlacementStrategies",
    "AWS::ECS::Service.PropagateTags",
    "AWS::ECS::TaskDefinition.Cpu",
    "AWS::ECS::TaskDefinition.ExecutionRoleArn",
    "AWS::ECS::TaskDefinition.NetworkMode",
    "AWS::ECS::TaskDefinition.RequiresCompatibilities",
    "AWS::ECS::TaskDefinition.RuntimePlatform",
    "AWS::ECS::TaskDefinition.TaskRoleArn",
    "AWS::IAM::Role.ManagedPolicyArns",
}
CHANGED = {"StopTimeoutSeconds": "120", "LogRetentionDays": "7", "TaskProtection": "auto"}
# The only types that moto updates like CloudFormation. It loses a log group, and does not update a role.
UPDATED = {"AWS::ECS::TaskDefinition", "AWS::ECS::Service"}


class Account:
    """Reads resources through the services' APIs, as dictionaries with the template's property names."""

    def __init__(self, endpoint: str):
        self.endpoint = endpoint

    def client(self, service: str):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=templates.REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )

    def network(self) -> dict:
        ec2 = self.client("ec2")
        (vpc,) = [one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if one["IsDefault"]]
        subnets = [one["SubnetId"] for one in ec2.describe_subnets()["Subnets"] if one["VpcId"] == vpc]
        return {"VpcId": vpc, "SubnetIds": ",".join(sorted(subnets)[:2])}

    def aws_sqs_queue(self, url: str) -> dict:
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        if "RedrivePolicy" in found:
            found["RedrivePolicy"] = json.loads(found["RedrivePolicy"])
        return found

    def aws_dynamodb_table(self, name: str) -> dict:
        dynamodb = self.client("dynamodb")
        found = dynamodb.describe_table(TableName=name)["Table"]
        backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        recovery = backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
        expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        return found | {
            "BillingMode": found["BillingModeSummary"]["BillingMode"],
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": recovery == "ENABLED"},
            "TimeToLiveSpecification": {
                "AttributeName": expiry.get("AttributeName"),
                "Enabled": expiry["TimeToLiveStatus"] == "ENABLED",
            },
        }

    def aws_iam_role(self, name: str) -> dict:
        iam = self.client("iam")
        found = iam.get_role(RoleName=name)["Role"]
        found["Policies"] = [
            {"PolicyName": policy, "PolicyDocument": document(iam.get_role_policy(RoleName=name, PolicyName=policy))}
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        ]
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        found["ManagedPolicyArns"] = [one["PolicyArn"] for one in attached]
        return found

    def aws_iam_managedpolicy(self, arn: str) -> dict:
        iam = self.client("iam")
        found = iam.get_policy(PolicyArn=arn)["Policy"]
        version = iam.get_policy_version(PolicyArn=arn, VersionId=found["DefaultVersionId"])["PolicyVersion"]
        return found | {"PolicyDocument": version["Document"]}

    def aws_logs_loggroup(self, name: str) -> dict:
        (found,) = self.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        return {"LogGroupName": found["logGroupName"], "RetentionInDays": found["retentionInDays"]}

    def aws_ecs_cluster(self, name: str) -> dict:
        return pascal(self.client("ecs").describe_clusters(clusters=[name])["clusters"][0])

    def aws_ecs_taskdefinition(self, arn: str) -> dict:
        return pascal(self.client("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"])

    def aws_ecs_service(self, arn: str) -> dict:
        cluster = arn.split("/")[1]
        found = pascal(self.client("ecs").describe_services(cluster=cluster, services=[arn])["services"][0])
        return found | {"Cluster": found["ClusterArn"].split("/")[-1]}

    def aws_ecr_repository(self, name: str) -> dict:
        ecr = self.client("ecr")
        (found,) = ecr.describe_repositories(repositoryNames=[name])["repositories"]
        return pascal(found)

    def aws_cloudwatch_dashboard(self, name: str) -> dict:
        found = self.client("cloudwatch").get_dashboard(DashboardName=name)
        return {"DashboardName": name, "DashboardBody": json.loads(found["DashboardBody"])}

    def aws_ec2_securitygroup(self, identity: str) -> dict:
        (found,) = self.client("ec2").describe_security_groups(GroupIds=[identity])["SecurityGroups"]
        return {"GroupDescription": found["Description"], "VpcId": found["VpcId"]}


COMPARED = {name.replace("_", "::", 2) for name in dir(Account) if name.startswith("aws_")}


def document(answer: dict) -> dict:
    """Parses a policy, which moto returns as a printed Python value."""
    import ast

    found = answer["PolicyDocument"]
    return ast.literal_eval(found) if isinstance(found, str) else found


def pascal(value):
    """Converts names of ECS and ECR to the template's: taskRoleArn to TaskRoleArn. Keeps options of a log driver."""
    if isinstance(value, list):
        return [pascal(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key[0].upper() + key[1:]: one if key == "options" else pascal(one) for key, one in value.items()}


def matches(expected, found) -> bool:
    """True if all expected properties are found. A service can return more, and numbers as text or text as numbers."""
    if isinstance(expected, dict):
        return isinstance(found, dict) and all(
            key in found and matches(one, found[key]) for key, one in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(matches, expected, found))
    if isinstance(expected, bool):
        return found is expected or found == str(expected).lower()
    return str(expected) == str(found)


class Comparison:
    def __init__(self, account: Account):
        self.account = account
        self.faults, self.compared = [], 0
        self.not_created, self.not_kept, self.kept = set(), set(), set()

    def compare(self, stack: str, path, parameters: dict, types=None) -> None:
        tree = load(path)
        cloudformation = self.account.client("cloudformation")
        made = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
        physical = {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in made if "LogicalResourceId" in one}
        attributes = {}

        def became(name: str, attribute: str | None):
            if attribute is None:
                return physical.get(name, name)
            kind = tree["Resources"][name]["Type"]
            if (name, attribute) not in attributes:
                attributes[name, attribute] = self.attribute(kind, physical[name], attribute)
            return attributes[name, attribute]

        resolver = Resolver(tree, parameters, stack, became)
        for name, one in tree["Resources"].items():
            kind = one["Type"]
            if types and kind not in types:
                continue
            if not resolver.has(name):
                if name in physical:
                    self.faults.append(f"{stack}: {name} exists, but should not")
            elif name not in physical:
                self.not_created.add(kind)
            else:
                self.one(stack, kind, name, resolver.properties(name), physical[name])

    def attribute(self, kind: str, physical: str, attribute: str) -> str:
        if kind == "AWS::SQS::Queue":
            arn = self.account.aws_sqs_queue(physical)["QueueArn"]
            return arn if attribute == "Arn" else arn.split(":")[-1]
        if kind == "AWS::DynamoDB::Table":
            return self.account.aws_dynamodb_table(physical)["TableArn"]
        if kind == "AWS::IAM::Role":
            return self.account.aws_iam_role(physical)["Arn"]
        if kind == "AWS::ECS::Service":
            return physical.split("/")[-1]
        if kind == "AWS::Logs::LogGroup":
            return f"arn:aws:logs:{templates.REGION}:{templates.ACCOUNT}:log-group:{physical}"
        return f"{physical}.{attribute}"  # For types that are not compared.

    def one(self, stack: str, kind: str, name: str, expected: dict, physical: str) -> None:
        read = getattr(self.account, kind.lower().replace("::", "_"), None)
        if read is None:
            return
        found = read(physical)
        if kind == "AWS::CloudWatch::Dashboard":
            expected["DashboardBody"] = json.loads(expected["DashboardBody"])
        if kind == "AWS::ECS::TaskDefinition":
            expected["TaskDefinition"] = expected["Family"]
            found["TaskDefinition"] = found["TaskDefinitionArn"].split("/")[-1].split(":")[0]
        if kind == "AWS::EC2::SecurityGroup":
            expected.pop("SecurityGroupIngress", None)
        for key, value in expected.items():
            self.compared += 1
            property_of = f"{kind}.{key}"
            if matches(value, found.get(key)):
                self.kept.add(property_of)
            else:
                self.not_kept.add(property_of)
                if property_of not in NOT_KEPT:
                    self.faults.append(f"{stack}: {name}.{key} is {found.get(key)!r}, but should be {value!r}")


def parameter_list(parameters: dict) -> list:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()]


def main() -> int:
    account = Account(sys.argv[1])
    cloudformation = account.client("cloudformation")
    comparison = Comparison(account)
    cloudformation.create_stack(StackName="registry", TemplateBody=templates.REGISTRY.read_text())
    comparison.compare("registry", templates.REGISTRY, {})
    capabilities = ["CAPABILITY_IAM"]
    stacks = {"news": templates.FARGATE, "news-ec2": templates.EC2, "changed": templates.FARGATE}
    for stack, path in stacks.items():
        parameters = minimal() | account.network() | (CHANGED if stack == "changed" else {})
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=path.read_text(),
            Parameters=parameter_list(parameters),
            Capabilities=capabilities,
        )
        comparison.compare(stack, path, parameters)
    parameters = minimal() | account.network() | {"Image": templates.IMAGE.replace("a" * 64, "b" * 64)}
    cloudformation.update_stack(
        StackName="news",
        TemplateBody=templates.FARGATE.read_text(),
        Parameters=parameter_list(parameters),
        Capabilities=capabilities,
    )
    comparison.compare("news", templates.FARGATE, parameters, UPDATED)
    data = account.client("sqs").list_queues()["QueueUrls"], account.client("dynamodb").list_tables()["TableNames"]
    for stack in (*stacks, "registry"):
        cloudformation.delete_stack(StackName=stack)
    after = account.client("sqs").list_queues().get("QueueUrls"), account.client("dynamodb").list_tables()["TableNames"]
    if after != data or len(data[0]) != 2 * len(stacks) or len(data[1]) != len(stacks):
        comparison.faults.append(f"a delete leaves {after} of {data}")
    if account.client("logs").describe_log_groups()["logGroups"]:
        comparison.faults.append("a delete leaves the log group")
    if comparison.not_created != NOT_CREATED:
        comparison.faults.append(f"NOT_CREATED is not exact: {sorted(comparison.not_created ^ NOT_CREATED)}")
    comparison.faults += [
        f"moto keeps {one} now: remove it from NOT_KEPT" for one in sorted(NOT_KEPT - comparison.not_kept)
    ]
    print("\n".join(comparison.faults) or f"stack: {comparison.compared} properties compared")
    print("not emulated, types: " + ", ".join(sorted(NOT_CREATED)))
    print("not emulated, properties: " + ", ".join(sorted(NOT_KEPT)))
    return 1 if comparison.faults else 0


if __name__ == "__main__":
    sys.exit(main())
