"""Plans, questions and refusals for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from datamorph.cli.cells import safe, safe_lines
from datamorph.cli.session import copyable, quoted

if TYPE_CHECKING:
    from datamorph.core.plan import Candidate, Plan, Question, Questions, Refusal, Understanding
    from datamorph.core.provenance import Provenance
    from datamorph.core.table import SchemaChange

INDENT = (0, 0, 0, 2)


def heading(title: str, rest: str = "") -> Text:
    """A title in bold, with a blank line before it."""
    return Text.assemble("\n", (title, "bold"), f"  {safe(rest)}" if rest else "")


def source(code: str, language: str) -> Text:
    """Code as it is, coloured on a terminal, never cut or wrapped."""
    syntax = Syntax("", language, theme="ansi_dark", background_color="default")
    text = syntax.highlight(safe_lines(code).rstrip())
    text.no_wrap, text.overflow = True, "ignore"
    text.rstrip()
    return text


def render_understanding(found: Understanding) -> Iterator[RenderableType]:
    """What each phrase was taken to mean, and what was assumed."""
    if found.phrases:
        yield heading("Understood")
        yield _pairs((phrase.text, phrase.meaning) for phrase in found.phrases)
    if found.assumptions:
        yield heading("Assumed")
        yield Padding(Group(*(item("•", text) for text in found.assumptions)), INDENT, expand=False)


def render_why(found: Understanding) -> Iterator[RenderableType]:
    """What was weighed: whole readings, single words, joins; and what nothing explains."""
    if found.candidates:
        yield heading("Readings")
        yield from _weighed(found.candidates)
    for decision in found.decisions:
        yield heading(f"Weighed: {safe(decision.about)}")
        yield from _weighed(decision.options)
    if not found.candidates and not found.decisions:
        yield heading("Weighed", "nothing had more than one meaning")
    yield heading("Not explained", ", ".join(found.unexplained) or "no word")


def _weighed(candidates: Iterable[Candidate]) -> Iterator[RenderableType]:
    for candidate in candidates:
        reasons = f" ({'; '.join(candidate.reasons)})" if candidate.reasons else ""
        yield Padding(item(f"{candidate.score:6.1%}", f"{candidate.reading}{reasons}"), INDENT, expand=False)


def render_plan(plan: Plan) -> Iterator[RenderableType]:
    """How the prompt was read and what will happen, in plain English."""
    yield from render_understanding(plan.understanding)
    yield heading("Plan", f"{plan.spec.target.table} ({_change(plan.spec.target.write, plan.change)})")
    steps = [item(f"{number}.", text) for number, text in enumerate(plan.explanation, 1)]
    yield Padding(Group(*steps, *_facts(plan)), INDENT, expand=False)


def _facts(plan: Plan) -> Iterator[RenderableType]:
    inputs = ", ".join(f"{table.ref} ({table.rows:,} rows)" for table in plan.inputs.values())
    yield item("reads", inputs)
    yield item("columns", ", ".join(f"{column.name} {column.type}" for column in plan.schema))
    if plan.engine.engine not in ("sail", "jvm") or plan.engine.reason.startswith("auto"):
        yield item("engine", _engine(plan))
    if provenance := plan.understanding.provenance:
        yield item("planner", _provenance(provenance))
    if plan.spec.all_checks:
        yield item("checks", ", ".join(dict.fromkeys(check.name for check in plan.spec.all_checks)))
    if plan.spec.schedule:
        yield item("schedule", f"{plan.spec.schedule.cron} ({plan.spec.schedule.timezone})")


def _engine(plan: Plan) -> str:
    """Where it runs and why: ``glue: set by engine, about 0.03 USD (rates as of 2025-06-30)``."""
    chosen = plan.engine
    cost = (
        f", about {chosen.estimate_usd:.2f} USD (rates as of {chosen.rates_as_of})"
        if chosen.estimate_usd is not None
        else ""
    )
    return f"{chosen.engine}: {chosen.reason}{cost}"


def _provenance(found: Provenance) -> str:
    """Who planned it: ``anthropic:claude-sonnet-5-5, 2 attempts of it, 0.0081 USD (list prices of 2026-11-21)``."""
    if found.lost and not found.attempts:
        return f"{found.planner}; {found.model} was not asked, no price"
    attempts = f"{len(found.attempts)} attempt{'' if len(found.attempts) == 1 else 's'}"
    price = f" ({found.price})" if found.price else ""
    cost = "kept from an earlier plan" if found.is_cached else f"{found.cost_usd:.4f} USD{price}"
    return f"{found.planner}, {attempts} of {found.model}, {cost}"


_WRITES = {
    "replace": "replaces its rows",
    "append": "adds to its rows",
    "merge": "updates its rows by key",
    "replace_partitions": "replaces partitions",
    "scd2": "adds versions",
}


def _change(write: str, change: SchemaChange | None) -> str:
    if change is None:
        return "a new table"
    effect = _WRITES[write]
    words = ("added", "removed", "widened", "retyped")
    changed = [f"{word} {', '.join(names)}" for word in words if (names := getattr(change, word))]
    return f"{effect}; columns {'; '.join(changed)}" if changed else effect


def render_questions(found: Questions) -> Iterator[RenderableType]:
    """The questions with the option that answers each."""
    yield from render_understanding(found.understanding)
    for question in found.questions:
        yield from _question(question)


def _question(question: Question) -> Iterator[RenderableType]:
    yield heading(safe(question.text))
    for choice in question.choices:
        yield Padding(item("•", choice.label), INDENT, expand=False)
        yield copyable(f"    --answer {quoted(safe(f'{question.id}={choice.value}'))}", style="cyan")
    if question.takes_words:
        yield Padding(item("•", "other words, such as those above"), INDENT, expand=False)
        yield copyable(f"    --answer {quoted(safe(f'{question.id}=OTHER WORDS'))}", style="cyan")


def render_choices(question: Question) -> Iterator[RenderableType]:
    """The choices of a question by number."""
    yield heading(safe(question.text))
    for number, choice in enumerate(question.choices, 1):
        yield Padding(item(f"{number}.", choice.label), INDENT, expand=False)


def render_refusal(found: Refusal) -> Iterator[RenderableType]:
    """What was understood of a prompt that is refused; the reason is told as an error."""
    yield from render_understanding(found.understanding)
    if found.understanding.unexplained:
        yield heading("Not understood", ", ".join(found.understanding.unexplained))


def _pairs(pairs: Iterable[tuple[str, str]]) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="cyan", overflow="fold", ratio=2)
    table.add_column(overflow="fold", ratio=3)
    for left, right in pairs:
        table.add_row(Text(safe(left)), Text(safe(right)))
    return Padding(table, INDENT, expand=False)


def item(mark: str, text: str) -> Table:
    """A line whose further lines are set below its text."""
    table = Table.grid(padding=(0, 1, 0, 0))
    table.add_column(no_wrap=True, style="dim")
    table.add_column(overflow="fold")
    table.add_row(Text(mark), Text(safe(text)))
    return table
