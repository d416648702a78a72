"""A proxy between the programs and a local server. It records which program calls which operation on which resource.

It also answers as the ECS agent, and can reject writes like a throttled table.
"""

import http.client
import http.server
import json
import threading
import urllib.parse


class Recorder:
    """Has one port for each program, to know which program calls. It passes the server's answers on."""

    def __init__(self, server: str):
        where = urllib.parse.urlsplit(server)
        self.server = (where.hostname, where.port)
        self.changed = threading.Condition()
        self.calls = {}  # By program: a set of (operation, resource).
        self.notes = {}  # By program: a set of descriptions of what happened.
        self.throttles = False
        self.listeners = []

    def port(self, program: str) -> str:
        self.calls[program], self.notes[program] = set(), set()
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                recorder.answer(self, program, body)

            do_PUT = do_GET = do_POST

            def log_message(self, *_):
                pass

        listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        listener.daemon_threads = True
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        self.listeners.append(listener)
        return f"http://127.0.0.1:{listener.server_port}"

    def stop(self) -> None:
        for listener in self.listeners:
            listener.shutdown()

    def wait_for(self, what: str, condition, seconds: int = 60) -> None:
        with self.changed:
            if not self.changed.wait_for(condition, seconds):
                raise TimeoutError(f"this did not happen in time: {what}; so far: {self.notes}, {self.calls}")

    def note(self, program: str, *, call=None, words=()) -> None:
        with self.changed:
            if call:
                self.calls[program].add(call)
            self.notes[program].update(words)
            self.changed.notify_all()

    def answer(self, handler, program: str, body: bytes) -> None:
        operation = handler.headers.get("X-Amz-Target")
        if operation is None:
            self.be_the_agent(handler, program, body)
            return
        request = json.loads(body)
        for resource in resources(request):
            self.note(program, call=(operation, resource))
        if operation.endswith(".BatchWriteItem"):
            if self.throttles:
                self.note(program, words=["a write is throttled"])
                code = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
                send(handler, 400, json.dumps({"__type": code, "message": "slower"}).encode())
                return
        upstream = http.client.HTTPConnection(*self.server, timeout=60)
        try:
            upstream.request("POST", handler.path, body, dict(handler.headers.items()))
            response = upstream.getresponse()
            answer = response.read()
        finally:
            upstream.close()
        self.note(program, words=happened(operation, request, response.status, answer))
        send(handler, response.status, answer, response.headers.get("Content-Type"))

    def be_the_agent(self, handler, program: str, body: bytes) -> None:
        path = "/task-protection/v1/state"
        if not handler.path.endswith(path):
            send(handler, 404, b"{}")
            return
        self.note(program, call=(f"{handler.command} {path}", "tasks of the cluster"))
        enabled = json.loads(body)["ProtectionEnabled"]
        self.note(program, words=["the task is protected" if enabled else "the protection is ended"])
        send(handler, 200, json.dumps({"protection": {"ProtectionEnabled": enabled}}).encode())


def send(handler, status: int, body: bytes, kind: str | None = None) -> None:
    try:
        handler.send_response(status)
        handler.send_header("Content-Type", kind or "application/x-amz-json-1.0")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)
    except ConnectionError:
        pass  # The client has closed the connection during a poll.


def resources(request: dict) -> set:
    """The resources of a request, as in "queue news", "table news-deliveries"."""
    found = {"table " + name for name in request.get("RequestItems", {})}
    if "TableName" in request:
        found.add("table " + request["TableName"])
    for key in ("QueueUrl", "QueueName"):
        if key in request:
            found.add("queue " + request[key].rsplit("/", 1)[-1])
    for key in ("SourceArn",):
        if key in request:
            found.add("queue " + request[key].rsplit(":", 1)[-1])
    return found or {"nothing"}


def happened(operation: str, request: dict, status: int, answer: bytes) -> list:
    """Describes what happened. If a run did not reach all of MUST_HAPPEN, its set of calls is not complete."""
    name = operation.rsplit(".", 1)[-1]
    if status != 200:
        return ["a write is refused"] if name == "BatchWriteItem" else []
    if name == "ChangeMessageVisibilityBatch":
        times = {int(one["VisibilityTimeout"]) for one in request["Entries"]}
        words = {0: "a message is released", 3: "a lease is extended"}
        return [words.get(time, "a message waits for its retry") for time in times]
    if name == "BatchWriteItem":
        (writes,) = request["RequestItems"].values()
        return ["writes are batched"] if len(writes) > 1 else ["a write goes alone"]
    return {
        "DeleteMessageBatch": ["messages are deleted"],
        "SendMessage": ["a message is sent to the dead letters"],
    }.get(name, [])
