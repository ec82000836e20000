"""Names that the prompt gives to things, and decimals: ``as avg_delay``, ``rounded to 2 decimals``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import NAMING, UNITS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.phrases import phrase_set

_NAMING = phrase_set(NAMING)
_BOUNDARY = frozenset(
    "without but and per by for with then sort order keep over into in to of where grouped save from on".split()
)
_DECIMALS = frozenset({"decimal", "decimals", "digit", "digits", "place", "places", "dp", "decimalplaces"})
_MOST_WORDS = 3
_MONEY = frozenset(unit for unit, (kind, _) in UNITS.items() if kind.startswith("money"))
_WANTED = frozenset(UNITS) - {"cent"}


def read_name(reader: Reader) -> str:
    """The name after ``as``, ``called`` ..., or an empty text."""
    start = reader.position
    if (noted := _noted(reader)) is not None:
        return noted
    reader.skip(frozenset({"(", "and"}))
    is_open = reader.tokens[start].text == "(" if start < len(reader.tokens) else False
    if reader.take(_NAMING) is None and not _calls_it(reader):
        reader.position = start
        return ""
    reader.skip(frozenset({"a", "the", "column", "just", ":"}))
    if _is_list_of_names(reader):
        reader.position = start
        return ""
    name = _name(reader)
    if name and is_open:
        reader.word(")")
    is_value = bool(name) and not name.islower() and bool(reader.values.exact(name.replace("_", " ")))
    if not name or is_value:
        reader.position = start
        return ""
    return name


def _is_list_of_names(reader: Reader) -> bool:
    """``as ward, middle, top``: names for several things, not for the last one alone."""
    words = [reader.peek(ahead) for ahead in range(5)]
    if any(token is None for token in words[:3]) or not (words[0] and words[0].is_word and reader.lower(1) == ","):
        return False
    is_third = bool(words[2] and words[2].is_word) and reader.lower(2) not in _BOUNDARY | GLUE
    end = reader.lower(3)
    return is_third and end in (",", "and", ".", "", ";")


def _noted(reader: Reader) -> str | None:
    """``the change in percent (change_pct)``: a name of the prompt's own in parentheses."""
    token = reader.peek(1)
    if token is None or token.kind != "name" or "." in token.text or reader.lower() != "(" or reader.lower(2) != ")":
        return None
    if reader.links(reader.position + 1, 1):
        return None
    reader.position += 3
    return token.text


_THINGS = frozenset(
    "count total sum average number result value amount measure share column figure difference rank change it".split()
)


def _calls_it(reader: Reader) -> bool:
    """``call the count order_count``, ``name the total revenue``."""
    if reader.lower() not in ("call", "name", "label") or reader.lower(1) not in ("the", "this", "that"):
        return False
    is_word = reader.is_kind("word", 3) and (reader.lower(4) in _BOUNDARY or not reader.is_kind("word", 4))
    if reader.lower(2) not in _THINGS or not (reader.is_kind("name", 3) or reader.is_kind("text", 3) or is_word):
        return False
    reader.position += 3
    return True


def _name(reader: Reader) -> str:
    token = reader.peek()
    if token is None or not (token.is_word or token.kind == "text"):
        return ""
    reader.next()
    if token.kind == "text":
        return str(token.value)
    parts = [token.text]
    while token.kind == "word" and len(parts) < _MOST_WORDS and _continues(reader):
        parts.append(reader.next().text)
    if token.lower in GLUE and len(parts) == 1:
        return ""
    return "_".join(parts)


def _continues(reader: Reader) -> bool:
    token = reader.peek()
    return token is not None and token.kind == "word" and token.text.islower() and token.lower not in _BOUNDARY | GLUE


_UNROUNDED = phrase_set(("no rounding", "without rounding", "unrounded", "not rounded", "don't round", "do not round",
                         "no need to round", "rounding is not needed", "never rounded"))  # fmt: skip


def read_unrounded(reader: Reader) -> bool:
    """``no rounding``: numbers stay as they are anyway."""
    reader.skip(frozenset({",", "(", "and"}))
    return reader.take(_UNROUNDED) is not None


def read_digits(reader: Reader) -> int | None:
    """``rounded to 2 decimals``, ``(2 decimals)``, ``to cents``, ``with 1 decimal place``."""
    start = reader.position
    is_open = reader.word("(", ",")
    reader.skip(frozenset({"and", "all", "both", "each"}))
    is_rounding = reader.word("rounded", "round", "rounding")
    reader.skip(frozenset({"it", "them", "off", "averages", "values", "the", "result", "results", "value", "average",
                           "everything",
                           "amounts", "numbers"}))  # fmt: skip
    is_round = is_rounding
    is_rounding = reader.word("to", "with", "at", "on") or is_rounding
    is_said = is_rounding and reader.tokens[reader.position - 1].lower in ("to", "at")
    digits = _digits(reader) if is_rounding or is_open else None
    if digits is None and is_said and is_round:
        digits = _bare(reader)
    if digits is None:
        reader.position = start
        return None
    if is_open and reader.tokens[start].text == "(":
        reader.word(")")
    return digits


_MOST_DIGITS = 9


def _bare(reader: Reader) -> int | None:
    """``rounded to 2``: nothing else is said behind the number."""
    token = reader.peek()
    is_end = reader.lower(1) in ("", ",", ".", ";", ")", "and", "then") and not reader.is_kind("text", 1)
    if token is None or not isinstance(token.value, int) or token.unit or not is_end or token.value > _MOST_DIGITS:
        return None
    reader.next()
    return token.value


def read_rounded(reader: Reader, defined: list[Item]) -> bool:
    """``net and gross rounded to 2 decimals``: decimals of what has a name already."""
    reader.skip(frozenset({",", "and", "with"}))
    is_round = reader.word("round")
    found: list[Item] = []
    while (noun := reader.defined_noun(exactly=True)) is not None:
        name = noun.text.lower().replace(" ", "_")
        found += [item for item in defined if item.name.lower() == name][-1:]
        if not reader.word(",", "and", "&"):
            break
        reader.word("and")
    reader.skip(frozenset({"is", "are", "should", "be", "both", "all", "each"}))
    digits = read_digits(reader) if found else None
    if digits is None and found and is_round and reader.word("to", "at"):
        digits = _bare(reader)
    for item in found if digits is not None else ():
        item.digits = digits
    return digits is not None


def read_unit(reader: Reader) -> str:
    """``in minutes``, ``in whole hours``: the unit that a number is wanted in; empty without one."""
    mark = reader.position
    is_open = reader.word("(")
    token = reader.peek(1)
    unit = token.lemma if reader.word("in") and token is not None and token.kind == "word" else ""
    is_told_apart = unit in _MONEY and any(one.lower in ("cent", "cents") for one in reader.tokens)
    if unit not in _WANTED or is_told_apart or reader.links(reader.position, 1):
        reader.position = mark
        return ""
    reader.next()
    if is_open and not reader.word(")"):
        reader.position = mark
        return ""
    return unit


def _digits(reader: Reader) -> int | None:
    if reader.word("cents", "cent"):
        return 2
    reader.skip(frozenset({"a", "the", "nearest"}))
    if reader.word("integer", "integers"):
        return 0
    if reader.lower() == "whole" and reader.is_kind("word", 1):
        reader.position += 2
        return 0
    token = reader.peek()
    if token is None or not isinstance(token.value, int) or reader.lower(1) not in _DECIMALS or token.value > 15:  # noqa: PLR2004
        return None
    reader.position += 2
    reader.skip(_DECIMALS)
    return token.value
