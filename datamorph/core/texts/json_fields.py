"""Which values of a JSON document become columns: their places, their types, and the schema they make together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias, cast

from pydantic import BaseModel, ConfigDict, Field, model_serializer, model_validator

from datamorph.core.nested import element_type
from datamorph.core.problem import Problems
from datamorph.core.sql_expression import identifier
from datamorph.core.texts.sql import TextSql

Tree: TypeAlias = "dict[str, str | Tree]"
"""Members of an object: a type, or an object's own members."""
SCALARS = ("string", "bigint", "int", "double", "boolean")
_SPELLED = {"integer": "int", "long": "bigint", "text": "string", "bool": "boolean"}
# Sail wraps an int that is too large for it; a bigint it does not.
_WIDE = {"int": "bigint"}
# What the text of an array's element must look like.
_ELEMENTS = {
    "bigint": r"^-?[0-9]+\z",
    "int": r"^-?[0-9]+\z",
    "double": r"^-?[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?\z",
    "boolean": r"^(true|false)\z",
}


class JsonField(BaseModel):
    """A value of a document, written as its type, or as ``{at: address.city, as: string}``."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
    as_: str = Field(alias="as")
    at: str = ""

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        return {"as": data} if isinstance(data, str) else cast(object, data)

    @model_serializer
    def _fold(self) -> str | dict[str, str]:
        return {"at": self.at, "as": self.as_} if self.at else self.as_

    @property
    def type(self) -> str:
        """The type in one spelling."""
        return re.sub("[a-z]+", lambda word: _SPELLED.get(word[0], word[0]), re.sub(r"\s+", "", self.as_.lower()))

    @property
    def is_read_as_it_is(self) -> bool:
        """True when Spark reads this type from JSON as every engine does."""
        return self.type not in _WIDE and element_type(self.type) in (None, "string")

    def path(self, name: str) -> tuple[str, ...]:
        """Names of the objects' members that lead to the value; the column's own name unless told."""
        return tuple((self.at or name).split("."))

    def check(self, name: str, problems: Problems) -> None:
        """Report a type that engines read differently, and a place that is none."""
        if (element_type(self.type) or self.type) not in SCALARS:
            hint = f"use {', '.join(SCALARS)} or an array of one; read others as string, and cast or parse them"
            problems.add("unknown_type", f"{name!r} cannot be read from JSON as {self.as_!r}", hint=hint)
        if not all(self.path(name)) or re.search(r'["`\\\x00-\x1f]', self.at or name):
            hint = "write the members' names with dots between, such as address.city"
            problems.add("constant", f"{self.at or name!r} is no place in a document", hint=hint)


def schema_of(fields: Mapping[str, JsonField], problems: Problems) -> str:
    """The type of the document with only these values, as read at first: ints wide, array elements as texts."""
    tree: Tree = {}
    for name, field in fields.items():
        *parents, last = field.path(name)
        type_ = "array<string>" if element_type(field.type) else _WIDE.get(field.type, field.type)
        node = _object(tree, parents)
        if node is None or node.setdefault(last, type_) != type_:
            problems.add("type", f"{field.at or name!r} is read in two ways", hint="read it in two steps")
    _check_case(tree, problems)
    return _type(tree)


def _object(tree: Tree, parents: list[str]) -> Tree | None:
    """The object below these members; None where one of them is read as a value."""
    for parent in parents:
        node = tree.setdefault(parent, {})
        if isinstance(node, str):
            return None
        tree = node
    return tree


def _check_case(tree: Tree, problems: Problems) -> None:
    if len({name.casefold() for name in tree}) < len(tree):
        hint = "read them in two steps: Spark does not tell them apart"
        problems.add("duplicate_column", f"members differ in nothing but case in {list(tree)}", hint=hint)
    for node in tree.values():
        if not isinstance(node, str):
            _check_case(node, problems)


def _type(node: Tree | str) -> str:
    if isinstance(node, str):
        return node
    members = (f"{identifier(name, 'spark')}: {_type(child)}" for name, child in node.items())
    return f"struct<{', '.join(members)}>"


def element_sql(text: TextSql, type_: str) -> str:
    """SQL of an array's element from its text; NULL where it is of another type."""
    if type_ == "string":
        return text.code
    return f"CASE WHEN {text.matches(_ELEMENTS[type_])} THEN {text.try_cast(type_)} END"
