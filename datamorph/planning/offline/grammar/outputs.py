"""What the result shows: ``Output genre, track, revenue and rank``, ``with the airport name``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, Output
from datamorph.planning.offline.grammar.clocks import read_clock_output
from datamorph.planning.offline.grammar.definitions import read_definition, read_meaning
from datamorph.planning.offline.grammar.derived import read_person
from datamorph.planning.offline.grammar.formulas import has_aggregate
from datamorph.planning.offline.grammar.framing import starts_once
from datamorph.planning.offline.grammar.leading import starts_order
from datamorph.planning.offline.grammar.measures import finish, read_measure
from datamorph.planning.offline.grammar.naming import read_digits, read_name
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.selves import read_self_entry
from datamorph.planning.offline.grammar.sorting import DIRECTION
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.grammar.windows import WINDOW_WORDS, read_window
from datamorph.planning.offline.lexicon.cues import OUTPUT, PER
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Noun, Window
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.questions.nouns import shared_head

_OUTPUT = phrase_set(OUTPUT)
_PER = phrase_set(PER)
_STRONG = frozenset({"columns", "output", "outputs", "return", "fields", "named", "call"})
_STRICT = frozenset({"columns", "only", "fields"})
_ADDING = frozenset(
    {"with", "along with", "together with", "plus", "include", "also show", "include columns", "with fields"}
)
_SEPARATORS = frozenset({",", "and", "&", "plus", "also"})
_END = frozenset({".", ";", "?", "!", "-", "–", "—"})  # noqa: RUF001
_SKIPPED = frozenset({":", "the", "only", "just", "columns", "column", "me", "following", "fields", "these", "them",
                      "a", "be", "as", "to",
                      "is", "are"})  # fmt: skip
_CLAUSE = frozenset("sort order sorted ordered keep save then round rounded most drop filter".split())


def read_outputs(reader: Reader, draft: Draft) -> list[Output] | None:
    """Columns after a word such as ``output``; measures among them go to the draft."""
    start = reader.position
    said = reader.take(_OUTPUT)
    if said is None:
        return None
    if said == "with" and reader.lower() in ("a", "an", "any", "no"):
        reader.position = start
        return None
    is_certain = bool({token.lower for token in reader.tokens[start : reader.position]} & _STRONG)
    reader.skip(_SKIPPED)
    if said == "as" and not reader.lower(1) == ",":
        reader.position = start
        return None
    is_certain = is_certain or said == "as" or _is_plain_list(reader)
    found = read_list(reader, draft, is_certain=is_certain)
    if said == "as" and len(found) < 2:  # noqa: PLR2004 (a list)
        found = []
    for output in found:
        output.is_added = said in _ADDING
        output.is_with = said == "with"
        output.is_strict = bool(set(said.split()) & _STRICT)
    if not found or _is_subject(found, reader):
        reader.position = start
        return None
    return found


_FEWEST = 3


def _is_plain_list(reader: Reader) -> bool:
    """``country, seeds, unknown_lots``: single words with commas between, one of them written as a column is."""
    mark = reader.position
    words = 0
    is_column = False
    while (token := reader.peek()) is not None and token.is_word and "." not in token.text:
        if token.lower in GLUE | _CLAUSE:
            break
        links = reader.links(reader.position, 1)
        is_column = (
            is_column or token.kind == "name" or (bool(links) and bool(links[0].column) and links[0].score >= OWN)
        )
        words += 1
        reader.next()
        if not reader.word(","):
            break
        reader.word("and")
    is_end = reader.lower() in GLUE | _CLAUSE | {"", ".", ";"} and not reader.is_kind("text")
    reader.position = mark
    return words >= _FEWEST and is_column and is_end


def _is_subject(found: list[Output], reader: Reader) -> bool:
    """``find customers who ...``: a table with a clause is what the rows are, no column."""
    links = found[0].noun.links if len(found) == 1 and found[0].definition is None else ()
    return bool(links) and not links[0].column and reader.lower() in ("who", "that", "which", "whose")


_JUST = phrase_set(("only", "just", "keep only", "keep just", "only keep", "keep", "retain only", "retain"))
_CLAUSE_END = frozenset({"", ".", ";", ",", "then", ")", "sort", "sorted", "order", "ordered"})


def read_kept_columns(reader: Reader) -> list[Output]:
    """``only name, city and opened_on``: two columns or more, and nothing behind them that could be a condition."""
    start = reader.position
    found: list[Output] = []
    mark = start
    if reader.take(_JUST) is not None:
        reader.skip(ARTICLES)
        while (noun := reader.noun()) is not None and noun.links[0].column:
            found.append(Output(noun, is_strict=True))
            mark = reader.position
            if not reader.word(",", "and", "&"):
                break
            reader.word("and")
    reader.position = mark
    if len(found) < 2 or reader.lower() not in _CLAUSE_END:  # noqa: PLR2004 (a list)
        reader.position = start
        return []
    return found


def read_list(reader: Reader, draft: Draft, *, is_certain: bool) -> list[Output]:
    """Columns with commas and ``and`` between them."""
    found: list[Output] = []
    mark = reader.position
    while (output := _output(reader, draft, is_certain=is_certain)) is not None:
        found.append(output)
        mark = reader.position
        is_tied = False
        while reader.lower() in _SEPARATORS and reader.lower():
            is_tied = True
            reader.next()
        if (
            not is_tied
            or reader.lower() in _CLAUSE
            or reader.match(DIRECTION)
            or starts_order(reader)
            or starts_once(reader)
        ):
            break
    reader.position = mark
    return found


def _output(reader: Reader, draft: Draft, *, is_certain: bool) -> Output | None:
    start = reader.position
    reader.skip(ARTICLES)
    token = reader.peek()
    if token is None or token.text in _END:
        reader.position = start
        return None
    for construct in (read_clock_output, _referred, _defined, _window, _person, _measure):
        reader.position = start
        output = construct(reader, draft)
        if output is not None:
            return output
    reader.position = start
    reader.skip(ARTICLES)
    return (
        _name(reader, draft)
        if token.kind == "name" and "." not in token.text
        else _phrase(reader, draft, start, is_certain=is_certain)
    )


def _defined(reader: Reader, draft: Draft) -> Output | None:
    """``net = amount - discount``, ``first_order (date of the earliest order)``."""
    start = reader.position
    reader.skip(ARTICLES)
    if reader.lower(1) not in ("=", ":", "(") and reader.lower(2) not in ("=",):
        return None
    item = read_definition(reader)
    if item is None or isinstance(item.expression, Noun):
        reader.position = start
        return None
    _keep(draft, item)
    reader.defined.append(item)
    return Output(Noun(item.name, tuple(sorted(item.words)), (), start), item.name, item.expression)


def _referred(reader: Reader, draft: Draft) -> Output | None:
    """``the manager's name``: see grammar.selves."""
    start = reader.position
    lookup = read_self_entry(reader, draft)
    if lookup is None:
        return None
    output = Output(Noun(lookup.name, tuple(sorted(lookup.words)), (), start), lookup.name)
    read_note(reader, draft, output)
    return output


