"""Which commands and options the programs and scripts have, by their own help."""
import pathlib
import re
import subprocess


class Commands:
    def __init__(self, checkout, binaries):
        self.checkout = pathlib.Path(checkout)
        self.options = {}  # "ekiden bench budgets" -> its options
        for program in ("ekiden", "news-worker"):
            self._learn(binaries / program, [program])

    def _learn(self, path, words):
        done = subprocess.run([path, *words[1:], "--help"], check=True, capture_output=True, text=True)
        self.options[" ".join(words)] = set(re.findall(r"--[a-z][a-z-]*", done.stdout)) | {"--help"}
        section = re.search(r"^commands:\n((?:  .*\n)+)", done.stdout, re.M)
        for command in re.findall(r"^  (\S+)", section.group(1) if section else "", re.M):
            self._learn(path, [*words, command])

    def complaint(self, line):
        """What is wrong with a command line of ours, or nothing: of others' commands nothing is known."""
        line = re.sub(r"\s+#.*$", "", line)
        for simple in re.split(r"\|\|?|&&|;", line):
            words = [word for word in simple.split() if not re.fullmatch(r"[A-Z_]+=\S*", word)]
            if not words:
                continue
            name = re.sub("^(build/(release|dev)|~/ekiden)/bin/", "", words[0])
            if name in self.options:
                found = self._of_program(name, words[1:])
            elif name.startswith(("scripts/", "bench/", "tests/")):
                found = self._of_script(name, words[1:])
            else:
                found = None
            if found:
                return found
        return None

    def _of_program(self, command, words):
        while words and f"{command} {words[0]}" in self.options:
            command, words = f"{command} {words[0]}", words[1:]
        below = [other for other in self.options if other.startswith(command + " ")]
        if command == "ekiden" and words and not words[0].startswith("-") and below:
            return f"there is no command '{command} {words[0]}'"
        quoted = False
        for word in words:
            if not quoted and word.startswith("--") and word.split("=")[0] not in self.options[command]:
                return f"{command} has no option {word}"
            quoted ^= word.count("'") % 2 == 1 or word.count('"') % 2 == 1
        return None

    def _of_script(self, name, words):
        path = self.checkout / name
        if not path.exists():
            return f"there is no {name}"
        if path.is_file():
            text = path.read_text(errors="replace")
            # A script that hands its words on to steps of its own knows the options there.
            folder = {"scripts/chaos": "tests/chaos", "scripts/deploy": "deploy/ecs",
                      "scripts/image-test": "tests/image"}.get(name)
            for step in (self.checkout / folder).rglob("*") if folder else ():
                text += step.read_text(errors="replace") if step.is_file() else ""
            for word in words:
                if word.startswith("--") and word.split("=")[0] not in text:
                    return f"{name} has no option {word}"
        return None
