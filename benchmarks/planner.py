"""Measure the planner on packs and write the table in docs/benchmarks.md.

    .venv/bin/python benchmarks/planner.py PACK... [--planner NAME] [--jobs N] [--part all|open|closed]

A PACK is a folder that `datamorph bench` reads, or a file with what `datamorph bench FOLDER --json` printed.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

DOC = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- planner: begin -->", "<!-- planner: end -->"
HEAD = (
    "| pack | cases | right | answered | precision on answered | wrong tables | asked | refused | plan: median ms "
    "| 95 % | most |\n|---|---|---|---|---|---|---|---|---|---|---|\n"
)
BY_SHAPE = ("single", "join", "nested")


def measure(pack: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    """What `datamorph bench` prints for a pack."""
    if pack.is_file():
        return json.loads(pack.read_text(encoding="utf-8"))
    command = [Path(sys.executable).with_name("datamorph"), "bench", pack, "--json", "--jobs", str(arguments.jobs)]
    options = ["--part", arguments.part, *(["--planner", arguments.planner] if arguments.planner else [])]
    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return json.loads(done.stdout)


def line(name: str, found: dict[str, Any]) -> str:
    """One line of the table."""
    precision = "" if found["precision"] is None else f"{found['precision']:.1%}"
    shares = f"{found['accuracy']:.1%} | {found['coverage']:.1%} | {precision}"
    counts = f"{found['wrong']} ({found['wrong'] / found['cases']:.1%}) | {found['asked']} | {found['refused']}"
    times = f"{found['median_ms']:.1f} | {found['p95_ms']:.1f} | {found['max_ms']:.0f}"
    return f"| {name} | {found['cases']:,} | {shares} | {counts} | {times} |\n"


def table(measured: list[dict[str, Any]]) -> str:
    """The table of all packs, with a line for each shape of question."""
    text = HEAD
    for found in measured:
        part = "" if found["part"] == "all" else f", {found['part']} part"
        text += line(f"{found['pack']} ({found['planner']}{part})", found["total"])
        shapes = [one for one in found["by"] if one["name"] in BY_SHAPE and found["mode"] == "question"]
        text += "".join(line(f"… {one['name']}", one) for one in shapes if len(shapes) > 1)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{text}\n({machine}, {time.strftime('%Y-%m-%d')}.)\n"


def main() -> None:
    """Measure, and write between the marks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("packs", type=Path, nargs="+")
    parser.add_argument("--planner", default="")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--part", choices=("all", "open", "closed"), default="all")
    arguments = parser.parse_args()
    text = table([measure(pack, arguments) for pack in arguments.packs])
    before, _, rest = DOC.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    DOC.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
