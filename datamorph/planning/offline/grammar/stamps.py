"""How a date is written: ``as text in the form dd.mm.yyyy``, ``formatted as YYYY-MM``, ``like 31.12.2024``."""

from __future__ import annotations

import re

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Apply, Expression

_LEAD = frozenset("e.g eg . , i.e as text string in the form format formatted written shown".split()) | frozenset(
    "style pattern like ( a of using to".split()
)
_SURE = frozenset("text string form format formatted written shown style pattern like ( as e.g".split())
_LETTERS = {"yyyy": "yyyy", "mm": "MM", "dd": "dd", "hh": "HH", "ss": "ss"}
_PIECE = re.compile(r"yyyy|mm|dd|hh|ss", re.IGNORECASE)
_WHOLE = re.compile(r"(?:yyyy|mm|dd|hh|ss|[-./: ])+", re.IGNORECASE)
_DATE = re.compile(r"(?P<day>3[01]|[12]\d|0\d)(?P<mark>[./-])(?P<month>0\d|1[0-2])(?P=mark)(?P<year>(?:19|20)\d\d)")
_MONTH = re.compile(r"(?:19|20)\d\d(?P<mark>[-/.])(?:0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(?:(?:19|20)\d\d|yyyy)(?P<mark>[-/_]?)q(?:[1-4qnx#])", re.IGNORECASE)
_ONLY_QUARTER = re.compile(r"Q[1-4]")
_SPOKEN: dict[tuple[str, ...], str] = {("yyyy", "mm"): "yyyy-MM", ("yyyy", "mm", "dd"): "yyyy-MM-dd",
           ("dd", "mm", "yyyy"): "dd-MM-yyyy",
           ("mm", "yyyy"): "MM-yyyy"}  # fmt: skip
"""Hyphens between letters are no tokens: ``yyyy-mm``."""
_TAIL = frozenset({"text", "string", "format", "form", "style", "strings", "texts"})
_MOST = 6


def read_stamp(reader: Reader, found: Expression) -> Expression:
    """The date as a text, where a form of dates stands behind it; else the date as it is."""
    start = reader.position
    reader.word(",")
    pattern = read_form(reader)
    if not pattern:
        reader.position = start
        return found
    template = written(pattern)
    return Apply(template, (found,) * template.count("{}"))


def written(pattern: str) -> str:
    """The template of a date in that form; ``Q`` is the number of its quarter."""
    year, mark, quarter = pattern.partition("Q")
    if not mark:
        return f"date_format({{}}, '{pattern}')"
    parts = [f"cast(year({{}}) as string), '{year.removeprefix('yyyy')}Q'"] if year else ["'Q'"]
    parts.append("cast(quarter({}) as string)")
    parts += [f"'{quarter.removesuffix('yyyy')}', cast(year({{}}) as string)"] if quarter else []
    return f"concat({', '.join(parts)})"


def read_form(reader: Reader) -> str:
    """``as dd.mm.yyyy``, ``(yyyy-mm)``: the form that a date is written in; empty where none is said."""
    start = reader.position
    reader.skip(_LEAD)
    said = {token.lower for token in reader.tokens[start : reader.position]}
    pattern = read_pattern(reader) if said & _SURE else ""
    reader.skip(_TAIL if pattern else frozenset())
    if not pattern or ("(" in said and not reader.word(")")):
        reader.position = start
        return ""
    return pattern


def read_pattern(reader: Reader) -> str:
    """``dd.mm.yyyy`` or ``31.12.2024`` in the letters of ``date_format``; empty where neither stands."""
    start = reader.position
    if (token := reader.peek()) is None:
        return ""
    if token.kind == "text":
        found = _written(str(token.value or token.lower))
        reader.position += bool(found)
        return found
    for length in range(_MOST, 0, -1):
        last = reader.peek(length - 1)
        if last is None or any(reader.peek(n) is None for n in range(length)):
            continue
        text = reader.ledger.prompt[token.start : last.end]
        words = tuple(one.lower for one in reader.tokens[reader.position : reader.position + length])
        if words in _SPOKEN and "-" in text:
            reader.position = start + length
            return _SPOKEN[words]
        if " " not in text and (found := _written(text)):
            reader.position = start + length
            return found
    return ""


def _written(text: str) -> str:
    if match := _DATE.fullmatch(text):
        mark = match["mark"]
        is_certain = int(match["day"]) > 12  # noqa: PLR2004 (no month)
        return f"dd{mark}MM{mark}yyyy" if is_certain or mark == "." else ""
    if match := _QUARTER.fullmatch(text):
        return f"yyyy{match['mark']}Q"
    if _ONLY_QUARTER.fullmatch(text):
        return "Q"
    if match := _MONTH.fullmatch(text):
        return f"yyyy{match['mark']}MM"
    pieces = _PIECE.findall(text)
    is_form = _WHOLE.fullmatch(text) and _PIECE.match(text) and text[-1].isalpha()
    if not is_form or (len(pieces) < 2 and text.lower() != "yyyy"):  # noqa: PLR2004 (one piece is a word)
        return ""
    return _letters(text)


def _letters(text: str) -> str:
    """``mm`` behind hours is minutes, else a month."""
    pieces = [match[0].lower() for match in _PIECE.finditer(text)]
    is_after_hour = False
    found: list[str] = []
    for piece in pieces:
        found.append("mm" if piece == "mm" and is_after_hour else _LETTERS[piece])
        is_after_hour = is_after_hour or piece == "hh"
    if len(set(found)) != len(found):
        return ""
    written = iter(found)
    return _PIECE.sub(lambda _: next(written), text)
