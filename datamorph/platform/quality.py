"""What is known about a table's quality: its profile, its drift, checks that suggest themselves, checks on demand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.catalog import CatalogTable
from datamorph.core.checks import Check, CheckResult
from datamorph.core.drift import Drift, drifts
from datamorph.core.expectations import EXPECTATIONS
from datamorph.core.suggestion import suggest
from datamorph.core.table import TableRef
from datamorph.errors import CheckRunError
from datamorph.platform.auditing import open_auditor, past_profiles
from datamorph.platform.contracts import demanded_checks
from datamorph.platform.ports import Ports


@dataclass(frozen=True, slots=True)
class ProfileState:
    """A table's profile beside its past.

    Attributes:
        points: earlier publications that drift is measured against.
        drifts: what left the usual range.
    """

    table: CatalogTable
    points: int
    drifts: tuple[Drift, ...]


def profile_state(ports: Ports, ref: TableRef) -> ProfileState:
    """The profile of the current snapshot, and how far it is from those before."""
    table = _table(ports, ref)
    past = past_profiles(ports, ref)[1:]
    return ProfileState(table, len(past), tuple(drifts(table.schema, table.profile, past)))


def suggest_checks(ports: Ports, ref: TableRef) -> tuple[Check, ...]:
    """Checks that the rows of today pass."""
    return suggest(_table(ports, ref))


def check_published(ports: Ports, pipeline: str, *, report_into: str) -> Sequence[CheckResult]:
    """Judge a pipeline's checks, and those of its table's contract, on the published rows.

    Raises:
        CheckRunError: a report is wanted, and no check is in Great Expectations' vocabulary.
    """
    spec = ports.pipelines.load(pipeline).spec
    own, table = spec.all_checks, spec.target.table
    checks = (*own, *(check for check in demanded_checks(ports, table) if check not in own))
    pinned = ports.lake.pin(table)
    auditor = open_auditor(ports, checks, pinned.schema, table, is_published=True)
    results = auditor.audit(checks, pinned.files)
    if report_into:
        known = [
            check for check in checks if not EXPECTATIONS[check.type].is_own and not check.kwargs.get("row_condition")
        ]
        if not known:
            raise CheckRunError(f"pipeline {pipeline!r} has no check for Data Docs", fix="add one: docs/checks.md")
        ports.library.run(known, pinned.files, report_into=report_into)
    return results


def _table(ports: Ports, ref: TableRef) -> CatalogTable:
    return next(found for found in ports.lake.catalog().tables if found.ref == ref)
