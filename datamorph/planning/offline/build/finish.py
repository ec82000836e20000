"""The last part of a spec: name, target, key, checks, schedule."""

from __future__ import annotations

from typing import Any, Literal

from datamorph.core.problem import Problem
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.core.table import TableRef, Tier, snake_case
from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.planning.offline.build.assemble import Assembly
from datamorph.planning.offline.dialog import Refused


def finish_spec(prompt: str, assembly: Assembly, mode: Literal["pipeline", "question"]) -> PipelineSpec:
    """The whole spec, type-checked.

    Raises:
        Refused: it does not type-check; the problems say why.
    """
    frames = assembly.frames
    if not frames.steps:
        frames.add("select", "result", columns=list(frames.schema.names))
    target = _target(assembly, mode)
    spec = build_spec({
        "name": target.name,
        "prompt": prompt,
        "sources": {name: str(ref) for name, ref in frames.sources.items()},
        "steps": [step.model_dump(by_alias=True) for step in frames.steps],
        "target": {"table": str(target), "key": list(assembly.key)},
        "checks": _checks(assembly),
        "schedule": {"cron": assembly.draft.cron} if assembly.draft.cron else None,
        "assumptions": list(assembly.scope.dialog.assumptions),
    })  # fmt: skip
    checked = typecheck(spec, {ref: table.schema for ref, table in assembly.scope.tables.items()})
    if not isinstance(checked, CheckedSpec):
        raise _refusal(checked)
    return spec


def _refusal(problems: tuple[Problem, ...]) -> Refused:
    first = problems[0]
    return Refused("impossible", first.message, hint=first.hint)


def _target(assembly: Assembly, mode: Literal["pipeline", "question"]) -> TableRef:
    draft, root = assembly.draft, assembly.root
    domain = root.domain if root else "default"
    if mode == "question":
        return TableRef(Tier.CURATED, domain, "answer")
    if draft.target is not None:
        return draft.target
    name = draft.target_name or _default_name(assembly)
    target = TableRef(Tier.CURATED, domain, name)
    assembly.scope.dialog.assume(f"the result is saved as {target}")
    return target


def _default_name(assembly: Assembly) -> str:
    parts = [measure.name for measure in assembly.measures[:1]]
    parts += ["by", *(group.name for group in assembly.groups[:2])] if assembly.groups else []
    base = "_".join(parts) or (f"{assembly.root.name}_selected" if assembly.root else "result")
    if assembly.draft.top is not None:
        base = f"top_{base}"
    return snake_case(base)[:60]


def _checks(assembly: Assembly) -> list[dict[str, Any]]:
    checks: list[dict[str, Any]] = [{"expect_table_row_count_to_be_between": {"min_value": 1}}]
    key = assembly.key
    if len(key) == 1:
        checks.append({"expect_column_values_to_be_unique": {"column": key[0]}})
    elif key:
        checks.append({"expect_compound_columns_to_be_unique": {"column_list": list(key)}})
    return checks
