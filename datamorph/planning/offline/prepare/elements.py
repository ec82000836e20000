"""Arrays as tables of their own that refer to the rows they were in, and fields of structs as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, ForeignKey, TableProfile
from datamorph.core.glossary import Glossary, Note
from datamorph.core.nested import element_type, map_types, struct_fields
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.prepare.preparation import POSITION, Preparation, Prepared, Step
from datamorph.planning.offline.tokens import Token, singular

_INSIDE = frozenset({"inside", "within", "nested", "in", "under", "from", "of", "the"})


def with_elements(tokens: Sequence[Token], catalog: Catalog) -> Prepared:
    """The catalog with what the prompt says of the inside of nested columns."""
    said = {word for token in tokens if token.kind == "word" for word in words_of(token.text)}
    said |= {token.lower for token in tokens if token.kind == "name"}
    prepared = Prepared(catalog)
    for table in catalog.tables:
        _fields(prepared, table, said)
        for column in table.schema:
            element = element_type(column.type)
            dotted = f"{column.name.lower()}."
            if element is None:
                continue
            is_said = set(words_of(column.name)) <= said or any(word.startswith(dotted) for word in said)
            if is_said or _is_field_said(catalog, element, said):
                _elements(prepared, table, column.name, element)
    return prepared


def _is_field_said(catalog: Catalog, element: str, said: set[str]) -> bool:
    """True where the prompt names a field of the elements that no table has a column for."""
    fields = [words_of(name) for name in struct_fields(element) or {}]
    found = [words for words in fields if set(words) <= said]
    known = {words_of(name) for table in catalog.tables for name in table.schema.names} if found else set[object]()
    return any(words not in known for words in found)


def _is_plain(type_: str) -> bool:
    return element_type(type_) is None and struct_fields(type_) is None and map_types(type_) is None


def _fields(prepared: Prepared, table: CatalogTable, said: set[str]) -> None:
    """Fields that the prompt names: ``country (inside customer)``, ``customer.country``."""
    columns: dict[str, str] = {}
    new: list[Column] = []
    notes: dict[tuple[TableRef, str], Note] = {}
    for column in table.schema:
        for name, type_ in (struct_fields(column.type) or {}).items():
            spelled = f"{column.name}.{name}".lower()
            is_named = name.lower() in said or set(words_of(name)) <= said
            is_said = spelled in said or (is_named and set(words_of(column.name)) <= said)
            if not is_said or not _is_plain(type_) or not name.isidentifier():
                continue
            own = name if table.schema.get(name) is None else f"{column.name}_{name}"
            columns[own] = f"{column.name}.{name}"
            new.append(Column(own, type_))
            notes[table.ref, own] = Note(synonyms=(f"{column.name} {name}",))
    if columns:
        inside = {path.lower(): new for new, path in columns.items()}
        prepared.add(table.ref, ("derive", {"columns": columns}), extra=columns, inside=inside)
        prepared.put(replace(table, schema=TableSchema((*table.schema, *new))))
        _note(prepared, columns=notes)


def _elements(prepared: Prepared, table: CatalogTable, array: str, element: str) -> None:
    """One row for each element, with the key of the row that it was in."""
    key = _key(table)
    if not key:
        return
    name = singular(array.lower())
    fields = struct_fields(element)
    inside = {field: type_ for field, type_ in (fields or {name: element}).items() if _is_plain(type_)}
    taken = {column.casefold() for column in (*key, POSITION)}
    named = {f"{name}_{field}" if field.casefold() in taken else field: field for field in inside}
    step: Step = ("explode", {"column": array, "position_as": POSITION})
    if fields is None:
        step[1]["as"] = next(iter(named))
    else:
        step[1]["fields"] = [field if new == field else {new: field} for new, field in named.items()]
    kept = [*key, POSITION, *named]
    ref = TableRef(table.ref.tier, table.ref.domain, f"{table.ref.name}_{array.lower()}"[:100])
    before = [c for c in table.schema.names if c not in (*key, array)]
    first: Step = ("select", {"columns": [*key, array]})
    steps = (*([first] if before else []), step, ("select", {"columns": kept}))
    paths = {f"{array}.{field}".lower(): new for new, field in named.items()}
    prepared.made[ref] = Preparation(table.ref, table.schema, steps, array=array, inside=paths)
    types = {column.name: column.type for column in table.schema if column.name in key}
    columns = [Column(one, types[one]) for one in key] + [Column(POSITION, "int")]
    columns += [Column(new, inside[field]) for new, field in named.items()]
    profile = {one: replace(table.profile.columns.get(one, ColumnProfile()), nulls=0) for one in key}
    foreign = ForeignKey(key, table.ref, key)
    made = CatalogTable(ref, TableSchema(tuple(columns)), table.snapshot_id, "", TableProfile(0, profile),
                        (*key, POSITION), (foreign,))  # fmt: skip
    owner = prepared.catalog.get(table.ref) or table
    rest = TableSchema(tuple(column for column in owner.schema if column.name != array))
    prepared.put(replace(owner, schema=rest, primary_key=key), made)
    prepared.elements[ref] = table.ref
    prepared.made.setdefault(table.ref, Preparation(table.ref, table.schema))
    own = (f"{singular(table.ref.name)} {array}", f"{array} array", f"{array} list")
    is_free = all(other.ref.name != array.lower() for other in prepared.catalog.tables)
    places = (f"{name} no", f"{name} number", f"{name} position", f"{name} index", "index")
    _note(prepared, {ref: Note(synonyms=(array, *own) if is_free else own)},
          {(ref, POSITION): Note(synonyms=places)})  # fmt: skip


def _key(table: CatalogTable) -> tuple[str, ...]:
    """What tells the rows apart: declared, else the first column that is different in all of them."""
    if table.primary_key:
        return table.primary_key
    return tuple([column.name for column in table.schema if table.profile.is_unique(column.name)][:1])


def _note(
    prepared: Prepared,
    tables: dict[TableRef, Note] | None = None,
    columns: dict[tuple[TableRef, str], Note] | None = None,
) -> None:
    known = prepared.catalog.glossary
    notes = Glossary(known.terms, {**known.tables, **(tables or {})}, {**known.columns, **(columns or {})})
    prepared.catalog = Catalog(prepared.catalog.tables, notes)


def spelled(tokens: tuple[Token, ...], prepared: Prepared) -> tuple[Token, ...]:
    """``customer.country``, ``lines.qty`` and ``country (inside customer)`` as the columns that they are now."""
    paths = _paths(prepared)
    found: list[Token] = []
    place = 0
    while place < len(tokens) and paths:
        token = tokens[place]
        end = _end_of_inside(tokens, place, paths)
        new = paths.get(tokens[end - 2].lower + "." + token.lower) if end else paths.get(token.lower)
        found.append(_named(token, new, tokens[end - 1].end if end else token.end) if new else token)
        place = end or place + 1
    return tuple(found) if paths else tokens


def _paths(prepared: Prepared) -> dict[str, str]:
    """New columns by the path of the field that they hold: ``lines.qty``."""
    return {path: new for made in prepared.made.values() for path, new in made.inside.items()}


def _end_of_inside(tokens: Sequence[Token], place: int, paths: dict[str, str]) -> int:
    """Behind ``country (inside customer)``; 0 where that does not stand there."""
    end = place + 2
    if place + 1 >= len(tokens) or tokens[place + 1].text != "(":
        return 0
    while end < len(tokens) and tokens[end].lower in _INSIDE:
        end += 1
    is_inside = end > place + 2 and end + 1 < len(tokens) and tokens[end + 1].text == ")"
    return end + 2 if is_inside and f"{tokens[end].lower}.{tokens[place].lower}" in paths else 0


def _named(token: Token, name: str, end: int) -> Token:
    kind = "name" if "_" in name else "word"
    lemma = name.lower() if kind == "name" else singular(name.lower())
    return replace(token, text=name, lower=name.lower(), lemma=lemma, kind=kind, end=end)
