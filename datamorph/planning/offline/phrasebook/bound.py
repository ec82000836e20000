"""Conditions that belong to a part of a prompt: these stay where they stand, and do not choose all its rows."""

from __future__ import annotations

from datamorph.planning.offline.rephrasing.said import Said

_MEASURES = frozenset(
    """
    number count counts counting total totals sum sums average averages avg mean median minimum maximum min max highest
    lowest tally many share shares percentage percent proportion fraction rate ratio
    """.split()
)
_PARTS = frozenset("share shares percentage percent proportion fraction rate ratio portion %".split())
_CASES = frozenset("otherwise else flag flags flagged label labelled tag bucket classify band instead".split())
_NAMED = frozenset("as called named = into".split())
_ENDS = frozenset(".;:?!")
_BREAKS = _ENDS | {",", "(", "-", "–", "—"}  # noqa: RUF001 (dashes are what people type)


def is_bound(said: Said, start: int, end: int) -> bool:
    """True where what stands there is said of one measure, or of one case, rather than of all rows."""
    words = said.words
    first = next((i + 1 for i in range(start - 1, -1, -1) if words[i] in _ENDS), 0)
    last = next((i for i in range(end, len(words)) if words[i] in _ENDS), len(words))
    before = words[first:start]
    measures = [i for i, word in enumerate(words) if word in _MEASURES and not start <= i < end]
    if _CASES & {*before, *words[end:last]} or _PARTS & set(before) or before[-1:] == ("of",):
        return True
    if "of" in before[-2:] and before[-1:] in (("them",), ("those",), ("these",), ("which",)):
        return True
    if _is_alternative(words, start, end):
        return True
    if measures and words[start - 1 : start] != (",",) and "and" in before[_last_measure(before) :]:
        return True
    is_followed = end < len(words) and words[end] in _NAMED
    is_noted = (
        start > 1 and words[start - 1] == "(" and said.tokens[start - 2].is_word and said.table(start - 2) is None
    )
    if measures and (is_followed or is_noted):
        return True
    is_inside = start > 0 and words[start - 1] not in _BREAKS
    return len(measures) > 1 and is_inside and any(first <= i < start for i in measures)


_TURNING = frozenset("either unless nor neither not don't never both if".split())
_PASSED = frozenset(", the that do which who whose where with having are is were was a an".split())


def is_turned(said: Said, start: int) -> bool:
    """True where the words before turn the meaning round, or tie it to something else."""
    return _before(said.words, start) in _TURNING or is_share(said, start)


def is_share(said: Said, start: int) -> bool:
    """True where a share of something is asked for in front of it, which the condition may be a part of."""
    first = next((i + 1 for i in range(start - 1, -1, -1) if said.words[i] in _BREAKS), 0)
    return bool(_PARTS & set(said.words[first:start]))


def _before(words: tuple[str, ...], start: int) -> str:
    return next((words[i] for i in range(start - 1, -1, -1) if words[i] not in _PASSED), "")


def _is_alternative(words: tuple[str, ...], start: int, end: int) -> bool:
    """True where another condition may do instead."""
    behind = next((words[i] for i in range(end, len(words)) if words[i] != ","), "")
    return _before(words, start) == "or" or behind in ("or", "unless", "nor")


def _last_measure(words: tuple[str, ...]) -> int:
    return max((i for i, word in enumerate(words) if word in _MEASURES), default=len(words))
