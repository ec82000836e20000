"""Values as they are written in formulas: ``upper(trim(city))``, ``concat(first_name, " ", last_name)``."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

from datamorph.planning.offline.grammar.cleaners import DIGITS
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Apply, Constant, Expression, Noun
from datamorph.planning.offline.names import words_of

Argument: TypeAlias = Callable[[Reader], Expression | None]

AS_TEXT = "text({})"
"""A column as text; of a number with decimals nobody knows how it is to be written."""

_ONE: dict[str, str] = {
    "upper": "upper({})", "lower": "lower({})", "trim": "trim({})", "length": "length({})",
    "digits": DIGITS, "letters": "regexp_replace({}, '[^A-Za-z]', '')",
    "alphanumeric": "regexp_replace({}, '[^A-Za-z0-9]', '')",
    "joined": "replace({}, ' ', '')", "squeezed": "regexp_replace({}, ' +', ' ')",
    "initials": "regexp_replace(trim({}), '([^ ])[^ ]* *', '$1')",
    "first_word": "split_part(trim({}), ' ', 1)", "last_word": "regexp_replace(trim({}), '^.* ', '')",
    "but_first_word": "regexp_replace(trim({}), '^[^ ]+( +|$)', '')",
    "but_last_word": "regexp_replace(trim({}), ' *[^ ]+$', '')",
    "unpadded": "regexp_replace({}, '^0+', '')",
    "md5": "md5({})", "sha256": "sha256({})", "integer": "cast({} as int)", "text": "{}", "abs": "abs({})",
    "whole": "cast(round({}) as bigint)",
    "empty": "nullif({}, '')", "negative": "-abs({})", "year": "year({})",
}  # fmt: skip
_MORE: dict[str, tuple[str, int]] = {
    "left": ("left({}, {})", 2), "right": ("right({}, {})", 2), "replace": ("replace({}, {}, {})", 3),
    "split_part": ("split_part({}, {}, {})", 3), "nullif": ("nullif({}, {})", 2), "lpad": ("lpad({}, {}, {})", 3),
    "round": ("round({}, {})", 2), "substring": ("substring({}, {}, {})", 3),
}  # fmt: skip
_MANY = {"concat": True, "coalesce": False, "greatest": False, "least": False}
_SPACED = frozenset({",", ";", ":", "("})
"""Signs that blanks stand beside."""

SIGNS = {"dash": "-", "hyphen": "-", "minus": "-", "slash": "/", "comma": ",", "space": " ", "blank": " ", "at": "@",
         "dot": ".", "period": ".", "full": ".", "colon": ":", "semicolon": ";", "underscore": "_", "pipe": "|",
         "hash": "#", "plus": "+", "ampersand": "&", "apostrophe": "'", "asterisk": "*", "star": "*", "tilde": "~",
         "percent": "%", "bracket": "(", "parenthesis": "(", "whitespace": " ", "forward": "/"}  # fmt: skip
_NUMERIC = frozenset(
    {"abs", "negative", "whole", "round", "integer", "coalesce", "nullif", "greatest", "least", "year"}
)
CALLS = frozenset({*_ONE, *_MORE, *_MANY, "without_prefix", "without_suffix", "capitalised", "format", "alike", "after",
                   "before"})  # fmt: skip


def read_call(reader: Reader, argument: Argument) -> Apply | None:
    """A call with everything in it; the parenthesis stands right behind the name, as nobody writes it in a text."""
    start = reader.position
    token, opening = reader.peek(), reader.peek(1)
    if token is None or opening is None or token.lower not in CALLS or token.kind not in ("word", "name"):
        return None
    if opening.text != "(" or opening.start != token.end:
        return None
    reader.position += 2
    if token.lower == "alike":
        found = _alike(reader, argument)
        reader.position = reader.position if found is not None else start
        return found
    operands = _arguments(reader, argument)
    found = _formatted(reader, operands) if token.lower == "format" else None
    found = _applied(token.lower, operands) if operands and token.lower != "format" else found
    if found is None:
        reader.position = start
    return found


def _arguments(reader: Reader, argument: Argument) -> list[Expression]:
    found: list[Expression] = []
    while True:
        operand = _sign(reader) if found else None
        operand = operand or (Constant(str(reader.next().value)) if reader.is_kind("text") else argument(reader))
        if operand is None:
            return []
        found.append(operand)
        if reader.word(")"):
            return found
        if not reader.word(","):
            return []


def _sign(reader: Reader) -> Constant | None:
    """``dash``, ``@``, ``'; '``: a sign by its name, or as it is."""
    start = reader.position
    reader.skip(("a", "an", "the", "first", "one", "single", "every", "each", "all", "any"))
    token = reader.peek()
    found = SIGNS.get(token.lemma, SIGNS.get(token.lower)) if token is not None and token.kind != "text" else None
    if token is not None and found is None and token.kind == "mark" and token.text not in _BRACKETS:
        found = token.text
    if token is not None and found is not None:
        reader.next()
        reader.skip(("sign", "signs", "symbol", "character", "mark", "stop", "stops", "slash"))
        if reader.lower() in (",", ")"):
            return Constant(found)
    reader.position = start
    return None


_BRACKETS = frozenset("(),")


def _applied(name: str, operands: list[Expression]) -> Apply | None:
    if name not in _NUMERIC:
        operands = [_text(operand) for operand in operands]
    if name in _ONE:
        return Apply(_ONE[name], tuple(operands)) if len(operands) == 1 else None
    if name in _MORE:
        template, count = _MORE[name]
        return Apply(template, tuple(operands)) if len(operands) == count else None
    if name in _MANY:
        return Apply(f"{name}({', '.join(['{}'] * len(operands))})", tuple(operands)) if len(operands) > 1 else None
    return _special(name, operands)


def _special(name: str, operands: list[Expression]) -> Apply | None:
    if name == "capitalised":
        parts = "concat(upper(left({}, 1)), lower(substring({}, 2, 1000)))"
        return Apply(parts, (operands[0], operands[0])) if len(operands) == 1 else None
    if name in ("after", "before") and len(operands) == 2 and isinstance(operands[1], Constant):  # noqa: PLR2004
        part = Apply("split_part({}, {}, {})", (*operands, Constant(2 if name == "after" else 1)))
        return Apply("trim({})", (part,)) if operands[1].value in _SPACED else part
    affix = operands[1].value if len(operands) == 2 and isinstance(operands[1], Constant) else None  # noqa: PLR2004
    if not isinstance(affix, str):
        return None
    escaped = "".join(sign if sign.isalnum() or sign in " '" else f"[{sign}]" for sign in affix).replace("'", "''")
    pattern = f"^{escaped}" if name == "without_prefix" else f"{escaped}$"
    return Apply(f"regexp_replace({{}}, '{pattern}', '')", (operands[0],)) if "^" not in affix else None


_FOLDS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("lower({})", str.lower), ("trim({})", str.strip), ("lower(trim({}))", lambda text: text.strip().lower()),
)  # fmt: skip


def _alike(reader: Reader, argument: Argument) -> Apply | None:
    """``alike(channel, "Web" and " web")``: the least that makes the values one; none where nothing does."""
    noun = argument(reader)
    values: list[str] = []
    while noun is not None and reader.word(",", "and", "or", "/"):
        token = reader.peek()
        if token is None or not (token.kind == "text" or token.is_word):
            return None
        values.append(str(reader.next().value) if token.kind == "text" else reader.next().text)
    if noun is None or len(values) < 2 or not reader.word(")"):  # noqa: PLR2004 (nothing to compare)
        return None
    return next((Apply(t, (noun,)) for t, fold in _FOLDS if len({fold(value) for value in values}) == 1), None)


_WORDS = re.compile(r"[A-Za-z_]\w*(?: [A-Za-z_]\w*)*")


def _formatted(reader: Reader, operands: list[Expression]) -> Apply | None:
    """``format("last name, first name")``: every word is of a column, what stands between is written as it is."""
    pattern = operands[0].value if len(operands) == 1 and isinstance(operands[0], Constant) else None
    if not isinstance(pattern, str):
        return None
    parts: list[Expression] = []
    at = 0
    for run in _WORDS.finditer(pattern):
        parts += [Constant(pattern[at : run.start()])] if run.start() > at else []
        columns = _columns(reader, run[0])
        if not columns:
            return None
        for number, noun in enumerate(columns):
            parts += [Constant(" "), noun] if number else [noun]
        at = run.end()
    parts += [Constant(pattern[at:])] if at < len(pattern) else []
    return _applied("concat", parts) if sum(isinstance(part, Noun) for part in parts) > 1 else None


def _columns(reader: Reader, text: str) -> list[Noun]:
    """``first name last name``: one or two columns that the words name, with nothing left over."""
    words = text.split(" ")
    for length in range(len(words), 0, -1):
        noun = reader.lookup(tuple(words_of("_".join(words[:length]))))
        if noun is not None:
            rest = _columns(reader, " ".join(words[length:])) if length < len(words) else []
            if rest or length == len(words):
                return [noun, *rest]
    return []


_PIECES = ("initials", "first_word", "last_word", "but_first_word", "but_last_word", "md5", "sha256", "length")


def kind_of(found: Apply) -> str:
    """One word for a piece of a text or what is made of it; empty where the text itself is cleaned."""
    rest = [one.value for one in found.operands[1:] if isinstance(one, Constant)]
    if found.template == "split_part({}, {}, {})" and rest == ["@", 2]:
        return "domain"
    return next((name for name in _PIECES if _ONE[name] == found.template), "")


def _text(operand: Expression) -> Expression:
    return Apply(AS_TEXT, (operand,)) if isinstance(operand, Noun) else operand


def columns_of(found: Expression) -> list[Noun]:
    """The columns that a value is made of."""
    if isinstance(found, Noun):
        return [found]
    return [noun for one in found.operands for noun in columns_of(one)] if isinstance(found, Apply) else []
