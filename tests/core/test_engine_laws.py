"""What holds for every pipeline on the engine: random ones by the hundred, and those that once did not agree.

``DATAMORPH_EXAMPLES`` sets how many are tried; ``DATAMORPH_KEEP`` names a file for those that fail, in the form of
``corpus.json``, where they stay as regression tests when they are mended.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from spec_strategies import pipelines
from test_laws import checked_pipeline, loaded

from datamorph.adapters.engines.sail import SailEngine
from datamorph.core.plan import PinnedTable
from datamorph.core.pyspark import compile_pyspark
from datamorph.core.sql import compile_sql
from datamorph.core.table import TableRef, TableSchema
from datamorph.platform.verification import compare_rows
from datamorph.ports import TransformJob

EXAMPLES = int(os.environ.get("DATAMORPH_EXAMPLES", "75"))
CORPUS = Path(__file__).with_name("corpus.json")
# Runs in the entry script, whose own functions load, conform and write.
CODE = """\
import json
from pathlib import Path
import __main__
FOLDER = Path({folder!r})

def outcome(case, spark):
    try:
        frames = {{name: spark.read.parquet(file) for name, file in case["inputs"].items()}}
        result = __main__.conform(__main__.load_transform(case["code"])(**frames), case["columns"])
        result.write.mode("error").parquet(case["into"])
        __main__.keep_columns(result, case["into"])
    except Exception as error:
        return str(error)[:2000] or repr(error)
    return ""

def transform(any):
    cases = json.loads((FOLDER / "cases.json").read_text())
    failures = [outcome(case, any.sparkSession) for case in cases]
    (FOLDER / "failures.json").write_text(json.dumps(failures))
    return any
"""


CHUNK = 10
"""Hypothesis varies what it had before: a new seed now and then keeps the pipelines different."""


def random_pipelines(count: int):
    """That many pipelines, the same ones in every run."""
    found = []

    @settings(max_examples=CHUNK, phases=[Phase.generate], deadline=None, database=None, derandomize=False,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(pipelines())
    def keep(pipeline):
        found.append(pipeline)

    for number in range(2 * count // CHUNK):
        seed(number)(keep)()
        if len(found) >= count:
            break
    return found[:count]


def as_text(pipeline):
    """A pipeline as JSON; DuckDB reads the values back from their text."""
    data, tables, rows = pipeline
    plain = {
        name: [[v if v is None or isinstance(v, bool) else str(v) for v in row] for row in rows[name]] for name in rows
    }
    return {"spec": data, "tables": {n: {c.name: c.type for c in s} for n, s in tables.items()}, "rows": plain}


def from_text(kept):
    tables = {name: TableSchema.of(**columns) for name, columns in kept["tables"].items()}
    return kept["spec"], tables, kept["rows"]


class Batch:
    """Pipelines that run in one job."""

    def __init__(self, found, folder):
        self.found, self.folder = found, folder
        self.cases = [self._case(pipeline, folder / str(number)) for number, pipeline in enumerate(found)]

    def _case(self, pipeline, folder):
        data, tables, rows = pipeline
        folder.mkdir()
        checked = checked_pipeline(data, tables)
        expected = None
        with loaded(tables, rows) as connection:
            inputs = {name: str(folder / f"{name}.parquet") for name in tables}
            for name, file in inputs.items():
                connection.execute(f"COPY \"{name}\" TO '{file}' (FORMAT parquet)")
            try:
                expected = connection.execute(compile_sql(checked)).to_arrow_table()
            except duckdb.Error as error:
                expected = str(error)
        self.job = {"code": compile_pyspark(checked), "inputs": inputs, "into": str(folder / "out"),
                    "columns": {column.name: column.type for column in checked.schema}}  # fmt: skip
        return checked, expected, self.job

    def run(self, engine):
        """Failures by position: ``(position, what is wrong)``."""
        (self.folder / "cases.json").write_text(json.dumps([job for *_, job in self.cases]))
        seed = self.folder / "seed.parquet"
        pq.write_table(pa.table({"n": [1]}), seed)
        ref, schema = TableRef.parse("raw.t.any"), TableSchema.of(n="bigint")
        pinned = {"any": PinnedTable(ref, 1, schema, (str(seed),), 1, 1)}
        code = CODE.format(folder=str(self.folder))
        engine.run(TransformJob("laws", code, pinned, str(self.folder / "end"), schema), lambda what, facts: None)
        failures = json.loads((self.folder / "failures.json").read_text())
        told = [self._wrong(case, failure) for case, failure in zip(self.cases, failures, strict=True)]
        return [(position, wrong) for position, wrong in enumerate(told) if wrong]

    def _wrong(self, case, failure):
        _, expected, job = case
        if isinstance(expected, str) or failure:
            is_shared = isinstance(expected, str) and failure
            return "" if is_shared else f"only one fails: {failure or expected}"
        files = sorted(Path(job["into"]).rglob("*.parquet"))
        rows = pa.concat_tables([pq.read_table(file) for file in files]) if files else expected.slice(0, 0)
        verdict = compare_rows(rows, expected, engine="sail")
        return "" if verdict.passed else f"{verdict.observed} {verdict.failing}"


def report(batch, wrong):
    """What a person needs to see, and the pipelines for ``corpus.json`` where asked for."""
    if keep := os.environ.get("DATAMORPH_KEEP"):
        kept = [{"why": text[:300], **as_text(batch.found[position])} for position, text in wrong]
        Path(keep).write_text(json.dumps(kept, indent=1, ensure_ascii=False))
    shown = [f"{text}\n{batch.cases[position][2]['code']}\n{batch.found[position][2]}" for position, text in wrong[:3]]
    return f"{len(wrong)} of {len(batch.found)} differ:\n" + "\n\n".join(shown)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_random_pipelines_give_the_same_rows_on_the_engine_and_never_fail_alone(tmp_path):
    batch = Batch(random_pipelines(EXAMPLES), tmp_path)

    wrong = batch.run(SailEngine(tmp_path / "jobs"))

    assert not wrong, report(batch, wrong)


@pytest.mark.slow
def test_pipelines_that_once_differed_agree(tmp_path):
    batch = Batch([from_text(kept) for kept in json.loads(CORPUS.read_text())], tmp_path)

    wrong = batch.run(SailEngine(tmp_path / "jobs"))

    assert not wrong, report(batch, wrong)
