"""How a table's Iceberg schema follows what is published: field ids, schema changes, name mapping.

Engines write files without field ids, so readers find columns by the table's name mapping. One name can be mapped
to one id only: while a kept snapshot needs that name under another id (the column had another type then), new files
must carry their ids themselves, see ``Evolution.needs_ids``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

from pyiceberg.schema import Schema
from pyiceberg.table import TableProperties, Transaction, update
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.name_mapping import MappedField, NameMapping, create_mapping_from_schema
from pyiceberg.types import NestedField

from datamorph.adapters.lake.types import is_repeated, to_iceberg, to_spark
from datamorph.core.table import Column, TableSchema, compare_schemas
from datamorph.errors import LakeError


@dataclass(frozen=True, slots=True)
class Evolution:
    """What one publication does to a table's schema.

    Attributes:
        schema: exactly the published columns, in their order.
        mapping: name mapping that fits this schema and those of the snapshots still kept.
        needs_ids: files without field ids would be misread under this mapping.
    """

    schema: Schema
    mapping: NameMapping
    needs_ids: bool


def new_schema(columns: TableSchema) -> Schema:
    """The Iceberg schema of a table that does not exist yet; every column is optional."""
    ids = count(1)
    return Schema(*(_field(column, ids) for column in columns))


def read_schema(schema: Schema) -> TableSchema:
    """The columns of an Iceberg schema."""
    return TableSchema(
        tuple(Column(f.name, to_spark(f.field_type), not f.required, f.doc or "") for f in schema.fields)
    )


def evolve(table: TableMetadata, columns: TableSchema) -> Evolution:
    """Fit a table's schema to new columns.

    A column keeps its field id while its type stays or is promoted, and gets an earlier one back when it
    had that name and type before; a retyped column is another column with another id.
    """
    ids = count(table.last_column_id + 1)
    fields: list[NestedField] = []
    for column in columns:
        taken = {field.field_id for field in fields}
        known = _known_field(table, column, taken)
        fields.append(known.model_copy(update={"doc": column.description or None}) if known else _field(column, ids))
    schema = Schema(*fields, schema_id=1 + max(known.schema_id for known in table.schemas))
    mapping = _mapping(table, schema)
    wanted = {_name(entry): entry for entry in create_mapping_from_schema(schema)}
    is_stale = any(wanted.get(_name(entry), entry) != entry for entry in mapping)
    return Evolution(schema, mapping, is_stale or any(is_repeated(field.field_type) for field in fields))


class SetSchema(update.UpdateTableMetadata["SetSchema"]):
    """Makes a schema current within a transaction, adding it to the table when it is new."""

    def __init__(self, transaction: Transaction, evolution: Evolution) -> None:
        super().__init__(transaction)
        self._evolution = evolution

    def _commit(self) -> tuple[tuple[update.TableUpdate, ...], tuple[update.TableRequirement, ...]]:
        table, schema = self._transaction.table_metadata, self._evolution.schema
        known = next((known for known in table.schemas if known == schema), None)
        updates: list[update.TableUpdate] = [] if known else [update.AddSchemaUpdate(schema=schema)]
        if known is None or known.schema_id != table.current_schema_id:
            updates.append(set_current_schema(known.schema_id if known else -1))
        mapping = self._evolution.mapping.model_dump_json()
        if table.properties.get(TableProperties.DEFAULT_NAME_MAPPING) != mapping:
            updates.append(update.SetPropertiesUpdate(updates={TableProperties.DEFAULT_NAME_MAPPING: mapping}))
        return tuple(updates), (
            update.AssertCurrentSchemaId.model_validate({"current-schema-id": table.current_schema_id}),
            update.AssertLastAssignedFieldId.model_validate({"last-assigned-field-id": table.last_column_id}),
        )


def set_current_schema(schema_id: int) -> update.SetCurrentSchemaUpdate:
    """The update that makes a known schema current, or the one just added when the id is -1."""
    return update.SetCurrentSchemaUpdate.model_validate({"schema-id": schema_id})


def _field(column: Column, ids: Iterator[int]) -> NestedField:
    next_id: Callable[[], int] = lambda: next(ids)  # noqa: E731
    try:
        field_id = next_id()
        return NestedField(field_id, column.name, to_iceberg(column.type, next_id), doc=column.description or None)
    except ValueError as error:
        raise LakeError(
            f"column {column.name!r} cannot be published: {error}", fix="cast it in a derive step"
        ) from error


def _known_field(table: TableMetadata, column: Column, taken: set[int]) -> NestedField | None:
    """The field that this column was before: of the same type in any schema, or promoted from the current one."""
    wanted = to_spark(_field(column, count(1)).field_type)
    current = table.schema()
    for schema in (current, *reversed(table.schemas)):
        for field in schema.fields:
            if (field.name, to_spark(field.field_type)) == (column.name, wanted) and field.field_id not in taken:
                return field
    before = next((field for field in current.fields if field.name == column.name), None)
    if before is None or before.field_id in taken or not _promotes(to_spark(before.field_type), wanted):
        return None
    return before.model_copy(update={"field_type": _field(column, count(1)).field_type})


def _promotes(old: str, new: str) -> bool:
    return compare_schemas(TableSchema.of(c=old), TableSchema.of(c=new)).kind == "widening"


def _mapping(table: TableMetadata, schema: Schema) -> NameMapping:
    """The table's mapping, with the schema's names added; entries that no kept snapshot needs give way."""
    needed = {field_id for snapshot in table.snapshots for field_id in _ids(table, snapshot.schema_id)}
    old = [entry for entry in table.name_mapping() or () if entry.field_id in needed or len(entry.names) > 1]
    names = {name for entry in old for name in entry.names}
    return NameMapping([*old, *(new for new in create_mapping_from_schema(schema) if _name(new) not in names)])


def _ids(table: TableMetadata, schema_id: int | None) -> Iterator[int]:
    schema = next((schema for schema in table.schemas if schema.schema_id == schema_id), None)
    yield from (field.field_id for field in (schema.fields if schema else ()))


def _name(entry: MappedField) -> str:
    return entry.names[0]
