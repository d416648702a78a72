"""The messages of a run, and the verdict on what became of them."""
import json
import random
import re

# Poison messages: no NewsDelivery can be decoded from any of them.
POISON = [
    lambda n: f"poison {n}: this is not JSON",
    lambda n: f'{{"user_id": "poison-{n}", "news_id": "cut o',
    lambda n: json.dumps({"user_id": f"poison-{n}", "news_id": "without a title"}),
    lambda n: json.dumps({"user_id": f"poison-{n}", "news_id": "n", "title": n, "published_at": TIME.format(0)}),
    lambda n: f'["poison", {n}, "毒"]',
]
TIME = "2026-11-28T00:00:{:02}Z"
TITLES = ["Markets close higher", "Überraschung im Finale", "新しい駅が開業", "Storm warning 🌩",
          "Quote: \"no comment\""]
REASON = "undecodable: "  # How a worker's reason for such a message starts.


class Messages:
    """`good` has title and time of each item by its key, `poison` the bodies, `lines` all bodies in order."""

    def __init__(self, count, poison, seed):
        dice = random.Random(f"messages {seed}")
        places = set(dice.sample(range(count), poison))
        self.good, self.poison, self.lines = {}, set(), []
        for n in range(count):
            if n in places:
                body = dice.choice(POISON)(n)
                self.poison.add(body)
            else:
                key, item = (f"u{n // 5:07}", f"n{n % 5}"), (f"{dice.choice(TITLES)} {n}", TIME.format(n % 60))
                self.good[key] = item
                body = json.dumps({"user_id": key[0], "news_id": key[1], "title": item[0], "published_at": item[1]},
                                  ensure_ascii=False)
            self.lines.append(body)


class DeadLetter:
    """`reason` is None if no worker sent it: then SQS moved it, because its receive count exceeded maxReceiveCount."""

    def __init__(self, body, reason, message_id):
        self.body, self.reason, self.message_id = body, reason, message_id


def some(values):
    """The first values, for a sentence."""
    values = sorted(str(value) for value in values)
    return ", ".join(values[:3]) + (", ..." if len(values) > 3 else "")


def judge(messages, items, dead):
    """What is wrong with the items {key: item} and the dead letters: {promise: [sentence]}, all promises included."""
    lost = [f"{len(keys)} good messages have no item and are in no queue: {some(keys)}"
            for keys in [messages.good.keys() - items.keys()] if keys]
    wrong = [f"{len(keys)} items differ from their messages: {some(keys)}"
             for keys in [[key for key, item in items.items() if messages.good.get(key, item) != item]] if keys]
    wrong += [f"{len(keys)} items belong to no message: {some(keys)}"
              for keys in [items.keys() - messages.good.keys()] if keys]
    bodies = {letter.body for letter in dead}
    letters = [f"{len(rest)} poison messages are not in the dead-letter queue: {some(rest)}"
               for rest in [messages.poison - bodies] if rest]
    letters += [f"{len(rest)} dead letters are not poison messages: {some(rest)}"
                for rest in [bodies - messages.poison] if rest]
    reasons = [f"{len(rest)} dead letters have no reason: SQS moved them, or the reason was lost: {some(rest)}"
               for rest in [[letter.body for letter in dead if letter.reason is None]] if rest]
    reasons += [f"{len(rest)} dead letters have another reason: {some(rest)}"
                for rest in [[letter.reason for letter in dead
                              if letter.reason is not None and not letter.reason.startswith(REASON)]] if rest]
    # A copy can come twice (at-least-once delivery), but it is a copy of the same message.
    origins = {}
    for letter in dead:
        if letter.message_id is not None:
            origins.setdefault(letter.body, set()).add(letter.message_id)
    reasons += [f"{len(rest)} dead letters name more than one original message: {some(rest)}"
                for rest in [[body for body, ids in origins.items() if len(ids) > 1]] if rest]
    return {"no good message is lost": lost,
            "each item is the item of its message": wrong,
            "the dead letters are the poison messages": letters,
            "each dead letter has its reason": reasons}


class Receives:
    """Counts what answers to ReceiveMessage hand out."""

    COUNT = re.compile(rb'"ApproximateReceiveCount"\s*:\s*"(\d+)"')

    def __init__(self):
        self.messages = self.again = self.most = 0

    def add(self, answer):
        for count in map(int, self.COUNT.findall(answer)):
            self.messages += 1
            self.again += count > 1
            self.most = max(self.most, count)
