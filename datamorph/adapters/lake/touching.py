"""Which files of a snapshot hold given values: only those have to be written anew when their rows change."""

# pyarrow has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false, reportAttributeAccessIssue=false
# Iceberg's bounds are evaluated by what its scan uses, which it does not offer by a public name.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.expressions import AlwaysTrue, And, BooleanExpression, GreaterThanOrEqual, LessThanOrEqual
from pyiceberg.expressions.visitors import _InclusiveMetricsEvaluator
from pyiceberg.table import Table

from datamorph.adapters.lake.manifests import Manifests
from datamorph.adapters.lake.pinning import schema_of
from datamorph.adapters.lake.place import Place
from datamorph.core.plan import PinnedTable

_BOUNDED = (int, str, date, Decimal)
BATCH_ROWS = 1 << 17


def files_holding(
    table: Table, pinned: PinnedTable, values: pa.Table, place: Place, known: Manifests
) -> tuple[str, ...]:
    """Files of a pinned table with at least one row that has the values of some row of ``values``.

    The bounds in Iceberg's metadata rule out most files; the columns in question of the others are read.
    """
    snapshot = table.snapshot_by_id(pinned.snapshot_id)
    if snapshot is None or not values.num_rows:
        return ()
    might_hold = _InclusiveMetricsEvaluator(schema_of(table, snapshot), _between(values)).eval
    files = known.data_files(snapshot, table.io) or ()
    possible = {place.path(file.file_path) for file in files if might_hold(file)}
    return tuple(path for path in pinned.files if path in possible and _holds(path, values))


def _between(values: pa.Table) -> BooleanExpression:
    """Every column lies between its smallest and largest wanted value."""
    found: BooleanExpression = AlwaysTrue()
    for name in values.column_names:
        column = values[name]
        ends = pc.min_max(column).as_py() if not pa.types.is_nested(column.type) else {"min": None, "max": None}
        least, most = ends["min"], ends["max"]
        if column.null_count or not isinstance(least, _BOUNDED) or isinstance(least, bool | datetime):
            continue
        found = And(found, GreaterThanOrEqual(name, least), LessThanOrEqual(name, most))  # pyright: ignore
    return found


def _holds(path: str, values: pa.Table) -> bool:
    names = values.column_names
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=names):
            rows = pa.Table.from_batches([batch]).select(names)
            if len(names) == 1:
                wanted = pc.cast(values[names[0]], rows[names[0]].type).combine_chunks()
                if pc.any(pc.is_in(rows[names[0]], value_set=wanted)).as_py():
                    return True
            elif rows.join(values.cast(rows.schema), names, join_type="left semi").num_rows:
                return True
    return False
