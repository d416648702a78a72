"""The code blocks of a Markdown page, and what the page says about how each is tested."""
import dataclasses
import re

# How a block of each language is tested if the page does not say anything else.
LANGUAGES = ("sh", "cpp", "cmake", "toml", "json", "promql", "yaml", "html", "text")


# Those with a value need an argument.
MODES = {"skip,": True, "file": True, "append": True, "background until": True, "status": True, "output": False,
         "output in the background": False, "output at the end": False, "new session": False,
         "new session, background until": True}


@dataclasses.dataclass
class Block:
    page: str
    line: int  # Of the opening fence, from 1.
    language: str
    text: str
    mode: str = ""  # One of MODES; empty: the language decides.
    argument: str = ""

    def where(self):
        return f"{self.page}:{self.line}"


class PageError(Exception):
    """A page that cannot be tested as it stands."""


def directive(page, number, line):
    """The mode and its argument: <!-- test: MODE ARGUMENT -->."""
    found = re.fullmatch(r"<!-- test: (.*?) ?-->", line)
    for mode in sorted(MODES, key=len, reverse=True):
        if found and (found.group(1) + " ").startswith(mode + " "):
            argument = found.group(1)[len(mode):].strip()
            if MODES[mode] != bool(argument):
                raise PageError(f"{page}:{number}: '{mode}' " + ("needs" if MODES[mode] else "takes no") + " argument")
            return mode.strip(","), argument
    raise PageError(f"{page}:{number}: not a directive: {line}")


def blocks_of(page, text):
    lines = text.split("\n")
    blocks, i = [], 0
    while i < len(lines):
        fence = re.fullmatch(r"( *)(```+)(.*)", lines[i])
        if not fence:
            if lines[i].strip().startswith("<!-- test:") and not re.match(r" *```", lines[i + 1]):
                raise PageError(f"{page}:{i + 1}: a directive without a block below it")
            i += 1
            continue
        indent, marks, language = fence.groups()
        if language not in LANGUAGES:
            raise PageError(f"{page}:{i + 1}: a block in '{language}'; it is one of {', '.join(LANGUAGES)}")
        end = next((n for n in range(i + 1, len(lines)) if lines[n].strip() == marks), None)
        if end is None:
            raise PageError(f"{page}:{i + 1}: a block without an end")
        body = [line.removeprefix(indent) for line in lines[i + 1:end]]
        block = Block(page, i + 1, language, "\n".join(body) + "\n")
        if i > 0 and lines[i - 1].strip().startswith("<!-- test:"):
            block.mode, block.argument = directive(page, i, lines[i - 1].strip())
        blocks.append(block)
        i = end + 1
    return blocks


def inline_code(text):
    """Pairs of line number and code span, outside of the blocks."""
    inside, spans = False, []
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r" *```", line):
            inside = not inside
        elif not inside:
            spans.extend((number, span) for span in re.findall(r"`([^`]+)`", line))
    return spans
