"""What a prompt says of things that have nothing in a matrix, and of rows that belong to no thing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.names import HEAD, SYNONYM, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.shape_words import aliases

ZERO = frozenset("zero zeros zeroes 0".split())
_ABSENCE = frozenset(
    """
    no not without never nothing none nobody missing lacking lack lacks lacked empty blank null unknown unassigned
    weren't wasn't aren't don't isn't haven't hasn't doesn't didn't non unset
    """.split()
)
_KEEPS = frozenset(
    """
    include included including includes appear appears stay stays keep kept too even still also listed shown show shows
    has have gets get list
    """.split()
)
_LEAVES = frozenset(
    """
    leave left leaving drop dropped exclude excluded skip skipped omit omitted ignore ignored needed wanted interest
    disregard disregarded aside absent
    """.split()
)
_COMES = frozenset("include included including appear appears stay stays keep kept too even still also listed".split())
"""Those of them that say so of what has no amount, where zeros are spoken of."""
_SHOWN = frozenset("appear shown show listed include included".split())
_STAYS = frozenset("stay stays keep kept".split())
_EVERY = frozenset("every all each".split())
_NO = frozenset("not don't aren't isn't doesn't need never won't".split())
_BLANKS = frozenset("blank empty null gap gaps cell cells".split())
_NEAR = 8


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is said of gaps.

    Attributes:
        keeps: things without an amount have a row too; ``leaves``: they have none.
        filled: columns of the rows that must have a value.
        label: what stands where the row has no value.
    """

    keeps: bool = False
    leaves: bool = False
    filled: tuple[tuple[TableRef, str], ...] = ()
    label: str = ""


def find_gaps(
    brief: Brief,
    columns: Sequence[tuple[TableRef, str]],
    things: Collection[TableRef],
    counted: TableRef,
    inner: Collection[str],
) -> Gaps:
    """What the prompt says of gaps; what is understood of it is explained.

    Args:
        columns: that tell which row it is.
        things: the tables whose rows are rows of the result, and the one whose rows are counted.
        inner: words for what a single cell is about.
    """
    keeps = _says_every(brief, things)
    leaves, filled = _says_only(brief), dict[tuple[TableRef, str], None]()
    label = _label(brief, columns)
    others = {table for table, _ in columns} - {counted}
    for place in brief.places(_ABSENCE):
        if brief.ledger.covers(place):
            continue
        start, end = _reach(brief, place)
        words = set(brief.words[start:end])
        is_left = (
            bool(words & _LEAVES) or bool(words & _NO and words & _SHOWN) or bool("out" in words and words & _STAYS)
        )
        column = _column(brief, place, end, columns)
        about = "gaps"
        if is_left and column is not None:
            filled[column], about = None, f"only rows with {column[1]}"
        elif is_left and _first_named(brief, start, place) == counted and (others or len(things) > 1):
            filled.update(dict.fromkeys(columns))
            about = "only rows of what is known"
        elif is_left:
            leaves, about = True, "only what has something"
        elif words & ZERO or (words & _BLANKS and "out" not in words and brief.has(*ZERO)):
            is_inner = bool(set(brief.lemmas[start:end]) & set(inner))
            keeps = keeps or (bool(words & _COMES) and not is_inner and _first_named(brief, start, end) in things)
            about = "0 where there is nothing"
        elif words & _KEEPS:
            keeps, about = True, "what has nothing has a row too"
        else:
            continue
        _explain(brief, start, end, about)
    return Gaps(keeps, leaves, tuple(filled), label)


def _reach(brief: Brief, place: int) -> tuple[int, int]:
    """The clause of a place, with the one behind a colon or a dash, and the parentheses that it has."""
    start, end = brief.clause(place)
    if (
        end < len(brief)
        and brief.said.tokens[end].text == ":"
        and set(brief.words[end + 1 : end + 4]) & (_LEAVES | _KEEPS)
    ):
        return start, brief.clause(end + 1)[1]
    if (
        end < len(brief)
        and brief.said.tokens[end].text == ","
        and set(brief.words[end + 1 : end + 3]) & ({"with", "put"} | ZERO)
    ):
        return start, brief.clause(end + 1)[1]
    before = brief.words[max(start - 3, 0) : start]
    if start and brief.said.tokens[start - 1].text == "," and set(before) & _BLANKS:
        return brief.clause(start - 2)[0], end
    return start, end


