"""Does what whole phrases of a prompt tell: columns that are made, and which rows of several stay."""

from __future__ import annotations

import re
from collections.abc import Mapping

from datamorph.core.table import snake_case
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.neighbours import key_of
from datamorph.planning.offline.gist.phrased import Found, phrases_in
from datamorph.planning.offline.gist.shape import Best, Window
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import OWN, Link
from datamorph.planning.offline.phrasebook.pattern import Span
from datamorph.planning.offline.recipes.resolve import label_of, type_of

_SLOT = re.compile(r"\{(\w+)\}")
_ROW = "row"
_TEXTS = frozenset({"text", "proper"})
_NOTES = frozenset({"noted"})
_CALLED = "called"
_ARTICLES = frozenset({"and", "the", "that", "this", "its"})
_TYPES = {"text_column": "text", "number_column": "number", "time_column": "time"}
_USE = "told by a phrase"
_SAME_TYPES = ("coalesce(",)
"""Formulas of columns that are of one type."""


def read_phrased(made: Works) -> None:
    """Do what the phrases tell, the longest first, then what goes without saying beside it."""
    read: list[Found] = []
    notes = {found.phrase.made for found in phrases_in(made.brief.said)} & _NOTES
    for found in phrases_in(made.brief.said):
        is_free = all(found.end <= other.start or other.end <= found.start for other in read)
        is_noted = not found.phrase.part("if ") or found.phrase.part("if ") in notes
        if is_free and is_noted and (marks := _marks(made, found)) and _do(made, found):
            read.append(found)
            _take(marks)
    if read:
        _rest(made, read)


def _rest(made: Works, read: list[Found]) -> None:
    """What asks for nothing beside such work."""
    for found in phrases_in(made.brief.said):
        is_free = all(found.end <= other.start or other.end <= found.start for other in read)
        if is_free and found.phrase.made in ("", _CALLED, *_NOTES) and (marks := _marks(made, found)):
            read.append(found)
            _take(marks)
            if found.phrase.made == _CALLED:
                _list(made, found)


def _list(made: Works, found: Found) -> None:
    """``sale_id, sold_on, running total``: the new column stands where the list has it, and is called so."""
    new = [one for one in made.rows.made if not one.replaces]
    if len(new) == 1:
        words = [word for word in made.brief.words[found.start : found.end] if word not in _ARTICLES]
        new[0].place = found.start
        new[0].name = snake_case(" ".join(words)) if len(words) > 1 else new[0].name


def _take(marks: list[Mark]) -> None:
    for mark in marks:
        mark.use = mark.use or _USE


def _marks(made: Works, found: Found) -> list[Mark]:
    """The marks of a phrase; none where another one has a part of them, or where it ends inside of one."""
    marks = [mark for mark in made.marks if mark.start < found.end and found.start < mark.end]
    is_free = all(not mark.use and mark.kind != "done" for mark in marks)
    cut = [mark for mark in (marks[0], marks[-1]) if mark.start < found.start or mark.end > found.end] if marks else []
    return marks if is_free and all(mark.kind == "talk" for mark in cut) and _is_of_fact(made, found) else []


def _is_of_fact(made: Works, found: Found) -> bool:
    """True where the rows that it names, by their table or by what they are called by, are these."""
    span, name = found.slots.get("fact"), found.slots.get("label")
    link = _column(made, name, "any") if name is not None else None
    is_label = link is not None and link.column == label_of(made.brief, made.fact)
    is_fact = span is None or any(made.fact in mark.tables for mark in made.marks if span[0] <= mark.start < span[1])
    return is_fact and (name is None or is_label)


def _do(made: Works, found: Found) -> bool:
    """Make the column, or keep the rows; False where a slot holds nothing that these rows have."""
    phrase = found.phrase
    wanted = [name for name, kind in phrase.kinds.items() if name in found.slots and kind.endswith("column")]
    held = {name: _column(made, found.slots[name], _TYPES.get(phrase.kinds[name], "any")) for name in wanted}
    links = {name: link for name, link in held.items() if link is not None}
    keys = _keys(made, found)
    if phrase.made in ("", _CALLED, *_NOTES) or len(links) < len(wanted) or keys is None:
        return False
    by = phrase.part("by ")
    order = _date(made, found) if by.split()[:1] == ["date"] else links.get(by.split(" ")[0].strip("{}"))
    if by and order is None:
        return False
    is_descending = by.endswith(" desc")
    if (shown := links.get(phrase.part("show "))) is not None:
        made.rows.outputs.append(shown)
        made.rows.places[shown] = found.slots[phrase.part("show ")][0]
    if phrase.made == _ROW:
        return _keep(made, found, keys, (order, is_descending) if order is not None else None)
    if order is not None:
        links["date"] = order
    has_window = bool(by or phrase.part("of each "))
    rows = "running" if "running" in phrase.more else "partition"
    window = Window(keys, [(order, is_descending)] if order is not None else [], rows) if has_window else None
    _refuse_second(made, found)
    return _make(made, found, links, window)


def _refuse_second(made: Works, found: Found) -> None:
    """``running total of amount and quantity``: of both, or one beside the other."""
    number = found.slots.get("number_column")
    last = next((at for at, mark in enumerate(made.marks) if number is not None and mark.end == number[1]), None)
    if last is None or found.end > made.marks[last].end or made.at(last + 1).kind != "and":
        return
    behind = made.at(made.next(last + 2))
    if behind.kind == "name" and made.column(behind, kinds="number") is not None:
        raise Unfit("it may be of both columns")


