"""Columns that a question names, in its order, with the aggregates that stand before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.planning.offline.candidates import words as said
from datamorph.planning.offline.candidates.features import Evidence
from datamorph.planning.offline.candidates.text import mask

_ENOUGH, _CLOSE, _MOST = 0.4, 0.2, 2
_MOST_MENTIONS, _MOST_CUES = 12, 5
_BETWEEN = frozenset({"of", "in", "the", "for", "s"})
_GLUE = frozenset(
    "of the a an s number all any every their its his her value values recorded different distinct".split()
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A run of words that names a column; ``options`` are ``(column, how well it fits)``, best first."""

    start: int
    end: int
    options: tuple[tuple[int, float], ...]

    @property
    def mask(self) -> int:
        """Its words."""
        return mask(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word that asks for an aggregate or an extreme: ``function`` and its place."""

    function: str
    start: int
    end: int


def find_mentions(evidence: Evidence, allowed: int) -> list[Mention]:
    """Runs that name columns, without overlaps, in order."""
    runs: dict[tuple[int, int], dict[int, float]] = {}
    for column in range(len(evidence.table.columns)):
        for start, end, share in _runs(evidence, column, allowed):
            runs.setdefault((start, end), {})[column] = share
    ordered = sorted(runs.items(), key=lambda run: (-max(run[1].values()) - 0.15 * (run[0][1] - run[0][0]), run[0]))
    taken, found = 0, list[Mention]()
    for (start, end), fits in ordered:
        best = max(fits.values())
        if best < _ENOUGH or taken & mask(start, end):
            continue
        options = sorted(((c, s) for c, s in fits.items() if s >= best - _CLOSE), key=lambda o: (-o[1], o[0]))[:_MOST]
        found.append(Mention(start, end, tuple(options)))
        taken |= mask(start, end)
    return sorted(found[:_MOST_MENTIONS], key=lambda mention: mention.start)


def _runs(evidence: Evidence, column: int, allowed: int) -> list[tuple[int, int, float]]:
    match, found = evidence.table.matches[column], list[tuple[int, int, float]]()
    places = [place for place in sorted(match.fits) if allowed >> place & 1]
    folds = evidence.question.folds
    groups: list[list[int]] = []
    for place in places:
        near = groups and all(word in _BETWEEN for word in folds[groups[-1][-1] + 1 : place])
        if near and match.fits[place][0] not in {match.fits[p][0] for p in groups[-1]}:
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        if _names_only_the_table(evidence, column, group):
            continue
        share = evidence.cover(column, sum(1 << p for p in group))[0]
        found.append((group[0], group[-1] + 1, share))
        if len(group) > 1 and folds[group[0]] in said.STOP:
            tail = evidence.cover(column, sum(1 << p for p in group[1:]))[0]
            found.append((group[1], group[-1] + 1, tail))
    return found


def aggregate_cues(evidence: Evidence, allowed: int, mentions: Sequence[Mention]) -> list[Cue]:
    """Words that ask for an aggregate, in order."""
    cues = evidence.cues
    masks = (("avg", cues.average), ("sum", cues.total), ("max", cues.high), ("min", cues.low))
    folds, found = evidence.question.folds, list[Cue]()
    named = sum(m.mask for m in mentions if m.end - m.start > 1)
    for place in range(len(folds)):
        if not allowed >> place & 1 or (named >> place & 1 and _is_said(evidence, place, mentions)):
            continue
        if (
            cues.count >> place & 1
            and found
            and found[-1].function != "count"
            and is_right_before(evidence, found[-1].end, place)
        ):
            continue
        if cues.count >> place & 1 and not (place and folds[place - 1] == "how"):
            found.append(Cue("count", place, place + (2 if folds[place] == "how" else 1)))
        for name, where in masks:
            if where >> place & 1:
                is_counted = name == "sum" and place + 1 < len(folds) and cues.count >> (place + 1) & 1
                found.extend([] if is_counted else [Cue(name, place, place + 1)])
    return found[:_MOST_CUES]


def _names_only_the_table(evidence: Evidence, column: int, places: Sequence[int]) -> bool:
    """``pilot`` alone is the table and not its ``pilot_id``."""
    words, table = evidence.table.columns[column].words, evidence.table.name.words
    said_words = {words[evidence.table.matches[column].fits[place][0]] for place in places}
    return said_words <= set(table) and not set(words) <= said_words


def _is_said(evidence: Evidence, place: int, mentions: Sequence[Mention]) -> bool:
    """True when that very word stands in the name that is mentioned there."""
    return any(
        evidence.table.matches[column].fits.get(place, (0, 0.0))[1] == 1.0
        for mention in mentions
        if mention.mask >> place & 1
        for column, _ in mention.options
    )


def leads_to(evidence: Evidence, end: int, start: int) -> bool:
    """True when only glue and words that ask for other aggregates stand between two places."""
    cues = evidence.cues
    asked = cues.average | cues.total | cues.high | cues.low
    folds = evidence.question.folds
    return end <= start and all(
        folds[i] in _GLUE or folds[i] in ("and", "as", "well", "or") or asked >> i & 1 for i in range(end, start)
    )


def is_right_before(evidence: Evidence, end: int, start: int) -> bool:
    """True when only glue stands between two places."""
    return end <= start and all(word in _GLUE for word in evidence.question.folds[end:start])
