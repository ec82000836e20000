"""What is said about a plan: the phrases of the prompt with their meaning, what was assumed, what is left."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from datamorph.core.plan import Proposal, Understanding
from datamorph.planning.offline.build.finish import finish_spec
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Dialog
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.meanings import concrete


def propose(ledger: Ledger, work: Work, dialog: Dialog, mode: Literal["pipeline", "question"]) -> Proposal:
    """The finished plan.

    Raises:
        Refused: the spec does not type-check.
    """
    for unused in dialog.unused():
        dialog.assume(f"the answer to {unused!r} was not needed")
    spec = finish_spec(ledger.prompt, work, mode)
    understood = understanding(ledger, dialog)
    return Proposal(spec, replace(understood, phrases=concrete(understood.phrases, spec)))


def understanding(ledger: Ledger, dialog: Dialog) -> Understanding:
    """What was made of the prompt."""
    left = tuple(ledger.tokens[place].text for place in ledger.unexplained())
    decisions = tuple(dialog.decisions.values())
    return Understanding(ledger.phrases(), tuple(dialog.assumptions), left, decisions=decisions)


def explain_fillers(ledger: Ledger) -> None:
    """A question that was read as a whole has given every word its meaning, or found that it has none."""
    for place in ledger.unexplained():
        ledger.explain(place, place + 1, "adds nothing")
