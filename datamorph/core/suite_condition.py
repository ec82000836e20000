"""Row conditions of Great Expectations' suites, as trees or as text for Spark, in our expressions."""

from __future__ import annotations

from typing import Any, cast

_OPERATORS = {"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
MAX_DEPTH = 20


def read_condition(value: object, parser: object, depth: int = 0) -> str | None:
    """The condition in Spark SQL; None for what has no exact meaning here.

    Args:
        parser: what the suite says that a text is written for.
    """
    if isinstance(value, str):
        return value if parser == "spark" else None
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return None
    node = cast("dict[str, Any]", value)
    kind = node.get("type")
    if kind == "pass_through":
        return read_condition(node.get("pass_through_filter"), parser)
    if kind in ("and", "or"):
        return _joined(node.get("conditions"), parser, str(kind), depth)
    column = _column(node.get("column"))
    if kind == "nullity" and column:
        return f"{column} is {'' if node.get('is_null') else 'not '}null"
    return _comparison(column, node) if kind == "comparison" and column else None


def _joined(conditions: object, parser: object, word: str, depth: int) -> str | None:
    listed = cast("list[object]", conditions) if isinstance(conditions, list) else []
    parts = [read_condition(part, parser, depth + 1) for part in listed]
    return f" {word} ".join(f"({part})" for part in parts) if parts and all(parts) else None


def _comparison(column: str, node: dict[str, Any]) -> str | None:
    operator, parameter = str(node.get("operator")).upper(), node.get("parameter")
    if operator in ("IN", "NOT_IN", "NOT IN"):
        values = [_constant(item) for item in cast("list[object]", parameter)] if isinstance(parameter, list) else []
        known = [value for value in values if value]
        word = "in" if operator == "IN" else "not in"
        return f"{column} {word} ({', '.join(known)})" if known and len(known) == len(values) else None
    constant = _constant(parameter)
    return f"{column} {_OPERATORS[operator]} {constant}" if operator in _OPERATORS and constant else None


def _column(value: object) -> str:
    name = cast("dict[str, Any]", value).get("name") if isinstance(value, dict) else value
    return f"`{name.replace('`', '``')}`" if isinstance(name, str) else ""


def _constant(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if isinstance(value, str) else ""