def _keep(made: Works, found: Found, keys: list[Link], order: tuple[Link, bool] | None) -> bool:
    """Keep the first of those that share the keys."""
    if not keys or order is None or order[0] in keys or made.rows.best is not None:
        return False
    span = found.slots.get(found.phrase.part("first "))
    count = made.brief.said.tokens[span[0]].value if span is not None else 1
    if not isinstance(count, int) or count < 1:
        return False
    made.rows.best = Best(keys, [order], count, is_firm=True)
    return True


def _make(made: Works, found: Found, links: dict[str, Link], window: Window | None) -> bool:
    """Add the column, or change it."""
    name, _, sql = found.phrase.made.partition(" = ")
    changed = links.get(name.strip("{}"))
    if "{amount}" in sql:
        amount = made.amount()
        if amount is None:
            return False
        links["amount"] = amount
    used = [links[slot] for slot in dict.fromkeys(_SLOT.findall(sql)) if slot in links]
    if sql.startswith(_SAME_TYPES) and len({type_of(made.brief, link) for link in used}) > 1:
        return False
    text = _sql(made, found, sql, links)
    if any((one.links, one.sql) == (used, text) for one in made.rows.made):
        return True  # said twice
    place = next(at for at, mark in enumerate(made.marks) if mark.end > found.start)
    called = changed.column if changed is not None else _called(made, found, name)
    one = made.make(used, text, called, place, replaces=changed is not None, window=window)
    one.is_firm = True
    return True


def _called(made: Works, found: Found, name: str) -> str:
    """The name of a new column, with the words that its slots hold."""
    said = made.brief.said
    for slot in _SLOT.findall(name):
        name = name.replace(f"{{{slot}}}", snake_case(said.text(*found.slots[slot])) if slot in found.slots else "")
    return name


def _sql(made: Works, found: Found, sql: str, links: Mapping[str, Link]) -> str:
    """The formula with its columns numbered, and with its texts and numbers."""
    slots = [slot for slot in dict.fromkeys(_SLOT.findall(sql)) if slot in links]
    for number, slot in enumerate(slots):
        sql = sql.replace(f"{{{slot}}}", f"{{{number}}}")
    for slot, kind in found.phrase.kinds.items():
        if slot in found.slots and f"{{{slot}}}" in sql:
            sql = sql.replace(f"{{{slot}}}", _literal(made, found.slots[slot], kind))
    return sql


def _literal(made: Works, span: Span, kind: str) -> str:
    """A text or a number, as SQL."""
    token = made.brief.said.tokens[span[0]]
    if kind not in _TEXTS:
        return str(token.value)
    return "'" + token.text.strip("'\"").replace("'", "''").replace("{", "{{").replace("}", "}}") + "'"


def _column(made: Works, span: Span, kinds: str) -> Link | None:
    """The one own column that stands there."""
    mark = next((mark for mark in made.marks if (mark.start, mark.end) == span), None)
    link = made.column(mark) if mark is not None and mark.columns else None
    if link is None:
        found = [one for one in made.brief.said.meant(span[0], span[1] - span[0])
                 if one.column and one.table == made.fact and one.score >= OWN]  # fmt: skip
        link = found[0] if len({one.column for one in found}) == 1 else None
    return link if link is not None and link.table == made.fact and made.fits(link, kinds) else None


def _keys(made: Works, found: Found) -> list[Link] | None:
    """What the rows are told apart by; None where a part of it is nothing that these rows have."""
    if _goes_on(made, found):
        return None
    slots = _SLOT.findall("{" + found.phrase.part("of each ") + "}")
    spans = [found.slots[slot] for slot in slots if slot in found.slots]
    marks = [mark for first, last in spans for mark in made.marks if first <= mark.start < last and mark.kind == "name"]
    if not spans:
        return []
    links = [key for mark in marks if (key := key_of(made, mark)) is not None]
    return links if links and len(links) == len(marks) else None


def _goes_on(made: Works, found: Found) -> bool:
    """``per shop, city``: it is open whether the list of what the rows are told apart by goes on."""
    span = found.slots.get("keys") or found.slots.get("key")
    last = next((at for at, mark in enumerate(made.marks) if span is not None and mark.end == span[1]), None)
    if last is None or found.end > made.marks[last].end:
        return False
    behind = made.at(last + 2)
    is_tied = made.at(last + 1).text in (",", "+", "&", "/") or made.at(last + 1).kind == "and"
    return is_tied and behind.kind == "name" and bool(behind.columns) and not behind.values


def _date(made: Works, found: Found) -> Link | None:
    """The date that the phrase or the prompt names or the rows have; a year where they have no dates."""
    years = [Link(made.fact, name, 1.0) for name in made.brief.said.tables[made.fact].schema.names
             if made.brief.said.names.column_words[made.fact, name][-1] == "year"]  # fmt: skip
    event = found.slots.get("event")
    if event is not None:
        said = root(made.brief.words[event[0]])
        told = [link for link in (*made.dates(), *years) if said in map(root, made.event_words(link))]
        return told[0] if len(told) == 1 else None
    if not made.dates() and len(years) == 1:
        return years[0]
    try:
        date = made.date()
    except Unfit:
        return None
    return date if date.table == made.fact else None
