"""Inside of nested types: the elements of an array, the fields of a struct, the keys and values of a map.

A nested type is text, as everywhere: ``array<struct<id:bigint,`unit price`:decimal(10,2)>>``. Names of fields stand in
back-ticks where they are not plain words; field names are unique regardless of case, as names of columns are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_NESTED = re.compile(r"(array|map|struct)<(.*)>", re.DOTALL)
_TOKEN = re.compile(r"`(?:[^`]|``)*`|[<>(),:]|[^<>(),:`]+", re.DOTALL)
_PLAIN_NAME = re.compile(r"\w+")
_DEPTH = {"<": 1, "(": 1, ">": -1, ")": -1}


def element_type(type_: str) -> str | None:
    """Type of an array's elements; None for every other type."""
    return _inside(type_, "array")


def map_types(type_: str) -> tuple[str, str] | None:
    """Types of a map's keys and values; None for every other type."""
    parts = list(_parts(_inside(type_, "map") or "", ","))
    return (parts[0], parts[1]) if len(parts) == 2 else None  # noqa: PLR2004 (a key and a value)


def struct_fields(type_: str) -> dict[str, str] | None:
    """Type of each field of a struct by name, in order; None for every other type."""
    inside = _inside(type_, "struct")
    if inside is None:
        return None
    pairs = (field.partition(":") if field[0] != "`" else _quoted_pair(field) for field in _parts(inside, ","))
    return {name: field_type for name, _, field_type in pairs}


def find_field(fields: Mapping[str, str], name: str) -> str | None:
    """A field's own spelling of a name that may differ in case, or None."""
    folded = name.casefold()
    return next((field for field in fields if field.casefold() == folded), None)


def array_of(type_: str) -> str:
    """The type of arrays of that type."""
    return f"array<{type_}>"


def struct_of(fields: Mapping[str, str]) -> str:
    """The type of structs with those fields, in that order."""
    return f"struct<{','.join(f'{_quoted(name)}:{type_}' for name, type_ in fields.items())}>"


def _inside(type_: str, kind: str) -> str | None:
    match = _NESTED.fullmatch(type_)
    return match[2] if match and match[1] == kind else None


def _parts(text: str, separator: str) -> Iterator[str]:
    """The text cut at a separator that stands in no brackets and no back-ticks."""
    depth, part = 0, ""
    for token in _TOKEN.findall(text):
        depth += _DEPTH.get(token, 0)
        if token == separator and depth == 0:
            yield part
            part = ""
        else:
            part += token
    if part:
        yield part


def _quoted_pair(field: str) -> tuple[str, str, str]:
    quoted = _TOKEN.findall(field)[0]
    return quoted[1:-1].replace("``", "`"), ":", field[len(quoted) + 1 :]


def _quoted(name: str) -> str:
    return name if _PLAIN_NAME.fullmatch(name) else f"`{name.replace('`', '``')}`"