def _keep(draft: Draft, item: Item) -> None:
    if isinstance(item.expression, Window):
        draft.windows.append(item)
    elif has_aggregate(item.expression):
        draft.measures.append(item)
    else:
        draft.computed.append(item)


def _person(reader: Reader, draft: Draft) -> Output | None:
    start = reader.position
    reader.skip(ARTICLES)
    named = reader.noun() or (reader.unlinked() if reader.is_kind("word") and reader.lower(1) == "(" else None)
    is_open = reader.word("(") if named else False
    if not is_open:
        reader.position = start
        reader.skip(ARTICLES)
        named = None
    mark = reader.position
    found = read_person(reader)
    is_pair = reader.tokens[mark].lower == "first" and not is_open
    if found is None or (is_open and not reader.word(")")) or (is_pair and not _is_one_column(reader)):
        reader.position = start
        return None
    if not is_open and reader.word("("):
        reader.skip(frozenset("first and last name separated by a space joined with together in one column".split()))
        reader.word(")")
    name = read_name(reader) or (named.text.replace(" ", "_").lower() if named else "full_name")
    item = Item(found, frozenset(named.words if named else ("full", "name")) | {"name"}, name, name)
    draft.computed.append(item)
    return Output(Noun(name, tuple(sorted(item.words)), (), start), name, found)


def _is_one_column(reader: Reader) -> bool:
    """``first and last name`` are two columns unless something makes them one."""
    mark = reader.position
    name = reader.lower() == "(" or reader.tokens[mark - 1].lower not in ("name", "names") or bool(read_name(reader))
    reader.position = mark
    return name


def _measure(reader: Reader, draft: Draft) -> Output | None:
    start = reader.position
    measure = read_measure(reader)
    if measure is None:
        return None
    draft.measures.append(measure)
    output = Output(Noun(measure.text, tuple(sorted(measure.words)), (), start), measure.name, measure.expression)
    read_note(reader, draft, output)
    return output


def _window(reader: Reader, draft: Draft) -> Output | None:
    """``amount and the balance after each move``: a value over neighbouring rows among the columns."""
    start = reader.position
    found = read_window(reader)
    if found is None or found.periods:
        reader.position = start
        return None
    words = WINDOW_WORDS.get(found.kind, frozenset[str]()) | frozenset(found.operand.words if found.operand else ())
    item = Item(found, words, found.kind)
    finish(reader, item)
    draft.windows.append(item)
    reader.defined.append(item)
    return Output(Noun(reader.ledger.text(start, reader.position), tuple(sorted(words)), (), start), item.name, found)


def _name(reader: Reader, draft: Draft) -> Output:
    links = reader.links(reader.position, 1)
    bare = reader.unlinked()
    noun = Noun(bare.text, bare.words, links, bare.position)
    output = Output(noun, noun.text)
    read_note(reader, draft, output)
    output.digits = output.digits if output.digits is not None else read_digits(reader)
    return output


def _phrase(reader: Reader, draft: Draft, start: int, *, is_certain: bool) -> Output | None:
    noun = reader.defined_noun() or _shared(reader) or reader.noun()
    is_new = is_certain and reader.is_kind("word") and reader.lower() not in GLUE and not reader.match(_PER)
    if noun is None and is_new:
        noun = _new(reader)
    if noun is None:
        reader.position = start
        return None
    output = Output(noun)
    read_note(reader, draft, output)
    output.name = "" if _is_value(reader, noun) else read_name(reader)
    output.digits = output.digits if output.digits is not None else read_digits(reader)
    return output


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


def _new(reader: Reader) -> Noun:
    length = 1
    while length < 3 and reader.is_kind("word", length) and reader.lower(length) not in GLUE | _CLAUSE:  # noqa: PLR2004
        length += 1
    return reader.unlinked(most=length)


__all__ = ["read_list", "read_meaning", "read_outputs"]
