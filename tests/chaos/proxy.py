"""A proxy between workers and the local server. It counts requests, and refuses those of a sink that has an outage."""
import asyncio
import collections
import itertools
import threading

from messages import Receives

OUTAGE = "made by tests/chaos"  # In the message of each refusal, so that logs show what it caused.
HEAD_END = b"\r\n\r\n"
# The operations of a sink, as they end X-Amz-Target, and how AWS refuses them, in turn: status and error code.
SINKS = {
    "table": ({"BatchWriteItem", "PutItem", "UpdateItem", "DeleteItem"},
              [(400, "com.amazon.coral.service#AccessDeniedException"),
               (400, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException")]),
    "deletes": ({"DeleteMessage", "DeleteMessageBatch"},
                [(403, "com.amazon.coral.service#AccessDeniedException")]),
    "dead-letter queue": ({"SendMessage", "SendMessageBatch"},
                          [(403, "com.amazon.coral.service#AccessDeniedException"),
                           (400, "com.amazonaws.sqs#QueueDoesNotExist")]),
}


def answer(status, body):
    text = body.encode()
    return (f"HTTP/1.1 {status} {'OK' if status == 200 else 'Refused'}\r\nContent-Type: application/x-amz-json-1.0\r\n"
            f"x-amzn-RequestId: chaos\r\nContent-Length: {len(text)}\r\n\r\n").encode() + text


class Upstream(asyncio.Protocol):
    """A connection to the server, for one connection of a worker."""

    def __init__(self, front):
        self.front = front

    def connection_made(self, transport):
        self.front.upstream_is(transport)

    def data_received(self, data):
        self.front.answered(data)

    def connection_lost(self, error):
        self.front.transport.close()


class Front(asyncio.Protocol):
    """A connection of a worker. It sends one request at a time, so bytes of the server belong to the last request."""

    def __init__(self, proxy):
        self.proxy = proxy
        self.transport = self.upstream = None
        self.connecting = False
        self.received = b""  # What has come of the head of the next request.
        self.body_left = 0  # Bytes of the current request that have not come.
        self.refusal = None  # The answer to the current request, if it does not go to the server.
        self.waiting = []  # Bytes for the server until it is connected.
        self.counted = None  # The answer to the current request, if it is a receive.

    def connection_made(self, transport):
        self.transport = transport
        self.proxy.fronts.add(self)

    def connection_lost(self, error):
        self.proxy.fronts.discard(self)
        self.count()
        if self.upstream is not None:
            self.upstream.close()

    def data_received(self, data):
        while data:
            if self.body_left > 0:
                part, data = data[:self.body_left], data[self.body_left:]
                self.body_left -= len(part)
                self.forward(part)
            else:
                self.received += data
                data = b""
                end = self.received.find(HEAD_END)
                if end >= 0:
                    end += len(HEAD_END)
                    head, data, self.received = self.received[:end], self.received[end:], b""
                    self.begin(head)
            if self.refusal is not None and self.body_left == 0:
                self.transport.write(self.refusal)
                self.refusal = None

    def begin(self, head):
        headers = dict(line.split(b":", 1) for line in head.lower().split(b"\r\n")[1:] if b":" in line)
        self.body_left = int(headers.get(b"content-length", b"0"))
        operation = head[head.lower().find(b"x-amz-target:"):].split(b"\r\n", 1)[0].rpartition(b".")[2].decode()
        self.count()
        self.counted = [] if operation == "ReceiveMessage" else None
        self.proxy.requests[operation] += 1
        self.refusal = self.proxy.refusal(operation)
        self.forward(head)

    def forward(self, data):
        if self.refusal is not None:
            return
        if self.upstream is not None:
            self.upstream.write(data)
            return
        self.waiting.append(data)
        if not self.connecting:
            self.connecting = True
            self.proxy.loop.create_task(self.connect())

    async def connect(self):
        try:
            await self.proxy.loop.create_connection(lambda: Upstream(self), "127.0.0.1", self.proxy.target)
        except OSError:  # The server was killed. The worker sees a lost connection.
            self.transport.abort()

    def upstream_is(self, transport):
        self.upstream = transport
        for data in self.waiting:
            transport.write(data)
        self.waiting = []
        if self.transport.is_closing():
            transport.close()

    def answered(self, data):
        if self.counted is not None:
            self.counted.append(data)
        self.transport.write(data)

    def count(self):
        if self.counted:
            self.proxy.receives.add(b"".join(self.counted))
        self.counted = None


class Proxy:
    """Listens on a free port, on its own thread, until close()."""

    def __init__(self, target, dice):
        self.target = target
        self.turns = {sink: itertools.cycle(dice.sample(refusals, len(refusals)))
                      for sink, (_, refusals) in SINKS.items()}
        self.requests, self.refused = collections.Counter(), collections.Counter()
        self.receives = Receives()
        self.fronts = set()
        self.outages = {}  # The sinks that have an outage, each with its refusal.
        self.stolen = 0  # Writes to answer without doing them: the self-test's planted fault.
        self.loop = asyncio.new_event_loop()
        self.server = self.loop.run_until_complete(
            self.loop.create_server(lambda: Front(self), "127.0.0.1", 0, backlog=512))
        self.port = self.server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def begin_outage(self, sink):
        status, code = next(self.turns[sink])
        message = f"an outage of the {sink}, {OUTAGE}"
        self.outages[sink] = answer(status, f'{{"__type":"{code}","message":"{message}"}}')

    def end_outage(self, sink):
        self.outages.pop(sink)

    def refusal(self, operation):
        """What to answer instead of the server, or None."""
        for sink, refusal in list(self.outages.items()):
            if operation in SINKS[sink][0]:
                self.refused[sink] += 1
                return refusal
        if self.stolen > 0 and operation == "BatchWriteItem":
            self.stolen -= 1
            return answer(200, '{"UnprocessedItems":{}}')
        return None

    def close(self):
        async def end():
            self.server.close()
            for front in list(self.fronts):
                front.transport.abort()
        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
