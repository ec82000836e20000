"""A row into several: ``each visit gives two events, 'in' at arrived_at and 'out' at left_at``."""

from __future__ import annotations

from dataclasses import dataclass, replace

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item, Output, Unpivot
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.lexicon.words import NO_NAMES
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN, Link, words_of
from datamorph.planning.offline.phrases import phrase_set

_LEAD = frozenset({"for", "from", "turn", "split", "make", "build", "create", "give", "me", "an", "a", "the", "break",
                   "expand", "write", "i", "want", "every", "each", "per", "please", "explode", "out", "of", "up",
                   "produce", "convert", "duplicate", "need", "emit", "list", "show", "report", "repeat"})  # fmt: skip
_LOGS = ("event log", "event list", "event table", "event stream", "log", "timeline", "events table", "events",
         "list of events", "log of events", "movement list", "history")  # fmt: skip
_LOG = phrase_set(tuple(f"{log} {of}" for log in _LOGS for of in ("of", "from", "for", "out of", "over")))
_GIVES = frozenset({"row", "record", "entry", "should", "must", "shall", "produce", "produces", "give", "gives",
                    "yield",
                    "yields", "become", "becomes", "make", "makes", "has", "have", "generates", "generate", "is", "be",
                    "into", "turns", "turn", "turned", "split", "gets", "get", "to", "in", "counts", "as", "up", "out",
                    "write", "emit", "emits", "create", "creates", "i", "want", "need", "we", ",", ":", "results",
                    "result", "of", "with", "goes", "go", "twice", "that", "comes", "contributes", "leads", "are",
                    "exactly", "our", "needs", "-", "add", "put", "list", "return", "show", "appear",
                    "appears", "shows", "occur", "occurs", "stand", "stands", "listed"})  # fmt: skip
_ROWS = frozenset({"rows", "events", "lines", "records", "entries", "ones", "movements", "steps"})
_BEHIND = frozenset({"each", "apiece", ":", ",", "-", "(", "namely", "i.e", "i.e.", "instead", "of", "one", "per",
                     "–", "—"})  # fmt: skip  # noqa: RUF001
_BEFORE = frozenset({"one", "a", "an", "the", "first", "second", "third", "another", "row", "rows", "event", "events",
                     "line", "record", "entry", "and", ",", ";", "then", "with", "for", "called", "labelled", "labeled",
                     "as", "marked", "is", "plus", "of", "also", "next", "its", "their", "other",
                     "named", "in", "which", "that", "has", "saying", "time", "again", "later",
                     "where", "having"})  # fmt: skip
_BETWEEN = frozenset({"at", "with", "from", "on", "=", "(", "taking", "holding", "as", "of", "dated", "for", "using",
                      "the", "its", "time", "timestamp", "value", "row", "event", "date", "stamped", "by", "when",
                      "is", ":", "carrying", "showing", "-", ">", "taken", "based", "line", "record", "entry", "and",
                      "read", "timestamped"})  # fmt: skip
_IS_LABEL = frozenset({"as", "is", "=", "called", "labelled", "labeled", "(", "for", "-", ">", "becomes", "under",
                       "named", "marked", "with", "the", "label", "gives", "event", "row", ":"})  # fmt: skip
_IF = frozenset({"once", "if", "when", "where", "unless", "after", "provided", "only"})
_SKIP = phrase_set(("skip", "drop", "omit", "leave out", "no", "without", "ignore", "do not write", "don't write",
                    "leave",
                    "do not add", "don't add", "there is no", "exclude", "but no", "do not emit", "don't emit",
                    "except",
                    "leaving out", "skipping", "dropping", "but skip", "omitting", "not", "there's no"))  # fmt: skip
_ABSENT = MISSING | frozenset("no not never still yet without open lacking none isn't hasn't aren't haven't".split())
_OR = frozenset({"or", "/", ",", "and", "|", "respectively", ";"})
_FROM = frozenset({"taken", "from", "=", "is", "being", "(", "holds", "holding", "coming", "comes", "the", "of", "as",
                   "either", "which", "with", "filled", "that", "using"})  # fmt: skip
_FEWEST, _MOST, _LONGEST = 2, 6, 8


@dataclass(slots=True)
class _Part:
    """A row that a row gives: what it is called, the column that it shows, and whether it may be missing."""

    label: str
    column: Link
    is_optional: bool = False
    name: str = ""
    value: str = ""


