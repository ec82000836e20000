"""The second half of a load: staged pieces become rows of the table, with the record of them, in one commit."""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from datamorph.core.duckdb_cast import duckdb_type
from datamorph.core.load_record import LoadedPiece, LoadRecord
from datamorph.core.sql_expression import identifier
from datamorph.core.table import TableSchema
from datamorph.errors import LakeError
from datamorph.platform.load_staging import StagedLoad
from datamorph.platform.load_table import LoadedTable, part_of
from datamorph.platform.narrowing import count_rows
from datamorph.platform.ports import Ports
from datamorph.ports import Publication, StagedOutput

OLD, NEW = "earlier", "new"
MOST_KEYS = 1_000_000


@dataclass(frozen=True, slots=True)
class Change:
    """What a load does to its table.

    Attributes:
        staged: the files to publish.
        replaces: files of the table that go; None where all of them do.
        kept: files of the table that stay.
        is_same: the table holds these very rows already.
    """

    staged: StagedOutput
    record: LoadRecord
    replaces: tuple[str, ...] | None = None
    kept: tuple[str, ...] = ()
    is_same: bool = False

    def publication(self, based_on: int) -> Publication:
        """How it is published: over the snapshot that it was made from, and no other."""
        appends = bool(self.kept) and not self.replaces
        replaces = self.replaces if self.kept else None
        return Publication(
            appends=appends, replaces=None if appends else replaces, based_on=based_on, record=self.record.to_text()
        )


