"""The audit log: each change, sign-in and denied attempt is a line, chained by hashes so that none goes missing."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from datamorph.errors import DataMorphError, LakeError

FIRST = "0" * 64
_BLOCK = 65_536


class AuditError(DataMorphError):
    """The audit log is not what was written."""

    exit_code = LakeError.exit_code


@dataclass(frozen=True, slots=True)
class Entry:
    """One line.

    Attributes:
        number: from 1, without gaps.
        outcome: ``done``, ``denied`` or ``failed``.
        before: hash of the line before.
        hash: of everything else in this line.
    """

    number: int
    at: str
    who: str
    action: str
    outcome: str
    facts: Mapping[str, Any]
    before: str
    hash: str


class AuditLog:
    """An append-only file of a project; any number of processes may write it.

    Args:
        path: JSON lines; made at the first entry.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, who: str, action: str, outcome: str, facts: Mapping[str, Any] | None = None) -> Entry:
        """Add a line; it is on disk when this returns."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            last = _last_line(stream.fileno())
            before, number = (last["hash"], last["number"] + 1) if last else (FIRST, 1)
            at = datetime.now(UTC).isoformat()
            told = {"number": number, "at": at, "who": who, "action": action, "outcome": outcome,
                    "facts": dict(facts or {}), "before": before}  # fmt: skip
            told = json.loads(_canonical(told))
            entry = Entry(**told, hash=_hash(told))
            stream.write(_canonical(asdict(entry)) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        return entry

    def entries(self, *, after: int = 0) -> Iterator[Entry]:
        """Every line after that number, oldest first, each checked against the one before.

        Raises:
            AuditError: a line was changed, removed, added or moved.
        """
        before, number = FIRST, 1
        for line in self._lines():
            entry = _parse(line, number, self._path)
            told = {name: value for name, value in asdict(entry).items() if name != "hash"}
            if entry.number != number or entry.before != before or entry.hash != _hash(told):
                raise AuditError(
                    f"line {number} of {self._path} is not what was written", fix="restore the file from a backup"
                )
            if entry.number > after:
                yield entry
            before, number = entry.hash, number + 1

    def verify(self) -> tuple[int, str]:
        """How many lines there are, and the hash of the last: kept elsewhere, it also proves that none was cut off.

        Raises:
            AuditError: see ``entries``.
        """
        count, last = 0, FIRST
        for entry in self.entries():
            count, last = entry.number, entry.hash
        return count, last

    def _lines(self) -> Iterator[bytes]:
        if self._path.exists():
            with self._path.open("rb") as stream:
                yield from stream


def _parse(line: bytes, number: int, path: Path) -> Entry:
    try:
        return Entry(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise AuditError(f"line {number} of {path} cannot be read: {error}", fix="restore it from a backup") from error


def _last_line(handle: int) -> dict[str, Any] | None:
    size = os.fstat(handle).st_size
    tail = b""
    while size and tail.count(b"\n") < 2:  # noqa: PLR2004 (the end of the last line, and of the one before)
        start = max(0, size - _BLOCK)
        tail = os.pread(handle, size - start, start) + tail
        size = start
    lines = tail.splitlines()
    return json.loads(lines[-1]) if lines else None


def _canonical(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def _hash(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(told)).hexdigest()
