"""Where the result goes: ``save as curated.ops.delays``; read before everything else."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from datamorph.core.table import TableRef, Tier, snake_case
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.named_table import find_named_table
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.said_target import SaidTarget
from datamorph.planning.offline.lexicon.cues import TARGET
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.tokens import Token

_TARGET = phrase_set(TARGET)
_SAVING = phrase_set(t for t in TARGET if len(t.split()) > 1 and t.split()[0] not in ("as", "to"))
_FILLERS = ("table", "the", "a", "new", "dataset")
_NAME = re.compile(r"[a-z]\w*")
_ADDRESS = re.compile(r"(?:(raw|processed|curated)\.)?([a-z_]\w*)\.([a-z_]\w*)|(curated|processed)\.([a-z_]\w*)")


def find_target(tokens: Sequence[Token], known: Collection[str]) -> SaidTarget | None:
    """Where a prompt says that its result goes: the first address, else a name behind ``save as``; None without.

    Args:
        known: tables that are there to be read.
    """
    for place, token in enumerate(tokens):
        if token.kind == "name" and _is_target(tokens, place, known):
            return _address(tokens, place)
    return _called(tokens) or _plain(tokens) or _declared(tokens) or _headed(tokens) or find_named_table(tokens)


def read_target(reader: Reader, draft: Draft, known: Collection[str]) -> None:
    """Find the target anywhere in the prompt and close its words to other constructs."""
    found = find_target(reader.tokens, known)
    if found is None:
        return
    is_arrow, last = reader.tokens[found.start].text in ("-", "\u2192"), reader.tokens[found.end - 1]
    is_column = last.kind == "name" and _is_column(reader, found)
    is_value = last.kind == "text" and not _NAME.fullmatch(last.lower)
    if (found.is_guess and _is_known(reader, found)) or (is_arrow and (is_column or is_value)):
        return
    draft.target, draft.target_name, draft.target_tier = found.table, found.name, found.tier
    meaning = f"the result is {found.table}" if found.table else f"the result is named {found.name}"
    reader.close(found.start, found.end, meaning)


def address_at(tokens: Sequence[Token], place: int) -> tuple[TableRef | None, str, Tier]:
    """The table that a token names: the whole address or a name alone, and its tier."""
    if _ADDRESS.fullmatch(tokens[place].text.lower()):
        found = _address(tokens, place)
        return found.table, found.name, found.tier
    return None, snake_case(tokens[place].lower), Tier.CURATED


def _is_column(reader: Reader, found: SaidTarget) -> bool:
    """``products without a price -> product_name``: what is shown of them."""
    return any(link.column and link.score >= 1.0 for link in reader.links(found.end - 1, 1))


def _is_known(reader: Reader, found: SaidTarget) -> bool:
    """``Output: customer_email`` is a column, no table of that name."""
    last = found.end - 1
    links = reader.links(last, 1)
    if any(link.score >= OWN for link in links):
        return True
    name = reader.tokens[last].lower
    return any(token.lower == name for n, token in enumerate(reader.tokens) if n != last)


def _is_target(tokens: Sequence[Token], place: int, known: Collection[str]) -> bool:
    text = tokens[place].text.lower()
    if text in known or not _ADDRESS.fullmatch(text):
        return False
    return text.startswith(("curated.", "processed.", "raw.")) or _cue_length(tokens, place) > 0


def _cue_length(tokens: Sequence[Token], place: int) -> int:
    """Number of tokens before a place that say that something is saved there."""
    end = place
    while end and tokens[end - 1].lower in _FILLERS:
        end -= 1
    for length in range(5, 0, -1):
        start = end - length
        found = _TARGET.match(tokens, start) if start >= 0 else None
        if found and found[0] == length:
            return place - start
    return 0


def _address(tokens: Sequence[Token], place: int) -> SaidTarget:
    start, parts = place - _cue_length(tokens, place), tokens[place].text.lower().split(".")
    if parts[0] in (Tier.CURATED, Tier.PROCESSED) and len(parts) == 2:  # noqa: PLR2004 (tier, name)
        return SaidTarget(start, place + 1, parts[1], Tier(parts[0]))
    tier, domain, name = parts if len(parts) == 3 else (Tier.CURATED, *parts)  # noqa: PLR2004 (tier, domain, name)
    return SaidTarget(start, place + 1, name, Tier(tier), TableRef(Tier(tier), domain, name))


def _called(tokens: Sequence[Token]) -> SaidTarget | None:
    """``as a table called big_orders``, ``the result is named big_orders``, ``call the table big_orders``."""
    for place, token in enumerate(tokens[:-1]):
        if token.lower not in _NAMED:
            continue
        start, name = _naming(tokens, place) if token.lower in ("call", "name") else _named(tokens, place)
        is_end = name + 1 >= len(tokens) or tokens[name + 1].lower in _AFTER_NAME
        if start >= 0 and name < len(tokens) and tokens[name].kind in ("name", "word", "text") and is_end:
            return SaidTarget(start, name + 1, snake_case(tokens[name].lower))
    return None


def _naming(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """Start and name of ``call the table big_orders``; -1 where it is no table that is named."""
    name = place + 1
    while name < len(tokens) and tokens[name].lower in ("the", "this", "new"):
        name += 1
    is_table = name < len(tokens) and tokens[name].lower in _TABLES
    return (place, name + 1) if is_table else (-1, name)


def _named(tokens: Sequence[Token], place: int) -> tuple[int, int]:
    """Start and name of ``a table called big_orders``; -1 where it is no table that is named."""
    start = place
    while start and tokens[start - 1].lower in ("be", "is", "should", "must", "to", "shall", "will", "new", "it"):
        start -= 1
    if not start or tokens[start - 1].lower not in _TABLES:
        return -1, place + 1
    start -= 1
    while start and tokens[start - 1].lower in ("a", "the", "new", "as", "into", "in", "one", "result", "target"):
        start -= 1
    return start, place + 1


_NAMED = frozenset({"called", "named", "titled", "call", "name"})
_TABLES = frozenset({"table", "dataset", "model", "mart", "result", "output"})
_AFTER_NAME = frozenset({".", ";", ",", ":", "(", ")", "with", "that", "which", "of", "from", "and", "for", "holding",
                         "containing", "every", "please", "-"})  # fmt: skip


def _declared(tokens: Sequence[Token]) -> SaidTarget | None:
    """``Target table: late_orders``: a sentence that names the target and nothing else."""
    for place, token in enumerate(tokens):
        if token.lower != "target" or (place and tokens[place - 1].text not in (".", ";")):
            continue
        name = place + 1
        while name < len(tokens) and tokens[name].lower in (*_FILLERS, ":", "is", "="):
            name += 1
        is_end = name + 1 >= len(tokens) or tokens[name + 1].text in (".", ";", ",")
        if name < len(tokens) and tokens[name].kind in ("name", "word", "text") and is_end:
            return SaidTarget(place, name + 1, snake_case(tokens[name].lower))
    return None


def _headed(tokens: Sequence[Token]) -> SaidTarget | None:
    """``refresh late_orders: ...``: a name of its own between a verb and a colon."""
    for place, token in enumerate(tokens[:-2]):
        name = tokens[place + 1]
        is_name = name.kind == "name" and "." not in name.text and tokens[place + 2].text == ":"
        if is_name and token.lower in ("refresh", "rebuild", "update", "build", "create", "populate", "load"):
            return SaidTarget(place, place + 2, snake_case(name.lower))
    return None


_NO_NAMES = frozenset("lower upper lowercase uppercase capital capitals caps small order".split())
"""``put it in lower case``: a way of writing."""


def _plain(tokens: Sequence[Token]) -> SaidTarget | None:
    """``save as big_orders``: a name alone."""
    for place in range(len(tokens)):
        found = _SAVING.match(tokens, place)
        if found is None or found[1].split()[0] in ("create", "build", "in", "into"):
            continue
        name = place + found[0]
        while name < len(tokens) and tokens[name].lower in (*_FILLERS[:4], "called", "named"):
            name += 1
        is_value = found[1].startswith("-") and tokens[name : name + 1] and tokens[name].kind == "text"
        is_name = name < len(tokens) and tokens[name].lower not in _NO_NAMES
        if is_name and tokens[name].kind in ("name", "word", "text") and not is_value:
            return SaidTarget(place, name + 1, snake_case(tokens[name].lower))
    return None
