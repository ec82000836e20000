"""Text that is cleaned in place: ``trim and lower-case the email``, ``keep only the digits of phone``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.cleaners import DIGITS, REDUCING
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.spelled import read_spelled
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Apply, Constant, Expression, Noun
from datamorph.planning.offline.phrases import Phrases

_VERBS = Phrases({f"{phrase} {of}": DIGITS for phrase in REDUCING for of in ("from", "of", "in")} | {
    "trim": "trim({})", "strip": "trim({})", "strip spaces from": "trim({})", "lowercase": "lower({})",
    "lower": "lower({})",
    "convert to lowercase": "lower({})", "uppercase": "upper({})", "upper": "upper({})", "make lowercase": "lower({})",
    "remove surrounding spaces from": "trim({})", "remove spaces around": "trim({})",
})  # fmt: skip


_STEPS = Phrases(REDUCING | {
    "digits only": DIGITS,
    "remove spaces": "regexp_replace({}, ' ', '')", "remove all spaces": "regexp_replace({}, ' ', '')",
    "strip all spaces": "regexp_replace({}, ' ', '')", "remove dashes": "regexp_replace({}, '-', '')",
    "remove all dashes": "regexp_replace({}, '-', '')", "remove hyphens": "regexp_replace({}, '-', '')",
    "trim whitespace": "trim({})", "trim blanks": "trim({})", "strip whitespace": "trim({})",
    "strip blanks": "trim({})", "strip spaces": "trim({})", "strip": "trim({})", "trimmed": "trim({})",
    "lowercased": "lower({})", "uppercased": "upper({})", "in lowercase": "lower({})", "in uppercase": "upper({})",
    "all lowercase": "lower({})", "all uppercase": "upper({})", "no surrounding spaces": "trim({})",
    "trim": "trim({})", "trim it": "trim({})", "trim them": "trim({})", "trim spaces": "trim({})",
    "lowercase": "lower({})", "lowercase it": "lower({})", "lowercase them": "lower({})", "lower it": "lower({})",
    "uppercase": "upper({})", "uppercase it": "upper({})", "uppercase them": "upper({})",
})  # fmt: skip
_CLEAN = Phrases(dict.fromkeys((
    "normalise", "normalize", "clean", "clean up", "standardise", "standardize", "tidy", "tidy up", "harmonise",
    "harmonize", "reformat"), ""))  # fmt: skip
_CLEANED = frozenset({"clean", "cleaned", "normalised", "normalized", "standardised", "standardized", "digits", "tidy",
                      "fixed", "formatted"})  # fmt: skip
_FRONT = frozenset({"in", "at", "the", "front", "before", "it", "them", "start", "beginning", "of", "each"})
_END = frozenset({"at", "the", "end", "after", "behind", "it", "them", "of", "each"})


def read_cleaning(reader: Reader) -> list[Item]:
    """Columns that are replaced by their cleaned values."""
    start = reader.position
    headed = _headed(reader)
    if headed is not None:
        return [headed]
    reader.position = start
    if (spelled := read_spelled(reader)) is not None:
        _default(reader, spelled)
        return [spelled]
    reader.position = start
    templates = _leading(reader)
    if not templates:
        return _reduced(reader) or _turned(reader)
    items = _listed(reader, templates)
    if not items:
        reader.position = start
        return []
    while (template := _next_step(reader)) is not None:
        for item in items:
            item.expression = Apply(template, (item.expression,))
    _default(reader, items[-1])
    items[-1].name = read_name(reader) or items[-1].name
    return items


def _leading(reader: Reader) -> list[str]:
    """``trim and lower-case``: what is done to the columns behind."""
    templates: list[str] = []
    while (template := reader.take(_VERBS)) is not None:
        templates.append(template)
        mark = reader.position
        if not (reader.word(",", "and") and reader.match(_VERBS)):
            reader.position = mark
            break
    return templates


def _listed(reader: Reader, templates: list[str]) -> list[Item]:
    """The columns that are cleaned."""
    items: list[Item] = []
    mark = reader.position
    while (noun := reader.column()) is not None:
        items.append(_item(noun, templates))
        mark = reader.position
        if not reader.word(",", "and"):
            break
    reader.position = mark
    return items


def _headed(reader: Reader) -> Item | None:
    """``clean the fax of suppliers: only digits, with 00 before them``."""
    noun = reader.column() if reader.take(_CLEAN) is not None else None
    if noun is None:
        return None
    reader.skip(("numbers", "number", "values", "value", "strings", "column", "addresses"))
    if not reader.word(":", "-", "by", "so", "("):
        return None
    is_open = reader.tokens[reader.position - 1].text == "("
    item = _item(noun, [])
    count = 0
    while (template := _step(reader) if count == 0 else _next_step(reader)) is not None:
        item.expression = Apply(template, (item.expression,))
        count += 1
    if is_open and not reader.word(")"):
        return None
    name = _said_later(reader, noun)
    item.name = name or item.name
    item.words = item.words | frozenset(name.lower().split("_") if name else ())
    return item if count else None


def _next_step(reader: Reader) -> str | None:
    mark = reader.position
    reader.skip((",", "and", "then", ";"))
    step = _step(reader) if reader.position > mark else None
    if step is None:
        reader.position = mark
    return step


def _step(reader: Reader) -> str | None:
    """One thing done to the text that is spoken of; none where a column of its own stands behind."""
    mark = reader.position
    found = reader.take(_STEPS)
    if found is not None:
        behind = reader.position
        if reader.word("from", "in", "of") or reader.noun() is None:
            reader.position = behind
            return found
        reader.position = mark
        return None
    return _affix(reader)


def _affix(reader: Reader) -> str | None:
    """``put a + in front``, ``prefix it with '00'``, ``append '!' at the end``."""
    start = reader.position
    verb = reader.lower()
    if not reader.word("put", "add", "prepend", "prefix", "append"):
        return None
    reader.skip(ARTICLES | {"it", "them", "with", "sign"})
    token = reader.peek()
    if token is None or token.kind not in ("text", "mark") or token.text in (",", ".", ";", "(", ")"):
        reader.position = start
        return None
    text = (str(token.value) if token.kind == "text" else token.text).replace("'", "''")
    reader.next()
    reader.skip(("sign",))
    place = reader.position
    reader.skip(_END if verb == "append" else _FRONT)
    is_front = bool(
        {"front", "before", "start", "beginning"} & {t.lower for t in reader.tokens[place : reader.position]}
    )
    if verb in ("prefix", "prepend") or (is_front and verb != "append"):
        return f"concat('{text}', {{}})"
    if verb == "append":
        return f"concat({{}}, '{text}')"
    reader.position = start
    return None


def _said_later(reader: Reader, noun: Noun) -> str:
    """``Return member_id and phone_clean``: the name of the cleaned column."""
    words = set(noun.links[0].column.lower().split("_")) | set(noun.words)
    for token in reader.tokens[reader.position :]:
        parts = set(token.lower.split("_"))
        if token.kind == "name" and parts & _CLEANED and parts & words and "." not in token.text:
            return token.text
    return ""


def _item(noun: Noun, templates: list[str]) -> Item:
    expression: Expression = noun
    for template in templates:
        expression = Apply(template, (expression,))
    return Item(expression, frozenset(noun.words), noun.text, noun.links[0].column)


def _default(reader: Reader, item: Item) -> None:
    """``and use 'none' when it is missing``."""
    mark = reader.position
    reader.skip((",", "and", "then"))
    if reader.word("use", "put", "write", "default", "set"):
        reader.skip(ARTICLES | {"it", "to"})
    if reader.is_kind("text"):
        value = Constant(str(reader.next().value))
        if reader.word("when", "if", "where", "for"):
            reader.skip(("it", "is", "values", "one", "there"))
            if reader.lower() in MISSING and reader.next():
                reader.word("values", "ones")
                item.expression = Apply("coalesce({}, {})", (item.expression, value))
                return
    reader.position = mark


_TURN = frozenset({"turn", "convert", "make", "put", "change", "bring", "set", "write"})
_CASES = {"uppercase": "upper({})", "lowercase": "lower({})"}


def _turned(reader: Reader) -> list[Item]:
    """``turn the city into upper case``, ``make the e-mail lower case``."""
    start = reader.position
    noun = reader.column() if reader.word(*_TURN) else None
    reader.word("into", "to", "in")
    template = _CASES.get(reader.lower()) if noun is not None else None
    if noun is None or template is None:
        reader.position = start
        return []
    reader.next()
    reader.word("letters")
    return [_item(noun, [template])]


def _reduced(reader: Reader) -> list[Item]:
    """``reduce phone to its last 10 digits (digits only)``."""
    start = reader.position
    noun = reader.column() if reader.word("reduce", "cut", "shorten", "truncate") else None
    if noun is not None and reader.word("to"):
        reader.skip(ARTICLES)
        side = "right" if reader.word("last", "rightmost") else "left" if reader.word("first", "leftmost") else ""
        token = reader.peek()
        if side and token and isinstance(token.value, int) and reader.lower(1) in ("digits", "characters", "letters"):
            reader.next()
            is_digits = reader.next().lower == "digits"
            if reader.word("("):
                reader.skip(("digits", "only", "no", "other", "characters", "numbers"))
                reader.word(")")
            inner = "regexp_replace({}, '[^0-9]', '')" if is_digits else "{}"
            template = f"{side}({inner}, {token.value})"
            return [Item(Apply(template, (noun,)), frozenset(noun.words), noun.text, noun.links[0].column)]
    reader.position = start
    return []
