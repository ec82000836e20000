"""Words in passing: what a prompt says beside its request, where the plan has all that could change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datamorph.planning.offline.lexicon import cues
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS, NEVER_GLUE, NUMBERS
from datamorph.planning.offline.names import HEAD, SYNONYM
from datamorph.planning.offline.recipes.brief import Brief

MOST, FEWEST_WORDS = 4, 15
"""So many words may be said in passing, in a prompt of so many: a short one has none to spare."""

_WORDS_OF_WORK = frozenset(
    """
    turn turned turning into convert converted conversion change changed become becomes became replace replaced
    round rounded rounding decimal decimals digit digits precision cents cent whole exact exactly nearest
    trim trimmed strip stripped clean cleaned cleanse normalise normalize standardise standardize format formatted
    lower upper lowercase uppercase case capital capitals capitalise casing spelled spelling spelt fold folded
    average averages mean median mode percentile quantile variance deviation sum sums total totals count counts
    cumulative running rolling moving smooth smoothed accumulate accumulated accumulating growth share shares ratio
    rate percent percentage proportion fraction rank ranked ranking place placed position sequence number numbered
    first last next previous prior before after preceding following since until till between during from
    end ending start starting early earlier earliest late later latest recent newest oldest
    equal equals same identical different distinct unique duplicate duplicates duplicated twice double once repeat
    more most less least fewer fewest many few above below over under beyond exceed exceeds exceeding at
    smallest smaller small larger largest large big bigger biggest high higher highest low lower lowest top bottom
    only just sole alone except apart other others another both either neither else instead rather
    blank empty null missing none nil zero nothing nobody nowhere noone neither unknown unspecified lacking lack
    absent present filled
    true false yes no flag flagged flags mark marked label labelled
    sort sorted sorting order ordered ordering ascending descending alphabetical alphabetically chronological
    group grouped grouping split splitting break combine combined merge merged union append stack stacked
    join joined joining match matched matching link linked pair paired
    pivot unpivot transpose across wide long melt spread nested unnest explode flatten
    keep keeps kept retain retained drop dropped exclude excluded excluding include included including skip skipped
    omit omitted ignore ignored leave left out remove removed without treat treated treating
    year years quarter quarters month months week weeks day days hour hours minute minutes second seconds date dates
    time times today yesterday tomorrow weekday weekend daily weekly monthly yearly hourly nightly
    euro euros dollar dollars usd eur gbp pound pounds kronor currency tax vat net gross
    if unless whether when whenever while where case otherwise
    expect expected must should may might can cannot never ever always
    """.split()
)
_JUDGING = frozenset(
    """
    active inactive valid invalid current former past future open opened closed completed complete incomplete finished
    cancelled canceled pending failed successful paid unpaid overdue outstanding delivered shipped returned lost
    approved rejected confirmed unconfirmed available unavailable online offline internal external domestic foreign
    private public male female adult junior senior regular irregular real fake premium standard special normal
    eligible relevant main major minor primary secondary original final initial test live archived deleted registered
    """.split()
)
_INDIFFERENT = frozenset({"whatever", "regardless", "irrespective", "whichever", "matter", "any"})
_PREDICATING = frozenset("is are was were be been being that who which isn't aren't wasn't weren't".split())
_COUNTING_IN = frozenset("included count counts counted qualify qualifies welcome considered matter matters".split())
_ALL = frozenset({"all", "any", "every", "each"})
_HEADING = 5
_PARTICIPLES = ("ed", "ly")
"""Endings of what was done to rows, and of how something is done."""
_BEHIND = 5


def _single(phrases: Iterable[str]) -> frozenset[str]:
    """All words of phrases but those that mean nothing by themselves."""
    return frozenset(word for phrase in phrases for word in phrase.split()) - GLUE


_SIGNALS = (
    _WORDS_OF_WORK
    | _JUDGING
    | NEVER_GLUE
    | cues.VAGUE
    | cues.MISSING
    | cues.EXCLUDING
    | _single(cues.AGGREGATES)
    | _single(cues.SUPERLATIVES)
    | _single(cues.COMPARISONS)
    | _single(cues.SHARES)
    | _single(cues.JOIN)
    | _single(cues.ARITHMETIC)
    | frozenset(cues.UNITS)
    | frozenset(MONTHS)
    | frozenset(NUMBERS)
) - {"through", "within"}
"""Words that say what is to be done, or with which rows: a plan that does not account for them is not the plan."""


def are_in_passing(brief: Brief, places: Sequence[int]) -> bool:
    """True where words tell nothing that the plan would have to do: few, plain, and none that picks rows or works."""
    return len(places) <= MOST and len(brief) >= FEWEST_WORDS and all(_is_in_passing(brief, place) for place in places)


def _is_in_passing(brief: Brief, place: int) -> bool:
    token, word, lemma = brief.said.tokens[place], brief.words[place], brief.lemmas[place]
    if token.kind != "word" or token.value is not None or not word.isalpha():
        return False
    if word in _SIGNALS or lemma in _SIGNALS or (token.text.isupper() and len(token.text) > 1):
        return False
    if word.endswith(_PARTICIPLES) or _opens(brief, place):
        return False
    return not (_is_known(brief, place) or _picks(brief, place))


def _opens(brief: Brief, place: int) -> bool:
    """True for the first word of a clause, which may be an order: ``anonymise ...``."""
    first, _ = brief.clause(place)
    before = brief.words[place - 1] if place else ""
    return place >= _heading(brief) and (place == first or before in ("and", "then", "please", "also", "now"))


def _is_known(brief: Brief, place: int) -> bool:
    """True for what the tables call something, or hold; a heading may."""
    if place < _heading(brief):
        return False
    if any(link.score >= HEAD * SYNONYM for link in brief.said.links(place, 1)):
        return True
    return bool(brief.said.value(place)[1])


def _heading(brief: Brief) -> int:
    """Where the words end that stand before the request as its title: ``Payment discipline:``"""
    end = next((i for i, token in enumerate(brief.said.tokens) if token.text in ".:?"), len(brief))
    if end < len(brief) and brief.said.tokens[end].text != ":":
        return 0
    is_short = 0 < end <= _HEADING and end + 1 < len(brief)
    return end if is_short and not any(one.place < end for one in brief.listed) else 0


def _picks(brief: Brief, place: int) -> bool:
    """True where a word may tell which rows are meant: ``zapped orders``, ``orders that were zapped``."""
    if brief.said.table(place + 1) is not None:
        return True
    return place > 0 and brief.words[place - 1] in _PREDICATING


def explain_indifference(brief: Brief) -> None:
    """``whatever state the invoice is in``: what does not matter is not looked at."""
    for place in brief.places(_INDIFFERENT - {"any", "matter"}):
        behind = [i for i in range(place + 1, min(place + _BEHIND, len(brief))) if brief.words[i] not in GLUE]
        first = next((i for i in behind if brief.said.tokens[i].is_word), None)
        if first is not None and brief.clause(place)[1] > first:
            brief.explain(place, first + 1, "does not matter")
    for place in brief.places(_COUNTING_IN):
        start = max(brief.clause(place)[0], place - _BEHIND)
        first = next((i for i in range(place - 1, start - 1, -1) if brief.words[i] in _ALL), None)
        if first is not None and all(brief.said.tokens[i].is_word for i in range(first, place)):
            brief.explain(first, place + 1, "does not matter")
