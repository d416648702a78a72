#!/usr/bin/env python3
"""Records the memory of a process and of its control group until the process ends.

  record_memory.py PID LIMIT_BYTES OUT.csv [OUT.svg]

Prints one line: the resident memory after a tenth of the time, in the middle and at the end, and the peaks. Ends with
status 1 if memory grows: if the resident memory of the last quarter is more than 2 MiB above that of the second one.
"""
import csv
import pathlib
import statistics
import sys
import time

INTERVAL = 0.25
MIB = 1 << 20
GROWTH_MAX = 2 * MIB


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return None  # The process has ended.


def group_file(pid):
    """The file with the memory use of the whole control group, version 1 or 2; None if it is not visible."""
    for line in pathlib.Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            file = pathlib.Path("/sys/fs/cgroup/memory" + path, "memory.usage_in_bytes")
        elif number == "0":
            file = pathlib.Path("/sys/fs/cgroup" + path, "memory.current")
        else:
            continue
        if file.exists():
            return file
    return None


def record(pid):
    group = group_file(pid)
    begun = time.monotonic()
    rows = []
    while True:
        try:
            now = resident(pid)
            used = int(group.read_text()) if group else 0
        except (OSError, ValueError):
            return rows
        if now is None:
            return rows
        rows.append((round(time.monotonic() - begun, 2), now, used))
        time.sleep(INTERVAL)


def draw(rows, limit, path):
    """Draws a chart: lines on a white background, the limit dashed."""
    width, height, left, bottom = 720, 240, 56, 32
    seconds = max(rows[-1][0], 1)
    top = limit * 1.1

    def point(x, y):
        return f"{left + x / seconds * (width - left - 8):.1f},{(height - bottom) * (1 - y / top):.1f}"

    def line(column, colour):
        points = " ".join(point(row[0], row[column]) for row in rows)
        return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'

    def text(x, y, words, anchor="start", colour="#333"):
        return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'

    ceiling = float(point(0, limit).split(",")[1])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<path d="M{left} {ceiling} H{width}" stroke="#b00" stroke-dasharray="6 4"/>',
        text(left + 6, ceiling - 5, f"limit {limit / MIB:.0f} MiB", colour="#b00"),
        f'<path d="M{left} 0 V{height - bottom} H{width}" fill="none" stroke="#999"/>',
        line(2, "#9bb"),
        line(1, "#036"),
    ]
    step = 16 * MIB
    for level in range(0, int(top), step):
        parts.append(text(left - 6, float(point(0, level).split(",")[1]) + 4, f"{level // MIB} MiB", "end"))
    for share in range(5):
        at = seconds * share / 4
        anchor = "end" if share == 4 else "middle"
        parts.append(text(float(point(at, 0).split(",")[0]), height - 12, f"{at:.0f} s", anchor))
    parts.append(text(width - 12, float(point(0, rows[-1][1]).split(",")[1]) - 8, "resident", "end", "#036"))
    parts.append(text(width - 190, float(point(0, rows[-1][2]).split(",")[1]) - 8, "control group", "end", "#588"))
    parts.append("</svg>\n")
    pathlib.Path(path).write_text("\n".join(parts))


def main():
    pid, limit, table = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    rows = record(pid)
    if len(rows) < 8:
        sys.exit("the process ended too soon to measure its memory")
    with open(table, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["seconds", "resident_bytes", "group_bytes"])
        writer.writerows(rows)
    if len(sys.argv) > 4:
        draw(rows, limit, sys.argv[4])

    def quarter(which):
        return statistics.median(row[1] for row in rows[which * len(rows) // 4:(which + 1) * len(rows) // 4])

    tenth, half, last = (rows[index][1] / MIB for index in (len(rows) // 10, len(rows) // 2, -1))
    print(f"resident {tenth:.1f}, {half:.1f}, {last:.1f} MiB (after a tenth, in the middle, at the end), at most "
          f"{max(row[1] for row in rows) / MIB:.1f}; control group at most {max(row[2] for row in rows) / MIB:.1f} "
          f"of {limit / MIB:.0f} MiB; {rows[-1][0]:.0f} s")
    if quarter(3) > quarter(1) + GROWTH_MAX:
        sys.exit("memory grows: the last quarter is more than 2 MiB above the second one")


if __name__ == "__main__":
    main()
