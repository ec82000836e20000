"""How long a publication takes, by the size of the table that it goes to.

Every row of the table below is a table of so many files, on a local catalog. One small staged file takes the place
of all of them, joins them, or takes the place of one; then the same table is replaced as Delta and as plain Parquet.

Run: ``.venv/bin/python benchmarks/publish.py --files 1 100 10000``
"""

from __future__ import annotations

import argparse
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from datamorph.adapters.lake.lake import IcebergLake
from datamorph.adapters.lake.opening import open_folder
from datamorph.core.table import TableRef, TableSchema
from datamorph.ports import Publication, StagedOutput

REF = TableRef.parse("curated.bench.rows")
SCHEMA = TableSchema.of(id="bigint", name="string", amount="double")
ROWS = pa.table({"id": range(1000), "name": [f"n{i}" for i in range(1000)], "amount": [i / 7 for i in range(1000)]})


def stage(lake: IcebergLake, run_id: str, files: int) -> StagedOutput:
    """So many small files, as an engine would have written them."""
    prefix = Path(lake.staging_prefix(REF, run_id))
    prefix.mkdir(parents=True)
    first = prefix / "part-00000.parquet"
    pq.write_table(ROWS, first)
    paths = [first, *(prefix / f"part-{n:05}.parquet" for n in range(1, files))]
    for path in paths[1:]:
        shutil.copyfile(first, path)
    size = first.stat().st_size * files
    return StagedOutput(str(prefix), tuple(map(str, paths)), SCHEMA, ROWS.num_rows * files, size)


def timed(work: Callable[[], object]) -> float:
    """Seconds that one call takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def publish(lake: IcebergLake, run_id: str, **how: object) -> float:
    """Seconds of one publication, without the staging."""
    staged = stage(lake, run_id, 1)
    return timed(lambda: lake.publish(REF, staged, Publication({"run_id": run_id}, **how)))  # type: ignore[arg-type]


def lake_with(root: Path, files: int) -> IcebergLake:
    """A lake whose table has so many files."""
    lake = open_folder(root)
    lake.publish(REF, stage(lake, "filled", files), Publication({"run_id": "filled"}))
    return lake


def measure(root: Path, files: int, repeats: int) -> dict[str, float]:
    """Median seconds of each kind of publication to a table of so many files."""
    lake = lake_with(root, files)
    full = lake.pin(REF).snapshot_id
    found: dict[str, list[float]] = {"append": [], "replace one": [], "replace all": [], "pin": []}
    for n in range(repeats):
        found["append"].append(publish(lake, f"append{n}", appends=True))
        cold = open_folder(root)
        cold.catalog()
        found["pin"].append(timed(lambda cold=cold: cold.pin(REF)))
        now = lake.pin(REF)
        found["replace one"].append(publish(lake, f"one{n}", replaces=now.files[-1:], based_on=now.snapshot_id))
        found["replace all"].append(publish(lake, f"all{n}"))
        lake.rollback(REF, full)
    return {name: statistics.median(times) for name, times in found.items()}


def measure_delta(root: Path, files: int, repeats: int) -> float:
    """The same replacement as Delta."""
    from deltalake import DeltaTable, write_deltalake

    path = str(root / "delta")
    for n in range(0, files, 500):
        batch = pa.concat_tables([ROWS] * min(500, files - n))
        write_deltalake(path, batch, mode="append", target_file_size=1)
    times = list[float]()
    for _ in range(repeats):
        version = DeltaTable(path).version()
        times.append(timed(lambda: write_deltalake(path, ROWS, mode="overwrite")))
        DeltaTable(path).restore(version)
    return statistics.median(times)


def measure_parquet(root: Path, files: int, repeats: int) -> float:
    """The same replacement of a plain folder, which readers see half done."""
    times = list[float]()
    for _ in range(repeats):
        folder = root / "plain"
        folder.mkdir()
        pq.write_table(ROWS, folder / "part-00000.parquet")
        for n in range(1, files):
            shutil.copyfile(folder / "part-00000.parquet", folder / f"part-{n:05}.parquet")

        def replace(folder: Path = folder) -> None:
            shutil.rmtree(folder)
            folder.mkdir()
            pq.write_table(ROWS, folder / "part-00000.parquet")

        times.append(timed(replace))
        shutil.rmtree(folder)
    return statistics.median(times)


def measure_history(root: Path, publications: int) -> list[tuple[int, float]]:
    """Seconds of a publication by how many there were before."""
    lake, found = open_folder(root), list[tuple[int, float]]()
    times = [publish(lake, f"r{n}") for n in range(publications)]
    for at in (10, 50, 100, 200, 500, 1000):
        if at <= publications:
            found.append((at, statistics.median(times[max(at - 10, 0) : at])))
    return found


def main() -> None:
    """Print the table for ``docs/benchmarks.md``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, nargs="*", default=[1, 10, 100, 1000, 10_000])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--publications", type=int, default=200)
    options = parser.parse_args()
    print(
        "| files | replace all s | append s | replace one s | list the files, cold s "
        "| Delta overwrite s | Parquet overwrite s |"
    )
    print("|---|---|---|---|---|---|---|")
    for files in options.files:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            own = measure(root / "lake", files, options.repeats)
            others = (measure_delta(root, files, options.repeats), measure_parquet(root, files, options.repeats))
            times = (own["replace all"], own["append"], own["replace one"], own["pin"], *others)
            print(f"| {files:,} | {' | '.join(f'{seconds:.3f}' for seconds in times)} |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        print("\n| publications before | s |\n|---|---|")
        for before, seconds in measure_history(Path(folder), options.publications):
            print(f"| {before:,} | {seconds:.3f} |")
    print(f"\n({platform.machine()}, Python {sys.version.split()[0]}, median of {options.repeats})")


if __name__ == "__main__":
    main()
