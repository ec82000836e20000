"""The first half of a load: what there is becomes Parquet files that fit the table's columns and each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from datamorph.core.source_spec import SourceSpec
from datamorph.core.table import Column, TableSchema
from datamorph.core.widening import UNKNOWN, Misfit, fit, settled, together
from datamorph.errors import DataMorphError, SourceError, StorageFullError
from datamorph.platform.load_table import LoadedTable
from datamorph.platform.ports import Ports
from datamorph.ports import Discovered, Piece, Report, Source, StagedPiece


@dataclass(frozen=True, slots=True)
class StagedLoad:
    """Pieces that are ready to be published.

    Attributes:
        schema: the table's columns from now on.
        key: columns that identify a row.
        refused: pieces that were left out, with the reason.
    """

    schema: TableSchema
    key: tuple[str, ...] = ()
    pieces: Mapping[str, StagedPiece] = field(default_factory=dict[str, StagedPiece])
    refused: Mapping[str, DataMorphError] = field(default_factory=dict[str, DataMorphError])


class Stager:
    """Stages the pieces of one load.

    Args:
        table: the table that they go into; None where they are all that it will hold.
    """

    def __init__(self, ports: Ports, source: Source, spec: SourceSpec, table: LoadedTable | None) -> None:
        self._ports, self._source, self._spec = ports, source, spec
        self._old = table.pinned if table else None
        self._refused = dict[str, DataMorphError]()

    def stage(self, pieces: Sequence[Piece], into: Path, run_id: str, report: Report) -> StagedLoad:
        """Discover the columns of every piece, then write them all with the columns that hold every value.

        A piece that cannot be read, or does not fit the table, is refused; the others are not held up by it.
        """
        found = {piece.name: one for piece in pieces if (one := self._discovered(piece, into, report))}
        schema = self._schema({name: one.schema for name, one in found.items()})
        staged = dict[str, StagedPiece]()
        for number, piece in enumerate(pieces):
            if piece.name in found and piece.name not in self._refused:
                target = into / f"{run_id}-{number:05}.parquet"
                if one := self._staged(piece, schema, target, report):
                    staged[piece.name] = one
        key = self._spec.key or next((one.key for one in found.values()), ())
        return StagedLoad(schema, self._known_key(key, schema) if staged else (), staged, self._refused)

    def _discovered(self, piece: Piece, into: Path, report: Report) -> Discovered | None:
        try:
            return self._source.discover(piece, str(into / ".work"), report)
        except StorageFullError:
            raise
        except DataMorphError as error:
            self._refused[piece.name] = error
            return None

    def _staged(self, piece: Piece, schema: TableSchema, target: Path, report: Report) -> StagedPiece | None:
        try:
            found = self._source.stage(piece, schema, str(target), report)
        except StorageFullError:
            raise
        except DataMorphError as error:
            self._refused[piece.name] = error
            return None
        return replace(found, loaded=replace(found.loaded, part=target.stem if found.loaded.rows else ""))

    def _schema(self, found: Mapping[str, TableSchema]) -> TableSchema:
        """The table's columns after the load; pieces that do not fit are refused."""
        declared = {name.casefold(): type_ for name, type_ in self._spec.types.items()}
        notes = {name.casefold(): note for name, note in self._spec.columns.items()}
        if self._old is None:
            schema = settled(together(list(found.values())))
            return TableSchema(tuple(_described(column, declared, notes) for column in schema))
        old = self._old.schema
        if all(_fits_as_it_is(old, one) for one in found.values()):
            return old
        profile = self._ports.queries.profile(self._old.files, old)
        for name, one in found.items():
            fitted = fit(old, profile, one)
            if not isinstance(fitted, TableSchema):
                self._refused[name] = _misfit(name, fitted, str(self._old.ref))
        left = [one for name, one in found.items() if name not in self._refused]
        fitted = fit(old, profile, together(left))
        if not isinstance(fitted, TableSchema):
            raise _misfit("the pieces together", fitted, str(self._old.ref))
        return TableSchema(tuple(c if c in old.columns else _described(c, declared, notes) for c in fitted))

    def _known_key(self, key: Sequence[str], schema: TableSchema) -> tuple[str, ...]:
        for name in key:
            if name not in schema:
                fix = f"the columns are {', '.join(schema.names)}"
                raise SourceError(f"the key names {name!r}, which is no column of the rows", fix=fix)
        return tuple(column.name for name in key if (column := schema.get(name)))


def _described(column: Column, declared: Mapping[str, str], notes: Mapping[str, str]) -> Column:
    name = column.name.casefold()
    note = notes.get(name) or column.description
    return Column(column.name, declared.get(name, column.type), description=" ".join(note.split()))


def _fits_as_it_is(old: TableSchema, new: TableSchema) -> bool:
    """No column is new or of another type."""
    pairs = [(old.get(column.name), column) for column in new]
    return all(was is not None and now.type in (was.type, UNKNOWN) for was, now in pairs)


def _misfit(name: str, misfits: Sequence[Misfit], table: str) -> SourceError:
    told = "; ".join(f"column {one.column!r} is {one.old} in {table}, {one.new} here" for one in misfits[:3])
    first = misfits[0].column
    return SourceError(
        f"{name!r} does not fit: {told}",
        fix=f"correct it; or say types: {{{first}: string}} in sources.yaml and load all anew: "
        f"datamorph load {table} --full",
    )
