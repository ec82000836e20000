"""Everything that can go wrong, on one page.

Every error says what happened (with the offending value quoted), what to do next, and whether trying
again may help. Only the outermost edge (CLI, web, Dagster op) catches them.

    DataMorphError                  exit code
      SettingsError                     2   a setting, an option or the project file is wrong
      PromptError                       2   the prompt cannot be read at all (empty, too long, not text)
      QuestionsOpenError                3   the planner asks; answer and run again
      RefusedError                      4   the planner refuses, with the reason
      SpecError                         5   a spec that does not parse or does not type-check
        ContractError                   5   a plan would break a data contract, or a reader of its table
      CheckFailedError                  6   staged data failed a check; nothing was published
        CheckRunError                   6   a check could not be run at all; nothing was published
      NotFoundError                     7   no such table, column, snapshot, run or pipeline
      SourceError                       8   a file to load is missing, unreadable or malformed
      QueryError                        9   a query is refused, wrong, too large or too slow
      EngineError                      10   the engine failed; nothing was published
        EngineBudgetError              10   a job would cost more than its caps allow; nothing was started
      LakeError                        11   the lake cannot be read or written
        LakeVersionError               11   the lake was written by a newer version
        PublishConflictError           11   other writers won every attempt (retryable)
      StorageFullError                 12   no space left; nothing was published
      ApprovalError                    13   a person's word is needed: --approve
      LanguageModelError               14   the language model gave no answer (retryable where that may help)
        BudgetError                    15   a call would cost more than the caps allow
      InterruptedRunError             130   Ctrl-C or a signal; nothing was published
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class DataMorphError(Exception):
    """Base class: says what went wrong and what to do next.

    Args:
        problem: one or more sentences with the offending value quoted.
        fix: the next step, a command where there is one.
    """

    exit_code = 1
    retryable = False

    def __init__(self, problem: str, *, fix: str) -> None:
        super().__init__(problem)
        self.problem, self.fix = problem, fix

    def __str__(self) -> str:
        return f"{self.problem}\n  fix: {self.fix}"

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with both arguments, so that errors cross process boundaries whole."""
        return (_rebuild, (type(self), self.problem, self.fix))


def _rebuild(kind: type[DataMorphError], problem: str, fix: str) -> DataMorphError:
    return kind(problem, fix=fix)


def _rebuild_failed(kind: type[CheckFailedError], problem: str, fix: str, results: Sequence[Any]) -> CheckFailedError:
    return kind(problem, fix=fix, results=results)


class SettingsError(DataMorphError):
    """A setting, an option or the project file is wrong."""

    exit_code = 2


class PromptError(DataMorphError):
    """The prompt cannot be read at all: empty, too long, not text."""

    exit_code = 2


class QuestionsOpenError(DataMorphError):
    """The planner needs an answer before there is a plan."""

    exit_code = 3


class RefusedError(DataMorphError):
    """The planner refuses: unsafe, impossible with this data, or out of scope."""

    exit_code = 4


class SpecError(DataMorphError):
    """A spec that does not parse or does not type-check."""

    exit_code = 5


class ContractError(SpecError):
    """A plan would break what a table promises: its contract, or columns that others read."""


class CheckFailedError(DataMorphError):
    """Staged data failed a check; the published table is untouched.

    Args:
        results: the outcome of every check (``core.checks.CheckResult``), in order; empty where none was judged.
    """

    exit_code = 6

    def __init__(self, problem: str, *, fix: str, results: Sequence[Any] = ()) -> None:
        super().__init__(problem, fix=fix)
        self.results = tuple(results)

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle with the results."""
        return (_rebuild_failed, (type(self), self.problem, self.fix, self.results))


class CheckRunError(CheckFailedError):
    """A check could not be run at all: its library is missing, or refuses it."""


class NotFoundError(DataMorphError):
    """No such table, column, snapshot, run or pipeline."""

    exit_code = 7


class SourceError(DataMorphError):
    """A file to load is missing, unreadable or malformed."""

    exit_code = 8


class QueryError(DataMorphError):
    """A query is refused, wrong, too large or too slow."""

    exit_code = 9


class EngineError(DataMorphError):
    """The engine failed; no table changed."""

    exit_code = 10


class EngineBudgetError(EngineError):
    """A job on AWS would cost more than the caps allow; it was not started."""


class LakeError(DataMorphError):
    """The lake cannot be read or written."""

    exit_code = 11


class LakeVersionError(LakeError):
    """The lake was written by a newer version of DataMorph."""


class PublishConflictError(LakeError):
    """Other writers won every attempt to commit."""

    retryable = True


class StorageFullError(DataMorphError):
    """No space left on the device that was written to."""

    exit_code = 12


class ApprovalError(DataMorphError):
    """A person must approve: hand-written code, another pipeline's table, or a change that breaks readers.

    Attributes:
        run_id: the run that waits for it; empty where none does.
    """

    exit_code = 13
    run_id = ""


class LanguageModelError(DataMorphError):
    """The language model gave no answer: no key, no network, an outage, a refused request.

    Attributes:
        tries: what each call met, in order.
        charged_tries: how many of them the provider may have charged without an answer.
    """

    exit_code = 14
    tries: tuple[str, ...] = ()
    charged_tries = 0


class BudgetError(LanguageModelError):
    """A call of the language model would cost more than the caps allow; it was not made."""

    exit_code = 15


class InterruptedRunError(DataMorphError):
    """The run was stopped by Ctrl-C or a signal."""

    exit_code = 130
