"""Items of each group in one text: *authors with more than 8 titles, and their titles A to Z separated by ' | '*."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.lexicon.names import LABELS
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.gathering import JOINED, Gathered, Roles, gathered, outputs
from datamorph.planning.offline.recipes.kept import conditions, drops_gaps, keep, least
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.order import ALPHABET, says_a_to_z
from datamorph.planning.offline.recipes.passing import explain_plain
from datamorph.planning.offline.recipes.people import full_name
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.resolve import (
    label_of,
    nulls,
    persons_name,
    table_called,
)
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_MARKS = {"comma": ",", "semicolon": ";", "pipe": "|", "slash": "/", "dash": "-", "hyphen": "-", "colon": ":"}
_QUANTIFYING = frozenset("at least more than over above minimum of".split())
_RELATIVE = frozenset({"that", "who", "which"})
_BLANKS = frozenset({"space", "blank", "spaces", "blanks"})
_NEAR = 4
_DIFFERENT = frozenset("distinct different unique once duplicates deduplicated".split())


def _fits(brief: Brief) -> bool:
    return bool(brief.places(JOINED)) and _separator(brief) is not None


def _cook(brief: Brief) -> Flow | None:
    separator = _separator(brief)
    if separator is None or not _is_ordered(brief):
        return None
    for groups, items in outputs(brief):
        found = gathered(brief, groups, items)
        if found is not None:
            return _planned(brief, found, groups, items)
    return None


def _planned(brief: Brief, found: Gathered, groups: Sequence[Listed], items: Listed) -> Flow | None:
    flow = Flow(brief.work)
    flow.hint = Roles(groups).meant
    flow.start(found.root)
    keep(brief, flow, conditions(brief, found.near, [one.place for one in (*groups, items)]))
    for link in found.keys:
        if link is not None:
            drops_gaps(brief, link)
    by = _grouping(brief, flow, found, groups)
    is_distinct, is_open = bool(brief.places(_DIFFERENT)), _counts_without(brief, found.item)
    if by is None or is_open is None or not (is_distinct or _are_rows(brief, found)):
        return None
    value = flow.name(found.item.table, found.item.column, how="left" if is_open else "inner")
    needed = [*by, *([] if is_open else [value])]
    flow.filter(" and ".join(f"{quote(name)} is not null" for name in needed))
    count = "count(*)"
    if is_distinct and _counts_rows(brief, found.root):
        flow.aggregate([*by, value], {"item_rows": "count(*)"})
        count = "sum(item_rows)"
    elif is_distinct:
        flow.add("select", "pairs", columns=[*by, value])
        flow.add("dedupe", "distinct_pairs")
    _explain_deed(brief)
    flow.aggregate(by, {"items_joined": f"text_list({quote(value)}, '{_separator(brief)}')", "item_count": count})
    fewest = least(brief)
    if fewest is None and any(not brief.ledger.covers(place) for place in brief.numbers()):
        return None
    if fewest is not None:
        flow.filter(f"item_count {fewest[0]} {fewest[1]}")
    names = by[len(by) - len(groups) :]
    flow.show(
        [*(name if name == one.name else {one.name: name} for one, name in zip(groups, names, strict=True)),
         {items.name: "items_joined"}]
    )  # fmt: skip
    return flow


def _grouping(brief: Brief, flow: Flow, found: Gathered, groups: Sequence[Listed]) -> list[str] | None:
    """What the rows are grouped by: keys of other tables, whose rows may be called alike, and the columns shown."""
    hidden: list[str] = []
    names: list[str] = []
    for one, link in zip(groups, found.keys, strict=True):
        if link is None:
            name = _persons(brief, flow, found, one)
            if name is None:
                return None
            table, column = name
        else:
            table, column = link.table, flow.name(link.table, link.column, how="inner")
        key = brief.said.relations.key(table) if table != found.root else ()
        hidden += [flow.name(table, part) for part in key]
        names.append(column)
    return [*(name for name in dict.fromkeys(hidden) if name not in names), *names]


def _persons(brief: Brief, flow: Flow, found: Gathered, one: Listed) -> tuple[TableRef, str] | None:
    """The table of the person that a column names whole, and what the name is called."""
    called = table_called(brief, one.name, found.near)
    tables = [table for table in found.near if persons_name(brief, table)]
    table = called if called in tables else tables[0] if len(tables) == 1 else None
    if table is None:
        return None
    flow.reach(table, how="inner")
    sheet = Sheet(brief, table, flow)
    sql = full_name(Output(sheet, one))
    if sql is None:
        return None
    flow.derive({one.name: sql})
    return table, one.name


def _counts_rows(brief: Brief, root: TableRef) -> bool:
    """True for *more than 15 books*, where the authors of the books are listed: the rows are many, not the items."""
    spots = [i for i in brief.numbers() if not brief.ledger.covers(i)]
    for place in spots:
        behind = range(place + 1, min(place + _NEAR, len(brief)))
        if any(brief.words[i] in _DIFFERENT for i in behind):
            return False
        if any((found := brief.said.table(i)) is not None and found[1] == root for i in behind):
            return True
    return False


def _explain_deed(brief: Brief) -> None:
    """``yards that built at least 4 of our vessels``: how a group comes to its items, right before how many."""
    for place in brief.numbers():
        last = place
        while last and brief.words[last - 1] in _QUANTIFYING:
            last -= 1
        first = last
        while (
            first
            and last - first < _NEAR
            and brief.words[first - 1] not in _RELATIVE
            and brief.said.tokens[first - 1].is_word
        ):
            first -= 1
        if first and brief.words[first - 1] in _RELATIVE and not {"with", "having"} & set(brief.words[first:last]):
            explain_plain(brief, first, last, "how a group comes to its items")


def _counts_without(brief: Brief, item: Link) -> bool | None:
    """True where rows without an item count, too, as *9 animals, named or not*; None where that is not clear."""
    if not nulls(brief, item):
        return False
    words = set(brief.words)
    if brief.phrase("or", "not") is not None:
        for place in range(len(brief) - 1):
            if brief.words[place : place + 2] == ("or", "not"):
                brief.explain(place - 1, place + 2, f"rows without {item.column} count, too")
        drops_gaps(brief, item)
        return True
    if drops_gaps(brief, item) or words & _DIFFERENT:
        return False
    if not _counts_rows(brief, item.table):
        return None
    brief.work.dialog.assume(f"rows without {item.column} count, too")
    return True


def _is_ordered(brief: Brief) -> bool:
    """True where the items come in ascending order."""
    return says_a_to_z(brief, 0, len(brief)) or brief.has(*ALPHABET, "ascending", "sorted") or _lowest_first(brief)


def _lowest_first(brief: Brief) -> bool:
    return any(brief.phrase(one, "first") is not None for one in ("lowest", "smallest", "earliest", "oldest"))


def _are_rows(brief: Brief, found: Gathered) -> bool:
    """True where each item stands for a thing of its own, as its name: what is the same twice is told twice."""
    profile = brief.said.tables[found.item.table].profile.columns.get(found.item.column)
    rows = brief.said.tables[found.item.table].profile.rows
    is_unique = profile is not None and profile.distinct + nulls(brief, found.item) >= rows
    if is_unique and found.item.table == found.root:
        return True
    is_label = found.item.column == label_of(brief, found.item.table) or words_of(found.item.column)[-1] in LABELS
    if is_label:
        brief.work.dialog.assume(f"{found.item.column} stands as often as there are rows of {found.root.name} with it")
    return is_label


def _separator(brief: Brief) -> str | None:
    """What stands between the items: quoted text, or marks in words; None where that is unclear."""
    quoted = [t for t in brief.said.tokens if t.kind == "text" and t.lower and not any(c.isalnum() for c in t.lower)]
    if len({t.lower for t in quoted}) == 1:
        return quoted[0].lower.replace("'", "''")
    places = [i for i, lemma in enumerate(brief.lemmas) if lemma in _MARKS]
    if quoted or len(places) != 1:
        return None
    (place,) = places
    behind = brief.words[place + 1 : place + 4]
    before = brief.words[max(place - 3, 0) : place]
    if _BLANKS & set(behind) and not {"without", "no"} & set(behind):
        return _MARKS[brief.lemmas[place]] + " "
    if _BLANKS & set(behind):
        return _MARKS[brief.lemmas[place]]
    return " " + _MARKS[brief.lemmas[place]] + " " if _BLANKS & set(before) else None


COLLECTED = Recipe(
    "items in one text",
    _fits,
    _cook,
    words=JOINED
    | _DIFFERENT
    | _BLANKS
    | frozenset(_MARKS)
    | ALPHABET
    | frozenset(
        """
        plus offer offers offering full cell at least
        more than fewer have has their assigned teach teaches taught holding name text alphabetical order a to z
        from sorted in all together least over with who latter being string one cell collect gather
        ignore records skip
        without drop missing empty separated ascending there those keep minimum many or group = every
        """.split()
    ),
)