def read_split(reader: Reader, draft: Draft) -> bool:
    """The table, how many rows each of its rows gives, and what stands in these."""
    if draft.unpivot is not None:
        return _skipped(reader, draft)
    start = reader.position
    table = _heading(reader)
    if table is None:
        reader.position = start
        return False
    number, noun, listed = table
    ref = noun.links[0].table
    mark = reader.position
    parts = _parts(reader, ref)
    name = value = ""
    if len(parts) < _FEWEST:
        reader.position = mark
        found = _items(reader, ref)
        parts, name, value, listed = found if found is not None else ([], "", "", listed)
    if len(parts) < _FEWEST or number not in (0, len(parts)) or len({part.label for part in parts}) != len(parts):
        reader.position = start
        return False
    name = name or _shared_name([part.name for part in parts])
    value = value or _shared_name([part.value for part in parts])
    columns = tuple(Noun(p.column.column, words_of(p.column.column), (p.column,), noun.position) for p in parts)
    labels = tuple(part.label for part in parts)
    optional = tuple(part.label for part in parts if part.is_optional)
    draft.unpivot = Unpivot(columns, name, value, labels, optional=optional)
    draft.tables.append(Noun(noun.text, noun.words, (noun.links[0],), noun.position))
    draft.outputs += [Output(one, is_strict=True) for one in listed]
    for new in (name, value):
        if new:
            reader.defined.append(Item(Noun(new, (new,)), frozenset({new}), new, new))
    return True


def _shared_name(names: list[str]) -> str:
    """The name that all of them have."""
    return names[0] if len(set(names)) == 1 else ""


def _heading(reader: Reader) -> tuple[int, Noun, list[Noun]] | None:
    """How many rows, the table, and the columns that are listed before what the rows are."""
    reader.skip(_LEAD)
    is_log = reader.take(_LOG) is not None
    reader.skip(_LEAD | {"our", "all"})
    noun = read_table(reader)
    if noun is None:
        return None
    if is_log:
        listed = _listed(reader, noun.links[0].table)
        return (0, noun, listed) if listed is not None else None
    reader.skip(_GIVES)
    token = reader.peek()
    number = token.value if token is not None and isinstance(token.value, int) else 0
    if token is not None and (token.kind == "text" or token.lower in ("once", "first")):
        return 0, noun, []
    if not _FEWEST <= number <= _MOST:
        return None
    reader.next()
    if not reader.word(*_ROWS):
        return None
    reader.skip(_BEHIND)
    return number, noun, []


def _listed(reader: Reader, table: TableRef) -> list[Noun] | None:
    """``with ticket_id, event, event_at:``."""
    found: list[Noun] = []
    reader.skip(("with", "columns", "having", "(", ",", ":", "the"))
    while (noun := _column_or_name(reader, table)) is not None:
        found.append(noun)
        if not reader.word(",", "and"):
            break
        reader.word("and")
    reader.word(")")
    return found if not found or reader.word(":", ";", ".", "-", ",") else None


def _column_or_name(reader: Reader, table: TableRef) -> Noun | None:
    token = reader.peek()
    if token is None or not token.is_word or token.lower in NO_NAMES:
        return None
    links = tuple(one for one in reader.links(reader.position, 1) if one.table == table and one.column)
    bare = reader.unlinked()
    return Noun(bare.text, bare.words, links[:1] if links and links[0].score >= OWN else (), bare.position)


def _parts(reader: Reader, table: TableRef) -> list[_Part]:
    """``'in' at arrived_at and 'out' at left_at``."""
    found: list[_Part] = []
    mark = reader.position
    while (part := _part(reader, table)) is not None:
        found.append(part)
        mark = reader.position
        _of_each(reader)
    reader.position = mark
    return found


def _of_each(reader: Reader) -> None:
    """``per ticket``."""
    mark = reader.position
    if reader.word("per", "for") and (reader.word("each", "every", "the") or True) and read_table(reader) is not None:
        return
    reader.position = mark


def _part(reader: Reader, table: TableRef) -> _Part | None:
    _lead(reader)
    is_optional = _condition(reader)
    _lead(reader)
    name = _assigned(reader)
    token = reader.peek()
    if token is None:
        return None
    if token.kind == "text":
        label = str(reader.next().value)
        mark = reader.position
        reader.skip(_BETWEEN - {"="})
        value = _assigned(reader)
        reader.skip(_BETWEEN)
        column = reader.column_of(table)
        if column is None:
            reader.position = mark
            column = _called(reader, table, label)
        if column is None:
            return None
        reader.word(")")
        return _Part(label, column, is_optional or _condition(reader), name, value)
    if (plain := _plain_label(reader, table)) is not None:
        return replace(plain, is_optional=is_optional or _condition(reader))
    column = reader.column_of(table)
    reader.skip(_IS_LABEL)
    if column is None or not reader.is_kind("text"):
        return None
    label = str(reader.next().value)
    reader.word(")")
    return _Part(label, column, is_optional or _condition(reader))


def _lead(reader: Reader) -> None:
    """``and another row``, ``once with``: words before what a row is called."""
    reader.skip(_BEFORE)
    if reader.lower() == "once" and (reader.lower(1) in _BEFORE or reader.is_kind("text", 1)):
        reader.next()
        reader.skip(_BEFORE)


def _assigned(reader: Reader) -> str:
    """``event`` of ``event 'in'``, ``cents`` of ``cents = fare_cents``: the name of a new column."""
    token = reader.peek()
    if token is None or not token.is_word or token.lower in NO_NAMES:
        return ""
    if reader.is_kind("text", 1):
        return reader.next().text
    if reader.lower(1) == "=":
        reader.position += 2
        return token.text
    return ""


