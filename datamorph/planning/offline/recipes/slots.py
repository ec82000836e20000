"""What many prompts say in many ways: which rows count, in which order, with how many digits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import OWN, SYNONYM, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed

NEGATIVE = frozenset(
    """
    not no without except excluding exclude excluded exclusive ignore ignoring ignored skip skipping skipped omit
    omitted omitting never drop dropped minus left leave other than isn't aren't wasn't weren't don't doesn't nor
    """.split()
)
_COUNTING = frozenset("count counted included considered wanted needed matter interest interesting relevant".split())
_OUT = frozenset({"out", "aside", "apart", "away", "off"})
ABSENT = frozenset("missing empty blank null nulls none lacking lacks lack without unknown no unfilled".split())
_PRESENT = frozenset("present filled given known with has have set available exists".split())
_DESCENDING = frozenset(
    """
    descending desc highest largest biggest most greatest heaviest slowest longest newest latest top worst best
    maximum down decreasing richest busiest costliest priciest
    """.split()
)
_ASCENDING = frozenset(
    """
    ascending asc lowest smallest least fewest shortest fastest oldest earliest alphabetical alphabetically a-z az
    chronological chronologically alphabet lightest cheapest bottom up increasing
    """.split()
)
_FIRST = frozenset("first top start leading lead leads ahead above begin beginning front sort sorted order".split())
_TIES = frozenset(
    """
    tie ties tied level equal equals equally same draw draws otherwise settle settles decide decides breaks break
    identical even
    """.split()
)
_DECIMALS = ("decimal", "digit", "place", "dp")
_MOST_DIGITS = 10
_DENIALS = frozenset({"no", "not", "none", "never"})
_EQUALS = (("is",), ("=",), ("equals",), ("says",), ("to",), ("as",), ("on",), ("==",))
"""Before what a column holds, where that is a word that denies things everywhere else."""


@dataclass(frozen=True, slots=True)
class Condition:
    """Values that a column must hold, or must not."""

    table: TableRef
    column: str
    values: tuple[str, ...]
    is_negative: bool
    start: int
    end: int
    is_flag: bool = False

    def sql(self, column: str) -> str:
        """Over the column as it is called."""
        if self.is_flag:
            return f"not coalesce({column}, false)" if self.is_negative else column
        texts = [f"'{value.replace(chr(39), chr(39) * 2)}'" for value in self.values]
        test = f"{column} = {texts[0]}" if len(texts) == 1 else f"{column} in ({', '.join(texts)})"
        if not self.is_negative:
            return test
        return f"({column} is null or not ({test}))"


def value_conditions(brief: Brief, tables: Collection[TableRef]) -> list[Condition]:
    """Conditions by the values that a prompt names, such as *delivered* and *lost*, wherever they stand.

    A value that several columns of the tables hold belongs to the one that is named beside it. Values in quotes that
    stand for something new (``'failed'``) are none.
    """
    found: list[Condition] = []
    place = 0
    while place < len(brief):
        length, links = brief.said.value(place)
        here = [link for link in links if link.table in tables] if not brief.ledger.covers(place) else []
        if not length or not here or _is_name(brief, place, length, tables):
            place += 1
            continue
        columns = {(link.table, link.column): link.value for link in here}
        if len(columns) > 1:
            near = {key: value for key, value in columns.items() if _is_near(brief, key[1], place)}
            columns = near or columns
        if len(columns) == 1:
            ((table, column), value), end = next(iter(columns.items())), place + length
            found.append(Condition(table, column, (value,), _is_negated(brief, place, end), place, end))
        place += length
    return _merged(brief, found)


def flag_conditions(brief: Brief, tables: Collection[TableRef]) -> list[Condition]:
    """Conditions by the names of columns that are true or false: *refunded purchases do not count*."""
    found: list[Condition] = []
    for table in tables:
        for column in brief.said.names.flags[table]:
            words = [w for w in brief.said.names.column_words[table, column] if w not in ("is", "flag", "was", "has")]
            places = [i for i in brief.places(words[:1]) if len(words) == 1]
            spoken = [i for i in places if not any(one.place == i for one in brief.listed)]
            if len(spoken) == 1:
                (place,) = spoken
                is_negative = _is_negated(brief, place, place + 1)
                found.append(Condition(table, column, ("true",), is_negative, place, place + 1, is_flag=True))
    return found


def _merged(brief: Brief, found: Iterable[Condition]) -> list[Condition]:
    """Values of one column together."""
    merged: list[Condition] = []
    for one in found:
        last = next(
            (m for m in merged if (m.table, m.column, m.is_negative) == (one.table, one.column, one.is_negative)), None
        )
        if last is None:
            merged.append(one)
        elif one.values == last.values and brief.said.tokens[one.start].kind == "text":
            merged[merged.index(last)] = one  # where it is written as a value
        elif one.values[0] not in last.values:
            values = (*last.values, *one.values)
            merged[merged.index(last)] = Condition(one.table, one.column, values, one.is_negative, last.start, one.end)
    return merged


def _is_name(brief: Brief, place: int, length: int, tables: Collection[TableRef]) -> bool:
    """True for a word that is a table or a column as well, or one that the result calls a column."""
    if brief.said.tokens[place].kind == "text":
        return False
    if length == 1 and (_is_small(brief, place) or _begins_table(brief, place)):
        return True
    if brief.words[place] in ("return", "order", "list", "report") and _asks(brief, place):
        return True
    said = brief.said.text(place, place + length)
    if any(one.place == place for one in brief.listed):
        return True
    if _is_of_rows(brief, place, length):
        return False
    links = [link for link in brief.said.links(place, length) if link.table in tables and link.score >= SYNONYM * OWN]
    return bool(links) and not said[:1].isupper()


def _is_small(brief: Brief, place: int) -> bool:
    """``a``, and ``no`` where it is not said that a column is *no*."""
    word = brief.words[place]
    return word in ("a", "an", "i", "the") or (word in _DENIALS and brief.words[place - 1 : place] not in _EQUALS)


def _begins_table(brief: Brief, place: int) -> bool:
    """``permit`` of *permit holders*."""
    found = brief.said.table(place)
    return found is not None and found[0] > 1 and not brief.said.text(place, place + 1)[:1].isupper()


def _is_of_rows(brief: Brief, place: int, length: int) -> bool:
    """``delivered orders``: a participle before the name of the table that holds it as a value, whatever else it is."""
    behind = brief.said.table(place + length)
    held = {link.table for link in brief.said.value(place)[1]}
    return length == 1 and brief.words[place].endswith("ed") and behind is not None and held == {behind[1]}


def _asks(brief: Brief, place: int) -> bool:
    """``return shop_id``: a verb that asks for columns."""
    behind = {i for i in range(place + 1, min(place + 4, len(brief)))}
    return any(one.place in behind for one in brief.listed)


def _is_near(brief: Brief, column: str, place: int) -> bool:
    """True where a column is named in the clause of a place."""
    start, end = brief.clause(place)
    words = words_of(column)
    return column.casefold() in brief.words[start:end] or bool(set(words) & set(brief.lemmas[start:end]))


def _is_negated(brief: Brief, start: int, end: int) -> bool:
    """``void invoices left out``, ``not Dropped``, ``without cancelled ones``."""
    first, last = around(brief, start)
    before = [brief.words[i] for i in range(max(first, start - 4), start) if not brief.said.value(i)[0]]
    said = [i for i in range(end, last) if not _is_inside(brief, i, end)][:5]
    behind = [brief.words[i] for i in said if not brief.said.value(i)[0]]
    if set(before) & (NEGATIVE - {"left", "leave", "other", "than"}) or ("other" in before and "than" in before):
        return True
    leaves = any(
        word in ("left", "leave", "leaving", "drop", "dropped", "excluded", "ignored", "skipped", "omitted")
        for word in behind
    )
    if set(behind) & {"not", "don't", "aren't", "doesn't"} and set(behind) & _COUNTING:
        return True
    leaves_before = "leave" in before or "leaving" in before
    return (leaves and (bool(_OUT & set(behind)) or not {"left", "leave"} & set(behind))) or (
        leaves_before and bool(_OUT & (set(before) | set(behind)))
    )


def _is_inside(brief: Brief, place: int, start: int) -> bool:
    """True for a place in parentheses that open behind another place."""
    texts = [token.text for token in brief.said.tokens[start : place + 1]]
    return texts.count("(") > texts.count(")") or texts[-1] in "()"


def around(brief: Brief, place: int) -> tuple[int, int]:
    """The clause of a place, with what stands behind its parentheses: ``void ones (state = void) don't count``."""
    first, last = brief.clause(place)
    texts = [token.text for token in brief.said.tokens]
    if last < len(texts) and texts[last] == "(" and ")" in texts[last:]:
        behind = texts.index(")", last) + 1
        last = brief.clause(behind)[1] if behind < len(texts) else last
    elif last < len(texts) and texts[last] == ")" and first and texts[first - 1] == "(":
        last = brief.clause(last + 1)[1] if last + 1 < len(texts) else last
    return first, last


