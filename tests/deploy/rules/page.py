"""Rules about what people read: parameters and outputs."""

from .core import append, drop, put, rule


@rule("each parameter has a description", drop("Parameters/MaxTasks/Description"))
def _(tree):
    return all(one.get("Description") for one in tree["Parameters"].values())


@rule(
    "each parameter is shown in a group",
    append("Metadata/AWS::CloudFormation::Interface/ParameterGroups/0/Parameters", "X"),
)
def _(tree):
    groups = tree["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    return sorted(name for group in groups for name in group["Parameters"]) == sorted(tree["Parameters"])


@rule(
    "outputs have the next command",
    put("Outputs/QueueUrl/Description", "The queue."),
    drop("Outputs/LogGroupName/Description"),
)
def _(tree):
    given = [one.get("Description", "") for one in tree["Outputs"].values()]
    return (
        all(given)
        and sum("Next" in one for one in given) >= 8
        and all(
            "Next:" in tree["Outputs"][name].get("Description", "")
            for name in ("QueueUrl", "LogGroupName", "ServiceName")
        )
    )