def _plain_label(reader: Reader, table: TableRef) -> _Part | None:
    """``cars (car_cap)``."""
    mark = reader.position
    if reader.is_kind("word") and reader.lower(1) == "(":
        label = reader.next().text
        reader.word("(")
        reader.skip(("from", "="))
        column = reader.column_of(table)
        if column is not None and reader.word(")"):
            return _Part(label, column)
    reader.position = mark
    return None


def _condition(reader: Reader) -> bool:
    """``once closed``, ``if there is one``: the row is there only where its column holds something."""
    mark = reader.position
    reader.skip((",", "and", "but", "("))
    if not reader.word(*_IF):
        reader.position = mark
        return False
    for _ in range(_LONGEST):
        if reader.lower() in ("", ",", ".", ";", ")") or reader.is_kind("text"):
            reader.skip((",", ")"))
            return True
        reader.next()
    reader.position = mark
    return False


def _called(reader: Reader, table: TableRef, label: str) -> Link | None:
    """The one column that has the label in its name: ``opened_at`` of ``'opened'``."""
    wanted = set(words_of(label))
    known = reader.names.column_words
    found = [column for owner, column in known if owner == table and wanted <= set(words_of(column))]
    return Link(table, found[0], 1.0) if len(found) == 1 else None


def _items(reader: Reader, table: TableRef) -> tuple[list[_Part], str, str, list[Noun]] | None:
    """``vessel, measure ('pax' or 'car'), capacity taken from pax_cap and car_cap``."""
    listed: list[Noun] = []
    labels: list[str] = []
    columns: list[Link] = []
    name = value = ""
    while (noun := _column_or_name(reader, table)) is not None:
        listed.append(noun)
        mark = reader.position
        if not noun.links:
            found = _texts(reader)
            sources = _sources(reader, table) if not found else []
            if found and not labels:
                labels, name = found, noun.text
            elif len(sources) >= _FEWEST and not columns:
                columns, value = sources, noun.text
            else:
                reader.position = mark
                return None
        if not reader.word(",", "and"):
            break
        reader.word("and")
    if len(labels) != len(columns) or not labels:
        return None
    parts = [_Part(label, column) for label, column in zip(labels, columns, strict=True)]
    named = [_called(reader, table, label) for label in labels]
    if all(one is not None and one.column in {c.column for c in columns} for one in named):
        parts = [_Part(label, one) for label, one in zip(labels, named, strict=True) if one is not None]
    return parts, name, value, listed


def _texts(reader: Reader) -> list[str]:
    mark = reader.position
    reader.skip(("(", "=", "is", ":", "being", "either", "saying", "with"))
    found: list[str] = []
    while reader.is_kind("text"):
        found.append(str(reader.next().value))
        reader.skip(_OR - {","} if reader.lower() != "," or not reader.is_kind("text", 1) else _OR)
    if len(found) < _FEWEST:
        reader.position = mark
        return []
    reader.word(")")
    return found


def _sources(reader: Reader, table: TableRef) -> list[Link]:
    mark = reader.position
    reader.skip(_FROM)
    found: list[Link] = []
    while (link := reader.column_of(table)) is not None:
        found.append(link)
        before = reader.position
        reader.skip(_OR | {"the"})
        if reader.column_of(table) is None:
            reader.position = before
            reader.word("respectively")
            break
        reader.position = before
        reader.skip(_OR | {"the"})
    if len(found) < _FEWEST:
        reader.position = mark
        return []
    reader.word(")")
    return found


def _skipped(reader: Reader, draft: Draft) -> bool:
    """``skip the 'out' row for those still here``, ``no row where left_at is missing``."""
    request, start = draft.unpivot, reader.position
    if request is None or not request.labels:
        return False
    reader.skip(("and", ",", "but", "please", "with"))
    if reader.take(_SKIP) is None:
        reader.position = start
        return False
    reader.skip(ARTICLES)
    label = _label(reader, request)
    reader.skip(_ROWS | {"row", "event", "line", "record", "entry", "out"})
    if not reader.word(*_IF, "for", "of", "with", "without", "while"):
        reader.position = start
        return False
    said: list[str] = [reader.tokens[reader.position - 1].lower]
    columns = {noun.links[0].column: n for n, noun in enumerate(request.columns)}
    while reader.lower() not in ("", ".", ";", ")", ",") and len(said) < _LONGEST + _MOST:
        link = reader.column_of(request.columns[0].links[0].table)
        if link is not None:
            label = label or (request.labels[columns[link.column]] if link.column in columns else "")
            said.append("")
        else:
            said.append(reader.next().lower)
    if not label or not set(said) & _ABSENT:
        reader.position = start
        return False
    draft.unpivot = replace(request, optional=(*request.optional, label))
    return True


def _label(reader: Reader, request: Unpivot) -> str:
    token = reader.peek()
    said = str(token.value).lower() if token is not None and token.kind == "text" else reader.lower()
    found = next((label for label in request.labels if label.lower() == said and said), "")
    if found:
        reader.next()
    return found
