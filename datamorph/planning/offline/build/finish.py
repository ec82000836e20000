"""The last part of a spec: name, target, key, checks, schedule."""

from __future__ import annotations

from typing import Any, Literal

from datamorph.core.problem import Problem
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.table import TableRef, Tier, snake_case
from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.planning.offline.build.loading import incremental_reads, merge_by
from datamorph.planning.offline.build.said_checks import said_checks
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused

SAVED_AS = "the result is saved as"


def finish_spec(prompt: str, work: Work, mode: Literal["pipeline", "question"]) -> PipelineSpec:
    """The whole spec, type-checked.

    Raises:
        Refused: it does not type-check; the problems say why.
    """
    frames = work.frames
    if not frames.steps:
        frames.add("select", "result", columns=list(frames.schema.names))
    target = _target(work, mode)
    spec = build_spec({
        "name": target.name,
        "prompt": prompt,
        "sources": {name: str(ref) for name, ref in frames.sources.items()},
        "steps": [step.model_dump(by_alias=True) for step in frames.steps],
        "target": {"table": str(target), "key": list(work.key)} | merge_by(work),
        "incremental": incremental_reads(work),
        "checks": _checks(work),
        "schedule": _schedule(work),
        "assumptions": list(work.dialog.assumptions),
    })  # fmt: skip
    checked = typecheck(spec, frames.stored)
    if not isinstance(checked, CheckedSpec):
        raise _refusal(checked)
    return spec


def _schedule(work: Work) -> dict[str, str] | None:
    zone = {"timezone": work.draft.timezone} if work.draft.timezone else {}
    return {"cron": work.draft.cron, **zone} if work.draft.cron else None


def _refusal(problems: tuple[Problem, ...]) -> Refused:
    first = problems[0]
    return Refused("impossible", first.message, hint=first.hint)


def _target(work: Work, mode: Literal["pipeline", "question"]) -> TableRef:
    draft, root = work.draft, work.root
    domain = root.domain if root else "default"
    if mode == "question":
        return TableRef(Tier.CURATED, domain, "answer")
    if draft.target is not None:
        return draft.target
    name = draft.target_name or _default_name(work)
    target = TableRef(draft.target_tier, domain, name)
    work.dialog.assume(f"{SAVED_AS} {target}")
    return target


def _default_name(work: Work) -> str:
    parts = [m.name for m in work.measures if not m.item.is_hidden][:1]
    parts += ["by", *(group.name for group in work.groups[:2])] if work.groups else []
    base = "_".join(parts) or (f"{work.root.name}_selected" if work.root else "result")
    if work.draft.top is not None:
        base = f"top_{base}"
    return snake_case(base)[:60]


def _checks(work: Work) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = [{"expect_table_row_count_to_be_between": {"min_value": 1}}]
    key = work.key
    if len(key) == 1:
        checks.append({"expect_column_values_to_be_unique": {"column": key[0]}})
    elif key:
        checks.append({"expect_compound_columns_to_be_unique": {"column_list": list(key)}})
    return checks + [check for check in said_checks(work) if check not in checks]
