"""A prompt as tokens: words with lemmas, names, numbers, dates, quoted text and marks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal, TypeAlias

from datamorph.planning.offline.lexicon.words import IRREGULAR, NUMBERS

Kind: TypeAlias = Literal["word", "name", "number", "date", "text", "link", "mark"]

_PATTERN = re.compile(
    r"""
    (?P<link>\b[a-z][a-z0-9+.-]*://\S+ | \bwww\.\S+ | [\w.+-]+@[\w-]+\.[\w.-]+)
  | (?P<text>(?<![A-Za-z])'(?:[^'\n]|'(?=\w))*'(?!\w)
            | "[^"\n]*" | `[^`\n]*` | \u201c[^\u201d\n]*\u201d | \u2018[^\u2019\n]*\u2019)
  | (?P<date>\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2})?)?\b)
  | (?P<name>[A-Za-z][A-Za-z0-9]*(?:[._]+[A-Za-z0-9]+)+|[A-Za-z]+\d+[A-Za-z][A-Za-z0-9]*)
  | (?P<clock>\b\d{1,2}:\d{2}\b)
  | (?P<number>[$€£]?\d+(?:,\d{3})*(?:\.\d+)?(?:%|(?:k|m|bn|th|st|nd|rd)\b)?)
  | (?P<word>[^\W\d_]+(?:['\u2019][a-z]+)?\d*)
  | (?P<mark>>=|<=|<>|!=|==|\S)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SCALE = {"k": 1_000, "m": 1_000_000, "bn": 1_000_000_000}
_MOST_DIGITS = 38
"""Of the widest decimal column: a longer number is no value of any, and is asked about as a word would be."""
_COMPOUNDS = {"e-mail": "email", "e-mails": "emails", "lower-case": "lowercase", "upper-case": "uppercase",
              "lower case": "lowercase", "upper case": "uppercase"}  # fmt: skip
_COMPOUND = re.compile("|".join(rf"\b{text}\b" for text in sorted(_COMPOUNDS, key=len, reverse=True)), re.IGNORECASE)
_ABBREVIATED = re.compile(r"\b((?i:avg|max|min|med|nr|approx|qty)|(?i:no)(?=\. of\b))\.(?=\s+[a-z0-9(\"'])")
_EXAMPLE = re.compile(r"\be\.g\.,?", re.IGNORECASE)
_MINUS = re.compile(r"(?<=[*/(+]\()\d+-(?=[A-Za-z])|\b\d+-(?=[a-z]*[A-Z_])|[*/(]\s?\d+-(?=[A-Za-z]\w*\s?/)"
                    r"|\b[A-Za-z]\w*_\w+-(?=[A-Za-z]\w*_)")  # fmt: skip
"""A hyphen that subtracts: ``*(1-rate)``, ``1-DiscountPct``, ``qty_in-qty_out``."""
_HYPHEN = re.compile(r"(?<=[A-Za-z0-9])-(?=[A-Za-z])|(?<=[A-Za-z])-(?=\d)")


@dataclass(frozen=True, slots=True)
class Token:
    """One token.

    Attributes:
        lower: the text in lower case; for quoted text, what stands between the quotes, as written.
        lemma: singular of a word.
        value: the number, or the ISO date.
        unit: ``$``, ``%`` or ``th`` of a number.
        is_merged: stands for a formula of the prompt, as the name of a column.
    """

    text: str
    lower: str
    lemma: str
    kind: Kind
    start: int
    end: int
    value: int | float | str | None = None
    unit: str = ""
    is_merged: bool = False

    @property
    def is_word(self) -> bool:
        """True for words and names, which may belong to a column or a table."""
        return self.kind in ("word", "name")


def tokenize(text: str) -> tuple[Token, ...]:
    """Tokens of a prompt, in order. Positions refer to ``text``."""
    joined = _COMPOUND.sub(lambda m: _COMPOUNDS[m[0].lower()].ljust(len(m[0])), text)
    joined = _ABBREVIATED.sub(r"\1 ", _EXAMPLE.sub(lambda m: "like".ljust(len(m[0])), joined))
    minus = {match.end() - 1 for match in _MINUS.finditer(joined)}
    spaced = _HYPHEN.sub(lambda m: "-" if m.start() in minus else " ", joined)
    return _defined([_token(match, text, _end(match.end(), spaced, text)) for match in _PATTERN.finditer(spaced)])


_DEFINING = frozenset({"which is", "which means", "that is", "being", "meaning", "i.e"})
_FUNCTIONS = frozenset("number count sum total average avg mean median max maximum min minimum how".split())
_FORMULAS = _FUNCTIONS | frozenset(
    "the highest lowest largest smallest latest earliest first last share percentage ratio difference".split()
)


def _defined(tokens: list[Token]) -> tuple[Token, ...]:
    """``revenue_eur, which is the sum of price`` as *revenue_eur = the sum of price*."""
    found: list[Token] = []
    place = 0
    while place < len(tokens):
        token, end = tokens[place], _end_of_being(tokens, place)
        found.append(token)
        place += 1
        if end:
            found.append(Token("=", "=", "=", "mark", tokens[place].start, tokens[end - 1].end))
            place = end
    return tuple(found)


def _end_of_being(tokens: list[Token], place: int) -> int:
    """Where what defines the name that stands there begins; 0 where nothing does."""
    if not tokens[place].is_word or "." in tokens[place].text:
        return 0
    first = place + 1 + (len(tokens) > place + 1 and tokens[place + 1].text == ",")
    said = [token.lower for token in tokens[first : first + 2]]
    end = first + 2 if " ".join(said) in _DEFINING else first + 1 if said and said[0] in _DEFINING else 0
    behind = [token.lower for token in tokens[end : end + 2]] if end else []
    if tokens[place].kind == "name":
        return end if behind and behind[0] in _FORMULAS else 0
    is_formula = bool(behind) and behind[behind[0] == "the" and len(behind) > 1] in _FUNCTIONS
    return end if is_formula and tokens[first - 1].text == "," and said[0] == "which" else 0


def _end(end: int, spaced: str, text: str) -> int:
    """Where a token ends in the prompt: a compound in two words is shorter as one."""
    while end < len(text) and spaced[end] == " " and (text[end].isalnum()):
        end += 1
    return end


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """The lemma of a lower-case noun: ``cities`` is ``city``."""
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is")):  # noqa: PLR2004
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "xes", "ches", "shes", "zzes")) else word[:-1]


def _token(match: re.Match[str], prompt: str, end: int) -> Token:
    kind, text = str(match.lastgroup), match[0]
    start = match.start()
    if kind == "text":
        text = prompt[start:end]
        return Token(text, text[1:-1], text[1:-1], "text", start, end, value=text[1:-1])
    if kind == "number":
        return _number(text, start, end)
    lower = text.lower().replace("\u2019", "'")
    if kind == "word":
        return _word(text, lower, start, end)
    if kind == "clock":
        return Token(text, lower, lower, "number", start, end, value=text, unit=":")
    value = text.replace(" ", "T") if kind == "date" else None
    if value is not None and not _is_date(value):
        return Token(text, lower, lower, "word", start, end)
    return Token(text, lower, lower, kind, start, end, value=value)  # pyright: ignore[reportArgumentType]


def _is_date(text: str) -> bool:
    """False for 2024-13-45, which is asked about as a word would be."""
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _word(text: str, lower: str, start: int, end: int) -> Token:
    bare = lower.removesuffix("'s")
    value = NUMBERS.get(lower)
    return Token(text, bare, singular(bare), "word", start, end, value=value)


def _number(text: str, start: int, end: int) -> Token:
    match = re.fullmatch(r"([$€£]?)([\d,]+(?:\.\d+)?)(\D*)", text)
    assert match is not None  # noqa: S101 (the token pattern guarantees it)
    digits, tail = match[2].replace(",", ""), match[3].lower()
    if len(digits) > _MOST_DIGITS:
        return Token(text, text.lower(), text.lower(), "word", start, end)
    number = float(digits) if "." in digits else int(digits)
    if tail in _SCALE:
        number = number * _SCALE[tail]
        number = int(number) if float(number).is_integer() else number
    unit = match[1] or ("%" if tail == "%" else "th" if tail in ("th", "st", "nd", "rd") else "")
    return Token(text, text.lower(), text.lower(), "number", start, end, value=number, unit=unit)
