"""A prompt that is a SELECT, with or without that word: ``city, count(*) from shops group by city``.

It is planned as it is written, with nothing guessed: one step ``sql`` over the tables that it names. Behind a semicolon
it may say in plain words where the result goes and when it runs.
"""

# sqlglot leaves the tables of its parsers untyped.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from datamorph.core.catalog import Catalog
from datamorph.core.model_spec import CompiledModel, compile_model
from datamorph.core.plan import Phrase, Proposal, Understanding
from datamorph.core.select_statement import SelectError, read_select, tables_read
from datamorph.core.spec import Schedule
from datamorph.core.sql_model import SqlModel, parse_model
from datamorph.core.table import TableRef, TableSchema, Tier, snake_case
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.schedule import read_schedule
from datamorph.planning.offline.grammar.target import read_target
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.tokens import tokenize

_FROM = re.compile(r"\bfrom\s+([A-Za-z_][\w.]*)", re.IGNORECASE)
_OPENING = re.compile(r"\s*(?:select|with)\b", re.IGNORECASE)
_GROUPED = re.compile(r"\bgroup\s+by\b", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:distinct\s+)?(\*|[A-Za-z_][\w.]*)", re.IGNORECASE)
_MEANING = "the SELECT, as it is written"


def plan_by_select(prompt: str, catalog: Catalog, indexes: Indexes) -> Proposal | None:
    """The plan of a prompt that is a SELECT over tables of the catalog; None for anything else."""
    query, _, rest = prompt.strip().partition(";")
    if _FROM.search(query) is None:
        return None
    tables = {table.ref: table.schema for table in catalog.tables}
    read = _read(query, tables)
    draft = _rest(rest, catalog, indexes) if read is not None else None
    if read is None or draft is None:
        return None
    text, domain, name = read
    target = draft.target or TableRef(draft.target_tier, domain, draft.target_name or name)
    if target.tier is Tier.RAW:
        return None
    model = parse_model(text, ref=target, file="the prompt")
    compiled = compile_model(model, tables) if isinstance(model, SqlModel) else None
    if not isinstance(compiled, CompiledModel):
        return None
    assumed = () if draft.target or draft.target_name else (f"the result is saved as {target}",)
    zone = {"timezone": draft.timezone} if draft.timezone else {}
    schedule = Schedule.model_validate({"cron": draft.cron, **zone}) if draft.cron else None
    spec = compiled.spec.model_copy(
        update={"name": target.name, "prompt": prompt, "assumptions": assumed, "schedule": schedule}
    )
    phrases = (
        Phrase(query.strip(), _MEANING),
        *((Phrase(rest.strip(), "target and schedule"),) if rest.strip() else ()),
    )
    return Proposal(spec, Understanding(phrases, assumed))


def _read(query: str, tables: Mapping[TableRef, TableSchema]) -> tuple[str, str, str] | None:
    """The SELECT over full names of tables, the domain of the first of these, and what the result may be called."""
    text = _with_select(query, tables)
    try:
        tree = read_select(text).copy() if text else None
        reads = tables_read(tree) if tree is not None else {}
    except SelectError:
        return None
    found = {name: ref for name in reads if (ref := _table(name, tables)) is not None}
    if tree is None or not found or len(found) < len(reads) or not (_is_grouped(tree) and _are_tests_whole(tree)):
        return None
    for table in list(tree.find_all(exp.Table)):
        ref = found.get(".".join(part.name for part in table.parts))
        if ref is not None:
            full = exp.table_(ref.name, db=ref.domain, catalog=ref.tier.value)
            table.replace(exp.alias_(full, table.alias, table=True) if table.alias else full)
    _name_columns(tree)
    first = next(iter(found.values()))
    return tree.sql(dialect="spark", comments=False), first.domain, f"{snake_case(first.name)}_selected"


def _with_select(query: str, tables: Mapping[TableRef, TableSchema]) -> str:
    """The query with SELECT in front; empty where it can be none, or where its columns are plain words as well."""
    source = _FROM.search(query)
    ref = _table(source[1], tables) if source is not None else None
    if _OPENING.match(query):
        return query if ref is not None or "(" in query else ""
    first = _LIST.match(query)
    if source is None or ref is None or first is None:
        return ""
    is_call = query[first.end() : first.end() + 1] == "("
    is_column = first[1] == "*" or first[1].rpartition(".")[2] in tables[ref]
    is_more = "(" in query or _GROUPED.search(query) is not None
    return f"select {query}" if is_call or (is_column and is_more) else ""


def _table(name: str, tables: Mapping[TableRef, TableSchema]) -> TableRef | None:
    """The one table that is called so, with or without its domain and tier."""
    said = name.lower()
    found = [ref for ref in tables if said in (ref.name, f"{ref.domain}.{ref.name}", str(ref))]
    return found[0] if len(found) == 1 else None


def _are_tests_whole(tree: exp.Query) -> bool:
    """False for ``channel is not 'online'``, which is English."""
    return all(isinstance(one.expression, exp.Null | exp.Boolean) for one in tree.find_all(exp.Is))


def _is_grouped(tree: exp.Query) -> bool:
    """False where a column stands beside an aggregate and is not grouped by: no engine would run it."""
    for select in tree.find_all(exp.Select):
        group = select.args.get("group")
        is_total = any(one.find(exp.AggFunc) and not one.find(exp.Window) for one in select.selects)
        if group is None and not is_total:
            continue
        keys = {one.sql() for one in group.expressions} if group is not None else set[str]()
        for place, one in enumerate(select.selects, 1):
            plain = one.unalias()
            is_key = plain.sql() in keys or str(place) in keys or one.alias_or_name in keys
            if not (is_key or plain.find(exp.AggFunc) or plain.find(exp.Window) or not plain.find(exp.Column)):
                return False
    return True


def _name_columns(tree: exp.Query) -> None:
    """Columns that are computed and have no name get one: ``count`` of ``count(*)``."""
    select = tree.find(exp.Select)
    taken = {one.output_name.lower() for one in tree.selects if one.output_name}
    for one in list(select.selects) if select is not None else ():
        if one.is_star or one.output_name:
            continue
        call = one if isinstance(one, exp.Func) else one.find(exp.Func)
        column = one.find(exp.Column)
        base = "_".join(
            part for part in (call.sql_name().lower() if call else "", column.name if column else "") if part
        )
        name, count = snake_case(base or "result"), 1
        while name in taken:
            count += 1
            name = f"{snake_case(base or 'result')}_{count}"
        taken.add(name)
        one.replace(exp.alias_(one.copy(), name))


def _rest(rest: str, catalog: Catalog, indexes: Indexes) -> Draft | None:
    """Target and schedule of the words behind the SELECT; None where they say anything else."""
    draft, ledger = Draft(), Ledger(rest, tokenize(rest))
    if not ledger.tokens:
        return draft
    names, values, _ = indexes.of(catalog)
    reader = Reader(ledger, names, values)
    read_target(reader, draft, frozenset(str(table.ref) for table in catalog.tables))
    read_schedule(reader, draft)
    return None if ledger.unexplained() else draft
