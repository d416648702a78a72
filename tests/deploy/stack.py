"""Creates the stacks in moto and compares what is there with the template, by the services' own APIs.

    stack.py ENDPOINT

What moto does not do is in NOT_EMULATED, which must be exact: what moto begins to do is a failure, too.
"""

import json
import sys

import boto3
import template as templates
from template import Resolver, load, minimal

# Types that moto's CloudFormation passes over.
NOT_CREATED = {
    "AWS::ApplicationAutoScaling::ScalableTarget",
    "AWS::ApplicationAutoScaling::ScalingPolicy",
    "AWS::CloudWatch::Alarm",
    "AWS::ECS::CapacityProvider",
    "AWS::ECS::ClusterCapacityProviderAssociations",
    "AWS::EC2::VPCEndpoint",
    "AWS::SQS::QueuePolicy",
}
# Properties that it takes and forgets.
NOT_EMULATED = {}

PARAMETERS = {"MinTasks": "2", "TaskMemory": "1024", "StopTimeoutSeconds": "120", "TaskProtection": "auto"}
