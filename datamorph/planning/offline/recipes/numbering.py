"""Rows numbered per entity by date, and the days since the row before."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.mentions import clause, sentence, take
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_SEQUENCE = frozenset(
    """
    number numbered numbering sequence sequenced seq counter nth position running rank ordinal index idx rn no
    nr num consecutive consecutively count counting enumerate enumerated th
    """.split()
)
_GAP = frozenset("day days gap since elapsed interval between".split())
_BEFORE = frozenset("previous preceding prior last before earlier prev after since former predecessor".split())
_EACH = frozenset("per each every within by same that this one given his her their its for of".split())
_TIES = frozenset("tie ties same equal tied share shared clash coincide identical fall falls if when".split())
_OLD = frozenset("oldest earliest first old".split())
_DOWN = frozenset("newest latest descending desc backwards reverse reversed recent".split())
_HIGH = frozenset("higher highest larger largest bigger biggest greater greatest descending newer".split())
_ZERO = frozenset({"zero"})
_WORDS = frozenset(
    """
    number numbered numbering sequence sequenced seq counter nth running position ordinal index idx consecutive
    consecutively counting enumerate enumerated start starts starting begin begins beginning first second third
    1st 2nd 3rd one day days gap gaps since elapsed interval between previous preceding prior last before
    earlier after former predecessor tie ties tied same equal share fall falls on lower lowest smaller smallest
    higher highest larger first comes come goes go wins win breaks break broken break-tie decides decide settles
    settle blank empty null nothing unset missing leave left blank none in date dates order chronological
    chronologically oldest ascending asc earliest next to own has have is whatever regardless how many passed
    number each every per within restart restarts restarting from up at again new history where no it them they
    counted gap-day calendar otherwise sequence number then id so lie lies two both stay stays be when if for
    there compute calculate add resulting difference immediately along directly apart time all count counts
    ordered rolling history log = starts timeline newest recent
    latest etc ordering put line oldest-first plus right off rank ranks ranked
    upwards minus among sorted well as behaviour time times
    """.split()
)
_TURNING = frozenset({"no", "not", "none"})


@dataclass(frozen=True)
class Series:
    """Whose rows are in a row, and in which order."""

    owner: str
    day: str
    order: tuple[str, ...]


def sequence(output: Output) -> str | None:
    """The number of a row among those of its owner."""
    if output.own or not _is_sequence(output):
        return None
    series = _series(output.sheet)
    if series is None:
        return None
    return _window(output, series, "row_number()")


def gap(output: Output) -> str | None:
    """Days since the row before of the same owner; nothing on the first."""
    if output.own or not _is_gap(output):
        return None
    series = _series(output.sheet)
    if series is None or output.sheet.type_of(series.day) != "date" or _is_filled(output):
        return None
    name = output.sheet.sql(series.day)
    return _window(output, series, f"datediff({name}, lag({name}))")


def _is_filled(output: Output) -> bool:
    """True where the first one shall hold a zero or a text."""
    brief = output.sheet.brief
    spots = [i for start, end in output.runs for i in range(start, end)]
    return any(
        brief.said.tokens[i].value == 0 or brief.words[i] in _ZERO or brief.said.tokens[i].kind == "text" for i in spots
    )


def _is_sequence(output: Output) -> bool:
    name = set(words_of(output.name))
    if name & (_GAP - {"between"}):
        return False
    return bool(name & _SEQUENCE or (output.told_words & _SEQUENCE and not output.told_words & {"days", "day"}))


def _is_gap(output: Output) -> bool:
    name = set(words_of(output.name))
    units = {"day", "days"}
    if output.words & {"hour", "hours", "week", "weeks", "month", "months", "minutes", "working", "business"}:
        return False
    return bool((output.told_words | name) & units and (output.words & _BEFORE or name & {"gap"})) and not (
        name & _SEQUENCE
    )


def _window(output: Output, series: Series, formula: str) -> str:
    sheet = output.sheet
    name = output.name if output.name not in sheet.flow.names else f"{output.name}_of_row"
    order = [sheet.name(one.removesuffix(" desc")) + one[len(one.removesuffix(" desc")) :] for one in series.order]
    sheet.flow.add(
        "window", "numbered", partition_by=[sheet.name(series.owner)], order_by=order, columns={name: formula}
    )
    output.take(_WORDS, "numbering")
    _explain(sheet, series.owner)
    _explain_deed(sheet, series.day)
    return quote(name)


def _explain(sheet: Sheet, owner: str) -> None:
    brief = sheet.brief
    for place in brief.places(_SEQUENCE | _GAP | _BEFORE | _TIES | {"first"}):
        start, end = sentence(brief, place)
        take(brief, _WORDS | {"of"}, "numbering", start, end)
    for place in brief.places(_TURNING):
        around = set(brief.words[max(place - 3, 0) : place + 6])
        if around & {"previous", "preceding", "prior", "earlier", "before", "predecessor"}:
            brief.explain(place, place + 1, "the first one has none")
    _explain_owner(sheet, owner)
    for place in brief.numbers():
        if brief.said.tokens[place].value in (1, 2, 3):
            brief.explain(place, place + 1, "numbering")


def _explain_owner(sheet: Sheet, owner: str) -> None:
    """``customers`` of ``customer_ref``: whose rows are numbered."""
    brief = sheet.brief
    between = brief.said.relations.between
    places = brief.places(word for word in words_of(owner) if word not in KEY_WORDS)
    places += [
        place for place, table in brief.tables_at()
        if table != sheet.table and any(r.columns == (owner,) for r in between(sheet.table, table))
    ]  # fmt: skip
    for place in places:
        brief.explain(place, place + 1, owner)


def _explain_deed(sheet: Sheet, day: str) -> None:
    """*Booked on the same day* of ``book_dt``, *in the order they were booked*."""
    brief, stem = sheet.brief, words_of(day)[0]
    for place, token in enumerate(brief.said.tokens):
        if token.kind == "word" and len(stem) > 3 and token.lower.startswith(stem[:-1]):  # noqa: PLR2004
            words = set(brief.words[slice(*clause(brief, place))])
            is_order = bool({"order", "as"} & set(brief.words[max(place - 3, 0) : place]))
            if words & _TIES or (is_order and not brief.said.value(place)[0]):
                brief.explain(place, place + 1, "numbering")


def _series(sheet: Sheet) -> Series | None:
    brief = sheet.brief
    key = brief.said.relations.key(sheet.table)
    owner, day = _owner(sheet, key), _day(sheet)
    key = key if len(key) == 1 else _others(sheet, owner, day)
    if not owner or not day or _runs_down(sheet) or owner in (day, *key):
        return None
    ties = _tie_columns(sheet, day, owner)
    if ties is None:
        return None
    if not ties:
        if key:
            brief.work.dialog.assume(f"rows of the same {day} are in the order of {', '.join(key)}")
    order = (day, *(ties or key))
    return Series(owner, day, order)


def _others(sheet: Sheet, owner: str, day: str) -> tuple[str, ...]:
    """The other columns of a table of which none tells the rows apart: they settle what is of the same day."""
    key = sheet.brief.said.relations.key(sheet.table)
    if set(key) == {owner, day}:
        return ()
    return tuple(name for name in sheet.brief.said.tables[sheet.table].schema.names if name not in (owner, day))


def _runs_down(sheet: Sheet) -> bool:
    """``newest first``, unlike ``from oldest to newest``."""
    words = sheet.brief.words
    return any(words[i - 1] != "to" or not _OLD & set(words[max(i - 4, 0) : i]) for i in sheet.brief.places(_DOWN))


def _owner(sheet: Sheet, key: tuple[str, ...]) -> str:
    """The column of *per customer*, *each member's*, *that customer's*; empty where it is not clear."""
    brief = sheet.brief
    votes: dict[str, int] = {}
    for place in brief.places(_EACH):
        for column in _owners_at(sheet, place + 1):
            if column not in key or len(key) > 1:
                votes[column] = votes.get(column, 0) + 1
    best = [one for one, count in votes.items() if count == max(votes.values())]
    return best[0] if len(best) == 1 else ""


def _owners_at(sheet: Sheet, place: int) -> list[str]:
    """The column of the table that the words there mean, or that refers to the table that they name."""
    brief = sheet.brief
    while place < len(brief) and brief.words[place] in ("the", "a", "an", "single", "same", "one", "given"):
        place += 1
    if place >= len(brief):
        return []
    found = next((one for one in sheet.mentions if one.start == place), None)
    if found is not None:
        return [found.column] if _may_own(sheet, found.column) else []
    named = brief.said.table(place)
    if named is None:
        lemma = brief.lemmas[place]
        shown = {own for one in brief.listed if (own := sheet.own(one.name))}
        names = [one for one in brief.said.tables[sheet.table].schema.names if words_of(one)[:-1] == (lemma,)]
        return [one for one in names if words_of(one)[-1] in KEY_WORDS or one in shown]
    if named[1] == sheet.table:
        return []
    return [
        r.columns[0] for r in brief.said.relations.between(sheet.table, named[1]) if len(r.columns) == 1
    ]  # fmt: skip


def _may_own(sheet: Sheet, column: str) -> bool:
    """True for what may group rows: a text, a key of another table, a whole number that is listed."""
    type_, is_listed = sheet.type_of(column), any(sheet.own(one.name) == column for one in sheet.brief.listed)
    is_key = words_of(column)[-1] in KEY_WORDS or is_listed
    return type_ == "string" or (type_ in ("bigint", "int") and is_key)


def _day(sheet: Sheet) -> str:
    """The date by which rows are numbered: the only one that is named, or the one behind *by*."""
    brief = sheet.brief
    named = list(dict.fromkeys(sheet.of_type(sheet.said, "date")))
    named = named or list(dict.fromkeys(sheet.of_type(sheet.said, "timestamp", "timestamp_ntz")))
    if len(named) == 1:
        return named[0]
    if not named:
        every = sheet.of_type(brief.said.tables[sheet.table].schema.names, "date")
        is_told = brief.has("date", "chronological", "chronologically", "chronology")
        return every[0] if len(every) == 1 and is_told else ""
    ordered = [
        one.column for one in sheet.mentions
        if one.column in named and {"by", "along", "order", "of"} & set(brief.words[max(one.start - 3, 0) : one.start])
    ]  # fmt: skip
    distinct = list(dict.fromkeys(ordered))
    return distinct[0] if len(distinct) == 1 else ""


def _tie_columns(sheet: Sheet, day: str, owner: str) -> tuple[str, ...] | None:
    """Columns that decide between rows of one day, ``name desc`` where the higher one is first; None: not clear."""
    brief = sheet.brief
    found: list[str] = []
    for one in sheet.mentions:
        if one.column in (day, owner) or any(place.place == one.start for place in brief.listed):
            continue
        start, end = _tie_run(sheet, one.start)
        words = set(brief.words[start:end])
        if not words & _TIES and not {"then", "lower", "smaller", "lowest", "smallest"} & words:
            continue
        if words & {"last", "later"} and words & {"lower", "smaller"}:
            return None
        name = f"{one.column} desc" if words & _HIGH else one.column
        if name not in found:
            found.append(name)
    names = [one.removesuffix(" desc") for one in found]
    return tuple(found) if len(set(names)) == len(names) else None


def _tie_run(sheet: Sheet, place: int) -> tuple[int, int]:
    """The clause around a place, with the one before it where a colon leads from there: *same day: lower id first*."""
    brief = sheet.brief
    start, end = clause(brief, place)
    if start > 1 and brief.said.tokens[start - 1].text in (":", ","):
        start = clause(brief, start - 2)[0]
    return start, end
