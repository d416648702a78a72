"""What is done to the servers and workers of a run, and when."""
import collections
import signal
import time

from proxy import SINKS

COSTLY_MAX = 900  # Signals that can cost a message a receive. Below maxReceiveCount, so that SQS moves no message.


class Course:
    """Disasters in a random order, each at a random share of the messages that are done; signals at random times."""

    def __init__(self, options, dice, fleet, server, proxy):
        self.options, self.dice, self.fleet, self.server, self.proxy = options, dice, fleet, server, proxy
        self.disasters = self.plan()
        self.ending = []  # (time, function) of disasters that are in progress.
        self.next_signal = time.monotonic() + self.pause()
        self.outages = collections.Counter()
        self.costly = 0

    def plan(self):
        """[(share of the messages that are done, sinks that have an outage, whether the server is killed)]"""
        sets = [["table"], ["deletes"], ["dead-letter queue"], ["table"], list(SINKS)] if self.options.outage else []
        kinds = [(sinks, place in (1, 3)) for place, sinks in enumerate(sets)]
        kinds += [([], True)] * max(0, self.options.server_kills - sum(kill for _, kill in kinds))
        self.dice.shuffle(kinds)
        width = 0.9 / max(1, len(kinds))
        return [((place + self.dice.random()) * width, sinks, kill) for place, (sinks, kill) in enumerate(kinds)]

    def pause(self):
        return self.dice.expovariate(1 / self.options.every)

    @property
    def over(self):
        return not self.disasters and not self.ending

    def tick(self, share):
        now = time.monotonic()
        for entry in [entry for entry in self.ending if now >= entry[0]]:
            self.ending.remove(entry)
            entry[1]()
        if self.disasters and not self.ending and share >= self.disasters[0][0]:
            self.begin(*self.disasters.pop(0)[1:])
        if now >= self.next_signal:
            self.next_signal = now + self.pause()
            self.signal()

    def begin(self, sinks, kill):
        now, length = time.monotonic(), self.options.outage if sinks else 0
        for sink in sinks:
            self.outages[sink] += 1
            self.proxy.begin_outage(sink)
            self.ending.append((now + length, lambda sink=sink: self.proxy.end_outage(sink)))
        if kill:
            self.ending.append((now + length * self.dice.random(), self.kill_server))

    def kill_server(self):
        self.costly += 1
        self.server.kill(min(2, self.options.outage or 2) * self.dice.random())

    def signal(self):
        """A signal to a random worker. Half of the workers, or more, are not frozen."""
        running = [worker for worker in self.fleet.workers if not worker.ended]
        if not running or self.costly >= COSTLY_MAX:
            return
        worker = self.dice.choice(running)
        frozen = [other for other in running if other.frozen_until is not None]
        number = self.dice.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
        if number == signal.SIGKILL:
            self.costly += 1
            self.fleet.send(worker, number)
        elif worker not in frozen and not worker.draining:
            if number == signal.SIGTERM:
                self.fleet.send(worker, number)
            elif len(frozen) < len(self.fleet.workers) // 2:
                self.costly += 1
                self.fleet.send(worker, number, self.dice.uniform(0.1, 1.5) * self.options.visibility)
