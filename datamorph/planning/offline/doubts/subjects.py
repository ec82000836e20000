"""What the rows of a plan are of, where the prompt says what it wants rows of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.names import OWN

_NAME = "name"
_OPENING = frozenset(
    "please list show give me us all the of get find display return select which what i need want a an every that "
    "those keep only our as table".split()
)
_COMPUTES = frozenset({"aggregate", "dedupe", "top", "window", "union", "sql", "pivot", "unpivot", "explode"})
_IN_ALL = frozenset({"overall", "altogether", "combined"})
_WITH = frozenset({"with", "having", "who", "that", "which"})
_THEIR = frozenset({"their", "its", "his", "her"})
_DAYS = frozenset({"day", "days", "date", "dates"})
_COPIED = frozenset({"duplicate", "duplicated", "repeated"})
_ROWS = frozenset({"row", "record", "line"})
_TIMES = frozenset({"once", "twice", "times"})


def _subject(evidence: Evidence) -> tuple[int, TableRef | None] | None:
    """Where the things begin that rows are wanted of, and their table; None where a number is asked for first."""
    place, size = 0, len(evidence.words)
    while place < size:
        if (length := evidence.said.value(place)[0]) and evidence.said.table(place) is None:
            place += length
        elif evidence.words[place] in _OPENING:
            place += 1
        else:
            break
    if place >= size or evidence.tokens[place].kind != "word":
        return None
    is_several = evidence.tokens[place].lemma != evidence.words[place]
    found = evidence.said.table(place)
    if found is not None:
        last = evidence.tokens[place + found[0] - 1]
        return (place + found[0], found[1]) if last.lemma != last.lower else None
    is_column = any(link.column and link.score >= OWN for link in evidence.said.links(place, 1))
    return (place + 1, None) if is_several and is_column else None


def _columns(evidence: Evidence, table: TableRef) -> set[str]:
    """Names of a table's columns, in lower case; none of one that is made for the prompt."""
    known = evidence.said.tables.get(table)
    return {name.lower() for name in known.schema.names} if known is not None else set()


def lost_subjects(evidence: Evidence) -> Iterator[str]:
    """``shops opened in 2019 with their number of sales``: a row for each, and not one in all."""
    subject = _subject(evidence)
    groups = [fields for kind, fields in evidence.steps if kind == "aggregate"]
    if subject is None or not groups:
        return
    place, table = subject
    is_all = bool(_IN_ALL & set(evidence.words[place : place + 1]))
    behind = evidence.words[place + is_all : place + is_all + 1]
    is_asked = behind == (":",) or (table and behind == ("and",))
    if not groups[-1].get("by") and not is_asked:
        yield "it has one row in all"
        return
    is_described = evidence.words[place : place + 1] == ("with",)
    if table is None or not is_described or table == evidence.spec.sources.get(next(iter(evidence.spec.sources))):
        return
    own = _columns(evidence, table)
    if own and not own & evidence.groups:
        yield f"it has no row for each of {table.name}"


def foreign_rows(evidence: Evidence) -> Iterator[str]:
    """``shops with sales last month``: the shops, and not a row for each sale."""
    subject = _subject(evidence)
    if subject is None or subject[1] is None:
        return
    table = subject[1]
    kinds = {kind for kind, _ in evidence.steps}
    joins: list[Mapping[str, Any]] = [fields for kind, fields in evidence.steps if kind == "join"]
    is_related = bool(_WITH & set(evidence.words)) and not _THEIR & set(evidence.words)
    if not kinds & _COMPUTES and len(joins) == 1 and joins[0].get("how") in ("left", "inner") and is_related:
        left, right = (evidence.spec.sources.get(str(joins[0][side])) for side in ("left", "right"))
        if right == table and left != table and left is not None:
            yield f"its rows are those of {left.name}"
    columns = {name.lower() for name in evidence.columns}
    own = _columns(evidence, table)
    others = {name for ref in evidence.spec.sources.values() if ref != table for name in _columns(evidence, ref)}
    if columns and own and table in evidence.spec.sources.values() and columns <= others - own:
        yield f"nothing of {table.name} is in its rows"


def lost_partners(evidence: Evidence) -> Iterator[str]:
    """``members with their shop``: something of it is shown."""
    for place, word in enumerate(evidence.words):
        at = place + 1 + (evidence.words[place + 1 : place + 2] == ("all",))
        if word != "with" or evidence.words[at : at + 1] == () or evidence.words[at] not in _THEIR:
            continue
        found = evidence.said.table(at + 1)
        halves = [fields for kind, fields in evidence.steps if kind == "join" and fields.get("how") == "semi"]
        if found is not None and any(evidence.spec.sources.get(str(f["right"])) == found[1] for f in halves):
            yield f"nothing of {found[1].name} is shown"


