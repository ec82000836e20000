"""Outcomes of checks as sentences: what was wanted, what was found, which rows are to blame."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from datamorph.core.checks import CheckResult

OTHER_ENGINE = "expect_table_rows_to_match_other_engine"
"""The two engines' rows, compared."""
MOST_LISTED = 5
MOST_COLUMNS = 12
LONGEST = 60
_IN_THE_NAME = frozenset({"column", "column_list", "column_A", "column_B"})
_COUNTS = frozenset({"unexpected_count", "unexpected_percent", "missing_count", "row_count"})


def sentences(results: Sequence[CheckResult]) -> Iterator[str]:
    """A line for each result, then its failing rows, indented."""
    for result in results:
        yield f"{result.name}: {describe(result.check.type, result.check.kwargs, result.observed)}"
        for row in result.failing:
            yield f"  failing row: {row_text(row)}"


def describe(type_: str, kwargs: Mapping[str, Any], observed: Mapping[str, Any]) -> str:
    """What was found, and in brackets what was wanted: ``3 of 100 rows do not fit (min value 0)``."""
    if type_ == OTHER_ENGINE and "differs" not in observed:
        return f"{observed['engine']} and duckdb computed the same {_rows(observed['rows'])}"
    found = ", ".join(filter(None, [_counts(observed), *_others(observed)])) or "nothing was observed"
    wanted = ", ".join(f"{_words(name)} {value_text(v)}" for name, v in kwargs.items() if name not in _IN_THE_NAME)
    return f"{found} (wanted: {wanted})" if wanted else found


def _counts(observed: Mapping[str, Any]) -> str:
    rows, unexpected = observed.get("row_count"), observed.get("unexpected_count")
    if unexpected is None:
        return "" if rows is None else _rows(rows)
    if not unexpected:
        return f"all {rows:,} rows fit" if rows else "no rows" if rows is not None else "all fit"
    of = f" of {rows:,} rows" if rows is not None else ""
    percent, missing = observed.get("unexpected_percent"), observed.get("missing_count")
    told = f"{unexpected:,}{of} {'does' if unexpected == 1 else 'do'} not fit"
    if percent and missing:
        told += f" ({percent:.3g} % of the values; {missing:,} without a value)"
    return told


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _others(observed: Mapping[str, Any]) -> list[str]:
    named = {"observed_value": "observed"}
    skipped = _COUNTS if "unexpected_count" in observed else {"row_count"}
    return [f"{named.get(k, _words(k))} {value_text(v)}" for k, v in observed.items() if k not in skipped]


def row_text(row: Mapping[str, Any]) -> str:
    """A row as ``order_id 14, customer_id missing``; the columns beyond the twelfth are counted."""
    cells = [f"{name} {value_text(value)}" for name, value in list(row.items())[:MOST_COLUMNS]]
    more = len(row) - MOST_COLUMNS
    return ", ".join(cells) + (f" and {more} more columns" if more > 0 else "")


def value_text(value: Any) -> str:
    """A value as people write it: no quotes around dates, no float noise, long texts cut."""
    if value is None:
        return "missing"
    write = next((write for kind, write in _WRITERS if isinstance(value, kind)), str)
    return write(value)


def _list_text(values: Sequence[Any]) -> str:
    more = len(values) - MOST_LISTED
    listed = ", ".join(value_text(value) for value in values[:MOST_LISTED])
    return f"[{listed}, and {more:,} more]" if more > 0 else f"[{listed}]"


def _cut(text: str) -> str:
    line = " ".join(text.split()) if "\n" in text else text
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _whole(value: int) -> str:
    return f"{value:,}" if abs(value) >= 10_000 else str(value)  # noqa: PLR2004 (years have no comma)


def _mapping(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{_words(str(name))} {value_text(item)}" for name, item in value.items())


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (str, lambda value: _cut(value) or "''"),
    (bool, lambda value: str(value).lower()),
    (int, _whole),
    (float, lambda value: f"{value:.6g}"),
    (datetime, lambda value: value.isoformat(sep=" ")),
    (date, date.isoformat),
    (Mapping, _mapping),
    (list, _list_text),
    (tuple, _list_text),
)


def _words(name: str) -> str:
    return name.replace("_", " ").strip()
