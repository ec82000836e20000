"""Names that the prompt gives to things, and decimals: ``as avg_delay``, ``rounded to 2 decimals``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon.cues import NAMING, UNITS
from datamorph.planning.offline.lexicon.words import GLUE, NAMES_TOO
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import Phrases, phrase_set

_NAMING = phrase_set(NAMING)
_BOUNDARY = frozenset(
    "without but and per by for with then sort order keep over into in to of where grouped save from on".split()
)
_TIES = frozenset({"tie", "tiebreak", "tiebreaker", "tie_break", "tie_breaker"})
_TENS = {"10": -1, "100": -2, "1000": -3, "1,000": -3, "ten": -1, "tens": -1, "hundred": -2, "hundreds": -2,
         "thousand": -3, "thousands": -3}  # fmt: skip
_DECIMALS = frozenset({"decimal", "decimals", "digit", "digits", "place", "places", "dp", "decimalplaces"})
_MOST_WORDS = 3
_MONEY = frozenset(unit for unit, (kind, _) in UNITS.items() if kind.startswith("money"))
_WANTED = frozenset(UNITS) - {"cent"}


def read_name(reader: Reader, *, is_listed: bool = False) -> str:
    """The name after ``as``, ``called`` ..., or an empty text.

    Args:
        is_listed: the name belongs to an entry of a list, and what follows it are further entries.
    """
    start = reader.position
    if (noted := _noted(reader)) is not None:
        return noted
    reader.skip(("(", "and"))
    is_open = reader.tokens[start].text == "(" if start < len(reader.tokens) else False
    if reader.take(_NAMING) is None and not _calls_it(reader):
        reader.position = start
        return ""
    bare = reader.position
    reader.skip(("a", "the", "column", "just", ":"))
    if not is_listed and _is_list_of_names(reader):
        reader.position = start
        return ""
    is_tie = reader.lower() in _TIES or (reader.lower() == "well" and reader.lower(1) == "as")
    name = "" if is_tie else _name(reader, is_bare=reader.position == bare)
    if name and is_open:
        reader.word(")")
    name = "" if name in _KINDS_OF_NUMBER and reader.position - bare > 1 else name
    is_value = bool(name) and not name.islower() and bool(reader.values.exact(name.replace("_", " ")))
    if not name or is_value:
        reader.position = start
        return ""
    return name


_KINDS_OF_NUMBER = frozenset("fraction percentage percent decimal number ratio proportion integer date text".split())
"""``as a fraction`` says what a number is, and no name."""


def _is_list_of_names(reader: Reader) -> bool:
    """``as ward, middle, top``: names for several things, not for the last one alone."""
    words = [reader.peek(ahead) for ahead in range(5)]
    if any(token is None for token in words[:3]) or not (words[0] and words[0].is_word and reader.lower(1) == ","):
        return False
    is_third = bool(words[2] and words[2].is_word) and reader.lower(2) not in _BOUNDARY | GLUE
    end = reader.lower(3)
    return is_third and end in (",", "and", ".", "", ";")


_SHORT = frozenset({"n", "cnt", "num", "qty", "pct", "diff", "delta", "avg", "prev", "cum", "ma3", "ma7", "rn", "seq"})


def _noted(reader: Reader) -> str | None:
    """``the change in percent (change_pct)``: a name of the prompt's own in parentheses."""
    token = reader.peek(1)
    if token is None or "." in token.text or reader.lower() != "(" or reader.lower(2) != ")":
        return None
    is_short = token.lower in _SHORT
    if token.kind != "name" and not is_short and not (token.kind == "word" and _are_names(reader)):
        return None
    if any(link.column and link.score >= OWN for link in reader.links(reader.position + 1, 1)):
        return None
    reader.position += 3
    return token.text


_FEWEST = 2
_REMARKS = frozenset("only each interpolated rounded exact approx approximately distinct sum total average".split())


