"""Lines that cannot be read are set apart, with the reason and where they stand; the others are kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from datamorph.adapters.sources.text import lines_at
from datamorph.errors import SourceError

APART = "apart"
NO_LINES = "(_file VARCHAR, _line BIGINT, _reason VARCHAR, _text VARCHAR)"
LONGEST = 10_000
"""So many characters of a line are kept."""


def keep_rejects(connection: duckdb.DuckDBPyConnection, path: Path, shown: str) -> None:
    """Move what DuckDB rejected of a CSV file to ``apart``; one row for each line.

    Raises:
        SourceError: no line is left.
    """
    rejected = connection.execute(
        "SELECT line_byte_position, list(DISTINCT error_message ORDER BY error_message), any_value(csv_line)"
        " FROM reject_errors GROUP BY line_byte_position ORDER BY 1"
    ).fetchall()
    numbers = lines_at(path, [position for position, _, _ in rejected])
    found = [(numbers[position], "; ".join(map(_sentence, reasons)), text) for position, reasons, text in rejected]
    _keep(connection, found, shown)
    (rows,) = connection.execute("SELECT count(*) FROM source").fetchone() or (0,)
    _require_rows(rows, found, shown)


def sift_lines(connection: duckdb.DuckDBPyConnection, path: Path, shown: str, work: Path) -> Path:
    """A copy of a file of JSON lines with those alone that are JSON objects; the others go to ``apart``.

    Raises:
        SourceError: no line is left.
    """
    work.mkdir(parents=True, exist_ok=True)
    copy, bad, rows = work / "sifted.jsonl", list[tuple[int, str, str]](), 0
    with path.open("rb") as lines, copy.open("wb") as good:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            if reason := _why_not(line):
                bad.append((number, reason, line.decode(errors="replace").rstrip("\r\n")))
            else:
                rows += 1
                good.write(line.rstrip(b"\r\n") + b"\n")
    _keep(connection, bad, shown)
    _require_rows(rows, bad, shown)
    return copy


def _why_not(line: bytes) -> str:
    try:
        found: Any = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        return f"not UTF-8 text: byte {error.start} of the line does not fit"
    except (ValueError, RecursionError) as error:
        return str(error)
    return "" if isinstance(found, dict) else "not a JSON object"


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _keep(connection: duckdb.DuckDBPyConnection, found: Iterable[tuple[int, str, str]], shown: str) -> None:
    rows = [(shown, number, reason, text[:LONGEST]) for number, reason, text in found]
    if rows:
        connection.executemany(f"INSERT INTO {APART} VALUES (?, ?, ?, ?)", rows)


def _require_rows(rows: int, found: list[tuple[int, str, str]], shown: str) -> None:
    if rows == 0 and found:
        number, reason, text = found[0]
        problem = f"{shown!r}: no line can be read; line {number}: {reason}: {text[:80]!r}"
        raise SourceError(problem, fix="check the file's format, delimiter and encoding")


def _sentence(message: str) -> str:
    return " ".join(message.split()).rstrip(".")
