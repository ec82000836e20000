"""A sentence, or the end of one, that names the table to be: ``-> table late_orders``, ``Table late_orders please.``"""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.core.table import snake_case
from datamorph.planning.offline.grammar.said_target import SaidTarget
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.tokens import Token

_ENDS = frozenset({".", ";", "!"})
_BEHIND = frozenset({"please", "thanks", "table", "then"})
_LEADS = frozenset({"the", "a", "new", "table", "called", "named", "output", "is", "it", ":", "=", "should", "be"})
_GOES = phrase_set((
    "goes to", "goes into", "should go to", "should go into", "must go to", "must go into", "goes in", "go into",
    "lands in", "should land in", "belongs in", "ends up in", "should end up in", "save under", "save it under",
    "store under", "store it under", "save all of it as", "save everything as", "save that as", "store that as",
    "keep it as", "keep it in", "keep as table", "write that to", "file it under", "publish under", "save these as",
    "store them in", "store them as", "store these as", "write them to", "write these to", "put them in",
    "put them into", "dump it into", "call the result", "call the table", "name the table", "name the result",
    "call the output", "name the output", "name of the table", "table name", "result table", "output table",
    "the table is", "the table is called", "the table should be called", "the result is called",
    "the result should be called", "target is"))  # fmt: skip
_HEADS = frozenset({"output", "result", "table", "target", "destination", "into", "as"})
_CALLS = phrase_set(("call it", "name it", "call this", "name this", "call that", "name that"))
_FROM = frozenset({":", "with", "that", "of", ".", ",", "from", "for", "which", "containing"})
_MAKES = frozenset({"make", "create", "write", "build", "prepare", "produce", "generate"})


def find_named_table(tokens: Sequence[Token]) -> SaidTarget | None:
    """The first such words; a name alone is a guess, as it could be a column's."""
    for construct in (_arrow, _going, _made, _alone, _called):
        for place in range(len(tokens)):
            found = construct(tokens, place)
            if found is not None:
                return found
    return None


def _name(tokens: Sequence[Token], place: int) -> Token | None:
    token = tokens[place] if place < len(tokens) else None
    return token if token is not None and token.kind in ("name", "word", "text") and "." not in token.text else None


def _is_end(tokens: Sequence[Token], place: int) -> bool:
    while place < len(tokens) and (tokens[place].lower in _BEHIND or tokens[place].text == ","):
        place += 1
    return place >= len(tokens) or tokens[place].text in _ENDS


def _opens(tokens: Sequence[Token], place: int) -> bool:
    return not place or tokens[place - 1].text in (*_ENDS, "?", "-", "(") or tokens[place - 1].lower == "and"


def _past(tokens: Sequence[Token], place: int, words: frozenset[str]) -> int:
    while place < len(tokens) and tokens[place].lower in words and tokens[place].kind != "text":
        place += 1
    return place


def _arrow(tokens: Sequence[Token], place: int) -> SaidTarget | None:
    """``-> late_orders``, ``=> table late_orders``, ``→ late_orders`` at the end."""
    signs = "".join(token.text for token in tokens[place : place + 2])
    length = 2 if signs in ("->", "=>", ">>") else 1 if tokens[place].text == "→" else 0
    name = _past(tokens, place + length, _LEADS)
    token = _name(tokens, name) if length else None
    if token is None or not _is_end(tokens, name + 1):
        return None
    is_bare = name == place + length and token.kind == "word"
    return SaidTarget(place, name + 1, snake_case(token.lower), is_guess=is_bare)


def _going(tokens: Sequence[Token], place: int) -> SaidTarget | None:
    """``the result goes to late_orders``, ``call the result late_orders``, ``save under late_orders``."""
    found = _GOES.match(tokens, place)
    name = _past(tokens, place + found[0], _LEADS) if found else 0
    token = _name(tokens, name) if found else None
    if found is None or token is None or not _is_end(tokens, name + 1):
        return None
    start = place
    while start and tokens[start - 1].lower in ("the", "result", "it", "this", "output", "that", "everything", "and"):
        start -= 1
    return SaidTarget(start, name + 1, snake_case(token.lower))


def _made(tokens: Sequence[Token], place: int) -> SaidTarget | None:
    """``make me a table late_orders: ...``, ``write a table called late_orders with ...``."""
    if tokens[place].lower not in _MAKES:
        return None
    name = _past(tokens, place + 1, frozenset({"me", "us", "a", "the", "new"}))
    if name >= len(tokens) or tokens[name].lower != "table":
        return None
    name = _past(tokens, name + 1, frozenset({"called", "named", "with", "the", "name"}))
    token = _name(tokens, name)
    behind = tokens[name + 1] if name + 1 < len(tokens) else None
    is_said = tokens[name - 1].lower in ("called", "named", "name") or (
        token is not None and token.kind == "name" and tokens[name - 1].lower == "table"
    )
    if token is None or not is_said or (behind is not None and behind.lower not in _FROM):
        return None
    is_tied = behind is not None and behind.lower in (":", "with", "containing")
    return SaidTarget(place, name + 1 + is_tied, snake_case(token.lower))


def _alone(tokens: Sequence[Token], place: int) -> SaidTarget | None:
    """``Table late_orders please.``, ``Output: late_orders.``: a sentence of a name."""
    if not _opens(tokens, place) or tokens[place].lower not in _HEADS:
        return None
    name = _past(tokens, place + 1, frozenset({":", "=", "table", "name", "is", "into"}))
    token = _name(tokens, name)
    if token is None or not _is_end(tokens, name + 1):
        return None
    return SaidTarget(place, name + 1, snake_case(token.lower), is_guess=True)


def _called(tokens: Sequence[Token], place: int) -> SaidTarget | None:
    """``Call it late_orders.`` at the end, behind a list of columns or of conditions rather than behind a measure."""
    found = _CALLS.match(tokens, place) if _opens(tokens, place) else None
    name = place + found[0] if found else 0
    token = _name(tokens, name) if found else None
    if token is None or token.kind != "name" or not _is_end(tokens, name + 1):
        return None
    said = {other.lower for n, other in enumerate(tokens) if n != name}
    return SaidTarget(place, name + 1, snake_case(token.lower), is_guess=True) if token.lower not in said else None