def _are_names(reader: Reader) -> bool:
    """``total quantity (sold), total amount (taken)``: several single words in parentheses, none of them known."""
    alone = [
        place + 1 for place in range(len(reader.tokens) - 2)
        if reader.tokens[place].text == "(" and reader.tokens[place + 2].text == ")"
        and reader.tokens[place + 1].kind in ("word", "name")
    ]  # fmt: skip
    known = [
        place for place in alone
        if reader.values.exact(reader.tokens[place].text) or reader.tokens[place].lower in GLUE | _DECIMALS | _REMARKS
        or any(link.score >= OWN for link in reader.links(place, 1))
    ]  # fmt: skip
    return len(alone) >= _FEWEST and not known


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


def _name(reader: Reader, *, is_bare: bool = False) -> str:
    token = reader.peek()
    if token is None or not (token.is_word or token.kind == "text"):
        return ""
    reader.next()
    if token.kind == "text":
        return str(token.value)
    parts = [token.text]
    while token.kind == "word" and len(parts) < _MOST_WORDS and _continues(reader):
        parts.append(reader.next().text)
    if token.lower in GLUE and len(parts) == 1 and not _is_thing(reader):
        is_end = reader.lower() in _NAME_ENDS and not reader.is_kind("text")
        return token.text if is_bare and is_end and token.lower in NAMES_TOO else ""
    return "_".join(parts)


_NAME_ENDS = frozenset({"", ".", ",", ";", ")"})


def _is_thing(reader: Reader) -> bool:
    """``as stays`` over a table of stays, where the clause ends."""
    links = reader.links(reader.position - 1, 1)
    return bool(links) and not links[0].column and links[0].score >= OWN and reader.lower() in ("", ".", ",", ";")


def _continues(reader: Reader) -> bool:
    token = reader.peek()
    if token is None or token.kind != "word" or (token.lower.endswith("ed") and reader.lower(1) == "by"):
        return False  # ``as owed aggregated by city``
    return token.text.islower() and token.lower not in _BOUNDARY | GLUE


_UNROUNDED = phrase_set(("no rounding", "without rounding", "unrounded", "not rounded", "don't round", "do not round",
                         "no need to round", "rounding is not needed", "never rounded"))  # fmt: skip


def read_unrounded(reader: Reader) -> bool:
    """``no rounding``: numbers stay as they are anyway."""
    reader.skip((",", "(", "and"))
    return reader.take(_UNROUNDED) is not None


_ROUNDED = frozenset("it them off averages values the result results value average everything amounts numbers".split())


def read_digits(reader: Reader) -> int | None:
    """``rounded to 2 decimals``, ``(2 decimals)``, ``to cents``, ``with 1 decimal place``."""
    start = reader.position
    is_open = reader.word("(", ",")
    reader.skip(("and", "all", "both", "each"))
    is_rounding = reader.word("rounded", "round", "rounding")
    reader.skip(_ROUNDED)
    is_round = is_rounding
    is_rounding = reader.word("to", "with", "at", "on") or is_rounding
    is_said = is_rounding and reader.tokens[reader.position - 1].lower in ("to", "at")
    is_column = not is_rounding and reader.lower() in ("cents", "cent")
    digits = _digits(reader) if (is_rounding or is_open) and not is_column else None
    if digits is None and is_said and is_round:
        digits = _bare(reader)
    if digits is None:
        reader.position = start
        return None
    if is_open and reader.tokens[start].text == "(":
        reader.word(")")
    return digits


_ROUNDING = frozenset({"rounded", "round", "rounding"})
_OF_ALL = frozenset(
    {"all", "both", "each", "everything", "every", "averages", "values", "results", "numbers", "amounts"}
)


def place_of_digits(reader: Reader, start: int) -> int:
    """Where the decimals begin that were read behind a measure; the end where they are said another way."""
    said = range(start, reader.position)
    place = next((place for place in said if reader.tokens[place].lower in _ROUNDING), reader.position)
    while place < reader.position and place > start and reader.tokens[place - 1].lower in _OF_ALL | {","}:
        place -= 1
    return place


