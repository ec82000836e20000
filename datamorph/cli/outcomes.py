"""From a planner's outcome to an answer: ask at a terminal, else end with the questions or the refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.render_plan import render_choices, render_questions, render_refusal, render_understanding, render_why
from datamorph.cli.session import Session
from datamorph.errors import QuestionsOpenError, RefusedError

if TYPE_CHECKING:
    from datamorph.core.plan import Question, Questions, Refusal, Understanding

Settled = TypeVar("Settled")
Answers = Mapping[str, str]


def parse_answers(texts: Sequence[str]) -> dict[str, str]:
    """Read ``--answer ID=VALUE`` options.

    Raises:
        typer.BadParameter: one that is not written so.
    """
    pairs = [text.partition("=") for text in texts]
    if bad := next((identifier for identifier, sign, _ in pairs if not sign or not identifier), None):
        raise typer.BadParameter(f"{bad!r} is not written ID=VALUE", param_hint="--answer")
    return {identifier.strip(): value.strip() for identifier, _, value in pairs}


def settle(
    session: Session,
    plan: Callable[[Answers], Settled | Questions | Refusal],
    answers: dict[str, str],
    *,
    is_why: bool = False,
) -> Settled:
    """Plan, and plan again with the answers, until there is nothing left to ask.

    Args:
        answers: those that are given; what is answered here is added to them.
        is_why: also show what was weighed where it ends with questions or a refusal.

    Raises:
        typer.Exit: 3 with open questions, 4 when the planner refuses.
    """
    from datamorph.core.plan import Questions, Refusal

    while True:
        outcome = plan(answers)
        if isinstance(outcome, Refusal | Questions) and is_why:
            session.tell(*render_why(outcome.understanding))
        if isinstance(outcome, Refusal):
            raise _refused(session, outcome, is_why=is_why)
        if not isinstance(outcome, Questions):
            return outcome
        is_new = any(question.id not in answers or question.takes_words for question in outcome.questions)
        if not session.is_interactive or not is_new:
            raise _asked(session, outcome)
        with session.waiting():
            answers.update(_ask(session, outcome))


def keep_wordings(session: Session, understood: Understanding) -> None:
    """Put what was answered in words into the project's glossary.

    Raises:
        SettingsError: it does not take it; the file is as it was.
    """
    wordings = {one.text: one.meaning for one in understood.answered}
    if not wordings:
        session.tell(Text("nothing to remember: no question was answered in words"))
        return
    vocabulary = session.platform.vocabulary()
    vocabulary.remember(wordings)
    told = "; ".join(f"{said!r} is {words!r}" for said, words in wordings.items())
    session.tell(Text.assemble(("✓ ", "green"), safe(f"{told} ({vocabulary.file})"), overflow="ignore"))


def _refused(session: Session, refusal: Refusal, *, is_why: bool) -> typer.Exit:
    session.tell(*render_refusal(refusal))
    code = RefusedError.exit_code
    facts = {"reason": refusal.reason, "run_id": refusal.run_id}
    facts |= {"understanding": documents.plain(refusal.understanding)} if is_why else {}
    session.fail(refusal.message, fix=refusal.hint, kind=RefusedError.__name__, exit_code=code, **facts)
    return typer.Exit(code)


def _asked(session: Session, questions: Questions) -> typer.Exit:
    session.document(documents.questions(questions, QuestionsOpenError.exit_code))
    session.tell(*render_questions(questions), Text("\nAdd one --answer per question and run it again.", style="bold"))
    return typer.Exit(QuestionsOpenError.exit_code)


def _ask(session: Session, questions: Questions) -> dict[str, str]:
    session.show(*render_understanding(questions.understanding))
    return {question.id: _choose(session, question) for question in questions.questions}


def _choose(session: Session, question: Question) -> str:
    from rich.prompt import IntPrompt

    numbers = [str(number) for number in range(1, len(question.choices) + 1)]
    session.show(*render_choices(question))
    if question.takes_words:
        return _type(session, question)
    number = IntPrompt.ask(Text("  Your choice"), console=session.out, choices=numbers, show_choices=False)
    return question.choices[number - 1].value


def _type(session: Session, question: Question) -> str:
    """The choice whose number is typed, or other words."""
    from rich.prompt import Prompt

    while True:
        typed = Prompt.ask(Text("  Your choice, or other words"), console=session.out).strip()
        if typed.isdecimal() and 0 < int(typed) <= len(question.choices):
            return question.choices[int(typed) - 1].value
        if typed and not typed.isdecimal():
            return typed
