"""moto's server, without three faults of its CloudFormation: in a list it keeps an AWS::NoValue as null; at an update it
reads a task definition's names as ECS's API writes them, not as templates do; and it leaves a service at the old one.

    moto_server.py [HOST [PORT]]     says where it listens; port 0 takes a free one
"""

import logging
import sys
import warnings

from moto.cloudformation import parsing
from moto.ecs.models import TaskDefinition, ecs_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

kept = parsing.clean_json


def without_no_values(resource_json, resources_map):
    result = kept(resource_json, resources_map)
    if isinstance(result, list):
        return [value for value in result if value is not None]
    return result


def replace_task_definition(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    made = cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)
    ecs = ecs_backends[account_id][region_name]
    for service in ecs.services.values():
        if service.task_definition == original_resource.arn:
            told = {"cluster": service.cluster_name, "service": service.name, "task_definition": made.arn}
            ecs.update_service(told)
    ecs.deregister_task_definition(original_resource.arn)  # As CloudFormation does.
    return made


def main() -> None:
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parsing.clean_json = without_no_values
    TaskDefinition.update_from_cloudformation_json = classmethod(replace_task_definition)
    warnings.simplefilter("ignore")
    logging.getLogger("moto").setLevel(logging.ERROR)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(host, port, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    server.serve_forever()


main()