def is_of_all(reader: Reader, place: int) -> bool:
    """True for decimals behind a comma or in a sentence of their own, and where it is said: ``both rounded``."""
    said = [token.lower for token in reader.tokens[place : reader.position]]
    before = reader.tokens[place - 1].text if place else ""
    is_rounding = bool(_ROUNDING & set(said))
    if not place or before in (".", ";"):
        return True
    return is_rounding and (bool(_OF_ALL & set(said)) or (said[:1] == [","]) or before in (".", ";", ","))


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
    reader.skip((",", "and", "with"))
    is_round = reader.word("round")
    found: list[Item] = []
    while (noun := reader.defined_noun(exactly=True)) is not None:
        name = noun.text.lower().replace(" ", "_")
        found += [item for item in defined if item.name.lower() == name][-1:]
        if not reader.word(",", "and", "&"):
            break
        reader.word("and")
    reader.skip(("is", "are", "should", "be", "both", "all", "each"))
    digits = read_digits(reader) if found else None
    if digits is None and found and is_round and reader.word("to", "at"):
        digits = _bare(reader)
    for item in found if digits is not None else ():
        item.digits = digits
    return digits is not None


_WAYS = Phrases({
    **dict.fromkeys(("rounded down", "round down", "rounding down", "rounded downwards", "always rounded down",
                     "rounded off downwards"), "floor"),
    **dict.fromkeys(("rounded up", "round up", "rounding up", "rounded upwards", "always rounded up"),
                    "ceil")})  # fmt: skip
_WHOLE = frozenset("to the a an next nearest whole full integer number always".split())


def read_rounding(reader: Reader) -> str:
    """``rounded down to a whole euro``: ``floor`` or ``ceil``; empty where nothing of the kind is said."""
    start = reader.position
    reader.skip((",", "(", "and", "always"))
    way = reader.take(_WAYS)
    if way is None:
        reader.position = start
        return ""
    is_whole = reader.lower() == "to"
    reader.skip(_WHOLE)
    token = reader.peek()
    if is_whole and token is not None and token.lemma in UNITS:
        reader.next()
    if reader.is_kind("number") or reader.lower() in _DECIMALS or (token and isinstance(token.value, int)):
        reader.position = start
        return ""
    if reader.tokens[start].text == "(":
        reader.word(")")
    return way


def read_unit(reader: Reader) -> str:
    """``in minutes``, ``in whole hours``: the unit that a number is wanted in; empty without one."""
    mark = reader.position
    is_open = reader.word("(")
    token = reader.peek(1)
    unit = token.lemma if reader.word("in") and token is not None and token.kind == "word" else ""
    is_told_apart = unit in _MONEY and any(one.lower in ("cent", "cents") for one in reader.tokens)
    is_column = any(link.column and link.score >= OWN for link in reader.links(reader.position, 1))
    if unit not in _WANTED or is_told_apart or is_column:
        reader.position = mark
        return ""
    reader.next()
    if is_open and not reader.word(")"):
        reader.position = mark
        return ""
    return unit


def _is_round(reader: Reader, start: int) -> bool:
    """``the nearest 10``, ``full hundreds``, and no ``10 decimals``."""
    said = {token.lower for token in reader.tokens[start : reader.position]}
    return bool(said & {"nearest", "full", "next"}) and "next" not in said and reader.lower(1) not in _DECIMALS


def _digits(reader: Reader) -> int | None:
    if reader.word("cents", "cent"):
        return 2
    start = reader.position
    reader.skip(("a", "the", "nearest", "full", "next"))
    tens = _TENS.get(reader.lower())
    if tens is not None and reader.tokens[start : reader.position] and _is_round(reader, start):
        reader.next()
        token = reader.peek()
        reader.next() if token is not None and token.lemma in UNITS else None
        return tens
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
