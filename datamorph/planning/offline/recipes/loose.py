"""Lists of columns in plain words: *show provider and patrons (head count)*."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed

ASKING = frozenset(
    "show give return output list report display deliver need want columns fields select provide get present".split()
)
_LEADING = frozenset("the a an and its their me us just only i we one please also then".split())
_ENDS = frozenset(".;:!?")
_STOPS = frozenset(
    """
    for where with per that which who whose of in on by from as only just no not if when having sorted ordered order
    all every each than over latter former
    """.split()
)


def listed(brief: Brief) -> tuple[Listed, ...]:
    """The columns that a prompt lists, in plain words if it has no others."""
    if brief.listed:
        return brief.listed
    lists = [found for found in asked(brief) if len(found) > 1]
    return lists[-1] if lists else ()


def asked(brief: Brief) -> list[tuple[Listed, ...]]:
    """What stands behind each word that asks for columns; often of one word, or of none."""
    return [tuple(_items(brief, start)) for start in _starts(brief)]


def _starts(brief: Brief) -> Iterator[int]:
    """Where a list may begin: behind a word that asks for it, or a colon or an arrow."""
    tokens = brief.said.tokens
    for place in range(len(brief)):
        if brief.words[place] in ASKING or tokens[place].text == ":":
            yield place + 1
        elif tokens[place].text == ">" and place and tokens[place - 1].text == "-":
            yield place + 1


def _items(brief: Brief, place: int) -> Iterator[Listed]:
    """One word after the other, with commas or ``and`` between them and parentheses behind."""
    words, tokens, begun = brief.words, brief.said.tokens, place
    while True:
        while place < len(brief) and words[place] in _LEADING:
            place += 1
        if place >= len(brief) or not tokens[place].is_word or words[place] in _STOPS:
            return
        end = place + 1
        if end < len(brief) and tokens[end].text == "(":
            end = next((i + 1 for i in range(end, len(brief)) if tokens[i].text == ")"), len(brief))
        at_end = end >= len(brief) or tokens[end].text in _ENDS or words[end] in ("where", "being", "please")
        at_end = at_end or (tokens[end - 1].text == ")" and words[end] in ("for", "per", "by"))
        at_end = at_end or (words[end] == "for" and words[place - 1] == "and" and place > begun + 1)
        if not at_end and not (tokens[end].text == "," or words[end] in ("and", "plus", "&")):
            return
        yield Listed(tokens[place].text, place, place + 1, end)
        if at_end:
            return
        place = end + 1
