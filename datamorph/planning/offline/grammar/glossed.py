"""Words for rows that a parenthesis behind them explains: ``unpaid fees (paid_on is null)``."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.glosses import columns_of
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.model import Condition, Negation
from datamorph.planning.offline.names import OWN, Link

_LONGEST_GLOSS = 6


def read_glossed(reader: Reader) -> Condition | None:
    """``parcels that never arrived (arrived_on is null)``: the parenthesis says what the words before it mean."""
    return reader.first_of(_glossed_clause, _glossed_rows)


def _glossed_clause(reader: Reader) -> Condition | None:
    noun = reader.noun()
    if noun is None or noun.links[0].column or not reader.word("that", "which", "who"):
        return None
    said = reader.position
    while reader.is_kind("word") and reader.position < said + _LONGEST_GLOSS:
        reader.next()
    found = read_condition(reader) if reader.position > said and reader.word("(") else None
    return found if found is not None and reader.word(")") else None


def _glossed_rows(reader: Reader) -> Condition | None:
    """``unpaid fees (paid_on is null)``, ``cancelled ones (status = 'x')``: the first word is no name of a schema."""
    first = reader.position
    reader.skip(ARTICLES)
    run = reader.tokens[reader.position : reader.position + 2]
    is_own = len(run) == 2 and all(token.kind == "word" for token in run)  # noqa: PLR2004 (a word, and what it is of)
    is_own = is_own and run[0].lower not in GLUE | NEVER_GLUE
    links = [link for link in reader.links(reader.position, 1) if link.score >= OWN] if is_own else []
    reader.position += len(run)
    found = read_condition(reader) if is_own and reader.word("(") else None
    if found is None or not _is_about(found, links) or not reader.word(")"):
        reader.position = first
        return None
    return found


def _is_about(found: Condition, links: Sequence[Link]) -> bool:
    """True for ``voided slips (voided = 1)``: the parenthesis is about the column that the word names, if any."""
    spots = {(link.table, link.column) for link in columns_of(found)}
    return not links or any((link.table, link.column) in spots for link in links)


def read_defined_rows(reader: Reader) -> Condition | None:
    """``Late parcels (delay over 2)``: the parenthesis says what the word before the table means."""
    start = reader.position
    token = reader.peek()
    is_word = token is not None and token.kind == "word" and token.lower not in GLUE | NEVER_GLUE
    if not is_word or reader.values.exact(reader.lower()):
        return None
    links = (*reader.links(start, 1), *reader.links(start, 2))
    reader.next()
    noun = reader.noun()
    is_open = noun is not None and not noun.links[0].column and reader.word("(")
    found = read_condition(reader) if is_open else None
    if found is None or not _is_about(found, links) or not reader.word(")"):
        reader.position = start
        return None
    return found


def read_ignored(reader: Reader) -> Condition | None:
    """``without voided slips (voided = 1)``: the rows that the parenthesis tells are left out."""
    mark = reader.position
    reader.skip((",", "but"))
    found = read_glossed(reader) if reader.word("without", "excluding", "minus") else None
    if found is None:
        reader.position = mark
        return None
    return Negation(found)
