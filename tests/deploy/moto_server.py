"""Runs moto's server, with fixes for these faults of its CloudFormation:

- It keeps an AWS::NoValue in a list as null.
- On an update it expects the property names of ECS's API instead of the template's, and leaves the service at the old
  task definition.
- Executing a change set ignores conditions, defaults of parameters, and outputs.
- Unchanged parameters count as changed, and changed ones as unchanged.

    moto_server.py [HOST [PORT [COMMAND]]]     prints where it listens; port 0 takes a free port. With a COMMAND it runs
                                               tasks: see data_plane.py
"""

import logging
import sys
import warnings

from data_plane import DataPlane
from moto.cloudformation import parsing
from moto.cloudformation.models import Change, ChangeSet, Stack
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
            answer = {"cluster": service.cluster_name, "service": service.name, "task_definition": made.arn}
            ecs.update_service(answer)
    ecs.deregister_task_definition(original_resource.arn)  # As CloudFormation does.
    return made


def flat(value) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def apply_change_set(self) -> None:
    stack, parameters = self.stack, {name: flat(value) for name, value in self.parameters.items()}
    if self.change_set_type != "CREATE":
        stack.resource_map.input_parameters = known_parameters(stack)
        stack.update(self.template, parameters=parameters)
        return
    stack.template, stack.parameters = self.template, parameters
    stack._parse_template()
    stack.resource_map = stack._create_resource_map()
    stack.output_map = stack._create_output_map()
    stack.create_resources()


def known_parameters(stack) -> dict:
    return {name: flat(value) for name, value in stack.resource_map.resolved_parameters.items()}


def changes(self) -> list:
    self.stack.resource_map.input_parameters = known_parameters(self.stack)
    parameters = {name: flat(value) for name, value in self.parameters.items()}
    found = self.stack.resource_map.build_resource_diff(self.template_dict, parameters)
    return [
        Change(action=action, logical_resource_id=name, resource_type=self.template_dict["Resources"][name]["Type"])
        for action, names in found.items()
        for name in names
    ]


def has_parameters(self, others) -> bool:
    known = known_parameters(self)
    return all(known.get(name) == flat(value) for name, value in others.items())


def main() -> None:
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parsing.clean_json = without_no_values
    TaskDefinition.update_from_cloudformation_json = classmethod(replace_task_definition)
    ChangeSet.apply = apply_change_set
    ChangeSet.diff = changes
    Stack.has_parameters = has_parameters
    warnings.simplefilter("ignore")
    logging.getLogger("moto").setLevel(logging.ERROR)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    application = DomainDispatcherApplication(create_backend_app)
    if len(sys.argv) > 3:
        application = DataPlane(application, sys.argv[3])
    server = make_server(host, port, application, threaded=True)
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    server.serve_forever()


main()
