"""The best, the worst or the top of something, without a word on what makes it so."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way
from datamorph.planning.offline.tokens import singular

_GRADES = Phrases({"best": True, "worst": False, "top": True, "best rated": True, "worst rated": False,
                   "top rated": True, "best performing": True, "worst performing": False})  # fmt: skip
_LEAD = frozenset({"the", "which", "what", "show", "find", "list", "is", "are", "give", "me", "get", "our", "my"})
_RATED = ("rating", "score", "star", "grade")
_MOST_MEASURES = 3


def graded(said: Said, place: int) -> Rephrasing | None:
    """``top 3 customers``, ``best rated agent per team``: by which number?"""
    found = said.match(_GRADES, place)
    if found is None or any(word not in _LEAD for word in said.words[:place]):
        return None
    behind = place + found[0]
    token = said.tokens[behind] if behind < len(said) else None
    n = int(token.value) if token is not None and isinstance(token.value, int) and not token.unit else 0
    start = behind + (n > 0)
    thing = said.column(start) or said.table(start)
    if thing is None:
        return None
    table = said.table(start)
    end = start + thing[0]
    per_end, per = said.per(end) if said.words[end : end + 1] != ("by",) else (end, "")
    is_plural = said.words[end - 1] != singular(said.words[end - 1])
    text = said.text(place, behind)
    if said.words[per_end : per_end + 1] == ("by",):
        return _either_end(said, text, (start, end), (per, per_end), n or (0 if is_plural else 1))
    owner = table[1] if table is not None and table[0] >= thing[0] else None
    if owner is None and isinstance(thing[1], Link):
        owner = said.things(thing[1])
    own = thing[1].table if isinstance(thing[1], Link) else thing[1]
    measures = _measures(said, owner, own, is_rated="rated" in text)
    if not measures or (is_plural and per and not n):
        return None
    rest = said.text(per_end, len(said))
    ways = [_way(measure, label, said.text(start, end), (per, rest), (n or (0 if is_plural else 1), found[1]))
            for measure, label in measures]  # fmt: skip
    return Rephrasing(f"by_{text}", f"By what is {text!r} decided?", tuple(ways))


def _either_end(said: Said, text: str, thing: tuple[int, int], per: tuple[str, int], n: int) -> Rephrasing | None:
    """``worst carrier by average delay``: which end of the measure is worst?"""
    measure, key = said.text(per[1] + 1, len(said)), said.text(*thing)
    if text.lower() == "top" or not n or not measure:
        return None
    groups = f"{per[0]} and {key}" if per[0] else key
    behind = f" per {per[0]}" if per[0] else ""
    ways = (
        Way("highest", f"the highest {measure}", f"{measure} per {groups}, top {n}{behind}"),
        Way("lowest", f"the lowest {measure}", f"{measure} per {groups}, bottom {n}{behind}"),
    )
    return Rephrasing(f"end_{text}", f"Which {measure} is the {text.lower()}?", ways)


def _measures(said: Said, owner: TableRef | None, table: TableRef, *, is_rated: bool) -> list[tuple[str, str]]:
    """Measures over the rows that belong to what is graded, with their labels."""
    facts = said.referring(owner) if owner is not None else [table]
    rated = [(f"average {said.name(fact, c)}", f"the average {c} ({fact.name})")
             for fact in facts for c in said.named(fact, _RATED) if c in said.numbers(fact)]  # fmt: skip
    if is_rated:
        return rated[:_MOST_MEASURES]
    sums = [
        (f"total {said.name(fact, c)}", f"the total {c} ({fact.name})") for fact in facts for c in said.amounts(fact)
    ]
    counts = [(f"number of {said.word(fact)}", f"the number of {fact.name}") for fact in facts]
    if owner is None:
        counts += [(f"average {said.name(table, c)}", f"the average {c}") for c in said.numbers(table)[:2]]
    return [*sums[:1], *counts[:1], *rated[:1], *sums[1:], *counts[1:], *rated[1:]][:_MOST_MEASURES]


def _way(measure: str, label: str, key: str, around: tuple[str, str], which: tuple[int, bool]) -> Way:
    (per, rest), (n, is_best) = around, which
    groups = f"{per} and {key}" if per else key
    last = f"{'top' if is_best else 'bottom'} {n}{f' per {per}' if per else ''}" if n else (
        f"sorted by {measure} {'descending' if is_best else 'ascending'}")  # fmt: skip
    return Way(measure, label, f"{measure} per {groups} {rest}".strip() + f", {last}")
