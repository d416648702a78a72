"""The links of a Markdown page to files and headings of the checkout."""
import pathlib
import re


def lines_outside_blocks(text):
    inside = False
    for number, line in enumerate(text.split("\n"), 1):
        if re.match(r" *```", line):
            inside = not inside
        elif not inside:
            yield number, line


def anchor(heading):
    """As GitHub names a heading."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def anchors(path):
    text = path.read_text(encoding="utf-8")
    return {anchor(line.lstrip("#")) for _, line in lines_outside_blocks(text) if line.startswith("#")}


def broken(checkout, page, text):
    """Pairs of line number and complaint."""
    here = (checkout / page).parent
    for number, line in lines_outside_blocks(text):
        for target in re.findall(r"\]\(([^)]+)\)", line):
            if re.match(r"[a-z]+:", target):
                continue  # To the web: not ours to check.
            name, _, heading = target.partition("#")
            path = pathlib.Path(here / name).resolve() if name else checkout / page
            if not path.exists():
                yield number, f"the link {target} leads to no file"
            elif heading and path.suffix == ".md" and heading not in anchors(path):
                yield number, f"the link {target} leads to no heading"