def digits_of(brief: Brief, start: int = 0, end: int | None = None) -> int | None:
    """To how many decimals numbers are rounded; None where nothing is said."""
    last = len(brief) if end is None else end
    for place in brief.places(_DECIMALS, start, last):
        value = brief.said.tokens[place - 1].value if place else None
        if isinstance(value, int) and value <= _MOST_DIGITS:
            return value
    for place in brief.places(("cent", "cents", "penny", "pence"), start, last):
        before = set(brief.words[max(place - 4, 0) : place])
        if before & {"to", "nearest", "the"} and brief.words[place - 1] == "the":
            return 2
        if brief.words[place - 1] == "to" and {"round", "rounded"} & before:
            return 2
    wholes = (("whole", "number"), ("whole", "unit"), ("no", "decimal"), ("nearest", "integer"), ("whole", "percent"))
    return 0 if any(brief.phrase(*words) is not None for words in wholes) else None


def ordering(brief: Brief, shown: Sequence[Listed], numeric: Collection[str]) -> list[str]:
    """The order of the result as ``name desc`` and ``name``, by the words that tell it; empty where none is said.

    Args:
        numeric: listed columns of numbers and times, which come largest first where ``first`` says no more.
    """
    found: list[tuple[str, bool]] = []
    for start, end in _order_clauses(brief, {one.name.casefold() for one in shown}):
        words = brief.words[start:end]
        names = [one.name for one in _named(brief, shown, start, end)]
        is_down = bool(_DESCENDING & set(words)) and not _ASCENDING & set(words)
        for name in names:
            if name not in [held for held, _ in found]:
                found.append((name, is_down and (name in numeric)))
    return [f"{name} desc" if is_down else name for name, is_down in found]


