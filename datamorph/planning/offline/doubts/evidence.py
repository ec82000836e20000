"""A plan as it is searched for traces of the prompt: its texts, numbers and groups, whatever step they are in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias, cast

from datamorph.core.plan import Proposal
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef
from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.planning.offline.names import Link, NameIndex
from datamorph.planning.offline.recipes.listed import Listed, find_listed
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.tokens import Token
from datamorph.planning.offline.values import ValueLink

EXAMPLE = "example of "
"""How the meaning of a number or text begins that only shows what values look like."""
_NUMBER = re.compile(r"(?<![a-z_])\d+(?:\.\d+)?")
_NO_NUMBER = re.compile(r"\[\^?0-9[^\]]*\]|\bdecimal\(\d+(?=,)")
"""Digits in patterns, and the precision of a type: no amount that anybody asked for."""
_WORD = re.compile(r"[^\W\d]\w*")
_GROUPING = ("by", "partition_by", "per")
_DEFINING = frozenset({"derive", "select", "rename", "aggregate", "window", "spine"})


@dataclass(frozen=True)
class Evidence:
    """A prompt beside the plan that was made of it.

    Attributes:
        examples: numbers and texts that only show what values look like.
    """

    said: Said
    spec: PipelineSpec
    relations: Relations
    examples: frozenset[str] = frozenset()

    @classmethod
    def of(cls, said: Said, plan: Proposal) -> Evidence:
        """A prompt beside a plan, with what the plan took for an example."""
        phrases = plan.understanding.phrases
        examples = frozenset(one.text for one in phrases if one.meaning.startswith(EXAMPLE))
        return cls(said, plan.spec, said.relations, examples)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Of the prompt."""
        return self.said.tokens

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Of the prompt, in lower case; empty for quoted text."""
        return self.said.words

    @property
    def names(self) -> NameIndex:
        """What words may mean."""
        return self.said.names

    @cached_property
    def listed(self) -> tuple[Listed, ...]:
        """The columns that the prompt lists."""
        return find_listed(self.said)

    @cached_property
    def steps(self) -> tuple[tuple[str, Mapping[str, Any]], ...]:
        """Kind and fields of each step."""
        return tuple((step.step.kind, step.step.model_dump(by_alias=True)) for step in self.spec.steps)

    @cached_property
    def text(self) -> str:
        """All that the steps, the schedule, the target and the increments say, in lower case."""
        rest = self.spec.model_dump(mode="json", include={"incremental", "schedule", "target", "sources", "checks"})
        return " ".join(_texts([dict(fields) for _, fields in self.steps] + [rest])).lower()

    @cached_property
    def joined(self) -> tuple[frozenset[str], ...]:
        """Columns by which tables are joined, those of one condition together, in lower case."""
        on = [one for kind, fields in self.steps if kind == "join" for one in cast("list[Any]", fields.get("on") or [])]
        sides = [[one] if isinstance(one, str) else cast("dict[str, str]", one).values() for one in on]
        return tuple(frozenset(name.casefold() for name in side) for side in sides)

    @cached_property
    def formulas(self) -> tuple[str, ...]:
        """The texts of the steps as they are written."""
        return tuple(_texts([dict(fields) for _, fields in self.steps]))

    @cached_property
    def types(self) -> Mapping[str, str]:
        """Types of the columns of the tables that are read, by their names in lower case."""
        tables = (self.said.tables[ref] for ref in self.spec.sources.values())
        return {column.name.lower(): column.type for table in tables for column in table.schema}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns of the result; none where the plan does not check."""
        if self.steps and self.steps[-1][0] == "select":
            return tuple(
                name for one in self.steps[-1][1]["columns"] for name in ([one] if isinstance(one, str) else one)
            )
        schemas = {ref: self.said.tables[ref].schema for ref in self.spec.sources.values()}
        checked = typecheck(self.spec, schemas, may_read_target=True)
        return tuple(checked.schema.names) if isinstance(checked, CheckedSpec) else ()

    @cached_property
    def numbers(self) -> frozenset[float]:
        """Every number in the plan, those inside of dates among them."""
        return frozenset(float(found) for found in _NUMBER.findall(_NO_NUMBER.sub(" ", self.text)))

    @cached_property
    def hours_of_runs(self) -> frozenset[int]:
        """Hours at which it runs several times a day: 0, 6, 12 and 18 for every six hours."""
        hours = self.spec.schedule.cron.split()[1] if self.spec.schedule is not None else ""
        step = hours.removeprefix("*/")
        return frozenset(range(0, 24, int(step))) if hours.startswith("*/") and step.isdigit() else frozenset()

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """Every word of the plan."""
        return frozenset(_WORD.findall(self.text))

    @cached_property
    def groups(self) -> frozenset[str]:
        """Columns by which rows are grouped somewhere or values are spread, with those that they are computed from."""
        found = {name.lower() for _, fields in self.steps for key in _GROUPING for name in fields.get(key) or ()}
        made = [pair for kind, fields in self.steps if kind in _DEFINING for pair in definitions(fields)]
        for name, formula in reversed(made):
            if name.lower() in found:
                found |= {word.lower() for word in _WORD.findall(formula)}
        spread = [formula for _, formula in made if "case" in formula.lower() or "=" in formula]
        spread += [" ".join(_texts(dict(fields))) for kind, fields in self.steps if kind == "pivot"]
        return frozenset(found | {word.lower() for formula in spread for word in _WORD.findall(formula)})

    @cached_property
    def divided(self) -> frozenset[str]:
        """Columns that stand in a quotient."""
        return frozenset(word.lower() for text in self.formulas if "/" in text for word in _WORD.findall(text))

    @cached_property
    def shown(self) -> frozenset[str]:
        """Columns that the last choice of columns shows, by the names that they had before it."""
        last = next((fields for kind, fields in reversed(self.steps) if kind == "select"), None)
        return frozenset(_WORD.findall(" ".join(_texts(last["columns"])).lower())) if last else self.identifiers

    def holds(self, value: ValueLink) -> bool:
        """True where the plan names a value of a table that it reads, and its column, as they are written."""
        is_named = f"'{value.value.lower()}'" in self.text and value.column.lower() in self.identifiers
        return value.table in self._sources and is_named

    @cached_property
    def _sources(self) -> frozenset[TableRef]:
        return frozenset(self.spec.sources.values())

    def links(self, place: int, length: int) -> list[Link]:
        """What a run of words means in the tables that the plan reads."""
        return [link for link in self.said.links(place, length) if link.table in self._sources]

    def keys(self, table: TableRef) -> set[str]:
        """Columns that tell the rows of a table apart, here or in the tables that refer to it."""
        found = {name.lower() for name in self.relations.key(table)}
        for other in self.spec.sources.values():
            for relation in self.relations.between(other, table) if other != table else ():
                found |= {name.lower() for name in (*relation.columns, *relation.target_columns)}
        return found


def definitions(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names with what they are computed from, in a step that makes columns."""
    for key in ("columns", "measures"):
        value = fields.get(key)
        for item in [cast("object", value)] if isinstance(value, dict) else cast("list[object]", list(value or ())):
            if isinstance(item, dict):
                yield from ((str(name), str(formula)) for name, formula in cast("dict[str, object]", item).items())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in cast("dict[object, object]", value).items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in cast("list[object]", value):
            yield from _texts(inner)
    elif value is not None:
        yield str(value)


Look: TypeAlias = Callable[[Evidence], Iterator[str]]
"""One look at a plan: what speaks against it, each as the end of a sentence."""
