"""Rows of several tables in one frame: a select per table, then a union."""

from __future__ import annotations

from dataclasses import replace

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.build.members import bind_members
from datamorph.planning.offline.build.terms import ColumnLeaf, constant
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Output, UnionRequest
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.model import Arithmetic, Constant, Expression, Noun
from datamorph.planning.offline.names import Link, words_of

_LEAST, _MARGIN = 0.7, 0.1
_MOMENTS = frozenset({"on", "at", "date", "day", "when", "time", "timestamp", "moment"})


def focus_union(work: Work) -> None:
    """Until the rows are in one frame, names mean columns of the first table."""
    union = work.draft.union
    if union is None:
        return
    tables = [noun.links[0].table for noun in union.tables]
    bind_members(work)
    work.scope.focus = tables[0]
    if work.draft.groups or work.draft.measures:
        return
    for output in work.draft.outputs:
        words = output.noun.words or words_of(output.noun.text)
        clear = [found[0] for table in tables if len(found := _best(_links(work, table, words))) == 1]
        output.noun = replace(output.noun, links=tuple(clear[:1]))


def add_union(work: Work) -> None:
    """Replace the root's frame by one with the rows of all tables."""
    request, frames = work.draft.union, work.frames
    if request is None:
        return
    tables = [noun.links[0].table for noun in request.tables]
    names = _wanted(work, request, tables)
    parts: list[str] = []
    where: dict[ColumnLeaf, str] = {}
    for place, table in enumerate(tables):
        frames.start(table)
        made: dict[str, str] = {}
        columns: list[str | dict[str, str]] = []
        for name, output in names.items():
            if name == request.label:
                made[name] = constant(request.values[place], "string").text
                columns.append(name)
                continue
            value = _special(request, table, output)
            if value is not None:
                made[name] = _rendered(work, table, value)
                columns.append(name)
                continue
            if name not in work.scope.tables[table].schema.names and not work.draft.outputs:
                made[name] = f"CAST(NULL AS {_type(work, tables, name)})"
                columns.append(name)
                continue
            column = _column(work, table, output)
            columns.append(name if name == column else {name: column})
            where[ColumnLeaf(table, column)] = name
        if made:
            _check_free(made, columns)
            frames.add("derive", f"{table.name}_with_more", columns=made)
        parts.append(frames.add("select", f"{table.name}_rows", columns=columns))
    frames.add("union", "all_rows", of=parts)
    frames.where = where
    _pin_outputs(work, names)


def _type(work: Work, tables: list[TableRef], name: str) -> str:
    return next(c.type for table in tables for c in work.scope.tables[table].schema if c.name == name)


def _check_free(made: dict[str, str], columns: list[str | dict[str, str]]) -> None:
    """A column that is computed must not hide one that is shown under another name."""
    used = {old for column in columns if isinstance(column, dict) for old in column.values()}
    if hidden := sorted(used & set(made)):
        raise Refused("impossible", f"{hidden[0]} means two things", hint="give one of them another name")


def _wanted(work: Work, request: UnionRequest, tables: list[TableRef]) -> dict[str, Noun]:
    """Name and noun of each column of the list: what the prompt wants to see, else what all tables have."""
    found: dict[str, Noun] = {}
    if work.draft.outputs and not work.is_grouped:
        for output in work.draft.outputs:
            if output.definition is None:
                found[_name(work, output, tables[0])] = output.noun
    else:
        found = {name: Noun(name, words_of(name)) for name in _shared(work, tables)}
    if request.label and request.label not in found:
        found = {request.label: Noun(request.label, ()), **found}
    if len(found) - bool(request.label) < 1:
        names = ", ".join(table.name for table in tables)
        raise Refused("impossible", f"{names} have no column of one name", hint="name the columns of the list")
    return found


