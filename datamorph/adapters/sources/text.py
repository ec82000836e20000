"""Text files before they are parsed: is it UTF-8, what does the first record say?"""

from __future__ import annotations

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path

from datamorph.errors import SourceError

CHUNK_BYTES = 1 << 20
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
_DELIMITERS = ",;\t|"


def open_bytes(path: Path) -> gzip.GzipFile | BufferedReader:
    """The file's bytes, decompressed when its name ends in ``.gz``."""
    return gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb")


def check_text(path: Path) -> None:
    """Read the whole file once to see that it is UTF-8 text with something in it.

    Raises:
        SourceError: empty, binary, in another encoding (with the byte), or not whole gzip.
    """
    decoder, offset, is_blank = codecs.getincrementaldecoder("utf-8")(), 0, True
    for chunk in _chunks(path):
        if offset == 0 and (encoding := _MARKS.get(chunk[:2])):
            raise _foreign(path, 0, encoding)
        if b"\0" in chunk:
            position = offset + chunk.index(b"\0")
            raise SourceError(
                f"{str(path)!r} is not text: there is a NUL byte at byte {position}", fix="export it as CSV or Parquet"
            )
        pending = len(decoder.getstate()[0])
        try:
            is_blank = not decoder.decode(chunk).strip("\ufeff \t\r\n") and is_blank
        except UnicodeDecodeError as error:
            raise _foreign(path, offset - pending + error.start, "WINDOWS-1252") from error
        offset += len(chunk)
    if decoder.getstate()[0]:
        raise SourceError(f"{str(path)!r} ends within a character, at byte {offset}", fix="copy the file again")
    if is_blank:
        raise SourceError(f"{str(path)!r} is empty", fix="give a file with at least a header line")


def read_header(path: Path, delimiter: str | None) -> tuple[str, list[str]]:
    """The delimiter, the likeliest one when it is not given, and the fields of the first record."""
    with open_bytes(path) as file:
        lines = codecs.getreader("utf-8-sig")(file)
        first = next(line for line in lines if line.strip())
        chosen = delimiter or max(_DELIMITERS, key=_outside_quotes(first).count)
        rest: Iterator[str] = iter([first])
        try:
            return chosen, next(csv.reader(_chained(rest, lines), delimiter=chosen))
        except csv.Error as error:
            raise SourceError(f"{str(path)!r}: the header cannot be read: {error}", fix="correct line 1") from error


def _chained(first: Iterator[str], rest: Iterator[str]) -> Iterator[str]:
    yield from first
    yield from rest


def _chunks(path: Path) -> Iterator[bytes]:
    try:
        with open_bytes(path) as file:
            while chunk := file.read(CHUNK_BYTES):
                yield chunk
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(f"{str(path)!r} is not a whole gzip file: {error}", fix="compress it again") from error


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _foreign(path: Path, offset: int, encoding: str) -> SourceError:
    return SourceError(
        f"{str(path)!r} is not UTF-8 text: byte {offset} does not fit",
        fix=f"if it is {encoding}: iconv -f {encoding} -t UTF-8 {path.name} > converted.csv",
    )
