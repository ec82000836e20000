"""Outputs in plain words: *customer name in capitals, country and total weight*."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.measured import COUNTS
from datamorph.planning.offline.recipes.order import DOWN, TIES, UP
from datamorph.planning.offline.recipes.resolve import mentions

_ENDS = frozenset(".;:?!")
_ASKING = frozenset(
    "need show give me list with want report include the their its a an we us i please for each and".split()
)
_SUMS = frozenset("total sum overall summed".split())
_TAILS = frozenset({"as", "in", "rounded", "with"})
_FEWEST = 2


def described(brief: Brief) -> tuple[Listed, ...]:
    """Columns of the first sentence that is a list of things the tables have; each is called by its last words."""
    for start, end in _sentences(brief):
        found = [one for one in _items(brief, start, end)]
        kept = [one for one in found if not _orders(brief, *one)]
        if len(kept) >= _FEWEST and all(_is_output(brief, *one) for one in kept):
            return tuple(_output(brief, *one) for one in kept)
    return ()


def _sentences(brief: Brief) -> Iterator[tuple[int, int]]:
    start, depth = 0, 0
    for place, token in enumerate(brief.said.tokens):
        depth += (token.text == "(") - (token.text == ")")
        if depth <= 0 and (token.text in _ENDS or token.text in "—–"):  # noqa: RUF001
            yield start, place
            start = place + 1
    yield start, len(brief)


def _items(brief: Brief, start: int, end: int) -> Iterator[tuple[int, int]]:
    first, depth = start, 0
    for place in range(start, end):
        text = brief.said.tokens[place].text
        depth += (text == "(") - (text == ")")
        if depth == 0 and (text == "," or brief.words[place] in ("and", "plus")):
            if place > first:
                yield _led(brief, first, place)
            first = place + 1
    if end > first:
        yield _led(brief, first, end)


def _led(brief: Brief, start: int, end: int) -> tuple[int, int]:
    while start < end - 1 and brief.words[start] in _ASKING:
        start += 1
    return start, end


def _orders(brief: Brief, start: int, end: int) -> bool:
    words = set(brief.words[start:end])
    return bool(words & (DOWN | UP) and words & {"first", "top", "leads", "lead"}) or bool(words & TIES)


def _is_output(brief: Brief, start: int, end: int) -> bool:
    words = set(brief.lemmas[start:end])
    if words & {"which", "who", "what", "every", "per", "within"} or words & (DOWN | UP):
        return False
    return "name" in words or bool(words & (COUNTS | _SUMS)) or bool(list(mentions(brief, _tables(brief), start, end)))


def _tables(brief: Brief) -> list[TableRef]:
    return [*brief.mentioned, *(table for table in brief.said.tables if table not in brief.mentioned)]


def _output(brief: Brief, start: int, end: int) -> Listed:
    """Named by the words up to a parenthesis or a preposition."""
    last = next(
        (i for i in range(start + 1, end) if not brief.said.tokens[i].is_word or brief.words[i] in _TAILS),
        end,
    )  # fmt: skip
    words = [brief.words[i] for i in range(start, last) if brief.words[i] not in ("of", "the", "their", "in")]
    return Listed("_".join(words), start, start, end)
