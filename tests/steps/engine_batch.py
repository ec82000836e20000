"""Many compiled specs in one job of an engine: a start costs more than most of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from datamorph.core.plan import PinnedTable
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.typecheck import CheckedSpec
from datamorph.ports import Engine, TransformJob

BATCH_S = 1500.0
# Runs in the entry script, whose own functions read, conform and write.
CODE = """\
import json, time, traceback
from pathlib import Path
import __main__
FOLDER = Path({folder!r})

def outcome(case, frames):
    started = time.perf_counter()
    try:
        made = __main__.load_transform(case["code"])(**{{name: frames[name] for name in case["inputs"]}})
        result = __main__.conform(made, case["columns"])
        columns = {{field.name: field.dataType.simpleString() for field in result.schema.fields}}
        result.write.mode("error").parquet(case["into"])
        __main__.keep_columns(result, case["into"])
    except Exception:
        return {{"error": traceback.format_exc()[-3000:]}}
    return {{"columns": columns, "seconds": time.perf_counter() - started}}

def transform(**frames):
    cases = json.loads((FOLDER / "cases.json").read_text())
    outcomes = {{name: outcome(case, frames) for name, case in cases.items()}}
    (FOLDER / "outcomes.json").write_text(json.dumps(outcomes))
    return frames[{first!r}].limit(1)
"""


@dataclass(frozen=True)
class CaseOutcome:
    """What became of one case.

    Attributes:
        error: the end of its traceback; empty where it went well.
        columns: name to Spark type of what was written.
        files: its Parquet files.
    """

    error: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    files: tuple[str, ...] = ()
    seconds: float = 0.0


def run_batch(
    engine: Engine, cases: Mapping[str, CheckedSpec], pinned: Mapping[str, PinnedTable], folder: Path
) -> dict[str, CaseOutcome]:
    """Run every case's compiled transform in one job and write each to a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    jobs = {name: _case(checked, folder / f"case_{number}") for number, (name, checked) in enumerate(cases.items())}
    (folder / "cases.json").write_text(json.dumps(jobs))
    first = next(iter(pinned))
    code = CODE.format(folder=str(folder), first=first)
    job = TransformJob("batch", code, pinned, str(folder / "end"), pinned[first].schema, timeout_s=BATCH_S)
    engine.run(job, lambda what, facts: None)
    outcomes = json.loads((folder / "outcomes.json").read_text())
    return {
        name: CaseOutcome(files=tuple(sorted(map(str, Path(jobs[name]["into"]).rglob("*.parquet")))), **outcome)
        for name, outcome in outcomes.items()
    }


def _case(checked: CheckedSpec, into: Path) -> dict[str, object]:
    return {
        "code": compile_pyspark(checked),
        "inputs": list(checked.spec.sources),
        "into": str(into),
        "columns": {column.name: column.type for column in checked.schema},
    }
