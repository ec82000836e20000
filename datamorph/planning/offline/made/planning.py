"""A prompt that makes columns is read as if the table had these, and they are made before everything else.

What one sentence is read for, every sentence is then read for: a column that is made may be shown, sorted by, counted
by or summed, since for the words around it it is a column like any other.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, cast

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, TableProfile
from datamorph.core.expression import Ref, walk
from datamorph.core.expression_parser import parse_expression
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.problem import Problems
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.steps.aggregate import Aggregate
from datamorph.core.steps.derive import replaced
from datamorph.core.steps.select import Select
from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.made.about import About
from datamorph.planning.offline.made.adding import without_adding
from datamorph.planning.offline.made.items import Item, find_item
from datamorph.planning.offline.phrasebook.rewording import told
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.retrieval import near_tables

_STAND_INS = ("wqx_zva", "jqz_wvo", "vxk_qwu", "kzq_xwy")
"""Names that no table has, and no word of a prompt is near to."""

_SOURCE = "{}_as_loaded"
_MOST_TOKENS = 150
_LONGEST_NAME = 40
_CHANGING = frozenset(
    "treat treated treating missing fill filled filling replace replaced replacing trim trimmed clean cleaned default "
    "null nulls empty blank blanks assume assuming convert converted cast lowercase uppercase normalise normalize "
    "set".split()
)
_PRONOUNS = frozenset({"it", "them", "these", "those"})
_OTHER_FORMS = ("cast(", "round(", "ceil(", "floor(")
"""Of a column that is shown as it is too; ``email, emails in lowercase`` is one column."""
_BEFORE_REMARKS = frozenset({",", ";", "where", "with", "and", "whereby", "(", "here"})
_MARKS, _ENDS = frozenset({",", ";"}), frozenset({".", ";"})
_ARTICLES = frozenset({"the", "a", "an"})

Plan = Callable[[str, Catalog], Proposal | Questions | Refusal]


@dataclass(frozen=True, slots=True)
class _Made:
    """A column in the place of what the prompt says of it."""

    table: TableRef
    stand_in: str
    name: str
    sql: str
    words: str
    is_named: bool
    is_sure: bool


def plan_with_made(prompt: str, catalog: Catalog, indexes: Indexes, plan: Plan) -> tuple[Proposal, bool] | None:
    """The plan of a prompt that makes columns of one table, and whether their names are told.

    None where it makes none, or is not understood.
    """
    near, text = near_tables(prompt, catalog), prompt
    made: list[_Made] = []
    while len(made) < len(_STAND_INS) and (found := _first(text, near, indexes, len(made))) is not None:
        one, text = found
        made.append(one)
        near = _with_column(near, one)
    if not made or len({one.table for one in made}) > 1:
        return None
    is_told = bool(Said(prompt, near, *indexes.of(near)).mentioned())
    found = plan(without_adding(text, [one.stand_in for one in made], _word(near, made[0].table)), near)
    spec = _completed(found.spec, made, near) if isinstance(found, Proposal) else None
    if spec is None or not isinstance(found, Proposal) or (len(spec.sources) > 1 and not is_told):
        return None
    names = {one.stand_in: one.name for one in made}
    understanding = _renamed(found.understanding, names)
    outcome = told(Proposal(spec, understanding), prompt, [(one.words, f"{one.name} = {one.sql}") for one in made])
    return cast("Proposal", outcome), all(one.is_sure for one in made)


def _first(text: str, catalog: Catalog, indexes: Indexes, number: int) -> tuple[_Made, str] | None:
    """The first column that a prompt makes, and the prompt with a stand-in for it."""
    found: list[tuple[About, Item]] = []
    named = Said(text, catalog, *indexes.of(catalog))
    if len(named) > _MOST_TOKENS:
        return None
    tables = named.mentioned() or [table.ref for table in catalog.tables]
    for table in tables:
        said = About(text, catalog, indexes.of(catalog), table)
        item = find_item(said)
        if item is not None:
            found.append((said, item))
    if len(found) != 1:
        return None
    return _made(*found[0], _STAND_INS[number])


def _made(said: About, item: Item, stand_in: str) -> tuple[_Made, str] | None:
    rest = [*said.words[: item.start], *said.words[item.end :]]
    is_own = not item.name and bool(item.column) and not _is_spoken_of(said, item)
    name = item.name or (item.column if is_own else _spoken_name(said, item))
    is_remark = bool(item.column) and not item.name and not is_own and not item.sql.startswith(_OTHER_FORMS)
    if is_remark or _PRONOUNS & set(rest) or (not is_own and name in said.column_names):
        return None
    problems = Problems()
    replaced(said.about.schema, {stand_in: item.sql}, problems)
    if problems.found or _is_of_changed(said, item):
        return None
    one = _Made(
        said.about.ref,
        stand_in,
        name,
        item.sql,
        said.text(item.start, item.end),
        bool(item.name) or is_own,
        bool(item.name or item.column),
    )
    text = _without_remark(said, item) if item.name in rest else ""
    text = text or said.swapped(item.start, item.end, stand_in)
    if item.name and item.name in rest:
        text = re.sub(rf"\b{re.escape(item.name)}\b", stand_in, text, flags=re.IGNORECASE)
    return one, text


def _without_remark(said: About, item: Item) -> str:
    """The prompt without what only says at its end what a name in it means; empty where it does not stand so."""
    lead = item.start
    while lead and said.words[lead - 1] in _BEFORE_REMARKS:
        lead -= 1
    is_remark = lead < item.start and item.name in said.words[:lead] and said.words[lead] in _MARKS
    is_last = item.end == len(said) or said.words[item.end] in _ENDS
    return f"{said.text(0, lead)}{said.prompt[said.tokens[item.end - 1].end :]}" if is_remark and is_last else ""


def _spoken_name(said: About, item: Item) -> str:
    """What a column is called that the prompt gives no name: the words that make it."""
    words = [word for word in said.words[item.start : item.end] if word not in _ARTICLES]
    return re.sub(r"_+", "_", snake_case(" ".join(words)))[:_LONGEST_NAME].strip("_")


def _is_spoken_of(said: About, item: Item) -> bool:
    """True where the column that an item changes is named elsewhere too."""
    return item.column in _columns_beside(said, item)


def _columns_beside(said: About, item: Item) -> set[str]:
    """The columns that a prompt names outside of an item."""
    places = [place for place in range(len(said)) if not item.start <= place < item.end]
    runs = [(place, place + size) for place in places for size in (1, 2) if place + size <= len(said)]
    return {said.column_at(*run) for run in runs}


def _is_of_changed(said: About, item: Item) -> bool:
    """True where other words may change what an item is made from: ``treat a missing discount as 0``."""
    words = {*said.words[: item.start], *said.words[item.end :]}
    operands = {one.name for one in walk(parse_expression(item.sql)) if isinstance(one, Ref)}
    return bool(words & _CHANGING and operands & _columns_beside(said, item))


def _with_column(catalog: Catalog, one: _Made) -> Catalog:
    """The catalog with the column in its table; unchanged where its SQL has no type."""

    def extended(table: CatalogTable) -> CatalogTable:
        schema = replaced(table.schema, {one.stand_in: one.sql}, Problems())
        columns = {**table.profile.columns, one.stand_in: ColumnProfile()}
        return replace(table, schema=schema, profile=TableProfile(table.profile.rows, columns))

    return replace(catalog, tables=tuple(extended(t) if t.ref == one.table else t for t in catalog.tables))


def _word(catalog: Catalog, table: TableRef) -> str:
    return (
        table.name
        if sum(other.ref.name == table.name for other in catalog.tables) == 1
        else f"{table.domain}.{table.name}"
    )


def _completed(spec: PipelineSpec, made: list[_Made], catalog: Catalog) -> PipelineSpec | None:
    """The spec with the columns made first, under their own names; None where these are not in its result."""
    data = spec.model_dump(mode="json", by_alias=True)
    sources = [name for name, ref in spec.sources.items() if ref == made[0].table]
    text = json.dumps(data["steps"])
    is_twice = any(isinstance(one.step, Select) and _holds_twice(one.step, made) for one in spec.steps)
    if (
        len(sources) != 1
        or spec.incremental
        or is_twice
        or not all(one.is_named or _is_shown(spec, one, catalog) for one in made)
    ):
        return None
    frame = sources[0]
    loaded = _SOURCE.format(frame)
    steps: list[dict[str, Any]] = []
    names: dict[str, str] = {}
    for place, one in enumerate(made):
        name = frame if place == len(made) - 1 else f"{frame}_{place + 1}"
        steps.append(
            {
                "name": name,
                "derive": {"from": loaded if not place else steps[-1]["name"], "columns": {one.stand_in: one.sql}},
            }
        )
        names[one.stand_in] = one.name
    data["sources"] = {loaded if name == frame else name: ref for name, ref in data["sources"].items()}
    data["steps"] = [*steps, *data["steps"]]
    text = json.dumps(data)
    for stand_in, name in names.items():
        text = text.replace(stand_in, name)
    return build_spec(json.loads(text))


def _holds_twice(step: Select, made: list[_Made]) -> bool:
    """True where a column is listed that is changed, and as it is too."""
    listed = {one for one in step.columns if isinstance(one, str)}
    return any({one.name, one.stand_in} <= listed for one in made)


def _is_shown(spec: PipelineSpec, one: _Made, catalog: Catalog) -> bool:
    """True where the result lists the column among others, and does not just have all."""
    last = [step.step for step in spec.steps if isinstance(step.step, Select | Aggregate)]
    table = catalog.get(one.table)
    size = len(last[-1].columns) if last and isinstance(last[-1], Select) else 0
    is_list = not size or (size > 1 and table is not None and size < len(table.schema.names))
    return bool(last) and is_list and one.stand_in in last[-1].model_dump_json()


def _renamed(value: Any, names: dict[str, str]) -> Any:
    """The same with the names of columns for their stand-ins, in all that people read."""
    if isinstance(value, str):
        for stand_in, name in names.items():
            value = value.replace(stand_in, name)
        return value
    if isinstance(value, tuple):
        return tuple(_renamed(one, names) for one in cast("tuple[Any, ...]", value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    return replace(value, **{one.name: _renamed(getattr(value, one.name), names) for one in fields(value)})
