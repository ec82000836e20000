"""What the tables of the fault suite must hold, computed from the logs of the workers alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = tuple[int | None, ...]
Operation = Mapping[str, Any]


@dataclass
class Told:
    """What the workers wrote down."""

    meant: dict[str, Operation] = field(default_factory=dict)
    acknowledged: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def read_logs(logs: Path) -> Told:
    """Every whole line of every log; a killed worker may leave half a line."""
    told = Told()
    for log in sorted(logs.glob("*.log")):
        for text in log.read_text().splitlines():
            if not text.endswith("}"):
                continue
            line = json.loads(text)
            if "mode" in line:
                told.meant[line["run"]] = line
            elif "acknowledged" in line:
                told.acknowledged[line["run"]] = line["acknowledged"]
            else:
                told.failed[line["run"]] = line["failed"]
    return told


def after(rows: Counter[Row] | None, operation: Operation) -> Counter[Row]:
    """The rows of a table after an operation; None before it exists."""
    new = [tuple(row) for row in operation["rows"]]
    mode = operation["mode"]
    if mode == "compact":
        assert rows is not None
        return rows
    if mode == "scd2":
        return versions({(k, since): v for k, since, v, _ in rows or ()} | {(k, since): v for k, since, v in new})
    if rows is None or mode == "replace":
        return Counter(new)
    if mode == "append":
        return rows + Counter(new)
    column = 0 if mode == "merge" else 1
    wanted = {row[column] for row in new}
    return Counter({row: n for row, n in rows.items() if row[column] not in wanted}) + Counter(new)


def versions(values: Mapping[tuple[Any, Any], Any]) -> Counter[Row]:
    """Every version of every key: a value that is another one than before, until the next such."""
    found, changes = Counter[Row](), dict[Any, list[tuple[Any, Any]]]()
    for (k, since), v in sorted(values.items()):
        mine = changes.setdefault(k, [])
        if not mine or mine[-1][1] != v:
            mine.append((since, v))
    for k, mine in changes.items():
        ends = [since for since, _ in mine[1:]]
        found.update((k, since, v, until) for (since, v), until in zip(mine, [*ends, None], strict=True))
    return found


def states(runs: Sequence[str], told: Told) -> list[Counter[Row]]:
    """The rows after each run, in the order in which they were committed."""
    found, rows = list[Counter[Row]](), None
    for run in runs:
        rows = after(rows, told.meant[run])
        found.append(rows)
    return found
