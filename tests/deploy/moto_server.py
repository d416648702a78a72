"""moto's server, without a fault of its own: in a list it keeps an AWS::NoValue as null, where CloudFormation drops it.

    moto_server.py [HOST [PORT]]     says where it listens; port 0 takes a free one
"""

import logging
import sys

from moto.cloudformation import parsing
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

kept = parsing.clean_json


def without_no_values(resource_json, resources_map):
    result = kept(resource_json, resources_map)
    if isinstance(result, list):
        return [value for value in result if value is not None]
    return result


def main() -> None:
    host = sys.argv[1] if len(sys.argv) > 1 else "127.0.0.1"
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    parsing.clean_json = without_no_values
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server(host, port, DomainDispatcherApplication(create_backend_app), threaded=True)
    print(f"listening on http://{host}:{server.server_port}", flush=True)
    server.serve_forever()


main()
