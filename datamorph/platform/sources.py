"""The sources of a project: what ``sources.yaml`` says, and how far each is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from datamorph.core.load_record import LoadRecord
from datamorph.core.problem import nearest
from datamorph.core.result import RunResult
from datamorph.core.source_spec import SourceSpec
from datamorph.core.sources_file import SourceProblem, SourcesFile, read_sources
from datamorph.core.table import TableRef
from datamorph.errors import DataMorphError, NotFoundError, SettingsError
from datamorph.platform.journal import Observe
from datamorph.platform.load_table import read_table
from datamorph.platform.loading import load_source
from datamorph.platform.ports import Ports
from datamorph.ports import Pending


@dataclass(frozen=True, slots=True)
class SourceState:
    """A source and its table.

    Attributes:
        name: ``raw.domain.name``; what stands in the file where that is wrong.
        kind: ``files``, ``postgres``, ``http`` or ``dlt``.
        place: where the rows come from.
        state: ``new`` (no table yet), ``waiting`` (there is something to load), ``loaded`` or ``broken``.
        waiting: pieces that are not loaded.
        pieces: that are.
        loaded_at: when its table was last loaded.
        problems: why it cannot be loaded, in sentences.
    """

    name: str
    kind: str = ""
    place: str = ""
    state: str = "broken"
    rows: int = 0
    pieces: int = 0
    quarantined: int = 0
    waiting: int = 0
    loaded_at: datetime | None = None
    problems: tuple[str, ...] = ()


class Sources:
    """The sources of one project."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def file(self) -> SourcesFile:
        """What the sources file says, with every mistake in it; an empty one where there is none."""
        file, name = self._ports.settings.path("sources"), str(self._ports.settings.sources)
        if not file.exists():
            return SourcesFile()
        try:
            return read_sources(file.read_text(encoding="utf-8"), file=name)
        except (OSError, UnicodeDecodeError) as error:
            problem = SourceProblem(name, 1, "", f"it cannot be read: {error}", "make it a readable file of UTF-8 text")
            return SourcesFile(broken={"": [problem]})

    def version(self) -> str:
        """Text that changes when the file does."""
        try:
            found = self._ports.settings.path("sources").stat()
        except OSError:
            return "none"
        return f"{found.st_size}-{found.st_mtime_ns}"

    def find(self, name: str) -> tuple[TableRef, SourceSpec]:
        """A source by its table's full name, or by the end of it where that is unique.

        Raises:
            SettingsError: it is wrong in the file, with every problem and its line.
            NotFoundError: there is none of that name, or more than one.
        """
        file, place = self.file(), self._ports.settings.sources
        found = [ref for ref in file.sources if f".{ref}".endswith(f".{name}")]
        if len(found) == 1:
            return found[0], file.sources[found[0]]
        wrong = [key for key in file.broken if f".{key}".endswith(f".{name}")] or [
            key for key in file.broken if not key
        ]
        if wrong and not found:
            problems = [problem for key in wrong for problem in file.broken[key]]
            raise SettingsError("\n".join(map(str, problems)), fix=f"correct {place}")
        if found:
            raise NotFoundError(f"{name!r} is more than one source", fix=f"write {' or '.join(map(str, found))}")
        known = [*map(str, file.sources), *file.broken]
        fix = nearest(name, known) if known else f"describe it in {place}: see docs/sources.md"
        raise NotFoundError(f"there is no source {name!r}", fix=fix)

    def states(self) -> Sequence[SourceState]:
        """Every source of the file, in its order, then what is wrong in it."""
        file = self.file()
        broken = [
            SourceState(name or str(self._ports.settings.sources), problems=tuple(map(str, problems)))
            for name, problems in file.broken.items()
        ]
        return [*(_state(self._ports, ref, spec) for ref, spec in file.sources.items()), *broken]

    def waiting(self, name: str | TableRef) -> Pending:
        """What a source has that its table does not hold."""
        ref, spec = self.find(str(name))
        table = read_table(self._ports, ref)
        return self._ports.source(spec).glance(table.record if table.pinned else LoadRecord())

    def load(self, name: str | TableRef, *, full: bool = False, observe: Observe | None = None) -> RunResult:
        """Load what is new of a source; each piece's rows get into the table exactly once.

        Args:
            name: the raw table, by full or unique short name.
            full: from the beginning: what is there now is all that the table will hold.

        Raises:
            SourceError: nothing of it can be loaded. Pieces that cannot be, beside others that can, are ``refused``.
        """
        ref, spec = self.find(str(name))
        return load_source(self._ports, ref, spec, full=full, observe=observe)


def _state(ports: Ports, ref: TableRef, spec: SourceSpec) -> SourceState:
    try:
        table = read_table(ports, ref)
        pending = ports.source(spec).glance(table.record if table.pinned else LoadRecord())
    except DataMorphError as error:
        return SourceState(str(ref), spec.kind, spec.place, problems=(error.problem,))
    refused = tuple(error.problem for error in pending.refused.values())
    if table.pinned is None:
        return SourceState(str(ref), spec.kind, spec.place, "new", waiting=len(pending.pieces), problems=refused)
    current = next((found for found in ports.lake.history(ref) if found.is_current), None)
    is_waiting = spec.kind == "files" and bool(pending.pieces)
    return SourceState(
        str(ref),
        spec.kind,
        spec.place,
        "waiting" if is_waiting else "loaded",
        rows=table.pinned.rows,
        pieces=len(table.record.pieces),
        quarantined=table.record.bad,
        waiting=len(pending.pieces) if is_waiting else 0,
        loaded_at=current.published_at if current else None,
        problems=refused,
    )
