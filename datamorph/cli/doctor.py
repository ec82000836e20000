"""Command about the installation: doctor."""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import typer
from rich.table import Table
from rich.text import Text

from datamorph.cli.cells import safe, seconds
from datamorph.cli.render_run import size
from datamorph.cli.session import Session
from datamorph.errors import DataMorphError, SettingsError

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet

OLDEST_PYTHON = (3, 11)
LEAST_FREE_BYTES = 1_000_000_000
SHOWN_PACKAGES = ("pyspark", "pysail", "duckdb", "pyiceberg", "dagster")
UNHEALTHY = 1

TINY_CSV = "grp,amount\na,1\na,2\nb,39\n"
TINY_SPEC = {
    "name": "doctor",
    "sources": {"rows": "raw.doctor.rows"},
    "steps": [{"name": "totals", "aggregate": {"from": "rows", "by": ["grp"], "measures": {"total": "sum(amount)"}}}],
    "target": {"table": "curated.doctor.totals"},
}


Told: TypeAlias = tuple[str, str] | str
"""What was seen, with the fix when something is wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one examination found; ``fix`` is empty where all is well."""

    name: str
    detail: str
    fix: str = ""


def doctor(session: Session) -> None:
    """Examine the installation and the project; really start the engine once.

    Example:
      $ datamorph doctor
    """
    found: list[Finding] = []
    for name, examine in _examinations(session):
        found.append(_examined(name, examine))
        session.show(_line(found[-1]))
    session.show(Text("  Java (but for engine jvm), Chromium and accounts are not needed", style="dim"))
    healthy = not any(finding.fix for finding in found)
    session.document({"healthy": healthy, "findings": [asdict(finding) for finding in found]})
    if not healthy:
        raise typer.Exit(UNHEALTHY)
    session.next_steps(("demo",), ("tables",))


def _examinations(session: Session) -> Iterator[tuple[str, Callable[[], Told]]]:
    yield "python", _python
    yield "packages", _packages
    yield "settings", lambda: _settings(session)
    yield "disk", lambda: _disk(session)
    yield "secrets", lambda: _secrets(session)
    yield "lake", lambda: f"{len(session.platform.tables())} tables"
    yield "pipelines", lambda: _pipelines(session)
    yield "run log", lambda: f"{len(session.platform.runs(most=1000))} runs"
    yield "java", lambda: _java(session)
    yield "engine", lambda: _engine(session)


def _examined(name: str, examine: Callable[[], Told]) -> Finding:
    """The finding; an error is one too."""
    try:
        told = examine()
    except DataMorphError as error:
        return Finding(name, error.problem, error.fix)
    return Finding(name, told) if isinstance(told, str) else Finding(name, *told)


def _line(finding: Finding) -> Table:
    table = Table.grid(padding=(0, 1))
    mark = Text("✗", style="red") if finding.fix else Text("✓", style="green")
    table.add_row(mark, Text(f"{finding.name:<9}"), Text(safe(finding.detail)))
    if finding.fix:
        table.add_row("", "", Text.assemble(("fix: ", "bold"), safe(finding.fix)))
    return table


def _python() -> Told:
    version = sys.version.split()[0]
    if sys.version_info < OLDEST_PYTHON:
        return version, "install Python 3.11 or newer"
    return version


def _packages() -> Told:
    """Versions that are installed against those that this package asks for."""
    from packaging.requirements import Requirement

    wrong: list[str] = []
    for line in importlib.metadata.requires("datamorph") or []:
        wanted = Requirement(line)
        if wanted.marker is None and not _is_installed(wanted.name, wanted.specifier):
            wrong.append(f"{wanted.name}{wanted.specifier}")
    if wrong:
        return f"missing or of another version: {', '.join(wrong)}", f"pip install '{' '.join(wrong)}'"
    return ", ".join(f"{name} {importlib.metadata.version(name)}" for name in SHOWN_PACKAGES)


def _is_installed(name: str, specifier: SpecifierSet) -> bool:
    try:
        return specifier.contains(importlib.metadata.version(name), prereleases=True)
    except importlib.metadata.PackageNotFoundError:
        return False


def _settings(session: Session) -> str:
    settings = session.settings
    file = settings.home / "datamorph.toml"
    return f"{file if file.is_file() else f'defaults, home {settings.home}'}"


def _disk(session: Session) -> Told:
    state = session.settings.path("state")
    folder = next(path for path in (state, *state.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{size(free)} free in {folder}"
    return detail if free >= LEAST_FREE_BYTES else (detail, f"free {size(LEAST_FREE_BYTES)}, or set DATAMORPH_STATE")


def _secrets(session: Session) -> Told:
    """Every secret that is named can be read; what it is, is not shown."""
    from datamorph.platform.authority import aws_use
    from datamorph.platform.secrets import open_secrets

    settings = session.settings
    optional = (settings.llm_key, settings.alert_smtp_password)
    named = {str(secret): secret for secret in aws_use(settings).secrets if str(secret) not in optional}
    read = open_secrets(settings)
    found = [_examined(name, lambda secret=secret: read(secret) and "") for name, secret in named.items()]
    missing = [finding for finding in found if finding.fix]
    if missing:
        return f"{len(missing)} of {len(named)} cannot be read: {missing[0].detail}", missing[0].fix
    return f"{len(named)} named, all can be read" if named else "none is named"


def _pipelines(session: Session) -> Told:
    """Every saved pipeline can be read."""
    names = session.platform.pipelines()
    found = [_examined(name, lambda name=name: session.platform.pipeline(name).spec.name) for name in names]
    broken = [finding for finding in found if finding.fix]
    if broken:
        return f"{len(broken)} of {len(names)} are broken: {broken[0].detail}", broken[0].fix
    return f"{len(names)} pipelines"


def _java(session: Session) -> str:
    """An error only where the engine that is set needs it."""
    from datamorph.adapters.engines.java import find_java

    try:
        java = find_java()
    except SettingsError:
        if session.settings.engine == "jvm":
            raise
        return "none, and only engine jvm needs it"
    return f"{java.version} in {java.home}, for engine jvm"


def _engine(session: Session) -> Told:
    """Load, transform and publish three rows in a project of their own."""
    from datamorph.core.spec import build_spec
    from datamorph.platform import open_platform

    started = time.perf_counter()
    settings = session.settings
    if settings.engine not in ("sail", "jvm", "auto"):
        return f"{settings.engine} is not tried: a job there costs money"
    with tempfile.TemporaryDirectory(prefix="datamorph-doctor-") as home:
        platform = open_platform(home, engine=settings.engine, engine_memory_gb=settings.engine_memory_gb)
        file = Path(home) / "rows.csv"
        file.write_text(TINY_CSV)
        platform.load(file, "raw.doctor.rows")
        result = platform.run(platform.plan_spec(build_spec(TINY_SPEC)))
        totals = {row["grp"]: row["total"] for row in platform.read(result.table).to_pylist()}
    if totals != {"a": 3, "b": 39}:
        return f"{settings.engine} computed {totals}", "reinstall: pip install --force-reinstall datamorph"
    return f"{settings.engine} ran a transform in {seconds(time.perf_counter() - started)}"
