"""What must hold of a spec whatever a language model answers; decided here, outside of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from datamorph.core.catalog import Catalog
from datamorph.core.checks import Check
from datamorph.core.problem import Problem, nearest
from datamorph.core.spec import PipelineSpec, build_spec, read_document
from datamorph.core.steps.python import Python
from datamorph.core.table import TableRef, Tier
from datamorph.core.typecheck import WRITABLE, CheckedSpec, typecheck
from datamorph.errors import SpecError
from datamorph.planning.language_model.answer import Answer
from datamorph.planning.language_model.fencing import plain
from datamorph.planning.language_model.values import with_values
from datamorph.planning.offline.grammar.target import SaidTarget, find_target
from datamorph.planning.offline.tokens import tokenize

_SCHEDULE = re.compile(
    r"\b(?:every|daily|hourly|weekly|monthly|nightly|cron|schedule[ds]?|at \d"
    r"|each (?:day|hour|week|month|morning|night))",
    re.IGNORECASE,
)
_WRITING = re.compile(
    r"\b(?:append|add|increment\w*|merge|upsert|update|new rows|only new|since|history|versions?|scd\w*"
    r"|partitions?|keep every|as they were|insert)\b",
    re.IGNORECASE,
)
_FENCE = re.compile(r"\A\s*```(?:ya?ml)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)
ROW_COUNT: Mapping[str, Any] = {"expect_table_row_count_to_be_between": {"min_value": 1}}


@dataclass(frozen=True, slots=True)
class Asked:
    """One planning request as the gates see it.

    Attributes:
        catalog: the tables that the model is shown; no other may be read.
        writable: patterns of the tables that pipelines may write.
        answers: question id to the chosen value.
        left_out: tables of the lake that are not shown.
        failed: the spec that is to be changed; target, writing, schedule and checks stay as they are.
        findings: why it failed.
    """

    prompt: str
    catalog: Catalog
    mode: Literal["pipeline", "question"] = "pipeline"
    writable: Sequence[str] = WRITABLE
    answers: Mapping[str, str] = field(default_factory=dict[str, str])
    left_out: int = 0
    failed: PipelineSpec | None = None
    findings: tuple[str, ...] = ()

    @property
    def said_target(self) -> SaidTarget | None:
        """Where the prompt says that its result goes, read as the offline planner reads it."""
        return find_target(tokenize(self.prompt), {str(table.ref) for table in self.catalog.tables})


def gate(answer: Answer, asked: Asked) -> CheckedSpec | tuple[Problem, ...]:
    """The answer's spec with everything in it that is not the model's to say, or why it cannot run."""
    try:
        data = _document(answer, asked)
        spec = build_spec(data)
    except SpecError as error:
        return (Problem("not_a_spec", "spec", error.problem[:1200], error.fix[:600]),)
    schemas = {table.ref: table.schema for table in asked.catalog.tables}
    checked = typecheck(spec, schemas, writable=asked.writable)
    told = with_values(checked, spec, asked.catalog) if not isinstance(checked, CheckedSpec) else []
    if any(problem.code == "unknown_frame" for problem in told):  # what nothing reads follows from that
        told = [problem for problem in told if problem.code != "dead_step"]
    found = [*told, *_unasked(spec, answer, asked)]
    if found or not isinstance(checked, CheckedSpec):
        return tuple(found)
    return _with_suggestions(checked, answer, schemas=schemas, asked=asked)


def _document(answer: Answer, asked: Asked) -> dict[str, Any]:
    fence = _FENCE.match(answer.spec)
    found = read_document(plain(fence[1] if fence else answer.spec), origin="the spec")
    if not isinstance(found, dict):
        raise SpecError("the spec is no mapping", fix="write it as in the example")
    data = {str(key): value for key, value in cast("dict[object, Any]", found).items()}
    if asked.failed is not None:
        return _changed(data, answer, asked.failed)
    target = _target(data, asked)
    table = str(target.get("table", ""))
    return {
        **data,
        "name": table.rpartition(".")[2] or "result",
        "prompt": asked.prompt,
        "target": target,
        "checks": _checks(data, target),
        "assumptions": [*answer.assumptions, *_assumed(table, asked)],
    }


def _changed(data: Mapping[str, Any], answer: Answer, failed: PipelineSpec) -> dict[str, Any]:
    """Only sources, steps and further checks of a changed spec are the model's."""
    kept = failed.model_dump(mode="json", exclude_defaults=True)
    checks = kept.get("checks", [])
    given = data.get("checks")
    own = cast("list[Any]", given) if isinstance(given, list) else []
    more = [check for check in own if _kind(check) not in map(_kind, checks)]
    return {
        **{name: value for name, value in kept.items() if name not in ("sources", "steps", "checks")},
        **{name: data[name] for name in ("sources", "steps") if name in data},
        "checks": [*checks, *more],
        "assumptions": [*failed.assumptions, *answer.assumptions],
    }


def _target(data: Mapping[str, Any], asked: Asked) -> dict[str, Any]:
    given = data.get("target")
    target = dict(cast("dict[str, Any]", given)) if isinstance(given, dict) else {"table": given}
    if asked.mode == "question":
        domain = _domain(data)
        kept = {"key": target["key"]} if "key" in target else {}
        return {"table": f"{Tier.CURATED.value}.{domain}.answer", **kept}
    return target