def _explain(brief: Brief, start: int, end: int, about: str) -> None:
    """Close the words of a clause that say that, and what is not there: ``where nothing was charged``."""
    for place in range(start, end):
        word = brief.words[place]
        is_plain = not brief.said.value(place)[0] and word not in NEVER_GLUE
        is_deed = is_plain and (
            word.endswith("ed") or (about.startswith("0") and brief.said.tokens[place].kind == "word")
        )
        if (
            word in _ABSENCE | _KEEPS | _LEAVES | _NO | _BLANKS | ZERO | {"only", "acceptable", "write", "gaps"}
            or is_deed
        ):
            brief.explain(place, place + 1, about)


def _column(brief: Brief, place: int, end: int, columns: Sequence[tuple[TableRef, str]]) -> tuple[TableRef, str] | None:
    """The column of the rows that is named behind a word that says that it is not there."""
    for table, name in columns:
        own = set(words_of(name)) - {"number", "code", "name", "id", "key"} | aliases(brief, name)
        for i in range(place + 1, min(end, place + _NEAR)):
            links = brief.said.links(i, 1)
            is_linked = any(
                (link.table, link.column) == (table, name) and link.score >= HEAD * SYNONYM for link in links
            )
            if is_linked or brief.said.tokens[i].text == name or brief.lemmas[i] in own:
                return table, name
    return None


def _first_named(brief: Brief, start: int, end: int) -> TableRef | None:
    """The first table that a run of tokens names."""
    return next((ref for at, ref in brief.tables_at() if start <= at < end), None)


def _says_every(brief: Brief, things: Collection[TableRef]) -> bool:
    """``Every carrier gets a row``, ``all shipments please``."""
    named = {at for at, ref in brief.tables_at() if ref in things}
    for place in brief.places(_EVERY):
        start, end = brief.clause(place)
        is_thing = bool({place + 1, place + 2} & named)
        is_per = bool({"for", "per", "of", "over"} & set(brief.words[max(place - 2, start) : place]))
        has_row = set(brief.words[start:end]) & (_KEEPS | {"row", "line"}) - {"all", "show", "list", "have", "has"}
        is_short = end - place <= 3 and place == start  # noqa: PLR2004 (all shipments please)
        if is_thing and not is_per and (has_row or is_short):
            return True
    return False


def _says_only(brief: Brief) -> bool:
    """``Only trainers that have attended bookings``."""
    for place in brief.places(("only", "just")):
        start, end = brief.clause(place)
        words = set(brief.words[place:end])
        if words & {"that", "with", "who", "which"} and words & {"have", "has", "had", "with"} and not words & _ABSENCE:
            brief.explain(start, end, "only what has something")
            return True
    return False


def _label(brief: Brief, columns: Sequence[tuple[TableRef, str]]) -> str:
    """What stands for no value: ``with 'nobody' for customers that have none``."""
    texts = [p for p, token in enumerate(brief.said.tokens) if token.kind == "text" and not brief.ledger.covers(p)]
    if len(texts) != 1 or len(columns) != 1 or brief.said.value(texts[0])[0]:
        return ""
    near = brief.words[max(texts[0] - _NEAR, 0) : texts[0] + _NEAR + 1]
    if not set(near) & _ABSENCE | set(near) & {"has"}:
        return ""
    start, end = brief.clause(texts[0])
    _explain(brief, max(start, texts[0] - _NEAR), min(end, texts[0] + _NEAR), "where there is no value")
    brief.explain(texts[0], texts[0] + 1, "where there is no value")
    return brief.said.tokens[texts[0]].lower
