"""Columns that a sentence says are spelled in several ways, and what is done to them: ``so trim and lower-case it``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datamorph.planning.offline.draft import Item
from datamorph.planning.offline.grammar.cleaners import LOWER, TRIM, UPPER
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Apply, Expression, Noun
from datamorph.planning.offline.phrases import Phrases, phrase_set

_SPELLING = phrase_set(tuple(
    f"{word} of" for word in ("spelling", "the spelling", "spellings", "the spellings", "case", "the case", "writing",
                              "the writing", "capitalisation", "the capitalisation")
))  # fmt: skip
_MESSY = frozenset(
    """
    mess messy sloppy dirty untidy inconsistent inconsistently irregular uneven spelled spelt typed keyed written
    entered varies vary varying differs differ differing mixed stray full ways sorts
    """.split()
)
_AROUND = ARTICLES | frozenset(
    """
    is are was were has have been comes come in of with by and or spelling spellings writing all sorts kinds manner
    several many various different ways way case casing upper lower uppercase lowercase upper-case lower-case letters
    capitals capital capitalisation capitalization blanks blank spaces space whitespace trailing leading outer
    surrounding extra stray hand both not very rather quite sometimes often always somewhat bit it free form
    inconsistent different people
    """.split()
)
_SEPARATORS = frozenset({".", ",", ";", ":", "-", "\u2013", "\u2014"})
_ENDS = _SEPARATORS | {")", ""}
_LEADS = frozenset("so please therefore hence then and , & + also always first just".split())
_THEM = ("", " it", " them", " everything", " all of them", " the values", " those")
_VERBS = {
    "trim": (TRIM,), "strip": (TRIM,), "trim blanks": (TRIM,), "trim spaces": (TRIM,), "strip blanks": (TRIM,),
    "strip spaces": (TRIM,), "lowercase": (LOWER,), "lower case": (LOWER,), "lower": (LOWER,), "uppercase": (UPPER,),
    "upper case": (UPPER,), "upper": (UPPER,), "ignore case": (LOWER,), "ignore the case": (LOWER,),
}  # fmt: skip
_BLANKS = tuple(f"{kind}{what}" for kind in ("", "outer ", "surrounding ", "stray ", "leading and trailing ",
                                             "trailing ", "extra ") for what in ("blanks", "spaces"))  # fmt: skip
_ORDERS = Phrases(
    {f"{verb}{them}": templates for verb, templates in _VERBS.items() for them in _THEM}
    | {f"ignore {said}": (TRIM, LOWER) for blanks in _BLANKS for said in (f"case and {blanks}", f"{blanks} and case")}
    | {f"ignore {blanks}": (TRIM,) for blanks in _BLANKS}
)
_TAKE = frozenset("use show take compare write treat count keep group read put make turn fold convert bring".split())
_TAKEN = frozenset("used shown taken compared written treated counted kept grouped read put made turned".split())
_MUST = phrase_set(("should be", "must be", "has to be", "have to be", "needs to be", "need to be", "is to be"))
_IT = frozenset("it them everything all as in to into only after".split())
_DONE = Phrases({
    "trimmed": TRIM, "stripped": TRIM, "lowercase": LOWER, "lowercased": LOWER, "lower case": LOWER,
    "lower cased": LOWER, "in lowercase": LOWER, "in lower case": LOWER, "uppercase": UPPER, "uppercased": UPPER,
    "in uppercase": UPPER, "in upper case": UPPER, "upper case": UPPER, "small letters": LOWER, "capitals": UPPER,
    "in small letters": LOWER, "in capitals": UPPER, "without blanks": TRIM, "trimming": TRIM, "lowercasing": LOWER,
    "lower casing": LOWER, "without surrounding blanks": TRIM, "without surrounding spaces": TRIM,
})  # fmt: skip


def read_spelled(reader: Reader) -> Item | None:
    """``The rank field is a mess. Trim it and lower-case it``: the column by its cleaned values.

    What is said of the spelling must be nothing else, and what is done must end there.
    """
    if reader.position and reader.tokens[reader.position - 1].text not in _SEPARATORS:
        return None
    is_spelling = reader.take(_SPELLING) is not None
    noun = _column(reader)
    if noun is None or not _is_told(reader, is_spelling=is_spelling):
        return None
    templates: list[str] = []
    while (found := _act(reader)) is not None:
        templates += [one for one in found if one not in templates]
        _again(reader, noun)
    if not templates or reader.lower() not in _ENDS or reader.is_kind("text"):
        return None
    expression: Expression = noun
    for template in sorted(templates, key=lambda one: one != TRIM):
        expression = Apply(template, (expression,))
    return Item(expression, frozenset(noun.words), noun.text, noun.links[0].column)


def _column(reader: Reader) -> Noun | None:
    """The column, in the table that is named behind it."""
    reader.skip(ARTICLES)
    noun = reader.column()
    mark = reader.position
    table = read_table(reader) if noun is not None and reader.word("of", "in", "from") else None
    if table is None or noun is None:
        reader.position = mark
        return noun
    links = tuple(link for link in noun.links if link.table == table.links[0].table)
    return replace(noun, links=links) if links else None


def _is_told(reader: Reader, *, is_spelling: bool) -> bool:
    """True where the spelling is spoken of, and nothing else, up to what is done about it."""
    if not is_spelling and (reader.word(":") or reader.take(_MUST) is not None):
        return True
    is_messy = False
    while reader.peek() is not None and reader.tokens[reader.position].text not in _SEPARATORS | {"("}:
        token = reader.next()
        if token.lower in ("so", "please"):
            break
        if token.kind != "word" or token.lower not in _MESSY | _AROUND:
            return False
        is_messy = is_messy or token.lower in _MESSY
    if reader.word("("):
        reader.skip(_AROUND | _MESSY | {",", "/"})
        if not reader.word(")"):
            return False
    reader.word(*_SEPARATORS)
    return is_messy


def _again(reader: Reader, noun: Noun) -> None:
    """``trim and lower-case the rank``: the column by its name once more."""
    mark = reader.position
    reader.skip(ARTICLES)
    again = reader.column()
    if again is None or noun.links[0] not in again.links:
        reader.position = mark


def _act(reader: Reader) -> Sequence[str] | None:
    """What one order does to the text."""
    start = reader.position
    reader.skip(_LEADS)
    if (order := reader.take(_ORDERS)) is not None:
        return order
    found: list[str] = []
    if reader.word(*_TAKE, *_TAKEN) or reader.tokens[start - 1].lower == "be":
        reader.skip(_IT)
        while (done := reader.take(_DONE)) is not None:
            found.append(done)
            mark = reader.position
            reader.skip((",", "and", "as", "into", "to"))
            reader.position = reader.position if reader.match(_DONE) is not None else mark
    if not found:
        reader.position = start
    return found or None