def _shared(work: Work, tables: list[TableRef]) -> list[str]:
    """Columns that the list has where the prompt names none; asked for where the tables differ."""
    schemas = [work.scope.tables[table].schema.names for table in tables]
    common = [name for name in schemas[0] if all(name in names for names in schemas[1:])]
    every = list(dict.fromkeys(name for names in schemas for name in names))
    if len(common) == len(every) or not common or work.is_grouped:
        return common
    choices = [
        ("common", f"only what all of them have: {', '.join(common)}"),
        ("every", f"all {len(every)} columns, empty where a table has none"),
    ]
    return common if work.dialog.choose("union_columns", "Which columns has the list?", choices) == "common" else every


def _name(work: Work, output: Output, table: TableRef) -> str:
    if output.name or "_" in output.noun.text:
        return output.name or output.noun.text
    found = _links(work, table, output.noun.words)
    is_same = bool(found) and words_of(found[0].column) == output.noun.words
    return found[0].column if is_same else snake_case(output.noun.text)


def _special(request: UnionRequest, table: TableRef, noun: Noun) -> Expression | None:
    for owner, name, value in request.special:
        words = noun.words or words_of(noun.text)
        if owner == table and (words == name.words or words[-len(name.words) :] == name.words):
            return value
    return None


def _rendered(work: Work, table: TableRef, value: Expression) -> str:
    """An expression over the columns of one of the tables."""
    if isinstance(value, Constant):
        return constant(value.value, "string").text
    return work.frames.render(work.binder.expression(_within(value, table)))


def _within(value: Expression, table: TableRef) -> Expression:
    if isinstance(value, Noun):
        return replace(value, links=tuple(link for link in value.links if link.table == table))
    if isinstance(value, Arithmetic):
        return replace(value, left=_within(value.left, table), right=_within(value.right, table))
    operands = getattr(value, "operands", None)
    if operands is None:
        return value
    return replace(value, operands=tuple(_within(operand, table) for operand in operands))  # pyright: ignore


def _column(work: Work, table: TableRef, noun: Noun) -> str:
    """The column of one table that a noun means, or a refusal that names the table without one."""
    words = noun.words or words_of(noun.text)
    links = _links(work, table, words)
    if not links and len(words) > 1 and words[-1] not in KEY_WORDS:
        links = _links(work, table, words[1:])
    rivals = _best(links)
    if not rivals and (evident := _evident(work, table, words)):
        work.dialog.assume(f"{noun.text} of {table.name} is {evident}")
        return evident
    if not rivals:
        raise Refused("impossible", f"{table.name} has no column for {noun.text!r}", hint="say what it is there")
    if len(rivals) > 1:
        choices = [(link.column, f"{link.column} ({table.name})") for link in rivals]
        return work.dialog.choose(f"column_{table.name}_{noun.text}", f"Which {noun.text!r}?", choices)
    return rivals[0].column


def _evident(work: Work, table: TableRef, words: tuple[str, ...]) -> str:
    """``happened_on`` is the one date of a table, ``person_id`` its key, where it has no column of that name."""
    columns = work.scope.tables[table].schema
    times = [column.name for column in columns if is_time(column.type)]
    if words[-1] in _MOMENTS and len(times) == 1:
        return times[0]
    key = work.scope.relations.key(table)
    return key[0] if words[-1] == "id" and len(words) > 1 and len(key) == 1 else ""


def _best(links: list[Link]) -> list[Link]:
    return [link for link in links if link.score > links[0].score - _MARGIN]


def _links(work: Work, table: TableRef, words: tuple[str, ...]) -> list[Link]:
    found = work.scope.names.links(words)
    return [link for link in found if link.table == table and link.column and link.score >= _LEAST]


def _pin_outputs(work: Work, names: dict[str, Noun]) -> None:
    """What is shown are the columns of the list, under their names."""
    by_noun = {id(noun): name for name, noun in names.items()}
    for output in work.draft.outputs:
        name = by_noun.get(id(output.noun))
        if name is not None:
            output.noun, output.name = Noun(name, output.noun.words or words_of(name)), ""
