"""Expressions of a spec as a small tree: all that a spec can say, so that renderers have no other cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from dataclasses import replace as with_fields
from functools import cache
from typing import Any, TypeAlias, cast

Value: TypeAlias = str | int | float | bool | None


class ExpressionError(Exception):
    """An expression that a spec may not hold: ``code``, what is wrong, what to write instead."""

    def __init__(self, code: str, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


@dataclass(frozen=True, slots=True)
class Node:
    """Base of the tree."""


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """A column, by any spelling of its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Member(Node):
    """A field of a struct, by any spelling of its name: ``address.city``."""

    operand: Node
    name: str


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant; ``type`` is its Spark type, ``value`` text for dates, timestamps and decimals."""

    value: Value
    type: str


@dataclass(frozen=True, slots=True)
class Star(Node):
    """The ``*`` of ``count(*)``."""


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``left operator right``; operators are lower case: ``and``, ``+``, ``<=`` ...

    ``is_exact`` marks arithmetic on whole numbers that a compiler does in 38 digits.
    """

    operator: str
    left: Node
    right: Node
    is_exact: bool = False


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``not x`` or ``- x``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class IsNull(Node):
    """``x is null``."""

    operand: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """``x in (a, b)``, constants only."""

    operand: Node
    options: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Between(Node):
    """``x between low and high``, both included."""

    operand: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Like(Node):
    """``x like pattern`` with a constant pattern."""

    operand: Node
    pattern: str


@dataclass(frozen=True, slots=True)
class Cast(Node):
    """``cast(x as type)``; ``is_safe`` gives NULL instead of an error."""

    operand: Node
    type: str
    is_safe: bool = False


@dataclass(frozen=True, slots=True)
class Case(Node):
    """``case when a then b ... else c end``; ``default`` None means NULL."""

    branches: tuple[tuple[Node, Node], ...]
    default: Node | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function call; ``is_distinct`` for ``count(distinct x)``."""

    name: str
    arguments: tuple[Node, ...] = ()
    is_distinct: bool = False


@dataclass(frozen=True, slots=True)
class Over(Node):
    """A call over a window, whose text is already in the language that is rendered."""

    operand: Node
    window: str


_LEAVES = (Ref, Literal, Star)


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it."""
    yield node
    for child in children(node):
        yield from walk(child)


def references(node: Node) -> frozenset[str]:
    """Names of all columns that the expression reads."""
    return frozenset(n.name for n in walk(node) if isinstance(n, Ref))


def replace(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """The tree with every topmost node for which ``change`` gives another one exchanged."""
    changed = change(node)
    return changed if changed is not None else rebuilt(node, lambda child: replace(child, change))


def rewrite(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with every node exchanged, from the leaves up: ``change`` sees children that are changed already."""
    return change(rebuilt(node, lambda child: rewrite(child, change)))


def rebuilt(node: Node, change: Callable[[Node], Node]) -> Node:
    """The node with each of its children changed; itself where none is."""
    if isinstance(node, _LEAVES):
        return node
    if isinstance(node, Case):
        branches = tuple((change(condition), change(value)) for condition, value in node.branches)
        return Case(branches, change(node.default) if node.default else None)
    changed: dict[str, object] = {}
    for name in _field_names(type(node)):
        value: object = getattr(node, name)
        if isinstance(value, Node):
            found: object = change(value)
            if found is not value:
                changed[name] = found
        elif isinstance(value, tuple):
            items = cast("tuple[object, ...]", value)
            new = tuple(change(item) if isinstance(item, Node) else item for item in items)
            if any(one is not other for one, other in zip(new, items, strict=True)):
                changed[name] = new
    return with_fields(cast(Any, node), **changed) if changed else node


@cache
def _field_names(kind: type[Node]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def children(node: Node) -> Iterator[Node]:
    """The nodes right below."""
    if isinstance(node, Case):
        for condition, value in node.branches:
            yield condition
            yield value
        if node.default is not None:
            yield node.default
        return
    for name in _field_names(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in cast("tuple[object, ...]", value) if isinstance(item, Node))
