"""Where the result goes: ``save as curated.ops.delays``; read before everything else."""

from __future__ import annotations

import re

from datamorph.core.table import TableRef, Tier, snake_case
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import TARGET
from datamorph.planning.offline.model import Draft
from datamorph.planning.offline.phrases import phrase_set

_TARGET = phrase_set(TARGET)
_SAVING = phrase_set(t for t in TARGET if len(t.split()) > 1 and t.split()[0] not in ("as", "to"))
_ADDRESS = re.compile(r"(?:(raw|processed|curated)\.)?([a-z_]\w*)\.([a-z_]\w*)|(curated|processed)\.([a-z_]\w*)")


def read_target(reader: Reader, draft: Draft, known: frozenset[str]) -> None:
    """Find the target's address anywhere in the prompt and close its words to other constructs."""
    for place, token in enumerate(reader.tokens):
        if token.kind == "name" and _is_target(reader, place, known):
            _close(reader, draft, place)
            return
    _read_plain(reader, draft)


def _is_target(reader: Reader, place: int, known: frozenset[str]) -> bool:
    text = reader.tokens[place].text.lower()
    if text in known or not _ADDRESS.fullmatch(text):
        return False
    return text.startswith(("curated.", "processed.", "raw.")) or _cue_length(reader, place) > 0


def _cue_length(reader: Reader, place: int) -> int:
    """Number of tokens before a place that say that something is saved there."""
    end = place
    while end and reader.tokens[end - 1].lower in ("table", "the", "a", "new", "dataset"):
        end -= 1
    for length in range(5, 0, -1):
        start = end - length
        found = _TARGET.match(reader.tokens, start) if start >= 0 else None
        if found and found[0] == length:
            return place - start
    return 0


def _close(reader: Reader, draft: Draft, place: int) -> None:
    parts = reader.tokens[place].text.lower().split(".")
    if len(parts) == 3:  # noqa: PLR2004 (tier, domain, name)
        draft.target = TableRef(Tier(parts[0]), parts[1], parts[2])
    elif parts[0] in ("curated", "processed"):
        draft.target_name = parts[1]
    else:
        draft.target = TableRef(Tier.CURATED, parts[0], parts[1])
    start = place - _cue_length(reader, place)
    reader.close(start, place + 1, f"the result is {draft.target or draft.target_name}")


def _read_plain(reader: Reader, draft: Draft) -> None:
    """``save as big_orders``: a name alone."""
    for place in range(len(reader.tokens)):
        found = _SAVING.match(reader.tokens, place)
        if found is None or found[1].split()[0] in ("create", "build", "in", "into"):
            continue
        name = place + found[0]
        while name < len(reader.tokens) and reader.tokens[name].lower in ("table", "the", "a", "new"):
            name += 1
        if name < len(reader.tokens) and reader.tokens[name].kind in ("name", "word", "text"):
            draft.target_name = snake_case(reader.tokens[name].lower)
            reader.close(place, name + 1, f"the result is named {draft.target_name}")
            return
