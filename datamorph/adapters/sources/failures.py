"""Failures of reading a file, told as SourceError with the place where it is known."""

from __future__ import annotations

import errno
import json
import re
from pathlib import Path

import duckdb

from datamorph.errors import SourceError, StorageFullError

_CSV_LINE = re.compile(r"CSV Error on Line: (\d+)\nOriginal Line: ?(.*)")
_COUNTS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_FULL_WORDS = ("No space left", "Disk quota exceeded", "File too large")
_LONGEST_LINE = 80


def told(error: duckdb.Error | OSError, plain: Path, shown: str) -> SourceError | StorageFullError:
    """The DataMorph error for one that DuckDB or the file system raised while a file was loaded.

    Args:
        plain: where its text can be read.
        shown: what to call it.
    """
    text = str(error)
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or any(word in text for word in _FULL_WORDS):
        return StorageFullError(f"no space left to load {shown!r}; nothing was published", fix="free space: df -h")
    if isinstance(error, OSError):
        return SourceError(f"{shown!r} cannot be read: {error.strerror or error}", fix=f"check it: ls -l {shown}")
    if found := _CSV_LINE.search(text):
        return _malformed_line(shown, found[1], found[2], text)
    if "CSV" in text:
        return SourceError(
            f"{shown!r} is not regular CSV: its lines end in different ways, or its quotes do not close",
            fix=f"make the line endings alike: sed -i 's/\\r$//' {Path(shown).name}",
        )
    if "Malformed JSON" in text or "non-record JSON" in text:
        return _malformed_json(plain, shown, text)
    return SourceError(f"{shown!r} cannot be read: {text.partition(chr(10))[0]}", fix="export the file again")


def _malformed_line(shown: str, line: str, original: str, text: str) -> SourceError:
    start = original[:_LONGEST_LINE]
    if counts := _COUNTS.search(text):
        problem = f"line {line} has {counts[2]} fields, the header has {counts[1]}"
        fix = f"correct line {line}; a field that contains the delimiter needs double quotes around it"
    else:
        problem, fix = f"line {line} is malformed", f"correct line {line}, for instance its quotes"
    return SourceError(f"{shown!r}: {problem}: {start!r}", fix=fix)


def _malformed_json(plain: Path, shown: str, text: str) -> SourceError:
    """Python's parser finds the line, which DuckDB counts otherwise."""
    if "non-record" in text:
        return SourceError(f"{shown!r} holds no JSON objects", fix="give one object per row: {...}")
    try:
        with plain.open("rb") as file:
            if plain.suffix.lower() == ".json":
                json.loads(file.read())
            for number, line in enumerate(file, start=1):
                _check_json_line(line, number)
    except json.JSONDecodeError as error:
        excerpt = error.doc.splitlines()[error.lineno - 1 : error.lineno] or [""]
        return _json_line(shown, error.lineno, excerpt[0], error.msg)
    except _BadLineError as error:
        return _json_line(shown, error.number, error.line, error.reason)
    return SourceError(f"{shown!r} is malformed: {text.partition(chr(10))[0]}", fix="export the file again")


class _BadLineError(Exception):
    def __init__(self, number: int, line: str, reason: str) -> None:
        super().__init__(reason)
        self.number, self.line, self.reason = number, line, reason


def _check_json_line(line: bytes, number: int) -> None:
    try:
        if line.strip():
            json.loads(line)
    except json.JSONDecodeError as error:
        raise _BadLineError(number, line.decode(errors="replace"), error.msg) from error


def _json_line(shown: str, number: int, line: str, reason: str) -> SourceError:
    start = line[:_LONGEST_LINE].strip()
    return SourceError(f"{shown!r}: line {number} is malformed ({reason}): {start!r}", fix=f"correct line {number}")
