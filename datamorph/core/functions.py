"""The functions that a spec may call: those that behave alike on every engine.

The allow-list is data: arity, kinds of arguments, the rule for the result's type and, where an engine says it
differently, how. Anything not listed is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from datamorph.core.datatype import as_decimal, common_type, decimal_type, is_decimal, is_integer

Returns: TypeAlias = Callable[[list[str]], str]
Dialect: TypeAlias = Literal["duckdb", "spark"]
Template: TypeAlias = Callable[[list[str], list[str]], str]
"""``(rendered arguments, their types) -> code``."""


@dataclass(frozen=True, slots=True)
class Function:
    """One allowed function.

    Attributes:
        accepts: the kind of each argument: ``any``, ``number``, ``integer``, ``text``, ``time``,
            ``boolean``, or ``constant:<kind>`` for a literal; the last one repeats up to ``most``.
        returns: the result's type from the arguments' types.
        least: fewest arguments.
        most: most arguments.
        sql: how a SQL dialect says it where that is not ``NAME(arguments)``.
        pyspark: how ``pyspark.sql.functions`` says it where that is not ``F.name(arguments)``.
    """

    accepts: tuple[str, ...]
    returns: Returns
    least: int = 1
    most: int = 1
    is_aggregate: bool = False
    is_window: bool = False
    sql: dict[Dialect, Template] = field(default_factory=dict[Dialect, Template])
    pyspark: Template | None = None

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
def _duckdb_sum(args: list[str], types: list[str]) -> str:
    return f"CAST(SUM({args[0]}) AS {_sum(types).upper()})" if _sum(types) != "double" else f"SUM({args[0]})"


def _duckdb_date_format(args: list[str], types: list[str]) -> str:
    pattern = args[1]
    for spark, duckdb in (("yyyy", "%Y"), ("MM", "%m"), ("dd", "%d"), ("HH", "%H"), ("mm", "%M"), ("ss", "%S")):
        pattern = pattern.replace(spark, duckdb)
    return f"STRFTIME({args[0]}, {pattern})"


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


def _aggregate(accepts: str, returns: Returns, **sql: Template) -> Function:
    dialects: dict[Dialect, Template] = {"duckdb": sql["duckdb"]} if "duckdb" in sql else {}
    return Function((accepts,), returns, is_aggregate=True, sql=dialects)


_TEXT = Function(("text",), _same)
_PART_OF_TIME = Function(("time",), _always("int"), sql={})
_RANKING = Function(("any",), _always("int"), least=0, most=0, is_window=True)
_SHIFT = Function(("any", "constant:integer"), _same, most=2, is_window=True)

FUNCTIONS: dict[str, Function] = {
    # aggregates
    "count": Function(("any",), _always("bigint"), is_aggregate=True),
    "count_if": _aggregate("boolean", _always("bigint")),
    "sum": _aggregate("number", _sum, duckdb=_duckdb_sum),
    "avg": _aggregate("number", _always("double")),
    "min": _aggregate("any", _same),
    "max": _aggregate("any", _same),
    "median": _aggregate("number", _always("double")),
    "percentile": Function(
        ("number", "constant:number"), _always("double"), least=2, most=2, is_aggregate=True,
        sql={"duckdb": lambda args, types: f"QUANTILE_CONT({args[0]}, {args[1]})"},
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
    "sqrt": Function(("number",), _always("double")),
    # text
    "upper": _TEXT,
    "lower": _TEXT,
    "trim": _TEXT,
    "length": Function(("text",), _always("int")),
    "concat": Function(("text",), _always("string"), most=50,
                       sql={"duckdb": lambda args, types: f"({' || '.join(args)})"}),
    "substring": Function(("text", "constant:integer"), _same, least=3, most=3),
    "left": Function(("text", "integer"), _same, least=2, most=2),
    "right": Function(("text", "integer"), _same, least=2, most=2),
    "replace": Function(("text",), _same, least=3, most=3),
    "regexp_replace": Function(
        ("text", "constant:text"), _same, least=3, most=3,
        sql={"duckdb": lambda args, types: f"REGEXP_REPLACE({', '.join(args)}, 'g')"},
    ),
    "split_part": Function(("text", "text", "integer"), _same, least=3, most=3),
    "lpad": Function(("text", "constant:integer", "constant:text"), _same, least=3, most=3),
    "startswith": Function(("text",), _always("boolean"), least=2, most=2,
                           sql={"duckdb": lambda args, types: f"STARTS_WITH({', '.join(args)})"}),
    "contains": Function(("text",), _always("boolean"), least=2, most=2),
    # dates
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
}  # fmt: skip

DATE_PATTERN_LETTERS = "yMdHms"
TRUNCATIONS = ("year", "quarter", "month", "week", "day", "hour", "minute")


def duckdb_type(type_: str) -> str:
    """A Spark type's name in DuckDB."""
    names = {"string": "VARCHAR", "timestamp_ntz": "TIMESTAMP", "timestamp": "TIMESTAMPTZ", "binary": "BLOB"}
    return names.get(type_, type_.upper())
