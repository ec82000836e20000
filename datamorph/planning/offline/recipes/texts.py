"""Texts of a row, cleaned as the prompt says: trimmed, in one case, digits alone, in a form such as 206-555-0147."""

from __future__ import annotations

import re
from collections.abc import Sequence

from datamorph.planning.offline.doubts.evidence import EXAMPLE
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.cleaned import Cleaning
from datamorph.planning.offline.recipes.cleaning import find_cleaning, sentences
from datamorph.planning.offline.recipes.mentions import sentence, take
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_PATTERN = re.compile(r"(?<![\w(])\(?[\dXxNn#]{2,4}\)?(?:[-. ][\dXxNn#]{2,4}){1,3}(?![\w-])")
_DIGITS = frozenset({"digit", "digits", "numeric", "numerals"})
_PHONES = frozenset("phone tel telephone mobile fax cell ph phones".split())
_MADE = frozenset("digits digit formatted clean cleaned normalized normalised e164 fmt uri".split())
_WORDS_OF_FORM = frozenset(
    """
    write written format formatted form shape like as in style pattern look looks e.g i.e such rewrite rewritten
    reformat reformatted present presented would be uniform consistent always for example one separated
    """.split()
)


_OF_PHONES = frozenset("phone phones telephone number numbers clean cleaned cleanup up tidy are mess messy".split())


def cleaned(sheet: Sheet, outputs: Sequence[Output]) -> dict[str, str] | None:
    """The SQL of those of some listed columns whose text is cleaned; None where it is not clear what is done."""
    sources = {output.name: source for output in outputs if (source := _source(output, outputs))}
    brief = sheet.brief
    names = {**{one.name: one.name for one in brief.listed}, **{source: name for name, source in sources.items()}}
    patterns = {source: pattern for source in sources.values() if (pattern := _pattern(sheet, source))}
    if brief.has(*_DIGITS):
        for pattern in patterns.values():
            _explain(sheet, pattern)
    found = find_cleaning(brief, sheet.table, names, sentences(brief), alone=_alone(sheet, sources))
    if any(done and names[said] not in sources for said, done in found.items()):
        return None
    made: dict[str, str] = {}
    for name, source in sources.items():
        parts = [done for said, done in found.items() if names[said] == name]
        if not any(parts):
            continue
        done = _together(parts)
        sql = _sql(sheet, source, done, patterns.get(source, "") if done.is_digits else "")
        if sql is None:
            return None
        made[name] = sql
        _explain_complaint(sheet, source)
        if _is_phone(source):
            take(brief, _OF_PHONES, "the number")
    return None if _says_plus(sheet) and any(done.is_digits for done in found.values()) else made


def _explain_complaint(sheet: Sheet, source: str) -> None:
    """``Plates are typed in all sorts of ways.``: a sentence that tells why a text is cleaned, and nothing else."""
    brief = sheet.brief
    named = {i for one in sheet.mentions if one.column == source for i in range(one.start, one.end)}
    for start, end in sentences(brief):
        others = [i for i in range(start, end) if i not in named and brief.said.table(i) is None]
        if named & set(range(start, end)) and all(brief.words[i] in _COMPLAINING for i in others):
            for place in others:
                brief.explain(place, place + 1, "why the text is cleaned")


_COMPLAINING = frozenset(
    """
    a all are come comes differently different entered entry form format formats forms have in inconsistent
    inconsistently is kinds many mess messy mixed of our people several sorts spelled spelt style styles the their typed
    various very was ways were with written
    """.split()
)


def _together(parts: Sequence[Cleaning]) -> Cleaning:
    """What is said of a column and of the one that is made of it."""
    return Cleaning(
        is_trimmed=any(part.is_trimmed for part in parts),
        case=next((part.case for part in parts if part.case), ""),
        is_digits=any(part.is_digits for part in parts),
        last=next((part.last for part in parts if part.last), 0),
        cut=next((part.cut for part in parts if part.cut), ""),
        prefix=next((part.prefix for part in parts if part.prefix), ""),
        removed="".join(dict.fromkeys("".join(part.removed for part in parts))),
    )


