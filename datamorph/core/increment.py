"""Incremental reads: only what is new in a source since the last published run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, field_validator

from datamorph.core.catalog import Scalar
from datamorph.core.datatype import is_integer, is_time
from datamorph.core.problem import Problems
from datamorph.core.steps.step import ColumnName
from datamorph.core.table import TableSchema

_SPAN = re.compile(r"([0-9]{1,6}) (minute|hour|day|week)s?")


class Incremental(BaseModel):
    """How one source is read: the rows whose ``by`` column is newer than all that was read before.

    Attributes:
        by: a column that only grows in new rows: a date, a timestamp or a whole number. It must have no NULL.
        lookback: how far behind the newest value rows may still arrive: ``2 days``, or a number for whole numbers.
        read: ``newer`` rows only; or whole ``partitions`` of that column, the newest of which is read again.
        late: rows that arrive later than ``lookback`` ``fail`` the run before it starts, or are ``ignored``.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid")
    by: ColumnName
    lookback: int | str = 0
    read: Literal["newer", "partitions"] = "newer"
    late: Literal["fail", "ignore"] = "fail"

    @field_validator("lookback")
    @classmethod
    def _lookback_is_a_span(cls, value: int | str) -> int | str:
        is_fine = value >= 0 if isinstance(value, int) else _SPAN.fullmatch(value)
        if not is_fine:
            raise ValueError("lookback is a number, or like '2 days'")
        return value

    @property
    def span(self) -> timedelta:
        """The lookback of a date or timestamp."""
        match = _SPAN.fullmatch(str(self.lookback))
        return timedelta(**{f"{match[2]}s": int(match[1])}) if match else timedelta()

    def explain(self) -> str:
        """One clause for people."""
        what = "rows" if self.read == "newer" else f"whole values of {self.by}"
        behind = f", less {self.lookback}" if self.lookback else ""
        return f"only {what} from where the last run ended in {self.by}{behind}"

    def check(self, source: str, schema: TableSchema, write: str, problems: Problems) -> None:
        """Report what keeps a source from being read like this."""
        column = schema.get(self.by)
        if column is None:
            problems.unknown_column(self.by, schema.names)
            return
        if not (is_integer(column.type) or column.type in ("date", "timestamp", "timestamp_ntz")):
            hint = "use a date, a timestamp or a whole number"
            problems.add("type", f"{source}.{self.by} of type {column.type} does not order new rows", hint=hint)
        elif self.lookback and is_time(column.type) == isinstance(self.lookback, int):
            hint = "write '2 days' for dates and timestamps, a number for whole numbers"
            problems.add("type", f"lookback {self.lookback!r} does not fit {column.type}", hint=hint)
        elif column.type == "date" and self.span % timedelta(days=1):
            problems.add("type", f"lookback {self.lookback!r} is no whole day", hint="use days or weeks for a date")
        if write == "append" and (self.lookback or self.read == "partitions"):
            hint = "write: merge or replace_partitions, or read newer rows without lookback"
            problems.add("write", f"append would add rows of {source} twice that are read again", hint=hint)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far a source was read by the published state of a table.

    Attributes:
        through: rows up to this value count as read (ISO 8601 text or a number); the next run reads beyond it.
        rows: rows that the source had up to there: more of them later are late ones.
    """

    through: str | int
    rows: int

    def to_json(self) -> dict[str, Scalar]:
        """As it is kept with the snapshot."""
        return {"through": self.through, "rows": self.rows}

    @classmethod
    def from_json(cls, data: Mapping[str, Scalar]) -> Watermark:
        """Read ``to_json`` back."""
        through = data["through"]
        return cls(through if isinstance(through, int) else str(through), int(data["rows"] or 0))


def through(newest: date | datetime | int, incremental: Incremental) -> str | int:
    """The value up to which everything counts as read, when ``newest`` is the largest one."""
    if isinstance(newest, int):
        return newest - int(incremental.lookback)
    return (newest - incremental.span).isoformat(*((" ",) if isinstance(newest, datetime) else ()))


def literal(value: str | int, type_: str) -> str:
    """The value as text of an expression."""
    return str(value) if isinstance(value, int) else f"cast('{value}' as {type_})"


def beyond(incremental: Incremental, value: str | int, type_: str) -> str:
    """The condition of rows that are read: text of an expression."""
    operator = ">" if incremental.read == "newer" else ">="
    return f"`{incremental.by.replace('`', '``')}` {operator} {literal(value, type_)}"
