"""Rows that fail a check and are set apart: ``tier.domain.name__quarantine`` holds them, the table gets the rest.

The quarantine is published before the table. Should the run die in between, its rows there carry a run id that the
table does not know; they go with the next run, which reads the same input again: no row is lost or counted twice.
"""

# pyarrow ships no type information.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownArgumentType=false
# pyright: reportUnknownVariableType=false, reportUnknownParameterType=false

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from datamorph.core.checks import Check, CheckResult, failing_condition
from datamorph.core.expectations import STAGED
from datamorph.core.expectations.arguments import constant, moment
from datamorph.core.plan import PinnedTable, Plan
from datamorph.core.run import ACTIVE, RunState
from datamorph.core.sql_expression import identifier
from datamorph.core.table import Column, TableRef, TableSchema, compare_schemas, quarantine_of, unique_names
from datamorph.core.writing import ACCEPTED, PUBLISHED
from datamorph.errors import LakeError, NotFoundError
from datamorph.platform.auditing import Auditor, open_auditor
from datamorph.platform.ports import Ports
from datamorph.ports import Publication, Snapshot, StagedOutput

RUN, CHECKS, AT = "_run_id", "_failed_checks", "_quarantined_at"
QUARANTINE_OF = "quarantine_of"
EARLIER, NEW = "earlier", "new"


@dataclass(frozen=True, slots=True)
class Split:
    """Staged rows in two.

    Attributes:
        kept: the rows to publish.
        apart: the rows that fail, with the run, the names of the failed checks and the time.
    """

    kept: StagedOutput
    apart: StagedOutput


@dataclass(frozen=True, slots=True)
class Audited:
    """An audit and what became of the rows.

    Attributes:
        kept: the rows to publish.
        apart: the rows that are set apart; None where there are none.
    """

    results: tuple[CheckResult, ...]
    kept: StagedOutput
    apart: StagedOutput | None = None


def audit_rows(ports: Ports, plan: Plan, staged: StagedOutput, run_id: str, beside: Sequence[str] = ()) -> Audited:
    """Judge every check; set failing rows apart where a check wants it, and judge the others on the rest.

    Rows that meet published ones are set apart before they do; what is published is judged afterwards.

    Args:
        beside: published files that stay beside the staged ones, where checks are about the whole table. A run that
            sets rows apart has none.
    """
    checks, table, merge = plan.checks, plan.spec.target.table, plan.writing.merge
    auditor = open_auditor(ports, checks, staged.schema, table)
    first = [check for check in checks if check.quarantines or not merge]
    results, kept, apart = _accept(auditor.audit(first, (*beside, *staged.files))), staged, None
    if any(result.blocks for result in results if result.check.quarantines):
        return Audited(tuple(results), staged)
    if needs_split(results):
        prefix = ports.lake.staging_prefix(quarantine_of(table), run_id)
        into = ports.lake.staging_prefix(table, f"{run_id}-kept")
        found = split(auditor, checks, staged, apart=prefix, kept=into, run_id=run_id)
        kept, apart = found.kept, found.apart
    if merge:
        kept = _merged(ports, plan, kept, f"{run_id}-merged")
    if merge or apart:
        on_rest = replace(auditor, scope=replace(auditor.scope, schema=kept.schema))
        again = iter(on_rest.audit([check for check in checks if not check.quarantines], kept.files))
        ours = iter([result for result in results if result.check.quarantines])
        results = [next(ours) if check.quarantines else next(again) for check in checks]
    return Audited(tuple(results), kept, apart)


def _merged(ports: Ports, plan: Plan, accepted: StagedOutput, name: str) -> StagedOutput:
    into = ports.lake.staging_prefix(plan.spec.target.table, name)
    published = plan.writing.published
    inputs = {ACCEPTED: accepted.files, **({PUBLISHED: published.files} if published else {})}
    timeout_s = ports.settings.engine_timeout_s
    return ports.queries.write(plan.writing.merge, inputs=inputs, into=into, schema=plan.schema, timeout_s=timeout_s)


def _accept(results: Sequence[CheckResult]) -> list[CheckResult]:
    """Failures of checks that quarantine are handled, unless they say with ``mostly`` how many may be."""
    return [
        replace(found, is_handled=not found.passed and found.check.quarantines and "mostly" not in found.check.kwargs)
        for found in results
    ]


def needs_split(results: Sequence[CheckResult]) -> bool:
    """True when rows have to be set apart."""
    return any(found.check.quarantines and found.observed.get("unexpected_count") for found in results)


