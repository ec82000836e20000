"""A spec under construction: one current frame, and where each source column is in it."""

from __future__ import annotations

from collections.abc import Mapping
from keyword import iskeyword
from typing import Any

from pydantic import ValidationError

from datamorph.core.problem import Problems, shown
from datamorph.core.spec import NamedStep
from datamorph.core.steps import STEPS
from datamorph.core.table import TableRef, TableSchema
from datamorph.planning.offline.build.terms import ColumnLeaf, Leaf, Term
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.prepare.preparation import Preparation

_RESERVED = frozenset({"transform", "spark"})


class Frames:
    """Adds steps one after the other and follows columns through them."""

    def __init__(
        self, tables: Mapping[TableRef, TableSchema], made: Mapping[TableRef, Preparation] | None = None
    ) -> None:
        self._tables = tables
        self._made = made or {}
        self._ready: dict[TableRef, str] = {}
        self.sources: dict[str, TableRef] = {}
        self.steps: list[NamedStep] = []
        self.schemas: dict[str, TableSchema] = {}
        self.current = ""
        self.where: dict[ColumnLeaf, str] = {}

    def source(self, table: TableRef) -> str:
        """The frame of a table, added on first use, with the steps that make it as the prompt speaks of it."""
        if table not in self._ready:
            name, current = self.read(table), self.current
            for kind, fields in self._made[table].steps if table in self._made else ():
                self.current = name
                name = self.add(kind, table.name, **fields)
            self.current, self._ready[table] = current, name
        return self._ready[table]

    def read(self, table: TableRef) -> str:
        """The source that a table is read from."""
        made = self._made.get(table)
        base, schema = (made.base, made.schema) if made else (table, self._tables[table])
        for name, ref in self.sources.items():
            if ref == base:
                return name
        name = self.fresh(base.name if base.name[0].isalpha() else f"t{base.name}")
        self.sources[name] = base
        self.schemas[name] = schema
        return name

    @property
    def stored(self) -> dict[TableRef, TableSchema]:
        """The tables that are read, as they are."""
        return {ref: self.schemas[name] for name, ref in self.sources.items()}

    def array_of(self, elements: TableRef, root: TableRef | None) -> str:
        """The column of the current frame with the array whose elements are that table; empty without one."""
        made = self._made.get(elements)
        is_there = made is not None and made.base == root and made.array in self.schema
        return made.array if made is not None and is_there else ""

    def owner_of(self, elements: TableRef | None) -> TableRef | None:
        """The table with the array whose elements are the rows of that one; None for any other table."""
        made = self._made.get(elements) if elements is not None else None
        return made.base if made is not None and made.array else None

    @property
    def extra(self) -> set[str]:
        """Columns of the current frame that were added only to be spoken of."""
        return {
            name for leaf, name in self.where.items() if leaf.table in self._made
            and leaf.column in self._made[leaf.table].extra
        }  # fmt: skip

    def start(self, table: TableRef) -> None:
        """Go on from a table."""
        self.current = self.source(table)
        self.where = {ColumnLeaf(table, column): column for column in self._tables[table].names}

    def fresh(self, base: str) -> str:
        """A frame name that is not taken."""
        name, count = base[:50], 1
        while name in self.schemas or iskeyword(name) or name in _RESERVED:
            count += 1
            name = f"{base[:50]}_{count}"
        return name

    @property
    def schema(self) -> TableSchema:
        """Schema of the current frame."""
        return self.schemas[self.current]

    def add(self, kind: str, base: str, **fields: Any) -> str:
        """Add a step over the current frame (unless it names its inputs) and make it current."""
        if kind not in ("join", "union", "intersect", "except"):
            fields = {"from": self.current, **fields}
        try:
            step = STEPS[kind].model_validate(fields)
        except ValidationError as error:
            first = error.errors(include_url=False, include_context=False)[0]
            message = f"{shown(first['input'])} is no {first['loc'][-1] if first['loc'] else 'value'} of {kind}"
            raise Refused("impossible", message, hint=first["msg"]) from None
        name = self.fresh(base)
        self.steps.append(NamedStep(name=name, step=step))
        self.schemas[name] = step.output(self.schemas, Problems())
        self.current = name
        return name

    def lookup(self, other: str, table: TableRef, on: list[tuple[str, str]], how: str, *, base: str = "joined") -> None:
        """Join the current frame with the frame of a table and follow the columns of both."""
        left = self.schema
        keys = [
            left_key if left_key == right_key else {"left": left_key, "right": right_key} for left_key, right_key in on
        ]
        self.add("join", base, left=self.current, right=other, on=keys, how=how)
        if how in ("semi", "anti"):
            return
        carried = [
            c.name for c in self.schemas[other] if c.name.casefold() not in {right.casefold() for _, right in on}
        ]
        new = self.schema.names[len(left) :]
        self.where |= {ColumnLeaf(table, old): name for old, name in zip(carried, new, strict=True)}
        self.where |= {ColumnLeaf(table, right_key): left_key for left_key, right_key in on}

    def name_of(self, leaf: Leaf) -> str:
        """The leaf's column in the current frame."""
        if not isinstance(leaf, ColumnLeaf):
            return leaf.name
        if leaf not in self.where:
            message = f"{leaf.column} of {leaf.table.name} is no longer there at that point"
            raise Refused("impossible", message, hint="add it to the groups, or filter on it before grouping")
        return self.where[leaf]

    def render(self, term: Term) -> str:
        """A term over the current frame."""
        return term.render(self.name_of)
