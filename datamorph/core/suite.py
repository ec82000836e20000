"""Checks as a suite of Great Expectations, in its JSON, and back; what it has no word for travels in its meta."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from pydantic import ValidationError

from datamorph.core.checks import Check
from datamorph.core.expectations import EXPECTATIONS, ROW_CONDITION
from datamorph.core.expectations.arguments import canonical_type
from datamorph.core.problem import nearest, shown
from datamorph.core.suite_condition import read_condition
from datamorph.errors import SpecError

VERSION = "1.24.1"
META = "datamorph"
MOST_CHECKS = 10_000
_PARSER, _SPARK = "condition_parser", "spark"
_SEVERITIES = {"error": "critical", "warn": "warning"}
_CLASSES = {
    "tinyint": "ByteType", "smallint": "ShortType", "int": "IntegerType", "bigint": "LongType", "float": "FloatType",
    "double": "DoubleType", "string": "StringType", "boolean": "BooleanType", "date": "DateType",
    "timestamp": "TimestampType", "timestamp_ntz": "TimestampNTZType", "binary": "BinaryType",
}  # fmt: skip
_NOISE = frozenset({"batch_id", "result_format", "catch_exceptions"})


def suite_of(name: str, checks: Sequence[Check]) -> dict[str, Any]:
    """The checks as one suite; own kinds of checks are kept in its meta, where Great Expectations ignores them."""
    own = [check.model_dump(mode="json") for check in checks if EXPECTATIONS[check.type].is_own]
    return {
        "name": name,
        "expectations": [_configuration(check) for check in checks if not EXPECTATIONS[check.type].is_own],
        "meta": {"great_expectations_version": VERSION, **({META: {"checks": own}} if own else {})},
        "notes": None,
    }


def _configuration(check: Check) -> dict[str, Any]:
    kwargs = {name: _exported(name, value) for name, value in check.kwargs.items()}
    if ROW_CONDITION in kwargs:
        kwargs[_PARSER] = _SPARK
    meta: dict[str, Any] = {META: {"on_fail": check.on_fail}} if check.quarantines else {}
    return {"type": check.type, "kwargs": kwargs, "meta": meta, "severity": _SEVERITIES[check.severity]}


def _exported(name: str, value: Any) -> Any:
    """Types go by the names of Spark's classes, dates as text, everything else as it is."""
    if name == "type_":
        return _CLASSES.get(canonical_type(value), value)
    if name == "type_list":
        return [_exported("type_", item) for item in value]
    return value


def read_suite(text: str, *, origin: str = "the suite") -> tuple[Check, ...]:
    """Read the checks of a suite.

    Raises:
        SpecError: not a suite, or an expectation that there is no check for, by name.
    """
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{origin} is not JSON: {error!s:.200}", fix="export the suite as JSON") from error
    fields = cast("dict[str, Any]", data) if isinstance(data, dict) else {}
    listed = fields.get("expectations")
    if not isinstance(listed, list) or len(cast("list[object]", listed)) > MOST_CHECKS:
        raise SpecError(f"{origin} has no list of expectations", fix="name the JSON of one suite")
    own = _own(fields.get("meta"))
    return (*(_check(item, origin) for item in cast("list[object]", listed)), *(_parsed(item, origin) for item in own))


def _own(meta: object) -> list[Any]:
    fields = cast("dict[str, Any]", meta) if isinstance(meta, dict) else {}
    ours = fields.get(META)
    found = cast("dict[str, Any]", ours).get("checks") if isinstance(ours, dict) else None
    return cast("list[Any]", found) if isinstance(found, list) else []


def _check(item: object, origin: str) -> Check:
    fields = cast("dict[str, Any]", item) if isinstance(item, dict) else {}
    type_ = fields.get("type", fields.get("expectation_type"))
    if not isinstance(type_, str) or type_ not in EXPECTATIONS:
        hint = nearest(str(type_), EXPECTATIONS)
        raise SpecError(f"{origin}: there is no check for {shown(type_)}", fix=f"take it out of the suite; {hint}")
    given = fields.get("kwargs")
    kwargs = _imported(cast("dict[str, Any]", given) if isinstance(given, dict) else {}, type_, origin)
    meta = cast("dict[str, Any]", fields.get("meta") or {})
    options = cast("dict[str, Any]", meta.get(META) or {})
    severity = "error" if fields.get("severity", "critical") == "critical" else "warn"
    return _parsed({type_: kwargs, "severity": severity, "on_fail": options.get("on_fail", "block")}, origin)


def _imported(given: Mapping[str, Any], type_: str, origin: str) -> dict[str, Any]:
    kwargs = {name: value for name, value in given.items() if value is not None and name not in _NOISE}
    parser = kwargs.pop(_PARSER, _SPARK)
    if ROW_CONDITION in kwargs:
        condition = read_condition(kwargs[ROW_CONDITION], parser)
        if condition is None:
            problem = f"{origin}: {type_} has a row_condition for {shown(parser)}: {shown(kwargs[ROW_CONDITION])}"
            raise SpecError(problem, fix="write it in Spark SQL, with condition_parser: spark")
        kwargs[ROW_CONDITION] = condition
    if isinstance(kwargs.get("type_"), str):
        kwargs["type_"] = canonical_type(kwargs["type_"]) or kwargs["type_"]
    if isinstance(types := kwargs.get("type_list"), list):
        kwargs["type_list"] = [canonical_type(str(item)) or item for item in cast("list[object]", types)]
    return kwargs


def _parsed(data: object, origin: str) -> Check:
    try:
        return Check.model_validate(data)
    except ValidationError as error:
        raise SpecError(f"{origin}: {shown(data)} is not a check", fix="export the suite again") from error
