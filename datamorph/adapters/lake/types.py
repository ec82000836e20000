"""Spark SQL type names <-> Iceberg types <-> the types of Arrow and Parquet files.

Iceberg has fewer integers than Spark: ``tinyint`` and ``smallint`` become ``int`` and stay so. Its fixed, uuid and
time columns, which only other writers make, read as ``binary`` and ``string``.
"""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyiceberg.types as ice

_TO_ICEBERG: dict[str, ice.PrimitiveType] = {
    "boolean": ice.BooleanType(), "tinyint": ice.IntegerType(), "smallint": ice.IntegerType(), "int": ice.IntegerType(),
    "bigint": ice.LongType(), "float": ice.FloatType(), "double": ice.DoubleType(), "string": ice.StringType(),
    "binary": ice.BinaryType(), "date": ice.DateType(), "timestamp": ice.TimestamptzType(),
    "timestamp_ntz": ice.TimestampType(),
}  # fmt: skip
_TO_SPARK: dict[ice.IcebergType, str] = {
    **{iceberg: spark for spark, iceberg in _TO_ICEBERG.items() if spark not in ("tinyint", "smallint")},
}
_FOREIGN: dict[type[ice.IcebergType], str] = {ice.FixedType: "binary", ice.UUIDType: "string", ice.TimeType: "string"}
_FROM_ARROW: dict[pa.DataType, str] = {
    pa.bool_(): "boolean", pa.int8(): "tinyint", pa.int16(): "smallint", pa.int32(): "int", pa.int64(): "bigint",
    pa.float32(): "float", pa.float64(): "double", pa.date32(): "date", pa.timestamp("us"): "timestamp_ntz",
    pa.string(): "string", pa.large_string(): "string", pa.string_view(): "string",
    pa.binary(): "binary", pa.large_binary(): "binary", pa.binary_view(): "binary",
    **{pa.timestamp("us", tz=zone): "timestamp" for zone in ("UTC", "Z", "Etc/UTC", "+00:00")},
}  # fmt: skip
_TOKEN = re.compile(r"\s*(`(?:[^`]|``)*`|[<>(),:]|[^<>(),:`\s]+)")
_PLAIN_NAME = re.compile(r"\w+")


def to_iceberg(text: str, next_id: Callable[[], int]) -> ice.IcebergType:
    """The Iceberg type of a Spark SQL type; nested fields are numbered by ``next_id``.

    Raises:
        ValueError: not a type that a table can have, such as ``void`` or ``interval``.
    """
    parser = _Parser(text, next_id)
    type_ = parser.type()
    parser.expect("")
    return type_


def to_spark(type_: ice.IcebergType) -> str:
    """The Spark SQL type of an Iceberg type; field names that are not plain words get backticks."""
    match type_:
        case ice.DecimalType():
            return f"decimal({type_.precision},{type_.scale})"
        case ice.ListType():
            return f"array<{to_spark(type_.element_type)}>"
        case ice.MapType():
            return f"map<{to_spark(type_.key_type)},{to_spark(type_.value_type)}>"
        case ice.StructType():
            return f"struct<{','.join(f'{_quoted(f.name)}:{to_spark(f.field_type)}' for f in type_.fields)}>"
        case _:
            return _FOREIGN.get(type(type_)) or _TO_SPARK.get(type_, str(type_))


def arrow_to_spark(type_: pa.DataType) -> str:
    """The Spark SQL type that a file's column has as it is; Arrow's own name where Spark has no such type."""
    if isinstance(type_, pa.Decimal128Type):
        return f"decimal({type_.precision},{type_.scale})"
    if isinstance(type_, pa.ListType | pa.LargeListType):
        return f"array<{arrow_to_spark(type_.value_type)}>"
    if isinstance(type_, pa.MapType):
        return f"map<{arrow_to_spark(type_.key_type)},{arrow_to_spark(type_.item_type)}>"
    if isinstance(type_, pa.StructType):
        fields = (type_.field(index) for index in range(type_.num_fields))
        return f"struct<{','.join(f'{_quoted(f.name)}:{arrow_to_spark(f.type)}' for f in fields)}>"
    return _FROM_ARROW.get(type_, str(type_))


def is_repeated(type_: ice.IcebergType) -> bool:
    """True for lists and maps, at any depth: engines name their children in ways that Iceberg cannot map."""
    if isinstance(type_, ice.StructType):
        return any(is_repeated(field.field_type) for field in type_.fields)
    return isinstance(type_, ice.ListType | ice.MapType)


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else f"`{name.replace('`', '``')}`"


class _Parser:
    """Recursive descent over ``struct<a:bigint,b:array<decimal(10,2)>>``."""

    def __init__(self, text: str, next_id: Callable[[], int]) -> None:
        self._text, self._next_id = text, next_id
        self._nexts: Iterator[str] = iter(_TOKEN.findall(text))
        self._next = next(self._nexts, "")

    def type(self) -> ice.IcebergType:
        head = self._advance().lower()
        if head == "decimal":
            return self._decimal()
        if head == "array":
            return self._list()
        if head == "map":
            return self._map()
        if head == "struct":
            return self._struct()
        if head not in _TO_ICEBERG:
            raise ValueError(f"{self._text!r} is not a type that a table can have")
        return _TO_ICEBERG[head]

    def expect(self, token: str) -> None:
        if self._advance() != token:
            raise ValueError(f"{self._text!r} is not a type: {token or 'its end'!r} is missing")

    def _advance(self) -> str:
        token, self._next = self._next, next(self._nexts, "")
        return token

    def _decimal(self) -> ice.DecimalType:
        self.expect("(")
        precision = self._advance()
        self.expect(",")
        scale = self._advance()
        self.expect(")")
        return ice.DecimalType(int(precision), int(scale))

    def _list(self) -> ice.ListType:
        self.expect("<")
        element_id, element = self._next_id(), self.type()
        self.expect(">")
        return ice.ListType(element_id=element_id, element_type=element, element_required=False)

    def _map(self) -> ice.MapType:
        self.expect("<")
        key_id, value_id, key = self._next_id(), self._next_id(), self.type()
        self.expect(",")
        value = self.type()
        self.expect(">")
        return ice.MapType(key_id=key_id, key_type=key, value_id=value_id, value_type=value, value_required=False)

    def _struct(self) -> ice.StructType:
        self.expect("<")
        fields: list[ice.NestedField] = []
        while self._next != ">":
            name = self._advance()
            name = name[1:-1].replace("``", "`") if name.startswith("`") else name
            self.expect(":")
            fields.append(ice.NestedField(self._next_id(), name, self.type(), required=False))
            if self._next != ">":
                self.expect(",")
        self.expect(">")
        return ice.StructType(*fields)
