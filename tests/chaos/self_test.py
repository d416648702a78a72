"""Checks that each way to break a promise is found, without a run."""
import os
import signal
import time

from messages import DeadLetter, Messages, judge
from processes import Fleet


def check_the_verdict():
    messages = Messages(100, 10, 1)
    items, dead = dict(messages.good), [DeadLetter(body, "undecodable: no", body) for body in messages.poison]
    assert not any(judge(messages, items, dead).values())
    key, poison = next(iter(items)), dead[0]
    cases = [({**items, key: ("x", "y")}, dead), ({**items, ("u", "n"): ("x", "y")}, dead),
             ({other: items[other] for other in items if other != key}, dead), (items, dead[1:]),
             (items, [*dead, DeadLetter("a good message", "undecodable: no", "1")]),
             (items, [DeadLetter(poison.body, None, None), *dead[1:]]),
             (items, [DeadLetter(poison.body, "failed", "1"), *dead[1:]]),
             (items, [*dead, DeadLetter(poison.body, poison.reason, "another")])]
    for number, case in enumerate(cases):
        found = sum(bool(reasons) for reasons in judge(messages, *case).values())
        assert found == 1, f"case {number}: {found} promises are broken, not 1"


STARTED = "echo '\"event\":\"worker.started\"'; "
RETRIED = "echo '\"event\":\"message.retried\",\"reason\":\"made by tests/chaos\"'; "
LOOP = "while :; do sleep 0.01; done"
# What a worker does, the signal that it gets once it started, and the promise that this breaks.
ENDS = [(STARTED + "kill -ABRT $$", None, "died"),
        (STARTED + "exit 0", None, "died"),
        (STARTED + "exit 1", None, "died"),
        ("trap 'exit 3' TERM; " + STARTED + LOOP, signal.SIGTERM, "died"),
        (STARTED + LOOP, signal.SIGTERM, "died"),
        ("trap '' TERM; " + STARTED + "sleep 1", signal.SIGTERM, "late"),
        (RETRIED + STARTED + LOOP, signal.SIGKILL, "retried"),
        ("trap 'exit 0' TERM; " + STARTED + LOOP, signal.SIGTERM, None),
        ("trap 'exit 1' TERM; " + STARTED + LOOP, signal.SIGTERM, None),
        (STARTED + LOOP, signal.SIGKILL, None)]


def check_the_ends(folder):
    fleets = []
    for place, (command, _, _) in enumerate(ENDS):
        os.mkdir(f"{folder}/end-{place}")
        fleets.append(Fleet(["sh", "-c", command], 1, f"{folder}/end-{place}", stop_timeout=0.1))
    for fleet, (_, number, _) in zip(fleets, ENDS):
        worker = fleet.workers[0]
        while '"worker.started"' not in worker.text():
            time.sleep(0.01)
        if number is not None:
            fleet.send(worker, number)
    for fleet, (command, _, expected) in zip(fleets, ENDS):
        fleet.workers[0].thread.join(10)
        fleet.stop()  # A worker that has ended gets no signal.
        found = [promise for promise in ("died", "late", "retried") if getattr(fleet, promise)]
        assert found == ([expected] if expected else []), f"'{command}': {found}, not {expected}"
