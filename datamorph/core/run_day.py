"""The day of a run: what ``current_date()`` of a spec stands for, so that a run gives the same rows whenever repeated.

A spec says ``current_date()``; the spec of one run has the day in its place, and so have its code and its record.
Airflow calls the idea a logical date, SQLMesh an execution time.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from sqlglot.dialects.spark import Spark
from sqlglot.tokenizer_core import TokenType
from sqlglot.tokens import Tokenizer

from datamorph.core.expression_parser import EXPRESSIONS
from datamorph.core.spec import PipelineSpec
from datamorph.core.steps.sql import Sql
from datamorph.core.steps.step import Step

_EXPRESSIONS, _QUERIES = EXPRESSIONS.tokenizer_class(dialect=EXPRESSIONS), Spark().tokenizer_class(dialect=Spark())


def on_day(spec: PipelineSpec, day: date) -> PipelineSpec:
    """The same spec for one day: ``DATE '2024-01-31'`` stands where it said ``current_date()``."""

    def dated(step: Step) -> Step:
        if isinstance(step, Sql):
            return step.model_copy(update={"query": _with_day(step.query, day, _QUERIES)})
        return step.rewritten(lambda text: _with_day(text, day, _EXPRESSIONS))

    steps = tuple(named.model_copy(update={"step": dated(named.step)}) for named in spec.steps)
    return spec if steps == spec.steps else spec.model_copy(update={"steps": steps})


def day_of_run(spec: PipelineSpec, at: datetime) -> date | None:
    """The day on which a run begins, in the time zone of its schedule; None where the spec asks for none.

    Args:
        at: when it begins, with a time zone.
    """
    if on_day(spec, date.min) is spec:
        return None
    return at.astimezone(ZoneInfo(spec.schedule.timezone) if spec.schedule else UTC).date()


def _with_day(text: str, day: date, tokenizer: Tokenizer) -> str:
    """The text with the day in the place of each call; not in texts, quoted names and comments."""
    tokens = tokenizer.tokenize(text)
    for place in reversed(range(len(tokens))):
        token, behind = tokens[place], [one.token_type for one in tokens[place + 1 : place + 3]]
        is_name = place > 0 and tokens[place - 1].token_type is TokenType.DOT
        is_call = behind == [TokenType.L_PAREN, TokenType.R_PAREN]
        if token.token_type is TokenType.CURRENT_DATE and not is_name and (is_call or tokenizer is _QUERIES):
            end = tokens[place + 2].end if is_call else token.end
            text = f"{text[: token.start]}DATE '{day.isoformat()}'{text[end + 1 :]}"
    return text
