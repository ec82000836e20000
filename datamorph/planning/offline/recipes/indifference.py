"""What a prompt says does not matter, or stays as it is: words that ask for nothing, whatever the plan does."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.list_parts import is_identifier

_IDIOMS = tuple(
    tuple(phrase.split())
    for phrase in (
        "for instance", "along the lines of", "and so on", "and so forth", "that is to say", "in other words",
        "doesn't have to be", "don't have to be", "need not be", "needn't be", "so to speak", "as it were",
        "at a glance", "by the way", "in particular", "as follows",
        "with its sign", "with their sign", "with their signs",
    )
)  # fmt: skip
"""What people say between what they mean."""
_INDIFFERENT = frozenset({"whatever", "regardless", "irrespective", "whichever", "matter", "any"})
_COUNTING_IN = frozenset("included count counts counted qualify qualifies welcome considered matter matters".split())
_COUNTING_ALL = frozenset({"counting", "including"})
_ALIKE = frozenset("too alike equally as and here there the for".split())
_ALL = frozenset({"all", "any", "every", "each"})
_OWNING = frozenset({"its", "their", "with"})
_UNCHANGED = frozenset("unchanged untouched unmodified untransformed change changes changed alone".split())
_ABOUT_COLUMNS = frozenset(
    """
    no not without column columns field fields value values all every each of the as they are is it them with their
    come comes stay stays stand stands keep kept leave left any other them both and or to
    """.split()
)
"""Words of clauses that say that columns are taken as they are."""
_ROW_OF = (("row",), ("line",), ("record",))
_BEHIND = 5


def explain_indifference(brief: Brief) -> None:
    """``whatever state the invoice is in``: what does not matter is not looked at, and what stays as it is."""
    _explain_unchanged(brief)
    _explain_grain(brief)
    for idiom in _IDIOMS:
        for place in range(len(brief) - len(idiom) + 1):
            if brief.words[place : place + len(idiom)] == idiom:
                brief.explain(place, place + len(idiom), "says nothing more")
    for place in brief.places(_INDIFFERENT - {"any", "matter"}):
        behind = [i for i in range(place + 1, min(place + _BEHIND, len(brief))) if brief.words[i] not in GLUE]
        first = next((i for i in behind if brief.said.tokens[i].is_word), None)
        if first is not None and brief.clause(place)[1] > first:
            brief.explain(place, first + 1, "does not matter")
    for place in brief.places(_COUNTING_IN):
        start = max(brief.clause(place)[0], place - _BEHIND)
        first = next((i for i in range(place - 1, start - 1, -1) if brief.words[i] in _ALL), None)
        behind = brief.words[place + 1 : place + 2]
        is_end = not behind or not brief.said.tokens[place + 1].is_word or behind[0] in _ALIKE
        is_noun = first is not None and bool(_OWNING & set(brief.words[first:place]))  # ``each shop with its count``
        if (
            first is not None
            and is_end
            and not is_noun
            and all(brief.said.tokens[i].is_word for i in range(first, place))
        ):
            brief.explain(first, place + 1, "does not matter")
    _explain_alike(brief)


def _explain_alike(brief: Brief) -> None:
    """``refunds are purchases like any other``, ``counting every kind``: all of them count."""
    for place in brief.places(("like",)):
        start, end = brief.clause(place)
        is_end = end - place in (3, 4) and brief.words[place + 1] in _ALL
        if is_end and brief.words[place + 2] in ("other", "others") and brief.said.tokens[start - 1].text in ".;,(":
            brief.explain(start, end, "does not matter")
    for place in brief.places(_COUNTING_ALL):
        if brief.words[place + 1 : place + 2] and brief.words[place + 1] in _ALL - {"each"}:
            last = min(place + 3, brief.clause(place)[1])
            brief.explain(place, last, "does not matter")


def _explain_unchanged(brief: Brief) -> None:
    """``No column changes.``, ``columns: all, untouched``, ``email unchanged``."""
    for place in brief.places(_UNCHANGED):
        start, end = brief.clause(place)
        spelled = {i for i in range(start, end) if is_identifier(brief.said, i)}
        others = {i for i in range(start, end) if brief.words[i] not in _ABOUT_COLUMNS | _UNCHANGED}
        is_same = brief.words[place] in ("unchanged", "untouched", "unmodified", "untransformed")
        if others <= spelled and (is_same or {"no", "not", "without"} & set(brief.words[start:place])):
            for i in set(range(start, end)) - spelled:
                brief.explain(i, i + 1, "as it is")
        elif is_same and place and is_identifier(brief.said, place - 1):
            brief.explain(place, place + 1, "as it is")


def _explain_grain(brief: Brief) -> None:
    """``every grower gets exactly one row``, ``exactly one line per grower``."""
    for place in brief.places({"exactly"}):  # one row per thing, or one for it
        is_row = brief.words[place + 1 : place + 2] == ("one",) and brief.lemmas[place + 2 : place + 3] in _ROW_OF
        if is_row and (
            brief.words[place - 1] in ("gets", "get") or brief.words[place + 3 : place + 4] in (("per",), ("for",))
        ):
            brief.explain(place, place + 3, "one row of each")