def borrowed_names(evidence: Evidence) -> Iterator[str]:
    """``which product sold most: its name`` with the name of the shop, as products call theirs ``product_name``."""
    sources = set(evidence.spec.sources.values())
    owners = [ref for ref in sources if _NAME in _columns(evidence, ref)]
    if len(sources) == 1 or len(owners) != 1 or not re.search(rf"\b{_NAME}\b", evidence.text):
        return
    found = (evidence.said.table(place) for place in range(len(evidence.words)))
    said = {one[1] for one in found if one is not None}
    if owners[0] in said:
        return
    for ref in sorted(said & sources, key=str):
        if any(name.endswith(f"_{_NAME}") for name in _columns(evidence, ref)):
            yield f"the name is that of {owners[0].name}, which the prompt does not speak of"


def repeated_values(evidence: Evidence) -> Iterator[str]:
    """``cities without sales``, ``gates with a fee above 7``: a city may be that of several shops."""
    subject = _subject(evidence)
    lacks = any(kind == "join" and fields.get("how") == "anti" for kind, fields in evidence.steps)
    kinds = {kind for kind, _ in evidence.steps}
    if subject is None or subject[1] is not None or kinds & (_COMPUTES - {"window"}):
        return
    behind = set(evidence.words[subject[0] : subject[0] + 1])
    if not lacks and not ("filter" in kinds and behind & (_WITH | {"whose", "where"})):
        return
    if len(evidence.columns) == 1 and not _is_unique(evidence, evidence.columns[0]):
        yield f"the same {evidence.columns[0]} may be in it and be that of others"


def _is_unique(evidence: Evidence, column: str) -> bool:
    tables = [evidence.said.tables[ref] for ref in evidence.spec.sources.values() if ref in evidence.said.tables]
    return any(column in table.schema.names and table.profile.is_unique(column) for table in tables)


def days_as_rows(evidence: Evidence) -> Iterator[str]:
    """``products sold more than twice``: products, and not the days on which they were."""
    columns = [name.lower() for name in evidence.columns]
    is_day = len(columns) == 1 and is_time(evidence.types.get(columns[0], ""))
    if is_day and _TIMES & set(evidence.words) and not {*_DAYS, columns[0]} & set(evidence.words):
        yield f"its rows are days, those of {columns[0]}"


def lost_copies(evidence: Evidence) -> Iterator[str]:
    """``duplicate members``, ``one row per member``: rows are compared, or fewer than there are."""
    kinds, words = {kind for kind, _ in evidence.steps}, evidence.words
    if kinds & _COMPUTES or any(fields.get("how") in ("semi", "anti") for _, fields in evidence.steps):
        return
    if any(word in _COPIED and evidence.said.table(i + 1) for i, word in enumerate(words)):
        yield "nothing in it tells rows that are there twice"
    for place in range(len(words) - 3):
        if words[place] == "one" and words[place + 1] in _ROWS and words[place + 2] in ("per", "for"):
            at = place + 3 + (words[place + 3] in ("each", "every"))
            found = evidence.said.table(at)
            known = evidence.said.tables.get(found[1]) if found is not None else None
            key = next((c.name for c in known.schema if c.name.lower().startswith(words[at])), "") if known else ""
            if known is not None and key and not known.profile.is_unique(key):
                yield f"there are several rows for the same {key}"


def empty_partners(evidence: Evidence) -> Iterator[str]:
    """``the name of every shop with a sale over 5``: a sale of no known shop is no row without a name."""
    joins = [fields for kind, fields in evidence.steps if kind == "join"]
    if len(joins) != 1 or joins[0].get("how") != "left" or {kind for kind, _ in evidence.steps} & _COMPUTES:
        return
    left, right = (evidence.spec.sources.get(str(joins[0][side])) for side in ("left", "right"))
    left = left or next(iter(evidence.spec.sources.values()))
    columns = {name.lower() for name in evidence.columns}
    if right is None or not columns or not columns <= _columns(evidence, right) - _columns(evidence, left):
        return
    if any(relation.coverage < 1 for relation in evidence.relations.between(left, right)):
        yield f"rows of {left.name} without {right.name} are empty in it"


def parts_of_values(evidence: Evidence) -> Iterator[str]:
    """``bikes with status in repair``: the value names no table of repairs."""
    held = {place + at for place in range(len(evidence.words)) for at in range(evidence.said.value(place)[0])
            if evidence.said.value(place)[0] > 1}  # fmt: skip
    named: dict[TableRef, set[int]] = {}
    for place in range(len(evidence.words)):
        if (found := evidence.said.table(place)) is not None:
            named.setdefault(found[1], set()).update(range(place, place + found[0]))
    for table, places in named.items():
        others = {name for ref in evidence.spec.sources.values() if ref != table for name in _columns(evidence, ref)}
        is_used = (_columns(evidence, table) - others) & evidence.identifiers
        if (
            table in evidence.spec.sources.values()
            and len(evidence.spec.sources) > 1
            and places <= held
            and not is_used
        ):
            yield f"it reads {table.name}, which only a value is called like"


LOOKS: tuple[Look, ...] = (
    borrowed_names,
    lost_subjects,
    foreign_rows,
    lost_partners,
    repeated_values,
    days_as_rows,
    lost_copies,
    empty_partners,
    parts_of_values,
)
