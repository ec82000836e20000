"""One worker that runs whole pipelines, engine included, over and over until it is killed.

What the tables must hold follows from the source alone: every snapshot names the snapshot of the source that it read.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from datamorph import open_platform
from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.errors import DataMorphError

SOURCE = "raw.faults.news"
HEADER = "seq,key,day,n\n"
TARGETS = {
    "appended": "write: append",
    "merged": "write: merge, key: [key]",
    "versions": "write: scd2, key: [key], changed_at: day",
    "replaced": "write: replace_partitions, partition_by: [seq]",
}
STEPS = {"merged": "[{name: latest, dedupe: {from: news, by: [key], order_by: [seq desc]}}]",
         "versions": "[{name: few, drop: {from: news, columns: [seq]}}]"}  # fmt: skip

Row = tuple[Any, ...]


def spec_of(name: str) -> PipelineSpec:
    """The pipeline that writes in that mode what is new in the source."""
    return parse_spec(f"""
        name: {name}
        sources: {{news: {SOURCE}}}
        incremental: {{news: {{by: seq}}}}
        steps: {STEPS.get(name, "[]")}
        target: {{table: curated.faults.{name}, {TARGETS[name]}}}
        checks: [{{expect_column_values_to_not_be_null: {{column: key}}}}]
        """)


def expected(name: str, source: Sequence[Row]) -> Counter[Row]:
    """The rows of a table that has read this source, ``(seq, key, day, n)``, in any number of runs."""
    if name == "merged":
        return Counter({row[1]: row for row in sorted(source)}.values())
    if name != "versions":
        return Counter(source)
    found = Counter[Row]()
    for key in {row[1] for row in source}:
        mine = [(day, n) for _, k, day, n in sorted(source) if k == key]
        changes = [mine[0], *(now for before, now in pairwise(mine) if before[1] != now[1])]
        ends = [day for day, _ in changes[1:]]
        for (day, n), end in zip(changes, [*ends, None], strict=True):
            found[key, day, n, day, end, end is None] += 1
    return found


def work(home: str, log: Path, seed: int) -> None:
    """Run pipelines until this process is killed; each line is on disk before the next run begins."""
    platform, chance = open_platform(home), random.Random(seed)  # noqa: S311
    with log.open("a") as out:
        while True:
            name = chance.choice(list(TARGETS))
            tell(out, begun=name)
            try:
                result = platform.run(platform.plan_spec(spec_of(name)), force=True)
            except DataMorphError as error:
                tell(out, failed=f"{type(error).__name__}: {error}"[:500])
            else:
                tell(out, acknowledged=result.run_id, table=result.table)


def tell(out: Any, **line: Any) -> None:
    """Write a line down."""
    out.write(json.dumps(line) + "\n")
    out.flush()
    os.fsync(out.fileno())


if __name__ == "__main__":
    work(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
