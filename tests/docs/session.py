"""The commands of one page, run in its order in one scratch folder."""
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess
import time

WAIT = 120  # Seconds until a background command must have printed its text.
RUN = 300  # Seconds that a block can take.


class Failed(Exception):
    pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def comparable(line):
    """A line of output without what differs from run to run: numbers and the width of columns."""
    return re.sub(r"\s+", " ", re.sub(r"[0-9][0-9,.]*", "N", line)).strip()


class Session:
    def __init__(self, folder, build, compiler):
        self.folder = pathlib.Path(folder)
        self.build = pathlib.Path(build).resolve()
        self.compiler = compiler
        self.server, self.pages = free_port(), free_port()
        self.background = []
        self.printed = ""
        self.at_the_end = []  # Texts that what runs in the background must print before it ends.
        keep = ("PATH", "LANG", "TMPDIR")
        self.environment = {name: os.environ[name] for name in keep if name in os.environ} | {
            "HOME": str(self.folder),
            # What stands for the default ports, which another program of this machine may have.
            "EKIDEN_LISTEN": f"127.0.0.1:{self.server}",
            "EKIDEN_OPS": f"127.0.0.1:{self.pages}",
            # A worker that ends lets its open long poll end first.
            "EKIDEN_WAIT_TIME": "1s",
        }
        self.environment["PATH"] = f"{self.build}/bin:{self.environment['PATH']}"

    def translate(self, text):
        text = text.replace("build/release/bin/", f"{self.build}/bin/")
        text = re.sub(r"(?<![\w/])build/release\b", str(self.build), text)
        text = text.replace("127.0.0.1:4566", f"127.0.0.1:{self.server}")
        text = text.replace("127.0.0.1:9000", f"127.0.0.1:{self.pages}")
        text = text.replace("clang++-19", self.compiler)
        return re.sub(r"--local\b", f"--endpoint http://127.0.0.1:{self.server}", text)

    def write(self, name, text, mode="w"):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(path, mode, encoding="utf-8") as file:
            file.write(self.translate(text))

    def run(self, text, status=0):
        """Runs the lines of a block. Its exported variables and its folder are those of the blocks after it."""
        state = self.folder / ".state"
        script = "set -eo pipefail\n"
        script += f"[ ! -e {state} ] || . {state}\n"
        script += self.translate(text)
        script += f"\n{{ export -p; printf 'cd %q\\n' \"$PWD\"; }} >{state}\n"
        try:
            done = subprocess.run(["bash", "-c", script], cwd=self.folder, env=self.environment, timeout=RUN,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        except subprocess.TimeoutExpired as error:
            raise Failed(f"it runs for more than {RUN} s:\n{error.output}") from error
        self.printed = done.stdout
        if done.returncode != status:
            raise Failed(f"exit status {done.returncode}, expected {status}:\n{done.stdout}")

    def start(self, text, until):
        """Starts a command that goes on running, and waits until it has printed `until`."""
        *before, last = self.translate(text).strip().replace("\\\n", " ").split("\n")
        state = self.folder / ".state"
        script = "\n".join([f"[ ! -e {state} ] || . {state}", *before, f"exec {last}"])
        log = open(self.folder / f".background-{len(self.background)}", "w+", encoding="utf-8")
        process = subprocess.Popen(["bash", "-c", script], cwd=self.folder, env=self.environment, stdout=log,
                                   stdin=subprocess.DEVNULL, stderr=subprocess.STDOUT)
        self.background.append((process, pathlib.Path(log.name), shlex.split(last)[:2]))
        log.close()
        self.wait_for(until)

    def wait_for(self, until):
        process, log, words = self.background[-1]
        end = time.monotonic() + WAIT
        while until not in log.read_text():
            if process.poll() is not None or time.monotonic() > end:
                raise Failed(f"{' '.join(words)} did not print '{until}':\n{log.read_text()}")
            time.sleep(0.05)
        self.printed = log.read_text()

    def expect_output(self, text):
        printed = {comparable(line) for line in self.printed.split("\n")}
        for line in text.split("\n"):
            if line.strip() not in ("", "...") and comparable(line) not in printed:
                raise Failed(f"not printed: {line}\nprinted was:\n{self.printed}")

    def expect_in_background(self, text):
        """Waits until what runs in the background has printed each line of the text."""
        end = time.monotonic() + WAIT
        while True:
            running = any(process.poll() is None for process, _, _ in self.background)
            self.printed = "".join(log.read_text() for _, log, _ in self.background)
            try:
                return self.expect_output(text)
            except Failed:
                if not running or time.monotonic() > end:
                    raise
            time.sleep(0.05)

    def close(self):
        """Ends what runs, the last started first; it must end as after Ctrl-C by its user, with status 0."""
        complaints = []
        for process, log, words in reversed(self.background):
            process.send_signal(signal.SIGTERM)
            try:
                status = process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                status = "none within 60 s"
            if status != 0:
                complaints.append(f"{' '.join(words)}: exit status {status} after SIGTERM:\n{log.read_text()}")
        if complaints:
            raise Failed("\n".join(complaints))
        self.printed = "".join(log.read_text() for _, log, _ in self.background)
        self.background = []
        for text in self.at_the_end:
            self.expect_output(text)
        self.at_the_end = []
