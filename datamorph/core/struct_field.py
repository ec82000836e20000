"""Fields of struct columns as PySpark source and as SQL, with any names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datamorph.core.functions import Dialect
from datamorph.core.pyspark_expression import quoted
from datamorph.core.sql_expression import identifier

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def field_column(struct: str, path: Sequence[str]) -> str:
    """Source of a Column; ``getField`` takes any name."""
    if all(map(_PLAIN.fullmatch, path)):
        return f"F.col({quoted('.'.join([struct, *path]))})"
    return f"F.col({quoted(struct)})" + "".join(f".getField({quoted(name)})" for name in path)


def field_sql(struct: str, path: Sequence[str], dialect: Dialect) -> str:
    """The same in SQL: ``row.price``."""
    return ".".join(identifier(name, dialect) for name in [struct, *path])
