"""A column of a list by its name: ``dep_port as from_port``, ``the airport name``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Output
from datamorph.planning.offline.grammar.naming import read_digits, read_name
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.stamps import read_form
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.lexicon.cues import KEEP, PER, REMOVE
from datamorph.planning.offline.lexicon.words import GLUE, NAMES_TOO
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.questions.nouns import shared_head

_PER, _KEEP, _REMOVE = phrase_set(PER), phrase_set(KEEP), phrase_set(REMOVE)
_NO_NAMES = frozenset(
    "where without except excluding unless whose if when provided whenever only not no minus but".split()
)
"""Words that begin a condition, never the name of a column."""
_ABOUT_ROWS = frozenset(
    "ones one rows records only ignored left excluded dropped omitted skipped removed out don't do aren't are is not "
    "isn't shouldn't should must mustn't can't doesn't does aside apart included".split()
)
CLAUSE = frozenset("sort order sorted ordered keep save then round rounded most drop filter".split())


def read_written(reader: Reader, draft: Draft) -> Output:
    """``dep_port as from_port``: a name in snake case, with or without a column behind it."""
    links = reader.links(reader.position, 1)
    bare = reader.unlinked()
    noun = Noun(bare.text, bare.words, links, bare.position)
    pattern = read_form(reader)
    output = Output(noun, _new_name(reader) or noun.text)
    output.pattern = pattern
    read_note(reader, draft, output)
    if reader.lower() in ("as", "called", "named", "renamed"):
        output.name = read_name(reader) or output.name
    output.digits = output.digits if output.digits is not None else read_digits(reader)
    return output


def _new_name(reader: Reader) -> str:
    """``dep_port as from_port``: the name behind it."""
    return read_name(reader, is_listed=True) if reader.lower() == "as" or reader.lower() in ("called", "named") else ""


def read_phrase(reader: Reader, draft: Draft, start: int, *, is_certain: bool) -> Output | None:
    """``the airport name``: words that name a column, or a name of the prompt's own."""
    if reader.lower(1) == "only" and _is_state(reader):
        reader.position = start
        return None
    noun = reader.defined_noun() or _shared(reader) or reader.noun()
    if noun is not None and _refers_back(reader, start, noun):
        reader.position = start
        return None
    if noun is None and is_certain and _is_new(reader):
        noun = _new(reader)
    if noun is None or reader.is_kind("number"):
        reader.position = start
        return None
    output = Output(noun)
    output.pattern = read_form(reader)
    read_note(reader, draft, output)
    is_column = bool(noun.links) and bool(noun.links[0].column) and noun.links[0].score >= OWN
    output.name = "" if _is_value(reader, noun) else read_name(reader, is_listed=is_column) or output.name
    output.digits = output.digits if output.digits is not None else read_digits(reader)
    return output


_NAME_ENDS = frozenset({"", ",", ".", ";", ")", "(", "and"})


def is_name_too(reader: Reader) -> bool:
    """``columns letter, people``: a word that says nothing elsewhere, alone between commas."""
    is_alone = reader.lower(1) in _NAME_ENDS and not reader.is_kind("text", 1)
    return is_alone and reader.lower() in NAMES_TOO


def _refers_back(reader: Reader, start: int, noun: Noun) -> bool:
    """``that product``: what was said before, unless a column is called so."""
    is_said = reader.tokens[start].lower in ("that", "this") and noun.position > start
    return is_said and bool(noun.links) and noun.links[0].score < OWN


def _is_state(reader: Reader) -> bool:
    """``ticket_id, days_open, closed only``: a participle says which rows are meant, and is no column."""
    links = reader.links(reader.position, 1)
    return reader.lower().endswith("ed") and not any(link.column.lower() == reader.lower() for link in links)


def _shared(reader: Reader) -> Noun | None:
    """``first`` in ``first and last name``."""
    found = shared_head(reader, reader.position)
    if found is None or any(link.score >= OWN for link in reader.links(reader.position, found[0])):
        return None
    start = reader.position
    bare = reader.unlinked(most=found[0])
    return Noun(bare.text, bare.words, found[1], start)


def _is_value(reader: Reader, noun: Noun) -> bool:
    """``first name as Carole``: what follows is a value of the column, not a new name for it."""
    start = reader.position
    reader.next() if reader.lower() == "as" else None
    found = held_values(reader, noun) if noun.links else None
    reader.position = start
    return found is not None


def _is_new(reader: Reader) -> bool:
    """True where a name of the prompt's own may stand: nothing that says which rows, or how they are grouped."""
    is_glue = reader.lower() in GLUE | _NO_NAMES and not is_name_too(reader)
    is_name = reader.is_kind("word") and not is_glue
    return is_name and not any(reader.match(phrases) for phrases in (_PER, _REMOVE, _KEEP)) and not _is_held(reader)


def _is_held(reader: Reader) -> bool:
    """``cancelled ones``: a value that some column holds, in front of the rows that have it."""
    found = held_values(reader, None)
    return found is not None and reader.lower(found[0]) in _ABOUT_ROWS


def _new(reader: Reader) -> Noun:
    length = 1
    while length < 3 and reader.is_kind("word", length) and reader.lower(length) not in GLUE | CLAUSE | _NO_NAMES:  # noqa: PLR2004
        length += 1
    return reader.unlinked(most=length)
