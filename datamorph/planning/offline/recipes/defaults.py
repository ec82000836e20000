"""What stands in for a missing value: *blank author becomes 'Anonymous'*."""

from __future__ import annotations

from collections.abc import Collection

from datamorph.planning.offline.build.terms import constant
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.mentions import Mention, clause, sentence, take
from datamorph.planning.offline.recipes.sheet import Sheet

MISSING = frozenset(
    """
    missing blank blanks empty null nulls unknown nobody none no without unset absent lacking lacks lack isn't not
    unfilled nothing unsigned default defaults defaulting fallback fall falls otherwise gap gaps coalesce coalesced
    coalescing
    """.split()
)
DEFAULTING = frozenset(
    """
    missing blank blanks empty null nulls nobody none no without unset absent lacking lacks lack isn't not unfilled
    nothing default defaults defaulting fallback falls fall back otherwise becomes become replace replaced replacing
    fill filled filling substitute substituted put write say says with when where if there instead use using as by in
    for shown show set turn turns turned into get gets is are was it's so has have nobody somebody one given known
    literal text word value place stands stand in entered present whenever wherever either both display displayed
    read reads plus should would be cells cell gaps gap holds hold goes go swap swapped coalesce coalesced coalescing
    recorded writing filling setting replacing gives given stored
    """.split()
)


def defaults(sheet: Sheet) -> dict[str, str] | None:
    """SQL of what stands in for a missing value by column; None where it is not clear which column is meant."""
    brief = sheet.brief
    found: dict[str, str] = {}
    last = 0
    for place in range(len(brief)):
        start, end = sentence(brief, place)
        if not _is_value(sheet, place) or not set(brief.words[start:end]) & MISSING or not _is_free(sheet, place):
            continue
        type_ = "string" if brief.said.tokens[place].kind == "text" else "number"
        columns = _columns(sheet, max(start, last), place, end, found)
        if not columns or not sheet.are_of(columns, type_):
            if type_ == "number":
                continue
            return None
        if set(columns) & set(found):
            return None
        value = brief.said.tokens[place].value
        found |= {one: constant(value, type_).text for one in columns}
        brief.explain(place, place + 1, "in place of a missing value")
        take(brief, DEFAULTING, "in place of a missing value", start, end)
        last = place + 1
    return found


def _is_value(sheet: Sheet, place: int) -> bool:
    """True for a text, and for a number that nothing else is made of."""
    token = sheet.brief.said.tokens[place]
    if token.kind == "text":
        return bool(token.lower.strip())
    return token.kind == "number" and isinstance(token.value, int) and not token.unit


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


def _columns(sheet: Sheet, start: int, place: int, end: int, done: Collection[str]) -> list[str]:
    """Columns that a text between two places is for: those of its own clause, else the nearest of its sentence."""
    brief = sheet.brief
    known = [one for one in (*sheet.mentions, *_in_part(sheet, start, end)) if one.column not in done]
    known.sort(key=lambda one: one.start)
    first, last = clause(brief, place)
    following = next((i for i in range(place + 1, end) if _is_value(sheet, i)), end)
    for low, high in ((first, last), (start, end)):
        before = [one for one in known if max(low, start) <= one.start < place]
        if before:
            return _told(sheet, _joined(sheet, before))
        behind = [one for one in known if place < one.start < min(high, following)]
        if behind and (low == first) <= bool(set(brief.words[place : behind[0].start]) & MISSING):
            return _told(sheet, _behind(sheet, behind, is_last=following == end))
    return _told(sheet, _of_sentence_before(sheet, known, sentence(brief, place)))


def _of_sentence_before(sheet: Sheet, known: Collection[Mention], run: tuple[int, int]) -> list[Mention]:
    """``; where there is none write 'unpaid'``: a sentence that names nothing goes on with what was named last."""
    start, end = run
    if start < 2 or any(start <= one.start < end for one in sheet.mentions):  # noqa: PLR2004 (a word and a mark)
        return []
    first, _ = sentence(sheet.brief, start - 2)
    before = sorted((one for one in known if first <= one.start < start), key=lambda one: one.start)
    goes_on = sheet.brief.said.tokens[start - 1].text == ";" or len({one.column for one in before}) == 1
    return before[-1:] if goes_on else []


def _behind(sheet: Sheet, behind: list[Mention], *, is_last: bool) -> list[Mention]:
    """``'none' for missing author and language``: several only where they are joined."""
    names = {one.column for one in behind}
    if len(names) == 1 or not is_last:
        return behind[:1]
    found = behind[:1] + [one for one in behind[1:] if _is_joined(sheet, behind[0], one)]
    return found if {one.column for one in found} == names else []


def _told(sheet: Sheet, found: list[Mention]) -> list[str]:
    for one in found:
        sheet.brief.explain(one.start, one.end, one.column)
    return list(dict.fromkeys(one.column for one in found))


def _in_part(sheet: Sheet, start: int, end: int) -> list[Mention]:
    """Listed columns of which one word alone is said: ``a missing tier`` of ``loyalty_tier``."""
    brief = sheet.brief
    taken = {i for one in sheet.mentions for i in range(one.start, one.end)} | {one.place for one in brief.listed}
    owned = [own for one in brief.listed if (own := sheet.own(one.name))]
    found: list[Mention] = []
    for place in range(start, end):
        names = [own for own in owned if brief.lemmas[place] in words_of(own)]
        if place not in taken and len(names) == 1 and brief.said.tokens[place].kind == "word":
            found.append(Mention(place, place + 1, names[0], is_spelled=False))
    return found


def _joined(sheet: Sheet, before: list[Mention]) -> list[Mention]:
    """The last of some mentions, with the one before it in *missing author and language*."""
    found = before[-1:]
    listed = {one.place for one in sheet.brief.listed}
    if found[0].start in listed:
        return found
    for one in reversed(before[:-1]):
        if not _is_joined(sheet, one, found[0]) or one.start in listed:
            break
        found.insert(0, one)
    return found


def _is_joined(sheet: Sheet, one: Mention, two: Mention) -> bool:
    words = set(sheet.brief.words[one.end : two.start])
    return bool(words & {"and", "or", "&", ","}) and words <= {"and", "or", "&", ",", "the"}
