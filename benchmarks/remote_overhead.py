"""Seconds that the platform adds to a job on AWS beyond the job itself, on this machine's AWS.

The job's own time is what its service counts, from start to end; the rest is packing, following and fetching.
Run: ``python benchmarks/remote_overhead.py [RUNS]``.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.adapters.engines import open_engine
from datamorph.adapters.engines.remote.options import AwsOptions
from datamorph.core.plan import PinnedTable
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.local_aws.account import BUCKET, KEYS, furnish, make_bucket
from datamorph.local_aws.server import serving
from datamorph.ports import TransformJob

TARGET_S = 3.0
JOB_S = (0, 5)
CODE = "import time\ndef transform(rows):\n    time.sleep({seconds})\n    return rows\n"


def main(runs: int) -> None:
    """Measure, and print a line for each length of job."""
    os.environ.update(KEYS)
    with serving() as endpoint, tempfile.TemporaryDirectory() as folder:
        make_bucket(endpoint)
        account = furnish(endpoint)
        file = Path(folder) / "rows.parquet"
        pq.write_table(pa.table({"id": list(range(1000))}), file)
        schema = TableSchema((Column("id", "bigint"),))
        rows = PinnedTable(TableRef.parse("raw.bench.rows"), 1, schema, (str(file),), 1000, file.stat().st_size)
        options = AwsOptions(jobs=f"s3://{BUCKET}/jobs", region=KEYS["AWS_DEFAULT_REGION"], endpoint=endpoint,
                             role=account.settings["aws_job_role"])  # fmt: skip
        engine, glue = open_engine("glue", Path(folder), aws=options), account.client("glue")
        for seconds in JOB_S:
            added = list[float]()
            for number in range(runs):
                into = str(Path(folder) / f"out-{seconds}-{number}")
                job = TransformJob(f"run-{number}", CODE.format(seconds=seconds), {"rows": rows}, into, schema)
                started, ids = time.perf_counter(), list[str]()
                engine.run(job, lambda what, facts, ids=ids: ids.append(facts.get("job_id", "")))
                took = time.perf_counter() - started
                run = glue.get_job_run(JobName="datamorph", RunId=next(filter(None, ids)))["JobRun"]
                added.append(took - (run["CompletedOn"] - run["StartedOn"]).total_seconds())
            print(f"job of {seconds} s: {statistics.median(added):.2f} s added (median of {runs}, worst "
                  f"{max(added):.2f}; target {TARGET_S:g})")  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
