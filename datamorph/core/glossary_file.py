"""The text of a ``glossary.yaml`` to a glossary that fits the tables, or to its mistakes with their lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from datamorph.core.expression import ExpressionError, Node, Ref, walk
from datamorph.core.expression_parser import parse_expression
from datamorph.core.glossary import Glossary, Note, Term
from datamorph.core.inference import check_expression, is_aggregate
from datamorph.core.problem import Problems, nearest, shown
from datamorph.core.table import TableRef, TableSchema, Tier
from datamorph.core.yaml_lines import Lines

_WHERE = re.compile(r"'(?:[^']|'')*'|\bwhere\b", re.IGNORECASE)
_PARTS = ("terms", "wordings", "tables")
_TERM = ("means", "where", "table", "synonyms", "description")
_TABLE = ("description", "synonyms", "columns")
_COLUMN = ("description", "synonyms", "unit")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong in the file.

    Attributes:
        line: from 1; 0 for the file as a whole.
        message: with the offending value quoted.
        hint: what to write instead.
    """

    line: int
    message: str
    hint: str


@dataclass(slots=True)
class _Reading:
    lines: Lines
    tables: Mapping[TableRef, TableSchema]
    mistakes: list[Mistake] = field(default_factory=list[Mistake])
    phrases: dict[str, str] = field(default_factory=dict[str, str])

    def wrong(self, path: Sequence[str | int], message: str, hint: str) -> None:
        self.mistakes.append(Mistake(self.lines.of(path), message, hint))

    def mapping(self, path: Sequence[str | int], value: object, known: Iterable[str] = ()) -> dict[str, Any]:
        """The value as a mapping with text keys; what is none, and keys that are not known, are mistakes."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.wrong(path, f"{_name(path)} is {shown(value)}", "write name: meaning on lines of their own")
            return {}
        found: dict[str, Any] = {str(key): item for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        allowed = list(known)
        for key in [key for key in found if allowed and key not in allowed]:
            self.wrong((*path, key), f"{_name(path)} has {key!r}", nearest(key, allowed))
        return found

    def text(self, path: Sequence[str | int], value: object) -> str:
        if value is None or isinstance(value, str):
            return " ".join((value or "").split())
        self.wrong(path, f"{_name(path)} is {shown(value)}", "write text, within quotes if need be")
        return ""

    def phrases_of(self, path: Sequence[str | int], value: object) -> tuple[str, ...]:
        """Synonyms: one text or a list of texts."""
        listed: list[object] = [value] if isinstance(value, str) else value if isinstance(value, list) else []  # pyright: ignore[reportUnknownVariableType]
        if value is not None and not isinstance(value, str | list):
            self.wrong(path, f"{_name(path)} is {shown(value)}", "write a list: [word, other word]")
        texts = [
            self.text((*path, place) if isinstance(value, list) else path, one) for place, one in enumerate(listed)
        ]
        return tuple(text for text in texts if text)


def _name(path: Sequence[str | int]) -> str:
    return ".".join(map(str, path)) or "the file"


def read_glossary(text: str, tables: Mapping[TableRef, TableSchema]) -> tuple[Glossary, tuple[Mistake, ...]]:
    """Parse a glossary and check it against the tables.

    Returns:
        All that is right, and every mistake in order of its line.

    Raises:
        SpecError: it is no YAML at all.
    """
    lines = Lines(text, origin="glossary.yaml")
    reading = _Reading(lines, tables)
    data = reading.mapping((), lines.data, _PARTS)
    terms = tuple(
        term
        for name, value in reading.mapping(("terms",), data.get("terms")).items()
        if (term := _term(reading, name, value))
    )
    notes: dict[TableRef, Note] = {}
    columns: dict[tuple[TableRef, str], Note] = {}
    for name, value in reading.mapping(("tables",), data.get("tables")).items():
        _table(reading, name, value, notes, columns)
    wordings = dict(_wordings(reading, reading.mapping(("wordings",), data.get("wordings"))))
    return Glossary(terms, notes, columns, wordings), tuple(sorted(reading.mistakes, key=lambda one: one.line))


def _wordings(reading: _Reading, given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for phrase, value in given.items():
        path, said = ("wordings", phrase), " ".join(phrase.lower().split())
        words = reading.text(path, value)
        if not _is_new(reading, path, phrase, phrase):
            continue
        if not re.search(r"\w", words) or words.lower() == said:
            reading.wrong(path, f"{phrase!r} has no other words", "write what a prompt would say: amount over 100")
            continue
        yield said, words


def _table(
    reading: _Reading,
    name: str,
    value: object,
    notes: dict[TableRef, Note],
    columns: dict[tuple[TableRef, str], Note],
) -> None:
    path = ("tables", name)
    ref = _ref(reading, path, name)
    if ref is None:
        return
    facts = {"description": value} if isinstance(value, str) else reading.mapping(path, value, _TABLE)
    notes[ref] = _note(reading, path, facts)
    schema = reading.tables[ref]
    for column, told in reading.mapping((*path, "columns"), facts.get("columns")).items():
        place = (*path, "columns", column)
        if column not in schema:
            reading.wrong(place, f"{ref} has no column {column!r}", nearest(column, schema.names))
            continue
        known = {"description": told} if isinstance(told, str) else reading.mapping(place, told, _COLUMN)
        columns[ref, column] = _note(reading, place, known)


def _note(reading: _Reading, path: tuple[str, ...], facts: Mapping[str, Any]) -> Note:
    return Note(
        description=reading.text((*path, "description"), facts.get("description")),
        synonyms=reading.phrases_of((*path, "synonyms"), facts.get("synonyms")),
        unit=reading.text((*path, "unit"), facts.get("unit")),
    )


def _ref(reading: _Reading, path: Sequence[str], name: str) -> TableRef | None:
    """A table by its full name, or by its last parts where these are unique."""
    found = [ref for ref in reading.tables if f".{ref}".endswith(f".{name.lower()}")]
    if len(found) == 1:
        return found[0]
    if found:
        reading.wrong(path, f"{name!r} is more than one table", f"write {' or '.join(map(str, found))}")
    else:
        reading.wrong(path, f"there is no table {name!r}", nearest(name, map(str, reading.tables)))
    return None


def _term(reading: _Reading, name: str, value: object) -> Term | None:
    path = ("terms", name)
    facts = {"means": value} if isinstance(value, str) else reading.mapping(path, value, _TERM)
    means = reading.text((*path, "means") if isinstance(value, dict) else path, facts.get("means"))
    if not means:
        reading.wrong(path, f"{name!r} has no meaning", "write it as SQL: sum(amount) where status = 'completed'")
        return None
    if "{}" in means:
        reading.wrong(path, f"{name!r} holds '{{}}'", "write the text without it")
        return None
    expression, where = _split(means)
    where = where or reading.text((*path, "where"), facts.get("where"))
    table = _ref(reading, (*path, "table"), str(facts["table"])) if facts.get("table") else None
    synonyms = reading.phrases_of((*path, "synonyms"), facts.get("synonyms"))
    is_new = all([_is_new(reading, path, phrase, name) for phrase in (name, *synonyms)])
    if (facts.get("table") and table is None) or not is_new:
        return None
    found = _owner(reading, path, expression, where, table)
    if found is None:
        return None
    description = reading.text((*path, "description"), facts.get("description"))
    return Term(" ".join(name.lower().split()), expression, where, found, synonyms, description)


def _is_new(reading: _Reading, path: Sequence[str], phrase: str, name: str) -> bool:
    key = " ".join(phrase.lower().split())
    other = reading.phrases.setdefault(key, name)
    if not re.search(r"[^\W\d_]", key):
        reading.wrong(path, f"{phrase!r} is no word", "name it as people say it")
        return False
    if other != name:
        reading.wrong(path, f"{phrase!r} means {other!r} already", "give it one meaning")
    return other == name


def _split(means: str) -> tuple[str, str]:
    """``sum(amount) where status = 'completed'`` as its two parts."""
    found = next((match for match in _WHERE.finditer(means) if not match[0].startswith("'")), None)
    if found is None:
        return means, ""
    return means[: found.start()].strip(), means[found.end() :].strip()


def _owner(
    reading: _Reading, path: Sequence[str], expression: str, where: str, table: TableRef | None
) -> TableRef | None:
    """The table that the term is about, by its columns where the file does not say; None after a mistake."""
    try:
        nodes = [parse_expression(text) for text in (expression, where) if text]
    except ExpressionError as error:
        reading.wrong(path, str(error), error.hint)
        return None
    if where and not is_aggregate(nodes[0]):
        reading.wrong(path, f"{expression!r} with where is no measure", "write sum(...), count(*), avg(...) where ...")
        return None
    owner = table or _by_columns(reading, path, nodes)
    if owner is None:
        return None
    problems = Problems()
    schema = reading.tables[owner]
    typed = check_expression(expression, schema, problems, allows="aggregate" if is_aggregate(nodes[0]) else "")
    condition = check_expression(where, schema, problems) if where else None
    if condition is not None and condition.type != "boolean":
        problems.add("type", f"{where!r} is {condition.type}", hint="write a condition, such as status = 'completed'")
    for problem in problems.found:
        reading.wrong(path, problem.message, problem.hint)
    return owner if typed and not problems.found else None


def _by_columns(reading: _Reading, path: Sequence[str], nodes: Sequence[Node]) -> TableRef | None:
    names = list(dict.fromkeys(found.name for node in nodes for found in walk(node) if isinstance(found, Ref)))
    if not names:
        reading.wrong(path, f"nothing says which table {path[-1]!r} is about", "add table: raw.domain.name")
        return None
    owners = [ref for ref, schema in reading.tables.items() if all(name in schema for name in names)]
    raw = [ref for ref in owners if ref.tier is Tier.RAW]
    if len(owners) == 1 or len(raw) == 1:
        return (raw or owners)[0]
    if owners:
        reading.wrong(
            path, f"{', '.join(names)} is in {' and '.join(map(str, owners[:4]))}", "say which: add table: ..."
        )
        return None
    columns = dict.fromkeys(name for schema in reading.tables.values() for name in schema.names)
    missing = next((name for name in names if name not in columns), None)
    if missing is None:
        reading.wrong(path, f"no table has all of {', '.join(names)}", "use the columns of one table")
    else:
        reading.wrong(path, f"no table has a column {missing!r}", nearest(missing, columns))
    return None
