"""What a language model's plan may not do without a person: take a table that nobody named, drop or loosen a check."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator

from datamorph.core.checks import Check
from datamorph.core.plan import Plan
from datamorph.core.spec import PipelineSpec
from datamorph.errors import ApprovalError, NotFoundError
from datamorph.platform.ports import Ports

OFFLINE = "offline"


def check_model_plan(ports: Ports, plan: Plan) -> None:
    """Hold a plan of a language model against the pipeline that is there.

    Raises:
        ApprovalError: it would replace what the prompt does not name, or give up checks.
    """
    provenance = plan.understanding.provenance
    if provenance is None or provenance.planner == OFFLINE:
        return
    saved = _saved(ports, plan.spec.name)
    if problems := list(_objections(plan, saved)):
        raise ApprovalError("; ".join(problems), fix="name the table in the prompt, or read the plan and add --approve")


def _objections(plan: Plan, saved: PipelineSpec | None) -> Iterator[str]:
    table = plan.spec.target.table
    if saved is not None and saved.target.table != table:
        yield f"the language model's plan would make pipeline {saved.name!r} write {table}, not {saved.target.table}"
    is_same_prompt = saved is not None and saved.prompt == plan.prompt
    is_named = re.search(rf"(?<!\w){re.escape(table.name)}(?!\w)", plan.prompt, re.IGNORECASE)
    if plan.change is not None and not is_same_prompt and not is_named:
        yield f"the language model's plan would replace {table}, which the prompt does not name"
    if saved is not None:
        lost = [check.name for check in saved.all_checks if _is_lost(check, plan.spec.all_checks)]
        if lost:
            yield f"the language model's plan would drop or loosen checks of {saved.name!r}: {', '.join(lost)}"


def _is_lost(check: Check, kept: tuple[Check, ...]) -> bool:
    """A check is kept when the same one is there with at least its severity; another bound is another check."""
    same = [found for found in kept if (found.type, found.kwargs) == (check.type, check.kwargs)]
    return not any(found.severity in (check.severity, "error") for found in same)


def _saved(ports: Ports, name: str) -> PipelineSpec | None:
    try:
        return ports.pipelines.load(name).spec
    except NotFoundError:
        return None


def code_change(ports: Ports, plan: Plan) -> str:
    """The hand-written code of a plan; where the saved pipeline has other code, the difference."""
    code, saved = plan.spec.code_to_approve, _saved(ports, plan.spec.name)
    before = saved.code_to_approve if saved else ""
    if not before or before == code:
        return code
    lines = difflib.unified_diff(before.splitlines(), code.splitlines(), "approved", "planned", lineterm="")
    return "\n".join(lines)
