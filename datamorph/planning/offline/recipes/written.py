"""Texts that a prompt says are amounts or dates: they are read as such before any recipe makes something of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from datamorph.core.catalog import ColumnProfile
from datamorph.core.table import TableRef
from datamorph.planning.offline.doubts.evidence import EXAMPLE
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.prepare.dates import formats_of, unclear
from datamorph.planning.offline.prepare.preparation import Prepared, Step
from datamorph.planning.offline.recipes.date_forms import dates_in, forms_in
from datamorph.planning.offline.recipes.list_parts import is_abbreviation
from datamorph.planning.offline.recipes.money_forms import AMOUNT, MONEY, amounts_in, decimal_of
from datamorph.planning.offline.rephrasing.said import Said

_READS = frozenset(
    """
    parse parsed parsing read reads reading convert converted converting turn turned cast normalise normalised
    normalize normalized standardise standardised standardize interpret interpreted understand recognise recognize
    handle
    """.split()
)
_FORMATS = frozenset("format formats style styles notation notations spelling spellings".split())
_OF_FORM = frozenset(
    """
    looks look like comes come came is are was were has have e.g eg i.e for example such as in form format formats
    style styles notation notations written stored saved entered typed kept held arrives arrive text texts string
    strings varchar free plain either or both mixed two three different several various ways way partly some
    sometimes others other rest parse parsed parsing read reads convert converted turn turned into cast date dates
    iso number numbers amount amounts money decimal decimals sign symbol currency first then strip stripped drop
    dropped remove removed thousands comma commas point points dot dots separator separators spelled this that
    normalise normalised normalize normalized standardise standardised standardize interpret understand recognise
    reading converting treat treating recognize handle proper real one with and the a an of to it them be must need
    needs should
    """.split()
)
"""What is said around an example of a text."""
_SHOWING = frozenset(
    """
    like e.g eg i.e such example instance text texts string strings written stored looks look comes come either mixed
    saved entered typed kept arrives arrive
    """.split()
)
_COMPARING = frozenset("after before since until from between later earlier newer older than".split())
"""Beside a date that is no example of one."""
_SENTENCE = frozenset(".;!?")


@dataclass(frozen=True, slots=True)
class Written:
    """A column of texts that are read as something else, and where the prompt says so.

    Attributes:
        step: that reads them.
        places: of examples, or of words that spell the form.
    """

    table: TableRef
    column: str
    type: str
    step: Step
    start: int
    end: int
    places: frozenset[int]


def find_written(said: Said, listed: Collection[str]) -> list[Written]:
    """Each column of texts of which a sentence shows what they look like, once.

    Args:
        listed: columns that the result shows as they are.
    """
    found: dict[tuple[TableRef, str], Written] = {}
    for start, end in _sentences(said):
        for table, column in _columns(said, start, end):
            one = _amount(said, table, column, start, end) or _date(said, table, column, start, end)
            is_shown = column in listed and not _READS & set(said.words[start:end])
            if one is not None and not is_shown:
                found.setdefault((table, column), one)
    return list(found.values())


def with_written(prepared: Prepared, found: Collection[Written]) -> None:
    """The tables with these columns as what they are read as."""
    for one in found:
        prepared.add(one.table, one.step)
        table = prepared.catalog.get(one.table)
        profile = table.profile.columns.get(one.column, ColumnProfile()) if table is not None else ColumnProfile()
        prepared.change(one.table, one.column, one.type, ColumnProfile(profile.nulls, profile.distinct))


def explain_written(ledger: Ledger, found: Collection[Written]) -> None:
    """Give the examples and what is said around them their meaning."""
    for one in found:
        what = "a date" if one.type == "date" else "an amount"
        for place in range(one.start, one.end):
            if place in one.places:
                ledger.explain(place, place + 1, f"{EXAMPLE}{what}")
            elif ledger.tokens[place].lower == "where" and ledger.tokens[place + 1].text == one.column:
                ledger.explain(place, place + 1, f"how {one.column} is written")
            elif ledger.tokens[place].lower in _OF_FORM and ledger.tokens[place].kind == "word":
                ledger.explain(place, place + 1, f"how {one.column} is written")


def _sentences(said: Said) -> Iterator[tuple[int, int]]:
    start = 0
    for place in range(len(said) + 1):
        is_end = place == len(said) or (said.tokens[place].text in _SENTENCE and not is_abbreviation(said, place))
        if is_end:
            if place > start:
                yield start, place
            start = place + 1


def _columns(said: Said, start: int, end: int) -> list[tuple[TableRef, str]]:
    """The columns of texts that a sentence names: by their spelling, else by all their words."""
    texts = [(ref, c.name) for ref, table in said.tables.items() for c in table.schema if c.type == "string"]
    words = {said.tokens[i].text for i in range(start, end) if said.tokens[i].is_word}
    spelled = [one for one in texts if one[1] in words and words_of(one[1])[-1] not in KEY_WORDS]
    if spelled:
        return spelled if len({column for _, column in spelled}) == len(spelled) else []
    found = {(link[1].table, link[1].column) for i in range(start, end) if (link := said.column(i)) is not None}
    worded = [one for one in texts if one in found]
    return worded if len(worded) == 1 else []


def _values(said: Said, table: TableRef, column: str) -> list[str]:
    profile = said.tables[table].profile.columns.get(column, ColumnProfile())
    return [value for value in profile.values if isinstance(value, str) and value.strip()]


def _amount(said: Said, table: TableRef, column: str, start: int, end: int) -> Written | None:
    """``price is text like '€1,150.00'``, where every text that the column holds is such an amount."""
    places = frozenset(amounts_in(said, start, end))
    values = _values(said, table, column)
    if not places or any(AMOUNT.search(value) is None for value in values):
        return None
    if not values and not _is_beside(said, column, places, start, end):
        return None
    marks = {decimal_of(said.text(*run)) for run in _runs(places)}
    if len(marks) != 1 or "" in marks:
        return None
    parser = {"as": "money", "decimal": marks.pop(), "type": MONEY}
    step: Step = ("parse", {"columns": {column: parser}, "on_error": "fail"})
    return Written(table, column, MONEY, step, start, end, places)


def _is_beside(said: Said, column: str, places: Collection[int], start: int, end: int) -> bool:
    """True where the column stands nearer to an example than any other column."""
    names = [i for i in range(start, end) if said.tokens[i].text in said.column_names]
    before = [i for i in names if i < min(places)]
    near = before[-1:] or names[:1]
    return bool(near) and said.tokens[near[0]].text == column


def _runs(places: Collection[int]) -> Iterator[tuple[int, int]]:
    """Places that follow each other."""
    start = last = -2
    for place in sorted(places):
        if place != last + 1:
            if start >= 0:
                yield start, last + 1
            start = place
        last = place
    if start >= 0:
        yield start, last + 1


def read_dates(said: Said, table: TableRef, column: str) -> Written | None:
    """How the dates in a column of texts are read, by the first sentence that shows what they look like."""
    found = (_date(said, table, column, start, end) for start, end in _sentences(said))
    return next((one for one in found if one is not None), None)


def _date(said: Said, table: TableRef, column: str, start: int, end: int) -> Written | None:
    """``born_on is 1995-08-17 or 14.04.1995``, ``in mixed formats``, where every text of the column is such a date."""
    values = _values(said, table, column)
    shown = list(forms_in(said, start, end))
    places = {*dates_in(said, start, end), *(place for _, run in shown for place in run)}
    known = formats_of(values)
    forms = known if known and not unclear(values, known) else [form for form, _ in shown]
    words = said.words[start:end]
    is_shown = len({form for form, _ in shown}) > 1 or bool((_SHOWING | _READS) & set(words))
    is_said = (bool(places) and is_shown) or bool(_FORMATS & set(words))
    if (
        not is_said
        or not forms
        or unclear(values, forms)
        or not _is_in_order(words, forms)
        or any(said.words[place - 1] in _COMPARING for place in places if place)
    ):
        return None
    if set(form for form, _ in shown) - set(forms):
        return None
    places |= {i + start + k for i, two in enumerate(pairwise(words)) if two[1] == "first" for k in (0, 1)
               if two[0] in ("day", "days", "month", "months", "dd", "mm")}  # fmt: skip
    step: Step = ("parse", {"columns": {column: {"as": "date", "formats": list(dict.fromkeys(forms))}},
                            "on_error": "fail"})  # fmt: skip
    return Written(table, column, "date", step, start, end, frozenset(places))


def _is_in_order(words: Sequence[str], forms: Collection[str]) -> bool:
    """False for *month first* where the texts have the day first."""
    pairs = set(pairwise(words))
    first = {form[0] for form in forms} - {"y"}
    says = {"d" for one in ("day", "days", "dd") if (one, "first") in pairs}
    says |= {"M" for one in ("month", "months", "mm") if (one, "first") in pairs}
    return not says or first <= says
