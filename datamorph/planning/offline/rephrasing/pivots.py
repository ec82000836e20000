"""Values as columns, said in passing: ``by status and month, one column per status``, ``pivot status per month``."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.cues import COUNTS, PER
from datamorph.planning.offline.phrases import Phrases, phrase_set
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_COLUMN_PER = phrase_set(("one column per", "a column per", "one column for each", "a column for each", "columns per",
                          "columns for each", "one column each for", "with one column per", "with a column per",
                          "columns by"))  # fmt: skip
_AS_COLUMNS = phrase_set(("as columns", "in columns", "as a matrix", "as a crosstab", "as a pivot", "as a pivot table",
                          "as a cross table"))  # fmt: skip
_LAYOUT = frozenset({",", "as", "a", "table", "with", "matrix", "in", "the", "and", "form", "of"})
_PER = phrase_set(PER)
_COUNTS = phrase_set(COUNTS)
_TIMES = Phrases({word: word for word in ("month", "year", "quarter", "week", "day", "weekday", "hour")})
_AND = frozenset({"and", ",", "&", "per", "by"})
_MOST_VALUES = 30


def pivoted(said: Said, place: int) -> Rephrasing | None:
    """Groups of which one becomes columns."""
    return _spread_last(said, place) or _pivot(said, place) or _as_columns(said, place)


def _spread_last(said: Said, place: int) -> Rephrasing | None:
    """``orders by status and month with one column per status``."""
    found = said.match(_COLUMN_PER, place)
    head = _grouped(said, 0) if found is not None and place else None
    if found is None or head is None:
        return None
    measure, keys, end = head
    key = _key(said, place + found[0])
    is_plain = all(word in _LAYOUT for word in said.words[end:place])
    if key is None or not is_plain or key[0] != len(said) or key[1] not in keys or len(keys) < 2:  # noqa: PLR2004
        return None
    return _rephrased(measure, keys, key[1])


def _pivot(said: Said, place: int) -> Rephrasing | None:
    """``pivot orders by status per month``, ``pivot amount by month and status``."""
    if place or said.words[0] != "pivot":
        return None
    head = _grouped(said, 1)
    if head is None or head[2] != len(said) or len(head[1]) != 2:  # noqa: PLR2004
        return None
    measure, keys, _ = head
    if said.words.count("per") == 1 and said.words[-2:-1] == ("per",):
        return _rephrased(measure, keys, keys[0])
    return _choice(said, measure, keys)


def _as_columns(said: Said, place: int) -> Rephrasing | None:
    """``flights per month and carrier, as columns``."""
    found = said.match(_AS_COLUMNS, place)
    head = _grouped(said, 0) if found is not None else None
    if found is None or head is None or place + found[0] != len(said):
        return None
    measure, keys, end = head
    if len(keys) != 2 or any(word not in _LAYOUT for word in said.words[end:place]):  # noqa: PLR2004
        return None
    return _choice(said, measure, keys)


def _rephrased(measure: str, keys: list[str], spread: str) -> Rephrasing:
    rest = " and ".join(key for key in keys if key != spread)
    prompt = f"{measure} per {rest}, one column per {spread}"
    return Rephrasing("columns_of", "", (Way(spread, spread, prompt),), is_certain=True)


def _choice(said: Said, measure: str, keys: list[str]) -> Rephrasing:
    spread = [key for key in keys if _TIMES.match(said.tokens, _place(said, key)) is None]
    ways = tuple(
        Way(key, f"one column per {key}", f"{measure} per {next(k for k in keys if k != key)}, one column per {key}")
        for key in spread
    )
    return Rephrasing("columns_of", "Whose values become columns?", ways, is_certain=len(spread) == 1)


def _place(said: Said, key: str) -> int:
    return next(n for n, token in enumerate(said.tokens) if said.prompt[token.start :].startswith(key))


def _grouped(said: Said, start: int) -> tuple[str, list[str], int] | None:
    """``orders by status and month``: the measure, the keys and where they end."""
    per = next((n for n in range(start, len(said)) if said.match(_PER, n)), None)
    if per is None or per == start:
        return None
    measure = _measure(said, start, per)
    keys: list[str] = []
    place = per + (said.match(_PER, per) or (1, ""))[0]
    end = place
    while (found := _key(said, place)) is not None:
        keys.append(found[1])
        end = place = found[0]
        if place < len(said) and said.words[place] in _AND:
            place += 1
        else:
            break
    return (measure, keys, end) if measure and keys else None


def _measure(said: Said, start: int, end: int) -> str:
    """``orders`` are counted, a number is added up, and what is said as a measure stays."""
    text = said.text(start, end)
    table, column = said.table(start), said.column(start)
    if table is not None and start + table[0] == end:
        return f"number of {text}"
    if column is not None and start + column[0] == end:
        return f"total {text}" if column[1].column in said.numbers(column[1].table) else ""
    return text


def _key(said: Said, place: int) -> tuple[int, str] | None:
    """The end and the words of one key."""
    if place >= len(said):
        return None
    found = said.column(place) or said.table(place) or _TIMES.match(said.tokens, place)
    return (place + found[0], said.text(place, place + found[0])) if found is not None else None
