"""What the result shows: ``Output genre, track, revenue and rank``, ``with the airport name``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.measures import read_measure
from datamorph.planning.offline.grammar.naming import read_digits, read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.cues import OUTPUT
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Constant, Draft, Item, Noun, Output
from datamorph.planning.offline.names import HEAD, SYNONYM
from datamorph.planning.offline.phrases import phrase_set

_OUTPUT = phrase_set(OUTPUT)
_STRONG = frozenset({"columns", "output", "outputs", "return", "fields", "named", "call"})
_ADDING = frozenset(
    {"with", "along with", "together with", "plus", "include", "also show", "include columns", "with fields"}
)
_SEPARATORS = frozenset({",", "and", "&", "plus", "also"})
_END = frozenset({".", ";", "?", "!", "-", "–", "—"})  # noqa: RUF001


def read_outputs(reader: Reader, draft: Draft) -> list[Output] | None:
    """Columns after a word such as ``output``; measures among them go to the draft."""
    start = reader.position
    said = reader.take(_OUTPUT)
    if said is None:
        return None
    reader.skip(
        frozenset(
            {
                ":",
                "the",
                "only",
                "just",
                "columns",
                "column",
                "me",
                "following",
                "fields",
                "these",
                "them",
                "a",
                "be",
                "as",
                "to",
            }
        )
    )
    found: list[Output] = []
    mark = reader.position
    while True:
        output = _output(reader, draft, is_certain=_is_certain(reader, start))
        if output is None:
            break
        found.append(output)
        mark = reader.position
        is_tied = False
        while reader.lower() in _SEPARATORS and reader.lower():
            is_tied = True
            reader.next()
        if not is_tied or _starts_clause(reader):
            break
    reader.position = mark
    for output in found:
        output.is_added = said in _ADDING
    if not found:
        reader.position = start
        return None
    return found


def _is_certain(reader: Reader, start: int) -> bool:
    """True where the cue announces columns, so that unknown words there are their names."""
    cue = {token.lower for token in reader.tokens[start : reader.position]}
    return bool(cue & _STRONG)


def _starts_clause(reader: Reader) -> bool:
    return reader.lower() in (
        "sort",
        "order",
        "sorted",
        "ordered",
        "keep",
        "save",
        "then",
        "round",
        "rounded",
        "most",
        "drop",
        "filter",
    )


def _output(reader: Reader, draft: Draft, *, is_certain: bool) -> Output | None:
    start = reader.position
    reader.skip(ARTICLES)
    token = reader.peek()
    if token is None or token.text in _END:
        reader.position = start
        return None
    if token.kind == "name" and "." not in token.text:
        return _named(reader, draft)
    measure = read_measure(reader)
    if measure is not None:
        draft.measures.append(measure)
        noun = Noun(measure.text, tuple(sorted(measure.words)), (), start)
        return Output(noun, measure.name, measure.expression)
    return _phrase(reader, start, is_certain=is_certain)


def _named(reader: Reader, draft: Draft) -> Output:
    links = reader.links(reader.position, 1)
    bare = reader.unlinked()
    noun = Noun(bare.text, bare.words, links, bare.position)
    output = Output(noun, noun.text)
    _definition(reader, draft, output)
    return output


def _phrase(reader: Reader, start: int, *, is_certain: bool) -> Output | None:
    noun = reader.noun()
    if noun is None and is_certain and reader.is_kind("word") and reader.lower() not in GLUE:
        noun = _new(reader)
    if noun is None or (not is_certain and noun.links[0].score < HEAD * SYNONYM):
        reader.position = start
        return None
    output = Output(noun)
    output.name = read_name(reader)
    output.digits = read_digits(reader)
    return output


def _new(reader: Reader) -> Noun:
    length = 1
    while length < 3 and reader.is_kind("word", length) and reader.lower(length) not in GLUE | {"rounded", "sorted"}:  # noqa: PLR2004
        length += 1
    return reader.unlinked(most=length)


def _definition(reader: Reader, draft: Draft, output: Output) -> None:
    """``first_order (date of the earliest order)``, ``month (YYYY-MM)``, ``net = amount - discount``."""
    mark = reader.position
    if (digits := read_digits(reader)) is not None:
        output.digits = digits
        return
    closes = reader.word("(")
    if not closes and not reader.word("=", ":"):
        return
    measure = read_measure(reader)
    expression = measure.expression if measure else read_expression(reader)
    if expression is None or isinstance(expression, Constant) or (closes and not reader.word(")")):
        reader.position = mark
        return
    output.definition = expression
    if measure:
        measure.name = output.name
        draft.measures.append(measure)
    else:
        draft.computed.append(Item(expression, frozenset(output.noun.words), output.noun.text, output.name))
