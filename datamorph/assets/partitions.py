"""Partitions of a table as Dagster names them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import dagster as dg

from datamorph.core.catalog import CatalogTable, ColumnProfile
from datamorph.core.lineage import trace
from datamorph.core.partition import FORMATS, RANGE, Partitioning, partitioning_of
from datamorph.core.table import TableRef
from datamorph.core.typecheck import CheckedSpec
from datamorph.settings import Settings

_KINDS = {
    "hourly": dg.HourlyPartitionsDefinition,
    "daily": dg.DailyPartitionsDefinition,
    "monthly": dg.MonthlyPartitionsDefinition,
}


def partitions_of(
    checked: CheckedSpec | None, tables: Mapping[TableRef, CatalogTable]
) -> dg.PartitionsDefinition | None:
    """The partitions of a checked spec's table; None where it has none, or where nothing tells when they begin.

    Times begin with the earliest value of the column, or of the source columns that it is computed from. Values are
    static where a check lists them, else dynamic: they are added when they are published.
    """
    found = partitioning_of(checked.spec, checked.schema) if checked else None
    if checked is None or found is None:
        return None
    if found.kind == "values":
        listed = _listed_values(checked, found)
        return (
            dg.StaticPartitionsDefinition(listed)
            if listed
            else dg.DynamicPartitionsDefinition(name=str(checked.spec.target.table))
        )
    starts = [_day(profile.minimum) for profile in _profiles(checked, found, tables)]
    known = [start for start in starts if start is not None]
    return _KINDS[found.kind](start_date=min(known).strftime(FORMATS[found.kind])) if known else None


def begins_later(checked: CheckedSpec | None, tables: Mapping[TableRef, CatalogTable]) -> bool:
    """True when a table has partitions, and nothing tells yet when they begin."""
    if checked is None or partitioning_of(checked.spec, checked.schema) is None:
        return False
    return partitions_of(checked, tables) is None


def dynamic_column(checked: CheckedSpec | None, partitions: dg.PartitionsDefinition | None) -> str:
    """The column whose published values are dynamic partitions; empty where there is none."""
    found = partitioning_of(checked.spec, checked.schema) if checked else None
    return found.column if found and isinstance(partitions, dg.DynamicPartitionsDefinition) else ""


def add_published_values(instance: dg.DagsterInstance, table: CatalogTable, column: str) -> None:
    """Make the values that a table has partitions of its asset; values that are too many to be listed are not."""
    name, profile = str(table.ref), table.profile.columns.get(column)
    values = [str(value) for value in profile.values if value is not None] if profile else []
    known = set(instance.get_dynamic_partitions(name))
    if new := [value for value in values if value not in known]:
        instance.add_dynamic_partitions(name, new)


def backfill_policy(settings: Settings, partitions: dg.PartitionsDefinition | None) -> dg.BackfillPolicy | None:
    """Each partition by itself, or a range of times in one run, as the settings say."""
    if partitions is None:
        return None
    in_one = settings.backfill_runs == "one" and isinstance(partitions, dg.TimeWindowPartitionsDefinition)
    return dg.BackfillPolicy.single_run() if in_one else dg.BackfillPolicy.multi_run(1)


def asked_partition(context: dg.AssetExecutionContext) -> str:
    """The partition, or range, that a run is for; empty for the whole table."""
    if not context.has_partition_key and not context.has_partition_key_range:
        return ""
    found = context.partition_key_range
    return found.start if found.start == found.end else f"{found.start}{RANGE}{found.end}"


def _listed_values(checked: CheckedSpec, found: Partitioning) -> list[str]:
    for check in checked.spec.checks:
        if check.type == "expect_column_values_to_be_in_set" and check.kwargs.get("column") == found.column:
            return [str(value) for value in check.kwargs.get("value_set", ())]
    return []


def _profiles(
    checked: CheckedSpec, found: Partitioning, tables: Mapping[TableRef, CatalogTable]
) -> list[ColumnProfile]:
    columns = [(checked.spec.target.table, found.column), *trace(checked).columns[found.column]]
    profiles = [tables[ref].profile.columns.get(name) for ref, name in columns if ref in tables]
    return [profile for profile in profiles if profile is not None]


def _day(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value)).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    except ValueError:
        return None