class Changes:
    """Makes the change of a table out of staged pieces."""

    def __init__(self, ports: Ports, run_id: str, load: StagedLoad, reading: str, into: Path) -> None:
        self._ports, self._run_id, self._load, self._reading, self._into = ports, run_id, load, reading, into

    def anew(self) -> Change:
        """The pieces are all that the table holds."""
        record = LoadRecord(self._reading, self._loaded(), self._cursor(None))
        return Change(self._output(self._files()), record)

    def whole(self, table: LoadedTable) -> Change:
        """The same; unchanged where the table holds the same rows."""
        change = self.anew()
        old = table.pinned
        same = old is not None and old.schema == self._load.schema and old.rows == change.staged.rows
        return replace(change, is_same=bool(same and old and self._differing(old.files, change.staged.files) == 0))

    def added(self, table: LoadedTable) -> Change:
        """The pieces' rows are added; files of what they had before go.

        Raises:
            LakeError: rows and record do not add up.
        """
        before = [table.record.pieces[name].part for name in self._load.pieces if name in table.record.pieces]
        replaced = table.files_of(before) or ()
        kept = tuple(file for file in (table.pinned.files if table.pinned else ()) if file not in replaced)
        pieces = {**table.record.pieces, **self._loaded()}
        change = self._beside(table, kept, self._files(), replaced)
        record = LoadRecord(self._reading, _renamed(pieces, change.record.pieces), table.record.cursor)
        rows = count_rows(self._ports, change.kept) + change.staged.rows
        if rows != record.rows:
            problem = f"{table.ref} would have {rows:,} rows, its files have {record.rows:,}"
            raise LakeError(problem, fix=f"load it from the beginning: datamorph load {table.ref} --full")
        return replace(change, record=record)

    def merged(self, table: LoadedTable) -> Change:
        """Rows of the same key are replaced; only files that hold one are written anew."""
        pinned, key = table.pinned, self._load.key
        record = LoadRecord(self._reading, self._loaded(), self._cursor(table.record.cursor))
        files = self._files()
        if pinned is None or not count_rows(self._ports, files):
            return Change(self._output(files), record, kept=pinned.files if pinned else (), is_same=True)
        keys = ", ".join(identifier(name, "duckdb") for name in key)
        values = self._ports.queries.query(
            f"SELECT DISTINCT {keys} FROM {NEW}", inputs={NEW: files}, timeout_s=self._ports.settings.query_timeout_s
        )
        touched = pinned.files
        is_evolved = pinned.schema != self._load.schema
        if values.num_rows <= MOST_KEYS and pinned.is_bare and not is_evolved:
            touched = self._ports.lake.files_holding(pinned, values)
        if touched and not is_evolved and self._differing(files, touched, is_contained=True) == 0:
            return Change(self._output(files), record, kept=pinned.files, is_same=True)
        rest = self._rest(pinned.schema, touched, files, key) if touched else []
        rest = [self._with_columns(file, number) for number, file in enumerate(rest)] if is_evolved else rest
        kept = tuple(file for file in pinned.files if file not in touched)
        change = self._beside(table, kept, [*rest, *files], touched)
        return replace(change, record=record)

    def _beside(self, table: LoadedTable, kept: tuple[str, ...], new: Sequence[str], gone: tuple[str, ...]) -> Change:
        """New files beside kept ones; where the columns changed, the kept ones are written anew with them."""
        old = table.pinned.schema if table.pinned else None
        if old == self._load.schema or not kept:
            return Change(self._output(new), LoadRecord(), replaces=gone, kept=kept)
        again = [self._with_columns(file, number) for number, file in enumerate(kept)] if old else []
        renamed = {part_of(was): LoadedPiece(part=part_of(now)) for was, now in zip(kept, again, strict=True)}
        return Change(self._output([*again, *new]), LoadRecord(pieces=renamed))

    def _with_columns(self, file: str, number: int) -> str:
        known = self._ports.queries.query("SELECT * FROM old LIMIT 0", inputs={"old": [file]}).column_names
        columns = ", ".join(
            f"CAST({identifier(c.name, 'duckdb') if c.name in known else 'NULL'} AS {duckdb_type(c.type)})"
            f" AS {identifier(c.name, 'duckdb')}"
            for c in self._load.schema
        )
        return self._written(f"SELECT {columns} FROM {OLD}", {OLD: [file]}, f"{self._run_id}-again-{number:05}")

    def _rest(self, columns: TableSchema, touched: Sequence[str], new: Sequence[str], key: Sequence[str]) -> list[str]:
        names = [identifier(name, "duckdb") for name in key]
        same = " AND ".join(f"{OLD}.{name} IS NOT DISTINCT FROM {NEW}.{name}" for name in names)
        sql = f"SELECT {OLD}.* FROM {OLD} WHERE NOT EXISTS (SELECT 1 FROM {NEW} WHERE {same})"
        known = replace(self._load, schema=columns)
        rest = Changes(self._ports, self._run_id, known, self._reading, self._into)
        return [rest._written(sql, {OLD: touched, NEW: new}, f"{self._run_id}-rest")]

    def _written(self, sql: str, inputs: Mapping[str, Sequence[str]], name: str) -> str:
        """Rows of a query as a file of that name."""
        timeout_s = self._ports.settings.engine_timeout_s
        found = self._ports.queries.write(
            sql, inputs=inputs, into=str(self._into / f".{name}"), schema=self._load.schema, timeout_s=timeout_s
        )
        target = self._into / f"{name}.parquet"
        Path(found.files[0]).rename(target)
        return str(target)

    def _differing(self, left: Sequence[str], right: Sequence[str], *, is_contained: bool = False) -> int:
        """How many rows of the left files the right ones do not have."""
        operator = "EXCEPT" if is_contained else "EXCEPT ALL"
        sql = f"SELECT COUNT(*) AS n FROM (SELECT * FROM {OLD} {operator} SELECT * FROM {NEW}) AS found"
        found = self._ports.queries.query(
            sql, inputs={OLD: left, NEW: right}, timeout_s=self._ports.settings.engine_timeout_s
        )
        return int(found.to_pylist()[0]["n"])

    def _files(self) -> list[str]:
        return [piece.file for piece in self._load.pieces.values()]

    def _output(self, files: Sequence[str]) -> StagedOutput:
        size = sum(Path(file).stat().st_size for file in files)
        rows = count_rows(self._ports, files)
        return StagedOutput(str(self._into), tuple(files), self._load.schema, rows, size)

    def _loaded(self) -> dict[str, LoadedPiece]:
        return {name: replace(one.loaded, run_id=self._run_id) for name, one in self._load.pieces.items()}

    def _cursor(self, before: str | None) -> str | None:
        return next((one.cursor for one in self._load.pieces.values() if one.cursor is not None), before)


def _renamed(pieces: Mapping[str, LoadedPiece], parts: Mapping[str, LoadedPiece]) -> dict[str, LoadedPiece]:
    """Pieces whose data files were written anew under other names."""
    return {
        name: replace(piece, part=parts[piece.part].part) if piece.part in parts else piece
        for name, piece in pieces.items()
    }
