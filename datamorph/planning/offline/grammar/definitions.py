"""Names with their meaning: ``net = amount - discount``, ``add avg_7d, the trailing 7-day average``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.buckets import read_buckets
from datamorph.planning.offline.grammar.derived import read_derived
from datamorph.planning.offline.grammar.expressions import nouns_of, read_expression
from datamorph.planning.offline.grammar.flags import TRUTH, read_flag_value
from datamorph.planning.offline.grammar.formulas import read_formula
from datamorph.planning.offline.grammar.measures import read_measure
from datamorph.planning.offline.grammar.naming import read_digits, read_rounding, read_unit
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.timing import read_timing
from datamorph.planning.offline.grammar.windows import read_window
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Compare,
    Conditional,
    Constant,
    Expression,
    Noun,
    Window,
)
from datamorph.planning.offline.names import OWN, words_of
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.tokens import Token

_SEPARATORS = frozenset({"=", ":", "as", "is", "being", "equals", ",", "(", "means", "meaning"})
_LEAD = ARTICLES | {
    "add",
    "append",
    "attach",
    "include",
    "compute",
    "calculate",
    "derive",
    "create",
    "define",
    "new",
    "column",
    "columns",
    "set",
    "also",
    "and",
    "where",
    "call",
    "then",
    "next",
    "finally",
}
_VERBS = frozenset({"add", "append", "attach", "include", "compute", "calculate", "derive", "create", "define"})
_NAMELY = frozenset({"which", "is", "i.e", "namely", "meaning"})
_MADE_OF = phrase_set(("made of", "made from", "built from", "made up of", "consisting of", "combining", "made by"))
_CLAUSE_ENDS = frozenset({"", ".", ";"})
_AFTER_CONSTANT = frozenset({"", ",", ".", ";", ")", "and", "to", "in", "for", "on"})


def read_definition(reader: Reader) -> Item | None:
    """A new name followed by what it means."""
    start = reader.position
    reader.skip(_LEAD)
    token = reader.peek()
    is_glue = token is not None and token.lower in _LEAD | GLUE and reader.lower(1) != "="
    if token is None or token.kind not in ("word", "name") or is_glue or "." in token.text:
        reader.position = start
        return None
    is_added = any(t.lower in _VERBS for t in reader.tokens[start : reader.position])
    length = 2 if token.kind == "word" and reader.is_kind("word", 1) and reader.lower(2) in ("=", "as") else 1
    name = reader.unlinked(most=length)
    is_made = is_added and reader.word("column") and reader.take(_MADE_OF) is not None
    unit = read_unit(reader) if reader.lower() == "in" and reader.lower(2) == "(" else ""
    if reader.lower() == "," and reader.lower(1) == "meaning":
        reader.next()
    separator = "=" if reader.lower() == "to" and reader.lower(1) in TRUTH else reader.lower()
    if is_made:
        reader.position -= 1
        separator = "="
    if separator not in _SEPARATORS or (separator in (",", ":") and not _is_apart(reader, token, is_added=is_added)):
        reader.position = start
        return None
    reader.next()
    reader.skip(_NAMELY if separator == "," else frozenset())
    item = read_meaning(reader, named=token.kind == "name" or separator in ("=", ":", "as"))
    if item is None and (is_added or separator == "("):
        item = _constant(reader) or _rounded_column(reader)
    if item is not None:
        _percent(item, name.text)
        _round(reader, item)
    if item is None or (separator == "(" and not reader.word(")")):
        reader.position = start
        return None
    item.unit = item.unit or (unit if not isinstance(item.expression, Arithmetic) else "")
    item.name = name.text.replace(" ", "_")
    item.words = item.words | frozenset(words_of(name.text))
    _round(reader, item)
    return item


def _is_apart(reader: Reader, token: Token, *, is_added: bool) -> bool:
    """``add avg_7d, the trailing average``, ``add change, the difference``: what follows the mark says what it is."""
    if token.kind == "name":
        return is_added or reader.lower() == ":" or _is_flag(reader) or _is_last(reader)
    is_known = any(link.score >= OWN for link in reader.links(reader.position - 1, 1))
    return is_added and not is_known and reader.lower() == "," and reader.lower(1) in ARTICLES | _NAMELY


def _is_last(reader: Reader) -> bool:
    """``a, b and days_open, the days from opened_on to 1 May``: the list is closed, and what follows ends there."""
    place = reader.position - 1
    is_known = any(link.score >= OWN for link in reader.links(place, 1))
    if is_known or place < 1 or reader.tokens[place - 1].lower != "and" or reader.lower(1) not in ARTICLES | _NAMELY:
        return False
    mark = reader.position
    reader.next()
    reader.skip(_NAMELY)
    found = read_meaning(reader, named=True)
    is_made = found is not None and not isinstance(found.expression, Noun | Constant)
    is_made = is_made and reader.lower() in _CLAUSE_ENDS and not reader.is_kind("text")
    reader.position = mark
    return is_made


def _is_flag(reader: Reader) -> bool:
    """``days_open and is_slow, true if ...``: a truth behind a comma is what the name before it means."""
    said = [reader.lower(ahead) for ahead in (1, 2, 3)]
    return bool(TRUTH & set(said[:1] if said[0] not in ("which", "that") else said[2:]))


def _round(reader: Reader, item: Item) -> None:
    item.rounding = item.rounding or read_rounding(reader)
    item.digits = item.digits if item.digits is not None or item.rounding else read_digits(reader)


def _percent(item: Item, name: str) -> None:
    """``share_pct`` is a percentage, also where it is explained as a share."""
    found = item.expression
    if isinstance(found, Window) and found.kind == "share" and {"pct", "percent", "percentage"} & set(words_of(name)):
        item.expression = replace(found, kind="share_pct")


def _rounded_column(reader: Reader) -> Item | None:
    """``whole = amount rounded down``, ``(weight, rounded to 1 decimal)``: a column as it is, rounded."""
    start = reader.position
    noun = reader.column()
    item = Item(Apply("{}", (noun,)), frozenset(noun.words), noun.text) if noun is not None else None
    if item is not None:
        _round(reader, item)
    if item is None or not item.rounded:
        reader.position = start
        return None
    return item


def _constant(reader: Reader) -> Item | None:
    """``add source = 'web'``: the same text in every row."""
    is_end = reader.lower(1) in _AFTER_CONSTANT and not reader.is_kind("text", 1)
    if not reader.is_kind("text") or not is_end:
        return None
    value = str(reader.next().value)
    return Item(Constant(value), frozenset(), value)


def read_date_from_parts(reader: Reader) -> Item | None:
    """``build rented_on from year, month and day``."""
    start = reader.position
    if reader.word("build", "make", "create", "derive", "construct", "compute", "form", "add"):
        reader.skip(ARTICLES | {"column", "date", "new"})
        name = reader.unlinked() if reader.is_kind("name") or reader.is_kind("word") else None
        is_from = name is not None and reader.word("from")
        reader.skip(ARTICLES | {"columns"})
        parts = _date_parts(reader) if is_from else ()
        if name is not None and parts:
            words = frozenset({"date", *words_of(name.text)})
            return Item(Apply("make_date({}, {}, {})", parts), words, name.text, name.text)
    reader.position = start
    return None


def _date_parts(reader: Reader) -> tuple[Noun, ...]:
    found: list[Noun] = []
    for part in ("year", "month", "day"):
        noun = reader.noun()
        if noun is None or not noun.links[0].column or part not in noun.words:
            return ()
        found.append(noun)
        while reader.word(",", "and", "&", "/"):
            pass
    return tuple(found)


def read_meaning(reader: Reader, *, named: bool) -> Item | None:
    """What a name stands for; a plain column does not define anything here."""
    start = reader.position
    reader.skip(ARTICLES)
    for construct in _MEANINGS:
        reader.position = start
        item = construct(reader)
        if item is not None and (named or not isinstance(item.expression, Constant)):
            return item
    reader.position = start
    return None


def _window(reader: Reader) -> Item | None:
    found = read_window(reader)
    if found is None:
        return None
    return Item(found, frozenset(found.operand.words if found.operand else ()), found.kind)


def _timing(reader: Reader) -> Item | None:
    found = read_timing(reader)
    return Item(found, frozenset(), "date") if found is not None else None


_DIFFERENCE = phrase_set((
    "difference in days", "number of days between them", "days between them", "number of days between the two",
    "days between the two", "difference between them in days", "number of days in between", "gap in days"))  # fmt: skip


def _difference(reader: Reader) -> Item | None:
    """``the difference in days, 0 if not late``: between the two dates that the flag before compares."""
    reader.skip(ARTICLES)
    if reader.take(_DIFFERENCE) is None:
        return None
    flags = [item for item in reader.defined if _compared(item) is not None]
    dates = _compared(flags[-1]) if flags else None
    if dates is None:
        return None
    days = Apply("datediff({}, {})", (dates.left, dates.right) if ">" in dates.operator else (dates.right, dates.left))
    if not _zero_unless(reader, flags[-1]):
        return Item(days, frozenset(), "days")
    return Item(Conditional(((dates, days),), Constant(0)), frozenset(), "days")


def _compared(item: Item) -> Compare | None:
    """The comparison of two columns that a flag stands for."""
    found = item.expression
    condition = found.branches[0][0] if isinstance(found, Conditional) and len(found.branches) == 1 else None
    if isinstance(condition, Compare) and condition.operator in (">", ">=", "<", "<="):
        return condition if isinstance(condition.left, Noun) and isinstance(condition.right, Noun) else None
    return None


def _zero_unless(reader: Reader, flag: Item) -> bool:
    """``0 if not late``, ``and 0 otherwise``: the flag's word decides."""
    mark = reader.position
    reader.skip((",", "and", "or", "(", "but"))
    if reader.word("0", "zero") and reader.word("if", "when", "otherwise", "for", "where"):
        if reader.tokens[reader.position - 1].lower == "otherwise":
            return True
        reader.skip(("it", "is", "was", "the", "order", "row"))
        if reader.word("not") and reader.lower() in words_of(flag.name) and reader.next():
            reader.word(")")
            return True
    reader.position = mark
    return False


