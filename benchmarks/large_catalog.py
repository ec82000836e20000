"""How long planning takes over a catalog of 2,000 tables and 60,000 columns, and whether it finds the right tables.

    .venv/bin/python benchmarks/large_catalog.py [--tables 2000] [--profile]

"First" is the first plan in a fresh process, as at the command line; "next" are the others, as in a web session.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import platform
import pstats
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "planning"))

from warehouse import ASKED, PLANTED, warehouse  # noqa: E402 (the tests' own catalog)

from datamorph.core.catalog import Catalog  # noqa: E402
from datamorph.planning.offline import OfflinePlanner  # noqa: E402
from datamorph.planning.reach import reachable  # noqa: E402

BUDGET_MS = 200.0
FIRSTS = (0, 1, 2, 20, 21, 25)
"""Prompts and questions that a process of their own begins with."""


def plan_ms(planner: OfflinePlanner, prompt: str, catalog: Catalog) -> tuple[float, bool]:
    """Processor milliseconds of one plan, and whether it reads exactly the planted tables."""
    started = time.process_time()
    mode = "question" if prompt in ASKED else "pipeline"
    outcome = planner.plan(prompt, reachable(prompt, catalog), mode=mode)
    spent = (time.process_time() - started) * 1000
    found = {str(ref) for ref in outcome.spec.sources.values()} if hasattr(outcome, "spec") else set()
    return spent, found == (PLANTED | ASKED)[prompt]


def first(place: int, tables: int) -> float:
    """Milliseconds of the first plan in a process of its own."""
    command = [sys.executable, __file__, "--first", str(place), "--tables", str(tables)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=2000)
    parser.add_argument("--first", type=int, default=-1, help=argparse.SUPPRESS)
    parser.add_argument("--profile", action="store_true", help="show where the time of the first plan goes")
    arguments = parser.parse_args()
    catalog, prompts = warehouse(arguments.tables), [*PLANTED, *ASKED]
    planner = OfflinePlanner()
    if arguments.first >= 0:
        print(plan_ms(planner, prompts[arguments.first], catalog)[0])
        return
    if arguments.profile:
        profiler = cProfile.Profile()
        profiler.runcall(plan_ms, planner, prompts[0], catalog)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        return
    firsts = [first(place, arguments.tables) for place in FIRSTS]
    found = [plan_ms(planner, prompt, catalog) for prompt in prompts]
    following = [milliseconds for milliseconds, _ in found[1:]]
    columns = sum(len(table.schema) for table in catalog.tables)
    print(f"{len(catalog.tables):,} tables, {columns:,} columns; budget {BUDGET_MS:.0f} ms")
    print("| plan | median CPU ms | most |\n|---|---|---|")
    print(f"| first in a process | {statistics.median(firsts):.0f} | {max(firsts):.0f} |")
    print(f"| next | {statistics.median(following):.0f} | {max(following):.0f} |")
    print(f"\nright tables: {sum(is_right for _, is_right in found)} of {len(found)}")
    print(f"\n({platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()})")


if __name__ == "__main__":
    main()
