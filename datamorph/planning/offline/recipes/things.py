"""Words of a prompt for what it ranks, which no table knows: *the busiest lane*, *our heaviest borrowers*."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.kept import sentence
from datamorph.planning.offline.recipes.order import DOWN, UP
from datamorph.planning.offline.recipes.resolve import mentions

_SUPERLATIVE = DOWN | UP | frozenset({"best", "worst", "leading"})
_BEHIND = frozenset("per of in for by with who which that and is are i.e at within each every to on from".split())
_STEM = 4
_SAME = frozenset("is are means mean = being".split())


def explain_things(brief: Brief, root: TableRef) -> None:
    """Give such words their meaning: behind a superlative, defined by columns, or with columns in parentheses."""
    explain_deeds(brief, root)
    for place in brief.places({"different"}):
        if brief.lemmas[place + 1 : place + 2] in (("problem",), ("issue",), ("story",)):
            brief.explain(place, place + 1, "remark")
    nouns = {brief.lemmas[i] for i in (*_ranked(brief), *_defined(brief), *_in_parentheses(brief))}
    for place in range(len(brief)):
        if brief.lemmas[place] in nouns and brief.said.tokens[place].kind == "word":
            brief.explain(place, place + 1, "what is ranked")
    _explain_unmatched(brief)


def explain_deeds(brief: Brief, root: TableRef) -> None:
    """``shipped`` of shipments: the verb of the rows that are counted."""
    stems = {word[:_STEM] for word in brief.said.names.table_words[root] if len(word) > _STEM}
    for place in range(len(brief)):
        word = brief.words[place]
        if word[:_STEM] in stems and word.endswith(("ed", "ing", "er", "ers")) and not brief.said.value(place)[0]:
            brief.explain(place, place + 1, root.name)


def _ranked(brief: Brief) -> list[int]:
    """The noun behind a superlative, where nothing else follows that could be it."""
    found: list[int] = []
    for place in brief.places(_SUPERLATIVE):
        noun = place + 1
        while noun < len(brief) and (isinstance(brief.said.tokens[noun].value, int)):
            noun += 1
        if noun < len(brief) and _is_noun(brief, noun) and _ends(brief, noun + 1):
            found.append(noun)
    return found


def _is_noun(brief: Brief, place: int) -> bool:
    word = brief.words[place]
    if brief.said.tokens[place].kind != "word" or brief.said.value(place)[0]:
        return False
    return not word.endswith(("ed", "ing", "ly")) and len(word) > 3  # noqa: PLR2004


def _ends(brief: Brief, place: int) -> bool:
    return place >= len(brief) or brief.said.tokens[place].kind == "mark" or brief.words[place] in _BEHIND


def _defined(brief: Brief) -> list[int]:
    """``A lane is orig plus dest``: the word is what the columns are."""
    found: list[int] = []
    for place in range(len(brief) - 2):
        if brief.words[place] in ("a", "an", "the") and brief.words[place + 2] in _SAME:
            end = brief.clause(place + 2)[1]
            if brief.said.tokens[place + 1].kind == "word" and list(mentions(brief, brief.mentioned, place + 3, end)):
                found.append(place + 1)
    return found


def _in_parentheses(brief: Brief) -> list[int]:
    """``month (yr, mo)``."""
    found: list[int] = []
    for place in range(1, len(brief)):
        if brief.said.tokens[place].text != "(" or brief.said.tokens[place - 1].kind != "word":
            continue
        end = next((i for i in range(place, len(brief)) if brief.said.tokens[i].text == ")"), len(brief))
        inside = [i for i in range(place + 1, end) if brief.said.tokens[i].is_word and brief.words[i] != "and"]
        named = {i for start, last, _ in mentions(brief, brief.mentioned, place + 1, end) for i in range(start, last)}
        if inside and set(inside) <= named:
            found.append(place - 1)
    return found


def _explain_unmatched(brief: Brief) -> None:
    """``lines whose item can't be matched are dropped``: the tables are joined so."""
    for place in brief.places({"match", "matched", "unmatched", "matching", "found"}):
        start, end = sentence(brief, place)
        said = set(brief.words[start:end])
        if said & {"drop", "dropped", "skip", "skipped", "out", "ignored", "ignore", "excluded", "exclude", "omit"}:
            for i in range(start, end):
                if brief.words[i] in (
                    "can't",
                    "cannot",
                    "not",
                    "no",
                    "without",
                    "couldn't",
                    "isn't",
                    "aren't",
                    "never",
                ):
                    brief.explain(i, i + 1, "rows without a match go")
