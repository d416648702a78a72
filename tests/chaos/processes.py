"""The processes of a run: the local server, and workers that are restarted whenever they end."""
import collections
import os
import re
import signal
import subprocess
import threading
import time

from proxy import OUTAGE

ABANDONED = 1  # The exit status of a drain that left a message.
MEASURING = 0.5  # Seconds by which our own clock can be late.


class Process:
    """A program with a log file of its own. A thread waits for its end, so `ended_at` is exact."""

    every = []  # All that were started.

    def __init__(self, command, log):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "EKIDEN_"))}
        environment |= {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_REGION": "us-east-1"}
        self.log = log
        self.sent = []
        self.ended_at = None
        # A session of its own: Ctrl-C ends only this script, which then ends the others.
        with open(log, "wb") as output:
            self.popen = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                          env=environment, start_new_session=True)
        Process.every.append(self)
        self.thread = threading.Thread(target=self.wait, daemon=True)
        self.thread.start()

    def wait(self):
        self.popen.wait()
        self.ended_at = time.monotonic()

    @property
    def ended(self):
        return self.ended_at is not None

    @property
    def status(self):
        return self.popen.returncode

    def send(self, number):
        if not self.ended:
            self.sent.append((number, time.monotonic()))
            self.popen.send_signal(number)

    def sent_at(self, number):
        return next((at for sent, at in self.sent if sent == number), None)

    def text(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def end(self, seconds):
        """SIGTERM, and SIGKILL if that does not end it within `seconds`. True if it was not needed."""
        self.send(signal.SIGTERM)
        self.thread.join(seconds)
        in_time = self.ended
        self.kill()
        return in_time

    def kill(self):
        self.send(signal.SIGKILL)
        self.thread.join(30)

    @classmethod
    def kill_all(cls):
        for process in cls.every:
            if not process.ended:
                process.popen.kill()


class Server:
    """`ekiden local --data`. It keeps its port when it is restarted."""

    def __init__(self, bin, folder):
        self.command = [f"{bin}/ekiden", "local", "--data", f"{folder}/data"]
        self.folder = folder
        self.port, self.kills, self.starts = 0, 0, 0
        self.process = self.restart_at = None
        self.broken = []

    def start(self, options=()):
        self.starts += 1
        self.options = list(options)
        self.restart_at = None
        self.process = Process([*self.command, "--listen", f"127.0.0.1:{self.port}", *self.options],
                               f"{self.folder}/server-{self.starts}.log")

    def wait_until_up(self, seconds=60):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit and not self.process.ended:
            found = re.search(r"^listening on http://127\.0\.0\.1:(\d+)$", self.process.text(), re.MULTILINE)
            if found:
                self.port = int(found[1])
                return
            time.sleep(0.02)
        raise RuntimeError(f"ekiden local did not start within {seconds} s: {self.process.text()[-500:]}")

    def kill(self, down):
        """SIGKILL, then a restart after `down` seconds, by tick()."""
        if self.process.ended:
            return
        self.kills += 1
        self.process.kill()
        self.restart_at = time.monotonic() + down

    def tick(self):
        if self.restart_at is not None:
            if time.monotonic() >= self.restart_at:
                self.start(self.options)
        elif self.process.ended:
            self.broken.append(f"the server ended by itself with status {self.process.status}: {self.process.log}")
            self.start(self.options)

    def stop(self):
        """Ends it as a user does."""
        if not self.process.end(30) or self.process.status != 0:
            self.broken.append(f"SIGTERM ended the server with status {self.process.status}, not 0: {self.process.log}")


class Worker(Process):
    def __init__(self, command, log):
        super().__init__(command, log)
        self.frozen_until = None

    def freeze(self, seconds):
        self.send(signal.SIGSTOP)
        self.frozen_until = time.monotonic() + seconds

    def thaw(self):
        self.frozen_until = None
        self.send(signal.SIGCONT)

    @property
    def draining(self):
        return self.sent_at(signal.SIGTERM) is not None


class Fleet:
    """Workers. Each one that ends is judged and replaced."""

    def __init__(self, command, count, folder, stop_timeout):
        self.command, self.folder, self.stop_timeout = command, folder, stop_timeout
        self.starts = 0
        self.sent = collections.Counter()
        self.events = collections.Counter()  # Of the logs of the workers that have ended.
        self.drains = []  # Seconds from SIGTERM to the end.
        self.abandoned = 0
        self.died, self.late, self.retried = [], [], []  # Broken promises.
        self.workers = [self.start() for _ in range(count)]

    def start(self):
        self.starts += 1
        return Worker(self.command, f"{self.folder}/worker-{self.starts}.log")

    def tick(self):
        now = time.monotonic()
        for place, worker in enumerate(self.workers):
            if worker.ended:
                self.judge(worker)
                self.workers[place] = self.start()
            elif worker.frozen_until is not None and now >= worker.frozen_until:
                worker.thaw()

    def send(self, worker, number, seconds=0):
        if worker.ended:
            return
        self.sent[number] += 1
        if number == signal.SIGSTOP:
            worker.freeze(seconds)
        else:
            worker.send(number)
            if number == signal.SIGKILL:
                worker.frozen_until = None

    def thaw_all(self):
        for worker in self.workers:
            if worker.frozen_until is not None:
                worker.thaw()

    def stop(self):
        """SIGTERM to all; they are judged and not replaced. Some can have ended already, by an earlier signal."""
        for worker in self.workers:
            if not worker.draining:
                self.send(worker, signal.SIGTERM)
        limit = time.monotonic() + self.stop_timeout + 5
        for worker in self.workers:
            worker.thread.join(max(0, limit - time.monotonic()))
        for worker in self.workers:
            if not worker.ended:
                self.late.append(f"a drain had not ended {self.stop_timeout + 5} s after SIGTERM: {worker.log}")
            worker.kill()
            self.judge(worker)

    def judge(self, worker):
        status, text = worker.status, worker.text()
        self.events.update(re.findall(r'"event":"([a-z_.]+)"', text))
        blamed = sum('"message.retried"' in line and OUTAGE in line for line in text.splitlines())
        if blamed:
            self.retried.append(f"{blamed} lines of {worker.log}")
        termed = worker.sent_at(signal.SIGTERM)
        if termed is not None and worker.sent_at(signal.SIGKILL) is None:
            took = worker.ended_at - termed
            self.drains.append(took)
            if took > self.stop_timeout + MEASURING:
                self.late.append(f"a drain took {took:.1f} s: {worker.log}")
        if status < 0:
            # A process that has not yet installed its handlers is ended by SIGTERM itself.
            early = -status == signal.SIGTERM and '"worker.started"' not in text
            if worker.sent_at(-status) is None or (-status != signal.SIGKILL and not early):
                self.died.append(f"a worker ended by {signal.Signals(-status).name}: {worker.log}")
        elif termed is None:
            self.died.append(f"a worker ended by itself with status {status}: {worker.log}")
        elif status == ABANDONED:
            self.abandoned += 1
        elif status != 0:
            self.died.append(f"SIGTERM ended a worker with status {status}: {worker.log}")
