"""Rows that are staged to be looked at: the run waits with them, and no reader sees any."""

from __future__ import annotations

from datamorph.core.result import RunResult
from datamorph.core.run import Run, RunState, Stage
from datamorph.errors import ApprovalError
from datamorph.platform.journal import Observe
from datamorph.platform.stages import Stages, Word, Work

STAGED = "its rows are staged and passed their checks; nothing is published yet"
"""Why a run waits whose rows somebody wanted to see first: it needs no approval, only the word to go on."""


def stage_and_hold(stages: Stages, work: Work, run: Run, observe: Observe) -> RunResult | None:
    """Stage and audit, then let the run wait; a result where there was nothing to compute.

    What needs approval is staged without it, and needs it afterwards.

    Raises:
        ApprovalError: it runs hand-written code, which is not even staged before somebody has read it.
    """
    reason, word = (run.reason, Word(approve=True)) if run.state is RunState.HELD else (STAGED, Word())
    plan = work.plan
    if plan is None or (plan.spec.code_to_approve and run.state is RunState.HELD):
        raise ApprovalError(run.reason, fix="read the code, then approve it")
    try:
        work = stages.advance(work, Stage.DRY_RUN, word=word, observe=observe)
    except ApprovalError as error:
        if plan.spec.code_to_approve:
            raise
        reason, word = error.problem, Word(approve=True)
    try:
        work = stages.go(work, (Stage.DRY_RUN, Stage.STAGE, Stage.AUDIT), word=word, observe=observe)
    except ApprovalError:  # the audit has found rows that would go or change: the run is held with that reason
        return None
    if work.result is None:
        stages.hold(work, reason=reason, observe=observe)
    return work.result
