"""Words that pick rows, such as *cancelled* of *cancelled orders*, where nothing in the plan tells such rows apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.lexicon.names import AMOUNTS
from datamorph.planning.offline.lexicon.words import GLUE, WEEKDAYS
from datamorph.planning.offline.names import HEAD, is_abbreviation_of, words_of
from datamorph.planning.offline.recipes.passing import SIGNALS

_PICKING = frozenset(
    """
    active inactive valid invalid former future open unpaid paid overdue outstanding lost sold unsold
    broken stolen sent unsent available unavailable online offline internal external domestic foreign private public
    male female adult junior senior regular irregular fake premium standard special late early delayed long slow fast
    good bad old eligible relevant major minor archived pending successful
    """.split()
)
"""Adjectives by which people tell rows apart."""
_SHAPING = frozenset(
    """
    combined joined merged matched linked related connected named called listed given sorted ordered grouped ranked
    detailed needed wanted requested required based used mentioned affected selected resulting cleaned trimmed
    remaining untouched unchanged unmatched repeated duplicated deduplicated deduped numbered limited attached
    aggregated summed counted averaged rounded converted computed calculated derived published updated loaded received
    recorded unused nested cumulated accumulated
    """.split()
)
"""Participles of what is done to rows, which the plan's steps do or which say nothing of them."""
_NOUNS = {"paid": "pay", "sold": "sal", "sent": "send", "lost": "loss", "stolen": "theft"}
"""How the names of tables and columns begin that are about what was done."""
_LINKS = frozenset("by per in on of to from as and or than with for at into over".split())
_TOLD = (("have",), ("has",), ("had",))
"""Behind a noun of which something is told: *skipped stops have no load*."""
_SUPERLATIVE = frozenset({"most", "least", "more", "less"})
_SHORTEST, _STEM = 5, 4
_CONDITION = re.compile(r"\b[a-z_]\w*", re.IGNORECASE)
_ENDS = frozenset(".;!?\n")
_MARKS = frozenset("(,-:\u2013\u2014")
_MEANING = frozenset("meaning i.e that is those namely =".split())
_NEAR = 6


def lost_modifiers(evidence: Evidence) -> Iterator[str]:
    """``cancelled orders`` where no column, value or condition of the plan is about that."""
    for place, word in enumerate(evidence.words[:-1]):
        token = evidence.tokens[place]
        if token.kind != "word" or not _picks(word) or not _is_before_noun(evidence, place):
            continue
        if evidence.words[max(place - 1, 0)] in _SUPERLATIVE or evidence.words[place + 2 : place + 3] in _TOLD:
            continue
        if not _is_in_plan(evidence, place) and not _is_told(evidence, place):
            yield f"nothing in it tells {word!r} ones apart"


_RELATING = frozenset("from with in over under on by at of for during near via through excluding than".split())
_RELATIVE = frozenset({"who", "that", "which"})
_PASSIVE = frozenset("is are was were been being got".split())
_JOINING = frozenset({"join", "joined", "match", "matched"})
_DONE = frozenset("made placed done taken sent bought sold".split())
_SMALL = frozenset("a an the any our their its this that these those some".split())
_PLAIN = frozenset("each every other which money point cell z".split())
_PURPOSES = frozenset(
    """
    report sheet dashboard meeting board team newsletter mailing audit review controller controlling finance management
    office department campaign page site website app crm
    """.split()
)
"""What a table is made for: *the fines for the finance sheet* are all of them."""
_FAR = 3


def lost_restrictions(evidence: Evidence) -> Iterator[str]:
    """``customers from abroad``, ``orders made by employees`` where nothing in the plan is about that."""
    is_union = any(kind == "union" for kind, _ in evidence.steps)
    words = (*evidence.words, "", "", "")
    for place in range(len(evidence.tokens)):
        if evidence.tokens[place].kind != "word" or evidence.said.table(place) is None:
            continue
        at, first = place + 1, place + 3
        if not (words[at] in _RELATIVE and words[at + 1] in _PASSIVE and words[at + 2].endswith("ed")):
            at += words[at] in _DONE or words[at].endswith("ed")
            first = at + 1
            is_key = words[at] == "on" and bool(_JOINING & set(words[max(place - _FAR, 0) : place]))
            if words[at] not in _RELATING or is_key or (words[at] == "of" and is_union):
                continue
        found = _restricting(evidence, first)
        if found is not None and not (words[at] == "for" and _PURPOSES & set(words[found : found + 2])):
            yield f"nothing in it tells those {words[at]} {words[found]!r} apart"


_WORK = SIGNALS | GLUE | AMOUNTS | _PLAIN
"""Words that ask for work, or mean nothing by themselves: they are looked at elsewhere."""