def _domain(data: Mapping[str, Any]) -> str:
    sources = data.get("sources")
    tables = cast("dict[str, object]", sources).values() if isinstance(sources, dict) else ()
    first = str(next(iter(tables), ""))
    return first.split(".")[1] if first.count(".") == 2 else "default"  # noqa: PLR2004 (tier, domain, name)


def _checks(data: Mapping[str, Any], target: Mapping[str, Any]) -> list[Any]:
    """Those that every pipeline has, then those that the model wrote."""
    given = data.get("checks")
    own = cast("list[Any]", given) if isinstance(given, list | tuple) else []
    key = target.get("key")
    names = cast("list[Any]", key) if isinstance(key, list) else []
    floor: list[Any] = [ROW_COUNT]
    if len(names) == 1:
        floor.append({"expect_column_values_to_be_unique": {"column": names[0]}})
    elif names:
        floor.append({"expect_compound_columns_to_be_unique": {"column_list": names}})
    return [*floor, *(check for check in own if _kind(check) not in map(_kind, floor))]


def _kind(check: Any) -> Any:
    """A check without its severity: one of the floor cannot be said again as a warning."""
    return {key: value for key, value in check.items() if key != "severity"} if isinstance(check, dict) else check  # pyright: ignore


def _assumed(table: str, asked: Asked) -> Iterator[str]:
    said = asked.said_target
    if asked.mode == "pipeline" and (said is None or said.table is None):
        yield f"the result is saved as {table}"
    if asked.left_out:
        yield f"{asked.left_out} tables that the prompt's words do not fit were not shown to the language model"


def _unasked(spec: PipelineSpec, answer: Answer, asked: Asked) -> Iterator[Problem]:
    """What the model may not decide by itself."""
    if not answer.python_reason.strip() and any(isinstance(step.step, Python) for step in spec.steps):
        message = "a python step without python_reason"
        yield Problem("python_reason", "answer", message, "use other steps, or say why none of them does it")
    if asked.failed is not None:
        return
    yield from _wrong_target(spec, asked)
    if spec.schedule and not _SCHEDULE.search(asked.prompt):
        yield Problem("unasked", "schedule", "the prompt asks for no schedule", "remove schedule")
    if (spec.target.write != "replace" or spec.incremental) and not _WRITING.search(asked.prompt):
        message = "the prompt asks for no incremental read and for no way to write but replace"
        yield Problem("unasked", "target", message, "remove incremental, and write: replace")


def _wrong_target(spec: PipelineSpec, asked: Asked) -> Iterator[Problem]:
    """The target is the prompt's or what a person chose; what they leave open follows from the tables that are read."""
    table, said = spec.target.table, asked.said_target
    if asked.mode == "question" or (said is None and str(table) in asked.answers.values()):
        return
    if said is not None and said.table is not None:
        right, why = said.table, f"the prompt says {said.table}"
    else:
        right = TableRef(said.tier if said else Tier.CURATED, _root_domain(spec), said.name if said else table.name)
        why = f"the prompt says {said.name}" if said else "the prompt names no table"
        why += ", so its domain is that of the rows it begins with"
    if table != right:
        yield Problem("wrong_target", "target", f"{why}; the spec writes {table}", f"write {right}")


def _root_domain(spec: PipelineSpec) -> str:
    """The domain of the table whose rows the result begins with: the left side of every join."""
    inputs = {step.name: step.step.inputs() for step in spec.steps}
    frame = spec.steps[-1].name if spec.steps else next(iter(spec.sources), "")
    for _ in spec.steps:
        frame = next(iter(inputs.get(frame, ())), frame)
    return spec.sources[frame].domain if frame in spec.sources else "default"


def _with_suggestions(
    checked: CheckedSpec, answer: Answer, *, schemas: Mapping[TableRef, Any], asked: Asked
) -> CheckedSpec:
    """Suggested checks that fit the result are added as warnings; the others are left out."""
    spec, kept = checked.spec, list(checked.spec.checks)
    known = [_kind(check.model_dump()) for check in kept]
    for suggested in answer.suggested_checks:
        check = _check(suggested.check)
        if check and not check.problems(checked.published) and _kind(check.model_dump()) not in known:
            kept.append(check)
            known.append(_kind(check.model_dump()))
    again = typecheck(spec.model_copy(update={"checks": tuple(kept)}), schemas, writable=asked.writable)
    return again if isinstance(again, CheckedSpec) else checked


def _check(text: str) -> Check | None:
    try:
        data = read_document(text, origin="the check")
        found = Check.model_validate(data)
    except (SpecError, ValueError):
        return None
    return found.model_copy(update={"severity": "warn"})


def answered_again(answer: Answer, asked: Asked) -> list[Problem]:
    """Questions that were answered already."""
    return [
        Problem("answered_question", question.id, f"{question.id} was answered: {asked.answers[question.id]!r}",
                nearest(asked.answers[question.id], [choice.value for choice in question.choices]))
        for question in answer.questions if question.id in asked.answers
    ]  # fmt: skip