def split(
    auditor: Auditor, checks: Sequence[Check], staged: StagedOutput, *, apart: str, kept: str, run_id: str
) -> Split:
    """Write the rows that pass every quarantining check, and those that fail one, below two prefixes.

    Raises:
        LakeError: the two do not add up to what was staged.
    """
    ports, inputs = auditor.ports, {**auditor.inputs, STAGED: staged.files}
    ours = [check for check in checks if check.quarantines]
    conditions = [f"COALESCE({failing_condition(check, auditor.scope)}, FALSE)" for check in ours]
    any_failed = " OR ".join(f"({condition})" for condition in conditions)
    named = zip(unique_names(check.name for check in ours), conditions, strict=True)
    names = ", ".join(f"CASE WHEN {condition} THEN {constant(name)} END" for name, condition in named)
    at = moment(auditor.scope.now or ports.now())
    columns = f"{constant(run_id)} AS {RUN}, CONCAT_WS(', ', {names}) AS {CHECKS}, {at} AT TIME ZONE 'UTC' AS {AT}"
    timeout_s = ports.settings.engine_timeout_s
    found = Split(
        kept=ports.queries.write(
            f"SELECT * FROM {STAGED} WHERE NOT ({any_failed})", inputs=inputs, into=kept, schema=staged.schema,
            timeout_s=timeout_s,
        ),
        apart=ports.queries.write(
            f"SELECT *, {columns} FROM {STAGED} WHERE {any_failed}", inputs=inputs, into=apart,
            schema=with_reasons(staged.schema), timeout_s=timeout_s,
        ),
    )  # fmt: skip
    if found.kept.rows + found.apart.rows != staged.rows:
        counts = f"{found.kept.rows:,} + {found.apart.rows:,} of {staged.rows:,} rows"
        raise LakeError(f"the quarantine does not add up: {counts}", fix="run it again; nothing was published")
    return found


def with_reasons(schema: TableSchema) -> TableSchema:
    """The columns of a quarantine."""
    extra = (Column(RUN, "string"), Column(CHECKS, "string"), Column(AT, "timestamp"))
    return TableSchema((*schema, *extra))


def publish_quarantine(
    ports: Ports, plan: Plan, apart: StagedOutput | None, run_id: str, properties: Mapping[str, str]
) -> Snapshot | None:
    """Make the quarantine hold the rows that are missing in the table once this run is published.

    A table that is replaced has a quarantine that is replaced. Otherwise rows stay, except for those of runs that
    failed before their table was published, of this run's own earlier attempts and of the run that it repeats. Nothing
    happens where no row was ever set apart.
    """
    target = plan.spec.target.table
    ref = quarantine_of(target)
    before = _published(ports, ref)
    if before is None and (apart is None or not apart.rows):
        return None
    content = _content(ports, plan, apart, before, run_id)
    if content is None:
        return None
    publication = Publication(
        properties={**properties, QUARANTINE_OF: str(target)},
        profile=ports.queries.profile(content.files, content.schema),
        description=f"Rows that failed checks of {target}: {RUN}, {CHECKS} and {AT} say when and why.",
        based_on=before.snapshot_id if before else 0,
    )
    return ports.lake.publish(ref, content, publication)


def _content(
    ports: Ports, plan: Plan, apart: StagedOutput | None, before: PinnedTable | None, run_id: str
) -> StagedOutput | None:
    is_replaced = plan.spec.target.write == "replace"
    if before is None or (is_replaced and apart is not None) or not _can_stay(before, apart):
        return apart
    into = ports.lake.staging_prefix(before.ref, run_id)
    inputs = {EARLIER: before.files}
    if is_replaced:
        sql = f"SELECT * FROM {EARLIER} WHERE FALSE"
        return ports.queries.write(sql, inputs=inputs, into=into, schema=before.schema) if before.rows else None
    dead = _dead_runs(ports, plan.spec.target.table, before, {run_id, plan.rerun_of})
    if not dead and apart is None:
        return None
    kept = f"SELECT * FROM {EARLIER}" + (f" WHERE {RUN} NOT IN ({', '.join(map(constant, dead))})" if dead else "")
    if apart is None:
        return ports.queries.write(kept, inputs=inputs, into=into, schema=before.schema)
    columns = ", ".join(identifier(name, "duckdb") for name in apart.schema.names)
    known = [name for name in apart.schema.names if name in before.schema]
    old = ", ".join(identifier(name, "duckdb") if name in known else f"NULL AS {identifier(name, 'duckdb')}"
                    for name in apart.schema.names)  # fmt: skip
    sql = f"SELECT {old} FROM ({kept}) AS kept UNION ALL SELECT {columns} FROM {NEW}"
    return ports.queries.write(sql, inputs={**inputs, NEW: apart.files}, into=into, schema=apart.schema)


def _can_stay(before: PinnedTable, apart: StagedOutput | None) -> bool:
    """Earlier rows of other types stay in the quarantine's history only."""
    return apart is None or not compare_schemas(before.schema, apart.schema).retyped


def _dead_runs(ports: Ports, table: TableRef, before: PinnedTable, again: Collection[str]) -> list[str]:
    """Runs whose rows in quarantine go: those that never published their table, unless they live and still may.

    Args:
        again: runs whose rows come again: this one, and the one that it repeats.
    """
    rows = ports.queries.query(f"SELECT DISTINCT {RUN} FROM {EARLIER}", inputs={EARLIER: before.files})
    found = [row[RUN] for row in rows.to_pylist()]
    ports.log.interrupt_dead()
    living = {RunState.PUBLISHED, *ACTIVE}
    unpublished = {run.run_id for run in ports.log.runs(most=100_000) if run.state not in living}
    try:
        published = {snapshot.properties.get("run_id") for snapshot in ports.lake.history(table)}
    except NotFoundError:
        published = set[str | None]()
    return sorted(run_id for run_id in found if run_id in again or run_id in unpublished - published)


def _published(ports: Ports, ref: TableRef) -> PinnedTable | None:
    try:
        return ports.lake.pin(ref)
    except NotFoundError:
        return None
