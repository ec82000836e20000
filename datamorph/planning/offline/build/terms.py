"""Expressions with columns still open: text with places for leaves, filled per frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from datamorph.core.catalog import Scalar
from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.days import next_month, shifted

PLACE = "\x00"
_LAST_DAY = "9999-12-31"  # in many warehouses the end of what is still valid
_PLAIN = re.compile(r"[A-Za-z_]\w*")
_RESERVED = frozenset(
    """
    select from where group order by case when then else end and or not in is null true false between like as
    cast date timestamp interval distinct all any exists if on using join left right full inner outer cross
    union table values limit having window over partition desc asc year month day hour minute second
    comment show set use load call execute explain analyze cache uncache refresh alter create drop delete insert update
    merge truncate describe begin commit rollback grant revoke copy kill fetch declare pragma with lateral optimize
    vacuum
    """.split()
)
"""Words of expressions, and those with which statements begin: an expression that begins so is taken for one."""


@dataclass(frozen=True, slots=True)
class ColumnLeaf:
    """A column of a source table."""

    table: TableRef
    column: str


@dataclass(frozen=True, slots=True)
class NameLeaf:
    """A column that the spec itself makes: a measure or a computed column."""

    name: str


Leaf: TypeAlias = ColumnLeaf | NameLeaf


@dataclass(frozen=True, slots=True)
class Term:
    """Spark SQL with a place for each leaf; ``is_atom`` needs no parentheses around it."""

    text: str
    leaves: tuple[Leaf, ...] = ()
    is_atom: bool = True

    def render(self, name_of: Callable[[Leaf], str]) -> str:
        """The text with the leaves' names in place."""
        parts = self.text.split(PLACE)
        names = [quote(name_of(leaf)) for leaf in self.leaves]
        return parts[0] + "".join(name + part for name, part in zip(names, parts[1:], strict=True))

    @property
    def tables(self) -> set[TableRef]:
        """Tables whose columns it reads."""
        return {leaf.table for leaf in self.leaves if isinstance(leaf, ColumnLeaf)}

    @property
    def names(self) -> set[str]:
        """Columns of the spec's own making that it reads."""
        return {leaf.name for leaf in self.leaves if isinstance(leaf, NameLeaf)}


def leaf(found: Leaf) -> Term:
    """A term of one leaf."""
    return Term(PLACE, (found,))


def combine(template: str, *terms: Term, is_atom: bool = True) -> Term:
    """Put terms into the ``{}`` places of a template."""
    parts = template.split("{}")
    text = parts[0] + "".join(term.text + part for term, part in zip(terms, parts[1:], strict=True))
    return Term(text, tuple(leaf for term in terms for leaf in term.leaves), is_atom)


def infix(operator: str, left: Term, right: Term) -> Term:
    """``left operator right``, with parentheses where a side is compound."""
    return combine(f"{{}} {operator} {{}}", enclosed(left), enclosed(right), is_atom=False)


def enclosed(term: Term) -> Term:
    """The term in parentheses unless it is an atom."""
    return term if term.is_atom else Term(f"({term.text})", term.leaves)


def quote(name: str) -> str:
    """A column name as it stands in an expression."""
    if _PLAIN.fullmatch(name) and name.lower() not in _RESERVED:
        return name
    return "`" + name.replace("`", "``") + "`"


def constant(value: Scalar, type_: str = "") -> Term:
    """A literal that fits a column of that type."""
    if value is None:
        return Term("NULL")
    if isinstance(value, bool):
        return Term("true" if value else "false")
    if type_ == "string" or (isinstance(value, str) and not is_time(type_)):
        escaped = str(value).replace("\\", "\\\\").replace("'", "''")
        return Term(f"'{escaped}'")
    if is_time(type_):
        return Term(
            f"{'TIMESTAMP' if 'T' in str(value) or ' ' in str(value) else 'DATE'} '{str(value).replace('T', ' ')}'"
        )
    return Term(repr(value) if isinstance(value, float) else str(value))


def compare_date(left: Term, operator: str, text: str, type_: str) -> Term:
    """Compare with a day or a month as a whole: ``= 2018-03`` is the whole of March; with a moment as it is."""
    if len(text) > len("2018-03-15"):
        return infix(operator, left, constant(text if text.count(":") > 1 else f"{text}:00", "timestamp"))
    is_day = len(text) == len("2018-03-15")
    if is_day and type_ == "date":
        return infix(operator, left, constant(text, "date"))
    if text == _LAST_DAY:
        return infix(operator, combine("CAST({} AS date)", left), constant(text, "date"))
    first, following = (text, shifted(text, 1)) if is_day else (f"{text}-01", next_month(text))
    low, high = constant(first, "date"), constant(following, "date")
    simple = {">": (">=", high), ">=": (">=", low), "<": ("<", low), "<=": ("<", high)}
    if operator in simple:
        sign, bound = simple[operator]
        return infix(sign, left, bound)
    inside = combine("{} >= {} AND {} < {}", left, low, left, high, is_atom=False)
    return inside if operator == "=" else combine("NOT {}", enclosed(inside), is_atom=False)
