"""Rows that a plan picks or puts in order otherwise than the prompt may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import TAILLESS, words_of

_FIRSTS = frozenset("first last latest newest oldest earliest top largest biggest highest smallest lowest".split())
_MOST = 100
_CLEANS = frozenset({"trim", "lowercase", "uppercase", "lower", "clean", "normalise", "normalize"})
_CLEANED = re.compile(r"\b(?:trim|lower|upper|replace|regexp_replace)\(", re.IGNORECASE)


def groups_of_picked(evidence: Evidence) -> Iterator[str]:
    """``first sale of each shop per month``: a row of each, and not the months alone."""
    kinds = [kind for kind, _ in evidence.steps]
    for (kind, _), (_, behind) in pairwise(entry for entry in evidence.steps if entry[0] in ("dedupe", "aggregate")):
        if kind == "dedupe" and "aggregate" in kinds and behind.get("by") and not behind.get("measures"):
            yield "it shows only the groups of the rows that it picks"


def lost_numbers(evidence: Evidence) -> Iterator[str]:
    """``the first 2 sales of each shop``: two."""
    for place, (word, token) in enumerate(zip(evidence.words, evidence.tokens[1:], strict=False)):
        is_number = token.kind == "number" or (token.kind == "word" and isinstance(token.value, int))
        is_count = is_number and isinstance(token.value, int) and not token.unit and 1 < token.value <= _MOST
        if word not in _FIRSTS or not is_count or evidence.said.table(place + 2) is None:
            continue
        if float(token.value or 0) not in evidence.numbers:
            yield f"{token.text!r} is not in it"


def mixed_runs(evidence: Evidence) -> Iterator[str]:
    """``running total of amount by shop``: within each shop, in the order of a date."""
    for kind, fields in evidence.steps:
        order = [str(one).removesuffix(" desc") for one in fields.get("order_by") or ()] if kind == "window" else []
        text = str(fields.get("columns", "")).lower()
        is_run = fields.get("rows") == "running" or "lag(" in text or "lead(" in text
        is_key = bool(order) and words_of(order[0])[-1] in KEY_WORDS and order[0].lower() not in evidence.words
        if is_run and is_key and not fields.get("partition_by") and {"by", "per"} & set(evidence.words):
            yield f"it runs over the rows in the order of {order[0]}, whatever they are of"


def late_cleaning(evidence: Evidence) -> Iterator[str]:
    """``trim the emails, then remove duplicates``: what is the same is told after that."""
    kinds = [(kind, str(fields)) for kind, fields in evidence.steps]
    dedupe = next((i for i, (kind, _) in enumerate(kinds) if kind == "dedupe"), None)
    clean = next((i for i, (kind, text) in enumerate(kinds) if kind == "derive" and _CLEANED.search(text)), None)
    said = [i for i, word in enumerate(evidence.words) if word.startswith(("duplicate", "dedup"))]
    cleans = [i for i, word in enumerate(evidence.words) if word in _CLEANS]
    is_first = bool(said and cleans) and cleans[0] < said[0] and "then" in evidence.words[cleans[0] : said[0]]
    if is_first and dedupe is not None and clean is not None and dedupe < clean:
        yield "it removes duplicates before it cleans"


def lost_defaults(evidence: Evidence) -> Iterator[str]:
    """``products with price or 0 if missing``."""
    words = evidence.words
    for place in range(len(words)):
        is_default = words[place : place + 1] in (("or",), (",",)) and words[place + 2 : place + 4] in (
            ("if", "missing"), ("if", "empty"), ("if", "none"), ("when", "missing"), ("if", "null"),
        )  # fmt: skip
        if is_default and "coalesce" not in evidence.text and not any(kind == "fill" for kind, _ in evidence.steps):
            yield f"nothing in it puts {words[place + 1]!r} where something is missing"


def idle_columns(evidence: Evidence) -> Iterator[str]:
    """``take members with email and keep the latest``: those that have one, as all columns are shown anyway."""
    kinds = {kind for kind, _ in evidence.steps}
    if kinds != {"dedupe"}:
        return
    for place in range(1, len(evidence.words) - 1):
        if evidence.words[place] != "with" or evidence.said.table(place - 1) is None:
            continue
        links = [link for link in evidence.links(place + 1, 1) if link.column and link.score >= TAILLESS]
        if links and evidence.words[place + 2 : place + 3] in (("and",), (",",)):
            yield f"'with {evidence.words[place + 1]}' changes nothing in it"


LOOKS: tuple[Look, ...] = (
    groups_of_picked,
    lost_numbers,
    mixed_runs,
    late_cleaning,
    lost_defaults,
    idle_columns,
)