def _order_clauses(brief: Brief, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Clauses that speak of an order, those about ties last."""
    clauses: list[tuple[int, int]] = []
    place = 0
    while place < len(brief):
        start, end = brief.clause(place)
        if end > start and (start, end) not in clauses:
            clauses.append((start, end))
        place = max(end, place) + 1
    told = [c for n, c in enumerate(clauses) if _orders(brief.words[c[0] : c[1]]) or _goes_on(brief, clauses, n, names)]
    yield from [c for c in told if not _TIES & set(brief.words[c[0] : c[1]])]
    yield from [c for c in told if _TIES & set(brief.words[c[0] : c[1]])]


def _goes_on(brief: Brief, clauses: Sequence[tuple[int, int]], number: int, names: Collection[str]) -> bool:
    """``then state``, or ``state`` alone, behind ``ordered by city,``."""
    start, end = clauses[number]
    first, last = clauses[number - 1] if number else (0, 0)
    leads = brief.words[start:end][:1] == ("then",) or brief.words[start:end][:2] == ("and", "then")
    leads = leads or (end - start == 1 and brief.words[start] in names)
    if not leads or last != start - 1 or brief.words[last] != ",":
        return False
    return _orders(brief.words[first:last]) or _goes_on(brief, clauses, number - 1, names)


def _orders(words: Sequence[str]) -> bool:
    said = set(words)
    return (
        bool(said & _TIES)
        or bool(said & (_DESCENDING | _ASCENDING) and said & _FIRST)
        or bool(
            said
            & {"sort", "sorted", "order", "ordered", "ordering", "alphabetically", "chronologically", "chronological"}
        )
    )


def _named(brief: Brief, shown: Sequence[Listed], start: int, end: int) -> list[Listed]:
    """Listed columns that a clause names, in its order."""
    spots = [(place, one) for one in shown for place in range(start, end) if brief.words[place] == one.name.casefold()]
    return [one for _, one in sorted(spots, key=lambda spot: spot[0])]
