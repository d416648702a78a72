"""Rules about the service, its network and its capacity."""

from template import Resolver, minimal, of_type

from .core import drop, FARGATE, made, put, resource, rule


@rule(
    "a deployment that fails or makes no progress is rolled back",
    put(resource("Service", "DeploymentConfiguration/DeploymentCircuitBreaker/Rollback"), False),
    put(resource("Service", "DeploymentConfiguration/Alarms/Enable"), False),
    put(resource("Service", "DeploymentConfiguration/Alarms/AlarmNames"), [{"Ref": "OldestMessageAlarm"}]),
)
def _(tree):
    how = made(tree, "Service")["DeploymentConfiguration"]
    return how["DeploymentCircuitBreaker"] == {"Enable": True, "Rollback": True} and how["Alarms"] == {
        "AlarmNames": ["NoProgressAlarm"],
        "Enable": True,
        "Rollback": True,
    }


@rule(
    "old tasks stop when new ones are healthy",
    put(resource("Service", "DeploymentConfiguration/MinimumHealthyPercent"), 0),
)
def _(tree):
    how = made(tree, "Service")["DeploymentConfiguration"]
    return (how["MinimumHealthyPercent"], how["MaximumPercent"]) == (100, 200)


@rule("a deploy does not undo autoscaling", put(resource("Service", "DesiredCount"), 1))
def _(tree):
    return "DesiredCount" not in tree["Resources"]["Service"]["Properties"]


@rule(
    "tasks run only through capacity providers, and one of them has the base",
    put(resource("Service", "LaunchType"), "FARGATE"),
    lambda tree: tree["Resources"]["Service"]["Properties"]["CapacityProviderStrategy"].append(
        {"Base": 1, "CapacityProvider": "x"}
    ),
)
def _(tree):
    service = made(tree, "Service")
    return "LaunchType" not in service and [
        one.get("Base") for one in service["CapacityProviderStrategy"] if "Base" in one
    ] == [1]


@rule(
    "the first task is not a Spot task; weights decide about the others",
    put(resource("Service", "CapacityProviderStrategy/0/CapacityProvider"), "FARGATE_SPOT"),
    put(resource("Cluster", "CapacityProviders"), ["FARGATE"]),
    of=FARGATE,
)
def _(tree):
    strategy = made(tree, "Service", OnDemandWeight=1, SpotWeight=3)["CapacityProviderStrategy"]
    return strategy == [
        {"CapacityProvider": "FARGATE", "Base": 1, "Weight": "1"},
        {"CapacityProvider": "FARGATE_SPOT", "Weight": "3"},
    ] and made(tree, "Cluster")["CapacityProviders"] == ["FARGATE", "FARGATE_SPOT"]


@rule(
    "Spot's two minutes are used: with it stopTimeout is 120",
    drop("Rules/SpotNeedsItsTwoMinutes"),
    put("Rules/SpotNeedsItsTwoMinutes/Assertions/0/Assert/Fn::Equals/1", "30"),
    of=FARGATE,
)
def _(tree):
    def refused(**values):
        return bool(Resolver(tree, minimal() | values).refusals())

    return (
        refused(SpotWeight="1")
        and not refused(SpotWeight="1", StopTimeoutSeconds="120")
        and not refused(StopTimeoutSeconds="60")
    )


@rule("at least one capacity provider has a weight", drop("Rules/SomewhereToRun"), of=FARGATE)
def _(tree):
    values = minimal() | {"OnDemandWeight": "0", "StopTimeoutSeconds": "120"}
    return bool(Resolver(tree, values).refusals()) and not Resolver(tree, values | {"SpotWeight": "1"}).refusals()


@rule("an existing queue needs its dead-letter queue", drop("Rules/QueueWithItsDeadLetters"), drop("Rules/DeadLettersOfAQueue"))
def _(tree):
    queue, dead = (f"arn:aws:sqs:eu-west-1:123456789012:{name}" for name in ("mine", "mine-dead"))
    resolvers = [
        Resolver(tree, minimal() | values)
        for values in (
            {"ExistingQueueArn": queue},
            {"ExistingDeadLetterQueueArn": dead},
            {"ExistingQueueArn": queue, "ExistingDeadLetterQueueArn": dead},
        )
    ]
    return [bool(one.refusals()) for one in resolvers] == [True, True, False]


@rule(
    "a worker accepts no inbound connections",
    put(resource("SecurityGroup", "SecurityGroupIngress"), [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]),
    lambda tree: tree["Resources"].update(Hole={"Type": "AWS::EC2::SecurityGroupIngress", "Properties": {}}),
)
def _(tree):
    return "SecurityGroupIngress" not in made(tree, "SecurityGroup") and not of_type(
        tree, "AWS::EC2::SecurityGroupIngress"
    )


@rule("tasks have a public address in the default VPC", put("Parameters/AssignPublicIp/Default", "DISABLED"))
def _(tree):
    if "NetworkConfiguration" not in tree["Resources"]["Service"]["Properties"]:
        (card,) = made(tree, "LaunchTemplate")["LaunchTemplateData"]["NetworkInterfaces"]
        return card["AssociatePublicIpAddress"] is True
    return made(tree, "Service")["NetworkConfiguration"]["AwsvpcConfiguration"] == {
        "AssignPublicIp": "ENABLED",
        "Subnets": ["subnet-1", "subnet-2"],
        "SecurityGroups": ["SecurityGroup"],
    }


@rule(
    "endpoints are created only on request, with all that are needed, and only with their routes",
    put("Parameters/CreateVpcEndpoints/Default", "true"),
    drop("Resources/SqsEndpoint"),
    put(resource("LogsEndpoint", "PrivateDnsEnabled"), False),
    drop("Rules/EndpointsNeedRoutes"),
)
def _(tree):
    values = minimal() | {"CreateVpcEndpoints": "true", "RouteTableIds": "rtb-1"}
    resolver, without = Resolver(tree, values), Resolver(tree, minimal())
    names = of_type(tree, "AWS::EC2::VPCEndpoint")
    if any(without.has(name) for name in (*names, "EndpointSecurityGroup")) or resolver.refusals():
        return False
    if not Resolver(tree, minimal() | {"CreateVpcEndpoints": "true"}).refusals():
        return False
    found = {
        one["ServiceName"].removeprefix("com.amazonaws.eu-west-1."): one for one in map(resolver.properties, names)
    }
    gateways = {name for name, one in found.items() if one["VpcEndpointType"] == "Gateway"}
    wanted = {"sqs", "ecr.api", "ecr.dkr", "logs", "s3", "dynamodb"}
    if "InstanceRole" in tree["Resources"]:
        wanted |= {"ecs", "ecs-agent", "ecs-telemetry"}
    (way_in,) = resolver.properties("EndpointSecurityGroup")["SecurityGroupIngress"]
    return (
        set(found) == wanted
        and gateways == {"s3", "dynamodb"}
        and all(found[name]["RouteTableIds"] == ["rtb-1"] for name in gateways)
        and all(found[name]["PrivateDnsEnabled"] is True for name in wanted - gateways)
        and (way_in["FromPort"], way_in["ToPort"], way_in["SourceSecurityGroupId"]) == (443, 443, "SecurityGroup")
    )
