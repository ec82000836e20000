"""A document of the predecessor becomes a PipelineSpec, exactly or not at all.

Whatever cannot be carried over as it was meant is an error that names it. What had to be decided, such as the tier of
a table, stands in the spec's assumptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from datamorph.core.adoption.columns import Scope, refuse
from datamorph.core.adoption.joins import add_joins
from datamorph.core.adoption.parts import add_aggregation, add_derived, add_filters, add_order
from datamorph.core.adoption.predecessor import OldSpec, parse_old_spec
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.table import TableRef, TableSchema, snake_case

DOMAIN = "default"
_DISTINCT = frozenset({"distinct", "deduplicate", "drop duplicates", "remove duplicates"})
_ANNOUNCED = {"join": "join_conditions", "derive": "derived_columns", "filter": "filters", "aggregate": "aggregations",
              "group by": "group_by", "sort": "order_by", "order by": "order_by", "limit": "limit"}  # fmt: skip


def adopt_spec(
    data: object,
    *,
    domain: str = DOMAIN,
    tables: Mapping[TableRef, TableSchema] | None = None,
    origin: str = "the document",
) -> PipelineSpec:
    """Make a spec of the predecessor's plain data.

    Args:
        domain: of tables whose name has none.
        tables: schemas of the tables that exist: they tell which column ``table.column`` is after a join.
        origin: what to call the document in errors.

    Raises:
        SpecError: not such a document, or something in it has no exact meaning as a spec.
    """
    old = parse_old_spec(data, origin=origin)
    scope = Scope(origin)
    sources = _sources(old, domain, scope)
    target = _table(old.target_table, "curated", domain, "target_table", scope)
    add_joins(old, sources, tables or {}, scope)
    add_derived(old.derived_columns, scope)
    add_filters(old.filters, scope)
    add_aggregation(old, scope)
    _add_transformations(old, scope)
    add_order(old, scope)
    return build_spec(_document(old, sources, target, scope), origin=origin)


def _document(old: OldSpec, sources: Mapping[str, str], target: str, scope: Scope) -> dict[str, Any]:
    schedule = old.schedule.model_dump() if old.schedule else None
    return {
        "name": _name(old, target, scope),
        "prompt": old.prompt,
        "description": old.description,
        "sources": dict(sources),
        "steps": scope.steps,
        "target": {"table": target},
        "schedule": schedule,
        "assumptions": scope.assumptions,
    }


def _name(old: OldSpec, target: str, scope: Scope) -> str:
    if old.name is None:
        return target.rpartition(".")[2]
    name = snake_case(old.name)
    if name != old.name:
        scope.assume(f"the name {old.name!r} is written {name}")
    return name


def _sources(old: OldSpec, domain: str, scope: Scope) -> dict[str, str]:
    sources: dict[str, str] = {}
    for number, table in enumerate(old.source_tables):
        place = f"source_tables.{number}"
        ref = _table(table.name, "raw", domain, place, scope)
        frame = (table.alias or ref.rpartition(".")[2]).lower()
        if frame in sources:
            refuse(place, f"{frame!r} is named twice", "give each use of a table its own alias", scope)
        sources[frame] = ref
        scope.name_table(frame, [table.alias] if table.alias else [table.name, ref, frame])
    return sources


def _table(name: str, tier: str, domain: str, place: str, scope: Scope) -> str:
    parts = name.strip().lower().split(".")
    whole = {1: [tier, domain, *parts], 2: [tier, *parts]}.get(len(parts), parts)
    ref = ".".join(whole)
    try:
        TableRef.parse(ref)
    except ValueError as error:
        refuse(place, str(error), "name tables in snake case, as datamorph load does", scope)
    if ref != name:
        scope.assume(f"table {name} is {ref}")
    return ref


def _add_transformations(old: OldSpec, scope: Scope) -> None:
    """Texts announce what another part says, or ask for distinct rows; any other has no meaning here."""
    for number, text in enumerate(old.transformations):
        plain = re.sub(r"[\s_]+", " ", text.strip().lower())
        if plain in _DISTINCT and not old.aggregations and not old.group_by:
            scope.add("distinct_rows", "dedupe", {})
        elif not _says(old, _ANNOUNCED.get(plain, "")):
            hint = f"say it in {_choice(_ANNOUNCED.values())}, or remove it if it is only a remark"
            refuse(f"transformations.{number}", f"{text!r:.120} has no exact meaning", hint, scope)


def _says(old: OldSpec, part: str) -> bool:
    is_within = part == "group_by" and any(found.group_by for found in old.aggregations)
    return is_within or bool(part and getattr(old, part))


def _choice(names: Iterable[str]) -> str:
    *head, last = dict.fromkeys(names)
    return f"{', '.join(head)} or {last}"
