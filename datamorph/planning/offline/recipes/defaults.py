"""What stands in for a missing value: *blank author becomes 'Anonymous'*."""

from __future__ import annotations

from datamorph.planning.offline.build.terms import constant
from datamorph.planning.offline.recipes.mentions import Mention, sentence, take
from datamorph.planning.offline.recipes.sheet import Sheet

_MISSING = frozenset(
    """
    missing blank blanks empty null nulls unknown nobody none no without unset absent lacking lacks lack isn't not
    unfilled nothing unsigned default defaults defaulting fallback fall otherwise
    """.split()
)
_WORDS = frozenset(
    """
    missing blank blanks empty null nulls nobody none no without unset absent lacking lacks lack isn't not unfilled
    nothing default defaults defaulting fallback falls fall back otherwise becomes become replace replaced replacing
    fill filled filling substitute substituted put write say says with when where if there instead use using as by in
    for shown show set turn turns turned into get gets is are was it's so has have nobody somebody one given known
    literal text word value place stands stand in entered present whenever wherever either both display displayed
    read reads plus should would be cells cell gaps gap holds hold goes go swap swapped
    """.split()
)


def defaults(sheet: Sheet) -> dict[str, str] | None:
    """SQL of what stands in for a missing value by column; None where it is not clear which column is meant."""
    brief = sheet.brief
    found: dict[str, str] = {}
    last = 0
    for place, token in enumerate(brief.said.tokens):
        if token.kind != "text" or not token.lower.strip():
            continue
        start, end = sentence(brief, place)
        if not set(brief.words[start:end]) & _MISSING or not _is_free(sheet, place):
            continue
        columns = _columns(sheet, max(start, last), place, end)
        if not columns or set(columns) & set(found):
            return None
        if any(sheet.type_of(one) != "string" for one in columns):
            return None
        found |= {one: constant(token.lower, "string").text for one in columns}
        brief.explain(place, place + 1, "in place of a missing value")
        take(brief, _WORDS, "in place of a missing value", start, end)
        last = place + 1
    return found


def _is_free(sheet: Sheet, place: int) -> bool:
    """True for a text without a meaning yet; *-> 'n/a'* of a missing value was no name of the result."""
    brief = sheet.brief
    if not brief.ledger.covers(place):
        return True
    draft, arrow = brief.work.draft, brief.words[max(place - 2, 0) : place]
    if arrow != ("-", ">") or not draft.target_name:
        return False
    draft.target_name = ""
    return True


def _columns(sheet: Sheet, start: int, place: int, end: int) -> list[str]:
    """Columns that a text between two places is for: the nearest before it, with those that are joined to it."""
    brief = sheet.brief
    before = [one for one in sheet.mentions if start <= one.start < place]
    if before:
        return _joined(sheet, before)
    following = next((i for i in range(place + 1, end) if brief.said.tokens[i].kind == "text"), end)
    behind = [one for one in sheet.mentions if place < one.start < following]
    names = list(dict.fromkeys(one.column for one in behind))
    if len(names) == 1:
        return names
    joined = _joined(sheet, behind[:1] + [one for one in behind[1:] if _is_joined(sheet, behind[0], one)])
    return joined if joined and set(names) == set(joined) else names[:1] if following < end else []


def _joined(sheet: Sheet, before: list[Mention]) -> list[str]:
    """The last of some mentions, with the one before it in *missing author and language*."""
    found = before[-1:]
    listed = {one.place for one in sheet.brief.listed}
    for one in reversed(before[:-1]):
        if not _is_joined(sheet, one, found[0]) or one.start in listed:
            break
        found.insert(0, one)
    return list(dict.fromkeys(one.column for one in found))


def _is_joined(sheet: Sheet, one: Mention, two: Mention) -> bool:
    words = set(sheet.brief.words[one.end : two.start])
    return bool(words & {"and", "or", "&", ","}) and words <= {"and", "or", "&", ",", "the"}
