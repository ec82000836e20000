"""What was spent, and who did what."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import Field

from datamorph.web.api.shapes import Shape
from datamorph.web.failures import documented
from datamorph.web.site import Here
from datamorph.web.spending import Spending

router = APIRouter(prefix="/api/v1", tags=["record"])


class AuditLine(Shape):
    """One line of the audit log."""

    number: int
    at: str
    who: str
    action: str
    outcome: str
    facts: dict[str, Any]
    hash: str


class AuditPage(Shape):
    """Lines of the audit log, oldest first; the whole chain of hashes was checked."""

    entries: list[AuditLine]
    last: int = Field(description="Give it as `after` for the next page.")


@router.get("/cost", responses=documented())
def cost(site: Here) -> Spending:
    """What the latest runs took and cost, by day."""
    return site.spendings.latest()


@router.get("/audit", responses=documented(503))
def audit(
    site: Here,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> AuditPage:
    """Every change, everybody who signed in or out, and every denied attempt."""
    found = list(site.audit.entries(after=after))[:limit]
    lines = [AuditLine(number=e.number, at=e.at, who=e.who, action=e.action, outcome=e.outcome, facts=dict(e.facts),
                       hash=e.hash) for e in found]  # fmt: skip
    return AuditPage(entries=lines, last=found[-1].number if found else after)
