"""One entry of a list of columns: ``net = amount - discount``, ``the manager's name``, ``revenue``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, Output
from datamorph.planning.offline.grammar.clocks import read_clock_output
from datamorph.planning.offline.grammar.definitions import read_definition
from datamorph.planning.offline.grammar.derived import read_person
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.formulas import has_aggregate
from datamorph.planning.offline.grammar.measures import finish, read_measure
from datamorph.planning.offline.grammar.named_column import read_phrase, read_written
from datamorph.planning.offline.grammar.naming import read_digits, read_name
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.roles import read_role_entry
from datamorph.planning.offline.grammar.rows import read_timed
from datamorph.planning.offline.grammar.selves import read_self_entry
from datamorph.planning.offline.grammar.tags import read_tagged
from datamorph.planning.offline.grammar.windows import WINDOW_WORDS, read_window
from datamorph.planning.offline.model import Arithmetic, Noun, Window
from datamorph.planning.offline.names import words_of

END = frozenset({".", ";", "?", "!", "-", "–", "—"})  # noqa: RUF001


def read_entry(reader: Reader, draft: Draft, *, is_certain: bool) -> Output | None:
    """One column: computed, referred to, or named."""
    start = reader.position
    reader.skip(ARTICLES)
    token = reader.peek()
    if token is None or token.text in END:
        reader.position = start
        return None
    for construct in (
        read_clock_output,
        read_tagged,
        _referred,
        _defined,
        _calculated,
        _timed,
        _window,
        _person,
        _measure,
    ):
        reader.position = start
        output = construct(reader, draft)
        if output is not None:
            return output
    reader.position = start
    reader.skip(ARTICLES)
    return (
        read_written(reader, draft)
        if token.kind == "name" and "." not in token.text
        else read_phrase(reader, draft, start, is_certain=is_certain)
    )


def _defined(reader: Reader, draft: Draft) -> Output | None:
    """``net = amount - discount``, ``first_order (date of the earliest order)``."""
    start = reader.position
    reader.skip(ARTICLES)
    is_last = reader.lower(1) == "," and start > 0 and reader.tokens[start - 1].lower == "and"
    if not is_last and reader.lower(1) not in ("=", ":", "(") and reader.lower(2) not in ("=",):
        return None
    item = read_definition(reader)
    if item is None or isinstance(item.expression, Noun):
        reader.position = start
        return None
    _keep(draft, item)
    reader.defined.append(item)
    return Output(Noun(item.name, tuple(sorted(item.words)), (), start), item.name, item.expression)


def _calculated(reader: Reader, draft: Draft) -> Output | None:
    """``amount_cents / 100 as amount_eur``: arithmetic with a name behind it."""
    start = reader.position
    found = read_expression(reader)
    name = read_name(reader, is_listed=True) if isinstance(found, Arithmetic) else ""
    if not isinstance(found, Arithmetic) or not name:
        reader.position = start
        return None
    item = Item(found, frozenset(words_of(name)), name, name, read_digits(reader))
    _keep(draft, item)
    reader.defined.append(item)
    return Output(Noun(name, tuple(sorted(item.words)), (), start), name, found)


def _referred(reader: Reader, draft: Draft) -> Output | None:
    """``the manager's name``: see grammar.selves."""
    start = reader.position
    lookup = read_role_entry(reader, draft) or read_self_entry(reader, draft)
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
    is_pair = mark < len(reader.tokens) and reader.tokens[mark].lower == "first" and not is_open
    if found is None or (is_open and not reader.word(")")) or (is_pair and not _is_one_column(reader)):
        reader.position = start
        return None
    if not is_open and reader.word("("):
        reader.skip(
            (
                "first",
                "and",
                "last",
                "name",
                "separated",
                "by",
                "a",
                "space",
                "joined",
                "with",
                "together",
                "in",
                "one",
                "column",
            )
        )
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
    known = [item.expression.kind for item in draft.windows if isinstance(item.expression, Window)]
    is_known = reader.position == start + 1 and found is not None and found.kind in known
    if found is None or found.periods or is_known:
        reader.position = start
        return None
    words = WINDOW_WORDS.get(found.kind, frozenset[str]()) | frozenset(found.operand.words if found.operand else ())
    item = Item(found, words, found.kind)
    finish(reader, item)
    draft.windows.append(item)
    reader.defined.append(item)
    return Output(Noun(reader.ledger.text(start, reader.position), tuple(sorted(words)), (), start), item.name, found)


def _timed(reader: Reader, draft: Draft) -> Output | None:
    """``days from sent_on to paid_on as days_open``."""
    start = reader.position
    reader.skip(ARTICLES)
    found = read_timed(reader)
    if found is None:
        return None
    item = Item(found, frozenset(), reader.ledger.text(start, reader.position))
    finish(reader, item)
    item.words = frozenset(words_of(item.name) or words_of(item.text)[:1])
    draft.computed.append(item)
    reader.defined.append(item)
    return Output(Noun(item.text, tuple(sorted(item.words)), (), start), item.name, found)
