"""The functions that a spec may call: those that behave alike on every engine.

The allow-list is data: arity, kinds of arguments, the rule for the result's type and, where an engine says it
differently, how. Anything not listed is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from datamorph.core.datatype import FLOATS, as_decimal, common_type, decimal_type, is_decimal, is_integer
from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.pattern import re2_replacement, strftime_pattern

Returns: TypeAlias = Callable[[list[str]], str]
Dialect: TypeAlias = Literal["duckdb", "spark"]
Template: TypeAlias = Callable[[list[str], list[str]], str]
"""``(rendered arguments, their types) -> code``."""


@dataclass(frozen=True, slots=True)
class Function:
    """One allowed function.

    Attributes:
        accepts: the kind of each argument: ``any``, ``number``, ``integer``, ``float``, ``text``, ``time``,
            ``boolean``, ``label`` (a text, a whole number or a date); ``constant:<kind>`` for a literal,
            ``literal:<kind>`` for one that PySpark takes as a Column; a ``?`` lets NULL stand
            there; the last one repeats up to ``most``.
        returns: the result's type from the arguments' types.
        least: fewest arguments.
        most: most arguments.
        is_of_groups: an aggregate that no window takes.
        distinct: how ``pyspark.sql.functions`` calls it over distinct values; empty where that is not allowed.
        sql: how a SQL dialect says it where that is not ``NAME(arguments)``.
        around: what a SQL dialect puts around the call (and the call's window), ``{}`` being the call.
        of_groups: the function that Spark's dialects call twice with a double, over the groups of an aggregate.
        pyspark: how ``pyspark.sql.functions`` says it where that is not ``F.name(arguments)``.
    """

    accepts: tuple[str, ...]
    returns: Returns
    least: int = 1
    most: int = 1
    is_aggregate: bool = False
    is_window: bool = False
    is_of_groups: bool = False
    distinct: str = ""
    sql: dict[Dialect, Template] = field(default_factory=dict[Dialect, Template])
    around: dict[Dialect, Callable[[list[str]], str]] = field(default_factory=dict[Dialect, Callable[[list[str]], str]])
    pyspark: Template | None = None
    of_groups: str = ""

    def over_groups(self, types: Sequence[str]) -> str:
        """``of_groups`` where it is called for: over doubles."""
        return self.of_groups if types and types[0] in FLOATS else ""

    def kind(self, position: int) -> str:
        """What the argument at that position must be."""
        return self.accepts[min(position, len(self.accepts) - 1)]


def _always(type_: str) -> Returns:
    return lambda types: type_


def _same(types: list[str]) -> str:
    return types[0]


def _common(types: list[str]) -> str:
    result = types[0]
    for type_ in types[1:]:
        result = common_type(result, type_) or result
    return result


def _sum(types: list[str]) -> str:
    if is_integer(types[0]):
        return "bigint"
    if is_decimal(types[0]):
        precision, scale = as_decimal(types[0])
        return decimal_type(precision + 10, scale)
    return "double"


def _whole(types: list[str]) -> str:
    return types[0] if is_integer(types[0]) else "bigint"


def _rounded(types: list[str]) -> str:
    return types[0]


def _truncated(types: list[str]) -> str:
    return types[1]


# DuckDB sums integers into hugeint; the cast back fails loudly where a bigint overflows.
def _duckdb_sum(types: list[str]) -> str:
    return "{}" if _sum(types) == "double" else f"CAST({{}} AS {_sum(types).upper()})"


def _text_of(literal: str) -> str:
    """The text within a rendered SQL literal, still escaped."""
    return literal[1:-1]


# DuckDB's quantiles of decimals keep the scale of their input, so they would be cut.
def _duckdb_quantile(args: list[str], types: list[str]) -> str:
    value = f"CAST({args[0]} AS DOUBLE)" if is_decimal(types[0]) else args[0]
    return f"QUANTILE_CONT({', '.join([value, *(args[1:] or ['0.5'])])})"


def _duckdb_regexp_replace(args: list[str], types: list[str]) -> str:
    return f"REGEXP_REPLACE({args[0]}, {args[1]}, '{re2_replacement(_text_of(args[2]))}', 'g')"


def _duckdb_date_format(args: list[str], types: list[str]) -> str:
    return f"STRFTIME({args[0]}, '{strftime_pattern(_text_of(args[1]))}')"


def _duckdb_nanvl(args: list[str], types: list[str]) -> str:
    return f"CASE WHEN ISNAN({args[0]}) THEN {args[1]} ELSE {args[0]} END"


def _duckdb_text_list(args: list[str], types: list[str]) -> str:
    return f"STRING_AGG(CAST({args[0]} AS VARCHAR), {args[1]} ORDER BY {args[0]})"


# An empty list would be an empty text: no value at all is NULL, as in DuckDB.
def _spark_text_list(args: list[str], types: list[str]) -> str:
    joined = f"ARRAY_JOIN(CAST(SORT_ARRAY(COLLECT_LIST({args[0]})) AS ARRAY<STRING>), {args[1]})"
    return f"CASE WHEN COUNT({args[0]}) > 0 THEN {joined} END"


def _pyspark_text_list(args: list[str], types: list[str]) -> str:
    joined = f'F.array_join(F.sort_array(F.collect_list({args[0]})).cast("array<string>"), {args[1]})'
    return f"F.when(F.count({args[0]}) > 0, {joined})"


def _calls(name: str) -> Template:
    return lambda args, types: f"{name}({', '.join(args)})"


# Spark's date_trunc gives an instant with a zone whatever it is given; the cast keeps the argument's type.
def _spark_date_trunc(args: list[str], types: list[str]) -> str:
    return f"CAST(DATE_TRUNC({args[0]}, {args[1]}) AS {types[1]})"


def _pyspark_date_trunc(args: list[str], types: list[str]) -> str:
    if types[1] == "date":
        return f"F.trunc({args[1]}, {args[0]})"
    code = f"F.date_trunc({args[0]}, {args[1]})"
    return code if types[1] == "timestamp" else f'{code}.cast("{types[1]}")'


def _duckdb_whole(name: str) -> Template:
    return lambda args, types: f"CAST({name}({args[0]}) AS {_whole(types).upper()})"


def _aggregate(accepts: str, returns: Returns) -> Function:
    return Function((accepts,), returns, is_aggregate=True)


_TEXT = Function(("text",), _same)
_PART_OF_TIME = Function(("time",), _always("int"))
_RANKING = Function(("any",), _always("int"), least=0, most=0, is_window=True)
_SHIFT = Function(("any", "constant:integer"), _same, most=2, is_window=True)

FUNCTIONS: dict[str, Function] = {
    # aggregates
    "count": Function(("any",), _always("bigint"), is_aggregate=True, distinct="count_distinct"),
    "count_if": Function(("boolean",), _always("bigint"), is_aggregate=True,
                         sql={"duckdb": lambda args, types: f"COUNT(CASE WHEN {args[0]} THEN 1 END)"}),
    "sum": Function(("number",), _sum, is_aggregate=True, distinct="sum_distinct", around={"duckdb": _duckdb_sum}),
    "avg": _aggregate("number", _always("double")),
    # Sail's own min and max of groups lose NaN and take the largest double for infinity.
    "min": Function(("any",), _same, is_aggregate=True, of_groups="min_by"),
    "max": Function(("any",), _same, is_aggregate=True, of_groups="max_by"),
    "median": Function(("number",), _always("double"), is_aggregate=True, sql={"duckdb": _duckdb_quantile}),
    "percentile": Function(
        ("number", "constant:number"), _always("double"), least=2, most=2, is_aggregate=True,
        sql={"duckdb": _duckdb_quantile},
    ),
    "text_list": Function(
        ("label", "constant:text"), _always("string"), least=2, most=2, is_aggregate=True, is_of_groups=True,
        sql={"duckdb": _duckdb_text_list, "spark": _spark_text_list}, pyspark=_pyspark_text_list,
    ),
    # window only
    "row_number": _RANKING,
    "rank": _RANKING,
    "dense_rank": _RANKING,
    "lag": _SHIFT,
    "lead": _SHIFT,
    # null and choice
    "coalesce": Function(("any",), _common, least=2, most=50),
    "nullif": Function(("any",), _same, least=2, most=2),
    "greatest": Function(("any",), _common, least=2, most=50),
    "least": Function(("any",), _common, least=2, most=50),
    # numbers
    "abs": Function(("number",), _same),
    "round": Function(("number", "constant:integer"), _rounded, most=2),
    "floor": Function(("number",), _whole, sql={"duckdb": _duckdb_whole("FLOOR")}),
    "ceil": Function(("number",), _whole, sql={"duckdb": _duckdb_whole("CEIL")}),
    "isnan": Function(("float",), _always("boolean")),
    "nanvl": Function(("float", "number?"), _always("double"), least=2, most=2,
                      sql={"duckdb": _duckdb_nanvl}),
    "sqrt": Function(("number",), _always("double")),
    # text
    "upper": _TEXT,
    "lower": _TEXT,
    "trim": _TEXT,
    "length": Function(("text",), _always("int")),
    "concat": Function(("text",), _always("string"), most=50,
                       sql={"duckdb": lambda args, types: f"({' || '.join(args)})"}),
    "substring": Function(("text", "constant:integer"), _same, least=3, most=3),
    "left": Function(("text", "literal:integer"), _same, least=2, most=2),
    "right": Function(("text", "literal:integer"), _same, least=2, most=2),
    "replace": Function(("text",), _same, least=3, most=3),
    "regexp_replace": Function(
        ("text", "constant:text"), _same, least=3, most=3,
        sql={"duckdb": _duckdb_regexp_replace},
    ),
    "split_part": Function(("text", "literal:text", "literal:integer"), _same, least=3, most=3),
    "lpad": Function(("text", "constant:integer", "constant:text"), _same, least=3, most=3),
    "md5": _TEXT,
    "sha256": Function(("text",), _same, sql={"spark": lambda args, types: f"SHA2({args[0]}, 256)"},
                       pyspark=lambda args, types: f"F.sha2({args[0]}, 256)"),
    "startswith": Function(("text",), _always("boolean"), least=2, most=2,
                           sql={"duckdb": _calls("STARTS_WITH")}),
    "contains": Function(("text",), _always("boolean"), least=2, most=2),
    # dates
    "current_date": Function(("any",), _always("date"), least=0, most=0),
    "year": _PART_OF_TIME,
    "quarter": _PART_OF_TIME,
    "month": _PART_OF_TIME,
    "day": _PART_OF_TIME,
    "hour": _PART_OF_TIME,
    "datediff": Function(
        ("time",), _always("int"), least=2, most=2,
        sql={"duckdb": lambda args, types: f"DATE_DIFF('day', CAST({args[1]} AS DATE), CAST({args[0]} AS DATE))"},
    ),
    "date_trunc": Function(
        ("constant:text", "time"), _truncated, least=2, most=2,
        sql={"duckdb": lambda args, types: f"CAST(DATE_TRUNC({args[0]}, {args[1]}) AS {duckdb_type(types[1])})",
             "spark": _spark_date_trunc},
        pyspark=_pyspark_date_trunc,
    ),
    "date_format": Function(("time", "constant:text"), _always("string"), least=2, most=2,
                            sql={"duckdb": _duckdb_date_format}),
    "make_date": Function(("integer",), _always("date"), least=3, most=3),
    "date_add": Function(
        ("time", "constant:integer"), _always("date"), least=2, most=2,
        sql={"duckdb": lambda args, types: f"(CAST({args[0]} AS DATE) + {args[1]})"},
    ),
    "add_months": Function(
        ("time", "constant:integer"), _always("date"), least=2, most=2,
        sql={"duckdb": lambda args, types: f"CAST(CAST({args[0]} AS DATE) + INTERVAL ({args[1]}) MONTH AS DATE)"},
    ),
    "last_day": Function(("time",), _always("date"),
                         sql={"duckdb": lambda args, types: f"LAST_DAY(CAST({args[0]} AS DATE))"}),
}  # fmt: skip
