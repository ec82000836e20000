"""Text files before they are parsed: is it UTF-8, what does the first record say?"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path

from datamorph.errors import SourceError

CHUNK_BYTES = 1 << 20
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_DELIMITERS = ",;\t|"


def check_text(path: Path, shown: str, *, is_strict: bool = True) -> None:
    """Read the whole file once to see that it is UTF-8 text with something in it.

    Args:
        shown: what errors call the file.
        is_strict: single bytes that are not UTF-8 are an error, too.

    Raises:
        SourceError: empty, binary, in another encoding (with the byte).
    """
    decoder, offset, is_blank = codecs.getincrementaldecoder("utf-8")("strict" if is_strict else "replace"), 0, True
    for chunk in _chunks(path):
        if offset == 0 and (encoding := _MARKS.get(chunk[:2])):
            raise _foreign(shown, 0, encoding)
        if b"\0" in chunk:
            position = offset + chunk.index(b"\0")
            raise SourceError(
                f"{shown!r} is not text: there is a NUL byte at byte {position}", fix="export it as CSV or Parquet"
            )
        pending = len(decoder.getstate()[0])
        try:
            is_blank = not decoder.decode(chunk).strip("\ufeff \t\r\n") and is_blank
        except UnicodeDecodeError as error:
            raise _foreign(shown, offset - pending + error.start, "WINDOWS-1252") from error
        offset += len(chunk)
    if is_strict and decoder.getstate()[0]:
        raise SourceError(f"{shown!r} ends within a character, at byte {offset}", fix="copy the file again")
    if is_blank:
        raise SourceError(f"{shown!r} is empty", fix="give a file with at least a header line")


def read_header(path: Path, delimiter: str | None, shown: str) -> tuple[str, list[str]]:
    """The delimiter, the likeliest one when it is not given, and the fields of the first record."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as lines:
        first = next(line for line in lines if line.strip())
        chosen = delimiter or max(_DELIMITERS, key=_outside_quotes(first).count)
        rest: Iterator[str] = iter([first])
        try:
            return chosen, next(csv.reader(_chained(rest, lines), delimiter=chosen))
        except csv.Error as error:
            raise SourceError(f"{shown!r}: the header cannot be read: {error}", fix="correct line 1") from error


def lines_at(path: Path, positions: list[int]) -> dict[int, int]:
    """Number, from 1, of the line that begins at each of these bytes."""
    found, number, offset = dict[int, int](), 1, 0
    wanted = sorted(set(positions))
    for chunk in _chunks(path):
        start = 0
        while wanted and wanted[0] < offset + len(chunk):
            number += chunk.count(b"\n", start, wanted[0] - offset)
            start = wanted[0] - offset
            found[wanted.pop(0)] = number
        number += chunk.count(b"\n", start)
        offset += len(chunk)
    return found | dict.fromkeys(wanted, number)


def _chained(first: Iterator[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _foreign(shown: str, offset: int, encoding: str) -> SourceError:
    return SourceError(
        f"{shown!r} is not UTF-8 text: byte {offset} does not fit",
        fix=f"if it is {encoding}: iconv -f {encoding} -t UTF-8 {Path(shown).name} > converted.csv",
    )
