"""What DuckDB says when a query fails, told as QueryError."""

from __future__ import annotations

import re

import duckdb

from datamorph.errors import QueryError, StorageFullError

_CANDIDATES = re.compile(r"(?:Candidate bindings|Did you mean)[: ]+(.*)")
_FOLDERS = re.compile(r"""(?<=["'])/[^"'\n]*/(?=[^"'/\n]*["'])|(?<![\w/])/(?:[^\s"'/]+/)+""")
"""Where the files of a server lie is nobody's business; their names tell an operator which they are."""


def is_interruption(error: duckdb.Error | OSError) -> bool:
    """Whether the query was stopped, in place of failing by itself."""
    return isinstance(error, duckdb.InterruptException) or str(error).startswith("INTERRUPT Error")


def told(error: duckdb.Error | OSError) -> QueryError | StorageFullError:
    """The error with its first sentence and, where DuckDB offers nearest names, those as the fix.

    While rows are streamed, DuckDB's errors arrive as Arrow's OSError with the same text.
    """
    text = str(error)
    if "No space left" in text:
        return StorageFullError("no space left for the query's temporary files", fix="free space, or query less")
    problem = _FOLDERS.sub("", text.partition("\n")[0].partition(": ")[2] or text)
    if text.startswith("Out of Memory"):
        return QueryError(f"the query needs more memory than it may use: {problem}", fix="aggregate or filter more")
    near = _CANDIDATES.search(text)
    if near:
        return QueryError(problem, fix=f"did you mean {near[1].strip().rstrip('?')}?")
    return QueryError(problem, fix="correct the query and try again")
