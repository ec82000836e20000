"""Phone numbers as digits, as their last ones, and in a pattern such as 206-555-0147."""

from __future__ import annotations

import re

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import EXAMPLE
from datamorph.planning.offline.recipes.mentions import sentence, take
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_PATTERN = re.compile(r"(?<![\w(])\(?[\dXxNn#]{2,4}\)?(?:[-. ][\dXxNn#]{2,4}){1,3}(?![\w-])")
_DIGITS = frozenset({"digit", "digits", "numeric", "numerals"})
_LAST = frozenset({"last", "final", "rightmost", "trailing"})
_PHONES = frozenset("phone tel telephone mobile fax cell".split())
_WORDS = frozenset(
    """
    digit digits numeric numerals non remove removed removing strip stripped stripping drop dropped everything every
    all character characters else other except but only keep kept retain take last final rightmost trailing write
    written format formatted form shape like as in style pattern look looks clean cleaned cleaning normalise normalised
    normalize normalized standardise standardize phone telephone tel mobile fax number numbers get rid of discard
    discarded throw away out any anything is not a put punctuation symbol symbols letter space spaces then them it
    reduce reduced cut trimmed down leave left should become becomes would be rewrite rewritten reformat reformatted
    present presented come comes various mix mixed messy inconsistent brackets bracket parentheses dash dashes dots
    plus prefix prefixed front sign contact tidy tidied whatever first then result uniform consistent always
    """.split()
)
_ALLOWED = frozenset({"not", "non", "except", "only"})
_TURNING = _ALLOWED
_MOST = 15


def digits(output: Output) -> str | None:
    """The digits of a text, as many and in such a form as the prompt says."""
    sheet = output.sheet
    brief = sheet.brief
    column = _source(output)
    if column is None or not brief.has(*_DIGITS):
        return None
    pattern, count = _pattern(sheet, column), _count(output.sheet)
    places = _places(pattern) if pattern else 0
    if pattern and count and places != count:
        return None
    if pattern and not count and not _all_have(sheet, column, places):
        return None
    _explain(sheet, pattern)
    output.take(_WORDS, "digits of a text")
    name = f"regexp_replace({sheet.sql(column)}, '[^0-9]', '')"
    plain = f"right({name}, {count or places})" if count or pattern else name
    if brief.has("plus") or "+" in brief.words or "'+'" in brief.said.prompt:
        return None
    return _formatted(plain, pattern) if pattern else plain


def _source(output: Output) -> str | None:
    """The text column that the output is made of."""
    sheet = output.sheet
    if output.own:
        is_told = output.own in [one.column for one in sheet.mentions if one.start != output.listed.place]
        is_phone = bool(set(words_of(output.own)) & _PHONES)
        return output.own if sheet.type_of(output.own) == "string" and is_phone and is_told else None
    if not set(words_of(output.name)) & (_PHONES | _DIGITS | {"formatted", "clean", "normalized", "e164"}):
        return None
    shown = [sheet.own(one.name) for one in sheet.brief.listed]
    texts = [one for one in sheet.of_type(sheet.said, "string") if one not in shown]
    phones = [one for one in texts if set(words_of(one)) & _PHONES]
    return phones[0] if len(phones) == 1 else texts[0] if len(texts) == 1 and not phones else None


def _count(sheet: Sheet) -> int:
    """How many of the last digits are kept; 0 for all."""
    brief = sheet.brief
    for place in brief.numbers():
        value = brief.said.tokens[place].value
        near = set(brief.words[max(place - 2, 0) : place])
        if isinstance(value, int) and near & _LAST and 0 < value <= _MOST:
            return value
    return 0


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
    first = brief.said.prompt.find(pattern) if pattern else -1
    for place, token in enumerate(brief.said.tokens):
        if 0 <= first <= token.start and token.end <= first + len(pattern):
            brief.explain(place, place + 1, f"{EXAMPLE}the form")
            take(brief, _WORDS, "form of the number", *sentence(brief, place))
    for place in brief.places(_DIGITS):
        take(brief, _WORDS, "digits of a text", *sentence(brief, place))
    for place in brief.places(("clean", "normalise", "normalize", "standardise", "tidy", "standardize")):
        take(brief, _WORDS, "digits of a text", *sentence(brief, place))