def _restricting(evidence: Evidence, first: int) -> int | None:
    """The first word behind a preposition, if no table, column, value or number of the plan is what it means."""
    for place in range(first, min(first + _FAR, len(evidence.tokens))):
        token, word = evidence.tokens[place], evidence.words[place]
        if word in _SMALL:
            continue
        if token.kind != "word" or token.value is not None or not word.isalpha() or evidence.words.count(word) > 1:
            return None  # what is said once more is told there
        behind = evidence.words[place + 1 : place + 2]
        is_work = bool({word, token.lemma} & _WORK) and token.lemma not in WEEKDAYS
        is_compound = bool(set(behind) & (SIGNALS - _LINKS)) or behind == ("at",) or _is_known(evidence, place + 1)
        is_told = is_work or is_compound or word.endswith("n't") or _is_in_plan(evidence, place)
        return None if is_told or _is_known(evidence, place) else place
    return None


def _is_known(evidence: Evidence, place: int) -> bool:
    """True for what the tables call something, or hold."""
    if place >= len(evidence.tokens):
        return False
    is_domain = evidence.words[place] in evidence.said.domains
    return is_domain or bool(evidence.said.links(place, 1) or evidence.said.value(place)[0])


def _picks(word: str) -> bool:
    is_participle = word.endswith("ed") and len(word) >= _SHORTEST and word not in _SHAPING
    return word in _PICKING or is_participle


def _is_before_noun(evidence: Evidence, place: int) -> bool:
    """True right before a table or column, or before one more word and a table."""
    return any(
        evidence.said.table(at) is not None or (at == place + 1 and _is_column(evidence, at))
        for at in (place + 1, place + 2)
        if at < len(evidence.tokens) and all(evidence.tokens[i].kind == "word" for i in range(place + 1, at + 1))
        and evidence.words[place + 1] not in GLUE | _LINKS
    )  # fmt: skip


def _is_column(evidence: Evidence, place: int) -> bool:
    return any(link.column and link.score >= HEAD for link in evidence.links(place, 1))


def _is_in_plan(evidence: Evidence, place: int) -> bool:
    """True where a column, a value or a name of the plan has the word, or its stem."""
    word = evidence.words[place].removeprefix("un")
    stem = word.removesuffix("d").removesuffix("e")
    starts = (stem[: max(_STEM, len(stem) - 1)], _NOUNS.get(word, stem))
    parts = {part for name in evidence.identifiers for part in words_of(name)}
    lemma = evidence.tokens[place].lemma
    if any(part.startswith(starts) or is_abbreviation_of(part, lemma) for part in parts):
        return True
    values = [link.value.casefold() for link in evidence.said.value(place)[1]]
    columns = {link.column.lower() for link in evidence.links(place, 1) if link.column}
    return any(value in evidence.text for value in values) or bool(columns & evidence.identifiers)


def _is_told(evidence: Evidence, place: int) -> bool:
    """True where a column by which rows are chosen is spoken of where the word is told, or said once more."""
    columns, words = _chosen_by(evidence), evidence.words
    again = [i for i, word in enumerate(words) if word == words[place] and i != place]
    runs = [_gloss(evidence, place), *(_sentence(evidence, spot) for spot in again)]
    return any(
        link.column.lower() in columns
        for run in runs for i in range(*run)
        for link in (*evidence.links(i, 1), *evidence.said.value(i)[1])
    )  # fmt: skip


def _gloss(evidence: Evidence, place: int) -> tuple[int, int]:
    """What tells the word right behind its noun: ``finished stays (those with a leave date)``, ``..., i.e. ...``."""
    _, end = _sentence(evidence, place)
    marks = [i for i in range(place, min(place + _NEAR, end)) if evidence.tokens[i].text in _MARKS]
    led = [i for i in marks if evidence.tokens[i].text == "(" or set(evidence.words[i + 1 : i + 3]) & _MEANING]
    return (led[0], end) if led else (place, place)


def _chosen_by(evidence: Evidence) -> set[str]:
    """Columns of conditions: of filters, and of what is counted under one."""
    wheres = [str(fields.get("where") or "") for kind, fields in evidence.steps if kind == "filter"]
    wheres += [text for text in evidence.formulas if re.search(r"\bcase when\b|count_if|\bfilter\b", text)]
    return {name.lower() for text in wheres for name in _CONDITION.findall(text)}


def _sentence(evidence: Evidence, place: int) -> tuple[int, int]:
    tokens = evidence.tokens
    start = next((i + 1 for i in range(place - 1, -1, -1) if tokens[i].text in _ENDS), 0)
    end = next((i for i in range(place, len(tokens)) if tokens[i].text in _ENDS), len(tokens))
    return start, end


LOOKS: tuple[Look, ...] = (lost_modifiers, lost_restrictions)
