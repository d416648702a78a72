"""Reads the floors, the sources, their functions and includes, for tests/style/structure and tests/style/floors."""
import os
import re

SOURCE = re.compile(r"\.(cpp|hpp)$")
SKIPPED = {"build", ".git", "node_modules", "__pycache__"}


def read_floors(root):
    """The floors of cmake/floors.txt, lowest first, each with its direct dependencies."""
    floors = {}
    with open(os.path.join(root, "cmake/floors.txt"), encoding="utf-8") as text:
        for line in text:
            if match := re.match(r"([a-z]+):(.*)", line):
                floors[match[1]] = match[2].split()
    return floors


def below(floors, floor):
    """All floors that `floor` can include: its direct and indirect dependencies."""
    found = set(floors[floor])
    for direct in floors[floor]:
        found |= below(floors, direct)
    return found


def find_sources(root):
    """The paths of all C++ sources below `root`, sorted."""
    paths = []
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in SKIPPED]
        paths += [os.path.relpath(os.path.join(folder, name), root) for name in files if SOURCE.search(name)]
    return sorted(paths)


# The order matters: a comment inside a string is text, and a quote inside a comment starts no string. An apostrophe
# between digits separates them.
TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)"""
    r"""|(?P<raw>R"(?P<mark>[^\s()\\]{0,16})\(.*?\)(?P=mark)")"""
    r"""|(?P<string>"(?:\\.|[^"\\\n])*")"""
    r"""|(?P<number>\b\d[\w.']*)"""
    r"""|(?P<char>'(?:\\.|[^'\\\n])+')""",
    re.DOTALL,
)


def blank(text):
    return re.sub(r"[^\n]", " ", text)


def without_comments(text):
    """The same text with blanks instead of comments: lines keep their numbers."""
    return TOKEN.sub(lambda match: blank(match[0]) if match["comment"] else match[0], text)


def without_strings(code):
    """Code without comments, with blanks instead of strings, characters and preprocessor lines."""
    code = TOKEN.sub(lambda match: match[0] if match["number"] else blank(match[0]), code)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda match: blank(match[0]), code, flags=re.MULTILINE)


NAMED_SCOPE = re.compile(r"(inline\s+)?namespace\b|extern\s*$")
TYPE = re.compile(r"(template\s*<.*>\s*)?(export\s+)?(class|struct|union|enum)\b", re.DOTALL)
NAME = re.compile(r"((?:[A-Za-z_~]\w*\s*(?:<[^<>()]*>)?\s*::\s*)*(?:operator\s*[^\s(]+|operator\s*\(\s*\)|~?[A-Za-z_]\w*))\s*\(")


def top_level(head):
    """A statement's head without the content of parentheses, brackets and braces."""
    out, depth = [], 0
    for c in head:
        if c in "([{":
            depth += 1
        elif c in ")]}":
            depth -= 1
            out.append(c)
            continue
        if depth == 0:
            out.append(c)
    return "".join(out)


def kind_of(head):
    """The kind of block that the brace after `head` opens, outside of functions: 'scope', 'function' or 'value'."""
    plain = head.strip()
    if NAMED_SCOPE.match(plain):
        return "scope"
    outer = re.sub(r"operator\s*[^\s\w]+", "operator", top_level(plain))
    if TYPE.match(plain) and not re.search(r"\)\s*(const|noexcept|override|final|->.*|:.*)*\s*$", plain):
        return "scope"
    if ")" not in outer:
        return "value"
    if "=" in re.sub(r"[<>=!]=", "", outer):
        return "function" if re.search(r"\)\s*(mutable|noexcept|->[^=]*)?\s*$", plain) and "[" in plain else "value"
    # In a constructor's initializer list, `name{` is a member; the body follows `)` or `}`.
    if re.search(r"\)[^():]*(?<!:):(?!:)", outer) and re.search(r"[\w>]$", plain):
        return "value"
    return "function"


def functions(code):
    """(name, first line, lines) of each function that is defined in `code`. A lambda is part of its function."""
    code = without_strings(code)
    found = []
    start, i, parentheses = 0, 0, 0  # `start`: the beginning of the current statement's head.
    while i < len(code):
        c = code[i]
        if c == "(":
            parentheses += 1
        elif c == ")":
            parentheses -= 1
        elif c in ";}" and parentheses == 0:
            start = i + 1
        elif c == "{":
            head = code[start:i]
            kind = "value" if parentheses > 0 else kind_of(re.sub(r"^\s*(public|private|protected)\s*:", "", head))
            if kind == "scope":
                start, i = i + 1, i + 1
                continue
            end = closing(code, i)
            name = NAME.search(re.sub(r"template\s*<[^{]*?>\s*(?=[\w\[])", "", head))
            if kind == "function" and name:
                first = code.count("\n", 0, start + len(head) - len(head.lstrip())) + 1
                found.append((name_of(name, head), first, code.count("\n", 0, end) + 2 - first))
                start = end + 1
            i = end
        i += 1
    return found


def name_of(match, head):
    """`Supervisor::run`, `operator-`; for a test, `TEST(SupervisorTest, Restarts)`."""
    name = re.sub(r"\s", "", match[1])
    return re.sub(r"\s+", " ", head[match.start(1):]).strip() if re.match(r"TEST(_F|_P)?$", name) else name


def closing(code, opening):
    """The position of the brace that closes the one at `opening`."""
    depth = 0
    for match in re.compile(r"[{}]").finditer(code, opening):
        depth += 1 if match[0] == "{" else -1
        if depth == 0:
            return match.start()
    return len(code) - 1


INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(code):
    """(line, is private, path) of each include."""
    return [(code.count("\n", 0, match.start()) + 1, match[1] == '"', match[2]) for match in INCLUDE.finditer(code)]


def room_of(path):
    """The room of a source: its folder; the public and private headers of a room belong to the same room."""
    folder = os.path.dirname(path)
    folder = re.sub(r"^([a-z]+)/include/ekiden(/\1(?=/|$))?", r"\1", folder)
    return re.sub(r"^([a-z]+)/src(?=/|$)", r"\1", folder)
