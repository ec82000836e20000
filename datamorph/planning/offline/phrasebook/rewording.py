"""A prompt in the words of the phrase book, where some of its own were not understood."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from datamorph.core.plan import Phrase, Proposal, Questions, Refusal
from datamorph.planning.offline.phrasebook.apart import announced
from datamorph.planning.offline.phrasebook.bound import is_bound, is_share, is_turned
from datamorph.planning.offline.phrasebook.candidates import Candidates, RuleIndex, load_index
from datamorph.planning.offline.phrasebook.kinds.calls import calls_of
from datamorph.planning.offline.phrasebook.pattern import Slots
from datamorph.planning.offline.phrasebook.rules import SLOT, Rule
from datamorph.planning.offline.phrasebook.slots import FORMS, SPOKEN
from datamorph.planning.offline.rephrasing.said import Said

_BRACKETS = frozenset("()[]")
_MOST_WAYS = 60
_OPERATORS = frozenset({"+", "-", "*", "/", "plus", "minus", "times"})
_OWNER = re.compile(r"(?<=\w)['\u2019]s$")


@dataclass(frozen=True, slots=True)
class Reworded:
    """A prompt in other words.

    Attributes:
        changes: each run of words that was replaced, with what stands there now.
    """

    prompt: str
    changes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    order: int
    rule: Rule
    slots: Slots


def reword(said: Said, places: Collection[int] | None, index: RuleIndex | None = None) -> Reworded | None:
    """The prompt with every rule applied that explains something; None where there is none.

    Args:
        places: characters of the prompt where words begin that were not understood; None for all of them. A rule
            applies only where it covers one of these.
        index: the rules; those of the phrase book where none are given.
    """
    chosen: list[_Match] = []
    found = _matches(said, places, index or load_index())
    first = min((match.rule.turn for match in found), default=0)
    found = [match for match in found if match.rule.turn == first]
    for match in sorted(found, key=lambda m: (m.start - m.end, m.order, m.start)):
        if all(match.end <= other.start or other.end <= match.start for other in chosen):
            chosen.append(match)
    return _replaced(said, sorted(chosen, key=lambda m: m.start)) if chosen else None


def told(
    outcome: Proposal | Questions | Refusal, prompt: str, changes: Sequence[tuple[str, str]]
) -> Proposal | Questions | Refusal:
    """The outcome of other words as that of the prompt itself; what was replaced is stated."""
    if not isinstance(outcome, Proposal):
        return replace(outcome, prompt=prompt)
    notes = [
        f"{said!r} is read as {instead!r}" if instead else f"{said!r} asks for nothing" for said, instead in changes
    ]
    assumed = (*notes, *outcome.understanding.assumptions)
    spec = outcome.spec.model_copy(update={"prompt": prompt, "assumptions": assumed})
    phrases = _of_prompt(prompt, outcome.understanding.phrases, changes)
    return Proposal(spec, replace(outcome.understanding, assumptions=assumed, phrases=phrases))


def _of_prompt(prompt: str, phrases: Iterable[Phrase], changes: Iterable[tuple[str, str]]) -> tuple[Phrase, ...]:
    """The phrases that stand in the prompt, and those that were read in other words, in its order."""
    other = [Phrase(said, f"read as {instead!r}" if instead else "asks for nothing") for said, instead in changes]
    own = [phrase for phrase in (*phrases, *other) if phrase.text in prompt]
    return tuple(sorted(own, key=lambda phrase: prompt.index(phrase.text)))


def _matches(said: Said, places: Collection[int] | None, index: RuleIndex) -> list[_Match]:
    open_at = [i for i, token in enumerate(said.tokens) if places is None or token.start in places]
    last_open = len(said) if places is None else max(open_at, default=-1)
    candidates = Candidates(said, last_open)
    ways = [
        (start, one, way)
        for one in index.needing(said.words)
        if not (one.rule.is_guess and places is None)
        for start in candidates.starts(one)
        if (way := _first(said, start, one.rule)) is not None
    ]
    ways.sort(key=lambda found: (found[0], found[1].order))
    found = [_Match(start, way[0], one.order, one.rule, way[1]) for start, one, way in ways]
    calls = list(calls_of(said))
    found = [match for match in found if match.end > match.start and not _cuts(said, match, calls)]
    found = _new(said, [placed for match in found for placed in _placed(said, match)])
    needed = [match for match in found if any(match.start <= place < match.end for place in open_at)]
    if needed:
        return [match for match in found if match in needed or match.rule.is_certain or match.rule.is_free]
    return [match for match in found if match.rule.is_free]


def _cuts(said: Said, match: _Match, calls: Sequence[tuple[int, int]]) -> bool:
    """True inside of a formula; rules that know nothing of formulas leave them alone."""
    if any(start < match.start < end for start, end in calls):
        return True
    behind = said.words[match.end] if match.end < len(said) else ""
    if behind in _OPERATORS and any(match.start <= start and end == match.end for start, end in calls):
        return True  # ``cost = coalesce(a, 0) + coalesce(b, 0)`` is not the first of the two
    return not match.rule.is_free and any(match.start < end and start < match.end for start, end in calls)


def _new(said: Said, found: Sequence[_Match]) -> list[_Match]:
    """Without those whose plain words stand there already, and without parts of these."""
    known = [match for match in found if _is_said(said, match)]
    listed = [(place, end) for place in range(len(said)) for _, end in announced(said, place)]
    found = [
        match
        for match in found
        if not (match.rule.behind.startswith("Columns") and any(first <= match.start < last for first, last in listed))
    ]
    return [
        match
        for match in found
        if not any(
            one.start <= match.start and match.end <= one.end and one.rule.instead == match.rule.instead
            for one in known
        )
    ]


def _first(said: Said, start: int, rule: Rule) -> tuple[int, Slots] | None:
    """The first way to match there that leaves no parenthesis half open."""
    ways = islice(rule.pattern.match(said, start, {}), _MOST_WAYS)
    return next((way for way in ways if rule.is_free or _is_balanced(said.words[start : way[0]])), None)


def _is_balanced(words: Sequence[str]) -> bool:
    depth = 0
    for word in words:
        depth += (word in "([") - (word in ")]") if word in _BRACKETS else 0
        if depth < 0:
            return False
    return depth == 0


def _placed(said: Said, match: _Match) -> Iterator[_Match]:
    """The match; its condition in the place where it stands if it is not about all rows; nothing if it is turned."""
    rule = match.rule
    if not rule.is_condition:
        is_told = "{values}" in rule.instead and "{table}" in rule.instead
        yield from () if is_told and is_share(said, match.start) else (match,)
    elif match.start and said.words[match.start - 1 : match.start + 1] == ("only", "where"):
        return
    elif is_turned(said, match.start):
        return
    elif not is_bound(said, match.start, match.end):
        yield match
    elif rule.behind.startswith(_WHERE) and not rule.instead:
        yield replace(match, rule=replace(rule, instead=rule.behind.removeprefix(_ONLY), behind=""))


_ONLY = "Only "
_WHERE = "Only where "


def _is_said(said: Said, match: _Match) -> bool:
    """True where the plain words stand there already."""
    plain = f"{_filled(said, match.rule.instead, match.slots)} {_filled(said, match.rule.behind, match.slots)}"
    now = said.text(match.start, match.end) + " " * (match.end == len(said))
    return _squeezed(plain) == _squeezed(now)


def _squeezed(text: str) -> str:
    return re.sub(r"[\s.]+", "", text).lower()


def _replaced(said: Said, matches: Sequence[_Match]) -> Reworded:
    text, at = "", 0
    behind: list[str] = []
    changes: list[tuple[str, str]] = []
    for match in matches:
        start, end = said.tokens[match.start].start, said.tokens[match.end - 1].end
        instead = _filled(said, match.rule.instead, match.slots)
        after = _filled(said, match.rule.behind, match.slots)
        text = _joined(_joined(text, said.prompt[at:start]), instead)
        at = end
        behind += [after] if after else []
        changes.append((said.prompt[start:end], _told(instead, after)))
    prompt = ". ".join([_joined(text, said.prompt[at:]).rstrip(".,;: "), *behind])
    return Reworded(prompt, tuple(changes))


def _told(*parts: str) -> str:
    """Plain words as they are stated, without the marks that only part sentences."""
    return "; ".join(found for part in parts if (found := " ".join(part.strip(" .,;").split())))


def _filled(said: Said, template: str, slots: Slots) -> str:
    def text(found: re.Match[str]) -> str:
        if found[1] not in slots:
            return ""
        spoken = FORMS.get(found[2] or "") or SPOKEN.get(found[1], Said.text)
        return _OWNER.sub("", spoken(said, *slots[found[1]]))

    return SLOT.sub(text, template)


def _joined(left: str, right: str) -> str:
    """Two pieces without the marks that are left where words went; what stands inside of a piece stays as it is."""
    left, right = left.rstrip(), right.lstrip()
    if left.endswith("(") and right.startswith(")"):
        left, right = left[:-1].rstrip(), right[1:].lstrip()
    if right[:1] in (";", ":") and left[-1:] == ",":
        left = left[:-1].rstrip()
    if right[:1] in (",", ";", ":") and left[-1:] in ("", ",", ";", ":", ".", "("):
        right = right[1:].lstrip()
    if right[:1] in (".", ")") and left[-1:] in (",", ";", ":"):
        left = left[:-1].rstrip()
    if right[:1] == "." and left[-1:] in ("", "."):
        right = right[1:].lstrip()
    if not left or not right:
        return left or right
    return left + right if right[0] in ".,;:)" or left[-1] == "(" else f"{left} {right}"