def _source(output: Output, outputs: Sequence[Output]) -> str:
    """The text column that an output is, or is made of; empty where that is not clear."""
    sheet = output.sheet
    if output.own:
        return output.own if sheet.type_of(output.own) == "string" else ""
    shown = [one.own for one in outputs if one.own]
    told = [one for one in sheet.of_type(output.columns, "string") if one not in shown]
    if len(told) == 1:
        return told[0]
    words = set(words_of(output.name))
    alike = [one for one in sheet.of_type(sheet.said, "string") if one not in shown and set(words_of(one)) & words]
    phones = [one for one in sheet.of_type(sheet.said, "string") if one not in shown and _is_phone(one)]
    is_only = [one for one in outputs if not one.own] == [output] and sheet.brief.has(*_DIGITS)
    for names in (alike, phones if is_only or words & (_PHONES | _MADE) else []):
        if len(names) == 1:
            return names[0]
    return ""


def _is_phone(column: str) -> bool:
    return bool(set(words_of(column)) & _PHONES)


def _alone(sheet: Sheet, sources: dict[str, str]) -> str:
    """What sentences about digits are about that name no column: the one phone, else the one column that is new."""
    phones = [name for name, source in sources.items() if _is_phone(source)]
    new = [name for name, source in sources.items() if name != source]
    best = phones if len(phones) == 1 and sheet.brief.has(*_DIGITS) else new
    return best[0] if len(best) == 1 else ""


def _sql(sheet: Sheet, source: str, done: Cleaning, pattern: str) -> str | None:
    """The cleaned text; None where the prompt shows a form that it cannot have."""
    if not pattern:
        return done.sql(sheet.name(source), sheet.type_of(source))
    places = _places(pattern)
    if done.prefix or done.cut or (done.last and places != done.last):
        return None
    if not (done.last or _all_have(sheet, source, places)):
        return None
    return _formatted(Cleaning(is_digits=True, last=places).sql(sheet.name(source), "string"), pattern)


def _says_plus(sheet: Sheet) -> bool:
    """True where a plus is said that is not in front of the digits by now, and is none between columns."""
    brief = sheet.brief
    spots = [i for i, token in enumerate(brief.said.tokens) if token.text == "+" or brief.words[i] == "plus"]
    free = [i for i in spots if not brief.ledger.covers(i)]
    return any(not any(one.start - 1 <= i <= one.end for one in brief.listed) for i in free)


def _pattern(sheet: Sheet, column: str) -> str:
    """The form that is shown, such as ``206-555-0147``; one that the texts already have is only an example of them."""
    found = [match[0] for match in _PATTERN.finditer(sheet.brief.said.prompt)]
    held = {str(value) for value in sheet.profile(column).values}
    shapes = {_shape(one) for one in held}
    new = [one for one in found if _places(one) > 4 and (len(found) == 1 or _shape(one) not in shapes)]  # noqa: PLR2004
    return new[0] if len({_shape(one) for one in new}) == 1 else ""


def _shape(text: str) -> str:
    return re.sub(r"[\dXxNn#]", "9", text)


def _places(pattern: str) -> int:
    return len(re.findall(r"[\dXxNn#]", pattern))


def _all_have(sheet: Sheet, column: str, places: int) -> bool:
    """True where every text has just so many digits, as far as is known."""
    values = [value for value in sheet.profile(column).values if isinstance(value, str)]
    return bool(values) and all(len(re.sub(r"\D", "", value)) == places for value in values)


def _formatted(digits_sql: str, pattern: str) -> str:
    """Pieces of the digits with what stands between them in the pattern."""
    pieces: list[str] = []
    done = 0
    for part in re.findall(r"[\dXxNn#]+|[^\dXxNn#]+", pattern):
        if re.match(r"[\dXxNn#]", part):
            pieces.append(f"substring({digits_sql}, {done + 1}, {len(part)})")
            done += len(part)
        else:
            pieces.append(f"'{part}'")
    return f"concat({', '.join(pieces)})"


def _explain(sheet: Sheet, pattern: str) -> None:
    brief = sheet.brief
    first = brief.said.prompt.find(pattern)
    for place, token in enumerate(brief.said.tokens):
        if 0 <= first <= token.start and token.end <= first + len(pattern):
            brief.explain(place, place + 1, f"{EXAMPLE}the form")
            take(brief, _WORDS_OF_FORM, "form of the number", *sentence(brief, place))
