"""The two shapes that most expectations have: a condition on rows, and a number within bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, cast

from datamorph.core.expectations import arguments as arg
from datamorph.core.expectations.arguments import Rule
from datamorph.core.expectations.expectation import Expectation, Kwargs, Observed, Rows, Scope, Verdict

Condition = Callable[[Kwargs, Rows], str]
COLUMN: Mapping[str, Rule] = {"column": arg.name}
STRICT: Mapping[str, Rule] = {"strict_min": arg.flag, "strict_max": arg.flag}


def column_label(word: str) -> Callable[[Kwargs], str]:
    """``word_column``."""
    return lambda kwargs: f"{word}_{kwargs['column']}"


def _has_value(kwargs: Kwargs, rows: Rows) -> str:
    return rows.present(kwargs["column"])


def row_check(  # noqa: PLR0913 (one declaration)
    type_: str, word: str, unexpected: Condition, *, summary: str, example: Kwargs,
    required: Mapping[str, Rule] | None = None, optional: Mapping[str, Rule] | None = None,
    considered: Condition | None = _has_value, label: Callable[[Kwargs], str] | None = None, **fields: Any,
) -> Expectation:  # fmt: skip
    """An expectation about single rows.

    Args:
        unexpected: the condition of a row that is to blame.
        considered: the condition of the rows that count; the others are missing, and ignored. None: all count.
    """

    def measures(kwargs: Kwargs, rows: Rows) -> dict[str, str]:
        if considered is None:
            return {"unexpected_count": rows.count(_grouped(unexpected(kwargs, rows)))}
        among, wrong = considered(kwargs, rows), unexpected(kwargs, rows)
        values = {"value_count": rows.count(among)} if among else {}
        return {"unexpected_count": rows.count(among, _grouped(wrong)), **values}

    def fails(kwargs: Kwargs, rows: Rows) -> str:
        among = considered(kwargs, rows) if considered else ""
        return rows.where(among, _grouped(unexpected(kwargs, rows)))

    return Expectation(
        type=type_,
        summary=summary,
        label=label or column_label(word),
        judge=judge_rows,
        required={**COLUMN, **(required or {})} if label is None else dict(required or {}),
        optional={"mostly": arg.share, **(optional or {})},
        measures=measures,
        fails=fails,
        example=example,
        blames_rows=True,
        **fields,
    )


def _grouped(condition: str) -> str:
    return f"({condition})"


def judge_rows(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    """Enough of the values fit; ``mostly`` is a share of those that are not missing."""
    total = observed.get("value_count", observed["row_count"])
    unexpected = observed["unexpected_count"]
    told: dict[str, Any] = {"unexpected_count": unexpected}
    if "value_count" in observed:
        told["missing_count"] = observed["row_count"] - total
    told["unexpected_percent"] = 100 * unexpected / total if total else None
    return not total or (total - unexpected) / total >= kwargs.get("mostly", 1), told


def value_check(  # noqa: PLR0913 (one declaration)
    type_: str, word: str, measure: Condition, *, summary: str, example: Kwargs,
    limits: Rule = arg.numeric_limit, required: Mapping[str, Rule] | None = None,
    judge: Callable[[Kwargs, Observed, Scope], Verdict] | None = None, **fields: Any,
) -> Expectation:  # fmt: skip
    """An expectation that one number, computed from a column, lies within bounds."""
    return Expectation(
        type=type_,
        summary=summary,
        label=column_label(word),
        judge=judge or judge_value,
        required={**COLUMN, **(required or {})},
        optional={"min_value": limits, "max_value": limits, **STRICT},
        measures=lambda kwargs, rows: {"observed_value": measure(kwargs, rows)},
        example=example,
        **fields,
    )


def judge_value(kwargs: Kwargs, observed: Observed, scope: Scope) -> Verdict:
    """The observed value is there and within the bounds."""
    value = observed["observed_value"]
    return is_within(value, kwargs), {"observed_value": value}


def is_within(value: Any, kwargs: Kwargs) -> bool:
    """True for a value between ``min_value`` and ``max_value``; never for none at all."""
    if value is None:
        return False
    low, high = (_alike(kwargs.get(name), value) for name in ("min_value", "max_value"))
    is_above = low is None or (value > low if kwargs.get("strict_min") else value >= low)
    return is_above and (high is None or (value < high if kwargs.get("strict_max") else value <= high))


def _alike(bound: Any, value: Any) -> Any:
    """A bound in the type of the value: exact for decimals, a moment for moments."""
    if isinstance(value, Decimal) and isinstance(bound, int | float):
        return Decimal(str(bound))
    if isinstance(value, datetime) and isinstance(bound, str):
        found = datetime.fromisoformat(bound)
        return found.replace(tzinfo=found.tzinfo or UTC) if value.tzinfo else found.replace(tzinfo=None)
    return date.fromisoformat(bound) if isinstance(value, date) and isinstance(bound, str) else bound


def outside(kwargs: Kwargs, expression: str) -> str:
    """The condition that an expression is beyond the bounds."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    found: list[str] = []
    if low is not None:
        found.append(f"{expression} {'<=' if kwargs.get('strict_min') else '<'} {arg.constant(low)}")
    if high is not None:
        found.append(f"{expression} {'>=' if kwargs.get('strict_max') else '>'} {arg.constant(high)}")
    return " OR ".join(found) or "FALSE"


def listed(values: object) -> str:
    """Values for ``IN``."""
    return ", ".join(arg.constant(value) for value in cast("list[object]", values))
