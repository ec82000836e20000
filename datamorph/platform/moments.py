"""As of when: a snapshot, a tag, or an instant, for one table or for all that a query reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from datamorph.core.table import TableRef
from datamorph.errors import NotFoundError
from datamorph.platform.ports import Ports
from datamorph.ports import Snapshot


@dataclass(frozen=True, slots=True)
class Moment:
    """What ``--as-of`` means.

    Attributes:
        at: an instant; every table is read as it was then.
        name: a snapshot's id or a tag; the table that has it is read there, others as they were at its time.
    """

    at: datetime | None = None
    name: str = ""


def parse_moment(text: str) -> Moment:
    """Read ``2026-01-31``, ``2026-01-31T06:00``, a snapshot's id or a tag; instants without a zone are UTC."""
    try:
        at = datetime.fromisoformat(text) if not text.isdecimal() else None
    except ValueError:
        at = None
    if at is None:
        return Moment(name=text)
    return Moment(at=at if at.tzinfo else at.replace(tzinfo=UTC))


def snapshots_at(ports: Ports, refs: Collection[TableRef], text: str) -> dict[TableRef, int]:
    """Which snapshot of each table was current at a moment.

    Raises:
        NotFoundError: no table has that snapshot or tag, or one did not exist then.
    """
    histories = {ref: ports.lake.history(ref) for ref in refs}
    moment, found = parse_moment(text), dict[TableRef, int]()
    at = moment.at
    if at is None:
        named = {ref: line for ref, lines in histories.items() for line in lines if _is_named(line, moment.name)}
        if not named:
            fix = "give a time such as 2026-01-31T06:00, or a snapshot or tag of datamorph history TABLE"
            raise NotFoundError(f"{', '.join(map(str, refs))}: no snapshot or tag {text!r}", fix=fix)
        found |= {ref: line.snapshot_id for ref, line in named.items()}
        at = max(line.published_at for line in named.values())
    for ref, lines in histories.items():
        if ref not in found:
            found[ref] = _current_at(ref, lines, at)
    return found


def _is_named(line: Snapshot, name: str) -> bool:
    return str(line.snapshot_id) == name or name in line.tags


def _current_at(ref: TableRef, lines: Sequence[Snapshot], at: datetime) -> int:
    """What readers saw then: the last that was published, or rolled back to, up to then."""
    since = [(begin, line.snapshot_id) for line in reversed(lines) for begin in line.current_since if begin <= at]
    if not since:
        known = min((begin for line in lines for begin in line.current_since), default=lines[0].published_at)
        problem = (
            f"{ref} has no state of {at:%Y-%m-%d %H:%M:%S %Z}: its history begins at {known:%Y-%m-%d %H:%M:%S} UTC"
        )
        raise NotFoundError(problem, fix=f"name a snapshot or a tag, see: datamorph history {ref}")
    return max(since, key=lambda found: found[0])[1]