def _buckets(reader: Reader) -> Item | None:
    found = read_buckets(reader)
    return Item(found, frozenset(), "bucket") if found is not None else None


def _derived(reader: Reader) -> Item | None:
    found = read_derived(reader)
    return Item(found, frozenset(), "derived") if found is not None else None


def _formula(reader: Reader) -> Item | None:
    start = reader.position
    found = read_formula(reader)
    return Item(found, frozenset(), reader.ledger.text(start, reader.position)) if found is not None else None


def _measure(reader: Reader) -> Item | None:
    return read_measure(reader) or _distinct(reader) or _rows(reader)


_HOW_MANY = phrase_set(("how many", "row count", "how often", "count", "number of them", "the number", "count of them",
                        "number of rows", "count ( * )", "rows", "number"))  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", ")", "and", "then"})


def _rows(reader: Reader) -> Item | None:
    """``orders = how many``, ``n (row count)``: the rows of the group."""
    reader.skip(ARTICLES)
    if reader.take(_HOW_MANY) is None or reader.lower() not in _ENDS:
        return None
    return Item(Aggregate("count"), frozenset({"number", "count", "row"}), "number of rows")


def _distinct(reader: Reader) -> Item | None:
    """``crews (distinct crew names)``: how many there are."""
    noun = reader.noun() if reader.word("distinct", "unique", "different") else None
    if noun is None:
        return None
    return Item(Aggregate("count", counted=noun, is_distinct=True), frozenset({"count", *noun.words}), noun.text)


def _expression(reader: Reader) -> Item | None:
    found: Expression | None = read_expression(reader)
    if found is None or isinstance(found, Noun | Constant) or not nouns_of(found):
        return None
    return Item(found, frozenset(), "computed")


_MEANINGS: tuple[Callable[[Reader], Item | None], ...] = (
    _timing,
    _window,
    read_flag_value,
    _difference,
    _buckets,
    _derived,
    _formula,
    _measure,
    _expression,
)
