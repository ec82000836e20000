"""The offline planner: one sentence of English to a spec, questions or a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal, Questions, Refusal, Understanding
from datamorph.planning.offline.build.assemble import assemble
from datamorph.planning.offline.build.finish import finish_spec
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Asked, Dialog, Refused
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.schedule import read_schedule
from datamorph.planning.offline.grammar.sentence import Sentence
from datamorph.planning.offline.grammar.target import read_target
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.meanings import concrete
from datamorph.planning.offline.model import Draft
from datamorph.planning.offline.questions.answer import answer_question
from datamorph.planning.offline.remainder import settle_unexplained
from datamorph.planning.offline.retrieval import near_tables
from datamorph.planning.offline.safety import check_possible, check_safety
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.spelling import correct
from datamorph.planning.offline.survey import survey
from datamorph.planning.offline.tokens import tokenize
from datamorph.planning.offline.vocabulary import Mentions


class OfflinePlanner:
    """Plans without a network, a model or a clock.

    Args:
        today: what relative dates count from; None means that the prompt must give dates.
    """

    name = "offline"

    def __init__(self, today: date | None = None) -> None:
        self._today = today
        self._indexes = Indexes()

    def plan(
        self,
        prompt: str,
        catalog: Catalog,
        *,
        mode: Literal["pipeline", "question"] = "pipeline",
        answers: Mapping[str, str] | None = None,
    ) -> Proposal | Questions | Refusal:
        """See Planner.plan."""
        dialog = Dialog(answers or {})
        ledger = Ledger(prompt, ())
        try:
            check_safety(prompt, catalog)
            ledger = Ledger(prompt, tokenize(prompt), asks=mode == "question")
            check_possible(prompt)
            return self._plan(ledger, catalog, dialog, mode)
        except Asked:
            return Questions(prompt, tuple(dialog.questions), _understanding(ledger, dialog))
        except Refused as refused:
            if dialog.questions:
                return Questions(prompt, tuple(dialog.questions), _understanding(ledger, dialog))
            return Refusal(prompt, refused.reason, refused.message, refused.hint, _understanding(ledger, dialog))

    def _plan(
        self, ledger: Ledger, catalog: Catalog, dialog: Dialog, mode: Literal["pipeline", "question"]
    ) -> Proposal | Questions | Refusal:
        catalog = near_tables(ledger.prompt, catalog)
        names, values, relations = self._indexes.of(catalog)
        scope, draft = Scope(catalog, names, relations, dialog), Draft(is_question=mode == "question")
        ledger.tokens = correct(ledger.tokens, names, values, dialog)
        terms = Mentions(ledger.tokens, catalog, names)
        ledger.tokens = terms.tokens
        reader = Reader(ledger, names, values)
        reader.chosen = dialog.chosen_words()
        answered = answer_question(reader, scope) if mode == "question" and not terms.found else None
        dialog.decisions.clear() if answered is None else _explain_fillers(ledger)
        if answered is not None:
            return self._proposal(ledger, answered, dialog, mode)
        read_target(reader, draft, frozenset(str(ref) for ref in scope.tables))
        read_schedule(reader, draft)
        survey(reader, scope)
        terms.apply(draft, scope)
        reader.terms = terms.items
        reader.defined += {item.name: item for item in terms.items.values()}.values()
        Sentence(reader, draft).read()
        terms.complete(draft)
        draft.subjects = [noun for noun in reader.subjects if ledger.covers(noun.position)]
        settle_unexplained(ledger, scope, draft)
        work = Work(draft, scope, Frames({t.ref: t.schema for t in catalog.tables}), reader.values)
        assemble(work)
        if dialog.questions:
            return Questions(ledger.prompt, tuple(dialog.questions), _understanding(ledger, dialog))
        return self._proposal(ledger, work, dialog, mode)

    def _proposal(self, ledger: Ledger, work: Work, dialog: Dialog, mode: Literal["pipeline", "question"]) -> Proposal:
        for unused in dialog.unused():
            dialog.assume(f"the answer to {unused!r} was not needed")
        spec = finish_spec(ledger.prompt, work, mode)
        understood = _understanding(ledger, dialog)
        return Proposal(spec, replace(understood, phrases=concrete(understood.phrases, spec)))


def _understanding(ledger: Ledger, dialog: Dialog) -> Understanding:
    left = tuple(ledger.tokens[place].text for place in ledger.unexplained())
    decisions = tuple(dialog.decisions.values())
    return Understanding(ledger.phrases(), tuple(dialog.assumptions), left, decisions=decisions)


def _explain_fillers(ledger: Ledger) -> None:
    """A question that was read as a whole has given every word its meaning, or found that it has none."""
    for place in ledger.unexplained():
        ledger.explain(place, place + 1, "adds nothing")
